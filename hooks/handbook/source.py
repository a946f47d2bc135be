"""Files to text and YAML nodes, with a place for everything and no exception for bad content.

PyYAML's C parser composes the nodes; scalars stay text (`no`, `010`, `12:30` are what was typed).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handbook.model import Place
from handbook.problems import Problem, problem

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 50


class _Composer(CParser):
    """Composes nodes and resolves no tags: every scalar is text, which is also the fastest."""

    def resolve(self, kind: type[Node], value: Any, implicit: Any) -> str:
        return ""

    def descend_resolver(self, parent: Any, index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


class NodeSource:
    """A record's YAML mapping; finds the place of each value when a problem needs it."""

    __slots__ = ("node", "offset", "path")

    def __init__(self, path: str, node: Node, offset: int = 0) -> None:
        self.path, self.node, self.offset = path, node, offset

    def place(self, *keys: str | int) -> Place:
        """The place of the value at `keys`; of the nearest one above it that exists."""
        node = self.node
        for key in keys:
            found = _child(node, key)
            if found is None:
                break
            node = found
        return self.of(node)

    def of(self, node: Node) -> Place:
        """The place of a node."""
        mark = node.start_mark
        return Place(self.path, mark.line + 1 + self.offset, mark.column + 1)


def _child(node: Node, key: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((v for k, v in node.value if k.value == key), None)
    if isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]  # type: ignore[no-any-return]
    return None


def read(root: Path, path: str, problems: list[Problem]) -> str | None:
    """The text of `root/path`, line ends `\\n`; None with a problem (HB101, HB104, HB112)."""
    file = root / path
    start = Place(path)
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            problems.append(problem("HB104", start, size=f"{size / 1024 / 1024:.1f} MiB"))
            return None
        data = file.read_bytes()
    except OSError as error:
        problems.append(problem("HB112", start, reason=error.strerror or "未知原因"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8", "ignore")
        line = good.count("\n") + 1
        place = Place(path, line, len(good) - (good.rfind("\n") + 1) + 1)
        problems.append(problem("HB101", place, byte=error.start + 1))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


_CONFLICT = re.compile(r"^(?:<<<<<<<|=======$|>>>>>>>)", re.M)
_MAYBE_ALIAS = re.compile(r"(?:^|[\s\[{,:-])[&*][^\s,\]}*]", re.M)


def conflict(path: str, text: str, offset: int = 0) -> Problem | None:
    """The first merge conflict marker that was left in a file, as a problem."""
    found = _CONFLICT.search(text) if "<<<<<<<" in text or ">>>>>>>" in text else None
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1 + offset
    return problem("HB111", Place(path, line), mark=found[0][:7])


def compose(path: str, text: str, problems: list[Problem], offset: int = 0) -> Node | None:
    """The YAML document in `text`, or None when it is empty or cannot be read.

    offset: how many lines stand before `text` in the file. Reports HB102, HB103, HB105, HB106,
    HB107 and HB111.
    """
    marker = conflict(path, text, offset)
    if marker is not None:
        problems.append(marker)
        return None
    try:
        if _MAYBE_ALIAS.search(text):
            alias = _first_alias(text)
            if alias is not None:
                place = Place(path, alias.line + 1 + offset, alias.column + 1)
                problems.append(problem("HB106", place))
                return None
        node: Node | None = _Composer(text).get_single_node()
    except yaml.YAMLError as error:
        problems.append(_syntax(path, text, error, offset))
        return None
    source = NodeSource(path, node, offset) if node is not None else None
    if node is None or source is None or not _shallow(node, source, problems):
        return None
    return node


def _first_alias(text: str) -> Any:
    for event in yaml.parse(text, Loader=yaml.CLoader):
        if getattr(event, "anchor", None):
            return event.start_mark
    return None


def _shallow(root: Node, source: NodeSource, problems: list[Problem]) -> bool:
    """Walk all collections once: report repeated keys, refuse nesting over MAX_DEPTH."""
    level: list[Node] = [root]
    for _ in range(MAX_DEPTH):
        below: list[Node] = []
        for node in level:
            if isinstance(node, MappingNode):
                seen: dict[str, Node] = {}
                for key, value in node.value:
                    if not isinstance(key, ScalarNode):
                        problems.append(_key_problem(source, key))
                        return False
                    if key.value in seen:
                        line = seen[key.value].start_mark.line + 1 + source.offset
                        spot = source.of(key)
                        problems.append(problem("HB107", spot, key=key.value, line=line))
                    seen.setdefault(key.value, key)
                    if not isinstance(value, ScalarNode):
                        below.append(value)
            elif isinstance(node, SequenceNode):
                below.extend(child for child in node.value if not isinstance(child, ScalarNode))
        if not below:
            return True
        level = below
    problems.append(problem("HB105", source.of(level[0])))
    return False


def _key_problem(source: NodeSource, key: Node) -> Problem:
    how = "键只能是一个词，如“名称”。"
    return problem("HB102", source.of(key), what="这里的键不是文字", how=how)


# libyaml's sentences -> what it means for an office clerk, and what to do.
_SYNTAX: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "一行里出现了不该有的冒号",
        "值里有“: ”的，用双引号把值括起来。",
    ),
    ("did not find expected key", "缩进与上一行对不齐，或引号没有配对", "同级的键左边要对齐。"),
    ("could not find expected ':'", "键后面没有冒号", "写成“键: 值”，冒号用半角，后面空一格。"),
    ("did not find expected '-'", "列表里少了“- ”，或缩进对不齐", "列表每项以“- ”开头，左边对齐。"),
    ("did not find expected ',' or", "方括号或大括号没有配对", "补上 ] 或 }，项之间用半角逗号。"),
    ("unexpected end of stream", "引号没有配对，一直到文件末尾", "补上缺的引号。"),
    ("document start", "文件里有多余的内容", "一个文件只写一份数据，删去多余的“---”。"),
    ("cannot start any token", "值以特殊符号开头", "用双引号把整个值括起来。"),
    ("unknown escape", "双引号里有不认识的反斜杠写法", "改用单引号，或把 \\ 写成 \\\\。"),
    ("control characters", "文件里有看不见的控制字符", "删去这一行重新输入。"),
    ("special characters", "文件里有看不见的控制字符", "删去这一行重新输入。"),
    ("nesting level", "嵌套太深", "检查是否漏了换行或多写了括号。"),
    ("block sequence entries are not allowed", "“- ”写在了不能写的地方", "列表另起一行写。"),
    ("tag", "这里的感叹号被当成了标记", "用双引号把整个值括起来。"),
)


def _syntax(path: str, text: str, error: yaml.YAMLError, offset: int) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # ReaderError: only a position
        position = getattr(error, "position", 0) or 0
        before = text[:position]
        place = Place(
            path, before.count("\n") + 1 + offset, position - (before.rfind("\n") + 1) + 1
        )
        what, how = _SYNTAX[9][1:]
        return problem("HB102", place, what=what, how=how)
    lines = text.split("\n")
    number = min(mark.line, len(lines) - 1)
    place = Place(path, number + 1 + offset, mark.column + 1)
    line = lines[number]
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        return problem("HB103", Place(path, number + 1 + offset, indent.index("\t") + 1))
    for near in (number, number - 1):
        wrong = _colon(lines[near]) if 0 <= near < len(lines) else None
        if wrong:
            return problem(
                "HB102", Place(path, near + 1 + offset, wrong[0]), what=wrong[1], how=wrong[2]
            )
    said = f"{getattr(error, 'problem', '') or ''} {getattr(error, 'context', '') or ''}"
    for sentence, what, how in _SYNTAX:
        if sentence in said:
            return problem("HB102", place, what=what, how=how)
    return problem("HB102", place, what="这里读不懂", how="对照同类记录的写法检查这一行和上一行。")


_KEY = re.compile(r"^\s*(?:- )?\s*[\u4e00-\u9fff]{1,6}(?P<colon>：\s?|:(?=\S))")


def _colon(line: str) -> tuple[int, str, str] | None:
    found = _KEY.match(line)
    if not found:
        return None
    wide = found["colon"].startswith("：")
    what = "冒号是全角的" if wide else "冒号后面没有空格"
    return found.start("colon") + 1, what, "写成“键: 值”，冒号用半角，后面空一格。"


def front_matter(
    path: str, text: str, problems: list[Problem]
) -> tuple[Node | None, str, int, bool]:
    """Split a Markdown file: front matter, body, the body's first line, whether all is well.

    Reports HB110 when the closing `---` is missing, else what `compose` reports.
    """
    if not text.startswith("---\n"):
        marker = conflict(path, text)
        if marker is not None:
            problems.append(marker)
        return None, text, 1, marker is None
    end = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M).search(text, 4)
    if end is None:
        problems.append(problem("HB110", Place(path)))
        return None, "", 1, False
    head, body = text[4 : end.start()], text[end.end() + 1 :]
    count = len(problems)
    node = compose(path, head, problems, 1)
    first = text.count("\n", 0, end.end()) + 2
    marker = conflict(path, body, first - 1)
    if marker is not None:
        problems.append(marker)
    return node, body, first, len(problems) == count
