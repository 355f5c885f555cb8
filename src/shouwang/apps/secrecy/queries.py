"""What rooms above ask before they withhold or publish, and what everybody may count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.secrecy import grounds, policy
from shouwang.apps.secrecy.errors import NoGround, NotReady
from shouwang.apps.secrecy.models import PENDING, Review, State, Step
from shouwang.apps.units.models import Officer
from shouwang.kernel.appendonly import AppendOnlyQuerySet


def review_of(about: str) -> Review | None:
    """The newest review of a thing, or None."""
    return Review.objects.filter(about=about).select_related("unit__parent").order_by("-pk").first()


def newest(kind: str) -> dict[int, Review]:
    """The newest review of each thing of a kind, by the thing's key."""
    found = Review.objects.filter(about__startswith=f"{kind}:").only("about", "state", "ends_on").order_by("pk")
    return {int(one.about.partition(":")[2]): one for one in found}


def is_withheld(review: Review | None, today: date) -> bool:
    """Whether a thing may be kept from the public today: two agreed and the day has not come, or it belongs elsewhere."""
    if review is None:
        return False
    return review.state == State.ELSEWHERE or (review.state == State.WITHHELD and not review.is_ended(today))


def comes_back(review: Review | None, today: date) -> bool:
    """Whether a thing that is withheld has no ground any more: its day is over, or it was found that there is none."""
    return review is not None and (review.state == State.OPENED or review.is_ended(today))


def refuse_ungrounded(about: str, today: date, *, on: Collection[str] = (), pending: bool = False) -> None:
    """
    No ground, no withholding. Raises NoGround.

    on       grounds on which it may rest; any when empty
    pending  whether a proposal that waits for its second officer is enough, for what must be taken off at once
    """
    review = review_of(about)
    if pending and review is not None and review.state in {State.UNSURE, State.PROPOSED}:
        return
    if review is None or not is_withheld(review, today):
        raise NoGround(_("没有审过的理由，不能不公开。"))
    if on and review.ground not in on:
        raise NoGround(
            _("审过的理由是“%(ground)s”，和这里要用的不是一条。") % {"ground": grounds.ground_name(review.ground)}
        )


def refuse_undecided(about: str) -> None:
    """While nobody has decided, a thing is neither published nor refused. Raises NotReady."""
    review = review_of(about)
    if review is not None and review.state in PENDING:
        raise NotReady(
            _("能不能公开还在审查，最迟 %(day)s 有结论；在那以前，既不公开，也不拒绝。")
            % {"day": review.due_on.isoformat()}
        )


def refuse_withheld(about: str, today: date) -> None:
    """What is withheld is published only after its review was ended. Raises NotReady."""
    refuse_undecided(about)
    if is_withheld(review_of(about), today):
        raise NotReady(_("这一项审过暂不公开，还没有到期。要公开的，请先在“不公开审查”里写明为什么可以公开。"))


# ── the desk ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sheet:
    """What this room asks of one officer today: to decide, to answer, to change, to look at again."""

    decide: list[Review]
    answer: list[Review]
    back: list[Review]
    ended: list[Review]

    def __bool__(self) -> bool:
        return bool(self.decide or self.answer or self.back or self.ended)


def sheet_of(officer: Officer, today: date) -> Sheet:
    """
    What has ended comes to whoever proposed it, and to a leader when they do not serve any more; it comes by itself, from the day.
    """
    seen = Review.objects.of(Viewer(officer=officer)).for_pages()
    orphaned = Q(proposed_by__active=False) if policy.may_decide_some(officer) else Q(pk__in=[])
    mine = Q(proposed_by=officer) | orphaned
    return Sheet(
        [one for one in seen.filter(state=State.PROPOSED) if policy.may_decide(officer, one)],
        [one for one in seen.filter(state=State.UNSURE) if policy.may_answer(officer, one)],
        list(seen.filter(mine, state=State.BACK)),
        list(seen.ended(today).filter(mine)),
    )


# ── everybody ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Total:
    """
    How often something was withheld on one ground. Counts only.

    by_year   decisions, by year
    now       withheld today; ended: whose day is over and that have to be looked at again
    """

    ground: grounds.Ground
    by_year: dict[int, int]
    now: int
    ended: int


def decisions() -> AppendOnlyQuerySet[Step]:
    """Every step by which something was withheld, or left to those who keep state secrets."""
    return Step.objects.filter(what__in=[Step.What.AGREED, Step.What.ELSEWHERE])


def _counted() -> Counter[tuple[str, int]]:
    return Counter((ground, timezone.localtime(at).year) for ground, at in decisions().values_list("ground", "at"))


def totals(today: date) -> tuple[list[int], list[Total]]:
    """The years, newest first, and one line for each ground; grounds that were never used are there with nothing."""
    steps = _counted()
    standing: Counter[tuple[str, bool]] = Counter()
    for one in Review.objects.filter(state__in=[State.WITHHELD, State.ELSEWHERE]).only("ground", "state", "ends_on"):
        standing[one.ground, one.is_ended(today)] += 1
    years = sorted({year for _ground, year in steps} | {today.year}, reverse=True)
    lines = [
        Total(ground, {year: steps[key, year] for year in years}, standing[key, False], standing[key, True])
        for key, ground in grounds.grounds().items()
    ]
    return years, lines


def total_rows() -> list[dict[str, Any]]:
    """The decisions as rows of open data, one for each ground and year: the same rows whatever day they are asked for."""
    steps, known = _counted(), grounds.grounds()
    years = sorted({year for _ground, year in steps})
    return [
        {"ground": key, "name": one.name, "source": one.source, "year": year, "withheld": steps[key, year]}
        for year in years
        for key, one in known.items()
    ]
