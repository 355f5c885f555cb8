"""What pages ask of the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from shouwang.apps.talk import policy
from shouwang.apps.talk.models import Appeal, Member, Moderation, Post, Room
from shouwang.apps.talk.readable import rooms_served_by
from shouwang.apps.talk.seen import Seen, as_seen
from shouwang.apps.talk.visitor import Visitor
from shouwang.apps.units.models import Officer

ON_A_PAGE = 40
MOST_FOUND = 50


def rooms_for(visitor: Visitor) -> QuerySet[Room]:
    """Every room the visitor may read, with `last_at`, when something was last said there by anybody."""
    last = Post.objects.filter(room=OuterRef("pk")).order_by("-seq").values("at")[:1]
    return Room.objects.visible_to(visitor).select_related("unit", "community").annotate(last_at=Subquery(last))


@dataclass(frozen=True, slots=True)
class Page:
    """
    A stretch of a room, oldest first.

    older   the number to go on from, when there is more above
    newer   the same when there is more below; 0 when the newest page comes next
    """

    posts: list[Seen]
    older: int | None
    newer: int | None


def _seen(room: Room, visitor: Visitor, posts: Sequence[Post]) -> list[Seen]:
    member = visitor.member_of(room)
    return as_seen(posts, level=policy.clearance(visitor, room), member_id=member.pk if member else None)


def page_of(room: Room, visitor: Visitor, *, before: int | None = None) -> Page:
    """The newest posts, or those before a number."""
    rows = Post.objects.filter(room=room)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows.order_by("-seq")[: ON_A_PAGE + 1])
    kept = found[:ON_A_PAGE][::-1]
    older = kept[0].seq if len(found) > ON_A_PAGE else None
    newer = None
    if before is not None and before <= room.last_seq:
        newer = before + ON_A_PAGE if before + ON_A_PAGE <= room.last_seq else 0
    return Page(_seen(room, visitor, kept), older, newer)


def one_post(room: Room, visitor: Visitor, seq: int) -> tuple[Post, Seen] | None:
    """One post with what the visitor may see of it; None when there is none."""
    post = Post.objects.filter(room=room, seq=seq).select_related("room__unit__parent", "member", "officer").first()
    return (post, _seen(room, visitor, [post])[0]) if post else None


def search(room: Room, visitor: Visitor, words: str) -> list[Seen]:
    """Shown posts that hold every one of these words, newest first; nothing hidden is found by anybody."""
    wanted = words.split()[:5]
    if not wanted:
        return []
    rows = Post.objects.shown().filter(room=room)
    for word in wanted:
        rows = rows.filter(body__icontains=word)
    return _seen(room, visitor, list(rows.order_by("-seq")[:MOST_FOUND]))


def acts_on(member: Member, at: datetime) -> list[Moderation]:
    """What holds against a member now, newest first, with the appeals."""
    held = Moderation.objects.filter(member=member, lifted=None).select_related("post", "appeal", "by")
    return [act for act in held.order_by("-at", "-pk") if act.until is None or act.until > at]


def open_appeals(room: Room) -> QuerySet[Appeal]:
    """Appeals that wait for a decision, longest first."""
    waiting = Appeal.objects.filter(act__room=room, decided_at=None)
    return waiting.select_related("act__post", "act__member", "act__by", "act__room__unit__parent").order_by("at")


def appeals_for(officer: Officer) -> list[Appeal]:
    """Appeals that wait for this officer in any room, longest first: not those against what they did themselves."""
    waiting = Appeal.objects.filter(decided_at=None, act__room__in=Room.objects.filter(rooms_served_by(officer)))
    about = waiting.select_related("act__post", "act__member", "act__by", "act__room__unit__parent").order_by("at")
    return [one for one in about if policy.may_decide(officer, one)]


def recent_acts(room: Room) -> QuerySet[Moderation]:
    """What moderation did lately, newest first."""
    rows = Moderation.objects.filter(room=room).select_related("post", "member", "by", "lifted__by", "appeal")
    return rows.order_by("-at", "-pk")[:ON_A_PAGE]


def first_replies(posts: Sequence[Post]) -> dict[int, datetime]:
    """Post → when an officer first answered below it in the room; one query for all, none for none."""
    asked = {(post.room_id, post.seq): post.pk for post in posts}
    if not asked:
        return {}
    replies = Post.objects.shown().filter(
        room__in={post.room_id for post in posts},
        at__gte=min(post.at for post in posts),
        officer__isnull=False,
        data__reply_to__seq__in=[post.seq for post in posts],
    )
    found: dict[int, datetime] = {}
    for room, data, at in replies.order_by("at", "pk").values_list("room_id", "data", "at"):
        if pk := asked.get((room, data["reply_to"]["seq"])):
            found.setdefault(pk, at)
    return found
