"""The editing guide is true: its commands, codes, examples and messages, and its two tables."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import lxml.html
import pytest
import yaml

from handbook.deadlines import Deadline, parse
from handbook.files import FILES
from handbook.problems import CODES
from handbook.site import Site, check_site, compile_site

ROOT = Path(__file__).parent.parent
GUIDE = sorted((ROOT / "docs/editing").glob("*.md"))
AS_OF = date(2026, 11, 25)
TEXT = {path.stem: path.read_text(encoding="utf-8") for path in GUIDE}


@pytest.fixture(scope="module")
def compiled() -> Site:
    return compile_site(ROOT, AS_OF)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("docs", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def without_lines(message: str) -> str:
    """Records move when others are added; what is said of them does not."""
    return re.sub(r":\d+:\d+:", ":", message)


def test_commands_exist_with_their_options() -> None:
    named = {
        (command, options)
        for text in TEXT.values()
        for command, options in re.findall(r"scripts/([a-z-]+)((?: --[a-z-]+)*)", text)
    }
    assert ("check", " --watch") in named
    for command in {command for command, _ in named if (ROOT / "scripts" / command).exists()}:
        done = subprocess.run(
            [sys.executable, f"scripts/{command}", "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        wanted = {word for name, options in named if name == command for word in options.split()}
        assert [option for option in wanted if option not in done.stdout] == []
    assert {command for command, _ in named} - {"diff", "import-xlsx"} <= {
        path.name for path in (ROOT / "scripts").iterdir()
    }


def test_codes_named_exist() -> None:
    named = {code for text in TEXT.values() for code in re.findall(r"\bHB\d{3}\b", text)}
    assert named <= set(CODES)


def test_the_record_example(copy: Path) -> None:
    """A wrong date in a duty: what the guide shows is in the file, and what check says of it."""
    duties = copy / "data/duties/kaohe.yml"
    title = "举办联络员、统战委员和新任干部业务培训"
    assert f"- 编号: kh-015\n  事项: {title}\n" in duties.read_text(encoding="utf-8")
    right = "  频次: 每年\n  时限: 5月底前\n  成果: 培训班"
    replace(duties, right, right.replace("5月底前", "6月31日前"))
    (found,) = check_site(copy, AS_OF)
    assert without_lines(str(found)) in without_lines(TEXT["record"])
    replace(duties, "时限: 6月31日前", "时限: 6月底前")
    assert check_site(copy, AS_OF) == ()


def test_the_merger_example(copy: Path) -> None:
    """The unit merged: nothing today, its duties on the day; each message names the heir."""
    lines = "    - 编号: swj\n      名称: 区商务局\n      类别: 政府部门\n"
    lines += "      撤销日期: 2027-01-01\n      并入: 区发展和改革局\n"
    assert lines in TEXT["merger"]
    new = lines.replace("\n    ", "\n").removeprefix("    ")
    replace(copy / "data/units.yml", "- 编号: swj\n  名称: 区商务局\n  类别: 政府部门\n", new)
    assert check_site(copy, AS_OF) == ()
    problems = check_site(copy, date(2027, 1, 1))
    assert {problem.code for problem in problems} == {"HB506", "HB805"}  # duties, texts
    shown = without_lines(TEXT["merger"])
    assert any(without_lines(str(problem)) in shown for problem in problems)


def test_deadlines_of_the_guide_are_read() -> None:
    table = TEXT["record"].partition("## 时限怎么写")[2]
    rows = [row for row in table.split("\n") if row.startswith("| ") and "`" in row]
    shown = [text for row in rows for text in re.findall("`([^`]+)`", row)]
    assert len(shown) > 10
    assert [text for text in shown if not isinstance(parse(text), Deadline)] == []


def test_yaml_of_the_guide_can_be_read() -> None:
    blocks = [
        block
        for text in TEXT.values()
        for block in re.findall(r"(?:^ {4}.*\n)+", text, re.M)
        if re.match(r" {4}(?:- )?(?:编号|词条|配合|例外): ?", block)
    ]
    assert len(blocks) > 4
    for block in blocks:
        assert yaml.safe_load(re.sub("^    ", "", block, flags=re.M))


def test_table_of_keys_has_every_key(compiled: Site) -> None:
    html = lxml.html.fromstring(compiled.leaves["editing/keys/"].text)
    shown = [td.text_content() for td in html.cssselect("table.keys td.name")]
    for file in FILES:
        for key in file.kind.keys:
            assert f"{key.name} 必填" in shown if key.required else key.name in shown


def test_page_of_codes_has_every_code_at_its_anchor(compiled: Site) -> None:
    text = compiled.leaves["editing/codes/"].text
    assert [code for code in CODES if f"{{: #{code} }}" not in text] == []
    html = lxml.html.fromstring(text)
    assert len(html.cssselect("table.code")) == len(CODES)
    cells = [td.text_content() for td in html.cssselect("table.code tr:nth-child(-n+2) td")]
    assert [cell for cell in cells if "{" in cell or not cell.strip()] == []


def test_index_lists_the_written_and_generated_pages(compiled: Site) -> None:
    text = compiled.leaves["editing/"].text
    for url in compiled.leaves:
        if url.startswith("editing/") and url != "editing/":
            assert f'href="../{url}"' in text


def test_other_content_does_not_get_the_pages() -> None:
    leaves = compile_site(ROOT / "tests" / "small", AS_OF).leaves
    assert [url for url in leaves if url.startswith("editing")] == []
