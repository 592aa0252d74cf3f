"""Versions as the command line handles them: what changed between two, and withdrawing one."""

from datetime import datetime
from pathlib import Path

from ingest import versions
from services.exits import Stop
from services.formats import to_xlsx
from services.home import Home
from services.intake import receipts
from services.query import Table
from services.records import acts, tombstones, truth

KINDS = {"changed": "変更", "added": "追加", "removed": "削除"}


def changes(home: Home, older: str, newer: str) -> Table:
    """The changes as a table in Japanese. Raises Stop."""
    rows = [
        (each.sheet, each.cell, each.title, KINDS[each.kind], each.old, each.new)
        for each in _diff(home, older, newer)
    ]
    return Table(("シート", "セル", "項目", "区分", "変更前", "変更後"), rows)


def changes_as_data(home: Home, older: str, newer: str) -> Table:
    """The changes with the names that programs read. Raises Stop."""
    return Table(versions.Change._fields, [tuple(each) for each in _diff(home, older, newer)])


def write(table: Table, output: Path) -> None:
    """A workbook in which texts stay texts, also those that begin with `=`. Raises Stop."""
    if output.suffix.lower() != ".xlsx":
        raise Stop(f"書き出すファイルの名前は .xlsx で終えてください: {output}")
    output.write_bytes(to_xlsx(table))


def withdraw(home: Home, given: str, by: str, reason: str, at: datetime) -> str:
    """Withdraw a submission and note it; returns what to tell. Raises Stop."""
    if not by.strip() or not reason.strip():
        raise Stop("--by に取り下げる人の名前、--reason に理由を書いてください。")
    tombstones.settle(home)
    with home.receiving():
        acts.catch_up(home, at)
        truth.hold(home, truth.LANDING, deep=False)
        receipts.keep_withdrawal(home, given, by.strip(), reason.strip(), at)
        try:
            done = versions.withdraw(home.landing, given, by.strip(), reason.strip(), at)
        except versions.VersionError as error:
            raise Stop(str(error)) from error
        acts.catch_up(home, at)
    gone = done.submission
    told = f"{gone['file']} › {gone['sheet']}(提出番号{gone['submission_id']})を取り下げました。"
    if done.back is not None:
        told += (
            f"前の版(提出番号{done.back['submission_id']}、{done.back['file']})がふたたび有効です。"
        )
    return told + "公開用データには、次の mishukin run か mishukin build で反映されます。"


def _diff(home: Home, older: str, newer: str) -> list[versions.Change]:
    try:
        return versions.diff(home.landing, older, newer)
    except versions.VersionError as error:
        raise Stop(str(error)) from error
