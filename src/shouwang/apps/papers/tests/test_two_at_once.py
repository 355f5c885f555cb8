"""Two desks press at the same moment, in two connections: no number twice, none left out, nothing done twice."""

from __future__ import annotations

from functools import partial

import pytest

from shouwang.apps.matters.tests.test_two_at_once import at_once, cast
from shouwang.apps.papers import usecases
from shouwang.apps.papers.models import Paper, State, Step
from shouwang.apps.papers.tests import making
from shouwang.apps.papers.tests.making import NEXT, NOTICE
from shouwang.kernel.errors import RuleBroken
from tests.cast import Cast

__all__ = ["cast"]
pytestmark = pytest.mark.django_db(transaction=True)


def _finished(cast: Cast, n: int) -> list[Paper]:
    """Drafts that need no approval: handing in gives them their number. Each is about a matter of its own."""
    made = []
    for place in range(n):
        opened = making.declined(cast, client_id=f"case-{place}")
        paper = usecases.make(opened.matter, by=cast.chen, kind="case-receipt", at=NEXT)
        made.append(usecases.fill_in(paper, by=cast.chen, values={"case.nature": "criminal"}, at=NEXT))
    return made


def test_numbers_have_no_gaps_and_no_doubles(cast: Cast) -> None:
    papers = _finished(cast, 4)
    found = at_once(*(partial(usecases.hand_in, one, by=cast.chen, at=NEXT) for one in papers))
    assert not [one for one in found if isinstance(one, RuleBroken)]
    numbers = sorted(Paper.objects.values_list("number", flat=True))
    assert numbers == [f"云溪公（青石镇）受执字〔2026〕{n}号" for n in (1, 2, 3, 4)]


def test_one_who_agrees_and_one_who_sends_back(cast: Cast) -> None:
    paper = making.handed_in(cast)
    found = at_once(
        partial(usecases.approve, paper, by=cast.liang, version=1, at=NEXT),
        partial(usecases.send_back, paper, by=cast.shao, version=1, words="改。", at=NEXT),
    )
    done = [one for one in found if not isinstance(one, RuleBroken)]
    now = making.now_of(paper)
    assert len(done) >= 1
    assert Step.objects.count() == len(done)
    assert (now.state == State.DRAFT) == Step.objects.filter(what=Step.What.SENT_BACK).exists()


def test_one_press_twice_makes_one_paper(cast: Cast) -> None:
    matter = making.declined(cast).matter
    press = partial(usecases.make, matter, by=cast.chen, kind=NOTICE, at=NEXT, client_id="once")
    first, second = at_once(press, press)
    assert first.pk == second.pk
    assert Paper.objects.count() == 1


def test_one_signature_stands_once(cast: Cast) -> None:
    paper = making.approved(cast)
    press = partial(usecases.sign, paper, by=cast.chen, code="issuer", version=1, at=NEXT)
    found = at_once(press, press)
    assert sum(isinstance(one, RuleBroken) for one in found) == 1
    assert Step.objects.filter(what=Step.What.SIGNED).count() == 1
