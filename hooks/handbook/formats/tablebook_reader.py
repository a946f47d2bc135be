"""A workbook that was edited, back into rows; everything odd in it is a problem with its cell."""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from handbook.convert import nearly_day
from handbook.formats.tablebook import BASE, OPTIONS
from handbook.model import Place
from handbook.problems import Problem, problem
from handbook.schema import Key
from handbook.source import BREAKS
from handbook.tables import SHEETS, Row, Sheet

MAX_BYTES = 400 * 1024 * 1024  # of all that the archive unpacks to
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# cells and rows that only carry a format; a sheet may have millions of them
_BLANK_CELL = re.compile(rb"<c [^<>]*?(?:/>|></c>)")
_BLANK_ROW = re.compile(rb"<row [^<>]*?(?:/>|>\s*</row>)")
# what Excel writes for a control character, and for _ where the text itself looks like that
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff](?=_x[0-9A-Fa-f]{4}_))_")


class Cell(Place):
    """A place in a workbook: `path` is file:sheet."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{self.path}!{get_column_letter(self.column)}{self.line}"


@dataclass(frozen=True)
class ReadRow:
    """A row that is not blank: its number and its texts by column."""

    number: int
    cells: Row


@dataclass
class Workbook:
    """What was read. columns: of each sheet, the number of each column."""

    name: str
    rows: dict[str, list[ReadRow]] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)
    base: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def at(self, sheet: str, row: int, column: str = "") -> Cell:
        """The place of a cell; without column, of the row."""
        number = self.columns.get(sheet, {}).get(column, 1)
        return Cell(f"{self.name}:{sheet}", row, number)


def read(path: Path) -> Workbook:
    """Read a workbook that `tablebook.write` made and somebody edited."""
    made = Workbook(path.name)
    try:
        pages = _open(path)
    except _Refused as refused:
        made.problems.append(problem("HB701", Place(made.name), what=refused.what, how=refused.how))
        return made
    known = {sheet.name: sheet for sheet in SHEETS}
    for name in known:
        if name in pages:
            _sheet(pages[name], known[name], made)
        else:
            hint = _missing(name, [other for other in pages if other not in known])
            made.problems.append(problem("HB702", Place(made.name), sheet=name, hint=hint))
    for name in pages:
        if name not in known and name not in (BASE, OPTIONS):
            made.problems.append(problem("HB703", Place(made.name), sheet=name))
    if BASE in pages:
        _base(pages[BASE], made)
    else:
        hint = "这张隐藏的表记着导出时的内容，不能删；用 scripts/export-xlsx 重新导出一份。"
        made.problems.append(problem("HB702", Place(made.name), sheet=BASE, hint=hint))
    return made


def _missing(name: str, others: Sequence[str]) -> str:
    close = get_close_matches(name, others, n=1, cutoff=0.3)
    if close:
        return f"是不是改名成了“{close[0]}”？改回“{name}”。"
    return "不要删工作表或改它的名字；用 scripts/export-xlsx 重新导出一份。"


# the file


class _Refused(Exception):
    def __init__(self, what: str, how: str) -> None:
        super().__init__(what)
        self.what, self.how = what, how


def _open(path: Path) -> Mapping[str, Any]:
    """The sheets by name; raises _Refused."""
    try:
        data = path.read_bytes()
    except OSError:
        raise _Refused("读不出来", "核对文件名和权限。") from None
    if not data.startswith(b"PK"):
        raise _Refused(*_no_archive(data))
    try:
        slim = _slim(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that openpyxl does not know
            return {page.title: page for page in load_workbook(slim).worksheets}
    except _Refused:
        raise
    except Exception:  # a damaged file fails in as many ways as the libraries have parts
        how = "重新拷贝一次，或在 WPS 里打开后另存为 .xlsx。"
        raise _Refused("文件不完整，或者不是工作簿", how) from None


def _no_archive(data: bytes) -> tuple[str, str]:
    if data.startswith(_OLE) and _ENCRYPTED in data:
        return "文件加了密码", "打开后去掉“文档加密”，再保存。"
    if data.startswith(_OLE):
        return "这是旧格式的 .xls", "在 WPS 或 Excel 里另存为 .xlsx。"
    return "这不是 .xlsx 文件", "用 scripts/export-xlsx 导出的工作簿，改好后照原样保存。"


def _slim(data: bytes) -> io.BytesIO:
    """The same workbook without blank cells and rows."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as slim,
    ):
        if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
            raise _Refused("里面的内容超过 400 MiB", "删去空白的行列和图片，或者重新导出一份。")
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                content = _BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", content))
            slim.writestr(entry.filename, content)
    made.seek(0)
    return made


# the sheets


def _sheet(page: Any, sheet: Sheet, made: Workbook) -> None:
    for merged in page.merged_cells.ranges:
        place = Cell(f"{made.name}:{sheet.name}", merged.min_row, merged.min_col)
        made.problems.append(problem("HB706", place, cells=merged.coord))
    rows = _rows(page)
    keys = _head(rows.pop(1, {}), sheet, made)
    found = []
    for number, cells in rows.items():
        texts = {}
        for column, cell in cells.items():
            place = Cell(f"{made.name}:{sheet.name}", number, column)
            key = keys.get(column)
            if key:
                texts[key.name] = _text(cell, key, place, made)
            elif column not in keys and _plain(cell.value):
                keys[column] = None
                what = f"第 {get_column_letter(column)} 列没有列名，却有内容"
                made.problems.append(problem("HB705", place, what=what))
        texts = {name: text for name, text in texts.items() if text}
        if texts:
            found.append(ReadRow(number, texts))
    made.rows[sheet.name] = found


def _rows(page: Any) -> dict[int, dict[int, Any]]:
    """The cells that hold something, by row and column, without making the others."""
    found: dict[int, dict[int, Any]] = {}
    for (row, column), cell in sorted(page._cells.items()):
        if cell.value is not None:
            found.setdefault(row, {})[column] = cell
    return found


def _head(cells: Mapping[int, Any], sheet: Sheet, made: Workbook) -> dict[int, Key | None]:
    """The key of each column, None where a problem with the column is reported."""
    known = {key.name: key for key in sheet.columns}
    found: dict[int, Key | None] = {}
    columns: dict[str, int] = {}
    strange: list[str] = []
    for number, cell in cells.items():
        name = _plain(cell.value)
        if not name:
            continue
        fresh = name in known and name not in columns
        found[number] = known[name] if fresh else None
        if fresh:
            columns[name] = number
            continue
        what = f"“{name}”有两列" if name in known else f"这张表没有“{name}”这一列"
        strange += [name] if name not in known else []
        place = Cell(f"{made.name}:{sheet.name}", 1, number)
        made.problems.append(problem("HB705", place, what=what))
    made.columns[sheet.name] = columns
    for name in (name for name in known if name not in columns):
        close = get_close_matches(name, strange, n=1, cutoff=0.3)
        renamed = f"是不是改名成了“{close[0]}”？改回“{name}”。" if close else ""
        place = Cell(f"{made.name}:{sheet.name}", 1, 1)
        hint = renamed or "不要删列；用 scripts/export-xlsx 重新导出一份。"
        made.problems.append(problem("HB704", place, column=name, hint=hint))
    return found


def _base(page: Any, made: Workbook) -> None:
    rows = _rows(page)
    for number in sorted(rows)[1:]:
        sheet, id, mark = (
            _plain(rows[number][n].value) if n in rows[number] else "" for n in (1, 2, 3)
        )
        made.base.setdefault(sheet, {})[id] = _marks(mark)


def _marks(text: str) -> dict[str, str]:
    """Marks as they were written; none, which are nobody's, when somebody changed them."""
    try:
        found = json.loads(text)
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


# the cells


def _text(cell: Any, key: Key, place: Cell, made: Workbook) -> str:
    """A cell's text as it is typed in YAML; reports formulas and numbers in place of texts."""
    value = cell.value
    if cell.data_type in ("f", "e"):
        made.problems.append(problem("HB707", place))
        return ""
    if isinstance(value, str):
        text = _plain(value)
        day = nearly_day(text) if key.type.name == "day" else None
        return day.isoformat() if day else text
    if key.type.name == "day":
        return _day(value)
    if key.type.name == "number" and not isinstance(value, (bool, date, time)):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    made.problems.append(problem("HB708", place, key=key.name, found=_found(value)))
    return ""


def _day(value: Any) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)


def _found(value: Any) -> str:
    if isinstance(value, bool):
        return f"逻辑值 {str(value).upper()}"
    if isinstance(value, (date, time)):
        return f"日期 {_day(value)}"
    return f"数 {value}"


def _plain(value: Any) -> str:
    """A cell's text without blanks at the ends, \\n for every line end."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "" if value is None else str(value))
    return BREAKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
