"""Official text to an instrument's file: head, contents lists, odd layouts, and the command."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.load import load
from handbook.official import Draft, read, run
from handbook.official.promulgation import read_note

SHARED = Path(__file__).parents[2] / "shared"
needs_corpus = pytest.mark.skipif(
    not (SHARED / "corpus").is_dir(), reason="没有 ../shared/corpus，跳过真实法规的检查"
)
ORDER = """中华人民共和国国务院令
第999号
　　《试验事务条例》已经2017年6月14日国务院第176次常务会议修订通过，现予公布，自2018年2月1日起施行。
总　理　　某某某
2017年8月26日

试验事务
条例

（2004年11月30日中华人民共和国国务院令第426号公布
2017年8月26日中华人民共和国国务院令第999号修订）

目　　录
第一章　总则……………1
第二章　宗教团体………3
第三章 附则
第一章　总则
　　第一条　甲。
— 2 —
　　第二条　乙。
第二章团体
第三条规定，如此。
第三条丙。
　　（一） 丁；
第三章 附　则
第四条 本条例自２０１８年２月１日起施行。
"""


def draft(text: str, name: str = "a.md") -> Draft:
    return read(text, name)[0]


def notes(text: str, name: str = "a.md") -> list[str]:
    return [f"{note.line}: {note.text}" for note in read(text, name)[1]]


def law(note: str, last: str = "第二条 乙。", title: str = "某某条例") -> str:
    return f"# {title}\n\n{note}\n\n第一条 甲。\n\n{last}\n"


# The head


def test_order_note_and_contents() -> None:
    found = draft(ORDER, "shishi.txt")
    assert found.render() == (
        "---\n编号: shishi\n标题: 试验事务条例\n类别: 行政法规\n制定机关: 国务院\n"
        "文号: 国务院令第999号\n通过日期: 2017-06-14\n公布日期: 2017-08-26\n"
        "施行日期: 2018-02-01\n修改方式: 修订\n文本: 全文\n"
        "来源: 题注：2004年11月30日中华人民共和国国务院令第426号公布　"
        "2017年8月26日中华人民共和国国务院令第999号修订\n---\n\n"
        "## 第一章 总则\n\n第一条　甲。\n\n第二条　乙。\n\n## 第二章 团体\n\n第三条规定，如此。\n\n"
        "第三条　丙。\n\n（一）丁；\n\n## 第三章 附则\n\n"
        "第四条　本条例自２０１８年２月１日起施行。\n"
    )
    assert notes(ORDER, "shishi.txt") == [
        "13: 到第 16 行是目录，已去掉。",
        "19: “— 2 —”像是页码，已去掉。",
        "22: “第三条规定，如此。”按普通段落处理，请核对。",
        "23: “第三条”后面原来没有空格，按一条的开头处理。",
    ]


@pytest.mark.parametrize(
    ("note", "issuer", "number", "passed", "published", "change"),
    [
        ("1994年1月31日国务院令第144号发布", "国务院", "国务院令第144号",
         None, "1994-01-31", "制定"),
        ("２００２年６月２９日第九届全国人民代表大会常务委员会第二十八次会议通过",
         "全国人民代表大会常务委员会", "", "2002-06-29", None, "制定"),
        ("二○○四年七月十二日公安部发布", "公安部", "", None, "2004-07-12", "制定"),
        ("1993年8月29日 国务院批准　\n1993年9月15日 国家民族事务委员会令第2号发布",
         "国家民族事务委员会", "国家民族事务委员会令第2号", "1993-08-29", "1993-09-15", "制定"),
        ("2022年1月24日 中共中央政治局会议审议批准\n2022年2月25日 中共中央、国务院发布",
         "中共中央、国务院", "", "2022-01-24", "2022-02-25", "制定"),
        ("1988年9月5日 第七届全国人民代表大会常务委员会第三次会议通过\n"
         "2024年2月27日 第十四届全国人民代表大会常务委员会第八次会议第二次修订）",
         "全国人民代表大会常务委员会", "", "2024-02-27", None, "修订"),
        ("1998年8月1日甲市第一届人民代表大会常务委员会第十次会议通过根据2010年7月23日甲市第三届"
         "人民代表大会常务委员会第十八次会议《关于修改〈某《某》条例〉的决定》修正",
         "甲市人民代表大会常务委员会", "", "2010-07-23", None, "修正"),
    ],
)  # fmt: skip
def test_notes_below_titles(
    note: str, issuer: str, number: str, passed: str | None, published: str | None, change: str
) -> None:
    found = read_note(note.split("\n"))
    assert (found.issuer, found.number, found.change) == (issuer, number, change)
    assert [str(day) if day else None for day in (found.passed, found.published)] == [
        passed,
        published,
    ]


def test_folded_title_and_note() -> None:
    text = (
        "# 某人民代表大会和某人民政府组织法\n\n某人民代表大会\n\n和某人民政府组织法\n\n"
        "1979年7月1日 第五届全国人民代表大会第二次会议通过\n\n"
        "2015年8月29日 第十二届全国人民代表大会常务委员会第十六次会议《关于修改〈甲法〉\n\n"
        "〈乙法〉的决定》第五次修正\n\n<!-- INFO END -->\n\n"
        "某人民代表大会和某人民政府组织法\n\n第一条 甲。\n"
    )
    found = draft(text)
    assert (found.title, found.body) == ("某人民代表大会和某人民政府组织法", "第一条　甲。\n")
    assert (found.facts.passed, found.facts.change) == (date(2015, 8, 29), "修正")


def test_line_of_a_note_that_looks_like_an_article() -> None:
    text = law(
        "2017年11月4日全国人民代表大会常务委员会《关于修改某法\n第三十一条的决定》第一次修正"
    )
    assert draft(text).body == "第一条　甲。\n\n第二条　乙。\n"


@pytest.mark.parametrize(
    ("note", "last", "name", "published", "effective", "doubt"),
    [
        ("2019年10月22日国务院令第722号公布\n2020年1月1日 施行", "第二条 乙。", "a.md",
         "2019-10-22", "2020-01-01", ""),
        ("2019年10月22日国务院令第722号公布", "第二条 本条例自2020年1月1日起施行。", "a.md",
         "2019-10-22", "2020-01-01", ""),
        ("2019年10月22日国务院令第722号公布", "第二条 本条例自公布之日起施行。", "a.md",
         "2019-10-22", "2019-10-22", ""),
        ("2019年10月22日国务院令第722号修订", "第二条 本条例自2000年1月1日起施行。", "a.md",
         "2019-10-22", "2019-10-22", "早于公布日期"),
        ("2025年4月30日第十四届全国人民代表大会常务委员会第十五次会议通过", "第二条 乙。", "a.md",
         "2025-04-30", "2025-04-30", "没有写公布日期"),
        ("1998年10月25日国务院令第250号发布", "第二条 乙。", "某(2016-02-06).md",
         "2016-02-06", "2016-02-06", "题注只写到 1998-10-25"),
        ("1988年7月3日国务院令第7号发布", "第二条 本规定自发布之日起施行。", "某(1988-07-02).md",
         "1988-07-03", "1988-07-03", "文件名写的是 1988-07-02"),
        ("", "第二条 本条例自2024年3月1日起施行。", "某(2024-01-12).md",
         "2024-01-12", "2024-03-01", "没有题注"),
        ("", "第二条 乙。", "a.md", "None", "None", "找不到公布日期和施行日期"),
    ],
)  # fmt: skip
def test_dates(note: str, last: str, name: str, published: str, effective: str, doubt: str) -> None:
    found = draft(law(note, last), name)
    assert (str(found.facts.published), str(found.facts.effective)) == (published, effective)
    doubts = "；".join(found.facts.doubts)
    assert doubt in doubts
    assert bool(doubts) == bool(doubt or not note)


# The text


def test_vuepress_layout() -> None:
    text = (
        "---\ntitle: 某市条例\nsidebar: auto\n---\n[[toc]]\n::: tip 第七节　监察委员会\n"
        "**第一条**　甲。\n:::\n::: warning 注意\n编者注。\n:::\n<style>\ntd {}\n</style>\n"
        "**第二条**　乙。\n<table>\n<tr><td>第一条 x</td></tr>\n</table>\n"
    )
    found = draft(text)
    assert found.title == "某市条例"
    assert found.body == (
        "### 第七节 监察委员会\n\n第一条　甲。\n\n编者注。\n\n第二条　乙。\n\n"
        "<table>\n<tr><td>第一条 x</td></tr>\n</table>\n"
    )
    assert [note.split(":")[0] for note in notes(text)] == ["1", "1", "6", "9"]


@pytest.mark.parametrize(
    "contents",
    [
        "目 录 第一章 总 则 第二章 附 则\n",
        "目　录\n第一章 总则\n第二章 附则\n",
        "## 目录\n- [第一章 总则](#a)\n- [第二章 附则](#b)\n",
        "第一章 总则\n第二章 附则\n",
        "目录\n第一章总则\n第二章附则\n",
        "",
    ],
)
def test_contents_lists_are_dropped(contents: str) -> None:
    text = f"# 某条例\n{contents}\n第一章 总 则\n第一条 甲。\n第二章 附　则\n第二条 乙。\n"
    assert draft(text).body == (
        "## 第一章 总则\n\n第一条　甲。\n\n## 第二章 附则\n\n第二条　乙。\n"
    )


def test_headings_without_a_list_stay() -> None:
    text = "# 某条例\n目录\n第一编 总则\n第一章 通则\n第一条 甲。\n第二编 分则\n第二条 丙。\n"
    assert draft(text).body.startswith("## 第一编 总则\n\n## 第一章 通则\n\n第一条　甲。")


def test_broken_lines_are_joined_and_noted() -> None:
    text = "# 某条例\n## 第一章 人民代表大会\n信访事项的受理\n第一条 甲\n。乙\n第二条 丙"
    assert (
        draft(text).body == "## 第一章 人民代表大会信访事项的受理\n\n第一条　甲。乙\n\n第二条　丙\n"
    )
    assert [note.split(":")[0] for note in notes(text)][-4:] == ["3", "4", "5", "6"]


def test_decimal_is_no_list_number() -> None:
    text = "一、甲\n1. 5日内报送。\n"
    assert draft(draft(text).render()).body == draft(text).body == "一、甲\n\n1. 5日内报送。\n"


def test_text_without_articles() -> None:
    text = "某领导小组关于加强\n某某工作的\n意见\n\n为了甲，提出如下意见。\n"
    text += "一、乙\n（一）丙\n2024年3月1日\n"
    found = draft(text, "yijian.txt")
    assert (found.title, found.facts.issuer) == ("某领导小组关于加强某某工作的意见", "某领导小组")
    assert found.facts.published == date(2024, 3, 1)
    assert found.body.startswith("为了甲，提出如下意见。\n\n一、乙\n\n（一）丙")


def test_no_signature_gets_through() -> None:
    assert "某某" not in draft(ORDER).render()


# Its own result

lines_of_texts = st.sampled_from(
    [
        "第一条 甲",
        "第一条甲",
        "**第二条**　乙",
        "第一章 总则",
        "# 第一章 x",
        "## _甲_",
        "目录",
        "（一） a",
        "1. 5",
        "一、",
        "附件1",
        "附件",
        "附：",
        "序言",
        "> q",
        "|a|",
        "<table>",
        "</table>",
        "<style>",
        "---",
        "2020年1月1日公布",
        "（2020年1月1日通过",
        "某某令",
        "第1号",
        "某某条例",
        "::: tip x",
        ":::",
        "",
        "12",
        "。",
        "“第二条 x",
        "<!--",
        "-->",
        "标题: a",
        "文本: 全文",
        "编号: b",
        "\t",
        "## ",
        "**",
        "总则",
    ]
)
any_text = st.one_of(
    st.text(), st.lists(st.one_of(lines_of_texts, st.text(max_size=4))).map("\n".join)
)


@given(any_text, st.text())
def test_any_text_is_read_and_its_result_stays(text: str, name: str) -> None:
    written = draft(text, name).render()
    assert draft(written, "x.md").render() == written


# The command


def content(root: Path) -> Path:
    (root / "data").mkdir(parents=True)
    (root / "data/handbook.yml").write_text("名称: 手册\n地区: X区\n机构: 某领导小组\n", "utf-8")
    return root / "docs/regulations"


def test_run_writes_a_file_that_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = content(tmp_path)
    source = tmp_path / "某条例.txt"
    source.write_text(ORDER, "gb18030")
    assert run([source], out) == 0
    handbook, problems = load(tmp_path, date(2026, 1, 1))
    assert not [problem for problem in problems if problem.severity == "error"]
    version = handbook.instruments["xingzheng-fagui-20170826"].current
    assert (version.title, version.text, version.kind) == ("试验事务条例", "全文", "行政法规")
    assert "art_4" in version.body
    printed = capsys.readouterr().out
    assert "《试验事务条例》，4 条。" in printed
    assert "GBK" in printed


def test_run_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "a.txt", tmp_path / "out"
    source.write_text(ORDER, "utf-8")
    assert run([source], out) == 0
    assert run([source], out) == 0, "the same again changes nothing"
    assert run([out / "a.md"], out) == 0, "nor does its own result"
    edited = (out / "a.md").read_text("utf-8") + "\n第五条　戊。\n"
    (out / "a.md").write_text(edited, "utf-8")
    assert run([source], out) == 2
    assert (out / "a.md").read_text("utf-8") == edited
    assert "没有覆盖" in capsys.readouterr().err
    assert run([source], out, force=True) == 0
    assert (out / "a.md").read_text("utf-8") != edited


def test_run_keeps_made_ids_apart(tmp_path: Path) -> None:
    note = "2018年5月24日甲市第十五届人民代表大会常务委员会第四次会议通过"
    for title in ("甲市某条例", "甲市另条例"):
        (tmp_path / f"{title}.md").write_text(law(note, title=title), "utf-8")
    files = sorted(tmp_path.glob("*.md"))
    assert run(files, tmp_path / "out") == 0
    assert run(files, tmp_path / "out") == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "difang-fagui-20180524-2.md",
        "difang-fagui-20180524.md",
    ]
    assert "编号: difang-fagui-20180524-2\n" in (
        tmp_path / "out/difang-fagui-20180524-2.md"
    ).read_text("utf-8")


@pytest.mark.parametrize("name", ["a.docx", "missing.txt", "broken.txt", "huge.txt"])
def test_run_says_what_it_cannot_read(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK")
    (tmp_path / "broken.txt").write_bytes(b"\xff\x81\xff")
    (tmp_path / "huge.txt").write_bytes(b"a" * (5 * 1024 * 1024 + 1))
    assert run([tmp_path / name], tmp_path / "out") == 2
    assert name in capsys.readouterr().err


def test_run_with_an_id(tmp_path: Path) -> None:
    source = tmp_path / "某条例.txt"
    source.write_text(ORDER, "utf-8")
    assert run([source], tmp_path, id="Zong Jiao") == 2
    assert run([source, source], tmp_path, id="zongjiao") == 2
    assert run([source], tmp_path, id="zongjiao") == 0
    assert (tmp_path / "zongjiao.md").read_text("utf-8").startswith("---\n编号: zongjiao\n")


@needs_corpus
def test_every_layout_of_the_corpus(tmp_path: Path) -> None:
    out = content(tmp_path)
    files = sorted((SHARED / "corpus").rglob("*(*).md"))
    assert run(files, out) == 0
    written = {path: path.read_bytes() for path in out.iterdir()}
    assert run(sorted(written), out, force=True) == 0
    assert {path: path.read_bytes() for path in out.iterdir()} == written
    handbook, problems = load(tmp_path, date(2026, 11, 25))
    assert not [
        str(found) for found in problems if found.severity == "error" and found.code < "HB4"
    ]
    counts = {
        version.title: sum(block.kind == "article" for block in version.body.blocks)
        for instrument in handbook.instruments.values()
        for version in instrument.versions
    }
    assert counts["中华人民共和国民族团结进步促进法"] == 65
    assert counts["中华人民共和国民营经济促进法"] == 78
    assert counts["宗教事务条例"] == 77


@pytest.mark.parametrize(
    ("title", "issuer", "kind"),
    [
        ("中共河南省委统战工作问责规定", "中共河南省委", "党内法规"),
        ("中共洛阳市委员会工作规则", "中共洛阳市委员会", "党内法规"),
        ("中国共产党统一战线工作条例", "中共中央", "党内法规"),
    ],
)
def test_a_party_committees_own_rules(title: str, issuer: str, kind: str) -> None:
    found = draft(law("2026年1月1日印发", title=title)).facts
    assert (found.issuer, found.kind) == (issuer, kind)
