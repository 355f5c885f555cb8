"""The register: one or many files, clocks that are wrong, checking, keeping and deleting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import close
from shouwang.apps.people.models import Look
from shouwang.apps.recordings import queries, usecases
from shouwang.apps.recordings.errors import StillKept, WrongLines, WrongMoment
from shouwang.apps.recordings.limits import kept_until
from shouwang.apps.recordings.models import Recording
from shouwang.apps.recordings.tests.conftest import LATER, Station, said_of, sha_of
from shouwang.apps.recordings.usecases.registering import read_list
from shouwang.kernel.errors import Refused
from shouwang.kernel.models import AuditRow
from tests.cast import as_officer, at

pytestmark = pytest.mark.django_db
HEAD = "文件名,SHA-256,大小,设备,地方,从,到,备注\n"


def listed(station: Station, text: str) -> list[Recording]:
    places, devices = queries.places_of([station.cast.qingshi]), queries.devices_of([station.cast.qingshi])
    return usecases.register(read_list(text.encode("gb18030"), devices, places), by=station.cast.jiang, at=LATER)


class TestRegistering:
    def test_a_list_sent_twice_is_registered_once(self, station: Station) -> None:
        text = HEAD + "".join(
            f"{n}.mp4,{sha_of(str(n)).upper()},1000,询问室一摄像头,,2026-11-23 09:{n:02d}:00,2026/11/23 09:{n + 1:02d}:00,\n"
            for n in range(10, 30)
        )
        for _twice in range(2):
            assert len(listed(station, text)) == 20
        assert Recording.objects.count() == 20
        assert AuditRow.objects.filter(action="recordings.registered").count() == 20
        one = Recording.objects.get(sha256=sha_of("10"))
        assert (one.place, one.since) == (station.room, at("2026-11-23 09:10"))

    def test_wrong_lines_are_named_and_nothing_is_half_done(self, station: Station) -> None:
        text = HEAD + (
            f"a.mp4,{sha_of('a')},1000,询问室一摄像头,,2026-11-23 09:00,2026-11-23 10:00,\n"
            f"b.mp4,{sha_of('b')},1000,没有的设备,,2026-11-23 09:00,2026-11-23 10:00,\n"
            f"c.mp4,{sha_of('c')},一千,询问室一摄像头,,2026-11-23 09:00,2026-11-23 10:00,\n"
            f"d.mp4,{sha_of('d')},1000,询问室一摄像头,,昨天,2026-11-23 10:00,\n"
            f"e.mp4,{sha_of('e')},1000,执法记录仪07,,2026-11-23 09:00,2026-11-23 10:00,\n"
        )
        with pytest.raises(WrongLines) as why:
            listed(station, text)
        assert [line.split("行")[0] for line in why.value.lines] == ["第 3 ", "第 4 ", "第 5 ", "第 6 "]
        assert Recording.objects.count() == 0

    def test_what_can_be_read_and_cannot_be_is_named_too(self, station: Station) -> None:
        text = HEAD + (
            f"a.mp4,{sha_of('a')},1000,询问室一摄像头,,2026-11-23 09:00,2026-11-23 10:00,\n"
            f"b.mp4,{sha_of('b')},1000,询问室一摄像头,,2026-11-23 10:00,2026-11-23 09:00,\n"
            "c.mp4,abc,1000,询问室一摄像头,,2026-11-23 09:00,2026-11-23 10:00,\n"
            f"d.mp4,{sha_of('d')},1000,询问室一摄像头,,2026-11-23 09:00,2026-11-24 10:00,\n"
            f"e.mp4,{sha_of('e')},1000,询问室一摄像头,,2026-11-01 09:00,2026-11-23 10:00,\n"
            f"f.mp4,{sha_of('a')},1000,大厅摄像头,,2026-11-23 09:00,2026-11-23 10:00,\n"
        )
        with pytest.raises(WrongLines) as why:
            listed(station, text)
        assert [line.split("行")[0] for line in why.value.lines] == [f"第 {n} " for n in range(3, 8)]
        assert Recording.objects.count() == 0

    def test_a_registered_file_cannot_be_told_to_be_of_another_time(self, station: Station) -> None:
        station.film("09:00", "10:00", sha=sha_of("x"))
        with pytest.raises(WrongLines, match="已经登记过"):
            station.film("09:00", "10:30", sha=sha_of("x"))
        assert Recording.objects.count() == 1

    @pytest.mark.parametrize("who", ["an", "meng", "shi", "admin"])
    def test_only_the_station_s_police_and_auxiliaries_register(self, station: Station, who: str) -> None:
        said = said_of(station.cam_room, station.room, "09:00", "10:00")
        with pytest.raises(Refused):
            usecases.register([said], by=as_officer(getattr(station.cast, who)).officer, at=LATER)

    def test_a_clock_that_is_ahead_is_put_right(self, station: Station) -> None:
        usecases.compare_clock(
            station.cam_room, by=station.cast.jiang, shown_at=at("2026-11-23 08:03"), at=at("2026-11-23 08:00")
        )
        stay = station.whole_hour()
        station.film("08:50", "09:20", station.cam_hall)
        one = station.film("09:35", "10:05")
        assert (one.since, one.until, one.ahead_s) == (at("2026-11-23 09:32"), at("2026-11-23 10:02"), 180)
        (covered,) = queries.coverage([stay], LATER)
        assert [seen.minutes for seen in covered.gaps] == [12]

    def test_one_device_in_two_places_is_told(self, station: Station) -> None:
        said = [
            said_of(station.worn, station.hall, "09:00", "09:30"),
            said_of(station.worn, station.room, "09:20", "10:00"),
        ]
        usecases.register(said, by=station.cast.jiang, at=LATER)
        (clash,) = queries.named_clashes(station.cast.liang, LATER)
        assert (clash.device, clash.places) == ("执法记录仪07", ("大厅", "询问室一"))
        assert (clash.since, clash.until) == (at("2026-11-23 09:20"), at("2026-11-23 09:30"))

    def test_only_the_chief_keeps_the_lists(self, station: Station) -> None:
        with pytest.raises(Refused):
            usecases.add_place(station.cast.qingshi, by=station.cast.chen, name="后院", at=LATER)
        with pytest.raises(Refused):
            usecases.retire(station.cam_hall, by=as_officer(station.cast.fan).officer, at=LATER)
        usecases.add_place(station.cast.qingshi, by=station.cast.shao, name="后院", at=LATER)


class TestChecking:
    def test_the_file_is_known_and_whom_it_shows(self, station: Station) -> None:
        stay = station.with_gap()
        one = Recording.objects.get(place=station.room)
        found = usecases.check(f" {one.sha256.upper()} ", by=station.cast.chen, reason="交给本人前核对", at=LATER)
        assert found.recording == one
        ((shown,),) = [[one] for one in found.stays]
        assert shown.stay == stay
        assert shown.spans == ((at("2026-11-23 09:32"), at("2026-11-23 10:00")),)
        look = Look.objects.get(subject=stay.ref)
        assert (look.officer, look.what, look.reason) == (station.cast.chen, ["recording"], "交给本人前核对")

    def test_a_changed_byte_is_another_file_and_the_question_is_recorded(self, station: Station) -> None:
        station.with_gap()
        found = usecases.check(sha_of("changed"), by=station.cast.chen, reason="核对", at=LATER)
        assert found.recording is None
        assert AuditRow.objects.get(action="recordings.checked").details["known"] is False

    def test_another_station_s_file_is_not_there(self, station: Station) -> None:
        one = station.film("09:00", "10:00")
        assert (
            usecases.check(one.sha256, by=as_officer(station.cast.meng).officer, reason="核对", at=LATER).recording
            is None
        )

    @pytest.mark.parametrize(("sha", "reason"), [("abc", "核对"), ("", "核对"), ("0" * 64, " ")])
    def test_it_needs_a_hash_and_a_reason(self, station: Station, sha: str, reason: str) -> None:
        with pytest.raises(NothingSaid):
            usecases.check(sha, by=station.cast.chen, reason=reason, at=LATER)

    def test_clerks_check_nothing(self, station: Station) -> None:
        with pytest.raises(Refused):
            usecases.check("0" * 64, by=station.cast.an, reason="看看", at=LATER)


#: 公通字〔2016〕14号 art. 13: six months from the recording; the last day is still kept.
LAST_DAY = at("2027-05-23 12:00")
THEN = at("2027-05-24 00:30")


class TestKeeping:
    def test_six_months_and_not_a_day_less(self, station: Station) -> None:
        one = station.film("09:00", "10:00")
        assert kept_until(one.until).isoformat() == "2027-05-23"
        with pytest.raises(StillKept):
            usecases.ask_deletion(one, by=station.cast.chen, words="期满", at=LAST_DAY)
        assert queries.may_go(station.cast.chen, LAST_DAY) == []
        assert [row.recording for row in queries.may_go(station.cast.chen, THEN)] == [one]

    def test_an_open_matter_or_request_keeps_it(self, station: Station) -> None:
        stay = station.with_gap()
        one = Recording.objects.get(place=station.room)
        assert queries.may_go(station.cast.liang, THEN) == []
        with pytest.raises(StillKept):
            usecases.ask_deletion(one, by=station.cast.chen, words="期满", at=THEN)
        close(station.matter, by=station.cast.liang, reason="answered", words="好了。", at=THEN - timedelta(days=1))
        assert len(queries.may_go(station.cast.liang, THEN)) == 2
        asked = usecases.ask(stay, asks="copy", since=None, until=None, words="", at=THEN)
        assert queries.may_go(station.cast.liang, THEN) == []
        usecases.decide(asked, by=station.cast.liang, granted=True, words="来取", handed="U 盘", at=THEN)
        assert len(queries.may_go(station.cast.liang, THEN)) == 2

    def test_two_people_delete_and_the_row_stays(self, station: Station) -> None:
        one = station.film("09:00", "10:00")
        with pytest.raises(Refused):
            usecases.confirm_deletion(one, by=station.cast.liang, at=THEN)
        usecases.ask_deletion(one, by=station.cast.liang, words="期满", at=THEN)
        for who in ("liang", "chen"):  # who proposed it, and who does not answer for recordings
            with pytest.raises(Refused):
                usecases.confirm_deletion(one, by=getattr(station.cast, who), at=THEN)
        usecases.confirm_deletion(one, by=station.cast.shao, at=THEN)
        one.refresh_from_db()
        assert (one.deleted_by, one.delete_asked_by) == (station.cast.shao, station.cast.liang)
        assert queries.may_go(station.cast.liang, THEN) == []
        assert usecases.check(one.sha256, by=station.cast.chen, reason="核对", at=THEN).recording == one
        with pytest.raises(Refused):
            usecases.confirm_deletion(one, by=station.cast.shao, at=THEN)

    def test_what_is_kept_for_good_is_never_deleted(self, station: Station) -> None:
        one = station.film("09:00", "10:00")
        usecases.ask_deletion(one, by=station.cast.chen, words="期满", at=THEN)
        usecases.keep_for_good(one, by=station.cast.jiang, words="是证据", at=THEN)
        one.refresh_from_db()
        assert one.delete_asked_by is None
        with pytest.raises(StillKept):
            usecases.ask_deletion(one, by=station.cast.chen, words="期满", at=THEN)

    def test_a_matter_reopened_after_the_proposal_still_keeps_it(self, station: Station) -> None:
        station.with_gap()
        one = Recording.objects.get(place=station.room)
        close(station.matter, by=station.cast.liang, reason="answered", words="好了。", at=THEN - timedelta(days=1))
        usecases.ask_deletion(one, by=station.cast.chen, words="期满", at=THEN)
        type(station.matter).objects.filter(pk=station.matter.pk).update(state="disputed")
        with pytest.raises(StillKept):
            usecases.confirm_deletion(one, by=station.cast.liang, at=THEN)

    def test_a_deletion_is_proposed_once(self, station: Station) -> None:
        one = station.film("09:00", "10:00")
        usecases.ask_deletion(one, by=station.cast.chen, words="期满", at=THEN)
        with pytest.raises(WrongMoment):
            usecases.ask_deletion(one, by=station.cast.zhou, words="期满", at=THEN)
