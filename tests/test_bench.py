"""The benchmark runs and tells everything; its figures are never asserted here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_quick_run_tells_every_figure() -> None:
    command = [sys.executable, "scripts/bench", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "项目｜实测｜上限｜结论｜说明"
    assert len(lines) == 12
    assert all(line.count("｜") == 4 for line in lines)
