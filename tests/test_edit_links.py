"""在线编辑: every page leads to the file and line that made it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import lxml.html
import pytest

from handbook import urls
from handbook.site import compile_site

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests" / "small"
WEB = "https://git.example.gov.cn/q/handbook"
AS_OF = date(2026, 11, 25)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edit") / "content"
    shutil.copytree(SMALL, folder)
    with (folder / "data/handbook.yml").open("a", encoding="utf-8") as file:
        file.write(f"仓库: {WEB}/-/edit/main/\n")
    (folder / "docs/guide/第一周.md").write_text("# 第一周\n\n看职责。\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(content: Path) -> Path:
    out = content.parent / "site"
    command = ["scripts/build", "--content", str(content), "--out", str(out), "--no-print"]
    done = subprocess.run(
        [sys.executable, *command, "--as-of", str(AS_OF)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return out


def line(content: Path, path: str, text: str) -> int:
    """The line of a content file that begins with `text`, list dash and indent left out."""
    lines = (content / path).read_text(encoding="utf-8").splitlines()
    return next(n for n, each in enumerate(lines, 1) if each.lstrip("- ").startswith(text))


def page(built: Path, url: str) -> lxml.html.HtmlElement:
    return lxml.html.parse(built / url / "index.html").getroot()


def button(built: Path, url: str) -> str:
    (found,) = page(built, url).cssselect("a.online")
    assert found.text == "在线编辑"
    return str(found.get("href"))


@pytest.mark.parametrize(
    ("url", "path", "first"),
    [
        ("duties/zj-002", "data/duties/zongjiao.yml", "编号: zj-002"),
        ("units/czj", "data/units.yml", "编号: czj"),
        ("fields/feigong", "data/fields.yml", "编号: feigong"),
        ("training/xinren", "data/courses/xinren.yml", ""),
        ("training/xinren/quiz", "data/courses/xinren.yml", ""),
        ("rules/gongzuo-guize", "docs/rules/gongzuo-guize.md", "编号"),
        (
            "regulations/kuanxiang-zhifu-tiaoli/2020-07-05",
            "docs/regulations/kuanxiang-zhifu-tiaoli/2020-07-05.md",
            "标题",
        ),
        ("guide/first-week", "docs/guide/first-week.md", ""),
        ("", "docs/index.md", ""),
        ("units", "data/units.yml", ""),
        ("ledger", "data/ledger.yml", ""),
        ("glossary", "data/glossary.yml", ""),
        ("calendar", "data/calendar.yml", ""),
    ],
)
def test_button_leads_to_the_source(
    content: Path, built: Path, url: str, path: str, first: str
) -> None:
    wanted = line(content, path, first) if first else 1
    anchor = f"#L{wanted}" if wanted > 1 else ""
    assert button(built, url) == f"{WEB}/-/edit/main/{path}{anchor}"
    assert (content / path).is_file()


@pytest.mark.parametrize(
    ("url", "path"),
    [("matrix", "data/duties"), ("coverage", "data/duties"), ("guide", "docs/guide")],
)
def test_pages_made_from_many_files_lead_to_their_folder(
    content: Path, built: Path, url: str, path: str
) -> None:
    assert button(built, url) == f"{WEB}/-/tree/main/{path}/"
    assert (content / path).is_dir()


@pytest.mark.parametrize(
    ("url", "id", "path", "first"),
    [
        ("ledger", "wt-001", "data/ledger.yml", "编号: wt-001"),
        ("calendar", "rl-002", "data/calendar.yml", "编号: rl-002"),
        ("glossary", "民主协商", "data/glossary.yml", "词条: 民主协商"),
        ("training/xinren/quiz", "q-001", "data/questions/zongjiao.yml", "编号: q-001"),
    ],
)
def test_each_record_of_a_page_leads_to_its_line(
    content: Path, built: Path, url: str, id: str, path: str, first: str
) -> None:
    wanted = line(content, path, first)
    anchor = f"#L{wanted}" if wanted > 1 else ""
    html = page(built, url)
    (place,) = html.xpath(f"//*[@id='{id}']")
    follows = place.xpath("(descendant::a[@class='edit'] | following::a[@class='edit'])[1]")
    assert follows[0].get("href") == f"{WEB}/-/edit/main/{path}{anchor}"


def test_every_page_has_the_button(content: Path, built: Path) -> None:
    site = compile_site(content, AS_OF)
    assert [leaf.url for leaf in site.leaves.values() if not leaf.foot.edit] == []
    pages = [
        file for file in built.rglob("index.html") if "在线编辑</a>" in file.read_text("utf-8")
    ]
    assert len(pages) == len(site.leaves)


def test_no_button_without_a_repository() -> None:
    leaves = compile_site(SMALL, AS_OF).leaves.values()
    assert [leaf.url for leaf in leaves if leaf.foot.edit or 'class="edit"' in leaf.text] == []


@pytest.mark.parametrize(
    ("repository", "file", "folder"),
    [
        ("https://a.cn/o/r", "https://a.cn/o/r/edit/main/", "https://a.cn/o/r/tree/main/"),
        (
            "https://gitee.com/o/r/blob/master/",
            "https://gitee.com/o/r/blob/master/",
            "https://gitee.com/o/r/tree/master/",
        ),
        (
            "https://a.cn/o/r/_edit/main",
            "https://a.cn/o/r/_edit/main/",
            "https://a.cn/o/r/src/branch/main/",
        ),
    ],
)
def test_address_forms_of_the_platforms(repository: str, file: str, folder: str) -> None:
    assert urls.edit(repository, "data/单位.yml", 3) == f"{file}data/%E5%8D%95%E4%BD%8D.yml#L3"
    assert urls.edit(repository, "data/duties/") == f"{folder}data/duties/"
