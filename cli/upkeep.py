"""Upkeep: the audit log, and what keeps the home safe and sound."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.app import AsJson, At, app, audit_app, one_line
from cli.ending import finish
from services.arguments import clock_at, reason_to_keep
from services.exits import Exit, Stop
from services.messages import give, say
from services.records import anchors, approvals, audit, soundness, tombstones, truth
from terms.legible import legible

ACTIONS = {
    audit.BEGINNING: "記録の連鎖の開始",
    audit.RESUMED: "失われた記録の続き",
    "load": "受付",
    "reject": "返却",
    "waive": "承認による通過",
    "withdraw": "取下げ",
    "draft": "下書き",
    "correct": "訂正の下書き",
    "approve": "承認",
    approvals.SEND_BACK: "差戻し",
    "publish": "公表",
    "configure": "設定の変更",
    truth.ACTION: "保管",
    tombstones.ASK: "消去の求め",
    truth.EXPUNGE: "消去",
    "sign_in": "窓口にはいる",
    "sign_in_locked": "パスワードの誤りの続いた利用者名",
    "person_add": "利用者の追加",
    "person_role": "役割の付与",
    "person_role_end": "役割の終了",
    "person_disable": "利用者の停止",
    "person_enable": "利用者の再開",
    "person_unlock": "利用者名の制限の解除",
    "person_password": "パスワードの変更",
    "build_start": "構築の開始",
    "save_question": "問いの保存",
    "drop_question": "問いの削除",
    "keep_answer": "答えの保存",
    "question_refused": "断った問い合わせ",
}
OWN = ("seq", "prev", "hash", "at", "action")


@audit_app.command("verify")
def verify_command(
    context: typer.Context,
    known: Annotated[
        str | None,
        typer.Option("--known", help="前に控えたハッシュ値。その行が残っているかも確かめる"),
    ] = None,
    backups: Annotated[
        Path | None,
        typer.Option("--backup", help="控えのフォルダ。どの控えの印とも照らす", metavar="FOLDER"),
    ] = None,
) -> None:
    """監査記録(audit.jsonl)が書き換えられたり失われたりしていないかを、公表した版の印とも照らして確かめます。"""
    elsewhere = {known: "手元の控え"} if known else {}
    verdict = soundness.verify(
        context.obj, {**elsewhere, **(anchors.in_backups(backups) if backups else {})}
    )
    for note in verdict.notes:
        say(legible(f"audit.jsonl {note}"))
    for fault in verdict.faults:
        say(legible(f"audit.jsonl {fault}"))
    if verdict.faults:
        say(f"監査記録が変えられています。{audit.REMEDY}")
        raise typer.Exit(Exit.CHECK_FAILED)
    say(f"監査記録は{verdict.lines}行あり、途切れも書き換えもありません。")
    if verdict.head:
        say("次のハッシュ値を別の場所に控えると、次回の --known で全体の差替えも分かります。")
        sys.stdout.write(f"{verdict.head.hash}\n")


@audit_app.command("show")
def show_command(context: typer.Context, as_json: AsJson = False) -> None:
    """監査記録を古い順に示します。"""
    for line in audit.read(context.obj):
        give(json.dumps(line) if as_json else _told(line))


@audit_app.command("stamp")
def stamp_command(context: typer.Context) -> None:
    """監査記録の最後の行に、設定した時刻認証局(RFC 3161)の時刻認証を受けます。"""
    from services.records import stamps

    say(stamps.stamp(context.obj))


@audit_app.command("resume")
def resume_command(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="だれが", metavar="NAME", callback=one_line)],
    reason: Annotated[
        str, typer.Option("--reason", help="失われたわけ", metavar="TEXT", callback=one_line)
    ],
    at: At = None,
) -> None:
    """失われた監査記録の続きを始めます。だれがなぜ始めたかは、いつまでも verify に出ます。"""
    if not by.strip() or not reason.strip():
        raise Stop("--by と --reason を書いてください。")
    soundness.resume(context.obj, clock_at(at)(), by.strip(), reason_to_keep(reason.strip()))
    say("監査記録の続きを始めました。これまでの承認は数えません。受付と公表は記録し直しました。")


@app.command("backup")
def backup_command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="控えを取るフォルダ(ホームフォルダの外)")],
    is_verified: Annotated[
        bool, typer.Option("--verify", help="控えを取らず、最新の控えが壊れていないかを確かめる")
    ] = False,
    recipients: Annotated[
        list[str] | None,
        typer.Option(
            "--recipient",
            help="この宛先の鍵でだけ開ける、暗号にした1ファイルで取る",
            metavar="age1…",
        ),
    ] = None,
    at: At = None,
) -> None:
    """作り直せないもの(保管したブック・取込データ・設定・記録・公開サイト)の控えを取ります。"""
    from services.records import backup, sealed

    if is_verified:
        say(f"控えの{backup.verify(folder)}ファイルは壊れていません。")
        return
    when = clock_at(at)()
    if recipients:
        made = sealed.seal(context.obj, folder, when, recipients)
    else:
        made = backup.backup(context.obj, folder, when)
    say(f"控えを取りました: {made.files}ファイル(うち新しい内容{made.copied}件)")
    sys.stdout.write(f"{made.name}\n")


@app.command("backup-key")
def backup_key_command(
    file: Annotated[Path, typer.Argument(help="鍵を書くファイル。控えとは別の場所に大切にしまう")],
) -> None:
    """暗号にした控えの鍵を作り、mishukin backup --recipient に渡す宛先を示します。"""
    from services.records import sealed

    sys.stdout.write(f"{sealed.new_key(file)}\n")


@app.command("restore")
def restore_command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="控えのフォルダ")],
    name: Annotated[str | None, typer.Option("--name", help="控えの名前(省略は最新)")] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="暗号にした控えを開く鍵のファイル")
    ] = None,
    only_damaged: Annotated[
        bool,
        typer.Option(
            "--damaged", help="いまのホームフォルダの、壊れたか失われたファイルだけを戻す"
        ),
    ] = False,
) -> None:
    """控えを空のホームフォルダに戻します。続けて mishukin rebuild を実行してください。"""
    from services.records import backup, sealed

    if only_damaged:
        files = backup.restore_damaged(context.obj, folder)
        say("".join(f"戻しました: {file}\n" for file in files) + f"全部で{len(files)}ファイル")
        return
    if key:
        made = sealed.unseal(context.obj, folder, key, name)
    else:
        made = backup.restore(context.obj, folder, name)
    say(f"控え{made.name}を戻しました: {made.files}ファイル(うち今回{made.copied}件)")
    say("公開用データは mishukin rebuild で作り直されます。")


@app.command("rebuild")
def rebuild_command(
    context: typer.Context,
    from_archive: Annotated[
        bool, typer.Option("--from-archive", help="取込データも、保管したブックから作り直す")
    ] = False,
    at: At = None,
) -> None:
    """倉庫・公開用データ・下書きを、取込データから作り直します。"""
    from orchestration import runs
    from services.records import rebuild

    clock = clock_at(at)
    if from_archive:
        say(f"取込データを作り直しました({rebuild.land_again(context.obj, clock())}回分)。")
    finish(runs.rebuild(context.obj, clock))


@app.command("upgrade")
def upgrade_command(context: typer.Context, at: At = None) -> None:
    """前の版から使っているホームフォルダの、保管と取込の今のすがたを監査記録に残します。"""
    with context.obj.alone():
        tombstones.settle(context.obj)
        count = truth.record_all(context.obj, clock_at(at)())
    say(
        f"{count}ファイルのハッシュ値を監査記録に残しました。この後の変更は分かりますが、"
        "この前の変更は分かりません。"
        if count
        else "すべて監査記録に残っています。"
    )


@app.command("prepare")
def prepare_command(context: typer.Context) -> None:
    """ホームフォルダと、Dagsterの設定(dagster.yaml)を用意します。常駐の処理を始める前に使います。"""
    from orchestration.instance import configure

    configure(context.obj)
    say(f"ホームフォルダを用意しました: {context.obj.root}")


@app.command("tidy")
def tidy_command(context: typer.Context, at: At = None) -> None:
    """いらなくなったもの(書きかけのまま残ったファイル、古い実行の履歴)を片づけます。"""
    from orchestration.history import prune
    from orchestration.instance import open_instance
    from services.records.housekeeping import drop_left_aside

    when = clock_at(at)()
    left = drop_left_aside(context.obj, when)
    with open_instance(context.obj) as instance:
        runs = prune(context.obj, instance, when)
    say(
        "".join(f"片づけました: {each}\n" for each in left) + f"実行の履歴 {runs}回分を消しました。"
    )


@app.command("doctor")
def doctor_command(
    context: typer.Context,
    is_deep: Annotated[
        bool, typer.Option("--deep", help="保管・取込・公開用データを一つ残らず読み、記録と比べる")
    ] = False,
    as_json: AsJson = False,
    at: At = None,
) -> None:
    """版・ディスク・書込み・受付・承認・公開サイト・監査記録などが正常かを確かめます。"""
    from services.records import doctor

    at_told = clock_at(at, may_be_ahead=True)()
    findings = doctor.examine(context.obj, at_told, deep=is_deep)
    if as_json:
        told = [
            {"name": each.name, "state": each.state.name.lower(), "message": each.message}
            for each in findings
        ]
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    else:
        for each in findings:
            first, *more = each.message.split("\n")
            give(f"{each.state.value} {each.name}: {first}")
            for line in more:
                give(f"  {line.strip()}")
    if any(each.state is doctor.State.FAULT for each in findings):
        raise typer.Exit(Exit.CHECK_FAILED)


def _told(line: dict[str, object]) -> str:
    told = {name: _fact(value) for name, value in line.items() if name not in OWN and value}
    facts = [f"{name}={value}" for name, value in told.items()]
    action = str(line.get("action", ""))
    when = str(line.get("at", ""))[:16].replace("T", " ")
    return f"{when} {ACTIONS.get(action, action)} {' '.join(facts)}".rstrip()


def _fact(value: object) -> object:
    """A list as its words, of a mapping how many it has."""
    if isinstance(value, list):
        return "；".join(map(str, value))
    return len(value) if isinstance(value, dict) else value
