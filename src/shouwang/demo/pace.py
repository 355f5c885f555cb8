"""When things happen: the hours of a village, office hours, and how long people take. Station-local; chance is an argument."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from shouwang.apps.matters.clock import calendar

#: How many of a day's matters arrive in each hour from 0 to 23: quiet nights, a busy morning, a second peak after supper.
BY_HOUR = (7, 4, 3, 2, 2, 4, 10, 22, 44, 52, 48, 34, 24, 28, 42, 46, 42, 36, 32, 42, 48, 42, 26, 14)
#: Monday first. People save up questions for Monday.
BY_WEEKDAY = (1.22, 1.06, 1.0, 1.0, 1.05, 0.86, 0.8)
ON_A_HOLIDAY = 0.72
OPEN, SHUT = time(8, 30), time(17, 0)


def works(day: date) -> bool:
    """Whether offices work on this day, make-up days included."""
    return calendar().works(day)


def arrivals(rng: Random, since: datetime, until: datetime, a_day: float) -> Iterator[datetime]:
    """Moments at which somebody writes, in order within each day; `a_day` on an average day."""
    day, last = timezone.localtime(since).date(), timezone.localtime(until).date()
    zone = timezone.get_current_timezone()
    while day <= last:
        expected = a_day * BY_WEEKDAY[day.weekday()] * rng.uniform(0.75, 1.25)
        if not works(day) and day.weekday() < 5:
            expected *= ON_A_HOLIDAY
        count = int(expected) + (rng.random() < expected % 1)
        hours = rng.choices(range(24), BY_HOUR, k=count)
        moments = sorted(
            datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), tzinfo=zone) for hour in hours
        )
        yield from (moment for moment in moments if since <= moment <= until)
        day += timedelta(days=1)


def around(rng: Random, middle: timedelta, spread: float = 0.6) -> timedelta:
    """A time whose median is `middle`; people differ by a factor (lognormal)."""
    return timedelta(seconds=round(middle.total_seconds() * math.exp(rng.gauss(0, spread))))


def in_office(at: datetime, rng: Random) -> datetime:
    """This moment when offices are open, or a while after they next open."""
    local = timezone.localtime(at)
    if works(local.date()) and OPEN <= local.time() <= SHUT:
        return at
    day = local.date() if local.time() < OPEN else local.date() + timedelta(days=1)
    while not works(day):
        day += timedelta(days=1)
    opened = datetime.combine(day, OPEN, tzinfo=timezone.get_current_timezone())
    return opened + timedelta(seconds=rng.randint(300, 6000))


def after_working_days(at: datetime, count: int, rng: Random) -> datetime:
    """Some moment in office hours, `count` working days later."""
    day = timezone.localtime(at).date()
    while count:
        day += timedelta(days=1)
        count -= works(day)
    minute = rng.choice((9 * 60 + 5, 10 * 60, 11 * 60, 14 * 60 + 10, 15 * 60 + 30, 16 * 60 + 20)) + rng.randint(0, 30)
    return datetime.combine(
        day, time(minute // 60, minute % 60, rng.randrange(60)), tzinfo=timezone.get_current_timezone()
    )


def by_day(at: datetime, rng: Random) -> datetime:
    """Residents sleep: what would fall between midnight and six happens after breakfast."""
    local = timezone.localtime(at)
    if local.hour >= 6:
        return at
    morning = datetime.combine(local.date(), time(7), tzinfo=timezone.get_current_timezone())
    return morning + timedelta(seconds=rng.randint(0, 7200))
