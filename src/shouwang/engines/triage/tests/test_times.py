"""Times counted from the moment of the report, Monday 23 November 2026, nine in the morning."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from holidays.calendars.chinese import _ChineseLunisolar
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.law import load_calendars
from shouwang.engines.triage import lunar
from shouwang.engines.triage.numerals import Sheet
from shouwang.engines.triage.times import Precision, moments

ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
CALENDARS = load_calendars()


def found(text, now=NOW):
    return moments(Sheet.of(text), now=now, zone=ZONE, calendars=CALENDARS)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("said", "earliest", "latest", "precision"),
    [
        ("昨晚十点多", "2026-11-22 22:00", "2026-11-22 23:00", "HOUR"),
        ("昨晚两点", "2026-11-23 02:00", "2026-11-23 03:00", "HOUR"),
        ("昨天晚上12点", "2026-11-23 00:00", "2026-11-23 01:00", "HOUR"),
        ("半夜三点", "2026-11-23 03:00", "2026-11-23 04:00", "HOUR"),
        ("大前天下午", "2026-11-20 12:00", "2026-11-20 18:00", "PART"),
        ("前天", "2026-11-21 00:00", "2026-11-22 00:00", "DAY"),
        ("今早", "2026-11-23 05:00", "2026-11-23 09:00", "PART"),
        ("凌晨", "2026-11-23 00:00", "2026-11-23 06:00", "PART"),
        ("下午", "2026-11-22 12:00", "2026-11-22 18:00", "PART"),
        ("晚8点半", "2026-11-22 20:30", "2026-11-22 20:30", "MINUTE"),
        ("下午三点一刻", "2026-11-22 15:15", "2026-11-22 15:15", "MINUTE"),
        ("20:30", "2026-11-22 20:30", "2026-11-22 20:30", "MINUTE"),
        ("七八点钟", "2026-11-23 07:00", "2026-11-23 09:00", "HOUR"),
        ("刚才", "2026-11-23 08:00", "2026-11-23 09:00", "HOUR"),
        ("半小时前", "2026-11-23 08:00", "2026-11-23 09:00", "HOUR"),
        ("一个多小时前", "2026-11-23 06:30", "2026-11-23 08:30", "HOUR"),
        ("十分钟前", "2026-11-23 08:45", "2026-11-23 08:55", "HOUR"),
        ("两三天前", "2026-11-20 00:00", "2026-11-22 00:00", "DAYS"),
        ("前几天", "2026-11-16 00:00", "2026-11-22 00:00", "DAYS"),
        ("上周三", "2026-11-18 00:00", "2026-11-19 00:00", "DAY"),
        ("周五", "2026-11-20 00:00", "2026-11-21 00:00", "DAY"),
        ("礼拜天早上", "2026-11-22 05:00", "2026-11-22 10:00", "PART"),
        ("上周末", "2026-11-21 00:00", "2026-11-23 00:00", "DAYS"),
        ("上个月", "2026-10-01 00:00", "2026-11-01 00:00", "MONTHS"),
        ("11月3号", "2026-11-03 00:00", "2026-11-04 00:00", "DAY"),
        ("12月3号", "2025-12-03 00:00", "2025-12-04 00:00", "DAY"),
        ("2026.11.3", "2026-11-03 00:00", "2026-11-04 00:00", "DAY"),
        ("15号下午", "2026-11-15 12:00", "2026-11-15 18:00", "PART"),
        ("去年八月份", "2025-08-01 00:00", "2025-09-01 00:00", "MONTHS"),
        ("国庆那天", "2026-10-01 00:00", "2026-10-02 00:00", "DAY"),
        ("去年国庆", "2025-10-01 00:00", "2025-10-08 00:00", "DAYS"),
        ("过年的时候", "2026-02-15 00:00", "2026-02-24 00:00", "DAYS"),
        ("从昨晚八点到今早六点", "2026-11-22 20:00", "2026-11-23 07:00", "HOUR"),
        ("昨天上午十点到下午三点之间", "2026-11-22 10:00", "2026-11-22 16:00", "HOUR"),
        ("今天下午", "2026-11-23 12:00", "2026-11-23 18:00", "PART"),
        ("今天早上七点到八点半", "2026-11-23 07:00", "2026-11-23 08:30", "MINUTE"),
        ("昨天下午5点到6点半之间", "2026-11-22 17:00", "2026-11-22 18:30", "MINUTE"),
        ("昨天下午五点半到六点之间", "2026-11-22 17:30", "2026-11-22 18:00", "MINUTE"),
        ("昨天下午五点半到七点半", "2026-11-22 17:30", "2026-11-22 19:30", "MINUTE"),
        ("昨晚十一点到一点", "2026-11-22 23:00", "2026-11-23 02:00", "HOUR"),
        ("昨晚十点半到十二点", "2026-11-22 22:30", "2026-11-23 00:00", "MINUTE"),
        ("昨天上午9点到5点", "2026-11-22 09:00", "2026-11-22 18:00", "HOUR"),
        ("昨天上午十点到下午三点半", "2026-11-22 10:00", "2026-11-22 15:30", "HOUR"),
        ("昨晚8:30到9:00", "2026-11-22 20:30", "2026-11-22 21:00", "MINUTE"),
        ("三天前的晚上", "2026-11-20 18:00", "2026-11-21 06:00", "PART"),
        ("三天前晚上八点", "2026-11-20 20:00", "2026-11-20 21:00", "HOUR"),
        ("两三天前的晚上", "2026-11-20 18:00", "2026-11-22 06:00", "PART"),
        ("上个月的今天", "2026-10-23 00:00", "2026-10-24 00:00", "DAY"),
        ("去年今天", "2025-11-23 00:00", "2025-11-24 00:00", "DAY"),
        ("去年的昨天", "2025-11-22 00:00", "2025-11-23 00:00", "DAY"),
        ("上个月今天晚上", "2026-10-23 18:00", "2026-10-24 06:00", "PART"),
        ("除夕晚上", "2026-02-16 18:00", "2026-02-17 06:00", "PART"),
        ("今年除夕", "2026-02-16 00:00", "2026-02-17 00:00", "DAY"),
        ("大年三十", "2026-02-16 00:00", "2026-02-17 00:00", "DAY"),
        ("中秋晚上", "2026-09-25 18:00", "2026-09-26 06:00", "PART"),
        ("中秋节那天", "2026-09-25 00:00", "2026-09-26 00:00", "DAY"),
        ("清明早上", "2026-04-05 05:00", "2026-04-05 10:00", "PART"),
        ("2025年中秋晚上", "2025-10-06 18:00", "2025-10-07 06:00", "PART"),
        ("年初三", "2026-02-19 00:00", "2026-02-20 00:00", "DAY"),
        ("大年初三晚上", "2026-02-19 18:00", "2026-02-20 06:00", "PART"),
        ("十月初五", "2026-11-13 00:00", "2026-11-14 00:00", "DAY"),
        ("农历闰六月初一", "2025-07-25 00:00", "2025-07-26 00:00", "DAY"),
        ("去年腊月廿三", "2026-02-10 00:00", "2026-02-11 00:00", "DAY"),
        ("正月十五", "2026-03-03 00:00", "2026-03-04 00:00", "DAY"),
        ("十月初", "2026-10-01 00:00", "2026-10-11 00:00", "MONTHS"),
    ],
)
def test_a_time_is_counted_from_the_report(said, earliest, latest, precision):
    (moment,) = found(said)
    assert (moment.earliest, moment.latest) == (at(earliest), at(latest))
    assert moment.precision.name == precision


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2018年5月30日下午", "2018-05-30 12:00", "2018-05-30 18:00"),
        ("2018年8、9月份", "2018-08-01 00:00", "2018-10-01 00:00"),
        ("2017年8月至2018年1月", "2017-08-01 00:00", "2018-02-01 00:00"),
        ("2018年2月18至6月13日期间", "2018-02-18 00:00", "2018-06-14 00:00"),
        ("2018年1月17日、18日白天", "2018-01-17 06:00", "2018-01-18 18:00"),
        ("二〇一八年五月三日", "2018-05-03 00:00", "2018-05-04 00:00"),
        ("2016年年底", "2016-11-01 00:00", "2017-01-01 00:00"),
    ],
)
def test_a_full_date_needs_no_now(text, earliest, latest):
    (moment,) = found(text, now=None)
    assert (moment.earliest, moment.latest) == (at(earliest), at(latest))


@pytest.mark.parametrize(
    ("text", "earliest"),
    [
        ("2018年3月1日晚上，次日凌晨2时", "2018-03-02 02:00"),
        ("2018年3月1日到家，同年3月28日21时许", "2018-03-28 21:00"),
        ("2018年3月1日到家，当日下午", "2018-03-01 12:00"),
        ("2018年3月1日到家，5月4日", "2018-05-04 00:00"),
    ],
)
def test_what_is_left_out_stands_in_the_date_before(text, earliest):
    assert found(text, now=None)[-1].earliest == at(earliest)


def test_without_a_now_a_relative_time_stays_open():
    (moment,) = found("昨晚十点多", now=None)
    assert (moment.earliest, moment.latest, moment.precision) == (None, None, Precision.UNKNOWN)


def test_morning_and_evening_may_both_fit():
    evening = datetime(2026, 11, 23, 22, 0, tzinfo=ZONE)
    (moment,) = found("今天8点", now=evening)
    assert moment.ambiguous
    assert (moment.earliest, moment.latest) == (at("2026-11-23 08:00"), at("2026-11-23 21:00"))
    (moment,) = found("今天8点")
    assert not moment.ambiguous  # said at nine in the morning


def test_at_two_in_the_morning_tonight_began_yesterday():
    night = datetime(2026, 11, 23, 2, 0, tzinfo=ZONE)
    (moment,) = found("今晚", now=night)
    assert moment.earliest == at("2026-11-22 18:00")


def test_now_in_another_zone_is_the_same_moment():
    (here,), (there,) = found("昨晚十点多"), found("昨晚十点多", now=NOW.astimezone(UTC))
    assert (here.earliest, here.latest) == (there.earliest, there.latest)


@pytest.mark.parametrize(
    "said",
    [
        "11月31号",
        "11月31号晚上8点",
        "2月30日",
        "2018年2月30日",
        "2026-02-30",
        "11月32号",
        "13月5号",
        "2月27至31日",
        "2月28日到2月30日",
    ],
)
def test_a_day_that_no_calendar_has_is_said_to_be_none_and_never_moved(said):
    text = f"他{said}拿走的"
    (moment,) = found(text)
    assert moment.no_such_day
    assert (moment.earliest, moment.latest, moment.precision) == (None, None, Precision.UNKNOWN)
    assert text[moment.start : moment.end] == said


def test_the_next_day_after_a_day_that_there_is_not_is_not_known_either():
    _, morning = found("11月31号报的警，次日凌晨又来了")
    assert (morning.earliest, morning.no_such_day) == (None, False)


def test_the_thirty_first_said_in_december_was_in_october():
    (moment,) = found("31号上午", now=datetime(2026, 12, 5, 9, tzinfo=ZONE))
    assert moment.earliest == at("2026-10-31 06:00")


@pytest.mark.parametrize(
    ("text", "earliest"),
    [
        ("12月24日会打架", "2026-12-24 00:00"),
        ("12月24日他们要来打架", "2026-12-24 00:00"),
        ("2月3号准备讨账", "2027-02-03 00:00"),
        ("24号晚上他们约好打架", "2026-11-24 18:00"),
        ("5号晚上他们打算来闹", "2026-12-05 18:00"),
        ("周五他们要来闹", "2026-11-27 00:00"),
        ("晚上他们要来打我", "2026-11-23 18:00"),
        ("除夕晚上要来堵门", "2027-02-05 18:00"),
    ],
)
def test_what_is_still_to_come_is_the_coming_one(text, earliest):
    (moment,) = found(text)
    assert moment.earliest == at(earliest)


@pytest.mark.parametrize(
    ("text", "earliest"),
    [
        ("12月24日被打了", "2025-12-24 00:00"),
        ("12月3号要账的人来了", "2025-12-03 00:00"),
        ("12月3号会计把钱拿走了", "2025-12-03 00:00"),
        ("12月3号我准备出门的时候发现车没了", "2025-12-03 00:00"),
    ],
)
def test_what_has_happened_is_the_last_one(text, earliest):
    (moment,) = found(text)
    assert moment.earliest == at(earliest)


def test_a_thing_bought_some_days_ago_was_not_taken_on_that_day():
    assert [m.earliest for m in found("三天前买的手机，早上被偷了")][-1] == at("2026-11-23 05:00")
    assert [m.earliest for m in found("三天前他来我家，晚上八点又来")][-1] == at("2026-11-20 20:00")


def test_a_day_of_the_moon_beyond_the_published_years_is_not_guessed():
    (moment,) = found("2011年正月十五")
    assert (moment.earliest, moment.precision) == (None, Precision.UNKNOWN)


def test_the_table_of_the_moon_joins_and_has_the_feasts_that_others_publish():
    moon = _ChineseLunisolar()
    for year, (begins, lengths, _) in lunar.YEARS.items():
        days = sum(30 if length == "大" else 29 for length in lengths)
        following = datetime.fromisoformat(begins).date() + timedelta(days)
        assert following == moon.lunar_new_year_date(year + 1)[0]
        assert lunar.feast("大年初一", year) == moon.lunar_new_year_date(year)[0]
        assert lunar.feast("端午", year) == moon.dragon_boat_date(year)[0]
        assert lunar.feast("中秋", year) == moon.mid_autumn_date(year)[0]
        assert lunar.feast("重阳节", year) == moon.double_ninth_date(year)[0]
        assert lunar.feast("清明", year) == moon.qingming_date(year)[0]


@pytest.mark.parametrize(
    "text", ["15号楼", "人民路15号", "三点要求", "有一点问题", "周围", "3小时", "尾号15号院", "行政拘留十日", "快一点"]
)
def test_what_is_no_time_is_left_alone(text):
    assert found(text) == ()


PIECES = """
    昨天 前天 上周三 年初三 腊月二十八 除夕 三天前的 会打架 晚上 凌晨 3点 十点多 半 20:30 2018年 5月 30日 至 、 到 期间
    左右 的一天 刚才 半小时前 国庆 次日 同年 当晚 2月30日 13月 99点 号 前
    """
tokens = st.sampled_from(PIECES.split())


@given(text=st.lists(tokens, max_size=10).map("".join), now=st.datetimes(datetime(1999, 1, 1), datetime(2099, 1, 1)))  # noqa: DTZ001
def test_spans_lie_in_the_text_and_earliest_is_never_after_latest(text, now):
    moments_found = found(text, now=now.replace(tzinfo=ZONE))
    assert all(0 <= m.start < m.end <= len(text) for m in moments_found)
    assert all(a.end <= b.start for a, b in pairwise(moments_found))
    assert all((m.earliest is None) == (m.latest is None) for m in moments_found)
    assert all(m.earliest <= m.latest for m in moments_found if m.earliest)
