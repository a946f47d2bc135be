"""The options that mean the same in every command (CONTRACT section 1). Standard library only."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bootstrap import fail

ROOT = Path(__file__).resolve().parent.parent

_Add = Callable[[argparse.ArgumentParser], object]


def day(text: str) -> date:
    """A date as YYYY-MM-DD, of a year in which deadlines can be reckoned."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text or not 1900 <= found.year <= 2999:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，写成 2026-09-30 这样")
    return found


def _content(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--content",
        type=_folder,
        default=ROOT,
        metavar="DIR",
        help="内容文件夹，里面有 docs/ 和 data/",
    )


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=_folder, metavar="DIR", help="写到哪个文件夹")


def _as_of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of",
        type=day,
        default=None,
        metavar="YYYY-MM-DD",
        help="以哪一天判断是否现行有效、下次时限；默认是今天",
    )


def _strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--strict", action="store_true", help="警告也算错误")


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


_OPTIONS: dict[str, _Add] = {
    "content": _content,
    "out": _out,
    "as_of": _as_of,
    "strict": _strict,
}


def parser(description: str | None, *options: str) -> argparse.ArgumentParser:
    """A parser that speaks Chinese, with the common options asked for."""
    made = argparse.ArgumentParser(
        description=description, add_help=False, usage="%(prog)s [选项]", allow_abbrev=False
    )
    made._positionals.title, made._optionals.title = "参数", "选项"
    made.add_argument("-h", "--help", action="help", help="显示本说明")
    for option in options:
        _OPTIONS[option](made)
    return made


def as_of(arguments: argparse.Namespace) -> date:
    """The day asked for, else SOURCE_DATE_EPOCH's, else today."""
    import os
    from datetime import UTC, datetime

    if arguments.as_of:
        return arguments.as_of  # type: ignore[no-any-return]
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return date.today()
    if not re.fullmatch(r"\d{1,11}", epoch, re.A):
        fail(f"环境变量 SOURCE_DATE_EPOCH 应当是秒数，现在是“{epoch}”。")
    return datetime.fromtimestamp(int(epoch), UTC).date()
