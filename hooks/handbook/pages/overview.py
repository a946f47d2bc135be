"""The pages made from many records: matrix, coverage, citations, ledger, glossary, lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from handbook import matrix, review, urls
from handbook.coverage import Coverage
from handbook.eids import label
from handbook.links import Reference
from handbook.matrix import Matrix
from handbook.model import Duty, LedgerItem, Term
from handbook.pages import duties
from handbook.pages.base import Context, Leaf, Ref
from handbook.pages.reviews import Group, groups
from handbook.schema import LEDGER_STATES, LISTS


def leaves(context: Context) -> Iterator[Leaf]:
    yield _matrix(context)
    yield _coverage(context)
    yield _citations(context)
    yield _ledger(context)
    yield _glossary(context)
    yield _lists(context)


# matrix


@dataclass(frozen=True, slots=True)
class MatrixView:
    matrix: Matrix
    units: tuple[tuple[Ref, int], ...]  # column heads with the number of duties
    duties: dict[str, Ref]


def _matrix(context: Context) -> Leaf:
    made = matrix.build(context.book, context.links)
    leads, supports = context.links.leads, context.links.supports
    view = MatrixView(
        matrix=made,
        units=tuple(
            (context.unit(u.id), len(leads.get(u.id, ())) + len(supports.get(u.id, ())))
            for u in made.units
        ),
        duties={row.duty.id: context.duty(row.duty) for g in made.groups for row in g.rows},
    )
    foot = duties.source(context)
    return context.leaf("matrix/index.md", "职责矩阵", "matrix.md", view, foot=foot, wide=True)


# coverage


@dataclass(frozen=True, slots=True)
class CoverageView:
    coverage: Coverage
    duties: int
    holes: tuple[tuple[str, tuple[Ref, ...]], ...]
    excused: tuple[tuple[Ref, str, str], ...]
    idle: tuple[Ref, ...]
    idle_excused: tuple[tuple[Ref, str], ...]
    load: tuple[tuple[Ref, int, int, int], ...]  # unit, leads, supports, percent of the fullest
    uncovered: tuple[Ref, ...]
    covered: int
    reviews: tuple[Group, ...]
    pending: tuple[tuple[Ref, str], ...]


def _coverage(context: Context) -> Leaf:
    found = context.coverage
    top = max((item.leads + item.supports for item in found.load), default=0) or 1
    view = CoverageView(
        coverage=found,
        duties=len(context.links.duties),
        holes=tuple(
            (name, tuple(map(context.duty, lacking))) for name, lacking in found.holes.items()
        ),
        excused=tuple((context.duty(d), e.missing, e.reason) for d, e in found.excused),
        idle=tuple(context.unit(unit.id) for unit in found.idle),
        idle_excused=tuple((context.unit(u.id), e.reason) for u, e in found.idle_excused),
        load=tuple(
            (
                context.unit(item.unit.id),
                item.leads,
                item.supports,
                round(100 * (item.leads + item.supports) / top),
            )
            for item in sorted(found.load, key=lambda i: -(i.leads + i.supports))
        ),
        uncovered=tuple(
            Ref(
                f"《{item.instrument.title}》{label(item.eid)}",
                urls.instrument(item.instrument, item.eid),
            )
            for item in found.uncovered
        ),
        covered=sum(bool(item.duties) for item in found.imposed),
        reviews=groups(context),
        pending=tuple(
            (context.ref(r), r.pending) for r in review.records(context.book) if r.pending
        ),
    )
    foot = duties.source(context)
    return context.leaf("coverage/index.md", "覆盖情况", "coverage.md", view, foot=foot)


# citations


@dataclass(frozen=True, slots=True)
class CitationsView:
    groups: tuple[tuple[Ref, tuple[tuple[Ref, tuple[Ref, ...]], ...]], ...]


def _citations(context: Context) -> Leaf:
    groups = []
    for work in context.book.instruments.values():
        cited = context.links.cited_by.get(work.id, {})
        if not cited:
            continue
        order = work.current.body.index
        rows = []
        for eid in sorted(cited, key=lambda eid: order.get(eid, -1)):
            name = label(eid) if eid else "整部"
            ref = Ref(name, urls.instrument(work, eid or None))
            rows.append((ref, tuple(dict.fromkeys(map(_origin, cited[eid])))))
        groups.append((Ref(f"《{work.title}》", urls.instrument(work)), tuple(rows)))
    view, foot = CitationsView(tuple(groups)), context.at("docs/")
    return context.leaf("citations/index.md", "引用索引", "citations.md", view, foot=foot)


def _origin(reference: Reference) -> Ref:
    return Ref(reference.origin.title, reference.origin.url)


# ledger


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one unit has come with its items."""

    unit: Ref
    states: tuple[int, ...]  # in the order of LEDGER_STATES
    overdue: int
    percent: int  # done or kept up, of all


@dataclass(frozen=True, slots=True)
class LedgerView:
    states: tuple[str, ...]
    progress: tuple[Progress, ...]
    items: tuple[tuple[LedgerItem, bool], ...]  # with whether it is overdue


def _ledger(context: Context) -> Leaf:
    items = list(context.book.ledger.values())
    by_unit: dict[str, list[LedgerItem]] = defaultdict(list)
    for item in items:
        for unit in item.units.ids:
            by_unit[unit].append(item)
    progress = [
        _progress(context, unit, by_unit[unit]) for unit in context.book.units if unit in by_unit
    ]
    rows = tuple((item, _late(context, item)) for item in items)
    view = LedgerView(LEDGER_STATES, tuple(progress), rows)
    foot = context.gathered(items, "data/ledger.yml")
    return context.leaf("ledger/index.md", "问题清单与整改台账", "ledger.md", view, foot=foot)


def _late(context: Context, item: LedgerItem) -> bool:
    return item.status in ("未启动", "整改中") and item.due < context.book.as_of


def _progress(context: Context, unit: str, items: list[LedgerItem]) -> Progress:
    states = tuple(sum(item.status == state for item in items) for state in LEDGER_STATES)
    late = sum(_late(context, item) for item in items)
    done = states[LEDGER_STATES.index("已完成")] + states[LEDGER_STATES.index("长期坚持")]
    return Progress(context.unit(unit), states, late, round(100 * done / len(items)))


# glossary and lists


@dataclass(frozen=True, slots=True)
class GlossaryView:
    terms: tuple[Term, ...]


def _glossary(context: Context) -> Leaf:
    view = GlossaryView(tuple(context.book.terms.values()))
    foot = context.gathered(view.terms, "data/glossary.yml")
    return context.leaf("glossary/index.md", "词条", "glossary.md", view, foot=foot)


@dataclass(frozen=True, slots=True)
class ListsView:
    lists: tuple[tuple[str, tuple[tuple[Duty, Ref], ...]], ...]


def _lists(context: Context) -> Leaf:
    alive = [context.book.duties[id] for id in context.links.duties]
    view = ListsView(
        tuple(
            (name, tuple((duty, context.duty(duty)) for duty in alive if duty.list == name))
            for name in LISTS
        )
    )
    foot = duties.source(context)
    return context.leaf("lists/index.md", "乡镇街道三张清单", "lists.md", view, foot=foot)
