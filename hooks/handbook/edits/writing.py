"""Plain values as YAML in the style of the file that they go into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handbook.edits.datafile import LISTS, DataFile
from handbook.edits.scalars import block, inline
from handbook.schema import Kind


class Writer:
    """Writes lists as the file does: as a block or in brackets, indented or not, one as a text."""

    def __init__(self, file: DataFile) -> None:
        self.eol = file.eol
        self.step = 2
        self.flow: dict[str, bool] = {}
        self.single: dict[str, bool] = {}
        steps = []
        for key, value in _pairs(file.root):
            listed = isinstance(value, SequenceNode)
            if isinstance(value, SequenceNode) and value.value:
                self.flow.setdefault(key.value, bool(value.flow_style))
                if not value.flow_style:
                    steps.append(value.start_mark.column - key.start_mark.column)
            if not listed or len(value.value) == 1:
                self.single.setdefault(key.value, not listed)
        if steps:
            self.step = steps[0]

    def pairs(self, record: Mapping[str, Any], kind: Kind, column: int) -> str:
        """A record's lines in the order of the schema, keys at `column`, the first not indented."""
        order = [*(name for name in kind.by_name if name in record)]
        order += [name for name in record if name not in kind.by_name]
        made = [self.pair(name, record[name], kind, column) for name in order]
        return (self.eol + " " * column).join(made) or "{}"

    def pair(self, name: str, value: Any, kind: Kind, column: int) -> str:
        """A key with its value, without indentation."""
        head, lines = self.value(name, value, kind, column)
        return f"{name}:{head}{self.eol + lines if lines else ''}"

    def value(self, name: str, value: Any, kind: Kind, column: int) -> tuple[str, str]:
        """What stands behind the colon of a key at `column`, and the lines below."""
        if isinstance(value, str):
            return self.text(value, column)
        key = kind.by_name.get(name)
        if len(value) == 1 and key and key.type.name in LISTS and self.single.get(name):
            return self.text(value[0], column)
        if not value or self.flow.get(name):
            return f" {self.inline(value)}", ""
        below = kind if key is None or key.type.record is None else key.type.record
        return "", self.eol.join(self.entry(item, below, column + self.step) for item in value)

    def text(self, text: str, column: int) -> tuple[str, str]:
        """A text behind a colon or dash: on the line, or as a block below it."""
        found = block(text, column + 2, self.eol) if "\n" in text else None
        return (f" {found[0]}", found[1]) if found else (f" {inline(text)}", "")

    def entry(self, item: Any, kind: Kind, dash: int) -> str:
        """An entry of a list, with its indentation."""
        if isinstance(item, str):
            head, lines = self.text(item, dash)
            return f"{' ' * dash}-{head}{self.eol + lines if lines else ''}"
        return f"{' ' * dash}- {self.pairs(item, kind, dash + 2)}"

    def inline(self, value: Any) -> str:
        """Any value on one line, within brackets or to stand in them."""
        if isinstance(value, str):
            return inline(value, flow=True)
        if isinstance(value, Mapping):
            pairs = (f"{key}: {self.inline(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        return "[" + ", ".join(map(self.inline, value)) + "]"


def _pairs(node: Node | None) -> Iterator[tuple[ScalarNode, Node]]:
    """Every key and value of a file, at all levels."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield key, value
            yield from _pairs(value)
    elif isinstance(node, SequenceNode):
        for child in node.value:
            yield from _pairs(child)
