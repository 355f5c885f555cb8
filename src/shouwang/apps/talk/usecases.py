"""
What residents and officers do in a room: join, speak, leave. One function, one story; moderation and the way into private stand beside.

`at` is always an aware datetime handed in by the door.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.places.models import Community
from shouwang.apps.talk import danger, policy
from shouwang.apps.talk.adding import add, key_of, locked
from shouwang.apps.talk.errors import BadNickname, NothingSaid, TooLong, UnknownRoomCode
from shouwang.apps.talk.marks import Found, look
from shouwang.apps.talk.models import CODE_LENGTH, Member, Post, Reading, Room, Via, digest_of, new_join_code, new_token
from shouwang.apps.talk.names import clean_nickname, nickname_key
from shouwang.apps.talk.visitor import Visitor
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import audit, limits
from shouwang.kernel.errors import Refused
from shouwang.kernel.policy import require

LONGEST_POST = 2000
POSTS_PER_MINUTE = 8
#: From one address, behind which a whole village may stand.
JOINS_PER_HOUR = 60
WRONG_CODES_PER_HOUR = 120
RENAMES_PER_DAY = 3
A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOT_A_SLUG = frozenset({"join", "typing", "back", "found"})


# ── rooms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def open_room(
    unit: Unit,
    *,
    name: str,
    by: Officer,
    at: datetime,
    slug: str = "",
    community: Community | None = None,
    rules: str = "",
    open_to_read: bool = True,
) -> Room:
    """Found a room for a unit, usually for one of its communities, whose Latin name it takes where none is given."""
    require(policy.may_open_room(by, unit))
    if community is not None and not community.unit.path.startswith(unit.station.path):
        raise Refused(_("%(community)s不在%(unit)s。") % {"community": community.name, "unit": unit.called})
    code = new_join_code()
    room = Room.objects.create(
        unit=unit,
        community=community,
        name=name[:40],
        slug=_free_slug(slug, community, code),
        join_code=code,
        rules=clean_text(rules),
        open_to_read=open_to_read,
    )
    audit.record("talk.room_opened", by=by.ref, on=room, at=at, open_to_read=open_to_read)
    return room


def _free_slug(wished: str, community: Community | None, code: str) -> str:
    if wished and (wished in NOT_A_SLUG or Room.objects.filter(slug=wished).exists()):
        raise Refused(_("网址名“%(slug)s”已有别的用处，请换一个。") % {"slug": wished})
    named = wished or (community.slug if community else "")
    taken = not named or named in NOT_A_SLUG or Room.objects.filter(slug=named).exists()
    return f"{named[:32]}-{code.lower()}".lstrip("-") if taken else named


@transaction.atomic
def change_room(
    room: Room,
    *,
    by: Officer,
    at: datetime,
    name: str | None = None,
    rules: str | None = None,
    open_to_read: bool | None = None,
    active: bool | None = None,
    new_code: bool = False,
) -> Room:
    """Change what is given; a new code makes the old posters useless, and nobody leaves by it."""
    room = locked(room)
    require(policy.may_open_room(by, room.unit))
    wanted: dict[str, Any] = {
        "name": name[:40] if name else None,
        "rules": None if rules is None else clean_text(rules),
        "open_to_read": open_to_read,
        "active": active,
        "join_code": new_join_code() if new_code else None,
    }
    changes = {field: value for field, value in wanted.items() if value is not None and value != getattr(room, field)}
    Room.objects.filter(pk=room.pk).update(**changes)
    audit.record("talk.room_changed", by=by.ref, on=room, at=at, fields=sorted(changes))
    room.refresh_from_db()
    return room


# ── members ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Joined:
    """A member, and the secret by which this browser is that member from now on."""

    member: Member
    token: str


def room_of_code(typed: str, *, address: str, at: datetime) -> Room:
    """The room that a poster's code opens. Wrong codes are counted by address; raises TooOften, UnknownRoomCode."""
    limits.refuse_above(WRONG_CODES_PER_HOUR, "room-code", address, at=at, window=AN_HOUR)
    code = "".join(ch for ch in typed.upper() if ch.isalnum())[: CODE_LENGTH + 1]
    room = Room.objects.filter(join_code=code, active=True).select_related("unit__parent", "community").first()
    if room is None:
        limits.count("room-code", address, at=at, window=AN_HOUR)
        raise UnknownRoomCode(_("没有找到这个群口令。"))
    return room


@transaction.atomic
def join(
    room: Room, *, visitor: Visitor, nickname: str, at: datetime, by_code: bool = False, token: str = ""
) -> Joined:
    """
    Become a member. A browser that was here before (`token`) is the same member again, mute included.

    by_code   whether the room's code was shown
    """
    room = locked(room)
    require(policy.may_join(visitor, room, by_code=by_code))
    before = Member.objects.filter(room=room, digest=digest_of(token)).first() if token else None
    wished = clean_nickname(nickname)
    _refuse_taken(room, wished, but=before)
    if before is not None:
        before.nickname, before.left_at = wished, None
        before.save(update_fields=["nickname", "nickname_key", "left_at"])
        return Joined(before, token)
    address = visitor.viewer.address
    limits.refuse_above(JOINS_PER_HOUR, "room-join", address, at=at, window=AN_HOUR)
    limits.count("room-join", address, at=at, window=AN_HOUR)
    token = new_token()
    member = Member.objects.create(room=room, nickname=wished, digest=digest_of(token), joined_at=at)
    Reading.objects.create(room=room, member=member, seq=room.last_seq)  # what was said before is no news
    return Joined(member, token)


def _refuse_taken(room: Room, nickname: str, *, but: Member | None) -> None:
    others = Member.objects.filter(room=room, nickname_key=nickname_key(nickname))
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise BadNickname(_("“%(name)s”已经有人用了，请换一个。") % {"name": nickname})
    officers = Officer.objects.serving().within(room.unit.station).values_list("name", "public_name")
    if nickname_key(nickname) in {nickname_key(name) for pair in officers for name in pair}:
        raise BadNickname(_("这个称呼容易让人以为是民警，请换一个。"))


@transaction.atomic
def rename(room: Room, *, visitor: Visitor, nickname: str, at: datetime) -> Member:
    """Another nickname from now on; what was said keeps the old one."""
    room, member = locked(room), _own(visitor, room)
    wished = clean_nickname(nickname)
    _refuse_taken(room, wished, but=member)
    limits.refuse_above(RENAMES_PER_DAY, "room-rename", member.ref, at=at, window=A_DAY)
    limits.count("room-rename", member.ref, at=at, window=A_DAY)
    member.nickname = wished
    member.save(update_fields=["nickname", "nickname_key"])
    return member


@transaction.atomic
def leave(room: Room, *, visitor: Visitor, at: datetime) -> None:
    """Out of the room; what was said stays, and the nickname stays taken."""
    Member.objects.filter(pk=_own(visitor, room).pk, left_at=None).update(left_at=at)


def _own(visitor: Visitor, room: Room) -> Member:
    member = visitor.member_of(room)
    if member is None:
        raise Refused(_("您不在这个群里。"))
    return member


# ── speaking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Spoken:
    """
    What became of words.

    post     the post, or None when they were held back and the writer is asked first
    found    what identifies somebody in them, and whether something happened
    ringing  the alarm they raised, if any
    """

    post: Post | None
    found: Found
    ringing: danger.Ringing | None = None


def speak(
    room: Room,
    *,
    visitor: Visitor,
    body: str,
    at: datetime,
    masked: bool = False,
    files: tuple[str, ...] = (),
    place: dict[str, float] | None = None,
    reply_to: int | None = None,
    client_id: str | None = None,
) -> Spoken:
    """
    Say something in a room. A retry with the same `client_id` adds nothing and rings nothing.

    Danger is looked for first, in a transaction of its own: it rings whatever becomes of the words. Then a resident's words that surely
    tell who somebody is are held back, unless the writer wants them `masked`.

    files   references of uploads kept in the name of `uploads_by`, as the files room gave them
    place   WGS-84 `{"longitude": …, "latitude": …}`
    """
    words = fitting(body)
    as_officer = speaking_officer(room, visitor)
    member = None if as_officer else visitor.member_of(room)
    ringing = None
    if member is not None and words:
        ringing = danger.ring(
            room, member, words, channel=Via.WEB, sent_as=f"{member.pk}:{danger.sent_id(client_id)}", at=at
        )
    found = look(words, allowed=public_words(room))
    if member is not None and found.sure and not masked:
        require(policy.may_post(visitor, room, at))
        return Spoken(None, found, ringing)
    shown = found.masked if masked else words
    data: dict[str, Any] = {"place": place} if place else {}
    post = _add(room, visitor, as_officer, member, shown, data, files, reply_to=reply_to, client_id=client_id, at=at)
    return Spoken(post, found, ringing)


@transaction.atomic
def _add(
    room: Room,
    visitor: Visitor,
    officer: Officer | None,
    member: Member | None,
    body: str,
    data: dict[str, Any],
    files: tuple[str, ...],
    *,
    reply_to: int | None,
    client_id: str | None,
    at: datetime,
) -> Post:
    room = locked(room)
    writer = officer.ref if officer else member.ref if member else ""
    key = key_of(writer, client_id) if client_id else None
    if key and (before := Post.objects.filter(room=room, client_id=key).first()):
        return before
    require(policy.may_post(visitor, room, at))
    if not (body or data or files):
        raise NothingSaid(_("请写几句话再发。"))
    if member is not None:
        limits.refuse_above(POSTS_PER_MINUTE, "room-post", member.ref, at=at, window=A_MINUTE)
        limits.count("room-post", member.ref, at=at, window=A_MINUTE)
    if reply_to and (quoted := Post.objects.shown().filter(room=room, seq=reply_to).first()):
        data["reply_to"] = {"seq": quoted.seq, "name": quoted.name}
    return add(
        room,
        at=at,
        body=body,
        member=member,
        officer=officer,
        data=data,
        files=files,
        files_by=uploads_by(room, visitor),
        client_id=key,
    )


def speaking_officer(room: Room, visitor: Visitor) -> Officer | None:
    """The officer the visitor speaks as in this room, if any: a room's own police never speaks as a neighbour."""
    officer = visitor.viewer.officer
    return officer if officer is not None and policy.serves(officer, room) else None


def name_in(room: Room, visitor: Visitor) -> str:
    """How the visitor is called here; empty for somebody who only reads."""
    officer, member = speaking_officer(room, visitor), visitor.member_of(room)
    return officer.public_name if officer else member.nickname if member else ""


def uploads_by(room: Room, visitor: Visitor) -> str:
    """In whose name uploads wait for their post."""
    officer = speaking_officer(room, visitor)
    return officer.ref if officer else "resident"


def fitting(body: str) -> str:
    """Words as a room keeps them. Raises TooLong; nothing is cut silently."""
    words = clean_text(body)
    if len(words) > LONGEST_POST:
        raise TooLong(
            _("这段话有 %(have)d 个字，群里一次最多 %(most)d 个字。请分成几段来发。")
            % {"have": len(words), "most": LONGEST_POST}
        )
    return words


def public_words(room: Room) -> tuple[str, ...]:
    """Numbers and names that identify nobody but the station: its phone, its address, its officers as residents know them."""
    station = room.unit.station
    officers = Officer.objects.serving().within(station).values_list("public_name", flat=True)
    return (station.phone, station.address, room.unit.phone, room.unit.address, *officers)
