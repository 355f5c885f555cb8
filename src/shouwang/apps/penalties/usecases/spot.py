"""A penalty on the spot (当场处罚): told, heard, decided and handed over in one go, where the law allows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.cases import timeline as cases
from shouwang.apps.cases.models import Case, Party
from shouwang.apps.cases.naming import name_by_act
from shouwang.apps.cases.parties import Said, add_party
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.penalties import policy
from shouwang.apps.penalties.again import refuse_again
from shouwang.apps.penalties.errors import NotAllowed, WrongMoment
from shouwang.apps.penalties.judging import MARKS, basis_of, facts_of, judge, measure_of, sentence
from shouwang.apps.penalties.limits import PAY, last_day
from shouwang.apps.penalties.models import Penalty, Served, Stage
from shouwang.apps.penalties.timeline import held, keep
from shouwang.apps.penalties.usecases.deciding import settle
from shouwang.apps.penalties.usecases.proposing import know_birth, stands_against, suspect_of
from shouwang.apps.units.models import Officer
from shouwang.engines import penalty as engine
from shouwang.engines.errors import BadData
from shouwang.kernel.policy import require


@dataclass(frozen=True, slots=True)
class OnTheSpot:
    """
    What an officer says on the street.

    party      a suspect of the case; None for somebody new, with name and identity number
    told       the person heard facts, reasons, basis and rights, and said `defence` to it
    disputed   does not agree, or refuses: then it is not possible
    officers   1 or 2; one needs `recorded` throughout
    receipt    number of the receipt for cash; empty when nothing was taken
    """

    act: str
    grade: str
    kind: str
    facts: str
    evidence: str
    party: int | None = None
    name: str = ""
    id_number: str = ""
    born_on: date | None = None
    fine: int = 0
    defence: str = ""
    told: bool = False
    disputed: bool = False
    clear: bool = False
    officers: int = 2
    recorded: bool = False
    cash: bool = False
    no_home: bool = False
    receipt: str = ""
    marks: Mapping[str, bool] = field(default_factory=dict)


def _who(case: Case, said: OnTheSpot, by: Officer, at: datetime) -> Party:
    if said.party is not None:
        return suspect_of(case, said.party)
    name, number = clean_text(said.name)[:40], clean_text(said.id_number)[:40]
    if not name or not number:
        raise NothingSaid(_("请选是谁，或者写姓名和证件号。"))
    made = add_party(case, by=by, role=Party.Role.SUSPECT, said=Said(name=name, id_number=number), at=at)
    return suspect_of(case, made.pk)


def examine(party: Party, said: OnTheSpot, at: datetime) -> engine.Judgement:
    """What the law says about it. Raises NotAllowed when kind and sum do not fit each other."""
    try:
        measure = measure_of(said.kind, said.fine)
    except BadData as why:
        raise NotAllowed(_("罚款要写金额，警告不写。")) from why
    facts = facts_of(
        party,
        act=said.act,
        grade=said.grade,
        act_on=timezone.localtime(at).date(),
        born_on=said.born_on,
        reported_at=party.case.matter.received_at,
        marks=said.marks,
    )
    facts = replace(
        facts,
        disputed=said.disputed,
        no_home=said.no_home,
        clear=said.clear,
        officers=said.officers,
        recorded=said.recorded,
    )
    return judge(facts, measure, at)


@transaction.atomic
def on_the_spot(case: Case, said: OnTheSpot, *, by: Officer, at: datetime, client_id: str | None = None) -> Penalty:
    """
    A warning, or a fine up to five hundred, with clear facts and without objection (arts. 119–120). A second press finds the first.

    Handed over at once; what follows (report, cash, the victim's copy) stands on the day sheet.
    """
    case = cases.held(case)
    require(policy.may_begin(by, case))
    if client_id and (earlier := Penalty.objects.filter(client_id=client_id, case=case).first()):
        return earlier
    party = _who(case, said, by, at)
    case = cases.held(case)  # somebody new has just been written into its timeline
    party.case = case
    know_birth(party, said.born_on)
    found = examine(party, said, at)
    stands_against(found)
    if not found.spot:
        why = next(one for one in found.findings if one.code == "no-spot")
        raise NotAllowed(sentence(why), _("《治安管理处罚法》第119条"))
    if not said.told:
        raise NotAllowed(_("先告知事实、理由、依据和权利，听本人说，再决定。"), _("《治安管理处罚法》第112条"))
    receipt = clean_text(said.receipt)[:40]
    if said.cash and not found.cash:
        raise NotAllowed(_("超过二百元或者有异议，不能当场收现金。"), _("《治安管理处罚法》第123条"))
    if said.cash and not receipt:
        raise NotAllowed(_("收现金要给票据：请写票据号。"), _("《治安管理处罚法》第124条"))
    words, evidence = clean_text(said.facts), clean_text(said.evidence)
    if not words or not evidence:
        raise NothingSaid(_("事实和证据都要写。"))
    if Penalty.objects.open().filter(party=party, act=said.act).exists():
        raise WrongMoment(_("对这个人的这一行为已经有一个处罚在办，请打开那一个。"))
    today = timezone.localtime(at).date()
    refuse_again(party, act=said.act, basis=basis_of(said.act), act_on=today)
    name_by_act(case, said.act)
    penalty = Penalty(
        case=case,
        party=party,
        spot=True,
        act=said.act,
        grade=said.grade,
        act_on=today,
        kind=said.kind,
        fine=said.fine,
        basis=basis_of(said.act),
        facts=words,
        evidence=evidence,
        marks=json.dumps({key: True for key in MARKS if said.marks.get(key)}),
        decider="station-chief",
        proposed_by=by,
        proposed_at=at,
        told_at=at,
        told_by=by,
        told_kind=said.kind,
        told_fine=said.fine,
        defence=clean_text(said.defence),
        cash=said.cash and said.kind == "fine",
        receipt=receipt if said.cash else "",
        paid_on=today if said.cash else None,
        client_id=client_id,
    )
    keep(penalty, at, stage=Stage.DECIDING)
    settle(penalty, by=by, at=at)
    Served.objects.create(penalty=penalty, party=party, way=Served.Way.HAND, at=at, by=by)
    penalty = held(penalty)
    pay_by = last_day(PAY, at) if penalty.fine and not penalty.cash else None
    return keep(penalty, at, pay_by=pay_by)
