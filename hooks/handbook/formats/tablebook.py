"""The workbook in which records are edited: written from rows, and read back into rows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from handbook.convert import read_day
from handbook.formats.excel import Value, lines_of, put, save
from handbook.schema import RHYTHMS, Key
from handbook.tables import FILE, SHEETS, Row, Sheet

BASE = "导出记录"  # what was exported: the import judges by it what was changed, here and there
OPTIONS = "选项"  # what the drop-down lists offer
BASE_COLUMNS = ("工作表", "编号", "校验")
_SPARE = 1000  # rows below the records that have drop-down lists
_TEXT = "@"
_LONG = 255  # Excel shows a longer cell of format @ as ####
_HEAD, _NEEDED = PatternFill("solid", fgColor="EFEFEF"), PatternFill("solid", fgColor="F3E3E1")
_LOCKED = PatternFill("solid", fgColor="F7F7F7")
_LINE = Side(style="thin", color="B8BABE")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WIDTHS = {"day": 12, "number": 7, "choice": 12, "rhythm": 9, "reference": 14, "units": 24}
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A
_WIDE = ("题干", "解析", "做什么", "考核", "问题", "整改措施")
_LINE_HEIGHT = 15  # points
_VISIBLE_HEIGHT = 240  # points; more of a long text shows when its row is drawn taller


@dataclass(frozen=True)
class Book:
    """What a workbook holds.

    rows: by sheet name. base: sheet name -> id of a record -> its marks when it was exported.
    options: by column title, what drop-down lists offer.
    """

    rows: Mapping[str, Sequence[Row]]
    base: Mapping[str, Mapping[str, Mapping[str, str]]]
    options: Mapping[str, Sequence[str]]


def write(book: Book, target: Path, day: date) -> None:
    """Write the workbook; the same book on the same day gives the same bytes."""
    made = Workbook()
    made.remove(made.worksheets[0])
    lists = {
        title: f"{OPTIONS}!${get_column_letter(n)}$2:${get_column_letter(n)}${len(values) + 1}"
        for n, (title, values) in enumerate(book.options.items(), 1)
        if values
    }
    for sheet in SHEETS:
        _fill(made.create_sheet(sheet.name), sheet, book.rows[sheet.name], lists)
    _hidden(made.create_sheet(OPTIONS), tuple(book.options), _columns(book.options))
    marks = [
        (sheet, id, json.dumps(marks, ensure_ascii=False))
        for sheet, records in book.base.items()
        for id, marks in records.items()
    ]
    _hidden(made.create_sheet(BASE), BASE_COLUMNS, marks)
    save(made, target, day)


def _columns(options: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    height = max(map(len, options.values()), default=0)
    return [tuple(v[n] if n < len(v) else "" for v in options.values()) for n in range(height)]


def _hidden(page: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate((head, *rows), 1):
        for column, text in enumerate(row, 1):
            if text:
                put(page.cell(number, column), _escape(text))
                page.cell(number, column).number_format = _TEXT
    page.sheet_state = "hidden"
    page.protection.sheet = True


def _fill(page: Any, sheet: Sheet, rows: Sequence[Row], lists: Mapping[str, str]) -> None:
    last = get_column_letter(len(sheet.columns))
    for number, key in enumerate(sheet.columns, 1):
        _head(page, number, key)
        _offer(page, sheet, key, number, len(rows), lists)
    fixed = {sheet.id, FILE.name} if sheet.part is None else set()
    for place, row in enumerate(rows, 2):
        for number, key in enumerate(sheet.columns, 1):
            _cell(page.cell(place, number), key, row.get(key.name, ""), key.name in fixed)
        lines = max(_height(key, row.get(key.name, "")) for key in sheet.columns)
        page.row_dimensions[place].height = min(_LINE_HEIGHT * lines + 4, _VISIBLE_HEIGHT)
    page.row_dimensions[1].height = 22
    page.freeze_panes = "C2"
    page.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    _protect(page)
    page.page_setup.paperSize, page.page_setup.orientation = 9, "landscape"  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"


def _height(key: Key, text: str) -> int:
    """How many lines a cell takes."""
    return sum(lines_of(line, _width(key)) for line in text.split("\n"))


def _protect(page: Any) -> None:
    """Lock what is locked, without a password; the rest stays as free as Excel lets it be."""
    page.protection.sheet = True
    for freedom in ("autoFilter", "sort", "insertRows", "deleteRows"):
        setattr(page.protection, freedom, False)
    for freedom in ("formatCells", "formatRows", "formatColumns"):
        setattr(page.protection, freedom, False)


def _width(key: Key) -> float:
    if key is FILE:
        return 22
    if key.type.name in ("markdown", "lines") or key.name in _WIDE:
        return 40
    return _WIDTHS.get(key.type.name, 12 if key.type.name == "slug" else 24)


def _head(page: Any, number: int, key: Key) -> None:
    cell = page.cell(1, number)
    put(cell, key.name)
    cell.font, cell.border = Font(name="黑体", size=10), _BOX
    cell.fill = _NEEDED if key.required else _HEAD
    cell.alignment = Alignment("center", "center")
    cell.comment = Comment(hint(key), "", height=110, width=260)
    column = page.column_dimensions[get_column_letter(number)]
    column.width, column.protection = _width(key), Protection(locked=False)
    column.number_format = {"day": "yyyy-mm-dd", "number": "General"}.get(key.type.name, _TEXT)
    column.alignment = Alignment("left", "top", wrap_text=True)


def hint(key: Key) -> str:
    """What stands in the note of a column's head."""
    said = [f"{key.help}。" + ("必填。" if key.required else "")]
    if key.type.name in ("lines", "units", "references"):
        said.append("有几个就写几行，一行一个（Alt+Enter 换行）。")
    if key.type.choices:
        said.append(f"只能写：{'、'.join(key.type.choices)}。")
    if key.example:
        said.append(f"例：{key.example.strip('[]').replace(', ', '；')}")
    return "\n".join(said)


def _offer(
    page: Any, sheet: Sheet, key: Key, number: int, rows: int, lists: Mapping[str, str]
) -> None:
    """The drop-down list of a column; only a closed choice refuses other values."""
    closed = bool(key.type.choices)
    if closed or key.type.name == "rhythm":
        listed = f'"{",".join(key.type.choices or RHYTHMS)}"'
    else:
        listed = lists.get({"unit": "单位", "field": "领域"}.get(key.type.to, ""), "")
        listed = lists.get(f"{sheet.name}{FILE.name}", "") if key is FILE else listed
    if not listed:
        return
    offered = DataValidation("list", formula1=listed, allow_blank=True, showErrorMessage=closed)
    if closed:
        offered.errorTitle, offered.error = key.name, f"只能写：{'、'.join(key.type.choices)}"
    letter = get_column_letter(number)
    offered.add(f"{letter}2:{letter}{rows + 1 + _SPARE}")
    page.add_data_validation(offered)


def _cell(cell: Any, key: Key, text: str, locked: bool) -> None:
    value = _value(key, text)
    put(cell, _escape(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.number_format = _TEXT if len(value) <= _LONG else "General"
    elif key.type.name == "day":
        cell.number_format = "yyyy-mm-dd"
    cell.font, cell.border = Font(name="宋体", size=10), _BOX
    cell.alignment = Alignment("left", "top", wrap_text=True)
    cell.protection = Protection(locked=locked)
    if locked:
        cell.fill = _LOCKED


def _value(key: Key, text: str) -> Value:
    """A real date or number where it says exactly what was typed, else the text."""
    if key.type.name == "day":
        day = read_day(text)
        return day if day and day >= date(1900, 3, 1) else text or None
    if key.type.name == "number" and re.fullmatch(r"\d{1,9}(\.\d{1,4})?", text, re.A):
        return float(text) if f"{float(text):g}" == text else text
    return text or None


def _escape(text: str) -> str:
    return _ESCAPED.sub("_x005F_", text)
