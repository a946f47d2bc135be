"""Diagrams as SVG, on the page and in print alike: a duty's steps by unit, the load of each unit.

All lines and letters are in the text's own colour, so they fit light, dark and paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import east_asian_width

LANE, FONT, LINE, GAP = 132, 12, 16, 34  # of a swimlane, in SVG units
_NOT_FIRST = frozenset("，。；：、！？）》〉”’】％%")


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the lanes it stands in, what is done, by when, what is handed over."""

    lanes: tuple[int, ...]
    action: str
    deadline: str = ""
    handover: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """How many duties a unit leads and supports."""

    name: str
    leads: int
    supports: int


def wrap(text: str, width: float) -> list[str]:
    """The text in lines of at most `width` full-width characters; no line starts with ，。 etc."""
    lines, line, used = [], "", 0.0
    for character in text:
        size = 1.0 if east_asian_width(character) in "WFA" else 0.55
        if line and used + size > width and character not in _NOT_FIRST:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + character, used + size
    return [*lines, line] if line else lines


def swimlane(title: str, lanes: Sequence[str], steps: Sequence[Step]) -> str:
    """A lane for each unit, the steps from top to bottom, arrows with what is handed over."""
    width = LANE * max(len(lanes), 2)
    heads = [wrap(lane, 9) for lane in lanes]
    top: float = LINE * max(map(len, heads)) + 14
    rows: list[str] = []
    for lane, head in enumerate(heads):
        rows += _text(head, LANE * (lane + 0.5), LINE, anchor="middle", bold=True)
    rows.append(_dashes(f"M0 {top - 4}H{width}"))
    for number, step in enumerate(steps, 1):
        height = _height(number, step)
        rows += [part for lane in step.lanes for part in _box(number, step, lane, top, height)]
        if number < len(steps):
            rows += _arrow(step, steps[number].lanes[0], top + height, len(lanes))
        top += height + (GAP if number < len(steps) else 8)
    rows += [_dashes(f"M{LANE * lane} 0V{top:g}") for lane in range(1, len(lanes))]
    said = f"{title}：" + "；".join(
        f"{number}.{'、'.join(lanes[lane] for lane in step.lanes)}{step.action}"
        for number, step in enumerate(steps, 1)
    )
    return _svg(width, top, said, rows)


def load(rows: Sequence[Load]) -> str:
    """A bar for each unit: the duties it leads dark, those it supports light."""
    most = max((row.leads + row.supports for row in rows), default=0) or 1
    scale, left, step = 400 / most, 150, 18
    parts: list[str] = []
    for number, row in enumerate(rows):
        y = number * step
        lead, support = row.leads * scale, row.supports * scale
        parts += _text([row.name], left - 8, y + 13, anchor="end")
        parts.append(_rectangle(left, y + 3, lead, 12, 0.8))
        parts.append(_rectangle(left + lead, y + 3, support, 12, 0.3))
        parts += _text([f"{row.leads}＋{row.supports}"], left + lead + support + 6, y + 13)
    said = "各单位的职责数，牵头和配合：" + "；".join(
        f"{row.name}{row.leads}项、{row.supports}项" for row in rows
    )
    return _svg(left + 400 + 70, len(rows) * step, said, parts)


def _lines(number: int, step: Step) -> tuple[list[str], list[str]]:
    width = (LANE - 20) / FONT
    when = wrap(f"时限：{step.deadline}", width) if step.deadline else []
    return wrap(f"{number}. {step.action}", width), when


def _height(number: int, step: Step) -> float:
    return sum(map(len, _lines(number, step))) * LINE + 12


def _box(number: int, step: Step, lane: int, top: float, height: float) -> Iterator[str]:
    left = LANE * lane + 6
    yield (
        f'<rect x="{left}" y="{top:g}" width="{LANE - 12}" height="{height:g}" rx="4" '
        f'fill="currentColor" fill-opacity=".06" stroke="currentColor" stroke-opacity=".6"/>'
    )
    action, when = _lines(number, step)
    yield from _text(action, left + 5, top + LINE)
    yield from _text(when, left + 5, top + LINE * (len(action) + 1), faint=True)


def _arrow(step: Step, target: int, top: float, lanes: int) -> Iterator[str]:
    """From a step to the next, with what is handed over beside it."""
    start, end, turn = LANE * (step.lanes[0] + 0.5), LANE * (target + 0.5), top + GAP - 12
    path = f"M{start:g} {top:g}V{turn:g}H{end:g}V{top + GAP - 2:g}"
    yield f'<path d="{path}" fill="none" stroke="currentColor"/>'
    tip = f"M{end - 4:g} {top + GAP - 8:g}L{end:g} {top + GAP - 1:g}L{end + 4:g} {top + GAP - 8:g}"
    yield f'<path d="{tip}" fill="none" stroke="currentColor"/>'
    last = lanes > 1 and step.lanes[0] == lanes - 1
    x, anchor = (start - 6, "end") if last else (start + 6, "start")
    yield from _text([step.handover], x, top + 14, anchor=anchor, faint=True)


def _text(
    lines: Iterable[str],
    x: float,
    y: float,
    *,
    anchor: str = "start",
    bold: bool = False,
    faint: bool = False,
) -> Iterator[str]:
    extra = ' font-weight="bold"' * bold + ' fill-opacity=".75" font-size="11"' * faint
    for number, line in enumerate(filter(None, lines)):
        place = f'x="{x:g}" y="{y + number * LINE:g}" text-anchor="{anchor}"{extra}'
        yield f"<text {place}>{escape(line)}</text>"


def _dashes(path: str) -> str:
    return f'<path d="{path}" stroke="currentColor" stroke-opacity=".4" stroke-dasharray="3 3"/>'


def _rectangle(x: float, y: float, width: float, height: float, opacity: float) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:.1f}" height="{height:g}" '
        f'fill="currentColor" fill-opacity="{opacity:g}"/>'
    )


def _svg(width: float, height: float, said: str, parts: Iterable[str]) -> str:
    return (
        f'<svg class="diagram" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(said)}" '
        f'style="min-width: {0.85 * width:.0f}px" '  # smaller it could not be read
        f'font-family="Noto Sans SC, sans-serif" font-size="{FONT}" fill="currentColor">'
        f"{''.join(parts)}</svg>"
    )
