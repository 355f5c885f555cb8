"""A chief tries to better a scorecard and cannot: there is no field, no address, and the database refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, models, transaction
from django.utils import timezone
from playwright.sync_api import expect

from shouwang.apps.promises.counting import count_what_is_over
from shouwang.apps.promises.models import Scorecard
from shouwang.apps.promises.tests.making import in_force
from tests.browser import PHONE, House
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]
pytestmark = pytest.mark.journey


def test_nobody_betters_a_scorecard(house: House, cast: Cast, browser_page: Open) -> None:
    promise = in_force(cast, when=timezone.now() - timedelta(days=70)).promise
    count_what_is_over(timezone.now())
    before = [card.told for card in Scorecard.objects.order_by("pk")]
    assert before

    chief = at_desk(browser_page, house, cast.liang)
    chief.goto(house.at(f"/desk/promises/{promise.pk}/"), timeout=60_000)
    in_good_shape(chief)
    expect(chief.get_by_role("main").get_by_text("成绩").first).to_be_visible()
    names = chief.locator("main [name]").evaluate_all("all => all.map(one => one.name)")
    assert not {"kept", "broken", "overdue", "open", "share", "tally", "sha256"} & set(names)

    # Past the page, with the cookies and the token that every form of the desk has.
    token = chief.locator("[name=csrfmiddlewaretoken]").first.input_value()
    for address in (
        f"/desk/promises/{promise.pk}/scorecard/",
        f"/desk/promises/{promise.pk}/card/",
        f"/promises/{promise.pk}/",
    ):
        answer = chief.request.post(
            house.at(address), form={"csrfmiddlewaretoken": token, "kept": "9"}, headers={"Referer": house.at("/desk/")}
        )
        assert answer.status in {404, 405}, address

    with pytest.raises(DatabaseError), transaction.atomic():
        models.QuerySet(model=Scorecard).update(sha256="0" * 64)
    assert [card.told for card in Scorecard.objects.order_by("pk")] == before

    anybody = browser_page(width=PHONE)
    anybody.goto(house.at(f"/promises/{promise.pk}/"))
    in_good_shape(anybody)
