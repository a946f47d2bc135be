"""A form's values into a data file: what would change, what is wrong with it, and the writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from handbook.desk import forms
from handbook.edits import edit
from handbook.edits.datafile import Keys, Position, Uneditable, places
from handbook.exchange import fresh, missing, replace_file
from handbook.model import Place
from handbook.problems import ERROR, Problem, problem
from handbook.site import compile_site
from handbook.tables import Content, Held, Sheet, gather, shown

_CONFLICT = "打开表单以后，这条记录在文件里改过了，没有保存。记下你的改动，重新打开再改。"


@dataclass(frozen=True)
class Change:
    """One key that a form changes, as people read it; "" for nothing."""

    key: str
    old: str
    new: str


@dataclass(frozen=True)
class Found:
    """A problem, with the keys of the value in the record that it belongs to; () for none."""

    keys: Keys
    text: str
    error: bool


@dataclass(frozen=True)
class Outcome:
    """What a form's values would do, or did.

    wrong: why they cannot be taken at all. meanwhile: what others changed since the form was
    opened. path: the file, with the bytes it had and those it gets.
    """

    changes: Sequence[Change] = ()
    problems: Sequence[Found] = ()
    wrong: str = ""
    meanwhile: Sequence[Change] = ()
    path: str = ""
    before: bytes = field(default=b"", repr=False)
    data: bytes = field(default=b"", repr=False)

    @property
    def good(self) -> bool:
        """Whether there is something to write and nothing that forbids it."""
        return bool(self.changes) and not self.wrong and not any(p.error for p in self.problems)


@dataclass(frozen=True)
class Form:
    """What comes from the browser. base: the record as the form was opened with, {} for a new one.

    id: its identifier, "" for a new one; path: the file a new one goes to.
    """

    sheet: Sheet
    id: str
    base: Mapping[str, Any]
    values: Mapping[str, Any]
    path: str = ""


def check(content: Path, as_of: date, form: Form) -> Outcome:
    """What saving the form would do; nothing is written."""
    held, unread = gather(content, forms.SHEETS)
    if unread:
        return Outcome(problems=[Found((), str(found), True) for found in unread])
    name = form.id or str(form.values.get(form.sheet.id, "")).strip()
    same = [one for one in held.of(form.sheet) if one.id == name]
    wrong = _wrong(form, name, same, _allowed(held, form.sheet))
    if wrong:
        return Outcome(wrong=wrong)
    here = same[0] if same else None
    record = here.record if here else {}
    if here and dict(form.base) != record:
        return Outcome(wrong=_CONFLICT, meanwhile=_changes(form.base, record))
    path = here.path if here else form.path or _allowed(held, form.sheet)[0]
    changed = forms.changed(form.sheet, record, form.values)
    if not changed:
        return Outcome(wrong="没有改动。")
    new = [] if here else [{k: v for k, v in changed.items() if v is not None}]
    text = held.texts.get(path, "")
    try:
        data = edit(text, form.sheet.kind, {name: changed} if here else {}, new).encode("utf-8")
    except Uneditable:
        return Outcome(problems=[Found((), _uneditable(text, path, here), True)])
    before = compile_site(content, as_of).problems
    found = fresh(before, compile_site(content, as_of, {path: data}).problems)
    where = places(data.decode("utf-8"), form.sheet.kind, name)
    problems = [_found(one, path, where, form.sheet) for one in found]
    changes = _changes(record, {**record, **changed})
    return Outcome(changes, problems, path=path, before=text.encode("utf-8"), data=data)


def save(content: Path, as_of: date, form: Form) -> Outcome:
    """Check the form once more and write its file, at once or not at all."""
    outcome = check(content, as_of, form)
    if not outcome.good:
        return outcome
    file = content / outcome.path
    try:
        if (file.read_bytes() if file.exists() else b"") != outcome.before:
            return Outcome(wrong=f"正要保存，{outcome.path} 被别的程序改了，没有保存。再检查一次。")
        replace_file(file, outcome.data)
    except OSError as error:
        return Outcome(outcome.changes, wrong=f"写不了 {outcome.path}（{error.strerror}）。")
    return outcome


def _wrong(form: Form, name: str, same: Sequence[Held], allowed: Sequence[str]) -> str:
    """Why the form cannot be taken, "" if it can. same: the records that have its identifier."""
    paths = "、".join(dict.fromkeys(one.path for one in same))
    if form.id:
        if not same:
            return f"“{form.id}”已经不在了，可能刚被别人删去。"
        if len(same) > 1:
            return f"“{form.id}”有 {len(same)} 条（{paths}），先用编辑器改掉重复的。"
        if form.values.get(form.sheet.id, form.id) != form.id:
            return f"“{form.sheet.id}”定了就不能改。"
        return ""
    if not name:
        return f"先写“{form.sheet.id}”。"
    if same:
        return f"“{name}”已经用过了，在 {paths}；换一个没有用过的。"
    if form.path and form.path not in allowed:
        return f"新的记录不能写到 {form.path}。"
    return ""


def _allowed(held: Content, of: Sheet) -> Sequence[str]:
    """The files that a new record can go to."""
    return held.files(of) or [f"data/{of.data}.yml"]


def _uneditable(text: str, path: str, here: Held | None) -> str:
    place = Place(path)
    if here:
        (_, start, _), *_ = places(text, here.sheet.kind, here.id)
        place = Place(path, *start)
    return str(problem("HB714", place))


def _found(
    one: Problem, path: str, where: Sequence[tuple[Keys, Position, Position]], of: Sheet
) -> Found:
    """The problem beside the value of the record that it is about, else with its place."""
    at = (one.place.line, one.place.column)
    text = one.message + (f"提示：{one.hint}" if one.hint else "")
    inside = [(s, keys) for keys, s, end in where if one.place.path == path and s <= at <= end]
    if not inside:
        return Found((), f"{one.place.path} 第 {one.place.line} 行：{text}", one.severity == ERROR)
    keys = max(inside, key=lambda entry: (entry[0], len(entry[1])))[1]
    kind = of.kind
    part = kind.by_name[str(keys[0])].type.record if keys and keys[0] in kind.by_name else None
    if not keys or (part and len(keys) == 2):  # of a whole record: of the key that it names
        lacking = missing(one, part.keys if part else kind.keys)
        keys = (*keys, lacking) if lacking else keys
    return Found(keys, text, one.severity == ERROR)


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two states of a record."""
    return [
        Change(key, _text(old.get(key)), _text(new.get(key)))
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    ]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "；".join(_text(item) for item in value)
    if isinstance(value, Mapping):
        return "，".join(f"{key}：{_text(item)}" for key, item in value.items())
    return "" if value is None else shown(value)
