"""Taking a report: whoever comes, whatever they say, wherever it happened."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.apps.incidents import filing, timeline, usecases
from shouwang.apps.incidents.models import Incident, Involved, Thing
from shouwang.apps.incidents.report import PartySaid, Report, ThingSaid, read_things, write_things
from shouwang.apps.matters.contact import may_contact
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.kernel.errors import Refused
from tests.cast import MONDAY, Cast, consultation, with_code

#: The victim of essay 5: bicycle, and the telephone and bag in its basket.
BICYCLE = Report(
    what="自行车放在菜市场门口，被偷了，车篮里还有手机和小包。",
    category="stolen",
    address="青石镇菜市场门口",
    when_said="今天早上八点多",
    things=read_things("自行车 800元\n手机 2300元 尾号 7719\n小包"),
    people=(PartySaid("suspect", about="戴草帽的男的"),),
    pseudonym="黄女士",
    phone="13800007719",
)


def take(cast: Cast, report: Report = BICYCLE, **given: Any) -> Opened:
    """A report at 青石, on the telephone to 陈警官 unless said otherwise."""
    return usecases.take_report(
        given.pop("unit", cast.qingshi),
        report,
        channel=given.pop("channel", "phone"),
        at=given.pop("at", MONDAY),
        by=given.pop("by", cast.chen),
        **given,
    )


def incident(opened: Opened) -> Incident:
    return Incident.objects.select_related("matter").get(pk=opened.matter.pk)


@pytest.mark.django_db
class TestTaking:
    def test_the_bicycle_is_taken_on_the_spot(self, cast: Cast) -> None:
        """接报案与立案工作规定 items 4 and 8: registered, with a number and a code, whoever it belongs to."""
        opened = take(cast)
        one = incident(opened)
        assert (opened.matter.kind, opened.matter.channel, opened.matter.handler) == ("report", "phone", cast.chen)
        assert one.registered_at == MONDAY
        assert opened.matter.due_rule == "fr-unclear"
        assert opened.matter.due_at == MONDAY.replace(hour=0) + timedelta(
            days=4
        )  # three days, that of arrival not counted
        assert [(t.name, t.value_yuan) for t in one.things.all()] == [
            ("自行车", Decimal(800)),
            ("手机", Decimal(2300)),
            ("小包", None),
        ]
        assert one.address == "青石镇菜市场门口"

    def test_pressed_twice_it_is_one(self, cast: Cast) -> None:
        first, second = take(cast, client_id="desk:1"), take(cast, client_id="desk:1")
        assert first.matter.pk == second.matter.pk
        assert Matter.objects.count() == Incident.objects.count() == 1
        assert Person.objects.count() == 2  # the caller and the suspect
        assert second.code != first.code

    def test_nobody_has_to_say_who_they_are(self, cast: Cast) -> None:
        opened = take(cast, Report(what="桥下有人在卖假烟。"), by=None, channel="web")
        assert opened.matter.reporter is None
        assert incident(opened).receipt_at == MONDAY  # on the page at once

    def test_an_auxiliary_takes_and_a_supervisor_does_not(self, cast: Cast) -> None:
        assert take(cast, by=cast.jiang).matter.handler == cast.jiang
        with pytest.raises(Refused):
            take(cast, by=cast.shi)

    @pytest.mark.parametrize(
        "report",
        [
            Report(what="三年前被骗的。", happened_from=MONDAY - timedelta(days=1100)),
            Report(what="在邻县被偷的。", elsewhere="邻县白水镇"),
            Report(what="在海上出的事。", longitude=-30.0, latitude=10.0),
        ],
        ids=["long ago", "in another county", "outside every boundary"],
    )
    def test_nothing_is_refused_for_where_or_when(self, cast: Cast, report: Report) -> None:
        assert incident(take(cast, report)).registered_at == MONDAY

    def test_another_stations_ground_is_found_on_the_map(self, cast: Cast) -> None:
        square = {
            "type": "Polygon",
            "coordinates": [[[118.0, 28.0], [118.1, 28.0], [118.1, 28.1], [118.0, 28.1], [118.0, 28.0]]],
        }
        Community.objects.create(name="河湾村", slug="hewan", unit=cast.hewan, boundary=square)
        one = incident(take(cast, Report(what="被偷了。", longitude=118.05, latitude=28.05)))
        assert one.owner == cast.hewan
        outside = incident(take(cast, Report(what="被偷了。", longitude=119.0, latitude=29.0)))
        assert outside.owner is None
        assert "边界" in outside.elsewhere_says

    def test_danger_that_is_not_over_rings(self, cast: Cast) -> None:
        assert take(cast, Report(what="有人在门口不走。", unsafe=True)).matter.rings


@pytest.mark.django_db
class TestSafeContact:
    @pytest.mark.parametrize(
        ("report", "on"),
        [
            (Report(what="老公打我。", category="home"), True),
            (Report(what="看见有人撬锁。", category="saw"), True),
            (Report(what="被同学打了。", caller_minor=True), True),
            (Report(what="孩子被打。", people=(PartySaid("victim", about="我儿子", minor=True),)), True),
            (Report(what="看到两个人打架。", caller_role="witness"), True),
            (Report(what="自行车丢了。", category="stolen"), False),
            (Report(what="两个半大孩子偷我的瓜。", people=(PartySaid("suspect", minor=True),)), False),
            (Report(what="老公打我。", category="home", safe=False), False),
        ],
    )
    def test_it_is_on_where_a_call_could_hurt(self, cast: Cast, report: Report, on: bool) -> None:
        matter = take(cast, report).matter
        assert matter.safe_contact is on
        assert bool(may_contact(matter, "phone", MONDAY)) is not on
        assert may_contact(matter, "page", MONDAY)

    def test_what_was_asked_for_is_kept(self, cast: Cast) -> None:
        report = Report(what="老公打我。", category="home", contact={"ways": ["phone"], "hours": [9, 17]})
        matter = take(cast, report).matter
        assert may_contact(matter, "phone", MONDAY.replace(hour=9))
        assert not may_contact(matter, "phone", MONDAY.replace(hour=20))
        assert not may_contact(matter, "messenger", MONDAY.replace(hour=9))


@pytest.mark.django_db
class TestATalkThatIsAReport:
    def test_number_code_and_day_stay(self, cast: Cast) -> None:
        opened = consultation(cast, body="我的车昨晚停在桥头被砸了，怎么办？")
        later = MONDAY + timedelta(hours=5)
        usecases.become_incident(opened.matter, Report(what="", category="damaged"), by=cast.chen, at=later)
        matter = Matter.objects.get()
        assert (matter.number, matter.kind, matter.due_rule) == (opened.matter.number, "report", "fr-unclear")
        assert matter.due_at == MONDAY.replace(hour=0) + timedelta(days=4)  # from the day of arrival
        assert policy_of(opened).registered_at == later

    def test_only_once_and_never_a_complaint(self, cast: Cast) -> None:
        opened = take(cast)
        with pytest.raises(Refused):
            usecases.become_incident(opened.matter, Report(what=""), by=cast.chen, at=MONDAY)
        complaint = consultation(cast, kind="complaint", body="态度不好")
        with pytest.raises(Refused):
            usecases.become_incident(complaint.matter, Report(what=""), by=cast.liang, at=MONDAY)


def policy_of(opened: Opened) -> Incident:
    return Incident.objects.get(pk=opened.matter.pk)


@pytest.mark.django_db
def test_a_correction_keeps_people_and_names_no_value_in_the_timeline(cast: Cast) -> None:
    opened = take(cast)
    report = Report(
        what="",
        address="青石镇桥头",
        things=read_things("电动车 3000元"),
        people=(PartySaid("witness", name="王证人"),),
    )
    usecases.correct(opened.matter, report, by=cast.chen, at=MONDAY)
    one = incident(opened)
    assert one.address == "青石镇桥头"
    assert [thing.name for thing in one.things.all()] == ["电动车"]
    again = Report(what="", things=read_things("电动车 2800元"))
    Thing.objects.update(marks="车架号 7719")
    usecases.correct(opened.matter, again, by=cast.chen, at=MONDAY)
    assert [(thing.value_yuan, thing.marks) for thing in Thing.objects.all()] == [(Decimal(2800), "车架号 7719")]
    assert {who.role for who in Involved.objects.all()} == {"suspect", "witness"}
    entries = Entry.objects.filter(data__what="incidents.corrected")
    assert [(entry.data["people"], "桥头" in str(entry.data), "王证人" in str(entry.data)) for entry in entries] == [
        (1, False, False),
        (0, False, False),
    ]


@pytest.mark.django_db
def test_the_filing_columns_are_what_the_timeline_says(cast: Cast) -> None:
    opened = take(cast)
    usecases.take_evidence(opened.matter, by=cast.chen, items="发票一张", at=MONDAY)
    usecases.decide_nature(opened.matter, by=cast.chen, nature="criminal", words="三千多元。", at=MONDAY)
    one = incident(opened)
    assert timeline.rebuild(one, dry_run=True) == ()
    Incident.objects.filter(pk=one.pk).update(stage=filing.FILED, nature="help")
    one.refresh_from_db()
    assert set(timeline.rebuild(one)) == {"stage", "nature"}
    assert incident(opened).stage == filing.REVIEW


@pytest.mark.django_db
def test_the_reporter_reads_what_happened_and_not_what_is_internal(cast: Cast) -> None:
    opened = take(cast)
    usecases.correct(opened.matter, Report(what=""), by=cast.chen, at=MONDAY)
    seen = matters_seen(opened)
    assert "incidents.registered" in seen
    assert "incidents.corrected" not in seen


def matters_seen(opened: Opened) -> set[str]:
    entries = Entry.objects.visible_to(with_code(opened)).filter(matter=opened.matter)
    return {entry.data.get("what", "") for entry in entries}


class TestLinesOfProperty:
    @pytest.mark.parametrize(
        ("line", "thing"),
        [
            ("黑色手机 2300元 尾号 7719", ThingSaid("黑色手机", Decimal(2300), "尾号 7719")),
            ("自行车，800", ThingSaid("自行车", Decimal(800))),
            ("金项链 约1.2万", ThingSaid("金项链", Decimal(12000))),
            ("iPhone 13 手机 2300", ThingSaid("iPhone 13 手机 2300")),  # two bare numbers: not guessed at
            ("电脑 4,999 块钱 编号A12", ThingSaid("电脑", Decimal(4999), "编号A12")),
            ("钱包", ThingSaid("钱包")),
            ("3000", ThingSaid("3000")),
        ],
    )
    def test_a_line_is_read_as_people_write_it(self, line: str, thing: ThingSaid) -> None:
        assert read_things(line) == (thing,)

    @given(st.text(max_size=300))
    def test_nothing_that_was_written_is_lost(self, text: str) -> None:
        kept = "".join(write_things(read_things(text)).split())
        for digit in (ch for ch in text if "一" <= ch <= "龥" and ch not in "价值大约概差不多约元块钱万千"):
            assert digit in kept

    @given(
        st.lists(
            st.builds(
                ThingSaid,
                st.sampled_from(["手机", "自行车"]),
                st.one_of(st.none(), st.integers(1, 99_999).map(Decimal)),
                st.sampled_from(["", "红色"]),
            ),
            max_size=4,
        )
    )
    @settings(suppress_health_check=[HealthCheck.too_slow])  # the machine, not the strategy
    def test_written_again_it_reads_the_same(self, things: list[ThingSaid]) -> None:
        plain = tuple(t if t.value_yuan is not None else ThingSaid(t.name) for t in things)
        assert read_things(write_things(plain)) == plain
