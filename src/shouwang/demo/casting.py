"""Which scene is played when, where, by whom and through which door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.demo import pace
from shouwang.demo.director import Play
from shouwang.demo.stories import Book, Scene
from shouwang.demo.town import Town

SPAN = timedelta(days=122)
#: Matters on an average day.
A_DAY = {"QS": 8.6, "HW": 5.0, "SP": 3.4}
DOORS = {"web": 60, "qq": 26, "phone": 8, "counter": 9, "open311": 2, "house": 1}
ANONYMOUS = 0.17


def plays(
    town: Town, book: Book, people: Sequence[Person], *, now: datetime, seed: int, share: float = 1.0
) -> Iterator[tuple[Play, Random]]:
    """
    Everything that is going to happen, with a source of chance of its own for each, so that one scene changed changes no other.

    share   how much of it; less for tests
    """
    for prefix, a_day in A_DAY.items():
        station = town.stations[prefix]
        communities = town.communities_of(station)
        sizes = [one.population or 1 for one in communities]
        clock = Random(f"{seed}/{prefix}")  # noqa: S311  a demo town needs no secrets
        for place, at in enumerate(pace.arrivals(clock, now - SPAN, now, a_day * share)):
            rng = Random(f"{seed}/{prefix}/{place}")  # noqa: S311
            community = rng.choices(communities, sizes)[0]
            scene = choose(book, at, community, rng)
            reporter = None if rng.random() < ANONYMOUS else rng.choice(people)
            yield (
                Play(
                    scene=scene,
                    at=at,
                    station=station,
                    community=community,
                    reporter=reporter,
                    channel=door(scene, at, rng),
                    now_is=now,
                ),
                rng,
            )


def choose(book: Book, at: datetime, community: Community, rng: Random) -> Scene:
    """A scene that fits month, hour and place."""
    local = timezone.localtime(at)
    kind = "village" if community.kind == Community.Kind.VILLAGE else "town"
    fitting = [
        one
        for one in book.scenes
        if local.month in one.months and local.hour in one.hours and one.where in {"any", kind}
    ]
    return rng.choices(fitting, [one.weight for one in fitting])[0]


def door(scene: Scene, at: datetime, rng: Random) -> str:
    """Through which channel; the counter only while it is open."""
    local = timezone.localtime(at)
    open_now = pace.works(local.date()) and pace.OPEN <= local.time() <= pace.SHUT
    fitting = [one for one in scene.channels if one != "counter" or open_now] or ["phone"]
    return rng.choices(fitting, [DOORS[one] for one in fitting])[0]
