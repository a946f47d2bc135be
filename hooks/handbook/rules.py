"""The checks that need more than one value: one small function a rule, each yielding problems.

Single values are checked while they are converted (`convert`), instrument texts while they are
parsed (`provisions`), citations while they are resolved (`links`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from handbook import coverage, deadlines, review
from handbook.courses import KINDS, Targets, close, picked, split
from handbook.eids import label
from handbook.links import Links
from handbook.model import Handbook, Parties, Place, QuizPick, Record, Unit
from handbook.names import fold
from handbook.problems import Problem, problem
from handbook.schema import DUTY, INSTRUMENT, QUESTION, UNIT_KIND

Rule = Callable[[Handbook, Links], Iterator[Problem]]


def check(handbook: Handbook, links: Links) -> list[Problem]:
    """Every problem that the rules find, unsorted."""
    return [found for rule in RULES for found in rule(handbook, links)]


def holes(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """A duty lacks 依据, 考核, 频次 or 配合 without an 例外; or has an 例外 for what it has."""
    codes = {"依据": "HB501", "考核": "HB502", "频次": "HB503", "配合": "HB504"}
    for duty in handbook.duties.values():
        missing = coverage.lacks(duty, links)
        excused = {exemption.missing for exemption in duty.exemptions}
        unread = INSTRUMENT.word in handbook.lost
        for name in missing:
            unsure = unread if name == "依据" else duty.source.has(name)  # reported already
            if name not in excused and not unsure:
                yield problem(codes[name], duty.source.place("事项"), title=duty.title)
        for number, exemption in enumerate(duty.exemptions):
            if exemption.missing not in missing:
                place = duty.source.place("例外", number, "缺")
                yield problem("HB510", place, field=exemption.missing)


def roles(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """A unit named under 牵头 must not be named under 配合 too."""
    for duty in handbook.duties.values():
        both = set(duty.leads.ids) & set(duty.supports.ids)
        for number, name in enumerate(duty.supports.typed if both else ()):
            named = next((id for id in both if fold(name) in _names(handbook.units[id])), None)
            if named is not None:
                place = duty.source.place("配合", number)
                unit = handbook.units[named].label
                yield problem("HB505", place, unit=unit, title=duty.title)


def _names(unit: Unit) -> tuple[str, ...]:
    return tuple(map(fold, (unit.id, unit.name, unit.short, *unit.aliases)))


@dataclass(frozen=True, slots=True)
class _Charge:
    """Units that a record charges with something: under which keys, and on which day."""

    record: Record
    title: str
    parties: Parties
    keys: tuple[str | int, ...]
    day: date


def abolished(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """No unit is charged with anything from the day on which it no longer exists."""
    ending = {unit.id: unit for unit in handbook.units.values() if unit.until}
    for charge in _charges(handbook):
        for unit in (ending[id] for id in charge.parties.ids if id in ending):
            for number, name in enumerate(charge.parties.typed):
                gone = unit.until is not None and unit.until <= charge.day
                if gone and fold(name) in _names(unit):
                    place = charge.record.source.place(*charge.keys, number)
                    heir = handbook.units.get(unit.merged_into)
                    hint = f"改成并入后的单位“{heir.label}”。" if heir else "改成现有的单位。"
                    yield problem(
                        "HB506",
                        place,
                        unit=unit.label,
                        until=unit.until,
                        title=charge.title,
                        hint=hint,
                    )


def _charges(handbook: Handbook) -> Iterator[_Charge]:
    """What is still to be done: duties not yet ended, events, open items of the ledger."""
    today = handbook.as_of
    for duty in handbook.duties.values():
        if duty.expires is None or duty.expires > today:
            day = max(today, duty.effective or today)
            yield _Charge(duty, duty.title, duty.leads, ("牵头",), day)
            yield _Charge(duty, duty.title, duty.supports, ("配合",), day)
            for number, step in enumerate(duty.steps):
                yield _Charge(duty, duty.title, step.units, ("步骤", number, "单位"), day)
    for event in handbook.events.values():
        yield _Charge(event, event.title, event.units, ("单位",), event.date or today)
    for item in handbook.ledger.values():
        if item.status != "已完成":
            yield _Charge(item, item.problem, item.units, ("责任单位",), today)


def mergers(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """并入 must not run in a circle."""
    followed: set[str] = set()
    for unit in handbook.units.values():
        chain: dict[str, None] = {}
        id = unit.id
        while id and id not in followed:
            followed.add(id)
            chain[id] = None
            id = handbook.units[id].merged_into
        if id in chain:
            circle = [*list(chain)[list(chain).index(id) :], id]
            names = " → ".join(handbook.units[id].label for id in circle)
            yield problem("HB507", handbook.units[id].source.place("并入"), chain=names)


def rhythms(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """时限 must fit 频次."""
    records: list[Record] = [*handbook.duties.values(), *handbook.events.values()]
    for record in records:
        deadline, rhythm = getattr(record, "deadline", ""), getattr(record, "rhythm", "")
        if deadline and rhythm:
            parsed = deadlines.parse(deadline)
            assert isinstance(parsed, deadlines.Deadline)  # a Fault was reported and dropped
            reason = deadlines.fits(parsed, deadlines.parse_rhythm(rhythm))
            if reason:
                place = record.source.place("时限")
                yield problem("HB214", place, deadline=deadline, rhythm=rhythm, reason=reason)


def gaps(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """Every existing unit has a duty or an 例外; every provision in 设定职责 is somebody's duty."""
    if {DUTY.word, UNIT_KIND.word, INSTRUMENT.word} & handbook.lost:
        return
    found = coverage.build(handbook, links)
    for unit in found.idle:
        yield problem("HB508", unit.source.place("名称"), unit=unit.label)
    for item in found.uncovered:
        where = f"《{item.instrument.title}》{label(item.eid)}"
        place = item.instrument.current.source.place("设定职责", item.entry)
        yield problem("HB509", place, provision=where)


def dates(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """Later dates are not earlier than what they follow."""
    pairs: list[tuple[Record, str, str, str, str]] = []
    for duty in handbook.duties.values():
        pairs.append((duty, "失效日期", "expires", "施行日期", "effective"))
    for unit in handbook.units.values():
        pairs.append((unit, "撤销日期", "until", "设立日期", "since"))
    for work in handbook.instruments.values():
        for version in work.versions:
            pairs.append((version, "公布日期", "published", "通过日期", "passed"))
            pairs.append((version, "施行日期", "effective", "通过日期", "passed"))
            pairs.append((version, "失效日期", "expires", "施行日期", "effective"))
    for record, what, late, earlier_what, early in pairs:
        later, earlier = getattr(record, late), getattr(record, early)
        if later and earlier and later < earlier:
            place = record.source.place(what)
            yield problem(
                "HB220", place, what=what, later=later, earlier_what=earlier_what, earlier=earlier
            )


def ledger(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """已完成 needs the day."""
    for item in handbook.ledger.values():
        if item.status == "已完成" and item.done is None:
            yield problem("HB217", item.source.place("状态"))


def events(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """A calendar entry has a date, or a rhythm and a deadline."""
    for event in handbook.events.values():
        recurring = bool(event.rhythm and event.deadline)
        if event.date and (event.rhythm or event.deadline):
            yield problem("HB223", event.source.place("日期"), title=event.title)
        elif not event.date and not recurring:
            yield problem("HB222", event.source.place("事项"), title=event.title)


_ANSWERS = {
    "判断": "写“对”或“错”，不写选项。",
    "单选": "写选项的一个字母，如 A。",
    "多选": "写选项的几个字母，如 AC。",
}


def answers(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """Answers are letters of the options, or 对/错."""
    for question in handbook.questions.values():
        letters = set("ABCDEFGHIJ"[: len(question.options)])
        if question.kind == "判断":
            good = question.answer in ("对", "错") and not question.options
        else:
            chosen = set(question.answer)
            good = chosen <= letters and len(chosen) == len(question.answer)
            good = good and (question.kind == "多选" or len(chosen) == 1)
        if not good:
            place = question.source.place("答案")
            how = _ANSWERS[question.kind]
            yield problem("HB221", place, value=question.answer, kind=question.kind, how=how)


def contents(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """Every target of a course leads somewhere."""
    targets = Targets(handbook)
    for course in handbook.courses.values():
        for number, part in enumerate(course.parts):
            for entry, target in enumerate(part.targets):
                lost = KINDS.get(split(target)[0]) in handbook.lost  # reported already
                if not lost and targets.find(target) is None:
                    place = course.source.place("内容", number, "内容", entry)
                    yield problem("HB230", place, target=target, hint=targets.hint(target))


def quizzes(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """Every question of a self-test exists, and its banks have as many as it takes."""
    if QUESTION.word in handbook.lost:
        return
    for course in handbook.courses.values():
        for number, pick in enumerate(course.quiz):
            place = course.source.place("自测", number)
            if pick.question and not picked(pick, handbook.questions):
                hint = close(pick.question, handbook.questions, "核对 data/questions/ 里的编号。")
                yield problem("HB231", place, id=pick.question, hint=hint)
            elif pick.bank:
                place = course.source.place("自测", number, "题库")
                found = len(picked(pick, handbook.questions))
                if found < pick.count:
                    what, hint = _short(handbook, pick, found)
                    yield problem("HB232", place, what=what, hint=hint)


def _short(handbook: Handbook, pick: QuizPick, found: int) -> tuple[str, str]:
    if found:
        short = f"题库“{pick.bank}”只有 {found} 题，不够 {pick.count} 题"
        return short, "改小题数，或补上试题。"
    banks = {question.bank for question in handbook.questions.values()}
    hint = close(pick.bank, sorted(banks), "题库名就是 data/questions/ 里的文件名，不带 .yml。")
    return f"没有题库“{pick.bank}”", hint


def same_names(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """Two records of a kind must not have the same 名称."""
    for records in (handbook.units, handbook.fields):
        seen: dict[str, Record] = {}
        for record in records.values():
            name = getattr(record, "name", "")
            if name in seen:
                first = seen[name].source.place("名称")
                place = record.source.place("名称")
                yield problem("HB216", place, name=name, first=f"{first.path}:{first.line}")
            seen.setdefault(name, record)


def reviews(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """复核日期 that has passed."""
    for record in review.records(handbook):
        if review.overdue(record, handbook.as_of):
            who = "、".join(handbook.units[id].label for id in review.keepers(record))
            place = record.source.place("复核日期")
            yield problem("HB225", place, date=record.review_by, who=who or "编写机构")


MOST_COLUMNS = 12  # of a table on an A4 page
_RULER = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t:-]*-[ \t:-]*)+\|?[ \t]*$", re.M)


def tables(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """A table of a written page must be fit to print."""
    for page in handbook.pages.values():
        for ruler in _RULER.finditer(page.text):
            count = ruler[0].strip().strip("|").count("|") + 1
            if count > MOST_COLUMNS:
                line = page.first_line + page.text.count("\n", 0, ruler.start())
                place = Place(f"docs/{page.path}", line)
                yield problem("HB606", place, count=count, most=MOST_COLUMNS)


RULES: tuple[Rule, ...] = (
    holes,
    roles,
    abolished,
    mergers,
    rhythms,
    gaps,
    dates,
    ledger,
    events,
    answers,
    contents,
    quizzes,
    same_names,
    reviews,
    tables,
)
