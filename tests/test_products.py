"""Files for the office, opened as the office opens them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Emu

from handbook.formats.word import write

ROOT = Path(__file__).parent.parent
FORM = """---
标题: 会议通知
---

**什么时候用**：会前五日，见[会议](../index.md)。

**关于召开＿＿会议的通知**

（主送单位）：

| 项目 | 内容 |
|---|---|
| 时间 | ＿＿月＿＿日 |
| 地点 | |
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("products")
    content = folder / "content"
    shutil.copytree(ROOT / "tests/small", content)
    (content / "docs/forms/tongzhi.md").write_text(FORM, encoding="utf-8")
    build(content, folder / "site")
    return folder / "site"


def build(content: Path, out: Path, *options: str) -> None:
    command = ["scripts/build", "--content", str(content), "--out", str(out), "--no-search"]
    subprocess.run([sys.executable, *command, *options], cwd=ROOT, capture_output=True, check=True)


def word(site: Path, path: str) -> Any:
    return docx.Document(str(site / "downloads" / path))


def test_every_instrument_has_a_word_file(site: Path) -> None:
    for kind in ("regulations", "rules"):
        for page in (site / kind).glob("*/index.html"):
            assert (site / f"downloads/instruments/{page.parent.name}.docx").is_file()
            assert f"downloads/instruments/{page.parent.name}.docx" in page.read_text("utf-8")


def test_layout_of_official_documents(site: Path) -> None:
    """GB/T 9704-2012: page, text area, body and title, page number, 22 lines of 28 characters."""
    for path in (site / "downloads/instruments").glob("*.docx"):
        made = word(site, f"instruments/{path.name}")
        page = made.sections[0]
        size = (page.page_width.mm, page.page_height.mm, page.top_margin.mm, page.left_margin.mm)
        assert [round(mm) for mm in size] == [210, 297, 37, 28]
        width = Emu(page.page_width - page.left_margin - page.right_margin)
        height = Emu(page.page_height - page.top_margin - page.bottom_margin)
        assert (round(width.mm), round(height.mm)) == (156, 225)
        body, title = made.styles["Normal"], made.styles["Title"]
        assert (body.font.size.pt, title.font.size.pt) == (16, 22)
        assert 22 * body.paragraph_format.line_spacing <= height + 127  # a hundredth of a point
        assert 28 * (16 + tightness(body)) <= width.pt < 29 * (16 + tightness(body))
        assert "PAGE" in page.footer._element.xml
        assert "PAGE" in page.even_page_footer._element.xml
        assert made.settings.odd_and_even_pages_header_footer
        assert "仿宋" in body.element.xml
        assert "小标宋" in title.element.xml


def tightness(style: Any) -> float:
    """Points that a style adds to each character."""
    return int(style.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20


def test_an_instrument_has_all_its_text(site: Path) -> None:
    for source in (ROOT / "tests/small/docs").glob("r*/*.md"):
        name = source.stem
        if not (site / f"downloads/instruments/{name}.docx").exists():
            continue
        made = "".join(p.text for p in word(site, f"instruments/{name}.docx").paragraphs)
        text = source.read_text(encoding="utf-8").split("---\n", 2)[2]
        for line in text.splitlines():
            words = "".join(line.lstrip("#").split())
            if words and not words.startswith(("|", ">", "<!--")):
                assert words in "".join(made.split()), (name, line)


def test_a_form_comes_before_how_to_fill_it_in(site: Path) -> None:
    made = word(site, "forms/tongzhi.docx")
    texts = [p.text for p in made.paragraphs]
    assert texts[0] == "会议通知"
    assert made.paragraphs[0].style.name == "Title"
    assert texts.index("关于召开＿＿会议的通知") < texts.index("填写说明")
    assert texts[-1] == "什么时候用：会前五日，见会议。"
    cells = [[cell.text for cell in row.cells] for row in made.tables[0].rows]
    assert cells == [["项目", "内容"], ["时间", "＿＿月＿＿日"], ["地点", ""]]


def test_without_print_no_file_and_no_link(tmp_path: Path) -> None:
    build(ROOT / "tests/small", tmp_path / "site", "--no-print")
    assert not (tmp_path / "site/downloads").exists()
    pages = (page.read_text("utf-8") for page in (tmp_path / "site").rglob("index.html"))
    assert not any(".docx" in page for page in pages)


def test_the_same_text_gives_the_same_bytes(tmp_path: Path) -> None:
    day = date(2026, 11, 25)
    for name in ("one.docx", "two.docx"):
        write("<p>第一条　甲。</p>", tmp_path / name, day)
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()
