"""What the tests of diversion share: the knowledge of the house, read once, and a Wednesday morning in Jiangxi."""

from datetime import date, datetime, timedelta, timezone
from functools import cache

from shouwang.engines.law.rulebook import Rulebook
from shouwang.engines.triage.diversion import Answers, Area, Knowledge, Report, triage
from shouwang.engines.triage.nature import Law

ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 5, 6, 9, tzinfo=ZONE)
JIANGXI = "36"


@cache
def knowledge():
    return Knowledge.load()


@cache
def book():
    return Rulebook.load()


def law(region=JIANGXI, on=date(2026, 5, 6)):
    return Law(book(), region, on)


def tell(text, *, region=JIANGXI, area=Area.OWN, now=NOW, area_name="", **answers):
    """Triage of a report, with what the officer answered."""
    return triage(
        Report(text, now, ZONE, region=region, area=area, area_name=area_name, answers=Answers(**answers)), knowledge()
    )


def best(text, **more):
    return tell(text, **more).suggestions[0]


def codes(because):
    return [each.code for each in because]
