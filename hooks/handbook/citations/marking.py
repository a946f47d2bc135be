"""Citations as links in HTML and in Markdown source, and what of Markdown is to be left alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape

from handbook.citations.resolve import Link
from handbook.spans import Span, merged, touches

Href = Callable[[Link], str]


def mark_up(text: str, links: Iterable[Link], href: Href) -> str:
    """`text` as HTML with `<a class="cite">` around what is shown of `links`.

    href: link -> address, as seen from the page.
    """
    return _spliced(text, links, href, lambda part: escape(part, quote=False))


def mark_up_source(markdown: str, links: Iterable[Link], href: Href) -> str:
    """Markdown source with `<a class="cite">` spliced in; everything else stays as it is."""
    return _spliced(markdown, links, href, lambda part: part)


def _spliced(text: str, links: Iterable[Link], href: Href, shown: Callable[[str], str]) -> str:
    parts: list[str] = []
    position = 0
    for link in sorted((link for link in links if link.shown), key=lambda link: link.start):
        if link.start < position:
            continue
        address = escape(href(link))
        parts.append(shown(text[position : link.start]))
        parts.append(f'<a class="cite" href="{address}">{shown(text[link.start : link.end])}</a>')
        position = link.end
    parts.append(shown(text[position:]))
    return "".join(parts)


# What is left alone. Blocks by lines, then elements and comments, then what stands within lines.

_INLINE = re.compile(
    r"\\[^\n]"
    r"|(?P<span>"
    r"</?[A-Za-z][^<>]*>"
    r"|<[a-z][a-z0-9+.-]*:[^\s<>]*>"
    r"|(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)"
    r"|!?\[(?:[^\[\]\\\n]|\\.|\n(?![ \t]*\n)|!?\[[^\[\]\n]*\](?:\([^()\n]*\))?)*\]"
    r"(?:\((?:[^()\n]|\([^()\n]*\))*\)|[ ]?\[[^\[\]\n]*\])"
    r"|\[(?P<name>[^\[\]\n]+)\]"
    r"|\{[:#.%][^{}\n]*\}"
    r")",
    re.DOTALL,
)
_ELEMENT = re.compile(
    r"<(?:!--|(a|script|style|pre|code|svg|textarea|kbd|h[1-6])(?=[\s>]))", re.IGNORECASE
)
_DEFINITION = re.compile(r" {0,3}\*?\[(?!\^)([^\]\n]+)\]:")
_HEADING = re.compile(r"[ \t]*(?:#|!!!|\?\?\?|===[ !+])")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)\s*$")
_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})[^`\n]*$")
_OPENER = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s|!!!|\?\?\?|===|\[\^[^\]]+\]:|:\s")


def masked(markdown: str) -> list[Span]:
    """The spans of Markdown source in which nothing is a citation, in order, disjoint.

    Code (fenced, indented, inline), links, images, reference definitions, headings, lines that
    open an admonition, HTML comments and tags, and elements such as `<a>` and `<code>` as a whole.
    """
    blocks, names = _blocks(markdown)
    blocks = merged([*blocks, *_elements(markdown, blocks)])
    spans: list[Span] = []
    position = 0
    for start, end in [*blocks, (len(markdown), len(markdown))]:
        for match in _INLINE.finditer(markdown, position, start):
            name = match["name"]
            if match["span"] and (name is None or name.casefold() in names):
                spans.append(match.span())
        spans.append((start, end))
        position = end
    return spans[:-1]


def _blocks(markdown: str) -> tuple[list[Span], set[str]]:
    """Whole lines to leave alone, and the names of reference definitions."""
    spans: list[Span] = []
    names: set[str] = set()
    fence, blank, code, base = "", True, False, 0  # base: how far text in the open list stands in
    before: Span = (0, 0)
    offset = 0
    for line in markdown.splitlines(keepends=True):
        span = offset, offset + len(line)
        offset = span[1]
        text = line.strip()
        if fence:
            spans.append(span)
            fence = "" if _closes(text, fence) else fence
            continue
        if not text:
            blank = True
            continue
        indent = len(line[: len(line) - len(line.lstrip())].expandtabs(4))
        base = min(base, indent // 4 * 4)
        code = (blank or code) and indent >= base + 4
        if code or _HEADING.match(line):
            spans.append(span)
        elif opened := _FENCE.match(text.lstrip("> ")):
            fence = opened["fence"]
            spans.append(span)
        elif defined := _DEFINITION.match(line):
            names.add(defined[1].casefold())
            spans.append(span)
        elif not blank and _UNDERLINE.match(line) and spans[-1:] != [before]:
            spans += [before, span]
        if not code and _OPENER.match(text):
            base = indent // 4 * 4 + 4
        blank, before = False, span
    return spans, names


def _closes(text: str, fence: str) -> bool:
    text = text.lstrip("> ")
    return len(text) >= len(fence) and not text.strip(fence[0])


def _elements(markdown: str, blocks: list[Span]) -> Iterator[Span]:
    """HTML comments and elements that are left alone as a whole, outside `blocks`."""
    if "<" not in markdown:
        return
    unclosed: set[str] = set()
    position = 0
    while match := _ELEMENT.search(markdown, position):
        closing = f"</{match[1].lower()}" if match[1] else "-->"
        position = match.end()
        if closing in unclosed or touches(blocks, match.start(), position):
            continue
        end = re.compile(closing, re.IGNORECASE).search(markdown, position)
        if end is None:
            unclosed.add(closing)
            continue
        position = end.end()
        yield match.start(), position
