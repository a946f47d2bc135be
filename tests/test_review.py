"""Review life: who must review what by when, on the page, in the report and in the check."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from contents import BASE, LAW, head, write
from handbook.site import Site, compile_site

ROOT = Path(__file__).parent.parent
AS_OF = date(2026, 11, 25)
PAGE = (
    "---\n标题: 怎样报告\n责任单位: 领导小组办公室\n复核日期: {}\n---\n\n# 怎样报告\n\n先写事实。\n"
)
DUTY = BASE["data/duties/zongjiao.yml"] + "  复核日期: {}\n"
FILES = {
    "docs/guide/report.md": PAGE.format("2026-11-24"),
    "data/duties/zongjiao.yml": DUTY.format("2027-01-24"),
    "data/glossary.yml": "- 词条: 报告\n  释义: 下级向上级说明情况。\n  复核日期: 2026-01-31\n",
}


def rows(site: Site, heading: str) -> list[str]:
    """The rows below a heading of the coverage report, as text."""
    text = site.leaves["coverage/"].text.partition(f"## {heading}")[2].partition("\n## ")[0]
    return [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr>(<td.*?)</tr>", text)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return compile_site(write(tmp_path_factory.mktemp("content"), FILES), AS_OF)


def test_check_names_the_place_and_who_must_review(site: Site) -> None:
    assert [str(problem).partition("]")[2] for problem in site.problems] == [
        " 复核日期 2026-01-31 已过。提示：由编写机构复核一遍，再写下次复核的日期。",
        " 复核日期 2026-11-24 已过。提示：由领导小组办公室复核一遍，再写下次复核的日期。",
    ]
    place = site.problems[1].place
    assert (place.path, place.line, place.column) == ("docs/guide/report.md", 4, 7)
    assert {problem.severity for problem in site.problems} == {"warning"}


def test_report_lists_overdue_and_due_by_unit(site: Site) -> None:
    overdue = rows(site, "超过复核日期的内容（2）")
    assert [row.split() for row in overdue] == [
        ["领导小组办公室", "怎样报告", "2026-11-24"],
        ["没有写责任单位", "词条：报告", "2026-01-31"],
    ]
    due = rows(site, "60天内要复核的内容（1）")
    assert [row.split() for row in due] == [["区民宗局", "报告宗教事务", "2027-01-24"]]


@pytest.mark.parametrize(
    ("day", "overdue", "due"),
    [("2026-11-24", 1, 0), ("2026-11-25", 0, 1), ("2027-01-24", 0, 1), ("2027-01-25", 0, 0)],
)
def test_edges_of_the_days(tmp_path: Path, day: str, overdue: int, due: int) -> None:
    found = compile_site(write(tmp_path, {"docs/guide/report.md": PAGE.format(day)}), AS_OF)
    assert len(rows(found, "超过复核日期的内容")) == overdue == len(found.problems)
    assert len(rows(found, "60天内要复核的内容")) == due


def test_unit_page_lists_what_it_keeps_and_by_when(site: Site) -> None:
    office, lead = site.leaves["units/office/"].text, site.leaves["units/mzj/"].text
    kept = office.partition("## 负责维护的内容")[2]
    assert "怎样报告</a></td>" in kept
    assert '<time>2026-11-24</time> <b class="late">！已过复核日期</b>' in kept
    # a duty without 责任单位 is reviewed by its lead, not by who supports it
    assert "<time>2027-01-24</time></td>" in lead.partition("## 负责维护的内容")[2]
    assert "2027-01-24" not in kept


def test_a_record_without_its_own_page_says_it_there(site: Site) -> None:
    assert "已过复核日期：应在 2026-01-31 前由编写机构复核" in site.leaves["glossary/"].text


def test_own_unit_comes_before_the_lead(tmp_path: Path) -> None:
    duty = DUTY.format("2026-11-01") + "  责任单位: 领导小组办公室\n"
    found = compile_site(write(tmp_path, {"data/duties/zongjiao.yml": duty}), AS_OF)
    assert [problem.hint for problem in found.problems] == [
        "由领导小组办公室复核一遍，再写下次复核的日期。"
    ]


def test_a_version_that_was_replaced_is_never_overdue(tmp_path: Path) -> None:
    day = {"复核日期": "2022-01-01"}
    old = head("登记条例", 公布日期="2019-01-01", 施行日期="2019-02-01", **day)
    new = head("登记条例", 公布日期="2020-01-01", 施行日期="2020-02-01")
    body = LAW.split("---\n\n", 1)[1]
    files = {
        "docs/regulations/dengji.md": "",
        "docs/regulations/dengji/2019-01-01.md": old + body,
        "docs/regulations/dengji/2020-01-01.md": new + body,
    }
    found = compile_site(write(tmp_path, files), AS_OF)
    assert list(found.problems) == []
    assert not found.leaves["regulations/dengji/2019-01-01/"].foot.overdue


def test_the_built_page_says_it(tmp_path: Path) -> None:
    content, out = write(tmp_path / "content", FILES), tmp_path / "site"
    command = [sys.executable, "scripts/build", "--no-print", "--content", str(content)]
    command += ["--out", str(out), "--as-of", AS_OF.isoformat()]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    page = (out / "guide/report/index.html").read_text(encoding="utf-8")
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "已过复核日期 应在 2026-11-24 前由 领导小组办公室 复核" in text
    assert page.index("已过复核日期") < page.index("<h1")
    assert "责任单位 领导小组办公室 下次复核 2026-11-24" in text
    duty = (out / "duties/zj-1/index.html").read_text(encoding="utf-8")
    assert "已过复核日期" not in duty
    assert "下次复核 <time>2027-01-24</time>" in duty
