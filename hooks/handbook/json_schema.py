"""The keys of `schema` as JSON Schema (draft-07), for completion and checks while typing.

One schema a content file, in `data/.schema/`; data files name theirs in their first line. Editors
read YAML 1.2, where 12 is a number and 2026-06-30 a text; the handbook takes both as typed, so a
text may be any plain value. What needs other records (names, citations) only `check` can say.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from handbook.files import FILES, LIST, PAIRS, YEARS, File
from handbook.schema import RHYTHMS, Key, Kind, Type

FOLDER = "data/.schema"
Schema = dict[str, Any]

_PLAIN = ["string", "number", "boolean"]


def write(content: Path) -> list[Path]:
    """Write every schema into the content folder; returns the files."""
    folder = content / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for file in FILES:
        path = folder / f"{file.name}.json"
        path.write_text(text(file), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def text(file: File) -> str:
    """The schema of a content file as it is written."""
    return json.dumps(schema(file), ensure_ascii=False, indent=2) + "\n"


def schema(file: File) -> Schema:
    """The schema of a content file."""
    head = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": file.title,
        "description": file.note,
    }
    return head | _whole(file)


def modeline(file: File, path: str) -> str:
    """The first line of the data file `path`: where an editor finds its schema."""
    up = "../" * (path.count("/") - 1)
    return f"# yaml-language-server: $schema={up}.schema/{file.name}.json"


def _whole(file: File) -> Schema:
    if file.shape == LIST:
        return {"type": ["array", "null"], "items": _record(file.kind)}
    if file.shape == YEARS:
        days = {key.name: _about(key) | _many(_type(key.type)) for key in file.kind.keys}
        year = {"type": "object", "properties": days, "additionalProperties": False}
        years = {r"^\d{4}$": year}
        shape: Schema = {"type": ["object", "null"], "patternProperties": years}
        return shape | {"additionalProperties": False}
    if file.shape == PAIRS:
        new = value(file.kind.keys[1])
        return {"type": ["object", "null"], "additionalProperties": new}
    return _record(file.kind)


def _record(kind: Kind) -> Schema:
    return {
        "type": "object",
        "properties": {key.name: value(key) for key in kind.keys},
        "required": [key.name for key in kind.keys if key.required],
        "additionalProperties": False,
    }


def value(key: Key) -> Schema:
    """The schema of a key's value."""
    return _about(key) | _type(key.type)


def _about(key: Key) -> Schema:
    described: Schema = {"description": key.help + ("（必填）" if key.required else "")}
    if key.example:
        described["examples"] = [_example(key)]
    return described


def _example(key: Key) -> Any:
    value = yaml.load(key.example, yaml.BaseLoader)
    return json.loads(value) if key.type.name in ("number", "whole") else value


def _type(type_: Type) -> Schema:
    return _TYPES[type_.name](type_)


def _many(one: Schema) -> Schema:
    """A list of values; one value is a list of one."""
    return {"anyOf": [one, {"type": "array", "items": one, "uniqueItems": True}]}


def _text(type_: Type) -> Schema:
    return {"type": _PLAIN, "pattern": r"\S"}


def _texts(type_: Type) -> Schema:
    return _many(_text(type_))


def _records(type_: Type) -> Schema:
    assert type_.record
    return _many(_record(type_.record))


def _quiz(type_: Type) -> Schema:
    assert type_.record
    return _many({"anyOf": [_text(type_), _record(type_.record)]})


_DAY = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_TIMES = "^每(周|月|季度|半年|年)[0-9一二两三四五六七八九十百]+次$"
_TYPES: dict[str, Callable[[Type], Schema]] = {
    "text": _text,
    "markdown": _text,
    "deadline": _text,
    "reference": _text,
    "lines": _texts,
    "units": _texts,
    "references": _texts,
    "records": _records,
    "quiz": _quiz,
    "choice": lambda type_: {"enum": list(type_.choices)},
    "day": lambda _: {"type": "string", "format": "date", "pattern": _DAY},
    "number": lambda _: {"type": ["number", "string"], "pattern": r"^\d{1,9}(\.\d{1,4})?$"},
    "whole": lambda _: {"type": ["integer", "string"], "pattern": r"^\d{1,9}$"},
    "slug": lambda _: {"type": ["string", "integer"], "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
    "web": lambda _: {"type": "string", "pattern": r'^https?://[^\s<>"]+$'},
    "rhythm": lambda _: {"anyOf": [{"enum": list(RHYTHMS)}, {"type": "string", "pattern": _TIMES}]},
}
