"""
Penalties of the town, played through the real use cases in the case of the brawl at the night market: one on the spot, one told whose
answer is still to come, one of a minor who asks for a hearing, one decided and paid.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from shouwang.apps.cases.models import Case, Party
from shouwang.apps.cases.parties import Said, add_party
from shouwang.apps.penalties import usecases
from shouwang.apps.penalties.limits import HOLD, earliest_hearing, last_day
from shouwang.apps.penalties.models import Penalty
from shouwang.apps.penalties.usecases import OnTheSpot, Proposal
from shouwang.demo.flagships import Stage

CASE = "incident-brawl"
OFFICER, CHIEF, LEGAL = "zhou", "liang", "wuli"
MINUTE = timedelta(minutes=1)
EVIDENCE = "摊主的证言、夜市监控、执法记录仪录像"


def penalties(stage: Stage) -> None:
    """The script of all penalties, each step at its own time: so many minutes before now."""
    by, do = partial(stage.officer, OFFICER), usecases
    scripts: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (121, partial(_on_the_spot, stage)),
        (91, lambda at: do.report_spot(_one("spot"), by=by(), at=at)),
        (115, partial(_proposed, stage, "paid", "冼某", {})),
        (105, lambda at: do.tell(_one("paid"), by=by(), told_at=at, at=at)),
        (100, lambda at: do.hand_in(_one("paid"), by=by(), at=at)),
        (75, lambda at: do.decide(_one("paid"), by=stage.officer(CHIEF), at=at)),
        (65, partial(_served, stage)),
        (15, partial(_paid, stage)),
        (90, partial(_proposed, stage, "told", "尤某", {"fine": 500})),
        (80, lambda at: do.tell(_one("told"), by=by(), told_at=at, at=at, defence="是对方先推的我，监控看得到。")),
        (78, partial(_noted, stage)),
        (70, partial(_proposed, stage, "hearing", "窦某", GRAVE)),
        (60, partial(_told_with_guardian, stage)),
        (50, lambda at: do.ask_hearing(_one("hearing"), by=by(), at=at)),
        (35, partial(_set, stage)),
    )
    for minutes, act in scripts:
        stage.do(stage.now - minutes * MINUTE, act)


def _one(key: str) -> Penalty:
    return Penalty.objects.select_related("case__matter__unit", "party").get(client_id=f"demo:{key}")


def _suspect(stage: Stage, name: str, at: datetime, born: str = "") -> Party:
    """Who stands in the case already, or somebody new."""
    case = Case.objects.select_related("matter__unit").get(pk=stage.matter(CASE).pk)
    there = [one for one in case.parties.select_related("person") if one.person.name == name]
    said = Said(name=name, particulars={"sex": "male", "born": born, "home": "石桥镇样板路"})
    party = there[0] if there else add_party(case, by=stage.officer(OFFICER), role=Party.Role.SUSPECT, said=said, at=at)
    party.case = Case.objects.select_related("matter__unit").get(pk=case.pk)
    return party


def _proposal(at: datetime, **given: object) -> Proposal:
    said: dict[str, object] = {
        "act": "assault",
        "grade": "minor",
        "act_on": timezone.localdate(at),
        "kind": "fine",
        "fine": 300,
        "facts": "在石桥夜市烤鱼摊前推打他人，对方手背擦伤，不需要治疗。",
        "evidence": EVIDENCE,
        "reasons": "情节较轻，如实说明。",
        "marks": {"admitted": True},
    }
    return Proposal(**{**said, **given})  # type: ignore[arg-type]  # the values of one table


def _on_the_spot(stage: Stage, at: datetime) -> None:
    """Shouted and would not stop: a small fine, taken against a receipt, reported within the hour."""
    party = _suspect(stage, "隗某", at, "1991-04-02")
    said = OnTheSpot(
        "disorder",
        "usual",
        "fine",
        "在夜市大声吵闹、推倒桌子，劝了不停。",
        EVIDENCE,
        party=party.pk,
        fine=100,
        told=True,
        clear=True,
        cash=True,
        receipt="样 0007",
    )
    usecases.on_the_spot(party.case, said, by=stage.officer(OFFICER), at=at, client_id="demo:spot")


#: Seventeen, and it was grave: detention would be carried out, so a hearing may be asked for.
GRAVE: dict[str, object] = {
    "grade": "usual",
    "kind": "detention-fine",
    "days": 5,
    "fine": 500,
    "facts": "用凳子打伤他人，围观的人多，劝阻后又动手。",
    "reasons": "情节严重、影响恶劣；不满十八周岁，从轻。",
    "marks": {"grave": True, "first_time": True},
}


def _proposed(stage: Stage, key: str, name: str, given: dict[str, object], at: datetime) -> None:
    party = _suspect(stage, name, at, "1996-01-20")
    said = _proposal(at, **given)
    usecases.propose(party, said, by=stage.officer(OFFICER), at=at, client_id=f"demo:{key}")


def _served(stage: Stage, at: datetime) -> None:
    """On the person, and on every victim there is."""
    one = _one("paid")
    for party in one.case.parties.filter(left_at=None):
        if party.pk == one.party_id or party.role == Party.Role.VICTIM:
            usecases.serve(one, by=stage.officer(OFFICER), party=party, way="hand", served_at=at, at=at)


def _paid(stage: Stage, at: datetime) -> None:
    """The last yuan is paid, and the record sealed."""
    by, paid_on = stage.officer(OFFICER), timezone.localdate(at)
    usecases.note_payment(_one("paid"), by=by, paid_on=paid_on, way="手机银行", receipt="样 20260007", at=at)


def _noted(stage: Stage, at: datetime) -> None:
    """Hardship, for a leniency review that waits for its answer."""
    words = "上个月停工，家里靠一个人挣钱。"
    usecases.note_care(_one("told"), by=stage.officer(OFFICER), problem="money", words=words, leads_to="review", at=at)


def _told_with_guardian(stage: Stage, at: datetime) -> None:
    by, guardian = stage.officer(OFFICER), "孩子还在上学，请从轻。"
    usecases.tell(_one("hearing"), by=by, told_at=at, at=at, guardian_says=guardian, defence="我知道错了。")


def _set(stage: Stage, at: datetime) -> None:
    """Seven working days are the higher law's; where they do not fit into the ten days, the reason is written."""
    last = last_day(HOLD, at - 15 * MINUTE)
    day = max(earliest_hearing(at), last)
    on = timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=9, minute=30)))
    usecases.set_hearing(
        _one("hearing"),
        by=stage.officer(OFFICER),
        on=on,
        place="云溪分局听证室",
        chair=stage.officer(LEGAL),
        clerk="书记员",
        late_why="" if day <= last else "要提前七个工作日通知，中间有假期。",
        at=at,
    )
