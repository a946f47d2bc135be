"""The search index: text blocks of the built pages for both engines (CONTRACT section 5).

Pagefind gets a copy of the pages in which every character is a word, so that a quoted phrase of
characters finds exactly the pages that hold it. The second engine, for file:// and old browsers, is
one script with the same folded text. `assets/search.js` folds queries by the same tables.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handbook.pages import Leaf
from handbook.site import Site

BARRIER = "ꙮ"  # a letter that no page has; no phrase runs over it
KINDS = {
    "regulations": "法规",
    "rules": "制度",
    "duties": "职责",
    "units": "单位",
    "glossary": "词条",
}
# Where the characters of titles and headings are moved for Pagefind, common ones and others: rare
# Chinese characters (CJK extensions B, C and E) are letters to it, and one is never cut in two.
TITLE, HEADING = (0x20000, 0x2A700), (0x25200, 0x2B820)
BEHIND = ("已修改", "已废止")  # shown behind what is in force


@dataclass(frozen=True, slots=True)
class Block:
    """One 款, 项, heading, paragraph or table cell: its anchor, and its text without blanks."""

    id: str
    text: str
    heading: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A page as the index sees it."""

    url: str
    title: str
    kind: str
    facets: Mapping[str, tuple[str, ...]]  # field, status, unit -> values
    blocks: tuple[Block, ...]


# HTML to blocks

_TOKEN = re.compile(
    r"<!--.*?-->|<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>|[^<]+", re.S
)
_HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_TEXTS = ("p", "li", "td", "th", "dt", "dd", "blockquote", "pre", "summary", "caption", "legend")
_BOXES = ("tr", "table", "ul", "ol", "dl", "div", "section", "details", "figure", "fieldset")
_BLOCKS = frozenset((*_HEADS, *_TEXTS, *_BOXES, "label", "form"))
_ID = re.compile(r"\bid=\"([^\"]*)\"")
_SKIPPED = re.compile(r"data-noindex|class=\"(?:pl|headerlink|cited|badge)\b|class=\"badge ")
_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u3000]+")


def blocks(content: str) -> Iterator[Block]:
    """The blocks of a page's content (well-formed HTML) without what is marked data-noindex."""
    raw = list(_raw(content))
    # one pass over all texts is several times as fast as one a block
    text = html.unescape("\0".join(words for _, _, words in raw))
    texts = fold(_BLANK.sub("", text)).split("\0")
    for (anchor, heading, _), words in zip(raw, texts, strict=True):
        if words:
            yield Block(anchor, words, heading)


def _raw(content: str) -> Iterator[tuple[str, bool, str]]:
    """Anchor, whether it is a heading, and HTML text of each block that is not left out."""
    stack: list[tuple[str, str]] = []  # the open block elements: tag, nearest anchor
    words: list[str] = []
    skipped, depth = "", 0  # the tag that is left out, and how many of it are open
    for token in _TOKEN.finditer(content):
        closing, tag, attributes = token.groups()
        if tag is None:
            if not skipped and token[0][0] != "<":
                words.append(token[0])
        elif skipped:
            if tag == skipped:
                depth += -1 if closing else 1
                skipped = skipped if depth else ""
        elif tag not in _BLOCKS:
            if attributes and _SKIPPED.search(attributes):
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


@cache
def traditional() -> tuple[str, str]:
    """Traditional characters and, in the same places, their simplified forms (OpenCC's table)."""
    text = Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8")
    old, new = text.split()
    return old, new


@cache
def _table() -> dict[int, str]:
    table = {ord(old): new for old, new in zip(*traditional(), strict=True)}
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= {ord(mark): "“" for mark in '"＂'} | {ord("○"): "〇"}
    return table


def fold(text: str) -> str:
    """Half width, lower case, simplified characters; one form for quotation marks and 〇."""
    return text.translate(_table()).lower()


# Documents


def documents(site: Site, contents: Mapping[str, str]) -> list[Document]:
    """Every page, what is in force first, else in the order of the site.

    contents: address -> HTML of the page's own content.
    """
    found = [
        Document(
            leaf.url,
            leaf.title,
            KINDS.get(leaf.path.split("/")[0], "手册"),
            _facets(site, leaf),
            tuple(_page(leaf, contents[leaf.url])),
        )
        for leaf in site.leaves.values()
        if leaf.url in contents
    ]
    return sorted(found, key=lambda d: any(s in BEHIND for s in d.facets["status"]))


def _page(leaf: Leaf, content: str) -> Iterator[Block]:
    """The blocks of a page; the theme writes the title above a text that has none."""
    if "<h1" not in content:
        yield Block("", fold(_BLANK.sub("", leaf.title)), True)
    yield from blocks(content)


def _facets(site: Site, leaf: Leaf) -> dict[str, tuple[str, ...]]:
    book = site.handbook
    section, _, rest = leaf.url.partition("/")
    name = rest.split("/")[0]
    fields: Iterable[str] = ()
    units: Iterable[str] = ()
    status: tuple[str, ...] = ()
    if section == "duties" and name in book.duties:
        duty = book.duties[name]
        fields, units = (duty.field,), duty.leads.ids
    elif section in ("regulations", "rules") and name in book.instruments:
        versions = book.instruments[name].versions
        dated = [v for v in versions if leaf.url.endswith(f"/{v.published.isoformat()}/")]
        version = dated[0] if dated else book.instruments[name].current
        fields, units, status = version.fields, version.owners.ids, (version.status,)
    elif section == "units" and name in book.units:
        units = (name,)
    elif section == "fields" and name in book.fields:
        fields = (name,)
    elif leaf.path in book.pages:
        page = book.pages[leaf.path]
        fields, units = page.fields, page.owners.ids
    return {
        "field": tuple(book.fields[id].name for id in fields),
        "status": status,
        "unit": tuple(book.units[id].label for id in units),
    }


# Output


def write(site: Site, contents: Mapping[str, str], out: Path, *, pagefind: bool = True) -> None:
    """Write both engines' files into the site `out`. Raises RuntimeError if Pagefind fails."""
    found = documents(site, contents)
    characters, others = _characters(found), _others(found)
    data = {**_data(site), "characters": characters, "others": others}
    data["shift"] = {"title": TITLE, "heading": HEADING}
    _script(out / "assets/search-data.js", "handbookSearchData", data)
    _script(out / "assets/search-text.js", "handbookSearchText", [_row(d) for d in found])
    _script(out / "assets/search-pages.js", "handbookSearchPages", [_card(d) for d in found])
    if pagefind:
        with tempfile.TemporaryDirectory(prefix="handbook-search-") as folder:
            copy = Path(folder)
            for number, document in enumerate(found):
                text = _copy(document, number, others)
                (copy / f"{number}.html").write_text(text, encoding="utf-8")
            _pagefind(copy, out / "pagefind", characters)


def _script(path: Path, name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # valid inside a script of any age: these two end a line in old JavaScript
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"window.{name}={text};\n", encoding="utf-8", newline="\n")


def _data(site: Site) -> dict[str, object]:
    return {
        "asOf": site.handbook.as_of.isoformat(),
        "fold": list(traditional()),
        "synonyms": list(_synonyms(site)),
    }


def _synonyms(site: Site) -> Iterator[tuple[str, ...]]:
    """Groups of names for the same thing, folded."""
    book = site.handbook
    for work in book.instruments.values():
        yield from _group(work.names)
    for unit in book.units.values():
        yield from _group((unit.name, unit.short, *unit.aliases))
    for term in book.terms.values():
        yield from _group((term.name, *term.aliases))
    for synonym in book.synonyms:
        yield from _group((synonym.word, *synonym.others))


def _group(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    folded = tuple(dict.fromkeys(fold(_BLANK.sub("", name)) for name in names if name))
    if len(folded) > 1:
        yield folded


def _row(document: Document) -> list[object]:
    return [*_card(document), [[b.id, b.text, int(b.heading)] for b in document.blocks]]


def _card(document: Document) -> list[object]:
    """What facets and nearest titles need of a page."""
    facets = document.facets
    values = [list(facets[name]) for name in ("field", "status", "unit")]
    return [document.url, document.title, document.kind, *values]


def _characters(found: Iterable[Document]) -> str:
    """Every character of the texts that Pagefind would drop, being neither letter nor digit."""
    used = set("".join(block.text for document in found for block in document.blocks))
    return "".join(sorted(c for c in used if not _word(c) and c != '"'))


def _word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"


def _copy(document: Document, order: int, others: str) -> str:
    """The page with every character a word; its title and headings once more, shifted."""
    metas = "".join(
        f'<i data-pagefind-meta="{name}:{html.escape(value)}"></i>'
        for name, value in (("t", document.title), ("k", document.kind), ("u", document.url))
    )
    title = _shifted(f"^{_name(document)}$", TITLE, others)
    heads = " ".join(
        f"{_shifted(block.text, HEADING, others)} {BARRIER}"
        for block in document.blocks
        if block.heading
    )
    texts = "".join(
        f"<p>{_escaped(' '.join(block.text))} {BARRIER} {_hidden(block)}</p>"
        for block in document.blocks
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title>'
        f'<body data-pagefind-body data-pagefind-sort="order:{order:07d}">'
        f"{metas}{texts}"
        f"<p>{_escaped(title)} {BARRIER}</p>"
        f"<p>{_escaped(heads)}</p></body></html>"
    )


def _escaped(text: str) -> str:
    return html.escape(text, quote=False) if "&" in text or "<" in text else text


def _name(document: Document) -> str:
    return fold(_BLANK.sub("", document.title))


def _shifted(text: str, to: tuple[int, int], others: str) -> str:
    """Single characters moved where no text is, so that a phrase of them is found there only."""
    han, rest = to
    return " ".join(
        chr(han + ord(c) - 0x4E00) if "\u4e00" <= c <= "\u9fff" else chr(rest + others.index(c))
        for c in text
    )


def _others(found: Iterable[Document]) -> str:
    """What is no common Chinese character in titles and headings, each by its place here."""
    used = set("^$")
    for document in found:
        used |= {*_name(document), *(c for b in document.blocks if b.heading for c in b.text)}
    return "".join(sorted(c for c in used if not "\u4e00" <= c <= "\u9fff"))


_PRIVATE = {byte: 0xE100 + byte for byte in range(256)}


def _hidden(block: Block) -> str:
    """The block's anchor in private characters, which Pagefind keeps but does not index."""
    name = ("#" if block.heading else "-") + block.id
    return name.encode("utf-8").decode("latin-1").translate(_PRIVATE)


def _pagefind(copy: Path, out: Path, characters: str) -> None:
    command = [sys.executable, "-m", "pagefind_bin", "--site", str(copy), "--output-path", str(out)]
    options = ["--include-characters", characters, "--quiet"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"搜索索引没有做成：{done.stderr.strip() or done.stdout.strip()}")
    for extra in out.glob("pagefind-*"):  # its own interfaces, which nothing loads
        if extra.suffix in (".css", ".js") and extra.name != "pagefind-worker.js":
            extra.unlink()
