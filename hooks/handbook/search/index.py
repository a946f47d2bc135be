"""Pagefind's index: a copy of the pages in which every character is a word.

A quoted phrase of characters then finds exactly the pages that hold it. Pagefind goes through all
pages that have a character once for each page that has the others too, so its time grows with the
square of the pages. So the pages are in groups, and a character in another group is another word:
统a is 统 in the second group (a rare character instead of a letter makes Pagefind's compression
several times as slow). The words of one character are neighbours in the index, so that a query
loads no more than without groups. Pagefind also takes a word like 2a apart, so search.js keeps of
an answer only the pages of the group that was asked.
"""

from __future__ import annotations

import html
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pagefind_bin import get_executable

from handbook.search.text import Block, Document, fold

# Pages in a group: of their texts, and of their titles and headings, which are short
GROUP, WIDE = 100, 1000
# Where the characters of titles and headings are moved, common ones and others, so that a phrase of
# them is found there only: rare Chinese characters (CJK extensions B, C and E) are letters to
# Pagefind, and one is never cut in two.
TITLE, HEADING = (0x20000, 0x2A700), (0x25200, 0x2B820)
# On every page, to learn their order; it sorts behind all words, so that little else comes with it
# (CJK extension F). An empty query would load the whole index.
EVERY = "\U0002ceb0"
_APART = "\ue000"  # between headings; no phrase runs over a private character
_PRIVATE = {byte: 0xE100 + byte for byte in range(256)}


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What search.js must know of the index's characters."""

    known: str  # in texts, but neither letters nor digits
    others: str  # in titles and headings, but no common Chinese characters

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Alphabet:
        """The characters of the documents."""
        used, others = set(), set("^$")
        for document in documents:
            used |= set("".join(block.text for block in document.blocks))
            others |= set(fold(document.title))
            others |= set("".join(b.text for b in document.blocks if b.heading).lower())
        return cls(
            "".join(sorted(c for c in used if unicodedata.category(c)[0] not in "LN")),
            "".join(sorted(c for c in others if not "\u4e00" <= c <= "\u9fff")),
        )


def write(documents: Iterable[Document], alphabet: Alphabet, out: Path) -> None:
    """Write Pagefind's index of the documents, in their order. Raises RuntimeError if it fails."""
    with tempfile.TemporaryDirectory(prefix="handbook-search-") as folder:
        for number, document in enumerate(documents):
            path = Path(folder, f"{number}.html")
            path.write_text(_copy(document, number, alphabet.others), encoding="utf-8")
        _pagefind(Path(folder), out, alphabet.known)


def _copy(document: Document, order: int, others: str) -> str:
    """The page with every character a word; its title and headings once more, moved."""
    group = _letters(order // GROUP)
    end, wide = f"{group} ", f"{_letters(order // WIDE)} "
    metas = "".join(
        f'<i data-pagefind-meta="{name}:{html.escape(value)}"></i>'
        for name, value in (
            ("t", document.title),
            ("k", document.kind),
            ("u", document.url),
            ("g", group),
        )
        if value
    )
    texts = "".join(f"{end.join(b.text)}{end}{_hidden(b)} " for b in document.blocks)
    title = fold(document.title)
    whole = _moved(f"^{title}$", TITLE, others, wide)
    heads = f"{_APART} ".join(
        _moved(text, HEADING, others, wide)
        for text in (title, *(b.text.lower() for b in document.blocks if b.heading))
    )
    return (
        '<!doctype html><html lang="zxx"><meta charset="utf-8"><title>x</title>'
        f'<body data-pagefind-body data-pagefind-sort="order:{order:07d}">{metas}'
        f"<p>{html.escape(texts, quote=False)}</p><p>{whole}{_APART} {heads} {EVERY}</p>"
        "</body></html>"
    )


def _letters(group: int) -> str:
    """What the words of a group end with: nothing, a … z, aa, ab …"""
    letters = ""
    while group:
        group, letter = divmod(group - 1, 26)
        letters = chr(97 + letter) + letters
    return letters


def _moved(text: str, to: tuple[int, int], others: str, end: str) -> str:
    """A text's characters as words of their own, where no page's text is."""
    han, rest = to
    moved = (
        chr(han + ord(c) - 0x4E00) if "\u4e00" <= c <= "\u9fff" else chr(rest + others.index(c))
        for c in text
    )
    return "".join(c + end for c in moved)


def _hidden(block: Block) -> str:
    """What Pagefind keeps but does not index: whether a heading, anchor, and how it is printed."""
    parts = ("#" if block.heading else "-") + block.id + (f"\n{block.shown}" if block.shown else "")
    return parts.encode("utf-8").decode("latin-1").translate(_PRIVATE)


def _pagefind(copy: Path, out: Path, known: str) -> None:
    command = [str(get_executable()), "--site", str(copy), "--output-path", str(out)]
    # a quotation mark is never in a text's one shape, and Pagefind reads it as a phrase's end
    options = ["--include-characters", known, "--quiet"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"搜索索引没有做成：{done.stderr.strip() or done.stdout.strip()}")
    for extra in out.glob("pagefind-*"):  # its own interfaces, which nothing loads
        if extra.suffix in (".css", ".js"):
            extra.unlink()
    (out / "wasm.en.pagefind").unlink(missing_ok=True)
