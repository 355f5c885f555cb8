"""What lists, feeds and boards show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from shouwang.apps.catalogue.freshness import Freshness, Standing
from shouwang.apps.catalogue.models import Clarity, Item, Need, Question, Version
from shouwang.apps.catalogue.required import how_it_stands
from shouwang.apps.secrecy import queries as secrecy
from shouwang.apps.secrecy.grounds import ground_name
from shouwang.apps.secrecy.models import Review
from shouwang.apps.units.models import DESK_ROLES, Officer

MOST_ON_SHEET = 12


@dataclass(frozen=True, slots=True)
class Row:
    """An item with how it stands today."""

    item: Item
    stands: Standing


def rows_of(items: Iterable[Item], today: date) -> list[Row]:
    """Each with its freshness; whatever is late first, then what is due soonest."""
    order = {Freshness.OVERDUE: 0, Freshness.DUE: 1, Freshness.FRESH: 2}
    rows = [Row(item, how_it_stands(item, today)) for item in items]
    return sorted(rows, key=lambda row: (order[row.stands.state], row.stands.due_on, row.item.pk))


def late(today: date) -> list[Row]:
    """What is overdue at any station, longest first."""
    living = Item.objects.filter(unit__active=True).exclude(state="withdrawn").for_lists().defer("current__body")
    return [row for row in _asked_for(rows_of(living, today), today) if row.stands.is_overdue]


def _asked_for(rows: list[Row], today: date) -> list[Row]:
    """Without what is withheld before it was ever public; it is asked for again from the day on which that ends."""
    reviews = secrecy.newest("catalogue.item")
    return [row for row in rows if row.item.is_public or not secrecy.is_withheld(reviews.get(row.item.pk), today)]


def shown_owner(item: Item) -> str:
    """Who keeps it, as the public may know it: how residents meet the officer; empty for who does not serve at a desk any more."""
    serves = item.owner.active and item.post in DESK_ROLES
    return item.owner.public_name if serves else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the catalogue asks of one officer today."""

    mine: list[Row]
    to_publish: list[Item]
    questions: list[Question]
    back: list[Item]
    still_there: list[Item]

    def __bool__(self) -> bool:
        return bool(self.mine or self.to_publish or self.questions or self.back or self.still_there)


def sheet_of(officer: Officer, today: date) -> Sheet:
    """
    What the officer keeps and is due or late, what waits for the officer as the leader, questions about own items without a public
    answer, what was withheld on a ground that is none any more, and what is withheld and still public. What somebody kept who does not
    serve any more falls to its leader.
    """
    orphaned = Q(leader=officer, owner__active=False)
    mine = (
        Item.objects.filter(Q(owner=officer) | orphaned).exclude(state="withdrawn").for_lists().defer("current__body")
    )
    due = [row for row in _asked_for(rows_of(mine, today), today) if not row.stands.is_fresh]
    handed_in = Q(draft__proposed_by__isnull=False) & ~Q(draft__proposed_by=officer)
    waiting = Item.objects.filter(handed_in, leader=officer).select_related("draft", "unit", "current")
    asked = Question.objects.waiting().filter(item__owner=officer).select_related("item__current", "matter")
    reviews = secrecy.newest("catalogue.item")
    own = Item.objects.filter(Q(owner=officer) | Q(leader=officer), pk__in=reviews).select_related("unit", "current")
    back = [item for item in own if _is_due_back(item, reviews[item.pk], today)]
    there = [item for item in own if item.state == "published" and secrecy.is_withheld(reviews[item.pk], today)]
    return Sheet(due[:MOST_ON_SHEET], list(waiting[:MOST_ON_SHEET]), list(asked[:MOST_ON_SHEET]), back, there)


# ── what is withheld ─────────────────────────────────────────────────────────────────────────────────────────────────


def due_back(today: date) -> list[Item]:
    """Items whose texts went on a ground that has ended or was none. Computed from the day: nobody has to press anything for it."""
    reviews = secrecy.newest("catalogue.item")
    found = (
        Item.objects.filter(pk__in=reviews, unit__active=True).select_related("unit", "current").defer("current__body")
    )
    return [item for item in found if _is_due_back(item, reviews[item.pk], today)]


def _is_due_back(item: Item, review: Review, today: date) -> bool:
    return item.state == "withdrawn" and not item.texts_stay and secrecy.comes_back(review, today)


def says_withheld(item: Item, today: date) -> str:
    """On which ground the texts of a withdrawn item are kept back and until when, for everybody; empty when none are."""
    review = secrecy.review_of(item.ref) if item.state == "withdrawn" and not item.texts_stay else None
    if review is None:
        return ""
    if review.is_ended(today):
        return _("不公开的期限 %(day)s 到了，该重新看：能公开的要公开。") % {"day": review.ends_on}
    if review.state == "opened":
        return _("审查的结论是没有理由不公开，要重新公开。")
    if secrecy.is_withheld(review, today):
        ground = ground_name(review.ground)
        until = _("最长到 %(day)s，到了重新看。") % {"day": review.ends_on} if review.ends_on else ""
        return _("不公开的理由：%(ground)s。%(until)s") % {"ground": ground, "until": until}
    return _("先撤下，有没有理由不公开还在审，最迟 %(day)s 有结论。") % {"day": review.due_on}


def clarity_of(version: Version | None) -> tuple[int, float | None]:
    """How many rated this version, and their mean; None while nobody did."""
    if version is None:
        return 0, None
    rows = list(Clarity.objects.filter(version=version).values_list("stars", "count"))
    n = sum(count for _stars, count in rows)
    return n, (sum(stars * count for stars, count in rows) / n if n else None)


def refused_needs(item: Item) -> Iterable[Need]:
    """What was asked for and is not changed, with the reason that everybody reads."""
    return item.needs.exclude(closed_at=None).exclude(reason="").order_by("-closed_at")
