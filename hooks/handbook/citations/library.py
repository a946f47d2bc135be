"""The instruments of a handbook by every name that a citation may call them."""

from __future__ import annotations

import difflib
import html
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from handbook.citations.lookup import Text
from handbook.model import Instrument, Version

_FOLD = str.maketrans({"《": "<", "》": ">", "〈": "<", "〉": ">", "○": "〇", "“": '"', "”": '"'})
_EDITION = re.compile(r"\((?:试行|暂行|[^()]*(?:修订|修正)[本版]?)\)$")
_STATE = "中华人民共和国"
_COUNTRY = re.compile(f"(^|<){_STATE}(?=.)")


@lru_cache(maxsize=16384)
def folded(title: str) -> str:
    """The title without differences of width, blanks and kinds of inner brackets."""
    if "&" in title:
        title = html.unescape(title)
    return "".join(unicodedata.normalize("NFKC", title).translate(_FOLD).split())


@lru_cache(maxsize=16384)
def bare(title: str) -> str:
    """`folded`, without a leading 中华人民共和国 and a closing （试行）, （…修订） or （…修正）."""
    title = folded(title)
    while match := _EDITION.search(title):
        title = title[: match.start()]
    return _COUNTRY.sub(r"\1", title)


class Library:
    """Every instrument of the handbook by every name. Built once, fills its caches in use."""

    def __init__(self, instruments: Mapping[str, Instrument]) -> None:
        self.instruments = instruments
        # from the strictest way to compare names to the loosest
        self._tiers: tuple[dict[str, dict[str, Instrument]], ...] = ({}, {}, {}, {})
        for work in instruments.values():
            now = work.current
            current = {name for name in (now.title, now.short, *now.aliases) if name}
            for name in work.names:
                self._add(work, name, name in current)
        names = {*self._tiers[1], *self._tiers[3]}
        self._names = frozenset(names)
        self._lengths = sorted({len(name) for name in names}, reverse=True)
        self._last = frozenset(name[-1] for name in names)
        self._found: dict[str, tuple[Instrument, ...]] = {}
        self._suggested: dict[str, str] = {}
        self._texts: dict[int, tuple[Version, Text]] = {}
        self.answers: dict[tuple[str, bool], Any] = {}  # of `resolve`, for texts without context

    def _add(self, work: Instrument, name: str, current: bool) -> None:
        for tier, key in ((0, folded(name)), (2, bare(name))):
            if current:
                self._tiers[tier].setdefault(key, {})[work.id] = work
            self._tiers[tier + 1].setdefault(key, {})[work.id] = work

    def find(self, title: str) -> tuple[Instrument, ...]:
        """The instruments called `title`: none is unknown, several are ambiguous.

        A name as written goes before one that only agrees without （试行） and the like, and names
        of current versions before those of old ones.
        """
        found = self._found.get(title)
        if found is None:
            keys = (folded(title), folded(title), bare(title), bare(title))
            hits = (tier.get(key) for tier, key in zip(self._tiers, keys, strict=True))
            found = self._found[title] = tuple(next(filter(None, hits), {}).values())
        return found

    def text(self, version: Version) -> Text:
        """The version's text, ready to be looked up in."""
        known = self._texts.get(id(version))
        if known is None:
            text = Text(version.body, version.summary, version.article_count)
            known = self._texts[id(version)] = (version, text)
        return known[1]

    def suggest(self, title: str) -> str:
        """Did you mean, as a hint."""
        if title not in self._suggested:
            near = difflib.get_close_matches(bare(title), self._tiers[2], n=1, cutoff=0.6)
            works = list(self._tiers[2][near[0]].values()) if near else []
            self._suggested[title] = (
                f"是不是《{works[0].title}》？"
                if works
                else "核对名称；要引用的文件先收进 docs/regulations/ 或 docs/rules/。"
            )
        return self._suggested[title]

    def name_before(self, text: str, end: int) -> tuple[int, tuple[Instrument, ...]] | None:
        """The instrument whose name stands directly before `end` without 《》, and its start."""
        if text[end - 1 : end] not in self._last:
            return None
        for length in self._lengths:
            start = end - length
            if start < 0 or text[start:end] not in self._names:
                continue
            works = self.find(text[start:end])
            if text.endswith(_STATE, 0, start):
                return start - len(_STATE), works
            if start == 0 or text[start:end] == "宪法" or text[start - 1] in _BEFORE_NAME:
                return start, works
        return None


# Where a name without 《》 may begin: behind other characters it is the tail of a longer name
_BEFORE_NAME = frozenset(
    "，。；：、（）()“”《》！？ \u3000\t—,;:"
    "照据反合守依由和与及或者对按在有行用循遵以从因将于向为是即如除当施使定比了到违的其并且对同"
)
