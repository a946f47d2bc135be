"""Changes to the text of a data file that leave everything else in it as it is, byte for byte.

Plain values in, text out (`datafile` says what they are); no file is read or written. Only the
characters of a changed value are replaced; comments, order, quoting and layout of all else stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handbook.edits.datafile import DataFile, Record, Uneditable, identifier, read
from handbook.edits.scalars import block
from handbook.edits.writing import Writer
from handbook.schema import Kind
from handbook.source import BREAKS

_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r))*")


def edit(
    text: str,
    kind: Kind,
    changed: Mapping[str, Mapping[str, Any]] | None = None,
    new: Sequence[Record] = (),
    removed: Collection[str] = (),
) -> str:
    """The text of a data file with records changed, without `removed`, with `new` at its end.

    changed: record id -> key -> its new value, or None where the key goes. The result is read
    again: it holds exactly these values and all others as they were, else Uneditable is raised.
    KeyError: no record has the id.
    """
    expected = read(text, kind)
    for name, change in (changed or {}).items():
        change = _tidy(change)
        record = expected[_number(expected, kind, name)]
        text = _Editor(text, kind).change(name, change)
        record.update(change)
        for gone in [key for key, value in change.items() if value is None]:
            del record[gone]
    for name in removed:
        del expected[_number(expected, kind, name)]
        text = _Editor(text, kind).remove(name)
    for record in map(_tidy, new):
        text = _Editor(text, kind).append(record)
        expected.append(record)
    if read(text, kind) != expected:
        raise Uneditable
    return text


def _number(records: Sequence[Record], kind: Kind, id: str) -> int:
    key = identifier(kind)
    for number, record in enumerate(records):
        if record.get(key) == id:
            return number
    raise KeyError(id)


def _tidy(value: Any) -> Any:
    """The value as it will be read: no blanks at the ends, \\n for every line end."""
    if isinstance(value, str):
        return BREAKS.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if isinstance(value, Mapping):
        return {key: _tidy(item) for key, item in value.items()}
    return None if value is None else [_tidy(item) for item in value]


class _Editor(DataFile):
    """Gathers splices (start, end, text) for one edit."""

    def __init__(self, text: str, kind: Kind) -> None:
        super().__init__(text, kind)
        self.splices: list[tuple[int, int, str]] = []
        self.writer = Writer(self)

    def change(self, id: str, change: Mapping[str, Any]) -> str:
        self._mapping(self.find(id)[1], self.kind, change)
        return self._result()

    def remove(self, id: str) -> str:
        number, node = self.find(id)
        assert self.root is not None
        if self.root.flow_style:
            self._brackets(self.root, [child for child in self.items if child is not node])
        else:
            start, end = self._entry(number, self.root)
            blank = _BLANK_LINES.match(self.text, end)
            self._put(start, blank.end() if blank else end, "")
        return self._result()

    def append(self, record: Record) -> str:
        if self.root is not None and self.root.flow_style:
            self._brackets(self.root, [*self.items, self.writer.inline(record)])
            return self._result()
        dash = self.root.start_mark.column if self.root else 0
        lines = self.writer.entry(record, self.kind, dash) + self.eol
        end = self.end(self.root) if self.root else 0
        stop = re.compile(r"^\.\.\.(?=\s|$)", re.M).search(self.text, end)
        at = stop.start() if stop else len(self.text)
        before = self.text[:at]
        if before and before[-1] not in "\r\n":
            lines = self.eol + lines
        if self._spaced() and before.strip() and not re.search(r"[\r\n][ \t]*[\r\n]+\Z", before):
            lines = self.eol + lines
        self._put(at, at, lines)
        return self._result()

    def _spaced(self) -> bool:
        """Whether a blank line stands between the records."""
        if len(self.items) < 2:
            return True
        gap = self.text[self.end(self.items[0]) : self.items[1].start_mark.index]
        return re.search(r"(?:\n|\r(?!\n))[ \t]*[\r\n]", gap) is not None

    # collections

    def _mapping(self, node: MappingNode, kind: Kind, change: Mapping[str, Any]) -> None:
        old = self.plain(node, kind)
        change = {name: value for name, value in change.items() if old.get(name) != value}
        gone = {name for name, value in change.items() if value is None}
        kept = [pair for pair in node.value if pair[0].value not in gone]
        if not change:
            return
        if node.flow_style:
            self._flow_mapping(node, kept, change)
            return
        column = node.start_mark.column
        if not kept:
            left = {name: value for name, value in change.items() if value is not None}
            self._put(node.start_mark.index, self.end(node), self.writer.pairs(left, kind, column))
            return
        seen = set()
        for key, value in kept:
            if key.value in change and key.value not in seen:
                self._value(key, value, kind, change[key.value])
            seen.add(key.value)
        for name in _ordered(change, kind):
            if name not in old:
                lines = " " * column + self.writer.pair(name, change[name], kind, column)
                self._insert(self.end(_before(name, kept, kind)), lines)
        for number, pair in enumerate(node.value):
            if pair[0].value in gone:
                self._drop(node, number, kept)

    def _flow_mapping(self, node: MappingNode, kept: list[Any], change: Mapping[str, Any]) -> None:
        pieces: list[Any] = []
        left = {name: value for name, value in change.items() if value is not None}
        for key, value in kept:
            if key.value in left:
                pieces.append(f"{key.value}: {self.writer.inline(left.pop(key.value))}")
            else:
                pieces.append((key, value))
        pieces += [f"{name}: {self.writer.inline(value)}" for name, value in left.items()]
        self._brackets(node, pieces)

    def _drop(self, node: MappingNode, number: int, kept: list[Any]) -> None:
        """Take out a key with its lines; what shares the first line with a dash moves up."""
        key, value = node.value[number]
        start = self.line(key.start_mark.index)
        if not self.text[start : key.start_mark.index].strip(" "):
            self._put(start, self.below(self.end(value)), "")
            return
        end = self.end(value)
        following = node.value[number + 1] if number + 1 < len(node.value) else None
        if following in kept and following is not None:
            to = following[0].start_mark.index
            end = to if not self.text[end:to].strip() else end
        self._put(key.start_mark.index, end, "")

    def _value(self, key: ScalarNode, node: Node, kind: Kind, new: Any) -> None:
        """Replace the value of a key of a block mapping."""
        known = kind.by_name.get(key.value)
        old = self.value(node, known)
        if isinstance(node, SequenceNode) and isinstance(old, list) and old and new:
            self._sequence(node, old, new, (known and known.type.record) or kind)
            return
        single = isinstance(new, list) and len(new) == 1 and isinstance(new[0], str)
        if isinstance(node, ScalarNode) and node.value and single:
            new = new[0]
        colon = self.text.index(":", key.end_mark.index) + 1
        made = self.writer.value(key.value, new, kind, key.start_mark.column)
        self._replace(colon, node, new, made)

    def _replace(self, after: int, node: Node, new: Any, made: tuple[str, str]) -> None:
        """Put `made` (see Writer.value) behind the colon or dash that ends at `after`."""
        start, end = node.start_mark.index, self.end(node)
        if isinstance(node, ScalarNode) and node.style in ("|", ">") and isinstance(new, str):
            old = self.text[start:end]
            first = re.search(r"[\r\n]+( +)[^ \r\n]", old)
            indent = len(first[1]) if first else len(made[1]) - len(made[1].lstrip(" ")) or 4
            found = block(new, indent, self.eol, old)
            if found:
                tail = old[len(old.rstrip()) :] if "+" in found[0] else ""
                self._put(start, end, found[0] + self.eol + found[1] + tail)
                return
        if "#" in self.text[after:start]:
            self._put(start, end, self.writer.inline(new))
            return
        self._put(after, end, made[0])
        if made[1]:
            self._insert(end, made[1])

    def _sequence(self, node: SequenceNode, old: list[Any], new: list[Any], kind: Kind) -> None:
        """Change a list entry by entry, so that what stays keeps its layout and comments."""
        pieces: list[Any] = []
        matcher = SequenceMatcher(None, _marks(old), _marks(new), autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if node.flow_style:
                pieces += (
                    node.value[i1:i2] if tag == "equal" else map(self.writer.inline, new[j1:j2])
                )
            elif tag != "equal":
                both = min(i2 - i1, j2 - j1)
                for number in range(both):
                    self._change_entry(node, i1 + number, new[j1 + number], kind)
                for number in range(i1 + both, i2):
                    self._put(*self._entry(number, node), "")
                self._add_entries(node, i1 + both, new[j1 + both : j2], kind)
        if node.flow_style:
            self._brackets(node, pieces)

    def _change_entry(self, node: SequenceNode, number: int, new: Any, kind: Kind) -> None:
        child = node.value[number]
        if isinstance(child, MappingNode):
            gone = dict.fromkeys(self.plain(child, kind))
            self._mapping(child, kind, {**gone, **new})
            return
        after = self.dash(number, node.value, node.start_mark.index) + 1
        made = self.writer.text(new, node.start_mark.column)
        self._replace(after, child, new, made)

    def _add_entries(self, node: SequenceNode, before: int, new: list[Any], kind: Kind) -> None:
        if not new:
            return
        entries = (self.writer.entry(item, kind, node.start_mark.column) for item in new)
        lines = self.eol.join(entries)
        if before:
            self._insert(self.end(node.value[before - 1]), lines)
        else:
            at = self._entry(0, node)[0]
            self._put(at, at, lines + self.eol)

    def _entry(self, number: int, node: SequenceNode) -> tuple[int, int]:
        """The lines of an entry of a block list. Raises Uneditable where it shares the first."""
        dash = self.dash(number, node.value, node.start_mark.index)
        start = self.line(dash)
        if self.text[start:dash].strip(" "):
            raise Uneditable
        return start, self.below(self.end(node.value[number]))

    def _brackets(self, node: Node, pieces: Iterable[Any]) -> None:
        """Write a collection in brackets anew, from nodes (as they are written) and new texts."""
        start, end = node.start_mark.index, node.end_mark.index
        texts, kept = [], []
        for piece in pieces:
            if not isinstance(piece, str):
                first, last = piece if isinstance(piece, tuple) else (piece, piece)
                kept.append((first.start_mark.index, self.end(last)))
                piece = self.text[slice(*kept[-1])]
            texts.append(piece)
        inner = ", ".join(texts)
        comments = self._comments(node, kept)
        if comments:
            line = self.text[self.line(start) : start]
            pad = self.eol + " " * (len(line) - len(line.lstrip(" ")) + 2)
            inner += "  " + pad.join(comments) + pad
        self._put(start, end, self.text[start] + inner + self.text[end - 1])

    def _comments(self, node: Node, kept: list[tuple[int, int]]) -> list[str]:
        """The comments within a node, but for those in the spans that are kept."""
        found = []
        at = node.start_mark.index
        for start, end in sorted([*kept, *_scalars(node), (node.end_mark.index, 0)]):
            if start >= at:
                found += re.findall(r"#[^\r\n]*", self.text[at:start])
            at = max(at, end)
        return [comment.rstrip() for comment in found]

    # splices

    def _put(self, start: int, end: int, text: str) -> None:
        self.splices.append((start, end, text))

    def _insert(self, end: int, lines: str) -> None:
        """New lines below a node that ends at `end`."""
        at = self.below(end)
        broken = self.text[at - 1 : at] in ("\r", "\n")
        self._put(at, at, lines + self.eol if broken else self.eol + lines)

    def _result(self) -> str:
        made, at = [self.bom], 0
        for start, end, text in sorted(self.splices, key=lambda splice: splice[:2]):
            if start < at:
                raise Uneditable
            made += [self.text[at:start], text]
            at = end
        return "".join(made) + self.text[at:]


def _marks(items: list[Any]) -> list[str]:
    return [json.dumps(item, ensure_ascii=False, sort_keys=True) for item in items]


def _ordered(change: Mapping[str, Any], kind: Kind) -> list[str]:
    """The keys that have a value, in the order of the schema."""
    order = list(kind.by_name)
    names = [name for name, value in change.items() if value is not None]
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def _before(name: str, kept: list[Any], kind: Kind) -> Node:
    """The value below which a new key goes: of the last that the schema names before it."""
    order = list(kind.by_name)
    earlier = order[: order.index(name)] if name in order else order
    found = [value for key, value in kept if key.value in earlier]
    node: Node = found[-1] if found else kept[0][1]
    return node


def _scalars(node: Node) -> list[tuple[int, int]]:
    """The spans of all scalars below a node."""
    if isinstance(node, ScalarNode):
        return [(node.start_mark.index, node.end_mark.index)]
    children = [c for pair in node.value for c in (pair if isinstance(pair, tuple) else (pair,))]
    return [span for child in children for span in _scalars(child)]
