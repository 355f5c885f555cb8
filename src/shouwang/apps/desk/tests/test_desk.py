"""The officer's desk: who gets in, what comes first, and that every action works as a plain form."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.desk.queue import SHORT, sections
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.usecases import sign_on
from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import Matter, State
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.people.models import Look, Person
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, as_officer, consultation, sign_in, with_code
from tests.queries import queries_of

_fresh = count()


def act(client: Client, opened: Opened, key: str, **data: object):  # type: ignore[no-untyped-def]
    given = {"client_id": f"t{next(_fresh)}", **data}
    return client.post(f"/desk/m/{opened.matter.number}/{key}/", given)


class TestWhoGetsIn:
    def test_strangers_sign_in_first(self, cast: Cast, client: Client) -> None:
        assert client.get("/desk/").status_code == 302

    def test_without_a_second_factor_only_the_page_that_sets_one_up(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.chen.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get("/desk/")["Location"] == "/accounts/2fa/"

    @pytest.mark.parametrize("who", ["shi", "admin"])
    def test_supervisors_and_administrators_are_told_why_not(self, cast: Cast, client: Client, who: str) -> None:
        sign_in(client, getattr(cast, who))
        page = client.get("/desk/")
        assert page.status_code == 403
        assert "监督员和系统管理员只看统计和设置" in page.content.decode()

    def test_another_stations_matter_does_not_exist(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast)
        sign_in(client, cast.meng)
        assert client.get(f"/desk/m/{opened.matter.number}/").status_code == 404


class TestTheQueue:
    def test_danger_first_then_offers_then_who_waits_longest(self, cast: Cast) -> None:
        quiet = consultation(cast, body="办身份证要带什么？")
        older = consultation(cast, body="路灯不亮", at=MONDAY - timedelta(hours=1))
        danger = consultation(cast, body="他拿着刀砸门，救命")
        coming = usecases.open_matter(cast.hewan, kind="help", channel="web", at=MONDAY, body="找人")
        usecases.offer_transfer(coming.matter, to=cast.qingshi, by=cast.meng, reason="人在青石。", at=MONDAY)
        found = [
            (s.key, [m.pk for m in s.matters]) for s in sections(as_officer(cast.chen), MONDAY - timedelta(hours=2))
        ]
        assert found == [
            ("danger", [danger.matter.pk]),
            ("offered", [coming.matter.pk]),
            ("waiting", [older.matter.pk, quiet.matter.pk]),
        ]

    def test_a_long_section_is_cut_short_until_it_is_asked_for_whole(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        for n in range(SHORT + 2):
            consultation(cast, body=f"第 {n} 件", at=timezone.now())
        page = client.get("/desk/search/", {"q": "第"}).content.decode()
        short, *_ = sections(as_officer(cast.chen), timezone.now())
        assert (short.key, len(short.matters), short.more) == ("due", SHORT, True)
        assert "“马上到期”全部列出" in page
        assert 'href="?q=%E7%AC%AC&amp;whole=due#q-due"' in page, "the search stays"
        (whole,) = sections(as_officer(cast.chen), timezone.now(), "due")
        assert (len(whole.matters), whole.more) == (SHORT + 2, False)
        assert "收起" in client.get("/desk/", {"whole": "due"}).content.decode()

    def test_danger_is_never_cut_short(self, cast: Cast) -> None:
        for n in range(SHORT + 2):
            consultation(cast, body=f"他拿着刀砸门，救命，第{n}次")
        assert len(sections(as_officer(cast.chen), MONDAY)[0].matters) == SHORT + 2

    def test_the_number_of_queries_does_not_grow(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        consultation(cast)
        few = queries_of(client, "/desk/")
        for n in range(12):
            consultation(cast, body=f"第 {n} 件")
        assert queries_of(client, "/desk/") == few


class TestActions:
    def test_answering_by_form_reaches_the_resident_and_a_second_press_adds_nothing(
        self, cast: Cast, client: Client
    ) -> None:
        opened = consultation(cast)
        sign_in(client, cast.chen)
        for _ in range(2):
            answer = client.post(
                f"/desk/m/{opened.matter.number}/reply/", {"body": "让外婆来就行。", "client_id": "once"}
            )
            assert answer.status_code == 302
        bodies = [entry.body for entry in opened.matter.entries.filter(by="officer", type="message")]
        assert bodies == ["让外婆来就行。"]

    def test_a_refused_action_keeps_what_was_typed(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast)
        sign_in(client, cast.jiang)
        page = act(client, opened, "close", reason="answered", words="已经答复过了。")
        assert page.status_code == 400
        assert "辅警不能单独办结" in page.content.decode()
        assert "已经答复过了。" in page.content.decode()

    def test_transfer_and_acceptance(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast)
        sign_in(client, cast.chen)
        assert act(client, opened, "transfer", unit=cast.hewan.pk, reason="户口在河湾。").status_code == 302
        sign_in(client, cast.meng)
        assert act(client, opened, "accept").status_code == 302
        assert Matter.objects.get().unit == cast.hewan

    def test_close_dispute_review(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast)
        sign_in(client, cast.chen)
        act(client, opened, "take")
        act(client, opened, "close", reason="half-solved", words="路灯修了两盏，第三盏等配件。")
        usecases.dispute(opened.matter, viewer=with_code(opened), words="第三盏什么时候？", at=timezone.now())
        sign_in(client, cast.liang)
        act(client, opened, "review", upheld="no", words="周五前修好，我来盯。")
        assert Matter.objects.get().state == State.OPEN

    def test_danger_is_accepted_once_and_the_second_learns_who(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast, body="他拿着刀砸门，救命")
        sign_in(client, cast.chen)
        assert 'data-ring="' in client.get("/desk/").content.decode()
        act(client, opened, "accept-danger")
        sign_in(client, cast.zhou)
        page = client.post(f"/desk/m/{opened.matter.number}/accept-danger/", follow=True).content.decode()
        assert "陈警官已经应答了" in page
        assert 'data-ring="' not in page

    def test_danger_in_a_complaint_rings_for_whoever_is_there_and_shows_them_nothing(
        self, cast: Cast, client: Client
    ) -> None:
        opened = consultation(cast, kind="complaint", body="他拿着刀砸门，救命")
        sign_in(client, cast.chen)
        page = client.get("/desk/alarm/").content.decode()
        assert 'data-ring="beyond-' in page
        assert cast.liang.public_name in page
        assert not any(word in page for word in ("刀", "救命", opened.matter.number))
        client.post("/desk/alarm/told/", {"key": opened.matter.pk})
        assert 'data-ring="' not in client.get("/desk/alarm/").content.decode()
        assert AuditRow.objects.filter(action="desk.alarm_carried", actor=cast.chen.ref).count() == 1
        sign_in(client, cast.liang)
        assert "他拿着刀砸门" in client.get("/desk/alarm/").content.decode(), "it rings on for those who may read it"
        other = Client()
        sign_in(other, cast.meng)
        assert 'data-ring="' not in other.get("/desk/alarm/").content.decode(), "not at another station"

    def test_an_unknown_action_does_not_exist(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast)
        sign_in(client, cast.chen)
        assert act(client, opened, "delete").status_code == 404


class TestLooking:
    """Every look at personal data is recorded with who, when and why, and the resident sees it by role and time."""

    def opened(self, cast: Cast) -> Opened:
        person = Person.objects.create(pseudonym="小林", phone="13800007719", created_at=MONDAY)
        return consultation(cast, reporter=person)

    def test_opening_a_matter_is_a_look(self, cast: Cast, client: Client) -> None:
        opened = self.opened(cast)
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{opened.matter.number}/").content.decode()
        assert "13800007719" not in page
        look = Look.objects.get()
        assert (look.officer, look.role, look.what) == (cast.chen, "duty-officer", ["conversation"])

    def test_the_number_itself_needs_a_reason(self, cast: Cast, client: Client) -> None:
        opened = self.opened(cast)
        sign_in(client, cast.chen)
        address = f"/desk/m/{opened.matter.number}/look/"
        refused = client.post(address, {"reason": "  "})
        assert refused.status_code == 400
        assert "13800007719" not in refused.content.decode()
        shown = client.post(address, {"reason": "约本人周四到窗口。"})
        assert "13800007719" in shown.content.decode()
        assert Look.objects.filter(what=["phone"], reason="约本人周四到窗口。").count() == 1

    def test_searching_by_phone_finds_and_records(self, cast: Cast, client: Client) -> None:
        opened = self.opened(cast)
        sign_in(client, cast.chen)
        assert client.get("/desk/search/", {"q": "138 0000 7719"}).context["found"] == [opened.matter]
        assert Look.objects.filter(what=["search"]).count() == 1
        assert client.get("/desk/search/", {"q": "13800007718"}).context["found"] == []

    @pytest.mark.parametrize("asked", ["林阿贵", "林 阿贵", "溪边的人"])
    def test_searching_by_name_finds_exactly_that_name_and_records(
        self, cast: Cast, client: Client, asked: str
    ) -> None:
        person = Person.objects.create(name="林阿贵", pseudonym="溪边的人", created_at=MONDAY)
        opened = consultation(cast, reporter=person)
        sign_in(client, cast.chen)
        assert client.get("/desk/search/", {"q": asked}).context["found"] == [opened.matter]
        assert Look.objects.get(what=["search"]).reason == "按姓名查找"
        assert client.get("/desk/search/", {"q": "林阿"}).context["found"] == []
        assert client.get("/desk/search/", {"q": "溪边"}).context["found"] == []
        assert Look.objects.filter(what=["search"]).count() == 1


def test_the_page_of_rights_gives_reasons(cast: Cast, client: Client) -> None:
    opened = consultation(cast)
    sign_in(client, cast.jiang)
    page = client.get("/desk/rights/", {"matter": opened.matter.number}).content.decode()
    assert "只有所长和民警可以带班" in page
    assert "实习民警和辅警不能单独办结" in page


def test_sign_on_and_hand_over_by_form(cast: Cast, client: Client) -> None:
    sign_in(client, cast.chen)
    client.post("/desk/duty/", {"unit": cast.qingshi.pk, "leads": "on"})
    opened = consultation(cast, at=timezone.now())
    assert Matter.objects.get(pk=opened.matter.pk).handler == cast.chen
    sign_on(cast.zhou, cast.qingshi, at=timezone.now())
    client.post("/desk/duty/", {"handed_to": cast.zhou.pk, "note": "外婆周四来。"})
    assert Matter.objects.get(pk=opened.matter.pk).handler == cast.zhou
    assert DutySpan.objects.get(officer=cast.chen).hand_over_note == "外婆周四来。"


def test_a_report_is_never_handed_to_an_auxiliary(cast: Cast, client: Client) -> None:
    """They help with it and may not finish it (`matters.policy.finishes`); the page says so before and the timeline after."""
    sign_in(client, cast.chen)
    client.post("/desk/duty/", {"unit": cast.qingshi.pk, "leads": "on"})
    plain, report = consultation(cast, at=timezone.now()), consultation(cast, at=timezone.now(), kind="report")
    assert Matter.objects.in_hands_of(cast.chen).count() == 2
    sign_on(cast.jiang, cast.qingshi, at=timezone.now())
    sign_on(cast.zhou, cast.qingshi, at=timezone.now())
    page = client.get("/desk/duty/").content.decode()
    assert page.count("由民警接着办") == 1
    assert "报案、投诉和公开申请只能交给民警" in page
    assert "姜小山（不是民警，只接别的事）" in page
    assert "周敏（" not in page
    client.post("/desk/duty/", {"handed_to": cast.jiang.pk, "note": ""})
    assert Matter.objects.get(pk=plain.matter.pk).handler == cast.jiang
    left = Matter.objects.get(pk=report.matter.pk)
    assert left.handler is None
    said = [entry_sentence(one) for one in left.entries.order_by("seq")]
    assert said[-1] == "换班了，放回值班室，由民警接着办。"


def test_only_questions_go_to_an_auxiliary_without_a_word(cast: Cast, client: Client) -> None:
    sign_in(client, cast.chen)
    client.post("/desk/duty/", {"unit": cast.qingshi.pk, "leads": "on"})
    consultation(cast, at=timezone.now())
    sign_on(cast.jiang, cast.qingshi, at=timezone.now())
    page = client.get("/desk/duty/").content.decode()
    assert "只接别的事" not in page
    assert "只能交给民警" not in page


def test_a_counter_clerk_writes_it_down_and_hands_over_a_receipt(cast: Cast, client: Client) -> None:
    sign_in(client, cast.an)
    form = {
        "channel": "counter",
        "kind": "service",
        "body": "老人要办身份证。",
        "name": "外婆",
        "phone": "13800007719",
        "client_id": "c1",
    }
    page = client.post("/desk/take-in/", form).content.decode()
    matter = Matter.objects.get()
    assert matter.number in page
    assert "<svg" in page
    assert matter.handler == cast.an
    assert Person.objects.get().phone == "13800007719"


class TestSearching:
    """What one may not read is not found by its words either; more in `matters/tests/test_finding.py`."""

    def found(self, client: Client, query: str) -> list[Matter]:
        found: list[Matter] = client.get("/desk/search/", {"q": query}).context["found"]
        return found

    def test_words_of_all_years_with_their_marks_and_the_newest_first(self, cast: Cast, client: Client) -> None:
        now = timezone.now()
        old = consultation(cast, body="路灯不亮，前年的", at=now - timedelta(days=800))
        fresh = consultation(cast, body="路灯不亮，晚上看不见", at=now - timedelta(days=1))
        other = consultation(cast, body="路灯太亮，睡不着", at=now)
        sign_in(client, cast.chen)
        assert self.found(client, "路灯不亮") == [fresh.matter, old.matter]
        assert self.found(client, "路灯") == [other.matter, fresh.matter, old.matter]
        assert self.found(client, old.matter.number.lower()) == [old.matter]
        assert "<mark>路灯</mark>太亮" in client.get("/desk/search/", {"q": "路灯"}).content.decode()

    def test_what_was_said_a_moment_ago_and_who_may_read_it_now(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast, body="路灯不亮", at=timezone.now())
        sign_in(client, cast.meng)
        assert self.found(client, "井盖") == []
        usecases.say(opened.matter, viewer=with_code(opened), body="井盖也没了", at=timezone.now())
        assert self.found(client, "井盖") == []
        usecases.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="在河湾。", at=timezone.now())
        assert self.found(client, "井盖") == [opened.matter]

    def test_a_restricted_note_gives_nothing_away_by_its_words(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast, at=timezone.now())
        usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=timezone.now())
        usecases.note(opened.matter, by=cast.chen, body="线人是老张", at=timezone.now(), restricted=True)
        sign_in(client, cast.zhou)
        assert self.found(client, "老张") == []
        sign_in(client, cast.chen)
        assert self.found(client, "老张") == [opened.matter]

    def test_a_complaint_is_found_by_leaders_only(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast, kind="complaint", body="窗口的人态度不好", at=timezone.now())
        sign_in(client, cast.chen)
        assert self.found(client, "态度不好") == []
        sign_in(client, cast.liang)
        assert self.found(client, "态度不好") == [opened.matter]


@pytest.mark.parametrize("page", ["note/", "more/", "look/"])
def test_no_page_shows_a_conversation_without_a_recorded_look(cast: Cast, client: Client, page: str) -> None:
    person = Person.objects.create(pseudonym="小林", phone="13800007719", created_at=MONDAY)
    opened = consultation(cast, reporter=person)
    sign_in(client, cast.chen)
    for _ in range(2):
        assert client.get(f"/desk/m/{opened.matter.number}/{page}").status_code == 200
    assert Look.objects.get().what == ["conversation"]
