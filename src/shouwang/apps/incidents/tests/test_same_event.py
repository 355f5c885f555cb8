"""Reports that may be one event: proposed on the card with a reason, linked or refused by one press, and never shown to strangers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.incidents import usecases
from shouwang.apps.incidents.models import Apart, Incident
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.tests.test_pages import CALL
from shouwang.apps.incidents.tests.test_place import NEW, ground, square
from shouwang.apps.incidents.tests.test_taking import incident, take
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.places.models import Community
from shouwang.apps.places.neighbours import neighbours_of
from shouwang.kernel.models import AuditRow
from tests.cast import Cast, as_officer, sign_in, with_code

__all__ = ["ground"]

pytestmark = pytest.mark.django_db
FIGHT = "夜市烧烤摊有人打架，好多人围着"
AGAIN = "夜市烧烤摊那边打架了，快来人"


def call(client: Client, what: str, **given: str) -> Incident:
    """A report by the desk's form."""
    page = client.post(NEW, {**CALL, "address": "", "when_said": "", "client_id": "", "what": what, **given})
    assert page.status_code == 200, page.content.decode()
    return Incident.objects.select_related("matter").latest("pk")


def card(client: Client, one: Incident | Opened) -> str:
    return client.get(f"/desk/m/{one.matter.number}/").content.decode()


def proposed(client: Client, one: Incident | Opened) -> str:
    """What the card proposes as the same event; the queue beside it names every report."""
    _before, _mark, rest = card(client, one).partition('aria-labelledby="same"')
    return rest.partition("</section>")[0]


def press(client: Client, one: Incident | Opened, other: Incident | Opened, taken: str) -> str:
    given = {"other": other.matter.number, "taken": taken}
    return client.post(f"/desk/m/{one.matter.number}/same/", given, follow=True).content.decode()


def earlier(what: str = FIGHT, *, cast: Cast, hours: float = 0.1, **given: object) -> Opened:
    """A report some hours ago."""
    facts = {name: given.pop(name) for name in ("longitude", "latitude") if name in given}
    return take(cast, Report(what=what, **facts), at=timezone.now() - timedelta(hours=hours), **given)  # type: ignore[arg-type]


SPOT = {"longitude": 118.02, "latitude": 28.02}


class TestProposed:
    def test_on_saving_and_on_the_card_with_the_reason(self, cast: Cast, client: Client) -> None:
        first = earlier(cast=cast)
        sign_in(client, cast.chen)
        saved = client.post(NEW, {**CALL, "what": AGAIN, "client_id": "x"}).content.decode()
        assert "有 1 件报案可能说的是同一件事" in saved
        assert first.matter.number not in saved, "the receipt is shown to the reporter"
        page = proposed(client, Incident.objects.latest("pk"))
        assert first.matter.number in page
        assert "前后差 6 分钟" in page
        assert "夜市烧烤摊" in page

    def test_hours_later_place_and_words_make_up_for_the_time(self, cast: Cast, client: Client) -> None:
        first = earlier(cast=cast, hours=7, **SPOT)
        sign_in(client, cast.chen)
        page = proposed(client, call(client, AGAIN, longitude="118.0201", latitude="28.02"))
        assert first.matter.number in page
        assert "前后差 7 小时" in page
        assert "相距约 10 米" in page

    def test_hours_later_another_fight_far_away_is_none(self, cast: Cast, client: Client) -> None:
        earlier("桥头有人打架", cast=cast, hours=7, **SPOT)
        sign_in(client, cast.chen)
        assert not proposed(client, call(client, AGAIN, longitude="118.04", latitude="28.02"))

    def test_one_closed_on_the_same_day_is_proposed_and_one_of_last_week_is_not(
        self, cast: Cast, client: Client
    ) -> None:
        noise = "夜市烧烤摊的音响放得太吵了"
        first, old = earlier(noise, cast=cast, hours=0.2), earlier(noise, cast=cast, hours=7 * 24)
        for one, at in ((first, timezone.now()), (old, old.matter.received_at)):
            usecases.settle(one.matter, by=cast.chen, to="城管", words="归城管。", at=at)
        sign_in(client, cast.chen)
        page = proposed(client, call(client, "夜市烧烤摊音响太吵了"))
        assert first.matter.number in page
        assert "已经办结" in page
        assert old.matter.number not in page


class TestOnePress:
    def test_linked_each_keeps_the_code_and_is_told_privately(self, cast: Cast, client: Client) -> None:
        first = earlier(cast=cast)
        second = earlier(AGAIN, cast=cast, hours=0.05)
        sign_in(client, cast.chen)
        page = press(client, second, first, "yes")
        assert "连起来了" in page
        assert "同一件事的其他报案" in page
        assert incident(second).same_as_id == first.matter.pk
        for mine, other in ((first, second), (second, first)):
            seen = Entry.objects.visible_to(with_code(mine)).filter(matter=mine.matter)
            text = "".join(f"{one.body}{one.data}{entry_sentence(one)}" for one in seen)
            assert "另有 1 人报告了同一件事" in text
            assert other.matter.number not in text
        assert not proposed(client, second)

    def test_refused_nobody_is_asked_again_neither_here_nor_on_the_board(self, cast: Cast, client: Client) -> None:
        first, second = earlier(cast=cast), earlier(AGAIN, cast=cast, hours=0.05)
        sign_in(client, cast.chen)
        assert f"可能和 {first.matter.number} 是同一件事" in client.get("/desk/board/").content.decode()
        page = press(client, second, first, "no")
        assert "不再提这一件" in page
        assert Apart.objects.count() == 1
        for one in (first, second):
            assert not proposed(client, one)
        assert "是同一件事</b>" not in client.get("/desk/board/").content.decode()
        assert AuditRow.objects.filter(action="incidents.kept_apart", actor=cast.chen.ref).exists()
        assert "建议现在没有了" in press(client, second, first, "no")

    def test_separated_by_hand_it_is_not_proposed_at_once_again(self, cast: Cast, client: Client) -> None:
        first, second = earlier(cast=cast), earlier(AGAIN, cast=cast, hours=0.05)
        sign_in(client, cast.chen)
        press(client, second, first, "yes")
        client.post(f"/desk/m/{second.matter.number}/unlink/", {"reason": "是另一桌。"})
        assert not proposed(client, second)

    @pytest.mark.parametrize("given", [{}, {"taken": "perhaps"}, {"taken": ""}])
    def test_what_is_no_answer_is_not_there(self, cast: Cast, client: Client, given: dict[str, str]) -> None:
        one = earlier(cast=cast)
        sign_in(client, cast.chen)
        assert client.post(f"/desk/m/{one.matter.number}/same/", given).status_code == 404


class TestWhoSees:
    def test_whoever_may_not_see_the_other_sees_nothing_of_it(self, cast: Cast, client: Client) -> None:
        first, second = earlier(cast=cast), earlier(AGAIN, cast=cast, hours=0.05)
        first.matter.kept_from.add(cast.chen)
        sign_in(client, cast.chen)
        page = card(client, second)
        assert first.matter.number not in page
        assert "建议现在没有了" in press(client, second, first, "yes")
        assert incident(second).same_as_id is None
        sign_in(client, cast.zhou)
        assert first.matter.number in proposed(client, second)

    def test_linked_by_a_colleague_the_timeline_names_neither_number_nor_words_of_it(
        self, cast: Cast, client: Client
    ) -> None:
        first, second = earlier(cast=cast), earlier(AGAIN, cast=cast, hours=0.05)
        first.matter.kept_from.add(cast.chen)
        sign_in(client, cast.zhou)
        press(client, second, first, "yes")
        sign_in(client, cast.chen)
        page = card(client, second)
        assert "认为和另一件报案是同一件事" in page
        assert first.matter.number not in page
        assert "都说到" not in page
        row = AuditRow.objects.get(action="incidents.linked")
        assert row.reason.startswith("前后差")
        assert "都说到" not in row.reason, "the audit trail holds no words of residents"

    def test_another_station_is_told_nothing(self, ground: Cast, client: Client) -> None:
        earlier(cast=ground, **SPOT)
        sign_in(client, ground.meng)
        theirs = call(client, AGAIN, longitude="118.0201", latitude="28.02")
        assert not proposed(client, theirs)


class TestOverABorder:
    def two(self, cast: Cast) -> tuple[Opened, Opened]:
        """One brawl on the border, heard by both stations."""
        ours = earlier(cast=cast, longitude=118.0499, latitude=28.02)
        theirs = earlier(
            AGAIN, cast=cast, hours=0.05, longitude=118.0501, latitude=28.02, unit=cast.hewan, by=cast.meng
        )
        return ours, theirs

    def test_stations_touch_by_their_villages(self, ground: Cast) -> None:
        assert neighbours_of(ground.qingshi) == {ground.hewan.pk}
        Community.objects.filter(name="河湾村").update(boundary=square(118.3, 28.0))
        assert neighbours_of(ground.qingshi) == frozenset()

    def test_the_bureau_sees_both_and_links_them_by_one_press(self, ground: Cast, client: Client) -> None:
        ours, theirs = self.two(ground)
        sign_in(client, ground.shao)
        page = proposed(client, ours)
        assert theirs.matter.number in page
        assert "河湾派出所" in page
        assert "连起来了" in press(client, ours, theirs, "yes")
        assert incident(theirs).same_as_id == ours.matter.pk
        assert [Matter.objects.get(pk=one.matter.pk).unit for one in (ours, theirs)] == [ground.qingshi, ground.hewan]

    def test_linked_each_station_keeps_its_own_on_its_board_and_reads_nothing_of_the_others(
        self, ground: Cast, client: Client
    ) -> None:
        ours, theirs = self.two(ground)
        sign_in(client, ground.shao)
        press(client, ours, theirs, "yes")
        sign_in(client, ground.meng)
        assert theirs.matter.number in client.get("/desk/board/").content.decode()
        page = card(client, theirs)
        assert ours.matter.number not in page
        assert "都说到" not in page

    def test_stations_that_do_not_touch_are_not_compared(self, ground: Cast, client: Client) -> None:
        Community.objects.filter(name="河湾村").update(boundary=square(118.3, 28.0))
        ours, _theirs = self.two(ground)
        sign_in(client, ground.shao)
        assert not proposed(client, ours)

    def test_who_sees_the_other_and_may_not_work_on_it_is_told_whose_it_is(self, ground: Cast, client: Client) -> None:
        from shouwang.apps.matters import usecases as matters

        ours, theirs = self.two(ground)
        matters.offer_transfer(theirs.matter, to=ground.qingshi, by=ground.meng, reason="像在青石。", at=timezone.now())
        sign_in(client, ground.chen)
        page = proposed(client, ours)
        assert theirs.matter.number in page
        assert "由河湾派出所负责，您不能连" in page
        press(client, ours, theirs, "yes")
        assert incident(theirs).same_as_id is None


def test_the_number_stays_out_of_both_timelines(cast: Cast) -> None:
    first, second = earlier(cast=cast), earlier(AGAIN, cast=cast, hours=0.05)
    usecases.link(second.matter, first.matter, by=cast.chen, reason="同一个摊。", at=timezone.now())
    for mine, other in ((first, second), (second, first)):
        entries = Entry.objects.visible_to(as_officer(cast.zhou)).filter(matter=mine.matter)
        assert other.matter.number not in "".join(f"{one.data}{entry_sentence(one)}" for one in entries)
