"""The printed book, opened as a reader opens it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from markdown import markdown
from pypdf import PageObject, PdfReader
from pypdf.generic import Destination

from handbook.formats import typeset
from handbook.formats.trimming import Chapter


@cache
def book(site: Path) -> PdfReader:
    return PdfReader(site / "downloads/handbook.pdf")


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


def read(path: Path, start: int, end: int) -> list[tuple[str, set[str], set[str]]]:
    """Of each page: its number, the numbers it says, the numbers of the pages it leads to."""
    pdf = PdfReader(path)
    places = {page.indirect_reference: n for n, page in enumerate(pdf.pages)}
    named, labels, found = pdf.named_destinations, pdf.page_labels, []
    for index in range(start, min(end, len(labels))):
        if not labels[index].isdigit():  # the table of contents
            continue
        page, led = pdf.pages[index], set()
        for link in page.get("/Annots", ()):
            where: Any = link.get_object().get("/Dest") or link.get_object().get("/A", {}).get("/D")
            if where is not None:
                target = named[str(where)].page if isinstance(where, str) else where[0]
                led.add(labels[places[getattr(target, "indirect_reference", target)]])
        said = re.findall(r"第(\d+)页）", re.sub(r"\s+", "", page.extract_text()))
        found.append((labels[index], set(said), led))
    return found


def test_every_page_named_is_the_page_led_to(site: Path) -> None:
    """On every page 见第 X 页 is said of just the pages that its links lead to.

    What a link at the end of a page says may stand on the next page.
    """
    path = site / "downloads/handbook.pdf"
    step = 60
    starts = range(0, len(book(site).pages), step)
    with ProcessPoolExecutor() as pool:
        parts = pool.map(read, *zip(*((path, n, n + step) for n in starts), strict=True))
        pages = [page for part in parts for page in part]
    before: set[str] = set()
    for (label, said, led), (_, following, _) in pairwise([*pages, ("", set(), set())]):
        assert said <= led | before, label
        assert led <= said | following, label
        before = led
    assert sum(len(said) for _, said, _ in pages) > 2000


def test_the_matrix_lies_on_its_side(site: Path) -> None:
    wide = [page for page in book(site).pages if page.mediabox.width > page.mediabox.height]
    assert wide
    assert "●" in wide[0].extract_text()


# What a print of its own text shows


DAY = date(2026, 1, 1)
OPENING = '#show: print.with(title: "甲", date: datetime(year: 2026, month: 1, day: 1))'


def made(folder: Path, html: str) -> PdfReader:
    """A book of one chapter, as long as it gets."""
    parts = (("部", (Chapter("a/", "章", f"<h1>章</h1>{html}"),)),)
    typeset.write(typeset.Print(OPENING, parts), folder / "a.pdf", DAY)
    return PdfReader(folder / "a.pdf")


@dataclass(frozen=True)
class Line:
    """A line of text: its left end and its height on the page, in points; its letters."""

    left: float
    height: float
    size: float
    text: str


def lines(page: PageObject) -> list[Line]:
    """The lines of a page from top to bottom, by the boxes of their letters."""
    runs: dict[float, list[tuple[float, float, str]]] = {}

    def see(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            runs.setdefault(round(y, 1), []).append((x, abs(tm[0] * cm[0]) * size, text.strip()))

    page.extract_text(visitor_text=see)
    found = []
    for y in sorted(runs, reverse=True):
        parts = sorted(runs[y])
        found.append(Line(parts[0][0], y, parts[0][1], "".join(text for _, _, text in parts)))
    return found


CLOSING = tuple("，。；：、！？）》〉”’】")


def test_no_line_starts_with_a_closing_mark(tmp_path: Path) -> None:
    random = Random(1)
    words = [
        "统一战线",
        "《条例》",
        "（一）",
        "“新的”",
        "工作",
        "X区",
        "12",
        "，",
        "。",
        "；",
        "、",
    ]
    text = "".join(f"<p>统战{''.join(random.choices(words, k=400))}。</p>" for _ in range(40))
    pdf = made(tmp_path, text)
    seen = [line for page in pdf.pages[4:] for line in lines(page)]
    assert len(seen) > 400
    assert [line.text for line in seen if line.text.startswith(CLOSING)] == []


def test_paragraphs_begin_two_characters_in(tmp_path: Path) -> None:
    pdf = made(tmp_path, "<p>" + "甲乙丙丁" * 60 + "</p>")
    first, second = [line for line in lines(pdf.pages[-1]) if line.text.startswith(("甲", "乙"))][
        :2
    ]
    assert first.left - second.left == pytest.approx(2 * 10.5, abs=0.5)


def test_no_heading_is_left_at_the_foot_of_a_page(tmp_path: Path) -> None:
    parts = "".join(
        f"<h2>节{n:03}</h2>" + "<p>" + "甲乙丙丁" * (10 + 7 * n % 41) + "</p>" for n in range(120)
    )
    pdf = made(tmp_path, parts)
    assert len(pdf.pages) > 8
    for page in pdf.pages[4:]:
        text = [line for line in lines(page) if not line.text.isdigit()]
        assert not text[-1].text.startswith("节"), text[-1]


def test_heads_of_tables_are_repeated(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>第{n}行</td><td>甲</td><td>乙</td></tr>" for n in range(150))
    head = "<thead><tr><th>表头一</th><th>表头二</th><th>表头三</th></tr></thead>"
    pdf = made(tmp_path, f"<table>{head}<tbody>{rows}</tbody></table>")
    texts = [re.sub(r"\s", "", page.extract_text()) for page in pdf.pages]
    pages = [text for text in texts if "行甲乙" in text]
    assert len(pages) > 2
    assert all("表头一" in text for text in pages)


def test_footnotes_stand_on_the_page_that_refers_to_them(tmp_path: Path) -> None:
    html = markdown(
        "正文[^1]乙[^b]。\n\n[^1]: 脚注**一**。\n[^b]: 脚注二。", extensions=["footnotes"]
    )
    (page,) = (p for p in made(tmp_path, html).pages if "正文" in p.extract_text())
    text = page.extract_text()
    assert text.index("正文") < text.index("脚注一。") < text.index("脚注二。")


def test_pictures_are_printed_with_what_they_show(tmp_path: Path) -> None:
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
        '<rect width="40" height="20" fill="#c33"/></svg>'
    )
    (tmp_path / "docs/a").mkdir(parents=True)
    (tmp_path / "docs/a/liu.svg").write_text(picture)
    (tmp_path / "docs/a/bad.png").write_text("no picture")
    parts = (("部", (Chapter("a/", "章", '<h1>章</h1><img src="liu.svg" alt="流程图">'),)),)
    print_ = typeset.printed(OPENING, parts, tmp_path / "docs")
    typeset.write(print_, tmp_path / "a.pdf", DAY)
    tree: Any = PdfReader(tmp_path / "a.pdf").root_object["/StructTreeRoot"]
    assert "流程图" in list(alternatives(tree))
    for name, message in (("bad.png", "docs/a/bad.png 已经损坏"), ("no.png", "no.png 读不出来")):
        parts = (("部", (Chapter("a/", "章", f'<h1>章</h1><img src="{name}">'),)),)
        with pytest.raises(RuntimeError, match=message):
            typeset.write(
                typeset.printed(OPENING, parts, tmp_path / "docs"), tmp_path / "b.pdf", DAY
            )
    assert not (tmp_path / "b.pdf").exists()


def alternatives(element: Any) -> Iterator[str]:
    """What the figures below a structure element show."""
    element = element.get_object()
    if isinstance(element, list):
        for part in element:
            yield from alternatives(part)
    elif isinstance(element, dict):
        if "/Alt" in element:
            yield str(element["/Alt"])
        if "/K" in element:
            yield from alternatives(element["/K"])


def test_a_missing_tool_or_font_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("PYPANDOC_PANDOC", str(tmp_path / "nothing"))
        patch.setattr("pypandoc.__pandoc_path", None)
        with pytest.raises(RuntimeError, match="pandoc 没有装好"):
            made(tmp_path, "<p>甲</p>")
    monkeypatch.setattr("handbook.formats.typeset._FONTS", "no-such-package")
    with pytest.raises(RuntimeError, match=r"字体 .* 没有装好"):
        made(tmp_path, "<p>甲</p>")
    assert not (tmp_path / "a.pdf").exists()


def test_a_missing_character_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="“章”里的“𠮷”（U\\+20BB7）"):
        made(tmp_path, "<p>𠮷</p>")
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
