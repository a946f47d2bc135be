"""Workbooks as clerks and their programs leave them: exported, then changed step by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from handbook import exchange

AS_OF = date(2026, 11, 25)
Step = Sequence[Any]


def exported(content: Path, folder: Path, *steps: Step) -> Path:
    """The content's workbook with the steps done to it."""
    file = folder / "手册.xlsx"
    assert exchange.export(content, file, AS_OF) == 0
    altered(file, steps)
    return file


def altered(file: Path, steps: Sequence[Step]) -> None:
    """Do the steps: [what, sheet, ...] (see below), or [字节, how] last."""
    book = load_workbook(file)
    for what, *rest in steps:
        if what != "字节":
            _DO[what](book, *rest)
    book.save(file)
    for what, *rest in steps:
        if what == "字节":
            file.write_bytes(_BYTES[rest[0]](file.read_bytes()))


def cell(book: Any, sheet: str, at: str, value: Any) -> None:
    """[格, 职责, 频次2, 每年]: a column's name and a row; [格, 职责, =频次2, …]: a formula."""
    head = [head.value for head in book[sheet][1]]
    name = at.rstrip("0123456789")
    column = head.index(name) + 1 if name in head else len(head) + 1
    made = book[sheet].cell(int(at[len(name) :]), column)
    made.value = value
    if isinstance(value, str) and not value.startswith("=公式"):
        made.data_type = "s"


def rename_column(book: Any, sheet: str, old: str, new: str) -> None:
    found = next(head for head in book[sheet][1] if head.value == old)
    found.value = new


def delete_column(book: Any, sheet: str, name: str) -> None:
    head = [head.value for head in book[sheet][1]]
    book[sheet].delete_cols(head.index(name) + 1)


def rename_sheet(book: Any, sheet: str, new: str) -> None:
    book[sheet].title = new


_DO: dict[str, Any] = {
    "格": cell,
    "改列名": rename_column,
    "删列": delete_column,
    "改表名": rename_sheet,
    "加表": lambda book, name: book.create_sheet(name),
    "删表": lambda book, name: book.remove(book[name]),
    "删行": lambda book, sheet, row: book[sheet].delete_rows(row),
    "合并": lambda book, sheet, cells: book[sheet].merge_cells(cells),
}
_BYTES: dict[str, Any] = {
    "截断": lambda data: data[: len(data) // 2],
    "文字": lambda data: "编号,事项\n".encode(),
    "旧格式": lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "密码": lambda data: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    ),
}
