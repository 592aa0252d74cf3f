"""Releases as the house handles them: what may be published when, approvals, and the list."""

import json
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from exports.errors import (
    DraftChanged,
    GenerationTooOld,
    NoFigures,
    NotApproved,
    NothingToCorrect,
    NothingToPublish,
    NotSeen,
    Overtaken,
    PublicationError,
    ReportRefused,
    TooEarly,
    Unreported,
)
from exports.press import files
from exports.release import approval, drafting, kept, site
from exports.release import publishing as release
from exports.release.records import Places, read_draft
from exports.report.corrections import compared_rows, differences, heading, shown
from exports.report.figures import MARTS, read_report
from exports.report.model import SUPPRESSED, City
from services import seal, waiting
from services.as_of import write_as_of
from services.calendar import Calendar
from services.city import approvals_needed, read_city
from services.clock import TOKYO
from services.exits import Exit, Stop
from services.generation import (
    NoGenerationError,
    UnusableError,
    compared,
)
from services.home import Home
from services.intake.waivers import let_pass
from services.query import Table, to_text
from services.records import acts, audit

COMPARED = ("箇所", "項目", "公表した数値", "いまの数値")

EXITS: dict[type[PublicationError], Exit] = {
    GenerationTooOld: Exit.USAGE,
    NoFigures: Exit.USAGE,
    NothingToCorrect: Exit.USAGE,
    ReportRefused: Exit.CHECK_FAILED,
    Unreported: Exit.CHECK_FAILED,
    NotApproved: Exit.NOT_APPROVED,
    NothingToPublish: Exit.NOT_APPROVED,
    DraftChanged: Exit.NOT_APPROVED,
    TooEarly: Exit.NOT_APPROVED,
    Overtaken: Exit.NOT_APPROVED,
    NotSeen: Exit.NOT_APPROVED,
}


def places(home: Home) -> Places:
    """The folders of the home that a release lives in."""
    return Places(home.drafts, home.public, home.releases)


def books(home: Home) -> drafting.Books:
    """What a draft is made from: the current generation of the home's city."""
    return drafting.Books(compared(home), read_city(home), places(home))


def exit_of(error: PublicationError) -> Exit:
    """How a command ends that a publication error stopped."""
    return EXITS.get(type(error), Exit.UNEXPECTED)


def approve(home: Home, as_of: date, by: str, at: datetime, *, seen: str = "") -> str:
    """Approve the draft of `as_of`, with all its notable changes `seen` (their mark), and note it.

    Returns what to tell. Raises Stop.
    """
    if not by.strip():
        raise Stop("--by に承認する人の名前を書いてください。")
    needed = approvals_needed(home)
    with home.writer():
        acts.catch_up(home, at)
        _refuse_overtaken(home, as_of)
        try:
            approvals = approval.approve(home.drafts, as_of, by, at, seen=seen)
        except PublicationError as error:
            raise Stop(str(error), exit_of(error)) from error
        audit.note(
            home,
            at,
            "approve",
            as_of=as_of.isoformat(),
            by=by.strip(),
            **acts.approved(approvals[-1]),
        )
    names = "、".join(each.approved_by for each in approvals)
    told = f"{as_of.isoformat()} の残高報告を承認しました({names})。"
    if changes := approvals[-1].seen:
        told += f"確かめた大きな変化は{len(changes)}件です。"
    lacking = needed - len(approvals)
    return f"{told}あと{lacking}人、別の人の承認が必要です。" if lacking > 0 else told


def refuse_unready(home: Home, as_of: date, at: datetime, early: str | None) -> None:
    """Raise Stop where the house may not add a revision now, whoever approved the draft.

    `early` is why it may come before the day that the calendar names.
    """
    if not seal.last_build_passed(home):
        raise Stop(
            "最後に作った倉庫が検査に合格していないため、公表しません。"
            "検査の結果を直し、mishukin build を実行してください。",
            Exit.CHECK_FAILED,
        )
    _refuse_overtaken(home, as_of)
    planned = Calendar.of(home).publication_date(as_of)
    if at.astimezone(TOKYO).date() < planned and early is None:
        raise Stop(
            f"{as_of.isoformat()} の残高報告の公表日は {planned.isoformat()} です。早めるときは"
            "下書きを report draft --issued で作り直し、publish に --early --by --reason を"
            "付けてください。",
            Exit.NOT_APPROVED,
        )


def _refuse_overtaken(home: Home, as_of: date) -> None:
    """Raise Stop where what the city knows has gone on since the draft: it would be out of date."""
    try:
        made = read_draft(home.drafts, as_of)
    except PublicationError as error:
        raise Stop(str(error), exit_of(error)) from error
    if made.generation != compared(home).stem:
        raise Stop(
            f"{as_of.isoformat()} の下書きより新しい公開用データがあります。"
            "report draft で下書きを作り直し、内容を確認してください。",
            Exit.CHECK_FAILED,
        )
    if waits := waiting.deciding(home):
        raise Stop(
            f"受理または取下げのあった受付が{waits}回、まだ公開用データに入っていません。"
            "mishukin build を実行し、report draft で下書きを作り直して、内容を確認してください。",
            Exit.CHECK_FAILED,
        )


def preview(home: Home, as_of: date) -> Path:
    """The page that shows the draft under a watermark. Raises Stop."""
    try:
        return release.preview(places(home), as_of, approvals_needed=approvals_needed(home))
    except PublicationError as error:
        raise Stop(str(error), exit_of(error)) from error


def compare(home: Home, as_of: date) -> drafting.Compared | None:
    """What a correction of `as_of` would change today; None where nothing is published of it.

    Nothing is written. Raises PublicationError, Stop.
    """
    return drafting.compare(books(home), as_of, let_pass(home, as_of))


def dry_run(home: Home, as_of: date, *, as_json: bool) -> str:
    """The published figures of `as_of` that a correction would change. Raises Stop."""
    try:
        compared = compare(home, as_of)
    except PublicationError as error:
        raise Stop(str(error), exit_of(error)) from error
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
    """Render a revision again: what to tell, and whether every byte is as published.

    Raises Stop.
    """
    try:
        rebuilt = release.rebuild(places(home), as_of, number)
    except PublicationError as error:
        raise Stop(str(error), exit_of(error)) from error
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
    releases = release.list_releases(places(home), approvals_needed=approvals_needed(home))
    if as_json:
        records = [_record(home, one) for one in releases]
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
    return to_text(Table(columns, [_row(one) for one in releases]))


def _row(one: release.Release) -> tuple[object, ...]:
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


def _record(home: Home, one: release.Release) -> dict[str, object]:
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
