"""The command line itself: the application, its groups, and the options commands share."""

from pathlib import Path
from typing import Annotated

import typer

from services.home import Home
from terms.legible import legible


def one_line(text: str | None) -> str | None:
    """A name or a reason, which is shown to others: on one line, and nothing in it unseen."""
    if text is not None and legible(text) != text:
        raise typer.BadParameter("改行や、目に見えない文字は使えません。")
    return text


app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="未収金ウェアハウス: 調書を読み取り、検査し、集計し、残高報告を公表します。",
)
report_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="残高報告の下書き・承認・公表。",
)
app.add_typer(report_app, name="report")
audit_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="監査記録(だれが、いつ、何をしたか)。",
)
app.add_typer(audit_app, name="audit")

layout_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="様式の定義(config/layouts): 初めての表を、データとして書いて読めるようにします。",
)
app.add_typer(layout_app, name="layout")

Paths = Annotated[
    list[Path] | None, typer.Argument(help="ブック、またはフォルダ", show_default=False)
]
Municipality = Annotated[
    str | None, typer.Option("--municipality", help="団体コード(6桁)", metavar="CODE")
]
By = Annotated[str | None, typer.Option("--by", help="だれが", metavar="NAME", callback=one_line)]
ReceivedAt = Annotated[
    str | None, typer.Option("--received-at", help="受付日時(ISO 8601、省略は今)", metavar="ISO")
]
At = Annotated[str | None, typer.Option("--at", help="日時(ISO 8601、省略は今)", metavar="ISO")]
AsJson = Annotated[bool, typer.Option("--json", help="JSONで出力する")]
AsOf = Annotated[str, typer.Argument(help="基準日(例 2024-07-31)", metavar="AS_OF")]
MaybeAsOf = Annotated[
    str | None, typer.Argument(help="基準日(省略はすべて)", metavar="AS_OF", show_default=False)
]


@app.callback()
def choose_home(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option("--home", help="ホームフォルダ(省略はMISHUKIN_HOME、なければ./var)"),
    ] = None,
) -> None:
    """Every command works on one home folder."""
    from services.words import adopt

    context.obj = Home.at(home)
    adopt(context.obj)
