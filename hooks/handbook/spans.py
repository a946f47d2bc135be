"""Spans of text (start, end): sorted and disjoint lists of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans sorted, overlapping ones joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def touches(spans: Sequence[Span], start: int, end: int) -> bool:
    """Whether one of the sorted, disjoint `spans` overlaps start..end."""
    before = bisect_left(spans, (end, 0)) - 1
    return before >= 0 and spans[before][1] > start
