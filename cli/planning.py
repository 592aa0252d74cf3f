"""The year: its calendar, and who has handed in what."""

from pathlib import Path
from typing import Annotated

import typer

from cli.app import At, app
from services.arguments import clock_at
from services.clock import now
from services.exits import Stop
from services.messages import say
from services.troubles import write_files
from terms.years import fiscal_year_of


@app.command("calendar")
def calendar_command(
    context: typer.Context,
    fiscal_year: Annotated[
        int | None, typer.Option("--fiscal-year", help="年度(西暦、省略は今年度)")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="HTMLとiCalendarを書き出すフォルダ", metavar="FOLDER"),
    ] = None,
) -> None:
    """一年の日程(config/calendar.yml)を示します。-o で、ページと予定表のファイルにします。"""
    from services import calendar as calendars

    year = fiscal_year_of(now().date()) if fiscal_year is None else fiscal_year
    if not calendars.is_known_year(year):
        raise Stop(f"--fiscal-year は西暦4桁の年度です(例 2026): {year}")
    entries = calendars.Calendar.of(context.obj).year(year)
    if output is None:
        for entry in entries:
            mark = "※" if entry.told else ""
            typer.echo(f"{entry.on.isoformat()}{mark}\t{entry.step.name}\t{entry.step.title}")
        return
    from exports.desks.calendar import Day, calendar_page, icalendar

    days = [Day(each.on, each.step.name, each.step.title, each.told) for each in entries]
    page, _ = write_files(
        output,
        {
            f"calendar-{year}.html": calendar_page(year, days).encode(),
            f"calendar-{year}.ics": icalendar(year, days),
        },
    )
    say(f"{page} と .ics を書き出しました。")


@app.command("remind")
def remind_command(context: typer.Context, at: At = None) -> None:
    """提出状況の一覧を新しくし、まだ届いていない様式の催促をoutbox/に置いて送ります。"""
    from services import waiting
    from services.desks import collection, reminders

    moment = clock_at(at)()
    with context.obj.writer():
        collection.write_page(context.obj, moment.date())
        written = reminders.write(context.obj, moment)
    sent = reminders.send(context.obj, moment.date())
    say(f"催促 {len(written)}通を outbox/ に置き、{sent}通を送りました。")
    waiting.tell(context.obj)
    say(f"提出状況 {context.obj.internal / 'collection' / 'index.html'}")
