"""Clocks of devices go wrong. Somebody compares them with the right time now and then; recordings are put right by that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from shouwang.engines.custody.model import Offset, Reading, Recording


def offset_at(readings: Iterable[Reading], device: str, shown: datetime) -> Offset:
    """
    How far a device's clock was ahead when it showed `shown`: by the last comparison before, else by the first one after.

    A device that nobody ever compared is believed.
    """
    own = sorted((one for one in readings if one.device == device), key=lambda one: one.shown)
    if not own:
        return Offset(timedelta(0))
    before = [n for n, one in enumerate(own) if one.shown <= shown]
    n = before[-1] if before else 0
    following = own[n + 1] if before and n + 1 < len(own) else None
    return Offset(own[n].ahead, own[n], following.ahead - own[n].ahead if following else None)


def corrected(recording: Recording, offset: Offset) -> Recording:
    """The same recording in real time."""
    return replace(recording, since=recording.since - offset.ahead, until=recording.until - offset.ahead)
