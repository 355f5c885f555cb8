"""The groups of four villages: neighbours, their officer, and what was said in four months; one of them comes from QQ."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
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
from shouwang.demo import threads
from shouwang.demo.casting import SPAN
from shouwang.demo.town import Town
from shouwang.kernel.fields import blind

MEMBERS, BATCH = 46, 2000
A_NIGHT = timedelta(hours=14)
#: Nicknames of those who read along from far away and see nothing of what happens at home.
FAR_AWAY = ("深圳", "嘉兴", "义乌", "在外")
#: When a room hears of a weekly page, in which words, and the id of that post.
Told = tuple[datetime, str, str]
#: What a room of this community hears of, given the Mondays of the weeks in which a suggestion was gathered in it.
Telling = Callable[[Community, Collection[date]], list[Told]]


def write(town: Town, people: list[Person], tell: Telling, *, now: datetime, seed: int, share: float) -> dict[int, str]:
    """
    Rooms, members and posts. Numbers have no gap, and nothing is later than `now`.

    Returns   the posts that the officer gathered, each with the sentence for everybody
    """
    talk = threads.read()
    sentences: dict[int, str] = {}
    for one in talk.rooms:
        rng = Random(f"{seed}/room/{one['community']}")  # noqa: S311
        sentences |= _room(town, people, one, talk, tell, now=now, rng=rng, share=share)
    return sentences


def _room(
    town: Town,
    people: list[Person],
    one: Mapping[str, Any],
    talk: threads.Talk,
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
        rules=talk.rules,
    )
    if one["qq"]:
        _group_of(room, now)
    elsewhere = tuple(other.name[:2] for other in town.communities.values() if other != community)
    members = _members(room, people, elsewhere, one["qq"], now, rng)
    words = {**town.words[room.slug], "officer": [community.officer.public_name]} if community.officer else {}
    told = threads.tell(talk, one, community.kind, words, since=now - SPAN, until=now, rng=rng, share=share)
    said = _said(room, members, told, rng)
    gathered = [(post, how) for post, how in said if how and how.thread.kind and post.at + A_NIGHT <= now]
    weeks = {monday_of(post.at) for post, how in gathered if how.thread.kind == threads.SUGGESTION}
    heard = [_by_police(room, at, body, client_id=once) for at, body, once in tell(community, weeks)]
    posts = sorted([*heard, *(post for post, _how in said)], key=lambda post: post.at)
    for seq, post in enumerate(posts, 1):
        post.seq = seq
    Post.objects.bulk_create(posts, batch_size=BATCH)
    Room.objects.filter(pk=room.pk).update(last_seq=len(posts))
    # Whoever serves there read the room before going home last night.
    read = sum(post.at < now - A_NIGHT / 2 for post in posts)
    staff = (one for one in town.officers.values() if one.unit.station.pk == room.unit_id)
    Reading.objects.bulk_create(Reading(room=room, officer=officer, seq=read) for officer in staff)
    Gathered.objects.bulk_create(_marks(gathered, community.officer, now), batch_size=BATCH)
    return {post.pk: how.sentence for post, how in gathered}


def _group_of(room: Room, now: datetime) -> None:
    """Where its posts came from: a number that exists nowhere, switched off, so that nobody waits for a messenger that never calls."""
    gateway = set_up_gateway("示范 QQ", "10000", by="house", at=now - SPAN, unit=room.unit)
    switch_gateway(gateway, on=False, by="house", at=now, reason="示范数据：没有真的 QQ 号。")
    GroupLink.objects.create(gateway=gateway, group="20000", room=room)


def monday_of(at: datetime) -> date:
    """The Monday of the station-local week."""
    day = timezone.localtime(at).date()
    return day - timedelta(days=day.weekday())


def _marks(gathered: list[tuple[Post, threads.Told]], officer: Officer | None, now: datetime) -> Iterable[Gathered]:
    """The officer gathers the next morning; what became of it is written when it is known."""
    for post, how in gathered:
        mark = {"post": post, "kind": how.thread.kind, "by": officer}
        yield Gathered(at=post.at + A_NIGHT, **mark)
        if post.at + how.thread.known_after <= now:
            yield Gathered(at=post.at + how.thread.known_after, done=how.done, **mark)


def _members(
    room: Room, people: list[Person], elsewhere: tuple[str, ...], on_qq: bool, now: datetime, rng: Random
) -> list[Member]:
    """Neighbours; whoever calls themselves after another village belongs to its group."""
    members: list[Member] = []
    taken: set[str] = set()
    for person in rng.sample(people, len(people)):
        name = person.pseudonym[:LONGEST_NICKNAME]
        key = nickname_key(name)
        if not name or key in taken or name.startswith(elsewhere):
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
    room: Room, members: list[Member], told: list[threads.Told], rng: Random
) -> list[tuple[Post, threads.Told | None]]:
    """What is said, not yet numbered; the first post of a thread brings the thread with it."""
    via = Via.QQ if members and members[0].person_id else Via.WEB
    away = [one for one in members if any(word in one.nickname for word in FAR_AWAY)]
    near = [one for one in members if one not in away]
    said: list[tuple[Post, threads.Told | None]] = []
    for one in told:
        talk = "".join(post.text for post in one.posts)
        # Nobody speaks of themselves as of another.
        speakers = [member for member in rng.sample(near, len(near)) if member.nickname not in talk]
        who = dict(zip(threads.NEIGHBOURS, speakers, strict=False))
        who[threads.AWAY] = rng.choice(away) if away else speakers[len(threads.NEIGHBOURS)]
        for place, post in enumerate(one.posts):
            if post.who == threads.POLICE:
                row = _by_police(room, post.at, post.text)
            else:
                member = who[post.who]
                row = Post(room=room, at=post.at, member=member, name=member.nickname, body=post.text, via=via)
            said.append((row, None if place else one))
    return said
