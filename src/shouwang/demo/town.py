"""Units, staff and communities of the demo town, as rows and as the look-ups its stories need."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from shouwang.apps.accounts.models import User
from shouwang.apps.places.boundaries import read_boundary
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Post, Role, Skill, Unit
from shouwang.demo import land, logins

DATA = Path(__file__).parent / "data" / "town.toml"


@cache
def town_data() -> dict[str, Any]:
    """`data/town.toml`."""
    with DATA.open("rb") as file:
        return tomllib.load(file)


@dataclass
class Town:
    """
    Everybody and every place, ready to be asked.

    stations      by prefix: QS, HW, SP
    officers      by user name
    roles         officer key → roles held
    communities   by slug; `words` are the names of roads, shops … each lends to its stories
    """

    bureau: Unit
    stations: dict[str, Unit]
    officers: dict[str, Officer]
    roles: dict[int, frozenset[str]]
    communities: dict[str, Community]
    words: dict[str, dict[str, list[str]]]
    by_key: dict[int, Officer] = field(default_factory=dict)
    _by_role: dict[tuple[int, str], list[Officer]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_key = {one.pk: one for one in self.officers.values()}
        for one in self.officers.values():
            for role in self.roles[one.pk]:
                self._by_role.setdefault((one.unit_id, role), []).append(one)

    def holders(self, unit_id: int, role: str) -> list[Officer]:
        """Who holds a role in a station or the bureau, in the order of the list."""
        return self._by_role.get((unit_id, role), [])

    def communities_of(self, station: Unit) -> list[Community]:
        return [one for one in self.communities.values() if one.unit.station.pk == station.pk]

    def leaders(self, unit_id: int) -> list[Officer]:
        """Who may review in a unit: its chiefs, then the bureau."""
        return [*self.holders(unit_id, Role.CHIEF), *self.holders(self.bureau.pk, Role.BUREAU)]


def build(rng: Random) -> Town:
    """Write units, staff and communities."""
    data = town_data()
    bureau = _unit(Unit.Kind.BUREAU, data["bureau"])
    units = {bureau.name: bureau}
    stations = {}
    for one in data["station"]:
        station = _unit(Unit.Kind.STATION, one, parent=bureau)
        units[station.name] = stations[station.prefix] = station
    for one in data["workstation"]:
        station = stations[one["station"]]
        units[one["name"]] = _unit(Unit.Kind.WORKSTATION, {**one, "phone": station.phone}, parent=station)
    officers, roles = _staff(data["staff"], units, since=date(2024, 3, 1))
    communities = _communities(data["community"], units, officers, rng)
    words = {
        one["slug"]: {name: one[name] for name in ("road", "landmark", "shop", "school", "where")}
        for one in data["community"]
    }
    return Town(bureau, stations, officers, roles, communities, words)


def _unit(kind: str, one: dict[str, Any], parent: Unit | None = None) -> Unit:
    longitude, latitude = one["at"]
    return Unit.objects.create(
        kind=kind,
        parent=parent,
        name=one["name"],
        name_en=one.get("name_en", ""),
        prefix=one.get("prefix", ""),
        region="33",
        phone=one.get("phone", ""),
        address=one.get("address", ""),
        hours=one.get("hours", ""),
        longitude=longitude,
        latitude=latitude,
    )


def _staff(
    groups: list[dict[str, Any]], units: dict[str, Unit], since: date
) -> tuple[dict[str, Officer], dict[int, frozenset[str]]]:
    # One hash for all: they share one password, and forty hashes would take longer than the whole town.
    password = make_password(logins.password())
    rows = [(units[group["unit"]], *person) for group in groups for person in group["people"]]
    users = User.objects.bulk_create(User(username=username, password=password) for _unit, username, *_rest in rows)
    officers = Officer.objects.bulk_create(
        Officer(
            user=user,
            unit=unit,
            name=name,
            public_name=public,
            police_number=number or None,
            phone=f"130-0000-{7000 + place}",
        )
        for place, (user, (unit, _user, name, public, _roles, number, _skills)) in enumerate(
            zip(users, rows, strict=True)
        )
    )
    encrypt = get_adapter().encrypt
    Authenticator.objects.bulk_create(
        Authenticator(
            user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(logins.totp_secret(user.username))}
        )
        for user in users
    )
    skills = {name: Skill(name=name) for *_rest, known in rows for name in known}
    Skill.objects.bulk_create(skills.values())
    by_name: dict[str, Officer] = {}
    roles: dict[int, frozenset[str]] = {}
    posts, knows = [], []
    for officer, (unit, username, _name, _public, held, _number, known) in zip(officers, rows, strict=True):
        by_name[username] = officer
        roles[officer.pk] = frozenset(str(Role(role)) for role in held)
        posts += [Post(officer=officer, unit=unit, role=role, since=since) for role in held]
        knows += [Officer.skills.through(officer=officer, skill=skills[name]) for name in known]
    Post.objects.bulk_create(posts)
    Officer.skills.through.objects.bulk_create(knows)
    return by_name, roles


def _communities(
    rows: list[dict[str, Any]], units: dict[str, Unit], officers: dict[str, Officer], rng: Random
) -> dict[str, Community]:
    shapes = land.boundaries({one["slug"]: tuple(one["at"]) for one in rows}, rng)
    for shape in shapes.values():
        read_boundary(shape)
    made = Community.objects.bulk_create(
        Community(
            kind=one["kind"],
            name=one["name"],
            name_en=one["name_en"],
            slug=one["slug"],
            unit=units[one["unit"]],
            officer=officers[one["officer"]],
            households=one["households"],
            population=one["population"],
            boundary=shapes[one["slug"]],
        )
        for one in rows
    )
    return {one.slug: one for one in made}
