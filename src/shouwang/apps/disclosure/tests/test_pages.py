"""The pages as plain forms, without a script: look first, apply, correct, read the answer; the desk's steps behind their rights."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwang.apps.catalogue.tests.making import published
from shouwang.apps.disclosure import usecases
from shouwang.apps.disclosure.models import Application, Stage
from shouwang.apps.disclosure.tests.making import HOUR, answered, applied, drafted, grounded, received
from shouwang.apps.disclosure.usecases import Draft
from shouwang.apps.people.models import Look
from tests.cast import MONDAY, Cast, carry, sign_in

pytestmark = pytest.mark.django_db
NOW = MONDAY + 3 * HOUR
TYPED = {
    "wanted": "2025年青石镇监控探头的数量。",
    "applicant": "person",
    "name": "林示例",
    "id_number": "330824199001010011",
    "phone": "13500001234",
    "wish": "page",
    "client_id": "a" * 22,
}


@pytest.fixture(autouse=True)
def monday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def typed(cast: Cast, **changes: object) -> dict[str, object]:
    return {**TYPED, "unit": cast.qingshi.pk, **changes}


def desk(who: object) -> Client:
    client = Client()
    sign_in(client, who)  # type: ignore[arg-type]
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


class TestTheApplicant:
    def test_sees_first_what_is_already_out(self, cast: Cast, client: Client) -> None:
        published(cast)
        page = text(client, "/disclosure/?q=换证收费")
        assert "办证要多少钱" in page
        assert "就不用申请了" in page
        assert "没有找到" in text(client, "/disclosure/?q=无人知晓的东西")

    def test_looks_at_it_once_more_then_it_is_sent_once(self, cast: Cast, client: Client) -> None:
        page = client.post("/disclosure/apply/", typed(cast, step="check")).content.decode()
        assert "看一遍" in page
        assert "林示例" in page
        assert not Application.objects.exists()
        back = client.post("/disclosure/apply/", typed(cast, step="change"))
        assert back.status_code == 200
        assert "林示例" in back.content.decode()
        for _press in range(2):
            sent = client.post("/disclosure/apply/", typed(cast, step="send"))
            assert sent.status_code == 302
        one = Application.objects.get()
        page = text(client, sent["Location"])
        assert "等本所确认收到" in page
        assert "双方确认" in page
        assert "13500001234" not in page
        assert "330824199001010011" not in page
        assert "等我们确认" in text(client, f"/m/{one.matter.number}/receipt/")

    @pytest.mark.parametrize("missing", ["wanted", "name", "id_number", "phone"])
    def test_what_is_missing_is_said_and_the_rest_is_kept(self, cast: Cast, client: Client, missing: str) -> None:
        answer = client.post("/disclosure/apply/", typed(cast, step="send", **{missing: ""}))
        assert answer.status_code == 400
        assert "wrong" in answer.content.decode()
        kept = "wish" if missing == "wanted" else "wanted"
        assert str(TYPED[kept]) in answer.content.decode()
        assert not Application.objects.exists()

    def test_paper_needs_an_address(self, cast: Cast, client: Client) -> None:
        answer = client.post("/disclosure/apply/", typed(cast, step="send", wish="post"))
        assert answer.status_code == 400
        assert "寄到哪里" in answer.content.decode()

    def test_corrects_by_the_code_alone(self, cast: Cast, client: Client) -> None:
        one, opened = applied(cast)
        path = f"/m/{one.matter.number}/correct/"
        assert client.get(path).status_code == 404
        carry(client, opened)
        assert "现在没有要补的" in text(client, path)
        one = usecases.confirm(one, by=cast.an, at=MONDAY)
        usecases.ask_correction(one, by=cast.chen, words="哪一年？", until=(MONDAY + 240 * HOUR).date(), at=MONDAY)
        assert "哪一年？" in text(client, path)
        assert client.post(path, {"words": ""}).status_code == 400
        assert client.post(path, {"words": "2025年"}).status_code == 302
        assert client.post(path, {"words": "2025年"}).status_code == 400, "once is enough"

    def test_reads_the_answer_and_takes_the_ready_letter(self, cast: Cast, client: Client) -> None:
        one, opened = applied(cast)
        carry(client, opened)
        assert client.get(f"/m/{one.matter.number}/answer/").status_code == 404
        one = usecases.confirm(one, by=cast.an, at=MONDAY)
        grounded(cast, one, "process")
        one = usecases.draft(one, Draft("refuse", ground="process", reasons="讨论稿。"), by=cast.chen, at=MONDAY)
        usecases.approve(one, by=cast.liang, at=MONDAY)
        page = text(client, f"/m/{one.matter.number}/")
        assert "不同意怎么办" in page
        assert "2027-01-22" in page
        assert "起诉以前要先走这一步" in page
        assert "讨论稿。" in text(client, f"/m/{one.matter.number}/answer/")
        assert one.matter.number in text(client, f"/m/{one.matter.number}/reconsider/")
        assert Client().get(f"/m/{one.matter.number}/answer/").status_code == 404

    def test_the_applicants_name_is_not_on_the_page_before(self, cast: Cast, client: Client) -> None:
        one = received(cast)
        assert "林示例" not in text(desk(cast.chen), f"/desk/disclosure/{one.matter.number}/")


class TestTheDesk:
    def test_who_applies_is_opened_for_a_written_reason(self, cast: Cast) -> None:
        one, chen = received(cast, wish="post", deliver_to="样板路1号"), desk(cast.chen)
        path = f"/desk/disclosure/{one.matter.number}/"
        assert chen.post(path, {"reason": " "}).status_code == 400
        assert chen.post(path, {"reason": "寄答复"}).status_code == 302
        page = text(chen, path)
        assert "林示例" in page
        assert "330824199001010011" in page
        assert "样板路1号" in page
        look = next(one for one in Look.objects.all() if one.what == ["application"])
        assert (look.reason, look.subject, look.officer) == ("寄答复", one.matter.ref, cast.chen)

    def test_the_whole_way_by_pressing(self, cast: Cast) -> None:
        one, _opened = applied(cast)
        number, chen, liang = one.matter.number, desk(cast.chen), desk(cast.liang)

        def press(who: Client, what: str, **given: object) -> int:
            return who.post(f"/desk/disclosure/{number}/{what}/", given).status_code

        assert press(chen, "confirm") == 302
        assert press(chen, "complete") == 302
        assert press(chen, "draft", outcome="refuse", reasons="讨论稿。") == 400
        assert press(chen, "draft", outcome="refuse", ground="process", reasons="讨论稿。") == 400, "no ground yet"
        grounded(cast, one, "process")
        assert press(chen, "draft", outcome="refuse", ground="process", reasons="讨论稿。") == 302
        assert press(chen, "approve") == 403
        assert "讨论稿。" in text(liang, f"/desk/disclosure/{number}/")
        assert number in text(liang, "/desk/disclosure/?show=review")
        assert number in text(liang, "/desk/"), "the day sheet"
        assert press(liang, "approve") == 302
        assert press(liang, "approve") == 403
        one.refresh_from_db()
        assert one.stage == Stage.DONE

    def test_what_was_refused_is_kept(self, cast: Cast) -> None:
        one = received(cast)
        answer = desk(cast.chen).post(
            f"/desk/disclosure/{one.matter.number}/draft/", {"outcome": "refuse", "reasons": "写了一半的理由"}
        )
        assert answer.status_code == 400
        assert "写了一半的理由" in answer.content.decode()
        assert "是哪一条理由" in answer.content.decode()

    def test_a_letter_goes_out_and_an_answer_comes_in(self, cast: Cast) -> None:
        one, chen = received(cast), desk(cast.chen)
        base = f"/desk/disclosure/{one.matter.number}/"
        given = {
            "whom": "third-party",
            "called": "示例公司",
            "asks": "报价",
            "received_on": "2026-11-23",
            "client_id": "c",
        }
        assert chen.post(base + "consult/", given).status_code == 302
        asked = one.consultations.get()
        assert chen.get(f"{base}letter/{asked.pk}/").status_code == 302, "the letter names them: first the reason"
        chen.post(base, {"reason": "寄信"})
        assert "示例公司" in text(chen, f"{base}letter/{asked.pk}/")
        assert "示例公司" not in text(desk(cast.zhou), base), "names of third parties stand behind the look"
        assert chen.post(f"{base}heard/{asked.pk}/", {"says": "refuses", "words": ""}).status_code == 400
        assert chen.post(f"{base}heard/{asked.pk}/", {"says": "refuses", "words": "商业秘密"}).status_code == 302

    def test_taken_in_at_the_counter_it_ends_with_the_receipt(self, cast: Cast) -> None:
        an = desk(cast.an)
        assert "写字有困难" in text(an, "/desk/disclosure/take/")
        missing = an.post("/desk/disclosure/take/", typed(cast, came="letter"))
        assert missing.status_code == 400
        assert "请写收到之日" in missing.content.decode()
        page = an.post("/desk/disclosure/take/", typed(cast, came="letter", received_on="2026-11-20")).content.decode()
        assert "2026-11-20" in page
        assert "查询码" in page

    def test_another_station_finds_nothing(self, cast: Cast) -> None:
        one, meng = received(cast), desk(cast.meng)
        assert meng.get(f"/desk/disclosure/{one.matter.number}/").status_code == 404
        assert one.matter.number not in text(meng, "/desk/disclosure/")
        assert meng.post(f"/desk/disclosure/{one.matter.number}/complete/").status_code == 404

    def test_helpers_confirm_and_do_not_judge(self, cast: Cast) -> None:
        one, _opened = applied(cast)
        jiang, base = desk(cast.jiang), f"/desk/disclosure/{one.matter.number}/"
        assert jiang.post(base + "confirm/").status_code == 302
        assert jiang.post(base + "complete/").status_code == 403

    def test_the_report_is_for_whoever_reviews(self, cast: Cast) -> None:
        answered(cast)
        assert desk(cast.chen).get("/desk/disclosure/report/2026/").status_code == 403
        page = text(desk(cast.liang), "/desk/disclosure/report/2026/")
        assert "2027-01-31" in page
        assert "条文待核实" in page
        assert desk(cast.liang).get("/desk/disclosure/report/1999/").status_code == 404

    def test_the_card_leads_there(self, cast: Cast) -> None:
        one = drafted(cast)
        assert f"/desk/disclosure/{one.matter.number}/" in text(desk(cast.chen), f"/desk/m/{one.matter.number}/")

    def test_a_station_is_led_to_forwarding(self, cast: Cast) -> None:
        one, chen = received(cast), desk(cast.chen)
        assert "云溪分局" in text(chen, f"/desk/disclosure/{one.matter.number}/")
        assert chen.get(f"/desk/m/{one.matter.number}/transfer/").status_code == 200


def test_nothing_typed_breaks_a_page(cast: Cast, client: Client) -> None:
    for bad in ({"step": "send"}, typed(cast, step="send", applicant="nobody", wish="\x00", unit="x")):
        assert client.post("/disclosure/apply/", bad).status_code == 400
    assert client.get("/disclosure/?q=%00%00").status_code == 200
