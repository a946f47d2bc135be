"""What a change does to each unit: the duties it gains, loses and keeps in another shape.

A duty counts for a unit that leads it, supports it or takes one of its steps, until it has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handbook import urls
from handbook.changes.differences import ADDED, CHANGED, DELETED, Edit, RecordChange
from handbook.model import Duty, Event, Handbook, LedgerItem
from handbook.schema import EVENT, LEDGER

LEAD, SUPPORT, STEP = "牵头", "配合", "参与步骤"
GAINED, LOST, ADJUSTED = "新增", "减少", "调整"
FOUNDED, MERGED, ABOLISHED, RENAMED, REMOVED = "新设", "并入", "撤销", "更名", "删去"


@dataclass(frozen=True, slots=True)
class Task:
    """What changes for one unit in one duty.

    was, now: its part (牵头 …), "" for none. partners: the units from which the part comes or to
    which it goes. roster: the duty is unchanged; which units 各… means is not. whole: the duty
    itself begins or ends.
    """

    id: str
    title: str
    url: str
    change: str
    was: str
    now: str
    partners: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    roster: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One unit and all that changes for it.

    event: 新设, 并入, 撤销, 更名, 删去, 修改 or "". into: the unit it went into. others: calendar
    entries and items of the ledger that name it.
    """

    id: str
    name: str
    url: str
    event: str = ""
    into: str = ""
    edits: tuple[Edit, ...] = ()
    tasks: tuple[Task, ...] = ()
    others: tuple[RecordChange, ...] = ()

    def of(self, change: str) -> tuple[Task, ...]:
        """Its tasks that are 新增, 减少 or 调整."""
        return tuple(task for task in self.tasks if task.change == change)


def units(
    was: Handbook,
    now: Handbook,
    roster: Iterable[RecordChange],
    duties: Iterable[RecordChange],
    others: Iterable[RecordChange],
) -> tuple[UnitChange, ...]:
    """Every unit for which something changes, in the order of the roster.

    roster, duties, others: what changed in units, in duties, and in what else names units.
    """
    changed = {change.id: change for change in roster}
    tasks = _tasks(was, now, {change.id: change.edits for change in duties})
    named = _named(was, now, others)
    found = []
    for id in dict.fromkeys((*now.units, *was.units)):
        change = changed.get(id)
        if change or id in tasks or id in named:
            unit = now.units.get(id) or was.units[id]
            event, into = _event(change, was, now)
            found.append(
                UnitChange(
                    id,
                    unit.label,
                    urls.record("units", id),
                    event,
                    into,
                    change.edits if change else (),
                    tuple(tasks.get(id, ())),
                    tuple(named.get(id, ())),
                )
            )
    return tuple(found)


def _event(change: RecordChange | None, was: Handbook, now: Handbook) -> tuple[str, str]:
    """What happened to the unit itself, and into which it went."""
    if change is None:
        return "", ""
    if change.change in (ADDED, DELETED):
        return (FOUNDED, "") if change.change == ADDED else (REMOVED, "")
    old, new = was.units[change.id], now.units[change.id]
    heir = now.units.get(new.merged_into)
    if heir and old.merged_into != new.merged_into:
        return MERGED, heir.label
    if new.until and old.until != new.until:
        return ABOLISHED, heir.label if heir else ""
    return (RENAMED, "") if old.name != new.name else (CHANGED, "")


def _parts(duty: Duty | None, book: Handbook) -> dict[str, str]:
    """Unit -> its part in a duty that has not ended."""
    if duty is None or (duty.expires is not None and duty.expires <= book.as_of):
        return {}
    found: dict[str, str] = {}
    steps = (id for step in duty.steps for id in step.units.ids)
    for part, ids in ((LEAD, duty.leads.ids), (SUPPORT, duty.supports.ids), (STEP, steps)):
        for id in ids:
            found.setdefault(id, part)
    return found


def _tasks(
    was: Handbook, now: Handbook, changed: Mapping[str, tuple[Edit, ...]]
) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for id in dict.fromkeys((*now.duties, *was.duties)):
        duty = now.duties.get(id)
        if duty is None and id not in changed:
            continue  # it could not be read
        before, after = _parts(was.duties.get(id), was), _parts(duty, now)
        edits = tuple(edit for edit in changed.get(id, ()) if not edit.wording)
        if before == after and not edits:
            continue
        title = (duty or was.duties[id]).title
        for unit in dict.fromkeys((*after, *before)):
            old, new = before.get(unit, ""), after.get(unit, "")
            if old != new or edits:
                change = GAINED if not old else LOST if not new else ADJUSTED
                partners = _partners(unit, before, after, was, now)
                task = Task(
                    id,
                    title,
                    urls.record("duties", id),
                    change,
                    old,
                    new,
                    partners if old != new else (),
                    edits,
                    id not in changed,
                    not before or not after,
                )
                found.setdefault(unit, []).append(task)
    return found


def _partners(
    unit: str, before: Mapping[str, str], after: Mapping[str, str], was: Handbook, now: Handbook
) -> tuple[str, ...]:
    """Who had the part that a unit gains; who takes the one that it loses."""
    part = after.get(unit)
    if part:
        left = [id for id, old in before.items() if old == part and after.get(id) != part]
        return tuple(was.units[id].label for id in left)
    part = before.get(unit)
    came = [id for id, new in after.items() if new == part and before.get(id) != part]
    return tuple(now.units[id].label for id in came)


def _named(
    was: Handbook, now: Handbook, others: Iterable[RecordChange]
) -> dict[str, list[RecordChange]]:
    """Unit -> the changed calendar entries and items of the ledger that name it."""
    found: dict[str, list[RecordChange]] = {}
    for change in others:
        ids: dict[str, None] = {}
        for record in (_naming(change, now), _naming(change, was)):
            if record is not None and not change.wording:
                ids.update(dict.fromkeys(record.units.ids))
        for id in ids:
            found.setdefault(id, []).append(change)
    return found


def _naming(change: RecordChange, book: Handbook) -> Event | LedgerItem | None:
    """The calendar entry or item of the ledger that changed, as it stands in `book`."""
    if change.word == EVENT.word:
        return book.events.get(change.id)
    return book.ledger.get(change.id) if change.word == LEDGER.word else None
