"""The holes: duties without basis, measure, rhythm or support, units without duties, provisions
that impose a duty nobody has. One source for the warnings, the coverage page and Excel."""

from __future__ import annotations

from dataclasses import dataclass

from handbook.convert import exists
from handbook.links import Links
from handbook.model import Duty, Exemption, Handbook, Instrument, Unit
from handbook.schema import HOLES


@dataclass(frozen=True, slots=True)
class Load:
    """How much one unit carries."""

    unit: Unit
    leads: int
    supports: int


@dataclass(frozen=True, slots=True)
class Imposed:
    """A provision in 设定职责 and the duties that rest on it, on a part of it or on its whole."""

    instrument: Instrument
    eid: str
    entry: int  # its number in 设定职责
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    holes: dict[str, tuple[Duty, ...]]  # 依据 / 考核 / 频次 / 配合 -> duties that lack it
    excused: tuple[tuple[Duty, Exemption], ...]
    idle: tuple[Unit, ...]  # units without duties and without an 例外
    idle_excused: tuple[tuple[Unit, Exemption], ...]
    load: tuple[Load, ...]
    imposed: tuple[Imposed, ...]

    @property
    def uncovered(self) -> tuple[Imposed, ...]:
        return tuple(item for item in self.imposed if not item.duties)


def lacks(duty: Duty, links: Links) -> tuple[str, ...]:
    """Which of 依据, 考核, 频次, 配合 the duty has not; a basis that does not resolve is none."""
    has = {
        "依据": links.based(duty),
        "考核": bool(duty.measure),
        "频次": bool(duty.rhythm),
        "配合": bool(duty.supports.typed),
    }
    return tuple(name for name in HOLES if not has[name])


def build(handbook: Handbook, links: Links) -> Coverage:
    """The coverage of the duties in force on the as-of day."""
    holes: dict[str, list[Duty]] = {name: [] for name in HOLES}
    excused = []
    for id in links.duties:
        duty = handbook.duties[id]
        reasons = {exemption.missing: exemption for exemption in duty.exemptions}
        for name in lacks(duty, links):
            if name in reasons:
                excused.append((duty, reasons[name]))
            else:
                holes[name].append(duty)
    alive = [u for u in handbook.units.values() if exists(u, handbook.as_of)]
    load = [
        Load(u, len(links.leads.get(u.id, ())), len(links.supports.get(u.id, ()))) for u in alive
    ]
    idle = [item.unit for item in load if not item.leads + item.supports]
    return Coverage(
        holes={name: tuple(found) for name, found in holes.items()},
        excused=tuple(excused),
        idle=tuple(unit for unit in idle if not unit.exemptions),
        idle_excused=tuple((u, u.exemptions[0]) for u in idle if u.exemptions),
        load=tuple(load),
        imposed=_imposed(handbook, links),
    )


def _imposed(handbook: Handbook, links: Links) -> tuple[Imposed, ...]:
    resting: dict[tuple[str, str], list[Duty]] = {}
    for id in links.duties:
        duty = handbook.duties[id]
        for basis in links.bases(duty):
            for link in basis.links:
                if link.eid:
                    resting.setdefault((link.instrument, link.eid), []).append(duty)
    found = []
    for instrument, eids in links.imposed.items():
        for eid, entry in eids.items():
            duties = [
                duty
                for (cited, cited_eid), group in resting.items()
                if cited == instrument and _same_line(cited_eid, eid)
                for duty in group
            ]
            work = handbook.instruments[instrument]
            found.append(Imposed(work, eid, entry, tuple({d.id: d for d in duties}.values())))
    return tuple(found)


def _same_line(one: str, other: str) -> bool:
    """Whether one provision is the other or holds it."""
    return one == other or one.startswith(other + "__") or other.startswith(one + "__")
