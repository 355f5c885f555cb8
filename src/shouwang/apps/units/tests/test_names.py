"""English readers read the English name of a unit or a place wherever a sentence names it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from shouwang.apps.duty.policy import may_sign_on
from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import Type
from shouwang.apps.matters.sentences import entry_sentence, how_it_stands
from shouwang.apps.openness.models import Digest
from shouwang.apps.talk.tests.neighbours import room_of
from tests.cast import MONDAY, Cast, consultation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english_names(cast: Cast) -> Iterator[None]:
    cache.clear()
    for one, name in ((cast.qingshi, "Qingshi Police Station"), (cast.liuxi, "Liuxi Village")):
        one.name_en = name  # type: ignore[attr-defined]  # both have one
        one.save()  # type: ignore[attr-defined]
    yield
    cache.clear()


def said(language: str, cast: Cast) -> dict[str, Any]:
    """What is said in a language about the same things."""
    matter = consultation(cast, by=cast.chen).matter
    usecases.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="在那边。", at=MONDAY)
    usecases.return_transfer(matter, by=cast.meng, reason="不在。", at=MONDAY)
    returned = matter.entries.get(type=Type.TRANSFER_RETURNED)
    with translation.override(language):
        return {
            "names": (cast.qingshi.called, cast.hewan.called, cast.liuxi.called),
            "returned": entry_sentence(returned),
            "stands": how_it_stands(consultation(cast).matter),
            "refused": may_sign_on(cast.meng, cast.qingshi).reason,
            "digest": Digest(community=cast.liuxi, unit=cast.qingshi).place,
        }


def test_in_english(cast: Cast) -> None:
    found = said("en", cast)
    assert found["names"] == ("Qingshi Police Station", "河湾派出所", "Liuxi Village")
    assert found["digest"] == "Liuxi Village"
    for sentence in ("returned", "stands", "refused"):
        assert "Qingshi Police Station" in found[sentence]
        assert "青石" not in found[sentence]


def test_in_chinese(cast: Cast) -> None:
    found = said("zh-hans", cast)
    assert found["names"] == ("青石镇派出所", "河湾派出所", "柳溪村")
    assert "青石镇派出所" in found["returned"] + found["stands"] + found["refused"]
    assert "Qingshi" not in str(found)


def test_on_pages(cast: Cast, client: Client) -> None:
    room_of(cast, unit=cast.qingshi)
    for path in ("/rooms/", "/ask/consultation/"):
        page = client.get(path, headers={"accept-language": "en"}).text
        assert "Qingshi Police Station" in page.split("<main")[1]
        assert "青石" not in page
