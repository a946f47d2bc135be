"""The responsibility matrix: field × duty rows, a column a unit; one source for page and Excel."""

from __future__ import annotations

from dataclasses import dataclass

from handbook.links import Links
from handbook.model import Duty, Field, Handbook, Unit

LEAD, SUPPORT = "●", "○"


@dataclass(frozen=True, slots=True)
class Row:
    duty: Duty
    cells: tuple[str, ...]  # LEAD, SUPPORT or "", one a unit of Matrix.units


@dataclass(frozen=True, slots=True)
class Group:
    field: Field
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`units` are the columns: every unit with a duty in force, in the order of units.yml."""

    units: tuple[Unit, ...]
    groups: tuple[Group, ...]


def build(handbook: Handbook, links: Links) -> Matrix:
    """The matrix of the duties in force on the as-of day; fields without duties are left out."""
    busy = set(links.leads) | set(links.supports)
    units = tuple(unit for unit in handbook.units.values() if unit.id in busy)
    duties = [handbook.duties[id] for id in links.duties]
    groups = []
    for work in handbook.fields.values():
        rows = tuple(_row(duty, units) for duty in duties if duty.field == work.id)
        if rows:
            groups.append(Group(work, rows))
    return Matrix(units, tuple(groups))


def _row(duty: Duty, units: tuple[Unit, ...]) -> Row:
    leads, supports = set(duty.leads.ids), set(duty.supports.ids)
    cells = (LEAD if u.id in leads else SUPPORT if u.id in supports else "" for u in units)
    return Row(duty, tuple(cells))
