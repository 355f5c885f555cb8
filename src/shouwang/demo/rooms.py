"""The groups of four villages: neighbours, their officer, and what was said in four months; one of them comes from QQ."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from shouwang.apps.people.models import Person
from shouwang.apps.talk.models import CODE_LENGTH, CODE_LETTERS, Gathered, Member, Post, Room, Via, digest_of
from shouwang.apps.talk.names import LONGEST_NICKNAME, nickname_key
from shouwang.demo import pace
from shouwang.demo.casting import SPAN
from shouwang.demo.stories import blanks_in
from shouwang.demo.town import Town
from shouwang.kernel.fields import blind

DATA = Path(__file__).parent / "data" / "rooms.toml"
MEMBERS, BATCH = 46, 2000
POLICE = "警："
#: When a room hears of a weekly page, in which words, and the id of that post.
Told = tuple[datetime, str, str]


#: What an officer writes about a gathered post becomes known this long after it was said.
KNOWN_AFTER = timedelta(days=4)


def write(
    town: Town, people: list[Person], told: dict[int, list[Told]], *, now: datetime, seed: int, share: float
) -> dict[int, str]:
    """
    Rooms, members and posts. Numbers have no gap, and nothing is later than `now`.

    told      community → what its rooms hear of the weekly pages
    Returns   the posts that the officer gathered, each with the sentence for everybody
    """
    data = tomllib.loads(DATA.read_text())
    sentences: dict[int, str] = {}
    for one in data["room"]:
        rng = Random(f"{seed}/room/{one['community']}")  # noqa: S311
        sentences |= _room(town, people, one, data, told, now=now, rng=rng, share=share)
    return sentences


def _room(
    town: Town,
    people: list[Person],
    one: dict[str, object],
    data: dict[str, object],
    told: dict[int, list[Told]],
    *,
    now: datetime,
    rng: Random,
    share: float,
) -> dict[int, str]:
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
    wanted = int(str(one["posts"])) * share
    posts, patterns = _posts(room, town, members, data, told.get(community.pk, []), wanted, now=now, rng=rng)
    posts = Post.objects.bulk_create(posts, batch_size=BATCH)
    Room.objects.filter(pk=room.pk).update(last_seq=len(posts))
    return _gather(posts, patterns, data, now=now)


def _gather(posts: list[Post], patterns: list[str], data: dict[str, object], *, now: datetime) -> dict[int, str]:
    """The officer gathers each thing once a week, the next morning, and writes what became of it when it is known."""
    by_first_words = {one["says"]: one for one in data["gathered"]}  # type: ignore[attr-defined]  # shape of our own file
    seen: set[tuple[str, tuple[int, int]]] = set()
    marks, sentences = [], {}
    for post, pattern in zip(posts, patterns, strict=True):
        officer, week = post.room.community.officer if post.room.community else None, post.at.isocalendar()[:2]
        at = post.at + timedelta(hours=14)
        if pattern not in by_first_words or (pattern, week) in seen or officer is None or at > now:
            continue
        seen.add((pattern, week))
        one = by_first_words[pattern]
        mark = {"post": post, "kind": one["kind"], "by": officer}
        marks.append(Gathered(at=at, **mark))
        if post.at + KNOWN_AFTER <= now:
            marks.append(Gathered(at=post.at + KNOWN_AFTER, done=one["done"], **mark))
        sentences[post.pk] = one["sentence"]
    Gathered.objects.bulk_create(marks, batch_size=BATCH)
    return sentences


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
    room: Room,
    town: Town,
    members: list[Member],
    data: dict[str, object],
    told: list[Told],
    wanted: float,
    *,
    now: datetime,
    rng: Random,
) -> tuple[list[Post], list[str]]:
    """The posts in their order, and of each the words as they stand in the file, blanks still open."""
    threads: dict[str, list[list[str]]] = data["threads"]  # type: ignore[assignment]  # shape of our own file
    community = next(one for one in town.communities.values() if one.pk == room.community_id)
    officer, via = community.officer, Via.QQ if members and members[0].person_id else Via.WEB
    usual = sum(len(thread) for thread in threads["all"]) / len(threads["all"])
    said: list[tuple[datetime, Member | None, str, str, str | None]] = [
        (at, None, words, "", once) for at, words, once in told
    ]
    for start in pace.arrivals(rng, now - SPAN, now, max(0.3, wanted / usual / SPAN.days)):
        at = start
        words: dict[str, str] = {}
        speakers = rng.sample(members, 5)
        for place, text in enumerate(rng.choice(threads["all"])):
            pattern = text
            for blank in blanks_in(text):
                words.setdefault(blank, rng.choice(town.words[community.slug][blank]))
                text = text.replace("{" + blank + "}", words[blank], 1)
            police = text.startswith(POLICE)
            if at <= now:
                speaker = None if police else speakers[place % len(speakers)]
                said.append((at, speaker, text.removeprefix(POLICE), pattern, None))
            at += pace.around(rng, timedelta(minutes=4), 0.9)
    said.sort(key=lambda one: one[0])
    posts = [
        Post(
            room=room,
            seq=seq,
            at=at,
            member=member,
            officer=None if member else officer,
            name=member.nickname if member else officer.public_name if officer else "",
            body=text,
            via=via if member else Via.WEB,
            client_id=once,
        )
        for seq, (at, member, text, _pattern, once) in enumerate(said, 1)
    ]
    return posts, [pattern for _at, _member, _text, pattern, _once in said]
