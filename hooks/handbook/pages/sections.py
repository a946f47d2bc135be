"""Home and the sections' own pages: every page in no menu is listed on its section's page.

A written index.md of the same address stands on top of the generated text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from handbook import urls
from handbook.convert import exists
from handbook.model import Duty, Field, Handbook, Instrument, Page, Unit
from handbook.pages import duties, editing, fields, instruments, units
from handbook.pages.base import Context, Leaf, Ref
from handbook.schema import INSTRUMENT_KINDS, UNIT_KINDS

SOON = 8


def leaves(context: Context) -> Iterator[Leaf]:
    yield _home(context)
    for section in instruments.SECTIONS:
        yield _instruments(context, section)
    yield _units(context)
    yield _fields(context)
    yield _duties(context)
    yield _search(context)
    yield from _folders(context)


def _search(context: Context) -> Leaf:
    foot = context.gathered(context.book.synonyms, "data/synonyms.yml")
    return context.leaf("search/index.md", "搜索", "search.md", None, foot=foot, wide=True)


# home


@dataclass(frozen=True, slots=True)
class HomeView:
    units: tuple[tuple[str, tuple[Ref, ...]], ...]
    fields: tuple[tuple[Ref, int, str], ...]
    soon: tuple[tuple[str, Ref, Duty], ...]
    chapters: tuple[Ref, ...]
    counts: tuple[tuple[Ref, int], ...]


def _home(context: Context) -> Leaf:
    book = context.book
    by_field: dict[str, int] = defaultdict(int)
    for id in context.links.duties:
        by_field[book.duties[id].field] += 1
    regulations = sum(work.section == "regulations" for work in book.instruments.values())
    view = HomeView(
        units=_grouped(context),
        fields=tuple((context.field(id), by_field[id], f.note) for id, f in book.fields.items()),
        soon=tuple(_soon(context)),
        chapters=tuple(chapters(book)),
        counts=(
            (Ref("法规", "regulations/"), regulations),
            (Ref("制度", "rules/"), len(book.instruments) - regulations),
            (Ref("职责", "duties/"), len(context.links.duties)),
            (Ref("词条", "glossary/"), len(book.terms)),
        ),
    )
    foot = context.at("data/handbook.yml")
    return context.leaf("index.md", book.settings.name, "home.md", view, foot=foot, wide=True)


def _grouped(context: Context) -> tuple[tuple[str, tuple[Ref, ...]], ...]:
    alive = [u for u in context.book.units.values() if exists(u, context.book.as_of)]
    groups = ((kind, [context.unit(u.id) for u in alive if u.kind == kind]) for kind in UNIT_KINDS)
    return tuple((kind, tuple(refs)) for kind, refs in groups if refs)


def _soon(context: Context) -> list[tuple[str, Ref, Duty]]:
    found = []
    for id in context.links.duties:
        duty = context.book.duties[id]
        day = context.next(duty)
        if day:
            found.append((day, context.duty(duty), duty))
    return sorted(found, key=lambda item: (item[0], item[1].url))[:SOON]


def chapters(handbook: Handbook) -> list[Ref]:
    """The handbook's own chapters: the top folders of written pages, and pages beside them."""
    found: dict[str, Ref] = {}
    for page in handbook.pages.values():
        top, _, rest = page.path.partition("/")
        if top in RESERVED or page.path == "index.md":
            continue
        url = urls.page(top if not rest else f"{top}/index.md")
        if not rest or rest == "index.md":
            found[url] = Ref(page.title, url)
        else:
            found.setdefault(url, Ref(top, url))
    index = handbook.pages.get("index.md")
    first = index.text if index else ""  # chapters stand in the order in which home names them
    order = {url: first.find(f"({url}") for url in found}
    return sorted(found.values(), key=lambda ref: order[ref.url] % (len(first) + 1))


# the sections of records


@dataclass(frozen=True, slots=True)
class InstrumentsView:
    groups: tuple[tuple[str, tuple[tuple[Ref, Markup, Instrument], ...]], ...]


def _instruments(context: Context, section: str) -> Leaf:
    works = [w for w in context.book.instruments.values() if w.section == section]
    groups = []
    for kind in INSTRUMENT_KINDS:
        rows = tuple(
            (
                Ref(f"《{work.title}》", urls.instrument(work)),
                instruments.badge(work.current.status),
                work,
            )
            for work in works
            if work.current.kind == kind
        )
        if rows:
            groups.append((kind, rows))
    title = instruments.SECTIONS[section].text
    view = InstrumentsView(tuple(groups))
    foot = context.at(f"docs/{section}/")
    return context.leaf(f"{section}/index.md", title, "instruments.md", view, foot=foot)


@dataclass(frozen=True, slots=True)
class UnitsView:
    groups: tuple[tuple[str, tuple[tuple[Ref, Unit, int, int], ...]], ...]


def _units(context: Context) -> Leaf:
    links = context.links
    rows = [
        (
            Ref(unit.name, urls.record("units", unit.id)),
            unit,
            len(links.leads.get(unit.id, ())),
            len(links.supports.get(unit.id, ())),
        )
        for unit in context.book.units.values()
    ]
    groups = ((kind, tuple(row for row in rows if row[1].kind == kind)) for kind in UNIT_KINDS)
    view = UnitsView(tuple((kind, found) for kind, found in groups if found))
    foot = context.gathered(context.book.units.values(), "data/units.yml")
    return context.leaf("units/index.md", units.SECTION.text, "units.md", view, foot=foot)


@dataclass(frozen=True, slots=True)
class FieldsView:
    rows: tuple[tuple[Ref, Field, int], ...]


def _fields(context: Context) -> Leaf:
    duties_of = [context.book.duties[id].field for id in context.links.duties]
    view = FieldsView(
        tuple((context.field(id), f, duties_of.count(id)) for id, f in context.book.fields.items())
    )
    foot = context.gathered(context.book.fields.values(), "data/fields.yml")
    return context.leaf("fields/index.md", fields.SECTION.text, "fields.md", view, foot=foot)


@dataclass(frozen=True, slots=True)
class DutiesView:
    groups: tuple[tuple[Ref, tuple[tuple[Ref, Duty], ...]], ...]
    idle: tuple[tuple[Ref, Duty], ...]  # not in force on the as-of day


def _duties(context: Context) -> Leaf:
    book = context.book
    alive = set(context.links.duties)
    groups = []
    for id in book.fields:
        rows = [d for d in book.duties.values() if d.field == id and d.id in alive]
        if rows:
            groups.append((context.field(id), tuple((context.duty(d), d) for d in rows)))
    idle = [d for d in book.duties.values() if d.id not in alive]
    view = DutiesView(tuple(groups), tuple((context.duty(d), d) for d in idle))
    foot = duties.source(context)
    return context.leaf("duties/index.md", duties.SECTION.text, "duties.md", view, foot=foot)


# folders of written pages

_GENERATED = "units fields duties matrix coverage citations calendar ledger glossary lists"
_LATER = "search changes training downloads api"
RESERVED = frozenset([*instruments.SECTIONS, *_GENERATED.split(), *_LATER.split()])


@dataclass(frozen=True, slots=True)
class FolderView:
    folders: tuple[Ref, ...]
    pages: tuple[Ref, ...]


def _folders(context: Context) -> Iterator[Leaf]:
    """A section page for each folder of written pages."""
    pages = context.book.pages
    inside: dict[str, list[Page]] = defaultdict(list)
    for page in pages.values():
        folder, _, name = page.path.rpartition("/")
        while folder and folder.split("/")[0] not in RESERVED:
            if name != "index.md":
                inside[folder].append(page)
            folder, _, name = folder.rpartition("/")[0], "", ""
    for folder, found in inside.items():
        direct = [p for p in found if p.path.rpartition("/")[0] == folder]
        below = {f for f in inside if f.rpartition("/")[0] == folder}
        view = FolderView(
            folders=tuple(Ref(_title(pages, f), f"{f}/") for f in sorted(below)),
            pages=(
                *(Ref(page.title, urls.page(page.path)) for page in direct),
                *(editing.references(context) if folder == editing.FOLDER else ()),
            ),
        )
        foot = context.at(f"docs/{folder}/")
        yield context.leaf(
            f"{folder}/index.md", _title(pages, folder), "folder.md", view, foot=foot
        )


def _title(pages: Mapping[str, Page], folder: str) -> str:
    index = pages.get(f"{folder}/index.md")
    return index.title if index else folder.rsplit("/", 1)[-1]
