"""
Quarrels of the town that are mediated, played through the real use cases: one agreed and performed, one that waits, one that failed and
went on as a case, and neighbours who agreed on quiet nights.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.utils import timezone

from shouwang.apps.matters.models import Matter
from shouwang.apps.mediation import usecases
from shouwang.apps.mediation.models import Mediation, Side
from shouwang.apps.mediation.usecases import ClauseSaid, Conditions, SideSaid
from shouwang.apps.mediation.usecases.agreeing import AGREEMENTS
from shouwang.apps.papers import usecases as papers
from shouwang.demo.flagships import Stage
from shouwang.demo.incidents import DATA, play, read_incidents

HOUR = timedelta(hours=1)
LEADS, WITNESS = "chen", "姜辅警"


@dataclass(frozen=True, slots=True)
class Told:
    """
    One quarrel.

    began, met   hours before now at which it begins and at which they talk
    terms        (kind, whose, words, yuan, days after the meeting until which it is to be done)
    done         hours before now at which all is performed; `broken` at which an officer says that it is not
    """

    key: str
    began: float
    met: float
    facts: str
    other: str
    wants: tuple[str, str]
    terms: tuple[tuple[str, str, str, int, int], ...]
    act: str = ""
    done: float = 0
    broken: float = 0


QUARRELS = (
    Told(
        "upstairs",
        190,
        150,
        "乙方夜里 22 点以后在家拖桌子、跳绳，甲方睡不着，双方争吵。",
        "褚某",
        ("夜里安静", "白天可以有一点声音"),
        (("stop", "other", "22 点以后在家拖桌子、跳绳", 0, 20), ("repair", "other", "给桌脚装软垫", 0, 4)),
    ),
    Told(
        "slap",
        170,
        160,
        "因争一个停车位，乙方打了甲方一巴掌，甲方眼镜摔坏。",
        "卫某",
        ("赔眼镜，当面道歉", "愿意赔"),
        (("pay", "other", "微信转账", 500, 5), ("apologise", "other", "", 0, 2)),
        act="assault",
        done=96,
    ),
    Told(
        "ditch",
        80,
        60,
        "乙方堵了水渠，甲方菜地被淹，双方争吵。",
        "蒋某",
        ("清渠，赔菜钱", "雨停了就清"),
        (("repair", "other", "把水渠清通", 0, 3), ("pay", "other", "菜钱", 300, 10)),
    ),
    Told(
        "door",
        230,
        200,
        "乙方酒后踢坏甲方店门玻璃。",
        "沈某",
        ("换玻璃", "月底前换"),
        (("repair", "other", "换好店门玻璃", 0, 3),),
        act="damage",
        broken=90,
    ),
)


def mediations(stage: Stage) -> None:
    """The script of all mediations, with the reports they are about."""
    play(stage, read_incidents(stage, DATA.with_name("quarrels.toml")))
    for one in QUARRELS:
        for hours, act in ((one.began, _begin), (one.met, _agree), (one.done, _perform), (one.broken, _break)):
            if hours:
                stage.do(stage.now - hours * HOUR, partial(_play, stage, one, act))


def _play(stage: Stage, one: Told, act: object, at: datetime) -> None:
    act(stage, one, at)  # type: ignore[operator]  # each of the four takes the same


def _begin(stage: Stage, one: Told, at: datetime) -> None:
    matter = Matter.objects.get(pk=stage.matter(f"incident-{one.key}").pk)
    case = hasattr(matter, "case")
    roles = (Side.Role.VICTIM, Side.Role.SUSPECT) if case else (Side.Role.PARTY, Side.Role.PARTY)
    known = {"sex": "male", "born": "1980-05-06", "home": "青石镇（演示）"}
    sides = [
        SideSaid(matter.reporter, role=roles[0], reporter=True, willing=True, particulars=known),
        SideSaid(name=one.other, phone="13000000899", role=roles[1], willing=True, particulars=known),
    ]
    more = {"act": one.act, "light": True, "private": True, "ground": "near"} if case else {}
    usecases.begin(
        matter,
        by=stage.officer(LEADS),
        way="police" if case else "civil",
        conditions=Conditions(facts=one.facts, **more),  # type: ignore[arg-type]  # a table of its fields
        sides=sides,
        at=at,
        client_id="demo",
    )


def _mediation(stage: Stage, one: Told) -> Mediation:
    return Mediation.objects.select_related("matter").get(matter=stage.matter(f"incident-{one.key}").pk)


def _agree(stage: Stage, one: Told, at: datetime) -> None:
    mediation, by = _mediation(stage, one), stage.officer(LEADS)
    for n, side in enumerate(mediation.sides.order_by("pk")):
        usecases.about_side(side, by=by, id_number=f"99000019800506{2 * QUARRELS.index(one) + n:03d}X", at=at)
    usecases.hold(
        mediation,
        by=by,
        held_at=at,
        place="调解室",
        came={"one": True, "other": True},
        wants=dict(zip(("one", "other"), one.wants, strict=True)),
        at=at,
    )
    for kind, whose, words, yuan, days in one.terms:
        due = timezone.localdate(at) + timedelta(days=days)
        said = ClauseSaid(kind, whose, due, words, Decimal(yuan) if yuan else None)
        usecases.add_clause(mediation, said, by=by, at=at)
    usecases.agree(mediation, by=by, at=at)
    _sign(stage, mediation, at)


def _sign(stage: Stage, mediation: Mediation, at: datetime) -> None:
    """Both and the officer sign the agreement."""
    by = stage.officer(LEADS)
    paper = usecases.begin_paper(mediation, by=by, kind=AGREEMENTS[mediation.way], at=at)
    papers.hand_in(paper, by=by, at=at)
    for code in ("one", "other"):
        papers.sign_person(
            paper, by=by, code=code, version=1, way="refused", words="手写不便，按了手印", witness=WITNESS, at=at
        )
    papers.sign(paper, by=by, code="officer", version=1, at=at)


def _perform(stage: Stage, one: Told, at: datetime) -> None:
    for row in _mediation(stage, one).clauses.order_by("pk"):
        usecases.say(row, done="performed", words="双方都说做到了，有截图。", by=stage.officer(LEADS), at=at)


def _break(stage: Stage, one: Told, at: datetime) -> None:
    mediation = _mediation(stage, one)
    usecases.fail(mediation, by=stage.officer(LEADS), why="broken", words="过了期限没有换，电话不接。", at=at)
