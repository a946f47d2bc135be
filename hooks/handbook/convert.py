"""YAML nodes to records by `schema`: each value converted by its type, problems gathered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handbook import deadlines
from handbook.model import Parties, QuizPick, Unit
from handbook.names import Names, looks_personal
from handbook.problems import Problem, problem
from handbook.schema import COLLECTIVES, Key, Kind
from handbook.source import NodeSource

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NOTHING = object()
_NONE: Mapping[str, Any] = MappingProxyType({})
_WORDS = {MappingNode: "几个键值", SequenceNode: "一个列表", ScalarNode: "一段文字"}


class Reader:
    """Converts the records of one content folder; knows the names that may be referred to."""

    def __init__(self, problems: list[Problem], as_of: date) -> None:
        self.problems = problems
        self.as_of = as_of
        self.names = {kind: Names(word) for kind, word in (("unit", "单位"), ("field", "领域"))}
        self.lost: set[str] = set()  # words of kinds of which a record could not be read
        self.collectives: dict[str, tuple[str, ...]] = dict.fromkeys(COLLECTIVES, ())

    def learn_units(self, units: list[Unit]) -> None:
        """Register the units' names and expand the collective names on the as-of day."""
        for unit in units:
            self.names["unit"].add(unit.id, unit.name, unit.short, *unit.aliases)
        self.collectives = {name: expand(name, units, self.as_of) for name in COLLECTIVES}

    # records

    def records(self, kind: Kind, path: str, node: Node | None, offset: int = 0) -> list[Any]:
        """All records of a file that is a list of records."""
        if node is None or (isinstance(node, ScalarNode) and not node.value):
            return []
        source = NodeSource(path, node, offset)
        if not isinstance(node, SequenceNode):
            self._shape(source, node, "文件", SequenceNode, "每条记录以“- ”开头。")
            self.lost.add(kind.word)
            return []
        found = [self.record(kind, path, child, offset) for child in node.value]
        return [record for record in found if record is not None]

    def record(
        self, kind: Kind, path: str, node: Node, offset: int = 0, fixed: Mapping[str, Any] = _NONE
    ) -> Any:
        """One record, or None when a required value is missing or wrong.

        offset: lines of the file before the YAML. fixed: attributes that the YAML need not give.
        """
        source = NodeSource(path, node, offset)
        if not isinstance(node, MappingNode):
            self._shape(source, node, kind.word, MappingNode, "写成一行一个“键: 值”。")
            self.lost.add(kind.word)
            return None
        values: dict[str, Any] = dict(fixed)
        seen = set()
        known = kind.by_name
        sound = True
        for key_node, value_node in node.value:
            key = known.get(key_node.value)
            if key is None:
                self._unknown_key(kind, source, key_node)
                continue
            if key.name in seen:  # reported as HB107 when the file was composed
                continue
            seen.add(key.name)
            value = _CONVERT[key.type.name](self, key, value_node, source)
            if value is _NOTHING:
                sound = sound and not key.required
            else:
                values[key.attr] = value
        for key in kind.keys:
            if key.required and key.name not in seen:
                sound = False
                self._report(
                    "HB202", source, node, kind=kind.word, key=key.name, example=key.example or "…"
                )
        if not sound:
            self.lost.add(kind.word)
            return None
        if "source" in kind.record.__dataclass_fields__:
            values["source"] = source
        return kind.record(**values)

    def _unknown_key(self, kind: Kind, source: NodeSource, node: Node) -> None:
        names = Names("键")
        for key in kind.keys:
            names.add(key.name, key.name)
        listed = f"可以写：{'、'.join(kind.by_name)}。"
        close = names.hint(str(node.value))
        hint = close if close.startswith("是不是") else listed
        self._report("HB201", source, node, kind=kind.word, key=node.value, hint=hint)

    # problems

    def _report(self, code: str, source: NodeSource, node: Node, **args: Any) -> Any:
        self.problems.append(problem(code, source.of(node), **args))
        return _NOTHING

    def _shape(
        self, source: NodeSource, node: Node, what: str, expected: type[Node], how: str
    ) -> Any:
        wanted, found = _WORDS[expected], _WORDS[type(node)]
        return self._report("HB108", source, node, what=what, expected=wanted, found=found, how=how)

    # values; each returns _NOTHING after reporting

    def text(self, key: Key, node: Node, source: NodeSource) -> Any:
        if not isinstance(node, ScalarNode):
            how = f"例如 {key.example}。" if key.example else "去掉多余的缩进或“- ”。"
            return self._shape(source, node, f"“{key.name}”", ScalarNode, how)
        value = node.value.strip()
        return value or self._report("HB206", source, node, key=key.name)

    def lines(self, key: Key, node: Node, source: NodeSource) -> Any:
        nodes = node.value if isinstance(node, SequenceNode) else (node,)
        found = [self.text(key, child, source) for child in nodes]
        values = tuple(value for value in found if value is not _NOTHING)
        if len(set(values)) < len(values):
            twice = next(value for n, value in enumerate(values) if value in values[:n])
            self._report("HB226", source, node, key=key.name, value=twice)
        return values if values or not nodes else _NOTHING

    def day(self, key: Key, node: Node, source: NodeSource) -> Any:
        value = self.text(key, node, source)
        if value is _NOTHING:
            return value
        found = _DATE.fullmatch(value)
        try:
            return date(*map(int, found.groups())) if found else date.fromisoformat("")
        except ValueError:
            return self._report("HB203", source, node, key=key.name, value=value)

    def number(self, key: Key, node: Node, source: NodeSource) -> Any:
        value = self.text(key, node, source)
        if value is _NOTHING:
            return value
        if not re.fullmatch(r"\d{1,9}(?:\.\d{1,4})?", value, re.A):
            return self._report(
                "HB205", source, node, key=key.name, value=value, example=key.example
            )
        return float(value)

    def whole(self, key: Key, node: Node, source: NodeSource) -> Any:
        value = self.number(key, node, source)
        if value is _NOTHING or value == int(value):
            return value if value is _NOTHING else int(value)
        return self._report(
            "HB205", source, node, key=key.name, value=node.value, example=key.example
        )

    def choice(self, key: Key, node: Node, source: NodeSource) -> Any:
        value = self.text(key, node, source)
        if value is _NOTHING or value in key.type.choices:
            return value
        choices = "、".join(key.type.choices)
        return self._report("HB204", source, node, key=key.name, value=value, choices=choices)

    def slug(self, key: Key, node: Node, source: NodeSource) -> Any:
        value = self.text(key, node, source)
        if value is _NOTHING or _ID.fullmatch(value):
            return value
        return self._report("HB207", source, node, id=value)

    def rhythm(self, key: Key, node: Node, source: NodeSource) -> Any:
        value = self.text(key, node, source)
        if value is _NOTHING or deadlines.parse_rhythm(value):
            return value
        return self._report("HB212", source, node, value=value)

    def deadline(self, key: Key, node: Node, source: NodeSource) -> Any:
        value = self.text(key, node, source)
        if value is _NOTHING:
            return value
        parsed = deadlines.parse(value)
        if isinstance(parsed, deadlines.Fault):
            self.problems.append(parsed.problem(source.of(node)))
            return _NOTHING
        return value

    def reference(self, key: Key, node: Node, source: NodeSource) -> Any:
        value = self.text(key, node, source)
        return value if value is _NOTHING else self._find(key.type.to, value, node, source)

    def references(self, key: Key, node: Node, source: NodeSource) -> Any:
        nodes = node.value if isinstance(node, SequenceNode) else (node,)
        found = [self.reference(key, child, source) for child in nodes]
        return tuple(dict.fromkeys(value for value in found if value is not _NOTHING))

    def units(self, key: Key, node: Node, source: NodeSource) -> Any:
        typed: list[str] = []
        ids: dict[str, None] = {}
        for child in node.value if isinstance(node, SequenceNode) else (node,):
            value = self.text(key, child, source)
            if value is _NOTHING:
                continue
            members = self.collectives.get(value)
            if members is None:
                found = self._find("unit", value, child, source)
                if found is _NOTHING:
                    continue
                if value in typed or (found in ids and value not in COLLECTIVES):
                    self._report("HB226", source, child, key=key.name, value=value)
                members = (found,)
            typed.append(value)
            ids.update(dict.fromkeys(members))
        return Parties(tuple(typed), tuple(ids)) if typed else _NOTHING

    def quiz(self, key: Key, node: Node, source: NodeSource) -> Any:
        picks = []
        for child in node.value if isinstance(node, SequenceNode) else (node,):
            if isinstance(child, MappingNode) and key.type.record:
                pick = self.record(key.type.record, source.path, child, source.offset)
            else:
                value = self.text(key, child, source)
                pick = None if value is _NOTHING else QuizPick(question=value)
            if pick is not None:
                picks.append(pick)
        return tuple(picks)

    def nested(self, key: Key, node: Node, source: NodeSource) -> Any:
        assert key.type.record
        nodes = node.value if isinstance(node, SequenceNode) else (node,)
        kind = key.type.record
        found = (self.record(kind, source.path, child, source.offset) for child in nodes)
        return tuple(record for record in found if record is not None)

    def _find(self, kind: str, name: str, node: Node, source: NodeSource) -> Any:
        names = self.names[kind]
        ids = names.find(name)
        if len(ids) == 1:
            return ids[0]
        if ids:
            candidates = names.candidates(ids)
            return self._report(
                "HB210", source, node, kind=names.word, name=name, candidates=candidates
            )
        if names.word in self.lost:  # it may be the one that could not be read
            return _NOTHING
        if kind == "unit" and looks_personal(name):
            return self._report("HB211", source, node, name=name)
        return self._report(
            "HB209", source, node, kind=names.word, name=name, hint=names.hint(name)
        )


def expand(name: str, units: Iterable[Unit], day: date) -> tuple[str, ...]:
    """The ids of the units that a collective name means on `day`, in the order of units.yml."""
    attribute, value = COLLECTIVES[name]
    return tuple(u.id for u in units if exists(u, day) and getattr(u, attribute) == value)


def exists(unit: Unit, day: date) -> bool:
    """Whether the unit exists on `day` (设立日期 included, 撤销日期 not)."""
    return (unit.since is None or unit.since <= day) and (unit.until is None or day < unit.until)


_CONVERT: dict[str, Callable[[Reader, Key, Node, NodeSource], Any]] = {
    "text": Reader.text,
    "markdown": Reader.text,
    "lines": Reader.lines,
    "day": Reader.day,
    "number": Reader.number,
    "whole": Reader.whole,
    "choice": Reader.choice,
    "slug": Reader.slug,
    "rhythm": Reader.rhythm,
    "deadline": Reader.deadline,
    "reference": Reader.reference,
    "references": Reader.references,
    "units": Reader.units,
    "records": Reader.nested,
    "quiz": Reader.quiz,
}
