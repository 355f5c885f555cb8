"""From coming to leaving: who may register it, what is recorded of it, and why something is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.usecases import close
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.people.models import Person
from shouwang.apps.recordings import policy, queries, usecases
from shouwang.apps.recordings.errors import AlreadyInside, UnknownStayCode, WrongMoment
from shouwang.apps.recordings.limits import limit_of
from shouwang.apps.recordings.models import Came, Explanation, Stay, StayCode
from shouwang.apps.recordings.tests.conftest import LATER, Station
from shouwang.kernel import ids
from shouwang.kernel.appendonly import Unchangeable
from shouwang.kernel.errors import Refused, TooOften
from shouwang.kernel.models import AuditRow
from tests.cast import as_officer, at, with_code

pytestmark = pytest.mark.django_db


class TestComingAndLeaving:
    def test_coming_gives_a_code_and_stands_in_the_timeline_of_the_station_only(self, station: Station) -> None:
        entered = station.enter()
        assert len(entered.code) == 12
        entry = station.matter.entries.get(data__what="recordings.entered")
        assert entry.visibility == Visibility.STATION
        assert "吴" not in str(entry.data) + entry.body
        assert not station.matter.entries.visible_to(with_code(station.opened)).filter(pk=entry.pk).exists()
        assert AuditRow.objects.filter(action="recordings.entered").count() == 1

    def test_a_retry_is_the_same_stay(self, station: Station) -> None:
        first, second = station.enter(client_id="x"), station.enter(client_id="x")
        assert (second.stay.pk, second.code) == (first.stay.pk, "")
        assert Stay.objects.count() == 1

    def test_a_person_is_inside_once(self, station: Station) -> None:
        station.enter()
        with pytest.raises(AlreadyInside):
            station.enter("09:30")
        assert Person.objects.exclude(id_index="").count() == 1, (
            "known by the ID number, and the failed try left nobody"
        )

    def test_an_id_number_that_is_somebody_else_s_is_asked_again(self, station: Station) -> None:
        station.enter()
        with pytest.raises(WrongMoment, match="再核对一次证件"):
            station.enter(name="郑某")
        assert Stay.objects.count() == 1

    def test_somebody_unknown_is_described(self, station: Station) -> None:
        with pytest.raises(NothingSaid):
            station.enter(name="", id_number="")
        one = station.enter(name="", id_number="", description="五十岁上下，蓝色工装").stay
        other = station.enter(name="", id_number="", description="另一个人").stay
        assert (one.person, other.person) == (None, None)

    @pytest.mark.parametrize("who", ["an", "meng", "shi", "admin"])
    def test_clerks_other_stations_and_outsiders_register_nobody(self, station: Station, who: str) -> None:
        with pytest.raises(Refused):
            usecases.bring_in(
                station.matter,
                by=as_officer(getattr(station.cast, who)).officer,
                came="self",
                place=station.hall,
                entered_at=LATER,
                at=LATER,
                name="某",
            )
        assert Stay.objects.count() == 0

    def test_a_closed_matter_takes_nobody_in(self, station: Station) -> None:
        close(station.matter, by=station.cast.liang, reason="answered", words="好了。", at=at("2026-11-23 08:40"))
        station.matter.refresh_from_db()
        with pytest.raises(Refused):
            station.enter()

    def test_without_places_the_desk_is_told_to_ask_the_chief(self, station: Station) -> None:
        usecases.retire(station.hall, by=station.cast.liang, at=LATER)
        usecases.retire(station.room, by=station.cast.liang, at=LATER)
        assert "所长" in policy.may_bring_in(station.cast.chen, station.matter).reason

    @pytest.mark.parametrize(
        ("since", "why"),
        [
            ("09:00", "at coming there is a place already"),
            ("08:00", "before coming"),
            ("10:30", "after leaving"),
            ("23:00", "not yet"),
        ],
    )
    def test_a_move_lies_between_coming_and_leaving(self, station: Station, since: str, why: str) -> None:
        stay = station.whole_hour()
        with pytest.raises(WrongMoment):
            usecases.move(stay, by=station.cast.chen, place=station.hall, since=at(f"2026-11-23 {since}"), at=LATER)
        assert stay.moves.count() == 2, why

    def test_a_forgotten_move_is_written_later(self, station: Station) -> None:
        stay = station.whole_hour()
        for _twice in range(2):
            usecases.move(stay, by=station.cast.chen, place=station.hall, since=at("2026-11-23 09:50"), at=LATER)
        fresh = Stay.objects.for_lists().get(pk=stay.pk)
        assert [one.place for one in queries.as_stay(fresh, LATER).places] == [
            str(station.hall.pk), str(station.room.pk), str(station.hall.pk)
        ]  # fmt: skip

    def test_leaving_twice_is_one_leaving_and_both_codes_open(self, station: Station) -> None:
        entered = station.enter()
        given = {"by": station.cast.chen, "left_at": at("2026-11-23 10:00"), "notice": "paper", "at": LATER}
        first = usecases.leave(entered.stay, **given)
        assert usecases.leave(entered.stay, **given).code == ""
        for code in (entered.code, first.code):
            assert usecases.open_code(code, address="a", at=LATER, tries_per_hour=5).stay_id == entered.stay.pk
        fresh = usecases.new_code(entered.stay, by=station.cast.chen, reason="核对了身份证", at=LATER).code
        with pytest.raises(UnknownStayCode):
            usecases.open_code(entered.code, address="a", at=LATER, tries_per_hour=5)
        assert usecases.open_code(fresh, address="a", at=LATER, tries_per_hour=5)
        assert not StayCode.objects.filter(digest__contains=fresh).exists(), "only its hash is kept"

    def test_codes_cannot_be_tried_for_ever(self, station: Station) -> None:
        for _try in range(3):
            with pytest.raises(UnknownStayCode):
                usecases.open_code(ids.new_code(), address="a", at=LATER, tries_per_hour=3)
        with pytest.raises(TooOften):
            usecases.open_code(station.enter().code, address="a", at=LATER, tries_per_hour=3)

    def test_leaving_cannot_lie_before_the_last_move(self, station: Station) -> None:
        stay = station.enter().stay
        usecases.move(stay, by=station.cast.chen, place=station.room, since=at("2026-11-23 09:20"), at=LATER)
        with pytest.raises(WrongMoment):
            usecases.leave(stay, by=station.cast.chen, left_at=at("2026-11-23 09:10"), notice="paper", at=LATER)

    def test_the_database_refuses_a_stay_that_ends_before_it_began(self, station: Station) -> None:
        stay = station.enter().stay
        with pytest.raises(IntegrityError), transaction.atomic():
            Stay.objects.filter(pk=stay.pk).update(left_at=stay.entered_at - timedelta(minutes=1))


class TestLimits:
    @pytest.mark.parametrize(
        ("came", "until", "source"),
        [
            (Came.SUMMONED, "2026-11-23 17:00", "97"),  # 治安管理处罚法 art. 97: eight hours from arrival
            (Came.CRIMINAL, "2026-11-23 21:00", "119"),  # 刑事诉讼法 art. 119: twelve hours
            (Came.HELD, "2026-11-23 21:00", "9"),  # 人民警察法 art. 9 and the procedure rules: twelve hours
        ],
    )
    def test_questioning_is_limited_by_how_somebody_came(
        self, station: Station, came: str, until: str, source: str
    ) -> None:
        limit = limit_of(station.enter(came=came).stay, at("2026-11-23 12:00"))
        assert limit is not None
        assert limit.until == at(until)
        assert source in limit.source

    def test_whoever_comes_freely_has_no_limit(self, station: Station) -> None:
        assert limit_of(station.enter(came="self").stay, LATER) is None

    def test_a_text_that_was_not_checked_to_the_end_says_so(self, station: Station) -> None:
        limit = limit_of(station.enter(came="held").stay, LATER)
        assert limit is not None
        assert "2018" in limit.doubt

    def test_a_longer_limit_counts_from_coming_and_needs_a_police_officer_and_a_reason(self, station: Station) -> None:
        stay = station.enter().stay
        with pytest.raises(Refused):
            usecases.change_limit(stay, by=station.cast.jiang, rule="psl-ask-many", words="人多", at=LATER)
        with pytest.raises(NothingSaid):
            usecases.change_limit(stay, by=station.cast.chen, rule="psl-ask-many", words=" ", at=LATER)
        with pytest.raises(WrongMoment):
            usecases.change_limit(stay, by=station.cast.chen, rule="ap-hold-48", words="x", at=LATER)
        usecases.change_limit(stay, by=station.cast.chen, rule="psl-ask-many", words="涉案人多", at=LATER)
        stay.refresh_from_db()
        limit = limit_of(stay, LATER)
        assert limit is not None
        assert limit.until == at("2026-11-23 21:00")
        assert AuditRow.objects.get(action="recordings.limit_changed").reason == "涉案人多"

    def test_leaving_ends_it(self, station: Station) -> None:
        limit = limit_of(station.whole_hour(), at("2026-11-25 09:00"))
        assert limit is not None
        assert not limit.passed
        assert limit.left_minutes == 420


class TestGaps:
    def test_twelve_minutes_are_missing_until_an_officer_explains(self, station: Station) -> None:
        stay = station.with_gap()
        (row,) = queries.stays_for(station.cast.liang, "gaps", LATER)
        (seen,) = row.unexplained
        assert (seen.minutes, seen.places) == (12, ["询问室一"])
        assert (seen.gap.since, seen.gap.until) == (at("2026-11-23 09:20"), at("2026-11-23 09:32"))
        with pytest.raises(Refused):
            usecases.explain(
                stay, by=station.cast.jiang, since=seen.gap.since, until=seen.gap.until, words="停电", at=LATER
            )
        for _twice in range(2):
            usecases.explain(
                stay, by=station.cast.chen, since=seen.gap.since, until=seen.gap.until, words="停电", at=LATER
            )
        assert Explanation.objects.count() == 1
        assert queries.stays_for(station.cast.liang, "gaps", LATER) == []
        (told,) = queries.stays_for(station.cast.liang, "all", LATER)
        assert told.gaps[0].explained is not None
        assert station.matter.entries.filter(data__what="recordings.gap-explained").count() == 1

    def test_what_is_explained_covers_only_what_lies_within(self, station: Station) -> None:
        stay = station.with_gap()
        usecases.explain(
            stay,
            by=station.cast.chen,
            since=at("2026-11-23 09:20"),
            until=at("2026-11-23 09:30"),
            words="停电",
            at=LATER,
        )
        assert len(queries.stays_for(station.cast.liang, "gaps", LATER)) == 1

    def test_a_later_file_closes_the_gap(self, station: Station) -> None:
        station.with_gap()
        station.film("09:19", "09:33")
        assert queries.stays_for(station.cast.liang, "gaps", LATER) == []
        (row,) = queries.stays_for(station.cast.liang, "all", LATER)
        assert row.gaps == []
        assert queries.figures([row]) == queries.Figures(stays=1, whole=1, gaps=0, unexplained=0, inside=0)

    def test_nobody_is_asked_to_explain_while_the_person_is_inside(self, station: Station) -> None:
        station.enter()
        (row,) = queries.stays_for(station.cast.liang, "inside", LATER)
        assert row.gaps
        assert row.unexplained == []

    def test_signed_words_are_never_changed(self, station: Station) -> None:
        stay = station.with_gap()
        told = usecases.explain(
            stay, by=station.cast.chen, since=stay.entered_at, until=at("2026-11-23 09:32"), words="停电", at=LATER
        )
        told.words = "别的"
        with pytest.raises(Unchangeable):
            told.save()

    @pytest.mark.parametrize(("since", "until"), [("08:00", "09:30"), ("09:30", "10:30"), ("09:30", "09:30")])
    def test_only_time_of_the_stay_is_explained(self, station: Station, since: str, until: str) -> None:
        with pytest.raises(WrongMoment):
            usecases.explain(
                station.with_gap(),
                by=station.cast.chen,
                since=at(f"2026-11-23 {since}"),
                until=at(f"2026-11-23 {until}"),
                words="停电",
                at=LATER,
            )


class TestWhoMaySee:
    def test_the_list_and_the_rule_for_one_agree(self, station: Station) -> None:
        stay = station.whole_hour()
        station.matter.kept_from.add(station.cast.zhou)
        seen = {
            name
            for name, one in station.cast.everybody().items()
            if Stay.objects.visible_to(as_officer(one).officer).filter(pk=stay.pk).exists()
        }
        assert seen == {name for name, one in station.cast.everybody().items() if policy.may_read(one, stay)}
        assert seen == {"chen", "liang", "an", "jiang", "shao"}

    def test_a_transfer_leaves_the_stay_with_the_station_that_has_the_recordings(self, station: Station) -> None:
        stay = station.whole_hour()
        Matter.objects.filter(pk=station.matter.pk).update(unit=station.cast.hewan)
        stay = Stay.objects.for_lists().get(pk=stay.pk)
        assert policy.may_work(station.cast.chen, stay)
        assert policy.may_read(station.cast.meng, stay)
        assert not policy.may_work(station.cast.meng, stay)

    def test_an_officer_who_is_concerned_does_not_find_the_recordings_either(self, station: Station) -> None:
        station.with_gap()
        other = station.film("12:00", "13:00")
        station.matter.kept_from.add(station.cast.zhou)
        seen = queries.register_rows(as_officer(station.cast.zhou).officer, station.cast.qingshi)
        assert [row.recording for row in seen] == [other]
        assert len(queries.register_rows(station.cast.chen, station.cast.qingshi)) == 3
