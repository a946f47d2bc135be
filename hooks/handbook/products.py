"""The files for the office: which there are, what each is made from, the page that offers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from handbook import urls
from handbook.courses import Targets
from handbook.formats import book as bound
from handbook.formats import (
    card,
    coursepack,
    documents,
    excel,
    ics,
    leaflet,
    typeset,
    word,
    workbooks,
)
from handbook.model import Unit
from handbook.pages.base import Context
from handbook.site import Site

Pages = Mapping[str, str]  # address -> HTML of the page's own content


@dataclass(frozen=True, slots=True)
class Product:
    """One file to download: `write(content(pages), target, day)` makes it.

    path: relative to the site's root; page: address of the page that offers it, with the label;
    sources: addresses of the pages that `content` reads. Both functions raise RuntimeError with a
    Chinese sentence when the file cannot be made.
    """

    path: str
    page: str
    label: str
    content: Callable[[Pages], Any]
    write: Callable[[Any, Path, date], None]
    sources: frozenset[str] = frozenset()


class Products:
    """The products of a handbook, in the order of its records."""

    def __init__(self, site: Site) -> None:
        self.site, self.context = site, Context(site.handbook, site.links)

    def offered(self) -> Iterator[Product]:
        """What the site offers for download."""
        yield self._book()
        yield from self._documents()
        for unit in self.site.handbook.units.values():
            yield from self._unit(unit)
        yield from self._courses()
        sheets = _plain(workbooks.matrix_sheets, self.context)
        yield Product("downloads/matrix.xlsx", "matrix/", "下载 Excel", sheets, excel.write)
        text = _plain(ics.schedule, self.context)
        yield Product("downloads/calendar.ics", "calendar/", "下载日历", text, ics.write)

    def on_demand(self) -> Iterator[Product]:
        """What `scripts/print` makes besides: a single text or duty, the matrix on paper."""
        book = self.site.handbook
        for work in book.instruments.values():
            yield self._leaflet(f"instruments/{work.id}", urls.instrument(work))
        for id in book.duties:
            yield self._leaflet(f"duties/{id}", urls.record("duties", id))
        made = _plain(leaflet.matrix_leaflet, self.context)
        yield Product("downloads/matrix.pdf", "matrix/", "职责矩阵", made, typeset.write)

    def _book(self) -> Product:
        context, leaves = self.context, self.site.leaves
        sources = frozenset(u for urls in bound.outline(context, leaves).values() for u in urls)
        made = partial(bound.book, context, leaves)
        label = "下载全书（PDF）"
        return Product("downloads/handbook.pdf", "", label, made, typeset.write, sources)

    def _documents(self) -> Iterator[Product]:
        book = self.site.handbook
        for work in book.instruments.values():
            path, text = f"downloads/instruments/{work.id}.docx", _plain(documents.instrument, work)
            yield Product(path, urls.instrument(work), "下载 Word 文件", text, word.write)
        written = partial(word.write, markup=documents.FORM_MARKUP)
        for page in book.pages.values():
            if page.path.startswith("forms/") and not page.path.endswith("index.md"):
                path, text = f"downloads/{page.path[:-3]}.docx", _plain(documents.form, page)
                yield Product(path, urls.page(page.path), "下载 Word 空白表单", text, written)

    def _unit(self, unit: Unit) -> Iterator[Product]:
        links, page = self.site.links, urls.record("units", unit.id)
        path, context = f"downloads/units/{unit.id}", self.context
        if unit.id in links.leads or unit.id in links.supports:
            for end, label, large in (("", "下载职责卡（PDF）", False), ("-large", "大字版", True)):
                text = _plain(card.card, context, unit, large=large)
                yield Product(f"{path}{end}.pdf", page, label, text, typeset.write)
            sheets = _plain(workbooks.unit_sheets, context, unit)
            yield Product(f"{path}.xlsx", page, "自查清单（Excel）", sheets, excel.write)
        if ics.concerns(context, unit):
            text = _plain(ics.schedule, context, unit)
            yield Product(f"{path}.ics", page, "日历", text, ics.write)

    def _courses(self) -> Iterator[Product]:
        for course in self.site.handbook.courses.values():
            made = partial(coursepack.pack, self.context, course)
            page = urls.record("training", course.id)
            sources = coursepack.sources(self.context, course)
            path, label = f"downloads/courses/{course.id}.pdf", "下载讲义（PDF）"
            yield Product(path, page, label, made, typeset.write, sources)

    def _leaflet(self, name: str, url: str) -> Product:
        made = partial(leaflet.leaflet, self.context, self.site.leaves[url])
        path = f"downloads/{name}.pdf"
        return Product(path, url, "单页（PDF）", made, typeset.write, frozenset((url,)))


def _plain(make: Callable[..., Any], *values: Any, **options: Any) -> Callable[[Pages], Any]:
    """A content that needs no page."""
    return lambda pages: make(*values, **options)


@dataclass(frozen=True, slots=True)
class Asked:
    """What `scripts/print` may be asked for; word: what its target is called in a course."""

    path: str
    forms: tuple[str, ...]
    word: str = ""


ASKED = {
    "book": Asked("downloads/handbook", ("pdf",)),
    "matrix": Asked("downloads/matrix", ("pdf", "xlsx")),
    "course": Asked("downloads/courses/{id}", ("pdf",), "课程"),
    "unit": Asked("downloads/units/{id}", ("pdf", "xlsx"), "单位"),
    "instrument": Asked("downloads/instruments/{id}", ("pdf", "docx"), "法规"),
    "duty": Asked("downloads/duties/{id}", ("pdf",), "职责"),
}


def find(site: Site, what: str, name: str, form: str) -> Product:
    """The one product that is meant, e.g. unit, 区民宗局, xlsx; form "": its first.

    Raises LookupError with a Chinese sentence when there is none.
    """
    asked = ASKED[what]
    form = form or asked.forms[0]
    if form not in asked.forms:
        raise LookupError(f"{what} 没有 {form} 格式，可以是 {'、'.join(asked.forms)}。")
    id = _id(site, what, asked.word, name) if asked.word else ""
    path = f"{asked.path.format(id=id)}.{form}"
    products = Products(site)
    for found in (*products.offered(), *products.on_demand()):
        if found.path == path:
            return found
    raise LookupError(f"“{name}”没有要做的事，没有可打印的。")


def chosen(site: Site, which: bool | str) -> list[Product]:
    """What a build makes: all that the site offers, or the one with this path."""
    products = Products(site)
    if isinstance(which, str):
        return [p for p in (*products.offered(), *products.on_demand()) if p.path == which]
    return list(products.offered()) if which else []


def _id(site: Site, what: str, word: str, name: str) -> str:
    """The 编号 of what a name means."""
    if not name:
        raise LookupError(f"{what} 后面要写明是哪一个{word}：编号或名称。")
    if what == "course":
        if name in site.handbook.courses:
            return name
        raise LookupError(f"没有编号是“{name}”的课程，有：{'、'.join(site.handbook.courses)}。")
    targets = Targets(site.handbook)
    found = targets.find(f"{word}：{name}")
    if found is None:
        raise LookupError(f"没有“{name}”这个{word}。{targets.hint(f'{word}：{name}')}")
    return found.url.strip("/").rpartition("/")[2]
