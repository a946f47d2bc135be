"""A print without cover or contents: an instrument, a duty, the matrix, what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from handbook.changes.wording import Report
from handbook.formats import qrcode
from handbook.formats.book import matrix_tables
from handbook.formats.changereport import body
from handbook.formats.trimming import Chapter, quoted
from handbook.formats.typeset import Print, printed, typst_date
from handbook.pages.base import Context, Leaf


def leaflet(context: Context, leaf: Leaf, pages: Mapping[str, str]) -> Print:
    """The page; pages: address -> HTML of the page's own content."""
    chapter = Chapter(leaf.url, leaf.title, pages[leaf.url])
    return printed(_opening(context, leaf.title, leaf.url), (("", (chapter,)),), context.docs)


def matrix_leaflet(context: Context) -> Print:
    """The responsibility matrix on landscape pages."""
    opening = _opening(context, "职责矩阵", "matrix/", flipped="true")
    return Print(opening, closing=f"= 职责矩阵\n{matrix_tables(context)}")


def insert(context: Context, report: Report, since: str) -> Print:
    """For those who hold an older print: what changed since that edition."""
    title = f"{since}以来的变化"
    note = "<p>夹在旧版手册里使用。列出的内容以本页为准，没有列出的仍按旧版。</p>"
    html = body(report, escape(title)).replace("</h1>", f"</h1>{note}", 1)
    parts = (("", (Chapter("changes/", title, html),)),)
    return Print(_opening(context, title, ""), parts)


def _opening(context: Context, title: str, url: str, **more: str) -> str:
    settings, day = context.book.settings, context.book.as_of
    address = qrcode.address(context, url)
    values = {
        "title": quoted(title),
        "book": quoted(f"{settings.name} {settings.edition}".strip()),
        "body": quoted(settings.body),
        "date": typst_date(day),
        "as-of": quoted(f"{day.year}年{day.month}月{day.day}日"),
        "address": quoted(address),
        "code": quoted(qrcode.svg(address)),
        **more,
    }
    given = ", ".join(f"{name}: {value}" for name, value in values.items())
    return f"#show: leaflet.with({given})"
