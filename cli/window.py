"""The window: served, and who may use it."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.app import app, one_line
from ingest.workbook.container import contents
from services.arguments import day_of
from services.clock import now
from services.exits import Stop
from services.home import Home
from services.messages import give, say

LOOPBACK, PORT = "127.0.0.1", 8600
people_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="窓口(mishukin window)の利用者と役割。"
)
app.add_typer(people_app, name="people")

Username = Annotated[str, typer.Argument(help="利用者名(半角)", metavar="USERNAME")]
Day = Annotated[str | None, typer.Option(metavar="DATE", help="日(例 2026-04-01)")]


@app.command("window")
def window_command(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", help="待ち受けるアドレス")] = LOOPBACK,
    port: Annotated[
        int, typer.Option("--port", help="待ち受けるポート(0は空いているもの)", min=0, max=65535)
    ] = PORT,
    socket: Annotated[
        Path | None, typer.Option("--socket", help="代わりに待ち受けるソケット(nginxだけに見せる)")
    ] = None,
) -> None:
    """窓口を開きます。提出・状況・公表・照会を、ブラウザーで行えます。"""
    from window.serving import serve

    if host not in (LOOPBACK, "localhost", "::1"):
        raise Stop(
            f"窓口はこの機械の中({LOOPBACK})だけで待ち受けます。"
            "ほかの端末には、nginxを通して見せてください(docs/operations.md)。"
        )
    serve(context.obj, host, port, socket, lambda at: say(f"窓口 {at} (Ctrl-C で終わり)"))


@people_app.command("add")
def add_command(
    context: typer.Context,
    username: Username,
    name: Annotated[str, typer.Option("--name", help="氏名", callback=one_line)],
    password_file: Annotated[
        Path | None,
        typer.Option("--password-file", help="パスワードを書いたファイル(省略は尋ねる)"),
    ] = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="パスワードを持たない(ほかの認証だけで入る)")
    ] = False,
) -> None:
    """利用者を加えます。役割は people role で与えます。"""
    home = _opened(context)
    from window.people import keeping

    password = None if no_password else _password(password_file)
    keeping.add(home, username, name, password, now())
    say(f"{name}({username})を加えました。役割は mishukin people role で与えてください。")


@people_app.command("role")
def role_command(
    context: typer.Context,
    username: Username,
    role: Annotated[
        str,
        typer.Argument(
            help="department(所属)、data(データ担当)、finance(財政)、approver(承認者)、"
            "auditor(監査)、administrator(管理者)"
        ),
    ],
    department: Annotated[str, typer.Option("--department", help="所属の名前")] = "",
    municipality: Annotated[str, typer.Option("--municipality", help="団体コード(6桁)")] = "",
    acting_for: Annotated[str, typer.Option("--acting-for", help="だれの代理か")] = "",
    since: Day = None,
    until: Day = None,
) -> None:
    """利用者に役割を与えます。"""
    home = _opened(context)
    from window.people import keeping

    asked = keeping.Given(
        role, municipality, department, acting_for, _day("--since", since), _day("--until", until)
    )
    say(f"{keeping.give(home, username, asked, now())} を与えました。")


@people_app.command("disable")
def disable_command(
    context: typer.Context,
    username: Username,
    again: Annotated[bool, typer.Option("--again", help="ふたたび入れるようにする")] = False,
) -> None:
    """利用者が入れないようにします(消しません)。"""
    home = _opened(context)
    from window.people import keeping

    person = keeping.set_active(home, username, active=again, at=now())
    say(f"{person.name}({username})は{'ふたたび入れます' if again else 'もう入れません'}。")


@people_app.command("list")
def list_command(context: typer.Context) -> None:
    """利用者と役割の一覧。"""
    _opened(context)
    from window.people import keeping

    for line in keeping.lines(keeping.everybody(), now().date()):
        give(*line)


@people_app.command("import")
def import_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="一覧(CSVか.xlsx)", metavar="FILE", exists=True)],
    does_apply: Annotated[
        bool, typer.Option("--apply", help="示すだけでなく、一覧のとおりに変える")
    ] = False,
) -> None:
    """一覧で、利用者と役割をまとめて変えます。まず何が変わるかを行ごとに示します。"""
    home = _opened(context)
    from window.people import importing

    at, rows = now(), importing.read(file.name, contents(file.resolve()))
    planned = importing.plan(home, rows, at)
    for line in planned.lines:
        wrong = [f"{fault.heading} {fault.cell} {fault.message}" for fault in line.faults]
        told = [*wrong, *line.changes] or ["変わりません"]
        say(f"{line.number}行目 {line.username} {line.name}: {'、'.join(told)}")
    if planned.faults:
        raise Stop(f"直すところが{planned.faults}か所あるため、何も変えていません。")
    if not does_apply:
        say(f"{planned.changes}行が変わります。--apply を付けると、そのとおりに変えます。")
        return
    for username, name, password in importing.apply(home, rows, at, planned.mark):
        give(username, name, password)
    say(f"{planned.changes}行を変えました。")


def _opened(context: typer.Context) -> Home:
    from window.serving import prepare

    home: Home = context.obj
    prepare(home)
    return home


def _password(file: Path | None) -> str:
    if file is not None:
        return file.read_text("utf-8").rstrip("\n")
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    given: str = typer.prompt("パスワード", hide_input=True, confirmation_prompt=True)
    return given


def _day(option: str, text: str | None) -> date | None:
    return day_of(option, text) if text else None
