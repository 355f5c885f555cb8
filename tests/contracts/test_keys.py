"""What a key opens: everybody who can have one, in every state of a matter, and never further than they see at the desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shouwang.doors.api.keys import make_key
from shouwang.kernel.errors import Refused
from tests.contracts.routes import desk
from tests.contracts.scene import STATES, Scene, reads_as_station, sight_of, undone

pytestmark = pytest.mark.django_db


def test_a_key_opens_what_the_desk_opens_its_officer_and_tells_no_more(scene: Scene) -> None:
    wrong = []
    for who in scene.lookers.values():
        if who.officer is None:
            continue
        with undone(who):
            try:
                key, _row = make_key(who.officer, label="程序", may_write=False, days=1, at=timezone.now())
            except Refused:
                if desk(who, "open"):
                    wrong.append(f"{who}: has a desk and gets no key")
                continue
            for state in STATES:
                matter = scene.kept[state].matter
                answer = Client().get(
                    reverse("api:desk-matter", args=[matter.number]),
                    {"reason": "核对"},
                    headers={"Authorization": f"Bearer {key}"},
                )
                case = f"{who} · {state} · {answer.status_code}"
                if (answer.status_code == 200) != reads_as_station(who, state):
                    wrong.append(case)
                sight = sight_of(who, state) if reads_as_station(who, state) else 0
                said = answer.content.decode()
                wrong += [
                    f"{case}: {one.text}"
                    for one in scene.kept[state].canaries
                    if one.sight > sight and one.text in said
                ]
    assert wrong == []
