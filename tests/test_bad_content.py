"""Content as bad as it comes: messages and exit 1, in bounded time and memory, no traceback."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbook.site import check_site

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests" / "small"
AS_OF = date(2026, 11, 25)
MEMORY = 2 * 1024**3
SECONDS = 120

BOMB = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(30))
UNIT = "- 编号: {id}\n  名称: {name}\n  类别: 政府部门\n"

BROKEN: dict[str, bytes | str] = {
    "data/duties/tab.yml": "- 编号: a\n\t事项: b\n",
    "data/duties/gbk.yml": "- 编号: a\n  事项: 职责\n".encode("gbk"),
    "data/duties/utf16.yml": "- 编号: a\n".encode("utf-16"),
    "data/duties/nul.yml": b"- \x00\x00\n",
    "data/duties/control.yml": "- 事项: \x07\x1b\n",
    "data/duties/line.yml": "- 事项: " + "长" * (17 * 1024 * 1024),
    "data/duties/flow.yml": "[" * 10_000,
    "data/duties/block.yml": "".join(" " * n + "- \n" for n in range(1_000)),
    "data/duties/closed.yml": "[" * 900 + "]" * 900,
    "data/duties/bomb.yml": BOMB,
    "data/duties/empty.yml": "",
    "data/duties/comment.yml": "# 只有注释\n",
    "data/duties/two.yml": "- 编号: a\n---\n- 编号: b\n",
    "data/duties/scalar.yml": "只有一句话\n",
    "data/duties/mapping.yml": "编号: a\n",
    "data/duties/nested.yml": "- [[[[[[[a]]]]]]]\n- {? [a] : b}\n",
    "data/duties/keys.yml": "- 编号: a\n  编号: b\n  1: 2\n  null: null\n",
    "data/duties/values.yml": (
        "- 编号: ../../etc\n  事项: [a]\n  领域: {a: b}\n  牵头: []\n  分值: 1e999\n"
        "  施行日期: 2026-02-30\n  频次: no\n  时限: 12:30\n  步骤: 1\n  例外: 2\n"
    ),
    "data/duties/odd.yml": '- 编号: 编号\n  事项: "\\ud800\\U0001F600"\n  领域: 010\n',
    "data/duties/conflict.yml": "<<<<<<< a\n- 编号: a\n=======\n>>>>>>> b\n",
    "data/units.yml": (
        UNIT.format(id="a", name="甲局")
        + "  并入: 乙局\n"
        + UNIT.format(id="b", name="乙局")
        + "  并入: 丙局\n"
        + UNIT.format(id="c", name="丙局")
        + "  并入: 甲局\n"
        + UNIT.format(id="../x", name="丁局")
        + UNIT.format(id="a b", name="戊局")
        + UNIT.format(id="A", name="己局")
    ),
    "data/redirects.yml": "a: b\nb: a\n/../../x: /\n",
    "data/workdays.yml": "2026: []\nx: {休: [1]}\n2027: {假: [2027-01-01]}\n",
    "data/courses/list.yml": "- 编号: a\n",
    "data/questions/q.yml": "- 题干: a\n  答案: [A]\n",
    "docs/regulations/no-end.md": "---\n标题: x\n",
    "docs/regulations/no-head.md": "第一条 无头。\n",
    "docs/regulations/BAD.md": "---\n标题: x\n---\n第一条 名。\n",
    "docs/regulations/gbk.md": "---\n标题: 某条例\n---\n".encode("gbk"),
    "docs/regulations/x/2020-01-01.md": "---\n标题: 甲\n---\n",
    "docs/regulations/x/y/z.md": "# 深\n",
    "docs/rules/deep.md": "---\n标题: " + "[" * 500 + "\n---\n第一条 深。\n",
    "docs/units/a.md": "# 撞址\n",
    "docs/page.md": "# 页\n\n[坏](../../../etc/passwd) [坏](x.md#\x01) `" + "(" * 5000 + "[" * 5000,
    "docs/\ud83d\ude00.md".encode("utf-16", "surrogatepass").decode("utf-16"): "# 表情\n",
}


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        preexec_fn=bounded,
        check=False,
    )


def write(folder: Path, files: dict[str, bytes | str]) -> Path:
    shutil.copytree(SMALL, folder)
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_a_folder_of_broken_content(tmp_path: Path) -> None:
    folder = write(tmp_path / "content", BROKEN)
    (folder / "data/duties/dir.yml").mkdir()
    (folder / "docs/loop").symlink_to(folder / "docs", target_is_directory=True)
    (folder / "data/glossary.yml").unlink()
    (folder / "data/glossary.yml").symlink_to("/no/such/file")
    os.mkfifo(folder / "data/duties/pipe.yml")
    done = run("scripts/check", "--content", str(folder))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    reported = {line.split(":")[0] for line in done.stderr.splitlines()[:-1]}
    silent = {"data/duties/empty.yml", "data/duties/comment.yml", "docs/\U0001f600.md"}
    silent |= {"docs/regulations/x/y/z.md", "docs/units/a.md"}  # pages, and the unit is lost
    assert set(BROKEN) - silent - reported == set()


def test_site_stays_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "site"
    assert run("scripts/build", "--content", str(SMALL), "--out", str(out)).returncode == 0
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    folder = write(tmp_path / "content", BROKEN)
    done = run("scripts/build", "--content", str(folder), "--out", str(out))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before


def test_what_is_typed_as_a_path_never_fails(tmp_path: Path) -> None:
    folder = write(tmp_path / "content", {})
    odd = ["/etc/passwd", "../data/units.yml", "a" * 5000, "%00", "x/" * 3000, "~", "//x"]
    forms = "".join(f"    - {json.dumps(path)}\n" for path in odd)
    duties = folder / "data/duties/zongjiao.yml"
    text = duties.read_text(encoding="utf-8")
    duties.write_text(text.replace(" forms/report.md\n", "\n" + forms), encoding="utf-8")
    links = "".join(f"[x]({path})\n" for path in odd[:-1])
    (folder / "docs/page.md").write_text(links, encoding="utf-8")
    problems = check_site(folder, AS_OF)
    places = [(p.place.path, p.code) for p in problems]
    assert places.count(("data/duties/zongjiao.yml", "HB421")) == len(odd)
    assert places.count(("docs/page.md", "HB421")) == len(odd) - 1
    assert max(len(str(problem)) for problem in problems) < 400


def test_every_problem_is_one_line(tmp_path: Path) -> None:
    unit = "- 编号: a\n  名称: 甲局\n  类别: |\n    一\n\n    二\x1b\n".replace("\x1b", "")
    key = '- "a\\nb\\e": c\n'
    folder = write(tmp_path / "content", {"data/units.yml": unit, "data/ledger.yml": key})
    for problem in check_site(folder, AS_OF):
        assert str(problem).isprintable()


def test_time_grows_with_the_content_only(tmp_path: Path) -> None:
    circle = "".join(
        UNIT.format(id=f"u{n}", name=f"单位{n}局") + f"  并入: u{(n + 1) % 3000}\n"
        for n in range(3000)
    )
    folder = write(tmp_path / "content", {"data/units.yml": circle})
    (folder / "docs" / Path(*["深"] * 300)).mkdir(parents=True)
    started = time.process_time()
    assert "HB507" in {problem.code for problem in check_site(folder, AS_OF)}
    assert time.process_time() - started < 15


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_ends_of_time(tmp_path: Path, day: str) -> None:
    folder = write(tmp_path / "content", {})
    duties = folder / "data/duties/zongjiao.yml"
    text = duties.read_text(encoding="utf-8")
    duties.write_text(text.replace("施行日期: 2026-02-01", f"施行日期: {day}"), encoding="utf-8")
    assert "error" not in {problem.severity for problem in check_site(folder, AS_OF)}


@pytest.mark.parametrize(
    "path",
    [
        "data/handbook.yml",
        "data/units.yml",
        "data/duties/x.yml",
        "data/redirects.yml",
        "data/workdays.yml",
        "data/courses/x.yml",
        "docs/regulations/x.md",
        "docs/x.md",
    ],
)
def test_arbitrary_text_never_raises(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    folder = tmp_path_factory.mktemp("any") / "content"
    shutil.copytree(SMALL, folder)
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    _arbitrary(file, folder)


def _arbitrary(file: Path, folder: Path) -> None:
    words = st.sampled_from(
        [
            "编号",
            "名称",
            "事项",
            ":",
            "-",
            "[",
            "]",
            "{",
            "}",
            ",",
            "|",
            ">",
            "&",
            "*",
            "!",
            "#",
            "'",
            '"',
            "\\",
            "---",
            "\n",
            "\t",
            "a",
            "一",
            "第一条",
            "（一）",
            "《》",
            "2026-01-01",
        ]
    )
    text = st.one_of(st.text(max_size=60), st.lists(words, max_size=25).map(" ".join))

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(text, st.sampled_from(["", "---\n", "- "]))
    def check(content: str, start: str) -> None:
        file.write_bytes((start + content).encode("utf-8", "surrogatepass"))
        check_site(folder, AS_OF)

    run_check: Callable[[], None] = check
    run_check()
