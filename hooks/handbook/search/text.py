"""Text for search: the blocks of a page's HTML, and the folding that search.js does alike.

A block is one 款, 项, heading, paragraph or table cell (CONTRACT section 5). Left out is what the
templates mark `data-noindex`, and permalinks, badges and the lists of who cites a provision.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its anchor, its text without blanks, and how that is printed where it differs.

    text: half width, simplified, in its own case. shown: as on the page, "" for `printed(text)`.
    """

    id: str
    text: str
    heading: bool
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A page as the index sees it."""

    url: str
    title: str
    kind: str
    facets: Mapping[str, tuple[str, ...]]  # field, status, unit -> values
    blocks: tuple[Block, ...]


# HTML to blocks

_ATTRIBUTES = r"[^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*"
# text, and the tag after it: whether it closes, its name and attributes
_TOKEN = re.compile(
    rf"([^<]*)(?:<(/?)([a-zA-Z][a-zA-Z0-9]*)({_ATTRIBUTES})>|<!--.*?-->|<|\Z)", re.S
)
_HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_TEXTS = ("p", "li", "td", "th", "dt", "dd", "blockquote", "pre", "summary", "caption", "legend")
_BOXES = ("tr", "table", "ul", "ol", "dl", "div", "section", "details", "figure", "fieldset")
_BLOCKS = frozenset((*_HEADS, *_TEXTS, *_BOXES, "label", "form"))
_EMPTY = frozenset(("img", "br", "hr", "input", "wbr", "col", "source"))
_CODE = frozenset(("script", "style", "template"))
_ID = re.compile(r"\bid=\"([^\"]*)\"")
_SKIPPED = re.compile(r"data-noindex|class=\"(?:pl|headerlink|cited|badge)[ \"]")
# what is invisible, and the private characters, in which the index keeps its notes
_UNSEEN = re.compile(
    r"[\x01-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]+"
)


def blocks(content: str) -> Iterator[Block]:
    """The blocks of a page's content (well-formed HTML) without what is marked data-noindex."""
    raw = list(_raw(content.replace("\0", "")))
    # one pass over all texts is several times as fast as one a block
    whole = squeeze(html.unescape("\0".join(words for _, _, words in raw)))
    text = shape(whole)
    parts = zip(raw, text.split("\0"), whole.split("\0"), printed(text).split("\0"), strict=True)
    for (anchor, heading, _), words, original, usual in parts:
        if words:
            yield Block(anchor, words, heading, "" if original == usual else original)


def _raw(content: str) -> Iterator[tuple[str, bool, str]]:
    """Anchor, whether it is a heading, and HTML text of each block that is not left out."""
    stack: list[tuple[str, str]] = []  # the open block elements: tag, nearest anchor
    words: list[str] = []
    skipped, depth = "", 0  # the tag that is left out, and how many of it are open
    for text, closing, tag, attributes in _TOKEN.findall(content):
        if text and not skipped:
            words.append(text)
        if not tag:
            continue
        if skipped:
            if tag == skipped:
                depth += -1 if closing else 1
                skipped = skipped if depth else ""
        elif tag not in _BLOCKS:
            out = tag in _CODE or (attributes and _SKIPPED.search(attributes))
            if out and not closing and tag not in _EMPTY:
                skipped, depth = tag, 1
        else:
            if words:
                yield _block(stack, words)
                words = []
            if closing:
                while stack and stack.pop()[0] != tag:
                    pass
            elif attributes and _SKIPPED.search(attributes):
                skipped, depth = tag, 1
            else:
                found = _ID.search(attributes) if attributes else None
                above = stack[-1][1] if stack else ""
                stack.append((tag, html.unescape(found[1]) if found else above))
    if words:
        yield _block(stack, words)


def _block(stack: list[tuple[str, str]], words: list[str]) -> tuple[str, bool, str]:
    tag, anchor = stack[-1] if stack else ("", "")
    return anchor, tag in _HEADS, "".join(words)


# Folding: the same in assets/search.js

# one form each for quotation marks, square brackets and zero; İ would grow in lower case
ALIKE = {'"＂”„‟「」『』': "“", "〔【［": "[", "〕】］": "]", "○": "〇", "İ": "i"}


@cache
def traditional() -> tuple[str, str]:
    """Traditional characters and, in the same places, their simplified forms (OpenCC's table)."""
    text = Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8")
    old, new = text.split()
    return old, new


@cache
def _table() -> dict[str, str]:
    table = dict(zip(*traditional(), strict=True))
    table |= {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    return table | {mark: form for marks, form in ALIKE.items() for mark in marks}


@cache
def _other_shapes() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(_table()))}]")


def squeeze(text: str) -> str:
    """Without blanks and what is invisible."""
    return _UNSEEN.sub("", "".join(text.split()))


def shape(text: str) -> str:
    """Half width and simplified, one form for marks that look alike; as long as before."""
    table = _table()
    return _other_shapes().sub(lambda c: table[c[0]], text)  # str.translate takes twice as long


def fold(text: str) -> str:
    """A text as it is compared: without blanks, in one shape, in lower case."""
    return shape(squeeze(text)).lower()


_QUOTED, _YEAR = re.compile(r"“([^“\0]*)“"), re.compile(r"\[(\d{4})\]", re.ASCII)
_BESIDE = "[\u3400-\u9fff《》“”]"
_HALF = re.compile(f"[(),:;?!](?:(?<={_BESIDE}.)|(?={_BESIDE}))")


def printed(text: str) -> str:
    """Shaped text as it is usually printed: full-width marks beside Chinese characters."""
    text = _YEAR.sub(r"〔\1〕", _QUOTED.sub(r"“\1”", text))
    return _HALF.sub(lambda mark: chr(ord(mark[0]) + 0xFEE0), text)
