"""What is asked: SQL on the current generation, the lists, and what changed."""

from pathlib import Path
from typing import Annotated

import typer

from cli.app import AsJson, app
from services.exits import Stop
from services.messages import say
from services.troubles import write_files


@app.command("sql")
def sql_command(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(help="SQL(読み取り専用)", metavar="QUERY", show_default=False)
    ] = None,
    saved: Annotated[
        str | None,
        typer.Option("--saved", help="用意された問いの名前(一覧は mishukin questions)"),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            help="その時点で分かっていた内容で答える(日付はその日の終わり。日時も可)",
            metavar="ISO",
        ),
    ] = None,
    form: Annotated[str, typer.Option("--format", help="table, csv, json, xlsx")] = "table",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="書き出すファイル(省略は標準出力)")
    ] = None,
) -> None:
    """公開用データにSQLで問い合わせます。martsと財政は前置きなしで使えます。"""
    from services import formats, waiting
    from services import query as queries

    if form not in formats.FORMATS:
        raise Stop(f"--format は {'、'.join(formats.FORMATS)} のどれかです: {form}")
    if query is not None and saved is None:
        sql = query
    elif query is None and saved is not None:
        sql = queries.saved(context.obj, saved)
    else:
        raise Stop("SQLか --saved のどちらか一つを指定してください。")
    bounds = queries.Bounds.of(context.obj)
    if as_of is not None:
        with queries.connect_as_of(context.obj, as_of, sql, bounds) as then:
            formats.write(queries.answer(then, sql, bounds=bounds), form, output)
        return
    with queries.connect(context.obj, bounds) as newest:
        formats.write(queries.answer(newest, sql, bounds=bounds), form, output)
        waiting.tell(context.obj, newest)


@app.command("questions")
def questions_command(context: typer.Context, as_json: AsJson = False) -> None:
    """用意された問いの一覧。答えは mishukin sql --saved 名前 で。"""
    from services import formats
    from services import query as queries

    table = queries.ask(context.obj, queries.QUESTIONS_OF)
    formats.write_list(table, queries.QUESTIONS, as_json=as_json)


@app.command("dictionary")
def dictionary_command(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("--output", "-o", help="書き出すフォルダ", metavar="FOLDER")
    ],
) -> None:
    """データ辞書(表・列・計算式・点検・問い)をHTMLとExcelに書き出します。"""
    from services.desks import dictionary

    for path in write_files(folder, dictionary.files_of(context.obj)):
        say(str(path))


@app.command("findings")
def findings_command(context: typer.Context, as_json: AsJson = False) -> None:
    """見つかった誤りと注意の一覧(公開用データから)。"""
    from services import formats, waiting
    from services import query as queries

    with queries.connect(context.obj) as newest:
        table = queries.asked(newest, queries.FINDINGS_OF)
        formats.write_list(table, queries.FINDINGS, as_json=as_json)
        waiting.tell(context.obj, newest)


@app.command("submissions")
def submissions_command(context: typer.Context, as_json: AsJson = False) -> None:
    """提出の一覧。だれがいつ何を出し、どの版が有効か、公開用データに入ったか。"""
    from services import formats, waiting
    from services import query as queries

    formats.write_list(waiting.submissions(context.obj), queries.SUBMISSIONS, as_json=as_json)
    waiting.tell(context.obj)


@app.command("diff")
def diff_command(
    context: typer.Context,
    older: Annotated[str, typer.Argument(help="前の提出番号(はじめの数文字でよい)")],
    newer: Annotated[str, typer.Argument(help="後の提出番号(はじめの数文字でよい)")],
    as_json: AsJson = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="書き出すファイル(.xlsx)")
    ] = None,
) -> None:
    """2つの提出で変わったセルの一覧(シート、セル、項目、前、後)。自由記述は変更の有無だけ。"""
    from services import formats
    from services.intake import versions

    if output is not None:
        versions.write(versions.changes(context.obj, older, newer), output)
    elif as_json:
        formats.write(versions.changes_as_data(context.obj, older, newer), "json", None)
    else:
        formats.write(versions.changes(context.obj, older, newer), "table", None)
