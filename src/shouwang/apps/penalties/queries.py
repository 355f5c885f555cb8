"""The lists of penalties: what waits, what was done lately, and totals without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, Sum

from shouwang.apps.matters import policy as matters
from shouwang.apps.penalties.models import ENDED, Care, Measured, Penalty, Stage
from shouwang.apps.penalties.timeline import DESK
from shouwang.apps.units.models import Officer

MOST = 200
A_MONTH = timedelta(days=30)


def turns_of(officer: Officer) -> list[str]:
    """The codes of those who decide, as far as this officer is one of them anywhere."""
    return [code for code, roles in matters.DECIDES.items() if officer.roles & roles]


def waits_for(officer: Officer) -> Q:
    """Penalties that wait for this officer's review or decision, also a leniency review; by the columns alone."""
    mine = Q(waits_for__in=turns_of(officer)) & ~Q(proposed_by=officer) & (Q(changed_by=None) | ~Q(changed_by=officer))
    return mine | Q(pk__in=asked_of(officer))


def asked_of(officer: Officer) -> list[int]:
    """Keys of open penalties with a leniency review that this officer may answer; few at a time."""
    if not officer.roles & (matters.LEADERS | matters.deciders("legal-officer")):
        return []
    asked = Care.objects.filter(leads_to=Care.LeadsTo.REVIEW, decided_at=None).exclude(by=officer)
    return list(asked.exclude(penalty__stage__in=ENDED).values_list("penalty", flat=True)[:MOST])


def rows(officer: Officer, show: str, now: datetime) -> list[Penalty]:
    """`mine` waits for this officer, `open` is not done, `done` ended in the last month."""
    found = Penalty.objects.visible_to(officer).for_lists()
    if show == "mine":
        chosen = found.open().filter(waits_for(officer)).order_by("due_at", "pk")
    elif show == "done":
        chosen = found.filter(ended_at__gte=now - A_MONTH).order_by("-ended_at")
    else:
        chosen = found.open().order_by("due_at", "pk")
    return list(chosen[:MOST])


@dataclass(frozen=True, slots=True)
class Totals:
    """The decisions of the last month, counted. Nobody can be found in them."""

    decided: int
    spot: int
    kinds: Sequence[tuple[str, int]]
    fines: int
    unpaid: int
    lenient: int


def totals(officer: Officer, now: datetime) -> Totals:
    """What was decided in the last month, as far as this officer reads it."""
    seen = Penalty.objects.visible_to(officer).filter(decided_at__gte=now - A_MONTH)
    kinds = list(seen.order_by().values_list("kind", flat=True))
    unpaid = Penalty.objects.visible_to(officer).filter(stage=Stage.DECIDED, fine__gt=0, paid_on=None).count()
    lenient = Care.objects.filter(
        penalty__in=Penalty.objects.visible_to(officer).values("pk").order_by(), decided_at__gte=now - A_MONTH
    ).exclude(outcome=Care.Outcome.SAME)
    return Totals(
        len(kinds),
        seen.filter(spot=True).count(),
        [(str(label), kinds.count(code)) for code, label in Measured.choices if code in kinds],
        seen.aggregate(sum=Sum("fine"))["sum"] or 0,
        unpaid,
        lenient.count(),
    )


def of_case(case_key: int) -> list[Penalty]:
    """The penalties of one case."""
    return list(Penalty.objects.filter(case=case_key).select_related("party").order_by("pk"))


def to_do() -> Q:
    """Penalties in which the desk has something to do now: to tell, to hand in, to serve, to collect."""
    return Q(waits_for=DESK)
