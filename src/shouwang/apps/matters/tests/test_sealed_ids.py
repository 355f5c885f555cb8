"""The id of a first message opens its matter again for whoever repeats it: the table keeps only a keyed hash of it."""

from __future__ import annotations

import pytest
from django.core import serializers
from django.test import Client

from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import AccessCode, Matter
from shouwang.kernel import fields
from tests.cast import Cast


@pytest.mark.django_db
def test_what_stands_in_the_table_opens_nothing(cast: Cast, client: Client) -> None:
    client.post("/ask/", {"body": "路灯坏了", "client_id": "7Hk2hDq9mZ"})
    matter = Matter.objects.get()
    assert "7Hk2hDq9mZ" not in serializers.serialize("json", [matter])
    for seen in (matter.client_id or "", (matter.client_id or "").removeprefix("ask:")):
        Client().post("/ask/", {"body": "路灯坏了", "client_id": seen})
    assert AccessCode.objects.filter(matter=matter).count() == 1, "no further code was given for this matter"
    client.post("/ask/", {"body": "路灯坏了", "client_id": "7Hk2hDq9mZ"})
    assert AccessCode.objects.filter(matter=matter).count() == 2, "the device itself gets one"


def test_a_hash_is_worth_nothing_without_the_key_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    here = usecases.sealed("ask:one")
    assert (len(here), here) == (40, usecases.sealed("ask:one"))
    assert usecases.sealed("ask:two") != here
    monkeypatch.setattr(fields, "derive_key", lambda _use: b"another house" * 3)
    assert usecases.sealed("ask:one") != here
