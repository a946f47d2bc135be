"""Ids of provisions <-> how officials name them: art_12__para_2 is 第十二条第二款.

The ids follow Akoma Ntoso. `provisions` makes them, `citations` and the pages show them.
"""

from __future__ import annotations

import re

from handbook.numerals import CHINESE, NUMERAL, to_chinese, to_int

# id part, label with {} for the number; the order is that of `name`'s alternatives
_FORMS: tuple[tuple[str, str], ...] = (
    ("att", "附件{}"),
    ("bk", "第{}编"),
    ("div", "第{}分编"),
    ("chp", "第{}章"),
    ("sec", "第{}节"),
    ("part", "第{}部分"),
    ("art", "第{}条"),
    ("para", "第{}款"),
    ("point", "第（{}）项"),
    ("subpoint", "第{}目"),
    ("indent", "之（{}）"),
)
_LABELS = dict(_FORMS)
_ARABIC_NUMBERED = {"subpoint", "indent"}  # 目 and below count 1, 2, 3
_PART = re.compile(r"([a-z]+)(?:_(\d+))?(?:_(\d+))?(?:_dup(\d+))?")
_REPEATED = "［第{}处］"
_NATURAL = "第{}自然段"


def label(eid: str) -> str:
    """The official name of the provision `eid`.

    art_12_1__para_2__point_3 is 第十二条之一第二款第（三）项, chp_3__sec_5 第三章第五节,
    preamble__para_7 序言第七自然段, att_1 附件一. Raises ValueError when `eid` is no such id.
    """
    names: list[str] = []
    parts = eid.split("__")
    for at, part in enumerate(parts):
        names.append(_name(part, natural=at > 0 and parts[at - 1].startswith("preamble")))
    return "".join(names)


def _name(part: str, *, natural: bool) -> str:
    found = _PART.fullmatch(part)
    if not found:
        raise ValueError(f"no id of a provision: {part!r}")
    word, number, inserted, again = found.groups()
    tail = _REPEATED.format(again) if again else ""
    if word == "preamble" and not number:
        return "序言" + tail
    if word not in _LABELS or not number or (inserted and word != "art"):
        raise ValueError(f"no id of a provision: {part!r}")
    form = _NATURAL if natural and word == "para" else _LABELS[word]
    count = number if word in _ARABIC_NUMBERED else to_chinese(int(number))
    under = f"之{to_chinese(int(inserted))}" if inserted else ""
    return form.format(count) + under + tail


def _pattern(word: str, form: str) -> str:
    inserted = f"(?:之(?P<inserted>{CHINESE}))?" if word == "art" else ""
    return form.format(f"(?P<{word}>{NUMERAL})") + inserted


_STEP = re.compile(
    "(?:(?P<preamble>序言)|"
    + "|".join(_pattern(word, form) for word, form in _FORMS)
    + f"|{_NATURAL.format(f'(?P<natural>{NUMERAL})')})"
    + _REPEATED.format(r"(?P<again>\d+)").join(("(?:", ")?"))
)


def from_label(name: str) -> str | None:
    """The id whose `label` is `name`, or None: the inverse of `label`, no citation grammar."""
    parts: list[str] = []
    at = 0
    while at < len(name):
        found = _STEP.match(name, at)
        part = found and _part(found)
        if not found or not part:
            return None
        parts.append(part)
        at = found.end()
    return "__".join(parts) or None


def _part(found: re.Match[str]) -> str:
    """The id part of one step of a name, "" when its number cannot be read."""
    word = "preamble"
    part = word
    if not found["preamble"]:
        word = next(w for w in (*_LABELS, "natural") if found[w])
        numbers = [to_int(found[word])]
        if found["inserted"]:
            numbers.append(to_int(found["inserted"]))
        if None in numbers:
            return ""
        part = "_".join(("para" if word == "natural" else word, *map(str, numbers)))
    return f"{part}_dup{found['again']}" if found["again"] else part
