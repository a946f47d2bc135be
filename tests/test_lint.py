"""The writing lint: what is found and where, what is right, what is never looked at."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from contents import BASE, head, write
from handbook.problems import Problem
from handbook.site import check_site

AS_OF = date(2026, 11, 25)
RULE = "docs/rules/guize.md"
PAGE = "docs/guide/page.md"


def lint(folder: Path, files: dict[str, str]) -> list[Problem]:
    """The problems of the writing, and no others, in small content with `files`."""
    found = check_site(write(folder, files), AS_OF)
    assert all(problem.code.startswith("HB8") for problem in found), list(map(str, found))
    assert all(problem.severity == "warning" for problem in found)
    return list(found)


def rule(*lines: str, text: str = "示范文本") -> str:
    """A rule of the district with one article and the lines as its 款."""
    front = head("试行规则", 文本=text, 类别="工作制度", 制定机关="领导小组")
    return front + "第一条 领导小组办公室承担下列工作。\n\n" + "\n\n".join(lines) + "\n"


def page(*lines: str) -> str:
    return "---\n标题: 试写\n---\n\n# 试写\n\n" + "\n\n".join(lines) + "\n"


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


# what is wrong, by rule

WRONG = {
    "HB801": [
        "同NGO联系。",
        "落实“三定”规定。",
        "关心“一老一小”。",
        "做到“四不两直”。",
    ],
    "HB802": [
        "领导小组办公室应当及时报送材料。",
        "材料原则上应当书面报送。",
        "区民宗局应当适时组织调研。",
        "区民宗局负责定期走访。",
        "会同区民宗局等部门办理的，应当书面告知。",
        "由有关部门负责答复。",
        "成员单位必须尽快整改。",
        "成员单位不得拖延，应当抓紧办理。",
        "各单位负责不定期抽查。",
    ],
    "HB803": [
        "办理登记,报送材料。",
        "办理登记;报送材料。",
        "注意事项:材料齐全。",
        "材料齐了吗?齐了。",
        "领导小组(扩大会议)讨论。",
        "领导小组（扩大会议)讨论。",
        '写明"办理登记"的时间。',
        "写明“办理登记的时间。",
        "写明办理登记”的时间。",
        "写明「办理登记」的时间。",
        "受理、审核、登记…都要留痕。",
        "受理、审核、登记...都要留痕。",
        "这一步--最要紧的一步。",
        "办理登记，，报送材料。",
        "办理登记。；报送材料。",
    ],
    "HB804": [
        "自2026.3.5起报送。",
        "自2026/3/5起报送。",
        "自二〇二六年3月起报送。",
        "自2026年三月起报送。",
        "自3月五日起报送。",
        "自三月5日起报送。",
        "自二零二六年三月起报送。",
        "26年3月报送。",
        "按期率为90～95%。",
        "金额为13～17万元。",
        "时间为3-5天。",
        "按期率为百分之95。",
        "参加人数为5百人。",
        "共有２０家。",
    ],
    "HB805": [
        "送民宗局审核。",
        "由民族宗教事务局办理。",
        "区文体局配合。",
        "区委宗教部配合。",
        "区民宗委配合。",
    ],
}


@pytest.mark.parametrize(
    ("code", "sentence"), [(code, text) for code, texts in WRONG.items() for text in texts]
)
def test_wrong(tmp_path: Path, code: str, sentence: str) -> None:
    found = lint(tmp_path, {PAGE: page(sentence), RULE: rule(sentence)})
    assert [(p.place.path, p.code) for p in found] == [(PAGE, code), (RULE, code)]


# what is right: none of it may ever be reported

RIGHT = [
    # abbreviations: explained, everybody's, none at all
    "落实“三定”（定职能、定机构、定编制）规定。",
    "“四不两直”是指不打招呼、直奔基层。",
    "关心老人和儿童（以下称“一老一小”）。",
    "参加“一带一路”建设，增强“四个意识”，做到“两个维护”。",
    "纪念“五一”“三八”，衔接“十四五”规划。",
    "期限“三十日”“两个月”“十个工作日”按自然日算。",
    "依照 GB/T 9704 排版，存成 PDF，用 WPS 打开，A4 纸打印。",
    "选项 A、B 都对，AC 不对。",
    # measures beside vague words, and words that only look vague
    "应当及时报送，最迟不超过5个工作日。",
    "应当在当日及时报送。",
    "负责每季度定期走访。",
    "应当在三个工作日内尽快答复。",
    "应当依照《登记条例》第二条及时送达决定。",
    "应当在法定期限内办结，材料送达及时率要达标，不得自定期限。",
    "不得作出不适当的决定，坚持适时适度的原则。",
    "应当协调有关部门，把材料转有关单位研究。",
    "不写“及时”“原则上”“抓紧”，应当写日期。",
    # marks
    "登记时间为9:30，比例为3:1，网址是 https://www.example.gov.cn/a,b 。",
    "《登记条例》第二条第(一)项、第（二）项都适用。",
    "受理、审核……都要留痕——最要紧的一步。",
    "他说：“写明‘办理登记’的时间。”然后散会。",
    "真的吗？！写明“甲”“乙”。",
    "参见 Readme(1) 和 it's 一词，version 2.0, final。",
    # numbers and dates
    "自2026年3月5日起，至2026-12-31止，3月5日前后都行。",
    "依照《登记条例》第二条、第2条、国务院令第686号、X政发〔2026〕3号办理。",
    "二〇二六年三月五日印发；十九大、二十大以来，五一劳动节前后。",
    "每次3～5人，占15%～30%，经费13万元～17万元，3至5个工作日。",
    "共500人、3万元、5千克、2千米、百分之五、5个百分点，电话0000-0000。",
    "农历正月初五和三月走访，五月组织调研。",
    # units
    "送区民宗局、区民族宗教事务局、领导小组办公室、城东街道。",
    "市民政局、省财政厅、国家宗教局、高校组织部、县统战部来人。",
    "民政部门、组织部门、民宗局长、社区服务队、地区差异、园区管委会。",
    "区委常委会、区委全会、区政府常务会议、区各部门。",
]


@pytest.mark.parametrize("sentence", RIGHT)
def test_right(tmp_path: Path, sentence: str) -> None:
    files = {PAGE: page(sentence), RULE: rule(sentence)}
    assert list(map(str, lint(tmp_path, files))) == []


def test_pages_order_only_in_sentences_that_do(tmp_path: Path) -> None:
    said = page("法规变了，编辑及时知道。", "对方会尽快答复。")
    found = lint(tmp_path, {PAGE: said, RULE: rule("对方会尽快答复。")})
    assert [(p.place.path, p.code) for p in found] == [(RULE, "HB802")]


def test_purposes_and_principles_are_no_orders(tmp_path: Path) -> None:
    assert lint(tmp_path, {RULE: rule("为了及时解决问题，制定本规则。")}) == []


# what is not ours, or not running text


@pytest.mark.parametrize("sentence", [texts[0] for texts in WRONG.values()])
def test_official_texts_are_never_looked_at(tmp_path: Path, sentence: str) -> None:
    law = head("试行办法") + f"第一条 登记机关应当登记。\n\n{sentence}\n"
    assert lint(tmp_path, {"docs/regulations/banfa.md": law}) == []
    assert lint(tmp_path, {RULE: rule(sentence, text="全文")}) == []


@pytest.mark.parametrize(
    "quoted",
    [
        "> 由有关部门负责,自2026.3.5起。",
        "`由有关部门负责`、`a,中文`",
        "```\n由有关部门负责,自2026.3.5起。\n```",
        "印发《关于由有关部门负责2026.3.5的通知》。",
        "[区文体局负责](../units/mzj.md)",
        "<!-- 由有关部门负责,自2026.3.5起。 -->",
    ],
)
def test_quotations_code_titles_and_links_are_spared(tmp_path: Path, quoted: str) -> None:
    units = "data/units.yml"
    assert lint(tmp_path, {PAGE: page(quoted), units: BASE[units]}) == []


def test_law_that_is_taught_names_nobodys_unit(tmp_path: Path) -> None:
    term = "- 词条: 登记\n  释义: 由民政局、财政局及时办理。\n"
    units = BASE["data/units.yml"] + "- 编号: mz\n  名称: 区民政局\n  类别: 政府部门\n"
    units += "  例外:\n    - 缺: 职责\n      理由: 只列席会议\n"
    assert lint(tmp_path, {"data/glossary.yml": term, "data/units.yml": units}) == []


def test_terms_units_and_works_explain(tmp_path: Path) -> None:
    files = {PAGE: page("落实“三定”规定，做好“两新”工作，送民宗局。")}
    assert codes(lint(tmp_path, files)) == ["HB801", "HB801", "HB805"]
    files["data/glossary.yml"] = (
        "- 词条: 三定\n  释义: 定职能、定机构、定编制。\n  别名: 两新工作\n"
    )
    files["data/units.yml"] = BASE["data/units.yml"].replace(
        "  简称: 区民宗局\n", "  简称: 区民宗局\n  别名: 民宗局\n"
    )
    assert lint(tmp_path, files) == []


def test_one_explanation_serves_the_whole_file(tmp_path: Path) -> None:
    text = rule("新经济组织、新社会组织（以下简称“两新”）属本规则。", "做好“两新”工作。")
    assert lint(tmp_path, {RULE: text}) == []


def test_nothing_is_nameless_where_names_could_not_be_read(tmp_path: Path) -> None:
    broken = BASE["data/units.yml"] + "- 编号: wt\n  名称: 区文体局\n  类别: 部门\n"
    files = {PAGE: page("区文体局配合，落实“三定”规定，办理登记,报送。"), "data/units.yml": broken}
    found = check_site(write(tmp_path, files), AS_OF)
    assert sorted(p.code for p in found) == ["HB204", "HB803"]


def test_history_may_name_what_was_abolished(tmp_path: Path) -> None:
    units = BASE["data/units.yml"] + (
        "- 编号: wg\n  名称: 区文化局\n  类别: 政府部门\n  撤销日期: 2019-03-01\n"
    )
    files = {PAGE: page("区文化局撤销后由别的单位承接。"), "data/units.yml": units}
    assert lint(tmp_path, files) == []
    files[PAGE] = page("材料送区文化局。")
    assert [p.message for p in lint(tmp_path, files)] == ["“区文化局”自 2019-03-01 起撤销。"]


def test_versions_and_duties_of_the_past_are_left(tmp_path: Path) -> None:
    duty = BASE["data/duties/zongjiao.yml"]
    past = duty.replace("zj-1", "zj-2").replace("考核: 每季度1次", "考核: 及时报送")
    past += "  失效日期: 2026-01-01\n"
    old = rule("由有关部门答复。").replace("2020-", "2019-")
    files = {
        "data/duties/zongjiao.yml": duty + past,
        "docs/rules/guize/2019-01-01.md": old,
        "docs/rules/guize/2020-01-01.md": rule("由区民宗局答复。"),
    }
    assert lint(tmp_path, files) == []


# places


@pytest.mark.parametrize(
    ("value", "line", "column"),
    [
        ("考核: 每季度逐条报送,不拖", 9, 14),
        ("考核: 'it''s 每季度报送,不拖'", 9, 19),
        ('考核: "a\\"b 每季度报送,不拖"', 9, 18),
        ("考核: |\n    每季度1次\n    逐条报送,不拖", 11, 9),
        ("考核: >-\n    每季度1次，\n    逐条报送,不拖", 11, 9),
        ("考核: 每季度1次，\n    逐条报送,不拖", 10, 9),
        ("考核:\n    每季度1次，逐条报送,不拖", 10, 15),
        ('考核: "\\u6bcf季度报送,不拖"', 9, 7),  # escaped: where the value begins
    ],
)
def test_exact_place_inside_yaml(tmp_path: Path, value: str, line: int, column: int) -> None:
    duty = BASE["data/duties/zongjiao.yml"].replace("考核: 每季度1次", value)
    (found,) = [p for p in lint(tmp_path, {"data/duties/zongjiao.yml": duty}) if p.code == "HB803"]
    place = found.place
    assert (place.path, place.line, place.column) == ("data/duties/zongjiao.yml", line, column)


def test_exact_place_in_markdown_and_rules(tmp_path: Path) -> None:
    found = lint(tmp_path, {PAGE: page("第一段。", "- 甲\n- 𠮷乙,丙"), RULE: rule("（一）甲,乙；")})
    assert [(p.place.path, p.place.line, p.place.column) for p in found] == [
        (PAGE, 10, 5),
        (RULE, 12, 5),
    ]


def test_windows_line_ends_and_bom_move_nothing(tmp_path: Path) -> None:
    write(tmp_path, {PAGE: page("甲,乙。")})
    file = tmp_path / PAGE
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    (found,) = check_site(tmp_path, AS_OF)
    assert (found.place.line, found.place.column) == (7, 2)


# saying that it is right as it is


def test_a_comment_with_a_reason_excuses_the_next_paragraph(tmp_path: Path) -> None:
    wrong = "由有关部门负责答复。"
    comment = "<!-- 写法 HB802：由区政府另定 -->"
    assert lint(tmp_path, {PAGE: page(f"{comment}\n{wrong}")}) == []
    assert lint(tmp_path, {PAGE: page(comment, f"第一行。\n{wrong}")}) == []
    assert lint(tmp_path, {PAGE: page(f"<!-- 写法 HB803、HB802：由区政府另定 -->\n{wrong}")}) == []
    assert lint(tmp_path, {RULE: rule(f"{comment}\n{wrong}")}) == []


@pytest.mark.parametrize(
    "text",
    [
        "<!-- 写法 HB802： -->\n由有关部门负责答复。",
        "<!-- 写法 HB803：由区政府另定 -->\n由有关部门负责答复。",
        "<!-- 写法 HB802：由区政府另定 -->\n\n第一段。\n\n由有关部门负责答复。",
    ],
)
def test_without_reason_of_another_code_or_too_far_it_excuses_nothing(
    tmp_path: Path, text: str
) -> None:
    assert codes(lint(tmp_path, {PAGE: page(text)})) == ["HB802"]


def test_a_yaml_comment_before_the_value(tmp_path: Path) -> None:
    duty = BASE["data/duties/zongjiao.yml"]
    wrong = duty.replace("  考核: 每季度1次", "  考核: 及时报送")
    assert codes(lint(tmp_path, {"data/duties/zongjiao.yml": wrong})) == ["HB802"]
    right = wrong.replace("  考核:", "  # 写法 HB802：由上级临时通知\n  考核:")
    assert lint(tmp_path, {"data/duties/zongjiao.yml": right}) == []


# speed


def test_time_grows_with_the_text_only(tmp_path: Path) -> None:
    """Four times the paragraphs, each with findings, take about four times as long."""

    def seconds(count: int) -> float:
        folder = tmp_path / str(count)
        write(folder, {PAGE: page(*["由有关部门负责,自2026.3.5起办理“登记。"] * count)})
        start = time.process_time()
        found = check_site(folder, AS_OF)
        assert len([p for p in found if p.code.startswith("HB8")]) >= 3 * count
        return time.process_time() - start

    small = min(seconds(1_000), seconds(1_001))
    assert seconds(4_000) < 8 * small + 0.2
