"""Files for the office, opened as the office opens them."""

from __future__ import annotations

import os
import re
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
from pypdf import PdfReader

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


# Cards and single prints


def text(path: Path) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(path).pages))


def test_a_unit_has_a_card_of_two_pages_at_most(site: Path) -> None:
    cards = [path for path in (site / "downloads/units").glob("*.pdf") if "-large" not in path.stem]
    assert cards
    for path in cards:
        assert len(PdfReader(path).pages) <= 2
        page = (site / f"units/{path.stem}/index.html").read_text("utf-8")
        said = text(path)
        for row in re.findall(r'data-label="事项"><a [^>]*>([^<]+)<', page):
            assert row in said, (path.name, row)
        assert "截至2026年11月25日" in said
        for end in ("", "-large"):
            assert f"downloads/units/{path.stem}{end}.pdf" in page


def test_large_print_says_the_same_in_larger_letters(site: Path) -> None:
    for path in (site / "downloads/units").glob("*-large.pdf"):
        card = text(path.with_stem(path.stem.removesuffix("-large")))
        leads = re.findall(r"(\d+)\.", text(path))
        assert all(number in card for number in leads)
        sizes: set[float] = set()
        for page in PdfReader(path).pages:

            def see(said: str, cm: Any, tm: Any, font: Any, size: float, into: Any = sizes) -> None:
                if said.strip() and said.strip() not in "0123456789／":
                    into.add(round(abs(tm[0]) * size, 1))

            page.extract_text(visitor_text=see)
        assert min(sizes) >= 12  # the foot; the text itself has 16


def run(*arguments: str, content: Path = ROOT / "tests/small") -> subprocess.CompletedProcess[str]:
    command = ["scripts/print", *arguments, "--content", str(content), "--as-of", "2026-11-25"]
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_one_print_at_a_time(tmp_path: Path) -> None:
    wanted = {
        "unit 区民宗局": "mzj.pdf",
        "unit mzj --format xlsx": "mzj.xlsx",
        "duty zj-001": "zj-001.pdf",
        "instrument 宗教事务条例 --format docx": "zongjiao-shiwu-tiaoli.docx",
        "instrument 宗教事务条例": "zongjiao-shiwu-tiaoli.pdf",
        "course xinren": "xinren.pdf",
        "matrix": "matrix.pdf",
        "book": "handbook.pdf",
    }
    for asked, name in wanted.items():
        done = run(*asked.split(), "--out", str(tmp_path))
        assert done.returncode == 0, done.stderr
        assert (tmp_path / name).is_file()
    assert PdfReader(tmp_path / "matrix.pdf").pages[0].mediabox.width > 800
    assert "权利与救济" in text(tmp_path / "zj-001.pdf")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("unit 民宗", "没有“民宗”这个单位。是不是“区民宗局”？"),
        ("unit", "写明是哪一个单位"),
        ("unit mzj --format docx", "没有 docx 格式"),
        ("course nothing", "没有编号是“nothing”的课程"),
        ("duty zj-0001", "没有“zj-0001”这个职责"),
    ],
)
def test_what_cannot_be_printed_is_told(asked: str, answer: str, tmp_path: Path) -> None:
    done = run(*asked.split(), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert answer in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_address_of_a_page_stands_on_its_print(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "tests/small", content)
    settings = content / "data/handbook.yml"
    settings.write_text(settings.read_text("utf-8") + "网址: https://shouce.example.cn/\n", "utf-8")
    for asked, address in (("unit mzj", "units/mzj/"), ("duty zj-001", "duties/zj-001/")):
        done = run(*asked.split(), "--out", str(tmp_path), content=content)
        assert done.returncode == 0, done.stderr
        pdf = PdfReader(tmp_path / f"{asked.split()[1]}.pdf")
        page: Any = pdf.pages[0]
        links = [a.get_object()["/A"].get("/URI") for a in page.get("/Annots", ())]
        assert f"https://shouce.example.cn/{address}" in links
        assert f"二维码：https://shouce.example.cn/{address}" in str(
            [o.get_object().get("/Alt") for o in objects(pdf)]
        )


def objects(pdf: PdfReader) -> list[Any]:
    found = (pdf.get_object(number) for number in range(1, int(str(pdf.trailer["/Size"]))))
    return [item for item in found if isinstance(item, dict)]


def test_a_duty_with_hand_overs_has_a_swimlane(site: Path, tmp_path: Path) -> None:
    source = (site / "duties/zj-001/index.html").read_text("utf-8")
    drawn = re.search(r'<svg class="diagram".*?</svg>', source, re.DOTALL)
    assert drawn is not None
    drawing = "".join(re.findall(r"<text [^>]*>([^<]*)</text>", drawn[0]))
    steps = re.findall(r"<li><div class=\"who\">.*?<p>(.*?)</p>", source)
    assert len(steps) > 1
    assert all(f"{number}. {step}" in drawing for number, step in enumerate(steps, 1))
    assert run("duty", "zj-001", "--out", str(tmp_path)).returncode == 0
    said = text(tmp_path / "zj-001.pdf")
    assert all(step.replace(" ", "") in said for step in steps)


def test_one_broken_product_leaves_the_old_site(tmp_path: Path) -> None:
    content, out = tmp_path / "content", tmp_path / "site"
    shutil.copytree(ROOT / "tests/small", content)
    build(content, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (content / "docs/guide/odd.md").write_text("# 生僻\n\n这个𠮷字没有。\n", "utf-8")
    command = ["scripts/build", "--content", str(content), "--out", str(out), "--no-search"]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "downloads/handbook.pdf 没有做成：“生僻”里的“𠮷”" in done.stderr
    assert before == {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_what_did_not_change_is_not_made_again(tmp_path: Path) -> None:
    command = ["scripts/build", "--content", "tests/small", "--out", str(tmp_path / "site")]
    command += ["--no-search", "--as-of", "2026-11-25"]
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=True
        )
    assert re.search(r"下载文件：(\d+) 个，新做 0 个，没有变化的 \1 个", done.stderr)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_word_file_opens_in_libreoffice_with_the_same_text(site: Path, tmp_path: Path) -> None:
    source = site / "downloads/instruments/gongzuo-guize.docx"
    command = ["soffice", "--headless", "--convert-to", "txt:Text (encoded):UTF8"]
    command += ["--outdir", str(tmp_path), str(source)]
    profile = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run(command, env=profile, capture_output=True, check=True, timeout=120)
    said = re.sub(r"\s", "", (tmp_path / "gongzuo-guize.txt").read_text("utf-8-sig"))
    for paragraph in word(site, "instruments/gongzuo-guize.docx").paragraphs:
        assert re.sub(r"\s", "", paragraph.text) in said
