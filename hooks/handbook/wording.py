"""Changes as sentences for the leader who signs, in a fixed order, the conclusion first.

The writers of Markdown, HTML and the sheet for signatures all take their words from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from handbook.amendments import MOVED, Amendment
from handbook.changes import Changes, InstrumentChange, VersionChange
from handbook.edits import ADDED, CHANGED, DELETED, Edit, RecordChange, Run, marked
from handbook.problems import Problem
from handbook.schema import DUTY, EVENT, LEDGER
from handbook.tasks import (
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

_SECTIONS = {"regulations": "法规", "rules": "制度"}
_LONG = 40  # characters of a value that is shown whole beside the other
_AROUND = 30  # characters kept on each side of a changed word in a long text
_MANY = 6  # renumbered provisions that are named one by one


@dataclass(frozen=True, slots=True)
class Report:
    """What is told: between which revisions, for which day, and what stands in the way.

    errors: of the new content. base_errors: how many the old had. new: there was no content
    before. behind: the old revision has commits that the new one lacks.
    """

    handbook: str
    base: str
    head: str
    as_of: date
    changes: Changes
    errors: tuple[Problem, ...] = ()
    base_errors: int = 0
    new: bool = False
    behind: bool = False

    @property
    def failed(self) -> bool:
        """Whether it must not be signed yet: content errors, or addresses that break."""
        return bool(self.errors or self.changes.addresses.broken)


@dataclass(frozen=True, slots=True)
class Item:
    """A line, and the lines below it."""

    runs: tuple[Run, ...]
    below: tuple[Item, ...] = ()

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    items: tuple[Item, ...]


def line(text: str, below: Iterable[Item] = ()) -> Item:
    """A plain line."""
    return Item((Run("", text),), tuple(below))


def sections(report: Report) -> tuple[Section, ...]:
    """The report below its conclusion; what has nothing to say is left out."""
    changes = report.changes
    found = (
        ("先要处理", _obstacles(report)),
        ("法规和制度", (_work(work) for work in changes.instruments)),
        ("职责", _duties(changes)),
        ("单位的设立、撤并和更名", (event for u in changes.units for event in _event(u))),
        ("各单位的变化", _units(changes)),
        ("日历、台账、词条、课程和其他记录", map(_record, changes.records)),
        ("手册页面", map(_record, changes.pages)),
        ("网址", _addresses(changes)),
        ("只改了排版，内容不变", map(line, changes.layout)),
        ("图片、附件等其他文件", map(line, changes.files)),
    )
    made = (Section(title, tuple(items)) for title, items in found)
    return tuple(section for section in made if section.items)


# the conclusion


def conclusion(report: Report) -> str:
    """The whole in one sentence."""
    changes = report.changes
    if report.errors:
        extent = "" if changes.empty else _extent(changes)
        return f"新的内容有 {len(report.errors)} 处错误，改好以后再会签。{extent}"
    return _extent(changes)


def _extent(changes: Changes) -> str:
    if changes.empty:
        count = len(changes.layout)
        return f"只改了排版，内容不变（{count} 个文件）。" if count else "没有改动。"
    broken = len(changes.addresses.broken)
    ending = f"有 {broken} 个网址会失效，先要处理" if broken else "没有失效的网址"
    pages = f"{len(changes.addresses.changed)} 个页面的编排"
    return f"改动涉及 {'、'.join(_counts(changes)) or pages}；{ending}。"


def _counts(changes: Changes) -> Iterator[str]:
    for section, word in _SECTIONS.items():
        works = [work for work in changes.instruments if work.section == section]
        provisions = [eid for work in works for eid in work.provisions]
        articles = all("art_" in eid for eid in provisions)
        if works:
            tail = f" {len(provisions)} {'条' if articles else '处'}" if provisions else ""
            yield f"{len(works)} 部{word}{tail}"
    duties = sum(not duty.wording for duty in changes.duties)
    wording = len(changes.duties) - duties
    counted = (
        (duties, "项职责"),
        (len(changes.units), "个单位"),
        (len(changes.records), "条其他记录"),
        (len(changes.pages), "个手册页面"),
        (wording, "项职责里单位的写法"),
        (len(changes.files), "个其他文件"),
    )
    yield from (f"{count} {word}" for count, word in counted if count)


def _obstacles(report: Report) -> Iterator[Item]:
    """What must be known or done before the rest is read."""
    for broken in report.changes.addresses.broken:
        yield line(f"网址 /{broken.url}（{broken.title}）会失效。{broken.hint}")
    if report.errors:
        yield line(
            "新的内容有错误，读不出的地方下面没有写：", (line(str(p)) for p in report.errors)
        )
    if report.base_errors:
        yield line(
            f"原来的内容有 {report.base_errors} 处错误，只比较了读得出的部分；"
            "原来读不出的，下面会写成新增。"
        )
    if report.new:
        yield line("原来的版本里还没有这个内容文件夹，全部内容都是新的。")
    if report.behind:
        yield line(
            f"{report.base} 上有 {report.head} 还没有合并的提交，它们在下面会显得像被撤回；"
            "先把它合并进来，再看这份说明。"
        )


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


# instruments


def _work(work: InstrumentChange) -> Item:
    word = _SECTIONS[work.section]
    if work.change == DELETED:
        return line(f"删去{word}《{work.title}》")
    verb = f"新收{word}" if work.change == ADDED else "修改"
    rows = [row for version in work.versions for row in _version(version)]
    return line(f"{verb}《{work.title}》", rows)


def _version(version: VersionChange) -> Iterator[Item]:
    before, now = version.status
    if version.change == ADDED:
        count = f"，{version.articles} 条" if version.articles else ""
        yield line(f"新增版本：{version.name}（{now}{count}）")
    elif version.change == DELETED:
        yield line(f"删去版本：{version.name}")
    elif before:
        yield line(f"{version.name}的版本：{before} → {now}")
    yield from map(full, version.edits)
    if version.rewritten:
        yield line("要点和全文互换，逐条的改动不列")
    yield from _moves(version.amendments)
    yield from (_amendment(a) for a in version.amendments if a.change != MOVED)


def _moves(amendments: Iterable[Amendment]) -> Iterator[Item]:
    moved = [f"原{a.was}改为{a.label}" for a in amendments if a.change == MOVED]
    if moved:
        more = f"等 {len(moved)} 处" if len(moved) > _MANY else ""
        yield line(f"编号变动：{'，'.join(moved[:_MANY])}{more}")


def _amendment(amendment: Amendment) -> Item:
    if amendment.change != CHANGED:
        text = amendment.new or amendment.old
        return line(f"{amendment.change}{amendment.label}：{text}")
    runs = marked(amendment.old, amendment.new)
    before = (Run("", "原文："), *(run for run in runs if run.kind != "ins"))
    after = (Run("", "改为："), *(run for run in runs if run.kind != "del"))
    return line(f"修改{amendment.label}", (Item(before), Item(after)))


# records


def _record(change: RecordChange) -> Item:
    """A record: one line where one says all."""
    head = f"{change.change}{change.word}“{change.title}”"
    if change.change != CHANGED:
        return line(f"{head}{_told(change)}")
    rows = tuple(map(full, change.edits))
    if len(rows) == 1 and len(rows[0].runs) == 1:
        return line(f"{head}：{rows[0].text}")
    return line(head, rows)


_TOLD = {
    DUTY.word: ("牵头", "配合", "频次", "时限", "考核"),
    EVENT.word: ("日期", "频次", "时限", "单位"),
    LEDGER.word: ("责任单位", "时限", "状态"),
}


def _told(change: RecordChange) -> str:
    """What of a new record is worth a line."""
    values = {edit.key: edit.new for edit in change.edits}
    told = [f"{key} {values[key]}" for key in _TOLD.get(change.word, ()) if key in values]
    return f"：{'；'.join(told)}" if told else ""


def _duties(changes: Changes) -> Iterator[Item]:
    yield from (_record(duty) for duty in changes.duties if not duty.wording)
    wording = [f"“{duty.title}”" for duty in changes.duties if duty.wording]
    if wording:
        yield line(f"只改了单位的写法，单位没有变：{'、'.join(wording)}")


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


def _event(unit: UnitChange) -> Iterator[Item]:
    happened = events(unit)
    told = {"撤销日期", "并入"} if unit.event in (MERGED, ABOLISHED) else set()
    told |= {"名称"} if unit.event == RENAMED else set()
    known = () if unit.event == FOUNDED else unit.edits
    rows = [full(edit) for edit in known if edit.key not in told]
    if happened:
        yield line(f"{unit.name}：{happened}", (*rows, *_fates(unit)))
    elif rows:
        yield line(f"{unit.name}（登记事项）", rows)


def _fates(unit: UnitChange) -> Iterator[Item]:
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


def _units(changes: Changes) -> Iterator[Item]:
    """Each unit's 新增, 减少, 调整; units for which the same changes stand together."""
    rows: dict[tuple[Item, ...], list[str]] = {}
    for unit in changes.units:
        found = tuple(map(line, tasks(unit)))
        if found:
            rows.setdefault(found, []).append(unit.name)
    for found, names in rows.items():
        yield line(f"{'、'.join(names)}{f'（{len(names)} 个单位）' if names[1:] else ''}", found)


def tasks(unit: UnitChange) -> Iterator[str]:
    """A sentence for each thing that changes in what a unit does."""
    for change in (GAINED, LOST, ADJUSTED):
        found = unit.of(change)
        yield from (f"{change}：{_task(task)}" for task in found if not _by_roster(task))
        yield from _roster(change, [task for task in found if _by_roster(task)])
    for other in unit.others:
        changed = other.change == CHANGED
        what = f"：{'；'.join(map(short, other.edits))}" if changed else _told(other)
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


# addresses


def _addresses(changes: Changes) -> Iterator[Item]:
    found = changes.addresses
    groups = (("新增", found.added), ("内容有变", found.changed), ("转到新址", found.moved))
    for word, pages in groups:
        rows = [f"/{p.url}（{p.title}）" + (f" → {p.to}" if p.to else "") for p in pages]
        if rows:
            yield line(f"{word} {len(rows)} 页", map(line, rows))
    if found.broken:
        yield line(f"会失效 {len(found.broken)} 个，见“先要处理”")
