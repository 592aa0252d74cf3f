"""`mishukin claims`: the register, and what it lacks."""

import json
from collections.abc import Sequence

from ingest.register import HEADINGS, Register
from ingest.register.table import FILES, encoding_of
from ingest.register.unregistered import Seen, unregistered
from services.exits import Stop
from services.formats import to_text
from services.home import Home
from services.intake.register import register_of
from services.query import Table
from terms.codes import class_names, labels


def listing(home: Home, *, as_json: bool) -> tuple[str, str]:
    """The register as text, and a remark on what it lacks. Raises Stop for a faulty register."""
    register = register_of(home)
    lacking = unregistered(home.landing, register)
    if as_json:
        entries = [entry.row() for entry in register.entries] if register else []
        for entry in entries:
            entry["aliases"] = json.loads(entry["aliases"])
        told = {"registered": entries, "unregistered": [seen.to_json() for seen in lacking]}
        return json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n", ""
    text = to_text(registered(register)) if register else "台帳がありません。\n"
    remark = (
        f"台帳にない債権が{len(lacking)}件、提出されています。"
        "mishukin claims --unregistered で、台帳に加える行を表示します。"
    )
    return text, remark if lacking else ""


def missing(home: Home) -> tuple[bytes, list[str]]:
    """Lines that claims.csv accepts at its end, for the claims it lacks; and what to say of them.

    In what the file is written in; with the headings, which may stand there again. Nothing where
    nothing is lacking, but the headings for a file that a shell has just made to write into.
    Raises Stop.
    """
    file, workbook = (home.config / name for name in FILES)
    data = file.read_bytes() if file.exists() else b""
    is_just_made = file.exists() and not data and not workbook.exists()
    lacking = unregistered(home.landing, None if is_just_made else register_of(home))
    lines = [seen.csv_line() for seen in lacking if seen.is_complete]
    if lines or is_just_made:
        lines = [",".join(HEADINGS.values()), *lines]
    if data and not data.endswith(b"\n"):
        lines = ["", *lines] if lines else []
    text = "".join(f"{line}\n" for line in lines)
    try:
        return text.encode("cp932" if encoding_of(data) == "cp932" else "utf-8"), _said(lacking)
    except UnicodeEncodeError as unwritable:
        raise Stop(
            f"「{text[unwritable.start]}」は、いまの {file.name} の文字コードで書けません。"
            "Excelで開き、「CSV UTF-8(コンマ区切り)」で保存し直してから、もう一度実行してください。"
        ) from unwritable


def _said(lacking: Sequence[Seen]) -> list[str]:
    """Where each was named, and what to look at before its line goes into the register."""
    said = [_place(seen) for seen in lacking]
    if any(seen.claim_number is None for seen in lacking):
        said.append(
            "債権整理番号のない債権は、台帳では債権名と所属で見分けます。番号があれば書き加え、"
            "台帳にある債権の別の呼び方であれば、行を加えずに、その債権の「別名」に書いてください。"
        )
    return said


def _place(seen: Seen) -> str:
    what = f"債権{seen.claim_number}" if seen.claim_number else "債権整理番号の記入のない債権"
    place = f"{seen.file} › {seen.sheet} {what}「{seen.claim_name or ''}」"
    if seen.is_complete:
        return place
    why = "名前・所属・債権区分のどれかがないか、数式になる記号で始まるため、行にできません"
    return f"{place} {why}。手で書き加えてください。"


def lacking(home: Home) -> list[Seen]:
    """The claims that forms name and the register lacks. Raises Stop for a faulty register."""
    return unregistered(home.landing, register_of(home))


def registered(register: Register) -> Table:
    """The register as the staff read it."""
    rows = [
        (
            entry.municipality_code,
            entry.claim_number,
            entry.claim_name,
            "、".join(entry.aliases),
            class_names(entry.claim_classes),
            entry.department,
            entry.section,
            entry.limitation_years,
            labels("basis")[entry.basis],
            entry.valid_from,
            entry.valid_to,
        )
        for entry in register.entries
    ]
    return Table(tuple(HEADINGS.values()), rows)
