"""What neighbours asked, and what became of it: drafted by the house, put into words by an officer, true on every later day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Matter
from shouwang.apps.openness import dump, measures, usecases
from shouwang.apps.openness.errors import NotADraft, NothingToPublish, TellsWho
from shouwang.apps.openness.facts import DigestPublished
from shouwang.apps.openness.models import Digest, DigestItem
from shouwang.apps.openness.outcomes import latest_outcomes, tell
from shouwang.apps.openness.policy import may_edit, may_write_digests
from shouwang.apps.people.models import Person
from shouwang.apps.talk import moderation, private
from shouwang.apps.talk.models import Gathered, Member, Post, Room
from shouwang.apps.talk.tests.neighbours import neighbour, police, room_of
from shouwang.apps.talk.usecases import open_room, speak
from shouwang.apps.units.models import Role, Unit
from shouwang.kernel import events
from shouwang.kernel.errors import Conflict, Refused
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, as_officer, at, officer, sign_in, with_code

from .conftest import Clock

pytestmark = pytest.mark.django_db
NEXT_MONDAY = MONDAY + timedelta(days=7)
WORDS = "我叫张晓梅，住柳溪村三组，桥头的路灯坏了，电话 13800138000"


def ask(cast: Cast, kind: str, *, when: Any = MONDAY, **more: Any) -> Matter:
    given: dict[str, Any] = {"channel": "web", "body": WORDS, "title": WORDS[:30], "community": cast.liuxi, **more}
    return matters.open_matter(given.pop("unit", cast.qingshi), kind=kind, at=when, **given).matter


def the_draft(at_: Any = NEXT_MONDAY) -> Digest:
    usecases.draft_last_week(at=at_)
    return Digest.objects.get()


def published(cast: Cast, sentence: str = "桥头的路灯坏了。") -> Digest:
    digest = the_draft()
    for item in digest.items.all():
        usecases.write_item(item, by=cast.liang, sentence=sentence, shown=True, at=NEXT_MONDAY)
    return usecases.publish_digest(digest, by=cast.liang, at=NEXT_MONDAY)


def said_in_the_room(
    cast: Cast,
    words: str = "桥头的路灯坏了，黑漆漆的",
    *,
    kind: str = "suggestion",
    gathered: Any = MONDAY + timedelta(hours=1),
    room: Room | None = None,
) -> Post:
    """A neighbour says something in the room of 柳溪; an officer gathers it, unless `gathered` is None."""
    room = room or Room.objects.filter(slug="liuxi").first() or room_of(cast)
    post = neighbour(room, f"白鹭{Member.objects.count() or ''}").says(words)
    if gathered is not None:
        moderation.gather(post, kind=kind, by=cast.chen, at=gathered)
    return post


@pytest.fixture
def heard() -> Iterator[list[DigestPublished]]:
    """Every `DigestPublished` that was told."""
    said: list[DigestPublished] = []

    def hear(event: DigestPublished) -> None:
        said.append(event)

    events.listen(DigestPublished)(hear)
    yield said
    events._listeners[DigestPublished].remove(hear)  # type: ignore[arg-type]


class TestDrafting:
    def test_a_week_of_a_community_becomes_one_draft(self, cast: Cast) -> None:
        for kind in ("suggestion", "problem", "consultation"):
            ask(cast, kind)
        ask(cast, "suggestion", when=NEXT_MONDAY)
        digest = the_draft()
        assert (digest.slug, digest.since, digest.community) == ("liuxi-2026w48", date(2026, 11, 23), cast.liuxi)
        assert [item.matter.kind for item in digest.items.all()] == ["suggestion", "problem", "consultation"]
        assert digest.state == "draft"

    def test_it_may_be_asked_for_at_any_time_and_twice(self, cast: Cast) -> None:
        ask(cast, "suggestion")
        assert usecases.draft_last_week(at=NEXT_MONDAY) == 1
        assert usecases.draft_last_week(at=NEXT_MONDAY + timedelta(hours=30)) == 0
        assert usecases.draft_last_week(at=NEXT_MONDAY + timedelta(days=7)) == 0
        assert Digest.objects.count() == 1

    def test_weeks_that_were_missed_are_made_up_for(self, cast: Cast) -> None:
        ask(cast, "suggestion", when=MONDAY - timedelta(days=14))
        assert usecases.draft_last_week(at=NEXT_MONDAY) == 1

    @pytest.mark.parametrize("kind", ["complaint", "report", "help", "disclosure", "service"])
    def test_kinds_meant_for_few_are_never_in_it(self, cast: Cast, kind: str) -> None:
        ask(cast, kind)
        assert usecases.draft_last_week(at=NEXT_MONDAY) == 0

    def test_safe_contact_danger_and_what_is_kept_from_somebody_are_never_in_it(self, cast: Cast) -> None:
        ask(cast, "problem", safe_contact=True)
        ask(cast, "problem", body="他拿着刀在门口，救命")
        ask(cast, "problem").kept_from.add(cast.chen)
        assert usecases.draft_last_week(at=NEXT_MONDAY) == 0

    def test_what_belongs_to_no_community_is_the_stations(self, cast: Cast) -> None:
        ask(cast, "suggestion", community=None, unit=cast.hewan)
        assert the_draft().slug == "station-hw-2026w48"
        assert the_draft().place == "河湾派出所"

    def test_a_draft_holds_nobodys_words(self, cast: Cast) -> None:
        ask(cast, "suggestion")
        ask(cast, "problem")
        digest = the_draft()
        assert {item.public_sentence for item in digest.items.all()} == {""}
        told = [one.asked for one in tell(digest.items.shown().with_all(), NEXT_MONDAY)]
        assert told == ["一位邻居提了一条建议。", "一位邻居反映了社区里的一个问题。"]

    def test_questions_are_shown_only_in_an_officers_words(self, cast: Cast) -> None:
        ask(cast, "consultation")
        digest = the_draft()
        item = digest.items.get()
        usecases.write_item(item, by=cast.liang, sentence="", shown=True, at=NEXT_MONDAY)
        assert not digest.items.shown().exists()
        usecases.write_item(item, by=cast.liang, sentence="新生儿怎样上户口？", shown=True, at=NEXT_MONDAY)
        assert [one.asked for one in tell(digest.items.shown().with_all(), NEXT_MONDAY)] == ["新生儿怎样上户口？"]


class TestWhoMay:
    def test_community_officers_chiefs_and_the_bureau_write(self, cast: Cast) -> None:
        ask(cast, "suggestion")
        digest = the_draft()
        wei = officer("wei", "魏来", "魏警官", cast.liuxi_post, Role.COMMUNITY_OFFICER)
        may = {name for name, one in {**cast.everybody(), "wei": wei}.items() if may_edit(one, digest)}
        assert may == {"liang", "shao", "wei"}

    def test_the_list_and_the_rule_agree(self, cast: Cast) -> None:
        ask(cast, "suggestion")
        ask(cast, "suggestion", community=None, unit=cast.hewan)
        usecases.draft_last_week(at=NEXT_MONDAY)
        cast.liuxi.officer = cast.chen
        cast.liuxi.save()
        for one in cast.everybody().values():
            listed = set(Digest.objects.editable_by(one))
            assert listed == {digest for digest in Digest.objects.all() if may_edit(one, digest)}
            assert not listed or may_write_digests(one)

    def test_others_are_refused(self, cast: Cast) -> None:
        ask(cast, "suggestion")
        digest = the_draft()
        with pytest.raises(Refused):
            usecases.publish_digest(digest, by=cast.chen, at=NEXT_MONDAY)
        with pytest.raises(Refused):
            usecases.write_item(digest.items.get(), by=cast.fan, sentence="x", shown=True, at=NEXT_MONDAY)


class TestPublishing:
    @pytest.mark.parametrize(
        "sentence",
        [
            "桥头的路灯坏了，找 13800138000。",
            "我叫张晓梅，桥头的路灯坏了。",
            "柳溪村三组12号门口的路灯坏了。",
            "张晓梅说桥头的路灯坏了。",
            "月季花说桥头的路灯坏了。",
            "见 QS-2026-00001-9，路灯坏了。",
            "查询码 7K4M-2QXD-9TBC。",
        ],
    )
    def test_a_sentence_that_tells_who_is_refused(self, cast: Cast, sentence: str) -> None:
        reporter = Person.objects.create(name="张晓梅", pseudonym="月季花", phone="13800138000", created_at=MONDAY)
        ask(cast, "problem", reporter=reporter)
        with pytest.raises(TellsWho):
            published(cast, sentence)
        assert Digest.objects.get().state == "draft"

    def test_the_stations_own_number_tells_nobody(self, cast: Cast) -> None:
        ask(cast, "problem")
        assert published(cast, "路灯坏了，打 0570-0000110 也可以。").state == "published"

    def test_an_empty_digest_is_not_published(self, cast: Cast) -> None:
        ask(cast, "consultation")
        with pytest.raises(NothingToPublish):
            usecases.publish_digest(the_draft(), by=cast.liang, at=NEXT_MONDAY)

    def test_it_is_told_and_recorded_once(self, cast: Cast, heard: list[DigestPublished]) -> None:
        ask(cast, "problem")
        digest = published(cast)
        assert heard == [
            DigestPublished(digest.pk, cast.qingshi.pk, cast.liuxi.pk, "/digest/liuxi-2026w48/", NEXT_MONDAY)
        ]
        with pytest.raises(Conflict):
            usecases.publish_digest(digest, by=cast.liang, at=NEXT_MONDAY)
        assert len(heard) == 1
        assert AuditRow.objects.filter(action="openness.digest_published").count() == 1

    def test_published_sentences_are_changed_only_after_taking_it_back(self, cast: Cast, client: Client) -> None:
        ask(cast, "problem")
        digest = published(cast)
        with pytest.raises(NotADraft):
            usecases.write_item(digest.items.get(), by=cast.liang, sentence="别的", shown=True, at=NEXT_MONDAY)
        usecases.withdraw_digest(digest, by=cast.liang, reason="写错了地方", at=NEXT_MONDAY)
        assert client.get("/digest/liuxi-2026w48/").status_code == 404
        usecases.write_item(digest.items.get(), by=cast.liang, sentence="别的", shown=True, at=NEXT_MONDAY)

    def test_what_comes_later_does_not_slip_into_a_published_one(self, cast: Cast) -> None:
        ask(cast, "problem")
        digest = published(cast)
        ask(cast, "problem", when=MONDAY + timedelta(days=1))
        assert usecases.draft_last_week(at=NEXT_MONDAY) == 0
        assert digest.items.count() == 1


class TestWhatBecameOfIt:
    def test_the_page_tells_the_present_and_no_name(self, cast: Cast, client: Client, clock: Clock) -> None:
        matter = ask(cast, "problem")
        matters.say(matter, viewer=as_officer(cast.chen), body="陈警官看过了", at=MONDAY + timedelta(hours=1))
        published(cast)

        clock.at(NEXT_MONDAY)
        page = client.get("/digest/liuxi-2026w48/").text
        assert "桥头的路灯坏了。" in page
        assert "还在办，最迟12月2日前有结果。由青石镇派出所的值班民警负责。" in page

        clock.at(NEXT_MONDAY + timedelta(days=10))
        assert "已经晚了 8 天。由青石镇派出所的值班民警负责。" in client.get("/digest/liuxi-2026w48/").text

        matter.refresh_from_db()
        matters.close(matter, by=cast.chen, reason="solved", words="张晓梅家的灯修好了", at=at("2026-12-11 10:00"))
        clock.at(at("2026-12-12 09:00"))
        page = client.get("/digest/liuxi-2026w48/").text
        assert "12月11日办结：已解决。" in page
        assert "最后更新：昨天 10:00" in page
        for hidden in ("张晓梅", "13800138000", matter.number, "陈警官", "陈建国", matter.title):
            assert hidden not in page

    def test_a_dispute_is_told(self, cast: Cast, clock: Clock) -> None:
        opened = matters.open_matter(
            cast.qingshi, kind="problem", channel="web", at=MONDAY, body="灯坏了", community=cast.liuxi, by=cast.chen
        )
        matters.close(opened.matter, by=cast.chen, reason="solved", words="好了", at=MONDAY + timedelta(hours=2))
        matters.dispute(opened.matter, viewer=with_code(opened), words="没好", at=MONDAY + timedelta(hours=4))
        told = tell(published(cast).items.shown().with_all(), NEXT_MONDAY)
        assert told[0].outcome == "提的人对结果不满意，青石镇派出所的所长正在重新看。"

    def test_what_became_delicate_later_disappears(self, cast: Cast, client: Client) -> None:
        matter = ask(cast, "problem")
        published(cast)
        Matter.objects.filter(pk=matter.pk).update(safe_contact=True)
        assert "桥头" not in client.get("/digest/liuxi-2026w48/").text
        assert latest_outcomes(cast.qingshi, 3) == []

    def test_home_shows_the_latest_of_this_station_only(self, cast: Cast, client: Client) -> None:
        ask(cast, "problem")
        usecases.draft_last_week(at=NEXT_MONDAY)
        assert "后来怎样了" not in client.get("/").text, "a draft is nobody's to read"
        published(cast)
        page = client.get("/").text
        assert "大家提的，后来怎样了" in page
        assert 'href="/digest/liuxi-2026w48/">桥头的路灯坏了。' in page
        assert "桥头" not in client.get("/?station=HW").text

    def test_the_number_of_queries_does_not_grow(
        self, cast: Cast, client: Client, django_assert_num_queries: Any
    ) -> None:
        for n in range(2):
            ask(cast, "problem", when=MONDAY + timedelta(hours=n), by=cast.chen)
        said_in_the_room(cast)
        published(cast)
        client.get("/digest/liuxi-2026w48/")
        with django_assert_num_queries(QUERIES_OF_A_DIGEST):
            client.get("/digest/liuxi-2026w48/")
        digest = Digest.objects.get()
        for n in range(4):
            DigestItem.objects.create(
                digest=digest, matter=ask(cast, "suggestion", when=MONDAY + timedelta(days=1, hours=n))
            )
            DigestItem.objects.create(digest=digest, post=said_in_the_room(cast, f"第{n}件"))
        with django_assert_num_queries(QUERIES_OF_A_DIGEST):
            client.get("/digest/liuxi-2026w48/")


#: The digest, its items, the marks of posts, officers' posts, guides, replies in rooms, the last change, the frame's station.
QUERIES_OF_A_DIGEST = 8


class TestFromTheRoom:
    """What an officer gathered in a room of the community is part of the same page."""

    def test_a_gathered_post_joins_the_draft_of_its_week_without_its_words(self, cast: Cast) -> None:
        ask(cast, "suggestion")
        post = said_in_the_room(cast)
        digest = the_draft()
        assert digest.slug == "liuxi-2026w48"
        assert [(item.kind, item.post, item.public_sentence) for item in digest.items.all()][-1] == (
            "suggestion", post, "",
        )  # fmt: skip
        told = tell(digest.items.shown().with_all(), NEXT_MONDAY)
        assert [one.asked for one in told] == ["一位邻居提了一条建议。"] * 2
        assert told[-1].outcome == "还在办，有结果写在这里。"
        assert usecases.draft_last_week(at=NEXT_MONDAY + timedelta(hours=2)) == 0

    def test_a_room_of_no_community_is_told_by_the_station(self, cast: Cast) -> None:
        said_in_the_room(cast, room=room_of(cast, community=None, slug="all", name="青石群"))
        assert the_draft().slug == "station-qs-2026w48"

    def test_gathered_late_it_comes_in_the_week_in_which_it_was_gathered(self, cast: Cast) -> None:
        post = said_in_the_room(cast, gathered=None)
        ask(cast, "problem")
        published(cast)
        late = NEXT_MONDAY + timedelta(days=2)
        moderation.gather(post, kind="suggestion", by=cast.chen, at=late)
        assert usecases.draft_last_week(at=late) == 0, "its own week is public, and this week is not over"
        assert usecases.draft_last_week(at=NEXT_MONDAY + timedelta(days=7)) == 1
        assert DigestItem.objects.get(post=post).digest.slug == "liuxi-2026w49"

    def test_gathered_while_its_week_is_a_draft_it_joins_it(self, cast: Cast) -> None:
        post = said_in_the_room(cast, gathered=None)
        ask(cast, "problem")
        the_draft()
        moderation.gather(post, kind="suggestion", by=cast.chen, at=NEXT_MONDAY)
        usecases.draft_last_week(at=NEXT_MONDAY + timedelta(hours=1))
        assert DigestItem.objects.get(post=post).digest == the_draft()

    def test_the_page_follows_what_the_officer_writes_in_the_room(
        self, cast: Cast, client: Client, clock: Clock
    ) -> None:
        post = said_in_the_room(cast)
        published(cast)
        clock.at(NEXT_MONDAY + timedelta(days=1))
        moderation.gather(
            post, kind="suggestion", by=cast.chen, done="供电所来修过了。", at=NEXT_MONDAY + timedelta(hours=3)
        )
        page = client.get("/digest/liuxi-2026w48/").text
        assert "供电所来修过了。" in page
        assert "最后更新：昨天 12:00" in page
        for hidden in ("白鹭", post.body, "陈警官"):
            assert hidden not in page
        assert "供电所来修过了。" in client.get("/").text

    def test_a_question_is_answered_by_an_officers_reply(self, cast: Cast) -> None:
        post = said_in_the_room(cast, "身份证怎么换？", kind="question")
        speak(post.room, visitor=police(cast.chen), body="带旧证来。", reply_to=post.seq, at=MONDAY + timedelta(days=1))
        digest = published(cast, "身份证到期了怎么换？")
        (told,) = tell(digest.items.shown().with_all(), NEXT_MONDAY)
        assert (told.is_question, told.answered, told.outcome) == (True, True, "11月24日在群里答复了。")

    def test_taken_out_hidden_moved_or_taken_back_it_leaves_the_page(self, cast: Cast) -> None:
        posts = [
            said_in_the_room(cast, words) for words in ("路灯坏了", "要个公交站", "我家被偷了", "桥要修", "说错了")
        ]
        digest = published(cast)
        moderation.gather(posts[0], kind="out", by=cast.chen, at=NEXT_MONDAY)
        moderation.hide(posts[1], by=cast.chen, reason="没有根据。", at=NEXT_MONDAY)
        private.move_to_private(posts[2], by=cast.chen, reason="单独说。", at=NEXT_MONDAY)
        moderation.take_back(posts[4], by_writer=True, at=NEXT_MONDAY)
        assert [item.post for item in digest.items.shown()] == [posts[3]]

    @pytest.mark.parametrize("sentence", ["白鹭说路灯坏了。", "柳溪村三组12号门口的路灯坏了。"])
    def test_a_sentence_that_tells_who_said_it_is_refused(self, cast: Cast, sentence: str) -> None:
        said_in_the_room(cast)
        with pytest.raises(TellsWho):
            published(cast, sentence)

    def test_what_was_written_before_the_rule_is_judged_too(self, cast: Cast) -> None:
        post = said_in_the_room(cast, gathered=None)
        Gathered.objects.create(post=post, kind="suggestion", done="白鹭家的灯修好了。", by=cast.chen, at=MONDAY)
        with pytest.raises(TellsWho, match="白鹭"):
            published(cast, "")

    def test_the_officer_who_writes_sees_the_words(self, cast: Cast, client: Client) -> None:
        post = said_in_the_room(cast)
        the_draft()
        sign_in(client, cast.liang)
        page = client.get("/desk/digests/liuxi-2026w48/").text
        assert f'href="/rooms/liuxi/{post.seq}/">桥头的路灯坏了' in page

    def test_whoever_may_not_read_the_room_does_not_see_them(self, cast: Cast, client: Client) -> None:
        post = said_in_the_room(cast, room=room_of(cast, open_to_read=False))
        the_draft()
        outside = officer("wei", "魏来", "魏警官", cast.hewan, Role.DUTY_OFFICER)
        cast.liuxi.officer = outside
        cast.liuxi.save()
        sign_in(client, outside)
        page = client.get("/desk/digests/liuxi-2026w48/").text
        assert "现在由别的单位办" in page
        assert post.body not in page

    def test_the_rooms_old_address_leads_on(self, cast: Cast, client: Client) -> None:
        room = room_of(cast)
        moved = client.get("/rooms/liuxi/digest/")
        assert (moved.status_code, moved["Location"]) == (301, "/digest/?community=liuxi")
        assert 'href="/digest/?community=liuxi"' in client.get("/rooms/liuxi/").text
        room_of(cast, community=None, slug="all", name="青石群")
        assert client.get("/rooms/all/digest/")["Location"] == "/digest/"
        room.open_to_read = False
        room.save()
        assert client.get("/rooms/liuxi/digest/").status_code == 404


class TestInFigures:
    def test_the_page_counts_from_the_dump(self, cast: Cast, client: Client, clock: Clock) -> None:
        ask(cast, "problem")
        done = said_in_the_room(cast)
        said_in_the_room(cast, "身份证怎么换？", kind="question")
        for n in range(3):
            matter = ask(cast, "consultation", when=MONDAY + timedelta(hours=n))
            matters.say(matter, viewer=as_officer(cast.chen), body="可以。", at=MONDAY + timedelta(hours=4))
        moderation.gather(done, kind="suggestion", by=cast.chen, done="修好了。", at=MONDAY + timedelta(days=1))
        digest = the_draft()
        for item in digest.items.exclude(matter__kind="consultation"):
            usecases.write_item(item, by=cast.liang, sentence="桥头的事。", shown=True, at=NEXT_MONDAY)
        usecases.publish_digest(digest, by=cast.liang, at=NEXT_MONDAY)
        clock.at(NEXT_MONDAY + timedelta(hours=20))
        rows = dump.read(dump.make(NEXT_MONDAY + timedelta(hours=20))).digests
        assert measures.week(rows) == measures.Week(proposed=2, done=1, questions=1, answered=0, besides=3)
        page = client.get("/digest/liuxi-2026w48/").text
        for said in (
            "提的 2 条里，1 条有了结果。",
            "问的 1 件里，0 件已经答复。",
            "另外还答复了 3 个问题。",
            "按 2026-12-01 的公开数据算",
        ):
            assert said in page

    def test_one_or_two_questions_besides_are_not_counted(self, cast: Cast) -> None:
        ask(cast, "problem")
        for n in range(2):
            matter = ask(cast, "consultation", when=MONDAY + timedelta(hours=n))
            matters.say(matter, viewer=as_officer(cast.chen), body="可以。", at=MONDAY + timedelta(hours=4))
        published_without_questions = the_draft()
        usecases.publish_digest(published_without_questions, by=cast.liang, at=NEXT_MONDAY)
        rows = dump.collect(NEXT_MONDAY + timedelta(days=1)).digests
        assert [(row.asked, row.shown, row.state) for row in rows] == [("problem", 1, "open")]

    def test_drafts_and_what_became_delicate_are_not_in_the_dump(self, cast: Cast) -> None:
        matter = ask(cast, "problem")
        the_draft()
        assert dump.collect(NEXT_MONDAY).digests == ()
        usecases.publish_digest(Digest.objects.get(), by=cast.liang, at=NEXT_MONDAY)
        assert len(dump.collect(NEXT_MONDAY).digests) == 1
        Matter.objects.filter(pk=matter.pk).update(safe_contact=True)
        assert dump.collect(NEXT_MONDAY).digests == ()

    def test_a_dump_from_before_there_was_a_table_is_still_read(self, cast: Cast, client: Client, clock: Clock) -> None:
        ask(cast, "problem")
        published(cast)
        clock.at(NEXT_MONDAY)
        there = dump.make(NEXT_MONDAY)
        (there / "digests.csv").unlink()
        whole = json.loads((there / dump.JSON_FILE).read_text())
        del whole["digests"]
        (there / dump.JSON_FILE).write_text(json.dumps(whole))
        assert client.get("/digest/liuxi-2026w48/").status_code == 200
        assert client.get("/numbers/").status_code == 200
        assert f"{there.name}/digests.csv" not in client.get("/numbers/dump/").text
        assert client.get(f"/numbers/dump/{there.name}/digests.csv").status_code == 404


class TestTheDesk:
    def test_an_officer_writes_sees_what_would_tell_and_publishes(self, cast: Cast, client: Client) -> None:
        matter = ask(cast, "problem")
        item = the_draft().items.get()
        sign_in(client, cast.liang)
        assert "/desk/digests/liuxi-2026w48/" in client.get("/desk/digests/").text
        page = client.get("/desk/digests/liuxi-2026w48/").text
        assert matter.title in page, "the officer may read the matter, and so its title"
        field = f"i{item.pk}-sentence"
        said = {field: "桥头的路灯坏了，找 13800138000。", f"i{item.pk}-shown": "on", "publish": "1"}
        page = client.post("/desk/digests/liuxi-2026w48/", said, follow=True).text
        assert "可能让人知道是谁：13800138000" in page
        assert "桥头的路灯坏了，找 13800138000。" in page, "nothing typed is lost"
        client.post("/desk/digests/liuxi-2026w48/", {**said, field: "桥头的路灯坏了。"})
        assert Digest.objects.get().state == "published"
        assert "看公开的页面" in client.get("/desk/digests/liuxi-2026w48/").text
        client.post("/desk/digests/liuxi-2026w48/withdraw/", {"reason": "写错了"})
        assert Digest.objects.get().state == "draft"

    def test_others_do_not_see_it(self, cast: Cast, client: Client) -> None:
        ask(cast, "problem")
        the_draft()
        sign_in(client, cast.fan)
        assert client.get("/desk/digests/liuxi-2026w48/").status_code == 404
        sign_in(client, cast.chen)
        assert client.get("/desk/digests/").status_code == 403
        assert Client().get("/desk/digests/").status_code == 302


@given(st.text(alphabet="张晓梅1380桥头灯坏了，。 ", max_size=30))
def test_no_sentence_with_the_reporters_name_or_number_gets_through(text: str) -> None:
    reporter = Person(name="张晓梅", phone="13800138000", pseudonym="")
    item = DigestItem(
        public_sentence=text, matter=Matter(reporter=reporter), digest=Digest(unit=Unit(name="青石镇派出所"))
    )
    assert bool(usecases.identifying(item)) or ("张晓梅" not in text and "13800138000" not in text)


def test_the_communitys_room_hears_of_it_once(cast: Cast) -> None:
    room = open_room(
        cast.qingshi, name="柳溪村警务群", slug="liuxi", by=cast.liang, at=NEXT_MONDAY, community=cast.liuxi
    )
    ask(cast, "suggestion")
    digest = published(cast)
    usecases.withdraw_digest(digest, by=cast.liang, reason="写错一个字。", at=NEXT_MONDAY)
    usecases.publish_digest(digest, by=cast.liang, at=NEXT_MONDAY)
    (post,) = Post.objects.filter(room=room)
    assert f"/digest/{digest.slug}/" in post.body
