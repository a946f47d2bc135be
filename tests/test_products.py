"""Files for the office, opened as the office opens them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import icalendar
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx.shared import Emu

from handbook.formats.excel import Column, Sheet
from handbook.formats.excel import write as excel_write
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
    command += ["--as-of", "2026-11-25"]
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


def test_the_matrix_in_excel_says_what_the_page_says(site: Path) -> None:
    book: Any = openpyxl.load_workbook(site / "downloads/matrix.xlsx")
    assert book.sheetnames[-1] == "缺项"
    titles = set()
    for sheet in book.worksheets[:-1]:
        assert sheet.freeze_panes == "C3"
        assert sheet.auto_filter.ref.startswith("A2:")
        assert sheet.page_setup.orientation == "landscape"
        names = [cell.value for cell in sheet[2]]
        for row in sheet.iter_rows(min_row=3, values_only=True):
            titles.add(row[1])
            record = dict(zip(names, row, strict=True))
            assert "●" in row
            assert record["下次时限"] is None or isinstance(record["下次时限"], datetime)
    page = (site / "matrix/index.html").read_text("utf-8")
    assert titles
    assert all(title in page for title in titles)


def test_a_units_checklist_has_choices_and_dates(site: Path) -> None:
    made = sorted((site / "downloads/units").glob("*.xlsx"))
    assert made
    for path in made:
        sheet: Any = openpyxl.load_workbook(path).active
        names = [cell.value for cell in sheet[2]]
        assert names[:3] == ["序号", "事项", "角色"]
        assert sheet.data_validations.dataValidation[0].formula1.startswith('"未开始,')
        page = (site / f"units/{path.stem}/index.html").read_text("utf-8")
        assert f"downloads/units/{path.name}" in page
        for row in sheet.iter_rows(min_row=3, values_only=True):
            assert row[1] in page


def test_text_is_never_a_formula(tmp_path: Path) -> None:
    bad = ("=1+1", "+1", "@SUM(A1)", "-2", '=HYPERLINK("http://x")', "\t=1")
    sheet = Sheet("a[b]", "=标题", (Column("=列", 9),) * 6, (bad,))
    for name in ("one.xlsx", "two.xlsx"):
        excel_write([sheet], tmp_path / name, date(2026, 11, 25))
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    read: Any = openpyxl.load_workbook(tmp_path / "one.xlsx").worksheets[0]
    kinds = {cell.data_type for row in read.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}


def test_calendars_are_valid_and_on_the_right_days(site: Path) -> None:
    made: Any = icalendar.Calendar.from_ical((site / "downloads/calendar.ics").read_bytes())
    events = made.walk("VEVENT")
    page = (site / "calendar/index.html").read_text("utf-8")
    assert events
    uids = [str(event["uid"]) for event in events]
    assert len(uids) == len(set(uids))
    for event in events:
        day: Any = event["dtstart"].dt
        assert (event["dtend"].dt - day).days == 1
        assert [str(alarm["action"]) for alarm in event.walk("VALARM")] == ["DISPLAY"]
        if day.year == 2026:
            assert f'datetime="{day}"' in page, event["summary"]
    raw = (site / "downloads/calendar.ics").read_bytes()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
