"""A field of work: its duties, the units that carry them, its regulations, rules and pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handbook import urls
from handbook.model import Duty, Field
from handbook.pages.base import Context, Leaf, Ref

SECTION = Ref("领域", "fields/")


@dataclass(frozen=True, slots=True)
class FieldView:
    field: Field
    duties: tuple[tuple[Duty, Ref], ...]
    load: tuple[tuple[Ref, int, int], ...]  # unit, leads, supports in this field
    instruments: tuple[Ref, ...]
    pages: tuple[Ref, ...]


def leaves(context: Context) -> Iterator[Leaf]:
    for field in context.book.fields.values():
        view = _view(context, field)
        path = f"fields/{field.id}.md"
        yield context.leaf(
            path, field.name, "field.md", view, section=SECTION, record=field, prose=True
        )


def _view(context: Context, field: Field) -> FieldView:
    book = context.book
    duties = [book.duties[id] for id in context.links.duties]
    mine = [duty for duty in duties if duty.field == field.id]
    works = book.instruments.values()
    pages = book.pages.values()
    return FieldView(
        field=field,
        duties=tuple((duty, context.duty(duty)) for duty in mine),
        load=tuple(_load(context, mine)),
        instruments=tuple(
            Ref(f"《{work.title}》", urls.instrument(work))
            for work in works
            if field.id in work.current.fields
        ),
        pages=tuple(Ref(p.title, urls.page(p.path)) for p in pages if field.id in p.fields),
    )


def _load(context: Context, duties: list[Duty]) -> Iterator[tuple[Ref, int, int]]:
    for unit in context.book.units.values():
        leads = sum(unit.id in duty.leads.ids for duty in duties)
        supports = sum(
            unit.id in duty.supports.ids and unit.id not in duty.leads.ids for duty in duties
        )
        if leads or supports:
            yield context.unit(unit.id), leads, supports
