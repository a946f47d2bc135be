"""Changes as sentences for the leader who signs, in a fixed order, the conclusion first.

The writers of Markdown, HTML and the sheet for signatures all take their words from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from handbook.changes import Changes, InstrumentChange, VersionChange
from handbook.changes.amendments import MOVED, Amendment
from handbook.changes.differences import ADDED, CHANGED, DELETED, RecordChange, Run, marked
from handbook.changes.sentences import Item, events, fates, full, line, tasks, told
from handbook.changes.tasks import (
    ABOLISHED,
    FOUNDED,
    MERGED,
    RENAMED,
    UnitChange,
)
from handbook.problems import Problem

_SECTIONS = {"regulations": "法规", "rules": "制度"}
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
class Section:
    title: str
    items: tuple[Item, ...]


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
        return line(f"{head}{told(change)}")
    rows = tuple(map(full, change.edits))
    if len(rows) == 1 and len(rows[0].runs) == 1:
        return line(f"{head}：{rows[0].text}")
    return line(head, rows)


def _duties(changes: Changes) -> Iterator[Item]:
    yield from (_record(duty) for duty in changes.duties if not duty.wording)
    wording = [f"“{duty.title}”" for duty in changes.duties if duty.wording]
    if wording:
        yield line(f"只改了单位的写法，单位没有变：{'、'.join(wording)}")


# units


def _event(unit: UnitChange) -> Iterator[Item]:
    happened = events(unit)
    told = {"撤销日期", "并入"} if unit.event in (MERGED, ABOLISHED) else set()
    told |= {"名称"} if unit.event == RENAMED else set()
    known = () if unit.event == FOUNDED else unit.edits
    rows = [full(edit) for edit in known if edit.key not in told]
    if happened:
        yield line(f"{unit.name}：{happened}", (*rows, *fates(unit)))
    elif rows:
        yield line(f"{unit.name}（登记事项）", rows)


def _units(changes: Changes) -> Iterator[Item]:
    """Each unit's 新增, 减少, 调整; units for which the same changes stand together."""
    rows: dict[tuple[Item, ...], list[str]] = {}
    for unit in changes.units:
        found = tuple(map(line, tasks(unit)))
        if found:
            rows.setdefault(found, []).append(unit.name)
    for found, names in rows.items():
        yield line(f"{'、'.join(names)}{f'（{len(names)} 个单位）' if names[1:] else ''}", found)


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
