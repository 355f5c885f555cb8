"""Recordings enter the register: one, or a list of which every line is right. The files stay where they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.recordings import policy
from shouwang.apps.recordings.errors import WrongLines, WrongMoment
from shouwang.apps.recordings.models import ClockReading, Device, Place, Recording
from shouwang.apps.recordings.usecases.staying import AHEAD
from shouwang.apps.units.models import Officer, Unit
from shouwang.apps.units.tables import Row, clean, read_table
from shouwang.engines.custody import Reading, offset_at
from shouwang.kernel import audit
from shouwang.kernel.policy import require

#: A single file longer than this is a slip of the keyboard.
LONGEST = timedelta(days=2)
HEX = re.compile(r"[0-9a-f]{64}")
COLUMNS: dict[str, tuple[str, ...]] = {
    "file_name": ("文件名", "文件", "file_name", "file", "name"),
    "sha256": ("sha256", "sha", "哈希", "校验值", "hash"),
    "size": ("大小", "字节", "size", "bytes"),
    "device": ("设备", "device"),
    "place": ("地方", "地点", "place"),
    "since": ("从", "开始", "from", "since"),
    "until": ("到", "结束", "until", "to"),
    "note": ("备注", "note"),
}
NEEDED = ("file_name", "sha256", "size", "device", "since", "until")
_TIMES = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
)


@dataclass(frozen=True, slots=True)
class Said:
    """One recording as it was told. Times are what the device showed; `line` is where it stood in a list."""

    device: Device
    place: Place
    shown_since: datetime
    shown_until: datetime
    sha256: str
    size_bytes: int
    file_name: str
    note: str = ""
    line: int = 0


def readings_of(devices: Sequence[Device]) -> list[Reading]:
    """What is known of the clocks of these devices, as the engine reads it. One question."""
    rows = ClockReading.objects.filter(device__in=devices)
    return [Reading(str(row.device_id), row.real_at, row.shown_at) for row in rows]


@transaction.atomic
def register(told: Sequence[Said], *, by: Officer, at: datetime) -> list[Recording]:
    """
    All of them, or none.

    Times are put right by the device's last comparison. A file that stands in the register already, with the same device, place and
    times, is that row: a list sent twice adds nothing.
    Raises  WrongLines naming every line that cannot be registered, Refused for another station's device
    """
    for unit in {one.device.unit_id: one.device.unit for one in told}.values():
        require(policy.may_register_at(by, unit))
    readings = readings_of([one.device for one in told])
    known = {
        (row.unit_id, row.sha256): row for row in Recording.objects.filter(sha256__in=[one.sha256 for one in told])
    }
    wrong: list[str] = []
    made: list[Recording] = []
    for one in told:
        ahead = offset_at(readings, str(one.device.pk), one.shown_since).ahead
        row = Recording(
            unit=one.device.unit,
            device=one.device,
            place=one.place,
            since=one.shown_since - ahead,
            until=one.shown_until - ahead,
            ahead_s=int(ahead.total_seconds()),
            sha256=one.sha256,
            size_bytes=one.size_bytes,
            file_name=one.file_name,
            note=one.note,
            registered_by=by,
            registered_at=at,
        )
        if problem := _problem(one, row, known.get((row.unit_id, row.sha256)), at):
            wrong.append(_("第 %(line)d 行：%(why)s") % {"line": one.line, "why": problem} if one.line else problem)
            continue
        before = known.setdefault((row.unit_id, row.sha256), row)
        made.append(before)
    if wrong:
        raise WrongLines(" ".join(wrong[:5]), tuple(wrong))
    fresh = [row for row in {id(row): row for row in made}.values() if row._state.adding]
    try:
        with transaction.atomic():
            for row in fresh:
                row.save()
    except IntegrityError as error:
        raise WrongMoment(_("同一个文件刚刚被别人登记了，请再看一下登记簿。")) from error
    for row in fresh:
        audit.record("recordings.registered", by=by.ref, on=row, at=at, sha256=row.sha256)
    return made


def _problem(one: Said, row: Recording, before: Recording | None, at: datetime) -> str:
    if one.place.unit_id != one.device.unit_id:
        return _("地方和设备不在同一个派出所。")
    if not HEX.fullmatch(one.sha256):
        return _("SHA-256 是 64 位的 0–9、a–f，这里不是。")
    if not 0 <= one.size_bytes < 2**62:
        return _("文件大小要是字节数。")
    if row.until <= row.since:
        return _("结束的时间要比开始晚。")
    if row.until - row.since > LONGEST:
        return _("一个文件不会超过两天，请看一下日期。")
    if row.until > at + AHEAD:
        return _("结束的时间还没有到，请看一下日期，或者设备的时钟是不是快了。")
    if before is not None and (before.device_id, before.place_id, before.since, before.until) != (
        row.device_id,
        row.place_id,
        row.since,
        row.until,
    ):
        return _("这个文件（%(sha)s…）已经登记过，是别的设备、地方或时间。") % {"sha": row.short}
    return ""


def read_list(data: bytes, devices: Sequence[Device], places: Sequence[Place]) -> list[Said]:
    """
    A list as people save it: CSV with the headings of `COLUMNS`.

    devices, places   those that this officer may register for, by whose names the lines are read
    Raises            WrongLines naming every line that cannot be read; NotUnderstood when it is no list at all
    """
    by_device = {one.name.casefold(): one for one in devices}
    found: list[Said] = []
    wrong: list[str] = []
    for row in read_table(data, COLUMNS, needed=NEEDED):
        device = by_device.get(row.values["device"].casefold())
        try:
            found.append(_read(row, device, places))
        except ValueError as why:
            wrong.append(_("第 %(line)d 行：%(why)s") % {"line": row.line, "why": why})
    if wrong:
        raise WrongLines(" ".join(wrong[:5]), tuple(wrong))
    return found


def _read(row: Row, device: Device | None, places: Sequence[Place]) -> Said:
    given = row.values
    if device is None:
        raise ValueError(_("清单里没有设备“%(name)s”。") % {"name": given["device"][:40]})
    named = [one for one in places if one.unit_id == device.unit_id and one.name == given["place"]]
    place = named[0] if named else device.place
    if place is None or (given["place"] and not named):
        raise ValueError(_("清单里没有地方“%(name)s”。") % {"name": given["place"][:40]})
    size = given["size"].replace(",", "")
    if not size.isascii() or not size.isdecimal() or len(size) > 18:
        raise ValueError(_("文件大小要是字节数。"))
    return Said(
        device,
        place,
        _time(given["since"]),
        _time(given["until"]),
        given["sha256"].lower().replace(" ", ""),
        int(size),
        given["file_name"][:200],
        given["note"][:500],
        row.line,
    )


def _time(text: str) -> datetime:
    """A station-local time."""
    for pattern in _TIMES:
        try:
            return timezone.make_aware(datetime.strptime(clean(text), pattern))  # noqa: DTZ007  made aware right here
        except (ValueError, OverflowError):
            continue
    raise ValueError(_("时间“%(text)s”看不懂，请写成 2026-11-23 21:30:00。") % {"text": text[:30]})


@transaction.atomic
def compare_clock(device: Device, *, by: Officer, shown_at: datetime, at: datetime) -> ClockReading:
    """The device showed this just now. Recordings registered from now on are put right by it; the others stay as they were registered."""
    require(policy.may_register_at(by, device.unit))
    if abs(shown_at - at) > timedelta(days=400):
        raise WrongMoment(_("差得太多了，请看一下年份。"))
    real_at = at.replace(microsecond=0)  # nobody reads a clock finer, and spans stay whole seconds
    reading = ClockReading.objects.create(device=device, real_at=real_at, shown_at=shown_at, by=by)
    ahead = int((shown_at - real_at).total_seconds())
    audit.record("recordings.clock_compared", by=by.ref, on=device, at=at, ahead_s=ahead)
    return reading


@transaction.atomic
def add_place(unit: Unit, *, by: Officer, name: str, at: datetime) -> Place:
    """A place of the station; one that was retired comes back."""
    require(policy.may_keep_lists_of(by, unit))
    place, _made = Place.objects.update_or_create(unit=unit, name=clean(name)[:40], defaults={"active": True})
    audit.record("recordings.place_added", by=by.ref, on=place, at=at)
    return place


@transaction.atomic
def add_device(unit: Unit, *, by: Officer, name: str, place: Place | None, at: datetime) -> Device:
    """A camera in its place, or one that is worn; one that was retired comes back."""
    require(policy.may_keep_lists_of(by, unit))
    if place is not None and place.unit_id != unit.pk:
        raise WrongMoment(_("请选本所的一个地方。"))
    device, _made = Device.objects.update_or_create(
        unit=unit, name=clean(name)[:40], defaults={"active": True, "place": place}
    )
    audit.record("recordings.device_added", by=by.ref, on=device, at=at)
    return device


@transaction.atomic
def retire(one: Place | Device, *, by: Officer, at: datetime) -> None:
    """It is used no more; what was registered with it stays."""
    require(policy.may_keep_lists_of(by, one.unit))
    type(one)._default_manager.filter(pk=one.pk).update(active=False)
    audit.record("recordings.retired", by=by.ref, on=one, at=at)
