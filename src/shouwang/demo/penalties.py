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
    """The script of all penalties."""
    scripts: tuple[tuple[int, Callable[[Stage, datetime], None]], ...] = (
        (121, _on_the_spot),
        (115, _paid),
        (90, _told),
        (70, _hearing),
    )
    for minutes, act in scripts:
        stage.do(stage.now - minutes * MINUTE, partial(act, stage))


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
    by = stage.officer(OFFICER)
    made = usecases.on_the_spot(party.case, said, by=by, at=at, client_id="demo:spot")
    usecases.report_spot(made, by=by, at=at + 30 * MINUTE)


def _paid(stage: Stage, at: datetime) -> None:
    """Proposed, told, decided by the chief, served and paid; the record is sealed."""
    by = stage.officer(OFFICER)
    made = usecases.propose(_suspect(stage, "冼某", at), _proposal(at), by=by, at=at, client_id="demo:paid")
    usecases.tell(made, by=by, told_at=at + 10 * MINUTE, at=at + 10 * MINUTE)
    usecases.hand_in(made, by=by, at=at + 15 * MINUTE)
    usecases.decide(made, by=stage.officer(CHIEF), at=at + 40 * MINUTE)
    for party in Party.objects.filter(case=made.case, left_at=None, role=Party.Role.VICTIM):
        usecases.serve(made, by=by, party=party, way="hand", served_at=at + 50 * MINUTE, at=at + 50 * MINUTE)
    own = made.party
    usecases.serve(made, by=by, party=own, way="hand", served_at=at + 50 * MINUTE, at=at + 50 * MINUTE)
    paid_on = timezone.localdate(at + 100 * MINUTE)
    usecases.note_payment(made, by=by, paid_on=paid_on, way="手机银行", receipt="样 20260007", at=at + 100 * MINUTE)


def _told(stage: Stage, at: datetime) -> None:
    """Told, argued, and not answered yet; hardship was noted and waits for a leniency review."""
    by = stage.officer(OFFICER)
    party = _suspect(stage, "尤某", at, "1996-01-20")
    made = usecases.propose(party, _proposal(at, fine=500), by=by, at=at, client_id="demo:told")
    usecases.tell(made, by=by, told_at=at + 10 * MINUTE, at=at + 10 * MINUTE, defence="是对方先推的我，监控看得到。")
    usecases.note_care(
        made, by=by, problem="money", words="上个月停工，家里靠一个人挣钱。", leads_to="review", at=at + 12 * MINUTE
    )


def _hearing(stage: Stage, at: datetime) -> None:
    """Seventeen, and it was grave: detention would be carried out, so a hearing was asked for; it is set, and closed."""
    by = stage.officer(OFFICER)
    party = _suspect(stage, "窦某", at)
    said = _proposal(
        at,
        grade="usual",
        kind="detention-fine",
        days=5,
        fine=500,
        facts="用凳子打伤他人，围观的人多，劝阻后又动手。",
        reasons="情节严重、影响恶劣；不满十八周岁，从轻。",
        marks={"grave": True, "first_time": True},
    )
    made: Penalty = usecases.propose(party, said, by=by, at=at, client_id="demo:hearing")
    told = at + 10 * MINUTE
    usecases.tell(made, by=by, told_at=told, at=told, guardian_says="孩子还在上学，请从轻。", defence="我知道错了。")
    usecases.ask_hearing(made, by=by, at=at + 20 * MINUTE)
    asked = at + 30 * MINUTE
    day = max(earliest_hearing(asked), last_day(HOLD, asked))
    on = timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=9, minute=30)))
    late = "" if day <= last_day(HOLD, asked) else "要提前七个工作日通知，中间有假期。"
    usecases.set_hearing(
        made, by=by, on=on, place="云溪分局听证室", chair=stage.officer(LEGAL), clerk="书记员", late_why=late, at=asked
    )
