"""The files for the office: each instrument and each blank form (docs/forms/) as a Word file.

What did not change is not made again: finished files are kept in .cache/ under the hash of all that
goes into them.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from handbook import urls
from handbook.formats import word
from handbook.model import Block, Handbook, Instrument, Page

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "products"
KEPT = 30 * 86400  # seconds since its last use
_FORMS = "forms/"
_MARKDOWN = "markdown-citations-tex_math_dollars-raw_tex-subscript-superscript-strikeout"


@dataclass(frozen=True, slots=True)
class Product:
    """One file to download, the page that offers it, and what it is made of."""

    path: str  # relative to the site's root
    page: str  # address
    label: str
    source: str
    markup: str  # as pandoc calls it

    @property
    def key(self) -> str:
        """The same for the same file: the hash of its source and of the code that writes it."""
        code = Path(word.__file__).read_bytes()
        return hashlib.sha256(
            b"\0".join((self.source.encode(), self.markup.encode(), code))
        ).hexdigest()


def products(handbook: Handbook) -> Iterator[Product]:
    """Every product of a handbook, in the order of its records."""
    for work in handbook.instruments.values():
        path = f"downloads/instruments/{work.id}.docx"
        yield Product(path, urls.instrument(work), "下载 Word 文件", _instrument(work), "html")
    for page in handbook.pages.values():
        if page.path.startswith(_FORMS) and not page.path.endswith("index.md"):
            path = f"downloads/{page.path.removesuffix('.md')}.docx"
            yield Product(path, urls.page(page.path), "下载 Word 空白表单", _form(page), _MARKDOWN)


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
        word.write(product.source, fresh, day, markup=product.markup)
        fresh.replace(kept)
    target = out / product.path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, target)


# Instruments

_STYLES = {
    "book": "章",
    "division": "章",
    "chapter": "章",
    "preamble": "章",
    "annex": "章",
    "heading": "章",
    "section": "节",
}


def _instrument(work: Instrument) -> str:
    version = work.current
    rows = [_styled("Title", escape(version.title))]
    issued = f"（{_day(version.published)}{version.issuer}公布）"
    if version.text == "示范文本":
        issued = "（示范文本）"
    rows.append(_styled("题注行", escape(issued)))
    if version.summary:
        rows.append(
            _styled("说明", "本文是自行概括的要点，不是官方文本，办事引用时以官方文本为准。")
        )
    number = ""
    for block in version.body.blocks:
        if block.kind == "article":
            number = block.label
        elif block.kind == "table":
            rows.append(_table(block.text))
        else:
            rows.append(_styled(_style(block), _text(block, number)))
            number = ""
    if version.pending:
        rows.append(_styled("说明", f"待核实：{escape(version.pending)}"))
    if version.text == "示范文本":
        rows.append(_styled("版记", f"{escape(version.issuer)}　　　＿＿＿年＿＿月＿＿日印发"))
    return "\n".join(rows)


def _style(block: Block) -> str:
    if block.kind == "part":
        return "Heading 1" if len(block.text) <= 40 and block.text[-1:] not in "。；：，" else "条"
    return _STYLES.get(block.kind, "条")


def _text(block: Block, number: str) -> str:
    text = escape(block.text)
    if number:
        return f'<span data-custom-style="条号">{escape(number)}</span>　{text}'
    space = "　" if block.kind in _STYLES and block.label else ""
    return f"{escape(block.label)}{space}{text}"


def _styled(style: str, html: str) -> str:
    return f'<div data-custom-style="{style}"><p>{html}</p></div>'


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _table(text: str) -> str:
    rows = [line.strip().strip("|").split("|") for line in text.split("\n")]
    rows = [row for row in rows if not all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in row)]
    cells = ("".join(f"<td>{escape(cell.strip())}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


# Forms

_NOTES = re.compile(r"\*\*(?:什么时候用|怎么填)\*\*|不写|不填|依据：")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def _form(page: Page) -> str:
    """The form first, how to fill it in last; what a page only links to is named."""
    blocks = re.split(r"\n\s*\n", _LINK.sub(r"\1", page.text).strip())
    notes = [block for block in blocks if _NOTES.match(block)]
    rows = [_div("Title", page.title)]
    for block in blocks:
        titled = re.fullmatch(r"\*\*([^*]+)\*\*(.*)", block)
        if block not in notes:
            rows.append(_div("章", titled[1] + titled[2]) if titled else block)
    if notes:
        rows += [_div("说明", "填写说明"), *(_div("说明", note) for note in notes)]
    return "\n\n".join(rows) + "\n"


def _div(style: str, text: str) -> str:
    return f'::: {{custom-style="{style}"}}\n{text}\n:::'
