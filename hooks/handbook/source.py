"""Files to text and YAML nodes, with a place for everything and no exception for bad content.

PyYAML's C parser composes the nodes; scalars stay text (`no`, `010`, `12:30` are what was typed).
"""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handbook.model import Place
from handbook.problems import Problem, problem
from handbook.syntax import explain

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

    def has(self, key: str) -> bool:
        """Whether the mapping has the key."""
        return _child(self.node, key) is not None

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


# files


def walk(root: Path, folder: str, problems: list[Problem]) -> list[str]:
    """Every file below `root/folder`, relative to `root`, sorted; names that begin with . are not.

    Links to folders are followed, each folder once: one that comes back to a folder is HB112.
    A name that cannot be an address is HB114.
    """
    found: list[str] = []
    seen: set[tuple[int, int]] = set()
    folders = [folder]
    while folders:
        here = folders.pop()
        for name in _names(root, here, seen, problems):
            path = f"{here}/{name}"
            if _ODD_NAME.search(path):
                problems.append(problem("HB114", Place(_ODD_NAME.sub("�", path))))
            elif name.endswith((".yml", ".md")) or not os.path.isdir(root / path):
                found.append(path)
            else:
                folders.append(path)
    return sorted(found)


def _names(
    root: Path, folder: str, seen: set[tuple[int, int]], problems: list[Problem]
) -> list[str]:
    """The names in a folder that was not `seen` before."""
    try:
        status = os.stat(root / folder)
        found = sorted(name for name in os.listdir(root / folder) if not name.startswith("."))
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            problems.append(problem("HB112", Place(folder), reason=_reason(error)))
        return []
    if (status.st_dev, status.st_ino) in seen:
        problems.append(problem("HB112", Place(folder), reason="链接指回已经读过的文件夹"))
        return []
    seen.add((status.st_dev, status.st_ino))
    return found


# Control characters, and bytes that are not UTF-8 (Python shows them as lone surrogates).
_ODD_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_REASONS = {
    errno.EACCES: "没有读取的权限",
    errno.EPERM: "没有读取的权限",
    errno.EISDIR: "这是一个文件夹，名称却像文件",
    errno.ELOOP: "链接兜了圈子",
    errno.ENOENT: "链接指向的文件不存在",
}


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0, "磁盘读取出错")


# Line ends that only some programs see, pasted from Word; as blanks they move no line number.
BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def read(root: Path, path: str, problems: list[Problem]) -> str | None:
    """The text of `root/path`, line ends `\\n`; None with a problem.

    HB104: too large. HB112: cannot be read. Else as `decode`.
    """
    data = read_bytes(root, path, problems)
    return None if data is None else decode(path, data, problems)


def decode(path: str, data: bytes, problems: list[Problem]) -> str | None:
    """The text of a file's bytes, line ends `\\n`; None with a problem.

    HB101: not UTF-8. HB115: control characters.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8", "ignore").removeprefix("\ufeff")
        problems.append(problem("HB101", _spot(path, good), what=_encoding(data)))
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = BREAKS.sub(" ", text)
    odd = CONTROL.search(text)
    if odd:
        shown = f"U+{ord(odd[0]):04X}"
        problems.append(problem("HB115", _spot(path, text[: odd.start()]), character=shown))
        return None
    return text


def read_bytes(root: Path, path: str, problems: list[Problem]) -> bytes | None:
    """The bytes of `root/path`; None with a problem (HB104, HB112)."""
    try:
        with open(root / path, "rb", opener=_opener) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                problems.append(problem("HB112", Place(path), reason="这不是普通的文件"))
                return None
            data = file.read(MAX_BYTES + 1)
            size = os.fstat(file.fileno()).st_size / 1024 / 1024
    except OSError as error:
        problems.append(problem("HB112", Place(path), reason=_reason(error)))
        return None
    if len(data) > MAX_BYTES:
        problems.append(problem("HB104", Place(path), size=f"{size:.1f} MiB"))
        return None
    return data


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # a pipe must not hold us up


def _spot(path: str, before: str) -> Place:
    """The place right behind the text `before`."""
    return Place(path, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _encoding(data: bytes) -> str:
    """What is wrong with bytes that are not UTF-8, for a message."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "文件是 UTF-16（Unicode）编码，不是 UTF-8"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "文件不是 UTF-8 编码，或者已经损坏"
    return "文件是 GBK（ANSI）编码，不是 UTF-8"


_CONFLICT = re.compile(r"^(?:<<<<<<<|=======$|>>>>>>>)", re.M)


def conflict(path: str, text: str, offset: int = 0) -> Problem | None:
    """The first merge conflict marker that was left in a file, as a problem."""
    found = _CONFLICT.search(text) if "<<<<<<<" in text or ">>>>>>>" in text else None
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1 + offset
    return problem("HB111", Place(path, line), mark=found[0][:7])


# YAML


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
        special = _special(text) if _MAYBE_SPECIAL.search(text) else None
        if special is not None:
            place = Place(path, special.line + 1 + offset, special.column + 1)
            problems.append(problem("HB106", place))
            return None
        node: Node | None = _Composer(text).get_single_node()
    except yaml.YAMLError as error:
        problems.append(explain(path, text, error, offset))
        return None
    if node is None or not _shallow(node, NodeSource(path, node, offset), problems):
        return None
    return node


_MAYBE_SPECIAL = re.compile(r"(?:^|[\s\[{,:?-])[&*!][^\s,\]}*]", re.M)


def _special(text: str) -> Any:
    """The mark of the first anchor, alias or tag; raises YAMLError."""
    for event in yaml.parse(text, Loader=yaml.CLoader):
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            return event.start_mark
    return None


def _shallow(root: Node, source: NodeSource, problems: list[Problem]) -> bool:
    """Walk all collections once: report repeated keys, refuse nesting over MAX_DEPTH."""
    level: list[Node] = [root]
    for _ in range(MAX_DEPTH):
        below: list[Node] = []
        for node in level:
            if isinstance(node, MappingNode):
                if not _keys(node, source, problems):
                    return False
                below += [child for _, child in node.value if type(child) is not ScalarNode]
            elif isinstance(node, SequenceNode):
                below += [child for child in node.value if type(child) is not ScalarNode]
        if not below:
            return True
        level = below
    problems.append(problem("HB105", source.of(level[0])))
    return False


def _keys(node: MappingNode, source: NodeSource, problems: list[Problem]) -> bool:
    """Whether all keys of a mapping are text; reports repeated ones."""
    keys = {key.value for key, _ in node.value if type(key) is ScalarNode}
    if len(keys) == len(node.value):
        return True
    seen: dict[str, Node] = {}
    for key, _ in node.value:
        if type(key) is not ScalarNode:
            how = "键只能是一个词，如“名称”；值以 { 或 [ 开头的，用双引号括起来。"
            problems.append(problem("HB102", source.of(key), what="这里的键不是文字", how=how))
            return False
        if key.value in seen:
            line = seen[key.value].start_mark.line + 1 + source.offset
            problems.append(problem("HB107", source.of(key), key=key.value, line=line))
        seen.setdefault(key.value, key)
    return True


_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M)


def front_matter(
    path: str, text: str, problems: list[Problem]
) -> tuple[Node | None, str, int, bool]:
    """Split a Markdown file: front matter, body, the body's first line, whether all is well.

    Reports HB110 when the closing `---` is missing, else what `compose` reports.
    """
    opening = _OPENING.match(text)
    if opening is None:
        marker = conflict(path, text)
        if marker is not None:
            problems.append(marker)
        return None, text, 1, marker is None
    end = _CLOSING.search(text, opening.end())
    if end is None:
        problems.append(problem("HB110", Place(path)))
        return None, "", 1, False
    head, body = text[opening.end() : end.start()], text[end.end() + 1 :]
    count = len(problems)
    node = compose(path, head, problems, 1)
    first = text.count("\n", 0, end.end()) + 2
    marker = conflict(path, body, first - 1)
    if marker is not None:
        problems.append(marker)
    return node, body, first, len(problems) == count
