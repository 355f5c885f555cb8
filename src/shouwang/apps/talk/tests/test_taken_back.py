"""Posts from a messenger's group that were taken back, and what came with posts, on the pages of a room."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from shouwang.apps.files.usecases import attach_all, house_limits, receive_upload
from shouwang.apps.people.models import Look, Person
from shouwang.apps.talk.adding import FILES_OF
from shouwang.apps.talk.arrivals import receive_group_message
from shouwang.apps.talk.events import PostShown
from shouwang.apps.talk.models import Enclosed, Post, Room, TakenBack
from shouwang.apps.talk.moderation import take_back
from shouwang.apps.talk.usecases import join
from shouwang.apps.talk.visitor import SESSION_KEY, Visitor
from shouwang.kernel.events import publish
from shouwang.kernel.live import log as live
from tests.cast import MONDAY, Cast, sign_in

SAID = "我家的电表被人动过"


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room.objects.create(unit=cast.liuxi_post, community=cast.liuxi, name="柳溪群", slug="liuxi")


@pytest.fixture
def post(room: Room) -> Post:
    """From QQ, with one picture that came, one that is awaited and one that never will."""
    person = Person.objects.create(pseudonym="小林", created_at=MONDAY)
    said = receive_group_message(
        room, person=person, nickname="小林", body=SAID, remote_id="1", at=MONDAY, awaited=("picture",) * 3
    )
    assert said is not None
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#12355b").save(out, "JPEG")
    stored = receive_upload(out.getvalue(), claimed_name="表.jpg", limits=house_limits(), by="house", at=MONDAY)
    attach_all((stored.ref,), for_kind=FILES_OF, for_ref=f"{room.pk}/{said.seq}", by="house", at=MONDAY)
    Enclosed.objects.create(post=said, n=2, kind="picture", file_ref=stored.ref, at=MONDAY)
    Enclosed.objects.create(post=said, n=0, kind="picture", trouble={"code": "gone"}, at=MONDAY)
    return said


@pytest.fixture
def member(room: Room) -> Client:
    joined = join(room, visitor=Visitor(), nickname="柳边人", at=MONDAY)
    client = Client()
    session = client.session
    session[SESSION_KEY] = {str(room.pk): joined.token}
    session.save()
    return client


@pytest.fixture
def picture_of() -> Callable[[Post], str]:
    def address(post: Post) -> str:
        return reverse("rooms:file", args=[post.room.slug, post.enclosed.exclude(file_ref="").get().file_ref])

    return address


def test_members_see_what_came_and_passers_by_that_something_did(
    room: Room, post: Post, member: Client, client: Client, cast: Cast, picture_of: Callable[[Post], str]
) -> None:
    passing = client.get("/rooms/liuxi/").content.decode()
    assert SAID in passing
    assert "有 3 个图片或文件，进群以后能看" in passing
    assert picture_of(post) not in passing
    assert client.get(picture_of(post)).status_code == 403
    inside = member.get("/rooms/liuxi/").content.decode()
    assert picture_of(post) in inside
    assert "有 1 个图片或文件正在从 QQ 取过来" in inside
    assert "有 1 个图片或文件没有取来" in inside
    assert member.get(picture_of(post)).status_code == 200
    officer = Client()
    sign_in(officer, cast.chen)
    assert officer.get(picture_of(post)).status_code == 200


def test_the_stream_tells_passers_by_no_reference(room: Room, post: Post) -> None:
    ref = post.enclosed.exclude(file_ref="").get().file_ref
    with transaction.atomic():
        publish(PostShown(room.pk, post.seq, MONDAY))
    rows = live.read(room.stream, 0)
    assert [row.kind for row in rows] == ["post", "shown", "shown", "shown"]
    assert {row.audience for row in rows if ref in str(row.payload)} == {1}
    assert rows[-1].payload["came"] == {"awaited": 1, "lost": 1}
    assert rows[-2].payload["came"] == {"inside": 3}


def test_taken_back_nobody_reads_it_not_even_at_the_desk(
    room: Room, post: Post, member: Client, client: Client, cast: Cast, picture_of: Callable[[Post], str]
) -> None:
    take_back(post, by_writer=True, at=MONDAY)
    officer = Client()
    sign_in(officer, cast.chen)
    for who in (client, member, officer):
        for path in ("/rooms/liuxi/", "/rooms/liuxi/1/", "/rooms/liuxi/search/?q=电表"):
            page = who.get(path).content.decode()
            assert SAID not in page
            assert picture_of(post) not in page
        assert who.get(picture_of(post)).status_code == 403
    assert "有一位居民在 QQ 里撤回了一条" in client.get("/rooms/liuxi/").content.decode()
    assert "小林" not in client.get("/rooms/liuxi/").content.decode()
    (news,) = [row for row in live.read(room.stream, 0) if row.kind == "hidden"]
    assert news.payload == {"seq": 1, "taken_back": True}


def test_a_moderator_reads_it_for_a_reason_that_is_recorded(
    room: Room, post: Post, cast: Cast, client: Client, picture_of: Callable[[Post], str]
) -> None:
    take_back(post, by_writer=True, at=MONDAY)
    sign_in(client, cast.chen)
    path = "/rooms/liuxi/1/taken-back/"
    assert client.post(path, {"reason": " "}).status_code == 400
    page = client.post(path, {"reason": "有人说是威胁"}).content.decode()
    assert SAID in page
    assert client.get(picture_of(post)).status_code == 200
    look = Look.objects.get()
    assert (look.subject, look.what, look.reason) == (f"talk.post:{post.pk}", ["post"], "有人说是威胁")
    assert SAID not in client.get("/rooms/liuxi/1/").content.decode()


@pytest.mark.parametrize("who", ["meng", "shi", ""])
def test_others_may_not(room: Room, post: Post, cast: Cast, client: Client, who: str) -> None:
    take_back(post, by_writer=True, at=MONDAY)
    if who:
        sign_in(client, getattr(cast, who))
    answer = client.post("/rooms/liuxi/1/taken-back/", {"reason": "好奇"})
    assert answer.status_code == 403
    assert not Look.objects.exists()


def test_a_post_that_stands_has_no_such_page(room: Room, post: Post, cast: Cast, client: Client) -> None:
    sign_in(client, cast.chen)
    assert client.post("/rooms/liuxi/1/taken-back/", {"reason": "好奇"}).status_code == 404


@pytest.mark.parametrize("model", [Enclosed, TakenBack])
def test_the_database_itself_keeps_both_as_they_are(post: Post, model: type[Enclosed] | type[TakenBack]) -> None:
    take_back(post, by_writer=True, at=MONDAY)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET at = %s", [MONDAY])
