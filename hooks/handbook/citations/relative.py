"""前款, 前两条, 本章: what a relative reference points at from where it stands."""

from __future__ import annotations

import re
from typing import NamedTuple

from handbook.citations.lookup import Text, article_of
from handbook.numerals import to_chinese, to_int

_WORD = re.compile("(?P<way>[前本])(?P<count>.*)(?P<unit>[款条项章节])")


class Pointer(NamedTuple):
    """The ids pointed at, in order of the text; without any, the reason why."""

    eids: tuple[str, ...]
    reason: str = ""


def point(word: str, at: str, text: Text) -> Pointer | None:
    """Where `word` points from the block `at`; None where such words are plain text.

    Outside articles (in 意见 and 方案, in tables) there is no 款 that could be meant.
    """
    match = _WORD.fullmatch(word)
    article = article_of(at)
    if not match or not article or article not in text.body:
        return None
    unit = match["unit"]
    if unit in "章节":
        found = text.around(article, "chapter" if unit == "章" else "section")
        return Pointer((found,)) if found else Pointer((), f"这一条不在任何一{unit}之中")
    here = _own(unit, at, article)
    if match["way"] == "本":
        return Pointer((here,))
    count = 2 if match["count"] == "两" else to_int(match["count"]) if match["count"] else 1
    return _before(here, count or 1, unit, bool(match["count"]), text)


def _own(unit: str, at: str, article: str) -> str:
    """The 条, 款 or 项 in which the block stands, "" for no 项."""
    if unit == "条":
        return article
    parts = at.removeprefix(article).split("__")[1:]
    paragraph = f"{article}__{parts[0] if parts else 'para_1'}"
    if unit == "款":
        return paragraph
    return f"{paragraph}__{parts[1]}" if len(parts) > 1 else ""


def _before(here: str, count: int, unit: str, counted: bool, text: Text) -> Pointer | None:
    """The `count` siblings before `here`."""
    if not here:
        return None if counted else Pointer((), "这里不在任何一项之中")
    siblings = text.siblings(here)
    index = siblings.index(here) if here in siblings else 0
    if index >= count:
        return Pointer(tuple(siblings[index - count : index]))
    if counted and unit == "项":  # 前三项工作, 前两项指标
        return None
    scope = "这部文件" if unit == "条" else "这一条" if unit == "款" else "这一款"
    ahead = f"前面只有{to_chinese(index)}{unit}" if index else f"这是{scope}的第一{unit}"
    return Pointer((), ahead)
