"""What the words of a report suggest: shown with the words it rests on, never filled in by itself, counted without anybody's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.incidents import usecases
from shouwang.apps.incidents.errors import WrongStage
from shouwang.apps.incidents.models import Judged
from shouwang.apps.incidents.queries import suggestion_figures
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.suggesting import (
    Suggestion,
    advice_for,
    knowledge,
    suggested_grade,
    suggested_nature,
    suggestions_for,
)
from shouwang.apps.incidents.tests.test_taking import incident, take
from shouwang.apps.incidents.timeline import rebuild
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Entry
from shouwang.apps.matters.usecases import Opened
from shouwang.kernel.errors import Refused
from tests.cast import MONDAY, Cast, as_officer, at, sign_in, with_code

pytestmark = pytest.mark.django_db
SAID = Report(what="昨晚十点多，我在石桥夜市被偷了一部手机，两千三百块，还有三百块现金。")


def suggested(cast: Cast, opened: Opened) -> dict[str, Suggestion]:
    return {one.about: one for one in suggestions_for(opened.matter, incident(opened), as_officer(cast.chen))}


def test_time_and_loss_are_found_with_the_words_they_rest_on(cast: Cast) -> None:
    found = suggested(cast, take(cast, SAID))
    assert found["when"].fields["happened_from"] == at("2026-11-22 22:00")
    assert found["when"].because == ("昨晚十点多",)
    assert found["loss"].fields == {"loss_yuan": Decimal("2600.00")}
    assert len(found["loss"].because) == 2


def test_nothing_is_filled_in_by_itself(cast: Cast) -> None:
    one = incident(take(cast, SAID))
    assert (one.happened_from, one.loss_yuan, one.address) == (None, None, "")


def test_sums_that_contradict_are_both_shown_and_none_is_taken(cast: Cast, client: Client) -> None:
    opened = take(cast, Report(what="手机被偷了，一万二，又说是一万五。"))
    loss = suggested(cast, opened)["loss"]
    assert (loss.because, loss.fields) == (("一万二", "一万五"), {})
    assert "说法不一致" in loss.says
    with pytest.raises(WrongStage, match="先问清楚"):
        usecases.judge(opened.matter, by=cast.chen, about="loss", seen=loss.seen, taken=True, at=MONDAY)
    sign_in(client, cast.chen)
    page = client.get(f"/desk/m/{opened.matter.number}/").text
    part = page[page.index('id="suggested-facts"') : page.index('id="advice"')]
    for words in ("说法不一致，没有定", "“一万二”“一万五”", "请问清楚是哪一个", "/answers/"):
        assert words in part, words
    assert "哪个都还不能定" in page
    assert suggested_nature(advice_for(opened.matter, incident(opened))) is None, "nothing is chosen beforehand"


def test_what_was_found_out_by_asking_settles_them(cast: Cast) -> None:
    opened = take(cast, Report(what="手机被偷了，一万二，又说是一万五。"))
    usecases.answer(opened.matter, by=cast.chen, answers={"value": "15000"}, at=MONDAY)
    loss = suggested(cast, opened)["loss"]
    assert loss.fields == {"loss_yuan": Decimal(15000)}
    assert suggested_nature(advice_for(opened.matter, incident(opened))) == "criminal"


def test_a_price_once_paid_is_shown_as_one(cast: Cast) -> None:
    assert "不是现在的价值" in suggested(cast, take(cast, Report(what="手机四千块买的，被偷了。")))["loss"].doubts


def test_a_day_that_there_is_not_is_asked_about_and_never_filled_in(cast: Cast) -> None:
    when = suggested(cast, take(cast, Report(what="11月31号晚上8点，手机被偷了。")))["when"]
    assert (when.because, when.fields) == (("11月31号晚上8点",), {})
    assert "没有这一天" in when.says


def test_taken_it_is_there_and_is_not_suggested_again(cast: Cast) -> None:
    opened = take(cast, SAID)
    seen = {about: one.seen for about, one in suggested(cast, opened).items()}
    usecases.judge(opened.matter, by=cast.chen, about="loss", seen=seen["loss"], taken=True, at=MONDAY)
    usecases.judge(opened.matter, by=cast.chen, about="when", seen=seen["when"], taken=False, at=MONDAY)
    one = incident(opened)
    assert (one.loss_yuan, one.happened_from) == (Decimal("2600.00"), None)
    assert not {"loss", "when"} & suggested(cast, opened).keys()
    with pytest.raises(WrongStage, match="处理过"):
        usecases.judge(opened.matter, by=cast.chen, about="loss", seen=seen["loss"], taken=True, at=MONDAY)


def test_what_newer_words_changed_is_not_taken_unseen(cast: Cast) -> None:
    opened = take(cast, SAID)
    seen = suggested(cast, opened)["loss"].seen
    matters.say(opened.matter, viewer=with_code(opened), at=MONDAY, body="还丢了一条项链，八千块。")
    with pytest.raises(WrongStage, match="变了"):
        usecases.judge(opened.matter, by=cast.chen, about="loss", seen=seen, taken=True, at=MONDAY)
    assert incident(opened).loss_yuan is None


def test_what_is_filled_in_gets_no_suggestion(cast: Cast) -> None:
    said = replace(SAID, happened_from=MONDAY - timedelta(hours=11), address="石桥夜市")
    assert not {"when", "place"} & suggested(cast, take(cast, said)).keys()


def test_another_stations_officer_takes_none(cast: Cast) -> None:
    with pytest.raises(Refused):
        usecases.judge(take(cast, SAID).matter, by=cast.meng, about="loss", seen="", taken=True, at=MONDAY)


def test_figures_know_kinds_and_nobody(cast: Cast) -> None:
    for taken in (True, True, False):
        opened = take(cast, SAID)
        seen = suggested(cast, opened)["loss"].seen
        usecases.judge(opened.matter, by=cast.chen, about="loss", seen=seen, taken=taken, at=MONDAY)
    [row] = suggestion_figures([cast.qingshi], at=MONDAY + timedelta(days=1))
    assert (row.judged, row.taken) == (3, 2)
    assert row.low < 67 < row.high
    assert suggestion_figures([cast.hewan], at=MONDAY + timedelta(days=1)) == []
    assert {field.name for field in Judged._meta.get_fields()} == {"id", "incident", "about", "taken", "at"}


def test_one_press_at_the_card_and_the_entry_does_not_repeat_a_place(cast: Cast, client: Client) -> None:
    opened = take(cast, Report(what="在石桥小区3栋2单元被人砸了门。"), at=timezone.now())
    sign_in(client, cast.chen)
    page = client.get(f"/desk/m/{opened.matter.number}/").content.decode()
    assert "从话里看出来的" in page
    place = suggested(cast, opened)["place"]
    client.post(f"/desk/m/{opened.matter.number}/suggested/place/", {"taken": "yes", "seen": place.seen})
    assert incident(opened).address == place.says
    entry = Entry.objects.get(data__what="incidents.suggestion-taken")
    assert place.says not in str(entry.data)
    assert client.post(f"/desk/m/{opened.matter.number}/suggested/nothing/", {"taken": "yes"}).status_code == 404


class TestWhatItMayBe:
    """Shown with reasons and articles; the officer decides, and whether it was the suggestion is counted without a name."""

    SERIOUS = Report(what="昨晚十点多，我在石桥夜市被偷了一部手机，八千块。", address="石桥夜市")
    QUARREL = Report(what="邻居半夜打麻将太吵，吵得睡不着，说了也不听。", category="quarrel")

    def test_the_card_says_what_how_urgent_and_why(self, cast: Cast, client: Client) -> None:
        opened = take(cast, self.SERIOUS)
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{opened.matter.number}/").text
        part = page[page.index('id="advice"') :]
        for words in ("紧急程度", "性质", "谁来办", "为什么，依据哪条法", "《", "例子："):
            assert words in part, words

    def test_nobody_else_and_not_after_it_is_decided(self, cast: Cast, client: Client) -> None:
        opened = take(cast, self.SERIOUS)
        browser = Client()
        browser.get(f"/c/{opened.code.replace('-', '')}/")
        assert 'id="advice"' not in browser.get(f"/m/{opened.matter.number}/").text
        usecases.decide_nature(opened.matter, by=cast.chen, nature="administrative", words="金额不到起点", at=MONDAY)
        sign_in(client, cast.chen)
        assert 'id="advice"' not in client.get(f"/desk/m/{opened.matter.number}/").text

    def test_the_form_begins_with_it_and_still_asks_why(self, cast: Cast, client: Client) -> None:
        opened = take(cast, self.SERIOUS)
        nature = suggested_nature(advice_for(opened.matter, incident(opened)))
        assert nature == "criminal"
        sign_in(client, cast.chen)
        address = f"/desk/m/{opened.matter.number}/nature/"
        page = client.get(address)
        assert page.context["form"].initial["nature"] == nature
        assert client.post(address, {"nature": nature, "words": ""}).status_code == 400
        assert incident(opened).nature == "unclear", "nothing decides by itself"

    @pytest.mark.parametrize(("nature", "taken"), [("criminal", True), ("administrative", False)])
    def test_another_choice_is_counted_and_nobody_is_named(self, cast: Cast, nature: str, taken: bool) -> None:
        opened = take(cast, self.SERIOUS)
        usecases.decide_nature(opened.matter, by=cast.chen, nature=nature, words="核对过金额", at=MONDAY)
        assert list(Judged.objects.values_list("about", "taken")) == [("nature", taken)]
        (figures,) = suggestion_figures([cast.qingshi], at=MONDAY)
        assert (figures.about, figures.judged, figures.taken) == ("性质", 1, int(taken))

    def test_a_second_thought_is_not_counted_again(self, cast: Cast) -> None:
        opened = take(cast, self.SERIOUS)
        for nature in ("unclear", "criminal", "dispute"):
            usecases.decide_nature(opened.matter, by=cast.chen, nature=nature, words="再想一想", at=MONDAY)
        assert list(Judged.objects.values_list("taken", flat=True)) == [True]

    def test_a_quarrel_is_no_crime(self, cast: Cast) -> None:
        opened = take(cast, self.QUARREL)
        before = advice_for(opened.matter, incident(opened))
        assert before is not None
        assert suggested_nature(before) in {"dispute", "administrative"}

    def test_in_english(self, cast: Cast, client: Client) -> None:
        opened = take(cast, self.SERIOUS)
        client.cookies["sw_language"] = "en"
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{opened.matter.number}/").text
        part = page[page.index('id="advice"') :]
        assert "art. " in part[: part.index("</section>")]


class TestGrades:
    """How urgent, and who handles it."""

    def test_nobody_said_so_nothing_stands_there(self, cast: Cast) -> None:
        one = incident(take(cast, SAID))
        assert (one.urgency, one.handled_by) == (None, "")

    def test_one_press_takes_what_is_suggested_or_another_grade(self, cast: Cast, client: Client) -> None:
        opened = take(cast, SAID)
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{opened.matter.number}/").content.decode()
        assert all(f'name="urgency" value="{grade}" data-key="{grade}"' in page for grade in (1, 2, 3, 4))
        client.post(f"/desk/m/{opened.matter.number}/grade/", {"urgency": "1", "handler": "station"})
        one = incident(opened)
        assert (one.urgency, one.handled_by) == (1, "station")
        assert "一级：立即处置" in client.get(f"/desk/m/{opened.matter.number}/").content.decode()

    def test_whether_it_was_followed_is_counted_once_and_without_a_name(self, cast: Cast) -> None:
        opened = take(cast, SAID)
        ours, handler = suggested_grade(advice_for(opened.matter, incident(opened)))
        assert ours
        usecases.grade(opened.matter, by=cast.chen, urgency=ours, handler="traffic-police", at=MONDAY)
        usecases.grade(opened.matter, by=cast.zhou, urgency=1, handler=handler, at=MONDAY)
        assert dict(Judged.objects.values_list("about", "taken")) == {"urgency": True, "handler": False}

    def test_the_columns_follow_the_timeline(self, cast: Cast) -> None:
        opened = take(cast, SAID)
        usecases.grade(opened.matter, by=cast.chen, urgency=2, handler="station", at=MONDAY)
        one = incident(opened)
        type(one).objects.filter(pk=one.pk).update(urgency=4, handled_by="")
        assert set(rebuild(incident(opened))) == {"urgency", "handled_by"}
        assert (incident(opened).urgency, incident(opened).handled_by) == (2, "station")

    def test_the_reporter_does_not_read_it(self, cast: Cast) -> None:
        opened = take(cast, SAID)
        entry = usecases.grade(opened.matter, by=cast.chen, urgency=2, handler="station", at=MONDAY)
        assert entry not in Entry.objects.visible_to(with_code(opened))

    def test_what_is_no_grade_and_who_has_nothing_to_do_with_it(self, cast: Cast) -> None:
        opened = take(cast, SAID)
        for urgency, handler in ((5, "station"), (0, "station"), (2, "nobody")):
            with pytest.raises(WrongStage):
                usecases.grade(opened.matter, by=cast.chen, urgency=urgency, handler=handler, at=MONDAY)
        with pytest.raises(Refused):
            usecases.grade(opened.matter, by=cast.meng, urgency=2, handler="station", at=MONDAY)


class TestAnswers:
    """What was learnt by asking goes before what the text seems to say."""

    def test_the_advice_follows_at_once(self, cast: Cast, client: Client) -> None:
        opened = take(cast, Report(what="有个小孩在超市偷了一支笔，人被店员拦住了。"))
        sign_in(client, cast.chen)
        page = f"/desk/m/{opened.matter.number}/answers/"
        before = advice_for(Entry.objects.filter(matter=opened.matter)[0].matter, incident(opened))
        assert client.post(page, {"suspect_age": "12", "value": "9000", "half": ["none"]}).status_code == 302
        after = advice_for(Entry.objects.filter(matter=opened.matter)[0].matter, incident(opened))
        assert before is not None
        assert after is not None
        assert before != after
        assert any(point.about.value == "age" for point in after.points)
        card = client.get(f"/desk/m/{opened.matter.number}/").content.decode()
        assert "问到了：一共值多少钱（元）：9000；对方几岁：12；盗窃有没有这些情形：都没有" in card
        assert 'value="9000' in client.get(page).content.decode(), "the form begins with what is known"

    def test_said_twice_it_stands_there_once_and_nothing_is_refused(self, cast: Cast, client: Client) -> None:
        opened = take(cast, SAID)
        sign_in(client, cast.chen)
        page = f"/desk/m/{opened.matter.number}/answers/"
        assert client.post(page, {}).status_code == 400
        for _ in range(2):
            client.post(page, {"ongoing": "no"})
        assert opened.matter.entries.filter(data__what="incidents.answered").count() == 1
        wrong = client.post(page, {"half": ["none", "relief"], "value": "abc", "ongoing": "no"})
        assert wrong.status_code == 400
        assert "“都没有”不能和别的一起选" in wrong.content.decode()
        assert "abc" in wrong.content.decode()

    def test_the_kinds_for_trainees(self, cast: Cast, client: Client) -> None:
        opened = take(cast, SAID)
        sign_in(client, cast.chen)
        card = client.get(f"/desk/m/{opened.matter.number}/").content.decode()
        assert "/desk/incidents/kinds/#" in card
        kind = card.split("/desk/incidents/kinds/#")[1].split('"')[0]
        page = client.get("/desk/incidents/kinds/").content.decode()
        assert f'id="{kind}"' in page
        assert page.count("<article") == len(knowledge().catalogue.subtypes)
        assert "《治安管理处罚法》" in page
        assert "an invented" not in page
        english = client.get("/desk/incidents/kinds/", headers={"accept-language": "en"}).content.decode()
        assert "art. " in english
