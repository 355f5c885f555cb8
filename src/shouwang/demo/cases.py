"""
Cases of the town, played through the real use cases: two that run, with statements and evidence, one closed and archived, one sealed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random

from shouwang.apps.cases import ending, holding, parties, statements
from shouwang.apps.cases.models import Case, Nature, Party
from shouwang.apps.cases.timeline import happened
from shouwang.apps.matters.models import Reason, State
from shouwang.apps.matters.usecases import assign
from shouwang.demo.flagships import Stage

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


#: How a case ended when what happened was found out, by nature, and how often.
_ENDS = {
    Nature.ADMINISTRATIVE: ((Case.Result.PENALISED, 5), (Case.Result.MEDIATED, 3), (Case.Result.SPARED, 2)),
    Nature.CRIMINAL: ((Case.Result.PROSECUTION, 1),),
}


def end_what_is_over(rng: Random) -> None:
    """The cases of everyday calls whose matters were closed, written down after the last word there."""
    over = Case.objects.running().filter(matter__state=State.CLOSED).select_related("matter__handler", "matter__unit")
    for case in over.order_by("pk"):
        matter, result = case.matter, Case.Result.ENDED
        if matter.reason in {Reason.SOLVED, Reason.HALF_SOLVED}:
            ends, weights = zip(*_ENDS[Nature(case.nature)], strict=True)
            result = rng.choices(ends, weights)[0]
        at, by = matter.entries.latest("seq").at, matter.handler
        report = "照报案登记、走访和现场材料办理，结果已告诉报案人。"
        Case.objects.filter(pk=case.pk).update(closed_at=at, closed_by=by, result=result, report=report)
        happened(case, "cases.closed", at=at, by=by, result=str(result))
