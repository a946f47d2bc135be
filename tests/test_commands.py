"""The commands as people and platforms call them: help, exit codes, formats."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests" / "small"
COMMANDS = sorted(
    file.name
    for file in (ROOT / "scripts").iterdir()
    if file.is_file() and not file.suffix and os.access(file, os.X_OK)
)


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The small handbook with one error and one warning."""
    folder = tmp_path / "content"
    shutil.copytree(SMALL, folder)
    duties = folder / "data/duties/feigong.yml"
    text = duties.read_text(encoding="utf-8")
    text = text.replace("牵头: 区科工局", "牵头: 区科公局").replace("  考核: 按时公开率100%\n", "")
    duties.write_text(text, encoding="utf-8")
    ledger = folder / "data/ledger.yml"
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text + "  复核日期: 2026-01-01\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_chinese_and_installs_nothing(name: str, tmp_path: Path) -> None:
    copy = tmp_path / "fresh"
    shutil.copytree(ROOT / "scripts", copy / "scripts")
    for lock in ROOT.glob("*.lock"):
        shutil.copy(lock, copy)
    bare = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(
        [bare, f"scripts/{name}", "--help"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "选项" in done.stdout
    assert "显示本说明" in done.stdout
    assert not (copy / ".venv").exists()


def test_check_says_everything_and_exits_1(broken: Path) -> None:
    done = run("scripts/check", "--content", str(broken), "--as-of", "2026-11-25")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0] == (
        "data/duties/feigong.yml:4:7: 错误[HB209] 找不到单位“区科公局”。"
        "提示：是不是“区科工局”或“区财政局”？"
    )
    assert "警告[HB225]" in lines[1]
    assert lines[-1] == "1 处错误，1 处警告。"


def test_formats(broken: Path) -> None:
    def output(form: str) -> str:
        return run("scripts/check", "--content", str(broken), "--format", form).stdout

    rows = json.loads(output("json"))
    assert {"path", "line", "column", "severity", "code", "message", "hint"} == set(rows[0])
    assert [row["severity"] for row in rows] == ["error", "warning"]
    quality = json.loads(output("gitlab"))
    assert quality[0]["location"] == {"path": "data/duties/feigong.yml", "lines": {"begin": 4}}
    assert {"description", "check_name", "fingerprint", "severity", "location"} == set(quality[0])
    assert len({row["fingerprint"] for row in quality}) == 2
    first = output("github").splitlines()[0]
    assert first.startswith("::error file=data/duties/feigong.yml,line=4,col=7,title=HB209::")


def test_every_problem_has_its_own_fingerprint(broken: Path) -> None:
    page = "[一](no.md)\n\n[二](no.md)\n"
    (broken / "docs/page.md").write_text(page, encoding="utf-8")
    done = run("scripts/check", "--content", str(broken), "--format", "gitlab")
    rows = json.loads(done.stdout)
    assert [row["location"]["lines"]["begin"] for row in rows[-2:]] == [1, 3]
    assert len({row["fingerprint"] for row in rows}) == len(rows) == 4


def test_a_name_in_another_encoding_can_be_reported(broken: Path) -> None:
    with open(os.fsencode(broken / "docs") + b"/" + "附件.md".encode("gbk"), "wb") as file:
        file.write(b"# a\n")
    for form in ("text", "json", "github", "gitlab"):
        done = run("scripts/check", "--content", str(broken), "--format", form)
        assert done.returncode == 1
        assert "HB114" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_a_wrong_epoch_is_wrong_usage() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/check", "--content", str(SMALL)],
        cwd=ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "yesterday"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "SOURCE_DATE_EPOCH" in done.stderr
    assert "Traceback" not in done.stderr


def test_clean_content_exits_0_and_strict_counts_warnings(broken: Path) -> None:
    assert run("scripts/check", "--content", str(SMALL)).returncode == 0
    duties = broken / "data/duties/feigong.yml"
    shutil.copy(SMALL / "data/duties/feigong.yml", duties)
    assert run("scripts/check", "--content", str(broken)).returncode == 0
    assert run("scripts/check", "--content", str(broken), "--strict").returncode == 1


@pytest.mark.parametrize(
    "command",
    [
        ("scripts/check", "--as-of", "2026-13-01"),
        ("scripts/check", "--as-of", "20261125"),
        ("scripts/check", "--as-of", "9999-12-31"),
        ("scripts/check", "--content", "/no/such/folder"),
        ("scripts/build", "--content", "/no/such/folder"),
        ("scripts/build", "--unknown"),
        ("scripts/build", "--out", "README.md"),
        ("scripts/build", "--out", "tests"),
        ("scripts/generate",),
        ("scripts/import",),
        ("scripts/import-xlsx",),
        ("scripts/import-xlsx", "no-such-file.xlsx"),
        ("scripts/export-xlsx", "--out", "README.md"),
    ],
)
def test_wrong_usage_exits_2(command: tuple[str, ...]) -> None:
    done = run(*command)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_failed_build_leaves_the_site(broken: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    assert run("scripts/build", "--content", str(SMALL), "--out", str(out)).returncode == 0
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    done = run("scripts/build", "--content", str(broken), "--out", str(out))
    assert done.returncode == 1
    assert "[HB209]" in done.stderr
    assert "Traceback" not in done.stderr
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["content", "site"]


def test_a_handbook_with_nothing_in_it_is_a_handbook(tmp_path: Path) -> None:
    data = tmp_path / "content/data"
    data.mkdir(parents=True)
    text = "名称: 空手册\n地区: X区\n机构: 小组\n"
    (data / "handbook.yml").write_text(text, encoding="utf-8")
    out = tmp_path / "site"
    done = run("scripts/build", "--content", str(data.parent), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "空手册" in (out / "index.html").read_text(encoding="utf-8")


def test_a_content_folder_may_bring_its_own_settings(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(SMALL, folder)
    own = f"INHERIT: {ROOT}/mkdocs.yml\nsite_url: https://handbook.example.gov.cn/q/\n"
    (folder / "mkdocs.yml").write_text(own, encoding="utf-8")
    out = tmp_path / "site"
    done = run("scripts/build", "--content", str(folder), "--out", str(out))
    assert done.returncode == 0, done.stderr
    sitemap = (out / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://handbook.example.gov.cn/q/units/mzj/</loc>" in sitemap


def test_runs_from_any_folder(tmp_path: Path) -> None:
    done = run(str(ROOT / "scripts/check"), "--content", str(SMALL), cwd=tmp_path)
    assert done.returncode == 0
