"""What the form asks for is not asked again: boxes of their own count like words, and what was chosen stays."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.incidents.models import Incident
from shouwang.apps.incidents.suggesting import advice_for
from shouwang.apps.incidents.tests.test_place import square
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Matter
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit
from tests.cast import Cast, consultation, sign_in

pytestmark = pytest.mark.django_db
STOLEN = {
    "channel": "phone",
    "what": "自行车在菜市场门口被偷了，车篮里有手机和小包。",
    "when_said": "昨晚十点多",
    "things": "自行车 800元\n手机 2300元\n小包 50元",
}


def taken(client: Client, **given: str) -> Matter:
    answer = client.post("/desk/incidents/new/", {**STOLEN, **given})
    assert answer.status_code == 200, answer.content.decode()
    return Matter.objects.latest("pk")


def card(client: Client, matter: Matter) -> str:
    return client.get(f"/desk/m/{matter.number}/?show=side").content.decode()


def test_things_and_time_in_their_boxes_say_what_a_sentence_would(cast: Cast, client: Client) -> None:
    Unit.objects.filter(pk=cast.bureau.pk).update(region="33")
    sign_in(client, cast.chen)
    matter = taken(client)
    page = card(client, matter)
    assert "3150" in page.replace(",", "")
    assert "价值还不清楚" not in page
    assert "自行车 800" in page
    advice = advice_for(matter, Incident.objects.select_related("matter__unit").get(pk=matter.pk))
    assert advice is not None
    assert "3000" in page.replace(",", ""), "the amount of the province from which it is a crime"


def test_what_was_asked_goes_before_what_was_said_thing_by_thing(cast: Cast, client: Client) -> None:
    sign_in(client, cast.chen)
    matter = taken(client, things="自行车 800元")
    client.post(f"/desk/m/{matter.number}/answers/", {"value": "500"})
    assert "500" in card(client, Matter.objects.get(pk=matter.pk))


def test_a_correction_of_something_else_moves_nobody_s_ground(cast: Cast, client: Client) -> None:
    Community.objects.filter(pk=cast.liuxi.pk).update(boundary=square(118.0, 28.0))
    Community.objects.create(name="河湾村", slug="hewan", unit=cast.hewan, boundary=square(118.05, 28.0))
    sign_in(client, cast.chen)
    matter = taken(client, address="河湾村口的小店，其实不在村里", community="none")
    incident = Incident.objects.get(pk=matter.pk)
    assert (incident.owner, incident.known) == (None, "")
    form = client.get(f"/desk/m/{matter.number}/facts/").context["form"]
    kept = {name: form.initial.get(name) or "" for name in form.fields}
    kept |= {"things": "自行车 900元", "happened_from": "", "happened_until": "", "unsafe": ""}
    answer = client.post(f"/desk/m/{matter.number}/facts/", kept)
    assert answer.status_code == 302, answer.content.decode()
    incident.refresh_from_db()
    assert (incident.owner, incident.known) == (None, "")
    assert incident.things.get().value_yuan == 900


def test_how_somebody_may_be_reached_is_kept_when_a_talk_becomes_a_report(cast: Cast, client: Client) -> None:
    opened = consultation(cast, at=timezone.now(), body="自行车被偷了。")
    matters.assign(opened.matter, to=cast.chen, by=cast.chen, at=timezone.now())
    sign_in(client, cast.chen)
    answer = client.post(
        f"/desk/m/{opened.matter.number}/facts/", {"ways": "page", "since": "9", "until": "11", "category": "stolen"}
    )
    assert answer.status_code == 302, answer.content.decode()
    contact = Matter.objects.get(pk=opened.matter.pk).contact
    assert (contact["ways"], contact["hours"]) == (["page"], [9, 11])


def test_a_report_that_was_given_back_has_one_deadline_and_says_so(cast: Cast, client: Client) -> None:
    Community.objects.filter(pk=cast.liuxi.pk).update(boundary=square(118.0, 28.0))
    Community.objects.create(name="河湾村", slug="hewan", unit=cast.hewan, boundary=square(118.05, 28.0))
    sign_in(client, cast.chen)
    matter = taken(client, address="河湾村口")
    assert "算起，最迟" in card(client, matter)
    now = timezone.now()
    matters.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="案发在河湾。", at=now)
    matters.return_transfer(matter, by=cast.meng, reason="是青石的路口。", at=now)
    page = card(client, matter)
    assert "退回来了。归谁管，要再查明" in page
    assert "算起，最迟" not in page
