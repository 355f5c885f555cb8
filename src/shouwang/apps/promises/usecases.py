"""
Making promises: propose, send back, put in force, end, answer a call-out.

Each function is one transaction: may I, decide, write, record, tell the log. Two people stand behind each version. There is no use case
that changes a scorecard: they come from the count alone (`counting.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.catalogue.content import Content
from shouwang.apps.catalogue.usecases import identifying, one_line, refuse_telling
from shouwang.apps.ledger.usecases import record
from shouwang.apps.promises import policy, reckoning
from shouwang.apps.promises.counting import digest_of
from shouwang.apps.promises.errors import NoReason, NothingChanged, NotReady
from shouwang.apps.promises.models import Promise, Proposal, Source, Step, Version
from shouwang.apps.promises.reckoning import Call, Rule
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require


def held(promise: Promise) -> Promise:
    """The promise as it stands now, held until the transaction ends."""
    rows = Promise.objects.select_for_update(of=("self",))  # SQLite needs none: it lets in one writer at a time
    return rows.select_related("station__parent", "current").get(pk=promise.pk)


def _reason(text: str) -> str:
    if not (why := one_line(text, 300)):
        raise NoReason
    return why


def _wording(station: Unit, rule: Rule, title: str, source: str, article: str, note: str) -> dict[str, Any]:
    said = {
        "title": one_line(title, 80),
        "rule": rule.as_data(),
        "source": Source(source).value,
        "article": one_line(article, 120) if source == Source.LAW else "",
        "note": one_line(note, 200),
    }
    if not said["title"]:
        raise NotReady(_("请写一句大家看得懂的承诺。"))
    if source == Source.LAW and not said["article"]:
        raise NotReady(_("请写是哪部法、第几条。"))
    if not said["note"]:
        raise NoReason
    refuse_telling(identifying(Content(str(said["title"]), str(said["article"]), str(said["note"])), station))
    return said


@transaction.atomic
def propose(station: Unit, *, by: Officer, rule: Rule, title: str, note: str, at: datetime, source: str = Source.OWN,
            article: str = "", promise: Promise | None = None, seen: int = 0) -> Proposal:  # fmt: skip
    """
    A new promise (without `promise`), or another wording of one. It is not public until a leader puts it in force.

    seen    the turn of the proposal that was on the screen; 0 when there was none
    Errors  NotReady, NoReason, NothingChanged, Conflict; TellsWho of the catalogue
    """
    station = station.station
    require(policy.may_keep_of(by, station))
    said = _wording(station, rule, title, source, article, note)
    if promise is None:
        promise = Promise.objects.create(station=station, measure=rule.measure.value, made_at=at)
    else:
        promise = held(promise)
        _fits(promise, rule, said)
    present = Proposal.objects.filter(promise=promise).first()
    turn = present.turn if present else 0
    if turn != seen:
        raise Conflict(_("刚有人改过这份提议，请先看一眼新的。"))
    proposal, _new = Proposal.objects.update_or_create(
        promise=promise, defaults={**said, "turn": turn + 1, "by": by, "at": at, "sent_back": ""}
    )
    audit.record("promises.proposed", by=by.ref, on=promise, at=at, sha256=digest_of(said))
    return proposal


def _fits(promise: Promise, rule: Rule, said: dict[str, Any]) -> None:
    if promise.ended_at is not None:
        raise NotReady(_("这条已经不再承诺，要承诺请另提一条。"))
    if promise.measure != rule.measure.value:
        raise NotReady(_("换一种算法就是另一条承诺：请另提一条，再把这条结束。"))
    now = promise.current
    if now is None:
        Promise.objects.filter(pk=promise.pk).update(measure=rule.measure.value)
        return
    if now.reckoned.every is not rule.every:
        raise NotReady(_("投诉单独按季度算，和别的不能互相改：请另提一条，再把这条结束。"))
    if all(getattr(now, name) == said[name] for name in ("title", "rule", "source", "article")):
        raise NothingChanged


def _proposal(promise: Promise, seen: int) -> Proposal:
    proposal = Proposal.objects.select_related("by").filter(promise=promise).first()
    if proposal is None or proposal.sent_back:
        raise NotReady(_("现在没有等着生效的提议。"))
    if proposal.turn != seen:
        raise Conflict(_("提议刚被改过，请先看一眼新的。"))
    promise.proposal = proposal
    return proposal


@transaction.atomic
def send_back(promise: Promise, *, by: Officer, seen: int, reason: str, at: datetime) -> Proposal:
    """The leader does not put it in force as it stands, and says why."""
    promise = held(promise)
    require(policy.may_lead(by, promise))
    proposal = _proposal(promise, seen)
    proposal.sent_back = _reason(reason)
    proposal.save(update_fields=["sent_back"])
    audit.record("promises.sent_back", by=by.ref, on=promise, at=at, reason=proposal.sent_back)
    return proposal


@transaction.atomic
def put_in_force(promise: Promise, *, by: Officer, seen: int, at: datetime) -> Version:
    """
    Everybody reads it from now on. It counts from tomorrow's matters on; a changed one from the next period on.

    seen   the turn of the proposal that the leader read
    """
    promise = held(promise)
    proposal = _proposal(promise, seen)
    require(policy.may_put_in_force(by, promise))
    if promise.ended_at is not None:
        raise NotReady(_("这条已经不再承诺，要承诺请另提一条。"))
    today, before = timezone.localtime(at).date(), promise.current
    every = proposal.reckoned.every
    since = reckoning.end_of(every, reckoning.first_of(every, today)) if before else reckoning.after(today)
    if before is not None and before.since > since:
        since = before.since
    number = before.number + 1 if before else 1
    said = proposal.wording
    version = Version.objects.create(
        promise=promise,
        number=number,
        since=since,
        sha256=digest_of({**said, "since": since.isoformat()}),
        at=at,
        proposed_by=proposal.by,
        put_in_force_by=by,
        **said,
    )
    promise.current = version
    promise.save(update_fields=["current"])
    proposal.delete()
    _step(promise, Step.What.CHANGED if before else Step.What.MADE, by=by, words=version.note, at=at)
    return version


@transaction.atomic
def end(promise: Promise, *, by: Officer, reason: str, at: datetime) -> Promise:
    """No longer promised: today's matters are the last that count. The page stays, with the reason and all its months."""
    promise = held(promise)
    require(policy.may_lead(by, promise))
    if promise.current is None or promise.ended_at is not None:
        raise NotReady(_("生效了的承诺才能结束。"))
    why = _reason(reason)
    refuse_telling(identifying(Content("", "", why), promise.station))
    promise.ended_at, promise.until, promise.ended_because = at, timezone.localtime(at).date(), why
    promise.save(update_fields=["ended_at", "until", "ended_because"])
    Proposal.objects.filter(promise=promise).delete()
    _step(promise, Step.What.ENDED, by=by, words=why, at=at)
    return promise


@transaction.atomic
def answer_call(promise: Promise, *, by: Officer, call: str, words: str, at: datetime) -> Step:
    """What is done about a promise that is too easy or out of reach. It stays called out as long as the figures say so."""
    promise = held(promise)
    require(policy.may_lead(by, promise))
    if promise.current is None or promise.ended_at is not None or call not in {Call.EASY, Call.HARD}:
        raise NotReady(_("这条现在没有要答复的提醒。"))
    why = _reason(words)
    refuse_telling(identifying(Content("", "", why), promise.station))
    return _step(promise, Step.What.ANSWERED, by=by, words=why, at=at, call=call)


def _step(promise: Promise, what: Step.What, *, by: Officer, words: str, at: datetime, call: str = "") -> Step:
    assert promise.current is not None
    step = Step.objects.create(
        promise=promise, version=promise.current, what=what, at=at, by=by, words=words, call=call
    )
    tell_the_log(step)
    audit.record(f"promises.{what.value}", by=by.ref, on=promise, at=at, version=step.version.number, words=words)
    return step


def tell_the_log(step: Step) -> None:
    """Everybody can check later what was promised when: the digest of the version, and of the words of the step."""
    version = step.version
    data = {"version": version.number, "sha256": version.sha256, "since": version.since.isoformat()}
    if step.call:
        data["call"] = step.call
    if step.what in (Step.What.ENDED, Step.What.ANSWERED):
        data["words"] = digest_of(step.words)
    record(f"promise.{step.what}", step.promise.number, data, at=step.at)
