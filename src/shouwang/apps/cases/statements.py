"""Questioning somebody and writing it down. Nothing that was typed is ever lost; what was finished is never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.cases import policy, wording
from shouwang.apps.cases.errors import (
    AlwaysTwo,
    NoAdult,
    NotAlone,
    NotPolice,
    SomebodyElseSaved,
    WrongMoment,
    WrongTime,
)
from shouwang.apps.cases.knows import sealed_words
from shouwang.apps.cases.models import Case, Nature, Party, SealedStatement, Statement
from shouwang.apps.cases.timeline import happened, held
from shouwang.apps.incidents.policy import incident_of
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.policy import is_police
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.papers import usecases as papers
from shouwang.apps.papers.models import Paper
from shouwang.apps.recordings.models import Stay
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require

#: A clock on the wall and the house's own may differ by this much.
AHEAD = timedelta(minutes=2)
PAPER = "statement"
Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Frame:
    """When, where and before whom; everything but the beginning may still be open."""

    began_at: datetime
    ended_at: datetime | None = None
    place: str = ""
    second: Officer | None = None
    stay: Stay | None = None
    adult: Party | None = None
    no_adult: str = ""


def _fits(party: Party, frame: Frame, at: datetime) -> None:
    """Raises WrongTime with the sentence that says which two times do not fit."""
    stay = frame.stay
    if frame.began_at > at + AHEAD or (frame.ended_at is not None and frame.ended_at > at + AHEAD):
        raise WrongTime(_("这个时间还没有到，请看一下是不是写错了。"))
    if frame.ended_at is not None and frame.ended_at < frame.began_at:
        raise WrongTime(_("结束时间比开始时间早。"))
    if stay is None:
        return
    if stay.matter_id != party.case_id:
        raise WrongMoment(_("这次进所不是为了这个案件。"))
    came = timezone.localtime(stay.entered_at)
    if frame.began_at < stay.entered_at.replace(second=0):
        raise WrongTime(_("人 %(came)s 才进所，笔录不能在这以前开始。") % {"came": f"{came:%m-%d %H:%M}"})
    last = frame.ended_at or frame.began_at
    if stay.left_at is not None and last > stay.left_at + timedelta(minutes=1):
        left = timezone.localtime(stay.left_at)
        raise WrongTime(_("人 %(left)s 已经离所，笔录不能在这以后。") % {"left": f"{left:%m-%d %H:%M}"})


def refuse_helper(second: Officer | None) -> None:
    """Raises NotPolice: an auxiliary, trainee or clerk is not the second officer whom the law asks for."""
    if second is not None and not is_police(second):
        raise NotPolice(_("%(who)s不是民警，不能写成第二位民警。请另选一位民警。") % {"who": second.name})


def clean_rows(rows: Rows) -> list[list[str]]:
    """Rows without those in which nothing stands."""
    kept = [[clean_text(asked), clean_text(said)] for asked, said in rows]
    return [row for row in kept if row[0] or row[1]]


def rows_of(statement: Statement) -> list[list[str]]:
    found: list[list[str]] = json.loads(statement.rows) if statement.rows else []
    return found


def _begin_with(party: Party, by: Officer, frame: Frame) -> list[list[str]]:
    matter = party.case.matter
    said = wording.opening(
        wording.asked_as(party.role),
        party.case.nature,
        minor=party.minor,
        station=matter.unit.station.name,
        officers="、".join(one.name for one in (by, frame.second) if one is not None),
        cause=party.case.name,
        adult=f"您的{party.relation}" if party.relation and frame.adult else "一位成年人",
    )
    return [[one, ""] for one in said]


@transaction.atomic
def begin(
    party: Party,
    *,
    by: Officer,
    frame: Frame,
    at: datetime,
    corrects: Statement | None = None,
    client_id: str | None = None,
) -> Statement:
    """
    A questioning begins, with its opening and what has to be told written down already. A second press finds the first.

    corrects   a finished statement of this party: the new one begins with what it says
    """
    case = held(party.case)
    party.case = case
    require(policy.may_gather(by, case))
    if client_id and (earlier := Statement.objects.filter(client_id=client_id, case=case).first()):
        return earlier
    if party.left_at is not None:
        raise WrongMoment(_("这个人和案件没有关系，不用做笔录。"))
    if corrects is not None and (corrects.party_id != party.pk or corrects.finished_at is None):
        raise WrongMoment(_("只有定稿的笔录才另做一份更正。"))
    _fits(party, frame, at)
    refuse_helper(frame.second)
    last = Statement.objects.filter(party=party).aggregate(last=Max("nth"))["last"] or 0
    rows = rows_of(corrects) if corrects is not None else _begin_with(party, by, frame)
    made = Statement.objects.create(
        case=case,
        party=party,
        nth=last + 1,
        officer=by,
        corrects=corrects,
        rows=json.dumps(rows, ensure_ascii=False),
        saved_at=at,
        client_id=client_id,
        **_columns(frame),
    )
    happened(case, "cases.statement-begun", at=at, by=by, role=party.role, nth=party.nth, time=made.nth)
    audit.record("cases.statement_begun", by=by.ref, on=case, at=at, statement=made.pk)
    return made


def _columns(frame: Frame) -> dict[str, object]:
    return {
        "began_at": frame.began_at,
        "ended_at": frame.ended_at,
        "place": frame.place.strip()[:80],
        "second": frame.second,
        "stay": frame.stay,
        "adult": frame.adult,
        "no_adult": clean_text(frame.no_adult),
    }


def _held(statement: Statement) -> Statement:
    case = held(statement.case)
    fresh = Statement.objects.select_related("party__person", "officer", "second", "stay", "adult__person").get(
        pk=statement.pk
    )
    fresh.case = fresh.party.case = case
    return fresh


@transaction.atomic
def save(statement: Statement, *, by: Officer, rows: Rows, version: int, at: datetime) -> Statement:
    """
    Keep what was typed. No limit of time and no wrong time of the form keeps anybody from it.

    version   what the writer saw; raises SomebodyElseSaved when a colleague saved meanwhile, so that nobody overwrites unseen
    """
    statement = _held(statement)
    require(policy.may_work(by, statement.case))
    if statement.finished_at is not None:
        raise WrongMoment(_("这份笔录已经定稿，要改就另做一份更正。"))
    said = json.dumps(clean_rows(rows), ensure_ascii=False)
    if said == statement.rows:
        return statement
    won = Statement.objects.filter(pk=statement.pk, version=version).update(
        rows=said, version=F("version") + 1, saved_at=at
    )
    if not won:
        raise SomebodyElseSaved(_("同事刚刚存过这份笔录。"))
    statement.refresh_from_db(fields=["rows", "version", "saved_at"])
    return statement


@transaction.atomic
def frame_anew(statement: Statement, *, by: Officer, frame: Frame, at: datetime) -> Statement:
    """Times, place, officers and who is there, put right."""
    statement = _held(statement)
    require(policy.may_work(by, statement.case))
    if statement.finished_at is not None:
        raise WrongMoment(_("这份笔录已经定稿，要改就另做一份更正。"))
    _fits(statement.party, frame, at)
    if frame.second is not None and frame.second.pk == statement.officer_id:
        raise NotAlone(_("第二位民警要是另一个人。"))
    refuse_helper(frame.second)
    Statement.objects.filter(pk=statement.pk).update(**_columns(frame))
    return _held(statement)


def _complete(statement: Statement, at: datetime) -> None:
    """What the law asks of a statement before anybody signs it."""
    _fits(
        statement.party,
        Frame(statement.began_at, statement.ended_at, stay=statement.stay),
        at,
    )
    if statement.ended_at is None:
        raise WrongTime(_("请写几点结束。"))
    if not any(said for _asked, said in rows_of(statement)):
        raise NothingSaid(_("还没有一句回答。"))
    if statement.second is None and statement.case.nature == Nature.CRIMINAL:
        # One officer who records throughout is an exception of the law on public order alone (`dt-two`, `psl-two`).
        raise AlwaysTwo(_("刑事案件要两位民警问，全程录像也不能一个人：请写上第二位民警。"))
    if statement.second is None and statement.stay is None:
        raise NotAlone(_("询问要两位民警。一个人问的，要在办案场所全程录像：请选这次进所，或者写上第二位民警。"))
    if statement.party.minor and statement.adult is None and not statement.no_adult:
        raise NoAdult(_("未成年人要有监护人或者合适成年人在场。没有人来的，请写明原因。"))


@transaction.atomic
def finish(statement: Statement, *, by: Officer, at: datetime) -> Paper:
    """
    What was said is sealed, and its paper is begun: read out, signed there. A second press finds that paper.

    Time beyond the limit of questioning stands on the page and in the record of the stay; it never keeps a statement from being kept.
    """
    statement = _held(statement)
    require(policy.may_handle(by, statement.case))
    if by.pk not in {statement.officer_id, statement.second_id}:
        raise WrongMoment(_("由问话的民警定稿。"))
    if statement.finished_at is None:
        _complete(statement, at)
        record = sealed_words(statement, at)
        SealedStatement.objects.create(
            statement=statement, record=record, sha256=hashlib.sha256(record.encode()).hexdigest(), by=by, at=at
        )
        Statement.objects.filter(pk=statement.pk).update(finished_at=at)
        party = statement.party
        happened(
            statement.case,
            "cases.statement-finished",
            at=at,
            by=by,
            role=party.role,
            nth=party.nth,
            time=statement.nth,
        )
        audit.record("cases.statement_finished", by=by.ref, on=statement.case, at=at, statement=statement.pk)
    return papers.make(
        statement.case.matter, by=by, kind=PAPER, at=at, about=statement.ref, client_id=f"statement:{statement.pk}"
    )


def category_of(case: Case) -> str:
    """The kind of report that the usual questions are for."""
    incident = incident_of(case.matter)
    return incident.category if incident is not None else ""
