"""What an import changes, in words: record, key, old and new value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from handbook.exchange.incoming import Change, Incoming
from handbook.tables import shown

_SHOWN = 60  # characters of a value
_SHARED = 8  # of them, on each side of what differs in a longer text


def lines(incoming: Incoming) -> Iterator[str]:
    """A line for each record, and below a changed one a line for each of its keys."""
    for change in incoming.changes:
        title = f"{change.sheet.kind.word} {change.id}{_title(change)}"
        if change.values is None:
            yield f"删除 {title}：{change.path}"
        elif change.held is None:
            yield f"新增 {title}：写在 {change.path}"
        else:
            yield f"修改 {title}：{change.path}"
            for key, new in change.values.items():
                yield f"  {key}：{_difference(change.held.record.get(key), new)}"
    for held in incoming.missing:
        name = f"{held.sheet.kind.word} {held.id}"
        yield f"表里没有了 {name}：手册里照旧保留；要删去它，加 --delete。"


def _title(change: Change) -> str:
    key = next((k.name for k in change.sheet.keys if k.required and k.name != change.sheet.id), "")
    value = (change.values or {}).get(key) or (change.held.record.get(key) if change.held else "")
    return f"（{_short(shown(value))}）" if value else ""


def _difference(old: Any, new: Any) -> str:
    """Old and new value on one line; of lists, what went and what came."""
    if isinstance(old, list) and isinstance(new, list):
        if len(old) == len(new) and all(isinstance(item, Mapping) for item in (*old, *new)):
            return "；".join(_within(old, new))
        went = [item for item in old if item not in new]
        came = [item for item in new if item not in old]
        said = [f"去掉 {_text(item)}" for item in went] + [f"加上 {_text(item)}" for item in came]
        return "；".join(said) or "次序变了"
    if isinstance(old, str) and isinstance(new, str):
        old, new = _apart(old, new)
    return f"{_text(old)} → {_text(new)}"


def _apart(old: str, new: str) -> tuple[str, str]:
    """Two long texts cut to where they differ, with a little of what they share around it."""
    if max(len(old), len(new)) <= _SHOWN:
        return old, new
    start = max(0, _common(old, new) - _SHARED)
    same = _common(old[start:][::-1], new[start:][::-1])
    cut = max(0, same - _SHARED)
    head, tail = "…" * (start > 0), "…" * (cut > 0)
    return (
        f"{head}{old[start : len(old) - cut]}{tail}",
        f"{head}{new[start : len(new) - cut]}{tail}",
    )


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _within(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What changes within smaller records, one by one."""
    for number, (before, after) in enumerate(zip(old, new, strict=True), 1):
        for key in dict.fromkeys((*before, *after)):
            if before.get(key) != after.get(key):
                yield f"第{number}条的{key}：{_difference(before.get(key), after.get(key))}"


def _text(value: Any) -> str:
    if value is None:
        return "（无）"
    if isinstance(value, Mapping):
        return _short("｜".join(shown(item) for item in value.values()))
    if isinstance(value, list):
        return "；".join(map(_text, value))
    return _short(str(value))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN // 2]}…{text[-_SHOWN // 3 :]}"
