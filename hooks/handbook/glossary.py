"""Explains terms where they first stand on a page: a link to the glossary with the definition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from handbook import urls
from handbook.citations import masked
from handbook.model import Term

LENGTH = 120  # characters of a definition that a tooltip shows
_SPARED = re.compile(r"<(th|summary|b|label|legend|time|button)\b[^>]*>.*?</\1>", re.S)
_MARKDOWN = re.compile(r"<[^>]+>|\]\([^)]*\)|[*`\[\]]")


class Terms:
    """The terms of one handbook, found by name or alias, the longest first.

    whole: names in which no term is looked for, as 统战部 in 区委统战部.
    """

    def __init__(self, terms: Mapping[str, Term], whole: Iterable[str] = ()) -> None:
        self._by_name = {
            name: term for term in terms.values() for name in (*term.aliases, term.name)
        }
        names = sorted({*self._by_name, *whole}, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(map(re.escape, names))) if self._by_name else None

    def mark(self, text: str, here: str) -> str:
        """Markdown `text` of the page at `here` with the first use of each term linked."""
        if self._pattern is None:
            return text
        parts: list[str] = []
        position = 0
        for start, end, term in self._first_uses(text):
            parts += [text[position:start], self._link(term, text[start:end], here)]
            position = end
        return "".join([*parts, text[position:]]) if parts else text

    def _first_uses(self, text: str) -> Iterator[tuple[int, int, Term]]:
        assert self._pattern is not None
        found = list(self._pattern.finditer(text))
        if not found:
            return
        spared = _Spans([*masked(text), *(m.span() for m in _SPARED.finditer(text))])
        seen: set[str] = set()
        for use in found:
            term = self._by_name.get(use[0])
            if term and term.name not in seen and not spared.touch(use.start(), use.end()):
                seen.add(term.name)
                yield use.start(), use.end(), term

    def _link(self, term: Term, shown: str, here: str) -> str:
        href = urls.relative(urls.term(term.name), here)
        words = " ".join(_MARKDOWN.sub("", term.definition).split())
        title = words if len(words) <= LENGTH else words[:LENGTH] + "……"
        return f'<a class="term" href="{href}" title="{escape(title)}">{shown}</a>'


class _Spans:
    """Spans of a text, asked in ascending order whether they touch another."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._next = 0
        self._reach = 0  # the furthest end of the spans passed

    def touch(self, start: int, end: int) -> bool:
        while self._next < len(self._spans) and self._spans[self._next][0] < end:
            self._reach = max(self._reach, self._spans[self._next][1])
            self._next += 1
        return self._reach > start
