"""Evidence: what was taken, and where it went. Every step is added, none is changed, and whoever receives something says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shouwang.apps.cases import chain, policy
from shouwang.apps.cases.errors import WrongMoment, WrongTime
from shouwang.apps.cases.models import Case, CustodyMove, CustodyReceipt, Evidence, Party
from shouwang.apps.cases.statements import AHEAD, refuse_helper
from shouwang.apps.cases.timeline import happened, held
from shouwang.apps.files.models import Visibility
from shouwang.apps.files.usecases import attach_all
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require

FILES_OF = "cases.evidence"
What = CustodyMove.What
#: Steps after which an officer has it, and who that is must be said.
NAMES_HOLDER = frozenset({What.HANDED, What.STORED, What.BACK})
#: Where or to whom is said for all of these.
NAMES_PLACE = frozenset({What.STORED, What.TO_LAB, What.RETURNED, What.HANDED_ON, What.DESTROYED})


@dataclass(frozen=True, slots=True)
class Found:
    """One piece as it was taken."""

    name: str
    way: str
    taken_at: datetime
    features: str = ""
    count: str = "1"
    giver: Party | None = None
    place: str = ""
    seal_number: str = ""
    second: Officer | None = None


def _refuse_future(moment: datetime, at: datetime) -> None:
    if moment > at + AHEAD:
        raise WrongTime(_("这个时间还没有到，请看一下是不是写错了。"))


@transaction.atomic
def take(
    case: Case,
    *,
    by: Officer,
    found: Found,
    at: datetime,
    photos: Iterable[str] = (),
    client_id: str | None = None,
) -> Evidence:
    """A piece of evidence is written down; its chain begins. A second press finds the first."""
    case = held(case)
    require(policy.may_gather(by, case))
    if client_id and (earlier := Evidence.objects.filter(client_id=client_id, case=case).first()):
        return earlier
    if not (name := clean_text(found.name)):
        raise NothingSaid(_("请写是什么东西。"))
    _refuse_future(found.taken_at, at)
    refuse_helper(found.second)
    if found.giver is not None and found.giver.case_id != case.pk:
        raise WrongMoment(_("提供人要先登记成这个案件的人。"))
    last = Evidence.objects.filter(case=case).aggregate(last=Max("nth"))["last"] or 0
    made = Evidence.objects.create(
        case=case,
        nth=last + 1,
        name=name[:80],
        features=clean_text(found.features)[:200],
        count=found.count.strip()[:30] or "1",
        way=Evidence.Way(found.way),
        giver=found.giver,
        place=clean_text(found.place)[:120],
        seal_number=found.seal_number.strip()[:40],
        taken_at=found.taken_at,
        officer=by,
        second=found.second if found.second != by else None,
        entered_at=at,
        client_id=client_id,
    )
    CustodyMove.objects.create(evidence=made, what=What.TAKEN, moved_at=found.taken_at, holder=by, by=by, at=at)
    attach_all(photos, for_kind=FILES_OF, for_ref=str(made.pk), by=by.ref, at=at, visibility=Visibility.STATION)
    happened(case, "cases.evidence-taken", at=at, by=by, nth=made.nth)
    audit.record("cases.evidence_taken", by=by.ref, on=case, at=at, evidence=made.pk, way=made.way)
    return made


def links_of(evidence: Evidence) -> list[chain.Link]:
    """The chain as the rules read it. Its moves and receipts are read with it."""
    found = []
    for one in sorted(evidence.moves.all(), key=lambda move: move.pk):
        receipt = getattr(one, "receipt", None)
        to = str(one.holder_id or "")
        # Whoever did the step need not confirm to themselves.
        got = to if one.holder_id == one.by_id else str(receipt.by_id) if receipt is not None else ""
        found.append(chain.Link(one.what, one.moved_at, str(one.by_id), to, got))
    return found


@transaction.atomic
def move(
    evidence: Evidence,
    *,
    by: Officer,
    what: str,
    moved_at: datetime,
    at: datetime,
    words: str = "",
    holder: Officer | None = None,
    client_id: str | None = None,
) -> CustodyMove:
    """The next step of the chain. A second press finds the first."""
    case = held(evidence.case)
    require(policy.may_keep(by, case))
    if client_id and (earlier := CustodyMove.objects.filter(client_id=client_id, evidence=evidence).first()):
        return earlier
    links = links_of(Evidence.objects.prefetch_related("moves__receipt").get(pk=evidence.pk))
    if what not in chain.may_follow(links):
        raise WrongMoment(_("上一步是“%(last)s”，不能接着这样做。") % {"last": What(links[-1].what).label})
    if chain.needs_receipt(links[-1]) and not links[-1].received_by:
        raise WrongMoment(_("上一步还没有人签收，先请接收的民警签收。"))
    _refuse_future(moved_at, at)
    if moved_at < links[-1].at:
        raise WrongTime(_("这一步的时间比上一步早。"))
    kept = clean_text(words)
    if what in NAMES_PLACE and not kept:
        raise NothingSaid(_("请写明放在哪里，或者给了谁。"))
    if what == What.HANDED and (holder is None or holder == by):
        raise NothingSaid(_("请选交给哪一位同事。"))
    to = (holder or by) if what in NAMES_HOLDER else None
    if to is not None and not policy.may_read(to, case):
        raise WrongMoment(_("%(who)s看不到这个案件，不能接收证据。") % {"who": to.name})
    made = CustodyMove.objects.create(
        evidence=evidence, what=what, moved_at=moved_at, words=kept[:200], holder=to, by=by, at=at, client_id=client_id
    )
    happened(case, "cases.evidence-moved", at=at, by=by, nth=evidence.nth, step=what)
    audit.record("cases.evidence_moved", by=by.ref, on=case, at=at, evidence=evidence.pk, step=what)
    return made


@transaction.atomic
def confirm(step: CustodyMove, *, by: Officer, at: datetime) -> CustodyReceipt:
    """I have it. Only whoever it was handed to can say so, and once."""
    case = held(step.evidence.case)
    require(policy.may_read(by, case))
    if step.holder_id != by.pk or step.by_id == by.pk:
        raise WrongMoment(_("这一步由接收的民警本人签收。"))
    receipt, new = CustodyReceipt.objects.get_or_create(move=step, defaults={"by": by, "at": at})
    if new:
        happened(case, "cases.evidence-received", at=at, by=by, nth=step.evidence.nth)
        audit.record("cases.evidence_received", by=by.ref, on=case, at=at, evidence=step.evidence_id, move=step.pk)
    return receipt
