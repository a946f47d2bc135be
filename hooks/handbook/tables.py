"""Records as the rows of sheets, and back: what a workbook for editing holds.

Every kind of record has a sheet; so has every list of smaller records (步骤, 例外), whose rows name
the record that they belong to. Columns come from `schema`. A row of a sheet is its texts by column.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from handbook.edits.datafile import LISTS, RECORDS, Record, Uneditable, identifier, read
from handbook.load import data_files
from handbook.model import Place
from handbook.problems import Problem, problem
from handbook.schema import (
    DUTY,
    EVENT,
    FIELD_KIND,
    LEDGER,
    QUESTION,
    TERM,
    TEXT,
    UNIT_KIND,
    Key,
    Kind,
)
from handbook.source import BREAKS, CONTROL, compose, decode, read_bytes, walk

LONGEST = 32_767  # characters that a cell of a workbook holds
_TOO_LONG = "（太长，不能在表格里改）"
_BREAK = "↵"  # a line break within one entry of a list
FILE = Key("文件", "", TEXT, "写在 data/ 的哪个文件里；新加的行可以不填", "duties/zongjiao.yml")

Row = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet: all records of a kind, or one of their lists of smaller records (`part`)."""

    data: str  # name below data/
    kind: Kind
    part: Key | None = None

    @property
    def name(self) -> str:
        return self.kind.word + (self.part.name if self.part else "")

    @property
    def id(self) -> str:
        """The column that names the record."""
        return identifier(self.kind)

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """The keys whose values the sheet shows, but for the identifier of a part's record."""
        if self.part and self.part.type.record:
            return self.part.type.record.keys
        return tuple(key for key in self.kind.keys if key.type.name != RECORDS)

    @cached_property
    def columns(self) -> tuple[Key, ...]:
        """Every column, in order."""
        if self.part:
            return (self.kind.by_name[self.id], *self.keys)
        first = self.kind.by_name[self.id]
        return (first, *(key for key in self.keys if key is not first), FILE)


def _sheets(data: str, kind: Kind) -> Iterator[Sheet]:
    yield Sheet(data, kind)
    yield from (Sheet(data, kind, key) for key in kind.keys if key.type.name == RECORDS)


SHEETS = (
    *_sheets("duties", DUTY),
    *_sheets("units", UNIT_KIND),
    *_sheets("ledger", LEDGER),
    *_sheets("calendar", EVENT),
    *_sheets("glossary", TERM),
    *_sheets("questions", QUESTION),
)
MAINS = tuple(sheet for sheet in SHEETS if sheet.part is None)
FIELDS = Sheet("fields", FIELD_KIND)  # no workbook has it


def parts(main: Sheet) -> list[Sheet]:
    """The sheets with lists of the records of `main`."""
    return [sheet for sheet in SHEETS if sheet.data == main.data and sheet.part]


@dataclass(frozen=True)
class Rows:
    """What the sheets say of one record: its own cells, and rows by sheet; nothing empty."""

    cells: Row
    parts: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """A short text for each column and part, another one when its value is."""
        lists = {name: [dict(row) for row in rows] for name, rows in self.parts.items()}
        return {name: _mark(value) for name, value in {**self.cells, **lists}.items()}


def _mark(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Held:
    """A record as a content file has it; `path` is relative to the content folder."""

    sheet: Sheet
    path: str
    record: Record

    @property
    def id(self) -> str:
        return str(self.record[self.sheet.id])

    @cached_property
    def rows(self) -> Rows:
        lists = {}
        for sheet in parts(self.sheet):
            items = self.record.get(sheet.part.name if sheet.part else "")
            if isinstance(items, list) and items:
                lists[sheet.name] = tuple(_row(item, sheet.keys) for item in items)
        return Rows(_row(self.record, self.sheet.keys), lists)


@dataclass(frozen=True)
class Content:
    """The data files of a content folder, with their line ends, and their records in order."""

    texts: Mapping[str, str]
    held: tuple[Held, ...]
    fields: tuple[str, ...] = ()  # names of the fields of work

    def of(self, sheet: Sheet) -> list[Held]:
        return [held for held in self.held if held.sheet.data == sheet.data]

    def files(self, sheet: Sheet) -> list[str]:
        return data_files(self.texts, sheet.data)


def gather(root: Path, sheets: Sequence[Sheet] = MAINS) -> tuple[Content, list[Problem]]:
    """The records of `sheets` in a content folder as typed; problems of files that cannot be read.

    A record without identifier is left out: `check` reports it.
    """
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    held: list[Held] = []
    paths = walk(root, "data", problems)
    names: list[str] = []
    for sheet in dict.fromkeys((*sheets, FIELDS)):
        for path in data_files(paths, sheet.data):
            text, records = _file(root, path, sheet.kind, problems)
            if sheet is FIELDS:
                names += [str(record["名称"]) for record in records if "名称" in record]
            if sheet in sheets:
                texts[path] = text
                held += [Held(sheet, path, record) for record in records if record.get(sheet.id)]
    return Content(texts, tuple(held), tuple(names)), problems


def _file(root: Path, path: str, kind: Kind, problems: list[Problem]) -> tuple[str, list[Record]]:
    """The text and the records of a data file; nothing, with a problem, if it cannot be read."""
    data, count = read_bytes(root, path, problems), len(problems)
    text = None if data is None else decode(path, data, problems)
    if data is None or text is None:
        return "", []
    raw = data.decode("utf-8")
    try:
        return raw, read(raw, kind)
    except Uneditable:
        compose(path, text, problems)
        if len(problems) == count:
            how = "每条记录以“- ”开头：半角短横，后面空一格。"
            place, found = Place(path), "别的写法"
            problems.append(
                problem("HB108", place, what="文件", expected="一个列表", found=found, how=how)
            )
        return "", []


def _row(record: Record, keys: Sequence[Key]) -> Row:
    cells = {key.name: shown(record[key.name]) for key in keys if key.name in record}
    return {name: text for name, text in cells.items() if text}


def shown(value: Any) -> str:
    """A value as a cell shows it; a list has one entry a line."""
    text = "\n".join(map(_entry, value)) if isinstance(value, list) else str(value)
    text = CONTROL.sub("�", BREAKS.sub(" ", text.replace("\r", ""))).strip()
    return text if len(text) <= LONGEST else _TOO_LONG


def _entry(item: Any) -> str:
    return re.sub(r"\s*\n\s*", _BREAK, str(item))


def typed(text: str, key: Key, old: Any = None) -> Any:
    """The value that a cell's text stands for, None for nothing; `old` is what the record has."""
    if key.type.name not in LISTS:
        return text or None
    known = {_entry(item): item for item in old} if isinstance(old, list) else {}
    lines = [line.strip() for line in text.split("\n")]
    return [known.get(line, line.replace(_BREAK, "\n")) for line in lines if line] or None
