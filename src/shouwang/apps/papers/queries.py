"""The lists of papers. Each is a fixed number of queries, however many papers there are."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.papers.making import Held, hold_all
from shouwang.apps.papers.models import Paper, PaperQuerySet, State

#: Rows of a list at most.
MOST = 200
RECENT = timedelta(days=30)


def of_matter(matter: Matter) -> list[Held]:
    """All papers of one matter, oldest first."""
    papers = list(Paper.objects.of(matter).select_related("author"))
    for paper in papers:
        paper.matter = matter
    return hold_all(papers)


def to_check(viewer: Viewer) -> PaperQuerySet:
    """What waits for an approval this officer may give: not their own. The rule itself is asked again when they press."""
    officer = viewer.officer
    if officer is None:
        return Paper.objects.none()
    mine = [code for code, roles in matters.DECIDES.items() if officer.roles & roles]
    return Paper.objects.visible_to(viewer).filter(state=State.REVIEW, waits_for__in=mine).exclude(author=officer)


def shown(viewer: Viewer, show: str, now: datetime) -> list[Paper]:
    """The rows of the page: waiting for my check, for signatures and sending, my drafts, or the last month."""
    papers = Paper.objects.visible_to(viewer)
    chosen = {
        "check": to_check(viewer),
        "sign": papers.filter(state__in=[State.APPROVED, State.SIGNED]),
        "mine": papers.filter(Q(author=viewer.officer) & Q(state__in=[State.DRAFT, State.REVIEW])),
        "all": papers.filter(moved_at__gt=now - RECENT),
    }[show]
    order = "-moved_at" if show == "all" else "moved_at"
    return list(chosen.for_lists().order_by(order, "pk")[:MOST])
