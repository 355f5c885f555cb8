"""Hiding and muting have a reason, an end and a second pair of eyes; what is hidden is seen by nobody else, on no door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.matters.models import Matter
from shouwang.apps.people.usecases import person_at
from shouwang.apps.talk import arrivals, moderation, policy, queries
from shouwang.apps.talk.errors import NothingSaid, StillPersonal, WrongState
from shouwang.apps.talk.models import Gathered, Moderation, Post
from shouwang.apps.talk.seen import Seen
from shouwang.apps.talk.tests.neighbours import neighbour, police, room_of
from shouwang.apps.talk.usecases import speak
from shouwang.apps.talk.visitor import Visitor
from shouwang.kernel.errors import Conflict, Refused
from shouwang.kernel.live import log as live
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, sign_in

LATER = MONDAY + timedelta(minutes=8)
AN_HOUR = timedelta(hours=1)


class TestHiding:
    def test_a_hidden_post_is_on_no_page_in_no_search_and_in_no_stream_for_others(self, cast: Cast) -> None:
        room = room_of(cast)
        egret, magpie = neighbour(room, "白鹭"), neighbour(room, "喜鹊")
        post = egret.says("村头那家是骗子")
        moderation.hide(post, by=cast.chen, reason="没有根据的指责。", at=LATER)
        for other in (Visitor(), magpie.visitor, police(cast.meng)):
            (seen,) = queries.page_of(room, other).posts
            assert (seen.gone, seen.text, seen.name, seen.act) == ("hidden", "", "", None)
        for anybody in (magpie.visitor, egret.visitor, police(cast.chen)):
            assert queries.search(room, anybody, "骗子") == []
        assert live.read(room.stream, 0)[-1].payload == {"seq": post.seq}
        assert "骗子" not in str(live.read(room.stream, 0))

    def test_a_page_from_before_the_hiding_is_told_to_begin_anew(self, cast: Cast) -> None:
        room = room_of(cast)
        post = neighbour(room, "白鹭").says("村头那家是骗子")
        before = live.cursor_of(room.stream)[room.stream]
        moderation.hide(post, by=cast.chen, reason="没有根据的指责。", at=LATER)
        assert live.reach([room.stream])[room.stream].floor > before

    def test_its_writer_and_the_station_see_it_with_the_reason(self, cast: Cast) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        moderation.hide(egret.says("村头那家是骗子"), by=cast.chen, reason="没有根据的指责。", at=LATER)
        for inside in (egret.visitor, police(cast.zhou)):
            (seen,) = queries.page_of(room, inside).posts
            assert seen.act is not None
            assert (seen.text, seen.act.reason) == ("村头那家是骗子", "没有根据的指责。")

    def test_it_can_be_shown_again(self, cast: Cast) -> None:
        room = room_of(cast)
        post = neighbour(room, "白鹭").says("村头那家是骗子")
        moderation.hide(post, by=cast.chen, reason="没有根据的指责。", at=LATER)
        with pytest.raises(Conflict):
            moderation.hide(post, by=cast.zhou, reason="再藏一次", at=LATER)
        moderation.unhide(post, by=cast.zhou, reason="说的是一部电影。", at=LATER)
        assert queries.page_of(room, Visitor()).posts[0].text == "村头那家是骗子"
        assert live.read(room.stream, 0)[-1].kind == "shown"
        moderation.hide(post, by=cast.chen, reason="还是不合适。", at=LATER)
        assert queries.page_of(room, Visitor()).posts[0].gone == "hidden"

    def test_every_act_has_a_reason_and_leaves_a_trail(self, cast: Cast) -> None:
        post = neighbour(room_of(cast), "白鹭").says("村头那家是骗子")
        with pytest.raises(NothingSaid):
            moderation.hide(post, by=cast.chen, reason="  ", at=LATER)
        moderation.hide(post, by=cast.chen, reason="没有根据的指责。", at=LATER)
        row = AuditRow.objects.get(action="talk.post_hidden")
        assert (row.actor, row.reason) == (cast.chen.ref, "没有根据的指责。")

    @pytest.mark.parametrize("who", ["meng", "fan", "shi", "admin"])
    def test_nobody_from_outside_moderates(self, cast: Cast, who: str) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        post = egret.says("早。")
        by = cast.everybody()[who]
        for refused in (
            lambda: moderation.hide(post, by=by, reason="x", at=LATER),
            lambda: moderation.mute(egret.joined.member, by=by, lasting=AN_HOUR, reason="x", at=LATER),
            lambda: moderation.gather(post, kind="question", by=by, at=LATER),
        ):
            with pytest.raises(Refused):
                refused()
        assert not Moderation.objects.exists()


class TestMuting:
    def test_a_muted_member_reads_on_and_speaks_again_afterwards(self, cast: Cast) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        moderation.mute(egret.joined.member, by=cast.chen, lasting=AN_HOUR, reason="刷屏。", at=MONDAY)
        with pytest.raises(Refused, match="申诉"):
            egret.says("再说一句", at=LATER)
        assert policy.may_read(egret.visitor, room)
        assert egret.says("我冷静了", at=MONDAY + AN_HOUR).seq == 1

    @pytest.mark.parametrize("lasting", [timedelta(), timedelta(days=31), timedelta(days=-1)])
    def test_a_mute_has_an_end_in_sight(self, cast: Cast, lasting: timedelta) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        with pytest.raises(WrongState):
            moderation.mute(egret.joined.member, by=cast.chen, lasting=lasting, reason="刷屏。", at=MONDAY)

    def test_an_officer_ends_it_early(self, cast: Cast) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        moderation.mute(egret.joined.member, by=cast.chen, lasting=AN_HOUR, reason="刷屏。", at=MONDAY)
        with pytest.raises(Conflict):
            moderation.mute(egret.joined.member, by=cast.zhou, lasting=AN_HOUR, reason="刷屏。", at=MONDAY)
        moderation.unmute(egret.joined.member, by=cast.zhou, reason="已经道歉。", at=LATER)
        assert egret.says("谢谢", at=LATER).seq == 1


class TestAppeal:
    def _muted(self, cast: Cast) -> tuple[Visitor, Moderation]:
        egret = neighbour(room_of(cast), "白鹭")
        act = moderation.mute(egret.joined.member, by=cast.chen, lasting=AN_HOUR, reason="刷屏。", at=MONDAY)
        return egret.visitor, act

    def test_another_officer_decides_and_lifts_it(self, cast: Cast) -> None:
        visitor, act = self._muted(cast)
        one = moderation.appeal(act, visitor=visitor, words="我只发了两条。", at=LATER)
        with pytest.raises(Refused, match="另一位"):
            moderation.decide(one, by=cast.chen, upheld=True, words="维持。", at=LATER)
        assert list(queries.open_appeals(act.room)) == [one]
        moderation.decide(one, by=cast.zhou, upheld=False, words="确实只有两条。", at=LATER)
        member = visitor.member_of(act.room)
        assert member is not None
        member.refresh_from_db()
        assert member.muted_until is None
        with pytest.raises(Refused, match="已经有结果"):
            moderation.decide(one, by=cast.liang, upheld=True, words="维持。", at=LATER)

    def test_danger_in_an_appeal_rings_once_whatever_becomes_of_it(self, cast: Cast) -> None:
        visitor, act = self._muted(cast)
        words = "他拿着刀在门口砸门，救命"
        moderation.appeal(act, visitor=visitor, words=words, at=LATER)
        with pytest.raises(Refused):
            moderation.appeal(act, visitor=visitor, words=words, at=LATER)
        assert Matter.objects.get().rings
        magpie = neighbour(act.room, "喜鹊")
        with pytest.raises(Refused):
            moderation.appeal(act, visitor=magpie.visitor, words=words, at=LATER)
        assert Matter.objects.count() == 1

    def test_it_has_a_day_and_stands_on_the_sheet_of_whoever_may_decide(self, cast: Cast, client: Client) -> None:
        visitor, act = self._muted(cast)
        one = moderation.appeal(act, visitor=visitor, words="我只发了两条。", at=timezone.now())
        assert one.due_at > one.at
        sign_in(client, cast.zhou)
        day = client.get("/desk/").content.decode()
        assert "群里的申诉，等您来看" in day
        assert f"/rooms/liuxi/acts/{act.pk}/decide/" in day
        sign_in(client, cast.chen)  # who muted
        assert "群里的申诉" not in client.get("/desk/").content.decode()
        moderation.decide(one, by=cast.zhou, upheld=True, words="维持。", at=timezone.now())
        sign_in(client, cast.zhou)
        assert "群里的申诉" not in client.get("/desk/").content.decode()

    def test_what_stands_after_a_second_look_stays(self, cast: Cast) -> None:
        visitor, act = self._muted(cast)
        one = moderation.appeal(act, visitor=visitor, words="我只发了两条。", at=LATER)
        moderation.decide(one, by=cast.zhou, upheld=True, words="一分钟 20 条。", at=LATER)
        assert queries.acts_on(act.member, LATER)[0].appeal.answer == "一分钟 20 条。"  # type: ignore[arg-type]
        assert not policy.may_post(visitor, act.room, LATER)

    def test_only_the_member_concerned_appeals_and_only_once(self, cast: Cast) -> None:
        visitor, act = self._muted(cast)
        magpie = neighbour(act.room, "喜鹊")
        with pytest.raises(Refused):
            moderation.appeal(act, visitor=magpie.visitor, words="他是好人。", at=LATER)
        moderation.appeal(act, visitor=visitor, words="我只发了两条。", at=LATER)
        with pytest.raises(Refused):
            moderation.appeal(act, visitor=visitor, words="再看看。", at=LATER)

    @pytest.mark.parametrize("who", ["meng", "shi", "admin"])
    def test_nobody_from_outside_decides(self, cast: Cast, who: str) -> None:
        visitor, act = self._muted(cast)
        one = moderation.appeal(act, visitor=visitor, words="我只发了两条。", at=LATER)
        with pytest.raises(Refused):
            moderation.decide(one, by=cast.everybody()[who], upheld=False, words="撤销。", at=LATER)


class TestGathering:
    def test_the_last_word_about_a_post_counts_and_hidden_ones_are_left_out(self, cast: Cast) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        lamp, bus, bad = (egret.says(words) for words in ("路灯坏了", "想要个公交站", "村头那家是骗子"))
        for post in (lamp, bus, bad):
            moderation.gather(post, kind="suggestion", by=cast.chen, at=LATER)
        moderation.gather(lamp, kind="question", by=cast.chen, at=LATER, done="修好了。")
        moderation.gather(bus, kind=Gathered.Kind.OUT, by=cast.chen, at=LATER)
        moderation.hide(bad, by=cast.chen, reason="没有根据的指责。", at=LATER)
        (post,) = Post.objects.gathered()
        assert (post, bus.mark) == (lamp, None)
        assert (post.mark.kind, post.mark.done) == ("question", "修好了。")
        assert not Post.objects.gathered(Gathered.Kind.SUGGESTION)

    @pytest.mark.parametrize("done", ["白鹭家门口的灯修好了。", "找 13800138000。", "月季花知道。"])
    def test_what_became_of_it_tells_nobody(self, cast: Cast, done: str) -> None:
        person = person_at("qq", "10000123", at=MONDAY, called="月季花")
        post = arrivals.receive_group_message(
            room_of(cast), person=person, nickname="白鹭", body="路灯坏了", remote_id="m1", at=MONDAY
        )
        with pytest.raises(StillPersonal):
            moderation.gather(post, kind="suggestion", by=cast.chen, at=LATER, done=done)
        assert not Gathered.objects.exists()

    def test_only_what_neighbours_said_is_gathered(self, cast: Cast) -> None:
        post = speak(room_of(cast), visitor=police(cast.chen), body="今晚开会。", at=MONDAY).post
        assert post is not None
        with pytest.raises(WrongState):
            moderation.gather(post, kind="suggestion", by=cast.chen, at=LATER)

    def test_it_is_recorded_without_words(self, cast: Cast) -> None:
        post = neighbour(room_of(cast), "白鹭").says("路灯坏了")
        moderation.gather(post, kind="suggestion", by=cast.chen, at=LATER, done="修好了。")
        row = AuditRow.objects.get(action="talk.post_gathered")
        assert (row.actor, row.details) == (cast.chen.ref, {"kind": "suggestion"})


def test_the_first_officer_who_answers_below_a_post_counts(cast: Cast) -> None:
    room = room_of(cast)
    egret, chen = neighbour(room, "白鹭"), police(cast.chen)
    asked, other = egret.says("身份证怎么换？"), egret.says("早。")
    neighbour(room, "喜鹊").says("我也想问", reply_to=asked.seq, at=LATER)
    assert queries.first_replies([asked, other]) == {}
    for minutes in (9, 12):
        at = MONDAY + timedelta(minutes=minutes)
        speak(room, visitor=chen, body="带旧证来。", reply_to=asked.seq, at=at)
    assert queries.first_replies([asked, other]) == {asked.pk: MONDAY + timedelta(minutes=9)}
    assert queries.first_replies([]) == {}


def test_search_finds_every_word_and_shows_values_not_rows(cast: Cast) -> None:
    room = room_of(cast)
    egret = neighbour(room, "白鹭")
    for words in ("村口路灯坏了", "村口停电", "路灯修好了"):
        egret.says(words)
    found = queries.search(room, Visitor(), "路灯 村口")
    assert [post.text for post in found] == ["村口路灯坏了"]
    assert all(isinstance(post, Seen) for post in found)
    assert queries.search(room, Visitor(), "   ") == []
