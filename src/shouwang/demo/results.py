"""
Organisations of the town that were penalised, and what everybody reads of it, played through the real use cases: three decisions are
public, one was quashed and one withdrawn, one waits for the second pair of eyes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from shouwang.apps.cases.models import Case, Party
from shouwang.apps.cases.parties import Said, add_party
from shouwang.apps.penalties import usecases as penalties
from shouwang.apps.penalties.models import Penalty
from shouwang.apps.penalties.usecases import Proposal
from shouwang.apps.results import usecases as results
from shouwang.apps.results.models import Decision
from shouwang.demo.flagships import Stage
from shouwang.demo.incidents import DATA, play, read_incidents

HOUR = timedelta(hours=1)
OFFICER, CHIEF, BUREAU = "zhou", "liang", "shao"


@dataclass(frozen=True, slots=True)
class Told:
    """
    One organisation and its decision.

    began    hours before now at which it is proposed; the rest follows step by step
    ends     how far it comes: published, or what became of it then
    """

    key: str
    began: float
    name: str
    code: str
    kind: str
    in_charge: str
    act: str
    measure: str
    fine: int
    facts: str
    ends: str = "published"


ORGANISATIONS = (
    Told(
        "cafe", 226, "青石镇蓝鲸网吧", "91990000MA0A1B2C3A", "网吧", "冉某", "cafe-identity", "warning-fine", 8000,
        "民警检查时，店里有三台电脑开着，上网的人没有核对身份证件，也没有登记。店方承认，当天改正。",
    ),
    Told(
        "inn", 218, "石桥云岭客栈有限公司", "91990000MA0D4E5F6C", "旅馆", "滕某", "lodging-identity", "fine", 100000,
        "民警检查时，两间客房已经住了人，客栈没有查验身份。此前已被责令改正，没有改。",
    ),
    Told(
        "scrap", 210, "东岭绿环废旧物资回收站", "91990000MA0G7H8J9E", "废品回收", "巫某", "scrap-register", "fine", 3000,
        "三天里收购的电缆没有写进登记本。", ends="revoked",
    ),
    Told(
        "estate", 202, "青石样板物业管理有限公司", "91990000MA0K1L2M3U", "物业公司", "燕某", "guard-duty", "warning", 0,
        "小区门禁坏了一个月没有修，夜里没有安排巡查。责令限期整改，已经修好。",
    ),
    Told(
        "cafe-two", 194, "青石银河网络服务部", "91990000MA0N4P5Q6X", "网吧", "暨某", "cafe-identity", "warning", 0,
        "登记的人数和上网的人数对不上，少登记一人。", ends="withdrawn",
    ),
    Told(
        "scrap-two", 148, "石桥顺达废旧金属回收站", "91990000MA0W1X2Y3D", "废品回收", "艾某", "scrap-register", "fine", 2000,
        "收购一车井盖，没有写进登记本。", ends="proposed",
    ),
)  # fmt: skip


def decisions(stage: Stage) -> None:
    """The script of all, with the reports they are about."""
    play(stage, read_incidents(stage, DATA.with_name("inspections.toml")))
    for one in ORGANISATIONS:
        steps: list[tuple[float, Callable[[Stage, Told, datetime], object]]] = [
            (0, _proposed), (3, _told), (24, _handed_in), (30, _decided), (40, _served), (46, _written),
        ]  # fmt: skip
        steps += [(60, _passed)] if one.ends != "proposed" else []
        steps += [(110, _revoked)] if one.ends == "revoked" else [(72, _withdrawn)] if one.ends == "withdrawn" else []
        for after, act in steps:
            stage.do(stage.now - (one.began - after) * HOUR, partial(act, stage, one))


def _penalty(one: Told) -> Penalty:
    rows = Penalty.objects.select_related("case__matter__unit__parent", "party__person")
    return rows.get(client_id=f"demo:{one.key}")


def _text(one: Told) -> Decision:
    return Decision.objects.get(penalty=_penalty(one))


def _proposed(stage: Stage, one: Told, at: datetime) -> None:
    """The organisation becomes a party with who answers for it, and a penalty is proposed."""
    case = Case.objects.select_related("matter__unit").get(pk=stage.matter(f"incident-{one.key}").pk)
    by = stage.officer(OFFICER)
    said = Said(
        name=one.name,
        id_number=one.code,
        phone="13000000820",
        organisation=True,
        particulars={"org_kind": one.kind, "home": "青石镇样板路"},
        in_charge={"legal": one.in_charge},
    )
    party = add_party(case, by=by, role=Party.Role.SUSPECT, said=said, at=at)
    party.case = Case.objects.select_related("matter__unit").get(pk=case.pk)
    proposal = Proposal(
        one.act,
        "usual",
        timezone.localdate(at),
        one.measure,
        one.facts,
        "检查记录、登记本照片、负责人的陈述",
        "承认事实，已经改正。",
        fine=one.fine,
        marks={"corrected": True},
    )
    penalties.propose(party, proposal, by=by, at=at, client_id=f"demo:{one.key}")


def _told(stage: Stage, one: Told, at: datetime) -> None:
    penalties.tell(_penalty(one), by=stage.officer(OFFICER), told_at=at, at=at, waived=one.fine >= 10_000)


def _handed_in(stage: Stage, one: Told, at: datetime) -> None:
    penalties.hand_in(_penalty(one), by=stage.officer(OFFICER), at=at)


def _decided(stage: Stage, one: Told, at: datetime) -> None:
    penalties.decide(_penalty(one), by=stage.officer(BUREAU), at=at)


def _served(stage: Stage, one: Told, at: datetime) -> None:
    penalty = _penalty(one)
    penalties.serve(penalty, by=stage.officer(OFFICER), party=penalty.party, way="hand", served_at=at, at=at)


def _written(stage: Stage, one: Told, at: datetime) -> None:
    text = results.begin(_penalty(one), by=stage.officer(OFFICER), at=at)
    results.hand_in(text, by=stage.officer(OFFICER), seen=text.changed, at=at)


def _passed(stage: Stage, one: Told, at: datetime) -> None:
    text = _text(one)
    results.publish(text, by=stage.officer(CHIEF), seen=text.changed, at=at)


def _revoked(stage: Stage, one: Told, at: datetime) -> None:
    organ, why = "云溪区人民政府（行政复议）", "登记本后来找到了，事实不清。"
    penalties.revoke(
        _penalty(one), by=stage.officer(BUREAU), organ=organ, revoked_on=timezone.localdate(at), words=why, at=at
    )


def _withdrawn(stage: Stage, one: Told, at: datetime) -> None:
    words = "登记的日期写错了，核对以后再公开。"
    results.withdraw(_text(one), by=stage.officer(CHIEF), because="mistake", words=words, at=at)
