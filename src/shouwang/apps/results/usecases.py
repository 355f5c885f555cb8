"""
From a decision to a page that everybody may read: begun, written, handed in, passed by a second pair of eyes, withdrawn.

Each function is one transaction: may I, decide, write, record, tell. What is published and what is withdrawn are leaves of the log.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from shouwang.apps.cases.models import Party
from shouwang.apps.ledger.usecases import canonical, record
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.papers.models import Paper
from shouwang.apps.penalties.models import Measured, Penalty
from shouwang.apps.penalties.models import Stage as PenaltyStage
from shouwang.apps.results import policy
from shouwang.apps.results.anonymous import telling, written
from shouwang.apps.results.errors import NotPublished, TellsWho, WrongMoment
from shouwang.apps.results.models import BY_DEFAULT, Because, Decision, Setting, State, Whom
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import audit
from shouwang.kernel.policy import require

_SLUG = "23456789abcdefghjkmnpqrstvwxyz"


# ── whose decisions are published at all ─────────────────────────────────────────────────────────────────────────────


def whom_of(penalty: Penalty) -> Whom:
    return Whom.ORGANISATIONS if penalty.party.organisation else Whom.PERSONS


def setting_of(unit: Unit, whom: str) -> Setting | None:
    """The chief's newest word; None while the default holds."""
    return Setting.objects.filter(unit=unit.station, whom=whom).order_by("-pk").first()


def is_on(unit: Unit, whom: str) -> bool:
    said = setting_of(unit, whom)
    return BY_DEFAULT[Whom(whom)] if said is None else said.on


@transaction.atomic
def switch(unit: Unit, *, by: Officer, whom: str, on: bool, reason: str, source: str, at: datetime) -> Setting:
    """Publish somebody's decisions from now on, or no more; with reason and source, and a leaf of the log. What is public stays."""
    require(policy.may_set(by, unit))
    why, rests = clean_text(reason)[:300], clean_text(source)[:200]
    if whom not in Whom.values or not why or not rests:
        raise NothingSaid(_("请写为什么、依据哪一条。"))
    said = Setting.objects.create(unit=unit.station, whom=whom, on=on, reason=why, source=rests, by=by, at=at)
    audit.record("results.switched", by=by.ref, on=said, at=at, whom=whom, publish=on, reason=why)
    record("penalty.policy", f"{unit.station.pk}.{whom}", {"on": on}, at=at)
    return said


def why_never(penalty: Penalty) -> tuple[str, str] | None:
    """What forbids that anything of this decision is public, as a code of `Because` and a sentence; None when nothing does."""
    case = penalty.case
    if case.matter.sealed_at is not None:
        return Because.SEALED, _("记录已经封存，不公开。")
    if penalty.stage == PenaltyStage.REVOKED:
        return Because.REVOKED, _("决定已经撤销，不公开。")
    if Party.objects.filter(case=case.pk, minor=True, left_at=None).exists():
        return Because.MINOR, _("案件里有未成年人，不公开（《未成年人保护法》第103条）。")
    if penalty.stage == PenaltyStage.DONE and not penalty.party.organisation:
        return Because.SEALED, _("个人的记录办完就封存，不公开（《治安管理处罚法》第136条）。")
    if case.matter.danger or case.matter.safe_contact or case.matter.kept_from.exists():
        return Because.OTHER, _("这件事要保护人，不公开。")
    return None


def why_not(penalty: Penalty) -> str:
    """Why nothing of this decision is published, a sentence for the desk; empty when it may be."""
    if (never := why_never(penalty)) is not None:
        return never[1]
    if penalty.decided_at is None or penalty.kind == Measured.NONE or penalty.spot:
        return _("公开的是作出了的、不是当场的处罚决定。")
    if not penalty.served.filter(party=penalty.party_id).exists():
        return _("决定书还没有送达：先送达，再公开。")
    if not is_on(penalty.case.matter.unit, whom_of(penalty)):
        return _("本所不公开%(whom)s的处罚决定。要公开，由所长写明理由和依据打开。") % {"whom": whom_of(penalty).label}
    return ""


def _may_be_public(penalty: Penalty) -> None:
    if why := why_not(penalty):
        raise NotPublished(why)


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def held(decision: Decision) -> Decision:
    """As it stands now, held until the transaction ends: two desks pressing at once take turns."""
    rows = Decision.objects.select_for_update(of=("self",))
    return rows.select_related("unit", "penalty__party__person", "penalty__case__matter__unit__parent").get(
        pk=decision.pk
    )


@transaction.atomic
def begin(penalty: Penalty, *, by: Officer, at: datetime) -> Decision:
    """A draft by the published rule. A second press finds the first; what was withdrawn begins anew when it may be public again."""
    require(policy.may_prepare(by, penalty))
    earlier = Decision.objects.filter(penalty=penalty).first()
    if earlier is not None and earlier.state != State.WITHDRAWN:
        return earlier
    _may_be_public(penalty)
    if earlier is not None and earlier.because in {Because.REVOKED, Because.SEALED, Because.MINOR}:
        raise NotPublished(_("这个决定依法撤下过，不再公开。"))
    who, facts = written(penalty)
    paper = Paper.objects.filter(about=penalty.ref, kind="penalty-decision").exclude(number="").order_by("pk").last()
    columns: dict[str, Any] = {
        "who": who,
        "facts": facts,
        "number": paper.number if paper else "",
        "state": State.DRAFT,
    }
    columns |= {"written_by": by, "written_at": at, "proposed_by": None, "proposed_at": None, "sent_back": ""}
    columns |= {"published_by": None, "published_at": None, "withdrawn_by": None, "withdrawn_at": None}
    columns |= {"because": "", "words": "", "changed": earlier.changed + 1 if earlier else 1}
    decision, _new = Decision.objects.update_or_create(
        penalty=penalty,
        defaults=columns,
        create_defaults={
            **columns,
            "unit": penalty.case.matter.unit.station,
            "slug": get_random_string(10, _SLUG),
            "whom": whom_of(penalty),
        },
    )
    audit.record("results.begun", by=by.ref, on=decision, at=at, penalty=penalty.pk)
    return decision


@transaction.atomic
def write(decision: Decision, *, by: Officer, facts: str, seen: int, at: datetime) -> Decision:
    """Change the text. That takes it back from the leader's table: nothing is passed that was not handed in."""
    decision = held(decision)
    require(policy.may_write(by, decision))
    if decision.changed != seen:
        raise WrongMoment(_("同事刚刚改过，请看一下新的，再改。"))
    if not (text := clean_text(facts)):
        raise NothingSaid(_("请写查明的事实。"))
    columns = {"facts": text, "written_by": by, "written_at": at, "changed": seen + 1}
    return _keep(decision, state=State.DRAFT, proposed_by=None, proposed_at=None, **columns)


@transaction.atomic
def hand_in(decision: Decision, *, by: Officer, seen: int, at: datetime) -> Decision:
    """To the second pair of eyes. Refused while the text tells who somebody is."""
    decision = held(decision)
    require(policy.may_write(by, decision))
    if decision.state == State.PROPOSED:
        return decision
    if decision.changed != seen:
        raise WrongMoment(_("同事刚刚改过，请看一下新的，再交。"))
    _may_be_public(decision.penalty)
    _tells_nobody(decision)
    audit.record("results.handed_in", by=by.ref, on=decision, at=at)
    return _keep(decision, state=State.PROPOSED, proposed_by=by, proposed_at=at, sent_back="")


def _tells_nobody(decision: Decision) -> None:
    if words := telling(f"{decision.facts}\n{decision.penalty.basis}", decision.penalty):
        raise TellsWho(_("文字里的“%(words)s”可能让人知道是谁。") % {"words": _("”“").join(words)})


@transaction.atomic
def send_back(decision: Decision, *, by: Officer, words: str, at: datetime) -> Decision:
    """Back to whoever wrote it, with what is to be changed."""
    decision = held(decision)
    require(policy.may_pass(by, decision))
    if not (why := clean_text(words)[:300]):
        raise NothingSaid(_("请写要改什么。"))
    audit.record("results.sent_back", by=by.ref, on=decision, at=at, reason=why)
    return _keep(decision, state=State.DRAFT, proposed_by=None, proposed_at=None, sent_back=why)


def print_of(decision: Decision) -> str:
    """The SHA-256 of what everybody reads, which stands in the log."""
    one = decision.penalty
    measure = [one.kind, one.fine, one.days, one.revokes, one.suspends]
    told = canonical([decision.who, decision.number, one.act, decision.facts, one.basis, measure])
    return sha256(told.encode()).hexdigest()


@transaction.atomic
def publish(decision: Decision, *, by: Officer, seen: int, at: datetime) -> Decision:
    """
    Let everybody read exactly what was handed in. Everything is asked again, for much may have happened since.

    Raises NotPublished, TellsWho, WrongMoment when somebody else was quicker, Refused for whoever wrote it
    """
    decision = held(decision)
    if decision.state == State.PUBLISHED:
        return decision
    require(policy.may_pass(by, decision))
    if decision.changed != seen:
        raise WrongMoment(_("您看的不是最新的，请再看一遍。"))
    _may_be_public(decision.penalty)
    _tells_nobody(decision)
    decision = _keep(decision, state=State.PUBLISHED, published_by=by, published_at=at)
    audit.record("results.published", by=by.ref, on=decision, at=at, slug=decision.slug)
    record("penalty.published", decision.slug, {"sha256": print_of(decision)}, at=at)
    return decision


# ── taking it back ───────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def withdraw(decision: Decision, *, by: Officer, because: str, words: str, at: datetime) -> Decision:
    """Take it from the page at once, with a reason that everybody reads. A second press finds it withdrawn."""
    decision = held(decision)
    if decision.state == State.WITHDRAWN:
        return decision
    require(policy.may_withdraw(by, decision))
    why = clean_text(words)[:300]
    if because not in {Because.MISTAKE, Because.OTHER} or not why:
        raise NothingSaid(_("请选原因，并用一句话写给大家看。"))
    if found := telling(why, decision.penalty):
        raise TellsWho(_("文字里的“%(words)s”可能让人知道是谁。") % {"words": _("”“").join(found)})
    return _down(decision, because=because, words=why, by=by, at=at)


def _down(decision: Decision, *, because: str, words: str, by: Officer | None, at: datetime) -> Decision:
    decision = _keep(
        decision,
        state=State.WITHDRAWN,
        because=because,
        words=words,
        withdrawn_by=by,
        withdrawn_at=at,
        facts="",
        who="",
    )
    audit.record("results.withdrawn", by=by.ref if by else "house", on=decision, at=at, because=because)
    if decision.published_at is not None:
        record("penalty.withdrawn", decision.slug, {"because": because}, at=at)
    return decision


@transaction.atomic
def take_down_what_must_go(case: int, *, at: datetime) -> int:
    """After something happened in a case: what may not be public any more is withdrawn by the house, drafts too. Returns how many."""
    gone = 0
    rows = Decision.objects.filter(penalty__case=case).exclude(state=State.WITHDRAWN)
    for row in rows:
        decision = held(row)
        never = why_never(decision.penalty)
        if never is not None and decision.state != State.WITHDRAWN:
            organ = decision.penalty.revoked_organ if never[0] == Because.REVOKED else ""
            _down(decision, because=never[0], words=organ, by=None, at=at)
            gone += 1
    return gone


def _keep(decision: Decision, **columns: object) -> Decision:
    for name, value in columns.items():
        setattr(decision, name, value)
    decision.save(update_fields=list(columns))
    return decision
