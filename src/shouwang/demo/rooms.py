"""The groups of four villages: neighbours, their officer, and what was said in four months; one of them comes from QQ."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from shouwang.apps.people.models import Person
from shouwang.apps.talk.models import CODE_LENGTH, CODE_LETTERS, Member, Post, Room, Via, digest_of
from shouwang.apps.talk.names import LONGEST_NICKNAME, nickname_key
from shouwang.demo import pace
from shouwang.demo.casting import SPAN
from shouwang.demo.stories import blanks_in
from shouwang.demo.town import Town
from shouwang.kernel.fields import blind

DATA = Path(__file__).parent / "data" / "rooms.toml"
MEMBERS, BATCH = 46, 2000
POLICE = "警："


def write(town: Town, people: list[Person], *, now: datetime, seed: int, share: float) -> int:
    """Rooms, members and posts; returns how many posts. Numbers have no gap, and nothing is later than `now`."""
    data = tomllib.loads(DATA.read_text())
    return sum(
        _room(town, people, one, data, now=now, rng=Random(f"{seed}/room/{one['community']}"), share=share)  # noqa: S311
        for one in data["room"]
    )


def _room(
    town: Town,
    people: list[Person],
    one: dict[str, object],
    data: dict[str, object],
    *,
    now: datetime,
    rng: Random,
    share: float,
) -> int:
    community = town.communities[str(one["community"])]
    # The same poster in every print: letters from the key of this house instead of chance.
    number = int(blind(community.slug, "demo.room"), 16)
    letters = [CODE_LETTERS[number // len(CODE_LETTERS) ** place % len(CODE_LETTERS)] for place in range(CODE_LENGTH)]
    room = Room.objects.create(
        community=community,
        unit=community.unit.station,
        name=str(one["name"]),
        slug=community.slug,
        join_code="".join(letters),
        rules=str(data["rules"]),
    )
    members = _members(room, people, bool(one["qq"]), now, rng)
    posts = _posts(room, town, members, data, int(str(one["posts"])) * share, now=now, rng=rng)
    Post.objects.bulk_create(posts, batch_size=BATCH)
    Room.objects.filter(pk=room.pk).update(last_seq=len(posts))
    return len(posts)


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


def _posts(
    room: Room, town: Town, members: list[Member], data: dict[str, object], wanted: float, *, now: datetime, rng: Random
) -> list[Post]:
    threads: dict[str, list[list[str]]] = data["threads"]  # type: ignore[assignment]  # shape of our own file
    community = next(one for one in town.communities.values() if one.pk == room.community_id)
    officer, via = community.officer, Via.QQ if members and members[0].person_id else Via.WEB
    usual = sum(len(thread) for thread in threads["all"]) / len(threads["all"])
    said: list[tuple[datetime, Member | None, str]] = []
    for start in pace.arrivals(rng, now - SPAN, now, max(0.3, wanted / usual / SPAN.days)):
        at = start
        words: dict[str, str] = {}
        speakers = rng.sample(members, 5)
        for place, text in enumerate(rng.choice(threads["all"])):
            for blank in blanks_in(text):
                words.setdefault(blank, rng.choice(town.words[community.slug][blank]))
                text = text.replace("{" + blank + "}", words[blank], 1)
            police = text.startswith(POLICE)
            if at <= now:
                said.append((at, None if police else speakers[place % len(speakers)], text.removeprefix(POLICE)))
            at += pace.around(rng, timedelta(minutes=4), 0.9)
    said.sort(key=lambda one: one[0])
    return [
        Post(
            room=room,
            seq=seq,
            at=at,
            member=member,
            officer=None if member else officer,
            name=member.nickname if member else officer.public_name if officer else "",
            body=text,
            via=via if member else Via.WEB,
        )
        for seq, (at, member, text) in enumerate(said, 1)
    ]
