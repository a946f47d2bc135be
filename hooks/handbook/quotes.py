"""Provisions that an amendment quotes to insert them elsewhere; nothing in them is a citation."""

from __future__ import annotations

import re
from collections.abc import Iterable

from handbook.spans import Span

_QUOTE_OPENS = re.compile(
    "“(?=\\s*(?:\\*\\*)?第[零〇○一二三四五六七八九十百千0-9０-９]+[条章节编])|(?<=[修更]改为)“|(?<=改为：)“|(?<=[条款项]：)“"
)
_QUOTE = re.compile("[“”]")


def quoted(texts: Iterable[tuple[str, bool]]) -> list[list[Span]]:
    """For each text, the spans between “ and ” that hold provisions inserted elsewhere.

    A quotation may run over several texts, each beginning with “ anew and only the last closed;
    a text marked True (an article of the instrument itself) ends one that was never closed.
    """
    depth, found = 0, []
    for text, fresh in texts:
        depth = 0 if fresh else depth
        spans, depth = _quoted(text, depth) if depth or "“" in text else ([], 0)
        found.append(spans)
    return found


def _quoted(text: str, depth: int) -> tuple[list[Span], int]:
    spans: list[Span] = []
    position = 0
    while True:
        start = position
        if not depth:
            opens = _QUOTE_OPENS.search(text, position)
            if not opens:
                return spans, 0
            start, position, depth = opens.start(), opens.end(), 1
        elif text.startswith("“", position):
            position += 1
        for mark in _QUOTE.finditer(text, position):
            depth += 1 if mark[0] == "“" else -1
            position = mark.end()
            if not depth:
                break
        if depth:
            return [*spans, (start, len(text))], 1
        spans.append((start, position))
