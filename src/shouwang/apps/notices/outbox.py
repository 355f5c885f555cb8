"""
The outbox on the database: take a message, do what `deciding.next_step` says, write down what came of it.

Every function is one transaction and safe between several workers on SQLite and PostgreSQL: whoever changes the row first
(compare-and-set on `claim_no`, on the gateway's bucket, and a unique row per try) wins, the others find nothing to do.
Nothing here talks to the network; `sender` does, between `take` and `note_outcome` or `note_look_up`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from shouwang.apps.notices import pace
from shouwang.apps.notices.deciding import (
    Fact,
    FactKind,
    LookUp,
    Road,
    Rules,
    Send,
    Settle,
    Wait,
    next_step,
    open_send,
    state_of,
)
from shouwang.apps.notices.events import GatewayBack, GatewaySilent, OutboundSettled
from shouwang.apps.notices.messages import Incoming, Outgoing
from shouwang.apps.notices.messenger import (
    CannotTell,
    Capabilities,
    Failed,
    Looked,
    NotThere,
    Outcome,
    Seen,
    Sent,
    Trace,
    Uncertain,
)
from shouwang.apps.notices.models import Attempt, Gateway, Outbound, State
from shouwang.apps.notices.usecases import address_index, body_index, reroute
from shouwang.kernel.events import publish

RESTRICTED_AFTER = 2  # messages in a row that were accepted and did not arrive
RESTRICTED_FOR = timedelta(minutes=30)
CLOCK_SKEW = timedelta(seconds=60)  # how far the messenger's clock may be behind ours


@dataclass(frozen=True, slots=True)
class Try:
    """A message that must now go onto the wire, once."""

    outbound_id: int
    claim_no: int
    send_no: int
    message: Outgoing


@dataclass(frozen=True, slots=True)
class Search:
    """A message that must now be looked for."""

    outbound_id: int
    claim_no: int
    send_no: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Pause:
    """The gateway's pace allows nothing before `until`."""

    until: datetime


def due_ids(gateway_id: int, now: datetime, limit: int = 50) -> list[int]:
    """Keys of the messages to be looked at now, most urgent first."""
    return list(Outbound.objects.due(gateway_id, now).values_list("pk", flat=True)[:limit])


def take(
    outbound_id: int,
    *,
    worker: str,
    capabilities: Capabilities,
    connected: bool,
    rules: Rules,
    now: datetime,
    chance: float,
    looks: bool = True,
) -> Try | Search | Pause | None:
    """
    Do all of a message's next step that needs no network; claim it when the network is needed.

    worker   names this process for the desk
    chance   0 ≤ chance < 1, drawn by the caller, for the pace's jitter
    looks    False leaves what would have to be looked up for later
    Returns  what to do on the network; None when there is nothing, or somebody else holds it
    """
    row = Outbound.objects.unsettled().select_related("gateway").filter(pk=outbound_id).first()
    if row is None or row.gateway is None or row.held_at(now):
        return None
    road = Road(connected, road_is_silent(row.gateway, now), capabilities.reads_back)
    step = next_step(row.order, row.facts, road, rules, now)
    if isinstance(step, Wait):
        # A process without the connection must not push away what the one with the connection should send.
        if connected:
            Outbound.objects.filter(pk=row.pk, claim_no=row.claim_no).update(next_at=step.until)
        return None
    if isinstance(step, LookUp) and not looks:
        return None
    return _claim(row, road, worker, rules, now, chance)


@transaction.atomic
def _claim(
    row: Outbound, road: Road, worker: str, rules: Rules, now: datetime, chance: float
) -> Try | Search | Pause | None:
    lease = now + timedelta(seconds=rules.lease)
    won = Outbound.objects.filter(pk=row.pk, claim_no=row.claim_no, settled_at=None).update(
        claim_no=F("claim_no") + 1, claimed_by=worker, claimed_until=lease
    )
    if not won:
        return None
    row.claim_no += 1
    facts = row.facts  # read again: only now nobody else can act on them
    match next_step(row.order, facts, road, rules, now):
        case Settle(state=state):
            _settle(row, State(state.value), now)
        case Wait(until=until):
            _release(row, until)
        case LookUp(send_no=send_no):
            return Search(row.pk, row.claim_no, send_no, _trace(row, facts))
        case Send(send_no=send_no):
            return _begin(row, row.via, send_no, now, chance)
    return None


def _begin(row: Outbound, gateway: Gateway, send_no: int, now: datetime, chance: float) -> Try | Pause:
    token = pace.take(gateway.pace, gateway.full_at, now, chance)
    soon = now + timedelta(seconds=1)
    # Taking the token changes the gateway's row, so two tries on one gateway can never begin at the same time.
    if isinstance(token, pace.Go) and not (
        Gateway.objects.filter(pk=gateway.pk, full_at=gateway.full_at).update(full_at=token.full_at)
        and Outbound.objects.without_twin_under_way().filter(pk=row.pk).exists()
    ):
        token = pace.Hold(soon)
    if isinstance(token, pace.Hold):
        _release(row, token.until)
        return Pause(token.until)
    Attempt.objects.create(outbound=row, kind=FactKind.BEGAN, send_no=send_no, at=now)
    Outbound.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, state=State.CLAIMED)
    return Try(row.pk, row.claim_no, send_no, row.outgoing)


@transaction.atomic
def note_outcome(job: Try, outcome: Outcome, rules: Rules, now: datetime) -> None:
    """Write what the messenger said about a try."""
    row = Outbound.objects.select_related("gateway").get(pk=job.outbound_id)
    match outcome:
        case Sent(remote_id=remote_id):
            _add(row, FactKind.ACCEPTED, job.send_no, now, remote_id=remote_id or "")
            if remote_id:
                Outbound.objects.filter(pk=row.pk).update(remote_id=remote_id)
            _alive(row.via.pk, now)
        case Failed(why=why, lasting=lasting):
            _add(row, FactKind.REFUSED, job.send_no, now, why=why, lasting=lasting)
        case Uncertain(why=why):
            _add(row, FactKind.UNCLEAR, job.send_no, now, why=why)
    _follow_up(row, job.claim_no, rules, now)


@transaction.atomic
def note_look_up(job: Search, looked: Looked, rules: Rules, now: datetime) -> None:
    """Write what looking for a message showed. Only a record known to list our own words can prove absence."""
    row = Outbound.objects.select_related("gateway").get(pk=job.outbound_id)
    group = job.trace.chat.kind == "group"
    learned = {"group_shows_own" if group else "private_shows_own": True}
    match looked:
        case Seen(remote_id=remote_id, in_history=in_history):
            if in_history:
                Gateway.objects.filter(pk=row.via.pk).update(**learned)
            confirm(row, remote_id, now, send_no=job.send_no)
            return
        case NotThere() if job.trace.since + CLOCK_SKEW > now:
            _add(row, FactKind.CANNOT_TELL, job.send_no, now, why="the clock was set back since the try began")
        case NotThere(reaches_back=True, shows_own=shows_own) if shows_own or row.via.shows_own(job.trace.chat):
            if shows_own:
                Gateway.objects.filter(pk=row.via.pk).update(**learned)
            if looked.stored:
                _add(row, FactKind.DOUBTED, job.send_no, now, why="stored by the gateway, not in the chat's record")
            else:
                _add(row, FactKind.ABSENT, job.send_no, now, why="not in the chat's record")
                Outbound.objects.filter(pk=row.pk).update(remote_id="")
        case NotThere():
            _add(row, FactKind.CANNOT_TELL, job.send_no, now, why="the chat's record proves nothing")
        case CannotTell(why=why):
            _add(row, FactKind.CANNOT_TELL, job.send_no, now, why=why)
    _follow_up(row, job.claim_no, rules, now)


@transaction.atomic
def note_echo(gateway: Gateway, incoming: Incoming, now: datetime) -> bool:
    """
    Our own words came back as an event: the best confirmation there is.

    Returns whether it was one of ours from the outbox. By the messenger's name of the message if we know it already;
    the echo often comes before the answer to our call, then by chat and words among the tries under way.
    """
    sent = Outbound.objects.filter(gateway=gateway)
    here = sent.filter(address_index=address_index(gateway.channel, incoming.chat.address))
    row = here.filter(remote_id=incoming.message_id).order_by("-pk").first()
    if row is None:
        under_way = here.filter(
            body_index=body_index(incoming.text),
            state__in=[State.CLAIMED, State.UNCERTAIN, State.SENT],
            remote_id="",
        )
        # What is still open comes first; a settled row only then.
        row = under_way.order_by(F("settled_at").desc(nulls_first=True), "pk").first()
    if row is None:
        return False
    confirm(row, incoming.message_id, now, send_no=row.attempts)
    return True


def confirm(row: Outbound, remote_id: str, now: datetime, *, send_no: int) -> None:
    """The message was seen where it belongs. Also mends a row that was settled as sent or uncertain before."""
    if row.state == State.CONFIRMED:
        return
    _add(row, FactKind.SEEN, send_no, now, remote_id=remote_id)
    Outbound.objects.filter(pk=row.pk).update(remote_id=remote_id)
    Gateway.objects.filter(pk=row.via.pk).update(last_confirmed_at=now, last_seen_at=now, last_error="")
    _settle(row, State.CONFIRMED, now)


def road_is_silent(gateway: Gateway, now: datetime) -> bool:
    """Switched off, or not heard for too long, or what it accepts lately does not arrive (a restricted number)."""
    if not gateway.enabled or gateway.silent_at(now):
        return True
    since = max(filter(None, [gateway.last_confirmed_at, now - RESTRICTED_FOR]))
    lost = Attempt.objects.filter(outbound__gateway=gateway, kind=FactKind.ABSENT, at__gt=since)
    return bool(lost.count() >= RESTRICTED_AFTER)


def watch(gateway_id: int, now: datetime) -> bool:
    """
    Notice that a gateway fell silent or came back, tell it once, and let waiting messages take their other road.

    Returns whether the gateway is silent now. Writes only when something changed.
    """
    gateway = Gateway.objects.get(pk=gateway_id)
    _set_right(gateway, now)
    silent = road_is_silent(gateway, now)
    if silent != (gateway.silent_since is not None):
        _tell_silence(gateway, silent, now)
    if silent:
        later = Outbound.objects.unsettled().filter(gateway=gateway, next_at__gt=now, not_before__lte=now)
        later.filter(state=State.WAITING, other_roads__gt=0).update(next_at=now)
    return silent


def _set_right(gateway: Gateway, now: datetime) -> None:
    """Messages queued at a time to come: the clock was set back since. What they wait for counts from now."""
    for row in Outbound.objects.unsettled().filter(gateway=gateway, created_at__gt=now + CLOCK_SKEW):
        by = row.created_at - now
        Outbound.objects.filter(pk=row.pk, created_at=row.created_at).update(
            created_at=now, not_before=row.not_before - by, expires_at=row.expires_at - by, next_at=row.next_at - by
        )


@transaction.atomic
def _tell_silence(gateway: Gateway, silent: bool, now: datetime) -> None:
    """Compare-and-set: of several processes that notice, one tells."""
    since = gateway.last_seen_at or gateway.created_at
    rows = Gateway.objects.filter(pk=gateway.pk, silent_since__isnull=silent)
    if rows.update(silent_since=since if silent else None):
        publish(GatewaySilent(gateway.pk, since, now) if silent else GatewayBack(gateway.pk, now))


def sweep(now: datetime, rules: Rules, *, worker: str, limit: int = 200) -> int:
    """
    Bring messages to their end that no sender looks after: their gateway is switched off, or silent, or its process is
    not running. Sends nothing; safe beside running senders.

    Returns how many were settled, by expiry, by another road, or as uncertain.
    """
    before = Outbound.objects.unsettled().count()
    nothing = Capabilities(by_id=False, history=False)
    dead = [gateway.pk for gateway in Gateway.objects.all() if watch(gateway.pk, now)]
    overdue = Q(expires_at__lte=now - timedelta(seconds=rules.give_up_after))
    left = Outbound.objects.unsettled().filter(Q(gateway__in=dead, next_at__lte=now) | overdue)
    for pk in list(left.order_by("pk").values_list("pk", flat=True)[:limit]):
        take(pk, worker=worker, capabilities=nothing, connected=False, rules=rules, now=now, chance=0)
    return before - Outbound.objects.unsettled().count()


def note_alive(gateway_id: int, now: datetime) -> None:
    """The gateway gave a sign of life. Written at most every five seconds."""
    _alive(gateway_id, now)


def note_well(gateway_id: int, now: datetime) -> None:
    """The gateway was asked and is well: what was wrong before is over."""
    _alive(gateway_id, now)
    Gateway.objects.filter(pk=gateway_id).exclude(last_error="").update(last_error="")


def note_connected(gateway: Gateway, now: datetime) -> None:
    """A gateway connected: it lives, and sending starts slowly so that a reconnect never sets off a flood."""
    start = pace.empty(gateway.pace, now)
    Gateway.objects.filter(pk=gateway.pk).update(last_seen_at=now, last_error="")
    Gateway.objects.filter(Q(full_at=None) | Q(full_at__lt=start), pk=gateway.pk).update(full_at=start)


def note_problem(gateway_id: int, why: str) -> None:
    """Keep the latest problem of a gateway for the desk."""
    Gateway.objects.filter(pk=gateway_id).update(last_error=why[:200])


def _alive(gateway_id: int, now: datetime) -> None:
    stale = Q(last_seen_at=None) | ~Q(last_seen_at__range=(now - timedelta(seconds=5), now))
    Gateway.objects.filter(stale, pk=gateway_id).update(last_seen_at=now)


def _add(
    row: Outbound,
    kind: FactKind,
    send_no: int,
    now: datetime,
    *,
    why: str = "",
    remote_id: str = "",
    lasting: bool = False,
) -> None:
    Attempt.objects.create(
        outbound=row, kind=kind, send_no=send_no, at=now, why=why[:200], remote_id=remote_id, lasting=lasting
    )
    if why:
        Outbound.objects.filter(pk=row.pk).update(last_error=why[:200])


def _follow_up(row: Outbound, claim_no: int, rules: Rules, now: datetime) -> None:
    """
    After a new fact: show it, and come back when there is something to do.

    Facts are true whoever writes them, so they stay even when this claim was overtaken; only the claim is not released.
    """
    facts = row.facts
    at_best = next_step(row.order, facts, Road(connected=True, silent=False, reads_back=True), rules, now)
    state = state_of(facts, None)
    Outbound.objects.filter(pk=row.pk, settled_at=None).update(state=State(state.value))
    Outbound.objects.filter(pk=row.pk, settled_at=None, claim_no=claim_no).update(
        claimed_until=None, claimed_by="", next_at=at_best.until if isinstance(at_best, Wait) else now
    )


def _release(row: Outbound, next_at: datetime) -> None:
    Outbound.objects.filter(pk=row.pk, claim_no=row.claim_no).update(claimed_until=None, claimed_by="", next_at=next_at)


def _settle(row: Outbound, state: State, now: datetime) -> None:
    """Write an end. A confirmation may improve an earlier end; every other end is only written once."""
    settled = Q(settled_at=None) | (
        Q(state__in=[State.SENT, State.UNCERTAIN]) if state == State.CONFIRMED else Q(pk=None)
    )
    won = Outbound.objects.filter(settled, pk=row.pk).update(
        state=state, settled_at=now, claimed_until=None, claimed_by=""
    )
    if not won:
        return
    if state == State.REROUTED:
        reroute(row, at=now)
    publish(OutboundSettled(row.pk, state.value, row.subject, now))


def _trace(row: Outbound, facts: tuple[Fact, ...]) -> Trace:
    pending = open_send(facts)
    began = pending.at if pending else row.created_at
    others = Outbound.objects.filter(gateway=row.via, address_index=row.address_index, body_index=row.body_index)
    known = others.exclude(pk=row.pk).exclude(remote_id="").values_list("remote_id", flat=True)
    message = row.outgoing
    return Trace(
        chat=message.chat,
        text=message.text,
        marker=row.marker,
        remote_id=row.remote_id or None,
        since=began - CLOCK_SKEW,
        not_ids=frozenset(known),
    )
