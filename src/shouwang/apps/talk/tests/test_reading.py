"""What somebody has not read yet: counted for them alone, in a room, on the page of rooms and at the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.apps.talk.models import Member, Reading, Room
from shouwang.apps.talk.queries import ON_A_PAGE
from shouwang.apps.talk.reading import Unread, mark_read, unread_in
from shouwang.apps.talk.tests.neighbours import neighbour, police, room_of
from shouwang.apps.talk.usecases import leave, speak
from shouwang.apps.talk.visitor import Visitor
from tests.cast import MONDAY, Cast, sign_in

pytestmark = pytest.mark.django_db


def chat(room: Room, n: int) -> None:
    """Another neighbour says so much, slowly enough."""
    magpie = neighbour(room, f"喜鹊{Member.objects.count()}")
    for nth in range(n):
        magpie.says(f"第 {nth + 1} 句", at=MONDAY + timedelta(minutes=nth))


def unread(room: Room, visitor: Visitor) -> int:
    room.refresh_from_db()
    return unread_in([room], visitor)[room.pk].count


class TestTheMark:
    def test_what_was_said_before_one_came_is_no_news(self, cast: Cast) -> None:
        room = room_of(cast)
        chat(room, 3)
        egret = neighbour(room, "白鹭")
        assert unread(room, egret.visitor) == 0
        chat(room, 2)
        assert unread(room, egret.visitor) == 2

    def test_an_officer_begins_with_everything_and_each_reads_alone(self, cast: Cast) -> None:
        room = room_of(cast)
        chat(room, 3)
        room.refresh_from_db()
        mark_read(room, police(cast.chen), 2)
        assert (unread(room, police(cast.chen)), unread(room, police(cast.zhou))) == (1, 3)

    def test_whoever_only_looks_in_has_none(self, cast: Cast) -> None:
        room = room_of(cast)
        chat(room, 2)
        for stranger in (Visitor(), police(cast.meng)):
            assert unread_in([room], stranger) == {}
            mark_read(room, stranger, 2)
        assert [mark.member.nickname for mark in Reading.objects.all()] == ["喜鹊0"]

    def test_an_officer_with_a_membership_reads_as_the_rooms_police(self, cast: Cast) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        chat(room, 2)
        both = Visitor(police(cast.chen).viewer, egret.visitor.memberships)
        mark_read(room, both, 2)
        assert (unread(room, both), unread(room, egret.visitor)) == (0, 2)

    def test_ones_own_words_are_no_news_to_oneself(self, cast: Cast) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        egret.says("早。")
        assert unread(room, egret.visitor) == 0
        chat(room, 1)
        egret.says("还在吗？")
        assert unread(room, egret.visitor) == 2, "what came between is still to be read"
        speak(room, visitor=police(cast.chen), body="在。", at=MONDAY)
        assert unread(room, police(cast.chen)) == 4

    def test_whoever_left_has_none(self, cast: Cast) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        leave(room, visitor=egret.visitor, at=MONDAY)
        chat(room, 1)
        assert unread_in([room], egret.visitor) == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(0, 50), max_size=12))
def test_a_mark_never_moves_back(cast: Cast, steps: list[int]) -> None:
    room = Room.objects.filter(slug="liuxi").first() or room_of(cast, last_seq=50)
    Reading.objects.all().delete()
    furthest, chen = 0, police(cast.chen)
    for seq in steps:
        mark_read(room, chen, seq)
        furthest = max(furthest, seq)
        assert unread_in([room], chen) == {room.pk: Unread(furthest + 1, 50 - furthest)}


class TestTheRoom:
    def test_a_line_says_where_unread_begins_and_is_gone_the_next_time(self, cast: Cast, client: Client) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        chat(room, 3)
        page = egret.open_in(client).get("/rooms/liuxi/").text
        line = page.index("以下 3 条未读")
        assert page.index('id="new"') < line < page.index('id="p1"')
        assert "未读</span>" not in client.get("/rooms/liuxi/").text
        chat(room, 1)
        page = client.get("/rooms/liuxi/").text
        assert page.index('id="p3"') < page.index("以下 1 条未读") < page.index('id="p4"')

    def test_more_than_a_page_leads_to_the_first_of_them(self, cast: Cast, client: Client) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        chat(room, 4)
        client = egret.open_in(client)
        client.get("/rooms/liuxi/")
        chat(room, ON_A_PAGE + 5)
        page = client.get("/rooms/liuxi/").text
        assert "有 45 条未读，从更早的地方开始。" in page
        assert 'href="?before=45&amp;new=5#new"' in page
        page = client.get("/rooms/liuxi/?before=45&new=5").text
        assert page.index("以下 45 条未读") < page.index('id="p5"') < page.index('id="p44"')
        assert 'href="/rooms/liuxi/#last"' in page[page.index("看后面的") - 80 :], "and on to the newest"
        assert "data-live=" not in page, "what comes now does not belong below an older page"

    def test_older_pages_lead_back_to_newer_ones(self, cast: Cast, client: Client) -> None:
        room = room_of(cast)
        chat(room, 3 * ON_A_PAGE)
        assert 'href="?before=81"' in client.get("/rooms/liuxi/?before=41").text
        assert "看后面的" not in client.get("/rooms/liuxi/").text
        assert "看后面的" not in client.get(f"/rooms/liuxi/?before={3 * ON_A_PAGE + 1}").text

    def test_looking_at_an_old_page_reads_no_further(self, cast: Cast, client: Client) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        chat(room, 9)
        egret.open_in(client).get("/rooms/liuxi/?before=4")
        assert unread(room, egret.visitor) == 6

    @pytest.mark.parametrize("asked", [{"method": "head"}, {"headers": {"sec-purpose": "prefetch"}}])
    def test_what_no_eye_has_seen_stays_unread(self, cast: Cast, client: Client, asked: dict[str, Any]) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        chat(room, 2)
        getattr(egret.open_in(client), asked.pop("method", "get"))("/rooms/liuxi/", **asked)
        assert unread(room, egret.visitor) == 2

    @pytest.mark.parametrize("new", ["", "0", "x", "99999", "-1", "7%00"])
    def test_a_wrong_place_in_the_address_is_no_trouble(self, cast: Cast, client: Client, new: str) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        chat(room, 2)
        assert egret.open_in(client).get(f"/rooms/liuxi/?new={new}").status_code == 200

    def test_an_open_page_says_how_far_it_was_seen(self, cast: Cast, client: Client) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        chat(room, 5)
        post = egret.open_in(client).post
        for seq, left in (("3", 2), ("2", 2), ("", 2), ("x", 2), ("4000", 0)):
            assert post("/rooms/liuxi/read/", {"seq": seq}).status_code == 204
            assert unread(room, egret.visitor) == left
        chat(room, 1)
        assert unread(room, egret.visitor) == 1, "nothing is read before it is said"


class TestThePages:
    def test_the_page_of_rooms_counts_for_members_and_strangers_see_nothing(self, cast: Cast, client: Client) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        chat(room, 2)
        page = egret.open_in(client).get("/rooms/").text
        assert "2 条未读</span>" in page
        assert 'href="/rooms/liuxi/#new"' in page
        assert f'data-live="{room.stream}"' in page
        stranger = Client().get("/rooms/").text
        assert "未读" not in stranger
        assert "data-live" not in stranger
        client.get("/rooms/liuxi/")
        assert "hidden>0 条未读" in client.get("/rooms/").text

    def test_many_are_not_counted_to_the_end(self, cast: Cast, client: Client) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        Room.objects.update(last_seq=240)
        assert "99+ 条未读" in egret.open_in(client).get("/rooms/").text

    def test_an_officer_sees_them_at_the_desk_for_the_rooms_of_the_station(self, cast: Cast, client: Client) -> None:
        room = room_of(cast)
        other = room_of(cast, unit=cast.hewan, community=None, slug="hewan", name="河湾群")
        chat(room, 2)
        chat(other, 3)
        sign_in(client, cast.chen)
        page = client.get("/desk/").text
        assert "柳溪村警务群 2 条未读" in page
        assert "河湾群" not in page
        assert f"desk:{cast.qingshi.pk} {room.stream}" in page
        client.get("/rooms/liuxi/")
        assert f'data-unread="{room.stream}" data-n="0"' in client.get("/desk/queue/").text

    def test_nobody_is_shown_how_far_another_has_read(self, cast: Cast, client: Client) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        chat(room, 2)
        before = Client().get("/rooms/liuxi/").text
        egret.open_in(client).get("/rooms/liuxi/")
        sign_in(officer := Client(), cast.chen)
        officer.get("/rooms/liuxi/")
        after = Client().get("/rooms/liuxi/").text
        assert before.split("<main")[1].split("csrf")[0] == after.split("<main")[1].split("csrf")[0]
