"""A case is called by the law's name of the act; who it is about is added only where somebody said why they look."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from shouwang.apps.cases.models import Case
from shouwang.apps.cases.naming import BY_ACT, full_name, name_by_act, plain_name
from shouwang.apps.cases.tests.scene import FILED, filed, suspect, victim
from shouwang.apps.incidents.models import Category
from shouwang.apps.papers.known import record_of
from shouwang.engines.penalty import load_acts
from tests.cast import Cast, sign_in


@pytest.mark.parametrize(
    ("category", "administrative", "criminal"),
    [
        ("stolen", "盗窃案", "盗窃案"),
        ("cheated", "诈骗案", "诈骗案"),
        ("hurt", "殴打他人案", "故意伤害案"),
        ("damaged", "故意损毁财物案", "故意毁坏财物案"),
        ("traffic", "交通安全违法案", "交通肇事案"),
        ("other", "治安案件", "刑事案件"),
    ],
)
def test_the_act_has_the_name_of_the_law_it_is_handled_under(category: str, administrative: str, criminal: str) -> None:
    assert plain_name(category, "administrative") == administrative
    assert plain_name(category, "criminal") == criminal


@pytest.mark.parametrize("category", Category.values)
def test_no_case_is_called_in_everyday_words(category: str) -> None:
    for nature in ("administrative", "criminal"):
        assert str(Category(category).label) not in plain_name(category, nature)


@pytest.mark.django_db
def test_the_act_of_a_penalty_names_a_case_that_nothing_named_before(cast: Cast) -> None:
    case, other = filed(cast), filed(cast)
    case.name = plain_name("other", "administrative")
    for one in (case, other):
        name_by_act(one, "gambling")
    assert (case.name, other.name) == ("赌博案", "盗窃案")
    assert set(BY_ACT) <= set(load_acts().known)


@pytest.mark.django_db
class TestWhoItIsAbout:
    def test_whoever_did_it_else_whom_it_was_done_to(self, cast: Cast) -> None:
        case = filed(cast)

        def name() -> str:
            return full_name(case, case.parties.select_related("person"))

        case.parties.all().delete()
        assert name() == "盗窃案"
        victim(case)
        assert name() == "林二雀被盗窃案"
        suspect(case)
        assert name() == "吴一雀盗窃案"
        suspect(case, "郑三雀")
        assert name() == "吴一雀等人盗窃案"

    def test_a_minor_by_the_family_name_alone(self, cast: Cast) -> None:
        case = filed(cast)
        suspect(case, "吴三雀", minor=True)
        assert full_name(case, case.parties.select_related("person")) == "吴某某盗窃案"

    def test_papers_say_it_and_the_page_only_to_whoever_said_why(self, client: Client, cast: Cast) -> None:
        case = filed(cast)
        suspect(case)
        assert record_of(case.matter, FILED)["case"]["name"] == "吴一雀盗窃案"
        sign_in(client, cast.chen)
        path = reverse("cases:case", args=[case.matter.number])
        shut = client.get(path).text
        assert "盗窃案" in shut
        assert "吴一雀" not in shut
        client.post(path, {"reason": "办案"})
        assert "吴一雀盗窃案</h1>" in client.get(path).text
        assert "吴一雀" not in client.get(reverse("cases:list")).text


@pytest.mark.django_db
def test_running_cases_are_named_anew_and_closed_ones_keep_their_name(cast: Cast) -> None:
    running, closed, crime = filed(cast), filed(cast), filed(cast)
    Case.objects.update(name="东西被偷、被抢案")
    Case.objects.filter(pk=closed.pk).update(closed_at=FILED, result="ended")
    Case.objects.filter(pk=crime.pk).update(name="被打、被威胁案", nature="criminal")
    import_module("shouwang.apps.cases.migrations.0002_names_of_acts").name_after_the_law(apps, None)
    names = [Case.objects.get(pk=one.pk).name for one in (running, closed, crime)]
    assert names == ["盗窃案", "东西被偷、被抢案", "故意伤害案"]
