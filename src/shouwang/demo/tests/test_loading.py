"""Loading the demo town: only into an empty house, for any moment, and the same again."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import transaction

from shouwang.apps.duty.models import DutySpan
from shouwang.apps.matters.models import AccessCode, Entry, Matter
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit
from shouwang.demo.load import NotEmpty, load_demo
from shouwang.demo.models import DemoTown
from tests.cast import at

NOW = at("2026-11-23 21:40")
SEED = 7


def test_a_real_house_is_left_alone(db: None):
    Unit.objects.create(kind=Unit.Kind.BUREAU, name="真的分局")
    with pytest.raises(NotEmpty):
        load_demo(NOW, SEED)
    assert not DemoTown.objects.exists()


def _nothing_lies_ahead_of(now: datetime) -> None:
    assert not Entry.objects.filter(at__gt=now).exists()
    assert not Matter.objects.filter(received_at__gt=now).exists()
    assert not DutySpan.objects.filter(started_at__gt=now).exists()
    assert not DutySpan.objects.filter(ended_at__gt=now).exists()


@pytest.mark.once
def test_it_can_be_told_for_any_moment(db: None):
    now = at("2026-03-02 03:15")
    load_demo(now, SEED, share=0.01, calls=8)
    _nothing_lies_ahead_of(now)


def _everything() -> list[object]:
    matters = Matter.objects.order_by("number").values_list(
        "number", "title", "state", "received_at", "rating", "due_at"
    )
    entries = Entry.objects.order_by("matter__number", "seq").values_list(
        "matter__number", "seq", "at", "type", "name", "body"
    )
    people = [(p.pseudonym, p.phone, p.name, p.id_number) for p in Person.objects.order_by("pk")]
    spans = DutySpan.objects.order_by("pk").values_list("officer__name", "started_at", "ended_at", "hand_over_note")
    codes = AccessCode.objects.filter(holder="reporter").order_by("matter__number").values_list("digest", flat=True)
    boundaries = Community.objects.order_by("slug").values_list("slug", "boundary")
    return [list(matters), list(entries), people, list(spans), list(codes), list(boundaries)]


@pytest.mark.once
def test_the_same_seed_and_moment_give_the_same_town(db: None):
    towns, midnight = [], at("2026-11-23 00:00")
    for _time in range(2):
        sid = transaction.savepoint()
        load_demo(midnight, SEED, share=0.01, calls=8)
        _nothing_lies_ahead_of(midnight)
        towns.append(_everything())
        transaction.savepoint_rollback(sid)
    assert towns[0] == towns[1]
