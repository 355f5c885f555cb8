"""Load the demo town: `load_demo(now, seed)`."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.db import transaction
from django.utils import timezone

from shouwang.apps.guides import reading
from shouwang.apps.ledger.models import Leaf
from shouwang.apps.ledger.usecases import sequence_all
from shouwang.apps.matters import sealing
from shouwang.apps.matters.models import Series
from shouwang.apps.people.models import Person
from shouwang.apps.talk.models import Post
from shouwang.apps.units.models import Unit
from shouwang.demo import (
    callrows,
    cases,
    casting,
    catalogue,
    crews,
    custody,
    disclosures,
    flagships,
    incidents,
    mediations,
    papers,
    penalties,
    promises,
    readers,
    redactions,
    residents,
    results,
    rooms,
    secrecy,
    town,
    weeks,
    writing,
)
from shouwang.demo.director import Director
from shouwang.demo.draft import Draft
from shouwang.demo.models import DemoTown
from shouwang.demo.shifts import Duty
from shouwang.demo.stories import read_book

SEED = 20260
DATA = Path(__file__).parent / "data"
LIBRARY = Path(reading.__file__).parent / "library"


class NotEmpty(RuntimeError):
    """The demo town is only loaded into an empty house: invented and real people must never stand side by side."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came into the house."""

    matters: int
    entries: int
    officers: int
    residents: int
    open: int
    posts: int


@transaction.atomic
def load_demo(now: datetime, seed: int = SEED, *, share: float = 1.0, calls: int = callrows.CALLS) -> Loaded:
    """
    Four months of an invented town, ending at `now` (aware). The same seed and moment give the same town.

    share    how much of the everyday life, from 0 to 1; tests need only a little
    calls    how many incidents besides; tests need few
    Raises   NotEmpty when the house has a unit already
    """
    if Unit.objects.exists():
        raise NotEmpty("This house is not empty. The demo town is only loaded into a house without units.")
    now = timezone.localtime(now).replace(microsecond=0)
    rng = Random(f"{seed}/town")  # noqa: S311  a demo town needs no secrets
    place = town.build(rng)
    people = residents.build(rng, place, now)
    since = now - casting.SPAN
    duties = {
        unit.pk: Duty(place, prefix, since=since, now=now, rng=Random(f"{seed}/{prefix}/duty"))  # noqa: S311
        for prefix, unit in place.stations.items()
    }
    answers = {guide.slug: guide.answer for guide in reading.read_library(LIBRARY) if guide.auto_ok and guide.answer}
    thanks = {int(stars): tuple(says) for stars, says in tomllib.loads((DATA / "thanks.toml").read_text()).items()}
    drafts = _everyday_life(place, duties, people, answers, thanks, now=now, seed=seed, share=share)
    drafts += callrows.draft(place, duties, thanks, now=now, seed=seed, count=calls)
    drafts.sort(key=lambda draft: (draft.received_at, draft.unit.pk))
    stage = flagships.Stage(
        place,
        duties,
        now,
        seed,
        answers,
        (
            incidents.incidents,
            crews.crews,
            papers.papers,
            custody.stays,
            cases.cases,
            penalties.penalties,
            mediations.mediations,
            results.decisions,
            disclosures.disclosures,
        ),
    )
    serials = _number(drafts, stage)
    notes = tomllib.loads((DATA / "handovers.toml").read_text())["notes"]
    for duty in duties.values():
        before = stage.before if stage.plays_shifts_of(duty.unit) else now
        writing.write_shifts(duty, notes, before=before, now=now, rng=rng)
    matters = writing.write(drafts, seed=seed, now=now)
    pages = weeks.Weeks(place, now)
    chiefs = {unit.pk: place.leaders(unit.pk)[0] for unit in place.stations.values()}
    cases.end_what_is_over(Random(f"{seed}/cases"), chiefs, now)  # noqa: S311
    played_matters = stage.play_all()
    by_post = rooms.write(place, people, pages.told, now=now, seed=seed, share=share)
    by_matter = {matter.pk: draft.public for draft, matter in zip(drafts, matters, strict=True) if draft.public}
    pages.publish(by_matter, by_post)
    readers.write(place, rng=Random(f"{seed}/readers"))  # noqa: S311
    catalogue.write(place, now, Random(f"{seed}/catalogue"))  # noqa: S311
    promises.write(place, now, Random(f"{seed}/promises"))  # noqa: S311
    secrecy.write(place, now)
    redactions.write(place, now, Random(f"{seed}/redactions"), share=share)  # noqa: S311
    for (prefix, year), last in serials.items():
        Series.objects.update_or_create(prefix=prefix, year=year, defaults={"last": last})
    sealing.seal_missing(at=None)
    _log_month_by_month(now)
    DemoTown.objects.create(seed=seed, seen_from=now)
    return Loaded(
        matters=len(drafts) + played_matters,
        entries=sum(len(draft.entries) for draft in drafts),
        officers=len(place.officers),
        residents=len(people),
        open=sum(not draft.closed for draft in drafts),
        posts=Post.objects.count(),
    )


def _everyday_life(
    place: town.Town,
    duties: dict[int, Duty],
    people: Sequence[Person],
    answers: dict[str, str],
    thanks: dict[int, tuple[str, ...]],
    *,
    now: datetime,
    seed: int,
    share: float,
) -> list[Draft]:
    book = read_book(guides=answers)
    director = Director(place, duties, book, answers, thanks, Random(seed))  # noqa: S311
    drafts: list[Draft] = []
    for play, chance in casting.plays(place, book, people, now=now, seed=seed, share=share):
        director.rng = chance
        drafts.append(director.play(play))
    return drafts


def _log_month_by_month(now: datetime) -> None:
    """A signed head at the end of every month, and one now: so old notices are there to compare with."""
    oldest = Leaf.objects.waiting().order_by("at").values_list("at", flat=True).first() or now
    month = timezone.localtime(oldest).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while (month := (month + timedelta(days=32)).replace(day=1)) < now:
        sequence_all(at=month - timedelta(minutes=1), before=month)
    sequence_all(at=now)


def _number(drafts: Sequence[Draft], stage: flagships.Stage) -> dict[tuple[str, int], int]:
    """Serials in the order of arrival, one series for each station and year; flagships have their places in it."""
    arrivals: list[tuple[datetime, int, Draft | flagships.Opening]] = [
        *((draft.received_at, draft.unit.pk, draft) for draft in drafts),
        *((opening.at, opening.unit.pk, opening) for opening in stage.openings),
    ]
    counts: Counter[tuple[str, int]] = Counter()
    for at, _unit, one in sorted(arrivals, key=lambda arrival: arrival[:2]):
        series = (one.unit.prefix, timezone.localtime(at).year)
        counts[series] += 1
        one.serial = counts[series]
    return counts
