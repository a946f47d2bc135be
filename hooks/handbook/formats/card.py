"""A card for the wall: what a unit must do, by when, on what basis, with which measure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from handbook import urls
from handbook.formats import qrcode
from handbook.formats.trimming import quoted
from handbook.formats.typeset import Print, typst_date
from handbook.model import Duty, Event, Unit
from handbook.pages.base import Context
from handbook.pages.calendar import dates


@dataclass(frozen=True, slots=True)
class Line:
    """A duty on the card; the months below name it by its number."""

    number: int
    title: str
    leads: str
    when: str
    measure: str
    basis: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month and what is due in it: pairs of the day and of duty numbers or meetings."""

    name: str
    days: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything card.typ shows. code: the address as an SVG image of its QR code (ISO 18004)."""

    unit: str
    kind: str
    book: str
    edition: str
    as_of: str
    leads: tuple[Line, ...]
    supports: tuple[Line, ...]
    months: tuple[Month, ...]
    lacking: str
    path: str  # of the unit's page on the site
    address: str
    code: str


def card(context: Context, unit: Unit, *, large: bool = False) -> Print:
    """The card of a unit. large: in large print."""
    view = _view(context, unit)
    template = Path(__file__).with_name("card.typ").read_text(encoding="utf-8")
    data = quoted(json.dumps(asdict(view), ensure_ascii=False))
    given = f"json(bytes({data})), {typst_date(context.book.as_of)}, large: {str(large).lower()}"
    return Print(f"{template}\n#card({given})\n")


def _view(context: Context, unit: Unit) -> Card:
    book, links = context.book, context.links
    leads = [book.duties[id] for id in links.leads.get(unit.id, ())]
    supports = [book.duties[id] for id in links.supports.get(unit.id, ())]
    lines = [_line(context, duty, number) for number, duty in enumerate([*leads, *supports], 1)]
    named: list[tuple[Duty | Event, str]] = [
        (duty, str(number)) for number, duty in enumerate([*leads, *supports], 1)
    ]
    named += [(e, e.title) for e in book.events.values() if unit.id in e.units.ids]
    years = context.lacking(item for item, _ in named)
    path = urls.record("units", unit.id)
    address = qrcode.address(context, path)
    return Card(
        unit=unit.name,
        kind=f"{unit.kind}·{unit.role}",
        book=book.settings.name,
        edition=book.settings.edition,
        as_of=f"{book.as_of.year}年{book.as_of.month}月{book.as_of.day}日",
        leads=tuple(lines[: len(leads)]),
        supports=tuple(lines[len(leads) :]),
        months=tuple(_months(context, named)),
        lacking="、".join(map(str, years)),
        path=path,
        address=address,
        code=qrcode.svg(address),
    )


def _line(context: Context, duty: Duty, number: int) -> Line:
    when = "，".join(filter(None, (duty.rhythm, duty.deadline)))
    basis = "；".join(duty.basis)
    leads = "、".join(context.names(duty.leads))
    return Line(number, duty.title, leads, when, duty.measure, basis)


def _months(context: Context, named: Iterable[tuple[Duty | Event, str]]) -> Iterator[Month]:
    """The twelve months from the as-of day on."""
    start = context.book.as_of
    end = date(start.year + 1, start.month, 1)
    due: dict[date, list[str]] = {}
    for item, name in named:
        for year in (start.year, end.year):
            for day in dates(item, year, context):
                if start <= day < end:
                    due.setdefault(day, []).append(name)
    for offset in range(12):
        year, month = divmod(start.year * 12 + start.month - 1 + offset, 12)
        days = sorted(day for day in due if (day.year, day.month) == (year, month + 1))
        yield Month(
            f"{year}年{month + 1}月", tuple((f"{d.day}日", "、".join(due[d])) for d in days)
        )
