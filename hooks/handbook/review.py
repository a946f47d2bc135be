"""Review life: who keeps a record, and by when it must next be reviewed.

One source for the warning of `rules`, the line on the page, the coverage report and the unit pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from handbook.model import Duty, Handbook, LedgerItem, Page, Record, Unit, Version

SOON = timedelta(days=60)
PAST = ("已修改", "已废止")  # versions that are kept as they were


def records(handbook: Handbook) -> Iterator[Record]:
    """Everything that may have a 复核日期, in the order in which reports list it."""
    yield handbook.settings
    for work in handbook.instruments.values():
        yield from (version for version in work.versions if version.status not in PAST)
    yield from handbook.units.values()
    yield from handbook.fields.values()
    yield from handbook.duties.values()
    yield from handbook.pages.values()
    yield from handbook.courses.values()
    yield from handbook.terms.values()
    yield from handbook.events.values()
    yield from handbook.ledger.values()
    yield from handbook.questions.values()


def owners(record: Record) -> tuple[str, ...]:
    """The 责任单位 as written, as unit ids; () where there is none."""
    return record.owners.ids if isinstance(record, Duty | Page | Version) else ()


def keepers(record: Record) -> tuple[str, ...]:
    """Who must review it: its 责任单位, else who answers for it anyway, () where nobody is named.

    A duty's lead, the units of a ledger item, and a unit for its own record.
    """
    if isinstance(record, Unit):
        return (record.id,)
    if isinstance(record, LedgerItem):
        return record.units.ids
    return owners(record) or (record.leads.ids if isinstance(record, Duty) else ())


def overdue(record: Record, day: date) -> bool:
    """Whether the 复核日期 lies before `day`; never of a version that is kept as it was."""
    past = isinstance(record, Version) and record.status in PAST
    return record.review_by is not None and record.review_by < day and not past


def soon(record: Record, day: date) -> bool:
    """Whether the 复核日期 is `day` or one of the 60 days after it."""
    return record.review_by is not None and day <= record.review_by <= day + SOON
