"""The change report as its readers get it: two revisions in, sentences and a sheet out."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from contents import BASE, head, write
from handbook.changes import Changes, compare
from handbook.changes.differences import marked
from handbook.changes.wording import Report
from handbook.diff import Wanted, diff
from handbook.formats import signing
from handbook.formats.changereport import WRITERS
from handbook.site import compile_site
from test_cases import CASES, SMALL, changed

ROOT = Path(__file__).parent.parent
AS_OF = date(2026, 11, 25)
GIT = (
    "git",
    "-c",
    "user.name=test",
    "-c",
    "user.email=test@example.com",
    "-c",
    "core.autocrlf=false",
)

UNITS = """\
- 编号: office
  名称: 领导小组办公室
  类别: 党委部门
  角色: 办公室
- 编号: mzj
  名称: 区民族宗教事务局
  简称: 区民宗局
  类别: 政府部门
- 编号: qb
  名称: 区侨务办公室
  类别: 政府部门
- 编号: czj
  名称: 区财政局
  类别: 政府部门
- 编号: dong
  名称: 城东街道
  类别: 乡镇街道
  角色: 基层
- 编号: xi
  名称: 城西街道
  类别: 乡镇街道
  角色: 基层
"""
DUTY = """\
- 编号: {id}
  事项: {title}
  领域: 宗教工作
  牵头: {lead}
  配合: {support}
  依据: 《登记条例》第二条
  频次: 每年
  时限: {deadline}
  考核: {measure}
"""


def duty(id: str, title: str, lead: str, support: str, **more: str) -> str:
    values = {"deadline": "3月底", "measure": "每年1次", **more}
    return DUTY.format(id=id, title=title, lead=lead, support=support, **values)


DUTIES = (
    duty("zj-1", "报告宗教事务", "区民宗局", "[领导小组办公室, 各乡镇街道]")
    + duty("zj-2", "公布登记情况", "区民宗局", "领导小组办公室")
    + duty("zj-3", "汇总侨务信息", "区侨务办公室", "领导小组办公室")
)
LAW = head("登记条例") + (
    "第一条 为了登记，制定本条例。\n\n第二条 登记机关按下列规定办理：\n"
    "（一）受理申请；\n（二）30日内作出决定。\n\n决定应当送达。\n\n"
    "第三条 登记后应当公告。\n\n第四条 本条例自公布之日起施行。\n"
)
BEFORE = {
    "data/units.yml": UNITS,
    "data/duties/zongjiao.yml": DUTIES,
    "data/glossary.yml": "- 词条: 登记\n  释义: 记下来\n",
    "docs/regulations/dengji.md": LAW,
    "docs/guide/first.md": "# 第一周\n\n先读规则。\n\n再拜访单位。\n",
}
AFTER = {
    **BEFORE,
    "docs/regulations/dengji.md": LAW.replace("30日内作出", "20日内作出")
    .replace("登记后应当公告。", "（删去）")
    .replace("施行。\n", "施行。\n\n第五条 登记不收费。\n"),
    "data/duties/zongjiao.yml": (
        duty("zj-1", "报告宗教事务", "区民宗局", "[领导小组办公室, 各乡镇街道]", deadline="4月底")
        + duty("zj-2", "公布登记情况", "区民宗局", "领导小组办公室", measure="每年2次")
        + duty("zj-3", "汇总侨务信息", "区民宗局", "领导小组办公室")
    ),
    "data/units.yml": UNITS.replace(
        "区侨务办公室\n", "区侨务办公室\n  撤销日期: 2026-11-01\n  并入: 区民宗局\n"
    ),
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*GIT, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def commit(folder: Path, files: dict[str, str], *, fresh: bool = True) -> None:
    """Commit the content `files` as all there is in `folder` (fresh), or over what there is."""
    for part in ("data", "docs") if fresh else ():
        shutil.rmtree(folder / part, ignore_errors=True)
    write(folder, files)
    top = git(folder, "rev-parse", "--show-toplevel").strip()
    git(Path(top), "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "change")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A content repository with a branch `work` that changes a law, three duties and a unit."""
    folder = tmp_path / "content"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, BEFORE)
    git(folder, "checkout", "-q", "-b", "work")
    commit(folder, AFTER)
    return folder


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """diff(content, base, head, form) -> exit code, report, messages."""

    def call(
        content: Path, base: str, head: str = "", form: str = "md", **more: Path
    ) -> tuple[int, str, str]:
        code = diff(Wanted(content, base, head, AS_OF, form, **more))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    return call


def report(run: Run, content: Path, base: str = "main", head: str = "") -> Any:
    code, out, _ = run(content, base, head, "json")
    assert code in (0, 1)
    return json.loads(out)


CONCLUSION = "改动涉及 1 部法规 3 条、3 项职责、5 个单位；没有失效的网址。"


def test_the_report_in_markdown(repository: Path, run: Run) -> None:
    code, out, err = run(repository, "main", "work")
    assert (code, err) == (0, CONCLUSION + "\n")
    heads = [line[3:] for line in out.splitlines() if line.startswith("## ")]
    assert heads == [
        "一、法规和制度",
        "二、职责",
        "三、单位的设立、撤并和更名",
        "四、各单位的变化",
        "五、网址",
    ]
    assert out.splitlines()[2] == f"**{CONCLUSION}**"
    for sentence in (
        "- 修改《登记条例》\n",
        "    - 修改第二条第一款第（二）项\n",
        "        - 原文：（二）<del>30</del>日内作出决定。\n",
        "        - 改为：（二）<ins>20</ins>日内作出决定。\n",
        "    - 删去第三条：登记后应当公告。\n",
        "    - 新增第五条：登记不收费。\n",
        "- 修改职责“报告宗教事务”：时限：3月底 → 4月底\n",
        "- 修改职责“公布登记情况”：考核：每年1次 → 每年2次\n",
        "- 修改职责“汇总侨务信息”：牵头：区侨务办公室 → 区民宗局\n",
        "- 区侨务办公室：自2026年11月1日起撤销，并入区民宗局\n",
        "    - 1 项职责转到区民宗局：“汇总侨务信息”（牵头）\n",
        "    - 新增：牵头“汇总侨务信息”（由区侨务办公室转来）\n",
        "    - 减少：不再牵头“汇总侨务信息”（改由区民宗局牵头）\n",
        "    - 调整：“报告宗教事务”（牵头）时限：3月底 → 4月底\n",
        "- 城东街道、城西街道（2 个单位）\n    - 调整：“报告宗教事务”（配合）时限：3月底 → 4月底\n",
    ):
        assert sentence in out


def test_the_report_as_a_page(repository: Path, run: Run) -> None:
    code, out, _ = run(repository, "main", "work", "html")
    assert code == 0
    assert out.startswith("<!DOCTYPE html>")
    assert f'<p class="conclusion">{CONCLUSION}</p>' in out
    assert "<li><span>原文：（二）<del>30</del>日内作出决定。</span></li>" in out
    assert "<li><span>改为：（二）<ins>20</ins>日内作出决定。</span></li>" in out
    assert "修改职责“报告宗教事务”：时限：3月底 → 4月底" in out
    for loaded in ("<script", "src=", "href=", "@import", "url("):
        assert loaded not in out


def test_the_report_as_json(repository: Path, run: Run) -> None:
    made = report(run, repository, "main", "work")
    assert (made["schema_version"], made["as_of"], made["failed"]) == (1, "2026-11-25", False)
    assert made["conclusion"] == CONCLUSION
    (law,) = made["instruments"]
    rows = [(p["change"], p["eid"], p["label"]) for p in law["versions"][0]["provisions"]]
    assert rows == [
        ("修改", "art_2__para_1__point_2", "第二条第一款第（二）项"),
        ("删去", "art_3", "第三条"),
        ("新增", "art_5", "第五条"),
    ]
    edits = [(d["id"], e["key"], e["old"], e["new"]) for d in made["duties"] for e in d["edits"]]
    assert edits == [
        ("zj-1", "时限", "3月底", "4月底"),
        ("zj-2", "考核", "每年1次", "每年2次"),
        ("zj-3", "牵头", "区侨务办公室", "区民宗局"),
    ]
    units = {u["id"]: [[t["duty"] for t in u[k]] for k in KINDS] for u in made["units"]}
    assert units == {
        "office": [[], [], ["zj-1", "zj-2", "zj-3"]],
        "mzj": [["zj-3"], [], ["zj-1", "zj-2"]],
        "qb": [[], ["zj-3"], []],
        "dong": [[], [], ["zj-1"]],
        "xi": [[], [], ["zj-1"]],
    }
    merged = next(u for u in made["units"] if u["id"] == "qb")
    assert (merged["event"], merged["into"]) == ("并入", "区民宗局")
    assert {"url": "duties/zj-1/", "title": "报告宗教事务"} in made["addresses"]["changed"]


KINDS = ("gained", "lost", "adjusted")


def test_the_sheet_for_signatures(repository: Path, tmp_path: Path, run: Run) -> None:
    sheet = tmp_path / "new/会签单.pdf"
    assert run(repository, "main", "work", sign=sheet)[0] == 0
    pdf = PdfReader(sheet)
    text = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    assert "试验手册会签单" in text
    assert "".join(CONCLUSION.split()) in text
    for unit in ("领导小组办公室", "区民宗局", "区侨务办公室", "城东街道", "城西街道"):
        assert unit in text
    assert "区财政局" not in text
    assert "自2026年11月1日起撤销，并入区民宗局" in text
    assert "新增：牵头“汇总侨务信息”（由区侨务办公室转来）" in text
    for word in ("意见", "签名", "日期", "领导小组办公室审核", "领导小组负责同志签发"):
        assert word in text


def test_an_insert_for_an_older_print(repository: Path, tmp_path: Path) -> None:
    """By the revision or by the 版本日期 that stands in the print."""
    settings = f"{BASE['data/handbook.yml']}版次: 第1版\n版本日期: 2026-01-05\n"
    commit(repository, {**BEFORE, "data/handbook.yml": settings})
    git(repository, "commit", "--allow-empty", "-qm", "later")
    commit(repository, {**AFTER, "data/handbook.yml": settings})
    for since in ("HEAD~1", "2026-01-05"):
        command = ["scripts/print", "changes", since, "--content", str(repository)]
        done = subprocess.run(
            [sys.executable, *command, "--out", str(tmp_path), "--as-of", "2026-11-25"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        pages = PdfReader(tmp_path / "changes.pdf").pages
        text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
        assert "第1版（2026-01-05）以来的变化" in text
        assert "修改第二条第一款第（二）项" in text
    done = subprocess.run(
        [sys.executable, "scripts/print", "changes", "2020-01-01", "--content", str(repository)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "没有版本日期是 2020-01-01 的版次" in done.stderr


def test_the_command_writes_the_files_asked_for(repository: Path, tmp_path: Path) -> None:
    out, sheet = tmp_path / "report.html", tmp_path / "sheet.pdf"
    command = [sys.executable, "scripts/diff", "main", "--content", str(repository)]
    command += [
        "--as-of",
        "2026-11-25",
        "--format",
        "html",
        "--out",
        str(out),
        "--sign",
        str(sheet),
    ]
    before = git(repository, "status", "--porcelain", "--ignored")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", CONCLUSION + "\n")
    assert out.read_text("utf-8").rstrip().endswith("</html>")
    assert sheet.read_bytes().startswith(b"%PDF")
    assert git(repository, "status", "--porcelain", "--ignored") == before


# what is compared


def test_without_head_the_files_as_they_are(repository: Path, run: Run) -> None:
    write(repository, {**AFTER, "data/ledger.yml": LEDGER})
    made = report(run, repository, "work")
    assert [(r["kind"], r["change"], r["id"]) for r in made["records"]] == [
        ("台账", "新增", "zg-1")
    ]
    assert [unit["id"] for unit in made["units"]] == ["czj"]
    assert made["head"] == "工作区"


LEDGER = (
    "- 编号: zg-1\n  问题: 没有预算\n  责任单位: 区财政局\n  整改措施: 编预算\n"
    "  时限: 2026-12-31\n  状态: 整改中\n"
)


def test_layout_is_said_to_be_layout(repository: Path, run: Run) -> None:
    units = "# 名册\n\n" + UNITS.replace("\n- ", "\n\n- ").replace(
        "名称: 城东街道", '名称: "城东街道"'
    )
    units = units.replace(
        "  名称: 区财政局\n  类别: 政府部门\n", "  类别: 政府部门\n  名称: 区财政局\n"
    )
    files = {
        **BEFORE,
        "data/units.yml": units,
        "docs/regulations/dengji.md": LAW.replace("\n", "\r\n").replace("第二条 ", "**第二条** "),
        "docs/guide/first.md": "# 第一周\n\n\n\n先读规则。  \n\n<!-- 待补 -->\n再拜访单位。\n",
    }
    git(repository, "checkout", "-q", "main")
    commit(repository, files)
    code, out, err = run(repository, "HEAD~1", "HEAD")
    assert (code, err) == (0, "只改了排版，内容不变（3 个文件）。\n")
    assert "## 一、只改了排版，内容不变\n\n- data/units.yml\n" in out
    assert "职责" not in out


def test_a_folder_inside_a_repository(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "all" / "子 文件夹"
    folder.mkdir(parents=True)
    git(tmp_path / "all", "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "start")
    commit(folder, BEFORE)
    commit(folder, AFTER)
    assert run(folder, "main~1", "main")[2] == CONCLUSION + "\n"
    code, out, _ = run(folder, "main~2")
    assert code == 0
    assert "原来的版本里还没有这个内容文件夹，全部内容都是新的。" in out
    assert "新收法规《登记条例》" in out
    code, _, err = run(folder, "main", "main~2")
    assert code == 2
    assert "版本“main~2”里没有这个内容文件夹" in err


def test_the_same_revision_changes_nothing(repository: Path, run: Run) -> None:
    code, out, err = run(repository, "work", "HEAD")
    assert (code, err) == (0, "没有改动。\n")
    assert "**没有改动。**" in out


def test_a_base_that_went_on_is_told(repository: Path, run: Run) -> None:
    git(repository, "checkout", "-q", "main")
    commit(repository, {**BEFORE, "docs/guide/first.md": "# 第一周\n\n只读规则。\n"})
    out = run(repository, "main", "work")[1]
    assert "还没有合并的提交，它们在下面会显得像被撤回" in out
    assert "还没有合并的提交" not in run(repository, "main~1", "work")[1]


# instruments


def law(run: Run, repository: Path, files: dict[str, str]) -> tuple[Any, Any]:
    """What `files`, over the base content, do to instruments; and the addresses."""
    git(repository, "checkout", "-q", "main")
    write(repository, {**BEFORE, **files})
    for path, text in files.items():
        if not text:
            (repository / path).unlink()
    made = report(run, repository)
    return made["instruments"], made["addresses"]


def test_an_inserted_article_is_one_article(repository: Path, run: Run) -> None:
    text = LAW.replace("第四条", "第五条").replace(
        "第三条 登", "第三条 收费另行规定。\n\n第四条 登"
    )
    (found,), addresses = law(run, repository, {"docs/regulations/dengji.md": text})
    rows = [(p["change"], p["label"], p["was"]) for p in found["versions"][0]["provisions"]]
    assert rows == [
        ("新增", "第三条", ""),
        ("移位", "第四条", "第三条"),
        ("移位", "第五条", "第四条"),
    ]
    assert addresses["broken"] == []


def test_a_deleted_article_that_keeps_its_number_breaks_nothing(repository: Path, run: Run) -> None:
    text = LAW[: LAW.index("第二条")] + "第二条 （删去）\n\n" + LAW[LAW.index("第三条") :]
    (found,), addresses = law(run, repository, {"docs/regulations/dengji.md": text})
    rows = [(p["change"], p["label"]) for p in found["versions"][0]["provisions"]]
    assert rows == [("删去", "第二条")]
    assert addresses["broken"] == []


def test_a_new_version_keeps_the_old_one(repository: Path, run: Run) -> None:
    new = LAW.replace("公布日期: 2020-01-01", "公布日期: 2026-10-01\n修改方式: 修订")
    new = new.replace("施行日期: 2020-02-01", "施行日期: 2026-11-01")
    new = new.replace("第四条 本条例自公布之日起施行。\n", "")
    folder = "docs/regulations/dengji"
    files = {
        "docs/regulations/dengji.md": "",
        f"{folder}/2020-01-01.md": LAW,
        f"{folder}/2026-10-01.md": new,
    }
    (found,), addresses = law(run, repository, files)
    added, old = sorted(found["versions"], key=lambda v: str(v["change"]), reverse=True)
    assert (added["change"], added["name"], added["status"]) == (
        "新增",
        "2026年10月1日修订",
        ["", "现行有效"],
    )
    assert [(p["change"], p["label"]) for p in added["provisions"]] == [("删去", "第四条")]
    assert (old["change"], old["status"]) == ("修改", ["现行有效", "已修改"])
    assert addresses["broken"] == []


def test_lost_anchors_are_errors(repository: Path, run: Run) -> None:
    git(repository, "checkout", "-q", "main")
    text = LAW.replace("第四条 本条例自公布之日起施行。\n", "").replace("\n决定应当送达。\n", "")
    commit(repository, {**BEFORE, "docs/regulations/dengji.md": text, "data/glossary.yml": ""})
    code, out, err = run(repository, "main~1", "main")
    assert code == 1
    assert "有 3 个网址会失效，先要处理" in err
    assert "错误：网址 /regulations/dengji/#art_4（《登记条例》第四条）会失效。提示：" in err
    assert "写“第四条 （删去）”" in err
    assert "#art_2__para_2（《登记条例》第二条第二款）" in err
    assert "词条“登记”" in err
    assert out.index("## 一、先要处理") < out.index("## 二、")


# addresses


def test_an_address_vanishes_only_with_a_redirect(repository: Path, run: Run) -> None:
    git(repository, "checkout", "-q", "main")
    one = {**BEFORE, "data/duties/zongjiao.yml": DUTIES.replace("zj-3", "zj-9")}
    commit(repository, one)
    code, out, err = run(repository, "main~1", "main")
    assert code == 1
    assert "错误：网址 /duties/zj-3/（汇总侨务信息）会失效。" in err
    assert "data/redirects.yml 里写一行“/duties/zj-3/: 新址”" in err
    commit(repository, {**one, "data/redirects.yml": "/duties/zj-3/: /duties/zj-9/\n"})
    code, out, _ = run(repository, "main~2", "main")
    assert code == 0
    assert "/duties/zj-3/（汇总侨务信息） → duties/zj-9/" in out
    assert "减少：不再牵头“汇总侨务信息”（这项职责取消）" in out
    assert "新增：牵头“汇总侨务信息”（新的职责）" in out
    new = "牵头 区侨务办公室；配合 领导小组办公室；频次 每年；时限 3月底；考核 每年1次"
    assert f"- 新增职责“汇总侨务信息”：{new}\n" in out
    commit(repository, one)  # the redirect goes, and with it the old address
    code, _, err = run(repository, "main~1", "main")
    assert code == 1
    assert "网址 /duties/zj-3/（旧址）会失效" in err


# units


def unit(run: Run, repository: Path, files: dict[str, str]) -> str:
    """The report, as Markdown, of `files` over the base content."""
    git(repository, "checkout", "-q", "main")
    write(repository, {**BEFORE, **files})
    return run(repository, "main")[1]


def test_a_merger_tells_where_each_duty_goes(repository: Path, run: Run) -> None:
    units = UNITS.replace("城西街道\n", "城西街道\n  撤销日期: 2026-11-01\n  并入: 城东街道\n")
    out = unit(run, repository, {"data/units.yml": units})
    assert "- 城西街道：自2026年11月1日起撤销，并入城东街道\n" in out
    assert "    - 1 项职责是随单位名册承担的，不再承担：“报告宗教事务”（配合）\n" in out
    assert "    - 减少：随单位名册变动，不再配合“报告宗教事务”（1 项）\n" in out
    assert "改动涉及 1 个单位；没有失效的网址。" in out


def test_a_renamed_unit_changes_nobodys_work(repository: Path, run: Run) -> None:
    files = {
        "data/units.yml": UNITS.replace("区侨务办公室", "区侨务局"),
        "data/duties/zongjiao.yml": DUTIES.replace("区侨务办公室", "区侨务局"),
    }
    out = unit(run, repository, files)
    assert "**改动涉及 1 个单位、1 项职责里单位的写法；没有失效的网址。**" in out
    assert "- 区侨务局：由“区侨务办公室”更名为“区侨务局”\n" in out
    assert "只改了单位的写法，单位没有变：“汇总侨务信息”" in out
    assert "各单位的变化" not in out


def test_a_new_unit_joins_what_its_kind_does(repository: Path, run: Run) -> None:
    new = "- 编号: nan\n  名称: 城南街道\n  类别: 乡镇街道\n  角色: 基层\n"
    out = unit(run, repository, {"data/units.yml": UNITS + new})
    assert "- 城南街道：新设\n" in out
    assert "    - 新增：随单位名册变动，配合“报告宗教事务”（1 项）\n" in out


def test_a_duty_that_has_ended_is_lost(repository: Path, run: Run) -> None:
    ended = DUTIES.replace(
        "  考核: 每年1次\n- 编号: zj-2", "  考核: 每年1次\n  失效日期: 2026-11-01\n- 编号: zj-2"
    )
    out = unit(run, repository, {"data/duties/zongjiao.yml": ended})
    assert "修改职责“报告宗教事务”：失效日期：新写“2026年11月1日”" in out
    assert "减少：不再牵头“报告宗教事务”（这项职责取消）" in out


# other records and pages


def test_other_records_and_pages_in_short(repository: Path, run: Run) -> None:
    git(repository, "checkout", "-q", "main")
    event = "- 编号: hui\n  事项: 全体会议\n  日期: 2026-12-01\n  单位: 区财政局\n"
    commit(repository, {**BEFORE, "data/calendar.yml": event, "data/ledger.yml": LEDGER})
    files = {
        **BEFORE,
        "data/calendar.yml": event.replace("12-01", "12-08"),
        "data/ledger.yml": LEDGER.replace("整改中", "已完成\n  完成日期: 2026-11-20"),
        "data/glossary.yml": BEFORE["data/glossary.yml"] + "- 词条: 公告\n  释义: 告诉大家\n",
        "data/handbook.yml": "名称: 试验手册\n地区: X区\n机构: 领导小组\n版次: 第2版\n",
        "data/workdays.yml": "2026: {休: [2026-01-01], 班: [2026-01-04]}\n",
        "docs/guide/first.md": "# 第一周\n\n先读工作规则。\n\n再拜访单位。\n",
    }
    commit(repository, files)
    out = run(repository, "main~1", "main")[1]
    for sentence in (
        "**改动涉及 1 个单位、5 条其他记录、1 个手册页面；没有失效的网址。**",
        "- 修改手册设置“试验手册”：版次：新写“第2版”\n",
        "- 修改日历“全体会议”：日期：2026年12月1日 → 2026年12月8日\n",
        "- 修改台账“没有预算”\n    - 状态：整改中 → 已完成\n    - 完成日期：新写“2026年11月20日”\n",
        "- 新增词条“公告”\n",
        "- 新增节假日“2026年”\n",
        "- 修改页面“第一周”：正文：先读规则。 → 先读工作规则。\n",
        "    - 日历：修改“全体会议”：日期：2026年12月1日 → 2026年12月8日\n",
    ):
        assert sentence in out


def test_full_text_in_place_of_a_summary_is_not_compared(repository: Path, run: Run) -> None:
    summary = LAW.replace("文本: 全文", "文本: 要点")
    git(repository, "checkout", "-q", "main")
    commit(repository, {**BEFORE, "docs/regulations/dengji.md": summary})
    out = unit(run, repository, {"docs/regulations/dengji.md": LAW.replace("受理申请", "收下申请")})
    assert "    - 文本：要点 → 全文\n    - 要点和全文互换，逐条的改动不列\n" in out
    assert "收下申请" not in out


# problems of the content


def test_errors_of_the_new_content_are_shown(repository: Path, run: Run) -> None:
    text = AFTER["data/duties/zongjiao.yml"].replace("牵头: 区民宗局", "牵头: 区民宗教局", 1)
    write(repository, {**AFTER, "data/duties/zongjiao.yml": text})
    code, out, err = run(repository, "main")
    assert code == 1
    assert "data/duties/zongjiao.yml:4:7: 错误[HB209] 找不到单位“区民宗教局”" in err
    assert "新的内容有 1 处错误，改好以后再会签。" in out
    assert "删去职责" not in out
    assert "会失效" not in out


def test_errors_of_the_old_content_are_told(repository: Path, run: Run) -> None:
    bad = {**BEFORE, "data/duties/zongjiao.yml": DUTIES.replace("领域: 宗教工作", "领域: 无", 1)}
    commit(repository, bad)
    commit(repository, BEFORE)
    code, out, _ = run(repository, "HEAD~1")
    assert code == 0
    assert "原来的内容有 1 处错误，只比较了读得出的部分" in out


def test_no_mistake_in_either_content_fails(tmp_path: Path) -> None:
    sound = compile_site(SMALL, AS_OF)
    for path in CASES:
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        bad = compile_site(changed(tmp_path / path.stem, case), AS_OF)
        for old, new in ((sound, bad), (bad, sound)):
            made = Report("手册", "a", "b", AS_OF, compare(old, new), new.errors, len(old.errors))
            assert all(writer(made) for writer in WRITERS.values())
            assert signing.source(made, "小组")


# bad input


def wrong(run: Run, content: Path, base: str = "main", head: str = "", **more: Path) -> str:
    code, out, err = run(content, base, head, **more)
    assert (code, out) == (2, "")
    assert err.startswith("用法：")
    assert err.count("\n") == 1
    return err


def test_not_a_repository(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = write(tmp_path / "content", BEFORE)
    assert "不在 git 仓库里" in wrong(run, folder)
    assert "没有内容文件夹" in wrong(run, tmp_path / "none")


def test_a_repository_of_somebody_else(
    repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert "git config --global --add safe.directory" in wrong(run, repository)


def test_pictures_are_named_whatever_their_name(repository: Path, run: Run) -> None:
    (repository / "docs/图.png").write_bytes(b"x")
    code, out, _ = run(repository, "work")
    assert code == 0
    assert "**改动涉及 1 个其他文件；没有失效的网址。**" in out
    assert "图片、附件等其他文件\n\n- docs/图.png\n" in out
    with open(os.fsencode(repository / "docs") + b"/" + "附件.png".encode("gbk"), "wb") as file:
        file.write(b"x")
    code, out, _ = run(repository, "work")
    assert code == 1
    assert "HB114" in out
    assert out.encode()


def test_no_git(repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    assert "没有 git" in wrong(run, repository)


def test_no_such_revision(repository: Path, run: Run) -> None:
    git(repository, "tag", "v2026.1")
    assert "没有版本“man”。是不是“main”？" in wrong(run, repository, "man")
    assert "没有版本“v2026.2”。是不是“v2026.1”？" in wrong(run, repository, "main", "v2026.2")
    assert "git branch -a" in wrong(run, repository, "zzz")
    assert "往前没有那么多提交" in wrong(run, repository, "HEAD~99")
    assert "中间空一格" in wrong(run, repository, "zzz..yyy")
    for odd in ("", "-x", "main:data", "HEAD^{tree}", "a b"):
        wrong(run, repository, odd)


def test_an_empty_repository(tmp_path: Path, run: Run) -> None:
    folder = write(tmp_path / "content", BEFORE)
    git(folder, "init", "-q", "-b", "main")
    assert "还没有提交" in wrong(run, folder)


def test_a_shallow_clone(repository: Path, tmp_path: Path, run: Run) -> None:
    clone = tmp_path / "clone"
    origin = f"file://{repository}"
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "work", origin, str(clone))
    err = wrong(run, clone, "HEAD~1")
    assert "git fetch --unshallow" in err
    assert "fetch-depth: 0" in err
    assert "没有版本“main”" in wrong(run, clone, "main")


def test_a_branch_that_only_the_origin_has(repository: Path, tmp_path: Path, run: Run) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(repository), str(clone))
    assert "是不是“origin/main”？" in wrong(run, clone, "main")


def test_files_that_cannot_be_written(repository: Path, tmp_path: Path, run: Run) -> None:
    assert "是文件夹" in wrong(run, repository, out=tmp_path)
    (tmp_path / "file").write_text("x", "utf-8")
    code, _, err = run(repository, "main", out=tmp_path / "file" / "report.md")
    assert code == 2
    assert "写不了" in err


# properties

TITLES = {"zj-1": "报告宗教事务", "zj-2": "公布登记情况", "zj-3": "汇总侨务信息"}
PARTIES = {
    "zj-1": {"mzj", "office", "dong", "xi"},
    "zj-2": {"mzj", "office"},
    "zj-3": {"qb", "office"},
}
VALUES = {
    "时限": st.integers(4, 12).map(lambda month: f"{month}月底"),
    "考核": st.integers(2, 99).map(lambda count: f"每年{count}次"),
    "牵头": st.sampled_from(["区财政局"]),
    "配合": st.sampled_from(["区财政局", "[区财政局, 领导小组办公室]"]),
    "事项": st.text("甲乙丙丁", min_size=3, max_size=6),
    "依据": st.sampled_from(["《登记条例》第一条", "《登记条例》第三条"]),
    "成果": st.text("甲乙丙丁", min_size=1, max_size=6),
}


def compiled(folder: Path, files: dict[str, str]) -> Any:
    return compile_site(write(folder, files), AS_OF)


def test_a_site_beside_itself_is_no_change() -> None:
    site = compile_site(ROOT, AS_OF)
    assert compare(site, site).empty
    assert compare(compile_site(SMALL, AS_OF), compile_site(SMALL, AS_OF)) == Changes()


def test_an_edit_of_a_duty_names_exactly_its_units(tmp_path: Path) -> None:
    site = compiled(tmp_path / "old", BEFORE)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(TITLES)), st.sampled_from(sorted(VALUES)), st.data())
    def check(id: str, key: str, data: st.DataObject) -> None:
        value = data.draw(VALUES[key])
        blocks = DUTIES.split("- 编号: ")
        lines = [
            line
            for block in blocks
            if block.startswith(id)
            for line in block.splitlines()
            if not line.startswith(f"  {key}: ")
        ]
        text = "- 编号: " + "\n".join([*lines, f"  {key}: {value}", ""])
        rest = "".join(f"- 编号: {b}" for b in blocks if b and not b.startswith(id))
        new = compiled(tmp_path / "new", {**BEFORE, "data/duties/zongjiao.yml": rest + text})
        found = compare(site, new)
        assert [(duty.id, duty.edits[0].key) for duty in found.duties] == [(id, key)]
        extra = {"czj"} if "区财政局" in value else set()
        assert {unit.id for unit in found.units} == PARTIES[id] | extra
        assert {task.id for unit in found.units for task in unit.tasks} == {id}

    check()


@settings(max_examples=200, deadline=None)
@given(st.text("甲乙丙丁12 ab，", max_size=40), st.text("甲乙丙丁12 ab，", max_size=40))
def test_marked_words_hold_both_texts(old: str, new: str) -> None:
    runs = marked(old, new)
    assert "".join(run.text for run in runs if run.kind != "ins") == old
    assert "".join(run.text for run in runs if run.kind != "del") == new
