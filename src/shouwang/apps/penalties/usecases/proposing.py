"""Propose a penalty, tell the person before it is decided, and write down what they say to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.cases import timeline as cases
from shouwang.apps.cases.models import Case, Party
from shouwang.apps.cases.naming import name_by_act
from shouwang.apps.cases.parties import is_minor
from shouwang.apps.guides.blanks import refuse_unfilled
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.penalties import policy
from shouwang.apps.penalties.again import refuse_again
from shouwang.apps.penalties.errors import NotAllowed, WrongMoment
from shouwang.apps.penalties.judging import (
    MARKS,
    article_of,
    basis_of,
    born_of,
    columns_of,
    facts_of,
    judge,
    judge_penalty,
    measure_of,
    particulars,
    sentence,
    told_measure,
)
from shouwang.apps.penalties.limits import ASK_HEARING, last_day
from shouwang.apps.penalties.models import Penalty, Stage
from shouwang.apps.penalties.timeline import happened, held, keep
from shouwang.apps.units.models import Officer
from shouwang.engines import penalty as engine
from shouwang.engines.errors import BadData
from shouwang.kernel.policy import require

#: Kind, sum, days and what is done to a licence do not fit each other.
MISFIT = gettext_lazy("罚款要写金额，拘留要写日数，别的种类不写；吊销、停业要选是哪一样，不予处罚的都不选。")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes; `basis` only for an act that the data does not know, `beside` which licence or business."""

    act: str
    grade: str
    act_on: date
    kind: str
    facts: str
    evidence: str
    reasons: str
    fine: int = 0
    days: int = 0
    revokes: bool = False
    suspends: bool = False
    beside: str = ""
    basis: str = ""
    born_on: date | None = None
    marks: Mapping[str, bool] = field(default_factory=dict)

    def measure(self) -> engine.Measure:
        """Raises NotAllowed when kind, sum and days do not fit each other."""
        try:
            return measure_of(self.kind, self.fine, self.days, revokes=self.revokes, suspends=self.suspends)
        except BadData as why:
            raise NotAllowed(str(MISFIT)) from why


def stands_against(found: engine.Judgement) -> None:
    """Raises NotAllowed with the first thing that forbids it, and its article."""
    for one in found.stops:
        raise NotAllowed(sentence(one), article_of(one))
    missing = next((one for one in found.findings if one.code == "age-unknown"), None)
    if missing is not None:
        raise NotAllowed(sentence(missing), article_of(missing))


def _examined(party: Party, said: Proposal, at: datetime) -> tuple[engine.Measure, dict[str, Any]]:
    """What the law says to it, and the columns; raises when it cannot be imposed or something is missing."""
    measure = said.measure()
    if said.act_on > timezone.localtime(at).date():
        raise WrongMoment(_("行为日期还没有到，请看一下是不是写错了。"))
    basis = basis_of(said.act) or clean_text(said.basis)[:200]
    words = {name: clean_text(getattr(said, name)) for name in ("facts", "evidence", "reasons")}
    if not basis or not all(words.values()):
        raise NothingSaid(_("事实、证据、理由和依据都要写。"))
    beside = clean_text(said.beside) if measure.beside else ""
    if measure.beside and not beside:
        raise NothingSaid(_("请写明吊销哪一个许可证件，停什么业、停多久。"))
    for one in (*words.values(), beside):
        refuse_unfilled(one)
    facts = facts_of(
        party,
        act=said.act,
        grade=said.grade,
        act_on=said.act_on,
        born_on=said.born_on,
        reported_at=party.case.matter.received_at,
        marks=said.marks,
    )
    found = judge(facts, measure, at)
    stands_against(found)
    kept = {key: True for key in MARKS if said.marks.get(key)}
    county = found.decider == "county"
    return measure, {
        **words,
        "act": said.act,
        "grade": said.grade if said.act != engine.OTHER else "",
        "act_on": said.act_on,
        **columns_of(measure),
        "beside": beside,
        "basis": basis,
        "marks": json.dumps(kept),
        "decider": "county-head" if county else "station-chief",
        "executed": found.executed,
    }


def know_birth(party: Party, born_on: date | None) -> None:
    """Write the date of birth down where papers read it, if nothing said it yet."""
    if born_on is not None and not party.organisation and born_of(party) != born_on:
        party.particulars = json.dumps({**particulars(party), "born": born_on.isoformat()}, ensure_ascii=False)
        party.minor = is_minor(born_on.isoformat(), timezone.localdate(party.case.opened_at))
        party.save(update_fields=["particulars", "minor"])


def suspect_of(case: Case, key: int) -> Party:
    """The suspect of this case. Raises WrongMoment for anybody else."""
    party = Party.objects.select_related("person").filter(case=case, pk=key, role="suspect", left_at=None).first()
    if party is None:
        raise WrongMoment(_("只能对本案的违法嫌疑人拟处罚。"))
    party.case = case
    return party


@transaction.atomic
def propose(party: Party, said: Proposal, *, by: Officer, at: datetime, client_id: str | None = None) -> Penalty:
    """A proposal for one party. Raises NotAllowed with the article, WrongMoment when one for this act runs already."""
    case = cases.held(party.case)
    require(policy.may_begin(by, case))
    if client_id and (earlier := Penalty.objects.filter(client_id=client_id, case=case).first()):
        return earlier
    party = suspect_of(case, party.pk)
    know_birth(party, said.born_on)
    _measure, columns = _examined(party, said, at)
    if Penalty.objects.open().filter(party=party, act=said.act).exists():
        raise WrongMoment(_("对这个人的这一行为已经有一个处罚在办，请打开那一个。"))
    refuse_again(party, act=said.act, basis=columns["basis"], act_on=said.act_on)
    name_by_act(case, said.act)
    penalty = Penalty(case=case, party=party, proposed_by=by, proposed_at=at, client_id=client_id, **columns)
    keep(penalty, at)
    happened(penalty, "proposed", at=at, by=by)
    return penalty


@transaction.atomic
def change(penalty: Penalty, said: Proposal, *, by: Officer, at: datetime) -> Penalty:
    """
    Another measure, or better words. Once the person was told, only lighter: arguing makes nothing heavier (art. 112).
    """
    penalty = held(penalty)
    require(policy.may_change(by, penalty))
    know_birth(penalty.party, said.born_on)
    penalty.party.case = penalty.case
    measure, columns = _examined(penalty.party, said, at)
    told = told_measure(penalty)
    refuse_heavier(penalty, measure)
    if told is not None and said.act != penalty.act:
        raise WrongMoment(_("告知以后不能换成另一种行为。有新的事实，先撤回，再重新拟、重新告知。"))
    if Penalty.objects.open().filter(party=penalty.party, act=said.act).exclude(pk=penalty.pk).exists():
        raise WrongMoment(_("对这个人的这一行为已经有一个处罚在办，请打开那一个。"))
    refuse_again(penalty.party, act=said.act, basis=columns["basis"], act_on=said.act_on, besides=penalty.pk)
    keep(penalty, at, changed_by=by, **columns)
    happened(penalty, "changed", at=at, by=by)
    return penalty


def refuse_heavier(penalty: Penalty, measure: engine.Measure) -> None:
    """Raises NotAllowed for more than the person was told."""
    told = told_measure(penalty)
    if told is not None and measure.heavier_than(told):
        raise NotAllowed(_("比告知本人的更重：不能因为申辩加重处罚。"), _("《治安管理处罚法》第112条"))


@transaction.atomic
def drop(penalty: Penalty, *, by: Officer, words: str, at: datetime) -> Penalty:
    """Take the proposal back, with the reason."""
    penalty = held(penalty)
    if penalty.stage == Stage.DROPPED:
        return penalty
    require(policy.may_change(by, penalty))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写明为什么撤回。"))
    keep(penalty, at, stage=Stage.DROPPED, ended_at=at)
    happened(penalty, "dropped", at=at, by=by, reason=why)
    return penalty


@transaction.atomic
def tell(
    penalty: Penalty,
    *,
    by: Officer,
    told_at: datetime,
    at: datetime,
    defence: str = "",
    guardian_says: str = "",
    answer: str = "",
    waived: bool = False,
) -> Penalty:
    """
    The person was told what is proposed (告知): content, facts, reasons, basis and rights, and said something to it, or nothing.

    May be written again while nothing has gone up: what they said and the answer to it are added to. The day of the first telling stands.

    guardian_says   of a minor: the guardian was told as well, and this is what they said
    answer          of whoever checked what the person said; must be there before it is handed in
    waived          does not want the hearing that may be asked for
    """
    penalty = held(penalty)
    require(policy.may_change(by, penalty))
    found = judge_penalty(penalty, at)
    stands_against(found)
    guardian = clean_text(guardian_says) or penalty.guardian_says
    if found.guardian and not guardian:
        raise NotAllowed(_("不满十八周岁：也要告知监护人，并记下监护人怎么说。"), _("《治安管理处罚法》第112条"))
    first = penalty.told_at is None
    if first and not penalty.proposed_at.replace(second=0, microsecond=0) <= told_at <= at:
        raise WrongMoment(_("告知的时间要在拟处罚以后，也不能晚于现在。"))
    since = told_at if penalty.told_at is None else penalty.told_at
    columns: dict[str, Any] = {
        "stage": Stage.TOLD,
        "defence": clean_text(defence) or penalty.defence,
        "guardian_says": guardian,
        "answer": clean_text(answer) or penalty.answer,
        "waived": (waived or penalty.waived) and found.hearing,
    }
    if first:
        columns |= {"told_at": told_at, "told_by": by, "told_kind": penalty.kind}
        columns |= {"told_fine": penalty.fine, "told_days": penalty.days}
        columns |= {"told_revokes": penalty.revokes, "told_suspends": penalty.suspends}
        columns["hearing_by"] = last_day(ASK_HEARING, since) if found.hearing else None
    keep(penalty, at, **columns)
    happened(penalty, "told" if first else "heard", at=at, by=by, said=bool(columns["defence"]))
    return penalty
