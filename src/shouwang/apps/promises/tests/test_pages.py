"""What everybody reads of promises, and what a chief can and cannot do about them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from shouwang.apps.promises import opendata, phrases, usecases
from shouwang.apps.promises.jobs import write_the_scorecards_of_what_is_over as job
from shouwang.apps.promises.models import Promise, Proposal, Scorecard, Version
from shouwang.apps.promises.reckoning import Answer, Call, Fact, Measure, Outcome, Rule, Tally
from shouwang.engines.law import Unit
from tests.cast import Cast, at, sign_in

from .making import a_month_of_four, asked, in_force, proposed

pytestmark = pytest.mark.django_db
NOW = at("2026-11-20 10:00")


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    cache.clear()
    yield
    cache.clear()


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestInPublic:
    def test_what_is_promised_and_how_it_was_kept(self, client: Client, cast: Cast) -> None:
        promise = a_month_of_four(cast)
        job(at("2026-11-01 00:20"))
        for day in (2, 3, 4):
            asked(cast, at(f"2026-11-0{day} 09:00"), 30)
        whole = text(client, "/promises/")
        assert "咨询两小时内有人答复" in whole
        assert "3 件里守住 3 件（100%）" in whole
        assert "2026年10月：4 件里守住 2 件（50%）" in whole
        page = text(client, f"/promises/{promise.pk}/")
        assert "1 件晚了" in page
        assert "1 件超期还没有结果" in page
        assert Scorecard.objects.get().sha256 in page
        assert "安内勤" not in page  # the station promises, not a person
        assert client.get("/promises/").content.count(b'aria-current="page"') >= 1

    def test_fewer_than_three_are_not_told_anywhere(self, client: Client, cast: Cast) -> None:
        promise = in_force(cast).promise
        asked(cast, at("2026-10-10 09:00"), 300)
        asked(cast, at("2026-11-10 09:00"), 300)
        job(at("2026-11-01 00:20"))
        for address in ("/promises/", f"/promises/{promise.pk}/"):
            page = text(client, address)
            assert "少于 3 件，不写" in page
            assert "1 件晚了" not in page
        rows = list(csv.DictReader(io.StringIO(client.get("/promises/data/scorecards.csv").content.decode())))
        assert [(row["n"], row["broken"], row["share"]) for row in rows] == [("", "", "")]
        assert client.get("/promises/data/waits.csv").content.count(b"\n") == 1

    def test_anybody_counts_a_scorecard_again(self, client: Client, cast: Cast) -> None:
        a_month_of_four(cast)
        job(at("2026-11-01 00:20"))
        whole = json.loads(client.get("/promises/data/promises.json").content)
        card = dict(zip(whole["scorecards"]["columns"], whole["scorecards"]["rows"][0], strict=True))
        bands = [(row[3], row[4]) for row in whole["waits"]["rows"]]
        assert sum(n for band, n in bands if band <= 12) == card["kept"] == 2
        assert sum(n for band, n in bands if band > 12) == card["broken"] == 1
        assert card["share"] == card["kept"] / card["n"]
        for name in opendata.NAMES:
            held = client.get(f"/promises/data/{name}")
            assert held.status_code == 200
            assert "QS-2026" not in held.content.decode()  # no matter is in it
        assert client.get("/promises/data/persons.csv").status_code == 404

    def test_a_proposal_is_nobody_else_s_to_read(self, client: Client, cast: Cast) -> None:
        proposal = proposed(cast)
        assert proposal.title not in text(client, "/promises/")
        assert client.get(f"/promises/{proposal.promise_id}/").status_code == 404
        assert proposal.title not in client.get("/promises/data/promises.csv").content.decode()

    def test_an_ended_promise_stays_with_its_reason(self, client: Client, cast: Cast) -> None:
        promise = in_force(cast).promise
        usecases.end(promise, by=cast.liang, reason="夜里没有人手", at=NOW)
        assert "夜里没有人手" in text(client, "/promises/")
        assert "不再承诺了，最后算到 2026-11-20" in text(client, f"/promises/{promise.pk}/")

    def test_out_of_reach_stands_on_its_page_with_what_was_done(self, client: Client, cast: Cast) -> None:
        promise = in_force(cast).promise
        for day in range(10, 15):
            asked(cast, at(f"2026-10-{day} 09:00"), 500)
        job(at("2026-11-01 00:20"))
        page = text(client, f"/promises/{promise.pk}/")
        assert "够不着：半年以内 5 件里只守住 0 件" in page
        assert "还没有答复怎么办" in page
        usecases.answer_call(promise, by=cast.liang, call="hard", words="夜里加一个人", at=NOW)
        page = text(client, f"/promises/{promise.pk}/")
        assert "夜里加一个人" in page
        assert "还没有答复怎么办" not in page
        assert "够不着" in text(client, "/promises/")

    def test_in_english_nothing_is_left_in_chinese(self, client: Client, cast: Cast) -> None:
        in_force(cast)
        client.cookies["sw_language"] = "en"
        page = text(client, "/promises/")
        assert "Promises" in page
        assert "不让人猜出" not in page


FORM = {
    "title": "孩子落户一个工作日办好", "measure": "closing", "amount": "1", "unit": "wd", "kinds": ["service"],
    "hours": "", "source": "own", "note": "窗口当天能办", "seen": "0",
}  # fmt: skip


class TestAtTheDesk:
    def test_from_a_proposal_to_a_promise(self, client: Client, cast: Cast) -> None:
        sign_in(client, cast.an)
        made = client.post("/desk/promises/new/", FORM)
        promise = Promise.objects.get()
        assert made.headers["Location"] == f"/desk/promises/{promise.pk}/"
        assert client.post(f"/desk/promises/{promise.pk}/put-in-force/", {"seen": "1"}).status_code == 403
        sign_in(client, cast.liang)
        assert "孩子落户一个工作日办好" in text(client, "/desk/")  # the day sheet
        client.post(f"/desk/promises/{promise.pk}/put-in-force/", {"seen": "1"})
        version = Version.objects.get()
        assert version.reckoned == Rule(Measure.CLOSING, 1, Unit.WORKING_DAYS, ("service",))
        assert "从 2026-11-21 收到的算起" in text(client, f"/promises/{promise.pk}/")
        client.post(f"/desk/promises/{promise.pk}/end/", {"reason": ""})
        assert Promise.objects.in_force().exists()  # no reason, no end
        client.post(f"/desk/promises/{promise.pk}/end/", {"reason": "改成网上办"})
        assert not Promise.objects.in_force().exists()

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"title": ""}, "请写一句大家看得懂的承诺。"),
            ({"amount": "两个"}, "请写一个整数。"),
            ({"amount": "99999"}, "太长了，最多"),
            ({"source": "law"}, "请写是哪部法、第几条。"),
            ({"note": ""}, "请写一句理由"),
        ],
    )
    def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
        self, client: Client, cast: Cast, changes: dict[str, str], says: str
    ) -> None:
        sign_in(client, cast.an)
        answer = client.post("/desk/promises/new/", {**FORM, **changes})
        page = answer.content.decode()
        assert answer.status_code == 400
        assert says in page
        assert "窗口当天能办" in page or "note" in changes
        assert not Proposal.objects.exists()

    def test_the_neighbour_and_helpers_stay_out(self, client: Client, cast: Cast) -> None:
        promise = in_force(cast).promise
        sign_in(client, cast.meng)
        assert client.get(f"/desk/promises/{promise.pk}/").status_code == 404
        sign_in(client, cast.jiang)
        assert client.get("/desk/promises/").status_code == 403

    def test_what_was_not_kept_is_listed_with_its_sentence(self, client: Client, cast: Cast) -> None:
        promise = in_force(cast).promise
        late = asked(cast, at("2026-11-10 09:00"), 300).matter
        sign_in(client, cast.liang)
        page = text(client, f"/desk/promises/{promise.pk}/")
        assert late.number in page
        assert "没守住" in page

    def test_a_chief_tries_to_edit_a_scorecard_and_cannot(self, client: Client, cast: Cast) -> None:
        """No address takes one: whatever is posted to every address of the room, the scorecards stay as they are."""
        promise = a_month_of_four(cast)
        job(at("2026-11-01 00:20"))
        before = list(Scorecard.objects.values())
        sign_in(client, cast.liang)
        data = {"kept": "4", "broken": "0", "overdue": "0", "card": before[0]["id"], "scorecard": before[0]["id"]}
        page = client.get(f"/desk/promises/{promise.pk}/").content.decode()
        assert "没有改的办法" in page
        assert not re.search(r'name="(kept|broken|overdue|open|bands)"', page)
        routes = [one for one in patterns() if (one.lookup_str or "").startswith("shouwang.apps.promises")]
        assert len(routes) == 7
        for what in ("", "scorecard/", "edit/", "recount/", "answer/", "put-in-force/", "send-back/"):
            client.post(f"/desk/promises/{promise.pk}/{what}", data)
        for address in ("/promises/", f"/promises/{promise.pk}/", "/promises/data/scorecards.csv"):
            assert client.post(address, data).status_code == 405
        assert list(Scorecard.objects.values()) == before


def patterns() -> Iterator[URLPattern]:
    def walk(some: list[object]) -> Iterator[URLPattern]:
        for one in some:
            if isinstance(one, URLPattern):
                yield one
            else:
                yield from walk(one.url_patterns)  # type: ignore[attr-defined]  # a resolver

    return walk(get_resolver().url_patterns)


class TestWords:
    def answer(self, outcome: Outcome, limit: datetime, reached: datetime | None) -> str:
        rule, began = Rule(Measure.ANSWER, 2, Unit.HOURS), at("2026-11-20 07:00")
        return phrases.explain(rule, Fact(began, reached), Answer(outcome, limit, None, provisional=False), NOW)

    def test_each_matter_in_one_sentence(self) -> None:
        limit = at("2026-11-20 09:00")
        assert self.answer(Outcome.KEPT, limit, at("2026-11-20 08:00")).startswith("守住了")
        assert self.answer(Outcome.OVERDUE, limit, None).startswith("超期了")

    def test_the_end_of_a_working_day_is_told_as_that_day(self) -> None:
        rule = Rule(Measure.CLOSING, 1, Unit.WORKING_DAYS)
        found = Answer(Outcome.OPEN, at("2026-11-24 00:00"), None, provisional=True)
        said = phrases.explain(rule, Fact(at("2026-11-20 09:00"), None), found, NOW)
        assert "23:59" in said
        assert "放假安排" in said

    def test_every_measure_and_call_has_its_words(self) -> None:
        said = {phrases.measured(Rule(one, 3, Unit.MINUTES)) for one in Measure}
        assert len(said) == len(Measure)
        assert all("3 分钟" in one for one in said)
        assert phrases.called(Call.NONE, Tally()) == ""
        assert "三分之一" in phrases.called(Call.EASY, Tally(kept=30))
        assert phrases.period_name(Rule(Measure.DANGER, 3, Unit.MINUTES).every, date(2026, 7, 1)) == "2026 年第 3 季度"
