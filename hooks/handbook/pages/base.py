"""What every page shares: the leaf it becomes, its foot, its links, the templates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from posixpath import commonpath

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from handbook import coverage, review, urls
from handbook.citations import Href, Link, mark_up, mark_up_source
from handbook.convert import expand
from handbook.deadlines import Deadline, lacking_years, next_date, parse, parse_rhythm
from handbook.links import Basis, Links
from handbook.model import (
    Course,
    Duty,
    Event,
    Field,
    Handbook,
    LedgerItem,
    Parties,
    Question,
    Record,
    Term,
    Unit,
    Version,
)
from handbook.model import Page as WrittenPage
from handbook.schema import COLLECTIVES


@dataclass(frozen=True, slots=True)
class Ref:
    """A link on the site: what it says, and its address relative to the root."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Foot:
    """A page's foot: what is not verified, who keeps it until when, and the file to correct."""

    pending: tuple[str, ...] = ()
    owners: tuple[Ref, ...] = ()
    review_by: str = ""
    overdue: bool = False
    path: str = ""  # relative to the content folder; a folder's ends with /
    line: int = 1
    edit: str = ""  # the edit address, where 仓库 is set


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the site as Markdown, ready for any renderer.

    path: its Markdown file relative to docs/; section: the section it belongs to, for breadcrumbs;
    wide: no contents list beside it (matrices, tables); prose: its terms are explained.
    """

    path: str
    title: str
    text: str
    section: Ref | None = None
    foot: Foot = Foot()
    wide: bool = False
    prose: bool = False

    @property
    def url(self) -> str:
        return urls.page(self.path)


_SPECIAL = re.compile(r"[\\`*_{}\[\]#|~<>&\"']")


def plain(text: object) -> Markup:
    """Plain text for Markdown: what Markdown or HTML would read is written as entities."""
    return Markup(_SPECIAL.sub(lambda m: f"&#{ord(m[0])};", str(text)))


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_TEMPLATES.filters["plain"] = plain


class Context:
    """The handbook and its links, with the small questions that pages ask of them."""

    def __init__(self, handbook: Handbook, links: Links) -> None:
        self.book, self.links = handbook, links
        self.coverage = coverage.build(handbook, links)

    @property
    def docs(self) -> Path:
        """The folder of the pages and of the files beside them."""
        return self.book.root / "docs"

    # leaves

    def leaf(
        self,
        path: str,
        title: str,
        template: str,
        view: object,
        *,
        section: Ref | None = None,
        record: Record | None = None,
        foot: Foot | None = None,
        wide: bool = False,
        prose: bool = False,
    ) -> Leaf:
        """The page `path` made by `template` from `view`; links in it are relative to the page."""
        here = urls.page(path)
        text = _TEMPLATES.get_template(template).render(
            v=view, to=lambda url: urls.relative(url, here), title=title, page=Page(self, here)
        )
        foot = self.foot(record) if record else foot
        return Leaf(path, title, tidy(text), section, foot or Foot(), wide, prose)

    def foot(self, record: Record) -> Foot:
        """The foot of the page that a record makes."""
        place = record.source.place()
        keepers = review.keepers(record) if record.review_by else review.owners(record)
        return Foot(
            pending=(record.pending,) if record.pending else (),
            owners=tuple(map(self.unit, keepers)),
            review_by=str(record.review_by or ""),
            overdue=review.overdue(record, self.book.as_of),
            path=place.path,
            line=place.line,
            edit=self.edit(place.path, place.line),
        )

    def gathered(self, records: Iterable[Record], otherwise: str) -> Foot:
        """The foot of a page made from many records: their one file, else the folder of all."""
        paths = sorted({record.source.place().path for record in records})
        if len(paths) > 1:
            return self.at(commonpath(paths) + "/")
        return self.at(paths[0] if paths else otherwise)

    def at(self, path: str) -> Foot:
        """The foot of a page that comes from `path`, a content file or a folder (a/b/)."""
        return Foot(path=path, edit=self.edit(path))

    def edit(self, path: str, line: int = 1) -> str:
        """The web address where a content file is edited, "" without 仓库."""
        base = self.book.settings.repository
        return urls.edit(base, path, line) if base else ""

    # names and links

    def collective(self, name: str) -> tuple[str, ...] | None:
        """The ids behind a collective name on the as-of day, None for any other name."""
        if name not in COLLECTIVES:
            return None
        return expand(name, self.book.units.values(), self.book.as_of)

    def unit(self, id: str) -> Ref:
        return Ref(self.book.units[id].label, urls.record("units", id))

    def units(self, parties: Parties) -> tuple[Ref, ...]:
        return tuple(self.unit(id) for id in parties.ids)

    def names(self, parties: Parties) -> tuple[str, ...]:
        """Units by their short names; a collective name stays one."""
        whole = [name for name in parties.typed if self.collective(name) is not None]
        inside = {id for name in whole for id in self.collective(name) or ()}
        single = [self.unit(id).text for id in parties.ids if id not in inside]
        return (*single, *whole)

    def duty(self, duty: Duty) -> Ref:
        return Ref(duty.title, urls.record("duties", duty.id))

    def field(self, id: str) -> Ref:
        return Ref(self.book.fields[id].name, urls.record("fields", id))

    def ref(self, record: Record) -> Ref:
        """The place on the site that shows a record."""
        match record:
            case Version():
                work = self.book.instruments[record.id]
                current = record is work.current
                url = urls.instrument(work) if current else urls.version(work, record.published)
                return Ref(f"《{record.title}》", url)
            case Unit():
                return self.unit(record.id)
            case Field():
                return self.field(record.id)
            case Duty():
                return self.duty(record)
            case WrittenPage():
                return Ref(record.title, urls.page(record.path))
            case Course():
                return Ref(record.name, urls.record("training", record.id))
            case Term():
                return Ref(f"词条：{record.name}", urls.term(record.name))
            case Event():
                return Ref(f"日历：{record.title}", "calendar/")
            case LedgerItem():
                return Ref(f"台账：{record.id}", f"ledger/#{record.id}")
            case Question():
                return Ref(f"试题：{record.id}", "training/")
        return Ref(self.book.settings.name, "")

    def next(self, item: Duty | Event) -> str:
        """The next deadline on or after the as-of day as YYYY-MM-DD, or ""."""
        if isinstance(item, Event) and item.date:
            return item.date.isoformat() if item.date >= self.book.as_of else ""
        deadline = parse(item.deadline)
        if not isinstance(deadline, Deadline):
            return ""
        since = item.effective if isinstance(item, Duty) else None
        rhythm = parse_rhythm(item.rhythm)
        found = next_date(deadline, rhythm, self.book.as_of, self.book.workdays, since)
        return found.isoformat() if found else ""

    def lacking(self, items: Iterable[Duty | Event]) -> tuple[int, ...]:
        """The years whose holidays the next deadlines of `items` need and workdays.yml lacks."""
        found: set[int] = set()
        for item in items:
            deadline, day = parse(item.deadline), self.next(item)
            if day and isinstance(deadline, Deadline):
                found.update(lacking_years(deadline, int(day[:4]), self.book.workdays))
        return tuple(sorted(found))

    def href(self, here: str) -> Href:
        """The address of a citation's target, relative to the page `here`."""

        def address(link: Link) -> str:
            if link.own and link.eid:  # of this very text, whichever version it is
                return f"#{link.eid}"
            work = self.book.instruments[link.instrument]
            return urls.relative(urls.instrument(work, link.eid), here)

        return address

    def basis(self, record: Record, here: str) -> tuple[Markup, ...]:
        """The 依据 entries of a record, with their links."""
        return tuple(self.linked(basis, here) for basis in self.links.bases(record))

    def linked(self, basis: Basis, here: str) -> Markup:
        return Markup(mark_up(basis.text, basis.links, self.href(here)))

    def markdown(self, record: Record, attribute: str, here: str) -> Markup:
        """A Markdown attribute of a record, with its citations linked."""
        text: str = getattr(record, attribute)
        spans = self.links.spans.get((type(record).__name__, record.id, attribute), ())
        return self.spliced(text, spans, here)

    def spliced(self, text: str, spans: Iterable[Link], here: str) -> Markup:
        return Markup(mark_up_source(text, spans, self.href(here)))


class Page:
    """What a template may ask while it renders the page at `here`."""

    def __init__(self, context: Context, here: str) -> None:
        self._context, self._here = context, here

    def link(self, ref: Ref) -> Markup:
        url = urls.relative(ref.url, self._here)
        return Markup('<a href="{}">{}</a>').format(url, ref.text)

    def links(self, refs: Iterable[Ref], separator: str = "、") -> Markup:
        return Markup(escape(separator)).join(self.link(ref) for ref in refs)

    def parties(self, parties: Parties) -> Markup:
        """Units as links; a collective name keeps its name, its members fold out."""
        folded = [(name, self._context.collective(name)) for name in parties.typed]
        inside = {id for _, ids in folded for id in ids or ()}
        single = self.links(self._context.unit(id) for id in parties.ids if id not in inside)
        groups = [
            Markup('<details class="members"><summary>{}（{}个）</summary>{}</details>').format(
                name, len(ids), self.links(self._context.unit(id) for id in ids)
            )
            for name, ids in folded
            if ids is not None
        ]
        return Markup("").join([single, *groups])

    def basis(self, record: Record) -> Markup:
        return Markup("<br>").join(self._context.basis(record, self._here))

    def markdown(self, record: Record, attribute: str) -> Markup:
        return self._context.markdown(record, attribute, self._here)

    def next(self, item: Duty | Event) -> str:
        return self._context.next(item)

    def overdue(self, record: Record) -> Markup:
        """That the 复核日期 of a record without a page of its own has passed, else ""."""
        if not review.overdue(record, self._context.book.as_of):
            return Markup("")
        who = "、".join(self._context.unit(id).text for id in review.keepers(record))
        return Markup(
            '<span class="badge badge--pending" data-noindex><span aria-hidden="true">!</span> '
            "已过复核日期：应在 {} 前由{}复核</span>"
        ).format(record.review_by, who or "编写机构")

    def edit(self, record: Record) -> Markup:
        """A small link to the line that made one of many records on a page; "" without 仓库."""
        address = self._context.foot(record).edit
        link = '<a class="edit" data-noindex href="{}" title="在线编辑这一条">改</a>'
        return Markup(link).format(address) if address else Markup("")


def tidy(text: str) -> str:
    """No more than one blank line in a row."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
