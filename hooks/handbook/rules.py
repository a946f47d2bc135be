"""The checks that need more than one value: one small function a rule, each yielding problems.

Single values are checked while they are converted (`convert`), instrument texts while they are
parsed (`provisions`), citations while they are resolved (`links`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from handbook import coverage, deadlines
from handbook.convert import exists
from handbook.eids import label
from handbook.links import Links
from handbook.model import Duty, Handbook, Record, Unit
from handbook.problems import Problem, problem
from handbook.schema import DUTY, INSTRUMENT, UNIT_KIND

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
            named = next((id for id in both if name in _names(handbook.units[id])), None)
            if named is not None:
                place = duty.source.place("配合", number)
                unit = handbook.units[named].label
                yield problem("HB505", place, unit=unit, title=duty.title)


def _names(unit: Unit) -> tuple[str, ...]:
    return (unit.id, unit.name, unit.short, *unit.aliases)


def abolished(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """No duty in force may name a unit that no longer exists."""
    for id in links.duties:
        duty = handbook.duties[id]
        for key, parties in (("牵头", duty.leads), ("配合", duty.supports)):
            for unit_id in parties.ids:
                unit = handbook.units[unit_id]
                if unit.until is not None and not exists(unit, handbook.as_of):
                    yield _abolished(handbook, duty, unit, key, parties.typed)


def _abolished(
    handbook: Handbook, duty: Duty, unit: Unit, key: str, typed: tuple[str, ...]
) -> Problem:
    heir = handbook.units.get(unit.merged_into)
    hint = f"改成并入后的单位“{heir.label}”。" if heir else "改成现有的单位。"
    number = next((n for n, name in enumerate(typed) if name in _names(unit)), 0)
    place = duty.source.place(key, number)
    return problem("HB506", place, unit=unit.label, until=unit.until, title=duty.title, hint=hint)


def mergers(handbook: Handbook, links: Links) -> Iterator[Problem]:
    """并入 must not run in a circle."""
    reported: set[str] = set()
    for unit in handbook.units.values():
        chain = [unit.id]
        while (after := handbook.units[chain[-1]].merged_into) and after not in chain:
            chain.append(after)
        if after == unit.id and unit.id not in reported:
            reported.update(chain)
            names = " → ".join(handbook.units[id].label for id in (*chain, after))
            yield problem("HB507", unit.source.place("并入"), chain=names)


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
            yield problem("HB223", event.source.place("事项"), title=event.title)
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
            good = bool(question.answer) and set(question.answer) <= letters
            good = good and (question.kind == "多选" or len(question.answer) == 1)
        if not good:
            place = question.source.place("答案")
            how = _ANSWERS[question.kind]
            yield problem("HB221", place, value=question.answer, kind=question.kind, how=how)


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
    records: list[Record] = [
        *handbook.units.values(),
        *handbook.duties.values(),
        *handbook.pages.values(),
        *(v for work in handbook.instruments.values() for v in work.versions),
        *handbook.terms.values(),
        *handbook.events.values(),
        *handbook.ledger.values(),
    ]
    for record in records:
        if record.review_by and record.review_by < handbook.as_of:
            yield problem("HB225", record.source.place("复核日期"), date=record.review_by)


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
    same_names,
    reviews,
)
