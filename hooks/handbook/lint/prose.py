"""The handbook's own sentences, one text after another, and the exact place of a spot in one.

Official texts are not ours to mend and are not here: the bodies of docs/regulations, and of
docs/rules what is kept as 全文 or was replaced or repealed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path

from handbook import schema
from handbook.model import At, Duty, Handbook, Instrument, Place, Record, Source
from handbook.review import PAST
from handbook.schema import FULL, LINES, MARKDOWN, Kind
from handbook.source import read
from handbook.spans import Span, merged

# What a text is for. Pages order only here and there; what teaches tells what the law says.
ORDERS, GUIDES, STATES, TEACHES = "orders", "guides", "states", "teaches"


@dataclass(frozen=True, slots=True)
class Prose:
    """One text. literal: it stands in the file from its place on as it is, no YAML value.

    beside: what is said beside it about the same thing, as the 时限 of a step.
    """

    text: str
    source: Source
    keys: tuple[str | int, ...] = ()
    use: str = STATES
    markdown: bool = False
    literal: bool = False
    beside: str = ""


def texts(handbook: Handbook) -> Iterator[Prose]:
    """Every text that the editors of the handbook wrote and may mend."""
    for kind, records, uses in _own(handbook):
        for record in records:
            yield from _values(kind, record, uses, record.source)
    for duty in _current(handbook):
        for number, step in enumerate(duty.steps):
            for prose in _values(schema.STEP, step, _STEP, duty.source, "步骤", number):
                yield replace(prose, beside=step.deadline)
    for work in handbook.instruments.values():
        yield from _rules(work)
    for page in handbook.pages.values():
        start = At(Place(f"docs/{page.path}", page.first_line))
        yield Prose(page.text, start, use=GUIDES, markdown=True, literal=True)


_DUTY = {
    "事项": STATES,
    "成果": STATES,
    "考核": ORDERS,
    "佐证": STATES,
    "说明": STATES,
    "权利与救济": TEACHES,
}
_STEP = {"做什么": ORDERS, "时限": ORDERS, "交接": STATES}
_TERM = {"释义": TEACHES}
_QUESTION = {"题干": TEACHES, "选项": TEACHES, "解析": TEACHES}
_LEDGER = {"问题": STATES, "整改措施": STATES}

_Own = tuple[Kind, Iterable[Record], Mapping[str, str]]


def _own(handbook: Handbook) -> tuple[_Own, ...]:
    """The records with texts: their kind, and what each key is for."""
    return (
        (schema.DUTY, _current(handbook), _DUTY),
        (schema.FIELD_KIND, handbook.fields.values(), {"说明": STATES}),
        (schema.EVENT, handbook.events.values(), {"事项": STATES}),
        (schema.LEDGER, handbook.ledger.values(), _LEDGER),
        (schema.TERM, handbook.terms.values(), _TERM),
        (schema.QUESTION, handbook.questions.values(), _QUESTION),
    )


def _current(handbook: Handbook) -> list[Duty]:
    day = handbook.as_of
    return [d for d in handbook.duties.values() if d.expires is None or day < d.expires]


def _values(
    kind: Kind, record: Record, uses: Mapping[str, str], source: Source, *above: str | int
) -> Iterator[Prose]:
    for name, use in uses.items():
        key = kind.by_name[name]
        value = getattr(record, key.attr)
        if key.type is LINES:
            for number, text in enumerate(value):
                yield Prose(text, source, (*above, name, number), use)
        elif value:
            yield Prose(value, source, (*above, name), use, markdown=key.type is MARKDOWN)


def _rules(work: Instrument) -> Iterator[Prose]:
    for version in work.versions if work.section == "rules" else ():
        if version.text == FULL or version.status in PAST:
            continue
        for block in version.body.blocks:
            if block.kind in _BODY and block.text:
                start = At(Place(f"docs/{version.path}", block.line, block.column))
                yield Prose(block.text, start, use=ORDERS, literal=True)


_BODY = frozenset({"part", "article", "paragraph", "point", "subpoint", "indent", "text"})


class Files:
    """The files of a content folder as they stand, read again only where something was found."""

    def __init__(self, root: Path) -> None:
        self._file = cache(lambda path: _File(read(root, path, []) or ""))
        self.says = cache(self._says)

    def _says(self, path: str, pattern: str) -> bool:
        """Whether something in a file matches."""
        return bool(re.search(pattern, self._file(path).text))

    def spot(self, prose: Prose, offset: int) -> Place:
        """The place of `prose.text[offset]`; of the text's beginning where it was escaped."""
        start = prose.source.place(*prose.keys)
        return self._file(start.path).spot(start, prose, offset)

    def excused(self, prose: Prose, spot: Place, code: str) -> bool:
        """Whether a comment before the paragraph, or before the value, says why it is right.

        `<!-- 写法 HB802：理由 -->` in Markdown, `# 写法 HB802：理由` in YAML.
        """
        line = spot.line if prose.literal else prose.source.place(*prose.keys).line
        above = self._file(spot.path).above(line, prose.literal)
        return any(code in found[1] for text in above for found in _EXCUSE.finditer(text))


_EXCUSE = re.compile(r"写法\s*(HB8\d\d(?:[、,，\s]+HB8\d\d)*)\s*[：:]\s*(?!-->)\S")


@dataclass(frozen=True)
class _File:
    """One file's text, for looking around in it."""

    text: str

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(line) + 1 for line in self._lines), initial=0))

    @cached_property
    def _heads(self) -> list[int]:
        """For each line the first one of its paragraph."""
        heads: list[int] = []
        for number, line in enumerate(self._lines):
            begins = not number or not line.strip() or self._comment(number - 1, True)
            heads.append(number if begins or not self._lines[number - 1].strip() else heads[-1])
        return heads

    def spot(self, start: Place, prose: Prose, offset: int) -> Place:
        """The place of the character `offset` of a text that begins at `start`."""
        if start.line > len(self._lines):  # the file changed meanwhile
            return start
        at = self._starts[start.line - 1] + start.column - 1
        found = at + offset if prose.literal else _aligned(self.text, at, prose.text, offset)
        if found is None:
            return start
        line = bisect_right(self._starts, found)
        return Place(start.path, line, found - self._starts[line - 1] + 1)

    def above(self, line: int, markdown: bool) -> Iterator[str]:
        """The comment lines right above a line of YAML, or above its paragraph in Markdown."""
        number = min(line, len(self._lines)) - 1
        number = (self._heads[number] if markdown else number) - 1
        while markdown and number >= 0 and not self._lines[number].strip():
            number -= 1
        while number >= 0 and self._comment(number, markdown):
            yield self._lines[number]
            number -= 1

    def _comment(self, number: int, markdown: bool) -> bool:
        return self._lines[number].lstrip().startswith("<!--" if markdown else "#")


def _aligned(raw: str, at: int, value: str, offset: int) -> int | None:
    """Where in a YAML file value[offset] stands, for a scalar that begins at `at`.

    Blanks of the file that the value lacks (indents, folded lines) are passed over; so are blanks
    of the value that the file lacks. None: the value is written with escapes.
    """
    style = raw[at : at + 1]
    if style in ("|", ">"):
        at = raw.find("\n", at) + 1
    elif style in ("'", '"'):
        at += 1
    found = at
    for char in value[: offset + 1]:
        while at < len(raw) and raw[at] != char and (raw[at].isspace() or raw[at] in _ESCAPE):
            at += 1
        if raw[at : at + 1] == char:
            found, at = at, at + 1
        elif not char.isspace():
            return None
    return found


_ESCAPE = "'\\"


def quotations(markdown: str) -> list[Span]:
    """The block quotations of Markdown source."""
    return merged(match.span() for match in _QUOTED.finditer(markdown))


_QUOTED = re.compile(r"^[ \t]*>.*$", re.M)
