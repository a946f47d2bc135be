"""Typst to PDF, in the design of design.typ, with the two fonts installed with the program.

A print is Typst text with the pages of the site between; everything in it stands in one value, so
that the same print is never made twice.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import typst

from handbook.formats.paper import to_typst
from handbook.formats.trimming import Parts, pictures, quoted
from handbook.tools import not_installed

_FONTS = "pylopdf-fonts-zh-cn"


@dataclass(frozen=True, slots=True)
class Print:
    """What is to be typeset: Typst text, then the parts with their chapters, then Typst text.

    A part is a heading of level 1, a chapter of level 2; without titles of parts, a chapter is of
    level 1. outside: said behind a citation whose text is not in this print. docs: the folder
    that pictures are in; pictures: the hash of each, so that another picture makes another print.
    """

    opening: str
    parts: Parts = ()
    closing: str = ""
    outside: str = ""
    docs: Path | None = None
    pictures: tuple[tuple[str, str], ...] = ()


def printed(opening: str, parts: Parts, docs: Path, closing: str = "", outside: str = "") -> Print:
    """A print of pages with the pictures they show, which are files below `docs`."""
    found = dict.fromkeys(
        path for _, chapters in parts for chapter in chapters for path in pictures(chapter)
    )
    hashes = tuple((path, _hash(docs / path)) for path in found)
    return Print(opening, parts, closing, outside, docs if hashes else None, hashes)


def _hash(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise RuntimeError(f"图片 {file.name} 读不出来：核对文件在不在、能不能打开。") from error


def typst_date(day: date) -> str:
    """A day in Typst."""
    return f"datetime(year: {day.year}, month: {day.month}, day: {day.day})"


def write(print_: Print, target: Path, day: date) -> None:
    """Write a print, in the design of design.typ, as a tagged PDF (PDF/UA-1).

    Raises RuntimeError with what is wrong when Typst fails or a character is in no font.
    """
    body = to_typst(print_.parts, print_.outside) if print_.parts else ""
    source = f"{print_.opening}\n{body}\n{print_.closing}"
    design = Path(__file__).with_name("design.typ").read_text(encoding="utf-8")
    made = _compile(f"{design}\n{source}", print_)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(made)


def _compile(source: str, print_: Print) -> bytes:
    try:
        return _typst(source, print_)
    except typst.TypstError as error:
        raise RuntimeError(_fault(str(error), source, print_)) from error


def _typst(source: str, print_: Print) -> bytes:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(font_folder())]
    )
    options: dict[str, Any] = {"root": print_.docs, "pdf_standards": ["ua-1"]}
    made: bytes = typst.compile(source.encode(), font_paths=fonts, **options)
    return made


def _fault(message: str, source: str, print_: Print) -> str:
    """What Typst says, in Chinese where it is something an editor can mend."""
    missing = re.search(r'the text `"(.+?)"` could not be displayed', message)
    if missing:
        sign = missing[1][0]
        heads = re.findall(r"^==? (.+)$", source[: source.find(sign)], re.MULTILINE)
        where = f"“{heads[-1]}”里的" if heads else ""
        return f"{where}“{sign}”（U+{ord(sign):04X}）字体里没有，换成通行的字，或者用文字说明。"
    for path, _ in print_.pictures:
        if not _readable(path, print_):
            return f"图片 docs/{path} 已经损坏，或者不是能印的格式：另存为 PNG 或 JPG 再放进来。"
    return f"排版程序报告：{message}"


def _readable(path: str, print_: Print) -> bool:
    title = '#set document(title: "图")'
    try:
        _typst(f'{title}\n#image({quoted("/" + path)}, alt: "图")', print_)
    except typst.TypstError:
        return False
    return True


def font_folder() -> Path:
    """Where the fonts of the installed wheel are. Raises RuntimeError when they are not."""
    try:
        found = [file for file in files(_FONTS) or () if file.name.endswith(".otf")]
    except PackageNotFoundError:
        found = []
    if not found or not Path(str(found[0].locate())).is_file():
        raise not_installed(f"排版用的字体 {_FONTS} ")
    return Path(str(found[0].locate())).parent
