"""A unit's page: what it leads and supports, by when, on what basis, with which measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handbook import urls
from handbook.model import Duty, Event, Instrument, LedgerItem, Unit
from handbook.pages.base import Context, Leaf, Ref
from handbook.pages.reviews import Keeping, Row

SECTION = Ref("单位", "units/")
SOON = 12  # rows of 近期时限


@dataclass(frozen=True, slots=True)
class Due:
    """The next day on which something is due."""

    day: str
    ref: Ref
    role: str  # 牵头 / 配合 / 参加
    deadline: str


@dataclass(frozen=True, slots=True)
class UnitView:
    unit: Unit
    heir: Ref | None
    gone: bool
    due: tuple[Due, ...]
    lacking: tuple[int, ...]
    leads: tuple[Duty, ...]
    supports: tuple[Duty, ...]
    rules: tuple[tuple[Ref, int], ...]  # instrument, how many of the unit's duties rest on it
    kept: tuple[Row, ...]  # what the unit keeps, and by when it must review it
    ledger: tuple[LedgerItem, ...]
    points: float
    refs: dict[str, Ref]  # duty id -> link
    fields: dict[str, Ref]


def leaves(context: Context) -> Iterator[Leaf]:
    keeping = Keeping(context)
    for unit in context.book.units.values():
        view = _view(context, unit, keeping)
        path = f"units/{unit.id}.md"
        yield context.leaf(path, unit.name, "unit.md", view, section=SECTION, record=unit)


def _view(context: Context, unit: Unit, keeping: Keeping) -> UnitView:
    book, links = context.book, context.links
    leads = tuple(book.duties[id] for id in links.leads.get(unit.id, ()))
    supports = tuple(book.duties[id] for id in links.supports.get(unit.id, ()))
    events = [event for event in book.events.values() if unit.id in event.units.ids]
    return UnitView(
        unit=unit,
        heir=context.unit(unit.merged_into) if unit.merged_into else None,
        gone=unit.until is not None and unit.until <= book.as_of,
        due=_due(context, leads, supports, events),
        lacking=context.lacking((*leads, *supports, *events)),
        leads=leads,
        supports=supports,
        rules=_rules(context, (*leads, *supports)),
        kept=keeping.rows(unit.id),
        ledger=tuple(item for item in book.ledger.values() if unit.id in item.units.ids),
        points=sum(duty.points or 0 for duty in leads),
        refs={duty.id: context.duty(duty) for duty in (*leads, *supports)},
        fields={id: context.field(id) for id in book.fields},
    )


def _due(
    context: Context, leads: tuple[Duty, ...], supports: tuple[Duty, ...], events: list[Event]
) -> tuple[Due, ...]:
    found = []
    for role, duties in (("牵头", leads), ("配合", supports)):
        for duty in duties:
            day = context.next(duty)
            if day:
                found.append(Due(day, context.duty(duty), role, duty.deadline))
    for event in events:
        day = context.next(event)
        if day:
            found.append(Due(day, Ref(event.title, "calendar/"), "参加", event.deadline))
    return tuple(sorted(found, key=lambda due: (due.day, due.role, due.ref.url))[:SOON])


def _rules(context: Context, duties: tuple[Duty, ...]) -> tuple[tuple[Ref, int], ...]:
    count: dict[str, set[str]] = {}
    for duty in duties:
        for basis in context.links.bases(duty):
            for link in basis.links:
                count.setdefault(link.instrument, set()).add(duty.id)
    works = context.book.instruments
    ordered = sorted(count, key=lambda id: (-len(count[id]), list(works).index(id)))
    return tuple((_instrument(works[id]), len(count[id])) for id in ordered)


def _instrument(work: Instrument) -> Ref:
    return Ref(f"《{work.title}》", urls.instrument(work))
