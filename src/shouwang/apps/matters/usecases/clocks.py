"""The clock of a matter: pause, go on, count anew, extend. The rule in force says what is allowed; a step it refuses writes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters import clock, policy
from shouwang.apps.matters.errors import NothingSaid, WrongState
from shouwang.apps.matters.models import By, Entry, Matter, Type
from shouwang.apps.matters.timeline import append, locked
from shouwang.apps.matters.usecases.words import clean_text
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.units.models import Officer
from shouwang.engines.clocks import DONE
from shouwang.engines.clocks import State as ClockState
from shouwang.engines.errors import EngineError
from shouwang.kernel.policy import require


def _tick(matter: Matter, event: str, *, at: datetime, by: Officer | None = None, body: str = "", **data: Any) -> Entry:
    return append(
        matter,
        Type.CLOCK,
        at=at,
        by=By.OFFICER if by else By.HOUSE,
        officer=by,
        visibility=Visibility.PARTIES,
        body=body,
        data={"event": event, **data},
    )


def start_clock(matter: Matter, rule: str, *, at: datetime, since: datetime | None = None) -> None:
    """
    A new clock on a matter that the caller holds; one that still runs ends unfulfilled.

    since   when what starts it happened, if earlier than now: a matter that gets its right name late was received when it was
    """
    stop_clock(matter, at=at, reason="replaced")
    earlier: dict[str, Any] = {"since": since.isoformat()} if since and since < at else {}
    _tick(matter, "start", at=at, rule=rule, **earlier)


def stop_clock(matter: Matter, *, at: datetime, reason: str = DONE) -> None:
    """End the clock that runs, if one does; `reason` is DONE when what it asks for was done."""
    run = clock.running(matter)
    if run is not None:
        _tick(matter, "stop", at=at, rule=run.rule.id, reason=reason)


def _running(matter: Matter) -> clock.Run:
    run = clock.running(matter)
    if run is None:
        raise WrongState(_("这件事现在没有在算的时限。"))
    return run


def _counted(matter: Matter, event: str, *, by: Officer | None, at: datetime, **data: Any) -> Entry:
    """Try an event on the clock; the engine refuses what the rule does not allow, and nothing is written then."""
    try:
        with transaction.atomic():
            return _tick(matter, event, at=at, by=by, **data)
    except EngineError as why:
        raise WrongState(_("时限不能这样改：%(why)s") % {"why": why}) from why


@transaction.atomic
def pause_clock(matter: Matter, *, by: Officer, reason: str, words: str, at: datetime) -> Entry:
    """Stop counting for a reason the rule allows, such as asking a third party (政府信息公开条例 art. 33)."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    run = _running(matter)
    if reason not in run.rule.pauses:
        raise WrongState(_("“%(rule)s”这条时限不能因为这个原因暂停。") % {"rule": clock.rule_name(run.rule)})
    if run.paused_for:
        raise WrongState(_("时限已经暂停了。"))
    if not (what := clean_text(words)):
        raise NothingSaid(_("请写明在等什么，居民会看到。"))
    return _counted(matter, "pause", by=by, at=at, reason=reason, body=what)


@transaction.atomic
def resume_clock(matter: Matter, *, by: Officer | None, at: datetime) -> Entry:
    """Go on counting. `by` is None when a term of somebody asked ended by itself."""
    matter = locked(matter)
    if by is not None:
        require(policy.may_work_on(by, matter))
    run = _running(matter)
    if not run.paused_for:
        raise WrongState(_("时限没有暂停，不用接着算。"))
    return _counted(matter, "resume", by=by, at=at, reason=run.paused_for)


@transaction.atomic
def restart_clock(matter: Matter, *, by: Officer | None, words: str, at: datetime) -> Entry:
    """
    What was missing has arrived: count anew from today. `by` is None when the resident's own words brought it, and the caller asked whose.

    Only where the rule lets the clock wait for a correction (政府信息公开条例 art. 30).
    """
    matter = locked(matter)
    if by is not None:
        require(policy.may_work_on(by, matter))
    run = _running(matter)
    if not run.may_restart:
        raise WrongState(_("“%(rule)s”这条时限不能重新计算。") % {"rule": clock.rule_name(run.rule)})
    if not (what := clean_text(words)):
        raise NothingSaid(_("请写明补齐了什么，居民会看到。"))
    return _counted(matter, "restart", by=by, at=at, body=what)


@transaction.atomic
def extend_clock(matter: Matter, *, by: Officer, amount: int, words: str, at: datetime) -> Entry:
    """Lengthen within the rule. Only a leader may, and the resident is told who and why."""
    matter = locked(matter)
    require(policy.may_extend(by, matter))
    run = _running(matter)
    if run.rule.extension is None:
        raise WrongState(_("“%(rule)s”这条时限不能延长。") % {"rule": clock.rule_name(run.rule)})
    if run.extensions >= run.rule.extension.times:
        raise WrongState(_("“%(rule)s”这条时限已经延长过，不能再延长。") % {"rule": clock.rule_name(run.rule)})
    if not 1 <= amount <= run.rule.extension.amount:
        raise WrongState(
            _("“%(rule)s”这条时限一次最多延长 %(most)s。")
            % {"rule": clock.rule_name(run.rule), "most": clock.length(run.rule.extension.amount, run.rule.unit)}
        )
    if run.ledger(at).state == ClockState.LATE:
        raise WrongState(_("时限已经过了，过了的时限不能再延长。"))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写明为什么延长，居民会看到。"))
    return _counted(
        matter,
        "extend",
        by=by,
        at=at,
        amount=amount,
        approver=run.rule.extension.approver,
        approver_name=by.public_name,
        body=why,
    )


@transaction.atomic
def recount(matter: Matter, *, at: datetime) -> bool:
    """Count a provisional date anew once the holidays are published, and say so openly when it moved."""
    matter = locked(matter)
    before = matter.due_at
    if not clock.refresh(matter, at) or matter.due_at == before:
        return False
    old, new = before.isoformat() if before else "", matter.due_at.isoformat() if matter.due_at else ""
    _tick(matter, "recount", at=at, before=old, after=new)
    return True
