"""Hiding, muting, and the appeal against both. Each act has a reason, holds until it is lifted, and can be looked at by another officer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.people.telling import tells_who
from shouwang.apps.people.usecases import record_look
from shouwang.apps.talk import danger, policy
from shouwang.apps.talk.adding import locked
from shouwang.apps.talk.errors import NothingSaid, StillPersonal, WrongState
from shouwang.apps.talk.events import PostHidden, PostShown
from shouwang.apps.talk.models import Appeal, Gathered, Lifted, Member, Moderation, Post, TakenBack, Via
from shouwang.apps.talk.seen import post_ref
from shouwang.apps.talk.visitor import Visitor
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.events import publish
from shouwang.kernel.policy import require

LONGEST_MUTE = timedelta(days=30)


@transaction.atomic
def hide(post: Post, *, by: Officer, reason: str, at: datetime) -> Moderation:
    """Take a post out of everybody's sight; its writer sees why and may appeal."""
    locked(post.room)
    require(policy.may_moderate(by, post.room))
    why = _reason(reason, _("请写明为什么隐藏，发的人会看到。"))
    if hiding(post) is not None:
        raise Conflict(_("这条已经隐藏了。"))
    act = hide_by_rule(post, reason=why, by=by, at=at)
    audit.record("talk.post_hidden", by=by.ref, on=post, at=at, reason=why)
    return act


def hide_by_rule(post: Post, *, reason: str, at: datetime, by: Officer | None = None) -> Moderation:
    """The act itself, inside the caller's transaction; without `by` the house did it."""
    act = Moderation.objects.create(
        kind=Moderation.Kind.HIDE, room=post.room, post=post, member=post.member, by=by, reason=reason, at=at
    )
    publish(PostHidden(post.room_id, post.seq, at))
    return act


@transaction.atomic
def unhide(post: Post, *, by: Officer, reason: str, at: datetime) -> Lifted:
    """Show a hidden post again."""
    locked(post.room)
    require(policy.may_moderate(by, post.room))
    act = hiding(post)
    if act is None:
        raise Conflict(_("这条没有隐藏。"))
    return _lift(act, by=by, reason=_reason(reason, _("请写明为什么恢复。")), at=at)


def hiding(post: Post) -> Moderation | None:
    """The act that hides a post now."""
    return Moderation.objects.filter(post=post, kind=Moderation.Kind.HIDE, lifted=None).first()


@transaction.atomic
def mute(member: Member, *, by: Officer, lasting: timedelta, reason: str, at: datetime) -> Moderation:
    """No words from this member until then. Reading goes on, danger still rings, and a private question is always possible."""
    room = locked(member.room)
    require(policy.may_moderate(by, room))
    why = _reason(reason, _("请写明为什么禁言，本人会看到。"))
    if not timedelta() < lasting <= LONGEST_MUTE:
        raise WrongState(_("禁言最短 1 分钟，最长 30 天。"))
    if muting(member, at) is not None:
        raise Conflict(_("%(name)s已经在禁言中。") % {"name": member.nickname})
    act = Moderation.objects.create(
        kind=Moderation.Kind.MUTE, room=room, member=member, by=by, reason=why, at=at, until=at + lasting
    )
    Member.objects.filter(pk=member.pk).update(muted_until=act.until)
    audit.record(
        "talk.member_muted", by=by.ref, on=member, at=at, reason=why, minutes=int(lasting.total_seconds() // 60)
    )
    return act


@transaction.atomic
def unmute(member: Member, *, by: Officer, reason: str, at: datetime) -> Lifted:
    """Let a member speak again before the mute ends."""
    room = locked(member.room)
    require(policy.may_moderate(by, room))
    act = muting(member, at)
    if act is None:
        raise Conflict(_("%(name)s没有被禁言。") % {"name": member.nickname})
    return _lift(act, by=by, reason=_reason(reason, _("请写明为什么解除。")), at=at)


def muting(member: Member, at: datetime) -> Moderation | None:
    """The mute that holds for a member at that moment."""
    held = Moderation.objects.filter(member=member, kind=Moderation.Kind.MUTE, lifted=None, until__gt=at)
    return held.order_by("-at").first()


def _lift(act: Moderation, *, by: Officer, reason: str, at: datetime) -> Lifted:
    lifted = Lifted.objects.create(act=act, by=by, reason=reason, at=at)
    if act.kind == Moderation.Kind.MUTE and act.member is not None:
        Member.objects.filter(pk=act.member.pk).update(muted_until=None)
    elif act.post is not None:
        publish(PostShown(act.room_id, act.post.seq, at))
    audit.record("talk.act_lifted", by=by.ref, on=act, at=at, reason=reason)
    return lifted


def _reason(words: str, when_missing: str) -> str:
    if not (why := clean_text(words)[:200]):
        raise NothingSaid(when_missing)
    return why


# ── taken back where it was said ─────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def take_back(post: Post, *, by_writer: bool, at: datetime) -> TakenBack:
    """The post was taken back in the messenger's group: nobody reads it here any more, and nobody can show it again. Twice adds nothing."""
    locked(post.room)
    if before := TakenBack.objects.filter(post=post).first():
        return before
    taken = TakenBack.objects.create(post=post, by_writer=by_writer, at=at)
    audit.record("talk.post_taken_back", by="resident", on=post, at=at, by_writer=by_writer)
    publish(PostHidden(post.room_id, post.seq, at, taken_back=True))
    return taken


@transaction.atomic
def read_taken_back(post: Post, *, by: Officer, reason: str, at: datetime) -> Post:
    """The words of a post that was taken back, for a written reason; the look is recorded as one at personal data."""
    require(policy.may_read_taken_back(by, post))
    why = _reason(reason, _("请写明为什么要看，会记下来。"))
    person = post.member.person if post.member else None
    record_look(by, post_ref(post), person=person, what=("post",), reason=why, at=at)
    return post


# ── appeals ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def appeal(act: Moderation, *, visitor: Visitor, words: str, at: datetime) -> Appeal:
    """The member says that the act was wrong. Danger in these words rings whatever becomes of the appeal."""
    member = visitor.member_of(act.room)
    if member is not None and member.pk == act.member_id:
        danger.ring(act.room, member, clean_text(words), channel=Via.WEB, sent_as=f"appeal:{act.pk}", at=at)
    return _appeal(act, visitor=visitor, words=words, at=at)


@transaction.atomic
def _appeal(act: Moderation, *, visitor: Visitor, words: str, at: datetime) -> Appeal:
    locked(act.room)
    require(policy.may_appeal(visitor, act))
    if Lifted.objects.filter(act=act).exists():
        raise WrongState(_("这个处理已经撤销了，不用再申诉。"))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写一下为什么觉得不对，另一位民警会看。"))
    return Appeal.objects.create(act=act, words=why, at=at)


@transaction.atomic
def decide(one: Appeal, *, by: Officer, upheld: bool, words: str, at: datetime) -> Appeal:
    """
    Another officer looks: the act stands (`upheld`), or it is lifted at once. The member reads the answer.

    Decided once: of two officers pressing at the same time, the second is told.
    """
    require(policy.may_decide(by, one))
    answer = _reason(words, _("请写一句理由，申诉的人会看到。"))
    won = Appeal.objects.filter(pk=one.pk, decided_at=None).update(
        decided_by=by, decided_at=at, upheld=upheld, answer=answer
    )
    if not won:
        raise Conflict(_("这个申诉已经有结果了。"))
    if not upheld and not Lifted.objects.filter(act=one.act).exists():
        _lift(one.act, by=by, reason=answer, at=at)
    audit.record("talk.appeal_decided", by=by.ref, on=one, at=at, upheld=upheld)
    one.refresh_from_db()
    return one


# ── gathering ────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def gather(post: Post, *, kind: str, by: Officer, at: datetime, done: str = "") -> Gathered:
    """
    Mark a post as a question or suggestion for the weekly page, with what became of it; or take it out again.

    `done` is read by everybody as it stands; raises StillPersonal when it tells who somebody is.
    """
    require(policy.may_moderate(by, post.room))
    if post.member is None:
        raise WrongState(_("这条不是居民发的。"))
    words = clean_text(done)
    if found := telling(post, words):
        raise StillPersonal(_("还有能认出人的地方：%(places)s。") % {"places": _("、").join(found)})
    audit.record("talk.post_gathered", by=by.ref, on=post, at=at, kind=kind)
    return Gathered.objects.create(post=post, kind=Gathered.Kind(kind), done=words, by=by, at=at)


def telling(post: Post, words: str) -> list[str]:
    """What in words for everybody tells who wrote a post, or who somebody else is."""
    station, writer = post.room.unit.station, post.member
    return tells_who(
        words,
        of=writer.person if writer else None,
        called=(post.name, writer.nickname) if writer else (),
        public=f"{station.phone} {station.address}",
    )
