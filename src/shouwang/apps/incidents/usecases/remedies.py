"""
The law's ways against a decision not to file a crime: reconsideration by the same organ, then review by the next higher one.

Both reopen the matter like any dispute, with a clock and a decider of the law's own (程序规定 art. 179). “不满意” stays open beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.errors import RemedyLate, WrongStage
from shouwang.apps.incidents.models import Incident, Nature
from shouwang.apps.incidents.timeline import held
from shouwang.apps.matters import clock
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Entry, Matter, State, Type
from shouwang.apps.matters.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Remedy:
    """
    What the reporter can ask for now.

    name     `recon` or `review`
    until    the end of the days for asking; None while the decision has not been told, when no day counts
    """

    name: str
    until: datetime | None
    rule: str
    asks: str


_REMEDIES = (("recon", "cp-recon-apply", "cp-recon-decide"), ("review", "cp-review-apply", "cp-review-decide"))


def remedy_of(matter: Matter, incident: Incident, now: datetime) -> Remedy | None:
    """The remedy that is open to whoever reported a crime that was not filed; None when there is none (any more)."""
    closed = matter.state == State.CLOSED and incident.stage == filing.DECLINED
    if not closed or incident.nature != Nature.CRIMINAL or incident.remedies >= len(_REMEDIES):
        return None
    name, applies, rule = _REMEDIES[incident.remedies]
    since = incident.told_at if incident.remedies == 0 else _reviewed_at(matter)
    return Remedy(name, None if since is None else clock.due_from(applies, since, now), rule, applies)


def _reviewed_at(matter: Matter) -> datetime | None:
    return matter.entries.filter(type=Type.REVIEWED).order_by("-seq").values_list("at", flat=True).first()


@transaction.atomic
def ask_remedy(matter: Matter, *, viewer: Viewer, words: str, at: datetime, client_id: str | None = None) -> Entry:
    """
    Ask for what is open now: reconsideration, then review. The leader that the law names decides, never who decided before.

    Raises RemedyLate after its days; a day is never counted before the decision was told.
    """
    matter, incident = held(matter)
    if client_id and (before := matter.entries.filter(client_id=client_id).first()):
        return before
    remedy = remedy_of(matter, incident, at)
    if remedy is None:
        raise WrongStage(_("现在没有可以申请的复议或复核。"))
    if remedy.until is not None and at >= remedy.until:
        raise RemedyLate(_("申请的日子已经过了。"))
    return matters.dispute(
        matter,
        viewer=viewer,
        words=words,
        at=at,
        client_id=client_id,
        rule=remedy.rule,
        data={"what": f"incidents.{remedy.name}-asked"},
    )
