"""scripts/check --watch, as a real process on real files."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests" / "small"


class Watching:
    """The process, and what it says line by line."""

    def __init__(self, content: Path) -> None:
        command = [sys.executable, "scripts/check", "--watch", "--as-of", "2026-11-25"]
        self.process = subprocess.Popen(
            [*command, "--content", str(content)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            # as a shell starts what runs in its background
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )
        self._said: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self._said.put(line.rstrip("\n"))

    def until(self, end: str) -> list[str]:
        """The lines up to one that ends so."""
        lines = [self._said.get(timeout=10)]
        while not lines[-1].endswith(end):
            lines.append(self._said.get(timeout=10))
        return lines


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "content"))


@pytest.fixture
def watching(content: Path) -> Iterator[Watching]:
    started = Watching(content)
    yield started
    started.process.kill()
    started.process.wait()


def replace(file: Path, old: str, new: str) -> None:
    """Save as office editors do: a new file put in the old one's place."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    other = file.with_name("~" + file.name)
    other.write_text(text.replace(old, new), encoding="utf-8")
    other.replace(file)


def test_says_what_is_new_and_what_is_gone(content: Path, watching: Watching) -> None:
    first = watching.until("（按 Ctrl-C 结束）。")
    assert first[0] == "0 处错误，0 处警告。"
    ledger = content / "data/ledger.yml"
    replace(ledger, "时限: 2026-06-30", "时限: 2026年6月30日")
    *lines, total = watching.until("处警告。")
    assert lines == [
        "新增 data/ledger.yml:6:7: 错误[HB203] “时限”不是日期：2026年6月30日。"
        "提示：写成 2026-06-30。"
    ]
    assert total.endswith(" 1 处错误，0 处警告。")
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text("# 台账\n" + text, encoding="utf-8")  # only moves it
    assert len(watching.until("1 处错误，0 处警告。")) == 1
    replace(ledger, "2026年6月30日", "2026-06-30")
    *lines, total = watching.until("处警告。")
    assert [line[:27] for line in lines] == ["改好 data/ledger.yml:7:7: 错误["]
    assert total.endswith(" 0 处错误，0 处警告。")


def test_new_files_and_a_broken_one(content: Path, watching: Watching) -> None:
    watching.until("（按 Ctrl-C 结束）。")
    new = content / "docs/guide/new.md"
    new.write_text("# 新页\n\n[看](nothing.md)\n", encoding="utf-8")
    assert "新增 docs/guide/new.md:3:5: 错误[HB421]" in watching.until("处警告。")[0]
    new.unlink()
    assert "改好 docs/guide/new.md:3:5: 错误[HB421]" in watching.until("处警告。")[0]


def test_ends_by_ctrl_c(watching: Watching) -> None:
    watching.until("（按 Ctrl-C 结束）。")
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(timeout=10) == 0
