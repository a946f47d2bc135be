"""The files for the office: which there are, the page that offers each, and making them.

What did not change is not made again: finished files are kept in .cache/ under the hash of all that
goes into them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from handbook import urls
from handbook.formats import book as bound
from handbook.formats import coursepack, documents, excel, ics, typeset, word, workbooks
from handbook.pages.base import Context
from handbook.site import Site

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "products"
KEPT = 30 * 86400  # seconds since its last use


@dataclass(frozen=True, slots=True)
class Product:
    """One file to download: `write(content(pages), target, day)` makes it.

    pages: address -> HTML of the page's own content.
    """

    path: str  # relative to the site's root
    page: str  # address of the page that offers it
    label: str
    content: Callable[[Mapping[str, str]], Any]
    write: Callable[[Any, Path, date], None]


def products(site: Site) -> Iterator[Product]:
    """Every product of a handbook, in the order of its records."""
    book, context = site.handbook, Context(site.handbook, site.links)
    yield Product(
        "downloads/handbook.pdf",
        "",
        "下载全书（PDF）",
        partial(bound.book, context, site.leaves),
        typeset.write,
    )
    for work in book.instruments.values():
        path = f"downloads/instruments/{work.id}.docx"
        text = documents.instrument(work)
        yield Product(path, urls.instrument(work), "下载 Word 文件", _always(text), word.write)
    written = partial(word.write, markup=documents.FORM_MARKUP)
    for page in book.pages.values():
        if page.path.startswith("forms/") and not page.path.endswith("index.md"):
            path = f"downloads/{page.path.removesuffix('.md')}.docx"
            text = documents.form(page)
            yield Product(path, urls.page(page.path), "下载 Word 空白表单", _always(text), written)
    for unit in book.units.values():
        page_url, path = urls.record("units", unit.id), f"downloads/units/{unit.id}"
        sheets = workbooks.unit_sheets(context, unit)
        if sheets[0].rows:
            yield Product(
                f"{path}.xlsx", page_url, "下载自查清单（Excel）", _always(sheets), excel.write
            )
        text = ics.calendar(context, unit)
        if "BEGIN:VEVENT" in text:
            yield Product(f"{path}.ics", page_url, "下载日历", _always(text), ics.write)
    for course in book.courses.values():
        made = partial(coursepack.pack, context, course)
        path, page_url = f"downloads/courses/{course.id}.pdf", urls.record("training", course.id)
        yield Product(path, page_url, "下载讲义（PDF）", made, typeset.write)
    sheets = workbooks.matrix_sheets(context)
    yield Product("downloads/matrix.xlsx", "matrix/", "下载 Excel", _always(sheets), excel.write)
    text = ics.calendar(context)
    yield Product("downloads/calendar.ics", "calendar/", "下载日历", _always(text), ics.write)


def _always(content: Any) -> Callable[[Mapping[str, str]], Any]:
    return lambda pages: content


def make(wanted: Iterable[Product], pages: Mapping[str, str], out: Path, day: date) -> str:
    """Write the products into the site `out`; returns what went wrong, one line each, or ""."""
    CACHE.mkdir(parents=True, exist_ok=True)
    code = _code()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = pool.map(lambda product: _make(product, pages, code, out, day), wanted)
        wrong = "\n".join(filter(None, faults))
    now = max((file.stat().st_mtime for file in CACHE.iterdir()), default=0)
    for file in CACHE.iterdir():
        if file.stat().st_mtime < now - KEPT:
            file.unlink()
    return wrong


def _code() -> bytes:
    """What writes the files: other code makes other files."""
    folder = Path(word.__file__).parent
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())


def _make(product: Product, pages: Mapping[str, str], code: bytes, out: Path, day: date) -> str:
    content = product.content(pages)
    key = hashlib.sha256(repr(content).encode() + code).hexdigest()
    kept = CACHE / (key + Path(product.path).suffix)
    if kept.exists():
        os.utime(kept)
    else:
        fresh = kept.with_suffix(f".{os.getpid()}.new")
        try:
            product.write(content, fresh, day)
        except RuntimeError as error:
            return f"{product.path} 没有做成：{error}"
        fresh.replace(kept)
    target = out / product.path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, target)
    return ""
