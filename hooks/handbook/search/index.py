"""Pagefind's index: a copy of the pages in which every character is a word.

A quoted phrase of characters then finds exactly the pages that hold it. Pagefind goes through all
pages that have a character once for each page that has the others too, so its time grows with the
square of the pages. So the pages are in groups, and a character in another group is another word:
统a is 统 in the second group (a rare character instead of a letter makes Pagefind's compression
several times as slow). The words of one character are neighbours in the index, so that a query
loads no more than without groups. Pagefind also takes a word like 2a apart, so search.js keeps of
an answer only the pages of the group that was asked. The pages' order tells their places: an answer
in that order gives them as scores.
"""

from __future__ import annotations

import html
import os
import random
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pagefind_bin import get_executable

from handbook.search.text import Document, fold
from handbook.tools import not_installed

# Pages in a group: of their texts, and of their titles and headings, which are short
GROUP, WIDE = 50, 500
# Where the characters of titles and headings are moved, common ones and others, so that a phrase of
# them is found there only: rare Chinese characters (CJK extensions B, C and E) are letters to
# Pagefind, and one is never cut in two.
TITLE, HEADING = (0x20000, 0x2A700), (0x25200, 0x2B820)
_APART = "\ue000"  # between headings; no phrase runs over a private character
_PRIVATE = {byte: 0xE100 + byte for byte in range(256)}


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What search.js must know of the index's characters."""

    used: frozenset[str]  # all of the texts and titles
    known: str  # in texts, but neither letters nor digits
    others: str  # in titles and headings, but no common Chinese characters

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Alphabet:
        """The characters of the documents."""
        used, heads = set(), set("^$")
        for document in documents:
            used |= set("".join([block.text for block in document.blocks]))
            heads |= set(fold(document.title))
            heads |= set("".join([b.text for b in document.blocks if b.heading]).lower())
        return cls(
            frozenset(used | heads),
            "".join(sorted(c for c in used if unicodedata.category(c)[0] not in "LN")),
            "".join(sorted(c for c in heads if not "\u4e00" <= c <= "\u9fff")),
        )


@contextmanager
def writing(documents: Iterable[Document], alphabet: Alphabet, out: Path) -> Iterator[None]:
    """Write Pagefind's index of the documents, in their order, beside what is done in the block.

    Raises RuntimeError if it fails.
    """
    copies = [
        _copy(d, number, alphabet.others).encode("utf-8") for number, d in enumerate(documents)
    ]
    place = _in_memory(sum(map(len, copies)))
    with tempfile.TemporaryDirectory(prefix="handbook-search-", dir=place) as folder:
        for number, copy in enumerate(copies):
            Path(folder, f"{number}.html").write_bytes(copy)
        del copies
        process = _pagefind(Path(folder), out, alphabet.known)
        try:
            yield
        except BaseException:
            process.kill()
            raise
        finally:
            said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"搜索索引没有做成：{said.strip() or process.returncode}")
    for extra in out.glob("pagefind-*"):  # its own interfaces, which nothing loads
        if extra.suffix in (".css", ".js"):
            extra.unlink()
    (out / "wasm.en.pagefind").unlink(missing_ok=True)


def _in_memory(size: int) -> str | None:
    """Where the system keeps files in memory, if it has room for several times the size: a disk
    takes up to ten times as long for thousands of small files that are soon deleted."""
    place = "/dev/shm"
    with suppress(OSError):
        if os.access(place, os.W_OK) and shutil.disk_usage(place).free > 4 * size:
            return place
    return None


def _copy(document: Document, order: int, others: str) -> str:
    """The page with every character a word; its title and headings once more, moved."""
    end, wide = f"{_letters(order // GROUP)} ", f"{_letters(order // WIDE)} "
    notes = [_hidden(document.url, document.kind, document.title)]
    notes += [_hidden("#" if b.heading else "-", b.id, b.shown) for b in document.blocks]
    words = ["", *(end.join(b.text) + end for b in document.blocks)]
    texts = " ".join(text + note for text, note in zip(words, notes, strict=True))
    title = fold(document.title)
    whole = _moved(f"^{title}$", TITLE, others, wide)
    headings = dict.fromkeys((title, *(b.text.lower() for b in document.blocks if b.heading)))
    heads = f"{_APART} ".join(_moved(text, HEADING, others, wide) for text in headings)
    return (
        '<!doctype html><html lang="zxx"><meta charset="utf-8"><title>x</title>'
        f'<body data-pagefind-body data-pagefind-sort="order:{order}">'
        f"<p>{html.escape(texts, quote=False)}</p><p>{whole}{_APART} {heads}</p>"
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


def _hidden(*notes: str) -> str:
    """What Pagefind keeps but does not index: of the page, then behind each block."""
    return "\n".join(notes).encode("utf-8").decode("latin-1").translate(_PRIVATE)


def _pagefind(copy: Path, out: Path, known: str) -> subprocess.Popen[str]:
    """Pagefind, started."""
    # a quotation mark is never in a text's one shape, and Pagefind reads it as a phrase's end
    options = ["--include-characters", known, "--quiet"]
    try:
        command = [get_executable(), "--site", str(copy), "--output-path", str(out), *options]
        with _one_core():
            return subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
            )
    except OSError as error:
        raise not_installed("搜索索引要用的 Pagefind ") from error


@contextmanager
def _one_core() -> Iterator[None]:
    """What is started here stays on one core: threads of Pagefind that wait for each other take a
    tenth of its time, and the other cores go on with the build."""
    before: set[int] = set()
    with suppress(AttributeError, OSError):  # not on this system, or not allowed
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {random.choice(sorted(cores))})
        before = cores
    try:
        yield
    finally:
        if before:
            os.sched_setaffinity(0, before)
