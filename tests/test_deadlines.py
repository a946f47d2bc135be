"""频次 and 时限: every form of CONTRACT section 3, what is refused and why, and their dates."""

from __future__ import annotations

import calendar
import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.deadlines import (
    Deadline,
    Fault,
    Rhythm,
    fits,
    lacking_years,
    needs_workdays,
    next_date,
    parse,
    parse_rhythm,
)
from handbook.model import Place
from handbook.numerals import to_chinese

YEARS = st.integers(1990, 2100)


def read(text: str) -> Deadline:
    found = parse(text)
    assert isinstance(found, Deadline), found
    return found


def refused(text: str) -> Fault:
    found = parse(text)
    assert isinstance(found, Fault), found
    return found


def rhythm(text: str) -> Rhythm:
    found = parse_rhythm(text)
    assert found, text
    return found


def days(text: str, year: int) -> list[str]:
    return [due.strftime("%m-%d") for due in read(text).dates(year, {})]


# 频次


@pytest.mark.parametrize(
    ("text", "per_year"),
    [
        ("每周", 52),
        ("每月", 12),
        ("每季度", 4),
        ("每半年", 2),
        ("每年", 1),
        ("每两年", 1),
        ("一次性", 1),
        ("按需", 0),
        ("长期", 0),
        ("每年2次", 2),
        ("每年 ２ 次", 2),
        ("每年两次", 2),
        ("每年十二次", 12),
        ("每季度1次", 4),
        ("每半年一次", 2),
    ],
)
def test_rhythms(text: str, per_year: int) -> None:
    assert rhythm(text).per_year == per_year


@pytest.mark.parametrize("text", ["", "经常", "每年0次", "每年次", "每天", "每两年2次", "年"])
def test_no_rhythm(text: str) -> None:
    assert parse_rhythm(text) is None


# 时限


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9月30日", ["09-30"]),
        ("9月30日前", ["09-30"]),
        ("9月30日以前", ["09-30"]),
        ("9月30日之前", ["09-30"]),
        ("9月30日内", ["09-30"]),
        ("９ 月 ３０ 日　前", ["09-30"]),
        ("九月三十日", ["09-30"]),
        ("次年1月15日前", ["01-15"]),
        ("2月底", ["02-28"]),
        ("12月底前", ["12-31"]),
        ("4月上旬", ["04-10"]),
        ("4月中旬前", ["04-20"]),
        ("4月下旬", ["04-30"]),
        ("9月第三周", ["09-20"]),
        ("9月第4周", ["09-27"]),
        ("6月底、12月底前", ["06-30", "12-31"]),
        ("11月中旬和5月底", ["05-31", "11-20"]),
        ("4月10日、7月10日、10月10日及次年1月10日", ["01-10", "04-10", "07-10", "10-10"]),
        ("每季度末月25日前", ["03-25", "06-25", "09-25", "12-25"]),
        ("季末后10日内", ["01-10", "04-10", "07-10", "10-10"]),
        ("半年末后10日", ["01-10", "07-10"]),
        ("年末后45日", ["02-14"]),
        ("自收到申请之日起30日内", []),
        ("自收到申请之日起5个工作日", []),
    ],
)
def test_forms(text: str, expected: list[str]) -> None:
    assert days(text, 2026) == expected
    assert read(text).text == text
    assert read(text).per_year == len(expected)


def test_every_month_clamps_to_its_last_day() -> None:
    assert days("每月31日", 2028)[:4] == ["01-31", "02-29", "03-31", "04-30"]
    assert days("月末后1日", 2026)[:3] == ["01-01", "02-01", "03-01"]
    assert len(days("每月5日前", 2026)) == 12


def test_weeks_end_on_the_months_sundays() -> None:
    # 2026-09-01 is a Tuesday, 2019-09-01 a Sunday, 2027-02 has exactly four weeks.
    assert days("9月第一周", 2026) == ["09-06"]
    assert days("9月第一周", 2019) == ["09-01"]
    assert days("2月第五周", 2027) == ["02-28"]
    assert days("9月第五周", 2026) == ["10-04"]
    assert read("12月第五周").dates(2026, {}) == (date(2026, 1, 4),)  # the one of December 2025
    assert read("12月第五周").dates(2027, {}) == (date(2027, 1, 3),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2月30日", "任何一年没有2月30日。"),
        ("2月29日", "平年没有2月29日。"),
        ("次年4月31日前", "任何一年没有4月31日。"),
        ("3月底、6月31日", "任何一年没有6月31日。"),
    ],
)
def test_impossible_days(text: str, message: str) -> None:
    problem = refused(text).problem(Place("data/duties/a.yml", 3, 7))
    assert (problem.code, problem.message) == ("HB215", message)
    assert problem.place.line == 3


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("尽快", "写成“9月30日”"),
        ("", "写成“9月30日”"),
        ("13月5日", "月份“13”不对，应当是1到12。"),
        ("0月底", "月份“0”不对"),
        ("9月32日", "日期“32”不对，应当是1到31。"),
        ("每月32日", "日期“32”不对"),
        ("每季度末月31日", "6月、9月没有31日"),
        ("9月第六周", "第几周“六”不对，应当是1到5。"),
        ("月末后0日", "天数“0”不对，应当是1到366。"),
        ("自受理之日起0日", "天数“0”不对"),
        ("3月31日、3月底前", "“3月底前”与前面的日期相同"),
        ("30日内", "例如“自收到申请之日起30日内”。"),
        ("5个工作日内", "例如“自收到申请之日起5个工作日内”。"),
        ("自收到申请起30日内", "写成“自…之日起N日”"),
        ("自受理之日起6个月内", "按小时、月、年算的写进“说明”"),
        ("1小时内", "按小时、月、年算的写进“说明”"),
        ("年底前", "写成“12月底”。"),
        ("每月底", "“每月31日”"),
        ("季度末", "“季末后10日”"),
        ("每年3月底前", "这里写“3月底前”。"),
        ("2026年9月30日", "时限里不写年份"),
        ("2026-09-30", "时限里不写年份"),
        ("4、10月中旬", "例如“4月中旬、10月中旬”"),
        ("4月、10月底", "例如“4月底、10月底”"),
        ("9月30号", "“号”写成“日”"),
        ("3月底，9月底", "几个日期用“、”分开"),
    ],
)
def test_faults_say_what_to_write(text: str, hint: str) -> None:
    problem = refused(text).problem(Place("a.yml"))
    assert problem.code == "HB213"
    assert problem.message == f"时限“{text}”看不懂。"
    assert hint in problem.hint


@given(
    st.text(
        alphabet="每次年月日底上中下旬第周末后个工作季度半自之起前内以、和及 0123456789一二十〇"
    )
)
def test_any_text_is_read_or_refused(text: str) -> None:
    found = parse(text)
    if isinstance(found, Deadline):
        assert all(due.year == 2026 for due in found.dates(2026, {}))
    else:
        assert found.problem(Place("a.yml")).message


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_is_read_in_every_spelling(day: date) -> None:
    if (day.month, day.day) == (2, 29):
        return
    m, d = day.month, day.day
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for text in (
        f"{m}月{d}日",
        f"{to_chinese(m)}月{to_chinese(d)}日前",
        f"{m}月{d}日".translate(wide),
    ):
        assert read(text).dates(day.year, {}) == (day,)


@given(st.integers(1, 12), st.integers(1, 5), YEARS)
def test_a_week_ends_on_a_sunday(month: int, week: int, year: int) -> None:
    days = read(f"{month}月第{week}周").dates(year, {})
    assert all(due.weekday() == 6 for due in days)
    if week < 5:
        sundays = [w[6] for w in calendar.Calendar().monthdayscalendar(year, month) if w[6]]
        assert days == (date(year, month, sundays[week - 1]),)


# Working days

OFF = frozenset(date(2026, 10, day) for day in range(1, 8))
MADE_UP = frozenset({date(2026, 9, 27), date(2026, 10, 10)})
WORKDAYS = {2026: (OFF, MADE_UP)}


def test_working_days_follow_the_announced_calendar() -> None:
    deadline = read("季末后5个工作日内")
    assert needs_workdays(deadline)
    assert date(2026, 10, 13) in deadline.dates(2026, WORKDAYS)  # 8, 9, Saturday 10, 12, 13
    assert date(2026, 10, 7) in deadline.dates(2026, {})
    assert lacking_years(deadline, 2026, WORKDAYS) == ()
    assert lacking_years(deadline, 2026, {}) == (2026,)
    assert lacking_years(read("年末后300个工作日"), 2026, WORKDAYS) == (2025,)


def test_natural_days_need_no_calendar() -> None:
    for text in ("季末后10日", "9月30日", "自受理之日起5个工作日"):
        assert not needs_workdays(read(text))
        assert lacking_years(read(text), 2026, {}) == ()


@given(st.sampled_from(["月", "季", "半年", "年"]), st.integers(1, 366), YEARS)
def test_counted_days(period: str, count: int, year: int) -> None:
    step = {"月": 1, "季": 3, "半年": 6, "年": 12}[period]
    dates = read(f"{period}末后{count}日").dates(year, {})
    ends = [due - timedelta(days=count) for due in dates]
    assert all((end + timedelta(days=1)).day == 1 and end.month % step == 0 for end in ends)
    assert all(due.year == year for due in dates)
    working = read(f"{period}末后{count}个工作日").dates(year, {})
    assert all(due.weekday() < 5 and due.year == year for due in working)


# 时限 and 频次


@pytest.mark.parametrize(
    ("deadline", "how_often"),
    [
        ("9月30日", "每年"),
        ("9月30日", "每两年"),
        ("9月30日", "一次性"),
        ("年末后10日", "每年"),
        ("4月中旬、10月中旬", "每半年"),
        ("4月中旬、10月中旬", "每年2次"),
        ("半年末后10日", "每半年"),
        ("季末后10日", "每季度"),
        ("3月底、6月底、9月底、12月底", "每季度"),
        ("每季度末月25日", "每年4次"),
        ("每月5日", "每月"),
        ("月末后5个工作日", "每月"),
        *(("自受理之日起5日", each) for each in ("每周", "每年", "按需", "长期", "一次性")),
    ],
)
def test_fitting(deadline: str, how_often: str) -> None:
    assert fits(read(deadline), rhythm(how_often)) == ""


@pytest.mark.parametrize(
    ("deadline", "how_often", "reason"),
    [
        ("9月30日", "每月", "“每月”一年12次，这个时限一年有1个日期"),
        ("9月30日", "每周", "“每周”一年52次，这个时限一年有1个日期"),
        ("每月5日", "每年", "“每年”一年1次，这个时限一年有12个日期"),
        ("4月底、10月底", "每年", "“每年”一年1次，这个时限一年有2个日期"),
        ("季末后10日", "每月", "“每月”一年12次，这个时限一年有4个日期"),
        ("4月底、10月底", "一次性", "“一次性”只有一次，这个时限一年有2个日期"),
        ("每月5日", "每两年", "“每两年”只有一次，这个时限一年有12个日期"),
        ("9月30日", "按需", "“按需”没有固定的日期，时限只能写“自…之日起N日”"),
        ("9月30日", "长期", "“长期”没有固定的日期，时限只能写“自…之日起N日”"),
    ],
)
def test_not_fitting(deadline: str, how_often: str, reason: str) -> None:
    assert fits(read(deadline), rhythm(how_often)) == reason


def test_without_a_rhythm_nothing_is_compared() -> None:
    assert fits(read("9月30日"), None) == ""


# Next dates


def following(text: str, how_often: str, as_of: date, since: date | None = None) -> date | None:
    return next_date(read(text), rhythm(how_often), as_of, WORKDAYS, since)


def test_next_includes_the_day_itself() -> None:
    assert following("9月30日", "每年", date(2026, 9, 30)) == date(2026, 9, 30)
    assert following("9月30日", "每年", date(2026, 10, 1)) == date(2027, 9, 30)
    assert next_date(read("9月30日"), None, date(2026, 1, 1), {}) == date(2026, 9, 30)
    assert following("每月31日", "每月", date(2026, 11, 25)) == date(2026, 11, 30)
    assert following("季末后10日", "每季度", date(2026, 11, 25)) == date(2027, 1, 10)


def test_no_next_date() -> None:
    assert following("自受理之日起5日", "每年", date(2026, 1, 1)) is None
    assert following("9月30日", "按需", date(2026, 1, 1)) is None
    assert following("9月30日", "每两年", date(2026, 1, 1)) is None  # even or odd: unknown


def test_since() -> None:
    since = date(2026, 1, 1)
    assert following("9月30日", "每年", date(2025, 3, 1), since) == date(2026, 9, 30)
    assert following("次年1月15日", "每年", date(2025, 12, 1), since) == date(2027, 1, 15)
    assert following("9月30日", "每两年", date(2026, 10, 1), since) == date(2028, 9, 30)
    assert following("9月30日", "每两年", date(2026, 9, 30), since) == date(2026, 9, 30)
    assert following("9月30日", "一次性", date(2026, 9, 30), since) == date(2026, 9, 30)
    assert following("9月30日", "一次性", date(2026, 10, 1), since) is None
    assert following("9月30日", "一次性", date(2026, 10, 1)) == date(2027, 9, 30)


@given(
    st.sampled_from(["9月30日", "12月第五周", "每月31日", "季末后90日", "年末后250个工作日"]),
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
)
def test_next_is_the_first_of_all_dates(text: str, as_of: date) -> None:
    deadline = read(text)
    years = range(as_of.year, as_of.year + 4)
    later = [due for year in years for due in deadline.dates(year, {}) if due >= as_of]
    assert next_date(deadline, None, as_of, {}) == min(later)


def test_five_thousand_duties_are_quick() -> None:
    pairs = [
        (
            f"{n % 12 + 1}月{n % 28 + 1}日前" if n % 2 else "每季度末月25日",
            ("每年", "每季度")[n % 2 - 1],
        )
        for n in range(5000)
    ]
    parse.cache_clear()
    start = time.process_time()
    reasons = [fits(read(deadline), rhythm(each)) for deadline, each in pairs]
    assert time.process_time() - start < 0.1
    assert not any(reasons)
