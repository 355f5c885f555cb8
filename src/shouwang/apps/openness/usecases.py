"""From what was asked in a week to a page that everybody may read: drafted by the house, written by an officer, published by an officer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.ledger.usecases import canonical, record
from shouwang.apps.matters.models import Kind, Matter
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.openness import policy
from shouwang.apps.openness.dump import code_of, midnight
from shouwang.apps.openness.errors import NotADraft, NothingToPublish, TellsWho
from shouwang.apps.openness.facts import DigestPublished
from shouwang.apps.openness.models import PUBLISHABLE, Digest, DigestItem
from shouwang.apps.people.telling import tells_who
from shouwang.apps.places.models import Community
from shouwang.apps.talk.models import Gathered, Post
from shouwang.apps.talk.moderation import telling
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.events import publish
from shouwang.kernel.policy import require

LONGEST_SENTENCE = 120
#: How far back missing drafts are made up for, when the house stood still.
WEEKS_BACK = 4


# ── drafting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def draft_last_week(*, at: datetime) -> int:
    """Drafts for the finished weeks, oldest first, so far as they are missing; returns how many items were added."""
    today = timezone.localtime(at).date()
    monday = today - timedelta(days=today.weekday())
    return sum(draft_week(monday - timedelta(weeks=back), at=at) for back in range(WEEKS_BACK, 0, -1))


@transaction.atomic
def draft_week(monday: date, *, at: datetime) -> int:
    """
    A draft for each community in which something was asked in the week of this Monday. What is there already stays as it is.

    Nobody's words are copied: an item begins with the neutral sentence of its kind. Published digests get nothing new: a post that
    was gathered after its own week was published comes in the week in which it was gathered.
    """
    since, until = midnight(monday), midnight(monday + timedelta(days=7))
    week = Q(received_at__gte=since, received_at__lt=until)
    done = DigestItem.objects.filter(digest__since=monday, matter__isnull=False).values("matter")
    matters = Matter.objects.filter(PUBLISHABLE, week).exclude(pk__in=done).order_by("received_at", "pk")
    gathered = Gathered.objects.filter(at__gte=since, at__lt=until).values("post")
    posts = (
        Post.objects.gathered()
        .filter(Q(at__gte=since) | Q(pk__in=gathered), at__lt=until)
        .exclude(pk__in=DigestItem.objects.filter(post__isnull=False).values("post"))
        .order_by("at", "pk")
    )
    known: dict[tuple[int | None, int], Digest] = {}  # looked up once a week, not once an item

    def page(community: Community | None, first: Unit) -> Digest:
        key = (community.pk, 0) if community else (None, first.station.pk)
        if key not in known:
            known[key] = digest_of(community, first, monday, at=at)
        return known[key]

    items = [
        DigestItem(
            digest=page(matter.community, matter.unit_first),
            matter=matter,
            shown=matter.kind != Kind.CONSULTATION,
        )
        for matter in matters.select_related("community__unit__parent", "unit_first__parent")
    ]
    items += [
        DigestItem(digest=page(post.room.community, post.room.unit), post=post)
        for post in posts.select_related("room__community__unit__parent", "room__unit__parent")
    ]
    fresh = [item for item in items if item.digest.state == Digest.State.DRAFT]
    DigestItem.objects.bulk_create(fresh, ignore_conflicts=True)  # two workers may draft at once
    return len(fresh)


def digest_of(community: Community | None, first: Unit, monday: date, *, at: datetime) -> Digest:
    """The digest of a community in the week of this Monday, or of the station that was asked first; a new draft when there is none."""
    unit = community.unit.station if community else first.station
    name = community.slug if community else f"station-{code_of(unit).lower()}"
    year, week, _day = monday.isocalendar()
    digest, _new = Digest.objects.get_or_create(
        slug=f"{name}-{year}w{week:02d}",
        defaults={"unit": unit, "community": community, "since": monday, "made_at": at},
    )
    return digest


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def write_item(item: DigestItem, *, by: Officer, sentence: str, shown: bool, at: datetime) -> DigestItem:
    """Put a matter or a post into words for everybody. An empty sentence means the neutral one."""
    require(policy.may_edit(by, item.digest))
    words = " ".join(clean_text(sentence).split())[:LONGEST_SENTENCE]
    if (words, shown) == (item.public_sentence, item.shown):
        return item
    still_draft = DigestItem.objects.filter(pk=item.pk, digest__state=Digest.State.DRAFT)
    if not still_draft.update(public_sentence=words, shown=shown, written_by=by if words else None):
        raise NotADraft(_("这一份已经公开了。"))
    audit.record("openness.sentence_written", by=by.ref, on=item, at=at, shown=shown)
    item.refresh_from_db()
    return item


def identifying(item: DigestItem) -> list[str]:
    """
    The pieces of what is told of an item that tell who somebody is: found by their shape, or known of whoever asked.

    The station's own telephone and address are everybody's to know.
    """
    if item.post is not None:
        return telling(item.post, f"{item.public_sentence}\n{item.mark.done if item.mark else ''}")
    unit = item.digest.unit
    reporter = item.matter.reporter if item.matter else None
    return tells_who(item.public_sentence, of=reporter, public=f"{unit.phone} {unit.address}")


@transaction.atomic
def publish_digest(digest: Digest, *, by: Officer, at: datetime) -> Digest:
    """Let everybody read it. Refused while a sentence tells who somebody is, or while there is none."""
    require(policy.may_edit(by, digest))
    items = list(digest.items.shown().with_all())
    if not items:
        raise NothingToPublish(_("这一份里还没有一条放进来的。"))
    for item in items:
        if words := identifying(item):
            raise TellsWho(
                _("“%(sentence)s”里的“%(words)s”可能让人知道是谁。")
                % {
                    "sentence": item.public_sentence or (item.mark.done if item.mark else ""),
                    "words": _("”“").join(words),
                }
            )
    won = Digest.objects.filter(pk=digest.pk, state=Digest.State.DRAFT).update(
        state=Digest.State.PUBLISHED, published_at=at, published_by=by
    )
    if not won:
        raise Conflict(_("这一份已经公开了。"))
    audit.record("openness.digest_published", by=by.ref, on=digest, at=at, items=len(items))
    told = canonical([item.public_sentence for item in items])
    record("digest.published", digest.slug, {"sha256": sha256(told.encode()).hexdigest()}, at=at)
    path = reverse("openness:digest", args=[digest.slug])
    publish(DigestPublished(digest.pk, digest.unit_id, digest.community_id, path, at))
    digest.refresh_from_db()
    return digest


@transaction.atomic
def withdraw_digest(digest: Digest, *, by: Officer, reason: str, at: datetime) -> Digest:
    """Take it back to mend it. Why is kept in the audit trail."""
    require(policy.may_edit(by, digest))
    won = Digest.objects.filter(pk=digest.pk, state=Digest.State.PUBLISHED).update(state=Digest.State.DRAFT)
    if not won:
        raise Conflict(_("这一份现在没有公开。"))
    record("digest.withdrawn", digest.slug, {}, at=at)
    audit.record("openness.digest_withdrawn", by=by.ref, on=digest, at=at, reason=clean_text(reason))
    digest.refresh_from_db()
    return digest
