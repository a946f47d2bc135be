"""Fixtures that several test files share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own content, built once by `scripts/build` as of 2026-11-25."""
    out = tmp_path_factory.mktemp("built") / "site"
    command = [sys.executable, "scripts/build", "--out", str(out), "--as-of", "2026-11-25"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out
