"""From the old state: marks of events that named people."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from shouwang.apps.notices.messages import Chat, Incoming
from shouwang.apps.notices.models import Gateway, Inbound, Outbound
from shouwang.apps.notices.receiving import Received, key_of, receive
from shouwang.apps.notices.tests.conftest import NOON, Queue

hash_keys = import_module("shouwang.apps.notices.migrations.0004_marks_of_events_name_nobody").forwards


@pytest.mark.django_db
def test_old_marks_are_hashed_and_still_known(gateway: Gateway, queue: Queue) -> None:
    said = Incoming("10000", Chat("private", "20001"), "20001", "-5", NOON, ())
    old = {
        said.key: "-5",
        "recall:-5@private:20001@1772424000": "-5",
        "join:20001@group:555@1772424000": "",
    }
    for key, message_id in old.items():
        Inbound.objects.create(gateway=gateway, key=key, message_id=message_id, received_at=NOON, handled_at=NOON)
    for key in (f"receipt:{said.key}", f"danger:{said.key}→2", "entry:7:3"):
        queue(key=key, text=key)
    for _ in range(2):
        hash_keys(apps, None)
    assert list(Inbound.objects.order_by("pk").values_list("what", flat=True)) == ["message", "recall", "member"]
    keys = [*Inbound.objects.values_list("key", flat=True), *Outbound.objects.values_list("dedupe_key", flat=True)]
    assert [key for key in keys if "20001" in key] == []
    assert f"receipt:{key_of(said)}" in keys
    assert f"danger:{key_of(said)}→2" in keys
    assert "entry:7:3" in keys
    assert receive(gateway, said, at=NOON) == Received.KNOWN
