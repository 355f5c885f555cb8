"""The cast with a station that has places and cameras, and a browser for the journey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.recordings import usecases
from shouwang.apps.recordings.models import Device, Place, Recording, Stay
from shouwang.apps.recordings.usecases.registering import Said
from tests.browser import browser, browser_page, house
from tests.cast import Cast, at, consultation

__all__ = ["browser", "browser_page", "house"]

LATER = at("2026-11-23 18:00")


@dataclass
class Station:
    """青石 with its hall, its interview room and their cameras, and one matter on Monday."""

    cast: Cast
    opened: Opened
    hall: Place
    room: Place
    cam_hall: Device
    cam_room: Device
    worn: Device

    @property
    def matter(self) -> Matter:
        return self.opened.matter

    def enter(self, when: str = "09:00", **given: object) -> usecases.Entered:
        moment = at(f"2026-11-23 {when}")
        told: dict[str, object] = {
            "came": "summoned",
            "place": self.hall,
            "name": "吴某",
            "id_number": "33082419900101001X",
        }
        return usecases.bring_in(self.matter, by=self.cast.chen, entered_at=moment, at=moment, **{**told, **given})

    def whole_hour(self) -> Stay:
        """In at 09:00, in the interview room from 09:20, out at 10:00."""
        stay = self.enter().stay
        usecases.move(stay, by=self.cast.chen, place=self.room, since=at("2026-11-23 09:20"), at=at("2026-11-23 09:20"))
        usecases.leave(
            stay, by=self.cast.chen, left_at=at("2026-11-23 10:00"), notice="paper", at=at("2026-11-23 10:01")
        )
        return Stay.objects.for_lists().get(pk=stay.pk)

    def film(self, since: str, until: str, device: Device | None = None, sha: str = "", **given: object) -> Recording:
        device = device or self.cam_room
        said = said_of(device, device.place or self.room, since, until, sha)
        (made,) = usecases.register([said], by=self.cast.jiang, at=LATER)
        return made

    def with_gap(self) -> Stay:
        """The hour with twelve minutes missing in the interview room."""
        stay = self.whole_hour()
        self.film("08:50", "09:20", self.cam_hall)
        self.film("09:32", "10:05")
        return Stay.objects.for_lists().get(pk=stay.pk)


def sha_of(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def said_of(device: Device, place: Place, since: str, until: str, sha: str = "", **given: object) -> Said:
    def moment(text: str) -> datetime:
        return at(text if " " in text else f"2026-11-23 {text}")

    known = sha or sha_of(f"{device.name}{since}{until}")
    return Said(device, place, moment(since), moment(until), known, 1_000_000, "D:/录像/雀文件.mp4", **given)  # type: ignore[arg-type]


@pytest.fixture
def station(cast: Cast) -> Station:
    return build(cast)


def build(cast: Cast) -> Station:
    when = at("2026-11-01 09:00")
    hall = usecases.add_place(cast.qingshi, by=cast.liang, name="大厅", at=when)
    room = usecases.add_place(cast.qingshi, by=cast.liang, name="询问室一", at=when)
    return Station(
        cast,
        consultation(cast, kind="help", at=at("2026-11-23 08:30")),
        hall,
        room,
        usecases.add_device(cast.qingshi, by=cast.liang, name="大厅摄像头", place=hall, at=when),
        usecases.add_device(cast.qingshi, by=cast.liang, name="询问室一摄像头", place=room, at=when),
        usecases.add_device(cast.qingshi, by=cast.liang, name="执法记录仪07", place=None, at=when),
    )
