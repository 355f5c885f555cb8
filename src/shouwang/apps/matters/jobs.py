"""What the spine does by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from shouwang.apps.matters.finding import catch_up, mend_index
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.usecases import beat_all, recount
from shouwang.kernel.jobs import every
from shouwang.kernel.limits import forget_before
from shouwang.kernel.live.log import prune


@every("matters.heartbeat", minutes=1)
def tell_when_nothing_happened(at: datetime) -> None:
    """The honest heartbeat."""
    beat_all(at=at)


@every("matters.recount", hours=1)
def recount_provisional_dates(at: datetime) -> None:
    """Once next year's holidays are published, dates that were provisional become certain, openly."""
    for matter in Matter.objects.open().filter(due_provisional=True).order_by("pk").iterator():
        recount(matter, at=at)


@every("kernel.forget-tallies", hours=6)
def forget_old_tallies(at: datetime) -> None:
    """Counters of wrong codes live a day."""
    forget_before(at - timedelta(days=1))


@every("live.prune", hours=6)
def forget_old_news(at: datetime) -> None:
    """A page that was away longer than this loads itself anew instead of catching up."""
    prune(at - timedelta(days=3))


@every("matters.search", minutes=1)
def take_in_what_was_said(at: datetime) -> None:  # noqa: ARG001  it looks at what came since, whenever that was
    """Whoever searches at the desk finds nothing left to take in."""
    catch_up()


@every("matters.search-mend", hours=24)
def look_through_the_index(at: datetime) -> None:  # noqa: ARG001
    """Nothing that was said stays out of the index, whatever happened."""
    mend_index()
