"""Pauses, corrections, extensions, transfers, ends; and the orders that cannot be."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shouwang.engines.clocks import DONE, Event, EventKind, State, StepCode, Term, count, due
from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.law import Extension, Rulebook, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
WD, CD = Unit.WORKING_DAYS, Unit.CALENDAR_DAYS
ON = date(2026, 3, 1)


@pytest.fixture(scope="module")
def reply() -> Term:
    """政府信息公开条例 art. 33, from the rulebook."""
    return Term.of(Rulebook.load().rule("gi-reply", on=ON))


@pytest.fixture(scope="module")
def handling() -> Term:
    """治安管理处罚法 art. 118, from the rulebook."""
    return Term.of(Rulebook.load().rule("psl-limit", on=ON))


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def began(at) -> Event:
    return Event(EventKind.START, at)


def paused(at, kind="third-party", ref="") -> Event:
    return Event(EventKind.PAUSE, at, kind, ref)


def resumed(at, ref="") -> Event:
    return Event(EventKind.RESUME, at, ref=ref)


def extended(at, amount=20, approver="disclosure-office-head") -> Event:
    return Event(EventKind.EXTEND, at, amount=amount, approver=approver)


def test_asking_a_third_party_takes_its_days_out(china, reply):
    """政府信息公开条例 art. 33: letter out 03-06, answer in 03-20, so 03-07 to 03-20 do not count."""
    ledger = count(reply, [began(day(3, 2)), paused(day(3, 6)), resumed(day(3, 20))], china, now=day(3, 20))
    waiting = [step.day for step in ledger.steps if step.code is StepCode.PAUSED]
    assert waiting == [day(3, 7) + timedelta(days=n) for n in range(14)]
    # Ten working days of March fall in the pause, and the days until 04-06 are 清明节.
    assert ledger.due_on == day(4, 14)
    assert (ledger.state, ledger.counted) == (State.RUNNING, 20)


def test_two_letters_side_by_side_are_not_taken_out_twice(china, reply):
    one = [began(day(3, 2)), paused(day(3, 6)), resumed(day(3, 25))]
    two = [
        began(day(3, 2)),
        paused(day(3, 6), ref="A"),
        paused(day(3, 10), "other-organ", ref="B"),
        resumed(day(3, 20), ref="A"),
        resumed(day(3, 25), ref="B"),
    ]
    assert count(reply, one, china, now=day(3, 26)).due_on == count(reply, two, china, now=day(3, 26)).due_on


def test_a_third_party_that_stays_silent_cannot_stop_the_clock(china, reply):
    """政府信息公开条例 art. 32: fifteen working days from the letter of 03-06; then the office decides itself."""
    latest = due(day(3, 6), Term(15, WD), china).on
    assert latest == day(3, 27)
    silent = [began(day(3, 2)), Event(EventKind.PAUSE, day(3, 6), "third-party", latest=latest)]
    answered = [*silent[:1], paused(day(3, 6)), resumed(latest)]
    ledger = count(reply, silent, china, now=day(4, 10))
    assert ledger.due_on == count(reply, answered, china, now=day(4, 10)).due_on
    assert (ledger.state, ledger.waiting_for) == (State.RUNNING, ())
    assert [step.day for step in ledger.steps if step.code is StepCode.LAPSE] == [latest]
    assert count(reply, silent, china, now=latest).state is State.PAUSED


def test_an_answer_after_the_pause_lapsed_is_written_down_without_effect(china, reply):
    latest = day(3, 27)
    silent = [began(day(3, 2)), Event(EventKind.PAUSE, day(3, 6), "third-party", latest=latest)]
    late = count(reply, [*silent, resumed(day(4, 8))], china, now=day(4, 8))
    assert late.due_on == count(reply, silent, china, now=day(4, 8)).due_on
    assert [step.code for step in late.steps if step.is_event] == [StepCode.PAUSE, StepCode.LAPSE, StepCode.RESUME]
    with pytest.raises(BadData, match="no open pause"):
        count(reply, [*silent, resumed(day(4, 8)), resumed(day(4, 9))], china, now=day(4, 9))


def test_an_early_answer_ends_the_pause_before_its_latest_day(china, reply):
    early = [began(day(3, 2)), Event(EventKind.PAUSE, day(3, 6), "third-party", latest=day(3, 27)), resumed(day(3, 20))]
    plain = [began(day(3, 2)), paused(day(3, 6)), resumed(day(3, 20))]
    assert count(reply, early, china, now=day(4, 8)) == count(reply, plain, china, now=day(4, 8))


def test_while_it_waits_the_end_is_the_earliest_possible(china, reply):
    events = [began(day(3, 2)), paused(day(3, 6))]
    ledger = count(reply, events, china, now=day(3, 18))
    assert (ledger.state, ledger.waiting_for) == (State.PAUSED, ("third-party",))
    assert ledger.due_on == count(reply, [*events, resumed(day(3, 18))], china, now=day(3, 18)).due_on
    assert count(reply, events, china, now=day(3, 19)).due_on > ledger.due_on


def test_a_correction_starts_the_clock_anew(china, reply):
    """政府信息公开条例 art. 30: the reply is counted from the receipt of the corrected application."""
    events = [
        began(day(2, 10)),
        paused(day(2, 12), "correction"),
        Event(EventKind.RESTART, day(3, 2), "corrected-application"),
    ]
    ledger = count(reply, events, china, now=day(3, 2))
    assert ledger.due_on == due(day(3, 2), reply, china).on
    assert (ledger.run, ledger.started_on, ledger.state) == (2, day(3, 2), State.RUNNING)
    first_run = [step for step in ledger.steps if step.run == 1]
    assert first_run[0].code is StepCode.START_DAY
    assert first_run[-1].day == day(3, 2)
    assert StepCode.RESTART in {step.code for step in first_run}
    assert sum(step.counted for step in first_run) == 2


def test_an_extension_adds_up_and_names_who_agreed(china, reply):
    """政府信息公开条例 art. 33: twenty more working days, agreed by the head of the disclosure office."""
    ledger = count(reply, [began(day(3, 2)), extended(day(3, 20))], china, now=day(3, 20))
    assert ledger.due_on == due(day(3, 2), Term(40, WD), china).on
    assert ledger.extensions == 1
    step = next(step for step in ledger.steps if step.code is StepCode.EXTENSION)
    assert dict(step.params) == {"amount": "20", "unit": "wd", "approver": "disclosure-office-head"}


def test_a_station_has_ninety_days_at_most(china, handling):
    """治安管理处罚法 art. 118: 30 + 30 + 30, each from the unmoved end; only the very last day rolls."""
    events = [
        began(day(4, 2)),
        Event(EventKind.EXTEND, day(4, 30), amount=30, approver="own-bureau"),
        Event(EventKind.EXTEND, day(5, 30), amount=30, approver="own-bureau"),
    ]
    assert count(handling, events, china, now=day(6, 1)).due_on == due(day(4, 2), Term(90, CD), china).on
    third = Event(EventKind.EXTEND, day(6, 20), amount=30, approver="own-bureau")
    with pytest.raises(BadData, match="2 extension"):
        count(handling, [*events, third], china, now=day(6, 20))


def test_on_a_rolled_last_day_an_extension_is_still_in_time(china, handling):
    """民法典 art. 203: the period ended on Saturday 03-28, so Monday is its last day."""
    start = day(2, 26)
    assert due(start, handling, china).on == day(3, 30)
    events = [began(start), Event(EventKind.EXTEND, day(3, 30), amount=30, approver="own-bureau")]
    assert count(handling, events, china, now=day(3, 30)).due_on == due(start, Term(60, CD), china).on


def test_a_transfer_is_recorded_and_changes_nothing(china, reply):
    plain = count(reply, [began(day(3, 2))], china, now=day(3, 10))
    moved = count(
        reply,
        [began(day(3, 2)), Event(EventKind.TRANSFER, day(3, 5), "wrong-desk", to="unit-7")],
        china,
        now=day(3, 10),
    )
    assert (moved.due_on, moved.run, moved.left) == (plain.due_on, 1, plain.left)
    assert [step for step in moved.steps if not step.is_event] == list(plain.steps)
    assert dict(next(step.params for step in moved.steps if step.is_event)) == {"to": "unit-7", "reason": "wrong-desk"}


@pytest.mark.parametrize(
    ("stopped_on", "reason", "state"),
    [
        (day(3, 27), DONE, State.MET),
        (day(3, 30), DONE, State.MET),
        (day(3, 31), DONE, State.LATE),
        (day(3, 27), "withdrawn", State.STOPPED),
        (day(4, 27), "withdrawn", State.STOPPED),
    ],
)
def test_how_it_ends(china, reply, stopped_on, reason, state):
    """Received 03-02, the twentieth working day is 03-30."""
    ledger = count(reply, [began(day(3, 2)), Event(EventKind.STOP, stopped_on, reason)], china, now=day(6, 1))
    assert (ledger.due_on, ledger.state, ledger.closed_on) == (day(3, 30), state, stopped_on)
    assert [step.code for step in ledger.steps].count(StepCode.STOP) == 1


def test_a_stop_ends_the_waiting(china, reply):
    events = [began(day(3, 2)), paused(day(3, 6)), Event(EventKind.STOP, day(3, 10), DONE)]
    ledger = count(reply, events, china, now=day(6, 1))
    assert (ledger.state, ledger.waiting_for) == (State.MET, ())


def test_a_pause_after_the_end_saves_nothing(china, reply):
    events = [began(day(3, 2)), paused(day(4, 7)), resumed(day(4, 20))]
    ledger = count(reply, events, china, now=day(4, 21))
    assert (ledger.due_on, ledger.state) == (day(3, 30), State.LATE)
    assert [step.code for step in ledger.steps[-2:]] == [StepCode.PAUSE, StepCode.RESUME]


def at(hour: int, minute: int = 0, number: int = 2) -> datetime:
    return datetime(2026, 3, number, hour, minute, tzinfo=SHANGHAI)


def test_hours_wait_to_the_minute(china):
    term = Term(2, Unit.HOURS, pauses=("off-duty",))
    events = [began(at(10)), paused(at(10, 30), "off-duty"), resumed(at(12)), paused(at(12, 15), "off-duty", "b")]
    events.append(resumed(at(13), "b"))
    ledger = count(term, events, china, now=at(13))
    assert ledger.due_at == at(14, 15)
    assert (ledger.counted, ledger.left, ledger.left_unit) == (7200, 75, Unit.MINUTES)


def test_a_pause_in_hours_lapses_to_the_minute(china):
    term = Term(2, Unit.HOURS, pauses=("off-duty",))
    events = [began(at(10)), Event(EventKind.PAUSE, at(10, 30), "off-duty", latest=at(11, 15))]
    assert count(term, events, china, now=at(11, 16)).due_at == at(12, 45)
    assert count(term, events, china, now=at(11)).state is State.PAUSED


def test_hours_pass_a_whole_day_of_waiting(china):
    term = Term(3, Unit.HOURS, pauses=("off-duty",))
    events = [began(at(22)), paused(at(23), "off-duty"), resumed(at(1, number=4))]
    ledger = count(term, events, china, now=at(1, number=4))
    assert ledger.due_at == at(3, number=4)
    assert [(step.day.day, step.counted) for step in ledger.steps if not step.is_event] == [
        (2, 3600),
        (3, 0),
        (4, 7200),
    ]


def test_hours_begin_anew_after_a_restart(china):
    term = Term(24, Unit.HOURS, pauses=("off-duty",))
    events = [began(at(8)), paused(at(9), "off-duty"), Event(EventKind.RESTART, at(20))]
    ledger = count(term, events, china, now=at(21))
    assert ledger.due_at == at(20, number=3)
    assert sum(step.counted for step in ledger.steps if step.run == 1) == 3600


def test_an_extension_in_hours(china):
    term = Term(12, Unit.HOURS, extension=Extension(12, Unit.HOURS, 1, "county-head"))
    extend = Event(EventKind.EXTEND, at(19), amount=12, approver="county-head")
    assert count(term, [began(at(8)), extend], china, now=at(19)).due_at == at(8, number=3)
    with pytest.raises(BadData, match="run out"):
        count(
            term,
            [began(at(8)), Event(EventKind.EXTEND, at(20, 1), amount=12, approver="county-head")],
            china,
            now=at(21),
        )


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([], "first event must be the start"),
        ([paused(day(3, 2))], "first event must be the start"),
        ([began(day(3, 2)), began(day(3, 3))], "started already"),
        ([began(day(3, 2)), resumed(day(3, 3))], "no open pause"),
        ([began(day(3, 2)), paused(day(3, 3)), paused(day(3, 4))], "open already"),
        ([began(day(3, 2)), paused(day(3, 3)), resumed(day(3, 4), "B")], "no open pause 'B'"),
        ([began(day(3, 2)), paused(day(3, 3), "holiday-mood")], "does not allow the pause kind"),
        ([began(day(3, 5)), paused(day(3, 4))], "lies before"),
        ([began(day(3, 2)), Event(EventKind.PAUSE, day(3, 4), "third-party", latest=day(3, 3))], "before the pause"),
        ([began(day(3, 2)), paused(day(12, 1))], "after now"),
        ([began(day(3, 2)), extended(day(3, 3), 21)], "1 to 20"),
        ([began(day(3, 2)), extended(day(3, 3), 0)], "1 to 20"),
        ([began(day(3, 2)), extended(day(3, 3), 5, "station-chief")], "approved by disclosure-office-head"),
        ([began(day(3, 2)), extended(day(3, 3), 5), extended(day(3, 4), 5)], "1 extension"),
        ([began(day(3, 2)), extended(day(3, 31))], "run out"),
        ([began(day(3, 2)), Event(EventKind.STOP, day(3, 3))], "needs its reason"),
        ([began(day(3, 2)), Event(EventKind.STOP, day(3, 3), DONE), resumed(day(3, 4))], "follow the stop"),
        ([began(datetime(2026, 3, 2, 9, 0))], "time zone"),  # noqa: DTZ001 - a naive time is the mistake under test
        ([began(date(1, 1, 1))], "year"),
    ],
)
def test_an_impossible_order_is_refused(china, reply, events, why):
    with pytest.raises(BadData, match=why):
        count(reply, events, china, now=day(6, 1))


def test_two_times_of_one_day_keep_their_order(china, reply):
    with pytest.raises(BadData, match="lies before"):
        count(reply, [began(at(10)), paused(at(9))], china, now=day(3, 3))


def test_an_extension_needs_a_rule_that_gives_one(china):
    with pytest.raises(BadData, match="no extension"):
        count(Term(20, WD), [began(day(3, 2)), extended(day(3, 3))], china, now=day(3, 3))
    with pytest.raises(BadData, match="like the term"):
        Term(20, WD, extension=Extension(10, CD, 1, ""))
    with pytest.raises(BadData, match="exceed"):
        Term(2000, WD, extension=Extension(400, WD, 2, ""))


def test_hours_need_their_time(china):
    with pytest.raises(BadData, match="needs the time"):
        count(Term(24, Unit.HOURS), [began(day(3, 2))], china, now=at(9))
    with pytest.raises(BadData, match="needs the time"):
        count(Term(24, Unit.HOURS), [began(at(9))], china, now=day(3, 2))


def test_a_rule_that_is_no_clock_gives_no_term():
    book = Rulebook.load()
    for rule_id in ("gi-ex-16", "psl-hearing", "rp-who", "gi-reply-ext"):
        with pytest.raises(CannotTell, match=rule_id):
            Term.of(book.rule(rule_id, on=ON))


def test_every_clock_of_the_law_can_be_counted(china):
    """Each rule with a trigger and a length runs from a Thursday before the spring festival without complaint."""
    clocks = [rule for rule in Rulebook.load().rules(on=ON) if rule.is_clock]
    assert len(clocks) > 60
    for rule in clocks:
        ledger = count(Term.of(rule), [began(datetime(2026, 2, 12, 9, 0, tzinfo=SHANGHAI))], china, now=at(9))
        assert ledger.due_at > datetime(2026, 2, 12, 9, 0, tzinfo=SHANGHAI), rule.id
