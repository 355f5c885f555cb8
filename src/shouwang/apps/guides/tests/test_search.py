"""What is found, what may go out by itself, and when every process reads anew."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.apps.guides.models import Guide, State
from shouwang.apps.guides.ranking import Trust, is_listed, likeness, pairs, trust
from shouwang.apps.guides.search import answer_for, find
from shouwang.apps.guides.tests.making import CARD, DOG, HIT, a_guide
from shouwang.apps.guides.usecases import publish_guide, withdraw_guide
from tests.cast import MONDAY, Cast

TODAY = date(2026, 11, 23)
SAME = "身份证丢了怎么补办啊"


@pytest.mark.django_db
class TestFinding:
    def test_the_fitting_guide_comes_first_and_says_why(self) -> None:
        a_guide(CARD), a_guide(DOG)
        best = find("我的身份证不知道丢哪了", today=TODAY)[0]
        assert best.card.slug == "card-lost"
        assert any("身份证" in word for word in best.why)
        assert 0 < best.confidence < 1

    def test_only_published_guides_are_found(self, cast: Cast) -> None:
        guide = a_guide(CARD, state=State.DRAFT)
        assert find("身份证丢了", today=TODAY) == ()
        publish_guide(guide, by=cast.liang, at=MONDAY)
        assert find("身份证丢了", today=TODAY)[0].card.slug == "card-lost"
        withdraw_guide(guide, by=cast.liang, reason="政策变了", at=MONDAY)
        assert find("身份证丢了", today=TODAY) == ()

    def test_a_category_narrows_the_search(self) -> None:
        a_guide(CARD), a_guide(DOG)
        assert [one.card.slug for one in find("登记", today=TODAY, category="neighbours")] == ["dog-licence"]

    def test_a_shelf_that_did_not_change_costs_one_query(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        a_guide(CARD)
        find("身份证", today=TODAY)
        with django_assert_num_queries(1):
            find("身份证丢了", today=TODAY)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    @given(typed=st.text(max_size=400))
    def test_nothing_that_is_typed_breaks_it(self, typed: str) -> None:
        if not Guide.objects.exists():
            a_guide(CARD)
        assert len(find(typed, today=TODAY)) <= 1


@pytest.mark.django_db
class TestAnsweringAlone:
    def test_a_question_that_stands_in_the_list_may_be_answered(self) -> None:
        a_guide(CARD), a_guide(DOG)
        found = answer_for(SAME, today=TODAY)
        assert found is not None
        assert (found.card.slug, found.listed) == ("card-lost", True)

    @pytest.mark.parametrize(
        ("question", "changes", "why"),
        [
            (SAME, {"valid_until": date(2026, 11, 22)}, "nobody vouches for it since yesterday"),
            (SAME, {"auto_ok": False}, "the guide wants a person"),
            (SAME, {"danger": True}, "there may be danger"),
            (SAME, {"state": State.WITHDRAWN}, "withdrawn"),
            ("身份证上的照片不好看能换吗", {}, "another question about the same thing"),
            ("身份证", {}, "a word is no question"),
            (SAME + "。" + "事情很长。" * 80, {}, "a long story wants a person"),
        ],
    )
    def test_everything_else_waits_for_a_person(self, question: str, changes: dict[str, object], why: str) -> None:
        a_guide(CARD, **changes)
        assert answer_for(question, today=TODAY) is None, why

    def test_on_its_last_day_a_guide_is_still_good(self) -> None:
        a_guide(CARD, valid_until=TODAY)
        assert answer_for(SAME, today=TODAY) is not None

    def test_a_measured_gate_opens_for_surer_suggestions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        a_guide(CARD), a_guide(DOG)
        question = "身份证弄丢去哪里挂失补办"
        assert answer_for(question, today=TODAY) is None
        monkeypatch.setattr("shouwang.apps.guides.search.trust", lambda: Trust(trust().calibration, 0.01))
        assert answer_for(question, today=TODAY) is not None

    def test_the_gate_that_ships_is_shut_because_no_confidence_was_good_enough(self) -> None:
        assert trust().gate is None

    def test_violence_is_never_answered_by_the_house(self) -> None:
        a_guide(HIT)
        assert answer_for("老公打我怎么办要离婚吗", today=TODAY) is None


@pytest.mark.parametrize(
    ("typed", "listed", "same"),
    [
        ("请问身份证丢了怎么办理补办呢", "身份证丢了补办", True),
        ("身份证丢了要补办", "身份证丢了怎么补", True),
        ("身份证丢了", "身份证到期了", False),
        ("能补办吗", "怎么补办", False),
        ("", "怎么补办", False),
    ],
)
def test_fillers_do_not_change_a_question_and_words_do(typed: str, listed: str, same: bool) -> None:
    assert is_listed(pairs(typed), (pairs(listed),)) is same


@given(one=st.frozensets(st.text(min_size=2, max_size=2)), other=st.frozensets(st.text(min_size=2, max_size=2)))
def test_likeness_is_a_share_and_the_same_both_ways(one: frozenset[str], other: frozenset[str]) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
