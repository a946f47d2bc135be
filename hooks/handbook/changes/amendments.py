"""What a new text of an instrument does to its provisions: added, changed, deleted, renumbered.

Provisions are matched by their text first and their number second, so that an article inserted in
the middle is one new article and not fifty changed ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from handbook.changes.differences import ADDED, CHANGED, DELETED
from handbook.eids import label
from handbook.model import Block, Body

MOVED = "移位"
_ALIKE = 0.5  # of their pairs of characters: the same provision under another number
_OPENING = ("art_", "part_")


@dataclass(frozen=True, slots=True)
class Amendment:
    """One provision that changed.

    label is its name now, or before where it was deleted; was: its name before, where it moved.
    eid "" is text that is no provision (a table, a quotation, a notice's plain paragraph).
    """

    change: str
    eid: str
    label: str
    old: str = ""
    new: str = ""
    was: str = ""

    @property
    def holder(self) -> str:
        """The article, part or heading it belongs to."""
        return holder(self.eid)


def holder(eid: str) -> str:
    """art_12 of art_12__para_2__point_3; a heading is its own."""
    parts = eid.split("__")
    for number, part in enumerate(parts):
        if part.startswith(_OPENING):
            return "__".join(parts[: number + 1])
    return eid


class _Item:
    """A block, or an article or part with all that belongs to it: what is matched by text."""

    def __init__(self, eid: str, label: str) -> None:
        self.eid, self.label = eid, label
        self.blocks: list[Block] = []
        self.inside: list[_Item] = []

    @cached_property
    def text(self) -> str:
        """What is compared: without the numbers of 项 and 目, which follow from their place."""
        return "\n".join(block.text for block in self.blocks)

    @cached_property
    def shown(self) -> str:
        lines = (_numbered(block) for block in self.blocks)
        return "\n".join(line for line in lines if line)

    @cached_property
    def pairs(self) -> frozenset[str]:
        text = self.text
        return frozenset(text[n : n + 2] for n in range(len(text) - 1)) or frozenset((text,))

    @property
    def deleted(self) -> bool:
        return any(block.deleted for block in self.blocks)


def _numbered(block: Block) -> str:
    return f"{block.label}{block.text}" if block.kind in _SHOWN else block.text


_SHOWN = frozenset(("point", "subpoint", "indent"))


def amendments(old: Body, new: Body) -> tuple[Amendment, ...]:
    """What leads from the old text to the new one, in the order of the new."""
    return tuple(_between(_items(old), _items(new)))


def _items(body: Body) -> list[_Item]:
    """The text as articles, parts and headings, each with its blocks inside."""
    found: list[_Item] = []
    for block in body.blocks:
        top = holder(block.eid) if block.eid else found[-1].eid if found else ""
        if not found or found[-1].eid != top:
            found.append(_Item(top, label(top) if top else "正文"))
        item = found[-1]
        item.blocks.append(block)
        if block.kind != "article":
            inside = _Item(block.eid, label(block.eid) if block.eid else f"{item.label}的文字")
            inside.blocks.append(block)
            item.inside.append(inside)
    return found


def _between(old: Sequence[_Item], new: Sequence[_Item]) -> Iterator[Amendment]:
    for before, after in _matched(old, new):
        if before is None and after is not None:
            yield Amendment(ADDED, after.eid, after.label, new=after.shown)
        elif after is None and before is not None:
            yield Amendment(DELETED, before.eid, before.label, old=before.shown)
        elif before is not None and after is not None:
            yield from _changed(before, after)


def _changed(before: _Item, after: _Item) -> Iterator[Amendment]:
    if after.deleted and not before.deleted:
        yield Amendment(DELETED, after.eid, before.label, old=before.shown)
        return
    if _place(before) != _place(after):
        yield Amendment(MOVED, after.eid, after.label, was=before.label)
    if before.text == after.text:
        return
    if len(before.inside) > 1 or len(after.inside) > 1:
        yield from _between(before.inside, after.inside)
    else:
        eid = after.inside[0].eid if after.inside else after.eid
        yield Amendment(CHANGED, eid, after.label, old=before.shown, new=after.shown)


def _place(item: _Item) -> str:
    """Its number; of a 款 its number in the article, which it keeps when that is renumbered."""
    return item.eid if item.inside else item.eid.removeprefix(holder(item.eid))


_Pair = tuple[_Item | None, _Item | None]


def _matched(old: Sequence[_Item], new: Sequence[_Item]) -> Iterator[_Pair]:
    before, after = [item.text for item in old], [item.text for item in new]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(old[i:j], new[k:m], strict=True)
        else:
            yield from _alike(old[i:j], new[k:m])


def _alike(old: Sequence[_Item], new: Sequence[_Item]) -> Iterator[_Pair]:
    """Pairs in a stretch where no text is the same: by likeness, then by number."""
    left = list(old)
    chosen: dict[int, _Item] = {}
    for number, item in enumerate(new):
        best = max(left, key=lambda o: (_likeness(o, item), o.eid == item.eid), default=None)
        if best is not None and _likeness(best, item) >= _ALIKE:
            chosen[number] = best
            left.remove(best)
    for number, item in enumerate(new):
        same = next((o for o in left if o.eid == item.eid), None)
        if number not in chosen and same is not None:
            chosen[number] = same
            left.remove(same)
    for number, item in enumerate(new):
        yield chosen.get(number), item
    for item in left:
        yield item, None


def _likeness(one: _Item, other: _Item) -> float:
    """Dice's coefficient of their pairs of characters."""
    return 2 * len(one.pairs & other.pairs) / (len(one.pairs) + len(other.pairs))
