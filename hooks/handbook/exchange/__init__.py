"""The commands export-xlsx and import-xlsx: content folder -> workbook -> content folder."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from handbook.edits import edit
from handbook.edits.datafile import Keys, Uneditable, places
from handbook.exchange import changelist
from handbook.exchange.incoming import Change, Incoming, compare
from handbook.formats import tablebook
from handbook.formats.tablebook_reader import Cell, Workbook, read
from handbook.model import Place
from handbook.problems import ERROR, Problem, ordered, problem
from handbook.schema import COLLECTIVES, Key
from handbook.site import compile_site
from handbook.tables import FILE, MAINS, SHEETS, Content, Row, gather, parts, shown

_FIRST = re.compile(r":\d+|第 \d+ 行")  # places that a message names: they move with an edit


# export


def export(content: Path, target: Path, day: date) -> int:
    """Write the workbook of a content folder. 1: a file of it cannot be read; 2: no folder."""
    if not content.is_dir():
        return _wrong(f"没有内容文件夹 {content}。")
    if target.is_dir() or target.suffix != ".xlsx":
        return _wrong(f"--out 要写一个 .xlsx 文件，不是 {target}。")
    found, problems = gather(content)
    if _say(problems):
        return 1
    try:
        tablebook.write(book(found), target, day)
    except OSError as error:
        return _wrong(f"写不了 {target}（{error.strerror}）；它正在别的程序里打开的话，先关掉。")
    print(f"完成：{len(found.held)} 条记录，在 {target}", file=sys.stderr)
    return 0


def book(content: Content) -> tablebook.Book:
    """What the workbook of this content holds."""
    rows: dict[str, list[Row]] = {sheet.name: [] for sheet in SHEETS}
    base: dict[str, dict[str, Mapping[str, str]]] = {}
    for held in content.held:
        main = held.sheet
        rows[main.name].append({**held.rows.cells, FILE.name: held.path.removeprefix("data/")})
        for name, of in held.rows.parts.items():
            rows[name] += [{main.id: held.id, **row} for row in of]
        base.setdefault(main.name, {}).setdefault(held.id, held.rows.marks)
    return tablebook.Book(rows, base, _options(content))


def _options(content: Content) -> dict[str, list[str]]:
    units = [held.record for held in content.held if held.sheet.data == "units"]
    labels = [shown(unit.get("简称") or unit.get("名称", "")) for unit in units]
    options = {"单位": [*filter(None, labels), *COLLECTIVES], "领域": list(content.fields)}
    for sheet in MAINS:
        files = [path.removeprefix("data/") for path in content.files(sheet)]
        options[f"{sheet.name}{FILE.name}"] = files
    return options


# import


@dataclass(frozen=True)
class Plan:
    """What an import would do: the new bytes of files, and all that is to be said."""

    files: Mapping[str, bytes]
    incoming: Incoming
    problems: Sequence[Problem]
    others: int = 0  # errors that the content has already

    @property
    def bad(self) -> bool:
        return any(found.severity == ERROR for found in self.problems)


def plan(file: Path, content: Path, as_of: date, *, delete: bool = False) -> Plan:
    """What importing the workbook `file` does to a content folder; nothing is written.

    Problems: HB7xx, and those codes of `check` that the content has after the import and not
    before; a value that came from the workbook is named by its cell.
    """
    workbook = read(file)
    held, unread = gather(content)
    problems = [*workbook.problems, *unread]
    if any(found.severity == ERROR for found in problems):
        return Plan({}, Incoming(), problems)
    before = compile_site(content, as_of)
    incoming = compare(workbook, held, before.handbook, delete=delete)
    files, uneditable = _edited(incoming.changes, held)
    problems += [*incoming.problems, *uneditable]
    if files:
        after = compile_site(content, as_of, files)
        emerged = fresh(before.problems, after.problems)
        problems += _located(emerged, incoming.changes, files, workbook)
    return Plan(files, incoming, problems, len(before.errors))


def _edited(changes: Sequence[Change], content: Content) -> tuple[dict[str, bytes], list[Problem]]:
    """The bytes of each file after the changes; HB714 for a file that cannot be edited."""
    files: dict[str, bytes] = {}
    problems = []
    for path in dict.fromkeys(change.path for change in changes):
        here = [change for change in changes if change.path == path]
        changed = {c.id: c.values for c in here if c.held and c.values is not None}
        new = [dict(c.values) for c in here if not c.held and c.values is not None]
        removed = [c.id for c in here if c.values is None]
        text = content.texts.get(path, "")
        try:
            files[path] = edit(text, here[0].sheet.kind, changed, new, removed).encode("utf-8")
        except Uneditable:
            problems.append(problem("HB714", Place(path)))
    return files, problems


def fresh(before: Sequence[Problem], after: Sequence[Problem]) -> Iterator[Problem]:
    """The problems that were not there before, wherever they stood."""

    def key(found: Problem) -> tuple[str, str, str]:
        return found.place.path, found.code, _FIRST.sub("", found.message)

    known = Counter(map(key, before))
    for found in after:
        if known[key(found)]:
            known[key(found)] -= 1
        else:
            yield found


def _located(
    problems: Iterator[Problem],
    changes: Sequence[Change],
    files: Mapping[str, bytes],
    workbook: Workbook,
) -> list[Problem]:
    """The problems, those of values of changed records with the place of the cell."""
    spans = [
        (change, keys, start, end)
        for change in changes
        if change.values is not None
        for keys, start, end in places(
            files[change.path].decode("utf-8"), change.sheet.kind, change.id
        )
    ]
    found = []
    for item in problems:
        at = (item.place.line, item.place.column)
        inside = [
            (start, change, keys)
            for change, keys, start, end in spans
            if change.path == item.place.path and start <= at <= end
        ]
        if inside:
            _, change, keys = max(inside, key=lambda entry: (entry[0], len(entry[2])))
            item = replace(item, place=_cell(change, keys, item, workbook))
        found.append(item)
    return found


def _cell(change: Change, keys: Keys, found: Problem, workbook: Workbook) -> Cell:
    """The cell of the value at `keys` of a record; for a missing key, that of its column."""
    main = change.sheet
    for sheet in parts(main):
        rows = change.parts.get(sheet.name, ())
        if sheet.part and keys[:1] == (sheet.part.name,) and rows:
            number = keys[1] if len(keys) > 1 and isinstance(keys[1], int) else 0
            column = str(keys[2]) if len(keys) > 2 else missing(found, sheet.keys)
            return workbook.at(sheet.name, rows[min(number, len(rows) - 1)], column)
    column = str(keys[0]) if keys else missing(found, main.keys)
    return workbook.at(main.name, change.row, column or main.id)


def missing(found: Problem, keys: Sequence[Key]) -> str:
    """The key that a problem of a whole record speaks of, "" for none."""
    return next((key.name for key in keys if f"“{key.name}”" in found.message), "")


# what is said and done


def import_(
    file: Path, content: Path, as_of: date, *, dry_run: bool = False, delete: bool = False
) -> int:
    """Import a workbook: say what changes, and write the files where that brings no new error."""
    if not content.is_dir():
        return _wrong(f"没有内容文件夹 {content}。")
    if not file.is_file():
        return _wrong(f"没有文件 {file}。")
    planned = plan(file, content, as_of, delete=delete)
    for line in changelist.lines(planned.incoming):
        print(line)
    _say(planned.problems)
    if planned.others:
        print(f"手册里原有 {planned.others} 处错误，见 scripts/check。", file=sys.stderr)
    if planned.bad:
        print("没有写任何文件：先改正上面的错误，再导入一次。", file=sys.stderr)
        return 1
    if not planned.files:
        print("没有改动。", file=sys.stderr)
    elif dry_run:
        print(f"只是试一遍，没有写文件；要改 {'、'.join(planned.files)}。", file=sys.stderr)
    else:
        try:
            for path, data in planned.files.items():
                replace_file(content / path, data)
        except OSError as error:
            return _wrong(
                f"写不了 {path}（{error.strerror}）；它前面的文件已经写好，可以再导入一次。"
            )
        print(f"完成：改了 {'、'.join(planned.files)}。", file=sys.stderr)
    return 0


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file at once, keeping its permissions."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise


def _say(problems: Sequence[Problem]) -> bool:
    """Print the problems, those of cells first; whether one is an error."""
    cells = [found for found in problems if isinstance(found.place, Cell)]
    others = [found for found in problems if not isinstance(found.place, Cell)]
    for found in (*ordered(cells), *ordered(others)):
        print(found, file=sys.stderr)
    return any(found.severity == ERROR for found in problems)


def _wrong(message: str) -> int:
    print(f"用法：{message}", file=sys.stderr)
    return 2
