"""Calendar files (RFC 5545): a day-long event for each dated deadline, with an alarm a week before.

Deadlines go by working days and month ends, which no recurrence rule can say, so each date of this
and the next year is an event of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from icalendar import Alarm, Calendar
from icalendar import Event as Entry

from handbook import urls
from handbook.deadlines import Deadline, lacking_years, parse
from handbook.model import Duty, Event, Unit
from handbook.pages.base import Context
from handbook.pages.calendar import dates

_EARLY = timedelta(days=-6, hours=-15)  # nine in the morning, seven days before
_RULE = "工作日按国务院办公厅的放假安排推算"


def calendar(context: Context, unit: Unit | None = None) -> str:
    """The calendar of a unit, or of all of them, as iCalendar text."""
    book = context.book
    made = Calendar()
    made.add("prodid", "-//handbook//zh-CN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"{unit.label if unit else book.settings.region}统战工作日历")
    made.add("x-wr-timezone", "Asia/Shanghai")
    stamp = datetime(book.as_of.year, book.as_of.month, book.as_of.day, tzinfo=UTC)
    for item, role, day in _dated(context, unit):
        made.add_component(_entry(context, item, role, day, stamp))
    text: str = made.to_ical().decode("utf-8")
    return text


def concerns(context: Context, unit: Unit) -> bool:
    """Whether the calendar of a unit has an event."""
    return any(True for _ in _dated(context, unit))


def write(text: str, target: Path, day: date) -> None:
    """Write calendar text, with the line ends that RFC 5545, 3.1 asks for."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode("utf-8"))


def _dated(context: Context, unit: Unit | None) -> Iterator[tuple[Duty | Event, str, date]]:
    for item, role in _items(context, unit):
        for year in (context.book.as_of.year, context.book.as_of.year + 1):
            for day in dates(item, year, context):
                yield item, role, day


def _items(context: Context, unit: Unit | None) -> Iterator[tuple[Duty | Event, str]]:
    for id in context.links.duties:
        duty = context.book.duties[id]
        if unit is None:
            yield duty, ""
        elif unit.id in duty.leads.ids:
            yield duty, "牵头"
        elif unit.id in duty.supports.ids:
            yield duty, "配合"
    for event in context.book.events.values():
        if unit is None or unit.id in event.units.ids:
            yield event, ""


def _entry(context: Context, item: Duty | Event, role: str, day: date, stamp: datetime) -> Entry:
    made = Entry()
    made.add("uid", f"{item.id}-{day:%Y%m%d}@handbook")
    made.add("dtstamp", stamp)
    made.add("dtstart", day)
    made.add("dtend", day + timedelta(days=1))
    made.add("summary", f"【{role}】{item.title}" if role else item.title)
    made.add("description", "\n".join(_facts(context, item, day)))
    made.add("transp", "TRANSPARENT")
    site = context.book.settings.site_url
    if site:
        page = urls.record("duties", item.id) if isinstance(item, Duty) else "calendar/"
        made.add("url", site.rstrip("/") + "/" + page)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"一周后到期：{item.title}")
    alarm.add("trigger", _EARLY)
    made.add_component(alarm)
    return made


def _facts(context: Context, item: Duty | Event, day: date) -> Iterator[str]:
    yield f"时限：{item.deadline or day.isoformat()}"
    if isinstance(item, Duty):
        if item.output:
            yield f"成果：{item.output}"
        if item.measure:
            yield f"考核：{item.measure}"
        if item.basis:
            yield f"依据：{'；'.join(item.basis)}"
    deadline = parse(item.deadline)
    if isinstance(deadline, Deadline) and "工作日" in item.deadline:
        years = lacking_years(deadline, day.year, context.book.workdays)
        yield _RULE + (f"；{day.year}年的安排还没有录入，只除去周末" if years else "")
