"""Excel round trip: what a clerk changes in the workbook is what changes in the files."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

import contents
import workbooks
from handbook import exchange
from workbooks import AS_OF, altered, exported

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests" / "small"
LONG = "很长" * 20_000
ODD = {
    "data/units.yml": (
        "\ufeff# 单位\r\n- 编号: office\r\n  名称: '领导小组办公室'\r\n  类别: 党委部门 # 注\r\n"
        '  办公电话: "010"\r\n  角色: 办公室\r\n  别名: [甲, "=1+1", _x0041_]\r\n\r\n'
        "-\r\n  编号: mzj\r\n  名称: 区民族宗教事务局\r\n  简称: 区民宗局\r\n  类别: 政府部门\r\n"
        "  设立日期: 1890-01-01\r\n- {编号: dong, 名称: 城东街道, 类别: 乡镇街道}\r\n"
    ),
    "data/glossary.yml": (
        "- 词条: 甲\n  释义: |+\n    一\n\n    二　\n\n  别名:\n  - >-\n    长\n    词\n"
        "  - |\n    两\n    行\n"
        f'- 词条: 乙\n  释义: {LONG}\n- 词条: 丙\n  释义: "a\\tb\\v\\r\\nc"\n  别名:\n'
    ),
    "data/duties/b.yml": (
        "- 编号: b-1\n  事项: 甲\n  领域: 宗教工作\n  牵头: 区民宗局\n  分值: 4.50\n"
    ),
    "data/calendar/a.yml": "- {编号: r-1, 事项: '-', 日期: 2026-13-01}\n- 说明: 没有编号\n",
    "data/ledger.yml": "# 还没有\n",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "content"))


def state(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def bring(file: Path, content: Path, *, dry_run: bool = False, delete: bool = False) -> int:
    return exchange.import_(file, content, AS_OF, dry_run=dry_run, delete=delete)


def text(content: Path, path: str) -> str:
    return (content / path).read_text(encoding="utf-8")


# nothing changed


def test_own_content_comes_back_byte_for_byte(tmp_path: Path) -> None:
    content = tmp_path / "content"
    for name in ("data", "docs"):
        shutil.copytree(ROOT / name, content / name)
    file, before = exported(content, tmp_path), state(content)
    assert len(load_workbook(file)["职责"]["A"]) > 100
    assert bring(file, content) == 0
    assert state(content) == before


def test_odd_files_come_back_byte_for_byte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = contents.write(tmp_path / "content", ODD)
    (content / "data/units.yml").write_bytes(ODD["data/units.yml"].encode())
    file, before = exported(content, tmp_path), state(content)
    assert bring(file, content) == 0
    assert state(content) == before
    assert "没有改动" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_saved_again_by_another_program(tmp_path: Path) -> None:
    content = contents.write(tmp_path / "content", ODD)
    (content / "data/units.yml").write_bytes(ODD["data/units.yml"].encode())
    file, before = exported(content, tmp_path), state(content)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    again = [*command, "--convert-to", "xlsx", "--outdir", str(tmp_path / "again"), str(file)]
    subprocess.run(again, check=True, capture_output=True, timeout=120)
    planned = exchange.plan(tmp_path / "again" / file.name, content, AS_OF)
    assert (planned.files, list(planned.problems)) == ({}, [])
    assert bring(tmp_path / "again" / file.name, content) == 0
    assert state(content) == before


def test_the_same_content_gives_the_same_workbook(tmp_path: Path) -> None:
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for file in files:
        assert exchange.export(SMALL, file, AS_OF) == 0
    assert files[0].read_bytes() == files[1].read_bytes()


# something changed


def test_changed_cells_become_changed_lines(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = exported(
        small,
        tmp_path,
        ["格", "职责", "配合2", "各乡镇街道\n区民宗局"],
        ["格", "职责", "考核3", "每半年1次: 答复率100%"],
        ["格", "职责步骤", "交接2", "登记表送城东街道"],
        ["格", "职责例外", "理由2", "只此一家"],
        ["格", "台账", "时限2", datetime(2026, 7, 1)],
        ["格", "台账", "完成日期2", "2026/6/5"],
        ["格", "日历", "日期3", "2026年12月5日"],
        ["格", "词条", "别名2", "协商民主\n协商"],
        ["格", "单位", "简称3", None],
    )
    capsys.readouterr()
    before = state(small)
    assert bring(file, small, dry_run=True) == 1  # the 简称 is used
    assert state(small) == before
    altered(file, [["格", "单位", "简称3", "区民宗局"]])
    capsys.readouterr()
    assert bring(file, small, dry_run=True) == 0
    assert state(small) == before
    said = capsys.readouterr().out
    assert (
        "修改 职责 fg-001（公开上一年度逾期未支付中小企业款项信息）：data/duties/feigong.yml"
        in said
    )
    assert "  配合：去掉 区财政局；加上 区民宗局\n" in said
    assert "  时限：2026-06-30 → 2026-07-01\n" in said
    assert "  步骤：第1条的交接：（无） → 登记表送城东街道\n" in said
    assert bring(file, small) == 0
    assert "  配合: [各乡镇街道, 区民宗局]\n" in text(small, "data/duties/feigong.yml")
    duties = text(small, "data/duties/zongjiao.yml")
    assert '  考核: "每半年1次: 答复率100%"\n' in duties
    assert "      做什么: 征求意见，逐条登记\n      交接: 登记表送城东街道\n    - 单位" in duties
    assert "      理由: 只此一家\n" in duties
    ledger = text(small, "data/ledger.yml")
    assert "  时限: 2026-07-01\n  状态: 已完成\n  完成日期: 2026-06-05\n" in ledger
    assert "  日期: 2026-12-05\n" in text(small, "data/calendar.yml")
    assert "听取各方面意见。\n  别名:\n    - 协商民主\n    - 协商\n" in text(
        small, "data/glossary.yml"
    )
    assert bring(file, small) == 0  # once more: it is there already
    assert "没有改动" in capsys.readouterr().err


def test_of_a_long_text_the_difference_is_said(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = (
        "对行政行为不服的，可以依法申请行政复议或者提起行政诉讼；对答复不满意的，可以依法信访。" * 3
    )
    file = exported(small, tmp_path, ["格", "职责", "权利与救济3", long])
    assert bring(file, small) == 0
    altered(file, [["格", "职责", "考核3", "每半年1次"]])
    assert bring(file, small) == 0  # the workbook's own first import is no conflict
    file = exported(small, tmp_path, ["格", "职责", "权利与救济3", f"{long[:50]}，也{long[50:]}"])
    capsys.readouterr()
    assert bring(file, small) == 0
    said = f"  权利与救济：…{long[42:58]}… → …{long[42:50]}，也{long[50:58]}…\n"
    assert said in capsys.readouterr().out


def test_new_rows_become_records_where_their_like_are(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    duty = {"编号": "zj-003", "事项": "办理登记", "领域": "宗教工作", "牵头": "区民宗局", "分值": 5}
    duty |= {
        "依据": "《宗教事务条例》第六条",
        "频次": "按需",
        "考核": "按期率100%",
        "配合": "区科工局",
    }
    steps = [["格", "职责", f"{name}5", value] for name, value in duty.items()]
    steps += [
        ["格", "职责步骤", f"{name}4", value]
        for name, value in {"编号": "zj-003", "单位": "区民宗局", "做什么": "收件"}.items()
    ]
    question = {
        "编号": "q-003",
        "题干": "甲？",
        "题型": "判断",
        "答案": "错",
        "解析": "乙",
        "依据": "《宗教事务条例》第二条",
        "文件": "questions/xin.yml",
    }
    steps += [["格", "试题", f"{name}4", value] for name, value in question.items()]
    file = exported(small, tmp_path, *steps)
    duties = text(small, "data/duties/zongjiao.yml")
    assert bring(file, small) == 0, capsys.readouterr().err
    assert "新增 职责 zj-003（办理登记）：写在 data/duties/zongjiao.yml" in capsys.readouterr().out
    assert text(small, "data/duties/zongjiao.yml") == duties + (
        "\n- 编号: zj-003\n  事项: 办理登记\n  领域: 宗教工作\n  牵头: 区民宗局\n  配合: 区科工局\n"
        "  依据:\n    - 《宗教事务条例》第六条\n  频次: 按需\n  考核: 按期率100%\n  分值: 5\n"
        "  步骤:\n    - 单位: 区民宗局\n      做什么: 收件\n"
    )
    assert text(small, "data/questions/xin.yml").startswith("- 编号: q-003\n  题干: 甲？\n")
    assert sorted(path.name for path in (small / "data/questions").iterdir()) == [
        "xin.yml",
        "zongjiao.yml",
    ]


def test_a_removed_row_removes_only_when_told(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, before = exported(small, tmp_path, ["删行", "日历", 3]), state(small)
    assert bring(file, small) == 0
    assert state(small) == before
    assert (
        "表里没有了 日历 rl-002：手册里照旧保留；要删去它，加 --delete。" in capsys.readouterr().out
    )
    calendar = text(small, "data/calendar.yml")
    assert bring(file, small, delete=True) == 0
    assert text(small, "data/calendar.yml") == calendar[: calendar.index("- 编号: rl-002")]
    assert "删除 日历 rl-002" in capsys.readouterr().out


def test_what_others_changed_meanwhile_stays(small: Path, tmp_path: Path) -> None:
    file = exported(small, tmp_path, ["格", "日历", "事项2", "全体会议"])
    path = small / "data/calendar.yml"
    later = text(small, "data/calendar.yml").replace("2026-12-20", "2026-12-25")
    later += "- 编号: rl-003\n  事项: 新会\n  日期: 2026-10-01\n"
    path.write_text(later, encoding="utf-8")
    assert bring(file, small, delete=True) == 0
    assert path.read_text(encoding="utf-8") == later.replace("领导小组全体会议", "全体会议")


def test_errors_that_were_there_do_not_hinder(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = small / "data/ledger.yml"
    broken = text(small, "data/ledger.yml").replace("区民宗局", "区民政局")
    ledger.write_text(broken, encoding="utf-8")
    file = exported(small, tmp_path, ["格", "台账", "整改措施2", "补齐"])
    assert bring(file, small) == 0
    assert ledger.read_text(encoding="utf-8") == broken.replace("补齐佐证材料", "补齐")
    assert "手册里原有 1 处错误" in capsys.readouterr().err
    altered(file, [["格", "台账", "责任单位2", "区民宗局"], ["格", "台账", "状态2", "完了"]])
    assert bring(file, small) == 1
    said = capsys.readouterr().err
    assert "手册.xlsx:台账!H2: 错误[HB204]" in said
    assert "没有写任何文件" in said


def test_a_change_that_hurts_elsewhere_is_said_with_its_place(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, before = exported(small, tmp_path, ["格", "单位", "简称3", "区宗教局"]), state(small)
    assert bring(file, small) == 1
    assert state(small) == before
    assert (
        "data/duties/zongjiao.yml:4:7: 错误[HB209] 找不到单位“区民宗局”" in capsys.readouterr().err
    )


# the workbook itself


def test_the_workbook_helps_and_protects(tmp_path: Path) -> None:
    book = load_workbook(exported(SMALL, tmp_path))
    assert [page.title for page in book if page.sheet_state == "visible"] == [
        *("职责", "职责步骤", "职责例外", "单位", "单位例外", "台账", "日历", "词条", "试题"),
    ]
    page = book["台账"]
    head: dict[Any, Any] = {cell.value: cell for cell in page[1]}
    assert page.protection.sheet
    assert page.protection.password is None
    assert page["A2"].protection.locked
    assert not page["B2"].protection.locked
    assert not page.column_dimensions["A"].protection.locked  # of rows to come
    assert page.freeze_panes == "C2"
    assert page.auto_filter.ref == "A1:M2"
    assert head["时限"].comment.text == "最迟哪一天改完。必填。\n例：2026-06-30"
    assert page.cell(2, head["时限"].column).value == datetime(2026, 6, 30)
    lists = {str(v.sqref)[0]: v.formula1 for v in page.data_validations.dataValidation}
    assert lists[head["状态"].column_letter] == '"未启动,整改中,已完成,长期坚持"'
    units = lists[head["责任单位"].column_letter]
    assert re.fullmatch(r"选项!\$A\$2:\$A\$\d+", units)
    offered = [row[0].value for row in book["选项"]["A2:A20"]]
    assert {"区民宗局", "各乡镇街道"} <= set(offered)


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    content = contents.write(tmp_path / "content", {"data/units.yml": ODD["data/units.yml"]})
    with zipfile.ZipFile(exported(content, tmp_path)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
    rows = {row[0].value: row for row in load_workbook(tmp_path / "手册.xlsx")["单位"].rows}
    phone = rows["office"][6]
    assert (phone.value, phone.number_format) == ("010", "@")


# bad input


def test_a_hundred_thousand_blank_rows_are_nothing(small: Path, tmp_path: Path) -> None:
    file = exported(small, tmp_path, ["格", "职责", "成果2", "公开信息1份"])
    big = tmp_path / "big.xlsx"
    columns = [f"{letter}%d" for letter in "ABCDEFGHIJKLMNOPQRSTUV"]
    row = '<row r="%d">' + "".join(f'<c r="{at}" s="1"/>' for at in columns) + "</row>"
    blank = "".join(row % ((n,) * (len(columns) + 1)) for n in range(100, 100_100)).encode()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(big, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</sheetData>", blank + b"</sheetData>")
            new.writestr(name, data)
    began = time.monotonic()
    assert list(exchange.plan(big, small, AS_OF).files) == ["data/duties/feigong.yml"]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("how", ["截断", "文字", "旧格式", "密码"])
def test_what_is_no_workbook_is_said(
    how: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, before = exported(small, tmp_path, ["字节", how]), state(small)
    assert bring(file, small) == 1
    assert "手册.xlsx:1:1: 错误[HB701]" in capsys.readouterr().err
    assert state(small) == before


def test_wrong_usage(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring(tmp_path / "no.xlsx", small) == 2
    assert bring(exported(small, tmp_path), tmp_path / "no") == 2
    assert exchange.export(tmp_path / "no", tmp_path / "a.xlsx", date(2026, 1, 1)) == 2
    assert exchange.export(small, tmp_path, date(2026, 1, 1)) == 2
    (small / "data/units.yml").write_text("- 编号: [\n", encoding="utf-8")
    assert exchange.export(small, tmp_path / "a.xlsx", date(2026, 1, 1)) == 1
    assert "data/units.yml:2:1: 错误[HB102]" in capsys.readouterr().err
    assert not (tmp_path / "a.xlsx").exists()


CASES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "tests/cases").glob("HB7*.yml"))
}


@pytest.mark.parametrize("name", [name for name in CASES if not {"改", "后改"} & set(CASES[name])])
def test_no_workbook_problem_writes_anything(name: str, small: Path, tmp_path: Path) -> None:
    case = CASES[name]
    file, before = workbooks.exported(small, tmp_path, *case["工作簿"]), state(small)
    assert bring(file, small) == int("错误[" in "".join(case["应报"]))
    assert state(small) == before
