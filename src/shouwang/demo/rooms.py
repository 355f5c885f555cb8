"""The groups of four villages: neighbours, their officer, and what was said in four months; one of them comes from QQ."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from shouwang.apps.notices.gateways import set_up_gateway, switch_gateway
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.talk.models import (
    CODE_LENGTH,
    CODE_LETTERS,
    Gathered,
    GroupLink,
    Member,
    Post,
    Reading,
    Room,
    Via,
    digest_of,
)
from shouwang.apps.talk.names import LONGEST_NICKNAME, nickname_key
from shouwang.apps.units.models import Officer
from shouwang.demo import pace
from shouwang.demo.casting import SPAN
from shouwang.demo.stories import blanks_in
from shouwang.demo.town import Town
from shouwang.kernel.fields import blind

DATA = Path(__file__).parent / "data" / "rooms.toml"
MEMBERS, BATCH = 46, 2000
A_NIGHT = timedelta(hours=14)
POLICE = "警："
#: What an officer writes about a gathered post becomes known this long after it was said.
KNOWN_AFTER = timedelta(days=4)
#: When a room hears of a weekly page, in which words, and the id of that post.
Told = tuple[datetime, str, str]
#: What a room of this community hears of, given the Mondays of the weeks in which a suggestion was gathered in it.
Telling = Callable[[Community, Collection[date]], list[Told]]


def write(town: Town, people: list[Person], tell: Telling, *, now: datetime, seed: int, share: float) -> dict[int, str]:
    """
    Rooms, members and posts. Numbers have no gap, and nothing is later than `now`.

    Returns   the posts that the officer gathered, each with the sentence for everybody
    """
    data = tomllib.loads(DATA.read_text())
    sentences: dict[int, str] = {}
    for one in data["room"]:
        rng = Random(f"{seed}/room/{one['community']}")  # noqa: S311
        sentences |= _room(town, people, one, data, tell, now=now, rng=rng, share=share)
    return sentences


def _room(
    town: Town,
    people: list[Person],
    one: dict[str, Any],
    data: dict[str, Any],
    tell: Telling,
    *,
    now: datetime,
    rng: Random,
    share: float,
) -> dict[int, str]:
    community = town.communities[one["community"]]
    # The same poster in every print: letters from the key of this house instead of chance.
    number = int(blind(community.slug, "demo.room"), 16)
    letters = [CODE_LETTERS[number // len(CODE_LETTERS) ** place % len(CODE_LETTERS)] for place in range(CODE_LENGTH)]
    room = Room.objects.create(
        community=community,
        unit=community.unit.station,
        name=one["name"],
        slug=community.slug,
        join_code="".join(letters),
        rules=data["rules"],
    )
    if one["qq"]:
        _group_of(room, now)
    members = _members(room, people, one["qq"], now, rng)
    said = _said(room, town, members, data["threads"]["all"], one["posts"] * share, now=now, rng=rng)
    gathered = _gathered(said, {one["says"]: one for one in data["gathered"]}, now)
    weeks = {monday_of(post.at) for post, how in gathered if how["kind"] == Gathered.Kind.SUGGESTION}
    told = [_by_police(room, at, words, client_id=once) for at, words, once in tell(community, weeks)]
    posts = sorted([*told, *(post for post, _pattern in said)], key=lambda post: post.at)
    for seq, post in enumerate(posts, 1):
        post.seq = seq
    Post.objects.bulk_create(posts, batch_size=BATCH)
    Room.objects.filter(pk=room.pk).update(last_seq=len(posts))
    # Whoever serves there read the room before going home last night.
    read = sum(post.at < now - A_NIGHT / 2 for post in posts)
    staff = (one for one in town.officers.values() if one.unit.station.pk == room.unit_id)
    Reading.objects.bulk_create(Reading(room=room, officer=officer, seq=read) for officer in staff)
    Gathered.objects.bulk_create(_marks(gathered, community.officer, now), batch_size=BATCH)
    return {post.pk: how["sentence"] for post, how in gathered}


def _group_of(room: Room, now: datetime) -> None:
    """Where its posts came from: a number that exists nowhere, switched off, so that nobody waits for a messenger that never calls."""
    gateway = set_up_gateway("示范 QQ", "10000", by="house", at=now - SPAN, unit=room.unit)
    switch_gateway(gateway, on=False, by="house", at=now, reason="示范数据：没有真的 QQ 号。")
    GroupLink.objects.create(gateway=gateway, group="20000", room=room)


def monday_of(at: datetime) -> date:
    """The Monday of the station-local week."""
    day = timezone.localtime(at).date()
    return day - timedelta(days=day.weekday())


def _gathered(
    said: list[tuple[Post, str]], how: dict[str, dict[str, str]], now: datetime
) -> list[tuple[Post, dict[str, str]]]:
    """The officer gathers each thing once a week, the next morning."""
    first: dict[tuple[str, date], Post] = {}
    for post, pattern in said:
        if pattern in how and post.at + A_NIGHT <= now:
            first.setdefault((pattern, monday_of(post.at)), post)
    return [(post, how[pattern]) for (pattern, _week), post in first.items()]


def _marks(gathered: list[tuple[Post, dict[str, str]]], officer: Officer | None, now: datetime) -> Iterable[Gathered]:
    """What became of it is written when it is known."""
    for post, how in gathered:
        mark = {"post": post, "kind": how["kind"], "by": officer}
        yield Gathered(at=post.at + A_NIGHT, **mark)
        if post.at + KNOWN_AFTER <= now:
            yield Gathered(at=post.at + KNOWN_AFTER, done=how["done"], **mark)


def _members(room: Room, people: list[Person], on_qq: bool, now: datetime, rng: Random) -> list[Member]:
    members: list[Member] = []
    taken: set[str] = set()
    for person in rng.sample(people, len(people)):
        name = person.pseudonym[:LONGEST_NICKNAME]
        key = nickname_key(name)
        if not name or key in taken:
            continue
        taken.add(key)
        token = None if on_qq else digest_of(blind(f"{room.slug}/{len(members)}", "demo.member"))
        members.append(
            Member(
                room=room,
                nickname=name,
                nickname_key=key,
                digest=token,
                person=person if on_qq else None,
                joined_at=now - SPAN - timedelta(days=rng.randint(1, 60)),
            )
        )
        if len(members) == MEMBERS:
            break
    return Member.objects.bulk_create(members)


def _by_police(room: Room, at: datetime, words: str, **more: str) -> Post:
    officer = room.community.officer if room.community else None
    name = officer.public_name if officer else ""
    return Post(room=room, at=at, officer=officer, name=name, body=words, via=Via.WEB, **more)


def _said(
    room: Room,
    town: Town,
    members: list[Member],
    threads: list[list[str]],
    wanted: float,
    *,
    now: datetime,
    rng: Random,
) -> list[tuple[Post, str]]:
    """What is said, in the order of time, not yet numbered; each with its words as they stand in the file, blanks still open."""
    via = Via.QQ if members and members[0].person_id else Via.WEB
    usual = sum(len(thread) for thread in threads) / len(threads)
    said: list[tuple[Post, str]] = []
    for start in pace.arrivals(rng, now - SPAN, now, max(0.3, wanted / usual / SPAN.days)):
        at = start
        words: dict[str, str] = {}
        speakers = rng.sample(members, 5)
        for place, pattern in enumerate(rng.choice(threads)):
            text = pattern
            for blank in blanks_in(text):
                words.setdefault(blank, rng.choice(town.words[room.slug][blank]))
                text = text.replace("{" + blank + "}", words[blank], 1)
            if at <= now:
                member = speakers[place % len(speakers)]
                post = (
                    _by_police(room, at, text.removeprefix(POLICE))
                    if text.startswith(POLICE)
                    else Post(room=room, at=at, member=member, name=member.nickname, body=text, via=via)
                )
                said.append((post, pattern))
            at += pace.around(rng, timedelta(minutes=4), 0.9)
    return sorted(said, key=lambda one: one[0].at)
