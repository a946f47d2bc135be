"""Running pandoc, which comes with a wheel."""

from __future__ import annotations

import os
import subprocess
from datetime import date

import pypandoc

from handbook.tools import not_installed


def run(text: str, *options: str, day: date | None = None) -> str:
    """What pandoc makes of `text`; day: the date it may put into the file.

    Raises RuntimeError with a Chinese sentence when pandoc is missing or fails.
    """
    environment = dict(os.environ)
    if day:
        environment["SOURCE_DATE_EPOCH"] = str((day - date(1970, 1, 1)).days * 86400)
    try:
        done = subprocess.run(
            [pypandoc.get_pandoc_path(), *options],
            input=text,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError as error:
        raise not_installed("转换格式要用的 pandoc ") from error
    if done.returncode:
        raise RuntimeError(f"pandoc 没有转换成功：{done.stderr.strip()}")
    return done.stdout
