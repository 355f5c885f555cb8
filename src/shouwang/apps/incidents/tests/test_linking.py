"""Reports of one event: linked by an officer, told as a number, decided together, each with a page of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.incidents import filing, usecases
from shouwang.apps.incidents.errors import NotAnIncident, WrongStage
from shouwang.apps.incidents.models import Incident
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.tests.test_taking import incident, take
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.matters.usecases import Opened
from tests.cast import MONDAY, Cast, sign_in, with_code

pytestmark = pytest.mark.django_db


def brawl(cast: Cast) -> list[Opened]:
    """Three callers about one brawl, within ten minutes."""
    said = ("夜市有人打架。", "夜市两桌人掀桌子了。", "我在夜市被人推倒了。")
    return [
        take(cast, Report(what=words, pseudonym=f"第{n}位"), at=MONDAY + timedelta(minutes=5 * n))
        for n, words in enumerate(said)
    ]


def linked(cast: Cast) -> list[Opened]:
    calls = brawl(cast)
    for one in calls[1:]:
        usecases.link(one.matter, calls[0].matter, by=cast.chen, reason="同一个时间，同一个摊。", at=MONDAY)
    return calls


def told(opened: Opened) -> list[str]:
    entries = Entry.objects.visible_to(with_code(opened)).filter(matter=opened.matter, data__what="incidents.shared")
    return [entry_sentence(entry) for entry in entries.order_by("seq")]


def test_each_is_told_how_many_and_nobody_who(cast: Cast) -> None:
    calls = linked(cast)
    assert told(calls[0]) == ["另有 1 人报告了同一件事。", "另有 2 人报告了同一件事。"]
    assert told(calls[2]) == ["另有 2 人报告了同一件事。"]
    for one in calls:
        seen = Entry.objects.visible_to(with_code(one)).filter(matter=one.matter)
        others = [other for other in calls if other is not one]
        text = "".join(f"{entry.body}{entry.data}{entry_sentence(entry)}" for entry in seen)
        assert all(other.matter.number not in text and other.matter.title not in text for other in others)


def test_whoever_came_first_leads_whichever_was_pressed(cast: Cast) -> None:
    first, second, third = brawl(cast)
    usecases.link(first.matter, third.matter, by=cast.chen, reason="同一个摊。", at=MONDAY)
    usecases.link(third.matter, second.matter, by=cast.chen, reason="同一个摊。", at=MONDAY)
    assert Incident.objects.get(pk=first.matter.pk).same_as is None
    assert {incident(one).same_as_id for one in (second, third)} == {first.matter.pk}


def test_what_is_decided_for_one_is_decided_for_all_each_in_its_own_timeline(cast: Cast) -> None:
    calls = linked(cast)
    usecases.decide_nature(calls[1].matter, by=cast.chen, nature="administrative", words="打架，立案。", at=MONDAY)
    for one in calls:
        assert incident(one).stage == filing.FILED
        assert Matter.objects.get(pk=one.matter.pk).due_rule == "psl-limit"


def test_what_is_further_on_by_itself_is_left_alone(cast: Cast) -> None:
    first, second, _third = brawl(cast)
    usecases.settle(second.matter, by=cast.chen, to="司法所", words="是两家的旧账。", at=MONDAY)
    usecases.link(first.matter, second.matter, by=cast.chen, reason="同一个摊。", at=MONDAY)
    usecases.decide_nature(first.matter, by=cast.chen, nature="dispute", words="去调解。", at=MONDAY)
    assert (incident(first).stage, incident(second).stage) == (filing.NO_CASE, filing.NOT_POLICE)


def test_separated_again_the_next_one_leads(cast: Cast) -> None:
    first, second, third = linked(cast)
    usecases.unlink(first.matter, by=cast.chen, reason="是前一天的事。", at=MONDAY)
    assert incident(second).same_as is None
    assert incident(third).same_as_id == second.matter.pk
    assert told(first)[-1] == "现在看来，没有别人报告同一件事。"
    assert told(third)[-1] == "另有 1 人报告了同一件事。"
    with pytest.raises(NotAnIncident):
        usecases.unlink(first.matter, by=cast.chen, reason="再分一次。", at=MONDAY)


def test_not_twice_and_not_over_two_stations(cast: Cast) -> None:
    first, second, third = linked(cast)
    with pytest.raises(WrongStage):
        usecases.link(second.matter, third.matter, by=cast.chen, reason="同一个摊。", at=MONDAY)
    far = take(cast, Report(what="河湾也有人打架。"), unit=cast.hewan, by=cast.meng)
    matters.offer_transfer(far.matter, to=cast.qingshi, by=cast.meng, reason="像是一件。", at=MONDAY)
    with pytest.raises(Exception, match="还由河湾派出所负责"):
        usecases.link(first.matter, far.matter, by=cast.chen, reason="同一个摊。", at=MONDAY)


def test_by_number_at_the_desk_and_what_one_may_not_see_is_not_there(cast: Cast, client: Client) -> None:
    first, second = (take(cast, Report(what=w), at=timezone.now()) for w in ("夜市打架", "夜市掀桌"))
    hidden = take(cast, Report(what="和陈警官有关的事"), by=None, channel="web", at=timezone.now())
    hidden.matter.kept_from.add(cast.chen)
    sign_in(client, cast.chen)
    address = f"/desk/m/{second.matter.number}/link/"
    for number in (hidden.matter.number, "QS-2026-99999-9"):
        page = client.post(address, {"number": number, "reason": "同一件。"})
        assert page.status_code == 400
        assert "没有找到这个编号的警情" in page.content.decode()
    client.post(address, {"number": first.matter.number.lower(), "reason": "同一件。"})
    assert incident(second).same_as_id == first.matter.pk
    assert first.matter.number in client.get(f"/desk/m/{second.matter.number}/").content.decode()
