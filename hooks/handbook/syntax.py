"""What a YAML syntax error means to an office clerk: libyaml's sentence -> problem with a remedy.

libyaml's own place is often past the slip: an open quote is reported at the end of the file. Here
it is put where the slip is.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

from handbook.model import Place
from handbook.problems import Problem, problem


class _Said(NamedTuple):
    """libyaml's words, and where it says something began (`start`) and broke (`spot`)."""

    words: str
    start: tuple[int, int]
    spot: tuple[int, int]


_PAIR = "写成“键: 值”，冒号用半角，后面空一格。"
_QUOTE = "用双引号把整个值括起来。"
_ALIGN = "同级的键左边对齐；下一级多缩进两个半角空格。"

# part of libyaml's sentence -> what is wrong, what to do, whether it is where something began
_SENTENCES: tuple[tuple[str, str, str, bool], ...] = (
    ("quoted scalar found unexpected", "引号没有配对", "在这个值的末尾补上同样的引号。", True),
    ("unknown escape", "双引号里有不认识的反斜杠写法", "改用单引号，或把 \\ 写成 \\\\。", False),
    ("escape code", "双引号里有不认识的反斜杠写法", "改用单引号，或把 \\ 写成 \\\\。", False),
    ("did not find expected ',' or", "括号没有配对", "补上 ] 或 }，项之间用半角逗号。", True),
    ("scanning an alias", "值以 * 开头", _QUOTE, True),
    ("scanning an anchor", "值以 & 开头", _QUOTE, True),
    ("undefined alias", "值以 * 开头", _QUOTE, False),
    ("a tag", "值以感叹号开头", _QUOTE, True),
    ("tag handle", "值以感叹号开头", _QUOTE, True),
    ("a block scalar", "“|”或“>”后面还有文字", "多行文字从下一行写起，多缩进两个半角空格。", False),
    ("directive", "行首有百分号", _QUOTE, True),
    ("another document", "一个文件里写了两份数据", "删去中间的“---”。", False),
    ("<document start>", "这一行与上面对不齐", "同级的键左边对齐；删去多余的“...”。", False),
    ("cannot start any token", "值以特殊符号开头", _QUOTE, False),
    ("block sequence entries", "“- ”写在了不能写的地方", "列表另起一行写，每项以“- ”开头。", False),
    ("mapping keys are not", "值以问号开头", _QUOTE, False),
    ("did not find expected '-'", "与上面的“- ”对不齐", "每条以“- ”开头，键左对齐。", False),
    ("did not find expected key", "这一行与上面的键对不齐", _ALIGN, False),
    ("nesting depth", "嵌套太深", "检查是否漏了换行或多写了括号。", False),
)  # fmt: skip


def explain(path: str, text: str, error: yaml.YAMLError, offset: int) -> Problem:
    """The problem that `error` means: HB102, or HB103 for a Tab, or HB105 for nesting.

    offset: how many lines stand before `text` in the file.
    """
    said = _said(text, error)
    lines = text.split("\n")

    def at(line: int, column: int) -> Place:
        return Place(path, line + 1 + offset, column + 1)

    row = min(said.spot[0], len(lines) - 1)
    line = lines[row]
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        return problem("HB103", at(row, indent.index("\t")))
    if "nesting depth" in said.words:
        return problem("HB105", at(*said.spot))
    (row, column), what, how = _slip(said, lines, row)
    return problem("HB102", at(row, column), what=what, how=how)


def _said(text: str, error: yaml.YAMLError) -> _Said:
    mark: Any = getattr(error, "problem_mark", None)
    start: Any = getattr(error, "context_mark", None) or mark
    words = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or ''}"
    if mark is None:  # ReaderError: only a position, in bytes
        size = getattr(error, "position", 0) or 0
        before = text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")
        spot = before.count("\n"), len(before) - (before.rfind("\n") + 1)
        return _Said(words, spot, spot)
    return _Said(words, (start.line, start.column), (mark.line, mark.column))


def _slip(said: _Said, lines: list[str], row: int) -> tuple[tuple[int, int], str, str]:
    """Where the slip is (0-based), what it is and what to do."""
    if "could not find expected ':'" in said.words:
        return _no_colon(said.start, lines)
    if "mapping values are not allowed" in said.words:
        return _odd_colon((row, said.spot[1]), lines)
    before = lines[row][: said.spot[1]].rstrip()
    if "did not find expected key" in said.words and before:
        if before[-1] in "\"'":
            return said.spot, "引号后面还有文字", "把整个值放进引号里；中文引号“”可以直接写。"
        if lines[row][said.spot[1] :][:1] in ("]", "}"):
            return said.spot, "多了一个右括号", "删去多余的括号。"
    for sentence, what, how, begins in _SENTENCES:
        if sentence in said.words:
            return said.start if begins else said.spot, what, how
    return said.spot, "这里读不懂", "对照同类记录的写法，检查这一行和上一行。"


def _no_colon(start: tuple[int, int], lines: list[str]) -> tuple[tuple[int, int], str, str]:
    """A line that should be `键: 值` and has no colon followed by a blank."""
    row = min(start[0], len(lines) - 1)
    wrong = colon(lines[row])
    if wrong:
        return (row, wrong[0]), wrong[1], wrong[2]
    return start, "这一行没有冒号", f"{_PAIR}接着上一行的文字要多缩进两格。"


def _odd_colon(spot: tuple[int, int], lines: list[str]) -> tuple[tuple[int, int], str, str]:
    """A second colon in one line, a line that stands in too far, or one after a line without."""
    row, column = spot
    if re.search(r":\s", lines[row][:column]):
        return spot, "值里有“: ”", "用双引号把整个值括起来，或把冒号改成全角。"
    wrong = colon(lines[row - 1]) if row else None
    if wrong:
        return (row - 1, wrong[0]), wrong[1], wrong[2]
    inset = len(lines[row]) - len(lines[row].lstrip())
    what = "这一行缩进多了，或上一行少了冒号"
    return (row, min(inset, column)), what, "同级的键左边对齐；每个键后面写一个半角冒号和一个空格。"


_KEY = re.compile(r"\s*(?:- +)?[\u4e00-\u9fff]{1,6} *(?P<colon>：|:(?=\S))")


def colon(line: str) -> tuple[int, str, str] | None:
    """A full-width colon, or one without a blank, behind the key of a line: column, what, how."""
    found = _KEY.match(line)
    if not found:
        return None
    what = "冒号是全角的" if found["colon"] == "：" else "冒号后面没有空格"
    return found.start("colon"), what, _PAIR
