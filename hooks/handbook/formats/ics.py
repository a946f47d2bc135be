"""Calendar files (RFC 5545): a day-long event for each dated deadline, with an alarm a week before.

Deadlines go by working days and month ends, which no recurrence rule can say, so each date of this
and the next year is an event of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Due:
    """One event: a day on which something falls due."""

    uid: str
    day: date
    title: str
    role: str
    facts: str
    url: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a calendar file holds; stamp: the day it was made for."""

    name: str
    stamp: date
    events: tuple[Due, ...]


def schedule(context: Context, unit: Unit | None = None) -> Schedule:
    """The calendar of a unit, or of all of them."""
    book = context.book
    name = f"{unit.label if unit else book.settings.region}统战工作日历"
    events = (_due(context, *found) for found in _dated(context, unit))
    return Schedule(name, book.as_of, tuple(events))


def concerns(context: Context, unit: Unit) -> bool:
    """Whether the calendar of a unit has an event."""
    return any(True for _ in _dated(context, unit))


def write(schedule: Schedule, target: Path, day: date) -> None:
    """Write a calendar file; icalendar sees to the line ends and folds of RFC 5545, 3.1."""
    made = Calendar()
    made.add("prodid", "-//handbook//zh-CN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", schedule.name)
    made.add("x-wr-timezone", "Asia/Shanghai")
    stamp = datetime(schedule.stamp.year, schedule.stamp.month, schedule.stamp.day, tzinfo=UTC)
    for due in schedule.events:
        made.add_component(_entry(due, stamp))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(made.to_ical())


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


def _due(context: Context, item: Duty | Event, role: str, day: date) -> Due:
    site = context.book.settings.site_url
    page = urls.record("duties", item.id) if isinstance(item, Duty) else "calendar/"
    return Due(
        uid=f"{item.id}-{day:%Y%m%d}@handbook",
        day=day,
        title=item.title,
        role=role,
        facts="\n".join(_facts(context, item, day)),
        url=site.rstrip("/") + "/" + page if site else "",
    )


def _entry(due: Due, stamp: datetime) -> Entry:
    made = Entry()
    made.add("uid", due.uid)
    made.add("dtstamp", stamp)
    made.add("dtstart", due.day)
    made.add("dtend", due.day + timedelta(days=1))
    made.add("summary", f"【{due.role}】{due.title}" if due.role else due.title)
    made.add("description", due.facts)
    made.add("transp", "TRANSPARENT")
    if due.url:
        made.add("url", due.url)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"一周后到期：{due.title}")
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
