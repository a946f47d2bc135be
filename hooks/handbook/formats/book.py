"""The printed book: which pages stand in which part, the matrix on landscape pages, the indexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from handbook import drawing, matrix, urls
from handbook.eids import label
from handbook.formats.trimming import Chapter, quoted
from handbook.formats.trimming import drawing as drawn
from handbook.formats.typeset import Print, printed, typst_date
from handbook.pages.base import Context, Leaf
from handbook.pages.sections import chapters

COLUMNS = 16  # units on one landscape page
APPENDIX = "附录"


def book(context: Context, leaves: Mapping[str, Leaf], contents: Mapping[str, str]) -> Print:
    """The whole book; contents: address -> HTML of the page's own content."""
    indexes = (_unit_index(context), _provision_index(context))
    parts = []
    for title, addresses in outline(context, leaves).items():
        found = tuple(Chapter(url, leaves[url].title, contents[url]) for url in addresses)
        parts.append((title, (*found, *indexes) if title == APPENDIX else found))
    tables = f"= 职责矩阵\n{load(context)}\n#landscape[\n{matrix_tables(context)}\n]"
    if not context.links.duties:
        tables = ""
    filled = tuple((title, chapters) for title, chapters in parts if chapters)
    return printed(opening(context), filled, context.docs, tables)


def outline(context: Context, leaves: Mapping[str, Leaf]) -> dict[str, list[str]]:
    """The book's parts, each with the addresses of its chapters."""
    parts = {
        "手册": _written(context),
        "单位": [urls.record("units", id) for id in context.book.units],
        "职责": _duties(context),
        "制度": _instruments(context, "rules"),
        "法规": _instruments(context, "regulations"),
        APPENDIX: ["lists/", "calendar/", "ledger/", "glossary/"],
    }
    return {title: [url for url in found if url in leaves] for title, found in parts.items()}


def _written(context: Context) -> list[str]:
    """The handbook's chapters, each with the pages below it."""
    found: list[str] = []
    for chapter in chapters(context.book):
        below = [urls.page(path) for path in context.book.pages]
        found += [
            chapter.url,
            *(u for u in below if u.startswith(chapter.url) and u != chapter.url),
        ]
    return found


def _duties(context: Context) -> list[str]:
    duties = [context.book.duties[id] for id in context.links.duties]
    return [
        urls.record("duties", duty.id)
        for field in context.book.fields
        for duty in duties
        if duty.field == field
    ]


def _instruments(context: Context, section: str) -> list[str]:
    works = context.book.instruments.values()
    return [urls.instrument(work) for work in works if work.section == section]


def _unit_index(context: Context) -> Chapter:
    rows = "".join(
        f'<li><a href="../{urls.record("units", unit.id)}">{escape(unit.name)}</a></li>'
        for unit in context.book.units.values()
    )
    return Chapter("index/", "单位索引", f"<ul>{rows}</ul>")


def _provision_index(context: Context) -> Chapter:
    """Every cited provision, and the pages that cite it."""
    rows = []
    for work in context.book.instruments.values():
        cited = context.links.cited_by.get(work.id, {})
        order = work.current.body.index
        if cited:
            rows.append(f"<h2>《{escape(work.title)}》</h2><ul>")
        for eid in sorted(cited, key=lambda eid: order.get(eid, -1)):
            origins = dict.fromkeys((r.origin.url, r.origin.title) for r in cited[eid])
            by = "、".join(f'<a href="../{url}">{escape(title)}</a>' for url, title in origins)
            rows.append(f"<li>{label(eid) if eid else '整部'}：{by}</li>")
        if cited:
            rows.append("</ul>")
    return Chapter("provisions/", "条文索引", "".join(rows))


def opening(context: Context, title: str = "", note: int = 0) -> str:
    """What a print begins with: what its cover and imprint show; note: mm of margin for notes."""
    settings, day = context.book.settings, context.book.as_of
    dated = settings.edition_date or day
    values = {
        "title": quoted(title or settings.name),
        "region": quoted(settings.region),
        "body": quoted(settings.body),
        "edition": quoted(settings.edition),
        "date": typst_date(dated),
        "note": f"{note}mm",
        "as-of": quoted(f"{day.year}年{day.month}月{day.day}日"),
    }
    given = ", ".join(f"{name}: {value}" for name, value in values.items())
    return f"#show: print.with({given})"


# The matrix, for landscape pages


def load(context: Context) -> str:
    """A bar for each unit with a duty."""
    found = [
        drawing.Load(item.unit.label, item.leads, item.supports)
        for item in sorted(context.coverage.load, key=lambda i: -(i.leads + i.supports))
        if item.leads or item.supports
    ]
    note = "深色是牵头，浅色是配合，数字是牵头＋配合的项数。"
    return f"== 各单位的职责数\n{note}\n\n{drawn(drawing.load(found))}"


def matrix_tables(context: Context) -> str:
    """A table for each field and group of units, the duties repeated in each."""
    return "\n".join(_tables(matrix.build(context.book, context.links)))


def _tables(made: matrix.Matrix) -> Iterator[str]:
    for group in made.groups:
        busy = [n for n in range(len(made.units)) if any(row.cells[n] for row in group.rows)]
        yield f"== #{quoted(group.field.name)}"
        for start in range(0, len(busy), COLUMNS):
            columns = busy[start : start + COLUMNS]
            heads = (f"upright({quoted(made.units[n].label)})" for n in columns)
            yield f"#matrix({len(columns)}, [事项], {', '.join(heads)},"
            for row in group.rows:
                cells = ", ".join(quoted(row.cells[n]) for n in columns)
                yield f"  {quoted(row.duty.title)}, {cells},"
            yield ")"
