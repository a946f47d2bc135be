"""Official text to provisions: the format's rules, odd spellings of real texts, true counts."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook import lines as reading
from handbook.model import Body, Place
from handbook.problems import Problem
from handbook.provisions import cite, from_label, label, parse

SHARED = Path(__file__).parents[2] / "shared"
needs_corpus = pytest.mark.skipif(
    not (SHARED / "corpus").is_dir(), reason="没有 ../shared/corpus，跳过真实法规的检查"
)


def read(
    text: str, *, summary: bool = False, lenient: bool = False, count: int | None = None
) -> tuple[Body, list[Problem]]:
    place = Place("docs/rules/a.md", 1)
    return parse(text, place, summary=summary, lenient=lenient, article_count=count)


def body_of(text: str, *, summary: bool = False, lenient: bool = False) -> Body:
    return read(text, summary=summary, lenient=lenient)[0]


def ids(text: str) -> list[str]:
    return [block.eid for block in body_of(text).blocks if block.eid]


def codes(text: str, *, summary: bool = False, count: int | None = None) -> list[str]:
    problems = read(text, summary=summary, count=count)[1]
    return [f"{found.code}:{found.place.line}" for found in problems]


# Articles


@pytest.mark.parametrize(
    "line",
    [
        "第一条 甲",
        "第一条　甲",
        "第一条\t甲",
        "第一条\u2002甲",
        "　　第一条　甲",
        "\t第一条 甲",
        "**第一条**　甲",
        "**第一条 甲**",
        "### 第一条 甲",
        "第1条 甲",
        "第１条 甲",
        "<!-- 注 -->第一条 甲",
    ],
)
def test_article_openings(line: str) -> None:
    body = body_of(line)
    assert [block.kind for block in body.blocks] == ["article", "paragraph"]
    assert body["art_1"].text == ""
    assert body["art_1__para_1"].text.strip("*") == "甲"


def test_article_without_text_of_its_own() -> None:
    assert ids("第一条\n（一）甲\n第二条\n乙") == [
        "art_1",
        "art_1__para_1",
        "art_1__para_1__point_1",
        "art_2",
        "art_2__para_1",
        "art_2__para_2",
    ]


def test_inserted_article_is_one_of_its_own() -> None:
    text = "第一条 甲\n第一条之一 乙\n**第一条之二**　丙\n第二条 丁"
    assert [eid for eid in ids(text) if "__" not in eid] == ["art_1", "art_1_1", "art_1_2", "art_2"]
    assert codes(text) == []


def test_place_and_label_of_a_block() -> None:
    body, _ = parse("\n　　第一条　甲\n(一) 乙", Place("a.md", 7), summary=False, lenient=False)
    article, paragraph, point = body.blocks
    assert (article.label, article.line) == ("第一条", 8)
    assert (paragraph.text, paragraph.line, paragraph.column) == ("甲", 8, 7)
    assert (point.label, point.text, point.column) == ("(一)", "乙", 5)


def test_bold_that_runs_on_stays_balanced() -> None:
    assert body_of("**第一条　【目的】**甲")["art_1__para_1"].text == "**【目的】**甲"
    assert body_of("一、甲\n**（一）加强领导。**乙")["part_1__point_1"].text == "**加强领导。**乙"


@pytest.mark.parametrize("line", ["第二条的规定，适用。", "第二条甲", "第一条之一甲"])
def test_label_without_blank_is_text_with_a_warning(line: str) -> None:
    assert ids(f"第一条 甲\n{line}") == ["art_1", "art_1__para_1", "art_1__para_2"]
    assert codes(f"第一条 甲\n{line}") == ["HB304:2"]


@pytest.mark.parametrize(
    "line",
    [
        "第三十一条的决定》第一次修正",
        "第一款规定的期限，从其规定。",
        "第八章之外的事项",
        "“第一百二十条之二 有下列情形的",
        "| 第二条 甲 | 乙 |",
        "> 第二条 甲",
    ],
)
def test_looks_like_an_article_and_is_none(line: str) -> None:
    text = f"第一条 甲\n{line}\n第二条 乙"
    assert [eid for eid in ids(text) if "__" not in eid] == ["art_1", "art_2"]
    assert codes(text) == []


def test_quoted_provisions_open_nothing() -> None:
    text = (
        "第一条 第十条修改为：“第十条 甲\n第十一条 乙。\n第三章 丙\n“（一）丁；”\n第二条 戊\n"
        "第三条 “某某”是指己。\n第四条 庚"
    )
    assert [eid for eid in ids(text) if "__" not in eid] == ["art_1", "art_2", "art_3", "art_4"]
    assert codes(text) == []


def test_deleted_article_keeps_its_anchor() -> None:
    body = body_of("第一条 甲\n第二条 （删去）\n第三条　(删去)\n第四条 （删去）后")
    deleted = [block.eid for block in body.blocks if block.deleted]
    assert deleted == ["art_2", "art_2__para_1", "art_3", "art_3__para_1"]


# 款, 项, 目


def test_levels_below_the_article() -> None:
    text = "第一条 甲：\n（一）乙\n1．丙\n（1）丁\n①戊\n2.己\n(二)庚\n辛\n（一）壬"
    assert ids(text)[1:] == [
        "art_1__para_1",
        "art_1__para_1__point_1",
        "art_1__para_1__point_1__subpoint_1",
        "art_1__para_1__point_1__subpoint_1__indent_1",
        "art_1__para_1__point_1__subpoint_1__indent_1__indent_1",
        "art_1__para_1__point_1__subpoint_2",
        "art_1__para_1__point_2",
        "art_1__para_2",
        "art_1__para_2__point_1",
    ]
    assert codes(text) == []


@pytest.mark.parametrize(
    "line", ["1.甲", "1、甲", "（1）甲", "①甲", "一、甲", "1.5%以上的", "12345"]
)
def test_numbers_without_an_open_point_are_the_next_paragraph(line: str) -> None:
    assert ids(f"第一条 甲\n{line}")[-1] == "art_1__para_2"
    assert body_of(f"第一条 甲\n{line}")["art_1__para_2"].text == line


def test_more_than_twenty_points() -> None:
    numerals = (
        "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十 二十一"
    )
    text = "第一条 甲\n" + "\n".join(f"（{n}） x" for n in numerals.split())
    assert ids(text)[-1] == "art_1__para_1__point_21"
    assert codes(text) == []


def test_tables_and_quotes_belong_to_the_paragraph_before() -> None:
    body = body_of("第一条 甲\n|a|b|\n|-|-|\n|1|2|\n> 引一\n> 引二\n\n> 引三\n乙")
    kept = [(block.kind, block.eid, block.text) for block in body.blocks[2:6]]
    assert kept == [
        ("table", "", "|a|b|\n|-|-|\n|1|2|"),
        ("quote", "", "> 引一\n> 引二"),
        ("quote", "", "> 引三"),
        ("paragraph", "art_1__para_2", "乙"),
    ]


def test_html_table_is_one_block() -> None:
    body = body_of("第一条 甲\n<table>\n第二条 乙\n</table>\n第二条 丙\n<table>\n第三条 丁")
    assert [block.kind for block in body.blocks if not block.eid] == ["table"]
    assert "art_3" in body, "a table that is never closed swallows nothing"


def test_comments_are_dropped() -> None:
    body = body_of("第一条 甲<!-- a -->乙\n<!-- 第二条 x\n第三条 y -->\n丙\n<!-- 不闭合\n第二条 丁")
    assert [block.text for block in body.blocks] == ["", "甲乙", "丙", "<!-- 不闭合", "", "丁"]


# Headings, preamble, annexes


def test_structure() -> None:
    text = (
        "# 第一编 总　则\n## 第一分编　通 则\n### 第一章\u2002规\t定\n#### 第一节 甲\n第一条 a\n"
        "第二分编 乙\n第二章 丙\n第二条 b\n第二编 丁\n**第一章　戊**\n第三条 c\n附　则\n第四条 d"
    )
    assert [eid for eid in ids(text) if "art" not in eid] == [
        "bk_1",
        "bk_1__div_1",
        "bk_1__chp_1",
        "bk_1__chp_1__sec_1",
        "bk_1__div_2",
        "bk_1__chp_2",
        "bk_2",
        "bk_2__chp_1",
    ]
    body = body_of(text)
    assert (body["bk_1"].label, body["bk_1"].text) == ("第一编", "总则")
    assert body["bk_1__chp_1"].text == "规定"
    assert [block.text for block in body.blocks if block.kind == "heading"] == ["附则"]
    assert codes(text) == []


def test_levels_go_by_the_word_not_by_the_marks() -> None:
    assert ids("### 第一章 甲\n## 第一节 乙\n第五章丙")[:2] == ["chp_1", "chp_1__sec_1"]
    assert ids("## 第五章行政行为规范") == ["chp_5"]
    assert ids("第一条 甲\n第五章行政行为规范")[-1] == "art_1__para_2"


def test_text_after_a_heading_belongs_to_no_article() -> None:
    body = body_of("第一条 甲\n## 第一章 乙\n丙\n第二条 丁")
    assert [(block.kind, block.text) for block in body.blocks[3:4]] == [("text", "丙")]


def test_preamble() -> None:
    body = body_of("## 序　言\n一八四○年\n<!-- FORCE BREAK -->\n（一）乙\n第一章 总纲\n第一条 甲")
    assert [eid for eid in body.index if "preamble" in eid] == [
        "preamble",
        "preamble__para_1",
        "preamble__para_2",
    ]
    assert "preamble" not in body_of("第一条 甲\n序言\n乙")


def test_annexes() -> None:
    text = (
        "第一条 甲\n附件一：产生办法\n一、乙\n（一）丙\n## 附件二\n第一条 丁\n第二条 戊\n"
        "附表\n1.己\n附： 图案\n（一）庚"
    )
    assert ids(text) == [
        "art_1",
        "art_1__para_1",
        "att_1",
        "att_1__part_1",
        "att_1__part_1__point_1",
        "att_2",
        "att_2__art_1",
        "att_2__art_1__para_1",
        "att_2__art_2",
        "att_2__art_2__para_1",
        "att_3",
        "att_3__subpoint_1",
        "att_4",
        "att_4__point_1",
    ]
    assert body_of(text)["att_1"].text == "产生办法"
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("第一条 甲\n附件所列事项。", ["article", "paragraph", "paragraph"]),
        ("第一条 甲\n附件 由区委规定。", ["article", "paragraph", "paragraph"]),
        ("附件\n第一条 甲", ["heading", "article", "paragraph"]),
        ("第一条 甲\n附件：1.表\n2.表", ["article", "paragraph", "heading", "text"]),
        ("第一条 甲\n附表\n第二条 乙", ["article", "paragraph", "heading", "article", "paragraph"]),
    ],
)
def test_no_annex(text: str, kinds: list[str]) -> None:
    assert [block.kind for block in body_of(text).blocks] == kinds


# Texts without articles


def test_parts() -> None:
    text = "为了甲。\n## 一、总体要求\n前言。\n（一）乙\n解释。\n"
    text += "1.丙\n（1）丁\n二、任务\n1．戊\n三、己"
    assert ids(text) == [
        "part_1",
        "part_1__point_1",
        "part_1__point_1__subpoint_1",
        "part_1__point_1__subpoint_1__indent_1",
        "part_2",
        "part_2__subpoint_1",
        "part_3",
    ]
    body = body_of(text)
    assert (body["part_1"].label, body["part_1"].text) == ("一、", "总体要求")
    assert [block.text for block in body.blocks if block.kind == "text"] == [
        "为了甲。",
        "前言。",
        "解释。",
    ]
    assert codes(text) == []


# Numbering


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第二条 甲", ["HB301:1"]),
        ("第一条 甲\n第四条 乙", ["HB301:2"]),
        ("第一条 甲\n第二条之一 乙", ["HB301:2"]),
        ("第一条 甲\n第一条 乙", ["HB302:2"]),
        ("第一条 甲\n第三条 乙\n第二条 丙", ["HB303:3"]),
        ("第一条 甲\n（一）乙\n（三）丙", ["HB305:3"]),
        ("第一条 甲\n（二）乙", ["HB305:2"]),
        ("第一条 甲\n（一）乙\n1.丙\n3.丁", ["HB305:4"]),
        ("一、甲\n三、乙", ["HB305:2"]),
        ("第一章 甲\n第三章 乙\n第一条 丙", ["HB306:2"]),
        ("第一章 甲\n第一节 a\n第二章 乙\n第二节 b\n第一条 丙", ["HB306:4"]),
        ("第一编 甲\n第一章 a\n第二编 乙\n第三章 b\n第一条 丙", ["HB306:4"]),
        ("第一章 甲\n（一）乙\n第一条 丙", ["HB309:2"]),
        ("", ["HB307:1"]),
        ("# 标题\n<!-- 空 -->", ["HB307:1"]),
    ],
)
def test_numbering(text: str, found: list[str]) -> None:
    assert codes(text) == found
    assert all(problem.severity == "error" for problem in read(text)[1])
    lenient = read(text, lenient=True)[1]
    assert {problem.severity for problem in lenient if problem.code != "HB307"} <= {"warning"}


def test_what_is_missing_is_named() -> None:
    problems = read("第一条 甲\n第五条 乙\n第七条 丙", count=9)[1]
    assert [problem.message for problem in problems] == [
        "缺少第二条至第四条：第一条之后就是第五条。",
        "缺少第六条：第五条之后就是第七条。",
        "缺少第八条至第九条：第七条之后就是正文结尾。",
    ]


def test_repeated_numbers_get_ids_of_their_own() -> None:
    found = ids("第一条 甲\n（一）乙\n（一）丙\n第一条 丁\n第一条 戊")
    assert [eid for eid in found if "dup" in eid] == [
        "art_1__para_1__point_1_dup2",
        "art_1_dup2",
        "art_1_dup2__para_1",
        "art_1_dup3",
        "art_1_dup3__para_1",
    ]


def test_summary_may_leave_out() -> None:
    text = "第一章 甲\n要点。\n（三）乙\n第三章 丙\n第五条 丁\n（二）戊\n第九条 己"
    assert codes(text, summary=True, count=9) == []
    assert codes("第五条 a\n第三条 b\n第五条 c\n第九条 d", summary=True, count=8) == [
        "HB303:2",
        "HB302:3",
        "HB308:4",
    ]


# Labels


@pytest.mark.parametrize(
    ("eid", "name"),
    [
        ("art_12", "第十二条"),
        ("art_12_1", "第十二条之一"),
        ("art_12__para_2__point_3", "第十二条第二款第（三）项"),
        ("art_1__para_1__point_1__subpoint_2", "第一条第一款第（一）项第2目"),
        ("part_2__point_1", "第二部分第（一）项"),
        ("chp_3__sec_5", "第三章第五节"),
        ("bk_2__div_1", "第二编第一分编"),
        ("preamble", "序言"),
        ("preamble__para_7", "序言第七自然段"),
        ("att_1", "附件一"),
        ("att_1__art_3__para_1", "附件一第三条第一款"),
    ],
)
def test_labels(eid: str, name: str) -> None:
    assert label(eid) == name
    assert from_label(name) == eid


@pytest.mark.parametrize("eid", ["", "art", "art_x", "foo_1", "chp_1_2", "art_99999", "art-1"])
def test_no_id(eid: str) -> None:
    with pytest.raises(ValueError, match="no"):
        label(eid)


@pytest.mark.parametrize("name", ["", "第条", "第十二条的", "附件", "第十百条"])
def test_no_label(name: str) -> None:
    assert from_label(name) is None


numbers = st.integers(1, 9999)
articles = st.builds(
    lambda n, inserted: f"art_{n}_{inserted}" if inserted else f"art_{n}",
    numbers,
    st.one_of(st.none(), st.integers(1, 99)),
)
items = st.lists(numbers, min_size=1, max_size=4).map(
    lambda counts: "__".join(
        f"{word}_{n}"
        for word, n in zip(("para", "point", "subpoint", "indent"), counts, strict=False)
    )
)


@given(st.one_of(articles, st.builds("{}__{}".format, articles, items)))
def test_labels_come_back(eid: str) -> None:
    assert from_label(label(eid)) == eid


def test_cite_leaves_out_a_first_paragraph_that_has_no_second() -> None:
    body = body_of("第一条 甲\n（一）乙\n第二条 丙\n（一）丁\n戊")
    assert cite(body, "art_1__para_1__point_1") == "第一条第（一）项"
    assert cite(body, "art_2__para_1__point_1") == "第二条第一款第（一）项"
    assert cite(body, "art_2__para_2") == "第二条第二款"


# Any text

openings = st.sampled_from(
    [
        "第一条 ",
        "第二条",
        "第一条之一　",
        "**第一条** ",
        "第一章 ",
        "第一编",
        "# ",
        "## ",
        "（一）",
        "(二)",
        "1.",
        "（1）",
        "①",
        "一、",
        "附件",
        "附：",
        "附则",
        "序言",
        "目录",
        "> ",
        "| a |",
        "a",
        "<!--",
        "-->",
        "<table>",
        "</table>",
        "“",
        "”",
        "（删去）",
        "甲乙。",
        "\t",
        "　",
        "\u200b",
        "\n",
        "\n\n",
        "**",
    ]
)
texts = st.one_of(st.text(), st.lists(st.one_of(openings, st.text(max_size=3))).map("".join))


@given(texts, st.booleans(), st.booleans())
def test_any_text_is_read_and_no_line_lost(text: str, summary: bool, lenient: bool) -> None:
    body = body_of(text, summary=summary, lenient=lenient)
    expected = [
        line
        for line, content in enumerate(reading.without_comments(text).split("\n"), 1)
        if content.strip(reading.BLANKS)
    ]
    found = [
        block.line + extra
        for block in body.blocks
        if block.kind != "article"
        for extra in range(block.text.count("\n") + 1)
    ]
    assert len(found) == len(expected)
    if "<table" not in text:  # such a table may hold blank lines
        assert found == expected
    assert len(body.index) == len({block.eid for block in body.blocks if block.eid})
    assert all(body[eid].eid == eid for eid in body.index)
    assert all(label(eid) for eid in body.index)


@pytest.mark.parametrize(
    "text", ["<!--" * 100_000, "第" * 300_000, "## 甲" + "　" * 300_000 + "a", "“" * 300_000]
)
def test_long_lines_take_linear_time(text: str) -> None:
    read(f"第一条 甲\n{text}\n第二条 乙")


# Real texts

COUNTS = {
    "宗教事务条例(2017-08-26)": 77,
    "城市民族工作条例(1993-09-15)": 30,
    "民族乡行政工作条例(1993-09-15)": 24,
    "民族区域自治法(2001-02-28)": 74,
    "民族团结进步促进法(2026-03-12)": 65,
    "宪法": 143,
    "行政复议法(2023-09-01)": 90,
    "行政处罚法(2021-01-22)": 86,
    "行政诉讼法(2017-06-27)": 103,
    "行政许可法(2019-04-23)": 83,
    "行政强制法(2011-06-30)": 71,
    "政府信息公开条例(2019-04-03)": 56,
    "个人信息保护法(2021-08-20)": 74,
    "社会团体登记管理条例(2016-02-06)": 37,
    "归侨侨眷权益保护法(2009-08-27)": 30,
    "归侨侨眷权益保护法实施办法(2004-06-23)": 30,
    "台湾同胞投资保护法(2019-12-28)": 14,
    "台湾同胞投资保护法实施细则(2020-11-29)": 29,
    "保守国家秘密法(2024-02-27)": 65,
    "慈善法(2023-12-29)": 125,
    "信访工作条例(2022-02-25)": 50,
    "信访条例(2005-01-10)": 51,
    "民营经济促进法(2025-04-30)": 78,
    "优化营商环境条例(2019-10-22)": 72,
    "保障中小企业款项支付条例(2025-03-17)": 37,
    "保障中小企业款项支付条例(2020-07-05)": 29,
    "公务员法(2018-12-29)": 113,
    "档案法(2020-06-20)": 53,
    "档案法实施条例(2024-01-12)": 52,
    "地方各级人民代表大会和地方各级人民政府组织法(2022-03-11)": 90,
    "城市居民委员会组织法(2025)": 50,
    "城市居民委员会组织法(2018-12-29)": 23,
    "境内外国人宗教活动管理规定(1994-01-31)": 13,
}


@needs_corpus
@pytest.mark.parametrize("name", COUNTS)
def test_true_counts(name: str) -> None:
    (path,) = (SHARED / "corpus").rglob(f"{name}.md")
    text = path.read_text("utf-8").partition("<!-- INFO END -->")
    body = body_of(text[2] or text[0])
    found = [block.eid for block in body.blocks if block.kind == "article"]
    assert found == [f"art_{number}" for number in range(1, COUNTS[name] + 1)]


def acceptance() -> ModuleType:
    """The acceptance's own reading of the statutes, made apart from ours."""
    spec = importlib.util.spec_from_file_location("statutes", SHARED / "accept/statutes.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def folded(text: str) -> str:
    return re.sub(r"[\s　*]+", "", text).replace("（", "(").replace("）", ")")


@needs_corpus
def test_every_provision_of_the_corpus() -> None:
    statutes = acceptance()
    for path in sorted((SHARED / "corpus").rglob("*.md")):
        text = statutes.meta(path.read_text("utf-8"), str(path))[4]
        expected: dict[str, str] = statutes.provisions(text)
        body = body_of(text, lenient=True)
        positions = [body.index[eid] for eid in expected]
        assert positions == sorted(positions), path.name
        for eid, content in expected.items():
            if body[eid].kind != "article":
                assert folded(body[eid].text) == folded(content), f"{path.name} {eid}"
