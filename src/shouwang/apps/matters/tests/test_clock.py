"""The clock of a matter: what may move it, who may, and how it explains itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from shouwang.apps.matters import clock, ledgers, usecases
from shouwang.apps.matters.errors import NothingSaid, WrongState
from shouwang.apps.matters.jobs import recount_provisional_dates
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.matters.usecases import Opened
from shouwang.engines.clocks import Event, EventKind
from shouwang.engines.law import CalendarYear, Confidence, OffSpan
from shouwang.kernel.errors import Refused
from tests.cast import MONDAY, Cast, as_officer, at, consultation, with_code

LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def disclosure(cast: Cast) -> Opened:
    """An application for information, received on Monday 23 November 2026: 20 working days (政府信息公开条例 art. 33)."""
    return consultation(cast, kind="disclosure", body="请公开去年的出警统计。")


def due(opened: Opened) -> tuple[date | None, str, bool]:
    one = Matter.objects.get(pk=opened.matter.pk)
    last = clock._local(one.due_at - timedelta(seconds=1)).date() if one.due_at else None
    return last, one.due_rule, one.due_provisional


class TestPausing:
    def test_asking_a_third_party_takes_its_days_out(self, cast: Cast, disclosure: Opened) -> None:
        assert due(disclosure) == (date(2026, 12, 21), "gi-reply", False)
        usecases.pause_clock(
            disclosure.matter, by=cast.chen, reason="third-party", words="问村委会", at=at("2026-11-25 10:00")
        )
        assert due(disclosure) == (None, "gi-reply", False)  # nobody can be late while it stands still
        usecases.resume_clock(disclosure.matter, by=cast.chen, at=at("2026-12-02 10:00"))
        assert due(disclosure)[0] == date(
            2026, 12, 28
        )  # art. 33: the five working days after 25 November up to 2 December

    @pytest.mark.parametrize("kind", ["consultation", "help", "complaint"])
    def test_a_rule_without_pauses_is_not_paused(self, cast: Cast, kind: str) -> None:
        with pytest.raises(WrongState, match="不能因为这个原因暂停"):
            usecases.pause_clock(
                consultation(cast, kind=kind).matter, by=cast.liang, reason="third-party", words="问村委会", at=LATER
            )

    def test_only_for_a_reason_of_the_rule_once_at_a_time_and_never_resumed_unpaused(
        self, cast: Cast, disclosure: Opened
    ) -> None:
        with pytest.raises(WrongState, match="不能因为这个原因暂停"):
            usecases.pause_clock(disclosure.matter, by=cast.chen, reason="hearing", words="", at=LATER)
        with pytest.raises(WrongState, match="没有暂停"):
            usecases.resume_clock(disclosure.matter, by=cast.chen, at=LATER)
        usecases.pause_clock(disclosure.matter, by=cast.chen, reason="third-party", words="问村委会", at=LATER)
        with pytest.raises(WrongState, match="已经暂停"):
            usecases.pause_clock(disclosure.matter, by=cast.chen, reason="other-organ", words="", at=LATER)

    def test_another_station_and_the_resident_do_not_touch_it(self, cast: Cast, disclosure: Opened) -> None:
        with pytest.raises(Refused):
            usecases.pause_clock(disclosure.matter, by=cast.meng, reason="third-party", words="问村委会", at=LATER)

    def test_a_correction_starts_the_count_anew(self, cast: Cast, disclosure: Opened) -> None:
        """政府信息公开条例 art. 30: the term counts from the day on which the corrected application arrives."""
        usecases.restart_clock(disclosure.matter, by=cast.chen, words="补了名称", at=at("2026-11-30 09:00"))
        assert due(disclosure)[0] == date(2026, 12, 28)
        with pytest.raises(WrongState, match="不能重新计算"):
            usecases.restart_clock(consultation(cast).matter, by=cast.chen, words="补齐", at=LATER)


class TestExtending:
    def test_only_a_leader_and_the_resident_reads_who_and_why(self, cast: Cast, disclosure: Opened) -> None:
        with pytest.raises(Refused, match="所长或分局"):
            usecases.extend_clock(disclosure.matter, by=cast.chen, amount=5, words="材料多", at=LATER)
        usecases.extend_clock(disclosure.matter, by=cast.liang, amount=5, words="材料多", at=LATER)
        assert due(disclosure)[0] == date(2026, 12, 28)
        told = Entry.objects.visible_to(with_code(disclosure)).get(data__event="extend")
        assert (told.body, told.data["approver_name"]) == ("材料多", "梁所长")

    @pytest.mark.parametrize("amount", [0, -3, 21])
    def test_never_more_than_the_rule_allows(self, cast: Cast, disclosure: Opened, amount: int) -> None:
        before = Entry.objects.count()
        with pytest.raises(WrongState, match="最多延长 20 个工作日"):
            usecases.extend_clock(disclosure.matter, by=cast.liang, amount=amount, words="材料多", at=LATER)
        assert Entry.objects.count() == before

    def test_once_with_a_reason_and_in_time(self, cast: Cast, disclosure: Opened) -> None:
        with pytest.raises(NothingSaid):
            usecases.extend_clock(disclosure.matter, by=cast.liang, amount=5, words=" ", at=LATER)
        with pytest.raises(WrongState, match="已经过了"):
            usecases.extend_clock(disclosure.matter, by=cast.liang, amount=5, words="晚了", at=at("2026-12-22 00:01"))
        usecases.extend_clock(disclosure.matter, by=cast.liang, amount=5, words="材料多", at=LATER)
        with pytest.raises(WrongState, match="已经延长过"):
            usecases.extend_clock(disclosure.matter, by=cast.liang, amount=5, words="还是多", at=LATER)

    def test_a_promise_without_extension_is_not_extended(self, cast: Cast) -> None:
        with pytest.raises(WrongState, match="不能延长"):
            usecases.extend_clock(consultation(cast).matter, by=cast.liang, amount=1, words="忙", at=LATER)


class TestTheRightClock:
    def test_a_late_right_name_counts_from_the_day_of_arrival(self, cast: Cast) -> None:
        opened = consultation(cast)
        usecases.say(opened.matter, viewer=as_officer(cast.chen), at=LATER, body="这是信息公开申请，我来改。")
        usecases.change_kind(opened.matter, kind="disclosure", by=cast.chen, at=at("2026-11-26 09:00"))
        assert due(opened) == (date(2026, 12, 21), "gi-reply", False)

    def test_an_answered_question_owes_no_first_answer_under_another_name(self, cast: Cast) -> None:
        opened = consultation(cast, kind="help")
        usecases.say(opened.matter, viewer=as_officer(cast.chen), at=LATER, body="在的。")
        usecases.change_kind(opened.matter, kind="consultation", by=cast.chen, at=LATER)
        assert due(opened) == (None, "", False)

    def test_work_that_goes_on_after_a_review_has_a_clock(self, cast: Cast) -> None:
        opened = consultation(cast)
        usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=LATER)
        usecases.close(opened.matter, by=cast.chen, reason="answered", words="说了。", at=LATER)
        usecases.dispute(opened.matter, viewer=with_code(opened), words="没说清。", at=LATER)
        assert due(opened) == (date(2026, 11, 30), "promise-review", False)
        usecases.review(opened.matter, by=cast.liang, upheld=False, words="接着办。", at=LATER)
        assert due(opened) == (date(2026, 12, 2), "promise-redo", False)

    def test_a_machine_whose_clock_is_behind_breaks_no_count(self, cast: Cast, disclosure: Opened) -> None:
        usecases.pause_clock(disclosure.matter, by=cast.chen, reason="third-party", words="问村委会", at=LATER)
        usecases.resume_clock(disclosure.matter, by=cast.chen, at=LATER - timedelta(seconds=3))
        assert due(disclosure)[0] == date(2026, 12, 21)
        [run] = clock.runs(disclosure.matter)
        assert run.events[-1] == Event(EventKind.RESUME, LATER, reason="third-party")


class TestBeyondTheCalendar:
    def received_in_december(self, cast: Cast) -> Opened:
        return consultation(cast, kind="disclosure", at=at("2026-12-10 10:00"))

    def publish_2027(self, monkeypatch: pytest.MonkeyPatch) -> None:
        off = OffSpan(date(2027, 1, 1), date(2027, 1, 3), "元旦", "New Year's Day")
        longer = clock.calendar().plus(CalendarYear(2027, "a made-up notice", (off,), ()))
        monkeypatch.setattr(clock, "calendar", lambda: longer)

    def test_it_is_provisional_and_says_from_when(self, cast: Cast) -> None:
        opened = self.received_in_december(cast)
        assert due(opened) == (date(2027, 1, 7), "gi-reply", True)
        [explained] = ledgers.explain_all(opened.matter, at("2026-12-10 12:00"))
        assert explained.provisional
        assert any("暂定：2027年1月1日以后的放假安排还没公布" in line for line in explained.explains)

    def test_once_published_it_is_recounted_openly_and_only_once(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened = self.received_in_december(cast)
        self.publish_2027(monkeypatch)
        for _ in range(2):
            recount_provisional_dates(at("2026-12-12 08:00"))
        assert due(opened) == (date(2027, 1, 8), "gi-reply", False)
        told = Entry.objects.visible_to(with_code(opened)).get(data__event="recount")
        moved = [datetime.fromisoformat(told.data[key]).astimezone(MONDAY.tzinfo).date() for key in ("before", "after")]
        assert moved == [date(2027, 1, 8), date(2027, 1, 9)]  # the terms end at 24:00 of the days before

    def test_a_date_that_does_not_move_becomes_certain_without_a_word(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened = self.received_in_december(cast)
        same = clock.calendar().plus(CalendarYear(2027, "a made-up notice", (), ()))
        monkeypatch.setattr(clock, "calendar", lambda: same)
        recount_provisional_dates(at("2026-12-12 08:00"))
        assert due(opened) == (date(2027, 1, 7), "gi-reply", False)
        assert not Entry.objects.filter(data__event="recount").exists()


class TestTheLedgerPage:
    """“为什么是这天？” in both languages, for terms in working days, calendar days and hours."""

    @pytest.mark.parametrize(
        ("kind", "language", "title", "source", "lines"),
        [
            ("disclosure", "zh-hans", "答复期限", "第33条", "最后一天是12月21日"),
            ("disclosure", "en", "Reply to an application", "art. 33", ""),
            ("complaint", "zh-hans", "告知受理", "第23条", "最后一天是12月8日"),
            ("complaint", "en", "Telling acceptance", "art. 23", ""),
            ("consultation", "zh-hans", "首次答复", "《本所服务承诺》第1条", "按小时连着算"),
            ("consultation", "en", "First answer", "Service promises of this station art. 1", ""),
        ],
    )
    def test_it_names_rule_article_and_last_day(
        self, cast: Cast, kind: str, language: str, title: str, source: str, lines: str
    ) -> None:
        opened = consultation(cast, kind=kind)
        with translation.override(language):
            [explained] = ledgers.explain_all(opened.matter, LATER)
        assert explained.title == title
        assert source in explained.source
        assert lines in " ".join(explained.explains)
        assert bool(explained.weeks) == (kind != "consultation")  # hours need no grid of days
        assert not explained.unconfirmed

    def test_the_grid_shows_why_each_day_counts_or_does_not(self, cast: Cast) -> None:
        opened = consultation(cast, kind="disclosure", at=at("2026-09-22 09:00"))
        [explained] = ledgers.explain_all(opened.matter, at("2026-09-22 10:00"))
        cells = {cell.text: cell for cell in explained.weeks[0]}
        assert (cells["22"].look, cells["23"].look) == ("from", "on")
        assert "中秋节放假，不算" in cells["25"].says
        assert sum(cell.look == "due" for week in explained.weeks for cell in week) == 1

    def test_what_happened_to_it_stands_below(self, cast: Cast, disclosure: Opened) -> None:
        usecases.pause_clock(disclosure.matter, by=cast.chen, reason="third-party", words="问村委会", at=LATER)
        [explained] = ledgers.explain_all(disclosure.matter, LATER)
        assert any(line.endswith("：暂停。") for line in explained.explains)
        assert "现在暂停计算，等到了回音再接着算。" in explained.explains

    def test_an_article_that_was_not_checked_says_so(self, cast: Cast, disclosure: Opened) -> None:
        [run] = clock.runs(disclosure.matter)
        doubtful = replace(run.rule, confidence=Confidence.UNCONFIRMED)
        assert ledgers.explain(doubtful, run.ledger(LATER), LATER).unconfirmed

    def test_every_clock_stays_and_the_present_one_stands_first(self, cast: Cast) -> None:
        opened = consultation(cast)
        usecases.change_kind(opened.matter, kind="help", by=cast.chen, at=LATER)
        usecases.change_kind(opened.matter, kind="disclosure", by=cast.chen, at=LATER)
        titles = [one.title for one in ledgers.explain_all(opened.matter, LATER)]
        assert titles == ["答复期限", "给出结果", "首次答复"]
        assert Entry.objects.filter(matter=opened.matter, type=Type.CLOCK, data__reason="replaced").count() == 2
