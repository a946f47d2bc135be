"""YAML nodes to records by `schema`: each value converted by its type, problems gathered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handbook import deadlines
from handbook.model import Parties, Place, QuizPick, Unit
from handbook.names import Names, looks_personal
from handbook.problems import Problem, problem
from handbook.schema import COLLECTIVES, Key, Kind
from handbook.source import CONTROL, NodeSource
from handbook.syntax import colon

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.A)
_NEARLY_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.A)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WEB = re.compile(r"https?://[^\s<>\"]+")
_NOTHING = object()
_NONE: Mapping[str, Any] = MappingProxyType({})
_WORDS = {MappingNode: "一组“键: 值”", SequenceNode: "一个列表", ScalarNode: "一段文字"}


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
            how = "每条记录以“- ”开头：半角短横，后面空一格。"
            self._shape(source, node, "文件", SequenceNode, how)
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
        slip = colon(node.value) if isinstance(node, ScalarNode) else None
        if slip and expected is MappingNode:  # 编号：zj-001 is one text
            column, slipped, remedy = slip
            place = source.of(node)
            place = replace(place, column=place.column + column)
            self.problems.append(problem("HB102", place, what=slipped, how=remedy))
            return _NOTHING
        empty = isinstance(node, ScalarNode) and not node.value
        wanted, found = _WORDS[expected], "空的" if empty else _WORDS[type(node)]
        return self._report("HB108", source, node, what=what, expected=wanted, found=found, how=how)

    # values; each returns _NOTHING after reporting

    def text(self, key: Key, node: Node, source: NodeSource) -> Any:
        if not isinstance(node, ScalarNode):
            how = f"例如 {key.example}。" if key.example else "去掉多余的缩进或“- ”。"
            return self._shape(source, node, f"“{key.name}”", ScalarNode, how)
        value: str = node.value.strip()
        if not value:
            return self._report("HB206", source, node, key=key.name)
        odd = None if value.isprintable() else CONTROL.search(value)  # written "\0"
        if odd:
            return self._report("HB115", source, node, character=f"U+{ord(odd[0]):04X}")
        return value

    def web(self, key: Key, node: Node, source: NodeSource) -> Any:
        value = self.text(key, node, source)
        if value is _NOTHING or _WEB.fullmatch(value):
            return value
        return self._report("HB228", source, node, key=key.name, value=value, example=key.example)

    def lines(self, key: Key, node: Node, source: NodeSource) -> Any:
        nodes = node.value if isinstance(node, SequenceNode) else (node,)
        found = [self.text(key, child, source) for child in nodes]
        for child, value in self._repeated(nodes, found):
            self._report("HB226", source, child, key=key.name, value=value)
        values = tuple(value for value in found if value is not _NOTHING)
        return values if values or not nodes else _NOTHING

    @staticmethod
    def _repeated(nodes: Iterable[Node], values: Iterable[Any]) -> Iterator[tuple[Node, str]]:
        seen: set[Any] = {_NOTHING}
        for child, value in zip(nodes, values, strict=True):
            if value in seen and value is not _NOTHING:
                yield child, value
            seen.add(value)

    def day(self, key: Key, node: Node, source: NodeSource) -> Any:
        value = self.text(key, node, source)
        if value is _NOTHING:
            return value
        found = read_day(value)
        if found is not None:
            return found
        return self._report("HB203", source, node, key=key.name, value=value, hint=_day_hint(value))

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
        return self._report("HB207", source, node, what="编号", id=value)

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
        named: set[str] = set()
        for child in node.value if isinstance(node, SequenceNode) else (node,):
            value = self.text(key, child, source)
            if value is _NOTHING:
                continue
            members = self.collectives.get(value)
            if members is None:
                found = self._find("unit", value, child, source)
                if found is _NOTHING:
                    continue
                members = (found,)
            who = value if value in COLLECTIVES else members[0]
            if who in named:
                self._report("HB226", source, child, key=key.name, value=value)
            named.add(who)
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
        return self.find(kind, name, source.of(node)) or _NOTHING

    def find(self, kind: str, name: str, place: Place) -> str:
        """The id of the unit or field called `name`; "" when the problem is reported."""
        names = self.names[kind]
        ids = names.find(name)
        if len(ids) == 1:
            return ids[0]
        if ids:
            which = names.candidates(ids)
            found = problem("HB210", place, kind=names.word, name=name, candidates=which)
            self.problems.append(found)
        elif names.word not in self.lost:  # else it may be the one that could not be read
            close = _list_hint(name) or names.hint(name)
            if kind == "unit" and looks_personal(name):
                close = close if close.startswith("是不是") else ""
                self.problems.append(problem("HB211", place, name=name, hint=close))
            else:
                found = problem("HB209", place, kind=names.word, name=name, hint=close)
                self.problems.append(found)
        return ""


def _list_hint(name: str) -> str:
    """What to do with a list that was written as one text."""
    if name.startswith(("-", "－", "—")):
        return "列表的每一项以“- ”开头：半角短横，后面空一格。"
    if re.search(r"[、，,；;\n]", name):
        return "几个名称写成列表，例如 [甲, 乙]，中间用半角逗号。"
    return ""


def read_day(text: str) -> date | None:
    """A date written YYYY-MM-DD, or None."""
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def nearly_day(text: str) -> date | None:
    """The date that a text like 2026/3/5 or 2026年3月5日 means, or None."""
    found = _NEARLY_DATE.fullmatch(text)
    year, month, day = map(int, found.groups()) if found else (0, 0, 0)
    return read_day(f"{year:04}-{month:02}-{day:02}")


def _day_hint(text: str) -> str:
    """How to write what is not yet a date."""
    meant = nearly_day(text)
    if meant:
        return f"写成 {meant.isoformat()}。"
    found = _NEARLY_DATE.fullmatch(text)
    year, month, day = map(int, found.groups()) if found else (0, 0, 0)
    if found and 1 <= month <= 12:
        return f"{year}年{month}月没有{day}日，核对日期。"
    return "写成 2026-09-30 这样的年-月-日。"


def expand(name: str, units: Iterable[Unit], day: date) -> tuple[str, ...]:
    """The ids of the units that a collective name means on `day`, in the order of units.yml."""
    attribute, value = COLLECTIVES[name]
    return tuple(u.id for u in units if exists(u, day) and getattr(u, attribute) == value)


def exists(unit: Unit, day: date) -> bool:
    """Whether the unit exists on `day` (设立日期 included, 撤销日期 not)."""
    return (unit.since is None or unit.since <= day) and (unit.until is None or day < unit.until)


_CONVERT: dict[str, Callable[[Reader, Key, Node, NodeSource], Any]] = {
    "text": Reader.text,
    "web": Reader.web,
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
