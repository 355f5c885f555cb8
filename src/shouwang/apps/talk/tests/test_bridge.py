"""QQ on one side, rooms and matters on the other: the same queue, the same clock, the same code."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client

from shouwang.apps.files.policy import may_open
from shouwang.apps.files.usecases import house_limits, receive_upload
from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.matters.queries import conversation
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.notices.events import (
    EnclosureSettled,
    GroupMemberChanged,
    MessageArrived,
    MessageRecalled,
    OutboundSettled,
)
from shouwang.apps.notices.messages import (
    At,
    Chat,
    Face,
    Film,
    Incoming,
    Link,
    MemberChanged,
    Note,
    Picture,
    Recalled,
    Sound,
    Spot,
    Text,
    load_parts,
)
from shouwang.apps.notices.models import Enclosure, Gateway, Inbound, Outbound
from shouwang.apps.notices.usecases import reroute
from shouwang.apps.people.models import Address, Person
from shouwang.apps.talk.errors import WrongState
from shouwang.apps.talk.models import GroupLink, HeardGroup, Post, Room, TakenBack
from shouwang.apps.talk.moderation import hide, take_back, unhide
from shouwang.apps.talk.private import move_to_private
from shouwang.apps.talk.usecases import open_room, speak
from shouwang.apps.talk.visitor import Visitor
from shouwang.kernel.events import publish
from tests.cast import MONDAY, Cast, as_officer, sign_in

LIN = "900000019"
GROUP = "800000007"
SENT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def gateway(cast: Cast) -> Gateway:
    return Gateway.objects.create(name="青石 QQ", self_id="700000001", token="t", unit=cast.qingshi, created_at=MONDAY)


def heard(gateway: Gateway, *parts: object, group: str = "", number: str = "1", sender: str = LIN) -> None:
    """A message as the door hands it in."""
    chat = Chat("group", group) if group else Chat("private", sender)
    incoming = Incoming(
        bot=gateway.self_id,
        chat=chat,
        sender=sender,
        message_id=number,
        sent_at=SENT,
        parts=parts,
        nickname="小林",  # type: ignore[arg-type]
    )
    with transaction.atomic():  # again and again: the rooms themselves must know what they have already
        row, _new = Inbound.objects.get_or_create(
            gateway=gateway, key=incoming.key, defaults={"received_at": MONDAY, "said_at": SENT}
        )
        publish(MessageArrived(gateway.pk, row.pk, incoming, MONDAY))


def said() -> list[str]:
    """What waits in the outbox, in order."""
    rows = Outbound.objects.order_by("-priority", "pk")
    return ["".join(part.text for part in load_parts(row.body) if isinstance(part, Text)) for row in rows]


class TestPrivate:
    def test_a_question_becomes_a_matter_and_the_code_goes_back(self, gateway: Gateway) -> None:
        heard(gateway, Text("孩子两个月了，人在外地，能上户口吗？"))
        matter = Matter.objects.get()
        assert (matter.channel, matter.unit) == ("qq", gateway.unit)
        (receipt,) = said()
        assert matter.number in receipt
        assert "查询码" in receipt

    def test_the_next_words_continue_it_and_a_second_delivery_adds_nothing(self, gateway: Gateway) -> None:
        heard(gateway, Text("能上户口吗？"))
        for _ in range(2):
            heard(gateway, Text("外婆能去吗？"), Picture("a.jpg"), number="2")
        matter = Matter.objects.get()
        assert [e.body for e in matter.entries.filter(type=Type.MESSAGE)] == ["能上户口吗？", "外婆能去吗？［图片］"]
        assert len(said()) == 1

    @pytest.mark.parametrize(
        ("parts", "body"),
        [
            ((Picture("a.jpg"),), "［图片］"),
            ((Picture("a.jpg"), Text("和"), Picture("b.jpg"), Sound("v")), "［图片 1］和［图片 2］［语音］"),
            ((Film("w.mp4"), Spot(30.0, 120.0, "桥头")), "［视频］［位置］"),
            ((Link("https://a.example/1", "通知"),), "通知 https://a.example/1"),
            ((Face("14"),), "［表情］"),
            ((Note("dice", "3"),), "［看不到的内容，请在 QQ 里看］"),
        ],
    )
    def test_what_is_no_words_leaves_a_mark(self, gateway: Gateway, parts: tuple[object, ...], body: str) -> None:
        heard(gateway, *parts)
        assert Matter.objects.get().entries.get(type=Type.MESSAGE).body == body

    def test_the_officers_answer_leaves_by_qq_once(self, gateway: Gateway, cast: Cast) -> None:
        heard(gateway, Text("能上户口吗？"))
        matter = Matter.objects.get()
        for _ in range(2):
            usecases.say(matter, viewer=as_officer(cast.chen), at=MONDAY, body="让外婆来就行。", client_id="x")
        assert said()[-1].startswith(f"陈警官：让外婆来就行。（{matter.number} #")
        assert len(said()) == 2

    def test_notes_never_leave(self, gateway: Gateway, cast: Cast) -> None:
        heard(gateway, Text("能上户口吗？"))
        usecases.note(Matter.objects.get(), by=cast.chen, body="外婆是柳溪的。", at=MONDAY)
        assert len(said()) == 1

    def test_safe_contact_sends_no_content(self, gateway: Gateway, cast: Cast) -> None:
        heard(gateway, Text("能上户口吗？"))
        matter = Matter.objects.get()
        held = usecases.held_codes(list(matter.codes.values_list("pk", flat=True)))
        usecases.set_safe_contact(matter, viewer=Viewer(held=held), on=True, at=MONDAY)
        usecases.say(matter, viewer=as_officer(cast.chen), at=MONDAY, body="告诫书办好了。")
        assert "告诫书" not in said()[-1]
        assert matter.number not in said()[-1]

    def test_danger_is_answered_before_the_receipt(self, gateway: Gateway) -> None:
        heard(gateway, Text("他拿着刀砸门，救命"))
        assert said()[0].startswith("如果现在有危险，请马上打 110")
        assert Matter.objects.get().rings

    def test_the_number_is_sealed(self, gateway: Gateway) -> None:
        heard(gateway, Text("能上户口吗？"))
        assert Address.objects.get().value == LIN
        assert not Entry.objects.filter(data__icontains=LIN).exists()

    def test_a_silent_messenger_leaves_a_note_for_the_desk(self, gateway: Gateway, cast: Cast) -> None:
        heard(gateway, Text("能上户口吗？"))
        matter = Matter.objects.get()
        usecases.say(matter, viewer=as_officer(cast.chen), at=MONDAY, body="让外婆来就行。")
        answer = Outbound.objects.get(kind="answer")
        with transaction.atomic():
            reroute(answer, at=MONDAY)
        assert matter.entries.filter(type=Type.NOTE, body__contains="QQ 没有送到").exists()

    def test_uncertain_is_told_to_the_desk_not_sent_again(self, gateway: Gateway) -> None:
        heard(gateway, Text("能上户口吗？"))
        row = Outbound.objects.get()
        with transaction.atomic():
            publish(OutboundSettled(row.pk, "uncertain", row.subject, MONDAY))
        assert Matter.objects.get().entries.filter(type=Type.NOTE, body__contains="不能确定").count() == 1
        assert Outbound.objects.count() == 1


class TestGroups:
    @pytest.fixture
    def room(self, gateway: Gateway, cast: Cast) -> Room:
        room = open_room(
            cast.qingshi, name="柳溪村警务群", slug="liuxi", by=cast.liang, at=MONDAY, community=cast.liuxi
        )
        GroupLink.objects.create(gateway=gateway, group=GROUP, room=room)
        return room

    def test_words_of_the_group_are_read_on_the_web_without_the_number(self, gateway: Gateway, room: Room) -> None:
        heard(gateway, Text("路灯什么时候修？"), group=GROUP)
        post = Post.objects.get()
        assert post.body == "路灯什么时候修？"
        assert LIN not in f"{post.name}{post.data}"

    def test_a_group_without_a_room_leaves_only_that_it_was_heard(self, gateway: Gateway, room: Room) -> None:
        for n in range(3):
            heard(gateway, Text("在吗，我家住三栋"), Picture("a.jpg", key="a.jpg"), group="811111111", number=str(n))
        assert not Post.objects.exists()
        assert not Person.objects.exists()
        assert not Enclosure.objects.exists()
        row = HeardGroup.objects.get()
        assert (row.group, row.times, row.first_at, row.last_at) == ("811111111", 3, MONDAY, MONDAY)
        assert [(one.became, one.parked) for one in Inbound.objects.all()] == [("", "")] * 3

    def test_a_group_the_number_joins_is_listed_until_it_leaves(self, gateway: Gateway, room: Room) -> None:
        for group, joined in (("811111111", True), (GROUP, True), ("822222222", True), ("822222222", False)):
            change = MemberChanged(gateway.self_id, Chat("group", group), "1", joined=joined, us=True, at=SENT)
            with transaction.atomic():
                publish(GroupMemberChanged(gateway.pk, change, MONDAY))
        assert list(HeardGroup.objects.values_list("group", "times")) == [("811111111", 0)]
        stranger = MemberChanged(gateway.self_id, Chat("group", "833333333"), "5", joined=True, us=False, at=SENT)
        with transaction.atomic():
            publish(GroupMemberChanged(gateway.pk, stranger, MONDAY))
        assert HeardGroup.objects.count() == 1

    def test_what_was_moved_to_private_is_the_stations_and_stays(
        self, gateway: Gateway, room: Room, cast: Cast
    ) -> None:
        """The house itself says “刚才的话可以撤回”: what it was told in private is not taken back with it."""
        heard(gateway, Text("我上周被骗了两百"), group=GROUP)
        post = Post.objects.get()
        moved = move_to_private(post, by=cast.chen, reason="单独说。", at=MONDAY)
        with transaction.atomic():
            recalled = Recalled(gateway.self_id, Chat("group", GROUP), "1", LIN, SENT)
            publish(MessageRecalled(gateway.pk, recalled, f"talk.post:{post.pk}", MONDAY))
        assert TakenBack.objects.get().post == post
        entries = conversation(moved.matter, as_officer(cast.chen))
        assert [one.body for one in entries if one.type == Type.MESSAGE] == ["我上周被骗了两百"]

    def test_what_was_taken_back_cannot_be_moved_or_shown_again(self, gateway: Gateway, room: Room, cast: Cast) -> None:
        heard(gateway, Text("我上周被骗了两百"), group=GROUP)
        post = Post.objects.get()
        hide(post, by=cast.chen, reason="先藏", at=MONDAY)
        for _ in range(2):
            take_back(post, by_writer=True, at=MONDAY)
        unhide(post, by=cast.chen, reason="再放", at=MONDAY)
        assert not Post.objects.shown().exists()
        with pytest.raises(WrongState):
            move_to_private(post, by=cast.chen, reason="单独说。", at=MONDAY)

    def test_a_picture_that_comes_after_the_move_stands_in_the_matter_too(
        self, gateway: Gateway, room: Room, cast: Cast
    ) -> None:
        heard(gateway, Text("我上周被骗了两百"), Picture("a.jpg", key="a.jpg"), group=GROUP)
        moved = move_to_private(Post.objects.get(), by=cast.chen, reason="单独说。", at=MONDAY)
        stored = receive_upload("证明".encode(), claimed_name="a.txt", limits=house_limits(), by="house", at=MONDAY)
        row = Enclosure.objects.get()
        with transaction.atomic():
            publish(EnclosureSettled(row.pk, row.subject, 0, "picture", stored.ref, {}, MONDAY))
            publish(EnclosureSettled(row.pk, row.subject, 0, "picture", stored.ref, {}, MONDAY))
        entries = conversation(moved.matter, as_officer(cast.chen))
        assert [one.ref for entry in entries for one in entry.stored_files] == [stored.ref]
        stored.refresh_from_db()
        assert may_open(as_officer(cast.chen), stored)
        assert not may_open(Viewer(), stored)

    def test_personal_data_is_masked_and_the_writer_is_asked_to_go_private(self, gateway: Gateway, room: Room) -> None:
        heard(gateway, Text("我身份证 330801199001011234 丢了"), group=GROUP)
        assert "330801199001011234" not in Post.objects.get().body
        row = Outbound.objects.get()
        parts = load_parts(row.body)
        assert At(LIN) in parts
        assert "私聊" in said()[0]
        assert "330801199001011234" not in said()[0]

    def test_an_officers_words_go_back_to_the_group(self, gateway: Gateway, room: Room, cast: Cast) -> None:
        speak(room, visitor=Visitor(as_officer(cast.chen), {}), body="明天上午修。", at=MONDAY)
        assert said() == ["陈警官（民警）：明天上午修。"]

    def test_whose_words_were_moved_is_told_the_code_alone(self, gateway: Gateway, room: Room, cast: Cast) -> None:
        heard(gateway, Text("我上周被骗了两百"), group=GROUP)
        heard(gateway, Text("你好"), number="2")
        moved = move_to_private(Post.objects.get(), by=cast.chen, reason="单独说。", at=MONDAY)
        row = Outbound.objects.filter(subject=moved.matter.ref).get()
        (told,) = [part.text for part in load_parts(row.body) if isinstance(part, Text)]
        code = re.search(r"([0-9A-Z]{4}-){2}[0-9A-Z]{4}", told)
        assert code is not None
        held = usecases.open_by_code(code[0], address="a", at=MONDAY, tries_per_hour=5)
        assert held.matter_id == moved.matter_id
        assert LIN in row.address


class TestDangerInAGroup:
    """Somebody in need who has never written to the station alone: the way to them opens as soon as they do."""

    @pytest.fixture
    def cried(self, cast: Cast, gateway: Gateway) -> Matter:
        room = open_room(cast.qingshi, name="柳溪村警务群", slug="liuxi", by=cast.liang, at=MONDAY)
        GroupLink.objects.create(gateway=gateway, group=GROUP, room=room)
        heard(gateway, Text("老公又打我了，我躲在卫生间，救命"), group=GROUP)
        return Matter.objects.get()

    def answered(self, cast: Cast, matter: Matter) -> None:
        usecases.accept_danger(matter, by=cast.chen, at=MONDAY)
        usecases.say(matter, viewer=as_officer(cast.chen), at=MONDAY, body="我们正在赶来，请锁好门。")

    def test_the_group_is_told_the_number_and_the_way_to_write_alone(self, cried: Matter) -> None:
        (words,) = said()
        assert "110" in words
        assert "点我的头像私聊" in words
        assert "老公" not in words

    def test_the_desk_sees_where_it_was_said_and_that_no_answer_arrives_yet(
        self, cast: Cast, client: Client, cried: Matter, gateway: Gateway
    ) -> None:
        self.answered(cast, cried)
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{cried.number}/").content.decode()
        assert "这些话是在群“柳溪村警务群”里说的" in page
        assert "这里的答复暂时送不到" in page
        assert "居民会看到。" not in page
        heard(gateway, Text("我到邻居家了"), number="2")
        page = client.get(f"/desk/m/{cried.number}/").content.decode()
        assert "这里的答复暂时送不到" not in page

    def test_the_first_private_words_bring_the_code_and_what_was_said_meanwhile(
        self, cast: Cast, cried: Matter, gateway: Gateway
    ) -> None:
        self.answered(cast, cried)
        Outbound.objects.all().delete()
        heard(gateway, Text("我到邻居家了，他走了"), number="2")
        receipt, answer = said()
        assert cried.number in receipt
        assert "查询码" in receipt
        assert "我们正在赶来，请锁好门。" in answer
        heard(gateway, Text("你们来了吗"), number="3")
        assert len(said()) == 2, "neither the code nor the number to call after every line"
        assert Matter.objects.count() == 1
