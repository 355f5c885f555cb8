"""The resident's pages: the list, one guide, search, suggestions while typing, and whether it helped."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from shouwang.apps.guides import pace
from shouwang.apps.guides.models import Feedback, State
from shouwang.apps.guides.tests.making import CARD, DOG, HIT, a_guide
from tests.cast import Cast, sign_in

LAST_YEAR = date(2025, 12, 31)


@pytest.fixture(autouse=True)
def _nobody_asked_yet() -> None:
    cache.clear()


def suggest(client: Client, words: str) -> str:
    return client.post("/guides/suggest/", {"q": words}).content.decode()


class TestTheList:
    def test_guides_stand_by_category_and_drafts_do_not_stand_there(self, cast: Cast, client: Client) -> None:
        a_guide(DOG), a_guide(CARD), a_guide(HIT, state=State.DRAFT)
        page = client.get("/guides/").content.decode()
        assert page.index("身份证丢了补办") < page.index("给狗上牌")
        assert "家里有人打你" not in page

    def test_an_empty_house_says_what_will_stand_here(self, cast: Cast, client: Client) -> None:
        assert "先问一问" in client.get("/guides/").content.decode()

    def test_the_number_of_queries_does_not_grow(self, cast: Cast, client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        a_guide(CARD)
        with django_assert_num_queries(QUERIES_OF_THE_LIST):
            client.get("/guides/")
        for n in range(9):
            a_guide(DOG, slug=f"dog-{n}")
        with django_assert_num_queries(QUERIES_OF_THE_LIST):
            client.get("/guides/")


QUERIES_OF_THE_LIST = 2
QUERIES_OF_A_GUIDE = 3
QUERIES_OF_A_SUGGESTION = 1


class TestOneGuide:
    def test_it_says_what_to_bring_what_it_costs_and_on_what_it_rests(self, cast: Cast, client: Client) -> None:
        a_guide(CARD, fee="工本费 40 元。", related=["dog-licence"]), a_guide(DOG)
        page = client.get("/guides/card-lost/").content.decode()
        for word in (
            "户口簿",
            "工本费 40 元",
            "《居民身份证法》第11条",
            "<strong>再办</strong>",
            "给狗上牌",
            "2030-12-31",
        ):
            assert word in page
        assert 'href="/ask/?q=' in page
        assert "可能已过时" not in page
        assert "tel:110" in page  # in the footer of every page

    def test_an_unread_article_says_so(self, cast: Cast, client: Client) -> None:
        source = {"instrument": "某规定", "article": "第3条", "rule_id": "", "confidence": "unconfirmed"}
        a_guide(CARD, sources=[source])
        assert "条文待核实" in client.get("/guides/card-lost/").content.decode()

    def test_a_stale_guide_warns(self, cast: Cast, client: Client) -> None:
        a_guide(CARD, valid_until=LAST_YEAR)
        page = client.get("/guides/card-lost/").content.decode()
        assert "可能已过时" in page
        assert "2025-12-31" in page

    def test_danger_shows_110_above_the_guide(self, cast: Cast, client: Client) -> None:
        a_guide(HIT)
        page = client.get("/guides/domestic-violence/").content.decode()
        assert '<a class="call" href="tel:110">' in page

    def test_a_sensitive_page_can_be_left_at_once_and_has_a_title_that_tells_nothing(
        self, cast: Cast, client: Client
    ) -> None:
        a_guide(HIT), a_guide(CARD)
        page = client.get("/guides/domestic-violence/").content.decode()
        assert 'action="/leave/"' in page
        assert "家里有人打你" not in page[page.index("<title>") : page.index("</title>")]
        assert 'action="/leave/"' not in client.get("/guides/card-lost/").content.decode()

    def test_in_english_title_and_summary_are_english_and_the_body_is_announced(
        self, cast: Cast, client: Client
    ) -> None:
        a_guide(CARD)
        page = client.get("/guides/card-lost/", headers={"accept-language": "en"}).content.decode()
        assert "Replace a lost ID card" in page
        assert 'lang="zh-CN"' in page
        assert "<h2>怎么办</h2>" in page

    @pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN])
    def test_only_staff_see_what_is_not_public(self, cast: Cast, client: Client, state: State) -> None:
        a_guide(CARD, state=state)
        assert client.get("/guides/card-lost/").status_code == 404
        sign_in(client, cast.chen)
        assert client.get("/guides/card-lost/").status_code == 200

    def test_the_number_of_queries(self, cast: Cast, client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        a_guide(CARD, related=["dog-licence"]), a_guide(DOG)
        with django_assert_num_queries(QUERIES_OF_A_GUIDE):
            client.get("/guides/card-lost/")


class TestSearch:
    def test_it_works_without_any_script_and_says_why(self, cast: Cast, client: Client) -> None:
        a_guide(CARD), a_guide(DOG)
        page = client.get("/guides/search/", {"q": "身份证丢了"}).content.decode()
        assert "身份证丢了补办" in page
        assert "因为有：" in page

    def test_nothing_found_leads_to_a_person_with_the_words_kept(self, cast: Cast, client: Client) -> None:
        a_guide(CARD)
        page = client.get("/guides/search/", {"q": "zzzz"}).content.decode()
        assert "没有找到合适的指南" in page
        assert "/ask/?q=zzzz" in page

    def test_what_was_searched_is_shown_as_text(self, cast: Cast, client: Client) -> None:
        assert "<b>x</b>" not in client.get("/guides/search/", {"q": "<b>x</b>"}).content.decode()


class TestSuggestionsWhileTyping:
    def test_the_short_answer_opens_in_place(self, cast: Cast, client: Client) -> None:
        a_guide(CARD), a_guide(DOG)
        found = suggest(client, "身份证丢了在外地能补吗")
        assert "带户口簿到派出所挂失补办" in found
        assert "<html" not in found

    def test_a_stale_guide_gives_its_summary_and_a_warning_not_its_answer(self, cast: Cast, client: Client) -> None:
        a_guide(CARD, valid_until=LAST_YEAR), a_guide(DOG)
        found = suggest(client, "身份证丢了在外地能补吗")
        assert "可能已过时" in found
        assert "带户口簿到派出所挂失补办" not in found

    def test_the_words_stand_in_no_address(self, client: Client, db: None) -> None:
        assert client.get("/guides/suggest/", {"q": "身份证"}).status_code == 405

    def test_the_words_are_neither_kept_nor_logged(
        self, cast: Cast, client: Client, caplog: pytest.LogCaptureFixture, django_assert_num_queries
    ) -> None:  # type: ignore[no-untyped-def]
        a_guide(CARD)
        suggest(client, "先问一句")
        with caplog.at_level(logging.DEBUG), django_assert_num_queries(QUERIES_OF_A_SUGGESTION) as queries:
            suggest(client, "身份证丢了 13800000000")
        assert "13800000000" not in caplog.text.replace(str(queries.captured_queries), "")
        assert not any("13800000000" in query["sql"] for query in queries.captured_queries)

    @pytest.mark.parametrize(
        "typed",
        ["", " ", "丢", "a" * 10_000, "丢" * 10_000, '"OR 1=1 --', "\x00\x07", "\ud83d\ude00" * 50, "NEAR(", "<script>", "{{x}}", "％＿*?"],
    )  # fmt: skip
    def test_hostile_input_is_only_text(self, cast: Cast, client: Client, typed: str) -> None:
        a_guide(CARD)
        typed = typed.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        assert client.post("/guides/suggest/", {"q": typed}).status_code == 200

    def test_bytes_that_are_no_text_are_survived(self, cast: Cast, client: Client) -> None:
        a_guide(CARD)
        kind = "application/x-www-form-urlencoded"
        assert client.post("/guides/suggest/", b"q=%ff%fe%e8%ba%ab", content_type=kind).status_code == 200

    def test_above_the_pace_it_says_when_to_come_back(
        self, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_guide(CARD)
        monkeypatch.setattr(pace, "SUGGESTIONS_PER_MINUTE", 2)
        answers = [client.post("/guides/suggest/", {"q": "身份证"}).status_code for _ in range(4)]
        assert answers == [200, 200, 429, 429]
        assert client.get("/guides/search/", {"q": "身份证"}).status_code == 429

    def test_the_question_box_of_the_house_asks_here(self, cast: Cast, client: Client) -> None:
        page = client.get("/ask/").content.decode()
        assert 'data-suggest="/guides/suggest/" data-from="id_body"' in page
        assert "shouwang/suggest.js" in page


class TestDidItHelp:
    def test_yes_and_no_are_counted_without_anybody(self, cast: Cast, client: Client) -> None:
        guide = a_guide(CARD)
        answer = client.post("/guides/card-lost/helpful/", {"helpful": "yes"}, follow=True)
        assert "没记是谁点的" in answer.content.decode()
        client.post("/guides/card-lost/helpful/", {"helpful": "no"}, REMOTE_ADDR="198.51.100.7")
        row = Feedback.objects.get(guide=guide, version=1)
        assert (row.helpful, row.not_helpful) == (1, 1)
        assert {field.name for field in Feedback._meta.fields} == {"id", "guide", "version", "helpful", "not_helpful"}

    def test_a_second_press_on_the_same_day_is_not_counted(self, cast: Cast, client: Client) -> None:
        a_guide(CARD)
        for _ in range(3):
            client.post("/guides/card-lost/helpful/", {"helpful": "yes"})
        assert Feedback.objects.get().helpful == 1

    def test_anything_else_counts_nothing(self, cast: Cast, client: Client) -> None:
        a_guide(CARD)
        client.post("/guides/card-lost/helpful/", {"helpful": "maybe"})
        assert not Feedback.objects.exists()
