"""From the week's matters to a page that everybody may read: drafted by the house, written by an officer, published by an officer."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.matters.models import Kind, Matter
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.openness import policy
from shouwang.apps.openness.dump import code_of, midnight
from shouwang.apps.openness.errors import NotADraft, NothingToPublish, TellsWho
from shouwang.apps.openness.facts import DigestPublished
from shouwang.apps.openness.models import Digest, DigestItem
from shouwang.apps.openness.outcomes import PUBLISHABLE, shown_items
from shouwang.apps.people.usecases import PERSONAL
from shouwang.apps.units.models import Officer
from shouwang.engines.triage.personal import INCIDENT, spot
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.events import publish
from shouwang.kernel.policy import require

LONGEST_SENTENCE = 120
#: How far back missing drafts are made up for, when the house stood still.
WEEKS_BACK = 4


# ── drafting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def draft_last_week(*, at: datetime) -> int:
    """Drafts for the finished weeks, so far as they are missing; returns how many matters were added."""
    today = timezone.localtime(at).date()
    monday = today - timedelta(days=today.weekday())
    return sum(draft_week(monday - timedelta(weeks=back), at=at) for back in range(1, WEEKS_BACK + 1))


@transaction.atomic
def draft_week(monday: date, *, at: datetime) -> int:
    """
    A draft for each community in which something was asked in the week of this Monday. What is there already stays as it is.

    Nobody's words are copied: an item begins with the neutral sentence of its kind. Published digests get nothing new.
    """
    week = Q(received_at__gte=midnight(monday), received_at__lt=midnight(monday + timedelta(days=7)))
    done = DigestItem.objects.filter(digest__since=monday).values("matter")
    fresh = (
        Matter.objects.filter(PUBLISHABLE, week)
        .exclude(pk__in=done)
        .select_related("community__unit__parent", "unit_first")
        .order_by("received_at", "pk")
    )
    added = 0
    for matter in fresh:
        digest = _digest_for(matter, monday, at=at)
        if digest.state == Digest.State.DRAFT:
            shown = matter.kind != Kind.CONSULTATION
            _item, new = DigestItem.objects.get_or_create(digest=digest, matter=matter, defaults={"shown": shown})
            added += new
    return added


def _digest_for(matter: Matter, monday: date, *, at: datetime) -> Digest:
    community = matter.community
    unit = community.unit.station if community else matter.unit_first
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
    """Put a matter into words for everybody. An empty sentence means the neutral one."""
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


_NUMBER = re.compile(r"\b[A-Z]{2,4}-\d{4}-\d{5,}-\d\b|\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def identifying(item: DigestItem) -> list[str]:
    """
    The pieces of an item's sentence that tell who somebody is: found by their shape, or known of this matter's reporter.

    The station's own telephone and address are everybody's to know.
    """
    sentence = item.public_sentence
    if not sentence:
        return []
    unit = item.digest.unit
    own = f"{unit.phone} {unit.address}"
    found = [sentence[mark.start : mark.end] for mark in spot(sentence) if mark.kind != INCIDENT]
    found += _NUMBER.findall(sentence)
    reporter = item.matter.reporter
    if reporter is not None:
        known = [reporter.pseudonym, *(getattr(reporter, field) for field in PERSONAL)]
        found += [word for word in known if len(word) >= 2 and word in sentence]
    return list(dict.fromkeys(word for word in found if word not in own))


@transaction.atomic
def publish_digest(digest: Digest, *, by: Officer, at: datetime) -> Digest:
    """Let everybody read it. Refused while a sentence tells who somebody is, or while there is none."""
    require(policy.may_edit(by, digest))
    items = list(shown_items(digest).select_related("matter__reporter", "digest__unit"))
    if not items:
        raise NothingToPublish(_("这一份里还没有一条放进来的。"))
    telling = {item.public_sentence: words for item in items if (words := identifying(item))}
    if telling:
        sentence, words = next(iter(telling.items()))
        raise TellsWho(
            _("“%(sentence)s”里的“%(words)s”可能让人知道是谁。") % {"sentence": sentence, "words": _("”“").join(words)}
        )
    won = Digest.objects.filter(pk=digest.pk, state=Digest.State.DRAFT).update(
        state=Digest.State.PUBLISHED, published_at=at, published_by=by
    )
    if not won:
        raise Conflict(_("这一份已经公开了。"))
    audit.record("openness.digest_published", by=by.ref, on=digest, at=at, items=len(items))
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
    audit.record("openness.digest_withdrawn", by=by.ref, on=digest, at=at, reason=clean_text(reason))
    digest.refresh_from_db()
    return digest
