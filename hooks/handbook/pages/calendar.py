"""The year's deadlines: dated ones by month, the others by their rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from handbook.deadlines import Deadline, Rhythm, lacking_years, parse, parse_rhythm
from handbook.model import Duty, Event, Parties
from handbook.pages.base import Context, Leaf, Ref


@dataclass(frozen=True, slots=True)
class Entry:
    day: date
    ref: Ref
    anchor: str
    units: Parties
    deadline: str
    past: bool
    item: Duty | Event


@dataclass(frozen=True, slots=True)
class Undated:
    item: Duty | Event
    ref: Ref
    units: Parties
    rhythm: str
    deadline: str


@dataclass(frozen=True, slots=True)
class CalendarView:
    year: int
    months: tuple[tuple[int, tuple[Entry, ...]], ...]
    undated: tuple[Undated, ...]
    lacking: tuple[int, ...]


def leaves(context: Context) -> Iterator[Leaf]:
    year = context.book.as_of.year
    entries = sorted(_entries(context, year), key=lambda e: (e.day, e.ref.url, e.ref.text))
    months = tuple((m, tuple(e for e in entries if e.day.month == m)) for m in range(1, 13))
    view = CalendarView(year, months, tuple(_undated(context)), _lacking(context, year))
    foot = context.gathered(context.book.events.values(), "data/calendar.yml")
    yield context.leaf("calendar/index.md", f"{year}年工作日历", "calendar.md", view, foot=foot)


def _items(context: Context) -> Iterator[tuple[Duty | Event, Ref, Parties]]:
    for id in context.links.duties:
        duty = context.book.duties[id]
        yield duty, context.duty(duty), duty.leads
    for event in context.book.events.values():
        yield event, Ref(event.title, f"calendar/#{event.id}"), event.units


def _entries(context: Context, year: int) -> Iterator[Entry]:
    seen: set[str] = set()
    for item, ref, units in _items(context):
        for day in dates(item, year, context):
            anchor = item.id if isinstance(item, Event) and item.id not in seen else ""
            seen.add(item.id)
            past = day < context.book.as_of
            yield Entry(day, ref, anchor, units, item.deadline, past, item)


def dates(item: Duty | Event, year: int, context: Context) -> tuple[date, ...]:
    """The days of `year` on which a duty or event falls due, within its time."""
    if isinstance(item, Event) and item.date:
        return (item.date,) if item.date.year == year else ()
    deadline, rhythm = parse(item.deadline), parse_rhythm(item.rhythm)
    if not isinstance(deadline, Deadline) or _timeless(rhythm):
        return ()
    found = deadline.dates(year, context.book.workdays)
    if isinstance(item, Duty):
        found = tuple(
            day
            for day in found
            if (item.effective is None or item.effective <= day)
            and (item.expires is None or day < item.expires)
        )
    return found


def _timeless(rhythm: Rhythm | None) -> bool:
    return rhythm is not None and not rhythm.per_year


def _undated(context: Context) -> Iterator[Undated]:
    for item, ref, units in _items(context):
        deadline = parse(item.deadline)
        dated = isinstance(item, Event) and item.date
        if not dated and (not isinstance(deadline, Deadline) or not deadline.per_year):
            yield Undated(item, ref, units, item.rhythm, item.deadline)


def _lacking(context: Context, year: int) -> tuple[int, ...]:
    found: set[int] = set()
    for item, _, _ in _items(context):
        deadline = parse(item.deadline)
        if isinstance(deadline, Deadline):
            found.update(lacking_years(deadline, year, context.book.workdays))
    return tuple(sorted(found))
