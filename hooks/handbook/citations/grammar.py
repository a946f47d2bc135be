"""The grammar of citations: `parse` finds them in text, `format` writes them.

《宗教事务条例》第二十条第一款第（三）项、第（四）项 is one `Citation` with two `Item`s; what the
second leaves out (承前省略) is filled in, so every item carries its whole locator. Nothing here
knows which instruments exist: `resolve` says what a citation means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from handbook.numerals import CHINESE, NUMERAL, to_chinese, to_int


class Step(NamedTuple):
    """One level of a locator. `suffix` is the 一 of 第十二条之一; a plain 附件 has number 0."""

    level: str
    number: int = 0
    suffix: int = 0


Locator = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One provision of a citation. `through`: the end of a range that the item before it opens."""

    steps: Locator
    through: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in a text; spans do not count in comparisons.

    kind: title (《name》), self (本条例), relative (前款, 本章) or bare (第五条 without a name).
    name: what stands in 《》, or the word of a self or relative reference, as typed.
    """

    kind: str
    name: str = ""
    items: tuple[Item, ...] = ()
    start: int = field(default=0, compare=False)
    head_end: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


# level -> (rank, prefix of its Akoma Ntoso id); a step may only be followed by a deeper one
LEVELS = {
    "annex": (0, "att"),
    "preamble": (1, "preamble"),
    "part": (1, "part"),
    "book": (1, "bk"),
    "division": (2, "div"),
    "chapter": (3, "chp"),
    "section": (4, "sec"),
    "article": (5, "art"),
    "paragraph": (6, "para"),  # 款
    "passage": (6, "para"),  # 自然段, only under 序言
    "point": (7, "point"),
    "subpoint": (8, "subpoint"),
}
_UNITS = {
    "部分": "part", "编": "book", "分编": "division", "章": "chapter", "节": "section",
    "条": "article", "款": "paragraph", "自然段": "passage", "段": "passage",
    "项": "point", "点": "point", "目": "subpoint",
}  # fmt: skip
_NAMES = {level: unit for unit, level in reversed(_UNITS.items())}
_CONTAINERS = frozenset(("book", "division", "chapter", "section"))

_GAP = "[ \u3000\xa0]?"
_STEP = re.compile(
    f"(?P<preamble>序言)|附[件表]{_GAP}(?P<annex>{NUMERAL})?"
    f"|(?P<di>第)?{_GAP}(?:(?P<open>[（(]){_GAP}(?P<in>{NUMERAL}){_GAP}[)）]|(?P<n>{NUMERAL}))"
    f"(?:{_GAP}(?P<unit>条(?![款件])(?:之(?P<suffix>{CHINESE}))?|分编|编(?!制)|章(?!程)|节(?!目)"
    "|款(?!项)|项(?!目)|目(?![标录])|部分|自然段|段|点))?"
)
_JOINT = re.compile(
    f"{_GAP}(?:(?P<through>至)|、|和|以?及(?!其)|或者?){_GAP}|(?=[（(]{_GAP}{NUMERAL}{_GAP}[)）])"
)
_DIGITS = "0-9０-９零〇○一二三四五六七八九十百千"
_TAIL = (
    f"(?=第{_GAP}[（(]?{_GAP}[{_DIGITS}]|序言|附[件表])[{_DIGITS} \u3000\xa0"
    "第条款项目章节编部分自然段点序言附件表程制标录之、和以及或者至（()）]{2,800}"
)
_NOTE = "[（(][^（）()\\n]{1,60}[）)]"  # 《…》（试行）第三条, 《…》（以下简称《…》）第三条
_TITLE = (
    "《(?P<title>(?:[^《》\\n]|《[^《》\\n]{1,100}》)+)》"
    f"(?:(?:{_NOTE})?(?:{_GAP}|中?的(?=第{NUMERAL}[条章])|[（(](?=第))(?P<title_tail>{_TAIL}))?"
)
_SELF = (
    "(?P<self>(?<![基日根成资])本(?:实施|暂行|若干|工作|试行)?"
    "(?:法|条例|办法|规定|规则|细则|制度|方案|意见|章程|机制))"
    f"{_GAP}(?P<self_tail>{_TAIL})"
)
_RELATIVE = (
    "(?P<relative>前(?:[两二三四五六七八九十]{1,3}|[2-9２-９])?"
    "(?:款(?!项)|条(?![例款件])|项(?!目))"
    "|(?<![基成资根版文书样剧原副标底日])本"
    "(?:条(?![例款件目])|款(?!项)|章(?![程节])|节(?![目约日假点省能余])))"
    f"(?P<relative_tail>{_TAIL})?"
)
_OUTSIDE = re.compile(_TITLE)
_INSIDE = re.compile(f"{_TITLE}|{_SELF}|{_RELATIVE}|(?P<bare_tail>{_TAIL})")


def parse(text: str, inside: bool = True) -> list[Citation]:
    """Every citation in `text`, in order. Never raises.

    `inside` is for text of an instrument, where 本条例, 前款 and a bare 第五条 mean something;
    elsewhere only 《…》 is looked for.
    """
    search, found, position = (_INSIDE if inside else _OUTSIDE).search, [], 0
    while match := search(text, position):
        citation, position = _read(match)
        if citation:
            found.append(citation)
    return found


def _read(match: re.Match[str]) -> tuple[Citation | None, int]:
    """The citation of one match, if it is one, and where to look on."""
    kind, name, head_end = _head(match)
    tail, at = match[f"{kind}_tail"], match.start(f"{kind}_tail")
    members, scanned = _tail(tail) if tail else ((), 0)
    if not members and kind in ("self", "bare"):
        return None, head_end if kind == "self" else at + max(scanned, 1)
    items = tuple(
        Item(steps, through, at + first, at + last) for steps, through, first, last in members
    )
    end = items[-1].end if items else head_end
    return Citation(kind, name, items, match.start(), head_end, end), end


def _head(match: re.Match[str]) -> tuple[str, str, int]:
    """kind, name and end of what stands before the locators."""
    if match["title"] is not None:
        return "title", match["title"], match.end("title") + 1
    if match["self"]:
        return "self", match["self"], match.end("self")
    if match["relative"]:
        return "relative", match["relative"], match.end("relative")
    return "bare", "", match.start()


@dataclass(slots=True)
class _Member:
    """One member of a list as typed. `open`: its last step takes its unit from the next member."""

    steps: list[Step]
    ends: list[int]
    start: int
    through: bool
    marked: bool  # begins with 第, a bracket or a word, as it should
    open: bool


@lru_cache(maxsize=32768)
def _tail(text: str) -> tuple[tuple[tuple[Locator, bool, int, int], ...], int]:
    """The locators that `text` begins with, with their spans, and how far it was read."""
    members = list(_members(text))
    scanned = members[-1].ends[-1] if members else 0
    done: list[tuple[Locator, bool, int, int]] = []
    before: Locator = ()
    left_open = False
    for member in _with_units(members):
        steps = carry(before, tuple(member.steps))
        if not (member.marked or left_open or _counts_on(before, member.steps[0])):
            break
        if not sound(steps):
            break
        done.append((steps, member.through and bool(done), member.start, member.ends[-1]))
        before, left_open = steps, member.open
    return tuple(done), scanned


def _members(text: str) -> Iterator[_Member]:
    position, through = 0, False
    while member := _member(text, position, through):
        yield member
        joint = _JOINT.match(text, member.ends[-1])
        if not joint:
            return
        position, through = joint.end(), bool(joint["through"])


def _member(text: str, position: int, through: bool) -> _Member | None:
    """The steps written without a break from `position` on."""
    member = _Member([], [], position, through, True, False)
    while not member.open and (match := _STEP.match(text, position)):
        step, marked = _step(match), match["n"] is None or bool(match["di"])
        if step is None or (member.steps and not (marked and _deeper(member.steps[-1], step))):
            break
        if not member.steps:
            member.marked = marked
        position = match.end()
        member.steps.append(step)
        member.ends.append(position)
        member.open = not step.level
    return member if member.steps else None


def _step(match: re.Match[str]) -> Step | None:
    if match["preamble"]:
        return Step("preamble")
    typed = match["in"] or match["n"]
    if not typed:
        return Step("annex", to_int(match["annex"] or "") or 0)
    number, unit = to_int(typed), match["unit"] or ""
    if number is None:
        return None
    level = _UNITS["条" if unit[:1] == "条" else unit] if unit else ""
    return Step(level, number, to_int(match["suffix"] or "") or 0)


def _deeper(above: Step, below: Step) -> bool:
    return not below.level or LEVELS[above.level][0] < LEVELS[below.level][0]


def _with_units(members: list[_Member]) -> list[_Member]:
    """第三、四项: the unit of 第三 filled in. Where there is none to take, the list is cut."""
    kept: list[_Member] = []
    level = ""
    for member in reversed(members):
        if member.open:
            unit = member.steps.pop()._replace(level=level)
            if level and (not member.steps or _deeper(member.steps[-1], unit)):
                member.steps.append(unit)
            else:
                member.ends.pop()
                member.open = False
                kept.clear()
        if member.steps:
            kept.append(member)
            level = member.steps[0].level
        else:
            level = ""
    return kept[::-1]


def _counts_on(before: Locator, step: Step) -> bool:
    """第五十一条、五十二条: a member without 第 only counts on from the one before."""
    return any(s.level == step.level and s.number < step.number for s in before)


def carry(before: Locator, steps: Locator) -> Locator:
    """`steps` completed with what it leaves out, from the locator before it in the list."""
    level = steps[0].level
    rank = LEVELS[level][0]
    if level == "article":
        return tuple(s for s in before if s.level == "annex") + steps
    kept = tuple(s for s in before if LEVELS[s.level][0] < rank)
    if level in _CONTAINERS:
        kept = tuple(s for s in kept if s.level not in ("preamble", "part"))
    return kept + steps


def sound(steps: Locator) -> bool:
    """Whether such a locator can exist: no 自然段 outside 序言, no 款 straight under 章."""
    if not all(_deeper(above, below) for above, below in pairwise(steps)):
        return False
    levels = [step.level for step in steps]
    below_article = LEVELS[levels[-1]][0] > LEVELS["article"][0]
    if below_article and "article" not in levels and not _CONTAINERS.isdisjoint(levels):
        return False
    if "preamble" in levels:
        return levels[-1] in ("preamble", "passage", "paragraph") and "article" not in levels
    return "passage" not in levels


@lru_cache(maxsize=32768)
def eid(steps: Locator) -> str:
    """The id that the locator names, e.g. art_12_1__para_2; chapters above an article count out."""
    article = any(step.level == "article" for step in steps)
    return "__".join(_id(step) for step in steps if not (article and step.level in _CONTAINERS))


def _id(step: Step) -> str:
    prefix = LEVELS[step.level][1]
    if step.level == "preamble":
        return prefix
    suffix = f"_{step.suffix}" if step.suffix else ""
    return f"{prefix}_{step.number or 1}{suffix}"


_LEVEL_OF = {prefix: level for level, (_, prefix) in reversed(LEVELS.items())}


def steps_of(name: str) -> Locator:
    """The locator of an id, the inverse of `eid`; () for ids that no locator gives (…_dup2)."""
    steps: list[Step] = []
    for part in name.split("__"):
        prefix, *numbers = part.split("_")
        level = _LEVEL_OF.get(prefix, "")
        if not level or len(numbers) > 2 or not all(map(str.isdigit, numbers)):
            return ()
        if level == "paragraph" and steps and steps[-1].level == "preamble":
            level = "passage"
        steps.append(Step(level, *map(int, numbers)))
    return tuple(steps)


def describe(steps: Locator) -> str:
    """The locator in words: 第十二条之一第二款第（三）项, 序言第七自然段, 附件一."""
    return "".join(map(_word, steps))


def _word(step: Step) -> str:
    if step.level == "preamble":
        return "序言"
    if step.level == "annex":
        return "附件" + (to_chinese(step.number) if step.number else "")
    number = str(step.number) if step.level == "subpoint" else to_chinese(step.number)
    if step.level == "point":
        return f"第（{number}）项"
    suffix = f"之{to_chinese(step.suffix)}" if step.suffix else ""
    return f"第{number}{_NAMES[step.level]}{suffix}"


def format(citation: Citation) -> str:
    """The citation in its usual form; `parse(format(c)) == [c]` for whatever `parse` gives.

    Raises ValueError for numbers above 9999.
    """
    text = f"《{citation.name}》" if citation.kind == "title" else citation.name
    before: Locator = ()
    for item in citation.items:
        joint = "" if not before else "至" if item.through else "、"
        text += joint + describe(_shortest(before, item.steps))
        before = item.steps
    return text


def _shortest(before: Locator, steps: Locator) -> Locator:
    """As few of the last steps as still mean the same after `before`."""
    for first in range(len(steps) - 1, 0, -1):
        if before and carry(before, steps[first:]) == steps:
            return steps[first:]
    return steps
