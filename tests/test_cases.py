"""One failing sample a problem code: what an editor gets wrong, and the exact lines that answer.

A case changes the small handbook: 改 replaces text in a file, 文件 writes whole files (6 MiB: a
file of that size), 删 removes some, 编码 saves one in another encoding, 链接 makes links. 应报 are
all the lines. With 工作簿 they are those of importing a workbook that was exported and then changed
by these steps, into a content that was changed by 后改 in the meantime.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import workbooks
from handbook import exchange
from handbook.problems import CODES, Problem
from handbook.site import check_site

HERE = Path(__file__).parent
SMALL = HERE / "small"
CASES = sorted((HERE / "cases").glob("*.yml"))
AS_OF = date(2026, 11, 25)


def changed(folder: Path, case: dict[str, Any]) -> Path:
    """A copy of the small handbook with the case's mistake in it."""
    copy = folder / "content"
    shutil.copytree(SMALL, copy)
    for path in case.get("删", ()):
        (copy / path).unlink()
    replace(copy, case.get("改", ()))
    for path, text in case.get("文件", {}).items():
        file = copy / path
        file.parent.mkdir(parents=True, exist_ok=True)
        big = "#" + " " * 6 * 1024 * 1024
        file.write_text(big if text == "6 MiB" else text, encoding="utf-8")
    for path, target in case.get("链接", {}).items():
        (copy / path).symlink_to(target)
    for path, encoding in case.get("编码", {}).items():
        file = copy / path
        file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))
    return copy


def replace(content: Path, changes: Any) -> None:
    for change in changes:
        file = content / change["文件"]
        text = file.read_text(encoding="utf-8")
        assert change["原"] in text
        file.write_text(text.replace(change["原"], change["新"], 1), encoding="utf-8")


def problems(folder: Path, case: dict[str, Any]) -> Sequence[Problem]:
    content = changed(folder, case)
    if "工作簿" not in case:
        return check_site(content, AS_OF)
    file = workbooks.exported(content, folder, *case["工作簿"])
    replace(content, case.get("后改", ()))
    return exchange.plan(file, content, AS_OF).problems


def test_small_handbook_is_clean() -> None:
    assert [str(problem) for problem in check_site(SMALL, AS_OF)] == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, tmp_path: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    lines = [str(problem) for problem in problems(tmp_path, case)]
    assert lines == case["应报"]
    assert any(f"[{path.stem[:5]}]" in line for line in lines)


def test_every_code_has_a_case() -> None:
    elsewhere = {"HB229"}  # what only the network shows: test_outward.py
    assert {path.stem[:5] for path in CASES} == set(CODES) - elsewhere
