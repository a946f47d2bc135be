"""An instrument's text as HTML: an id, a permalink and a citation label on every provision.

Chapters are Markdown headings, so that any renderer lists them in the page's contents; everything
else is HTML that no Markdown reader changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup, escape

from handbook.citations import Href, Link, mark_up
from handbook.model import Block, Body
from handbook.provisions import cite

_LEVELS = {
    "book": 2,
    "division": 2,
    "chapter": 2,
    "preamble": 2,
    "annex": 2,
    "heading": 2,
    "section": 3,
}
_CLASSES = {"paragraph": "para", "point": "point", "subpoint": "subpoint", "indent": "indent"}
_TITLE = 40  # characters
_ENDS = ("。", "；", "：", "，")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]#|~]")


def render(
    body: Body,
    spans: Mapping[int, Sequence[Link]],
    href: Href,
    cited: Mapping[str, Markup],
    title: str,
) -> Markup:
    """The body as Markdown with HTML blocks.

    spans: block number -> its citation links. cited: eid of an article, part or heading -> what
    follows its text. title: the instrument's, for 复制引文.
    """
    return Markup("\n".join(_Renderer(body, spans, href, cited, title).lines()))


class _Renderer:
    def __init__(
        self,
        body: Body,
        spans: Mapping[int, Sequence[Link]],
        href: Href,
        cited: Mapping[str, Markup],
        title: str,
    ) -> None:
        self.body, self.spans, self.href, self.cited, self.title = body, spans, href, cited, title
        self.open = ""  # eid of the open article or part
        self.inside = False  # whether a text wrapper is open

    def lines(self) -> Iterator[str]:
        for number, block in enumerate(self.body.blocks):
            if block.kind in _LEVELS or titles(block):
                yield from self._close()
                yield from self._heading(block)
                continue
            if block.kind in ("article", "part"):
                yield from self._close_section()
                yield from self._enter()
                self.open = block.eid
                extra = " deleted" if block.deleted else ""
                yield f'<section class="art{extra}" id="{block.eid}">'
                if block.kind == "part":
                    yield self._paragraph(number, block)
                continue
            yield from self._enter()
            yield self._paragraph(number, block)
        yield from self._close()

    def _enter(self) -> Iterator[str]:
        if not self.inside:
            self.inside = True
            yield f'<div class="prov" data-title="{escape(self.title)}">'

    def _close_section(self) -> Iterator[str]:
        if self.open:
            if self.open in self.cited:
                yield str(self.cited[self.open])
            yield "</section>"
            self.open = ""

    def _close(self) -> Iterator[str]:
        yield from self._close_section()
        if self.inside:
            self.inside = False
            yield "</div>\n"

    def _heading(self, block: Block) -> Iterator[str]:
        space = "" if block.kind == "part" else " "
        words = space.join(part for part in (block.label, block.text) if part)
        text = _MARKDOWN.sub(lambda m: f"&#{ord(m[0])};", str(escape(words)))
        name = escape(cite(self.body, block.eid)) if block.eid else ""
        ids = f' {{#{block.eid} data-cite="{name}"}}' if block.eid else ""
        level = _LEVELS.get(block.kind, 2)
        yield f"\n{'#' * level} {text}{ids}\n"
        if block.eid in self.cited:
            yield f"{self.cited[block.eid]}\n"

    def _paragraph(self, number: int, block: Block) -> str:
        if block.kind == "table":
            return table(block.text)
        if block.kind == "quote":
            lines = (line.lstrip("> ") for line in block.text.split("\n"))
            return f"<blockquote>{'<br>'.join(map(str, map(escape, lines)))}</blockquote>"
        text = mark_up(block.text, self.spans.get(number, ()), self.href)
        if block.kind == "part":
            shown = f'<b class="no">{escape(block.label)}</b>{text}'
            return f'<p class="para part">{shown}{self._permalink(block.eid)}</p>'
        if not block.eid:
            return f'<p class="text">{text}</p>'
        if block.kind == "paragraph":
            head = self._article_number(block)
        else:
            head = f'<span class="no">{escape(block.label)}</span>'
        css = _CLASSES.get(block.kind, "para")
        return f'<p class="{css}" id="{block.eid}">{head}{text}{self._permalink(block.eid)}</p>'

    def _permalink(self, eid: str) -> str:
        name = escape(cite(self.body, eid))
        return f'<a class="pl" href="#{eid}" data-cite="{name}">¶</a>'

    def _article_number(self, block: Block) -> str:
        """第十二条 stands in the block of the article's first 款."""
        if not self.open.startswith("art_") and "__art_" not in self.open:
            return ""
        if block.eid != f"{self.open}__para_1":
            return ""
        return f'<b class="no">{escape(self.body[self.open].label)}</b> '


def titles(block: Block) -> bool:
    """Whether a part's first line is its title (一、总体要求) rather than its text."""
    return block.kind == "part" and len(block.text) <= _TITLE and block.text[-1:] not in _ENDS


def table(text: str) -> str:
    """A table of the source (rows of |) as HTML."""
    rows = [line.strip().strip("|").split("|") for line in text.split("\n")]
    ruled = len(rows) > 1 and all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in rows[1])
    if ruled:
        del rows[1]
    made = []
    for number, row in enumerate(rows):
        tag = "th" if ruled and number == 0 else "td"
        cells = "".join(f"<{tag}>{escape(cell.strip())}</{tag}>" for cell in row)
        made.append(f"<tr>{cells}</tr>")
    return f'<table class="text">{"".join(made)}</table>'
