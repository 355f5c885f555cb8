"""What pages ask of cases. Everything that is missing is found from what was read with the case, so a list asks no more than a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from shouwang.apps.cases import chain
from shouwang.apps.cases.holding import links_of
from shouwang.apps.cases.models import Case, CustodyMove, Evidence, Party
from shouwang.apps.cases.wording import Cited, cited
from shouwang.apps.matters.clock import due_from
from shouwang.apps.units.models import Officer

MOST = 200
PRESERVE_RULE, SEIZE_RULE = "ap-preserve", "ap-seize"
#: Where on the page of a case something can be put right.
OFFICERS, PARTIES, STATEMENTS, EVIDENCE = "officers", "parties", "statements", "evidence"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is still to be done, and the part of the page for it. `blocks` when a case is not closed without it."""

    where: str
    says: str
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list."""

    case: Case
    officers: list[Officer]
    missing: list[Missing]
    days_left: int | None


def assistants(case: Case) -> list[Officer]:
    return [one.officer for one in case.assistants.all() if one.until is None]


def flaws(evidence: Evidence, now: datetime) -> list[str]:
    """What is wrong with a chain, in the desk's words."""
    links = links_of(evidence)
    words = {
        chain.Flaw.NO_BEGINNING: _("没有记怎么取得"),
        chain.Flaw.CANNOT_FOLLOW: _("中间少了一步"),
        chain.Flaw.BACKWARDS: _("时间前后对不上"),
        chain.Flaw.UNCONFIRMED: _("接收的民警还没有签收"),
        chain.Flaw.NOT_STORED: _("过了一天还没有入库"),
    }
    return list(dict.fromkeys(words[one.flaw] for one in chain.examine(links, now)))


def preserve_until(evidence: Evidence) -> datetime | None:
    """By when it has to be decided what happens with something registered where it is; None when that is settled or not so."""
    if evidence.way != Evidence.Way.PRESERVE or chain.is_gone(links_of(evidence)):
        return None
    return due_from(PRESERVE_RULE, evidence.taken_at)


def _of_people(case: Case) -> Iterable[Missing]:
    there = [one for one in case.parties.all() if one.left_at is None]
    finished = {one.party_id for one in case.statements.all() if one.finished_at is not None}
    for one in there:
        if one.organisation:
            if not one.in_charge.all():
                yield Missing(PARTIES, _("%(who)s还没有写负责人") % {"who": one.called})
        elif one.role in {Party.Role.SUSPECT, Party.Role.VICTIM} and one.pk not in finished:
            yield Missing(STATEMENTS, _("%(who)s还没有做笔录") % {"who": one.called})
        if one.minor and one.guardian_id is None:
            yield Missing(PARTIES, _("%(who)s未成年，还没有写监护人") % {"who": one.called})
    if not there:
        yield Missing(PARTIES, _("还没有登记当事人"))


def missing(case: Case, now: datetime) -> list[Missing]:
    """What a running case still lacks; nothing for a closed one. Asks no question when the case came `with_all`."""
    if case.closed_at is not None:
        return []
    found: list[Missing] = []
    if case.matter.handler is None:
        found.append(Missing(OFFICERS, _("还没有主办民警"), blocks=True))
    if not assistants(case):
        found.append(Missing(OFFICERS, _("还没有协办民警，办案要两位民警")))
    found.extend(_of_people(case))
    writing = [one for one in case.statements.all() if one.finished_at is None]
    found.extend(
        Missing(
            STATEMENTS, _("%(who)s的第 %(n)s 次笔录还没有定稿") % {"who": one.party.called, "n": one.nth}, blocks=True
        )
        for one in writing
    )
    for piece in case.evidence.all():
        says = {"nth": piece.nth}
        wrong = flaws(piece, now)
        found.extend(Missing(EVIDENCE, _("证据 %(nth)s：") % says + one, blocks=True) for one in wrong)
        if piece.moves.all() and _last(piece).what == CustodyMove.What.TO_LAB:
            found.append(Missing(EVIDENCE, _("证据 %(nth)s 还在鉴定") % says, blocks=True))
        until = preserve_until(piece)
        if until is not None and until < now:
            found.append(Missing(EVIDENCE, _("证据 %(nth)s 先行登记保存的期限过了，还没有处理") % says))
    return found


def _last(piece: Evidence) -> CustodyMove:
    return max(piece.moves.all(), key=lambda one: one.pk)


def blocks(case: Case, now: datetime) -> list[str]:
    """What of this room stands in the way of closing."""
    whole = Case.objects.with_all().get(pk=case.pk)
    return [one.says for one in missing(whole, now) if one.blocks]


def days_left(case: Case, now: datetime) -> int | None:
    """Whole days until the matter's clock ends; below nought when it has; None when none runs."""
    at = case.matter.due_at
    return None if at is None or case.closed_at is not None else (at - now).days


def rows(officer: Officer, show: str, now: datetime) -> list[Row]:
    """The list: running ones with the latest first, or those that were closed or archived, newest first."""
    found = Case.objects.visible_to(officer).with_all()
    if show == "running":
        found = found.running().order_by(F("matter__due_at").asc(nulls_last=True), "opened_at")
    elif show == "closed":
        found = found.closed().order_by("-closed_at")
    else:
        found = found.archived().order_by("-archived_at")
    return [
        Row(
            one,
            [who for who in (one.matter.handler, *assistants(one)) if who is not None],
            missing(one, now),
            days_left(one, now),
        )
        for one in found[:MOST]
    ]


def ways_of_taking(now: datetime) -> list[Cited]:
    """The rules on registering and seizing, with what is doubtful about them."""
    return [cited(PRESERVE_RULE, now), cited(SEIZE_RULE, now)]
