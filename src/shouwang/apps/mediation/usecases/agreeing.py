"""What they agree, clause by clause; and the end of a mediation that came to nothing, or that the police agree to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.incidents.usecases.deciding import CASE_RULE
from shouwang.apps.incidents.usecases.running import NO_CASE_RULE
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.matters.usecases.clocks import start_clock, stop_clock
from shouwang.apps.mediation import policy
from shouwang.apps.mediation.conditions import facts_of, held_days, judged, missing, refusals
from shouwang.apps.mediation.errors import NotForMediation, TellsWho, WrongMoment
from shouwang.apps.mediation.models import Clause, Done, Mediation, State, Way
from shouwang.apps.mediation.timeline import happened, held
from shouwang.apps.papers import usecases as papers
from shouwang.apps.papers.models import Paper
from shouwang.apps.papers.models import State as PaperState
from shouwang.apps.people.usecases import PERSONAL
from shouwang.apps.units.models import Officer
from shouwang.engines import mediation as engine
from shouwang.kernel import audit
from shouwang.kernel.policy import require

AGREEMENTS = {Way.POLICE.value: "mediation-agreement", Way.CIVIL.value: "dispute-agreement"}
FOLLOW_UP = "mediation-followup"
#: A sum above this is a slip of the hand, or for a court.
MOST_YUAN = Decimal(1_000_000)
#: When both are asked whether it holds.
VISIT_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ClauseSaid:
    """One clause as it is entered, see `Clause`."""

    kind: str
    by: str
    due_on: date
    words: str = ""
    amount_yuan: Decimal | None = None


@transaction.atomic
def add_clause(
    mediation: Mediation, said: ClauseSaid, *, by: Officer, at: datetime, client_id: str | None = None
) -> Clause:
    """One more thing that they agree. It names nobody: the other side reads it too."""
    mediation = held(mediation)
    require(policy.may_work(by, mediation))
    if client_id and (earlier := mediation.clauses.filter(client_id=client_id).first()):
        return earlier
    if mediation.state != State.OPEN:
        raise WrongMoment(_("协议已经定了，不能再加。"))
    words, pays = clean_text(said.words), said.kind == Clause.Kind.PAY
    if pays and (said.amount_yuan is None or not 0 < said.amount_yuan <= MOST_YUAN):
        raise WrongMoment(_("请写付多少元，大于 0，不超过 %(most)s。") % {"most": f"{MOST_YUAN:,}"})
    if not words and said.kind not in {Clause.Kind.PAY, Clause.Kind.APOLOGISE}:
        raise NothingSaid(_("请写清楚做什么：修什么、还什么、不再做什么。"))
    if said.due_on < timezone.localdate(at):
        raise WrongMoment(_("期限已经过了，请看一下日期。"))
    _refuse_names(mediation, words)
    clause = Clause.objects.create(
        mediation=mediation,
        kind=said.kind,
        by=said.by,
        words=words,
        amount_yuan=said.amount_yuan if pays else None,
        due_on=said.due_on,
        client_id=client_id,
    )
    audit.record("mediation.clause_added", by=by.ref, on=mediation, at=at, clause=clause.pk, kind=clause.kind)
    return clause


def _refuse_names(mediation: Mediation, words: str) -> None:
    for side in mediation.sides.all():
        known = [getattr(side.person, field) for field in PERSONAL]
        if any(len(one) >= 2 and one in words for one in known):
            raise TellsWho(_("这一条里有%(who)s的名字、电话或证件号，对方会看到。") % {"who": side.called})


@transaction.atomic
def drop_clause(clause: Clause, *, by: Officer, at: datetime) -> None:
    """Not agreed after all; only before the agreement stands."""
    mediation = held(clause.mediation)
    require(policy.may_work(by, mediation))
    if mediation.state != State.OPEN:
        raise WrongMoment(_("协议已经定了，不能再改。"))
    if mediation.clauses.filter(pk=clause.pk).delete()[0]:
        audit.record("mediation.clause_dropped", by=by.ref, on=mediation, at=at, clause=clause.pk)


@transaction.atomic
def agree(mediation: Mediation, *, by: Officer, at: datetime, on_spot: bool = False, recorded: str = "") -> Mediation:
    """
    Both agree to the clauses. The agreement is a paper for both to sign; only on the spot, performed and fully recorded, none is needed
    (art. 178). Pressed twice, it is agreed once.

    Raises   NotForMediation naming everything that is missing or forbids it
    """
    mediation = held(mediation)
    require(policy.may_handle(by, mediation))
    if mediation.state in {State.AGREED, State.SETTLED}:
        return mediation
    if mediation.state != State.OPEN or mediation.way == Way.SELF:
        raise WrongMoment(_("现在不能这样做。"))
    _require_ready(mediation, at)
    if on_spot and not recorded.strip():
        raise WrongMoment(_("当场履行、不写协议书的，要全程录音录像，请写录像在哪里。"))
    mediation.state, mediation.agreed_at, mediation.on_spot = State.AGREED, at, on_spot
    mediation.recorded = recorded.strip()[:200]
    mediation.save(update_fields=["state", "agreed_at", "on_spot", "recorded"])
    _rest_clock(mediation, at)
    happened(mediation, "agreed", at=at, by=by, told=True, on_spot=on_spot)
    audit.record("mediation.agreed", by=by.ref, on=mediation, at=at, on_spot=on_spot, clauses=mediation.clauses.count())
    if on_spot:
        mediation.clauses.update(done=Done.PERFORMED)
        settle(mediation, at=at, by=by)
    return mediation


def _require_ready(mediation: Mediation, at: datetime) -> None:
    """Both met and want it, the law allows it, what happened is written, and there is something to perform."""
    met = mediation.meetings.filter(both_came=True)
    days = held_days(mediation, but=met.order_by("-held_at").first())
    found = judged(facts_of(mediation, mediation.sides.all(), days=days, again=True), at)
    if not found.possible:
        raise NotForMediation(_("不能调解：%(why)s。") % {"why": "；".join(refusals(found, at))})
    lacks = missing(found, at)
    if not met.exists():
        lacks.append(_("还没有记下双方当面谈过"))
    if not mediation.facts:
        lacks.append(_("还没有写主要事实"))
    if not mediation.clauses.exists():
        lacks.append(_("还没有一条约定"))
    if lacks:
        raise NotForMediation(_("还差：%(what)s。") % {"what": "；".join(lacks)})


def _rest_clock(mediation: Mediation, at: datetime) -> None:
    """
    An agreement is the result that was promised of a quarrel. The handling limit of a case is not kept by it, it only rests: should it
    fail, the limit counts from the failure (art. 185).
    """
    if mediation.matter.due_rule == NO_CASE_RULE:
        stop_clock(mediation.matter, at=at)
    elif mediation.matter.due_rule == CASE_RULE:
        stop_clock(mediation.matter, at=at, reason="replaced")


def settle(mediation: Mediation, *, at: datetime, by: Officer | None) -> None:
    """Agreed and performed: no penalty (治安管理处罚法 art. 9). A month later both are asked whether it holds. The caller holds it."""
    mediation.state, mediation.ended_at = State.SETTLED, at
    mediation.visit_on = timezone.localdate(at) + VISIT_AFTER
    mediation.save(update_fields=["state", "ended_at", "visit_on"])
    happened(mediation, "settled", at=at, by=by, told=True)
    audit.record("mediation.settled", by=by.ref if by else "house", on=mediation, at=at)


def stands_on_paper(mediation: Mediation) -> bool:
    """The agreement is signed by both and the officer, or none is needed."""
    if mediation.on_spot or mediation.way == Way.SELF:
        return True
    signed = [PaperState.SIGNED, PaperState.ISSUED]
    kind = AGREEMENTS[mediation.way]
    return Paper.objects.filter(about=mediation.ref, kind=kind, state__in=signed).exists()


@transaction.atomic
def begin_paper(mediation: Mediation, *, by: Officer, kind: str, at: datetime) -> Paper:
    """The agreement or the record of the follow-up, filled in by itself. Pressed again, the same one; a voided one is written anew."""
    mediation = held(mediation)
    require(policy.may_work(by, mediation))
    if kind not in {AGREEMENTS.get(mediation.way), FOLLOW_UP}:
        raise WrongMoment(_("没有这种文书。"))
    if mediation.agreed_at is None or (kind != FOLLOW_UP and mediation.on_spot):
        raise WrongMoment(_("谈成以后才写；当场履行的不用写协议书。"))
    earlier = Paper.objects.filter(about=mediation.ref, kind=kind)
    there = earlier.exclude(state=PaperState.VOID).first()
    if there is not None:
        return there
    return papers.make(
        mediation.matter,
        by=by,
        kind=kind,
        at=at,
        about=mediation.ref,
        client_id=f"mediation:{mediation.pk}:{'visit' if kind == FOLLOW_UP else 'terms'}:{earlier.count()}",
    )


@transaction.atomic
def fail(mediation: Mediation, *, by: Officer, why: str, words: str, at: datetime) -> Mediation:
    """
    It came to nothing: no agreement, somebody refuses, or what was agreed is not performed.

    A case goes on and its handling limit counts from the failure (art. 185); both may go to court, and whoever reported reads so.
    """
    mediation = held(mediation)
    require(policy.may_handle(by, mediation))
    if mediation.state == State.FAILED:
        return mediation
    broken = why == Mediation.Why.BROKEN
    fits = {State.OPEN: {Mediation.Why.NO_AGREEMENT, Mediation.Why.REFUSED}, State.AGREED: {Mediation.Why.BROKEN}}
    if why not in fits.get(State(mediation.state), set()):
        raise WrongMoment(_("还没有谈成的，选没有谈成或不愿意；谈成以后的，选没有履行。"))
    if not (sentence := clean_text(words)):
        raise NothingSaid(_("请写一句为什么，会放进案卷。"))
    today = timezone.localdate(at)
    day = engine.failed_on(engine_clauses(mediation), today) if broken else today
    if broken:
        mediation.clauses.exclude(done=Done.PERFORMED).update(done=Done.BROKEN, doubted=False)
    _end(mediation, by=by, why=why, day=day, at=at, words=sentence)
    return mediation


def engine_clauses(mediation: Mediation) -> list[engine.Clause]:
    return [engine.Clause(one.due_on, engine.Done(one.done)) for one in mediation.clauses.all()]


def _end(mediation: Mediation, *, by: Officer, why: str, day: date, at: datetime, words: str) -> None:
    mediation.state, mediation.ended_at, mediation.ended_why, mediation.failed_on = State.FAILED, at, why, day
    mediation.save(update_fields=["state", "ended_at", "ended_why", "failed_on"])
    happened(mediation, "failed", at=at, by=by, told=True, why=why, failed_on=day.isoformat())
    # What exactly went wrong is the station's: it may name what the other side did.
    happened(mediation, "why-failed", at=at, by=by, body=words)
    matter = mediation.matter
    if mediation.way != Way.CIVIL and matter.is_open:
        since = timezone.make_aware(datetime.combine(day, time(12)))
        start_clock(matter, CASE_RULE, at=at, since=min(since, at))
    elif mediation.agreed_at is not None and matter.is_open:
        start_clock(matter, NO_CASE_RULE, at=at)
    audit.record("mediation.failed", by=by.ref, on=mediation, at=at, why=why, failed_on=day.isoformat())


@transaction.atomic
def decide(
    mediation: Mediation, *, by: Officer, approved: bool, performed: bool, words: str, at: datetime
) -> Mediation:
    """
    The police agree, or do not, to what two settled by themselves (治安管理处罚法 art. 9 para 4): both asked in writing,
    and it is performed.
    """
    mediation = held(mediation)
    require(policy.may_approve(by, mediation))
    if mediation.way != Way.SELF:
        raise WrongMoment(_("只有自行和解要认可。"))
    if mediation.state != State.OPEN:
        return mediation
    if not (sentence := clean_text(words)):
        raise NothingSaid(_("请写一句为什么认可，或者为什么不认可。"))
    if not approved:
        _end(mediation, by=by, why=Mediation.Why.NOT_APPROVED, day=timezone.localdate(at), at=at, words=sentence)
        return mediation
    facts = replace(facts_of(mediation, mediation.sides.all(), days=[]), performed=performed or None, approved=True)
    found = judged(facts, at)
    if not found.possible or not found.ready:
        lacks = [*refusals(found, at), *missing(found, at)]
        raise NotForMediation(_("还不能认可：%(why)s。") % {"why": "；".join(lacks)})
    mediation.agreed_at = at
    mediation.save(update_fields=["agreed_at"])
    happened(mediation, "approved", at=at, by=by, body=sentence)
    _rest_clock(mediation, at)
    settle(mediation, at=at, by=by)
    return mediation
