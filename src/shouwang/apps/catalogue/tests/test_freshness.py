"""Fresh, due, overdue: what counts is content. The dates name why they are what they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.catalogue.content import Content, changes, content_of, differences, sentences
from shouwang.apps.catalogue.freshness import Because, Cadence, Freshness, Known, Standing, standing
from shouwang.engines.clocks import Term, WorkCalendar
from shouwang.engines.law import Every, Unit, load_calendars

TWENTY = Term(20, Unit.WORKING_DAYS)
YEARLY = Cadence(Every.YEAR, renew=False, within=TWENTY)
MONTHLY = Cadence(Every.MONTH, renew=True, within=TWENTY)


@cache
def calendar() -> WorkCalendar:
    return WorkCalendar(load_calendars())


def stands(cadence: Cadence, known: Known, today: date) -> Standing:
    return standing(cadence, known, today=today, calendar=calendar())


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


MADE = moment("2026-03-02 09:00")


@pytest.mark.parametrize(
    ("cadence", "known", "today", "state", "due_on", "why"),
    [
        (
            YEARLY,
            Known(MADE),
            date(2026, 3, 30),
            "due",
            date(2026, 3, 30),
            "条例 art. 26: 20 working days after 2 March",
        ),
        (YEARLY, Known(MADE), date(2026, 3, 31), "overdue", date(2026, 3, 30), "the day after is late"),
        (YEARLY, Known(MADE, MADE), date(2026, 12, 1), "fresh", date(2027, 3, 2), "a year later, a Tuesday"),
        (YEARLY, Known(MADE, MADE), date(2027, 2, 10), "due", date(2027, 3, 2), "a month ahead it asks for attention"),
        (
            YEARLY,
            Known(MADE, MADE, moment("2026-12-01 10:00")),
            date(2027, 3, 10),
            "fresh",
            date(2027, 12, 1),
            "checked",
        ),
        (
            MONTHLY,
            Known(MADE, MADE, moment("2026-04-01 10:00")),
            date(2026, 4, 3),
            "overdue",
            date(2026, 4, 2),
            "a check is no new issue",
        ),
        (
            YEARLY,
            Known(MADE, MADE, moment("2026-05-20 09:00"), (moment("2026-05-06 10:00"),)),
            date(2026, 6, 3),
            "overdue",
            date(2026, 6, 2),
            "art. 26: something changed on 6 May (9 May is a make-up working day); a check answers no need",
        ),
    ],
)
def test_an_item_stands(cadence: Cadence, known: Known, today: date, state: str, due_on: date, why: str) -> None:
    found = stands(cadence, known, today)
    assert (found.state, found.due_on) == (state, due_on), why


def test_a_change_meets_the_needs_before_it_and_not_those_after() -> None:
    need, change = moment("2026-05-06 10:00"), moment("2026-05-06 11:00")
    assert stands(YEARLY, Known(MADE, change, None, (need,)), date(2026, 5, 7)).state == Freshness.FRESH
    later = stands(YEARLY, Known(MADE, need, None, (change,)), date(2026, 5, 7))
    assert (later.state, later.because) == (Freshness.DUE, Because.NEEDED), "the same day, but after it"


moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 9, 1))  # noqa: DTZ001  station-local
cadences = st.builds(
    Cadence, st.sampled_from(Every), st.booleans(), st.integers(1, 30).map(lambda n: Term(n, Unit.WORKING_DAYS))
)


@st.composite
def known(draw: st.DrawFn) -> Known:
    made = draw(moments)
    after = st.integers(0, 20_000).map(lambda minutes: made + timedelta(minutes=minutes))
    changed = draw(st.none() | after)
    return Known(made, changed, draw(st.none() | after), tuple(draw(st.lists(after, max_size=3))))


days = st.dates(date(2024, 1, 1), date(2027, 12, 1))
ORDER = [Freshness.FRESH, Freshness.DUE, Freshness.OVERDUE]


@given(cadence=cadences, known=known(), today=days, later=st.integers(0, 400))
def test_time_alone_never_makes_it_fresher(cadence: Cadence, known: Known, today: date, later: int) -> None:
    now, then = stands(cadence, known, today), stands(cadence, known, today + timedelta(days=later))
    assert ORDER.index(now.state) <= ORDER.index(then.state)
    assert now.due_on == then.due_on, "the day does not move by waiting"


@given(cadence=cadences, known=known(), today=days, reviewed=moments)
def test_a_review_helps_only_where_looking_is_enough(
    cadence: Cadence, known: Known, today: date, reviewed: datetime
) -> None:
    before, after = stands(cadence, known, today), stands(cadence, replace(known, reviewed_at=reviewed), today)
    if cadence.renew or known.changed_at is None:
        assert after == before, "no update, so nothing moves"
    if before.because == Because.NEEDED and known.reviewed_at is None:
        assert after.due_on <= before.due_on or after.because == Because.NEEDED
        assert after.state != Freshness.FRESH, "what was demanded stays demanded"


@given(cadence=cadences, known=known(), hours=st.integers(0, 48))
def test_new_content_is_fresh_at_once(cadence: Cadence, known: Known, hours: int) -> None:
    last = max([known.made_at, *known.needs]) + timedelta(hours=hours)
    found = stands(cadence, replace(known, changed_at=last, reviewed_at=None), last.date())
    assert found.state == Freshness.FRESH


@given(cadence=cadences, known=known(), today=days, need=moments)
def test_one_need_more_never_gives_more_time(cadence: Cadence, known: Known, today: date, need: datetime) -> None:
    more = replace(known, needs=(*known.needs, need))
    assert stands(cadence, more, today).due_on <= stands(cadence, known, today).due_on


class TestContent:
    def test_the_same_words_from_another_browser_are_the_same_content(self) -> None:
        one = content_of("题", "话", "第一句。\r\n第二句。  \r\n")
        assert one.digest == content_of(" 题 ", "话", "第一句。\n第二句。").digest

    def test_one_sign_or_one_attachment_is_another_content(self) -> None:
        one = Content("题", "话", "收 20 元。")
        assert len({one.digest, replace(one, body="收 30 元。").digest, replace(one, files=(("a", "b"),)).digest}) == 3

    def test_differences_are_told_by_sentences(self) -> None:
        found = differences("首次不收费。换证二十元。", "首次不收费。换证三十元。")
        assert [(one.how, one.text) for one in found] == [
            ("same", "首次不收费。"),
            ("gone", "换证二十元。"),
            ("new", "换证三十元。"),
        ]

    @given(old=st.text("甲乙。！\n", max_size=30), new=st.text("甲乙。！\n", max_size=30))
    def test_taking_out_and_putting_in_gives_both_texts_back(self, old: str, new: str) -> None:
        pieces = differences(old, new)
        assert "".join(one.text for one in pieces if one.how != "new") == old
        assert "".join(one.text for one in pieces if one.how != "gone") == new
        assert "".join(sentences(old)) == old

    def test_only_what_differs_is_named(self) -> None:
        one = Content("题", "话", "正文。", (("表.docx", "1"),))
        found = changes(one, replace(one, summary="别的话", files=(("新表.docx", "2"),)))
        assert [(change.name, [(p.how, p.text) for p in change.pieces]) for change in found] == [
            ("summary", [("gone", "话"), ("new", "别的话")]),
            ("files", [("gone", "表.docx"), ("new", "新表.docx")]),
        ]
