"""Rooms, told as what neighbours and their police live through."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction

from shouwang.apps.matters.viewer import NOTHING, Visibility
from shouwang.apps.talk import policy, queries, usecases
from shouwang.apps.talk.errors import BadNickname, NothingSaid, TooLong, UnknownRoomCode
from shouwang.apps.talk.models import Member, Post, Room
from shouwang.apps.talk.names import suggestions
from shouwang.apps.talk.tests.neighbours import neighbour, police, room_of
from shouwang.apps.talk.visitor import Visitor
from shouwang.kernel.appendonly import Unchangeable
from shouwang.kernel.errors import Refused, TooOften
from shouwang.kernel.live import log as live
from tests.cast import MONDAY, Cast

LATER = MONDAY + timedelta(minutes=8)


class TestJoining:
    def test_into_an_open_room_without_a_code_and_without_a_name(self, cast: Cast) -> None:
        room = room_of(cast)
        joined = usecases.join(room, visitor=Visitor(), nickname="桥头的白鹭", at=MONDAY)
        assert joined.member.person is None
        assert joined.token not in str(Member.objects.values())

    def test_into_a_closed_room_only_with_the_code_of_the_poster(self, cast: Cast) -> None:
        room = room_of(cast, open_to_read=False)
        with pytest.raises(Refused, match="口令"):
            usecases.join(room, visitor=Visitor(), nickname="白鹭", at=MONDAY)
        typed = room.join_code.lower()
        assert usecases.room_of_code(f" {typed[:3]}-{typed[3:]} ", address="a", at=MONDAY) == room

    def test_guessing_codes_is_slowed_down_and_a_closed_down_room_has_none(self, cast: Cast) -> None:
        room = room_of(cast, active=False)
        with pytest.raises(UnknownRoomCode):
            usecases.room_of_code(room.join_code, address="a", at=MONDAY)
        for _ in range(usecases.WRONG_CODES_PER_HOUR - 1):
            with pytest.raises(UnknownRoomCode):
                usecases.room_of_code("AAAAAA", address="a", at=MONDAY)
        with pytest.raises(TooOften):
            usecases.room_of_code("AAAAAA", address="a", at=MONDAY)

    @pytest.mark.parametrize(
        ("nickname", "why"),
        [
            ("", "还差一个称呼"),
            ("……", "还差一个称呼"),
            ("陈警官", "以为是民警"),
            ("柳溪派出所", "以为是民警"),
            ("１１０", "以为是民警"),
            ("13800000000", "认出您"),
            ("扣扣 10000123", "认出您"),
            ("一个特别特别特别特别长长长长的称呼", "最多 16"),
        ],
    )
    def test_a_nickname_neither_tells_who_one_is_nor_pretends(self, cast: Cast, nickname: str, why: str) -> None:
        with pytest.raises(BadNickname, match=why):
            usecases.join(room_of(cast), visitor=Visitor(), nickname=nickname, at=MONDAY)

    @pytest.mark.parametrize("other", ["白鹭", "白 鹭", "白鹭。", "白\u200b鹭"])
    def test_two_names_that_look_alike_do_not_stand_in_one_room(self, cast: Cast, other: str) -> None:
        room = room_of(cast)
        neighbour(room, "白鹭")
        with pytest.raises(BadNickname, match="已经有人用了"):
            neighbour(room, other)

    def test_an_officers_own_name_is_nobody_elses(self, cast: Cast) -> None:
        with pytest.raises(BadNickname):
            neighbour(room_of(cast), "陈建国")

    def test_the_same_browser_comes_back_as_the_same_member(self, cast: Cast) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        usecases.leave(room, visitor=egret.visitor, at=MONDAY)
        assert not policy.may_post(egret.visitor, room, MONDAY)
        back = usecases.join(room, visitor=Visitor(), nickname="苍鹭", at=LATER, token=egret.joined.token)
        assert (back.member.pk, back.member.nickname, back.token) == (
            egret.joined.member.pk,
            "苍鹭",
            egret.joined.token,
        )

    def test_suggested_names_are_free_and_usable(self, cast: Cast) -> None:
        room = room_of(cast)
        for name in suggestions(frozenset(), 3):
            neighbour(room, name)
        assert Member.objects.count() == 3

    def test_renaming_keeps_what_was_said_and_has_an_end(self, cast: Cast) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        egret.says("早。")
        for n in range(usecases.RENAMES_PER_DAY):
            usecases.rename(room, visitor=egret.visitor, nickname=f"苍鹭{n}", at=LATER)
        assert Post.objects.get().name == "白鹭"
        with pytest.raises(TooOften):
            usecases.rename(room, visitor=egret.visitor, nickname="夜鹭", at=LATER)


class TestSpeaking:
    def test_posts_are_numbered_without_a_gap_and_told_to_open_pages(self, cast: Cast) -> None:
        room = room_of(cast)
        egret = neighbour(room, "白鹭")
        assert [egret.says(words).seq for words in ("早。", "今天停水吗？")] == [1, 2]
        with pytest.raises(NothingSaid):
            usecases.speak(room, visitor=egret.visitor, body=" \n", at=MONDAY)
        assert egret.says("停到几点？").seq == 3
        told = live.read(room.stream, 0)
        assert [(row.kind, row.payload["text"]) for row in told] == [
            ("post", "早。"),
            ("post", "今天停水吗？"),
            ("post", "停到几点？"),
        ]
        assert {row.audience for row in told} == {Visibility.PUBLIC}

    def test_a_retry_adds_nothing_and_tells_nothing(self, cast: Cast) -> None:
        room = room_of(cast)
        egret, magpie = neighbour(room, "白鹭"), neighbour(room, "喜鹊")
        assert egret.says("早。", client_id="x1") == egret.says("早。", client_id="x1")
        assert magpie.says("早。", client_id="x1").seq == 2  # another device may choose the same id
        assert len(live.read(room.stream, 0)) == 2

    def test_a_post_is_never_changed_not_even_by_the_database(self, cast: Cast) -> None:
        post = neighbour(room_of(cast), "白鹭").says("早。")
        post.body = "晚。"
        with pytest.raises(Unchangeable):
            post.save()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE talk_post SET body = 'x'")

    def test_an_officer_speaks_as_themself_and_is_marked(self, cast: Cast) -> None:
        room = room_of(cast)
        spoken = usecases.speak(room, visitor=police(cast.chen), body="今晚停水到十点。", at=MONDAY)
        assert spoken.post is not None
        assert (spoken.post.name, spoken.post.officer) == ("陈警官", cast.chen)
        assert live.read(room.stream, 0)[0].payload["by"] == "station"

    def test_an_answer_points_at_what_it_answers(self, cast: Cast) -> None:
        room = room_of(cast)
        egret, magpie = neighbour(room, "白鹭"), neighbour(room, "喜鹊")
        egret.says("停水吗？")
        assert magpie.says("停。", reply_to=1).data["reply_to"] == {"seq": 1, "name": "白鹭"}

    def test_one_member_cannot_flood_a_room(self, cast: Cast) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        for n in range(usecases.POSTS_PER_MINUTE):
            egret.says(f"第{n}条")
        with pytest.raises(TooOften):
            egret.says("再一条")
        assert egret.says("过了一会儿", at=MONDAY + timedelta(minutes=1)).seq == usecases.POSTS_PER_MINUTE + 1

    def test_a_post_has_a_longest_length(self, cast: Cast) -> None:
        with pytest.raises(TooLong):
            neighbour(room_of(cast), "白鹭").says("水" * (usecases.LONGEST_POST + 1))


#: Who comes, and how far they follow an active open room, an active closed one, and one that is closed down.
RIGHTS = [
    ("a stranger", Visibility.PUBLIC, NOTHING, NOTHING),
    ("a member", Visibility.PARTIES, Visibility.PARTIES, NOTHING),
    ("a muted member", Visibility.PARTIES, Visibility.PARTIES, NOTHING),
    ("who left", Visibility.PUBLIC, NOTHING, NOTHING),
    ("chen", Visibility.STATION, Visibility.STATION, Visibility.STATION),
    ("liang", Visibility.STATION, Visibility.STATION, Visibility.STATION),
    ("jiang", Visibility.STATION, Visibility.STATION, Visibility.STATION),
    ("shao", Visibility.STATION, Visibility.STATION, Visibility.STATION),
    ("meng", Visibility.PUBLIC, NOTHING, NOTHING),
    ("shi", Visibility.PUBLIC, NOTHING, NOTHING),
    ("admin", Visibility.PUBLIC, NOTHING, NOTHING),
]
STATES = [{"open_to_read": True}, {"open_to_read": False}, {"active": False}]


def _visitor(cast: Cast, room: Room, who: str) -> Visitor:
    if who == "a stranger":
        return Visitor()
    if who in cast.everybody():
        return police(cast.everybody()[who])
    one = neighbour(room, "白鹭")
    if who == "who left":
        usecases.leave(room, visitor=one.visitor, at=MONDAY)
    if who == "a muted member":
        Member.objects.update(muted_until=MONDAY + timedelta(days=1))
    return one.visitor


@pytest.mark.parametrize(("state", "rights"), list(product(range(3), RIGHTS)), ids=lambda case: str(case)[:20])
def test_page_list_and_stream_open_by_one_rule(cast: Cast, state: int, rights: tuple[str, int, int, int]) -> None:
    room = room_of(cast)
    visitor = _visitor(cast, room, rights[0])
    Room.objects.update(**STATES[state])
    room.refresh_from_db()
    expected = rights[1 + state]
    assert policy.clearance(visitor, room) == expected
    assert bool(policy.may_read(visitor, room)) == (expected > NOTHING)
    assert Room.objects.visible_to(visitor).exists() == (expected > NOTHING)


@pytest.mark.parametrize(
    ("who", "posts", "moderates"),
    [
        ("a stranger", False, False),
        ("a member", True, False),
        ("a muted member", False, False),
        ("who left", False, False),
        ("chen", True, True),
        ("jiang", True, True),
        ("meng", False, False),
        ("shi", False, False),
        ("admin", False, False),
    ],
)
def test_who_writes_and_who_moderates(cast: Cast, who: str, posts: bool, moderates: bool) -> None:
    room = room_of(cast)
    visitor = _visitor(cast, room, who)
    assert bool(policy.may_post(visitor, room, MONDAY)) == posts
    assert bool(policy.may_moderate(visitor.viewer.officer, room)) == moderates
    Room.objects.update(active=False)
    room.refresh_from_db()
    assert not policy.may_post(visitor, room, MONDAY)


def test_only_a_few_found_rooms_and_change_their_rules(cast: Cast) -> None:
    with pytest.raises(Refused):
        usecases.open_room(cast.liuxi_post, name="柳溪", slug="liuxi", by=cast.jiang, at=MONDAY)
    with pytest.raises(Refused):
        usecases.open_room(cast.liuxi_post, name="柳溪", slug="join", by=cast.liang, at=MONDAY)
    room = usecases.open_room(cast.liuxi_post, name="柳溪", slug="liuxi", by=cast.liang, at=MONDAY)
    before = room.join_code
    room = usecases.change_room(room, by=cast.liang, at=MONDAY, open_to_read=False, new_code=True)
    assert (room.open_to_read, room.join_code == before) == (False, False)


def test_pages_go_back_without_a_gap(cast: Cast) -> None:
    room = room_of(cast)
    chen = police(cast.chen)
    for n in range(queries.ON_A_PAGE + 5):
        usecases.speak(room, visitor=chen, body=f"第{n}条", at=MONDAY)
    newest = queries.page_of(room, Visitor())
    older = queries.page_of(room, Visitor(), before=newest.older)
    assert [post.seq for post in older.posts + newest.posts] == list(range(1, queries.ON_A_PAGE + 6))
    assert older.older is None
