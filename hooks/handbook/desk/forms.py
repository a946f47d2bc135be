"""What a form shows: a JSON Schema for json-editor out of the keys of a record, and its values.

Values are as typed; a list key with a single value is a list in the form and stays as it was typed
while nobody changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handbook.schema import COLLECTIVES, Key
from handbook.tables import MAINS, Content, Held, Sheet, shown

Schema = dict[str, Any]
_LISTS = frozenset(("lines", "units", "references"))
_LONG = frozenset(("markdown",))
_OFFERED = {"unit": "units", "field": "fields"}  # what a reference is completed with


def sheet(data: str) -> Sheet | None:
    """The kind of record below data/<data>."""
    return next((main for main in MAINS if main.data == data), None)


def schema(of: Sheet, record: Mapping[str, Any], *, new: bool) -> Schema:
    """The form of a record; the identifier of one that exists cannot be changed."""
    return {
        "type": "object",
        "title": f"新增{of.kind.word}" if new else f"{of.kind.word}“{record.get(of.id, '')}”",
        "properties": {
            key.name: _property(key, record.get(key.name), order, key.name == of.id and not new)
            for order, key in enumerate(of.kind.keys)
        },
    }


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
    if key.type.to in _OFFERED:
        attributes["list"] = _OFFERED[key.type.to]
    made: Schema = {"type": "string", "options": {"inputAttributes": attributes}}
    return made | ({"format": "textarea"} if key.type.name in _LONG else {})


def values(of: Sheet, record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as its form holds it: every key, lists as lists."""
    found: dict[str, Any] = {}
    for key in of.kind.keys:
        value = record.get(key.name)
        if key.type.name in _LISTS or key.type.record:
            found[key.name] = value if isinstance(value, list) else [value] if value else []
        else:
            found[key.name] = value or ""
    return found


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


def offers(content: Content) -> dict[str, list[str]]:
    """Names that references are completed with: units and their collectives, fields."""
    units = [held.record for held in content.held if held.sheet.data == "units"]
    labels = [shown(unit.get("简称") or unit.get("名称", "")) for unit in units]
    return {"units": [*filter(None, labels), *COLLECTIVES], "fields": list(content.fields)}


def title(held: Held) -> str:
    """What a record is called in a list of records."""
    names = ("事项", "名称", "问题", "题干", "词条")
    return next((shown(held.record[name]) for name in names if held.record.get(name)), held.id)
