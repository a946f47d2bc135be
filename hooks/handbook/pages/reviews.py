"""What must be reviewed, by responsible unit: for the coverage report and the unit pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from handbook import review
from handbook.model import Record
from handbook.pages.base import Context, Ref


@dataclass(frozen=True, slots=True)
class Row:
    """Something to be reviewed: by whom (None: nobody is named), by which day ("": none set)."""

    unit: Ref | None
    ref: Ref
    day: str
    late: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One section of the coverage report; count: of records, one may have several units."""

    title: str
    count: int
    rows: tuple[Row, ...]


def groups(context: Context) -> tuple[Group, ...]:
    """What is overdue and what is due soon, by unit in the order of units.yml, then by day."""
    return (
        _group(context, "超过复核日期的内容", review.overdue),
        _group(context, f"{review.SOON.days}天内要复核的内容", review.soon),
    )


def _group(context: Context, title: str, wanted: Callable[[Record, date], bool]) -> Group:
    found = [r for r in review.records(context.book) if wanted(r, context.book.as_of)]
    by_unit: dict[str, list[Record]] = defaultdict(list)
    for record in found:
        for unit in review.keepers(record) or ("",):
            by_unit[unit].append(record)
    units = [id for id in (*context.book.units, "") if id in by_unit]
    rows = [row for id in units for row in _rows(context, by_unit[id], id)]
    return Group(title, len(found), tuple(rows))


def _rows(context: Context, records: Iterable[Record], unit: str) -> list[Row]:
    """The rows of one unit, the first due first, what has no day last."""
    day = context.book.as_of
    who = context.unit(unit) if unit else None
    rows = [
        Row(who, context.ref(r), str(r.review_by or ""), review.overdue(r, day)) for r in records
    ]
    return sorted(rows, key=lambda row: row.day or "9")


class Keeping:
    """What each unit keeps: what names it as 责任单位, and what it must review anyway."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_unit: dict[str, list[Record]] = defaultdict(list)
        for record in review.records(context.book):
            for unit in review.keepers(record) if record.review_by else review.owners(record):
                self._by_unit[unit].append(record)

    def rows(self, unit: str) -> tuple[Row, ...]:
        return tuple(_rows(self._context, self._by_unit.get(unit, ()), unit))
