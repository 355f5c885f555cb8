"""Is work flowing? Asked by `/health`, `./sw status` and whoever watches the house."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection

from shouwang.kernel.jobs import jobs
from shouwang.kernel.models import Beat

STARTING = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Health:
    """
    database   it answers
    late       jobs that have not run for three of their intervals (and two minutes), or never
    failing    jobs whose last run ended with an error, with its kind
    """

    database: bool
    late: tuple[str, ...]
    failing: dict[str, str]

    @property
    def well(self) -> bool:
        """The web server can serve. A late worker is shown, but does not take the pages down."""
        return self.database

    def as_json(self) -> dict[str, object]:
        return {"well": self.well, **asdict(self)}


def check_health(at: datetime) -> Health:
    """Look once. `at` is aware."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        beats = {beat.name: beat for beat in Beat.objects.all()}
    except DatabaseError:
        return Health(False, (), {})
    late = tuple(
        job.name for job in jobs() if job.name not in beats or at - beats[job.name].at > max(job.every * 3, STARTING)
    )
    return Health(True, late, {name: beat.error for name, beat in beats.items() if beat.error})
