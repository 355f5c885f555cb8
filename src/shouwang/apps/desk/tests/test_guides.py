"""At the desk: one tap fills the reply box, a blank stops it, and a good answer goes on to become a guide."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.guides.models import CannedAnswer, Proposal
from shouwang.apps.guides.tests.making import CARD, DOG, a_guide
from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import Entry
from shouwang.apps.matters.usecases import Opened
from tests.cast import MONDAY, Cast, as_officer, consultation, sign_in
from tests.queries import queries_of


@pytest.fixture
def opened(cast: Cast, client: Client) -> Opened:
    a_guide(CARD), a_guide(DOG)
    CannedAnswer.objects.create(
        key="hello", title="白天问好", text="您好，我是{{称呼|陈警官}}。", kind="greeting", outside=True
    )
    sign_in(client, cast.chen)
    return consultation(cast, "身份证不见了，在哪里补")


def test_suggestions_stand_beside_the_reply_with_reasons_and_work_without_a_script(
    client: Client, opened: Opened
) -> None:
    page = client.get(f"/desk/m/{opened.matter.number}/").content.decode()
    begin = page.index('id="suggested"')
    box = page[begin : page.index("</details>", begin)]
    assert "身份证丢了补办" in box
    assert "因为有：" in box
    assert f"/desk/m/{opened.matter.number}/reply/?text=%E5%B8%A6" in box
    assert '<option value="您好，我是{{称呼|陈警官}}。">白天问好</option>' in box


def test_the_reply_form_opens_with_the_sentence(client: Client, opened: Opened) -> None:
    page = client.get(f"/desk/m/{opened.matter.number}/reply/", {"text": "带户口簿来。"})
    assert page.context["form"]["body"].value() == "带户口簿来。"
    assert page.context["form"]["client_id"].value()


def test_a_text_in_the_address_is_only_text(client: Client, opened: Opened) -> None:
    page = client.get(f"/desk/m/{opened.matter.number}/reply/", {"text": "</textarea><script>x</script>"})
    assert "<script>x</script>" not in page.content.decode()


def test_a_blank_is_refused_and_the_words_are_kept(client: Client, opened: Opened) -> None:
    given = {"body": "您好，我是{{称呼|陈警官}}，马上看。", "client_id": "t1"}
    answer = client.post(f"/desk/m/{opened.matter.number}/reply/", given)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "还有没填的空：称呼" in page
    assert "您好，我是{{称呼|陈警官}}，马上看。" in page
    assert not Entry.objects.filter(matter=opened.matter, by="officer").exists()
    given["body"] = "您好，我是陈警官，马上看。"
    assert client.post(f"/desk/m/{opened.matter.number}/reply/", given).status_code == 302


def test_a_matter_costs_the_same_however_many_sentences_there_are(client: Client, opened: Opened) -> None:
    address = f"/desk/m/{opened.matter.number}/"
    few = queries_of(client, address)
    for n in range(9):
        CannedAnswer.objects.create(key=f"k{n}", title=f"第 {n} 句", text="好", kind="closing", outside=True)
    assert queries_of(client, address) == few


class TestProposing:
    @pytest.fixture
    def address(self, cast: Cast, opened: Opened) -> str:
        entry = usecases.say(
            opened.matter, viewer=as_officer(cast.chen), body="林小雨您带户口簿来，电话 13800138000", at=MONDAY
        )
        return f"/desk/m/{opened.matter.number}/propose/{entry.seq}/"

    def test_every_answer_of_an_officer_offers_it(self, client: Client, opened: Opened, address: str) -> None:
        assert address in client.get(f"/desk/m/{opened.matter.number}/").content.decode()
        assert address in client.get(f"/desk/m/{opened.matter.number}/more/").content.decode()

    def test_the_form_begins_without_numbers_and_keeps_what_the_officer_made_of_it(
        self, cast: Cast, client: Client, address: str
    ) -> None:
        assert "13800138000" not in client.get(address).context["form"]["answer"].value()
        client.post(address, {"question": "身份证丢了在哪补", "answer": "带户口簿来。"})
        row = Proposal.objects.get()
        assert (row.question, row.answer, row.by) == ("身份证丢了在哪补", "带户口簿来。", cast.chen)
        assert row.source_ref.startswith("matters.entry:")

    def test_a_second_time_says_who_was_first(self, client: Client, address: str) -> None:
        given = {"question": "问", "answer": "答"}
        client.post(address, given)
        assert client.post(address, given).status_code == 400
        assert "陈警官已经提过" in client.get(address).content.decode()
        assert Proposal.objects.count() == 1

    def test_nothing_written_is_told_what_to_do(self, client: Client, address: str) -> None:
        answer = client.post(address, {"question": "", "answer": ""})
        assert answer.status_code == 400
        assert "请写居民怎么问的" in answer.content.decode()

    def test_another_stations_answer_does_not_exist(self, cast: Cast, address: str) -> None:
        other = Client()
        sign_in(other, cast.meng)
        assert other.get(address).status_code == 404

    def test_a_residents_message_offers_nothing(self, client: Client, opened: Opened) -> None:
        first = Entry.objects.get(matter=opened.matter, by="resident", type="message")
        assert client.get(f"/desk/m/{opened.matter.number}/propose/{first.seq}/").status_code == 404


def test_what_was_asked_three_times_is_listed(cast: Cast, client: Client, opened: Opened) -> None:
    assert "还没有问过三次的" in client.get("/desk/asked-often/").content.decode()
    now = timezone.now()
    for body in ("楼顶养鸽子要办证吗", "在楼顶养鸽子需要登记吗", "请问楼顶养鸽子要不要办证"):
        one = consultation(cast, body, at=now)
        usecases.close(one.matter, by=cast.liang, reason="answered", words="已经答复。", at=now)
    page = client.get("/desk/asked-often/").content.decode()
    assert "3 次" in page
    assert "鸽子" in page
