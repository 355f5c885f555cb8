"""
From the group to private, and back.

Into private: the writer chooses it, or an officer moves a post. A matter begins with the writer's own words; its code is for the
writer alone.
Back: an officer writes an answer that names nobody, and the room reads it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters import policy as matters_policy
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.answers import names_in
from shouwang.apps.matters.models import By, Channel, Entry, Kind, Matter, Type
from shouwang.apps.matters.timeline import append, append_by_officer
from shouwang.apps.matters.timeline import locked as locked_matter
from shouwang.apps.matters.viewer import Held, Viewer, Visibility
from shouwang.apps.talk import policy
from shouwang.apps.talk.adding import add, key_of, locked
from shouwang.apps.talk.danger import as_reporter
from shouwang.apps.talk.errors import NothingSaid, StillPersonal, WrongState
from shouwang.apps.talk.events import AnswerPosted, MovedToPrivate, PostHidden
from shouwang.apps.talk.marks import Found, look
from shouwang.apps.talk.models import Alarm, Member, Moved, Post, Room, TakenBack
from shouwang.apps.talk.usecases import fitting, public_words
from shouwang.apps.talk.visitor import Visitor
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.errors import Refused
from shouwang.kernel.events import publish
from shouwang.kernel.policy import require

#: What a talk in a group can turn into when it becomes private.
PRIVATE_KINDS = (Kind.CONSULTATION, Kind.REPORT, Kind.HELP, Kind.COMPLAINT)


# ── into private ─────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def go_private(
    room: Room,
    *,
    visitor: Visitor,
    body: str,
    at: datetime,
    kind: str = Kind.CONSULTATION,
    files: tuple[str, ...] = (),
    client_id: str | None = None,
) -> matters.Opened | Matter:
    """
    The writer chose “私聊” before anything was published: the words go to the station alone, and the room shows nothing.

    Also for somebody muted. Returns the new matter with its code, or the matter in which the desk already rings for these words.
    """
    member = visitor.member_of(room)
    if member is None:
        raise Refused(_("您不在这个群里。"))
    key = key_of("private", member.pk, client_id) if client_id else None
    alarmed = key_of("alarm", room.pk, f"{member.pk}:{client_id}") if client_id else ""
    if ringing := Alarm.objects.filter(key=alarmed).select_related("matter").first():
        if not Moved.objects.filter(matter=ringing.matter).exists():
            _bridge(room, ringing.matter, member=member, at=at)
        if files:
            by_reporter = as_reporter(ringing.matter)
            matters.say(ringing.matter, viewer=by_reporter, at=at, files=files, client_id=key)
        return ringing.matter
    opened = matters.open_matter(
        room.unit,
        kind=_private_kind(kind),
        channel=Channel.WEB,
        at=at,
        body=body,
        files=files,
        community=room.community,
        reporter=member.person,
        name=member.nickname,
        client_id=key,
    )
    if not Moved.objects.filter(matter=opened.matter).exists():
        _bridge(room, opened.matter, member=member, at=at)
    return opened


@transaction.atomic
def take_private(post: Post, *, visitor: Visitor, at: datetime, kind: str = Kind.CONSULTATION) -> Moved:
    """The writer takes an own post out of the room into a private talk."""
    locked(post.room)
    if not policy.is_own(visitor, post):
        raise Refused(_("只有发的人自己可以转到私聊。"))
    return _move(post, kind=kind, by=None, reason="", hides=True, at=at)


@transaction.atomic
def move_to_private(
    post: Post, *, by: Officer, reason: str, at: datetime, hides: bool = True, kind: str = Kind.CONSULTATION
) -> Moved:
    """
    An officer moves a post into a private matter whose first message it becomes. Moving it twice adds nothing.

    hides   whether the room stops showing it; a plain question may stay, so that neighbours can read the answer below it
    """
    locked(post.room)
    require(policy.may_moderate(by, post.room))
    if not (why := matters.clean_text(reason)[:200]):
        raise NothingSaid(_("请写明为什么转到私聊，本人会看到。"))
    moved = _move(post, kind=kind, by=by, reason=why, hides=hides, at=at)
    audit.record("talk.post_moved", by=by.ref, on=post, at=at, reason=why, matter=moved.matter_id)
    return moved


def _move(post: Post, *, kind: str, by: Officer | None, reason: str, hides: bool, at: datetime) -> Moved:
    if before := Moved.objects.filter(post=post).select_related("matter").first():
        return before
    if post.member is None:
        raise WrongState(_("这条不是居民发的，不用转。"))
    if TakenBack.objects.filter(post=post).exists():
        raise WrongState(_("对方已经撤回了这条，不能再转。要紧的话，请直接联系本人。"))
    matter, code = _already_ringing(post), ""
    if matter is None:
        opened = matters.open_matter(
            post.room.unit,
            kind=_private_kind(kind),
            channel=post.via,
            at=at,
            body=post.original,
            community=post.room.community,
            reporter=post.member.person,
            name=post.name,
            client_id=key_of("moved", post.pk),
        )
        matter, code = opened.matter, opened.code
    came = post.enclosed.exclude(file_ref="").order_by("n").values_list("file_ref", flat=True)
    if files := [*post.data.get("files", ()), *came]:
        add_files(matter, files, at=at)
    moved = _bridge(
        post.room, matter, member=post.member, post=post, by=by, reason=reason, hides=hides, at=at, code=code
    )
    if hides:
        publish(PostHidden(post.room_id, post.seq, at))
    return moved


def add_files(matter: Matter, refs: list[str], *, at: datetime) -> None:
    """Files of a moved post stand in its matter. They stay the post's own; `file_rules` opens them to whoever may read the matter."""
    held, data = locked_matter(matter), {"files": refs}
    append(held, Type.MESSAGE, at=at, by=By.RESIDENT, visibility=Visibility.PARTIES, data=data)


def _already_ringing(post: Post) -> Matter | None:
    """The matter in which these very words already ring: they are not asked for a second time. Its code went out when it began."""
    alarms = Alarm.objects.filter(member=post.member, at=post.at, matter__moved_from=None)
    alarm = alarms.select_related("matter").first()
    return alarm.matter if alarm else None


def _bridge(
    room: Room,
    matter: Matter,
    *,
    member: Member,
    at: datetime,
    post: Post | None = None,
    by: Officer | None = None,
    reason: str = "",
    hides: bool = True,
    code: str = "",
) -> Moved:
    """Tie a new matter to the room it came from: the row, and the entry in the timeline."""
    moved = Moved.objects.create(
        room=room, post=post, matter=matter, member=member, by=by, reason=reason, hides=hides, at=at, code=code
    )
    append(
        locked_matter(matter),
        Type.MOVED,
        at=at,
        by=By.OFFICER if by else By.RESIDENT,
        officer=by,
        visibility=Visibility.PARTIES,
        body=reason,
        data={"room": room.pk, "room_name": room.name, "seq": post.seq if post else None},
    )
    publish(MovedToPrivate(room.pk, matter.pk, member.pk, at))
    return moved


def _private_kind(kind: str) -> Kind:
    if kind not in PRIVATE_KINDS:
        raise WrongState(_("群里的话可以转成咨询、报案、求助或投诉。"))
    return Kind(kind)


@transaction.atomic
def hand_out_code(moved: Moved, *, member: Member) -> str:
    """
    The tracking code for the writer of a moved post, shown once; empty when it was taken before.

    The door has proven that it speaks to this member: by the browser's secret, or by the address on a channel.
    """
    if moved.member_id != member.pk:
        raise Refused(_("只有发的人自己可以拿到查询码。"))
    fresh = Moved.objects.select_for_update().get(pk=moved.pk)
    code = fresh.code
    fresh.code = ""
    fresh.save(update_fields=["code"])
    return code


def held_code(moved: Moved) -> Held:
    """The live code of the writer's matter, for a browser that has just been handed it."""
    code = moved.matter.codes.filter(revoked_at=None, holder="reporter").latest("pk")
    return matters.held_codes([code.pk])[moved.matter_id]


# ── and back ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def came_from(matter: Matter) -> Moved | None:
    """The room a matter came out of, if any."""
    return Moved.objects.filter(matter=matter).select_related("room__unit__parent", "post").first()


def draft_answer_back(matter: Matter, entry: Entry) -> str:
    """Question and answer with every mark of a person replaced: what the officer begins to edit."""
    said = matter.entries.standing().filter(type=Type.MESSAGE, by__in=[By.RESIDENT, By.HELPER])
    question = said.order_by("seq").first()
    names = names_in(matter)
    asked = look(question.body, names=names).masked if question else ""
    answer = look(entry.body, names=names).masked
    return _("有居民问：%(question)s\n\n答复：%(answer)s") % {"question": asked, "answer": answer}


@transaction.atomic
def post_answer_back(matter: Matter, entry: Entry, *, by: Officer, text: str, at: datetime) -> Post:
    """
    Post an answer from a private matter to the room it came from, naming nobody.

    Raises StillPersonal with every place that still tells who somebody is. Posting the same answer twice adds nothing.
    """
    require(matters_policy.may_work_on(by, matter))
    bridge = came_from(matter)
    if bridge is None:
        raise WrongState(_("这件事不是从群里来的，没有群可以发回。"))
    room, matter = (
        locked(bridge.room),
        locked_matter(matter),
    )  # in this order everywhere, so that nobody waits crosswise
    if entry.matter_id != matter.pk or entry.type != Type.MESSAGE or entry.by != By.OFFICER:
        raise WrongState(_("只能把民警的答复发回群里。"))
    require(policy.may_post(Visitor(Viewer(officer=by)), room, at))
    words = fitting(text)
    if not words:
        raise NothingSaid(_("请写一下要发到群里的答复。"))
    found = look(words, allowed=public_words(room), names=names_in(matter))
    if found.identifying:
        raise StillPersonal(_("还有能认出人的地方：%(places)s。") % {"places": _("、").join(found.words())})
    key = key_of("back", matter.pk, entry.pk)
    if before := Post.objects.filter(room=room, client_id=key).first():
        return before
    reply = _reply_to(bridge.post)
    append_by_officer(
        matter,
        Type.POSTED_BACK,
        by=by,
        at=at,
        body=words,
        data={"room": room.pk, "room_name": room.name, "seq": room.last_seq + 1},
    )
    post = add(room, at=at, body=words, officer=by, data=reply, client_id=key)
    audit.record("talk.answer_posted_back", by=by.ref, on=matter, at=at, post=post.pk)
    publish(AnswerPosted(room.pk, post.pk, matter.pk))
    return post


def _reply_to(post: Post | None) -> dict[str, Any]:
    """The answer points at the question as long as the room still shows it."""
    if post is None or not Post.objects.shown().filter(pk=post.pk).exists():
        return {}
    return {"reply_to": {"seq": post.seq, "name": post.name}}


def still_personal(room: Room, text: str) -> Found:
    """What an answer for the room still gives away."""
    return look(text, allowed=public_words(room))
