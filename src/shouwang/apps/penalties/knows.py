"""What a penalty says to the papers that are about it: two suspects have two notices and two decisions."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from django.utils import timezone, translation

from shouwang.apps.cases.knows import about_party
from shouwang.apps.cases.naming import full_name
from shouwang.apps.incidents.policy import incident_of
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.papers.house import said_of
from shouwang.apps.papers.known import Knowing, Record, add_room, station_of
from shouwang.apps.papers.models import Fact, Paper
from shouwang.apps.penalties.judging import act_name, born_of, judge_penalty, measure_now, says_measure
from shouwang.apps.penalties.models import Penalty, Stage
from shouwang.engines.penalty import Kind, age_on

#: Why cash was taken, as the paper says it (arts. 123–125).
SMALL, NO_HOME = "罚款数额较小，被处罚人没有异议。", "边远地区或者没有固定住所，本人要求当场缴纳。"


def papers_of(penalty: Penalty) -> tuple[str, ...]:
    """Which papers it should have as it stands."""
    if penalty.spot:
        return ("spot-penalty", *(("fine-payment",) if penalty.paid_on else ()), *_sealing(penalty))
    found = ["penalty-notice"] if penalty.kind != "none" or penalty.told_at else []
    if penalty.has_hearing:
        found.append("hearing-right")
    asked = getattr(penalty, "asked_hearing", None)
    if asked is not None and asked.at is not None:
        found.append("hearing-notice")
    if penalty.decided_at is not None:
        found.append("no-penalty-decision" if penalty.kind == "none" else "penalty-decision")
    if penalty.paid_on is not None or penalty.detained_to is not None:
        found.append("fine-payment")
    if penalty.licence_on is not None:
        found.append("licence-record")
    return (*found, *_sealing(penalty))


def _sealing(penalty: Penalty) -> tuple[str, ...]:
    if penalty.party.organisation:
        return ()  # it is people's records that are sealed
    return ("record-sealing",) if penalty.stage == Stage.DONE and penalty.kind != "none" else ()


def _iso(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat() if at is not None else ""


def _penalty(penalty: Penalty, at: datetime) -> Record:
    found = judge_penalty(penalty, at)
    said: Record = {
        "facts": penalty.facts,
        "evidence": penalty.evidence,
        "basis": penalty.basis,
        "reasons": penalty.reasons,
        "kind": penalty.kind if penalty.kind != "none" else "",
        "fine": penalty.fine or None,
        "days": penalty.days or None,
        "beside": _beside(penalty),
        "from": penalty.detained_from.isoformat() if penalty.detained_from else "",
        "to": penalty.detained_to.isoformat() if penalty.detained_to else "",
        "at": _iso(penalty.told_at or penalty.decided_at),
        "defence": penalty.defence,
        "defence_answer": penalty.answer,
        "hearing": found.hearing,
    }
    if (incident := incident_of(penalty.case.matter)) is not None and penalty.spot:
        said["place"] = incident.address
    if penalty.fine and not penalty.cash:
        said["pay_at"] = _where_to_pay(penalty)
    if penalty.executed is False:
        said["suspended"] = True
    if penalty.spot:
        said |= {"at": _iso(penalty.decided_at), "on_spot": penalty.cash}
        small = penalty.fine <= int(rule_at("psl-spot-collect", penalty.proposed_at).limit or 0)
        if penalty.cash:
            said["on_spot_why"] = SMALL if small else NO_HOME
    return said


def _beside(penalty: Penalty) -> str:
    """吊销许可证件：…, as papers say it; empty without."""
    measure = measure_now(penalty)
    alone = replace(measure, kind=Kind.LICENCE, fine=0, days=0) if measure.beside else None
    return f"{says_measure(alone)}：{penalty.beside}" if alone is not None else ""


def _where_to_pay(penalty: Penalty) -> str:
    """Where fines are paid, as somebody filled it in last at this station: it is the same for everybody."""
    station = station_of(penalty.case.matter)
    here = Fact.objects.filter(path="penalty.pay_at", matter__unit__path__startswith=station.path)
    last = here.order_by("at").last()
    return str(json.loads(last.value)) if last is not None else ""


def _about(key: int, at: datetime) -> Record:
    """Chinese whatever the officer reads: it stands on papers."""
    with translation.override("zh-hans"):
        return _record(key, at)


def _record(key: int, at: datetime) -> Record:
    penalty = (
        Penalty.objects.select_related("party__person", "case__matter", "asked_hearing__chair")
        .select_related("proposed_by", "decided_by")
        .get(pk=key)
    )
    party, found = penalty.party, judge_penalty(penalty, at)
    record = about_party(party.pk, at)
    if not party.organisation:
        record["suspect"] |= {"minor": found.guardian}
    if (born := born_of(party)) is not None:
        record["suspect"] |= {"born": born.isoformat(), "age": age_on(born, penalty.act_on)}
    record["officers"] = [said_of(penalty.told_by or penalty.proposed_by)]
    record["event"] = {"cause": act_name(penalty.act)}
    name = full_name(penalty.case, [party])  # another suspect's name is no business of this one's paper
    record["case"] = {"name": name, "number": penalty.case.matter.number}
    record["penalty"] = _penalty(penalty, at)
    asked = getattr(penalty, "asked_hearing", None)
    if asked is not None:
        record["hearing"] = {
            "asked_on": timezone.localtime(asked.asked_at).date().isoformat(),
            "at": _iso(asked.at),
            "place": asked.place,
            "open": not asked.closed,
            "chair": asked.chair.name if asked.chair else "",
            "clerk": asked.clerk,
        }
    if penalty.decided_at is not None:
        record |= _decided(penalty)
    return record


def _decided(penalty: Penalty) -> Record:
    decided = timezone.localtime(penalty.decided_at).date().isoformat() if penalty.decided_at else ""
    paper = (
        Paper.objects.filter(about=penalty.ref, kind__in=["penalty-decision", "spot-penalty", "no-penalty-decision"])
        .exclude(number="")
        .order_by("pk")
        .last()
    )
    number = paper.number if paper else ""
    measure = says_measure(measure_now(penalty))
    record: Record = {
        "payment": {
            "decision_number": number,
            "decided_on": decided,
            "paid": penalty.fine if penalty.paid_on else None,
            "paid_on": penalty.paid_on.isoformat() if penalty.paid_on else "",
            "way": penalty.pay_way or ("现金" if penalty.cash else ""),
            "receipt": penalty.receipt,
        },
        "sealing": {
            "what": f"{full_name(penalty.case, [penalty.party])}中对本人{measure}的记录（{number or penalty.case.matter.number}）",
            "reason": "本人的治安违法记录依法应当封存。",
            "from": decided,
        },
    }
    if penalty.licence_on is not None and penalty.licence_by is not None:
        record["licence"] = {
            "what": penalty.licence_what,
            "on": penalty.licence_on.isoformat(),
            "way": penalty.licence_way,
            "note": penalty.licence_note,
        }
    if penalty.kind == "none":
        record["sparing"] = {"reason": penalty.spared_why, "basis": penalty.basis}
    if penalty.executed is False:
        record["payment"]["note"] = "拘留依法不执行（治安管理处罚法第二十三条）"
    return record


add_room(Knowing("penalties", about={"penalties.penalty": _about}))
