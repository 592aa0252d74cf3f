"""What the layouts of a home make of a workbook, and the draft of one that they lack."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from ingest.answers import GivenUp, Reading
from ingest.described.layout import Described
from ingest.drafting import Drafted
from ingest.drafting.shown import ShownSheet
from ingest.drafting.written import SCHEMA
from ingest.personal import shown_file
from ingest.reading import Request, ask_all
from ingest.workbook.container import contents
from services.arguments import existing
from services.exits import Exit, Stop
from services.home import Home
from services.intake.inbox import unopened
from services.layouts import FOLDER, as_name, layouts_of, schema_file
from services.troubles import told_by_its_place, write_files

_LISTED = 5


def draft(home: Home, book: Path, sheet: str | None, output: Path) -> list[str]:
    """Write the draft of a layout, with its schema beside it; returns what to say of it.

    Raises Stop where no table is found, or where a file of that name is there already.
    """
    if output.suffix != ".yml" or not as_name(output.stem):
        raise Stop(f"-o の名前は、文字、数字、_ と - に .yml を付けてください: {output.name}")
    if output.exists():
        raise Stop(f"{output} がすでにあります。別の名前にするか、先に動かしてください。")
    made = _ask("draft", book, sheet, layouts_of(home).usable)
    if not isinstance(made, Drafted):
        raise TypeError(type(made))
    if made.sheet is None:
        raise Stop(_no_table(book, sheet, made.others), Exit.REJECTED)
    with told_by_its_place(output.parent):
        files = {output.name: made.content.encode(), SCHEMA: schema_file()}
        write_files(output.parent, files)
    return list(_about(home, made, book, output))


def shown(home: Home, book: Path, sheet: str | None) -> tuple[list[ShownSheet], tuple[str, ...]]:
    """The sheets of a workbook with their meanings, and notes on layouts that cannot be used."""
    usable, drafts, faulty = layouts_of(home)
    sheets = _ask("show", book, sheet, (*usable, *drafts))
    if not isinstance(sheets, list):
        raise TypeError(type(sheets))
    if not sheets:
        raise Stop(_no_sheet(book, sheet), Exit.REJECTED)
    return sheets, tuple(map(str, faulty))


def command_for(home: Home, book: Path, sheet: str) -> str:
    """The command that drafts a layout for a sheet that nobody can read."""
    named = str(book.with_name(shown_file(book.name)))
    target = str(home.config / FOLDER / "名前.yml")
    words = ["mishukin", "layout", "draft", named, "--sheet", sheet, "-o", target]
    return shlex.join(words)


def _ask(task: str, book: Path, sheet: str | None, layouts: Sequence[Described]) -> object:
    """What the worker makes of a workbook. Raises Stop where it cannot be read."""
    if existing([book]) and not book.is_file():
        raise Stop(f"ブックを一つ指定してください: {book}")
    if refused := unopened(book):
        raise Stop(refused[1], Exit.REJECTED)
    data = contents(book.resolve())
    request = Request(task, book.name, data, sheet)  # type: ignore[arg-type]
    ((_, _, answer),) = ask_all([request], layouts)
    if isinstance(answer, GivenUp):
        raise Stop(f"{shown_file(book.name)}: {answer.why}", Exit.REJECTED)
    if isinstance(answer, Reading):  # what went wrong in the worker
        raise Stop("\n".join(each.message for each in answer.findings), Exit.UNEXPECTED)
    return answer


def _no_sheet(book: Path, sheet: str | None) -> str:
    name = shown_file(book.name)
    return f"{name} に読めるシート{f'「{sheet}」' if sheet else ''}がありません。"


def _no_table(book: Path, sheet: str | None, others: Sequence[str]) -> str:
    if not others:
        why = "見出しの下に数値の並ぶ表が見つかりません。"
        return f"{shown_file(book.name)}: {why}表の見出しの行と数値の行を確かめてください。"
    named = "」「".join(others)
    return f"シート「{sheet}」に表が見つかりません。--sheet で選べるのは「{named}」です。"


def _about(home: Home, made: Drafted, book: Path, output: Path) -> list[str]:
    lines = [
        f"シート「{made.sheet}」の定義の下書きを {output} に書きました。"
        f"今のままで数値{made.figures}個を読めます。"
    ]
    for each in made.problems[:_LISTED]:
        lines.append(f"　{each.cell or 'シート全体'} {each.message}")
    if len(made.problems) > _LISTED:
        lines.append(f"　読めない所は、ほかに{len(made.problems) - _LISTED}か所あります。")
    if made.questions:
        lines.append(f"「？」が{made.questions}か所あります。書き込んでください。")
    if output.parent.resolve() != (home.config / FOLDER).resolve():
        lines.append(f"使うときは {home.config / FOLDER} に置いてください。")
    lines.append(f"次に: {shlex.join(['mishukin', 'layout', 'check', str(output)])}")
    shows = ["mishukin", "layout", "show", str(book), "--html", "確認.html"]
    lines.append(f"　　　{shlex.join(shows)}")
    if made.others:
        named = "」「".join(made.others)
        lines.append(f"ほかにも表のあるシートがあります(--sheet で選べます): 「{named}」")
    return lines
