"""The programs and fonts that come with wheels."""

from __future__ import annotations


def not_installed(what: str) -> RuntimeError:
    """What to raise where one is missing or does not start, with the remedy."""
    return RuntimeError(f"{what}没有装好：删去 .venv/ 文件夹，再运行一次，会重新安装。")
