"""
The one place that writes scorecards. What is due is a question to the data: which period is over and has no count, or a count that a new
one would contradict.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from shouwang.apps.ledger.usecases import canonical, record
from shouwang.apps.matters.clock import calendar
from shouwang.apps.openness.dump import midnight
from shouwang.apps.promises import reckoning
from shouwang.apps.promises.facts import facts_of
from shouwang.apps.promises.models import Because, Promise, Scorecard, Version
from shouwang.apps.promises.reckoning import Call, Every, Fact, Measure, Tally
from shouwang.apps.units.models import Unit
from shouwang.kernel import audit

#: So many finished periods are looked at again, once in each month: by then what was open has an end, and late entries are in.
LOOKED_AT_AGAIN = 3
A_DAY = 60 * 60 * 24

Facts = Callable[[Measure, Unit, date, date], list[Fact]]


def digest_of(value: object) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def in_force_on(versions: Iterable[Version], day: date) -> Version | None:
    """The version by which matters of that day count."""
    return max((one for one in versions if one.since <= day), key=lambda one: one.number, default=None)


def span_of(promise: Promise, version: Version, first: date, every: Every) -> tuple[date, date] | None:
    """The days of a period on which the promise held, or None."""
    begin, end = max(first, version.since), reckoning.end_of(every, first)
    if promise.until is not None:
        end = min(end, reckoning.after(promise.until))
    return (begin, end) if begin < end else None


def count(promise: Promise, version: Version, first: date, end: date, at: datetime, facts: Facts = facts_of) -> Tally:
    """What the records say at `at` of the matters of these days."""
    rule = version.reckoned
    return reckoning.tally(rule, facts(rule.measure, promise.station, first, end), at, calendar())


def _why(before: Scorecard, now: Tally) -> str:
    """Only open ones moved: settled. Anything else: the records themselves changed."""
    was = before.tally
    same = was.n + was.open >= now.n + now.open and now.open <= was.open and now.overdue <= was.overdue + was.open
    grew = now.kept >= was.kept and now.broken >= was.broken
    return Because.SETTLED if same and grew else Because.CORRECTED


def card_of(promise: Promise, version: Version, first: date, end: date, found: Tally, before: Scorecard | None,
            at: datetime) -> Scorecard:  # fmt: skip
    """A scorecard that is not yet written."""
    card = Scorecard(
        promise=promise,
        version=version,
        first=first,
        end=end,
        number=before.number + 1 if before else 1,
        kept=found.kept,
        broken=found.broken,
        open=found.open,
        overdue=found.overdue,
        bands=[list(pair) for pair in found.bands],
        because=_why(before, found) if before else Because.FIRST,
        at=at,
    )
    card.sha256 = digest_of(card.told)
    return card


def tell_the_log(card: Scorecard) -> None:
    """The leaf holds what everybody reads, and nothing that is too few to be told."""
    record("promise.scorecard", f"{card.promise.number}:{card.first}", {**card.told, "sha256": card.sha256}, at=card.at)


def _write(card: Scorecard) -> bool:
    """Add it, unless another process was first."""
    try:
        with transaction.atomic():
            card.save()
            tell_the_log(card)
            audit.record("promises.scored", by="house", on=card.promise, at=card.at, sha256=card.sha256)
    except IntegrityError:
        return False
    return True


def due_cards(promise: Promise, at: datetime, facts: Facts = facts_of) -> list[Scorecard]:
    """The scorecards that are missing at `at`, and recounts that differ from the last one; not yet written."""
    today = timezone.localtime(at).date()
    versions = sorted(promise.versions.all(), key=lambda one: one.number)
    if not versions:
        return []
    every = versions[0].reckoned.every
    last: dict[date, Scorecard] = {}
    for card in sorted(promise.scorecards.all(), key=lambda one: one.number):
        last[reckoning.first_of(every, card.first)] = card
    over, found = reckoning.periods(every, versions[0].since, today), []
    for first in over:
        before = last.get(first)
        counted_again = (
            first in over[-LOOKED_AT_AGAIN:] and before is not None and before.at < midnight(today.replace(day=1))
        )
        if before is not None and not counted_again:
            continue
        version = in_force_on(versions, max(first, versions[0].since))
        span = span_of(promise, version, first, every) if version else None
        if version is None or span is None:
            continue
        tally = count(promise, version, *span, at, facts)
        if before is None or before.tally != tally:
            found.append(card_of(promise, version, *span, tally, before, at))
    return found


def count_what_is_over(at: datetime) -> int:
    """Write every scorecard that is due. Returns how many. Twice leaves the same."""
    promises = Promise.objects.public().select_related("station").prefetch_related("versions", "scorecards__version")
    remembered = lru_cache(maxsize=None)(facts_of)  # several promises look at the same matters
    return sum(_write(card) for promise in promises for card in due_cards(promise, at, remembered))


# ── what pages show ──────────────────────────────────────────────────────────────────────────────────────────────────


def last_counts(cards: Iterable[Scorecard]) -> list[Scorecard]:
    """Of each period the newest count, oldest period first."""
    newest: dict[date, Scorecard] = {}
    for card in sorted(cards, key=lambda one: one.number):
        newest[card.first] = card
    return [newest[first] for first in sorted(newest)]


def called_out(promise: Promise, cards: Iterable[Scorecard]) -> tuple[Call, Tally]:
    """
    Whether it stands far from what happens, by the counts that everybody reads, and those counts. Only periods of the present wording:
    an easier goal is not judged by the months of a harder one.
    """
    version = promise.current
    if version is None or promise.ended_at is not None:
        return Call.NONE, Tally()
    every = version.reckoned.every
    recent = [card.public for card in last_counts(cards) if card.version_id == version.pk][
        -reckoning.HALF_A_YEAR[every] :
    ]
    return reckoning.called_out(every, recent), sum(recent, Tally())


def standing(promise: Promise, today: date) -> tuple[date, Tally] | None:
    """
    The running month as it stood at midnight, and its first day; None where only finished periods are told, or before the first day.

    As of midnight, like the open dump: within a day it does not move, so nobody can watch one matter come in.
    """
    version = in_force_on(promise.versions.all(), today)
    if version is None or promise.ended_at is not None or version.reckoned.every is not Every.MONTH:
        return None
    span = span_of(promise, version, today.replace(day=1), Every.MONTH)
    if span is None or span[0] >= today:
        return None
    key = f"promises:{promise.pk}:{version.pk}:{today}"
    found: Tally | None = cache.get(key)
    if found is None:
        found = count(promise, version, span[0], today, midnight(today))
        cache.set(key, found, A_DAY)
    return span[0], found
