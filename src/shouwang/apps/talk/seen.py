"""A post as one visitor may see it. Pages, the stream and search show these values and never a row, so hidden words cannot slip through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.notices.models import State
from shouwang.apps.notices.tracing import fates
from shouwang.apps.talk.models import Enclosed, Moderation, Moved, Post, TakenBack

LONGEST_IN_STREAM = 1200
"""Characters of a post in one live event; the page has the rest."""


@dataclass(frozen=True, slots=True)
class Seen:
    """
    One post as shown.

    by       resident, station or house
    text     the words; empty when this visitor may not read them
    gone     "" when everybody may read it, else "hidden", "moved", or "taken-back", which nobody reads without a written reason
    came     of what came with it over a messenger: how much is still to come, never came, or is shown to members only
    act      the act that hides it, for its writer and the station
    moved    the private matter it became, for its writer and the station
    fate     how an officer's words stand on their way to the messenger's group, in words; for the station
    """

    seq: int
    at: datetime
    name: str
    by: str
    text: str
    via: str
    mine: bool
    data: dict[str, Any]
    files: Sequence[StoredFile] = ()
    gone: str = ""
    came: Mapping[str, int] = field(default_factory=dict)
    act: Moderation | None = None
    moved: Moved | None = None
    fate: str = ""


def post_ref(post: Post) -> str:
    """How looks, arrivals and what leaves the house name a post."""
    return f"talk.post:{post.pk}"


def side_of(post: Post) -> str:
    """On whose side a post was written."""
    return "station" if post.officer_id else "resident" if post.member_id else "house"


def payload_of(post: Post, *, inside: bool = False) -> dict[str, Any]:
    """What everybody who may read the room may know of a shown post, or its members (`inside`); plain JSON."""
    came = list(post.enclosed.order_by("n")) if inside else []
    stored = StoredFile.objects.by_ref(_refs(post, came))
    return {
        "seq": post.seq,
        "name": post.name,
        "by": side_of(post),
        "text": post.body[:LONGEST_IN_STREAM],
        "cut": len(post.body) > LONGEST_IN_STREAM,
        "via": post.via,
        "files": [{"ref": one.ref, "kind": one.kind} for ref in _refs(post, came) if (one := stored.get(ref))],
        "came": _came(post, came, inside=inside),
        **{key: post.data[key] for key in ("place", "reply_to", "parts") if key in post.data},
    }


def _refs(post: Post, came: Iterable[Enclosed]) -> list[str]:
    return [*post.data.get("files", ()), *(one.file_ref for one in came if one.file_ref)]


def _came(post: Post, came: Sequence[Enclosed], *, inside: bool) -> dict[str, int]:
    awaited = len(post.data.get("awaited", ()))
    if not inside:
        return {"inside": awaited}
    return {"awaited": awaited - len(came), "lost": sum(1 for one in came if not one.file_ref)}


@dataclass(frozen=True, slots=True)
class _About:
    """What stands beside the posts of one page, by their keys."""

    acts: Mapping[int | None, Moderation]
    moved: Mapping[int | None, Moved]
    taken: Mapping[int, TakenBack]
    came: Mapping[int, Sequence[Enclosed]]
    stored: Mapping[str, StoredFile]
    fates: Mapping[str, State]


def as_seen(posts: Iterable[Post], *, level: int, member_id: int | None) -> list[Seen]:
    """
    Posts of one room as a visitor with this clearance sees them, in the given order. Six queries, however many posts.

    member_id   who the visitor is in the room, if anybody
    """
    rows = list(posts)
    keys = [post.pk for post in rows]
    came: dict[int, list[Enclosed]] = {}
    for one in Enclosed.objects.filter(post__in=keys).order_by("n"):
        came.setdefault(one.post_id, []).append(one)
    acts = Moderation.objects.filter(post__in=keys, lifted=None).select_related("appeal", "by")
    moved = Moved.objects.filter(post__in=keys).select_related("matter", "by")
    about = _About(
        acts={act.post_id: act for act in acts},
        moved={one.post_id: one for one in moved},
        taken={one.post_id: one for one in TakenBack.objects.filter(post__in=keys)},
        came=came,
        stored=StoredFile.objects.by_ref(ref for post in rows for ref in _refs(post, came.get(post.pk, ()))),
        fates=fates(subjects=[post_ref(post) for post in rows if post.officer_id])
        if level >= Visibility.STATION
        else {},
    )
    return [_seen(post, about, level, member_id) for post in rows]


def _seen(post: Post, about: _About, level: int, member_id: int | None) -> Seen:
    act, moved, taken = about.acts.get(post.pk), about.moved.get(post.pk), about.taken.get(post.pk)
    mine = member_id is not None and post.member_id == member_id
    inside = mine or level >= Visibility.STATION
    gone = "taken-back" if taken else "hidden" if act else "moved" if moved and moved.hides else ""
    readable = not gone or (inside and not taken)
    member = mine or level >= Visibility.PARTIES
    came = about.came.get(post.pk, []) if member else []
    fate = about.fates.get(post_ref(post))
    return Seen(
        seq=post.seq,
        at=post.at,
        name=post.name if readable or inside else "",
        by=side_of(post),
        text=post.body if readable else "",
        via=post.via,
        mine=mine,
        data=post.data if readable else {},
        files=[about.stored[ref] for ref in _refs(post, came) if ref in about.stored] if readable else (),
        gone=gone,
        came=_came(post, came, inside=member) if readable else {},
        act=act if inside else None,
        moved=moved if inside else None,
        fate=str(fate.label) if fate else "",
    )
