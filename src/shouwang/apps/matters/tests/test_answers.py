"""Guides and matters: when the house answers by itself, what stands beside the reply box, what is asked again and again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from shouwang.apps.guides.errors import BlanksLeft
from shouwang.apps.guides.models import CannedAnswer, Feedback, Guide
from shouwang.apps.guides.tests.making import CARD, DOG, a_guide
from shouwang.apps.matters import answers, usecases
from shouwang.apps.matters.models import Entry, Kind, Type
from shouwang.apps.matters.queries import conversation
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.matters.viewer import Viewer
from tests.cast import MONDAY, Cast, as_officer, carry, consultation, with_code

QUESTION = "身份证丢了怎么补办"
LATER = MONDAY + timedelta(minutes=5)


def automatic(opened: Opened) -> list[Entry]:
    return list(Entry.objects.filter(matter=opened.matter, type=Type.AUTO_ANSWER))


class TestTheAutomaticFirstAnswer:
    @pytest.fixture(autouse=True)
    def _guides(self, db: None) -> None:
        a_guide(CARD), a_guide(DOG)

    @pytest.mark.parametrize("kind", ["consultation", "service"])
    def test_a_plain_question_from_the_list_is_answered_at_once_and_still_waits_for_a_person(
        self, cast: Cast, kind: str
    ) -> None:
        opened = consultation(cast, QUESTION, kind=kind)
        (entry,) = automatic(opened)
        assert entry.body == CARD["answer"]
        assert entry.data["guide"] == "card-lost"
        assert 0 < entry.data["confidence"] < 1
        opened.matter.refresh_from_db()
        assert opened.matter.waiting_since == MONDAY
        assert opened.matter.first_answer_at is None

    @pytest.mark.parametrize("kind", sorted(set(Kind.values) - {"consultation", "service"}))
    def test_reports_complaints_and_all_other_kinds_never(self, cast: Cast, kind: str) -> None:
        assert automatic(consultation(cast, QUESTION, kind=kind)) == []

    @pytest.mark.parametrize(
        "words",
        [
            QUESTION + "，他拿着刀砸门，救命",
            QUESTION + "，我不想活了",
            QUESTION + "，我电话 13800138000",
            QUESTION + "，我叫林小雨",
            "我身份证号 330106199001011232，" + QUESTION,
        ],
    )
    def test_never_when_words_tell_of_danger_or_of_who_somebody_is(
        self, cast: Cast, words: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = answers.answer_for(QUESTION, today=MONDAY.date())
        assert found is not None
        # Even if the search were sure: the rule stands by itself.
        monkeypatch.setattr(answers, "answer_for", lambda _question, today: found)
        assert automatic(consultation(cast, words)) == []

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"channel": "counter"}, "a person stands opposite"),
            ({"channel": "phone"}, "a person is on the line"),
            ({"safe_contact": True}, "somebody may read along"),
        ],
    )
    def test_never_where_a_person_is_wanted_anyway(self, cast: Cast, changes: dict[str, object], why: str) -> None:
        assert automatic(consultation(cast, QUESTION, **changes)) == [], why

    def test_never_beside_a_file(self, cast: Cast) -> None:
        opened = consultation(cast, "想问个事")
        entry = Entry.objects.select_related("matter").get(matter=opened.matter, type=Type.MESSAGE)
        entry.body, entry.data = QUESTION, {"files": ["ref"]}
        assert answers.answer_from_guides(entry, at=LATER) is None
        entry.data = {}
        assert answers.answer_from_guides(entry, at=LATER) is not None

    def test_never_from_a_stale_guide(self, cast: Cast) -> None:
        yesterday = MONDAY.date() - timedelta(days=1)
        Guide.objects.all().delete()
        a_guide(CARD, valid_until=yesterday)
        assert automatic(consultation(cast, QUESTION)) == []

    def test_never_twice_and_never_to_a_later_message(self, cast: Cast) -> None:
        opened = consultation(cast, QUESTION)
        usecases.say(opened.matter, viewer=with_code(opened), body=QUESTION, at=LATER)
        assert len(automatic(opened)) == 1
        quiet = consultation(cast, "想问个事")
        usecases.say(quiet.matter, viewer=with_code(quiet), body=QUESTION, at=LATER)
        assert automatic(quiet) == []

    def test_a_retry_of_the_first_message_adds_nothing(self, cast: Cast) -> None:
        first = consultation(cast, QUESTION, client_id="once")
        consultation(cast, QUESTION, client_id="once")
        assert len(automatic(first)) == 1

    def test_the_words_come_before_the_answer(self, cast: Cast) -> None:
        opened = consultation(cast, QUESTION)
        types = [entry.type for entry in conversation(opened.matter, with_code(opened))]
        assert types.index(Type.MESSAGE) < types.index(Type.AUTO_ANSWER)


class TestNotWhatIMeant:
    @pytest.fixture
    def opened(self, cast: Cast) -> Opened:
        a_guide(CARD), a_guide(DOG)
        return consultation(cast, QUESTION)

    def test_one_tap_counts_once_and_says_that_a_person_follows(self, client: Client, opened: Opened) -> None:
        carry(client, opened)
        (entry,) = automatic(opened)
        page = client.get(f"/m/{opened.matter.number}/").content.decode()
        assert "/guides/card-lost/" in page
        tap = f"/m/{opened.matter.number}/not-it/{entry.seq}/"
        assert tap in page
        for _ in range(2):
            answer = client.post(tap, follow=True)
        assert "已经叫人了。民警会接着看，不用另找" in answer.content.decode()
        assert Feedback.objects.get().not_helpful == 1
        assert Entry.objects.filter(matter=opened.matter, body=answers.CALLS_A_PERSON, by="resident").count() == 1
        assert client.get("/guides/automatic/").status_code == 200

    def test_the_answer_says_what_it_rests_on_and_until_when(self, client: Client, opened: Opened) -> None:
        carry(client, opened)
        (entry,) = automatic(opened)
        page = client.get(f"/m/{opened.matter.number}/").content.decode()
        assert entry.data["valid_until"] == Guide.objects.get(slug="card-lost").valid_until.isoformat()
        assert f"核对到 {entry.data['valid_until']} 有效" in page
        assert entry.data["source"]
        assert entry.data["source"] in page

    def test_only_who_holds_the_code_and_only_for_an_automatic_answer(self, client: Client, opened: Opened) -> None:
        (entry,) = automatic(opened)
        assert client.post(f"/m/{opened.matter.number}/not-it/{entry.seq}/").status_code == 404
        carry(client, opened)
        assert client.post(f"/m/{opened.matter.number}/not-it/1/").status_code == 404
        assert not Feedback.objects.exists()


class TestBesideTheReplyBox:
    def test_guides_for_the_last_words_of_the_resident_with_reasons(self, cast: Cast) -> None:
        a_guide(CARD), a_guide(DOG)
        opened = consultation(cast, "身份证不见了")
        usecases.say(opened.matter, viewer=with_code(opened), body="还有，养狗要登记吗", at=LATER)
        usecases.say(opened.matter, viewer=as_officer(cast.chen), body="我看一下。", at=LATER)
        found = answers.suggested_for(conversation(opened.matter, as_officer(cast.chen)), today=MONDAY.date())
        assert found.guides[0].card.slug == "dog-licence"
        assert found.guides[0].why

    def test_only_sentences_that_may_go_out(self, cast: Cast) -> None:
        for key, outside in (("hello", True), ("inside", False)):
            CannedAnswer.objects.create(key=key, title=key, text="好", kind="greeting", outside=outside)
        found = answers.suggested_for([], today=MONDAY.date())
        assert [[one.key for one in each] for _kind, each in found.canned] == [["hello"]]


class TestBlanks:
    def test_an_officer_cannot_send_or_close_with_a_blank(self, cast: Cast) -> None:
        opened = consultation(cast)
        with pytest.raises(BlanksLeft):
            usecases.say(opened.matter, viewer=as_officer(cast.chen), body="您好，我是{{称呼|陈警官}}。", at=LATER)
        with pytest.raises(BlanksLeft):
            usecases.close(opened.matter, by=cast.liang, reason="answered", words="{{结果}}", at=LATER)
        assert not Entry.objects.filter(matter=opened.matter, by="officer").exists()

    def test_a_resident_may_write_what_they_like(self, cast: Cast) -> None:
        opened = consultation(cast)
        entry = usecases.say(opened.matter, viewer=with_code(opened), body="{{这是什么}}", at=LATER)
        assert entry.body == "{{这是什么}}"


class TestFromAnAnswerToAGuide:
    def test_names_and_numbers_are_masked(self, cast: Cast) -> None:
        opened = consultation(cast, "我叫林小雨，电话 13800138000，养鸽子要登记吗")
        entry = usecases.say(opened.matter, viewer=as_officer(cast.chen), body="林小雨您好，不用登记。", at=LATER)
        begun = answers.as_proposal(entry)
        assert "林小雨" not in begun["question"]
        assert "13800138000" not in begun["question"]
        assert "养鸽子要登记吗" in begun["question"]
        assert begun["answer"] == "〔名字〕您好，不用登记。"

    @pytest.mark.parametrize(("kind", "may"), [("consultation", True), ("complaint", False), ("report", False)])
    def test_one_persons_wrong_does_not_become_a_guide(self, cast: Cast, kind: str, may: bool) -> None:
        opened = consultation(cast, kind=kind)
        entry = usecases.say(opened.matter, viewer=as_officer(cast.liang), body="答复。", at=LATER)
        assert answers.may_become_a_guide(Entry.objects.select_related("matter").get(pk=entry.pk)) is may

    def test_a_residents_words_do_not(self, cast: Cast) -> None:
        opened = consultation(cast)
        entry = usecases.say(opened.matter, viewer=with_code(opened), body="还有一句", at=LATER)
        assert not answers.may_become_a_guide(entry)


PIGEONS = ("楼顶养鸽子要办证吗", "在楼顶养鸽子需要登记吗", "请问楼顶养鸽子要不要办证")


def closed(cast: Cast, body: str, **changes: object) -> Opened:
    opened = consultation(cast, body, **changes)
    usecases.close(opened.matter, by=cast.liang, reason="answered", words="已经答复。", at=LATER)
    return opened


class TestAskedThreeTimes:
    def test_the_same_question_in_three_wordings_is_one_and_others_are_not(self, cast: Cast) -> None:
        for body in (*PIGEONS, "路灯不亮找谁", "养狗要办证吗"):
            closed(cast, body)
        (found,) = answers.asked_often(as_officer(cast.chen), at=LATER)
        assert len(found.matters) == 3
        assert "鸽子" in found.words

    def test_twice_is_not_three_times_and_open_ones_do_not_count(self, cast: Cast) -> None:
        closed(cast, PIGEONS[0]), closed(cast, PIGEONS[1]), consultation(cast, PIGEONS[2])
        assert answers.asked_often(as_officer(cast.chen), at=LATER) == []

    def test_not_what_a_guide_already_answers(self, cast: Cast) -> None:
        a_guide(CARD), a_guide(DOG)
        for _ in range(3):
            closed(cast, "身份证丢了到哪补")
        assert answers.asked_often(as_officer(cast.chen), at=LATER) == []

    def test_not_what_is_older_than_half_a_year(self, cast: Cast) -> None:
        for body in PIGEONS:
            closed(cast, body)
        assert answers.asked_often(as_officer(cast.chen), at=LATER + timedelta(days=181)) == []

    def test_only_what_the_officer_may_see(self, cast: Cast) -> None:
        for body in PIGEONS:
            closed(cast, body)
        assert answers.asked_often(as_officer(cast.meng), at=LATER) == []
        assert answers.asked_often(Viewer(), at=LATER) == []

    def test_the_shown_question_names_nobody(self, cast: Cast) -> None:
        for body in PIGEONS:
            closed(cast, body + "，我电话 13800138000")
        (found,) = answers.asked_often(as_officer(cast.chen), at=LATER)
        assert "13800138000" not in found.question

    def test_the_number_of_queries_does_not_grow(self, cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        for body in PIGEONS:
            closed(cast, body)
        viewer = as_officer(cast.chen)
        answers.asked_often(viewer, at=LATER)
        with django_assert_num_queries(3):
            answers.asked_often(viewer, at=LATER)
        for body in PIGEONS:
            closed(cast, body)
        with django_assert_num_queries(3):
            answers.asked_often(viewer, at=LATER)
