"""The person asks for a copy: yes, no, and a second look."""

from __future__ import annotations

import pytest

from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.recordings import policy, queries, usecases
from shouwang.apps.recordings.errors import WrongMoment
from shouwang.apps.recordings.models import CopyRequest, Stay
from shouwang.apps.recordings.tests.conftest import LATER, Station
from shouwang.kernel.errors import Refused
from tests.cast import as_officer, at

pytestmark = pytest.mark.django_db


def ask(stay: Stay, **given: object) -> CopyRequest:
    return usecases.ask(stay, **{"asks": "copy", "since": None, "until": None, "words": "", "at": LATER, **given})  # type: ignore[arg-type]


def test_all_of_it_unless_a_time_is_given_and_within_five_working_days(station: Station) -> None:
    asked = ask(station.with_gap())
    assert (asked.since, asked.until) == (at("2026-11-23 09:00"), at("2026-11-23 10:00"))
    assert asked.due_at == at("2026-12-01 00:00"), (
        "promise 6: five working days after Monday, to the end of the next Monday"
    )
    (waiting,) = queries.waiting_requests(station.cast.liang)
    assert waiting == asked


def test_one_request_at_a_time_and_a_retry_is_none(station: Station) -> None:
    stay = station.with_gap()
    assert ask(stay, client_id="a") == ask(stay, client_id="a")
    with pytest.raises(WrongMoment, match="已经有一个申请"):
        ask(stay, client_id="b")


@pytest.mark.parametrize(("since", "until"), [("08:00", "09:30"), ("09:30", "11:00"), ("09:30", "09:30")])
def test_only_their_own_time(station: Station, since: str, until: str) -> None:
    with pytest.raises(WrongMoment):
        ask(station.with_gap(), since=at(f"2026-11-23 {since}"), until=at(f"2026-11-23 {until}"))


def test_a_yes_says_which_span_and_how_and_stands_at_the_station_only(station: Station) -> None:
    asked = ask(station.with_gap())
    with pytest.raises(NothingSaid):
        usecases.decide(asked, by=station.cast.liang, granted=True, words="可以", at=LATER)
    done = usecases.decide(asked, by=station.cast.liang, granted=True, words="可以", handed="带 U 盘来", at=LATER)
    assert (done.granted_since, done.granted_until) == (asked.since, asked.until)
    entry = station.matter.entries.get(data__what="recordings.copy-granted")
    assert entry.visibility == Visibility.STATION
    assert entry.body == ""
    with pytest.raises(Refused):
        usecases.decide(asked, by=station.cast.liang, granted=False, words="不给", at=LATER)


def test_a_no_has_its_reason_and_somebody_else_looks_again_once(station: Station) -> None:
    asked = ask(station.with_gap())
    with pytest.raises(NothingSaid):
        usecases.decide(asked, by=station.cast.liang, granted=False, words="  ", at=LATER)
    denied = usecases.decide(asked, by=station.cast.liang, granted=False, words="正在侦查", at=LATER)
    review = usecases.ask_again(denied, words="我只要我自己的", at=LATER)
    assert usecases.ask_again(denied, words="再来一次", at=LATER) == review
    assert not policy.may_decide(station.cast.liang, review)
    done = usecases.decide(review, by=station.cast.shao, granted=False, words="维持", at=LATER)
    with pytest.raises(WrongMoment):
        usecases.ask_again(done, words="还是不服", at=LATER)


def test_chiefs_legal_officers_and_the_bureau_answer(station: Station) -> None:
    asked = ask(station.with_gap())
    may = {name for name, one in station.cast.everybody().items() if policy.may_decide(as_officer(one).officer, asked)}
    assert may == {"liang", "shao"}


def test_the_counter_writes_it_down_for_whoever_cannot(station: Station) -> None:
    stay = station.with_gap()
    with pytest.raises(Refused):
        ask(stay, by=station.cast.an)
    asked = ask(stay, by=station.cast.jiang)
    assert asked.taken_by == station.cast.jiang
