"""What every command does first: run inside `.venv/`, made from the lock file when it is missing.

Only the standard library is used here. `enter()` returns when the process runs in the project's own
environment; otherwise it makes that environment and starts the same command in it again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
BUILD, TEST = "requirements.lock", "requirements-test.lock"


def enter(lock: str = BUILD) -> None:
    """Go on in `.venv/` with the packages of `lock`; exit 2 with a Chinese line if that fails."""
    if sys.version_info < (3, 11):  # noqa: UP036 (it runs before the environment is known)
        fail(f"需要 Python 3.11 或更新的版本，现在是 {sys.version.split()[0]}。")
    if not _installed(lock):
        _install(lock)
    if Path(sys.prefix).resolve() != VENV.resolve():
        _restart()
    sys.path.insert(0, str(ROOT / "hooks"))


def fail(message: str) -> NoReturn:
    """End with exit code 2 (wrong usage or environment)."""
    print(f"环境：{message}", file=sys.stderr)
    raise SystemExit(2)


def apt(*packages: str) -> bool:
    """Install system packages where that may be done (Debian, root or password-free sudo)."""
    if not shutil.which("apt-get"):
        return False
    sudo = [] if getattr(os, "geteuid", lambda: 1)() == 0 else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "-q", "--no-install-recommends", *packages]
    done = False
    for command in (["update", "-q"], install):
        done = _quiet([*sudo, "apt-get", *command], environment)
    return done


def _quiet(command: list[str], environment: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def _stamp(lock: str) -> Path:
    digest = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()[:16]
    return VENV / f"{lock}.{digest}"


def _installed(lock: str) -> bool:
    # the test lock holds everything of the build lock, so its stamp serves a build too
    return PYTHON.exists() and any(_stamp(name).exists() for name in {lock, TEST})


def _install(lock: str) -> None:
    if not PYTHON.exists():
        _make_venv()
    print(f"正在按 {lock} 安装所需的软件包到 .venv/ …", file=sys.stderr, flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command = [*pip, "--require-hashes", "-r", str(ROOT / lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        fail("安装没有成功。请检查网络或软件源，再运行一次同样的命令。")
    for old in VENV.glob(f"{lock}.*"):
        old.unlink()
    _stamp(lock).touch()


def _make_venv() -> None:
    python = getattr(sys, "_base_executable", sys.executable)
    command = [python, "-m", "venv", str(VENV)]
    shutil.rmtree(VENV, ignore_errors=True)
    if _quiet(command):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if not (apt("python3-venv") and _quiet(command)):
        shutil.rmtree(VENV, ignore_errors=True)
        fail("这台机器的 python3 缺少 venv，请安装软件包 python3-venv 后再运行。")


def _restart() -> NoReturn:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    command = [str(PYTHON), *sys.argv]
    if os.name == "nt":  # exec on Windows would return to the shell at once
        raise SystemExit(subprocess.run(command, env=environment, check=False).returncode)
    os.execve(PYTHON, command, environment)
