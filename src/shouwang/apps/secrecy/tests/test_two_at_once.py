"""Two press at the same moment, in two connections: one review of a thing, one decision, and no answer past a doubt."""

from __future__ import annotations

from shouwang.apps.disclosure import usecases as disclosing
from shouwang.apps.disclosure.tests.making import GIVEN, received
from shouwang.apps.ledger.models import Leaf
from shouwang.apps.matters.tests.test_two_at_once import at_once, cast
from shouwang.apps.secrecy import usecases
from shouwang.apps.secrecy.models import Review, Step
from shouwang.apps.secrecy.tests.making import proposed, unsure
from shouwang.kernel.errors import RuleBroken
from tests.cast import MONDAY, Cast

__all__ = ["cast"]


def test_one_review_of_a_thing(cast: Cast) -> None:
    about = received(cast).ref
    found = at_once(lambda: proposed(cast, about), lambda: unsure(cast, about, by=cast.zhou))
    assert sum(isinstance(one, RuleBroken) for one in found) == 1
    assert Review.objects.get().steps.count() == 1


def test_one_decision(cast: Cast) -> None:
    one = proposed(cast, received(cast).ref)
    found = at_once(
        lambda: usecases.agree(one, seen=1, by=cast.liang, at=MONDAY),
        lambda: usecases.send_back(one, reason="写清楚", seen=1, by=cast.shao, at=MONDAY),
    )
    assert sum(isinstance(each, RuleBroken) for each in found) == 1
    assert Step.objects.exclude(what="proposed").count() == 1
    assert Leaf.objects.filter(key__startswith="secrecy.").count() == Step.objects.filter(what="agreed").count()


def test_no_answer_leaves_past_a_doubt(cast: Cast) -> None:
    application = disclosing.draft(received(cast), GIVEN, by=cast.chen, at=MONDAY)
    asked, answered = at_once(
        lambda: unsure(cast, application.ref, by=cast.zhou),
        lambda: disclosing.approve(application, by=cast.liang, at=MONDAY),
    )
    application.refresh_from_db()
    if isinstance(answered, RuleBroken):
        assert application.answered_at is None
    else:  # the answer was first; who asks afterwards asks about something that was given
        assert application.answered_at is not None
    assert not isinstance(asked, BaseException) or isinstance(asked, RuleBroken)
