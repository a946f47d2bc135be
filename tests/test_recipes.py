"""The pull-request recipes: their own run steps, executed on a clone as the platforms would."""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTIONS = sorted([*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob(".gitea/workflows/*.yml")])
GITLAB = ROOT / ".gitlab-ci.yml"
GITEE = sorted(ROOT.glob(".workflow/*.yml"))
# What only the platform does: get the files, offer a Python, keep the results
PLATFORM = {"actions/checkout", "actions/setup-python", "actions/upload-artifact"}


@dataclass(frozen=True)
class Step:
    recipe: str
    command: str

    def __str__(self) -> str:
        return f"{self.recipe}: {self.command.splitlines()[0]}"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps() -> Iterator[Step]:
    """Every run step of every recipe; GitLab and Gitee run line by line."""
    for path in ACTIONS:
        for job in read(path)["jobs"].values():
            for step in job["steps"]:
                if "run" in step:
                    yield Step(path.relative_to(ROOT).as_posix(), step["run"])
    for job in read(GITLAB).values():
        if isinstance(job, dict) and "script" in job:
            for line in [*job["script"], *job.get("after_script", ())]:
                yield Step(GITLAB.name, line)
    for path in GITEE:
        for stage in read(path)["stages"]:
            for line in (line for step in stage["steps"] for line in step["commands"]):
                yield Step(path.relative_to(ROOT).as_posix(), line)


STEPS = list(steps())


def git(folder: Path, *command: str) -> str:
    who = ["-c", "user.name=office", "-c", "user.email=office@example.gov.cn"]
    done = subprocess.run(
        ["git", *who, *command], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


class _Open(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def official() -> Iterator[str]:
    """A page that can be opened, in place of the official ones of the network."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Open)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, official: str) -> Path:
    """A repository with this project on main, and a date changed: well on 好, badly on 坏."""
    folder = tmp_path_factory.mktemp("recipes") / "origin"
    for name in git(ROOT, "ls-files", "-co", "-z", "--exclude-standard").split("\0"):
        if name and not name.startswith("tests/") and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for file in folder.glob("docs/regulations/**/*.md"):
        replace(file, lambda text: re.sub("(?m)^(官方链接: ).*", rf"\1{official}", text))
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "手册")
    duties = folder / "data/duties/kaohe.yml"
    for branch, day in (("坏", "6月31日前"), ("好", "6月底前")):
        git(folder, "checkout", "-q", "-b", branch, "main")
        replace(duties, functools.partial(_moved, day))
        commit(folder, "培训时限")
    return folder


def _moved(day: str, text: str) -> str:
    old = "  频次: 每年\n  时限: 5月底前\n  成果: 培训班"
    assert old in text
    return text.replace(old, old.replace("5月底前", day))


def replace(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def commit(folder: Path, message: str) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", message)


def clone(origin: Path, branch: str, *options: str) -> Path:
    """A clone as a platform makes it, with the environment of this one."""
    folder = origin.parent / f"{branch}{len(options)}"
    if not folder.exists():
        git(origin.parent, "clone", "-q", "-b", branch, *options, f"file://{origin}", str(folder))
        (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


@functools.cache  # platforms share steps: each runs once
def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": "1795564800",  # 2026-11-25
        "GITHUB_BASE_REF": "main",
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }
    return subprocess.run(
        ["bash", "-e", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_step_passes_on_a_good_change(origin: Path, step: Step) -> None:
    if "scripts/diff" in step.command and not (ROOT / "scripts/diff").exists():
        pytest.xfail("scripts/diff is not there yet")
    folder = clone(origin, "好")
    done = run(folder, step.command)
    assert done.returncode == 0, done.stderr
    for written in re.findall(r"(?:--out|>) ([\w.-]+\.\w+)", step.command):
        assert (folder / written).stat().st_size
    if "scripts/build" in step.command:
        assert (folder / "site/index.html").is_file()


@pytest.mark.parametrize(
    "step",
    [
        step
        for step in STEPS
        if re.match(r"python3 scripts/check(?!.*(--links|true))", step.command)
    ],
    ids=str,
)
def test_check_fails_on_a_bad_change_and_names_the_line(origin: Path, step: Step) -> None:
    folder = clone(origin, "坏")
    done = run(folder, step.command)
    assert done.returncode == 1
    text = (folder / "data/duties/kaohe.yml").read_text(encoding="utf-8").split("\n")
    line = next(number for number, each in enumerate(text, 1) if "6月31日前" in each)
    report = folder / "gl-code-quality-report.json"
    if "--format github" in step.command:
        assert f"::error file=data/duties/kaohe.yml,line={line},col=7,title=HB215::" in done.stdout
    elif "--format gitlab" in step.command:
        (found,) = json.loads(report.read_text(encoding="utf-8"))
        assert found["location"] == {"path": "data/duties/kaohe.yml", "lines": {"begin": line}}
    else:
        assert f"data/duties/kaohe.yml:{line}:7: 错误[HB215]" in done.stderr


def test_every_platform_checks_builds_and_reports_weekly() -> None:
    for platform in (".github/", ".gitea/", ".gitlab", ".workflow/"):
        mine = "\n".join(step.command for step in STEPS if step.recipe.startswith(platform))
        for command in ("check", "build --no-print", "diff", "check --links --strict"):
            assert f"scripts/{command}" in mine, platform


def test_only_the_platforms_own_steps_are_not_run() -> None:
    used = {
        step["uses"].partition("@")[0]
        for path in ACTIONS
        for job in read(path)["jobs"].values()
        for step in job["steps"]
        if "uses" in step
    }
    assert used == PLATFORM


def test_reports_have_the_whole_history(origin: Path) -> None:
    """Platforms clone the last commit only; a comparison needs the common ancestor."""
    for path in ACTIONS:
        for job in read(path)["jobs"].values():
            if any("scripts/diff" in step.get("run", "") for step in job["steps"]):
                assert job["steps"][0]["with"]["fetch-depth"] == 0
    assert read(GITLAB)["variables"]["GIT_DEPTH"] == "0"
    shallow = clone(origin, "好", "--depth", "1")
    for step in STEPS:
        if step.recipe == ".workflow/check.yml" and step.command.startswith("git "):
            assert run(shallow, step.command).returncode == 0
    assert git(shallow, "merge-base", "HEAD", "origin/main") == git(origin, "rev-parse", "main")


# who is asked


def owners(path: str) -> dict[str, str]:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if line and not line.startswith("#"))


def test_every_field_has_its_team() -> None:
    github = owners(".github/CODEOWNERS")
    assert github == owners(".gitlab/CODEOWNERS")
    for folder in ("data/duties", "docs/fields-guide"):
        for file in (ROOT / folder).iterdir():
            if file.stem != "index":
                assert github[f"/{folder}/{file.name}"] == f"@handbook/{file.stem}"
    assert [path for path in github if path != "*" and not (ROOT / path.lstrip("/")).exists()] == []


def test_gitea_asks_the_same_teams() -> None:
    """Its patterns are regular expressions for the whole path."""
    patterns = owners(".gitea/CODEOWNERS")
    for path, team in owners(".github/CODEOWNERS").items():
        sample = "README.md" if path == "*" else path.lstrip("/") + "x" * path.endswith("/")
        asked = {who for pattern, who in patterns.items() if re.fullmatch(pattern, sample)}
        assert asked == {team, "@handbook/bangongshi"}


def test_templates_are_the_same_on_every_platform() -> None:
    def body(path: str) -> str:
        text = (ROOT / path).read_text(encoding="utf-8")
        return re.sub(r"\A---\n.*?^---\n\n", "", text, flags=re.S | re.M)

    pull = body(".github/PULL_REQUEST_TEMPLATE.md")
    assert "依据" in pull
    assert pull == body(".gitlab/merge_request_templates/Default.md")
    assert pull == body(".gitee/PULL_REQUEST_TEMPLATE.zh-CN.md")
    fix = body(".github/ISSUE_TEMPLATE/correction.md")
    assert fix == body(".gitlab/issue_templates/勘误.md") == body(".gitee/ISSUE_TEMPLATE.zh-CN.md")
    law = body(".github/ISSUE_TEMPLATE/law-change.md")
    assert law == body(".gitlab/issue_templates/法规变动.md")
