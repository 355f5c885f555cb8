"""
Who was on duty when: three shifts a day, told back from the present one,
so that the same officers stand at the desk at any hour of loading.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from shouwang.apps.units.models import Officer, Unit
from shouwang.demo.town import Town

SHIFT = timedelta(hours=8)
FIRST_HOUR = 0  # shifts begin at 0, 8 and 16 o'clock, station-local

#: Who is at the front desk now, then who was there in the shift before, and so on, over and over.
FRONT = {
    "QS": ("chen", "zhou", "yansong", "baitao"),
    "HW": ("meng", "tao", "kangshan"),
    "SP": ("he", "qiu", "luping"),
}
LEADS = {"QS": ("wenbin", "wuli"), "HW": ("kangshan", "shangzhi"), "SP": ("luping", "he")}
HELPERS = {"QS": ("jiang", "wanlu"), "HW": ("leixiao", "dingxi"), "SP": ("zhulin", "fengye")}
#: They hand over what is open when they leave; everybody else keeps office hours and their matters.
IN_SHIFTS = frozenset(name for names in (*FRONT.values(), *LEADS.values()) for name in names)


@dataclass(frozen=True, slots=True)
class Shift:
    """
    One shift of one station.

    start, end   the plan; people come a little earlier and leave a little later
    front        who takes the next question
    """

    unit: Unit
    start: datetime
    end: datetime
    front: Officer
    lead: Officer
    helper: Officer
    came: datetime
    left: datetime

    @property
    def people(self) -> Iterable[tuple[Officer, bool, datetime]]:
        """Each with whether they lead and when they came; whoever has the desk comes first."""
        late, later = timedelta(seconds=40), timedelta(seconds=85)
        return (
            (self.front, False, self.came),
            (self.lead, True, self.came + late),
            (self.helper, False, self.came + later),
        )


def start_of_shift(at: datetime) -> datetime:
    """When the shift that holds this moment began, station-local."""
    local = timezone.localtime(at)
    return local.replace(hour=local.hour // 8 * 8 + FIRST_HOUR, minute=0, second=0, microsecond=0)


class Duty:
    """The shifts of one station from `since` to the one that holds `now`."""

    def __init__(self, town: Town, prefix: str, *, since: datetime, now: datetime, rng: Random) -> None:
        self.unit = town.stations[prefix]
        self.shifts: list[Shift] = []
        start, back = start_of_shift(now), 0
        while start + SHIFT > since:
            front = town.officers[_nth(FRONT[prefix], back)]
            lead = next(
                town.officers[name]
                for name in (_nth(LEADS[prefix], back // 2), *LEADS[prefix])
                if town.officers[name] is not front
            )
            self.shifts.append(
                Shift(
                    unit=self.unit,
                    start=start,
                    end=start + SHIFT,
                    front=front,
                    lead=lead,
                    helper=town.officers[_nth(HELPERS[prefix], back // 3)],
                    came=start - timedelta(seconds=rng.randint(120, 900)),
                    left=min(start + SHIFT + timedelta(seconds=rng.randint(60, 420)), max(now, start + SHIFT)),
                )
            )
            start, back = start - SHIFT, back + 1
        self.shifts.reverse()
        self._starts = [shift.start for shift in self.shifts]

    def at(self, moment: datetime) -> Shift:
        """The shift that holds this moment."""
        return self.shifts[max(0, bisect_right(self._starts, moment) - 1)]

    def after(self, shift: Shift) -> Shift | None:
        """The next shift, or None when this one is on now."""
        place = bisect_right(self._starts, shift.start)
        return self.shifts[place] if place < len(self.shifts) else None


def _nth(names: tuple[str, ...], back: int) -> str:
    return names[back % len(names)]
