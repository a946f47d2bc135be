"""The reference pages of the editing guide: every key of every file, every problem code.

Made only where the content has the guide, docs/editing/index.md. The examples are not searched: who
types a unit's initials looks for the unit, not for a sample record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handbook.examples import EXAMPLES, Example
from handbook.files import FILES, YEARS, File
from handbook.pages.base import Context, Leaf, Ref
from handbook.problems import CODES, ERROR, Code
from handbook.schema import Key, Kind, Type

FOLDER = "editing"
KEYS = Ref("字段表：每个文件能写什么", f"{FOLDER}/keys/")
CODES_PAGE = Ref("问题代码：什么意思，怎么改", f"{FOLDER}/codes/")
_GROUPS = {
    "HB1": "文件和 YAML",
    "HB2": "记录",
    "HB3": "法规和制度的正文",
    "HB4": "引用和链接",
    "HB5": "职责和单位",
    "HB6": "页面和地址",
    "HB7": "Excel 工作簿",
    "HB8": "写法",
}


def references(context: Context) -> tuple[Ref, ...]:
    """The generated pages of the guide, to be listed with its written ones."""
    return (KEYS, CODES_PAGE) if f"{FOLDER}/index.md" in context.book.pages else ()


def leaves(context: Context) -> Iterator[Leaf]:
    if not references(context):
        return
    section = Ref(context.book.pages[f"{FOLDER}/index.md"].title, f"{FOLDER}/")
    foot = context.at(f"docs/{FOLDER}/")
    for ref, template, view in ((KEYS, "keys.md", _keys()), (CODES_PAGE, "codes.md", _codes())):
        path = ref.url.rstrip("/") + ".md"
        yield context.leaf(path, ref.text, template, view, section=section, foot=foot)


# keys


@dataclass(frozen=True, slots=True)
class KeyRow:
    key: Key
    how: str  # how the value is written


@dataclass(frozen=True, slots=True)
class KeyTable:
    """The keys of a file (title "") or of a record inside its records."""

    title: str
    rows: tuple[KeyRow, ...]


@dataclass(frozen=True, slots=True)
class KeysView:
    files: tuple[tuple[File, tuple[KeyTable, ...]], ...]


_HOW = {
    "text": "一段文字",
    "markdown": "文字，可以用 Markdown",
    "lines": "一段文字，几个的写成列表",
    "day": "日期：年-月-日",
    "number": "数",
    "whole": "整数",
    "slug": "小写字母、数字、连字符",
    "web": "网址，以 https:// 开头",
    "rhythm": "每周、每月、每季度、每半年、每年、每两年、一次性、按需、长期，或“每年2次”",
    "deadline": "固定的几种写法，见“改一条记录”",
    "units": "单位的名称、简称、别名、编号，或“各成员单位”等合称；几个的写成列表",
    "quiz": "试题编号，或{题库, 题数}；写成列表",
}
_NAMED = {"unit": "单位", "field": "领域"}


def _keys() -> KeysView:
    return KeysView(tuple((file, tuple(_tables(file))) for file in FILES))


def _tables(file: File) -> Iterator[KeyTable]:
    """A file's own keys, then those of its nested records."""
    yield _table(file, file.kind, "")
    for key in file.kind.keys:
        if key.type.record:
            yield _table(file, key.type.record, f"{file.title}里的“{key.type.record.word}”")


def _table(file: File, kind: Kind, title: str) -> KeyTable:
    return KeyTable(title, tuple(KeyRow(key, _how(key.type, file)) for key in kind.keys))


def _how(type_: Type, file: File) -> str:
    if type_.choices:
        return f"只能写：{'、'.join(type_.choices)}"
    if file.shape == YEARS:
        return "日期，几个的写成列表"
    if type_.name in _HOW:
        return _HOW[type_.name]
    if type_.record:
        return f"一组或几组，见下面的“{type_.record.word}”"
    several = "；几个的写成列表" if type_.name == "references" else ""
    return f"{_NAMED[type_.to]}的名称、简称、别名或编号{several}"


# codes


@dataclass(frozen=True, slots=True)
class CodeEntry:
    code: str
    word: str  # 错误 / 警告
    example: Example
    message: str  # with … for what depends on the case
    mend: str


@dataclass(frozen=True, slots=True)
class CodesView:
    keys: Ref
    groups: tuple[tuple[str, str, tuple[CodeEntry, ...]], ...]  # first code, title, entries


def _codes() -> CodesView:
    entries = [_entry(code, spec) for code, spec in CODES.items() if code in EXAMPLES]
    groups = (
        (f"{start}xx", title, tuple(e for e in entries if e.code.startswith(start)))
        for start, title in _GROUPS.items()
    )
    return CodesView(KEYS, tuple(groups))


def _entry(code: str, spec: Code) -> CodeEntry:
    example = EXAMPLES[code]
    message = re.sub(r"\{\w+\}", "…", spec.message)
    message = f"{example.name}：…。" if message == "…。" else message
    word = "错误" if spec.severity == ERROR else "警告"
    hint = spec.hint.replace("{excuse}", f"<!-- 写法 {code}：理由 -->").replace("{how}", "")
    return CodeEntry(code, word, example, message, example.mend or hint)
