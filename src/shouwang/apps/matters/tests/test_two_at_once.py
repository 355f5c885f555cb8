"""
Two desks press at the same moment, in two connections. Nothing is doubled, and whoever is late reads why.

Each press runs in a thread with a connection of its own, and all start together. On SQLite the database moves into a file, as in a house.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from shouwang.apps.duty.usecases import sign_off, sign_on
from shouwang.apps.matters import story, timeline, usecases
from shouwang.apps.matters.models import AccessCode, Entry, Matter, ReadMark, Series, State, Type
from shouwang.apps.people.models import Person
from shouwang.apps.people.usecases import person_at
from shouwang.kernel import ids
from shouwang.kernel.errors import Conflict, Refused, RuleBroken
from tests.browser import _move_into_a_file
from tests.cast import MONDAY, Cast, as_officer, assemble, consultation, with_code

LATER = MONDAY + timedelta(minutes=8)
TOGETHER_SECONDS = 30


@pytest.fixture
def cast(transactional_db: None, tmp_path: Path) -> Iterator[Cast]:
    """The cast in a database that other threads can reach."""
    back = _move_into_a_file(tmp_path / "house.sqlite3")
    yield assemble()
    back()


def at_once(*presses: Callable[[], Any]) -> list[Any]:
    """What each press returned or raised; any error but a broken rule fails the test, a deadlock too."""
    gate = threading.Barrier(len(presses))
    found: list[Any] = [None] * len(presses)

    def press(place: int, step: Callable[[], Any]) -> None:
        try:
            gate.wait(TOGETHER_SECONDS)
            found[place] = step()
        except RuleBroken as why:
            found[place] = why
        except BaseException as why:
            found[place] = why
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=pair) for pair in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TOGETHER_SECONDS)
        assert not thread.is_alive(), "Two presses wait for each other."
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, RuleBroken):
            raise one
    return found


def refusals(found: list[Any]) -> list[type]:
    return [type(one) for one in found if isinstance(one, RuleBroken)]


def is_whole(matter: Matter) -> None:
    """The timeline has no gap and the columns are what it says."""
    one = Matter.objects.get(pk=matter.pk)
    entries = list(Entry.objects.filter(matter=one).order_by("seq"))
    assert [entry.seq for entry in entries] == list(range(1, one.last_seq + 1))
    assert timeline.standing_of(one) == story.fold(map(timeline.fact_of, entries))


def of_type(matter: Matter, type_: str) -> int:
    return Entry.objects.filter(matter=matter, type=type_).count()


def test_one_of_two_officers_accepts_a_transfer(cast: Cast) -> None:
    matter = consultation(cast).matter
    usecases.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="户口在河湾。", at=LATER)
    found = at_once(
        lambda: usecases.accept_transfer(matter, by=cast.meng, at=LATER),
        lambda: usecases.accept_transfer(matter, by=cast.fan, at=LATER),
    )
    assert refusals(found) == [Refused]
    assert of_type(matter, Type.TRANSFER_ACCEPTED) == 1
    is_whole(matter)


def test_closing_while_the_resident_writes_loses_nothing(cast: Cast) -> None:
    opened = consultation(cast)
    usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=LATER)
    _closed, said = at_once(
        lambda: usecases.close(opened.matter, by=cast.chen, reason="answered", words="说清楚了。", at=LATER),
        lambda: usecases.say(opened.matter, viewer=with_code(opened), at=LATER, body="还有一句"),
    )
    # Either the words came first and are in the timeline, or the resident is told that it is closed and what to do.
    assert isinstance(said, Refused) == (not Entry.objects.filter(body="还有一句").exists())
    assert Matter.objects.get().state == State.CLOSED
    is_whole(opened.matter)


def test_danger_is_accepted_by_one_and_the_other_learns_by_whom(cast: Cast) -> None:
    matter = consultation(cast, body="他拿着刀砸门，救命").matter
    found = at_once(
        lambda: usecases.accept_danger(matter, by=cast.chen, at=LATER),
        lambda: usecases.accept_danger(matter, by=cast.zhou, at=LATER),
    )
    assert refusals(found) == [Conflict]
    assert of_type(matter, Type.DANGER_ACCEPTED) == 1
    is_whole(matter)


def test_the_same_words_over_two_connections_are_one_message(cast: Cast) -> None:
    opened = consultation(cast)
    press = lambda: usecases.say(opened.matter, viewer=with_code(opened), at=LATER, body="外婆能去吗？", client_id="a1")  # noqa: E731
    first, second = at_once(press, press)
    assert first.pk == second.pk
    assert Entry.objects.filter(client_id="a1").count() == 1
    is_whole(opened.matter)


def test_the_same_first_question_over_two_connections_is_one_matter(cast: Cast) -> None:
    found = at_once(*[lambda: consultation(cast, client_id="ask:a1")] * 3)
    matter = Matter.objects.get()
    assert {one.matter.pk for one in found} == {matter.pk}
    assert Series.objects.get().last == 1  # the losers gave their numbers back
    assert AccessCode.objects.filter(matter=matter, revoked_at=None).count() == 1
    assert any(usecases.held_codes([one.held.code_id]) for one in found)
    is_whole(matter)


def test_numbers_have_no_gap_and_no_double(cast: Cast) -> None:
    def five() -> None:
        for n in range(5):
            consultation(cast, body=f"第 {n} 件")

    at_once(*[five] * 8)
    numbers = list(Matter.objects.values_list("number", flat=True))
    assert sorted(numbers) == sorted(ids.matter_number("QS", 2026, n) for n in range(1, 41))


def test_a_shift_change_and_a_message_do_not_wait_for_each_other(cast: Cast) -> None:
    """Handing over takes many matters and tells one desk; a message takes one matter and tells the same desk."""
    sign_on(cast.chen, cast.qingshi, at=MONDAY)
    opened = [consultation(cast, body=f"第 {n} 件") for n in range(6)]
    sign_on(cast.zhou, cast.qingshi, at=MONDAY)
    found = at_once(
        lambda: sign_off(cast.chen, at=LATER, handed_to=cast.zhou),
        *(
            lambda one=one: usecases.say(one.matter, viewer=with_code(one), at=LATER, body="还在吗")
            for one in opened[::-1]
        ),
        lambda: usecases.offer_transfer(
            opened[3].matter, to=cast.hewan, by=cast.liang, reason="户口在河湾。", at=LATER
        ),
    )
    assert refusals(found) == []
    assert Counter(Matter.objects.values_list("handler__name", flat=True)) == {cast.zhou.name: 6}
    for one in opened:
        is_whole(one.matter)


def test_two_reviews_of_one_dispute(cast: Cast) -> None:
    opened = consultation(cast)
    usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=LATER)
    usecases.close(opened.matter, by=cast.chen, reason="answered", words="说清楚了。", at=LATER)
    usecases.dispute(opened.matter, viewer=with_code(opened), words="没有。", at=LATER)
    found = at_once(
        lambda: usecases.review(opened.matter, by=cast.liang, upheld=True, words="维持。", at=LATER),
        lambda: usecases.review(opened.matter, by=cast.shao, upheld=False, words="接着办。", at=LATER),
    )
    assert len(refusals(found)) == 1
    assert of_type(opened.matter, Type.REVIEWED) == 1
    is_whole(opened.matter)


def test_a_read_mark_never_moves_back(cast: Cast) -> None:
    matter = consultation(cast).matter
    for n in range(5):
        usecases.note(matter, by=cast.chen, body=f"{n}", at=LATER)
    matter.refresh_from_db()
    viewer = as_officer(cast.zhou)
    at_once(*(lambda seq=seq: usecases.mark_read(matter, viewer=viewer, seq=seq, at=LATER) for seq in (8, 3, 6, 1)))
    assert ReadMark.objects.get(side="station").read_seq == 8


def test_two_first_messages_of_one_address_are_one_person(cast: Cast) -> None:
    first, second = at_once(*[lambda: person_at("qq", "10001", at=MONDAY, called="小林")] * 2)
    assert first.pk == second.pk
    assert Person.objects.count() == 1


def test_locking_needs_a_transaction(cast: Cast) -> None:
    matter = consultation(cast).matter
    with pytest.raises(transaction.TransactionManagementError):
        timeline.locked(matter)
    with pytest.raises(transaction.TransactionManagementError):
        timeline.locked_all(Matter.objects.all())
