"""The printed book, opened as a reader opens it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from handbook.formats import typeset


@cache
def book(site: Path) -> PdfReader:
    return PdfReader(site / "downloads/handbook.pdf")


def number(pdf: PdfReader, page: int) -> str:
    """The number printed on a page, by its position from 0."""
    return str(pdf.page_labels[page])


def test_the_book_is_tagged_dated_and_in_chinese(site: Path) -> None:
    catalog: Any = book(site).root_object
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).lower().startswith("zh")
    meta = book(site).metadata
    assert meta is not None
    assert meta.title == "X区统一战线工作手册"
    assert meta.creation_date is not None
    assert meta.creation_date.date().isoformat() == "2026-11-25"
    assert b"pdfuaid" in book(site).xmp_metadata.stream.get_data()  # type: ignore[union-attr]


def outline(items: list[Any]) -> Iterator[Destination]:
    for item in items:
        if isinstance(item, list):
            yield from outline(item)
        else:
            yield item


def test_the_outline_names_every_part_and_every_instrument(site: Path) -> None:
    titles = [str(item.title) for item in outline(book(site).outline)]
    for part in ("手册", "单位", "职责", "制度", "法规", "附录", "职责矩阵"):
        assert part in titles
    for page in (site / "rules").glob("*/index.html"):
        head = re.search(r"<h1[^>]*>(.*?)</h1>", page.read_text("utf-8"))
        assert head is not None
        assert head[1] in titles


def test_every_font_is_embedded_and_every_glyph_there(site: Path) -> None:
    seen = set()
    for page in book(site).pages:
        resources: Any = page["/Resources"]
        fonts = resources.get("/Font", {})
        for font in fonts.values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            seen.add(str(inner["/BaseFont"]))
            descriptor = inner["/FontDescriptor"].get_object()
            assert any(key.startswith("/FontFile") for key in descriptor)
    assert len(seen) >= 2


def test_pages_named_are_the_pages_led_to(site: Path) -> None:
    """On each page, 见第 X 页 is said of just the pages that its links lead to."""
    pdf = book(site)
    places = {page.indirect_reference: n for n, page in enumerate(pdf.pages)}
    named = pdf.named_destinations
    checked = 0
    before: set[str] = set()
    for page in pdf.pages[:120]:
        targets: set[str] = set()
        for link in page.get("/Annots", ()):
            where: Any = link.get_object().get("/Dest") or link.get_object().get("/A", {}).get("/D")
            if where is None:
                continue
            found = named[str(where)].page if isinstance(where, str) else where[0]
            targets.add(number(pdf, places[getattr(found, "indirect_reference", found)]))
        text = re.sub(r"\s+", "", page.extract_text())
        said = set(re.findall(r"见第(\d+)页", text))
        if said:
            assert said <= targets | before  # a row may break between a link and its 见第 X 页
            checked += len(said)
        before = targets
    assert checked > 200


def test_the_matrix_lies_on_its_side(site: Path) -> None:
    wide = [page for page in book(site).pages if page.mediabox.width > page.mediabox.height]
    assert wide
    assert "●" in wide[0].extract_text()


def test_a_missing_character_is_told(tmp_path: Path) -> None:
    opening = '#show: print.with(title: "甲", date: datetime(year: 2026, month: 1, day: 1))'
    source = f"{opening}\n= 部\n== 章\n𠮷"
    with pytest.raises(RuntimeError, match="“章”里的“𠮷”（U\\+20BB7）"):
        typeset.write(source, tmp_path / "a.pdf", date(2026, 1, 1))
    assert not (tmp_path / "a.pdf").exists()


def test_a_course_pack_ends_with_its_key(site: Path) -> None:
    packs = sorted((site / "downloads/courses").glob("*.pdf"))
    assert len(packs) >= 4
    for path in packs:
        pdf = PdfReader(path)
        heads = [str(item.title) for item in outline(pdf.outline)]
        assert heads[-2:] == ["答案和解析", "答案和解析"]
        assert "自测题" in heads
        text = "".join(page.extract_text() for page in pdf.pages)
        assert "见《手册》全书" in text
        assert f"downloads/courses/{path.name}" in (
            site / f"training/{path.stem}/index.html"
        ).read_text("utf-8")
