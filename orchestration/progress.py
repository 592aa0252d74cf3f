"""What a run says while it goes on: a line as each of its parts begins."""

import logging

import dagster as dg

from services.clock import now
from services.messages import say

NAME = "progress"
# The parts of `main` and `build`, by the names of their steps.
PARTS = {
    "landing": "受付箱を読み取っています",
    "dbt": "取込データから倉庫を作り、検査しています(いちばん時間のかかるところです)",
    "soda_contracts": "公開用データの契約(列・型・値の範囲)を確かめています",
    "generation": "公開用データを入れ替えています",
    "extracts": "ファイル(Parquet、CSV、Excel)に書き出しています",
}


@dg.logger({}, description="始まった手順を1行ずつ標準エラーに示す")
def progress(_: dg.InitLoggerContext) -> logging.Logger:
    """A logger that passes over all but the beginnings of parts."""
    logger = logging.Logger(NAME)
    logger.addHandler(_Beginnings())
    return logger


class _Beginnings(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Say that a part begins."""
        event: dg.DagsterEvent | None = getattr(record, "dagster_event", None)
        if event and event.event_type is dg.DagsterEventType.STEP_START:
            part = PARTS.get(event.step_key or "")
            if part:
                say(f"{now():%H:%M:%S} {part}…")
