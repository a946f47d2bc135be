"""One text as YAML, plain where YAML allows it; every form is read back before it is used."""

from __future__ import annotations

import re

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handbook.problems import Problem
from handbook.source import compose

_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_NAMED = {"\n": "\\n", "\t": "\\t"}
_HEADER = re.compile(r"[|>]([+-]?)\d?([+-]?)([ \t]+#[^\r\n]*)?")


def inline(text: str, *, flow: bool = False) -> str:
    """The text on one line: plain, else in quotes.

    flow: it stands within [ ] or { }, where commas and brackets have a meaning.
    """
    forms = [text]
    if '"' in text or "\\" in text:  # else double quotes are the plainer ones
        forms.append("'" + text.replace("'", "''") + "'")
    if not _ODD.search(text):
        for form in forms:
            if _reads(f"[{form}]" if flow else form, text):
                return form
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_ODD.sub(_escape, escaped)}"'


def _escape(sign: re.Match[str]) -> str:
    return _NAMED.get(sign[0]) or f"\\u{ord(sign[0]):04x}"


def block(text: str, indent: int, eol: str, old: str = "") -> tuple[str, str] | None:
    """The text as a block scalar: its header and its lines, or None when it cannot be one.

    old: the block scalar that it replaces, whose style, chomping and comment it keeps.
    """
    found = _HEADER.match(old)
    chomp, comment = (found[1] or found[2], found[3] or "") if found else ("", "")
    body = eol.join(" " * indent + line if line else "" for line in text.split("\n"))
    for style in dict.fromkeys((old[:1] or "|", "|")):
        header = f"{style}{chomp}"
        if text and _reads(f"{header}{eol}{body}{eol}", text):
            return header + comment, body
    return None


def _reads(form: str, text: str) -> bool:
    """Whether `form`, as the value of a key or as the only entry of its list, is read as `text`."""
    problems: list[Problem] = []
    node = compose("", f"键: {form}", problems)
    if problems or not isinstance(node, MappingNode) or len(node.value) != 1:
        return False
    value: Node = node.value[0][1]
    if isinstance(value, SequenceNode) and len(value.value) == 1:
        value = value.value[0]
    return isinstance(value, ScalarNode) and value.value.strip() == text
