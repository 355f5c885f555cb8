"""
OneBot v11 in words of the house, and back. Pure translation: no Django, no network, no clock.

Events in:  `read_frame` (bytes → JSON), `read_event` (JSON → one of the values below, or a `Refusal`; never raises).
Calls out:  `send_call` (an `Outgoing` → action and parameters), `read_send_reply` (what the gateway's answer proves),
            `fetch_call` and `read_handed` for what came with a message.

A gateway's word is weighed, not believed. "failed" with most return codes says nothing about delivery: one and the same
code stands for many causes (go-cqhttp issues 287 and 825), and messages reported as failed have arrived (its issue 585).
So only codes that mean "this call was never carried out" are a refusal.

Source: OneBot 11 standard, chapters on events, public API, HTTP and WebSocket communication.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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
    Part,
    Picture,
    Recalled,
    Sound,
    Spot,
    Text,
)
from shouwang.doors.onebot.cqcode import Refusal, Segment, clean, read_message

MAX_FRAME_BYTES = 1_048_576
_LAST_SECOND = 4_102_444_800  # 2100-01-01: a later time is a unit mistake, not a message
_MAX_DIGITS = 20

# The call was understood to be wrong or was not let in, and nothing was carried out (standard, "retcode").
_NEVER_CARRIED_OUT = {1400: True, 1404: True, 1401: False, 1403: False}


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The gateway lives; `online` is its own view of its QQ login, None when it does not say."""

    bot: str
    at: datetime
    online: bool | None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The gateway was enabled, disabled or has just connected."""

    bot: str
    at: datetime
    stage: str


@dataclass(frozen=True, slots=True)
class Unused:
    """A well-formed event that the station does nothing with; `kind` like `notice.poke`."""

    bot: str
    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks to be added as a friend, or to join a group. `flag` names the question when answering it."""

    bot: str
    at: datetime
    kind: str
    who: str
    group: str
    words: str
    flag: str


Event = Incoming | Recalled | MemberChanged | Heartbeat | Lifecycle | Asked | Unused


@dataclass(frozen=True, slots=True)
class Call:
    """One API call."""

    action: str
    params: dict[str, object]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway says it sent the message, and how it names it (None when it gives no name)."""

    remote_id: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not sent. `lasting`: the same call can never succeed."""

    why: str
    lasting: bool


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have been sent, or not."""

    why: str


class _FieldError(ValueError):
    """Raised inside this module only; becomes a Refusal at its edge."""


def read_frame(raw: str | bytes, most_bytes: int = MAX_FRAME_BYTES) -> dict[str, object] | Refusal:
    """The JSON object in a frame or a request body. Never raises."""
    if len(raw) > most_bytes:
        return Refusal("too-large", f"more than {most_bytes} bytes")
    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return Refusal("not-an-object", f"not JSON ({type(error).__name__})")
    return payload if isinstance(payload, dict) else Refusal("not-an-object", "JSON, but not an object")


def read_event(payload: object) -> Event | Refusal:
    """The event in a payload. Never raises; what cannot be used is a `Refusal` that says why."""
    if not isinstance(payload, dict):
        return Refusal("not-an-object", "an event is a JSON object")
    try:
        return _read_event(payload)
    except _FieldError as bad:
        return Refusal("bad-field", str(bad))


def _read_event(payload: dict[str, object]) -> Event | Refusal:
    bot, at = _number(payload, "self_id"), _time(payload)
    match payload.get("post_type"):
        case "message" | "message_sent":
            return _read_message_event(payload, bot, at)
        case "notice":
            return _read_notice(payload, bot, at)
        case "meta_event":
            return _read_meta(payload, bot, at)
        case "request":
            return Asked(
                bot=bot,
                at=at,
                kind=_word(payload, "request_type"),
                who=_number(payload, "user_id"),
                group=_number(payload, "group_id") if payload.get("group_id") else "",
                words=_words(payload, "comment"),
                flag=_words(payload, "flag"),
            )
        case _:
            return Refusal("unknown-kind", "post_type is none of message, message_sent, notice, request, meta_event")


def read_message_answer(payload: object, *, bot: str, chat: Chat) -> Incoming | Refusal:
    """
    A message as `get_msg` and the history calls return it.

    The standard's `get_msg` names neither our number nor the group, and the sender only inside `sender`; `chat` says
    where we asked.
    """
    if not isinstance(payload, dict):
        return Refusal("not-an-object", "a message is a JSON object")
    sender = payload.get("sender")
    known: dict[str, object] = {
        "self_id": bot,
        "post_type": "message",
        "message_type": chat.kind,
        "user_id": sender.get("user_id") if isinstance(sender, dict) else None,
        "group_id" if chat.kind == "group" else "target_id": chat.peer,
    }
    event = read_event(known | {key: value for key, value in payload.items() if value is not None})
    return event if isinstance(event, Incoming | Refusal) else Refusal("unknown-kind", "not a message")


def _read_message_event(payload: dict[str, object], bot: str, at: datetime) -> Incoming | Refusal:
    segments = read_message(payload.get("message"))
    if isinstance(segments, Refusal):
        return segments
    sender_id = _number(payload, "user_id")
    from_self = payload["post_type"] == "message_sent" or sender_id == bot
    raw_sender = payload.get("sender")
    sender = raw_sender if isinstance(raw_sender, dict) else {}
    chat = _chat(payload, sender_id, from_self=from_self)
    reply = next((segment.get("id") for segment in segments if segment.type == "reply"), "")
    anonymous = payload.get("anonymous")
    return Incoming(
        bot=bot,
        chat=chat,
        sender=sender_id,
        message_id=_message_id(payload),
        sent_at=at,
        parts=tuple(_part(segment) for segment in segments if segment.type != "reply"),
        nickname=_words(sender, "nickname"),
        card=_words(sender, "card"),
        reply_to=reply or None,
        calls_us=any(segment.type == "at" and segment.get("qq") == bot for segment in segments),
        anonymous=_words(anonymous, "name") if isinstance(anonymous, dict) else None,
        from_self=from_self,
    )


def _chat(payload: dict[str, object], sender: str, *, from_self: bool) -> Chat:
    match payload.get("message_type"):
        case "group":
            return Chat("group", _number(payload, "group_id"))
        case "private":
            # Our own words in a private chat: the peer is the one spoken to, given as target_id.
            peer = _number(payload, "target_id") if from_self and payload.get("target_id") else sender
            temporary = payload.get("sub_type") == "group" and payload.get("group_id")
            return Chat("private", peer, _number(payload, "group_id") if temporary else "")
        case _:
            raise _FieldError("message_type is neither private nor group")


def _read_notice(payload: dict[str, object], bot: str, at: datetime) -> Event:
    kind = _word(payload, "notice_type")
    match kind:
        case "group_recall" | "friend_recall":
            who = _number(payload, "user_id")
            chat = Chat("group", _number(payload, "group_id")) if kind == "group_recall" else Chat("private", who)
            by = _number(payload, "operator_id") if payload.get("operator_id") else who
            return Recalled(bot=bot, chat=chat, message_id=_message_id(payload), by=by, at=at)
        case "group_increase" | "group_decrease":
            member = _number(payload, "user_id")
            return MemberChanged(
                bot=bot,
                chat=Chat("group", _number(payload, "group_id")),
                member=member,
                joined=kind == "group_increase",
                us=member == bot,
                at=at,
            )
        case _:
            return Unused(bot, at, f"notice.{kind}")


def _read_meta(payload: dict[str, object], bot: str, at: datetime) -> Event:
    kind = _word(payload, "meta_event_type")
    if kind == "heartbeat":
        status = payload.get("status")
        online = status.get("online") if isinstance(status, dict) else None
        return Heartbeat(bot, at, online if isinstance(online, bool) else None)
    if kind == "lifecycle":
        return Lifecycle(bot, at, _word(payload, "sub_type"))
    return Unused(bot, at, f"meta_event.{kind}")


def _part(segment: Segment) -> Part:
    get = segment.get
    match segment.type:
        case "text":
            return Text(get("text"))
        case "at":
            return At(get("qq"))
        case "image":
            return Picture(**_enclosed(segment))
        case "record":
            return Sound(**_enclosed(segment))
        case "file":
            return Attachment(**_enclosed(segment))
        case "video":
            return Film(**_enclosed(segment))
        case "face":
            return Face(get("id"))
        case "share":
            return Link(get("url"), get("title"))
        case "location":
            latitude, longitude = _degrees(get("lat"), 90), _degrees(get("lon"), 180)
            if latitude is None or longitude is None:
                return Note("location", get("title"))
            return Spot(latitude, longitude, get("title"))
        case _:
            shown = "，".join(f"{key}：{value}" for key, value in segment.data.items() if value)
            return Note(segment.type, shown[:500])


#: What names a file on the gateway. An address, a path, or the bytes themselves are nothing to be handed back to a gateway: who can write
#: CQ codes into a group would make it read, or ask for, whatever they like.
_FILE_KEY = re.compile(r"(?![a-zA-Z][a-zA-Z0-9+.-]*://)(?![/~.\\])[^\\\x00-\x1f]{1,500}")


def _enclosed(segment: Segment) -> dict[str, Any]:
    get = segment.get
    key = next((key for name in ("file_id", "file") if _FILE_KEY.fullmatch(key := get(name))), "")
    size = get("file_size")
    return {
        "name": (get("name") or get("file"))[:200],
        "url": address if len(address := get("url") or get("file")) <= 2000 and "://" in address else "",
        "key": key,
        "size_bytes": int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else 0,
    }


def _segment(part: Part, enclosed: Mapping[str, bytes]) -> Segment | None:
    """None for a picture of the house that could not be opened any more."""
    match part:
        case Text():
            return Segment("text", {"text": part.text})
        case At():
            return Segment("at", {"qq": part.who})
        case Picture() if part.url:
            return Segment("image", {"file": part.url})
        case Picture():
            data = enclosed.get(part.name)
            return Segment("image", {"file": "base64://" + base64.b64encode(data).decode()}) if data else None
        case Sound():
            return Segment("record", {"file": part.url or part.name})
        case Face():
            return Segment("face", {"id": part.number})
        case Link():
            return Segment("text", {"text": f"{part.title} {part.url}".strip()})
        case Spot():
            where = {"lat": str(part.latitude), "lon": str(part.longitude), "title": part.title}
            return Segment("location", where)
        case Enclosed():
            # Sending files differs between gateways; an address that can be opened works on all of them.
            return Segment("text", {"text": f"{part.name} {part.url}".strip()})
        case Note():
            return Segment("text", {"text": part.text})


def send_call(message: Outgoing) -> Call:
    """The call that sends a message: array form always, so nothing a person typed can become a CQ code."""
    segments = [] if message.reply_to is None else [Segment("reply", {"id": message.reply_to})]
    segments += filter(None, (_segment(part, message.enclosed) for part in message.parts))
    body = [segment.as_json() for segment in segments]
    chat = message.chat
    if chat.kind == "group":
        return Call("send_group_msg", {"group_id": int(chat.peer), "message": body})
    params: dict[str, object] = {"user_id": int(chat.peer), "message": body}
    if chat.through:
        params["group_id"] = int(chat.through)
    return Call("send_private_msg", params)


def read_send_reply(payload: object) -> Accepted | Refused | Unclear:
    """What an answer to `send_call` proves. Never raises."""
    if not isinstance(payload, dict):
        return Unclear("the answer is not a JSON object")
    code = payload.get("retcode")
    if payload.get("status") == "ok" and code in (0, None):
        data = payload.get("data")
        raw = data.get("message_id") if isinstance(data, dict) else None
        return Accepted(clean(str(raw))[:64] if isinstance(raw, int | str) and not _huge(raw) else None)
    if payload.get("status") == "async" or code == 1:
        return Unclear("the gateway queued the message and will not say what became of it")
    if isinstance(code, int) and code in _NEVER_CARRIED_OUT:
        return Refused(f"retcode {code}", lasting=_NEVER_CARRIED_OUT[code])
    return Unclear(f"retcode {code}" if isinstance(code, int) and not _huge(code) else "an answer we cannot read")


_ASKED_BY = {
    Picture: ("get_image", "file", {}),
    Sound: ("get_record", "file", {"out_format": "mp3"}),  # QQ's own silk is a format that no browser plays
    Attachment: ("get_file", "file_id", {}),  # not in the standard, but common
}


def fetch_call(part: Enclosed) -> Call | None:
    """The call that asks the gateway for what came with a message; None for what it cannot be asked for."""
    asked = _ASKED_BY.get(type(part))
    if asked is None or not part.key:
        return None
    action, name, more = asked
    return Call(action, {name: part.key, **more})


@dataclass(frozen=True, slots=True)
class Handed:
    """What a gateway answered to `fetch_call`: the bytes, or an address where they are said to lie, or neither."""

    data: bytes | None
    url: str
    too_much: bool = False


def read_handed(data: object, *, most_bytes: int) -> Handed:
    """
    The bytes in an answer: gateways put them into `base64`, or into `file` with a prefix. Never raises.

    A path on the gateway's machine is no bytes: it is never opened, since a message could make it any file of this machine.
    """
    if not isinstance(data, dict):
        return Handed(None, "")
    words = [value for name in ("base64", "file", "url") if isinstance(value := data.get(name), str)]
    url = next((one for one in words if one.startswith(("http://", "https://")) and len(one) <= 2000), "")
    raw = data.get("base64")
    coded = raw if isinstance(raw, str) else next((one for one in words if one.startswith("base64://")), "")
    coded = coded.removeprefix("base64://")
    if not coded:
        return Handed(None, url)
    if len(coded) * 3 // 4 > most_bytes + 3:
        return Handed(None, url, too_much=True)
    try:
        found = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        return Handed(None, url)
    return Handed(found or None, url, too_much=len(found) > most_bytes)


def read_data(payload: object) -> object:
    """`data` of a successful answer, or None."""
    if isinstance(payload, dict) and payload.get("status") == "ok" and payload.get("retcode") in (0, None):
        return payload.get("data")
    return None


def _huge(value: object) -> bool:
    return isinstance(value, int) and value.bit_length() > 64


def _number(payload: dict[str, object], key: str) -> str:
    """A QQ or group number: JSON number or text of digits."""
    value = payload.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_MAX_DIGITS:
        return str(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
        return value
    raise _FieldError(f"{key} is not a number of at most {_MAX_DIGITS} digits")


def _message_id(payload: dict[str, object]) -> str:
    """Signed on some gateways, a text on others."""
    value = payload.get("message_id")
    if isinstance(value, int) and not isinstance(value, bool) and not _huge(value):
        return str(value)
    if isinstance(value, str) and 0 < len(value) <= 64:  # the width of our column
        return clean(value)
    raise _FieldError("message_id is neither a number nor a short text")


def _time(payload: dict[str, object]) -> datetime:
    value = payload.get("time")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LAST_SECOND:
        raise _FieldError("time is not a Unix time in seconds")
    return datetime.fromtimestamp(int(value), UTC)


def _word(payload: dict[str, object], key: str) -> str:
    value = payload.get(key)
    return clean(value[:64]) if isinstance(value, str) else ""


def _words(payload: dict[str, object], key: str) -> str:
    value = payload.get(key)
    return clean(value[:500]) if isinstance(value, str) else ""


def _degrees(text: str, limit: int) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= limit else None
