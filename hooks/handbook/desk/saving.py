"""A form's values into a data file: what would change, what is wrong with it, and the writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from handbook.desk import forms
from handbook.edits import edit
from handbook.edits.datafile import Uneditable, places
from handbook.exchange import fresh, replace_file
from handbook.model import Place
from handbook.problems import ERROR, Problem, problem
from handbook.site import compile_site
from handbook.tables import Held, Sheet, gather, shown


@dataclass(frozen=True)
class Change:
    """One key that a form changes, as people read it; "" for nothing."""

    key: str
    old: str
    new: str


@dataclass(frozen=True)
class Found:
    """A problem, with the key of the record that it belongs to; "" for none."""

    key: str
    text: str
    error: bool


@dataclass(frozen=True)
class Outcome:
    """What a form's values would do, or did.

    wrong: why they cannot be taken at all. path: the file, where it was written.
    """

    changes: Sequence[Change] = ()
    problems: Sequence[Found] = ()
    wrong: str = ""
    path: str = ""
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
    held, unread = gather(content)
    if unread:
        return Outcome(problems=[Found("", str(found), True) for found in unread])
    name = form.id or str(form.values.get(form.sheet.id, "")).strip()
    here = next((one for one in held.of(form.sheet) if one.id == name), None)
    wrong, path = _wrong(form, name, here, held.files(form.sheet))
    if wrong:
        return Outcome(wrong=wrong)
    record = here.record if here else {}
    changed = forms.changed(form.sheet, record, form.values)
    if not changed:
        return Outcome(wrong="没有改动。")
    new = [] if here else [{k: v for k, v in changed.items() if v is not None}]
    text = held.texts.get(path, "")
    try:
        data = edit(text, form.sheet.kind, {name: changed} if here else {}, new).encode("utf-8")
    except Uneditable:
        return Outcome(problems=[Found("", str(problem("HB714", Place(path))), True)])
    before = compile_site(content, as_of).problems
    found = fresh(before, compile_site(content, as_of, {path: data}).problems)
    where = places(data.decode("utf-8"), form.sheet.kind, name)
    problems = [_found(one, path, where) for one in found]
    changes = [Change(key, _text(record.get(key)), _text(value)) for key, value in changed.items()]
    return Outcome(changes, problems, path=path, data=data)


def save(content: Path, as_of: date, form: Form) -> Outcome:
    """Check the form once more and write its file, at once or not at all."""
    outcome = check(content, as_of, form)
    if outcome.good:
        try:
            replace_file(content / outcome.path, outcome.data)
        except OSError as error:
            return Outcome(outcome.changes, wrong=f"写不了 {outcome.path}（{error.strerror}）。")
    return outcome


def _wrong(form: Form, name: str, here: Held | None, files: Sequence[str]) -> tuple[str, str]:
    """Why the form cannot be taken, else the file that it belongs to."""
    if form.id and here is None:
        return f"“{form.id}”已经不在了，可能刚被别人删去。", ""
    if form.id and here is not None:
        if dict(form.base) != dict(here.record):
            return "打开表单以后，这条记录在文件里改过了。先记下你的改动，重新打开再改。", ""
        return "", here.path
    if not name:
        return f"先写“{form.sheet.id}”。", ""
    if here is not None:
        return f"“{name}”已经用过了，在 {here.path}；换一个没有用过的。", ""
    allowed = files or [f"data/{form.sheet.data}.yml"]
    if form.path and form.path not in allowed:
        return f"新的记录不能写到 {form.path}。", ""
    return "", form.path or allowed[0]


def _found(one: Problem, path: str, where: Sequence[Any]) -> Found:
    at = (one.place.line, one.place.column)
    inside = [(s, keys) for keys, s, end in where if one.place.path == path and s <= at <= end]
    keys = max(inside, key=lambda entry: (entry[0], len(entry[1])))[1] if inside else ()
    text = one.message + (f"提示：{one.hint}" if one.hint else "")
    if not inside:
        text = f"{one.place.path} 第 {one.place.line} 行：{text}"
    return Found(str(keys[0]) if keys else "", text, one.severity == ERROR)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "；".join(_text(item) for item in value)
    if isinstance(value, Mapping):
        return "，".join(f"{key}：{_text(item)}" for key, item in value.items())
    return "" if value is None else shown(value)
