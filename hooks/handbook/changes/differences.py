"""What differs between the records of two handbooks, key by key, as texts that people read.

`schema` says which keys there are and how a value is typed, so a new key is compared by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from handbook.model import Handbook, Parties, QuizPick
from handbook.schema import Key, Kind, Type

ADDED, CHANGED, DELETED = "新增", "修改", "删去"
_TOKEN = re.compile(r"\d+|[A-Za-z]+|.", re.S)
_LONGEST = 4000  # tokens of a text whose changed words are looked for
_ALIKE = 0.3  # below, two texts have no words in common worth showing
_SHORTEST = 2  # tokens that stay between two changes; fewer belong to the change


@dataclass(frozen=True, slots=True)
class Edit:
    """One key whose value changed; "" where there was or is none.

    listed: of a list, only the entries that went and that came. wording: other names for the same
    units, so nobody's work changes.
    """

    key: str
    old: str
    new: str
    listed: bool = False
    wording: bool = False


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that was added, changed or deleted; word: what its kind is called."""

    word: str
    id: str
    title: str
    url: str
    change: str
    edits: tuple[Edit, ...] = ()
    paths: tuple[str, ...] = ()  # the files in which it stood and stands

    @property
    def wording(self) -> bool:
        """Whether only the units are named in another way."""
        return bool(self.edits) and all(edit.wording for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text: kind is "" (the same), "del" (only before) or "ins" (only after)."""

    kind: str
    text: str


def records(
    kind: Kind,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    was: Handbook,
    now: Handbook,
    url: Callable[[str], str],
    title: str = "title",
) -> Iterator[RecordChange]:
    """The records of `kind` that differ; url: of an id; title: the attribute that names one.

    What the new handbook could not read is not called deleted.
    """
    for id in dict.fromkeys((*new, *old)):
        before, after = old.get(id), new.get(id)
        shown = after if after is not None else before
        paths = tuple(dict.fromkeys(r.source.place().path for r in (before, after) if r))
        named = (kind.word, id, getattr(shown, title), url(id))
        if before is None:
            yield RecordChange(*named, ADDED, tuple(_written(kind, after, now)), paths)
        elif after is None:
            if kind.word not in now.lost:
                yield RecordChange(*named, DELETED, (), paths)
        elif found := edits(kind, before, after, was, now):
            yield RecordChange(*named, CHANGED, found, paths)


def _written(kind: Kind, record: Any, book: Handbook) -> Iterator[Edit]:
    """All that a new record says."""
    for key in kind.keys:
        text = joined(entries(key.type, getattr(record, key.attr), book))
        if text:
            yield Edit(key.name, "", text)


def edits(kind: Kind, old: Any, new: Any, was: Handbook, now: Handbook) -> tuple[Edit, ...]:
    """The keys of two records of `kind` that differ, in the order of the schema.

    was, now: the handbooks they stand in, for the names of what they refer to.
    """
    found = []
    for key in kind.keys:
        before, after = getattr(old, key.attr), getattr(new, key.attr)
        if before != after:
            edit = _edit(key, before, after, was, now)
            if edit is not None:
                found.append(edit)
    return tuple(found)


def _edit(key: Key, before: Any, after: Any, was: Handbook, now: Handbook) -> Edit | None:
    old, new = entries(key.type, before, was), entries(key.type, after, now)
    if old == new:
        return None
    wording = isinstance(before, Parties) and set(before.ids) == set(after.ids)
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    listed = key.type.name in ("lines", "units", "references", "records", "quiz")
    if listed and (gone or come):
        return Edit(key.name, joined(gone.elements()), joined(come.elements()), True, wording)
    return Edit(key.name, joined(old), joined(new), False, wording)


def joined(texts: Iterator[str] | Sequence[str]) -> str:
    """Entries of a list as one text: names with 、, anything longer with ；."""
    found = list(texts)
    return ("；" if any(len(text) > 20 for text in found) else "、").join(found)


def entries(type: Type, value: Any, book: Handbook) -> tuple[str, ...]:
    """A value as texts, one an entry: dates written out, ids as names."""
    if value is None or value == "":
        return ()
    if isinstance(value, Parties):
        return value.typed
    if isinstance(value, tuple):
        return tuple(_one(type, entry, book) for entry in value)
    return (_one(type, value, book),)


def _one(type: Type, value: Any, book: Handbook) -> str:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, QuizPick):
        return value.question or f"题库{value.bank}前{value.count}题"
    if type.record is not None:
        return _nested(type.record, value, book)
    if type.to == "unit":
        return book.units[value].label if value in book.units else str(value)
    if type.to == "field":
        return book.fields[value].name if value in book.fields else str(value)
    return settled(str(value))


def _nested(kind: Kind, record: Any, book: Handbook) -> str:
    """A record in a record: 区民宗局：收件（时限 5个工作日内；交接 送有关单位）."""
    first, second, *rest = kind.keys
    head = "：".join(
        joined(entries(key.type, getattr(record, key.attr), book)) for key in (first, second)
    )
    more = ((key.name, joined(entries(key.type, getattr(record, key.attr), book))) for key in rest)
    tail = "；".join(f"{name} {text}" for name, text in more if text)
    return f"{head}（{tail}）" if tail else head


def day(value: date) -> str:
    """A day as it is said: 2026年3月5日."""
    return f"{value.year}年{value.month}月{value.day}日"


_COMMENT = re.compile(r"<!--.*?-->", re.S)


def settled(text: str) -> str:
    """A Markdown text without what is only layout: comments, blanks at line ends, blank lines."""
    lines = (line.rstrip() for line in _COMMENT.sub("", text).strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def passages(old: str, new: str) -> Iterator[Edit]:
    """The paragraphs in which two Markdown texts differ, as edits of 正文."""
    before, after = settled(old).split("\n\n"), settled(new).split("\n\n")
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            gone, come = "\n\n".join(before[i:j]), "\n\n".join(after[k:m])
            if gone or come:
                yield Edit("正文", gone, come)


# Changed words


def marked(old: str, new: str) -> tuple[Run, ...]:
    """Both texts in one, with what went and came; one after the other where little is the same.

    >>> [(run.kind, run.text) for run in marked("每季度1次", "每季度2次")]
    [('', '每季度'), ('del', '1'), ('ins', '2'), ('', '次')]
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) + len(after) > _LONGEST:
        return _whole(old, new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return _whole(old, new)
    runs: list[Run] = []
    gone = come = ""
    codes = matcher.get_opcodes()
    for number, (tag, i, j, k, m) in enumerate(codes):
        between = 0 < number < len(codes) - 1
        if tag == "equal" and not (between and j - i < _SHORTEST):
            runs += [*_whole(gone, come), Run("", "".join(before[i:j]))]
            gone = come = ""
        else:
            gone, come = gone + "".join(before[i:j]), come + "".join(after[k:m])
    return (*runs, *_whole(gone, come))


def _whole(old: str, new: str) -> tuple[Run, ...]:
    return tuple(run for run in (Run("del", old), Run("ins", new)) if run.text)
