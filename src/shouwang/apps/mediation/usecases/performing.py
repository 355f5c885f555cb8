"""
Performed or not: what each side says, what an officer finds, what the house reminds of, and the visit a month later.

The house never decides that something is broken: it reminds and asks; an officer decides.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.matters.usecases.opening import take_files
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.mediation import policy
from shouwang.apps.mediation.errors import WrongMoment
from shouwang.apps.mediation.models import Clause, ClauseWord, Done, Mediation, Side, SideKey, State
from shouwang.apps.mediation.timeline import happened, held, said_by
from shouwang.apps.mediation.usecases.agreeing import engine_clauses, settle, stands_on_paper
from shouwang.apps.mediation.usecases.telling import tell_other
from shouwang.apps.units.models import Officer
from shouwang.engines import mediation as engine
from shouwang.kernel import audit
from shouwang.kernel.errors import Refused
from shouwang.kernel.policy import require

#: A clause is reminded of when it is due within so many days.
REMIND_BEFORE = timedelta(days=2)
#: Nobody is reminded at night.
REMIND_FROM, REMIND_UNTIL = 9, 20


@transaction.atomic
def say(
    clause: Clause,
    *,
    done: str,
    at: datetime,
    by: Officer | None = None,
    viewer: Viewer | None = None,
    key: SideKey | None = None,
    of: str = ClauseWord.Of.DESK,
    words: str = "",
    files: tuple[str, ...] = (),
    client_id: str | None = None,
) -> ClauseWord:
    """
    How a clause stands: as an officer found it, as a side told an officer, or as a side says on its own page.

    by       the officer who writes it down; else `viewer` holds the reporter's code, or `key` is that of a side
    of       whose word it is, when an officer writes it down
    """
    mediation = held(clause.mediation)
    side = None
    if by is None:
        side = policy.side_of(viewer or Viewer(), mediation, key)
        if side is None:
            raise Refused(_("要有您自己的码，才能说做到了没有。"))
        of = side.code
    else:
        require(policy.may_handle(by, mediation) if of == ClauseWord.Of.DESK else policy.may_work(by, mediation))
    clause = mediation.clauses.get(pk=clause.pk)
    if client_id and (earlier := clause.said.filter(client_id=client_id).first()):
        return earlier
    if mediation.state != State.AGREED:
        raise WrongMoment(_("协议没有在履行，或者已经结束了。"))
    who = by.ref if by else key.ref if key else f"code:{viewer.held[mediation.matter_id].code_id}" if viewer else ""
    stored: dict[str, Any] = {"files": take_files(mediation.matter, files, by=who, at=at)} if files else {}
    data: dict[str, Any] = {"clause": clause.pk, "of": of, "done": done, **stored}
    if side is None:
        entry = happened(mediation, "said", at=at, by=by, body=clean_text(words), **data)
        mediation.sides.update(waits_since=None)
    else:
        heeded = done != Done.PERFORMED
        entry = said_by(mediation, side, "said", at=at, heeded=heeded, key=key, body=clean_text(words), **data)
    word = ClauseWord.objects.create(
        clause=clause, of=of, done=done, officer=by, at=at, seq=entry.seq, client_id=client_id
    )
    newest = {one.of: one.done for one in clause.said.order_by("pk")}
    stands = engine.settled(desk=newest.get("desk", ""), one=newest.get("one", ""), other=newest.get("other", ""))
    clause.done = stands.value
    undone = stands in {engine.Done.DUE, engine.Done.PART}
    clause.doubted = of != ClauseWord.Of.DESK and done != Done.PERFORMED and undone
    clause.save(update_fields=["done", "doubted"])
    audit.record(
        "mediation.said", by=by.ref if by else "resident", on=mediation, at=at, clause=clause.pk, of=of, done=done
    )
    settle_if_done(mediation, at=at, by=by)
    return word


def settle_if_done(mediation: Mediation, *, at: datetime, by: Officer | None = None) -> bool:
    """All is performed and the agreement stands on paper: it is settled. The caller holds it."""
    if mediation.state != State.AGREED or engine.outcome(engine_clauses(mediation)) is not engine.Outcome.PERFORMED:
        return False
    if not stands_on_paper(mediation):
        return False
    settle(mediation, at=at, by=by)
    return True


# ── what the house does by itself ────────────────────────────────────────────────────────────────────────────────────


def remind(*, at: datetime) -> int:
    """Word of what is due soon and of what is due and not done, once each; how many words. By day only."""
    if not REMIND_FROM <= timezone.localtime(at).hour < REMIND_UNTIL:
        return 0
    today = timezone.localdate(at)
    open_ = Clause.objects.filter(mediation__state=State.AGREED, done__in=[Done.DUE, Done.PART])
    soon = Q(reminded_at=None, due_on__lte=today + REMIND_BEFORE)
    late = Q(late_told_at=None, due_on__lt=today)
    keys = open_.filter(soon | late).order_by("mediation", "pk").values_list("mediation", flat=True).distinct()
    return sum(_remind(Mediation.objects.select_related("matter").get(pk=key), at=at) for key in dict.fromkeys(keys))


@transaction.atomic
def _remind(mediation: Mediation, *, at: datetime) -> int:
    """One word for all clauses of one mediation that became due; told once, whoever runs it."""
    mediation, today = held(mediation), timezone.localdate(at)
    if mediation.state != State.AGREED:
        return 0
    rows = [one for one in mediation.clauses.all() if one.done in {Done.DUE, Done.PART}]
    late = [one for one in rows if one.due_on < today and one.late_told_at is None]
    soon = [
        one for one in rows if one.due_on >= today and one.due_on <= today + REMIND_BEFORE and one.reminded_at is None
    ]
    for found, what, column in ((late, "late", "late_told_at"), (soon, "reminded", "reminded_at")):
        if not found:
            continue
        columns = {column: at} | ({"reminded_at": at} if what == "late" else {})
        Clause.objects.filter(pk__in=[one.pk for one in found]).update(**columns)
        happened(mediation, what, at=at, told=True, clauses=[one.pk for one in found])
        if not tell_other(mediation, key=f"mediation:{what}:{mediation.pk}:{found[0].pk}", at=at):
            happened(mediation, "call", at=at)
    return int(bool(late)) + int(bool(soon))


def ask_visits(*, at: datetime) -> int:
    """A month after it was performed, the reporter is asked once on the page, and the desk's queue has the other side to call."""
    if not REMIND_FROM <= timezone.localtime(at).hour < REMIND_UNTIL:
        return 0
    due = Mediation.objects.to_visit(timezone.localdate(at)).filter(visit_asked_at=None, state=State.SETTLED)
    return sum(_ask_visit(one, at=at) for one in due.select_related("matter").order_by("pk"))


@transaction.atomic
def _ask_visit(mediation: Mediation, *, at: datetime) -> int:
    mediation = held(mediation)
    if not Mediation.objects.filter(pk=mediation.pk, visit_asked_at=None).update(visit_asked_at=at):
        return 0
    happened(mediation, "visit-due", at=at, told=True)
    return 1


@transaction.atomic
def visit(
    mediation: Mediation,
    side: Side,
    *,
    holds: bool,
    at: datetime,
    by: Officer | None = None,
    viewer: Viewer | None = None,
    key: SideKey | None = None,
    words: str = "",
) -> Side:
    """
    One press of one side: it holds, or it does not. When both have been asked the visit is done. The last word counts.
    """
    mediation = held(mediation)
    if by is not None:
        require(policy.may_work(by, mediation))
    else:
        _require_own(mediation, side, viewer, key)
    if mediation.state != State.SETTLED:
        raise WrongMoment(_("履行完以后才回访。"))
    side = next(one for one in mediation.sides.all() if one.pk == side.pk)
    if side.holds == holds and not words.strip():
        return side
    side.holds = holds
    side.save(update_fields=["holds"])
    said: dict[str, Any] = {"body": clean_text(words), "side": side.code, "holds": holds}
    if by is None:
        said_by(mediation, side, "held-up", at=at, heeded=not holds, key=key, **said)
    else:
        happened(mediation, "held-up", at=at, by=by, **said)
        mediation.sides.update(waits_since=None)
    if all(one.holds is not None for one in mediation.sides.all()):
        Mediation.objects.filter(pk=mediation.pk, visited_at=None).update(visited_at=at)
    audit.record("mediation.visited", by=by.ref if by else "resident", on=mediation, at=at, side=side.code, holds=holds)
    return side


def _require_own(mediation: Mediation, side: Side, viewer: Viewer | None, key: SideKey | None) -> None:
    own = policy.side_of(viewer or Viewer(), mediation, key)
    if own is None or own.pk != side.pk:
        raise Refused(_("要有您自己的码，才能回答。"))


@transaction.atomic
def rate(
    mediation: Mediation,
    side: Side,
    *,
    stars: int,
    at: datetime,
    viewer: Viewer | None = None,
    key: SideKey | None = None,
) -> Side:
    """How a side found it, one to five, once it has ended. The last word counts; only the year's figures show it."""
    mediation = held(mediation)
    _require_own(mediation, side, viewer, key)
    if mediation.is_running:
        raise WrongMoment(_("等调解有了结果再评价。"))
    if not 1 <= stars <= 5:
        raise WrongMoment(_("请选一项。"))
    mediation.sides.filter(pk=side.pk).update(stars=stars)
    audit.record("mediation.rated", by="resident", on=mediation, at=at, side=side.code, stars=stars)
    return mediation.sides.get(pk=side.pk)


@transaction.atomic
def heard(mediation: Mediation, *, by: Officer, at: datetime) -> None:
    """The desk has read what the sides said on their pages and acts on it."""
    mediation = held(mediation)
    require(policy.may_work(by, mediation))
    if mediation.sides.filter(waits_since__isnull=False).update(waits_since=None):
        happened(mediation, "heard", at=at, by=by)
