"""Releases as the staff read them: what would change, what a revision was made of, the list."""

import json
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from exports.press import files
from exports.release import kept, publishing, site
from exports.report.corrections import compared_rows, differences, heading, shown
from exports.report.figures import MARTS, read_report
from exports.report.model import SUPPRESSED
from exports.report.settings import City
from services import releases
from services.as_of import write_as_of
from services.calendar import Calendar
from services.exits import Stop
from services.formats import to_text
from services.generation import NoGenerationError, UnusableError, compared
from services.home import Home
from services.query import Table
from terms.years import TOKYO

COMPARED = ("箇所", "項目", "公表した数値", "いまの数値")


def dry_run(home: Home, as_of: date, *, as_json: bool) -> str:
    """The published figures of `as_of` that a correction would change."""
    compared = releases.compare(home, as_of)
    if as_json:
        record = {
            "as_of": as_of.isoformat(),
            "revision": compared.revision if compared else None,
            "items": [asdict(item) for item in (compared.items if compared else ())],
        }
        return json.dumps(record, ensure_ascii=False, indent=1, default=files.plain) + "\n"
    day = as_of.isoformat()
    if compared is None:
        return f"{day} の残高報告はまだ公表されていません。変わる公表済みの数値はありません。\n"
    rows = compared_rows(compared.items)
    if not rows:
        return f"{day} 第{compared.revision}版の数値は、いまの公開用データと同じです。\n"
    return to_text(Table(COMPARED, rows))


def rebuild(home: Home, as_of: date, number: int, output: Path | None) -> tuple[list[str], bool]:
    """Render a revision again: what to tell, and whether every byte is as published."""
    rebuilt = publishing.rebuild(releases.places(home), as_of, number)
    if output is not None:
        if output.exists() and any(output.iterdir()):
            raise Stop(f"書き出すフォルダが空ではありません: {output}")
        files.stage_folder(output, rebuilt.files)
    name = f"{as_of.isoformat()} 第{number}版"
    submitted = _against_submissions(home, rebuilt.kept)
    if not rebuilt.differing:
        same = f"{name}: {len(rebuilt.files)}ファイルすべてが公表したものと一致しました。"
        return [same, *submitted], True
    said = [f"{name}: 公表したものと異なるファイルがあります: {'、'.join(rebuilt.differing)}"]
    others = kept.other_versions(rebuilt.kept.versions)
    said += [f"  版の違い {line}" for line in others] or [
        "  ソフトウェアの版は公表時と同じです。公表したファイルが変わっていないか確かめてください。"
    ]
    return [*said, *submitted], False


def _against_submissions(home: Home, record: kept.Kept) -> list[str]:
    """What the forms that had arrived when its generation was made tell otherwise today."""
    try:
        generation = compared(home)
    except NoGenerationError:
        return ["  公開用データがないため、提出された数値とは比べていません。"]
    except UnusableError as error:
        return [f"  {error.because}ため、提出された数値とは比べていません。"]
    report = record.report
    known = datetime.strptime(record.generation[:15], "%Y%m%dT%H%M%S").replace(tzinfo=TOKYO)
    first = site.revisions(home.public, report.as_of)[:1]
    with TemporaryDirectory(dir=home.dagster) as folder:
        then = Path(folder) / "then.duckdb"
        write_as_of(then, generation, known.isoformat(), MARTS)
        told = read_report(
            then,
            City(report.municipality_code, report.settings),
            report.as_of,
            first[0].issued if first else report.issued,
        )
    found = [
        item
        for item in differences(replace(report, waived=()), told)
        if SUPPRESSED not in (item.old, item.new)
    ]
    if not found:
        return [f"  {known:%Y-%m-%d %H:%M} までに届いた提出から計算し直した数値とも一致しました。"]
    return [
        f"  {known:%Y-%m-%d %H:%M} までに届いた提出から計算し直すと、{len(found)}か所が異なります:",
        *(
            f"    {item.place} {heading(item.column)}: 公表 {shown(item, item.old)}、"
            f"再計算 {shown(item, item.new)}"
            for item in found
        ),
    ]


def listing(home: Home, *, as_json: bool) -> str:
    """Every day that has a draft or a published revision."""
    every = releases.every(home)
    if as_json:
        records = [_record(home, one) for one in every]
        return json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    columns = (
        "基準日",
        "状態",
        "公表した版",
        "公表日",
        "承認した人",
        "未報告",
        "大きな変化",
        "公表後の変化",
        "元のデータ",
    )
    return to_text(Table(columns, [_row(one) for one in every]))


def _row(one: publishing.Release) -> tuple[object, ...]:
    draft = one.draft
    issued = draft.issued if draft else one.revisions[-1].issued if one.revisions else None
    return (
        one.as_of,
        one.state.value,
        one.revisions[-1].number if one.revisions else None,
        issued,
        "、".join(each.approved_by for each in one.approvals) or None,
        len(draft.unreported) if draft else None,
        len(draft.notable) if draft else None,
        draft.changed if draft else None,
        draft.generation if draft else None,
    )


def _record(home: Home, one: publishing.Release) -> dict[str, object]:
    draft = one.draft
    return {
        "as_of": one.as_of.isoformat(),
        "state": one.state.name.lower(),
        "revision": one.revisions[-1].number if one.revisions else None,
        "publication_date": Calendar.of(home).publication_date(one.as_of).isoformat(),
        "issued": draft.issued.isoformat() if draft else None,
        "approvals": [
            {"by": each.approved_by, "at": each.approved_at.isoformat()} for each in one.approvals
        ],
        "unreported": list(draft.unreported) if draft else [],
        "notable": list(draft.notable) if draft else [],
        "changed": draft.changed if draft else None,
        "generation": draft.generation if draft else None,
        "content_hash": draft.content_hash if draft else None,
    }
