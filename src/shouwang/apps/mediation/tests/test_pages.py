"""The pages, as plain forms and without a script: what the desk sees, what the reporter sees, and how often the database is asked."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.models import Entry
from shouwang.apps.matters.usecases import Opened, add_helper, open_by_code
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.mediation import usecases
from shouwang.apps.mediation.errors import UnknownSideCode
from shouwang.apps.mediation.models import ClauseWord, Mediation, SideKey
from shouwang.apps.mediation.queries import figures
from shouwang.apps.mediation.tests.making import (
    DAY,
    HOUR,
    MONDAY,
    PAY,
    SORRY,
    agreed,
    begun,
    clause,
    met,
    now_of,
    quarrel,
    signed,
    slapped,
)
from shouwang.apps.mediation.usecases.agreeing import AGREEMENTS
from shouwang.apps.papers.making import hold, pdf_of
from shouwang.apps.papers.models import Paper
from shouwang.apps.papers.tests.making import text_of
from shouwang.apps.people.models import Look
from shouwang.kernel import ids
from shouwang.kernel.errors import TooOften
from tests.cast import Cast, carry, sign_in, with_code
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + DAY


@pytest.fixture(autouse=True)
def tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)


def at_desk(client: Client, cast: Cast, name: str = "chen") -> Client:
    sign_in(client, getattr(cast, name))
    return client


def picture() -> SimpleUploadedFile:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (30, 20), "#12355b").save(out, "PNG")
    return SimpleUploadedFile("收条.png", out.getvalue(), "image/png")


class TestAtTheDesk:
    def test_from_the_card_to_the_agreement(self, cast: Cast, client: Client) -> None:
        opened = slapped(cast)
        at_desk(client, cast)
        number = opened.matter.number
        form = client.get(f"/desk/m/{number}/mediate/")
        assert "治安调解" in form.content.decode()
        keys = list(form.context["form"].known)
        given = {
            "way": "police",
            "act": "assault",
            "light": "yes",
            "private": "yes",
            "ground": "near",
            "facts": "乙方打了甲方一巴掌。",
            "one_who": keys[0],
            "one_willing": "yes",
            "other_who": keys[1],
            "other_willing": "yes",
            "client_id": "a",
        }
        refused = client.post(f"/desk/m/{number}/mediate/", {**given, "bars": ["hired"]})
        said = refused.content.decode()
        assert refused.status_code == 400
        assert "雇凶伤人" in said
        assert "第179条" in said
        assert "乙方打了甲方一巴掌。" in said, "what was typed stays"
        assert client.post(f"/desk/m/{number}/mediate/", given).status_code == 302
        assert client.post(f"/desk/m/{number}/mediate/", given).status_code == 302
        mediation = Mediation.objects.get()
        address = f"/desk/mediations/{mediation.pk}/"
        page = client.get(address).content.decode()
        assert "巴某" not in page, "who it is opens for a written reason"
        for step, data in (
            ("hold", {"held_at": "2026-11-24T08:00", "place": "警务室", "one_came": "on", "other_came": "on"}),
            ("clause", {"kind": "pay", "by": "other", "amount_yuan": "800", "due_on": "2026-12-03"}),
            ("agree", {}),
        ):
            assert client.post(f"{address}{step}/", data).status_code == 302, step
        assert now_of(mediation).state == "agreed"
        answer = client.post(f"{address}paper/mediation-agreement/")
        paper = Paper.objects.get()
        assert answer["Location"] == f"/desk/papers/{paper.pk}/fill/"
        assert paper.about == f"mediation.mediation:{mediation.pk}"

    @pytest.mark.parametrize("bad", ["2026-13-45", "明天", "", "2026-11-01"])
    def test_a_bad_day_gets_a_sentence_and_keeps_the_rest(self, cast: Cast, client: Client, bad: str) -> None:
        mediation = begun(cast, quarrel(cast))
        given = {"kind": "repair", "by": "one", "words": "修好楼道灯", "due_on": bad}
        page = at_desk(client, cast).post(f"/desk/mediations/{mediation.pk}/clause/", given)
        assert page.status_code == 400
        assert "修好楼道灯" in page.content.decode()
        assert not mediation.clauses.exists()

    def test_each_look_is_recorded_for_both(self, cast: Cast, client: Client) -> None:
        mediation = begun(cast, quarrel(cast))
        at_desk(client, cast)
        for _again in range(2):
            client.get(f"/desk/mediations/{mediation.pk}/")
        people = set(mediation.sides.values_list("person", flat=True))
        assert set(Look.objects.filter(officer=cast.chen).values_list("person", flat=True)) == people
        assert Look.objects.filter(officer=cast.chen).count() == 2, "within minutes it is one look at each"
        page = client.post(f"/desk/mediations/{mediation.pk}/who/", {"reason": "打电话约时间"})
        assert "13900660001" in page.content.decode()
        assert Look.objects.filter(reason="打电话约时间").count() == 2

    def test_the_list_asks_as_often_for_one_as_for_many(self, cast: Cast, client: Client) -> None:
        agreed(cast, quarrel(cast))
        one = queries_of(at_desk(client, cast), "/desk/mediations/?show=all")
        for make in (quarrel, slapped, quarrel):
            agreed(cast, make(cast))
        assert queries_of(client, "/desk/mediations/?show=all") == one
        page = client.get("/desk/mediations/?show=all").content.decode()
        assert "一共 4 件：谈成 4 件" in page
        assert "楼上某" not in page

    def test_the_queue_has_what_is_due_by_tomorrow(self, cast: Cast, client: Client) -> None:
        opened = quarrel(cast)
        agreed(cast, opened, [SORRY])  # due on Wednesday
        page = at_desk(client, cast, "liang").get("/desk/").content.decode()
        assert "调解：等履行、该回访" in page

    def test_the_agreement_fills_itself_and_says_what_they_agreed(self, cast: Cast) -> None:
        mediation = agreed(cast, slapped(cast))
        signed(cast, mediation)
        paper = Paper.objects.select_related("matter__unit__parent", "author").get(kind=AGREEMENTS["police"])
        words = text_of(pdf_of(hold(paper), TUESDAY))
        for piece in ("治安调解协议书", "掌某", "巴某", "乙方在2026年12月3日前付给甲方800元", "捌佰元", "一百八十五条"):
            assert piece in words

    def test_the_follow_up_says_what_became_of_it(self, cast: Cast) -> None:
        mediation = agreed(cast, slapped(cast))
        usecases.say(clause(mediation, "pay"), done="performed", by=cast.chen, at=TUESDAY)
        usecases.fail(mediation, by=cast.chen, why="broken", words="不道歉", at=MONDAY + 4 * DAY)
        paper = usecases.begin_paper(mediation, by=cast.chen, kind="mediation-followup", at=MONDAY + 4 * DAY)
        record = hold(paper).record(MONDAY + 4 * DAY)
        assert record["followup"]["performed"] == "part"
        assert "2026-11-25 起算" in record["followup"]["next"]


class TestOnTheReportersPage:
    def carried(self, cast: Cast, opened: Opened) -> Client:
        client = Client()
        carry(client, opened)
        return client

    def test_it_says_what_was_agreed_and_nothing_of_the_other(self, cast: Cast) -> None:
        opened = quarrel(cast)
        mediation = agreed(cast, opened)
        client = self.carried(cast, opened)
        for address in (f"/m/{opened.matter.number}/", f"/m/{opened.matter.number}/mediation/{mediation.pk}/"):
            page = client.get(address).content.decode()
            assert "对方在 2026年12月3日前付给您 800 元（微信转账）。" in page
            for secret in ("楼上某", "13900660001", "330824198107080020", "各退一步", "青石镇老街"):
                assert secret not in page

    @pytest.mark.parametrize("make", [quarrel, slapped], ids=["no case", "a case"])
    def test_only_where_there_is_a_case_it_goes_on(self, cast: Cast, make: Callable[[Cast], Opened]) -> None:
        """A side of a quarrel that is no case is not told, on page or paper, that a case goes on."""
        opened = make(cast)
        mediation, goes_on = agreed(cast, opened), make is slapped
        client = self.carried(cast, opened)
        own = f"/m/{opened.matter.number}/mediation/{mediation.pk}/"
        assert ("案件继续办" in client.get(own).text) is goes_on
        usecases.fail(mediation, by=cast.chen, why="broken", words="不道歉", at=MONDAY + 4 * DAY)
        for address in (f"/m/{opened.matter.number}/", own):
            page = client.get(address).text
            assert "人民法院起诉" in page
            assert ("案件的事民警继续办" in page) is goes_on
        paper = usecases.begin_paper(mediation, by=cast.chen, kind="mediation-followup", at=MONDAY + 4 * DAY)
        said = hold(paper).record(MONDAY + 4 * DAY)["followup"]["next"]
        assert ("办案期限" in said) is goes_on
        assert "民事诉讼" in said

    def test_done_with_a_sentence_and_a_picture_once(self, cast: Cast) -> None:
        opened = quarrel(cast)
        mediation = agreed(cast, opened)
        client, row = self.carried(cast, opened), clause(mediation, "pay")
        address = f"/m/{opened.matter.number}/mediation/{mediation.pk}/clause/{row.pk}/"
        for _press in range(2):
            given = {"done": "performed", "words": "收到了", "client_id": "p", "attached": picture()}
            assert client.post(address, given).status_code == 302
        (word,) = ClauseWord.objects.all()
        entry = Entry.objects.get(matter=opened.matter, seq=word.seq)
        assert (entry.body, len(entry.data["files"])) == ("收到了", 1)
        assert StoredFile.objects.get(ref=entry.data["files"][0]).owner_ref == str(opened.matter.pk)
        assert "您说过：做到了" in client.get(address.partition("clause")[0]).content.decode()
        empty = client.post(address, {"words": "忘了选"})
        assert empty.status_code == 400
        assert "忘了选" in empty.content.decode()

    def test_times_are_chosen_there(self, cast: Cast) -> None:
        opened = quarrel(cast)
        mediation = begun(cast, opened)
        meeting = usecases.invite(mediation, by=cast.chen, place="警务室", times=[TUESDAY + DAY], at=MONDAY + 3 * HOUR)
        client = self.carried(cast, opened)
        base = f"/m/{opened.matter.number}/mediation/{mediation.pk}/"
        assert client.post(f"{base}times/", {"fits": "2030-01-01T09:00:00+08:00"}).status_code == 400
        assert client.post(f"{base}times/", {"fits": meeting.times}).status_code == 302
        assert meeting.attendances.get(side__code="one").fits == meeting.times
        assert meeting.attendances.get(side__code="other").fits is None

    def test_a_helpers_code_opens_none_of_it(self, cast: Cast) -> None:
        opened = quarrel(cast)
        mediation = agreed(cast, opened)
        code, _helper = add_helper(opened.matter, viewer=with_code(opened), label="女儿", at=MONDAY + 5 * HOUR)
        held = open_by_code(code, address="x", at=TUESDAY, tries_per_hour=10)
        client = Client()
        carry(client, Opened(opened.matter, "", held))  # type: ignore[call-arg]
        base = f"/m/{opened.matter.number}/"
        assert client.get(f"{base}mediation/{mediation.pk}/").status_code == 404
        assert "付给您" not in client.get(base).content.decode()

    def test_whether_it_holds_by_one_press(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        opened = quarrel(cast)
        mediation = begun(cast, opened)
        met(cast, mediation)
        usecases.add_clause(mediation, PAY, by=cast.chen, at=MONDAY + 4 * HOUR)
        usecases.agree(mediation, by=cast.chen, on_spot=True, recorded="执法记录仪 07", at=MONDAY + 4 * HOUR)
        client = self.carried(cast, opened)
        base = f"/m/{opened.matter.number}/mediation/{mediation.pk}/"
        assert 'action="' + base + "holds/" not in client.get(base).content.decode(), "not before a month"
        monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + 31 * DAY)
        assert 'action="' + base + "holds/" in client.get(base).content.decode()
        assert client.post(f"{base}holds/", {"holds": "yes"}).status_code == 302
        assert mediation.sides.get(code="one").holds is True


def handed(client: Client, cast: Cast, mediation: Mediation, **given: str) -> str:
    """The sheet that an officer hands to the other side, and the code on it."""
    at_desk(client, cast)
    answer = client.post(f"/desk/mediations/{mediation.pk}/side/other/code/", given)
    assert answer.status_code == 200, answer.content.decode()
    sheet = answer.content.decode()
    assert "<svg" in sheet
    assert "/my-mediation/" in sheet
    return str(answer.context["code"])


class TestOnTheOtherSidesPage:
    """By a code of its own: when to meet, what was agreed, and nothing of the other or of the matter."""

    @pytest.fixture
    def opened(self, cast: Cast) -> Opened:
        return quarrel(cast)

    def page(self, client: Client) -> str:
        return client.get("/my-mediation/page/").content.decode()

    def test_the_sheet_opens_what_was_agreed_and_nothing_else(self, cast: Cast, opened: Opened) -> None:
        mediation, client = agreed(cast, opened), Client()
        code = handed(Client(), cast, mediation)
        assert not SideKey.objects.filter(digest__contains=code.replace("-", "")).exists(), "only its hash is kept"
        for way in (
            lambda: client.post("/my-mediation/", {"code": code.lower()}),
            lambda: client.get(f"/my-mediation/c/{code}/"),
            lambda: client.post("/find/", {"code": code}),
        ):
            assert way()["Location"] == "/my-mediation/page/"
        page = self.page(client)
        assert "您在 2026年12月3日前付给对方 800 元（微信转账）。" in page
        for secret in ("楼下某", "13900660002", "33082419800506001X", "赔医药费", "拖桌子", opened.matter.number):
            assert secret not in page
        assert client.get(f"/m/{opened.matter.number}/").status_code in {302, 404}
        base = f"/m/{opened.matter.number}/mediation/{mediation.pk}/"
        assert client.get(base).status_code == 404, "the code opens its own page alone"

    def test_not_done_is_the_stations_alone_and_waits_for_the_desk(self, cast: Cast, opened: Opened) -> None:
        mediation, client = agreed(cast, opened), Client()
        client.get(f"/my-mediation/c/{handed(Client(), cast, mediation)}/")
        row = clause(mediation, "pay")
        address = f"/my-mediation/page/clause/{row.pk}/"
        given = {"done": "broken", "words": "雀说他没来拿", "client_id": "p"}
        for _press in range(2):
            assert client.post(address, {**given, "attached": picture()}).status_code == 302
        (word,) = ClauseWord.objects.all()
        entry = Entry.objects.get(matter=opened.matter, seq=word.seq)
        assert (entry.visibility, len(entry.data["files"])) == (Visibility.STATION, 1)
        reporter = Client()
        carry(reporter, opened)
        for where in ("", f"mediation/{mediation.pk}/"):
            assert "雀说他没来拿" not in reporter.get(f"/m/{opened.matter.number}/{where}").content.decode()
        assert mediation in Mediation.objects.to_chase(MONDAY.date())
        desk = at_desk(Client(), cast)
        page = f"/desk/mediations/{mediation.pk}/"
        assert "雀说他没来拿" in desk.get(page).content.decode()
        assert desk.post(f"{page}heard/").status_code == 302
        assert not mediation.sides.filter(waits_since__isnull=False).exists()
        empty = client.post(address, {"words": "忘了选"})
        assert (empty.status_code, "忘了选" in empty.content.decode()) == (400, True)

    def test_they_choose_a_time_and_ask_for_another(self, cast: Cast, opened: Opened) -> None:
        mediation, client = begun(cast, opened), Client()
        client.get(f"/my-mediation/c/{handed(Client(), cast, mediation)}/")
        meeting = usecases.invite(mediation, by=cast.chen, place="警务室", times=[TUESDAY + DAY], at=MONDAY + 3 * HOUR)
        assert client.post("/my-mediation/page/times/", {"fits": meeting.times}).status_code == 302
        assert meeting.attendances.get(side__code="other").fits == meeting.times
        usecases.fix_meeting(meeting, by=cast.chen, when=TUESDAY + DAY, at=MONDAY + 4 * HOUR)
        assert "警务室" in self.page(client)
        assert client.post("/my-mediation/page/other-time/", {"words": ""}).status_code == 400
        for _press in range(2):
            given = {"words": "周六下午才有空", "client_id": "o"}
            assert client.post("/my-mediation/page/other-time/", given).status_code == 302
        (said,) = Entry.objects.filter(data__what="mediation.other-time")
        assert (said.body, said.visibility) == ("周六下午才有空", Visibility.STATION)
        assert mediation in Mediation.objects.to_chase(MONDAY.date())
        usecases.fix_meeting(meeting, by=cast.chen, when=TUESDAY + 2 * DAY, at=TUESDAY)
        assert mediation not in Mediation.objects.to_chase(MONDAY.date()), "another time was fixed"

    def test_they_say_whether_it_holds_and_rate_it(
        self, cast: Cast, opened: Opened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mediation = begun(cast, opened)
        met(cast, mediation)
        usecases.add_clause(mediation, PAY, by=cast.chen, at=MONDAY + 4 * HOUR)
        client, early = Client(), {"stars": "5"}
        client.get(f"/my-mediation/c/{handed(Client(), cast, mediation)}/")
        assert client.post("/my-mediation/page/stars/", early).status_code == 400, "not before it ended"
        usecases.agree(mediation, by=cast.chen, on_spot=True, recorded="执法记录仪 07", at=MONDAY + 4 * HOUR)
        monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + 31 * DAY)
        assert client.post("/my-mediation/page/holds/", {"holds": "no", "words": "又响了"}).status_code == 302
        assert client.post("/my-mediation/page/stars/", {"stars": "4"}).status_code == 302
        side = mediation.sides.get(code="other")
        assert (side.holds, side.stars, side.waits_since) == (False, 4, MONDAY + 31 * DAY)
        assert figures(cast.chen, MONDAY + 31 * DAY).stars == 4

    def test_a_lost_sheet_is_replaced_by_whoever_says_how_it_was_checked(self, cast: Cast, opened: Opened) -> None:
        mediation, client = agreed(cast, opened), Client()
        old = handed(Client(), cast, mediation)
        client.get(f"/my-mediation/c/{old}/")
        again = at_desk(Client(), cast).post(f"/desk/mediations/{mediation.pk}/side/other/code/")
        assert (again.status_code, "怎么核对是本人的" in again.content.decode()) == (400, True)
        fresh = handed(Client(), cast, mediation, reason="看了身份证")
        assert client.get("/my-mediation/page/")["Location"] == "/my-mediation/", "the old one opens nothing"
        assert client.get(f"/my-mediation/c/{old}/").status_code == 404
        assert client.get(f"/my-mediation/c/{fresh}/").status_code == 302

    def test_guessing_is_counted(self, cast: Cast, opened: Opened) -> None:
        mediation = agreed(cast, opened)
        code = usecases.hand_code(mediation.sides.get(code="other"), by=cast.chen, at=TUESDAY)
        for _try in range(3):
            with pytest.raises(UnknownSideCode):
                usecases.open_code(ids.new_code(), address="a", at=TUESDAY, tries_per_hour=3)
        with pytest.raises(TooOften):
            usecases.open_code(code, address="a", at=TUESDAY, tries_per_hour=3)


def test_what_is_sealed_is_not_readable_in_the_database(cast: Cast) -> None:
    agreed(cast, quarrel(cast))
    with connection.cursor() as cursor:
        found = []
        for table in ("mediation", "side", "attendance", "clause"):
            cursor.execute(f"SELECT * FROM mediation_{table}")
            found += [str(value) for row in cursor.fetchall() for value in row]
    text = json.dumps(found, ensure_ascii=False)
    for secret in ("半夜拖桌子", "各退一步", "微信转账", "老街"):
        assert secret not in text
