"""
Cases of the town, played through the real use cases: two that run, with statements and evidence, one closed after a
mediation, one closed and archived, one sealed; and how the cases of everyday calls ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.utils import timezone

from shouwang.apps.cases import ending, holding, parties, statements
from shouwang.apps.cases.models import Case, Nature, Party
from shouwang.apps.cases.timeline import ELSEWHERE, happened
from shouwang.apps.incidents.policy import may_judge
from shouwang.apps.matters.models import Reason, State
from shouwang.apps.matters.usecases import assign
from shouwang.apps.papers import usecases as papers
from shouwang.apps.penalties import usecases as penalties
from shouwang.apps.penalties.models import Penalty
from shouwang.apps.units.models import Officer
from shouwang.demo.flagships import Stage
from shouwang.demo.papers import ABOVE

MINUTE = timedelta(minutes=1)
Rows = tuple[tuple[str, str], ...]


def cases(stage: Stage) -> None:
    """The script of all cases, each after its report was filed."""
    for before_now, act in (
        (125 * MINUTE, _brawl_people),
        (70 * MINUTE, _brawl_statement),
        (60 * MINUTE, _brawl_second_statement),
        (40 * MINUTE, _brawl_bottle),
        (30 * MINUTE, _brawl_film),
        (8 * 60 * MINUTE, _at_home),
        (45 * 60 * MINUTE, partial(_finished, "window", sealed=False)),
        (44 * 60 * MINUTE, partial(_finished, "school-gate", sealed=True)),
        (90 * 60 * MINUTE, _settled),
    ):
        stage.do(stage.now - before_now, partial(act, stage))


def _case(stage: Stage, key: str) -> Case:
    return Case.objects.select_related("matter__unit").get(pk=stage.matter(f"incident-{key}").pk)


def _brawl_people(stage: Stage, at: datetime) -> None:
    """Two people pushed each other; one of them is seventeen and comes with his mother."""
    case, by = _case(stage, "brawl"), stage.officer("zhou")
    assign(case.matter, to=by, by=by, at=at)
    ending.assist(case, by=by, officer=stage.officer("chen"), at=at)
    mother = parties.Said(name="窦母", phone="13000000792")
    guardian = parties.add_party(case, by=by, role=Party.Role.GUARDIAN, said=mother, at=at)
    born = f"{at.year - 17}-01-15"
    first = parties.Said(
        name="窦某", guardian=guardian, relation="母亲", particulars={"sex": "male", "born": born, "home": "石桥村9号"}
    )
    parties.add_party(case, by=by, role=Party.Role.SUSPECT, said=first, at=at)
    other = parties.Said(name="冼某", phone="13000000793", particulars={"sex": "male", "born": "1996-05-02"})
    parties.add_party(case, by=by, role=Party.Role.SUSPECT, said=other, at=at)


def _asked(party: Party, stage: Stage, rows: Rows, at: datetime, *, minutes: int, finish: bool) -> None:
    by = stage.officer("zhou")
    began = at - minutes * MINUTE
    frame = statements.Frame(began, place="询问室一", second=stage.officer("chen"), adult=party.guardian)
    one = statements.begin(party, by=by, frame=frame, at=at)
    told = [(row[0], "清楚了，不申请回避。") for row in statements.rows_of(one)]
    one = statements.save(one, by=by, rows=[*told, *rows], version=one.version, at=at)
    if finish:
        whole = statements.Frame(began, at, frame.place, frame.second, None, frame.adult)
        statements.finish(statements.frame_anew(one, by=by, frame=whole, at=at), by=by, at=at)


_ASKED: Rows = (
    ("什么时候、在哪里，和谁发生的？", "今天晚上，石桥夜市烤鱼摊，隔壁桌的人。"),
    ("因为什么起的，谁先动的手？", "他说我们太吵，推了一下桌子，我也推了回去。"),
)


def _brawlers(stage: Stage) -> list[Party]:
    suspects = _case(stage, "brawl").parties.select_related("case__matter__unit", "person", "guardian")
    return [one for one in suspects.filter(role=Party.Role.SUSPECT) if one.particulars]


def _brawl_statement(stage: Stage, at: datetime) -> None:
    """The first one's statement is finished."""
    _asked(_brawlers(stage)[0], stage, _ASKED, at, minutes=25, finish=True)


def _brawl_second_statement(stage: Stage, at: datetime) -> None:
    """The other one's is being written."""
    _asked(_brawlers(stage)[1], stage, _ASKED[:1], at, minutes=5, finish=False)


def _brawl_bottle(stage: Stage, at: datetime) -> None:
    """A broken bottle went from one officer to the other, who has not confirmed yet."""
    case, by, other = _case(stage, "brawl"), stage.officer("zhou"), stage.officer("chen")
    found = holding.Found(
        "碎酒瓶",
        "seize",
        at - 5 * MINUTE,
        features="绿色玻璃，瓶口破了",
        place="石桥夜市烤鱼摊前",
        seal_number="QS-F-0031",
        second=other,
    )
    bottle = holding.take(case, by=by, found=found, at=at)
    holding.move(bottle, by=by, what="handed", moved_at=at, holder=other, at=at)


def _brawl_film(stage: Stage, at: datetime) -> None:
    """What the stall's camera saw lies in the store."""
    case, by = _case(stage, "brawl"), stage.officer("zhou")
    film = holding.Found("烤鱼摊的监控录像", "collect", at, features="U 盘一个，20:10 到 20:40", count="1 个")
    disc = holding.take(case, by=by, found=film, at=at)
    holding.move(disc, by=by, what="stored", moved_at=at, words="物证柜 2 号", at=at)


def _at_home(stage: Stage, at: datetime) -> None:
    """Whoever reported wants no call; that stands beside their name."""
    case, by = _case(stage, "at-home"), stage.officer("zhou")
    assign(case.matter, to=by, by=by, at=at)
    parties.add_party(case, by=by, role=Party.Role.VICTIM, said=parties.Said(reporter=True, name="柳溪的她"), at=at)


def _finished(key: str, stage: Stage, at: datetime, *, sealed: bool) -> None:
    """Questioned, decided, closed and put into the archive within hours: the facts were plain."""
    case, by = _case(stage, key), stage.officer("zhou")
    assign(case.matter, to=by, by=by, at=at)
    ending.assist(case, by=by, officer=stage.officer("chen"), at=at)
    said = parties.Said(name="费某", phone="13000000794", particulars={"sex": "male", "born": "1988-11-03"})
    accused = parties.add_party(case, by=by, role=Party.Role.SUSPECT, said=said, at=at)
    rows: Rows = (("您做了什么？", "是我弄坏的，我认，愿意赔。"), ("您以上说的都属实吗？", "属实。"))
    _asked(accused, stage, rows, at + 20 * MINUTE, minutes=20, finish=True)
    end = at + 60 * MINUTE
    ending.close_case(
        _case(stage, key),
        by=by,
        result=Case.Result.SPARED,
        report="当事人承认，当场赔偿，情节轻微，不予处罚。",
        words="人找到了，损失当场赔了，依法不予处罚。",
        at=end,
    )
    closed = ending.archive(_case(stage, key), by=by, at=end + 30 * MINUTE)
    if sealed:
        ending.seal(closed, by=by, at=end + 31 * MINUTE)


def _settled(stage: Stage, at: datetime) -> None:
    """The two of the parking place are reconciled and all is performed: no penalty, and the case is closed for that."""
    case, by = _case(stage, "slap"), stage.officer("chen")
    ending.close_case(
        case,
        by=by,
        result=Case.Result.MEDIATED,
        report="因争车位打了一巴掌，情节轻微；双方自愿调解，眼镜赔了，当面道了歉，协议已经履行，不再处罚。",
        words="双方谈成了，也都做到了，案件到这里办结。",
        at=at,
    )


#: How a case ended when what happened was found out, by nature, and how often. Mediation takes its time: those are played as quarrels.
_ENDS = {
    Nature.ADMINISTRATIVE: ((Case.Result.PENALISED, 5), (Case.Result.SPARED, 3), (Case.Result.NO_VIOLATION, 1)),
    Nature.CRIMINAL: ((Case.Result.PROSECUTION, 1),),
}
#: So many of the newest are decided here by the real use cases, with all that belongs to it; the others the bureau decided.
DECIDED_HERE = 6
_REPORTS = {
    Case.Result.PENALISED: "询问了双方和在场的人，看了监控，事实清楚，依法处罚。",
    Case.Result.SPARED: "当事人承认，损失当场赔了，情节轻微，依法不予处罚。",
    Case.Result.NO_VIOLATION: "看了监控、问了在场的人，没有违法的事实。",
    Case.Result.PROSECUTION: "犯罪事实清楚，证据确实、充分，连同案卷移送审查起诉。",
    Case.Result.ENDED: "照报案登记、走访和现场材料办理，没有查到人，有线索再办。",
}
#: The act by what a case is called, and what of it the law lets the station decide alone.
_ACTS = {
    "盗窃案": ("theft", "usual", "拿走他人放在店门口的东西，价值不大，已经追回退还。"),
    "诈骗案": ("theft", "usual", "谎称代买东西骗了他人的钱，数额不大，已经退还。"),
    "殴打他人案": ("assault", "minor", "因小事推打他人，对方擦伤，不需要治疗。"),
    "故意损毁财物案": ("damage", "usual", "砸坏他人财物，价值不大，已经赔偿。"),
}
_FAMILY = ("费", "麻", "柏", "晁", "宓", "逄", "郏", "濮", "骆", "谈")


def end_what_is_over(rng: Random, chiefs: Mapping[int, Officer], now: datetime) -> None:
    """
    The cases of everyday calls whose matters were closed, written down after the last word there. Each ends in a way that the house itself
    would take: a penalty was decided and served, or the bureau decided and what it decided is kept.

    chiefs   by station, who decides
    """
    over = Case.objects.running().filter(matter__state=State.CLOSED).select_related("matter__handler", "matter__unit")
    here = 0
    for case in list(over.order_by("-matter__last_entry_at", "-pk")):
        matter, result = case.matter, Case.Result.ENDED
        if matter.reason in {Reason.SOLVED, Reason.HALF_SOLVED}:
            ends, weights = zip(*_ENDS[Nature(case.nature)], strict=True)
            result = rng.choices(ends, weights)[0]
        at, by = matter.entries.latest("seq").at, matter.handler
        assert by is not None
        one_of_ours = False
        if result == Case.Result.PENALISED:
            chief = chiefs[matter.unit.station.pk]
            if here < DECIDED_HERE and case.name in _ACTS and chief.pk != by.pk and may_judge(by):
                here, one_of_ours = here + 1, True
                at = _penalised(case, by, chief, at, min(now, at + 6 * 60 * MINUTE), rng, here)
                case = _anew(case)
            else:
                fine = 100 * rng.randint(2, 9)
                decided = f"云溪分局 {timezone.localdate(at):%Y-%m-%d} 决定：罚款 {fine} 元，决定书已经送达。"
                happened(case, ELSEWHERE, at=at, by=by, body=decided)
        report = _REPORTS[Case.Result(result)]
        Case.objects.filter(pk=case.pk).update(closed_at=at, closed_by=by, result=result, report=report)
        happened(case, "cases.closed", at=at, by=by, result=str(result))
        if one_of_ours:
            _report(case, by, chiefs[matter.unit.station.pk], at)


def _anew(case: Case) -> Case:
    """With its matter as it stands after the entries of others."""
    return Case.objects.select_related("matter__handler", "matter__unit").get(pk=case.pk)


def _penalised(case: Case, by: Officer, chief: Officer, at: datetime, end: datetime, rng: Random, n: int) -> datetime:
    """Questioned, told, decided, served and paid, with statement and decision as papers. Returns when all was done."""
    act, grade, facts = _ACTS[case.name]
    known = {
        "sex": rng.choice(("male", "female")),
        "born": f"{rng.randint(1968, 2002)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}",
    }
    said = parties.Said(
        name=f"{rng.choice(_FAMILY)}某{'甲乙丙丁'[n % 4]}",
        phone=f"13000009{n:03}",
        id_number=f"9900001980010{n:04}X",
        particulars={**known, "id_kind": "居民身份证", "home": "青石镇（演示）"},
    )
    party = parties.add_party(case, by=by, role=Party.Role.SUSPECT, said=said, at=at)
    party.case = case
    proposal = penalties.Proposal(
        act=act,
        grade=grade,
        act_on=timezone.localdate(case.opened_at),
        kind="fine",
        fine=100 * rng.randint(2, 5),
        facts=facts,
        evidence="双方陈述、监控录像",
        reasons="如实说明，认错认罚，损失已经赔了。",
        marks={"admitted": True, "paid_damage": True},
    )
    one = penalties.propose(party, proposal, by=by, at=at)
    one = penalties.tell(one, by=by, told_at=at, at=at)
    one = penalties.hand_in(one, by=by, at=at)
    one = penalties.decide(one, by=chief, at=at)
    _decision(one, by, chief, at)
    victims = case.parties.filter(role=Party.Role.VICTIM, left_at=None)
    for whom in (party, *victims):
        one = penalties.serve(one, by=by, party=whom, way="hand", served_at=at, at=at)
    penalties.note_payment(
        one, by=by, paid_on=timezone.localdate(end), way="手机银行", receipt=f"样 2026{n:04}", at=end
    )
    return end


def _decision(one: Penalty, by: Officer, chief: Officer, at: datetime) -> None:
    """The decision as a paper: agreed to by the chief, signed, issued."""
    matter = one.case.matter
    paper = papers.make(matter, by=by, kind="penalty-decision", at=at, about=one.ref)
    paper = papers.fill_in(paper, by=by, values={**ABOVE, "penalty.pay_at": "样板银行青石支行"}, at=at)
    paper = papers.hand_in(paper, by=by, at=at)
    paper = papers.approve(paper, by=chief, version=1, at=at)
    paper = papers.sign(paper, by=by, code="issuer", version=1, at=at)
    words = "手写不便，按了手印"
    paper = papers.sign_person(
        paper, by=by, code="suspect", version=1, way="refused", words=words, witness="姜辅警", at=at
    )
    papers.issue(paper, by=by, version=1, at=at)


def _report(case: Case, by: Officer, chief: Officer, at: datetime) -> None:
    """The report of closing, signed by whoever handled it and by the chief."""
    paper = papers.make(_anew(case).matter, by=by, kind="closing-report", at=at)
    paper = papers.fill_in(paper, by=by, values={"opinions.officer": "事实查清，处罚已经执行，可以结案。"}, at=at)
    paper = papers.hand_in(paper, by=by, at=at)
    for code, who in (("officer", by), ("chief", chief)):
        paper = papers.sign(paper, by=who, code=code, version=1, at=at)
    papers.issue(paper, by=by, version=1, at=at)
