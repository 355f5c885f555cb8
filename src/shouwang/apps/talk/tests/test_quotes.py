"""Quotes cross between QQ and the house, and how far an officer's words came is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.notices.messages import Chat, Incoming, Text
from shouwang.apps.notices.models import Gateway, Outbound, State
from shouwang.apps.notices.receiving import receive
from shouwang.apps.notices.usecases import let_go
from shouwang.apps.talk.models import GroupLink, Post, Room
from shouwang.apps.talk.moderation import hide
from shouwang.apps.talk.tests.neighbours import room_of
from shouwang.apps.talk.usecases import speak
from shouwang.apps.talk.visitor import Visitor
from shouwang.kernel.errors import Conflict
from tests.cast import MONDAY, Cast, as_officer, sign_in

LIN, GROUP = "900000019", "800000007"
SENT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def gateway(cast: Cast) -> Gateway:
    return Gateway.objects.create(name="青石 QQ", self_id="700000001", token="t", unit=cast.qingshi, created_at=MONDAY)


@pytest.fixture
def room(gateway: Gateway, cast: Cast) -> Room:
    room = room_of(cast)
    GroupLink.objects.create(gateway=gateway, group=GROUP, room=room)
    return room


def heard(gateway: Gateway, words: str, number: str, *, group: bool = False, answers: str = "") -> None:
    """A message as a gateway delivers it."""
    chat = Chat("group", GROUP) if group else Chat("private", LIN)
    sent = SENT + timedelta(seconds=int(number))
    told = Incoming(gateway.self_id, chat, LIN, number, sent, (Text(words),), nickname="小林", reply_to=answers or None)
    receive(gateway, told, at=MONDAY)


def carried(row: Outbound, state: State = State.CONFIRMED, remote_id: str = "") -> None:
    """The messenger took the message under this id of its own, or did not."""
    Outbound.objects.filter(pk=row.pk).update(state=state, remote_id=remote_id, settled_at=MONDAY)


def answered_in(room: Room, cast: Cast, words: str, to: int | None = None) -> Outbound:
    """An officer's words in the room, on their way to the group."""
    speak(room, visitor=Visitor(as_officer(cast.chen)), body=words, reply_to=to, at=MONDAY)
    return Outbound.objects.filter(kind="room").latest("pk")


class TestInAGroup:
    def test_a_neighbour_answers_another_and_the_room_shows_whom(self, gateway: Gateway, room: Room) -> None:
        heard(gateway, "路灯什么时候修？", "11", group=True)
        heard(gateway, "听说明天。", "12", group=True, answers="11")
        first, second = Post.objects.order_by("seq")
        assert second.data["reply_to"] == {"seq": first.seq, "name": first.name}

    def test_an_officer_s_answer_quotes_and_can_be_quoted(self, gateway: Gateway, room: Room, cast: Cast) -> None:
        heard(gateway, "路灯什么时候修？", "11", group=True)
        row = answered_in(room, cast, "明天上午。", to=1)
        assert row.outgoing.reply_to == "11"
        carried(row, remote_id="77")
        heard(gateway, "谢谢！", "12", group=True, answers="77")
        assert Post.objects.latest("seq").data["reply_to"] == {"seq": 2, "name": "陈警官"}

    def test_what_is_hidden_or_unknown_is_quoted_by_nobody(self, gateway: Gateway, room: Room, cast: Cast) -> None:
        heard(gateway, "路灯什么时候修？", "11", group=True)
        hide(Post.objects.get(), by=cast.chen, reason="广告。", at=MONDAY)
        heard(gateway, "听说明天。", "12", group=True, answers="11")
        heard(gateway, "哪一天？", "13", group=True, answers="999")
        assert all("reply_to" not in one.data for one in Post.objects.all())


class TestInPrivate:
    def test_with_two_open_matters_the_quote_says_which_is_meant(self, gateway: Gateway, cast: Cast) -> None:
        heard(gateway, "孩子能上户口吗？", "11")
        first = Matter.objects.get()
        row = Outbound.objects.get(kind="receipt")
        carried(row, remote_id="70")
        Matter.objects.update(channel="web")  # as if it were none that QQ continues
        heard(gateway, "还有，狗证怎么办？", "12")
        second = Matter.objects.exclude(pk=first.pk).get()
        Matter.objects.update(channel="qq")
        for number, quote in (("13", "11"), ("14", "70")):
            heard(gateway, "还要带什么？", number, answers=quote)
        heard(gateway, "多少钱？", "15")
        said = {one.pk: one.entries.filter(type=Type.MESSAGE).count() for one in (first, second)}
        assert sum(said.values()) == 5
        assert said[first.pk] >= 3

    def test_a_quote_of_somebody_else_s_matter_opens_nothing(self, gateway: Gateway, cast: Cast) -> None:
        heard(gateway, "孩子能上户口吗？", "11")
        first = Matter.objects.get()
        chat = Chat("private", "900000027")
        told = Incoming(gateway.self_id, chat, "900000027", "21", SENT, (Text("给我看看"),), reply_to="11")
        receive(gateway, told, at=MONDAY)
        assert first.entries.filter(type=Type.MESSAGE).count() == 1
        assert Matter.objects.count() == 2


class TestHowFarItCame:
    def test_the_desk_sees_that_an_answer_was_confirmed(self, gateway: Gateway, cast: Cast, client: Client) -> None:
        heard(gateway, "孩子能上户口吗？", "11")
        matter = Matter.objects.get()
        matters.say(matter, viewer=as_officer(cast.chen), at=MONDAY, body="让外婆来就行。")
        sign_in(client, cast.chen)
        assert "QQ · 等待发送" in client.get(f"/desk/m/{matter.number}/").content.decode()
        carried(Outbound.objects.get(kind="answer"))
        assert "QQ · 已确认送达" in client.get(f"/desk/m/{matter.number}/").content.decode()
        assert Entry.objects.filter(matter=matter, type=Type.MESSAGE).count() == 2

    def test_words_that_never_reached_the_group_want_an_eye_and_leave_once_more(
        self, gateway: Gateway, room: Room, cast: Cast, client: Client
    ) -> None:
        row = answered_in(room, cast, "明天上午修。")
        carried(row, State.EXPIRED)
        sign_in(client, cast.chen)
        assert "QQ 群：过期未发" in client.get("/rooms/liuxi/").content.decode()
        assert "QQ 群：" not in Client().get("/rooms/liuxi/").content.decode()
        page = client.get("/desk/channels/").content.decode()
        assert "没有发出去的" in page
        assert "明天上午修。" in page
        client.post(f"/desk/channels/{row.pk}/settle/", {"arrived": "no"})
        again = Outbound.objects.latest("pk")
        assert (again.rerouted_from, again.state, again.outgoing.chat.peer) == (row, State.WAITING, GROUP)
        assert "没有发出去的" not in client.get("/desk/channels/").content.decode()
        assert "QQ 群：等待发送" in client.get("/rooms/liuxi/").content.decode()

    def test_what_is_out_of_date_is_let_go_once(self, gateway: Gateway, room: Room, cast: Cast, client: Client) -> None:
        row = answered_in(room, cast, "今晚停水到八点。")
        carried(row, State.FAILED)
        sign_in(client, cast.chen)
        client.post(f"/desk/channels/{row.pk}/settle/", {"arrived": "leave"})
        assert not Outbound.objects.want_an_eye().exists()
        assert Outbound.objects.filter(kind="room").count() == 1
        with pytest.raises(Conflict), transaction.atomic():
            let_go(row, by=cast.zhou.ref, at=MONDAY)

    def test_offers_that_went_stale_are_nobody_s_business(self, gateway: Gateway, room: Room) -> None:
        heard(gateway, "我身份证 330801199001011234 丢了", "11", group=True)
        carried(Outbound.objects.get(kind="offer"), State.EXPIRED)
        assert not Outbound.objects.want_an_eye().exists()
