"""From the group to private, and back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.people.usecases import person_at
from shouwang.apps.talk import arrivals, events, moderation, private, queries, usecases
from shouwang.apps.talk.danger import as_reporter
from shouwang.apps.talk.errors import StillPersonal, TooLong, WrongState
from shouwang.apps.talk.models import Alarm, Post
from shouwang.apps.talk.tests.neighbours import CANARY, Neighbour, neighbour, police, room_of
from shouwang.apps.talk.visitor import Visitor
from shouwang.kernel.errors import Refused
from shouwang.kernel.events import listen
from shouwang.kernel.live import log as live
from tests.cast import MONDAY, Cast, as_officer, consultation

LATER = MONDAY + timedelta(minutes=8)
heard: list[object] = []
for _kind in (events.OfferPrivate, events.DangerHeard, events.AnswerPosted, events.MovedToPrivate):
    listen(_kind)(heard.append)


@pytest.fixture(autouse=True)
def _forget() -> None:
    heard.clear()


def of_kind(kind: type) -> list[object]:
    return [event for event in heard if isinstance(event, kind)]


def held_back(one: Neighbour, body: str, **more: object) -> usecases.Spoken:
    return usecases.speak(one.room, visitor=one.visitor, body=body, at=MONDAY, **more)  # type: ignore[arg-type]


class TestHeldBack:
    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (f"我的身份证号 {CANARY} 对不对", "id-number"),
            ("有事打我 138 0000 0000", "phone"),
            ("车牌浙A·12345 挡住路了", "plate"),
            ("我住柳溪村柳树巷12号3单元201室", "address"),
        ],
    )
    def test_words_that_tell_who_somebody_is_are_not_published(self, cast: Cast, body: str, kind: str) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        spoken = held_back(egret, body)
        assert spoken.post is None
        assert kind in spoken.found.kinds
        assert not Post.objects.exists()
        assert live.read(egret.room.stream, 0) == []

    def test_a_mistyped_identity_number_is_held_back_as_well(self, cast: Cast) -> None:
        assert held_back(neighbour(room_of(cast), "白鹭"), CANARY[:-1] + "7").post is None

    def test_masked_when_the_writer_wishes(self, cast: Cast) -> None:
        spoken = held_back(neighbour(room_of(cast), "白鹭"), f"身份证 {CANARY} 丢了怎么办", masked=True)
        assert spoken.post is not None
        assert spoken.post.body == "身份证 〔证件〕 丢了怎么办"
        assert spoken.post.said == ""

    def test_private_when_the_writer_wishes_and_a_second_press_makes_no_second_matter(self, cast: Cast) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        body = f"身份证 {CANARY} 丢了怎么办"
        first = private.go_private(egret.room, visitor=egret.visitor, body=body, at=MONDAY, client_id="x1")
        again = private.go_private(egret.room, visitor=egret.visitor, body=body, at=MONDAY, client_id="x1")
        assert isinstance(first, matters.Opened)
        assert isinstance(again, matters.Opened)
        assert Matter.objects.get() == first.matter == again.matter
        types = list(first.matter.entries.values_list("type", flat=True))
        assert (types.count(Type.MESSAGE), types.count(Type.MOVED)) == (1, 1)
        assert matters.open_by_code(again.code, address="a", at=MONDAY, tries_per_hour=5).matter_id == first.matter.pk
        assert not Post.objects.exists()

    def test_an_officer_may_name_the_stations_phone(self, cast: Cast) -> None:
        spoken = usecases.speak(room_of(cast), visitor=police(cast.chen), body="打 0570-0000110 找陈警官", at=MONDAY)
        assert spoken.post is not None

    def test_what_happened_to_somebody_is_published_but_noticed(self, cast: Cast) -> None:
        spoken = held_back(neighbour(room_of(cast), "白鹭"), "我上周被骗了两百")
        assert spoken.post is not None
        assert spoken.found.incident


class TestMoved:
    def test_an_officer_moves_a_post_and_its_code_works_for_its_writer_alone(self, cast: Cast) -> None:
        room = room_of(cast)
        egret, magpie = neighbour(room, "白鹭"), neighbour(room, "喜鹊")
        post = egret.says("我上周被骗了两百")
        moved = private.move_to_private(post, by=cast.chen, reason="细节请单独说。", at=LATER, kind="report")
        assert private.move_to_private(post, by=cast.zhou, reason="再转一次", at=LATER) == moved
        first, note = moved.matter.entries.filter(type__in=[Type.MESSAGE, Type.MOVED])
        assert (first.by, first.body, first.name) == ("resident", "我上周被骗了两百", "白鹭")
        assert (note.by, note.officer) == ("officer", cast.chen)
        with pytest.raises(Refused):
            private.hand_out_code(moved, member=magpie.joined.member)
        code = private.hand_out_code(moved, member=egret.joined.member)
        assert matters.open_by_code(code, address="a", at=LATER, tries_per_hour=5).matter_id == moved.matter_id
        assert private.hand_out_code(moved, member=egret.joined.member) == ""
        assert len(of_kind(events.MovedToPrivate)) == 1

    def test_the_room_stops_showing_it_unless_the_officer_lets_it_stand(self, cast: Cast) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        gone, stays = egret.says("我上周被骗了两百"), egret.says("孩子户口怎么上？")
        private.move_to_private(gone, by=cast.chen, reason="单独说。", at=LATER)
        private.move_to_private(stays, by=cast.chen, reason="要看材料。", at=LATER, hides=False)
        for_all = queries.page_of(room, Visitor()).posts
        assert [(post.gone, post.text) for post in for_all] == [("moved", ""), ("", "孩子户口怎么上？")]
        assert for_all[0].moved is None
        assert queries.page_of(room, egret.visitor).posts[0].moved is not None
        assert "两百" not in str(live.read(room.stream, 0))

    def test_a_writer_takes_an_own_post_away_and_nobody_elses(self, cast: Cast) -> None:
        room = room_of(cast)
        egret, magpie = neighbour(room, "白鹭"), neighbour(room, "喜鹊")
        post = egret.says("我上周被骗了两百")
        with pytest.raises(Refused):
            private.take_private(post, visitor=magpie.visitor, at=LATER)
        moved = private.take_private(post, visitor=egret.visitor, at=LATER)
        assert Entry.objects.get(type=Type.MOVED).by == "resident"
        assert private.hand_out_code(moved, member=egret.joined.member)

    def test_words_that_already_ring_in_a_matter_stay_in_that_matter(self, cast: Cast) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        post = egret.says("他拿着刀在门口砸门，救命")
        moved = private.take_private(post, visitor=egret.visitor, at=LATER)
        assert moved.matter == Matter.objects.get()
        assert private.held_code(moved).matter_id == moved.matter_id

    def test_only_the_rooms_own_police_moves(self, cast: Cast) -> None:
        post = neighbour(room_of(cast), "白鹭").says("早。")
        for officer in (cast.meng, cast.shi, cast.admin):
            with pytest.raises(Refused):
                private.move_to_private(post, by=officer, reason="看看", at=LATER)


class TestBack:
    def _answered(self, cast: Cast, egret: Neighbour, **more: object) -> tuple[Matter, Entry]:
        post = egret.says("孩子户口怎么上？")
        moved = private.move_to_private(post, by=cast.chen, reason="要看材料。", at=LATER, **more)  # type: ignore[arg-type]
        answer = matters.say(
            moved.matter, viewer=as_officer(cast.chen), at=LATER, body=f"您带 {CANARY} 的身份证来，打 13800000000。"
        )
        return moved.matter, answer

    def test_the_draft_names_nobody(self, cast: Cast) -> None:
        matter, answer = self._answered(cast, neighbour(room_of(cast), "白鹭"))
        draft = private.draft_answer_back(matter, answer)
        assert "孩子户口怎么上？" in draft
        assert CANARY not in draft
        assert "13800000000" not in draft

    def test_it_is_refused_with_the_places_until_it_names_nobody(self, cast: Cast) -> None:
        room = room_of(cast)
        matter, answer = self._answered(cast, neighbour(room, "白鹭"))
        with pytest.raises(StillPersonal, match="13800000000"):
            private.post_answer_back(matter, answer, by=cast.chen, text="带身份证来，打 13800000000。", at=LATER)
        assert not matter.entries.filter(type=Type.POSTED_BACK).exists()
        text = "带父母身份证和出生证来，打值班电话 0570-0000110 问陈警官。"
        post = private.post_answer_back(matter, answer, by=cast.chen, text=text, at=LATER)
        assert (post.body, post.name, post.seq) == (text, "陈警官", 2)
        back = matter.entries.get(type=Type.POSTED_BACK)
        assert (back.body, back.visibility, back.data["seq"]) == (text, 1, post.seq)
        assert of_kind(events.AnswerPosted) == [events.AnswerPosted(room.pk, post.pk, matter.pk)]
        assert private.post_answer_back(matter, answer, by=cast.chen, text=text, at=LATER) == post
        assert len(of_kind(events.AnswerPosted)) == 1

    def test_a_name_said_in_private_is_kept_out_even_where_it_does_not_look_like_one(self, cast: Cast) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        matter, _first = self._answered(cast, egret)
        matters.say(matter, viewer=as_reporter(matter), at=LATER, body="我叫张晓梅，孩子三岁。")
        answer = matters.say(matter, viewer=as_officer(cast.chen), at=LATER, body="晓梅，带出生证来。白鹭你记一下。")
        draft = private.draft_answer_back(matter, answer)
        for name in ("张晓梅", "晓梅", "白鹭"):
            assert name not in draft
            with pytest.raises(StillPersonal, match=name):
                private.post_answer_back(matter, answer, by=cast.chen, text=f"{name}，带出生证来。", at=LATER)

    @pytest.mark.parametrize(
        ("said", "answered", "names"),
        [
            ("我是王建国，想给孩子上户口。", "王建国您好，带出生证来。", ("王建国", "建国")),
            ("我女儿陈思雨两个月了。", "思雨的出生证带来就行。", ("陈思雨", "思雨")),
            ("我叫欧阳晓梅。", "晓梅，带出生证来。", ("欧阳晓梅", "晓梅")),
        ],
    )
    def test_the_draft_that_the_house_itself_writes_names_nobody(
        self, cast: Cast, said: str, answered: str, names: tuple[str, ...]
    ) -> None:
        matter, _first = self._answered(cast, neighbour(room_of(cast), "白鹭"))
        matters.say(matter, viewer=as_reporter(matter), at=LATER, body=said)
        answer = matters.say(matter, viewer=as_officer(cast.chen), at=LATER, body=answered)
        draft = private.draft_answer_back(matter, answer)
        assert not any(name in draft for name in names)
        assert private.post_answer_back(matter, answer, by=cast.chen, text=draft, at=LATER)

    def test_everyday_words_are_no_names(self, cast: Cast) -> None:
        matter, _first = self._answered(cast, neighbour(room_of(cast), "白鹭"))
        for words in ("我是高中生，孩子单位在外地。", "老公严重，邻居常常吵。", "我是党员，妈妈方便的时候来。"):
            matters.say(matter, viewer=as_reporter(matter), at=LATER, body=words)
        body = "高中毕业的、党员，单位开证明；不严重的，方便时来，常常有人在。"
        answer = matters.say(matter, viewer=as_officer(cast.chen), at=LATER, body=body)
        assert body in private.draft_answer_back(matter, answer)
        assert private.post_answer_back(matter, answer, by=cast.chen, text=body, at=LATER).body == body

    def test_an_answer_too_long_for_a_group_comes_back_whole(self, cast: Cast) -> None:
        matter, answer = self._answered(cast, neighbour(room_of(cast), "白鹭"))
        with pytest.raises(TooLong, match="2001"):
            private.post_answer_back(matter, answer, by=cast.chen, text="水" * 2001, at=LATER)

    def test_it_answers_the_question_when_that_still_stands(self, cast: Cast) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        matter, answer = self._answered(cast, egret, hides=False)
        post = private.post_answer_back(matter, answer, by=cast.chen, text="带出生证来。", at=LATER)
        assert post.data["reply_to"] == {"seq": 1, "name": "白鹭"}

    def test_a_matter_that_came_from_no_room_goes_to_none(self, cast: Cast) -> None:
        opened = consultation(cast)
        answer = matters.say(opened.matter, viewer=as_officer(cast.chen), at=LATER, body="能。")
        with pytest.raises(WrongState):
            private.post_answer_back(opened.matter, answer, by=cast.chen, text="能。", at=LATER)

    def test_neither_a_residents_words_nor_another_stations_officer(self, cast: Cast) -> None:
        matter, answer = self._answered(cast, neighbour(room_of(cast), "白鹭"))
        question = matter.entries.filter(type=Type.MESSAGE).order_by("seq").first()
        assert question is not None
        with pytest.raises(WrongState):
            private.post_answer_back(matter, question, by=cast.chen, text="能。", at=LATER)
        with pytest.raises(Refused):
            private.post_answer_back(matter, answer, by=cast.meng, text="能。", at=LATER)


class TestDanger:
    def test_it_rings_in_a_private_matter_and_the_group_sees_nothing_of_it(self, cast: Cast) -> None:
        room = room_of(cast)
        spoken = held_back(neighbour(room, "白鹭"), "他拿着刀在门口砸门，救命")
        matter = Matter.objects.get()
        assert spoken.ringing is not None
        assert (matter.kind, matter.channel, matter.danger, matter.rings) == ("help", "web", "now", True)
        assert spoken.ringing.numbers[0] == "110"
        assert matter.number not in str(live.read(room.stream, 0))
        assert len(of_kind(events.DangerHeard)) == 1

    def test_it_rings_also_when_the_words_are_held_back(self, cast: Cast) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        body = "他拿着刀在门口砸门，救命，我住柳溪村柳树巷12号3单元201室"
        spoken = held_back(egret, body, client_id="x1")
        assert spoken.post is None
        matter = Matter.objects.get()
        assert matter.danger == "now"
        assert body in matter.entries.get(type=Type.MESSAGE).body
        assert held_back(egret, body, masked=True, client_id="x1").post is not None
        assert private.go_private(egret.room, visitor=egret.visitor, body=body, at=MONDAY, client_id="x1") == matter
        assert Matter.objects.count() == Alarm.objects.count() == 1

    def test_a_muted_member_in_danger_is_heard(self, cast: Cast) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        moderation.mute(egret.joined.member, by=cast.chen, lasting=timedelta(days=1), reason="刷屏。", at=MONDAY)
        with pytest.raises(Refused):
            held_back(egret, "他拿着刀在门口砸门，救命")
        assert Matter.objects.get().danger == "now"

    def test_short_posts_in_a_row_are_read_together(self, cast: Cast) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        for words in ("他又喝酒了", "门锁不上"):
            egret.says(words)
        held_back(egret, "我好怕")
        assert Matter.objects.get().danger

    def test_more_words_of_danger_go_into_the_same_matter_and_ring_again(self, cast: Cast) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        held_back(egret, "他拿着刀在门口砸门，救命")
        matter = Matter.objects.get()
        matters.accept_danger(matter, by=cast.chen, at=LATER)
        held_back(egret, "他把门砸开了，救命啊")
        matter.refresh_from_db()
        assert (Matter.objects.count(), matter.rings) == (1, True)

    def test_an_officers_words_do_not_ring(self, cast: Cast) -> None:
        usecases.speak(room_of(cast), visitor=police(cast.chen), body="有人拿刀砸门，喊救命，马上打 110。", at=MONDAY)
        assert not Matter.objects.exists()


def test_what_is_said_after_an_alarm_rings_only_if_it_tells_of_danger_itself(cast: Cast) -> None:
    egret = neighbour(room_of(cast), "白鹭")
    egret.says("救命，他拿刀砍人")
    matter = Matter.objects.get()
    matters.accept_danger(matter, by=cast.chen, at=LATER)
    for words in ("谢谢你们", "今晚还放电影吗？", "路灯什么时候修？"):
        egret.says(words, at=LATER)
    matter.refresh_from_db()
    assert not matter.rings
    assert matter.entries.filter(type=Type.MESSAGE).count() == 1


class TestFromQQ:
    def _says(self, cast: Cast, room: object, body: str, remote_id: str = "m1", **more: object) -> Post:
        person = person_at("qq", "10000123", at=MONDAY)
        given = {"nickname": "柳树下", "remote_id": remote_id, "at": MONDAY, **more}
        return arrivals.receive_group_message(room, person=person, body=body, **given)  # type: ignore[arg-type]

    def test_it_is_shown_masked_at_once_kept_sealed_and_private_is_offered(self, cast: Cast) -> None:
        room = room_of(cast)
        post = self._says(cast, room, f"我身份证 {CANARY} 丢了")
        assert post.body == "我身份证 〔证件〕 丢了"
        assert CANARY not in str(live.read(room.stream, 0))
        assert of_kind(events.OfferPrivate) == [
            events.OfferPrivate(room.pk, post.pk, post.member_id or 0, ("id-number",), MONDAY)
        ]
        assert live.read(f"desk:{cast.qingshi.pk}", 0)[-1].kind == "room-offer"
        assert Post.objects.get().original == f"我身份证 {CANARY} 丢了"
        moved = private.move_to_private(post, by=cast.chen, reason="里面有证件号。", at=LATER)
        assert CANARY in moved.matter.entries.get(type=Type.MESSAGE).body
        assert moved.matter.reporter == person_at("qq", "10000123", at=LATER)

    def test_a_second_delivery_adds_nothing(self, cast: Cast) -> None:
        room = room_of(cast)
        assert self._says(cast, room, "救命，他拿刀砍人") == self._says(cast, room, "救命，他拿刀砍人")
        assert Matter.objects.get().channel == "qq"
        assert len(of_kind(events.DangerHeard)) == 1

    def test_one_person_is_not_offered_the_same_thing_after_every_line(self, cast: Cast) -> None:
        room = room_of(cast)
        for n in range(3):
            self._says(cast, room, f"打我 1380000000{n}", remote_id=f"m{n}")
        assert len(of_kind(events.OfferPrivate)) == 1

    @pytest.mark.parametrize("nickname", ["", "10000123", "白鹭", "老王13800000000"])
    def test_a_name_on_qq_gives_nothing_away_and_belongs_to_one(self, cast: Cast, nickname: str) -> None:
        room = room_of(cast)
        neighbour(room, "白鹭")
        post = self._says(cast, room, "早。", nickname=nickname)
        assert post.name not in {"", "10000123", "白鹭"}
        assert "138" not in post.name

    def test_one_person_is_one_member_and_a_muted_one_is_not_shown(self, cast: Cast) -> None:
        room = room_of(cast)
        first = self._says(cast, room, "早。")
        assert first.member is not None
        moderation.mute(first.member, by=cast.chen, lasting=timedelta(hours=1), reason="刷屏。", at=MONDAY)
        second = self._says(cast, room, "又来了", remote_id="m2")
        assert second.member == first.member
        assert [post.text for post in queries.page_of(room, Visitor()).posts] == ["早。", ""]
        assert "又来了" not in str(live.read(room.stream, 0))

    def test_words_too_long_for_us_are_kept_as_far_as_they_fit(self, cast: Cast) -> None:
        assert "请在 QQ 里看" in self._says(cast, room_of(cast), "水" * 10_001).body


class TestPrivateOnQQ:
    def _says(self, cast: Cast, body: str, remote_id: str) -> arrivals.SayBack:
        person = person_at("qq", "10000123", at=MONDAY, called="柳树下")
        return arrivals.receive_private_message(person, unit=cast.qingshi, body=body, remote_id=remote_id, at=MONDAY)

    def test_the_first_words_open_a_matter_whose_code_is_said_once(self, cast: Cast) -> None:
        first, second = self._says(cast, "户口怎么上？", "p1"), self._says(cast, "外婆能去吗？", "p2")
        assert first.matter == second.matter
        assert first.code
        assert second.code == ""
        assert [e.body for e in first.matter.entries.filter(type=Type.MESSAGE)] == ["户口怎么上？", "外婆能去吗？"]

    @pytest.mark.parametrize("again", ["p1", "p2"])
    def test_a_second_delivery_adds_nothing_and_says_no_code(self, cast: Cast, again: str) -> None:
        self._says(cast, "户口怎么上？", "p1")
        self._says(cast, "外婆能去吗？", "p2")
        assert self._says(cast, "外婆能去吗？", again).code == ""
        assert Entry.objects.filter(type=Type.MESSAGE).count() == 2

    def test_after_the_end_a_new_matter_begins(self, cast: Cast) -> None:
        first = self._says(cast, "户口怎么上？", "p1")
        matters.assign(first.matter, to=cast.chen, by=cast.chen, at=LATER)
        matters.close(first.matter, by=cast.chen, reason="answered", words="说清楚了。", at=LATER)
        assert self._says(cast, "另一件事", "p3").matter != first.matter

    def test_danger_is_answered_with_the_number_at_once(self, cast: Cast) -> None:
        assert self._says(cast, "他拿着刀在门口砸门，救命", "p1").numbers[0] == "110"

    def test_it_goes_on_where_an_officer_moved_a_post(self, cast: Cast) -> None:
        room, person = room_of(cast), person_at("qq", "10000123", at=MONDAY)
        post = arrivals.receive_group_message(
            room, person=person, nickname="柳树下", body="我上周被骗了两百", remote_id="m1", at=MONDAY
        )
        moved = private.move_to_private(post, by=cast.chen, reason="单独说。", at=LATER)
        assert self._says(cast, "是昨天的事", "p1").matter == moved.matter
