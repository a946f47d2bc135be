"""What the handbook calls things: the names that need no explanation, and slips that are near them.

Used by `lint` to find abbreviations and units that are called otherwise than their records say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from handbook.convert import exists
from handbook.model import Handbook, Unit
from handbook.names import Names
from handbook.schema import UNIT_KIND

HAN = "[\u4e00-\u9fff]"


class Slip(NamedTuple):
    """A span in which a unit is called what it is not; what is wrong, and the remedy."""

    start: int
    end: int
    what: str
    how: str


class Words:
    """The names of one handbook on its as-of day."""

    def __init__(self, handbook: Handbook) -> None:
        units = list(handbook.units.values())
        alive = [u for u in units if u.until is None or exists(u, handbook.as_of)]
        self._units = Names(UNIT_KIND.word)
        for unit in alive:
            self._units.add(unit.id, *_names(unit))
        named = {name for unit in alive for name in _names(unit)}
        gone = {name: unit for unit in units if unit not in alive for name in _names(unit)}
        terms = {n for term in handbook.terms.values() for n in (term.name, *term.aliases)}
        works = {name for work in handbook.instruments.values() for name in work.names}
        self._known = named | terms
        self._gone = {name: unit for name, unit in gone.items() if name not in self._known}
        self._stems = {
            stem: name for name in sorted(named) for stem in _stems(name) if stem not in self._known
        }
        self._text = "\n".join(sorted(self._known | works))
        first = "".join({name[0] for name in (*self._known, *self._gone, *self._stems, "区")})
        self._pattern = re.compile(
            f"(?=[{re.escape(first)}])(?:(?P<gone>{_any(self._gone)})|{_any(self._known)}"
            f"|(?P<stem>{_any(self._stems)})(?!{_LONGER})|(?P<odd>{_UNLISTED}))"
        )

    def explain(self, name: str) -> bool:
        """Whether a term, unit or instrument is called so, wholly or in part."""
        return name in self._text

    def slips(self, text: str) -> Iterator[Slip]:
        """Where a text names a unit by no name of its own, or one that no longer exists."""
        for match in self._pattern.finditer(text):
            start, end = match.span()
            before = text[start - 1 : start]
            if match.lastgroup == "stem" and not _JOINED.match(before):
                yield Slip(start, end, "少了“区”", f"写名册里的“{self._stems[match[0]]}”。")
            elif match.lastgroup == "odd" and before not in _NO_DISTRICT:
                yield Slip(start, end, "不是名册里的单位", self._units.hint(match[0]))
            elif match.lastgroup == "gone" and not _HISTORY.search(text, start - 8, end + 12):
                until = self._gone[match[0]].until
                yield Slip(start, end, f"自 {until} 起撤销", "改成承接它的单位。")


def _names(unit: Unit) -> tuple[str, ...]:
    return tuple(name for name in (unit.name, unit.short, *unit.aliases) if name)


def _stems(name: str) -> Iterator[str]:
    """A district unit's name without 区, 区委 or 区政府, where it is still the name of one."""
    for prefix in ("区政府", "区委", "区"):
        stem = name.removeprefix(prefix)
        if stem != name and len(stem) > 2 and _OFFICE.search(stem):
            yield stem
            return


def _any(names: Iterable[str]) -> str:
    """A pattern for any of the names, the longest first; for nothing when there are none."""
    found = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(map(re.escape, found)) or "(?!)"


_OFFICE = re.compile("(?<!^工作)(?:局|部|委|大队|[^公]办)$|..办公室$")
# 民政局长, 政府办理, 组织部门: another word, not a unit's name.
_LONGER = "[长门署员会理结法公事件案面势限]"
# 市民政局, 高校组织部: somebody else's; behind these it is the district's own.
_JOINED = re.compile(f"(?![由向到送给和与及或经在报请找去跟是原]){HAN}")
_NO_DISTRICT = frozenset("社地全城园郊市辖片街山校教灾牧景矿")  # 社区, 地区: no district named
_HISTORY = re.compile("撤销|并入|更名|改称|划入|原")
# A unit of the district by its look; these never stand inside the name of one.
_WORD = f"(?![区由向对报转同口里的或者及按在是为被给等各每把送某]){HAN}"
_UNLISTED = (
    f"区(?:{_WORD}){{2,8}}?(?:局|大队|联合会)(?![长面])"
    f"|区委(?:(?![全干内外本]){_WORD}){{2,4}}?部(?![门署分长队委])"
    f"|区(?:{_WORD}){{1,3}}?(?<![常党])委(?![员托派任屈会])"
)
