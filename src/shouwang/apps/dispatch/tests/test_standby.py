"""Where free crews wait: advice with reasons, one press, “收到” on the phone, and over when there is work."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.dispatch import standby, usecases
from shouwang.apps.dispatch.models import Crew, Post, Standby
from shouwang.apps.dispatch.tests.making import a_call, a_crew, a_pair
from shouwang.apps.dispatch.tests.open_board import OpenBoard
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit
from shouwang.kernel.errors import Refused
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db


def square(west: float) -> dict[str, object]:
    east = west + 0.02
    return {"type": "Polygon", "coordinates": [[[west, 30], [east, 30], [east, 30.02], [west, 30.02], [west, 30]]]}


@pytest.fixture
def town(cast: Cast) -> Cast:
    """The station in the west, an open village 7 km to the east, two pairs at the station and a group of volunteers."""
    now = timezone.now()
    Unit.objects.filter(pk=cast.qingshi.pk).update(longitude=120.01, latitude=30.01)
    Community.objects.filter(pk=cast.liuxi.pk).update(boundary=square(120.0))
    Community.objects.create(name="东村", slug="east", unit=cast.qingshi, boundary=square(120.07))
    a_pair(cast, "1号车", 1, at=now)
    a_pair(cast, "2号车", 2, at=now)
    usecases.form_crew(cast.qingshi, name="邻里", means="foot", volunteers=5, by=cast.chen, at=now)
    return cast


def test_no_post_no_advice_then_advice_with_reasons_and_one_key(town: Cast, client: Client) -> None:
    sign_in(client, town.chen)
    page = OpenBoard(client)
    assert page.text()["standby"] == []
    standby.add_post(town.qingshi, name="东村口", longitude=120.08, latitude=30.01, by=town.liang, at=timezone.now())
    page.ask()
    assert page.text() == OpenBoard(client).text()
    advice = "".join(page.text()["standby"])
    assert "建议1号车到东村口待命" in advice
    assert "东村现在 10 分钟内到得了的空闲巡组不够" in advice
    assert "走了以后，柳溪村少一组" in advice
    assert 'data-key="w"' in advice
    assert "邻里" not in advice, "volunteers are never moved"


def test_asked_acknowledged_and_over_when_there_is_work(town: Cast, client: Client) -> None:
    now = timezone.now()
    post = standby.add_post(town.qingshi, name="东村口", longitude=120.08, latitude=30.01, by=town.liang, at=now)
    crew = Crew.objects.get(name="1号车")
    mine = crew.members.all()[0].officer
    sign_in(client, town.chen)
    told = client.post(f"/desk/board/wait/{crew.pk}/", {"post": post.pk}, follow=True).content.decode()
    assert "已请1号车到东村口待命" in told
    client.post(f"/desk/board/wait/{crew.pk}/", {"post": post.pk})
    assert Standby.objects.count() == 1, "pressed twice, asked once"
    assert "等应答" in told
    assert "建议1号车" not in told
    phone = Client()
    sign_in(phone, mine)
    assert "请到东村口等" in phone.get("/desk/mine/").content.decode()
    phone.post(f"/desk/mine/wait/{Standby.objects.get().pk}/")
    assert "已应答" in "".join(OpenBoard(client).text()["standby"])
    matter = a_call(town, "夜市有人打架", at=now, category="hurt").matter
    usecases.send(matter, [crew.pk], by=town.chen, words="去", seen=0, at=now)
    assert Standby.objects.get().ended_at == now
    assert "请到东村口等" not in phone.get("/desk/mine/").content.decode()


@pytest.mark.parametrize("what", ["rest", "dissolve", "take back", "drop the post"])
def test_what_else_ends_it(town: Cast, what: str) -> None:
    now = timezone.now()
    post = standby.add_post(town.qingshi, name="东村口", longitude=120.08, latitude=30.01, by=town.liang, at=now)
    crew = Crew.objects.get(name="1号车")
    found = standby.ask_to_wait(crew, post, by=town.chen, at=now)
    if what == "rest":
        usecases.rest(crew, by=town.chen, resting=True, at=now)
    elif what == "dissolve":
        usecases.dissolve(crew, by=town.chen, at=now)
    elif what == "take back":
        standby.take_back(found, by=town.chen, at=now)
    else:
        standby.drop_post(post, by=town.liang, at=now)
    assert not Standby.objects.filter(ended_at=None).exists()


def test_only_who_may(town: Cast, client: Client) -> None:
    now = timezone.now()
    with pytest.raises(Refused):
        standby.add_post(town.qingshi, name="东村口", longitude=120.2, latitude=30.0, by=town.chen, at=now)
    post = standby.add_post(town.qingshi, name="东村口", longitude=120.2, latitude=30.0, by=town.liang, at=now)
    with pytest.raises(Refused):
        standby.ask_to_wait(Crew.objects.get(name="1号车"), post, by=town.jiang, at=now)
    with pytest.raises(Exception, match="现在不能用"):
        standby.ask_to_wait(Crew.objects.get(name="邻里"), post, by=town.chen, at=now)
    theirs = a_crew("河湾1号", town.meng, at=now)
    sign_in(client, town.meng)
    client.post(f"/desk/board/wait/{theirs.pk}/", {"post": post.pk})  # the post of another station
    assert not Standby.objects.exists()
    sign_in(client, town.jiang)
    assert "请他们过去" not in client.get("/desk/board/").content.decode()


def test_the_chief_names_posts_by_a_village_or_by_coordinates(town: Cast, client: Client) -> None:
    sign_in(client, town.liang)
    assert client.post("/desk/board/posts/", {"name": "桥头"}).status_code == 400
    client.post("/desk/board/posts/", {"name": "桥头", "longitude": "120.1", "latitude": "30.1"})
    client.post("/desk/board/posts/", {"name": "东村口", "community": Community.objects.get(slug="east").pk})
    assert {(one.name, round(one.longitude, 2)) for one in Post.objects.all()} == {("桥头", 120.1), ("东村口", 120.08)}
    again = client.post("/desk/board/posts/", {"name": "桥头", "longitude": "120.1", "latitude": "30.1"})
    assert "已经有一个待命点叫桥头" in again.content.decode()
    client.post(f"/desk/board/posts/{Post.objects.get(name='桥头').pk}/drop/")
    assert "桥头</b>" not in client.get("/desk/board/posts/").content.decode()
