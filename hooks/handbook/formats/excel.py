"""Excel files: sheets of plain values, formatted for the screen and for A4 paper."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

Value = str | float | date | None
_HEAD = PatternFill("solid", fgColor="F3E3E1")
_LINE = Side(style="thin", color="B8BABE")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_LINE_HEIGHT = 13  # points, of 10-point text
_HEADS = 2  # rows above the records: title, names of the columns
_SAVED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</)")
_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "、"))


@dataclass(frozen=True, slots=True)
class Column:
    """width: in characters; choices: of a drop-down; upright: its name is set vertically."""

    name: str
    width: float
    choices: tuple[str, ...] = ()
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `fixed` columns stay in view and on every printed page."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    fixed: int = 2


def write(sheets: Sequence[Sheet], target: Path, day: date) -> None:
    """Write the sheets as .xlsx; the same sheets give the same bytes. No text is ever a formula."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name.translate(_NAME)[:31]), sheet)
    save(book, target, day)


def save(book: Workbook, target: Path, day: date) -> None:
    """Write a workbook; the same one on the same day gives the same bytes."""
    book.properties.creator = ""
    book.properties.created = book.properties.modified = datetime(day.year, day.month, day.day)
    raw = io.BytesIO()
    book.save(raw)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_dated(raw, day))


def _fill(page: Any, sheet: Sheet) -> None:
    last = get_column_letter(len(sheet.columns))
    page.merge_cells(f"A1:{last}1")
    put(page.cell(1, 1), sheet.title)
    page.cell(1, 1).font = Font(name="黑体", size=14)
    page.row_dimensions[1].height = 24
    for number, column in enumerate(sheet.columns, 1):
        cell = page.cell(_HEADS, number)
        put(cell, column.name)
        cell.font, cell.fill, cell.border = Font(name="黑体", size=10), _HEAD, _BOX
        cell.alignment = Alignment(
            "center", "center", wrap_text=True, textRotation=255 if column.upright else 0
        )
        page.column_dimensions[get_column_letter(number)].width = column.width
    for place, row in enumerate(sheet.rows, _HEADS + 1):
        for number, (column, value) in enumerate(zip(sheet.columns, row, strict=True), 1):
            cell = page.cell(place, number)
            put(cell, value)
            cell.font, cell.border = Font(name="宋体", size=10), _BOX
            level = "center" if column.upright or isinstance(value, (date, int, float)) else "left"
            cell.alignment = Alignment(level, "center", wrap_text=True)
        lines = (lines_of(value, c.width) for c, value in zip(sheet.columns, row, strict=True))
        page.row_dimensions[place].height = _LINE_HEIGHT * max(lines, default=1) + 4
    names = (_LINE_HEIGHT * (len(c.name) if c.upright else 1) for c in sheet.columns)
    page.row_dimensions[_HEADS].height = max(names, default=_LINE_HEIGHT) + 6
    _choices(page, sheet)
    page.freeze_panes = page.cell(_HEADS + 1, sheet.fixed + 1)
    page.auto_filter.ref = f"A{_HEADS}:{last}{max(_HEADS + len(sheet.rows), _HEADS + 1)}"
    _paper(page, sheet)


def lines_of(value: Value, width: float) -> int:
    """How many lines a value takes in a column; Chinese characters are two wide."""
    wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in str(value or ""))
    return max(1, math.ceil(wide / max(1, width - 1)))


def put(cell: Any, value: Value) -> None:
    """Set a cell's value; a text stays a text whatever it begins with."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = stays one
        cell.quotePrefix = value[:1] in ("=", "+", "-", "@")
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def _choices(page: Any, sheet: Sheet) -> None:
    for number, column in enumerate(sheet.columns, 1):
        if column.choices and sheet.rows:
            letter = get_column_letter(number)
            listed = DataValidation("list", formula1=f'"{",".join(column.choices)}"')
            listed.add(f"{letter}{_HEADS + 1}:{letter}{_HEADS + len(sheet.rows)}")
            page.add_data_validation(listed)


def _paper(page: Any, sheet: Sheet) -> None:
    page.page_setup.paperSize, page.page_setup.orientation = 9, "landscape"  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"1:{_HEADS}"
    page.print_title_cols = f"A:{get_column_letter(sheet.fixed)}"
    page.oddFooter.center.text = "第 &P 页，共 &N 页"
    page.page_margins.left = page.page_margins.right = 0.4  # inches


def _dated(raw: io.BytesIO, day: date) -> bytes:
    """The same archive with one date on every entry."""
    made = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            named = zipfile.ZipInfo(
                entry.filename, (max(day.year, 1980), day.month, day.day, 0, 0, 0)
            )
            named.compress_type = zipfile.ZIP_DEFLATED
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":  # openpyxl writes the hour in which it saved
                content = _SAVED.sub(b"\\g<1>%sT00:00:00Z\\2" % day.isoformat().encode(), content)
            new.writestr(named, content)
    return made.getvalue()
