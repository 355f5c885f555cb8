"""
What came with words over a messenger: pictures, voice notes, files. It lies there when the words arrive, and is fetched afterwards.

Everything fetched is inspected like an upload before anybody sees it. What does not come leaves a sentence in its place, and whoever wrote
to the station alone is told so, with the way to send it on the web page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from shouwang.apps.files import usecases as files
from shouwang.apps.files.errors import UploadRefused
from shouwang.apps.files.findings import Code, Kind, Refused
from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.enclosed import never_came
from shouwang.apps.matters.models import Entry
from shouwang.apps.matters.usecases import add_enclosed
from shouwang.apps.notices import enclosures
from shouwang.apps.notices.enclosures import Fetch, Kept, Trouble, Unfit
from shouwang.apps.notices.events import EnclosureSettled
from shouwang.apps.notices.messages import Enclosed as Lying
from shouwang.apps.notices.messages import Film, Part, Picture
from shouwang.apps.notices.messenger import Got
from shouwang.apps.notices.models import Enclosure, Inbound
from shouwang.apps.people.models import Person
from shouwang.apps.talk.adding import FILES_OF, locked
from shouwang.apps.talk.events import PostShown
from shouwang.apps.talk.models import Enclosed, Moved, Post, TakenBack
from shouwang.apps.talk.private import add_files
from shouwang.apps.talk.private_line import tell, web
from shouwang.kernel import limits
from shouwang.kernel.events import listen, publish

MOST_IN_ONE_MESSAGE = 9
MOST_IN_AN_HOUR = 40
"""From one sender: a group at play must not fill the station's disk."""
_AS_KIND = {"picture": Kind.PICTURE, "sound": Kind.VOICE, "file": Kind.DOCUMENT}


def came_with(parts: tuple[Part, ...]) -> tuple[Lying, ...]:
    """What has to be fetched, in order."""
    return tuple(part for part in parts if isinstance(part, Lying))


def expect_all(inbound_id: int, parts: tuple[Part, ...], *, sender: Person, subject: str, at: datetime) -> None:
    """Write down what is to be fetched for these words, in the transaction that keeps them."""
    found = came_with(parts)
    if not found:
        return
    inbound = Inbound.objects.get(pk=inbound_id)
    for n, part in enumerate(found):
        kind = enclosures.kind_of(part)
        most = files.house_limits().bytes_for(_AS_KIND.get(kind, Kind.DOCUMENT))
        refused = _refused(part, n, most, sender, at)
        enclosures.expect(inbound, n, part, subject=subject, most_bytes=most, at=at, refused=refused)


def _refused(part: Lying, n: int, most_bytes: int, sender: Person, at: datetime) -> Trouble | None:
    if isinstance(part, Film):
        return _as_trouble(Refused(Code.KIND_NOT_ALLOWED, {"found": "video"}))
    if part.size_bytes > most_bytes:
        return {"code": "too-much"}
    if n >= MOST_IN_ONE_MESSAGE:
        return {"code": "too-many"}
    often = limits.count("messenger-enclosure", f"person:{sender.pk}", at=at, window=timedelta(hours=1))
    return {"code": "too-often"} if often > MOST_IN_AN_HOUR else None


def _as_trouble(refused: Refused) -> Trouble:
    return {"code": str(refused.code), "params": dict(refused.params)}


@enclosures.keeps
def keep(fetch: Fetch, got: Got, at: datetime) -> Kept | Unfit:
    """Into the files room, through the same inspection as every upload; the same bytes are kept once."""
    limits = files.house_limits()
    if fetch.kind in _AS_KIND and fetch.kind != "file":
        limits = replace(limits, kinds=frozenset({_AS_KIND[fetch.kind]}))
    try:
        stored = files.receive_upload(
            got.data,
            claimed_name=fetch.part.name,
            limits=limits,
            by="house",
            at=at,
            upload_id=enclosures.fetched_as(fetch, got),
        )
    except UploadRefused as no:
        other = no.refused.code == Code.KIND_NOT_ALLOWED and no.refused.params.get("found") in set(Kind)
        return Unfit({"code": "other-kind"} if other else _as_trouble(no.refused))
    return Kept(stored.ref)


@enclosures.opens
def open_again(ref: str) -> bytes | None:
    """A picture that an officer sends with an answer, as everybody may see it: the clean copy."""
    return files.clean_picture(ref)


def pictures_of(refs: list[str]) -> tuple[Picture, ...]:
    """The pictures among these files, to be carried out with words."""
    stored = StoredFile.objects.by_ref(refs)
    return tuple(Picture(ref) for ref in refs if ref in stored and stored[ref].has_picture)


@listen(EnclosureSettled)
def put_in_place(event: EnclosureSettled) -> None:
    """It is here, or it will never be: with the words it came with, once."""
    kind, _colon, key = event.subject.rpartition(":")
    if kind == "talk.post":
        _put_into_room(Post.objects.select_related("room__unit__parent").get(pk=int(key)), event)
    elif kind == "matters.entry":
        _put_into_matter(Entry.objects.select_related("matter__reporter").get(pk=int(key)), event)


def _put_into_room(post: Post, event: EnclosureSettled) -> None:
    locked(post.room)
    if Enclosed.objects.filter(post=post, n=event.n).exists() or TakenBack.objects.filter(post=post).exists():
        return
    if event.file_ref:
        place = f"{post.room_id}/{post.seq}"
        files.attach_all((event.file_ref,), for_kind=FILES_OF, for_ref=place, by="house", at=event.at)
    Enclosed.objects.create(
        post=post, n=event.n, kind=event.kind, file_ref=event.file_ref, trouble=event.trouble, at=event.at
    )
    moved = Moved.objects.filter(post=post).select_related("matter").first()
    if moved is not None and event.file_ref:
        add_files(moved.matter, [event.file_ref], at=event.at)
    publish(PostShown(post.room_id, post.seq, event.at))


def _put_into_matter(entry: Entry, event: EnclosureSettled) -> None:
    added = add_enclosed(
        entry, n=event.n, kind=event.kind, at=event.at, file_ref=event.file_ref, trouble=event.trouble or None
    )
    if added is None or not event.trouble or entry.matter.safe_contact or entry.matter.reporter is None:
        return
    words = _("%(says)s网页在这里，凭查询码打开：%(address)s") % {
        "says": never_came(event.kind, event.trouble),
        "address": web("matters:find"),
    }
    enclosure = Enclosure.objects.get(pk=event.enclosure_id)
    # Once for each message and reason, however many pictures were in it.
    key = f"enclosure:{enclosure.gateway_id}:{enclosure.key}:{event.kind}:{event.trouble.get('code')}"
    tell(entry.matter.reporter, words, kind="receipt", key=key, matter=entry.matter, at=event.at)
