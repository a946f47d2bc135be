"""The text of a data file as plain values, and where each of them stands in it.

A record is a dict from Chinese key to a text, a list of texts, or a list of such dicts. The text
of a file may have a BOM and any line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handbook.problems import Problem
from handbook.schema import Key, Kind
from handbook.source import BREAKS, compose

Record = dict[str, Any]  # key -> text, list of texts or list of records
Keys = tuple[str | int, ...]
Position = tuple[int, int]  # line and column, 1-based
LISTS = frozenset({"lines", "units", "references"})  # names of types
RECORDS = "records"
_BOM = "\ufeff"
_LINE_END = re.compile(r"\r\n|\n|\r")


class Uneditable(ValueError):
    """The text is no list of records, or is laid out in a way that no edit can follow."""


def identifier(kind: Kind) -> str:
    """The key by which a record is found: 编号, or 词条."""
    return "编号" if "编号" in kind.by_name else kind.keys[0].name


def read(text: str, kind: Kind) -> list[Record]:
    """The records of a data file, values as typed, without blanks at their ends.

    A value whose shape does not fit its key is given as its YAML text. Raises Uneditable.
    """
    return DataFile(text, kind).records()


def places(text: str, kind: Kind, id: str) -> list[tuple[Keys, Position, Position]]:
    """Start and end of the record `id` (no keys) and of each value in it. Raises Uneditable."""
    file = DataFile(text, kind)
    return list(_places(file.find(id)[1], ()))


def _places(node: Node, keys: Keys) -> Iterator[tuple[Keys, Position, Position]]:
    start, end = node.start_mark, node.end_mark
    yield keys, (start.line + 1, start.column + 1), (end.line + 1, end.column + 1)
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _places(value, (*keys, key.value))
    elif isinstance(node, SequenceNode):
        for number, child in enumerate(node.value):
            yield from _places(child, (*keys, number))


class DataFile:
    """A data file's text with the nodes that PyYAML makes of it."""

    def __init__(self, text: str, kind: Kind) -> None:
        self.bom = _BOM if text.startswith(_BOM) else ""
        self.text, self.kind = text.removeprefix(_BOM), kind
        self.eol = "\r\n" if "\r\n" in text else "\n"
        problems: list[Problem] = []
        root = compose("", BREAKS.sub(" ", self.text), problems)
        empty = root is None or (isinstance(root, ScalarNode) and not root.value)
        if problems or not (empty or isinstance(root, SequenceNode)):
            raise Uneditable
        self.root: SequenceNode | None = root if isinstance(root, SequenceNode) else None
        self.items: list[Node] = self.root.value if self.root else []

    def records(self) -> list[Record]:
        return [self.plain(node) for node in self.items if isinstance(node, MappingNode)]

    def find(self, id: str) -> tuple[int, MappingNode]:
        """The record and its number in the list; raises KeyError."""
        key = identifier(self.kind)
        for number, node in enumerate(self.items):
            if isinstance(node, MappingNode) and self.plain(node).get(key) == id:
                return number, node
        raise KeyError(id)

    def plain(self, node: MappingNode, kind: Kind | None = None) -> Record:
        """A mapping as a plain record; of a repeated key the first counts."""
        known = (kind or self.kind).by_name
        found: Record = {}
        for key, value in node.value:
            found.setdefault(key.value, self.value(value, known.get(key.value)))
        return found

    def value(self, node: Node, key: Key | None) -> Any:
        """A node as a plain value of the key's type."""
        name = key.type.name if key else ""
        nodes: list[Any] = node.value if isinstance(node, SequenceNode) else [node]
        if name in LISTS and all(isinstance(child, ScalarNode) for child in nodes):
            return [child.value.strip() for child in nodes]
        if name == RECORDS and key and all(isinstance(child, MappingNode) for child in nodes):
            return [self.plain(child, key.type.record) for child in nodes]
        if isinstance(node, ScalarNode) and name not in LISTS and name != RECORDS:
            return node.value.strip()
        return self.source(node)

    # places in the text

    def source(self, node: Node) -> str:
        """A node as it is written."""
        return self.text[node.start_mark.index : self.end(node)]

    def end(self, node: Any) -> int:
        """Where the text of a node ends, without the comments and blank lines that follow it."""
        start, end = node.start_mark.index, int(node.end_mark.index)
        if isinstance(node, ScalarNode):
            if node.style not in ("|", ">") or "+" in self.text[start : start + 3]:
                return end
            return int(start) + len(self.text[start:end].rstrip(" \t\r\n"))
        if node.flow_style or not node.value:
            return end
        last = node.value[-1]
        return self.end(last[1] if isinstance(last, tuple) else last)

    def line(self, index: int) -> int:
        """The start of the line on which `index` is."""
        return max(self.text.rfind("\n", 0, index), self.text.rfind("\r", 0, index)) + 1

    def below(self, end: int) -> int:
        """The start of the line below a node that ends at `end`; the end of the text if none is."""
        if self.text[end - 1 : end] in ("\r", "\n"):  # a block scalar that keeps its line ends
            return end
        found = _LINE_END.search(self.text, end)
        return found.end() if found else len(self.text)

    def dash(self, number: int, items: list[Node], start: int) -> int:
        """Where the dash of an entry of a block list is; `start` is where the list begins."""
        floor = self.end(items[number - 1]) if number else start
        gap = self.text[floor : items[number].start_mark.index]
        return floor + re.sub(r"#[^\r\n]*", lambda found: " " * len(found[0]), gap).index("-")
