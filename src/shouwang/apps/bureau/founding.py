"""The first-run wizard's use cases: keep an answer, create the house, finish."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.accounts import second_factor
from shouwang.apps.bureau import setupkey
from shouwang.apps.bureau.models import Setup
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.apps.units.usecases import add_officer, add_unit
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict

BY = "setup"


def progress() -> Setup:
    """The one row of answers."""
    return Setup.objects.get_or_create(pk=1)[0]


@transaction.atomic
def answer(at: datetime, **answers: Any) -> Setup:
    """Keep answers; a question answered again has its new answer."""
    setup = progress()
    setup.answers = {**setup.answers, **answers}
    setup.save(update_fields=["answers"])
    audit.record("bureau.setup.answered", by=BY, on=setup, at=at, questions=sorted(answers))
    return setup


@transaction.atomic
def keep_administrator(at: datetime, *, username: str, name: str, password: str) -> Setup:
    """Who will be the first administrator. An empty password keeps the one given before."""
    setup = answer(at, username=username, administrator=name)
    if password:
        setup.password = make_password(password)
    setup.secret = setup.secret or second_factor.new_secret()
    setup.save(update_fields=["password", "secret"])
    return setup


def stations_of(setup: Setup) -> list[dict[str, str]]:
    """The stations answered so far."""
    return list(setup.answers.get("stations", []))


def missing(setup: Setup) -> str:
    """The step that still lacks an answer: bureau, stations, administrator, or nothing."""
    if not setup.answers.get("bureau"):
        return "bureau"
    stations = stations_of(setup)
    if not stations or any("phone" not in station for station in stations):
        return "stations"
    if not setup.password or not setup.answers.get("username"):
        return "administrator"
    return ""


@transaction.atomic
def create_house(at: datetime) -> Officer:
    """
    Bureau, stations and the first administrator, all or nothing. From here on the key opens nothing.

    Raises Conflict when somebody else was quicker, or an answer is missing.
    """
    setup = Setup.objects.select_for_update().get(pk=1)
    if not setupkey.is_open() or missing(setup):
        raise Conflict(_("这一步已经办过了，或者前面还有没填的。"))
    answers = setup.answers
    bureau = add_unit(by=None, at=at, kind=Unit.Kind.BUREAU, name=answers["bureau"], region=_common_region(setup))
    for station in stations_of(setup):
        add_unit(by=None, at=at, kind=Unit.Kind.STATION, parent=bureau, **station)
    officer = add_officer(
        by=None,
        at=at,
        username=answers["username"],
        unit=bureau,
        name=answers["administrator"],
        public_name=answers["administrator"],
        roles=(Role.ADMINISTRATOR.value,),
    )
    officer.user.password = setup.password
    officer.user.save(update_fields=["password"])
    second_factor.activate(officer.user, setup.secret)
    setup.administrator, setup.password, setup.secret = officer, "", ""
    setup.save()
    audit.record("bureau.setup.house_created", by=officer.ref, on=bureau, at=at)
    transaction.on_commit(setupkey.forget_key)
    return officer


def _common_region(setup: Setup) -> str:
    """The digits that all stations share, in whole pairs."""
    regions = [station.get("region", "") for station in stations_of(setup)]
    shared = regions[0] if regions else ""
    while shared and not all(region.startswith(shared) for region in regions):
        shared = shared[:-2]
    return shared


@transaction.atomic
def codes_written(setup: Setup, *, at: datetime) -> None:
    """The administrator says that the recovery codes are on paper."""
    setup.codes_written_at = at
    setup.save(update_fields=["codes_written_at"])
    audit.record("bureau.setup.codes_written", by=_ref(setup), on=setup, at=at)


@transaction.atomic
def finish(setup: Setup, *, at: datetime) -> None:
    """The wizard is over; its address is gone from now on."""
    won = Setup.objects.filter(pk=setup.pk, finished_at=None).update(finished_at=at, answers={})
    if won:
        audit.record("bureau.setup.finished", by=_ref(setup), on=setup, at=at)
        transaction.on_commit(setupkey.forget_key)


def _ref(setup: Setup) -> str:
    return setup.administrator.ref if setup.administrator else BY
