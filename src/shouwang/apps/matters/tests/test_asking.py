"""Asking by the form: what is optional, what is too long, and what is told to whoever cannot type a code right."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.people.models import Person
from shouwang.kernel import ids
from tests.cast import Cast, consultation

QUESTION = "孩子两个月了，能上户口吗？"


def test_a_phone_may_be_left_and_is_sealed(cast: Cast, client: Client) -> None:
    client.post("/ask/", {"body": QUESTION, "phone": "130 0000-7719"})
    person = Person.objects.get()
    assert (person.phone, person.pseudonym) == ("13000007719", "")
    assert Matter.objects.get().reporter == person
    client.post("/ask/", {"body": QUESTION})
    assert Person.objects.count() == 1


@pytest.mark.parametrize("typed", ["打给我女儿", "12", "1300000771九", "+", "1" * 30])
def test_what_is_no_phone_is_said_and_the_question_stays(cast: Cast, client: Client, typed: str) -> None:
    answer = client.post("/ask/", {"body": QUESTION, "phone": typed})
    assert answer.status_code == 400
    assert QUESTION in answer.content.decode()
    assert not Matter.objects.exists()


def test_ten_thousand_characters_arrive_whole_and_one_more_comes_back_whole(cast: Cast, client: Client) -> None:
    words = "水" * 10_000
    assert client.post("/ask/", {"body": words}).status_code == 302
    assert Entry.objects.get(type=Type.MESSAGE).body == words
    answer = client.post("/ask/", {"body": words + "漏"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "有 10001 个字，一次最多 10000 个字" in page
    assert words + "漏" in page
    assert "maxlength=" not in page.partition('name="body"')[2].partition(">")[0]


def test_far_too_much_is_said_in_the_reader_s_language(cast: Cast, client: Client) -> None:
    answer = client.post("/ask/", {"body": "水" * 1_000_000})
    assert answer.status_code == 413
    assert "分成几段发" in answer.content.decode()


def test_mistyped_codes_shut_nobody_out_but_guessed_ones_do(cast: Cast, client: Client) -> None:
    opened = consultation(cast)
    for n in range(settings.SHOUWANG.code_tries_per_hour + 5):
        answer = client.post("/find/", {"code": f"7K4M-2QXD-{n:04d}"[:13]})
        assert "抄错了一位" in answer.content.decode()
    assert client.post("/find/", {"code": opened.code}).status_code == 302
    for _n in range(settings.SHOUWANG.code_tries_per_hour):
        Client().post("/find/", {"code": ids.new_code()})
    assert "试的次数太多了" in Client().post("/find/", {"code": opened.code}).content.decode()
