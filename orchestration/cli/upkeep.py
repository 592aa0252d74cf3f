"""Upkeep: the audit log, and what keeps the home safe and sound."""

import json
import sys
from typing import Annotated

import typer

from orchestration import audit
from orchestration.cli.app import AsJson, audit_app
from orchestration.exits import Exit
from orchestration.messages import say

ACTIONS = {
    audit.BEGINNING: "記録の連鎖の開始",
    "load": "受付",
    "reject": "返却",
    "waive": "承認による通過",
    "withdraw": "取下げ",
    "approve": "承認",
    "publish": "公表",
    "correct": "訂正",
    "configure": "設定の変更",
}
OWN = ("seq", "prev", "hash", "at", "action")


@audit_app.command("verify")
def verify_command(
    context: typer.Context,
    known: Annotated[
        str | None,
        typer.Option("--known", help="前に控えたハッシュ値。その行が残っているかも確かめる"),
    ] = None,
) -> None:
    """監査記録(audit.jsonl)の行が、書き換えられたり失われたりしていないかを確かめます。"""
    verdict = audit.verify(context.obj, known)
    for fault in verdict.faults:
        say(f"audit.jsonl {fault}")
    if verdict.faults:
        say("監査記録が変えられています。控え(mishukin backup)と比べてください。")
        raise typer.Exit(Exit.CHECK_FAILED)
    say(f"監査記録は{verdict.lines}行あり、途切れも書き換えもありません。")
    if verdict.head:
        say("次のハッシュ値を別の場所に控えると、次回の --known で全体の差替えも分かります。")
        sys.stdout.write(f"{verdict.head.hash}\n")


@audit_app.command("show")
def show_command(context: typer.Context, as_json: AsJson = False) -> None:
    """監査記録を古い順に示します。"""
    for line in audit.read(context.obj):
        sys.stdout.write((json.dumps(line, ensure_ascii=False) if as_json else _told(line)) + "\n")


def _told(line: dict[str, object]) -> str:
    facts = [f"{name}={value}" for name, value in line.items() if name not in OWN and value]
    action = str(line.get("action", ""))
    when = str(line.get("at", ""))[:16].replace("T", " ")
    return f"{when} {ACTIONS.get(action, action)} {' '.join(facts)}".rstrip()
