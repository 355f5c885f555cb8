"""What a resident tells about themselves: sealed, found only by its exact value, and every look written down."""

from __future__ import annotations

import pytest
from django.db import connection

from shouwang.apps.people.models import Look, Person
from shouwang.apps.people.usecases import NoReason, masked, person_at, record_look
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast


@pytest.mark.django_db
def test_nothing_told_can_be_read_in_the_database() -> None:
    Person.objects.create(name="林小雨", phone="138 0000 7719", id_number="110101199003077571", created_at=MONDAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_person")
        raw = repr([bytes(part) if isinstance(part, memoryview) else part for part in cursor.fetchone()])
    # Nothing shorter: four digits stand in a keyed hash by chance once in some hundred runs.
    told = ("林小雨", "138 0000 7719", "13800007719", "110101199003077571", "19900307", repr("林小雨".encode())[2:-1])
    assert not any(value in raw for value in told)
    assert Person.objects.get().phone == "138 0000 7719"


@pytest.mark.django_db
def test_the_first_message_of_an_address_makes_a_person_and_the_next_finds_them() -> None:
    first = person_at("qq", "10001", at=MONDAY, called="小林")
    assert person_at("qq", "10001", at=MONDAY, called="换了名字") == first
    assert person_at("wechat", "10001", at=MONDAY) != first
    assert first.pseudonym == "小林"


def test_a_look_needs_a_reason_and_leaves_two_traces(cast: Cast) -> None:
    with pytest.raises(NoReason):
        record_look(cast.chen, "matters.matter:1", person=None, what=("phone",), reason=" ", at=MONDAY)
    assert not Look.objects.exists()
    look = record_look(cast.chen, "matters.matter:1", person=None, what=("phone",), reason="约时间", at=MONDAY)
    assert (look.role, look.reason) == ("duty-officer", "约时间")
    assert AuditRow.objects.get(action="people.looked").subject == "matters.matter:1"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("13800007719", "138****7719"), ("林小雨", "林**"), ("林", "林"), ("0570123", "0******"), ("", "")],
)
def test_before_a_look_only_a_mask_is_shown(value: str, shown: str) -> None:
    assert masked(value) == shown
