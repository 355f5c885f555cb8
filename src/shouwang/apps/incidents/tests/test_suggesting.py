"""What the words of a report suggest: shown with the words it rests on, never filled in by itself, counted without anybody's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from shouwang.apps.incidents import usecases
from shouwang.apps.incidents.errors import WrongStage
from shouwang.apps.incidents.models import Judged
from shouwang.apps.incidents.queries import suggestion_figures
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.suggesting import (
    Suggestion,
    advice_for,
    knowledge,
    suggested,
    suggested_nature,
    suggestions_for,
)
from shouwang.apps.incidents.tests.test_taking import incident, take
from shouwang.apps.incidents.timeline import happened, held, rebuild
from shouwang.apps.incidents.urgency import Source, urgencies_of, urgency_of
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.usecases import Opened
from shouwang.engines.triage.advice import About as Asks
from shouwang.kernel.errors import Refused
from tests.cast import MONDAY, Cast, as_officer, at, sign_in, with_code

pytestmark = pytest.mark.django_db
SAID = Report(what="昨晚十点多，我在石桥夜市被偷了一部手机，两千三百块，还有三百块现金。")


def facts_of(cast: Cast, opened: Opened) -> dict[str, Suggestion]:
    return {one.about: one for one in suggestions_for(opened.matter, incident(opened), as_officer(cast.chen))}


def matters_again(opened: Opened) -> Matter:
    """The matter as a later request finds it."""
    return Matter.objects.get(pk=opened.matter.pk)


def test_time_and_loss_are_found_with_the_words_they_rest_on(cast: Cast) -> None:
    found = facts_of(cast, take(cast, SAID))
    assert found["when"].fields["happened_from"] == at("2026-11-22 22:00")
    assert found["when"].because == ("昨晚十点多",)
    assert found["loss"].fields == {"loss_yuan": Decimal("2600.00")}
    assert len(found["loss"].because) == 2


def test_days_ago_and_a_time_of_day_are_one_time(cast: Cast) -> None:
    found = facts_of(cast, take(cast, Report(what="三天前的晚上，有人来砸了我家的门。")))
    assert found["when"].fields["happened_from"] == at("2026-11-20 18:00")


def test_what_is_still_to_come_is_named_and_cannot_be_taken_for_what_happened(cast: Cast) -> None:
    found = facts_of(cast, take(cast, Report(what="他们说12月24日会打架。")))
    assert found["when"].because == ("12月24日",)
    assert (found["when"].fields, "2025" in found["when"].says) == ({}, False)


def test_nothing_is_filled_in_by_itself(cast: Cast) -> None:
    one = incident(take(cast, SAID))
    assert (one.happened_from, one.loss_yuan, one.address) == (None, None, "")


def test_sums_that_contradict_are_both_shown_and_none_is_taken(cast: Cast, client: Client) -> None:
    opened = take(cast, Report(what="手机被偷了，一万二，又说是一万五。"))
    loss = facts_of(cast, opened)["loss"]
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
    loss = facts_of(cast, opened)["loss"]
    assert loss.fields == {"loss_yuan": Decimal(15000)}
    assert suggested_nature(advice_for(opened.matter, incident(opened))) == "criminal"


def test_a_price_once_paid_is_shown_as_one(cast: Cast) -> None:
    assert "不是现在的价值" in facts_of(cast, take(cast, Report(what="手机四千块买的，被偷了。")))["loss"].doubts


def test_a_day_that_there_is_not_is_asked_about_and_never_filled_in(cast: Cast) -> None:
    when = facts_of(cast, take(cast, Report(what="11月31号晚上8点，手机被偷了。")))["when"]
    assert (when.because, when.fields) == (("11月31号晚上8点",), {})
    assert "没有这一天" in when.says


def test_taken_it_is_there_and_is_not_suggested_again(cast: Cast) -> None:
    opened = take(cast, SAID)
    seen = {about: one.seen for about, one in facts_of(cast, opened).items()}
    usecases.judge(opened.matter, by=cast.chen, about="loss", seen=seen["loss"], taken=True, at=MONDAY)
    usecases.judge(opened.matter, by=cast.chen, about="when", seen=seen["when"], taken=False, at=MONDAY)
    one = incident(opened)
    assert (one.loss_yuan, one.happened_from) == (Decimal("2600.00"), None)
    assert not {"loss", "when"} & facts_of(cast, opened).keys()
    with pytest.raises(WrongStage, match="处理过"):
        usecases.judge(opened.matter, by=cast.chen, about="loss", seen=seen["loss"], taken=True, at=MONDAY)


def test_what_newer_words_changed_is_not_taken_unseen(cast: Cast) -> None:
    opened = take(cast, SAID)
    seen = facts_of(cast, opened)["loss"].seen
    matters.say(opened.matter, viewer=with_code(opened), at=MONDAY, body="还丢了一条项链，八千块。")
    with pytest.raises(WrongStage, match="变了"):
        usecases.judge(opened.matter, by=cast.chen, about="loss", seen=seen, taken=True, at=MONDAY)
    assert incident(opened).loss_yuan is None


def test_what_is_filled_in_gets_no_suggestion(cast: Cast) -> None:
    said = replace(SAID, happened_from=MONDAY - timedelta(hours=11), address="石桥夜市")
    assert not {"when", "place"} & facts_of(cast, take(cast, said)).keys()


def test_another_stations_officer_takes_none(cast: Cast) -> None:
    with pytest.raises(Refused):
        usecases.judge(take(cast, SAID).matter, by=cast.meng, about="loss", seen="", taken=True, at=MONDAY)


def test_figures_know_kinds_and_nobody(cast: Cast) -> None:
    for taken in (True, True, False):
        opened = take(cast, SAID)
        seen = facts_of(cast, opened)["loss"].seen
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
    place = facts_of(cast, opened)["place"]
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
        assert page.count("<b>紧急程度</b>") == 2, "once, and why"
        for words in ("像哪一种事", "大类", "性质", "谁来办", "为什么，依据哪条法", "《", "例子："):
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
        ours = urgency_of(incident(opened)).suggested
        handler = suggested(advice_for(opened.matter, incident(opened)), Asks.HANDLER)
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


class TestOneUrgency:
    """Card, form and board show one grade, and where it comes from."""

    @pytest.mark.parametrize(
        ("report", "grade", "source"),
        [
            (Report(what="我的自行车在夜市被偷了，八百块。", category="stolen"), 3, Source.WORDS),
            (Report(what="我的自行车在夜市被偷了，八百块。", category="stolen", unsafe=True), 1, Source.DANGER),
            (Report(what="有人拿刀砍人，快来", category="hurt"), 1, Source.DANGER),
            (Report(what="我的自行车在夜市被偷了，八百块。", category="hurt"), 2, Source.USUAL),
            (Report(what="啊啊啊啊", category="hurt"), 2, Source.USUAL),
            (Report(what="啊啊啊啊"), 3, Source.USUAL),
        ],
    )
    def test_where_it_comes_from(self, cast: Cast, report: Report, grade: int, source: Source) -> None:
        urgency = urgency_of(incident(take(cast, report)))
        assert (urgency.grade, urgency.source) == (grade, source)

    def test_an_officers_word_goes_before_all_others(self, cast: Cast) -> None:
        opened = take(cast, Report(what="有人拿刀砍人，快来", category="hurt"))
        usecases.grade(opened.matter, by=cast.chen, urgency=2, handler="station", at=MONDAY)
        urgency = urgency_of(incident(opened))
        assert (urgency.grade, urgency.source) == (2, Source.OFFICER)

    def test_newer_words_change_it_and_old_ones_are_not_read_again(
        self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        opened = take(cast, Report(what="我的自行车在夜市被偷了，八百块。"))
        one = incident(opened)
        one.matter.unit  # noqa: B018  fetched before the queries are counted
        assert urgency_of(one).grade == 3
        with django_assert_num_queries(0):
            assert urgencies_of([one])[one.pk].grade == 3
        matters.say(opened.matter, viewer=with_code(opened), at=MONDAY, body="小偷现在还在，正在撬别的车。")
        assert urgency_of(incident(opened)).grade < 3

    def test_the_card_names_one_grade_once(self, cast: Cast, client: Client) -> None:
        opened = take(cast, Report(what="我的自行车在夜市被偷了，八百块。", category="stolen"), at=timezone.now())
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{opened.matter.number}/").text
        card = page[page.index('id="incident"') :]
        names = {name for name in ("一级：", "二级：", "三级：", "四级：") if f"</svg>{name}" in card}
        assert len(names) == 1
        assert "从话里看出来的" in card
        board = client.get("/desk/board/").text
        assert names.pop() in board


class TestCannotTell:
    """Nonsense gets no kind and nothing chosen beforehand."""

    @pytest.mark.parametrize("words", ["啊啊啊啊", "1", "测试"])
    def test_the_card_says_so_and_chooses_nothing(self, cast: Cast, client: Client, words: str) -> None:
        opened = take(cast, Report(what=words))
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{opened.matter.number}/").text
        assert "看不出来，请您判断" in page
        assert "看得懂的字词太少" in page
        assert "学一学" not in page
        for grade in (1, 2, 3, 4):
            assert f'class="btn small ghost" name="urgency" value="{grade}"' in page
        for action in ("nature", "grade", "which"):
            form = client.get(f"/desk/m/{opened.matter.number}/{action}/").context["form"]
            assert not any(form.initial.values()), action

    def test_what_nobody_suggested_is_not_counted(self, cast: Cast) -> None:
        opened = take(cast, Report(what="啊啊啊啊"))
        usecases.grade(opened.matter, by=cast.chen, urgency=2, handler="station", at=MONDAY)
        usecases.say_kind(opened.matter, by=cast.chen, kind="theft-other", at=MONDAY)
        assert not Judged.objects.exists()

    def test_once_somebody_said_the_kind_the_advice_is_there(self, cast: Cast, client: Client) -> None:
        opened = take(cast, Report(what="啊啊啊啊"))
        sign_in(client, cast.chen)
        assert client.post(f"/desk/m/{opened.matter.number}/which/", {"kind": "theft-ebike"}).status_code == 302
        page = client.get(f"/desk/m/{opened.matter.number}/").text
        assert "看不出来" not in page
        assert "陈卫东看了，是：" in page or "看了，是：" in page


class TestKind:
    """Which kind, or only which category: one key, and counted without anybody's name."""

    THEFT = Report(what="我的自行车在夜市被偷了，八百块。")

    def test_the_key_stands_on_the_card(self, cast: Cast, client: Client) -> None:
        opened = take(cast, self.THEFT)
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{opened.matter.number}/").text
        assert f'href="/desk/m/{opened.matter.number}/which/"' in page
        assert 'data-key="z"' in page
        form = client.get(f"/desk/m/{opened.matter.number}/which/").context["form"]
        assert form.initial["kind"] == "theft-bicycle", "the form begins with what is suggested"

    @pytest.mark.parametrize(
        ("said", "counted"),
        [
            ({"kind": "theft-bicycle"}, {"kind": True, "category": True}),
            ({"kind": "theft-ebike"}, {"kind": False, "category": True}),
            ({"kind": "dispute-neighbours"}, {"kind": False, "category": False}),
            ({"category": "dispute"}, {"kind": False, "category": False}),
            ({"category": "public-order"}, {"kind": False, "category": True}),
        ],
    )
    def test_whether_it_was_followed_is_counted_once(
        self, cast: Cast, said: dict[str, str], counted: dict[str, bool]
    ) -> None:
        opened = take(cast, self.THEFT)
        usecases.say_kind(opened.matter, by=cast.chen, at=MONDAY, **said)
        usecases.say_kind(opened.matter, by=cast.zhou, kind="theft-other", at=MONDAY)
        assert dict(Judged.objects.values_list("about", "taken")) == counted
        rows = {row.about: row.taken for row in suggestion_figures([cast.qingshi], at=MONDAY)}
        assert rows == {
            "像哪一种事": int(counted["kind"]),
            "大类": int(counted["category"]),
        }

    def test_the_advice_follows_at_once_and_the_timeline_tells_who(self, cast: Cast, client: Client) -> None:
        opened = take(cast, self.THEFT)
        entry = usecases.say_kind(opened.matter, by=cast.chen, kind="dispute-neighbours", at=MONDAY)
        advice = advice_for(matters_again(opened), incident(opened))
        assert suggested(advice, Asks.KIND) == "dispute-neighbours"
        assert suggested_nature(advice) == "dispute"
        sign_in(client, cast.chen)
        assert "看了，是：邻里纠纷" in client.get(f"/desk/m/{opened.matter.number}/").text
        assert entry not in Entry.objects.visible_to(with_code(opened)), "the reporter does not read it"
        assert usecases.say_kind(opened.matter, by=cast.chen, kind="dispute-neighbours", at=MONDAY) == entry

    def test_one_press_at_the_card_says_another_of_the_likely_kinds(self, cast: Cast, client: Client) -> None:
        opened = take(cast, Report(what="那个人把我的东西拿走了，我也说不清楚是怎么回事。"))
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{opened.matter.number}/").text
        other = page.split('name="kind" value="')[1].split('"')[0]
        client.post(f"/desk/m/{opened.matter.number}/which/", {"kind": other})
        assert suggested(advice_for(matters_again(opened), incident(opened)), Asks.KIND) == other

    def test_what_is_no_kind_and_who_has_nothing_to_do_with_it(self, cast: Cast, client: Client) -> None:
        opened = take(cast, self.THEFT)
        for said in ({"kind": "no-such"}, {"category": "no-such"}, {}):
            with pytest.raises(WrongStage):
                usecases.say_kind(opened.matter, by=cast.chen, at=MONDAY, **said)
        with pytest.raises(Refused):
            usecases.say_kind(opened.matter, by=cast.meng, kind="theft-other", at=MONDAY)
        sign_in(client, cast.chen)
        answer = client.post(f"/desk/m/{opened.matter.number}/which/", {"kind": "x'; --"})
        assert answer.status_code == 400

    def test_a_kind_that_the_station_crossed_off_since_breaks_nothing(self, cast: Cast, client: Client) -> None:
        opened = take(cast, self.THEFT)
        with transaction.atomic():
            happened(held(opened.matter)[0], "kind-said", at=MONDAY, by=cast.chen, kind="our-own", category="")
        sign_in(client, cast.chen)
        assert client.get(f"/desk/m/{opened.matter.number}/").status_code == 200


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
