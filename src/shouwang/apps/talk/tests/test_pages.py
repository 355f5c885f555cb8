"""The pages of a room, without a script."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Matter, Type
from shouwang.apps.matters.tests.test_attachments import picture
from shouwang.apps.matters.viewer import ANYBODY, Viewer, Visibility
from shouwang.apps.people.usecases import person_at
from shouwang.apps.talk import arrivals, moderation, private, usecases
from shouwang.apps.talk.models import Member, Post, Room
from shouwang.apps.talk.tests.neighbours import CANARY, neighbour, police, room_of
from shouwang.apps.talk.visitor import SESSION_KEY
from shouwang.kernel.live import log as live
from tests.cast import MONDAY, Cast, as_officer, sign_in

A_DAY = timedelta(days=1)


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def signed_in() -> Any:
    """A browser in which an officer is signed in with a second factor."""

    def browser_of(officer: Any) -> Client:
        client = Client()
        sign_in(client, officer)
        return client

    return browser_of


def test_a_neighbour_comes_in_by_the_poster_reads_the_rules_and_speaks(cast: Cast, client: Client) -> None:
    room = room_of(cast, open_to_read=False, rules="说话和气。")
    assert client.get("/rooms/liuxi/").status_code == 404
    assert client.post("/rooms/join/", {"code": "222222"}).status_code == 400
    came = client.post("/rooms/join/", {"code": room.join_code.lower()}, follow=True)
    assert "说话和气" in text_of(came)
    assert "只有群里的人" in text_of(came)
    came = client.post(f"/rooms/join/{room.join_code}/", {"nickname": "白鹭"}, follow=True)
    assert came.redirect_chain[-1][0] == "/rooms/liuxi/#last"
    said = client.post("/rooms/liuxi/post/", {"body": "早。", "client_id": "x1"}, follow=True)
    assert "早。" in text_of(said)
    client.post("/rooms/liuxi/post/", {"body": "早。", "client_id": "x1"})
    assert Post.objects.count() == 1


def test_a_suggested_name_is_one_press(cast: Cast, client: Client) -> None:
    room_of(cast)
    page = text_of(client.get("/rooms/liuxi/join/"))
    name = re.findall(r'name="suggested" value="([^"]+)"', page)[0]
    client.post("/rooms/liuxi/join/", {"nickname": "", "suggested": name})
    assert Member.objects.get().nickname == name


def test_a_bad_name_comes_back_with_what_to_change(cast: Cast, client: Client) -> None:
    room_of(cast)
    came = client.post("/rooms/liuxi/join/", {"nickname": "陈警官"})
    assert came.status_code == 400
    assert "以为是民警" in text_of(came)


def test_a_stranger_reads_an_open_room_and_is_told_how_to_speak(cast: Cast, client: Client) -> None:
    room = room_of(cast)
    neighbour(room, "白鹭").says("早。")
    page = text_of(client.get("/rooms/liuxi/"))
    assert "早。" in page
    assert "先进群" in page
    assert 'id="say"' not in page
    assert client.post("/rooms/liuxi/post/", {"body": "早。"}).status_code == 403
    assert Post.objects.count() == 1


class TestHeldBack:
    def test_the_writer_is_asked_and_nothing_is_lost(self, cast: Cast, client: Client) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        body = f"身份证 {CANARY} 丢了"
        page = text_of(egret.open_in(client).post("/rooms/liuxi/post/", {"body": body, "client_id": "x1"}))
        assert body in page
        assert "身份证 〔证件〕 丢了" in page
        assert 'value="x1"' in page
        assert not Post.objects.exists()
        told = client.post("/rooms/liuxi/post/", {"body": body}, headers={"accept": "application/json"})
        assert told.json() == {"held": True}

    def test_private_shows_the_code_once_and_the_room_nothing(self, cast: Cast, client: Client) -> None:
        egret = neighbour(room_of(cast), "白鹭")
        given = {"body": f"身份证 {CANARY} 丢了", "client_id": "x1", "how": "private"}
        came = egret.open_in(client).post("/rooms/liuxi/held/", given, follow=True)
        assert re.search(r"查询码.*[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text_of(came))
        assert "还没有人说话" in text_of(client.get("/rooms/liuxi/"))

    @pytest.mark.parametrize(
        ("how", "body", "shown"),
        [("masked", f"身份证 {CANARY} 丢了", "身份证 〔证件〕 丢了"), ("changed", "身份证丢了", "身份证丢了")],
    )
    def test_masked_or_changed_it_is_published(
        self, cast: Cast, client: Client, how: str, body: str, shown: str
    ) -> None:
        neighbour(room_of(cast), "白鹭").open_in(client)
        came = client.post("/rooms/liuxi/held/", {"body": body, "how": how, "client_id": "x1"}, follow=True)
        assert shown in text_of(came)
        assert CANARY not in text_of(came)

    def test_changed_but_still_telling_is_asked_again(self, cast: Cast, client: Client) -> None:
        neighbour(room_of(cast), "白鹭").open_in(client)
        came = client.post("/rooms/liuxi/held/", {"body": f"是 {CANARY}", "how": "changed", "client_id": "x1"})
        assert "还没有发到群里" in text_of(came)


def test_words_of_danger_bring_the_number_and_a_way_to_speak_alone(cast: Cast, client: Client) -> None:
    egret, other = neighbour(room_of(cast), "白鹭"), Client()
    came = egret.open_in(client).post("/rooms/liuxi/post/", {"body": "他拿着刀砸门，救命"}, follow=True)
    number = Matter.objects.get().number
    assert "值班室正在响铃" in text_of(came)
    assert f'href="/m/{number}/"' in text_of(came)
    assert client.get(f"/m/{number}/").status_code == 200
    group = text_of(other.get("/rooms/liuxi/"))
    assert "值班室" not in group
    assert number not in group


def test_what_happened_to_somebody_is_offered_a_private_talk(cast: Cast, client: Client) -> None:
    egret = neighbour(room_of(cast), "白鹭")
    came = egret.open_in(client).post("/rooms/liuxi/post/", {"body": "我上周被骗了两百"}, follow=True)
    assert "听起来您遇到了事" in text_of(came)
    assert "听起来您遇到了事" not in text_of(Client().get("/rooms/liuxi/?offer=1"))
    came = client.post("/rooms/liuxi/1/private/", follow=True)
    assert "查询码" in text_of(came)
    assert "有一位居民转到私聊了" in text_of(Client().get("/rooms/liuxi/"))


def test_a_post_an_officer_moved_leads_its_writer_to_the_code(cast: Cast, client: Client, signed_in: Any) -> None:
    egret = neighbour(room_of(cast), "白鹭")
    egret.says("我上周被骗了两百")
    officer = signed_in(cast.chen)
    moved = officer.post(
        "/rooms/liuxi/1/move/", {"reason": "细节单独说。", "kind": "report", "hides": "on"}, follow=True
    )
    assert Matter.objects.get().number in text_of(moved)
    assert "去私聊" in text_of(egret.open_in(client).get("/rooms/liuxi/"))
    assert Client().post("/rooms/liuxi/1/matter/").status_code == 404
    came = client.post("/rooms/liuxi/1/matter/", follow=True)
    code = re.search(r"([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})", text_of(came))
    assert code is not None
    again = Client().post("/find/", {"code": code[1]}, follow=True)
    assert "我上周被骗了两百" in text_of(again)


def test_moderation_by_hand_from_hiding_to_the_second_officers_decision(
    cast: Cast, client: Client, signed_in: Any
) -> None:
    egret = neighbour(room_of(cast), "白鹭")
    egret.says("村头那家是骗子")
    chen = signed_in(cast.chen)
    assert "请写明原因" in text_of(chen.post("/rooms/liuxi/1/hide/", {"reason": ""}, follow=True))
    chen.post("/rooms/liuxi/1/hide/", {"reason": "没有根据的指责。"})
    page = text_of(egret.open_in(client).get("/rooms/liuxi/"))
    act = re.search(r"/rooms/liuxi/acts/(\d+)/appeal/", page)
    assert act is not None
    assert Client().get(act[0]).status_code == 404
    appealed = text_of(client.post(act[0], {"words": "说的是电影。"}, follow=True))
    assert re.search("由另一位民警来看，最迟 .+ 答复，结果写在这一页", appealed)
    assert "要由另一位民警来看" in text_of(chen.get("/rooms/liuxi/moderation/"))
    zhou = signed_in(cast.zhou)
    decide = act[0].replace("appeal", "decide")
    zhou.post(decide, {"upheld": "0", "words": "是误会。"})
    assert "村头那家是骗子" in text_of(Client().get("/rooms/liuxi/"))
    assert "是误会。" in text_of(client.get(act[0]))


@pytest.mark.parametrize("who", [None, "meng", "shi", "admin"])
def test_the_pages_of_moderation_open_for_the_rooms_police_only(
    cast: Cast, client: Client, signed_in: Any, who: str | None
) -> None:
    room = room_of(cast)
    neighbour(room, "白鹭").says("早。")
    visitor = signed_in(cast.everybody()[who]) if who else client
    assert visitor.get("/rooms/liuxi/moderation/").status_code == 403
    for what in ("hide", "show", "mute", "unmute", "move", "gather"):
        given = {"reason": "x", "minutes": "60", "kind": "report"}
        assert visitor.post(f"/rooms/liuxi/1/{what}/", given).status_code == 403, what
    assert "隐藏这条" not in text_of(visitor.get("/rooms/liuxi/1/"))


def test_what_did_not_go_through_comes_back_with_what_was_typed(cast: Cast, signed_in: Any) -> None:
    neighbour(room_of(cast), "白鹭").says("路灯坏了")
    chen = signed_in(cast.chen)
    came = chen.post("/rooms/liuxi/1/gather/", {"kind": "suggestion", "done": "白鹭家门口的灯修好了。"})
    assert came.status_code == 400
    assert "还有能认出人的地方：白鹭" in text_of(came)
    assert "白鹭家门口的灯修好了。</textarea>" in text_of(came)
    came = chen.post("/rooms/liuxi/1/mute/", {"reason": "", "minutes": "1440"})
    assert "请写明原因" in text_of(came)
    assert '<option value="1440" selected>' in text_of(came)
    came = chen.post("/rooms/liuxi/1/gather/", {"kind": "suggestion", "done": "修好了。"}, follow=True)
    assert "已收进汇总（建议）" in text_of(came)
    assert "修好了。</textarea>" in text_of(came), "what was written is there to be changed"


def test_an_answer_goes_back_when_it_names_nobody(cast: Cast, client: Client, signed_in: Any) -> None:
    moved = private.move_to_private(
        neighbour(room_of(cast), "白鹭").says("孩子户口怎么上？"), by=cast.chen, reason="看材料。", at=MONDAY
    )
    matters.say(moved.matter, viewer=as_officer(cast.chen), at=MONDAY, body="打 13800000000。")
    address = f"/rooms/back/{moved.matter.number}/{moved.matter.entries.filter(type=Type.MESSAGE).latest('seq').seq}/"
    assert client.get(address).status_code == 404
    chen = signed_in(cast.chen)
    assert "打 〔电话〕。" in text_of(chen.get(address))
    assert "13800000000" in text_of(chen.post(address, {"text": "打 13800000000。"}))
    assert "带出生证来。" in text_of(chen.post(address, {"text": "带出生证来。"}, follow=True))
    assert "带出生证来。" in text_of(client.get("/rooms/liuxi/"))


PLACES = ("/rooms/", "/rooms/liuxi/", "/rooms/liuxi/1/", "/rooms/liuxi/search/?q=身份证")


def test_an_identity_number_reaches_no_page_and_no_stream(cast: Cast, client: Client, signed_in: Any) -> None:
    room = room_of(cast)
    egret = neighbour(room, "白鹭")
    person = person_at("qq", "10000123", at=MONDAY)
    post = arrivals.receive_group_message(
        room, person=person, nickname="老王", body=f"身份证 {CANARY} 丢了", remote_id="m1", at=MONDAY
    )
    moderation.gather(post, kind="question", by=cast.chen, at=MONDAY)
    egret.open_in(client).post("/rooms/liuxi/post/", {"body": f"我的也丢了 {CANARY}"})
    visitors = {"stranger": Client(), "member": client, "police": signed_in(cast.chen)}
    for who, visitor in visitors.items():
        for place in PLACES:
            assert CANARY not in text_of(visitor.get(place)), (who, place)
    assert CANARY not in str(live.read(room.stream, 0)) + str(live.read(f"desk:{cast.qingshi.pk}", 0))


@pytest.mark.parametrize(("page", "queries"), [("/rooms/", 6), ("/rooms/liuxi/", 14)])
def test_the_number_of_queries_does_not_grow(
    cast: Cast, client: Client, django_assert_num_queries: Any, page: str, queries: int
) -> None:
    room = room_of(cast)
    room_of(cast, slug="xiqiao", name="溪桥警务群")
    egret = neighbour(room, "白鹭")
    egret.open_in(client)
    post = egret.says("第一句")
    usecases.speak(room, visitor=police(cast.chen), body="第二句，还没有读", at=MONDAY)
    with django_assert_num_queries(queries):
        client.get(page)
    for n in range(20):
        usecases.speak(room, visitor=police(cast.chen), body=f"第{n}条", at=MONDAY)
    other = neighbour(room, "喜鹊")
    moderation.hide(other.says("骗子"), by=cast.chen, reason="没有根据。", at=MONDAY)
    private.move_to_private(post, by=cast.chen, reason="单独说。", at=MONDAY)
    with django_assert_num_queries(queries):
        client.get(page)


def test_typing_is_heard_by_whoever_may_read_and_is_not_kept(cast: Cast, client: Client, monkeypatch: Any) -> None:
    room = room_of(cast)
    egret = neighbour(room, "白鹭")
    whispered: list[tuple[object, ...]] = []
    monkeypatch.setattr(live, "whisper", lambda *said, audience: whispered.append((*said, audience)))
    assert client.post("/rooms/liuxi/typing/").status_code == 403
    egret.open_in(client)
    for _ in range(3):
        assert client.post("/rooms/liuxi/typing/").status_code == 204
    assert whispered == [(room.stream, "typing", {"name": "白鹭"}, Visibility.PUBLIC)]


class TestPictures:
    def _sends(self, client: Client, body: str = "看照片", **more: str) -> Any:
        given = {"body": body, "attached": picture(), "client_id": "x1", **more}
        return client.post("/rooms/liuxi/post/", given, follow=True)

    def test_whoever_reads_the_room_sees_it_and_nobody_else(self, cast: Cast, client: Client) -> None:
        room = room_of(cast, open_to_read=False)
        page = text_of(self._sends(neighbour(room, "白鹭").open_in(client)))
        ref = StoredFile.objects.get().ref
        assert f"/rooms/liuxi/files/{ref}/thumb/" in page
        assert client.get(f"/rooms/liuxi/files/{ref}/thumb/").status_code == 200
        assert Client().get(f"/rooms/liuxi/files/{ref}/").status_code == 404
        assert Client().get(f"/files/{ref}").status_code == 403
        assert live.read(room.stream, 0)[0].payload["files"] == [{"ref": ref, "kind": "picture"}]
        Room.objects.update(open_to_read=True)
        assert Client().get(f"/rooms/liuxi/files/{ref}/").status_code == 200

    def test_a_retry_stores_nothing_new(self, cast: Cast, client: Client) -> None:
        neighbour(room_of(cast), "白鹭").open_in(client)
        for _ in range(2):
            self._sends(client)
        assert (Post.objects.count(), StoredFile.objects.count()) == (1, 1)

    def test_hidden_with_its_post(self, cast: Cast, client: Client) -> None:
        self._sends(neighbour(room_of(cast), "白鹭").open_in(client))
        moderation.hide(Post.objects.get(), by=cast.chen, reason="照到了别人。", at=MONDAY)
        address = f"/rooms/liuxi/files/{StoredFile.objects.get().ref}/"
        assert (Client().get(address).status_code, client.get(address).status_code) == (403, 200)

    def test_kept_while_the_writer_is_asked_and_private_with_the_words(
        self, cast: Cast, client: Client, signed_in: Any
    ) -> None:
        page = text_of(self._sends(neighbour(room_of(cast), "白鹭").open_in(client), body=f"证件 {CANARY}"))
        ref = StoredFile.objects.get().ref
        assert f'name="refs" value="{ref}"' in page
        given = {"body": f"证件 {CANARY}", "how": "private", "refs": ref, "client_id": "x1"}
        assert f"/files/{ref}" in text_of(client.post("/rooms/liuxi/held/", given, follow=True))
        assert client.get(f"/files/{ref}").status_code == 200
        assert signed_in(cast.chen).get(f"/files/{ref}").status_code == 200
        assert Client().get(f"/files/{ref}").status_code == 403

    def test_moved_with_its_post_and_opened_by_the_matter(self, cast: Cast, client: Client, signed_in: Any) -> None:
        self._sends(neighbour(room_of(cast), "白鹭").open_in(client))
        private.move_to_private(Post.objects.get(), by=cast.chen, reason="照到了别人。", at=MONDAY)
        ref = StoredFile.objects.get().ref
        assert f"/files/{ref}" in text_of(client.post("/rooms/liuxi/1/matter/", follow=True))
        assert client.get(f"/files/{ref}").status_code == 200
        assert Client().get(f"/rooms/liuxi/files/{ref}/").status_code == 403

    def test_a_place_stands_below_the_words(self, cast: Cast, client: Client) -> None:
        neighbour(room_of(cast), "白鹭").open_in(client)
        given = {"body": "", "longitude": "118.87", "latitude": "28.95"}
        assert "geo:28.95,118.87" in text_of(client.post("/rooms/liuxi/post/", given, follow=True))


def test_a_mute_is_explained_with_the_ways_on(cast: Cast, client: Client) -> None:
    egret = neighbour(room_of(cast), "白鹭")
    moderation.mute(egret.joined.member, by=cast.chen, lasting=A_DAY, reason="刷屏。", at=timezone.now())
    page = text_of(egret.open_in(client).get("/rooms/liuxi/"))
    assert "您被禁言到" in page
    assert "刷屏。" in page
    assert "申诉" in page
    assert 'id="say"' not in page


def test_leaving_and_coming_back(cast: Cast, client: Client) -> None:
    egret = neighbour(room_of(cast), "白鹭")
    egret.open_in(client).post("/rooms/liuxi/leave/")
    assert 'id="say"' not in text_of(client.get("/rooms/liuxi/"))
    client.post("/rooms/liuxi/join/", {"nickname": "白鹭"})
    assert Member.objects.count() == 1
    assert 'id="say"' in text_of(client.get("/rooms/liuxi/"))
    assert client.session[SESSION_KEY] == {str(egret.room.pk): egret.joined.token}


def test_a_secret_of_another_room_opens_nothing(cast: Cast, client: Client) -> None:
    here, there = room_of(cast), room_of(cast, slug="xiqiao", name="溪桥", open_to_read=False)
    egret = neighbour(here, "白鹭")
    session = client.session
    session[SESSION_KEY] = {str(there.pk): egret.joined.token}
    session.save()
    assert client.get("/rooms/xiqiao/").status_code == 404
    assert Viewer() == ANYBODY


def test_nothing_yet_says_what_will_be_here(cast: Cast, client: Client) -> None:
    assert "会出现在这里" in text_of(client.get("/rooms/"))
    room_of(cast)
    assert "还没有人说话" in text_of(client.get("/rooms/liuxi/"))
    assert "写一两个词" in text_of(client.get("/rooms/liuxi/search/"))
    assert "没有找到" in text_of(client.get("/rooms/liuxi/search/?q=路灯"))
