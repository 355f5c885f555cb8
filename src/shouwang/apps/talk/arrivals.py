"""
What a messenger's door (QQ) hands in: words that were already said elsewhere, so they can only be shown carefully, never held back.

Both functions are safe to call twice with the same `remote_id`. `person` is who the door has recognised by address.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Channel, Entry, Kind, Matter, Type
from shouwang.apps.matters.queries import danger_numbers
from shouwang.apps.matters.usecases import LONGEST_MESSAGE, clean_text, title_from
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.talk import danger
from shouwang.apps.talk.adding import add, key_of, locked
from shouwang.apps.talk.events import OfferPrivate
from shouwang.apps.talk.marks import look
from shouwang.apps.talk.models import Member, Post, Room, Via
from shouwang.apps.talk.moderation import hide_by_rule
from shouwang.apps.talk.names import LONGEST_NICKNAME, nickname_key, suggestions, tells_who
from shouwang.apps.talk.usecases import public_words
from shouwang.apps.units.models import Unit
from shouwang.kernel import limits
from shouwang.kernel.events import publish
from shouwang.kernel.live import log as live

ONE_OFFER_EACH = timedelta(hours=1)
"""A bot that offers the same thing after every line is soon thrown out of the group."""


@transaction.atomic
def receive_group_message(
    room: Room,
    *,
    person: Person,
    nickname: str,
    body: str,
    remote_id: str,
    at: datetime,
    parts: tuple[str, ...] = (),
    awaited: tuple[str, ...] = (),
    files: tuple[str, ...] = (),
    answers: Post | None = None,
    taken_back: bool = False,
) -> Post | None:
    """
    Something was said in the messenger's group of this room.

    nickname  how the person is called in the group; replaced when it gives a number, an address or an account away
    parts     what else came with it and is not shown here: `place`
    awaited   what came with it and is still to be fetched, as kinds in their order: `picture`, `sound`, `file`, `film`
    files     references of what the door has already fetched into the files room, in the name of `house`
    answers   the post of this room that it quotes
    taken_back  it was taken back before it arrived: danger in it rings, and the room never shows it (None is returned)
    """
    room = locked(room)
    key = key_of("qq", remote_id)
    if before := Post.objects.filter(room=room, remote_id=key).first():
        return before
    member = _member(room, person, nickname, at)
    words = _fitting(body)
    if words:
        danger.ring(room, member, words, channel=Channel.QQ, sent_as=f"qq:{remote_id}", at=at)
    if taken_back:
        return None
    found = look(words, allowed=public_words(room))
    masked = found.masked
    offers = (found.sure or found.incident) and _may_offer(member, at)
    if offers:
        _tell_the_desk(room, at)
    post = add(
        room,
        at=at,
        body=masked,
        said=words if masked != words else "",
        member=member,
        data={
            **({"parts": list(parts)} if parts else {}),
            **({"awaited": list(awaited)} if awaited else {}),
            **({"reply_to": {"seq": answers.seq, "name": answers.name}} if answers else {}),
        },
        files=files,
        files_by="house",
        via=Via.QQ,
        remote_id=key,
    )
    if member.is_muted(at):
        hide_by_rule(post, reason=_("禁言期间从 QQ 群发来的话，不在网页上显示。"), at=at)
    if offers:
        publish(OfferPrivate(room.pk, post.pk, member.pk, found.kinds, at))
    return post


def _tell_the_desk(room: Room, at: datetime) -> None:
    """
    The desk hears that somebody in a group should be spoken to in private; the words are not in the news.

    Told before the post has its place: news is published in the order of the streams' names, so that nobody waits crosswise.
    """
    news = {"room": room.slug, "seq": room.last_seq + 1}
    live.publish(f"desk:{room.unit.station.pk}", "room-offer", news, audience=Visibility.STATION, at=at)


def _may_offer(member: Member, at: datetime) -> bool:
    return limits.count("room-offer", member.ref, at=at, window=ONE_OFFER_EACH) == 1


def _member(room: Room, person: Person, nickname: str, at: datetime) -> Member:
    """The person as a member; a new one at first words, under a name that gives nothing away and belongs to nobody else here."""
    member = Member.objects.filter(room=room, person=person).first()
    if member is None:
        return Member.objects.create(room=room, person=person, nickname=_free_name(room, nickname), joined_at=at)
    if member.left_at is not None:
        member.left_at = None
        member.save(update_fields=["left_at"])
    return member


def _free_name(room: Room, nickname: str) -> str:
    plain = unicodedata.normalize("NFKC", nickname)
    name = "".join(ch for ch in plain if ch.isprintable()).strip()[:LONGEST_NICKNAME]
    taken = frozenset(Member.objects.filter(room=room).values_list("nickname_key", flat=True))
    if not nickname_key(name) or nickname_key(name) in taken or tells_who(plain):
        return suggestions(taken, 1)[0]
    return name


def _fitting(body: str) -> str:
    """A messenger's words cannot be refused for their length; what is cut is said."""
    if len(body) <= LONGEST_MESSAGE:
        return clean_text(body)
    cut = _("……（太长，后面的请在 QQ 里看）")
    return clean_text(body[: LONGEST_MESSAGE - len(cut)]) + cut


@dataclass(frozen=True, slots=True)
class SayBack:
    """
    What the door should answer in the private chat.

    entry    the words in its timeline
    code     the tracking code of a matter that just began, or that began in a group and now has a way to its writer; empty otherwise
    numbers  what to call at once, when these words speak of danger
    """

    matter: Matter
    entry: Entry
    code: str = ""
    numbers: tuple[str, ...] = ()


@transaction.atomic
def receive_private_message(
    person: Person,
    *,
    unit: Unit,
    body: str,
    remote_id: str,
    at: datetime,
    title: str = "",
    awaited: tuple[str, ...] = (),
    files: tuple[str, ...] = (),
    community: Community | None = None,
    about: Matter | None = None,
) -> SayBack:
    """
    Something was said to the station alone: it continues the person's latest open matter from this channel, or begins one.

    about    the matter whose words it quotes; it is continued instead while it is open and the person's own
    unit     whose messenger account it is
    title    the words alone, without marks for what came with them; a new matter is called by their first line
    awaited  as in `receive_group_message`
    """
    key = key_of("qq", remote_id)
    earlier = Entry.objects.filter(client_id=key, matter__reporter=person).select_related("matter").first()
    if (began := matters.sent_before(key, Channel.QQ)) is not None:
        earlier = _first_words(began)
    if earlier is not None:
        return SayBack(earlier.matter, earlier, numbers=tuple(danger_numbers(earlier.matter)))
    words = _fitting(body)
    data = {"awaited": list(awaited)} if awaited else {}
    current = _current_matter(person, about)
    if current is not None:
        entry = matters.say(
            current,
            viewer=danger.as_reporter(current),
            at=at,
            body=words,
            files=files,
            name=person.pseudonym,
            client_id=key,
            data=data,
        )
        current.refresh_from_db()
        rang = current.entries.filter(type=Type.DANGER_FOUND, seq__gt=entry.seq).exists()
        numbers = tuple(danger_numbers(current)) if rang else ()
        return SayBack(current, entry, danger.waiting_code(current), numbers)
    opened = matters.open_matter(
        unit,
        kind=Kind.CONSULTATION,
        channel=Channel.QQ,
        at=at,
        title=title_from(_fitting(title) or words, Kind.CONSULTATION),
        body=words,
        files=files,
        community=community,
        reporter=person,
        client_id=key,
        said_data=data,
    )
    return SayBack(opened.matter, _first_words(opened.matter), opened.code, tuple(danger_numbers(opened.matter)))


def _first_words(matter: Matter) -> Entry:
    said = matter.entries.filter(type=Type.MESSAGE).order_by("seq")
    return said.select_related("matter")[0]


def _current_matter(person: Person, about: Matter | None) -> Matter | None:
    mine = Matter.objects.open().filter(reporter=person, channel=Channel.QQ)
    meant = mine.filter(pk=about.pk).first() if about else None
    return meant or mine.order_by("-last_entry_at", "-pk").first()
