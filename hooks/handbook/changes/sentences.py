"""Single things said in words: a value that changed, what happens to a unit and to its duties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from handbook.changes.differences import CHANGED, Edit, RecordChange, Run, marked
from handbook.changes.tasks import (
    ABOLISHED,
    ADJUSTED,
    FOUNDED,
    GAINED,
    LOST,
    MERGED,
    REMOVED,
    RENAMED,
    Task,
    UnitChange,
)
from handbook.schema import DUTY, EVENT, LEDGER

_LONG = 40  # characters of a value that is shown whole beside the other
_AROUND = 30  # characters kept on each side of a changed word in a long text


@dataclass(frozen=True, slots=True)
class Item:
    """A line, and the lines below it."""

    runs: tuple[Run, ...]
    below: tuple[Item, ...] = ()

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def line(text: str, below: Iterable[Item] = ()) -> Item:
    """A plain line."""
    return Item((Run("", text),), tuple(below))


# values


def short(edit: Edit) -> str:
    """An edit in a few words; a long text is only said to have changed."""
    if edit.wording:
        return f"{edit.key}：只改了写法，单位没有变"
    if len(edit.old) > _LONG or len(edit.new) > _LONG:
        how = "新写" if not edit.old else "删去" if not edit.new else "有改动"
        return f"{edit.key}{how}"
    if edit.listed and not (edit.old and edit.new and _single(edit.old) and _single(edit.new)):
        gone = f"减少{edit.old}" if edit.old else ""
        come = f"增加{edit.new}" if edit.new else ""
        return f"{edit.key}：{'，'.join(filter(None, (gone, come)))}"
    if edit.old and edit.new:
        return f"{edit.key}：{edit.old} → {edit.new}"
    return f"{edit.key}：新写“{edit.new}”" if edit.new else f"{edit.key}：删去“{edit.old}”"


def _single(text: str) -> bool:
    """Whether it is one entry of a list."""
    return not ("、" in text or "；" in text)


def full(edit: Edit) -> Item:
    """An edit with its values; in long texts the changed words are marked."""
    if edit.wording:
        return line(f"{edit.key}：写法由“{edit.old}”改为“{edit.new}”，单位没有变")
    if len(edit.old) <= _LONG and len(edit.new) <= _LONG:
        return line(short(edit))
    runs = marked(edit.old, edit.new)
    return Item((Run("", f"{edit.key}："), *(_cut(r, runs) for r in runs)))


def _cut(run: Run, runs: tuple[Run, ...]) -> Run:
    """An unchanged stretch without its middle; at the ends without what is far from a change."""
    text = run.text
    if run.kind or len(text) <= 2 * _AROUND + 1:
        return run
    head = "" if run is runs[0] else text[:_AROUND]
    tail = "" if run is runs[-1] else text[-_AROUND:]
    return Run("", f"{head}……{tail}")


# records

_TOLD = {
    DUTY.word: ("牵头", "配合", "频次", "时限", "考核"),
    EVENT.word: ("日期", "频次", "时限", "单位"),
    LEDGER.word: ("责任单位", "时限", "状态"),
}


def told(change: RecordChange) -> str:
    """What of a new record is worth a line."""
    values = {edit.key: edit.new for edit in change.edits}
    told = [f"{key} {values[key]}" for key in _TOLD.get(change.word, ()) if key in values]
    return f"：{'；'.join(told)}" if told else ""


# units


def events(unit: UnitChange) -> str:
    """What happens to the unit itself, "" for nothing worth a signature."""
    edits = {edit.key: edit for edit in unit.edits}
    ends = edits.get("撤销日期")
    when = f"自{ends.new}起" if ends and ends.new else ""
    if unit.event == MERGED:
        return f"{when}{'撤销，' if ends else ''}并入{unit.into}"
    if unit.event == ABOLISHED:
        return f"{when}撤销"
    if unit.event == RENAMED:
        return f"由“{edits['名称'].old}”更名为“{edits['名称'].new}”"
    return {FOUNDED: "新设", REMOVED: "从名册里删去"}.get(unit.event, "")


def fates(unit: UnitChange) -> Iterator[Item]:
    """What happens to the duties of a unit that ends."""
    if unit.event not in (MERGED, ABOLISHED, REMOVED):
        return
    lost = unit.of(LOST)
    if not lost:
        yield line("它的职责没有变动")
    by_fate = sorted(lost, key=_fate)
    for fate, tasks in groupby(by_fate, key=_fate):
        found = list(tasks)
        titles = "、".join(f"“{task.title}”（{task.was}）" for task in found)
        yield line(f"{len(found)} 项职责{fate}：{titles}")


def _fate(task: Task) -> str:
    if task.partners:
        return f"转到{'、'.join(task.partners)}"
    if task.whole:
        return "取消"
    return "是随单位名册承担的，不再承担" if task.roster else "没有单位接替"


def tasks(unit: UnitChange) -> Iterator[str]:
    """A sentence for each thing that changes in what a unit does."""
    for change in (GAINED, LOST, ADJUSTED):
        found = unit.of(change)
        yield from (f"{change}：{_task(task)}" for task in found if not _by_roster(task))
        yield from _roster(change, [task for task in found if _by_roster(task)])
    for other in unit.others:
        changed = other.change == CHANGED
        what = f"：{'；'.join(map(short, other.edits))}" if changed else told(other)
        yield f"{other.word}：{other.change}“{other.title}”{what}"


def _by_roster(task: Task) -> bool:
    return task.roster and not task.partners and task.was != task.now


def _roster(change: str, tasks: Iterable[Task]) -> Iterator[str]:
    """What a unit gains or loses because 各… means other units now, a sentence a part."""
    titles: dict[tuple[str, str], list[str]] = {}
    for task in tasks:
        titles.setdefault((task.was, task.now), []).append(f"“{task.title}”")
    for (was, now), found in titles.items():
        part = f"不再{was}" if not now else now if not was else f"由{was}改为{now}"
        yield f"{change}：随单位名册变动，{part}{'、'.join(found)}（{len(found)} 项）"


def _task(task: Task) -> str:
    what = [short(edit) for edit in task.edits]
    if task.change == GAINED:
        return f"{task.now}“{task.title}”{_why(task, f'由{_partners(task)}转来', '新的职责')}"
    if task.change == LOST:
        heir = f"改由{_partners(task)}{task.was}"
        return f"不再{task.was}“{task.title}”{_why(task, heir, '这项职责取消')}"
    if task.was != task.now:
        return "；".join((f"“{task.title}”由{task.was}改为{task.now}", *what))
    return f"“{task.title}”（{task.now}）{'；'.join(what)}"


def _partners(task: Task) -> str:
    return "、".join(task.partners)


def _why(task: Task, partners: str, whole: str) -> str:
    if task.whole:
        return f"（{whole}）"
    if task.partners:
        return f"（{partners}）"
    return ""
