"""The desk's pages as plain forms: what stands behind a look, what is kept when it is refused, and the papers that fill themselves."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
from django.test import Client

from shouwang.apps.desk.queue import sections
from shouwang.apps.papers import usecases as papers
from shouwang.apps.papers.making import hold
from shouwang.apps.papers.models import Paper
from shouwang.apps.penalties import queries, usecases
from shouwang.apps.penalties.models import Care, Penalty, Stage
from shouwang.apps.penalties.tests.conftest import HOUR, NOON, SAID, Court
from shouwang.apps.people.models import Look
from shouwang.apps.units.models import Officer
from tests.cast import as_officer, at, sign_in
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
EVENING = at("2026-11-23 18:00")


@pytest.fixture(autouse=True)
def monday_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: EVENING)


def browser(who: Officer) -> Client:
    client = Client()
    sign_in(client, who)
    return client


def opened(who: Officer, penalty: Penalty) -> Client:
    client = browser(who)
    assert client.post(f"/desk/penalties/{penalty.pk}/", {"reason": "办案"}).status_code == 302
    return client


def typed(court: Court, **given: object) -> dict[str, object]:
    return {
        "party": court.one.pk,
        "act_and_grade": "damage:usual",
        "act_on": "2026-11-22",
        "born_on": "1990-05-01",
        "kind": "fine",
        "fine": "500",
        "facts": SAID["facts"],
        "evidence": SAID["evidence"],
        "reasons": SAID["reasons"],
        "client_id": "a",
        **given,
    }


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


class TestProposing:
    def test_the_form_begins_with_what_the_case_knows(self, court: Court) -> None:
        client, number = browser(court.cast.chen), court.case.matter.number
        shut = client.get(f"/desk/m/{number}/penalty/")
        assert (shut.status_code, shut["Location"]) == (302, f"/desk/cases/{number}/"), (
            "a look, with its reason, comes first"
        )
        client.post(f"/desk/cases/{number}/", {"reason": "办案"})
        page = client.get(f"/desk/m/{number}/penalty/")
        form = page.context["form"]
        assert form.initial["act_on"]
        assert form.initial["facts"]

    def test_what_the_law_says_stands_beside_it_and_nothing_is_saved(self, court: Court) -> None:
        page = browser(court.cast.chen).post(
            f"/desk/m/{court.case.matter.number}/penalty/", typed(court, fine="1001", check="1")
        )
        said = page.content.decode()
        assert "不在法定的种类和幅度里" in said
        assert "雀案事实" in said, "what was typed is kept"
        assert not Penalty.objects.exists()

    def test_what_the_person_has_already_stands_above_the_form(self, court: Court) -> None:
        client, number = browser(court.cast.chen), court.case.matter.number
        client.post(f"/desk/cases/{number}/", {"reason": "办案"})
        for path in ("penalty", "spot"):
            assert "同一行为不再罚" not in text(client, f"/desk/m/{number}/{path}/")
        first = court.propose()
        Penalty.objects.filter(pk=first.pk).update(stage="done")
        for path in ("penalty", "spot"):
            page = text(client, f"/desk/m/{number}/{path}/")
            assert "同一行为不再罚" in page
            assert f"/desk/penalties/{first.pk}/" in page
            assert "条文待核实" in page

    def test_a_refusal_keeps_what_was_typed_and_names_the_article(self, court: Court) -> None:
        page = browser(court.cast.chen).post(f"/desk/m/{court.case.matter.number}/penalty/", typed(court, fine="1001"))
        assert page.status_code == 400
        for words in ("第59条", "雀案事实", 'value="1001"'):
            assert words in page.content.decode()

    def test_a_wrong_day_gets_a_sentence(self, court: Court) -> None:
        client, path = browser(court.cast.chen), f"/desk/m/{court.case.matter.number}/penalty/"
        for day in ("9999-12-31", "2026-11-24", "2026-02-30", "gestern"):
            for field in ("act_on", "born_on"):
                page = client.post(path, typed(court, **{field: day}, check="1"))
                said = page.content.decode()
                assert page.status_code == 400
                assert "这一天还没有到" in said or "请写成 2026-11-23 这样" in said

    @pytest.mark.parametrize("page", ["penalty", "spot"])
    def test_nothing_is_chosen_before_somebody_chooses(self, court: Court, page: str) -> None:
        client, number = browser(court.cast.chen), court.case.matter.number
        client.post(f"/desk/cases/{number}/", {"reason": "办案"})
        path = f"/desk/m/{number}/{page}/"
        shown = text(client, path)
        assert shown.count("<option") > 10
        assert re.findall(r'<option value="(\w[^"]*)" selected', shown) == []
        assert "checked" not in shown
        refused = client.post(path, {"facts": "雀案事实", "evidence": "录像。"})
        assert refused.status_code == 400
        for words in ("请选是什么行为。", "请选怎么罚。", "雀案事实"):
            assert words in refused.content.decode()
        assert ("请选是谁。" in refused.content.decode()) is (page == "penalty")

    def test_pressed_twice_it_is_one(self, court: Court) -> None:
        client = browser(court.cast.chen)
        for _ in "ab":
            assert client.post(f"/desk/m/{court.case.matter.number}/penalty/", typed(court)).status_code == 302
        assert Penalty.objects.count() == 1

    def test_a_case_without_a_suspect_says_what_to_do(self, court: Court) -> None:
        court.case.parties.filter(role="suspect").update(left_at=NOON)
        client, number = browser(court.cast.chen), court.case.matter.number
        client.post(f"/desk/cases/{number}/", {"reason": "办案"})
        assert "先在案件里登记是谁" in text(client, f"/desk/m/{number}/penalty/")


class TestOnTheSpot:
    GIVEN = {
        "act_and_grade": "disorder:usual",
        "kind": "fine",
        "fine": "200",
        "facts": "大声吵闹。",
        "evidence": "录像。",
        "clear": "on",
        "told": "on",
        "born_on": "1988-03-03",
        "client_id": "s",
    }

    def test_one_page_one_press(self, court: Court) -> None:
        client = browser(court.cast.chen)
        path = f"/desk/m/{court.case.matter.number}/spot/"
        for _ in "ab":
            assert client.post(path, {**self.GIVEN, "party": court.one.pk}).status_code == 302
        one = Penalty.objects.get()
        assert (one.stage, one.spot) == (Stage.DECIDED, True)
        assert "spot-penalty" in text(client, f"/desk/penalties/{one.pk}/")

    def test_somebody_who_does_not_agree_gets_the_ordinary_procedure(self, court: Court) -> None:
        path = f"/desk/m/{court.case.matter.number}/spot/"
        page = browser(court.cast.chen).post(path, {**self.GIVEN, "party": court.one.pk, "disputed": "on"})
        assert page.status_code == 400
        assert "按普通程序办" in page.content.decode()
        assert not Penalty.objects.exists()


class TestOnePenalty:
    def test_what_it_says_stands_behind_a_written_reason(self, court: Court) -> None:
        one = court.told(defence="雀申辩。")
        path = f"/desk/penalties/{one.pk}/"
        client = browser(court.cast.zhou)
        for secret in ("雀案事实", "雀申辩", "吴一雀"):
            assert secret not in text(client, path)
        assert client.post(path, {"reason": " "}).status_code == 400
        assert not Look.objects.filter(subject=one.ref).exists()
        client.post(path, {"reason": "接手这个案件"})
        assert Look.objects.get(subject=one.ref).person == court.one.person
        for secret in ("雀案事实", "雀申辩", "吴一雀"):
            assert secret in text(client, path)

    def test_who_reads_another_station_finds_nothing(self, court: Court) -> None:
        one = court.propose()
        assert browser(court.cast.meng).get(f"/desk/penalties/{one.pk}/").status_code == 404

    def test_from_telling_to_paying_by_the_page(self, court: Court) -> None:
        one = court.propose()
        base = f"/desk/penalties/{one.pk}"
        chen, liang = opened(court.cast.chen, one), opened(court.cast.liang, one)
        assert chen.post(f"{base}/hand-in/").status_code == 400
        assert chen.post(f"{base}/tell/", {"told_at": "2026-11-23T13:00"}).status_code == 302
        assert chen.post(f"{base}/hand-in/").status_code == 302
        assert chen.post(f"{base}/decide/").status_code == 403
        refused = liang.post(f"{base}/decide/", {"kind": "fine", "fine": "600", "words": "重一点"})
        assert refused.status_code == 400
        assert "不能因为申辩加重" in refused.content.decode()
        assert liang.post(f"{base}/decide/", {"kind": ""}).status_code == 302
        for party in (court.one, court.harmed):
            given = {"party": party.pk, "way": "hand", "served_at": "2026-11-23T18:00"}
            assert chen.post(f"{base}/serve/", given).status_code == 302
        assert "15" in text(chen, f"{base}/")
        paid = {"paid_on": "2026-11-23", "way": "银行", "receipt": "雀票据"}
        assert chen.post(f"{base}/paid/", {**paid, "paid_on": "2026-13-40"}).status_code == 400
        assert chen.post(f"{base}/paid/", paid).status_code == 302
        assert Penalty.objects.get().stage == Stage.DONE
        assert "记录已经封存" in text(chen, f"{base}/")

    def test_a_refusal_keeps_what_was_typed_after_the_look_has_run_out(self, court: Court) -> None:
        one = court.told(court.propose(), defence="雀申辩。")
        page = browser(court.cast.chen).post(f"/desk/penalties/{one.pk}/drop/", {"words": " "})
        typed = browser(court.cast.chen).post(f"/desk/penalties/{one.pk}/tell/", {"told_at": "x", "answer": "看了录像"})
        assert (page.status_code, typed.status_code) == (400, 400)
        assert "看了录像" in typed.content.decode()
        assert "雀申辩" not in typed.content.decode()

    def test_a_hearing_by_the_page(self, court: Court) -> None:
        one = court.told(court.gambling())
        base = f"/desk/penalties/{one.pk}"
        chen = opened(court.cast.chen, one)
        assert chen.post(f"{base}/ask-hearing/").status_code == 302
        page = text(chen, f"{base}/")
        assert "法制员" in page
        given = {"place": "听证室", "chair": court.legal.pk, "on": "2026-11-26T09:00"}
        early = chen.post(f"{base}/set-hearing/", given)
        assert early.status_code == 400
        assert "最早 2026-12-02" in early.content.decode()
        assert chen.post(f"{base}/set-hearing/", {**given, "on": "2026-12-02T09:00"}).status_code == 302

    def test_changing_begins_with_the_proposal(self, court: Court) -> None:
        one = court.propose()
        assert "雀案理由" not in text(browser(court.cast.chen), f"/desk/penalties/{one.pk}/change/")
        client = opened(court.cast.chen, one)
        assert "雀案理由" in text(client, f"/desk/penalties/{one.pk}/change/")
        assert client.post(f"/desk/penalties/{one.pk}/change/", typed(court, fine="300")).status_code == 302
        assert Penalty.objects.get().fine == 300

    def test_care_leads_somewhere(self, court: Court) -> None:
        one = court.propose()
        base = f"/desk/penalties/{one.pk}"
        chen, liang = opened(court.cast.chen, one), opened(court.cast.liang, one)
        given = {"problem": "money", "words": "雀难处", "leads_to": "review"}
        assert chen.post(f"{base}/care/", given).status_code == 302
        assert chen.post(f"{base}/care/", {**given, "leads_to": "help"}).status_code == 302
        review, help_ = Care.objects.order_by("pk")
        assert "答复从宽的提请" not in text(chen, f"{base}/")
        assert "答复从宽的提请" in text(liang, f"{base}/")
        answer = {"outcome": "lighter", "kind": "fine", "fine": "300", "words": "家里困难"}
        assert liang.post(f"{base}/care/{review.pk}/lenient/", {**answer, "fine": "900"}).status_code == 400
        assert liang.post(f"{base}/care/{review.pk}/lenient/", answer).status_code == 302
        for _ in "ab":
            assert chen.post(f"{base}/care/{help_.pk}/help/").status_code == 302
        assert Penalty.objects.get().fine == 300


def test_the_case_shows_its_penalties_without_names(court: Court) -> None:
    one = court.propose()
    for path in (f"/desk/cases/{court.case.matter.number}/", f"/desk/m/{court.case.matter.number}/"):
        page = text(browser(court.cast.chen), path)
        assert f"/desk/penalties/{one.pk}/" in page
        assert "罚款 500 元" in page
        assert "吴一雀" not in page


class TestTheList:
    def test_what_waits_for_me_and_totals_without_names(self, court: Court) -> None:
        one = court.up()
        page = text(browser(court.cast.liang), "/desk/penalties/")
        assert f"/desk/penalties/{one.pk}/" in page
        assert "吴一雀" not in page
        assert browser(court.cast.chen).get("/desk/penalties/").status_code == 403
        assert f"/desk/penalties/{one.pk}/" not in text(browser(court.legal), "/desk/penalties/")
        assert f"/desk/penalties/{one.pk}/" in text(browser(court.legal), "/desk/penalties/?show=open")

    def test_totals(self, court: Court) -> None:
        court.served()
        found = queries.totals(court.cast.liang, EVENING)
        assert (found.decided, found.spot, found.fines, found.unpaid) == (1, 0, 500, 1)
        assert [n for _label, n in found.kinds] == [1]

    def test_the_queue_shows_whose_turn_it_is(self, court: Court) -> None:
        def keys(who: Officer) -> list[str]:
            return [one.key for one in sections(as_officer(who), EVENING) if one.key.startswith("penalty")]

        one = court.told()
        assert (keys(court.cast.chen), keys(court.cast.liang)) == (["penalty-do"], [])
        court.up(one)
        assert keys(court.cast.liang) == ["penalty-decide"]
        assert (keys(court.legal), keys(court.cast.chen)) == ([], [])
        usecases.note_care(one, by=court.cast.chen, problem="money", words="失业。", leads_to="review", at=EVENING)
        assert keys(court.legal) == ["penalty-decide"], "a leniency review is theirs too"
        court.decided(one)
        assert (keys(court.cast.liang), keys(court.cast.chen)) == (["penalty-decide"], ["penalty-do"])

    def test_the_list_asks_as_much_for_ten_as_for_one(self, court: Court) -> None:
        court.up()
        client = browser(court.cast.liang)
        few = queries_of(client, "/desk/penalties/?show=open")
        court.propose(court.two)
        court.propose(court.two, act="theft", fine=400)
        assert queries_of(client, "/desk/penalties/?show=open") == few


class TestPapers:
    def filled(self, court: Court, penalty: Penalty, kind: str, when: datetime = EVENING) -> set[str]:
        """What a paper of this penalty still lacks."""
        paper = papers.make(court.case.matter, by=court.cast.chen, kind=kind, at=when, about=penalty.ref)
        one = hold(paper)
        return {str(problem) for problem in one.lacks(when)}

    @pytest.fixture(autouse=True)
    def known(self, court: Court) -> None:
        court.case.matter.unit.address = "青石镇样板路 1 号"
        court.case.matter.unit.save()
        for party in (court.one, court.two):
            party.person.id_number = "330824199005010011"
            party.person.save()
            party.particulars = json.dumps({"sex": "male", "home": "样板村 8 号"})
            party.save()

    def test_two_suspects_have_two_notices(self, court: Court) -> None:
        for party, fine in ((court.one, 500), (court.two, 300)):
            one = court.propose(party, fine=fine)
            paper = papers.make(court.case.matter, by=court.cast.chen, kind="penalty-notice", at=EVENING, about=one.ref)
            held = hold(paper)
            record = held.record(EVENING)
            assert record["suspect"]["name"] == party.person.name
            assert (record["penalty"]["fine"], record["penalty"]["facts"]) == (fine, SAID["facts"])

    @pytest.mark.parametrize(
        ("stage", "kind", "by_hand"),
        [
            ("told", "penalty-notice", set()),
            ("hearing", "hearing-right", set()),
            ("hearing", "hearing-notice", set()),
            ("served", "penalty-decision", {"缴款地点", "复议机关", "法院"}),
            ("spared", "no-penalty-decision", {"复议机关", "法院"}),
            ("spot", "spot-penalty", {"缴款地点", "复议机关", "法院"}),
            ("paid", "fine-payment", {"决定书文号"}),
            ("paid", "record-sealing", set()),
        ],
    )
    def test_nothing_is_typed_twice(self, court: Court, stage: str, kind: str, by_hand: set[str]) -> None:
        """What is left to fill in is what the house cannot know: where fines are paid, which court."""
        lacks = self.filled(court, self.at(court, stage), kind)
        assert {one for one in lacks if not any(word in one for word in by_hand)} == set()

    def at(self, court: Court, stage: str) -> Penalty:
        if stage == "told":
            return court.told()
        if stage == "hearing":
            told = usecases.ask_hearing(court.told(court.gambling()), by=court.cast.chen, at=NOON + 2 * HOUR)
            given = {"on": at("2026-12-03 09:00"), "place": "听证室", "chair": court.legal, "clerk": "安内勤"}
            return usecases.set_hearing(told, by=court.cast.chen, at=NOON + 3 * HOUR, **given)
        if stage == "spared":
            return usecases.spare(
                court.up(), by=court.cast.liang, words="已经赔了。", basis="第33条", at=NOON + 3 * HOUR
            )
        if stage == "spot":
            return court.spot(born_on=None)
        served = court.served()
        if stage == "served":
            return served
        given = {"paid_on": EVENING.date(), "way": "银行", "receipt": "P1"}
        return usecases.note_payment(served, by=court.cast.chen, at=EVENING, **given)

    def test_one_press_begins_it_and_a_second_finds_it(self, court: Court) -> None:
        one = court.told()
        client = opened(court.cast.chen, one)
        for _ in "ab":
            assert client.post(f"/desk/penalties/{one.pk}/paper/penalty-notice/").status_code == 302
        assert Paper.objects.get().about == one.ref
        assert client.post(f"/desk/penalties/{one.pk}/paper/penalty-decision/").status_code == 404


class TestTheLicence:
    def test_the_step_comes_after_serving_and_keeps_what_was_typed(self, court: Court) -> None:
        alone = {"act": "other", "grade": "", "kind": "licence", "fine": 0, "revokes": True}
        made = court.propose(**alone, beside="雀字 7 号许可证", basis="《治安管理处罚法》第65条第3款")
        told = usecases.tell(made, by=court.cast.chen, told_at=NOON + HOUR, at=NOON + HOUR, waived=True)
        one = court.decided(court.up(told), by=court.cast.shao)
        client = opened(court.cast.chen, one)
        page, step = f"/desk/penalties/{one.pk}/", f"/desk/penalties/{one.pk}/licence/"
        assert step not in text(client, page)
        court.served(one)
        shown = text(client, page)
        assert step in shown
        assert "雀字 7 号许可证" in shown
        refused = client.post(step, {"what": "雀字 8 号许可证", "taken_on": "2026-11-24"})
        assert refused.status_code == 400
        for words in ("请选怎么收回的。", "这一天还没有到", "雀字 8 号许可证"):
            assert words in refused.content.decode()
        given = {"what": "雀字 7 号许可证", "taken_on": "2026-11-23", "way": "handed"}
        assert client.post(step, given).status_code == 302
        done = text(client, page)
        assert "2026-11-23 本人交回，盖了吊销印章（陈建国）" in done
        assert "吊销许可证件收缴记录" in done
