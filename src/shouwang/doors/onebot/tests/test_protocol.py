"""OneBot events become words of the house, and words of the house become calls."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.notices.messages import (
    At,
    Attachment,
    Chat,
    Enclosed,
    Face,
    Film,
    Incoming,
    Link,
    MemberChanged,
    Note,
    Outgoing,
    Picture,
    Recalled,
    Sound,
    Spot,
    Text,
)
from shouwang.doors.onebot.cqcode import Refusal
from shouwang.doors.onebot.protocol import (
    MAX_FRAME_BYTES,
    Accepted,
    Asked,
    Call,
    Handed,
    Heartbeat,
    Lifecycle,
    Refused,
    Unclear,
    Unused,
    fetch_call,
    read_event,
    read_frame,
    read_handed,
    read_message_answer,
    read_send_reply,
    send_call,
)

QUEUED = "the gateway queued the message and will not say what became of it"
AT_NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SECOND = int(AT_NOON.timestamp())


def event(post_type: str, **more: object) -> dict[str, Any]:
    return {"time": SECOND, "self_id": 10000, "post_type": post_type, **more}


def heartbeat(status: object) -> dict[str, Any]:
    return event("meta_event", meta_event_type="heartbeat", status=status)


def group_message(message: object, **more: object) -> dict[str, Any]:
    return event(
        "message",
        message_type="group",
        sub_type="normal",
        message_id=-77,
        group_id=555,
        user_id=20001,
        message=message,
        sender={"user_id": 20001, "nickname": "小舟", "card": "三组 小舟"},
        **more,
    )


def test_a_group_message_tells_who_where_when_and_what() -> None:
    said = [
        {"type": "reply", "data": {"id": "41"}},
        {"type": "at", "data": {"qq": 10000}},
        {"type": "text", "data": {"text": "路灯坏了"}},
        {"type": "image", "data": {"file": "a.jpg", "url": "http://img.example/a"}},
    ]
    assert read_event(group_message(said)) == Incoming(
        bot="10000",
        chat=Chat("group", "555"),
        sender="20001",
        message_id="-77",
        sent_at=AT_NOON,
        parts=(At("10000"), Text("路灯坏了"), Picture("a.jpg", "http://img.example/a", "a.jpg")),
        nickname="小舟",
        card="三组 小舟",
        reply_to="41",
        calls_us=True,
    )


def test_both_forms_of_a_message_read_the_same() -> None:
    array = [{"type": "at", "data": {"qq": "10000"}}, {"type": "text", "data": {"text": "看[这里],好&坏"}}]
    assert read_event(group_message(array)) == read_event(group_message("[CQ:at,qq=10000]看&#91;这里&#93;,好&amp;坏"))


@pytest.mark.parametrize(
    ("segment", "part"),
    [
        ({"type": "face", "data": {"id": "14"}}, Face("14")),
        ({"type": "record", "data": {"file": "v.amr", "file_size": 70}}, Sound("v.amr", key="v.amr", size_bytes=70)),
        (
            {"type": "file", "data": {"file": "证明.pdf", "file_id": "/7", "url": "https://a.example/7"}},
            Attachment("证明.pdf", "https://a.example/7", key="证明.pdf"),
        ),
        ({"type": "video", "data": {"file": "w.mp4", "file_size": "9" * 40}}, Film("w.mp4", key="w.mp4")),
        (
            {"type": "image", "data": {"file": "http://a.example/1"}},
            Picture("http://a.example/1", "http://a.example/1"),
        ),
        ({"type": "share", "data": {"url": "http://a.example", "title": "题"}}, Link("http://a.example", "题")),
        ({"type": "location", "data": {"lat": "23.5", "lon": "115", "title": "桥头"}}, Spot(23.5, 115.0, "桥头")),
        ({"type": "location", "data": {"lat": "nan", "lon": "115", "title": "桥头"}}, Note("location", "桥头")),
        ({"type": "location", "data": {"lat": "91", "lon": "115"}}, Note("location", "")),
        ({"type": "dice", "data": {"result": 3}}, Note("dice", "result：3")),
        ({"type": "at", "data": {"qq": "all"}}, At("all")),
    ],
)
def test_each_segment_becomes_a_part(segment: dict[str, object], part: object) -> None:
    read = read_event(group_message([segment]))
    assert isinstance(read, Incoming)
    assert read.parts == (part,)
    assert not read.calls_us


def test_an_anonymous_member_keeps_the_name_of_the_moment() -> None:
    read = read_event({**group_message("在"), "anonymous": {"id": 9, "name": "红鲤", "flag": "f"}})
    assert isinstance(read, Incoming)
    assert read.anonymous == "红鲤"


@pytest.mark.parametrize(
    ("more", "chat", "from_self"),
    [
        ({"post_type": "message", "user_id": 7, "sub_type": "friend"}, Chat("private", "7"), False),
        ({"post_type": "message", "user_id": 7, "sub_type": "group", "group_id": 5}, Chat("private", "7", "5"), False),
        ({"post_type": "message_sent", "user_id": 10000, "target_id": 7}, Chat("private", "7"), True),
        ({"post_type": "message", "user_id": 10000, "target_id": 7}, Chat("private", "7"), True),
    ],
)
def test_a_private_chat_is_with_the_other_one(more: dict[str, object], chat: Chat, from_self: bool) -> None:
    read = read_event({**event("message", message_type="private", message_id=1, message="好"), **more})
    assert isinstance(read, Incoming)
    assert (read.chat, read.from_self) == (chat, from_self)


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (
            event("notice", notice_type="group_recall", group_id=5, user_id=7, operator_id=8, message_id=3),
            Recalled("10000", Chat("group", "5"), "3", "8", AT_NOON),
        ),
        (
            event("notice", notice_type="friend_recall", user_id=7, message_id=3),
            Recalled("10000", Chat("private", "7"), "3", "7", AT_NOON),
        ),
        (
            event("notice", notice_type="group_increase", sub_type="approve", group_id=5, user_id=7, operator_id=8),
            MemberChanged("10000", Chat("group", "5"), "7", joined=True, us=False, at=AT_NOON),
        ),
        (
            event("notice", notice_type="group_decrease", sub_type="kick_me", group_id=5, user_id=10000, operator_id=8),
            MemberChanged("10000", Chat("group", "5"), "10000", joined=False, us=True, at=AT_NOON),
        ),
        (event("notice", notice_type="notify", sub_type="poke", user_id=7), Unused("10000", AT_NOON, "notice.notify")),
        (
            heartbeat({"online": True}),
            Heartbeat("10000", AT_NOON, online=True),
        ),
        (heartbeat(None), Heartbeat("10000", AT_NOON, online=None)),
        (event("meta_event", meta_event_type="lifecycle", sub_type="connect"), Lifecycle("10000", AT_NOON, "connect")),
        (
            event("request", request_type="friend", user_id=7, comment="我是村民", flag="f1"),
            Asked("10000", AT_NOON, "friend", "7", "", "我是村民", "f1"),
        ),
    ],
)
def test_other_events(payload: dict[str, object], value: object) -> None:
    assert read_event(payload) == value


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"post_type": "weather"}, "unknown-kind"),
        ({"post_type": ["message"]}, "unknown-kind"),
        ({"message_type": "guild"}, "bad-field"),
        ({"group_id": True}, "bad-field"),
        ({"user_id": 10**30}, "bad-field"),
        ({"user_id": "１２"}, "bad-field"),
        ({"self_id": None}, "bad-field"),
        ({"time": float("nan")}, "bad-field"),
        ({"time": SECOND * 1000}, "bad-field"),
        ({"message_id": 10**500}, "bad-field"),
        ({"message": 5}, "bad-field"),
        ({"message": [{"type": "text", "data": []}]}, "bad-field"),
    ],
)
def test_an_event_with_a_broken_field_is_refused(change: dict[str, object], code: str) -> None:
    refusal = read_event({**group_message("好"), **change})
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [*group_message(""), *heartbeat(None), "anonymous", "notice_type", "operator_id", "request_type", "target_id"]
POST_TYPES = st.sampled_from(["message", "message_sent", "notice", "meta_event", "request"])
KINDS = st.sampled_from(["private", "group", "group_recall", "group_increase", "heartbeat", "lifecycle", "friend"])


@given(
    st.dictionaries(st.sampled_from(FIELDS), anything | KINDS | st.integers(0, 2**33), max_size=10),
    POST_TYPES | anything,
    st.sets(st.sampled_from(FIELDS), max_size=3),
)
def test_no_event_makes_the_reader_raise(changes: dict[str, object], post_type: object, gone: set[str]) -> None:
    payload = {**group_message("好"), **changes, "post_type": post_type}
    for field in gone:
        payload.pop(field, None)
    for result in (read_event(payload), read_message_answer(payload, bot="10000", chat=Chat("group", "555"))):
        repr(result).encode()
        if isinstance(result, Incoming):
            assert result.sent_at.tzinfo is UTC
            result.text.encode()


@given(st.binary(max_size=60) | st.text(max_size=60) | anything.map(json.dumps))
def test_no_frame_makes_the_reader_raise(raw: str | bytes) -> None:
    assert isinstance(read_frame(raw), dict | Refusal)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("[" * 200_000, "not-an-object"),
        ("1" * 5000, "not-an-object"),
        (b"\xff\xfe\x00", "not-an-object"),
        ("[]", "not-an-object"),
        (" " * (MAX_FRAME_BYTES + 1), "too-large"),
    ],
)
def test_hostile_frames_are_refused(raw: str | bytes, code: str) -> None:
    refusal = read_frame(raw)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


@pytest.mark.parametrize("chat", [Chat("group", "555"), Chat("private", "7")])
def test_a_message_asked_for_by_id_says_little_and_is_understood(chat: Chat) -> None:
    """The standard's get_msg gives these six fields and no more."""
    answer = {
        "time": SECOND,
        "message_type": chat.kind,
        "message_id": 5,
        "real_id": 9,
        "sender": {"user_id": 10000},
        "message": "好",
    }
    read = read_message_answer(answer, bot="10000", chat=chat)
    assert isinstance(read, Incoming)
    assert (read.chat, read.sender, read.from_self, read.text) == (chat, "10000", True, "好")


def test_a_group_answer_quotes_and_calls() -> None:
    call = send_call(Outgoing(Chat("group", "555"), (At("20001"), Text(" 已经报修，[CQ:at,qq=all]")), reply_to="-77"))
    assert (call.action, call.params) == (
        "send_group_msg",
        {
            "group_id": 555,
            "message": [
                {"type": "reply", "data": {"id": "-77"}},
                {"type": "at", "data": {"qq": "20001"}},
                {"type": "text", "data": {"text": " 已经报修，[CQ:at,qq=all]"}},
            ],
        },
    )


def test_a_private_answer_goes_back_through_the_shared_group() -> None:
    call = send_call(Outgoing(Chat("private", "7", "555"), (Text("好"),)))
    assert call.action == "send_private_msg"
    assert (call.params["user_id"], call.params["group_id"]) == (7, 555)


parts = st.lists(
    st.builds(
        Text, st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=20)
    )
    | st.builds(At, st.integers(1, 10**10).map(str))
    | st.builds(Face, st.integers(0, 300).map(str)),
    max_size=6,
)


@given(parts)
def test_what_we_send_reads_back_as_the_same_words(said: list[Text | At | Face]) -> None:
    call = send_call(Outgoing(Chat("group", "555"), tuple(said)))
    read = read_event(group_message(call.params["message"]))
    assert isinstance(read, Incoming)
    assert read.text == "".join(part.text for part in said if isinstance(part, Text))
    assert [part for part in read.parts if not isinstance(part, Text)] == [p for p in said if not isinstance(p, Text)]


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        ({"status": "ok", "retcode": 0, "data": {"message_id": -5}}, Accepted("-5")),
        ({"status": "ok", "retcode": 0, "data": None}, Accepted(None)),
        (
            {"status": "async", "retcode": 1, "data": None},
            Unclear(QUEUED),
        ),
        ({"status": "failed", "retcode": 1400}, Refused("retcode 1400", lasting=True)),
        ({"status": "failed", "retcode": 1404}, Refused("retcode 1404", lasting=True)),
        ({"status": "failed", "retcode": 1403}, Refused("retcode 1403", lasting=False)),
        ({"status": "failed", "retcode": 100, "msg": "SEND_MSG_API_ERROR"}, Unclear("retcode 100")),
        ({"status": "failed", "retcode": 1200}, Unclear("retcode 1200")),
        ({"status": "failed", "retcode": [1400]}, Unclear("an answer we cannot read")),
        ([], Unclear("the answer is not a JSON object")),
    ],
)
def test_only_a_call_that_was_never_carried_out_is_a_refusal(answer: object, known: object) -> None:
    assert read_send_reply(answer) == known


@given(anything | st.fixed_dictionaries({"status": anything | st.just("ok"), "retcode": anything, "data": anything}))
def test_no_answer_makes_the_reader_raise(answer: object) -> None:
    assert isinstance(read_send_reply(answer), Accepted | Refused | Unclear)


@pytest.mark.parametrize("address", ["private:7", "private:7:555", "group:555"])
def test_an_address_names_one_chat(address: str) -> None:
    assert Chat.read(address).address == address


@pytest.mark.parametrize("address", ["", "group:", "group:5:6", "guild:5", "private:7 ", "private:٧", "private:7\n"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="Not a chat address"):
        Chat.read(address)


@pytest.mark.parametrize(
    ("part", "call"),
    [
        (Picture("a.jpg", key="a.jpg"), Call("get_image", {"file": "a.jpg"})),
        (Sound("v.amr", key="v.amr"), Call("get_record", {"file": "v.amr", "out_format": "mp3"})),
        (Attachment("证明.pdf", key="7"), Call("get_file", {"file_id": "7"})),
        (Film("w.mp4", key="w.mp4"), None),
        (Picture("a.jpg", "https://a.example/a.jpg"), None),
    ],
)
def test_what_came_with_a_message_is_asked_for_by_its_key(part: Enclosed, call: Call | None) -> None:
    assert fetch_call(part) == call


@given(
    data=st.binary(min_size=1, max_size=200), most=st.integers(1, 200), where=st.sampled_from(["base64", "file", "url"])
)
def test_bytes_come_out_as_they_went_in_and_never_more_than_wanted(data: bytes, most: int, where: str) -> None:
    coded = base64.b64encode(data).decode()
    handed = read_handed({where: coded if where == "base64" else f"base64://{coded}"}, most_bytes=most)
    assert handed.too_much == (len(data) > most)
    assert handed.data == data or (handed.data is None and handed.too_much)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(answer=json_values | st.fixed_dictionaries({}, optional=dict.fromkeys(("base64", "file", "url"), json_values)))
def test_no_answer_breaks_the_reading(answer: object) -> None:
    assert isinstance(read_handed(answer, most_bytes=100), Handed)


def test_a_path_is_no_bytes_and_an_address_only_an_address() -> None:
    assert read_handed({"file": "/etc/passwd", "url": "/etc/passwd"}, most_bytes=100) == Handed(None, "")
    assert read_handed({"file": "C:\\a", "url": "https://a.example/1"}, most_bytes=100) == Handed(
        None, "https://a.example/1"
    )


def test_a_picture_of_the_house_leaves_as_its_bytes_and_one_that_is_gone_not_at_all() -> None:
    parts = (Text("看"), Picture("ref-1"), Picture("ref-2"), Picture("x", "https://a.example/x"))
    sent = send_call(Outgoing(Chat("group", "5"), parts, enclosed={"ref-1": b"jpeg"}))
    assert sent.params["message"] == [
        {"type": "text", "data": {"text": "看"}},
        {"type": "image", "data": {"file": "base64://anBlZw=="}},
        {"type": "image", "data": {"file": "https://a.example/x"}},
    ]
