"""What stands on the pages, from small content folders."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import markdown
import pytest

from contents import LAW, head, write
from handbook.site import Site, compile_site

AS_OF = date(2026, 11, 25)


def compiled(folder: Path, files: dict[str, str], as_of: date = AS_OF) -> Site:
    return compile_site(write(folder, files), as_of)


def html(site: Site, url: str) -> str:
    text = site.leaves[url].text
    return markdown.markdown(text, extensions=["attr_list", "md_in_html", "tables", "toc"])


def test_base_content_is_clean(tmp_path: Path) -> None:
    assert [str(problem) for problem in compiled(tmp_path, {}).problems] == []


def test_unit_page_says_what_when_and_with_whom(tmp_path: Path) -> None:
    text = html(compiled(tmp_path, {}), "units/mzj/")
    assert "牵头 <b>1</b> 项" in text
    assert "2026-12-25" in text
    assert "每季度1次" in text
    assert "各乡镇街道（2个）" in text
    assert '<a class="cite" href="../../regulations/dengji/#art_2">' in text


def test_supporting_units_have_the_duty_too(tmp_path: Path) -> None:
    site = compiled(tmp_path, {})
    assert site.links.supports == {"office": ("zj-1",), "dong": ("zj-1",), "xi": ("zj-1",)}
    assert "报告宗教事务" in html(site, "units/xi/")


def test_collective_names_follow_the_day(tmp_path: Path) -> None:
    units = (
        "- 编号: mzj\n  名称: 区民宗局\n  类别: 政府部门\n"
        "- 编号: office\n  名称: 领导小组办公室\n  类别: 党委部门\n"
        "- 编号: dong\n  名称: 城东街道\n  类别: 乡镇街道\n  撤销日期: 2026-06-01\n"
        "  并入: 城西街道\n"
        "- 编号: xi\n  名称: 城西街道\n  类别: 乡镇街道\n  设立日期: 2026-06-01\n"
    )
    before = compiled(tmp_path, {"data/units.yml": units}, date(2026, 5, 31))
    after = compiled(tmp_path, {"data/units.yml": units}, date(2026, 6, 1))
    assert "xi" not in before.links.supports
    assert "dong" not in after.links.supports
    assert "并入" in html(after, "units/dong/")


def test_provisions_have_ids_permalinks_and_citations(tmp_path: Path) -> None:
    text = html(compiled(tmp_path, {}), "regulations/dengji/")
    assert re.search(r'<h2 data-cite="第一章" id="chp_1">第一章 总则</h2>', text)
    for eid, cite in (
        ("art_1__para_1", "第一条"),
        ("art_2__para_1", "第二条第一款"),
        ("art_2__para_1__point_2", "第二条第一款第（二）项"),
        ("art_2__para_2", "第二条第二款"),
    ):
        assert text.count(f'id="{eid}"') == 1
        assert f'href="#{eid}" data-cite="{cite}"' in text
    assert "被引用 1" in text
    assert 'href="../../duties/zj-1/">报告宗教事务</a>（第二条）' in text


def versions(*later: str) -> dict[str, str]:
    files = {
        "docs/regulations/dengji.md": "",
        "docs/regulations/dengji/2020-01-01.md": LAW,
    }
    for day in later:
        text = LAW.replace("2020-01-01", day).replace("2020-02-01", day)
        files[f"docs/regulations/dengji/{day}.md"] = text.replace("送达", f"{day[:4]}年送达")
    return files


@pytest.mark.parametrize(
    ("day", "shown", "statuses"),
    [
        (date(2019, 12, 1), "决定应当送达", ["尚未生效", "尚未生效", "尚未生效"]),
        (date(2021, 1, 1), "决定应当送达", ["现行有效", "尚未生效", "尚未生效"]),
        (date(2024, 5, 1), "2024年送达", ["已修改", "现行有效", "尚未生效"]),
        (date(2028, 1, 1), "2028年送达", ["已修改", "已修改", "现行有效"]),
    ],
)
def test_versions(tmp_path: Path, day: date, shown: str, statuses: list[str]) -> None:
    site = compiled(tmp_path, versions("2024-05-01", "2028-01-01"), day)
    assert shown in html(site, "regulations/dengji/")
    work = site.handbook.instruments["dengji"]
    assert [version.status for version in work.versions] == statuses
    for published in ("2020-01-01", "2024-05-01", "2028-01-01"):
        text = html(site, f"regulations/dengji/{published}/")
        assert all(status in text for status in statuses)


def test_single_versions_dated_address_leads_to_it(tmp_path: Path) -> None:
    site = compiled(tmp_path, {"data/redirects.yml": "/old/: /duties/zj-1/\n"})
    assert site.redirects == {
        "old/": "duties/zj-1/",
        "regulations/dengji/2020-01-01/": "regulations/dengji/",
    }


def test_old_versions_point_within_themselves(tmp_path: Path) -> None:
    files = versions("2024-05-01")
    path = "docs/regulations/dengji/2020-01-01.md"
    files[path] = files[path].replace("应当送达", "应当依照第一条送达")
    text = html(compiled(tmp_path, files), "regulations/dengji/2020-01-01/")
    assert '<a class="cite" href="#art_1">第一条</a>' in text


def test_written_index_stands_on_top_of_the_generated_page(tmp_path: Path) -> None:
    index = "---\n标题: 本区单位\n---\n\n先看这里。\n"
    site = compiled(tmp_path, {"docs/units/index.md": index})
    text = html(site, "units/")
    assert text.index("本区单位") < text.index("先看这里") < text.index("区民族宗教事务局")
    assert text.count("<h1") == 1


def test_folders_of_pages_get_a_section_page(tmp_path: Path) -> None:
    files = {"docs/guide/one.md": "# 第一页\n\n正文\n", "docs/guide/deep/two.md": "# 第二页\n"}
    site = compiled(tmp_path, files)
    assert 'href="../guide/one/">第一页</a>' in html(site, "guide/")
    assert 'href="../../guide/deep/two/">第二页</a>' in html(site, "guide/deep/")


def test_markup_in_names_is_text(tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)> *b* `c` [d](e) | f"
    files = {
        "data/duties/more.yml": (
            f"- 编号: zj-2\n  事项: '{evil}'\n  领域: 宗教工作\n  牵头: 区民宗局\n"
            "  配合: 领导小组办公室\n  依据: 《登记条例》第二条\n  频次: 长期\n"
            f"  考核: '{evil}'\n"
        ),
        "docs/regulations/x.md": head(f"'{evil}办法'") + f"第一条 {evil}\n\n| a | {evil} |\n",
        "data/glossary.yml": f"- 词条: '{evil}'\n  释义: 解释\n",
        "data/ledger.yml": (
            f"- 编号: l-1\n  问题: '{evil}'\n  责任单位: 区民宗局\n  整改措施: '{evil}'\n"
            "  时限: 2026-12-01\n  状态: 整改中\n"
        ),
    }
    site = compiled(tmp_path, files)
    for url in site.leaves:
        text = html(site, url)
        assert "<img" not in text, url
        assert "<em>b</em>" not in text, url
        assert "<code>c</code>" not in text, url


def test_holes_are_shown(tmp_path: Path) -> None:
    bare = "- 编号: zj-2\n  事项: 没人管的事\n  领域: 宗教工作\n  牵头: 区民宗局\n"
    site = compiled(tmp_path, {"data/duties/more.yml": bare})
    text = html(site, "coverage/")
    for hole in ("依据", "考核", "频次", "配合"):
        assert f"缺{hole}（1）" in text
    assert "还缺：依据、考核、频次、配合" in html(site, "duties/zj-2/")


def test_matrix_of_thirty_units_and_a_hundred_duties(tmp_path: Path) -> None:
    units = "".join(f"- 编号: u{n}\n  名称: 第{n}局\n  类别: 政府部门\n" for n in range(30))
    duties = "".join(
        f"- 编号: d{n}\n  事项: 第{n}件事\n  领域: 宗教工作\n  牵头: 第{n % 30}局\n"
        f"  配合: [第{(n + 1) % 30}局, 第{(n + 7) % 30}局]\n"
        for n in range(100)
    )
    files = {"data/units.yml": units, "data/duties/zongjiao.yml": duties}
    text = html(compiled(tmp_path, files), "matrix/")
    assert text.count(">●</a>") == 100
    assert text.count(">○</a>") == 200
    assert text.count('<th scope="col" class="unit">') == 30


def test_calendar_shows_the_years_days(tmp_path: Path) -> None:
    text = html(compiled(tmp_path, {}), "calendar/")
    for month in (3, 6, 9, 12):
        assert f"{month}月25日" in text


def test_training_and_quiz(tmp_path: Path) -> None:
    files = {
        "data/questions/one.yml": (
            "- 编号: q-1\n  题干: 由谁登记？\n  题型: 单选\n  选项: [登记机关, 街道]\n"
            "  答案: A\n  解析: 见《登记条例》第二条\n  依据: 《登记条例》第二条\n"
        ),
        "data/courses/new.yml": (
            "编号: new\n名称: 新任培训\n学时: 4\n内容:\n  - 标题: 登记\n"
            "    内容: [条文：《登记条例》第二条, 职责：zj-1, 单位：区民宗局]\n自测: [q-1]\n"
        ),
    }
    site = compiled(tmp_path, files)
    assert [str(problem) for problem in site.problems] == []
    course = html(site, "training/new/")
    assert 'href="../../regulations/dengji/#art_2"' in course
    assert 'href="../../duties/zj-1/"' in course
    quiz = html(site, "training/new/quiz/")
    assert 'data-answer="A"' in quiz
    assert 'href="../../../regulations/dengji/#art_2"' in quiz


def test_terms_are_explained_once_a_page(tmp_path: Path) -> None:
    files = {
        "data/glossary.yml": "- 词条: 登记机关\n  释义: 办理登记的机关\n  别名: [登记处]\n",
        "docs/guide/a.md": "# 登记机关\n\n`登记机关` 登记处和登记机关。\n",
    }
    text = html(compiled(tmp_path, files), "guide/a/")
    assert text.count('class="term"') == 1
    assert 'title="办理登记的机关">登记处</a>' in text


def test_no_term_is_explained_inside_a_units_name(tmp_path: Path) -> None:
    files = {
        "data/glossary.yml": "- 词条: 宗教事务\n  释义: 涉及公共利益的关系\n",
        "docs/guide/a.md": "# 甲\n\n区民族宗教事务局管宗教事务。\n",
    }
    text = html(compiled(tmp_path, files), "guide/a/")
    assert text.count('class="term"') == 1
    assert "区民族宗教事务局管<a" in text
