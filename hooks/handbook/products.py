"""The files for the office: which there are, the page that offers each, and making them.

What did not change is not made again: finished files are kept in .cache/ under the hash of all that
goes into them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from handbook import urls
from handbook.formats import documents, excel, ics, word, workbooks
from handbook.links import Links
from handbook.model import Handbook
from handbook.pages.base import Context

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "products"
KEPT = 30 * 86400  # seconds since its last use


@dataclass(frozen=True, slots=True)
class Product:
    """One file to download: `write(content, target, day)` makes it of plain text and records."""

    path: str  # relative to the site's root
    page: str  # address of the page that offers it
    label: str
    content: Any
    write: Callable[[Any, Path, date], None]

    @property
    def key(self) -> str:
        """The same for the same file: the hash of its content and of the code that writes it."""
        code = b"".join(Path(module.__file__ or "").read_bytes() for module in (excel, ics, word))
        return hashlib.sha256(repr(self.content).encode() + code).hexdigest()


def products(book: Handbook, links: Links) -> Iterator[Product]:
    """Every product of a handbook, in the order of its records."""
    context = Context(book, links)
    for work in book.instruments.values():
        path = f"downloads/instruments/{work.id}.docx"
        text = documents.instrument(work)
        yield Product(path, urls.instrument(work), "下载 Word 文件", text, word.write)
    written = partial(word.write, markup=documents.FORM_MARKUP)
    for page in book.pages.values():
        if page.path.startswith("forms/") and not page.path.endswith("index.md"):
            path = f"downloads/{page.path.removesuffix('.md')}.docx"
            text = documents.form(page)
            yield Product(path, urls.page(page.path), "下载 Word 空白表单", text, written)
    for unit in book.units.values():
        page_url, path = urls.record("units", unit.id), f"downloads/units/{unit.id}"
        sheets = workbooks.unit_sheets(context, unit)
        if sheets[0].rows:
            yield Product(f"{path}.xlsx", page_url, "下载自查清单（Excel）", sheets, excel.write)
        text = ics.calendar(context, unit)
        if "BEGIN:VEVENT" in text:
            yield Product(f"{path}.ics", page_url, "下载日历", text, ics.write)
    sheets = workbooks.matrix_sheets(context)
    yield Product("downloads/matrix.xlsx", "matrix/", "下载 Excel", sheets, excel.write)
    text = ics.calendar(context)
    yield Product("downloads/calendar.ics", "calendar/", "下载日历", text, ics.write)


def make(wanted: Iterable[Product], out: Path, day: date) -> None:
    """Write the products into the site `out`. Raises RuntimeError when one fails."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(lambda product: _make(product, out, day), wanted):
            pass
    now = max((file.stat().st_mtime for file in CACHE.iterdir()), default=0)
    for file in CACHE.iterdir():
        if file.stat().st_mtime < now - KEPT:
            file.unlink()


def _make(product: Product, out: Path, day: date) -> None:
    kept = CACHE / (product.key + Path(product.path).suffix)
    if kept.exists():
        os.utime(kept)
    else:
        fresh = kept.with_suffix(f".{os.getpid()}.new")
        product.write(product.content, fresh, day)
        fresh.replace(kept)
    target = out / product.path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, target)
