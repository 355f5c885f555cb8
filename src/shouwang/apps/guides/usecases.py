"""
What can be done with guides. Each function is one transaction: may I, decide, write, record.

`at` is an aware datetime handed in by the door.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from shouwang.apps.guides import policy, reading
from shouwang.apps.guides.errors import AlreadyDecided, BadWording, NoReason
from shouwang.apps.guides.models import (
    WORDING,
    CannedAnswer,
    Category,
    Feedback,
    Guide,
    GuideVersion,
    Origin,
    Proposal,
    Shelf,
    State,
)
from shouwang.apps.ledger.checking import Published, digests
from shouwang.apps.ledger.usecases import record
from shouwang.apps.units.models import Officer, Role
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require

LIBRARY = Path(__file__).parent / "library"
#: How long somebody vouches for a guide that was just written here.
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many guides and canned answers were added and updated, and how many were left because the station changed them."""

    added: int
    updated: int
    kept: int


# ── the library ──────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def load_library(*, at: datetime, folder: Path = LIBRARY) -> Loaded:
    """
    Bring the station up to the library that ships with the house. May run at every start: nothing new, nothing written.

    What the station wrote over stays as the station wrote it; what the library no longer has stays too.
    Raises BadData when a file of the library is not fit to be read.
    """
    counts = {"added": 0, "updated": 0, "kept": 0, "same": 0}
    guides = {guide.slug: guide for guide in Guide.objects.all()}
    for text in reading.read_library(folder):
        wording = _wording_of(text)
        counts[_load_guide(guides.get(text.slug), text.slug, wording, _digest(wording), at)] += 1
    canned = {one.key: one for one in CannedAnswer.objects.all()}
    for order, sentence in enumerate(reading.read_canned(folder / "canned.toml")):
        row = {**asdict(sentence), "order": order}
        counts[_load_canned(canned.get(sentence.key), row, _digest(row))] += 1
    loaded = Loaded(counts["added"], counts["updated"], counts["kept"])
    if loaded.added or loaded.updated:
        _shelf_changed()
        audit.record(
            "guides.library_loaded",
            by="house",
            on="guides",
            at=at,
            added=loaded.added,
            updated=loaded.updated,
            kept=loaded.kept,
        )
    return loaded


def _wording_of(text: reading.GuideText) -> dict[str, Any]:
    """A guide's text as the model's columns: plain JSON values, dates as dates."""
    values = asdict(text)
    values.pop("slug")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _digest(values: Mapping[str, Any]) -> str:
    plain = json.dumps(values, ensure_ascii=False, sort_keys=True, default=date.isoformat)
    return hashlib.sha256(plain.encode()).hexdigest()


def _load_guide(guide: Guide | None, slug: str, wording: Mapping[str, Any], digest: str, at: datetime) -> str:
    if guide is None:
        guide = Guide.objects.create(
            slug=slug,
            state=State.PUBLISHED,
            origin=Origin.LIBRARY,
            library_digest=digest,
            updated_at=at,
            **wording,
        )
        _keep_version(guide, by="house", name="", why="", at=at)
        return "added"
    if guide.library_digest == digest:
        return "same"
    if guide.changed_here or guide.origin != Origin.LIBRARY:
        return "kept"
    _write(guide, wording, at=at, library_digest=digest)
    _keep_version(guide, by="house", name="", why="", at=at)
    return "updated"


def _load_canned(one: CannedAnswer | None, row: Mapping[str, Any], digest: str) -> str:
    if one is None:
        CannedAnswer.objects.create(**row, library_digest=digest)
        return "added"
    if one.library_digest == digest:
        return "same"
    if one.changed_here:
        return "kept"
    CannedAnswer.objects.filter(pk=one.pk).update(**row, library_digest=digest)
    return "updated"


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _write(guide: Guide, wording: Mapping[str, Any], *, at: datetime, **more: Any) -> None:
    for name, value in {**wording, **more, "version": guide.version + 1, "updated_at": at}.items():
        setattr(guide, name, value)
    guide.save()


def _keep_version(guide: Guide, *, by: str, name: str, why: str, at: datetime) -> None:
    GuideVersion.objects.create(
        guide=guide, number=guide.version, at=at, by=by, name=name, why=why[:200], wording=guide.wording()
    )
    if guide.state == State.PUBLISHED:
        _tell_the_log(guide, "published", at)


def _tell_the_log(guide: Guide, what: str, at: datetime) -> None:
    """Everybody can check later what stood there when: the leaf holds the digest, not the words."""
    record(f"guide.{what}", guide.slug, {"version": guide.version, "sha256": _digest(guide.wording())}, at=at)


@digests("guide.published", "guide.withdrawn")
def _wordings() -> tuple[dict[Published, str], list[Published]]:
    """Drafts were never public: the log knows nothing of them."""
    versions = GuideVersion.objects.order_by().values_list("guide__slug", "number", "wording")
    held = {(slug, number): _digest(wording) for slug, number, wording in versions}
    return held, list(Guide.objects.filter(state=State.PUBLISHED).values_list("slug", "version"))


def _shelf_changed() -> None:
    Shelf.objects.update_or_create(pk=1, defaults={"token": get_random_string(22)})


def _check(wording: Mapping[str, Any]) -> None:
    if wording["valid_until"] <= wording["reviewed_on"]:
        raise BadWording(_("“有效到”要在核对日期之后。"))
    if wording["auto_ok"] and not wording["answer"]:
        raise BadWording(_("要自动回答，先写好简短回答。"))


@transaction.atomic
def write_guide(
    guide: Guide,
    *,
    wording: Mapping[str, Any],
    seen: int,
    by: Officer,
    why: str,
    at: datetime,
    owner: Officer | None = None,
) -> Guide:
    """
    A new wording. On a published guide residents read it at once; the old wording stays in the history.

    seen   the version the editor had before the eyes; somebody else's newer one is never written over
    """
    require(policy.may_manage_guides(by))
    if not why.strip():
        raise NoReason(_("请写一句改了什么。"))
    _check(wording)
    now = Guide.objects.select_for_update().get(pk=guide.pk)
    if now.version != seen:
        raise Conflict(
            _("别人刚改过这份指南（第 %(n)d 版）。您写的还在下面，请先看一眼新的再改。") % {"n": now.version}
        )
    kept = {name: wording[name] for name in WORDING if name in wording}
    _write(now, kept, at=at, owner=owner, changed_here=True)
    _keep_version(now, by=by.ref, name=by.public_name, why=why.strip(), at=at)
    _shelf_changed()
    audit.record("guides.written", by=by.ref, on=now, at=at, reason=why.strip(), version=now.version)
    return now


@transaction.atomic
def new_guide(slug: str, *, wording: Mapping[str, Any], by: Officer, at: datetime) -> Guide:
    """A draft of the station's own."""
    require(policy.may_manage_guides(by))
    _check(wording)
    guide = Guide.objects.create(
        slug=slug, state=State.DRAFT, origin=Origin.STATION, owner_unit=by.unit, updated_at=at, **wording
    )
    _keep_version(guide, by=by.ref, name=by.public_name, why="", at=at)
    audit.record("guides.drafted", by=by.ref, on=guide, at=at)
    return guide


@transaction.atomic
def publish_guide(guide: Guide, *, by: Officer, at: datetime) -> None:
    """Residents can read and find it from now on."""
    require(policy.may_manage_guides(by))
    if not guide.body.strip():
        raise BadWording(_("正文还是空的，写好再公开。"))
    if guide.is_stale(timezone.localdate(at)):
        raise BadWording(_("“有效到”已经过了。先核对内容，改好日期再公开。"))
    _move(guide, State.PUBLISHED, by=by, at=at)


@transaction.atomic
def withdraw_guide(guide: Guide, *, by: Officer, reason: str, at: datetime) -> None:
    """Nobody finds it any more; the history stays."""
    require(policy.may_manage_guides(by))
    if not reason.strip():
        raise NoReason(_("请写一句为什么撤下。"))
    _move(guide, State.WITHDRAWN, by=by, at=at, reason=reason.strip())


def _move(guide: Guide, state: State, *, by: Officer, at: datetime, reason: str = "") -> None:
    if not Guide.objects.filter(pk=guide.pk).exclude(state=state).update(state=state, updated_at=at):
        raise Conflict(_("已经是“%(state)s”了。") % {"state": state.label})
    guide.refresh_from_db()
    _shelf_changed()
    if state in (State.PUBLISHED, State.WITHDRAWN):
        _tell_the_log(guide, state.value, at)
    audit.record(f"guides.{state.value}", by=by.ref, on=guide, at=at, reason=reason)


# ── proposals ────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def propose(source_ref: str, *, question: str, answer: str, by: Officer, at: datetime) -> Proposal:
    """
    Put an answer forward as a guide.

    question, answer   already without names, numbers and addresses: whoever proposes has read them once more
    """
    require(policy.may_propose(by))
    if not question.strip() or not answer.strip():
        raise BadWording(_("问题和答复都要写。"))
    row, new = Proposal.objects.get_or_create(
        source_ref=source_ref,
        defaults={"question": question.strip(), "answer": answer.strip(), "by": by, "at": at},
    )
    if not new:
        raise Conflict(_("这个答复已经提过了，提出的是%(name)s。") % {"name": row.by.public_name})
    audit.record("guides.proposed", by=by.ref, on=row, at=at, source=source_ref)
    return row


def _decide(proposal: Proposal, decision: Proposal.Decision, *, by: Officer, at: datetime, **more: Any) -> None:
    require(policy.may_manage_guides(by))
    won = Proposal.objects.filter(pk=proposal.pk, decision=Proposal.Decision.OPEN).update(
        decision=decision, decided_by=by, decided_at=at, **more
    )
    if not won:
        raise AlreadyDecided(_("这条已经有人处理了。"))
    proposal.refresh_from_db()


@transaction.atomic
def accept_proposal(proposal: Proposal, *, by: Officer, at: datetime) -> Guide:
    """It becomes a draft, to be finished and then published."""
    _decide(proposal, Proposal.Decision.ACCEPTED, by=by, at=at)
    today = timezone.localdate(at)
    title = proposal.question.splitlines()[0].strip()[:80]
    guide = Guide.objects.create(
        slug=f"local-{proposal.pk}",
        title=title,
        summary=title,
        audience=_("问过同样事情的人"),
        category=Category.CERTIFICATES,
        owner_role=Role.COMMUNITY_OFFICER,
        owner=proposal.by,
        owner_unit=proposal.by.unit,
        reviewed_on=today,
        valid_until=today + A_YEAR,
        questions=[title],
        body="## " + _("怎么办") + "\n\n" + proposal.answer,
        state=State.DRAFT,
        origin=Origin.PROPOSED,
        updated_at=at,
    )
    Proposal.objects.filter(pk=proposal.pk).update(guide=guide)
    _keep_version(guide, by=by.ref, name=by.public_name, why="", at=at)
    audit.record("guides.proposal_accepted", by=by.ref, on=proposal, at=at, guide=guide.pk)
    return guide


@transaction.atomic
def reject_proposal(proposal: Proposal, *, by: Officer, reason: str, at: datetime) -> None:
    """Not this time, and why."""
    if not reason.strip():
        raise NoReason(_("请写一句为什么不采用。"))
    _decide(proposal, Proposal.Decision.REJECTED, by=by, at=at, reason=reason.strip()[:300])
    audit.record("guides.proposal_rejected", by=by.ref, on=proposal, at=at, reason=reason.strip())


# ── did it help ──────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def count_feedback(guide: Guide, *, helpful: bool) -> None:
    """One more yes or no for the present wording. Who said it is not kept."""
    Feedback.objects.get_or_create(guide=guide, version=guide.version)
    column = "helpful" if helpful else "not_helpful"
    Feedback.objects.filter(guide=guide, version=guide.version).update(**{column: F(column) + 1})


# ── canned answers ───────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def write_canned(
    one: CannedAnswer, *, title: str, text: str, kind: str, outside: bool, by: Officer, at: datetime
) -> None:
    """The station's own wording; the library no longer updates it."""
    require(policy.may_manage_guides(by))
    CannedAnswer.objects.filter(pk=one.pk).update(title=title, text=text, kind=kind, outside=outside, changed_here=True)
    audit.record("guides.canned_written", by=by.ref, on=one, at=at)
