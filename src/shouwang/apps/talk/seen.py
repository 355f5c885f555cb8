"""A post as one visitor may see it. Pages, the stream and search show these values and never a row, so hidden words cannot slip through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.talk.models import Moderation, Moved, Post

LONGEST_IN_STREAM = 1200
"""Characters of a post in one live event; the page has the rest."""


@dataclass(frozen=True, slots=True)
class Seen:
    """
    One post as shown.

    by       resident, station or house
    text     the words; empty when this visitor may not read them
    gone     "" when everybody may read it, else "hidden" or "moved"
    act      the act that hides it, for its writer and the station
    moved    the private matter it became, for its writer and the station
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
    act: Moderation | None = None
    moved: Moved | None = None


def side_of(post: Post) -> str:
    """On whose side a post was written."""
    return "station" if post.officer_id else "resident" if post.member_id else "house"


def payload_of(post: Post) -> dict[str, Any]:
    """What everybody who may read the room may know of a shown post; plain JSON."""
    stored = StoredFile.objects.by_ref(post.data["files"]) if "files" in post.data else {}
    return {
        "seq": post.seq,
        "name": post.name,
        "by": side_of(post),
        "text": post.body[:LONGEST_IN_STREAM],
        "cut": len(post.body) > LONGEST_IN_STREAM,
        "via": post.via,
        "files": [{"ref": one.ref, "kind": one.kind} for one in stored.values()],
        **{key: post.data[key] for key in ("place", "reply_to", "parts") if key in post.data},
    }


def as_seen(posts: Iterable[Post], *, level: int, member_id: int | None) -> list[Seen]:
    """
    Posts of one room as a visitor with this clearance sees them, in the given order. Three queries, however many posts.

    member_id   who the visitor is in the room, if anybody
    """
    rows = list(posts)
    keys = [post.pk for post in rows]
    acts = {
        act.post_id: act for act in Moderation.objects.filter(post__in=keys, lifted=None).select_related("appeal", "by")
    }
    moved = {one.post_id: one for one in Moved.objects.filter(post__in=keys).select_related("matter", "by")}
    stored = StoredFile.objects.by_ref(ref for post in rows for ref in post.data.get("files", ()))
    return [_seen(post, acts.get(post.pk), moved.get(post.pk), stored, level, member_id) for post in rows]


def _seen(
    post: Post,
    act: Moderation | None,
    moved: Moved | None,
    stored: Mapping[str, StoredFile],
    level: int,
    member_id: int | None,
) -> Seen:
    mine = member_id is not None and post.member_id == member_id
    inside = mine or level >= Visibility.STATION
    gone = "hidden" if act else "moved" if moved and moved.hides else ""
    readable = not gone or inside
    return Seen(
        seq=post.seq,
        at=post.at,
        name=post.name if readable else "",
        by=side_of(post),
        text=post.body if readable else "",
        via=post.via,
        mine=mine,
        data=post.data if readable else {},
        files=[stored[ref] for ref in post.data.get("files", ()) if ref in stored] if readable else (),
        gone=gone,
        act=act if inside else None,
        moved=moved if inside else None,
    )
