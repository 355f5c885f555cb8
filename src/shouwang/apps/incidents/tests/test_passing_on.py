"""
The twenty-four hours of passing on, from the moment it is known that a report belongs elsewhere.

接报案与立案工作规定 item 8(2): a police case of another unit is passed on within twenty-four hours; item 8(4): what cannot be told on
the spot is decided within three days and goes the same way then. 公安机关办理刑事案件程序规定 art. 175: a crime of another jurisdiction
within twenty-four hours of the finding, with the county-level head's approval.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.incidents import timeline, usecases
from shouwang.apps.incidents.models import Incident
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.tests.test_place import BEYOND, IN_HEWAN, IN_LIUXI, ground, taken
from shouwang.apps.incidents.tests.test_taking import incident, take
from shouwang.apps.matters import clock
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.matters.usecases import Opened
from shouwang.engines.clocks import EventKind
from tests.cast import MONDAY, Cast, carry, sign_in, with_code

__all__ = ["ground"]

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def now_of(opened: Opened) -> Matter:
    return Matter.objects.get(pk=opened.matter.pk)


def whose(client: Client, number: str, **given: str) -> str:
    """The action of the card, by its form."""
    page = client.post(f"/desk/m/{number}/whose/", {"words": "看了监控，在河湾。", **given}, follow=True)
    return page.content.decode()


def minutes(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


class TestKnownAtIntake:
    """Item 8(2): known on the spot, the hours count from the report, and nobody has to press anything."""

    @pytest.mark.parametrize("given", [IN_HEWAN, {"address": "河湾村口"}, BEYOND, {"elsewhere": "邻县白水镇"}], ids=str)
    def test_they_run_as_soon_as_it_is_taken(self, ground: Cast, client: Client, given: dict[str, str]) -> None:
        sign_in(client, ground.chen)
        one = taken(client, **given)
        matter = one.matter
        assert one.elsewhere_at == matter.received_at
        assert (matter.due_rule, matter.due_at) == ("fr-other-unit", matter.received_at + DAY)
        card = client.get(f"/desk/m/{matter.number}/").content.decode()
        assert "算起，最迟" in card
        assert "移送给管这件事的单位" in card
        assert "接报案" in card
        assert "移送其他单位" in client.get("/desk/incidents/").content.decode()

    def test_the_ledger_has_one_start(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        one = taken(client, **IN_HEWAN)
        (run,) = clock.runs(one.matter)
        assert (run.rule.id, [event.kind for event in run.events]) == ("fr-other-unit", [EventKind.START])

    def test_our_own_ground_has_the_three_days(self, ground: Cast, client: Client) -> None:
        """Item 8(4)."""
        sign_in(client, ground.chen)
        one = taken(client, **IN_LIUXI)
        assert (one.elsewhere_at, one.matter.due_rule) == (None, "fr-unclear")

    def test_the_press_comes_later_and_starts_nothing_anew(self, cast: Cast) -> None:
        opened = take(cast, Report(what="在邻县被偷的。", elsewhere="河湾那边"))
        due = now_of(opened).due_at
        matters.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="案发在河湾。", at=MONDAY + 20 * HOUR)
        assert now_of(opened).due_at == due == MONDAY + DAY
        assert len(clock.runs(opened.matter)) == 1

    def test_the_reporter_reads_it_on_their_page(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        one = taken(client, **IN_HEWAN)
        entry = Entry.objects.get(matter=one.matter, data__what="incidents.elsewhere-found")
        assert entry_sentence(entry) == "从地点看，归河湾派出所管。先收下、登记，24 小时内移送，并告诉报案人。"


class TestFoundOutLater:
    """Item 8(4), then 8(2); 程序规定 art. 175: from the finding, which is never later than the press."""

    def test_the_officers_stated_time_counts(self, cast: Cast, client: Client) -> None:
        now = timezone.now().replace(second=30, microsecond=0)
        opened = take(cast, at=now - 30 * HOUR)
        found = (now - 5 * HOUR).replace(second=0)
        sign_in(client, cast.chen)
        page = whose(client, opened.matter.number, to=str(cast.hewan.pk), found=minutes(found))
        matter, one = now_of(opened), incident(opened)
        assert (one.owner, one.elsewhere_at) == (cast.hewan, found)
        assert (matter.due_rule, matter.due_at) == ("fr-other-unit", found + DAY)
        assert "查明归河湾派出所管" in page
        matters.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="在河湾。", at=timezone.now())
        assert now_of(opened).due_at == found + DAY

    def test_without_a_time_it_is_now(self, cast: Cast, client: Client) -> None:
        opened = take(cast, at=timezone.now() - 30 * HOUR)
        sign_in(client, cast.chen)
        before = timezone.now()
        whose(client, opened.matter.number, to=str(cast.hewan.pk))
        due = now_of(opened).due_at
        assert due is not None
        assert before + DAY <= due <= timezone.now() + DAY

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"to": "outside", "place": "白水县公安局", "found": "2999-01-01T09:00"}, "还没有到"),
            ({"to": "outside", "place": "白水县公安局", "found": "2020-01-01T09:00"}, "不能早于收到报案的时间"),
            ({"to": "outside", "place": ""}, "写清归哪里"),
            ({"to": ""}, "请选一项"),
            ({"to": "ours"}, "不用再改"),
            ({"to": "outside", "place": "白水县公安局", "found": "昨天"}, "请写成"),
        ],
    )
    def test_what_cannot_be_is_asked_again_with_what_was_typed(
        self, cast: Cast, client: Client, given: dict[str, str], says: str
    ) -> None:
        opened = take(cast, at=timezone.now())
        sign_in(client, cast.chen)
        page = whose(client, opened.matter.number, **given)
        assert says in page
        assert "看了监控，在河湾。" in page
        assert incident(opened).elsewhere_at is None

    def test_what_was_known_first_counts(self, cast: Cast) -> None:
        opened = take(cast)
        for found in (MONDAY + 2 * HOUR, MONDAY + 6 * HOUR, MONDAY + HOUR):
            usecases.find_elsewhere(
                opened.matter,
                by=cast.chen,
                unit=cast.hewan,
                place="",
                found=found,
                words="在河湾。",
                at=MONDAY + 7 * HOUR,
            )
        assert incident(opened).elsewhere_at == MONDAY + HOUR
        assert now_of(opened).due_at == MONDAY + HOUR + DAY

    def test_where_nobody_wrote_it_down_the_report_counts(self, cast: Cast) -> None:
        """Item 8(2) as it stands: silence wins nobody any time."""
        opened = take(cast)
        matters.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="在河湾。", at=MONDAY + 5 * HOUR)
        assert now_of(opened).due_at == MONDAY + DAY

    def test_judging_what_it_is_leaves_the_hours(self, cast: Cast) -> None:
        """Art. 175: a crime is passed on in the same twenty-four hours; the review waits for whoever takes it."""
        opened = take(cast, Report(what="在河湾被偷的。", elsewhere="河湾那边"))
        usecases.decide_nature(opened.matter, by=cast.chen, nature="criminal", words="数额够。", at=MONDAY + HOUR)
        assert (now_of(opened).due_rule, now_of(opened).due_at) == ("fr-other-unit", MONDAY + DAY)
        (duty,) = [one for one in duties(opened) if one.action in {"transfer", "pass-on"}]
        assert (duty.rule, duty.due_at) == ("cp-transfer", MONDAY + DAY)
        assert "175" in duty.source

    def test_helpers_do_not_find_it_out(self, cast: Cast, client: Client) -> None:
        opened = take(cast, at=timezone.now())
        sign_in(client, cast.jiang)
        whose(client, opened.matter.number, to=str(cast.hewan.pk))
        sign_in(client, cast.meng)
        assert client.post(f"/desk/m/{opened.matter.number}/whose/", {"to": "ours", "words": "是"}).status_code == 404
        assert incident(opened).elsewhere_at is None


def duties(opened: Opened) -> list[object]:
    from shouwang.apps.incidents.duties import duties_of

    return list(duties_of(now_of(opened), incident(opened), MONDAY + 2 * HOUR))


class TestAfterwards:
    def test_ours_after_all_the_three_days_go_on_from_the_arrival(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        one = taken(client, **IN_HEWAN)
        page = whose(client, one.matter.number, to="ours")
        assert "查明还是归我们管" in page
        one = Incident.objects.select_related("matter").get()
        assert (one.owner, one.elsewhere_at, one.matter.due_rule) == (None, None, "fr-unclear")
        assert one.matter.due_at is not None
        midnight = timezone.localtime(one.matter.received_at).replace(hour=0, minute=0, second=0, microsecond=0)
        assert one.matter.due_at == midnight + 4 * DAY

    def test_taken_over_it_is_theirs_and_not_elsewhere_any_more(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        one = taken(client, **IN_HEWAN)
        matters.offer_transfer(one.matter, to=ground.hewan, by=ground.chen, reason="在河湾。", at=timezone.now())
        matters.accept_transfer(one.matter, by=ground.meng, at=timezone.now())
        one = Incident.objects.select_related("matter").get()
        assert (one.elsewhere_at, one.matter.due_rule) == (None, "fr-unclear")
        kinds = [[event.kind for event in run.events][-1] for run in clock.runs(one.matter)]
        assert kinds == [EventKind.STOP, EventKind.START]  # passed on in time, then the next clock
        sign_in(client, ground.meng)
        client.post(f"/desk/m/{one.matter.number}/facts/", {**IN_HEWAN, "address": "河湾村口", "when_said": "早上"})
        one = Incident.objects.select_related("matter").get()
        assert (one.owner, one.elsewhere_at) == (None, None)

    def test_whoever_takes_it_says_that_it_is_theirs(self, cast: Cast, client: Client) -> None:
        opened = take(cast, Report(what="在河湾被偷的。", elsewhere="河湾那边"), at=timezone.now())
        matters.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="在河湾。", at=timezone.now())
        matters.accept_transfer(opened.matter, by=cast.meng, at=timezone.now())
        assert incident(opened).elsewhere == ""
        sign_in(client, cast.meng)
        assert "不在本地：" not in client.get(f"/desk/m/{opened.matter.number}/").content.decode()

    def test_given_back_its_own_clock_goes_on(self, cast: Cast) -> None:
        """Item 13: in doubt nothing stands still."""
        opened = take(cast, Report(what="在河湾被偷的。", elsewhere="河湾那边"))
        matters.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="在河湾。", at=MONDAY + HOUR)
        matters.return_transfer(opened.matter, by=cast.meng, reason="在青石这边。", at=MONDAY + 2 * HOUR)
        assert (now_of(opened).due_rule, incident(opened).elsewhere_at) == ("fr-unclear", None)

    def test_the_columns_follow_from_the_timeline(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        one = taken(client, **IN_HEWAN)
        Incident.objects.filter(pk=one.pk).update(elsewhere_at=None)
        one = Incident.objects.select_related("matter").get()
        assert timeline.rebuild(one) == ("elsewhere_at",)
        assert one.elsewhere_at == one.matter.received_at

    def test_late_it_is_said_in_red(self, cast: Cast, client: Client) -> None:
        opened = take(cast, Report(what="在邻县被偷的。", elsewhere="邻县白水镇"), at=timezone.now() - 30 * HOUR)
        sign_in(client, cast.chen)
        card = client.get(f"/desk/m/{opened.matter.number}/").content.decode()
        assert "已经晚了" in card
        assert "已经晚了" in client.get("/desk/incidents/").content.decode()

    def test_the_reporter_is_told_when_it_was_known(self, cast: Cast, client: Client) -> None:
        opened = take(cast)
        usecases.find_elsewhere(
            opened.matter,
            by=cast.chen,
            unit=cast.hewan,
            place="",
            found=MONDAY + HOUR,
            words="在河湾。",
            at=MONDAY + 2 * HOUR,
        )
        entry = Entry.objects.visible_to(with_code(opened)).get(data__what="incidents.elsewhere-found")
        assert "查明归河湾派出所管" in entry_sentence(entry)
        carry(client, opened)
        assert client.get(f"/m/{opened.matter.number}/").status_code == 200
