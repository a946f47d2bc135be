"""What a form shows: a JSON Schema for json-editor out of the keys of a record, and its values.

Values are as typed; a list key with a single value is a list in the form and stays as it was typed
while nobody changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from handbook.model import Instrument
from handbook.schema import COLLECTIVES, Key
from handbook.tables import FIELDS, MAINS, Content, Held, Sheet, shown

Schema = dict[str, Any]
SHEETS = (*MAINS, FIELDS)  # the kinds of record that have forms
_LISTS = frozenset(("lines", "units", "references"))
_LONG = frozenset(("markdown",))
_OFFERED = {"unit": "units", "field": "fields"}  # what a reference is completed with
_OFFERED_TO = {"并入": "units", "依据": "instruments", "出处": "instruments"}  # texts with names


def sheet(data: str) -> Sheet | None:
    """The kind of record below data/<data>."""
    return next((one for one in SHEETS if one.data == data), None)


def schema(of: Sheet, record: Mapping[str, Any], lines: Mapping[str, int], *, new: bool) -> Schema:
    """The form of a record; the identifier of one that exists cannot be changed.

    lines: on which line of the file the value of a key begins; a value that no field can hold is
    shown as it is written, with its line.
    """
    made: Schema = {
        "type": "object",
        "title": f"新增{of.kind.word}" if new else f"{of.kind.word}“{record.get(of.id, '')}”",
        "properties": {
            key.name: _property(key, record.get(key.name), order, key.name == of.id and not new)
            for order, key in enumerate(of.kind.keys)
        },
    }
    for key in of.kind.keys:
        if _odd(key, record.get(key.name)):
            about = f"第 {lines[key.name]} 行：这样的写法不能自动改动（HB714），用编辑器改。"
            fixed = {"type": "string", "format": "textarea", "readOnly": True, "description": about}
            made["properties"][key.name] |= fixed
    return made


def _odd(key: Key, value: Any) -> bool:
    """Whether a list is written as something else; `datafile` gives it as its YAML."""
    return bool(isinstance(value, str) and value and (key.type.record or key.type.name in _LISTS))


def _property(key: Key, value: Any, order: int, fixed: bool) -> Schema:
    title = f"{key.name}（必填）" if key.required else key.name
    about: Schema = {"title": title, "description": key.help, "propertyOrder": order}
    if key.type.record:
        items = {
            "type": "object",
            "title": key.name,
            "properties": {
                inner.name: _property(inner, None, number, False)
                for number, inner in enumerate(key.type.record.keys)
            },
        }
        return about | {"type": "array", "items": items}
    if key.type.name in _LISTS:
        items = _text(key) | {"title": key.name}
        return about | {"type": "array", "items": items}
    return about | _text(key, value) | ({"readOnly": True} if fixed else {})


def _text(key: Key, value: Any = None) -> Schema:
    if key.type.choices:
        # what stands there stays selectable, right or wrong: a form never changes a value by itself
        odd = [value] if value not in (None, "", *key.type.choices) else []
        return {"type": "string", "enum": ["", *key.type.choices, *odd]}
    attributes = {"placeholder": key.example.strip("[]"), "autocomplete": "off"}
    offered = _OFFERED.get(key.type.to) or _OFFERED_TO.get(key.name)
    if offered:
        attributes["list"] = offered
    made: Schema = {"type": "string", "options": {"inputAttributes": attributes}}
    if key.type.name == "day" and _day(value or ""):
        made["options"]["format"] = "date"  # as the format of the schema it would be checked twice
    return made | ({"format": "textarea"} if key.type.name in _LONG else {})


def _day(text: str) -> bool:
    """Whether a date input can hold the text: nothing, or YYYY-MM-DD of a day that exists."""
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def values(of: Sheet, record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as its form holds it: every key, lists as lists."""
    return {key.name: _value(key, record.get(key.name)) for key in of.kind.keys}


def _value(key: Key, value: Any) -> Any:
    if _odd(key, value):
        return value
    if key.type.record and isinstance(value, list):
        keys = key.type.record.keys
        return [{one.name: _value(one, item.get(one.name)) for one in keys} for item in value]
    if key.type.name in _LISTS or key.type.record:
        return value or []
    return value or ""


def changed(of: Sheet, record: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """What a form changes of a record: key -> new value, None where the key goes."""
    before = values(of, record)
    found: dict[str, Any] = {}
    for key in of.kind.keys:
        new = _clean(form.get(key.name, before[key.name]))
        if new != _clean(before[key.name]):
            found[key.name] = _typed(new, record.get(key.name))
    return found


def _clean(value: Any) -> Any:
    """A form's value without what was left empty."""
    if isinstance(value, Mapping):
        return {str(key): new for key, item in value.items() if (new := _clean(item))}
    if isinstance(value, list):
        return [new for item in value if (new := _clean(item))]
    return str(value).strip()


def _typed(value: Any, old: Any) -> Any:
    """A value as it is written: a list of one stays a single value where it was one."""
    if not value:
        return None
    single = isinstance(value, list) and len(value) == 1 and isinstance(value[0], str)
    return value[0] if single and isinstance(old, str) else value


def offers(content: Content, instruments: Iterable[Instrument]) -> dict[str, list[str]]:
    """Names that values are completed with: units and their collectives, fields, instruments."""
    units = [held.record for held in content.held if held.sheet.data == "units"]
    labels = [shown(unit.get("简称") or unit.get("名称", "")) for unit in units]
    return {
        "units": [*filter(None, labels), *COLLECTIVES],
        "fields": list(content.fields),
        "instruments": [f"《{one.current.short or one.title}》" for one in instruments],
    }


def title(held: Held) -> str:
    """What a record is called in a list of records."""
    names = ("事项", "名称", "问题", "题干", "词条")
    return next((shown(held.record[name]) for name in names if held.record.get(name)), held.id)
