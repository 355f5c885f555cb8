"""Words of danger ring in the transaction that keeps them."""

from __future__ import annotations

import pytest

from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import Matter
from tests.cast import MONDAY, Cast, as_officer, carry, consultation, with_code

#: A sign that is shown and does not ring by itself.
HINT = "他砸了我家窗户"


@pytest.mark.parametrize("body", ["他拿着刀在门口砸门，救命", "家里着火了", "我不想活了，药都买好了"])
def test_the_first_message_already_rings(cast: Cast, body: str) -> None:
    consultation(cast, body=body)
    assert Matter.objects.get().danger == "now"


def test_a_later_message_rings_and_the_page_offers_the_number(cast: Cast, client) -> None:  # type: ignore[no-untyped-def]
    opened = consultation(cast)
    usecases.say(opened.matter, viewer=with_code(opened), at=MONDAY, body="他又拿刀来了，救命")
    carry(client, opened)
    page = client.get(f"/m/{opened.matter.number}/").content.decode()
    assert 'href="tel:110"' in page
    assert "值班室正在响铃" in page


def test_an_officers_words_and_a_harmless_question_do_not_ring(cast: Cast) -> None:
    opened = consultation(cast, body="请问刀削面馆门口能停车吗？")
    usecases.say(opened.matter, viewer=as_officer(cast.chen), at=MONDAY, body="如果有人拿刀，请马上打 110，喊救命。")
    assert Matter.objects.get().danger == ""


def test_a_thank_you_does_not_ring_again_for_what_came_before(cast: Cast) -> None:
    opened = consultation(cast, body="他拿着刀在门口砸门，救命")
    usecases.accept_danger(opened.matter, by=cast.chen, at=MONDAY)
    usecases.say(opened.matter, viewer=with_code(opened), at=MONDAY, body="太好了 麻烦你们了")
    assert not Matter.objects.get().rings


@pytest.mark.parametrize("say", ["rating", "objection"])
def test_what_is_written_after_the_end_rings_too(cast: Cast, client, say: str) -> None:  # type: ignore[no-untyped-def]
    opened = consultation(cast)
    words = "他拿着刀在门口砸门，救命"
    usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=MONDAY)
    usecases.close(opened.matter, by=cast.chen, reason="answered", words="答复过了。", at=MONDAY)
    if say == "rating":
        usecases.rate(opened.matter, viewer=with_code(opened), stars=1, words=words, at=MONDAY)
    else:
        usecases.dispute(opened.matter, viewer=with_code(opened), words=words, at=MONDAY)
    assert Matter.objects.get().rings
    carry(client, opened)
    assert 'href="tel:110"' in client.get(f"/m/{opened.matter.number}/").content.decode()
    assert usecases.accept_danger(opened.matter, by=cast.chen, at=MONDAY)


def test_a_weaker_sign_rings_where_nobody_would_look(cast: Cast) -> None:
    opened = consultation(cast)
    usecases.say(opened.matter, viewer=with_code(opened), at=MONDAY, body=HINT)
    assert (Matter.objects.get().danger, Matter.objects.get().rings) == ("maybe", False)
    usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=MONDAY)
    usecases.close(opened.matter, by=cast.chen, reason="answered", words="答复过了。", at=MONDAY)
    usecases.rate(opened.matter, viewer=with_code(opened), stars=2, words=HINT, at=MONDAY)
    assert Matter.objects.get().rings
