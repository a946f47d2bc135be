"""What a workbook changes in the content: three states compared, record by record.

What was exported (its marks), what the workbook says now, and what the content says now. A record
changed on one side only is taken from there; one changed on both sides is a conflict.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handbook.formats.tablebook_reader import ReadRow, Workbook
from handbook.model import Handbook
from handbook.names import Names
from handbook.problems import Problem, problem
from handbook.schema import DUTY, QUESTION
from handbook.tables import FILE, MAINS, Content, Held, Rows, Sheet, parts, typed

_FOLDERS = {DUTY.word, QUESTION.word}  # kept in a folder of files


@dataclass(frozen=True)
class Change:
    """A record to change, to add (no `held`) or to remove (`values` is None).

    values: key -> new value, None where it goes. row: its number; parts: those of its parts' rows.
    """

    sheet: Sheet
    id: str
    path: str
    held: Held | None
    values: Mapping[str, Any] | None
    row: int = 1
    parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass
class Incoming:
    """missing: records whose rows are gone and that stay."""

    changes: list[Change] = field(default_factory=list)
    missing: list[Held] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def compare(book: Workbook, content: Content, handbook: Handbook, *, delete: bool) -> Incoming:
    """What `book` changes in `content`; `handbook` is what the content compiles to.

    delete: a row that is gone removes its record. Problems: HB709 to HB713.
    """
    found = Incoming()
    for sheet in MAINS:
        if sheet.name in book.rows:
            _Comparison(sheet, book, content, handbook, found).run(delete)
    return found


class _Comparison:
    """The comparison of one kind of record."""

    def __init__(
        self, sheet: Sheet, book: Workbook, content: Content, handbook: Handbook, found: Incoming
    ) -> None:
        self.sheet, self.book, self.content, self.handbook = sheet, book, content, handbook
        self.found = found
        self.held = {held.id: held for held in reversed(content.of(sheet))}
        self.base = book.base.get(sheet.name, {})
        self.path = ""  # of the last record met in the sheet

    def run(self, delete: bool) -> None:
        rows = self._owners()
        below = {sheet: self._parts(sheet, rows) for sheet in parts(self.sheet)}
        for id, row in rows.items():
            own = {sheet: found[id] for sheet, found in below.items() if id in found}
            self._record(id, row, own)
        for id in self.base:
            if id in self.held and id not in rows:
                self._gone(self.held[id], delete)

    def _report(
        self, code: str, number: int, column: str, sheet: Sheet | None = None, **args: Any
    ) -> None:
        place = self.book.at((sheet or self.sheet).name, number, column)
        self.found.problems.append(problem(code, place, **args))

    # rows

    def _owners(self) -> dict[str, ReadRow]:
        found: dict[str, ReadRow] = {}
        key = self.sheet.id
        for row in self.book.rows[self.sheet.name]:
            id = row.cells.get(key, "")
            if not id:
                self._report("HB710", row.number, key, key=key)
            elif id in found:
                self._report("HB709", row.number, key, key=key, id=id, row=found[id].number)
            else:
                found[id] = row
        return found

    def _parts(self, sheet: Sheet, owners: Mapping[str, ReadRow]) -> dict[str, list[ReadRow]]:
        found: dict[str, list[ReadRow]] = {}
        key = sheet.id
        for row in self.book.rows.get(sheet.name, ()):
            id = row.cells.get(key, "")
            if not id:
                self._report("HB710", row.number, key, sheet, key=key)
            elif id not in owners:
                place = self.book.at(sheet.name, row.number, key)
                stray = problem("HB712", place, sheet=self.sheet.name, id=id)
                self.found.problems.append(stray)
            else:
                found.setdefault(id, []).append(row)
        return found

    # records

    def _record(self, id: str, row: ReadRow, below: Mapping[Sheet, list[ReadRow]]) -> None:
        held, base = self.held.get(id), self.base.get(id)
        cells = {name: text for name, text in row.cells.items() if name != FILE.name}
        lists = {sheet.name: tuple(_own(r, sheet) for r in found) for sheet, found in below.items()}
        now = Rows(cells, lists)
        if held:
            self._keep_file(held, row)
        if now.marks == base or (held and now.marks == held.rows.marks):
            return
        clash = ""
        if held and base is None:
            clash = "已经有了（编号不能重用，也可能别人刚加了同一个）"
        elif held and base is not None and _foreign(held.rows, now, base):
            clash = "在导出以后，手册里也改过"
        elif not held and base is not None:
            clash = "在导出以后，已经从手册里删去"
        if clash:
            kind = self.sheet.kind.word
            self._report("HB711", row.number, self.sheet.id, kind=kind, id=id, what=clash)
            return
        path = held.path if held else self._file(row)
        numbers = {sheet.name: tuple(r.number for r in found) for sheet, found in below.items()}
        values = self._values(now, held)
        change = Change(self.sheet, id, path, held, values, row.number, numbers)
        self.found.changes.append(change)

    def _values(self, now: Rows, held: Held | None) -> dict[str, Any]:
        """The keys whose cells are not those of the content, with their new values."""
        old = held.rows if held else Rows({})
        record = held.record if held else {}
        values: dict[str, Any] = {}
        for key in self.sheet.keys:
            text = now.cells.get(key.name, "")
            if text != old.cells.get(key.name, ""):
                values[key.name] = typed(text, key, record.get(key.name))
        for sheet in parts(self.sheet):
            rows = now.parts.get(sheet.name, ())
            if sheet.part and rows != old.parts.get(sheet.name, ()):
                items = record.get(sheet.part.name)
                values[sheet.part.name] = _items(rows, sheet, items) or None
        return values if held else {k: value for k, value in values.items() if value is not None}

    def _gone(self, held: Held, delete: bool) -> None:
        if not delete:
            self.found.missing.append(held)
        elif held.rows.marks != self.base[held.id]:
            what = "在导出以后，手册里也改过"
            self._report("HB711", 1, "", kind=self.sheet.kind.word, id=held.id, what=what)
        else:
            self.found.changes.append(Change(self.sheet, held.id, held.path, held, None))

    # files

    def _keep_file(self, held: Held, row: ReadRow) -> None:
        self.path = held.path
        given = row.cells.get(FILE.name)
        if given and f"data/{given}" != held.path:
            hint = f"已有的记录不能这样换文件，改回“{held.path.removeprefix('data/')}”。"
            self._report("HB713", row.number, FILE.name, value=given, hint=hint)

    def _file(self, row: ReadRow) -> str:
        """Where a new record goes: the file given, else that of its 领域, else of the row above."""
        given, name = row.cells.get(FILE.name, ""), self.sheet.data
        folder = self.sheet.kind.word in _FOLDERS
        files = self.content.files(self.sheet)
        if given:
            path = f"data/{given}"
            if path in files or (folder and re.fullmatch(rf"{name}/[a-z0-9-]+\.yml", given)):
                return path
            listed = "、".join(path.removeprefix("data/") for path in files)
            hint = f"写 {listed or f'{name}.yml'}；也可以不填。"
            self._report("HB713", row.number, FILE.name, value=given, hint=hint)
        usual = f"data/{name}/{name}.yml" if folder else f"data/{name}.yml"
        by_field = self._field_file(row) if self.sheet.kind is DUTY else ""
        return by_field or self.path or next(iter(reversed(files)), usual)

    def _field_file(self, row: ReadRow) -> str:
        """The file of most duties of the same 领域; a new one named by it."""
        names = Names("领域")
        for known in self.handbook.fields.values():
            names.add(known.id, known.name, known.short, *known.aliases)
        ids = names.find(row.cells.get("领域", ""))
        if len(ids) != 1:
            return ""
        duties = (duty for duty in self.handbook.duties.values() if duty.field == ids[0])
        paths = Counter(duty.source.place().path for duty in duties)
        return paths.most_common(1)[0][0] if paths else f"data/duties/{ids[0]}.yml"


def _foreign(held: Rows, now: Rows, base: Mapping[str, str]) -> bool:
    """Whether the content has a change since the export that is not the workbook's own."""
    names = {*held.marks, *base}
    return any(held.marks.get(n) not in (base.get(n), now.marks.get(n)) for n in names)


def _own(row: ReadRow, sheet: Sheet) -> Mapping[str, str]:
    return {key.name: row.cells[key.name] for key in sheet.keys if key.name in row.cells}


def _items(rows: tuple[Mapping[str, str], ...], sheet: Sheet, old: Any) -> list[dict[str, Any]]:
    """The smaller records that the rows of a part stand for."""
    olds = old if isinstance(old, list) else []
    made = []
    for number, row in enumerate(rows):
        before = olds[number] if number < len(olds) else {}
        known = sheet.keys
        made.append(
            {k.name: typed(row[k.name], k, before.get(k.name)) for k in known if k.name in row}
        )
    return made
