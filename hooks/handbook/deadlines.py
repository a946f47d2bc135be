"""频次 and 时限: the two phrases that say how often a duty falls due, and by which day.

Text in, values out (CONTRACT section 3): `load` rejects what `parse` cannot read, `rules` asks
`fits`, pages and calendars ask for `dates` and `next_date`. Dates are never moved off rest days.
Years run from 10 to 9990.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from handbook.model import Place
from handbook.numerals import NUMERAL, to_int
from handbook.problems import Problem, problem

Workdays = Mapping[int, tuple[frozenset[date], frozenset[date]]]  # year -> (off, made up)

_ONE_DAY = timedelta(days=1)
_LONGEST = 366  # days that may be counted after a period's end
_LONG = (1, 3, 5, 7, 8, 10, 12)  # months of 31 days


# 频次


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often: `per_year` times, in one year of `years`; `per_year` 0 means no set time."""

    text: str
    per_year: int
    years: int = 1  # 2: every second year; 0: once and never again


_PER_YEAR = {"周": 52, "月": 12, "季度": 4, "半年": 2, "年": 1}
_PLAIN = {
    **{f"每{word}": (times, 1) for word, times in _PER_YEAR.items()},
    "每两年": (1, 2),
    "一次性": (1, 0),
    "按需": (0, 1),
    "长期": (0, 1),
}
_TIMES = re.compile(f"每(周|月|季度|半年|年)({NUMERAL})次")


@lru_cache(maxsize=4096)
def parse_rhythm(text: str) -> Rhythm | None:
    """The 频次 that `text` writes (每季度, 每年2次, 每年两次), or None when it writes none."""
    folded = "".join(text.split())
    if folded in _PLAIN:
        return Rhythm(folded, *_PLAIN[folded])
    found = _TIMES.fullmatch(folded.replace("两次", "二次"))
    count = to_int(found[2]) if found else None
    if not found or not count or count > _LONGEST:
        return None
    return Rhythm(folded, _PER_YEAR[found[1]] * count)


# 时限


@dataclass(frozen=True, slots=True)
class Deadline:
    """A 时限 as typed. This base class has no calendar date: it is `自…之日起N日`."""

    text: str

    @property
    def per_year(self) -> int:
        """How many dates a year has; 0 when there are none."""
        return 0

    def dates(self, year: int, workdays: Workdays) -> tuple[date, ...]:
        """All due dates in a calendar year, in order."""
        return ()


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the year: the `day` of `month` (0: its last), or the Sunday of its `week`.

    Weeks run from Monday to Sunday and the first is the one that holds the 1st, as a wall calendar
    prints them, so that 第N周 ends on the month's Nth Sunday (9月第三周 of 2026 is 14 to 20). The
    fifth ends in the next month, or is the fourth where February has just four rows.
    """

    month: int
    day: int = 0
    week: int = 0
    next_year: bool = False  # 次年: of the year after the one it is counted for

    def on(self, year: int) -> date:
        """The due date that stands in calendar year `year`, or just after it for a 第五周."""
        if not self.week:
            return date(year, self.month, self.day or _last_day(year, self.month))
        first = date(year, self.month, 1)
        weeks = min(self.week - 1, (_last_day(year, self.month) + first.weekday() - 1) // 7)
        return first + timedelta(days=6 - first.weekday() + 7 * weeks)


@dataclass(frozen=True, slots=True)
class Yearly(Deadline):
    """`3月底、次年1月15日`: one or several days of the year."""

    days: tuple[Day, ...]

    @property
    def per_year(self) -> int:
        return len(self.days)

    def dates(self, year: int, workdays: Workdays) -> tuple[date, ...]:
        years = range(year - 1, year + 1) if self._spills else (year,)
        found = {day.on(y) for day in self.days for y in years}
        return tuple(sorted(d for d in found if d.year == year))

    @property
    def _spills(self) -> bool:
        return any(day.month == 12 and day.week == 5 for day in self.days)


@dataclass(frozen=True, slots=True)
class InMonth(Deadline):
    """`每月D日` (`step` 1), the last day where a month lacks it; `每季度末月D日` (3)."""

    step: int
    day: int

    @property
    def per_year(self) -> int:
        return 12 // self.step

    def dates(self, year: int, workdays: Workdays) -> tuple[date, ...]:
        months = range(self.step, 13, self.step)
        return tuple(date(year, m, min(self.day, _last_day(year, m))) for m in months)


@dataclass(frozen=True, slots=True)
class After(Deadline):
    """`月末后N日`, `季末后N个工作日` …: `count` days after the end of each `step` months."""

    step: int
    count: int
    working: bool

    @property
    def per_year(self) -> int:
        return 12 // self.step

    def dates(self, year: int, workdays: Workdays) -> tuple[date, ...]:
        found = (self.due(end, workdays) for end in self.ends(year))
        return tuple(due for due in found if due.year == year)

    def ends(self, year: int) -> list[date]:
        """The period ends whose due date may fall in `year`."""
        back = 2 if self.working else 1  # 366 working days are some 17 months
        years = range(year - back, year + 1)
        months = range(self.step, 13, self.step)
        return [date(y, m, _last_day(y, m)) for y in years for m in months]

    def due(self, end: date, workdays: Workdays) -> date:
        """The due date of the period that ends on `end`."""
        if self.working:
            return _add_working_days(end, self.count, workdays)
        return end + timedelta(days=self.count)


def needs_workdays(deadline: Deadline) -> bool:
    """Whether its dates depend on workdays.yml."""
    return isinstance(deadline, After) and deadline.working


def lacking_years(deadline: Deadline, year: int, workdays: Workdays) -> tuple[int, ...]:
    """The years that the dates in `year` were counted through and `workdays` does not know.

    Those years were computed as Monday to Friday; a page that shows the dates must say so.
    """
    if not (isinstance(deadline, After) and deadline.working):
        return ()
    crossed: set[int] = set()
    for end in deadline.ends(year):
        if deadline.due(end, workdays).year == year:
            crossed.update(range((end + _ONE_DAY).year, year + 1))
    return tuple(sorted(crossed - workdays.keys()))


def next_date(
    deadline: Deadline,
    rhythm: Rhythm | None,
    as_of: date,
    workdays: Workdays,
    since: date | None = None,
) -> date | None:
    """The first due date on or after `as_of`, or None when there is none or it cannot be known.

    `since` is the day from which the duty stands (施行日期): 一次性 falls due once, on the first
    date from then; 每两年 in that year and every second one after, and is unknown without it.
    """
    if not deadline.per_year or (rhythm and not rhythm.per_year):
        return None
    if not all(10 <= day.year <= 9990 for day in (as_of, since or as_of)):
        return None
    start = _start(deadline, since) if since else as_of
    if rhythm is None or rhythm.years == 1:
        return _first(deadline, max(as_of, start), workdays)
    if since is None and rhythm.years:
        return None
    due = _first(deadline, start, workdays)
    while due and due < as_of and rhythm.years:
        due = _first(deadline, date(due.year + rhythm.years, 1, 1), workdays)
    return due if due and due >= as_of else None


def _start(deadline: Deadline, since: date) -> date:
    """The day from which dates count: 次年1月15日 of a duty since 2026 is first due in 2027."""
    if isinstance(deadline, Yearly) and all(day.next_year for day in deadline.days):
        return date(since.year + 1, 1, 1)
    return since


def _first(deadline: Deadline, start: date, workdays: Workdays) -> date | None:
    years = range(start.year, start.year + 3)
    dates = (due for year in years for due in deadline.dates(year, workdays))
    return next((due for due in dates if due >= start), None)


def _last_day(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 31 if month in _LONG else 30


def _add_working_days(start: date, count: int, workdays: Workdays) -> date:
    """The `count`th working day after `start`."""
    day = start
    while count:
        day += _ONE_DAY
        off, made_up = workdays.get(day.year, (frozenset(), frozenset()))
        if day in made_up or (day.weekday() < 5 and day not in off):
            count -= 1
    return day


# 时限 and 频次 together


def fits(deadline: Deadline, rhythm: Rhythm | None) -> str:
    """Why the two do not fit, in Chinese for HB214; "" when they do.

    A 时限 has as many dates a year as its 频次 has turns; `自…之日起N日` goes with every 频次.
    """
    dates = deadline.per_year
    if rhythm is None or not dates or dates == rhythm.per_year:
        return ""
    if not rhythm.per_year:
        return f"“{rhythm.text}”没有固定的日期，时限只能写“自…之日起N日”"
    how_often = f"一年{rhythm.per_year}次" if rhythm.years == 1 else "只有一次"
    return f"“{rhythm.text}”{how_often}，这个时限一年有{dates}个日期"


# Reading a 时限


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a 时限: an impossible day (HB215), else not understood (HB213)."""

    value: str
    hint: str = ""
    month: int = 0
    day: int = 0

    def problem(self, place: Place) -> Problem:
        """The fault as a problem at `place`."""
        if not self.month:
            return problem("HB213", place, value=self.value, hint=self.hint)
        year = "平" if (self.month, self.day) == (2, 29) else "任何一"
        return problem("HB215", place, year=year, month=self.month, day=self.day)


class _Wrong(Exception):
    """Raised inside this module with the Fault to be returned."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


_FORMS = (
    "写成“9月30日”“3月底”“4月中旬”“9月第三周”“次年1月15日”（几个用“、”分开）、“每月5日”"
    "“每季度末月25日”“季末后10个工作日”或“自收到申请之日起30日内”。"
)
_END = "(?:以前|之前|以内|前|内)?"
_N = f"({NUMERAL})"
_DAY = re.compile(f"(次年)?{_N}月(?:{_N}日|底|([上中下])旬|第{_N}周){_END}")
_IN_MONTH = re.compile(f"每(月|季度末月){_N}日{_END}")
_AFTER = re.compile(f"(月|季|半年|年)末后{_N}(个工作)?日{_END}")
_SINCE = re.compile(f"自(.+)之日起{_N}(?:个工作)?日{_END}")
_JOIN = re.compile("[、和及]")
_STEPS = {"月": 1, "季": 3, "半年": 6, "年": 12}
_TEN_DAYS = {"上": 10, "中": 20, "下": 0}
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


@lru_cache(maxsize=16384)
def parse(text: str) -> Deadline | Fault:
    """The 时限 that `text` writes, or what is wrong with it.

    Digits may be half or full width or Chinese numerals, blanks do not count, and a closing
    前/内/以前/以内/之前 changes nothing: the day itself is the last.
    """
    folded = "".join(text.split()).translate(_WIDE)
    try:
        return _read(text, folded)
    except _Wrong as wrong:
        return wrong.fault


def _read(text: str, folded: str) -> Deadline:
    if found := _SINCE.fullmatch(folded):
        _number(text, found[2], 9999, "天数")
        return Deadline(text)
    if found := _AFTER.fullmatch(folded):
        count = _number(text, found[2], _LONGEST, "天数")
        return After(text, _STEPS[found[1]], count, bool(found[3]))
    if found := _IN_MONTH.fullmatch(folded):
        return _in_month(text, found)
    return _yearly(text, folded)


def _in_month(text: str, found: re.Match[str]) -> Deadline:
    day = _number(text, found[2], 31, "日期")
    if found[1] == "月":
        return InMonth(text, 1, day)
    if day == 31:  # June and September have 30
        raise _Wrong(Fault(text, "6月、9月没有31日，写“3月底、6月底、9月底、12月底”。"))
    return InMonth(text, 3, day)


def _yearly(text: str, folded: str) -> Deadline:
    days: dict[tuple[int, int, int], Day] = {}
    for part in _JOIN.split(folded):
        found = _DAY.fullmatch(part)
        if not found:
            raise _Wrong(Fault(text, _advice(folded)))
        day = _day(text, found)
        key = (day.month, day.week, day.day or _last_day(2001, day.month))
        if key in days:
            raise _Wrong(Fault(text, f"“{part}”与前面的日期相同，删去一个。"))
        days[key] = day
    return Yearly(text, tuple(days.values()))


def _day(text: str, found: re.Match[str]) -> Day:
    later, month_text, day_text, ten_days, week_text = found.groups()
    month = _number(text, month_text, 12, "月份")
    if week_text:
        return Day(month, week=_number(text, week_text, 5, "第几周"), next_year=bool(later))
    if not day_text:
        return Day(month, _TEN_DAYS.get(ten_days, 0), next_year=bool(later))
    day = _number(text, day_text, 31, "日期")
    if day > _last_day(2001, month):  # a common year: 2月29日 would be missing in most years
        raise _Wrong(Fault(text, month=month, day=day))
    return Day(month, day, next_year=bool(later))


def _number(text: str, numeral: str, largest: int, what: str) -> int:
    value = to_int(numeral)
    if value is None or not 1 <= value <= largest:
        raise _Wrong(Fault(text, f"{what}“{numeral}”不对，应当是1到{largest}。"))
    return value


def _advice(folded: str) -> str:
    """What to write instead of a near miss."""
    for pattern, advise in _NEAR_MISSES:
        if found := pattern.search(folded):
            return advise(found)
    return _FORMS


_NEAR_MISSES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), advise)
    for pattern, advise in (
        (
            f"^{NUMERAL}(?:个工作)?[日天]{_END}$",
            lambda m: f"写清从哪一天起算，例如“自收到申请之日起{m[0].replace('天', '日')}”。",
        ),
        (
            f"^自.*起{NUMERAL}(?:个工作)?[日天]",
            lambda m: "写成“自…之日起N日”或“自…之日起N个工作日”。",
        ),
        (
            "小时|个月|年内$",
            lambda m: "时限只能用“日”或“个工作日”算；按小时、月、年算的写进“说明”。",
        ),
        ("^(?:每年)?年底", lambda m: "写成“12月底”。"),
        ("^(?:每年)?年初", lambda m: "写成具体的日子，例如“1月底”。"),
        (
            "^每?月(?:底|末)",
            lambda m: "写成“每月31日”（没有31日的月份指最后一天），或“月末后N日”。",
        ),
        (
            "^每?季度?(?:底|末)",
            lambda m: "写成“每季度末月25日”、“季末后10日”，或“3月底、6月底、9月底、12月底”。",
        ),
        ("^每年(.*月.*)", lambda m: f"“每年”写在频次里，这里写“{m[1]}”。"),
        ("^[0-9]{4}[-年]", lambda m: "时限里不写年份，例如“9月30日”；年份用“施行日期”表示。"),
        (f"{NUMERAL}[、和及]{NUMERAL}月", lambda m: "每一个都写全，例如“4月中旬、10月中旬”。"),
        (
            f"(?:^|[、和及]){NUMERAL}月(?:$|[前内、和及])",
            lambda m: "每一个都写全，例如“4月底、10月底”。",
        ),
        ("[0-9]号|[,，;；]", lambda m: "“号”写成“日”；几个日期用“、”分开。"),
    )
)
