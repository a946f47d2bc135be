"""Edits of data files: what is written reads back, and nothing else changes by a byte."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml.nodes import MappingNode

from handbook.edits import edit
from handbook.edits.datafile import DataFile, Uneditable, read
from handbook.schema import DUTY, LEDGER, TERM, UNIT_KIND

ROOT = Path(__file__).parent.parent

SAMPLE = """\
# 头上的注
- 编号: a-1   # 编号的注
  事项: "报告：宗教事务"
  领域: 宗教工作
  牵头:
    # 首位是主责
    - 区民宗局 # 甲
    - 区公安分局
    - 'xx: 局'
  配合: [办公室, 各乡镇街道] # 乙
  依据: 《条例》第二条  # 丙
  权利与救济: |  # 丁
    - 一
    - 二

  # 步骤前的注
  步骤:
    - 单位: 区民宗局
      做什么: 收件 # 戊
    - 单位: [区公安分局, 办公室]
      做什么: >-
        很长的
        一段话

# 第二条前的注
- 编号: a-2
  事项: 无
"""


def changed(id: str = "a-1", text: str = SAMPLE, **change: Any) -> str:
    return edit(text, DUTY, {id: change})


def lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    old, new = before.split("\n"), after.split("\n")
    return [x for x in old if x not in new], [x for x in new if x not in old]


@pytest.mark.parametrize(
    ("change", "gone", "come"),
    [
        ({"事项": "改了"}, ['  事项: "报告：宗教事务"'], ["  事项: 改了"]),
        ({"事项": "a: b"}, ['  事项: "报告：宗教事务"'], ['  事项: "a: b"']),
        ({"事项": '"a": b'}, ['  事项: "报告：宗教事务"'], ["  事项: '\"a\": b'"]),
        ({"牵头": ["区民宗局", "xx: 局"]}, ["    - 区公安分局"], []),
        (
            {"牵头": ["区公安分局", "xx: 局", "- 丙"]},
            ["    - 区民宗局 # 甲"],
            ['    - "- 丙"'],
        ),
        (
            {"配合": ["办公室", "甲", "a, b"]},
            ["  配合: [办公室, 各乡镇街道] # 乙"],
            ['  配合: [办公室, 甲, "a, b"] # 乙'],
        ),
        ({"依据": ["《甲》"]}, ["  依据: 《条例》第二条  # 丙"], ["  依据: 《甲》  # 丙"]),
        (
            {"依据": ["《甲》", "《乙》"]},
            ["  依据: 《条例》第二条  # 丙"],
            ["  依据:  # 丙", "    - 《甲》", "    - 《乙》"],
        ),
        ({"权利与救济": "- 一\n- 三"}, ["    - 二"], ["    - 三"]),
        ({"频次": "每年"}, [], ["  频次: 每年"]),
        ({"配合": None}, ["  配合: [办公室, 各乡镇街道] # 乙"], []),
        ({"说明": "一\n\n二"}, [], ["  说明: |", "    一", "    二"]),
    ],
)
def test_only_these_lines_change(change: Any, gone: list[str], come: list[str]) -> None:
    assert lines(SAMPLE, changed(**change)) == (gone, come)


def test_a_change_within_a_step_keeps_the_others() -> None:
    steps = read(SAMPLE, DUTY)[0]["步骤"]
    steps[1]["做什么"] = "一句话"
    steps[1]["交接"] = "送办公室"
    gone, come = lines(SAMPLE, changed(步骤=steps))
    assert gone == ["        很长的", "        一段话"]
    assert come == ["        一句话", "      交接: 送办公室"]
    assert "      做什么: 收件 # 戊\n" in changed(步骤=steps[:1])


def test_new_records_look_like_their_neighbours() -> None:
    record = {"编号": "a-3", "牵头": ["甲", "乙"], "事项": "三", "依据": ["丙"], "配合": ["丁"]}
    added = edit(SAMPLE, DUTY, new=[record]).removeprefix(SAMPLE)
    assert added == (
        "\n- 编号: a-3\n  事项: 三\n  牵头:\n    - 甲\n    - 乙\n  配合: [丁]\n  依据: 丙\n"
    )
    assert edit("# 注", DUTY, new=[{"编号": "x"}]) == "# 注\n\n- 编号: x\n"
    assert edit("", DUTY, new=[{"编号": "x"}, {"编号": "y"}]) == "- 编号: x\n\n- 编号: y\n"
    close = "- 编号: x\n- 编号: y\n"
    assert edit(close, DUTY, new=[{"编号": "z"}]) == close + "- 编号: z\n"


def test_removing_a_record_leaves_the_comments_before_it() -> None:
    assert edit(SAMPLE, DUTY, removed=["a-2"]).endswith("一段话\n\n# 第二条前的注\n")
    assert edit(SAMPLE, DUTY, removed=["a-1"]) == (
        "# 头上的注\n# 第二条前的注\n- 编号: a-2\n  事项: 无\n"
    )


def test_bom_and_line_ends_stay() -> None:
    odd = "\ufeff" + SAMPLE.replace("\n", "\r\n")
    made = edit(odd, DUTY, {"a-1": {"说明": "一\n二", "牵头": ["甲", "乙"], "依据": None}})
    assert made.startswith("\ufeff# 头上的注\r\n")
    assert re.search(r"(?<!\r)\n", made) is None
    assert "  说明: |\r\n    一\r\n    二\r\n" in made


def test_what_is_no_list_of_records_is_left_alone() -> None:
    for text in ("a: b\n", "- a\n  b: [\n", "- &x a\n"):
        with pytest.raises(Uneditable):
            edit(text, DUTY, new=[{"编号": "x"}])
    with pytest.raises(KeyError):
        changed(id="no", 事项="x")


# any file, any edit

PARTS = ["字", "《法》第一条", " ", ": ", " #", "#", "- ", "'", '"', "\\", ",", "[", "]", "{", "}"]
PARTS += [
    "&",
    "*",
    "!",
    "|",
    ">",
    "%",
    "@",
    "`",
    "?",
    ":",
    "no",
    "010",
    "~",
    "　",
    "𠮷",
    "---",
    "\t",
]
LINE = st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map("".join).map(str.strip)
WORD = LINE.filter(bool)
_LINES = st.lists(st.one_of(LINE, LINE.map(lambda x: "  " + x)), min_size=1, max_size=4)
TEXT = _LINES.map("\n".join).map(str.strip).filter(bool)
ITEMS = st.lists(st.one_of(WORD, WORD, TEXT), min_size=1, max_size=4)
STEP = st.fixed_dictionaries(
    {"做什么": WORD}, optional={"单位": ITEMS, "时限": TEXT, "交接": WORD}
).map(lambda step: dict(sorted(step.items(), key=lambda pair: pair[0] != "单位")))
VALUES = {
    "事项": WORD,
    "牵头": ITEMS,
    "依据": ITEMS,
    "时限": TEXT,
    "说明": TEXT,
    "步骤": st.lists(STEP, min_size=1, max_size=3),
    "复核日期": WORD,
}


def rendered(draw: st.DrawFn, value: Any, column: int, flow: bool) -> str:
    """A value behind its colon, in a style that is drawn."""
    quoted = json.dumps(value, ensure_ascii=False)
    pad = "\n" + " " * column
    note = draw(st.sampled_from(["", "", "  # 注: [x]"])) if not flow else ""
    if isinstance(value, str):
        literal = f" |{note}" + "".join(f"{pad}  {x}".rstrip(" ") for x in value.split("\n"))
        single = " '" + value.replace("'", "''") + "'"
        forms = [f" {quoted}{note}"]
        if "\n" not in value and "\t" not in value:
            forms += [single + note]
        if not flow and not re.search(r"(?m)[ \t]$", value):
            forms += [literal, literal.replace("|", "|-", 1), literal.replace("|", "|+", 1)]
        if re.fullmatch(r"[字《法》第一条𠮷]+", value):
            forms += [f" {value}{note}"] * 3
        return draw(st.sampled_from(forms))
    if flow or draw(st.integers(0, 3)) == 0:
        return f" {quoted}{note}"
    step = draw(st.sampled_from([0, 2, 4]))
    entries = []
    for item in value:
        comment = draw(st.sampled_from(["", "", f"\n{' ' * (column + step)}# 前注"]))
        if isinstance(item, dict):
            body = mapping(draw, item, column + step + 2)
        else:
            body = rendered(draw, item, column + step, False).lstrip(" ")
        entries.append(f"{comment}\n{' ' * (column + step)}- {body}")
    return note + "".join(entries)


def mapping(draw: st.DrawFn, record: dict[str, Any], column: int) -> str:
    if draw(st.integers(0, 5)) == 0:
        return json.dumps(record, ensure_ascii=False)
    pairs = [f"{key}:{rendered(draw, value, column, False)}" for key, value in record.items()]
    comment = f"\n{' ' * column}# 行间的注"
    gaps = [draw(st.sampled_from(["", "", comment, "\n"])) for _ in pairs]
    return f"\n{' ' * column}".join(p + g for p, g in zip(pairs, [*gaps[1:], ""], strict=True))


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    records = [
        {"编号": f"r-{number}", **draw(st.fixed_dictionaries({}, optional=VALUES))}
        for number in range(draw(st.integers(0, 3)))
    ]
    if records and draw(st.integers(0, 9)) == 0:
        text = json.dumps(records, ensure_ascii=False, indent=draw(st.sampled_from([None, 2])))
    else:
        between = draw(st.sampled_from(["\n", "\n\n", "\n\n# 记录前的注\n"]))
        text = between.join(f"- {mapping(draw, record, 2)}" for record in records)
    text = draw(st.sampled_from(["", "# 头\n\n", "---\n"])) + text
    text += draw(st.sampled_from(["", "\n", "\n\n", "\n# 尾", "\n...\n" if records else ""]))
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return draw(st.sampled_from(["", "\ufeff"])) + text, records


def written(text: str, id: str, without: Any = ()) -> list[str]:
    """The text of every value of the other records, and of those keys of `id` not in `without`."""
    file = DataFile(text, DUTY)
    found = []
    for node in file.items:
        assert isinstance(node, MappingNode)
        for key, value in node.value:
            if file.plain(node)["编号"] != id or key.value not in without:
                found.append(file.text[key.start_mark.index : file.end(value)].rstrip())
    return found


NOTES = re.compile(r"# (?:头|尾|记录前的注)")


@settings(max_examples=150, deadline=None)
@given(files(), st.data())
def test_any_edit_of_any_file(made: tuple[str, list[dict[str, Any]]], data: st.DataObject) -> None:
    text, records = made
    assert read(text, DUTY) == records
    ids = [record["编号"] for record in records]
    which = data.draw(st.sampled_from(ids)) if ids else ""
    some = {key: st.one_of(st.none(), value) for key, value in VALUES.items()}
    change = data.draw(st.fixed_dictionaries({}, optional=some)) if ids else {}
    new = data.draw(st.lists(st.fixed_dictionaries({}, optional=VALUES), max_size=1))
    new = [{"编号": "new", **record} for record in new]
    edited = edit(text, DUTY, {which: change} if ids else {}, new)
    expected = [*({**r, **change} if r["编号"] == which else r for r in records), *new]
    assert read(edited, DUTY) == [
        {key: value for key, value in record.items() if value is not None} for record in expected
    ]
    assert NOTES.findall(edited) == NOTES.findall(text)
    same = [key for key in change if change[key] != records[ids.index(which)].get(key)]
    assert set(written(text, which, same)) <= set(written(edited, which, same))
    if ids and not new and not same:
        assert edited == text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("data/duties/zongjiao.yml", DUTY),
        ("data/units.yml", UNIT_KIND),
        ("data/ledger.yml", LEDGER),
        ("data/glossary.yml", TERM),
    ],
)
def test_the_same_values_change_no_byte(path: str, kind: Any) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    key = "词条" if kind is TERM else "编号"
    records = read(text, kind)
    assert edit(text, kind, {record[key]: record for record in records}) == text
