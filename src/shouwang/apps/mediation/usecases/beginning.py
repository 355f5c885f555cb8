"""A mediation begins: its two sides, and whether the law allows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.timeline import locked
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.mediation import policy
from shouwang.apps.mediation.conditions import facts_of, held_days, judged, refusals
from shouwang.apps.mediation.errors import NotForMediation, WrongMoment
from shouwang.apps.mediation.models import Mediation, Side, SideCode, State
from shouwang.apps.mediation.timeline import happened, held
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the law asks of a case, as far as it is known; see `Mediation`."""

    act: str = ""
    light: bool | None = None
    private: bool | None = None
    ground: str = ""
    bars: tuple[str, ...] = ()
    facts: str = ""
    asked: bool | None = None


@dataclass(frozen=True, slots=True)
class SideSaid:
    """
    One side as it is chosen or entered.

    person   somebody whom the case or the report names; None to enter them with `name`, `phone` and `id_number`
    """

    person: Person | None = None
    name: str = ""
    phone: str = ""
    id_number: str = ""
    role: str = Side.Role.PARTY
    reporter: bool = False
    willing: bool | None = None
    minor: bool = False
    particulars: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def begin(
    matter: Matter,
    *,
    by: Officer,
    way: str,
    conditions: Conditions,
    sides: Sequence[SideSaid],
    at: datetime,
    client_id: str | None = None,
) -> Mediation:
    """
    Two sides of this matter are to come together. A second press finds the first.

    Raises   NotForMediation with every reason and its article, when the law does not allow it
    """
    matter = locked(matter)
    require(policy.may_begin(by, matter))
    if client_id and (earlier := Mediation.objects.filter(matter=matter, client_id=client_id).first()):
        return earlier
    if way not in policy.ways_of(matter):
        raise WrongMoment(_("这件事不能这样调：治安案件用治安调解或自行和解，不是案件的用纠纷调解。"))
    if Mediation.objects.running().filter(matter=matter).exists():
        raise WrongMoment(_("这件事已经有一次调解正在进行。"))
    if len(sides) != len(SideCode):
        raise WrongMoment(_("要有双方。"))
    mediation = Mediation.objects.create(
        matter=matter, way=way, mediator=by, opened_at=at, client_id=client_id, **_columns(conditions)
    )
    people = [_person(one, at) for one in sides]
    if people[0].pk == people[1].pk:
        raise WrongMoment(_("双方不能是同一个人。"))
    reporters = [one.reporter or person.pk == matter.reporter_id for one, person in zip(sides, people, strict=True)]
    if all(reporters):
        raise WrongMoment(_("报案人只能是其中一方。"))
    made = [
        Side.objects.create(
            mediation=mediation,
            code=code,
            person=person,
            role=one.role,
            reporter=reporter,
            willing=one.willing,
            minor=one.minor,
            particulars=json.dumps(one.particulars, ensure_ascii=False) if one.particulars else "",
        )
        for code, one, person, reporter in zip(SideCode.values, sides, people, reporters, strict=True)
    ]
    _require_possible(mediation, made, at)
    happened(mediation, "begun", at=at, by=by, way=way)
    audit.record("mediation.begun", by=by.ref, on=mediation, at=at, way=way)
    return mediation


def _columns(conditions: Conditions) -> dict[str, object]:
    given = asdict(conditions)
    return {**given, "bars": sorted(given["bars"]), "facts": clean_text(conditions.facts)}


def _person(one: SideSaid, at: datetime) -> Person:
    if one.person is not None:
        return one.person
    if not one.name.strip():
        raise WrongMoment(_("还差姓名或者称呼：双方都要知道是谁。"))
    return Person.objects.create(
        name=one.name.strip()[:40], phone=one.phone.strip()[:40], id_number=one.id_number.strip()[:40], created_at=at
    )


def _require_possible(mediation: Mediation, sides: Sequence[Side], at: datetime) -> None:
    found = judged(facts_of(mediation, sides, days=held_days(mediation)), at)
    if not found.possible:
        raise NotForMediation(_("不能调解：%(why)s。") % {"why": "；".join(refusals(found, at))})


def _add_to_person(person: Person, told: dict[str, str]) -> None:
    """What was not known of somebody; what the case or the report says of them stays."""
    fresh = {name: value for name, value in told.items() if value and not getattr(person, name)}
    for name, value in fresh.items():
        setattr(person, name, value)
    if fresh:
        person.save()


@transaction.atomic
def know(mediation: Mediation, *, by: Officer, conditions: Conditions, at: datetime) -> Mediation:
    """What the law asks, as it is known now. What turns out to forbid it is kept: the page says so, and nothing can be agreed."""
    mediation = held(mediation)
    require(policy.may_work(by, mediation))
    if mediation.state != State.OPEN:
        raise WrongMoment(_("已经谈成或者结束，不能再改。"))
    columns = _columns(conditions)
    for name, value in columns.items():
        setattr(mediation, name, value)
    mediation.save(update_fields=list(columns))
    audit.record("mediation.conditions_said", by=by.ref, on=mediation, at=at, act=conditions.act, bars=mediation.bars)
    return mediation


@transaction.atomic
def about_side(side: Side, *, by: Officer, at: datetime, **known: object) -> Side:
    """
    What is known of one side now: whether they want it, who is there with a minor, who comes in their place, and what papers say of them.

    known   columns of `Side` by name, `particulars` as a table, and `phone` and `id_number` where the house does not know them yet
    """
    mediation = held(side.mediation)
    require(policy.may_work(by, mediation))
    if not mediation.is_running:
        raise WrongMoment(_("已经结束，不能再改。"))
    fresh = next(one for one in mediation.sides.all() if one.pk == side.pk)
    _add_to_person(fresh.person, {name: str(known.pop(name, "") or "").strip()[:40] for name in ("phone", "id_number")})
    if "particulars" in known:
        known["particulars"] = json.dumps(known["particulars"], ensure_ascii=False)
    for name, value in known.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(known))
    audit.record("mediation.side_said", by=by.ref, on=mediation, at=at, side=fresh.code, fields=sorted(known))
    return fresh
