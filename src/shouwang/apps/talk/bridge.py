"""
Between the rooms and a messenger such as QQ: what arrives becomes posts and matters, what the station says goes back.

Everything here runs inside the transaction of the fact it heard of, so a message is either kept and answered, or neither; what leaves the
house is only ever put into the outbox. No name or number of a messenger is shown to another resident.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.enclosed import word_for
from shouwang.apps.matters.facts import EntryAdded
from shouwang.apps.matters.models import By, Entry, Matter, Reason, Type
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.matters.timeline import append_by_house, locked
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.notices import inside
from shouwang.apps.notices.enclosures import drop, kind_of
from shouwang.apps.notices.events import GroupMemberChanged, MessageArrived, MessageRecalled, OutboundSettled
from shouwang.apps.notices.messages import At, Chat, Enclosed, Face, Incoming, Link, Part, Picture, Spot, Text
from shouwang.apps.notices.models import Gateway, Outbound, State
from shouwang.apps.notices.receiving import became, key_of, recalled_before
from shouwang.apps.notices.tracing import message_of, quoted
from shouwang.apps.notices.usecases import Route, queue_message
from shouwang.apps.people.models import Address, Person, index_of
from shouwang.apps.people.usecases import person_at
from shouwang.apps.talk import groups, moderation
from shouwang.apps.talk.arrivals import SayBack, receive_group_message, receive_private_message
from shouwang.apps.talk.events import DangerHeard, MovedToPrivate, OfferPrivate, PostAdded
from shouwang.apps.talk.fetched import came_with, expect_all, pictures_of
from shouwang.apps.talk.models import Alarm, GroupLink, Line, Member, Moved, Post, Via
from shouwang.apps.talk.private import hand_out_code
from shouwang.apps.talk.private_line import WEB, tell, web
from shouwang.apps.talk.seen import post_ref
from shouwang.apps.units.models import Unit
from shouwang.kernel import ids
from shouwang.kernel.events import listen
from shouwang.kernel.live import log as live

QQ = "qq"
LONGEST_SAID = 3000
"""Characters of one entry in a chat window; the messenger takes few more, and what stands around them needs room."""


# ── what arrives ─────────────────────────────────────────────────────────────────────────────────────────────────────


@listen(MessageArrived)
def take_in(event: MessageArrived) -> None:
    """A message from outside. What the station's own number says there is its owner's business and is not taken in."""
    incoming = event.incoming
    if incoming.from_self:
        return
    gateway = Gateway.objects.select_related("unit__parent").get(pk=event.gateway_id)
    if incoming.chat.kind == "group":
        _take_in_from_group(gateway, incoming, event.inbound_id, at=event.at)
    else:
        _take_in_from_person(gateway, incoming, event.inbound_id, at=event.at)


def _take_in_from_group(gateway: Gateway, incoming: Incoming, inbound_id: int, *, at: datetime) -> None:
    link = GroupLink.objects.filter(gateway=gateway, group=incoming.chat.peer).select_related("room").first()
    if link is None:
        groups.heard(gateway, incoming.chat.peer, at=at)
        return
    person = person_at(gateway.channel, incoming.sender, at=at, called=incoming.card or incoming.nickname)
    post = receive_group_message(
        link.room,
        person=person,
        nickname=incoming.card or incoming.nickname,
        body=_body(incoming.parts),
        remote_id=incoming.key,
        at=at,
        parts=tuple("place" for part in incoming.parts if isinstance(part, Spot)),
        awaited=_kinds(incoming.parts),
        answers=_quoted_post(link, gateway, incoming),
        taken_back=recalled_before(inbound_id),
    )
    if post is not None:
        became(inbound_id, post_ref(post))
        expect_all(inbound_id, incoming.parts, sender=person, subject=post_ref(post), at=at)


def _quoted_post(link: GroupLink, gateway: Gateway, incoming: Incoming) -> Post | None:
    """The post of this room that a message in its group quotes, as long as the room shows it."""
    kind, _colon, key = quoted(gateway, incoming).rpartition(":")
    return Post.objects.shown().filter(room=link.room_id, pk=int(key)).first() if kind == "talk.post" else None


def _quoted_matter(gateway: Gateway, incoming: Incoming) -> Matter | None:
    """The matter in which the quoted message stands: with several open ones it says which is meant."""
    kind, _colon, key = quoted(gateway, incoming).rpartition(":")
    if kind == "matters.entry":
        return Matter.objects.filter(entries__pk=int(key)).first()
    return Matter.objects.filter(pk=int(key)).first() if kind == "matters.matter" else None


def _take_in_from_person(gateway: Gateway, incoming: Incoming, inbound_id: int, *, at: datetime) -> None:
    unit = gateway.unit or Unit.objects.stations().order_by("path").first()
    if unit is None:
        return
    person = person_at(gateway.channel, incoming.sender, at=at, called=incoming.nickname)
    Line.objects.update_or_create(person=person, defaults={"gateway": gateway, "address": incoming.chat.address})
    said = receive_private_message(
        person,
        unit=unit,
        body=_body(incoming.parts),
        remote_id=incoming.key,
        at=at,
        title=incoming.text.strip(),
        awaited=_kinds(incoming.parts),
        about=_quoted_matter(gateway, incoming),
    )
    subject = f"matters.entry:{said.entry.pk}"
    became(inbound_id, subject)
    if recalled_before(inbound_id):
        matters.take_back(said.entry, at=at)
    else:
        expect_all(inbound_id, incoming.parts, sender=person, subject=subject, at=at)
    _answer_at_once(said, person, key=key_of(incoming), at=at)
    if said.code:
        for entry in _said_before(said.entry):
            _carry(entry, said.matter, at)


def _body(parts: tuple[Part, ...]) -> str:
    """The words, with a plain mark where something stood that is no words; of several of one kind the marks are numbered."""
    many = Counter(type(part) for part in parts)
    seen: Counter[type[Part]] = Counter()
    said = []
    for part in parts:
        seen[type(part)] += 1
        number = seen[type(part)] if many[type(part)] > 1 and isinstance(part, Enclosed) else 0
        said.append(_said(part, number))
    return "".join(said).strip() or _("［看不到的内容，请在 QQ 里看］")


def _said(part: Part, number: int) -> str:
    match part:
        case Text():
            return part.text
        case Enclosed() | Spot():
            what = word_for("place" if isinstance(part, Spot) else kind_of(part))
            return f"［{what} {number}］" if number else f"［{what}］"
        case Link():
            return f"{part.title} {part.url}".strip()
        case Face():
            return _("［表情］")
        case _:
            return ""


def _kinds(parts: tuple[Part, ...]) -> tuple[str, ...]:
    return tuple(kind_of(part) for part in came_with(parts))


@listen(MessageRecalled)
def take_back(event: MessageRecalled) -> None:
    """What somebody took back in QQ is taken back here. A message that nobody here ever saw changes nothing."""
    kind, _colon, key = event.became.rpartition(":")
    if kind == "talk.post":
        post = Post.objects.select_related("room__unit__parent", "member__person").get(pk=int(key))
        moderation.take_back(post, by_writer=_wrote(post, event.recalled.by), at=event.at)
    elif kind == "matters.entry":
        matters.take_back(Entry.objects.select_related("matter").get(pk=int(key)), at=event.at)
    drop(event.became, at=event.at)


def _wrote(post: Post, number: str) -> bool:
    person = post.member.person if post.member else None
    return (
        person is not None and person.addresses.filter(channel=QQ, value_index=index_of(number, "address.qq")).exists()
    )


@listen(GroupMemberChanged)
def hear_of_a_group(event: GroupMemberChanged) -> None:
    """The station's number joined a group or left it."""
    if event.change.us:
        gateway = Gateway.objects.get(pk=event.gateway_id)
        groups.joined(gateway, event.change.chat.peer, joined=event.change.joined, at=event.at)


def _answer_at_once(said: SayBack, person: Person, *, key: str, at: datetime) -> None:
    """The receipt of a new matter with its code, and before all else the number to call."""
    number = said.matter.number
    if said.numbers:
        call = _("如果现在有危险，请马上打 %(numbers)s，不要等这里的回复。") % {"numbers": "、".join(said.numbers)}
        tell(person, call, kind="danger", key=f"danger:{key}", matter=said.matter, at=at, priority=10, at_once=True)
    if said.code:
        words = _("我们收到了，编号 %(number)s。查询码 %(code)s，换手机、换 QQ 都能凭它回来：%(address)s") % {
            "number": number,
            "code": ids.show_code(said.code),
            "address": web("matters:find"),
        }
        tell(person, words, kind="receipt", key=f"receipt:{key}", matter=said.matter, at=at, priority=5, at_once=True)


# ── what goes back to a person ───────────────────────────────────────────────────────────────────────────────────────


@listen(EntryAdded)
def carry_to_the_person(event: EntryAdded) -> None:
    """What the station says in a matter also goes to the messenger that the person uses."""
    if event.visibility > Visibility.PARTIES or event.by not in {By.OFFICER, By.HOUSE} or event.type not in _TOLD:
        return
    entry = Entry.objects.select_related("matter__reporter").get(matter=event.matter_id, seq=event.seq)
    _carry(entry, entry.matter, event.at)


def _said_before(entry: Entry) -> QuerySet[Entry]:
    """What the station said in a matter while there was no way to whoever it was said to."""
    told = Entry.objects.filter(
        matter=entry.matter_id, seq__lt=entry.seq, type__in=_TOLD, visibility__lte=Visibility.PARTIES
    )
    return told.filter(by__in=[By.OFFICER, By.HOUSE]).select_related("officer").order_by("seq")


def has_no_way(matter: Matter) -> bool:
    """It came by a messenger's group from somebody who never wrote alone: what the station says reaches nobody yet."""
    person = matter.reporter
    if matter.channel != QQ or person is None or Line.objects.filter(person=person).exists():
        return False
    return Alarm.objects.filter(matter=matter).exists() or Moved.objects.filter(matter=matter).exists()


def _carry(entry: Entry, matter: Matter, at: datetime) -> None:
    if matter.reporter is None or not Line.objects.filter(person=matter.reporter).exists():
        return
    words, marker = _("您有一条新消息，请凭查询码打开：%(address)s") % {"address": web("matters:find")}, ""
    pictures: tuple[Picture, ...] = ()
    if not matter.safe_contact:
        pictures = pictures_of(entry.data.get("files", []))
        marker = (
            f"{matter.number} #{entry.seq}"  # by it the outbox finds the message again in the messenger's own record
        )
        words = f"{_spoken(entry, len(pictures))}（{marker}）"
    key = answer_key(matter.pk, entry.seq)
    tell(matter.reporter, words, kind="answer", key=key, matter=matter, at=at, marker=marker, pictures=pictures)


def answer_key(matter_id: int, seq: int) -> str:
    """By which the outbox knows what the station said in a matter."""
    return f"entry:{matter_id}:{seq}"


@listen(OutboundSettled)
def tell_open_pages(event: OutboundSettled) -> None:
    """An open conversation at the desk shows how far the words came."""
    key = Outbound.objects.values_list("dedupe_key", flat=True).get(pk=event.outbound_id)
    what, _colon, rest = key.partition(":")
    if what == "entry":
        matter_id, _colon, seq = rest.partition("→")[0].partition(":")
        live.whisper(f"matter:{matter_id}", "fate", {"seq": int(seq)}, audience=Visibility.STATION)


@listen(MovedToPrivate)
def hand_the_code_over(event: MovedToPrivate) -> None:
    """Somebody whose words were moved out of the group is told so alone, with the code; without a private line it waits for them."""
    moved = Moved.objects.select_related("matter", "member__person").get(matter=event.matter_id)
    member = moved.member
    if member is None or member.person is None or not Line.objects.filter(person=member.person).exists():
        return
    code = hand_out_code(moved, member=member)
    if not code:
        return
    words = _("您在群里的话转到了这里，只有民警看得到，编号 %(number)s。查询码 %(code)s：%(address)s") % {
        "number": moved.matter.number,
        "code": ids.show_code(code),
        "address": web("matters:find"),
    }
    tell(member.person, words, kind="receipt", key=f"moved:{moved.pk}", matter=moved.matter, at=event.at, priority=5)


_TOLD = frozenset({Type.MESSAGE, Type.AUTO_ANSWER, Type.CLOSED, Type.REVIEWED, Type.HEARTBEAT, Type.HAPPENED})


def _spoken(entry: Entry, pictures: int) -> str:
    """An entry as it reads in a chat window; `pictures` come with it, other files do not."""
    files = len(entry.data.get("files", ())) - pictures
    body = entry.body
    if entry.type == Type.CLOSED:
        body = _("办结：%(reason)s。%(words)s") % {"reason": Reason(entry.data["reason"]).label, "words": entry.body}
    elif entry.type == Type.HEARTBEAT:
        body = _("这件事还没有新的进展，我们没有忘记。")
    elif entry.type == Type.HAPPENED:
        body = f"{entry_sentence(entry)}{entry.body}"
    elif entry.type == Type.AUTO_ANSWER:
        body = _("（自动回答，民警会接着看）%(words)s") % {"words": entry.body}
    where = {"address": web("matters:find")}
    if len(body) > LONGEST_SAID:
        body = _("%(begin)s……（太长，后面的凭查询码在网页上看：%(address)s）") % {"begin": body[:LONGEST_SAID], **where}
    if files:
        body += _("（还有 %(n)d 个文件，凭查询码在网页上看：%(address)s）") % {"n": files, **where}
    if pictures:
        body += _("（附 %(n)d 张图片，QQ 里看不到的话，凭查询码在网页上看：%(address)s）") % {"n": pictures, **where}
    return f"{entry.name}：{body}" if entry.name else body


@inside.carries(WEB)
def leave_on_the_page(row: Outbound, at: datetime) -> None:
    """The messenger did not carry it. The words stand on the matter's page already; the desk is told that nobody was reached."""
    matter = locked(Matter.objects.get(pk=int(row.address)))
    append_by_house(
        matter,
        Type.NOTE,
        at=at,
        visibility=Visibility.STATION,
        body=_not_reached(),
    )


def _not_reached() -> str:
    return _("QQ 没有送到。对方打开网页能看到；要紧的话请换个办法联系。")


@listen(OutboundSettled)
def tell_the_desk_when_unsure(event: OutboundSettled) -> None:
    """Nobody knows whether it arrived, or it certainly did not: the officer in charge decides, the house never sends twice on a guess."""
    kind, _colon, key = event.subject.rpartition(":")
    if event.state not in {State.UNCERTAIN, State.EXPIRED, State.FAILED} or kind != "matters.matter":
        return
    matter = locked(Matter.objects.get(pk=int(key)))
    append_by_house(
        matter,
        Type.NOTE,
        at=event.at,
        visibility=Visibility.STATION,
        body=_("有一条 QQ 消息不能确定是否送到，请在“渠道”里核对。")
        if event.state == State.UNCERTAIN
        else _not_reached(),
    )


# ── what goes back to a group ────────────────────────────────────────────────────────────────────────────────────────


def _say_in_groups(
    links: QuerySet[GroupLink],
    parts: tuple[Part, ...],
    *,
    kind: str,
    key: str,
    at: datetime,
    priority: int = 0,
    subject: str = "",
    answers: str = "",
) -> None:
    """`answers` is the post that the words quote, where the group has it."""
    for link in links.select_related("gateway"):
        chat = Chat("group", link.group)
        queue_message(
            Route(link.gateway.channel, chat.address, link.gateway_id),
            parts,
            kind=kind,
            dedupe_key=f"{key}:{link.pk}",
            at=at,
            priority=priority,
            subject=subject,
            reply_to=(message_of(link.gateway_id, chat, answers) if answers else "") or None,
        )


def _groups_of(room_id: int) -> QuerySet[GroupLink]:
    """Those whose gateway is switched on; the room tells officers of the others."""
    return GroupLink.objects.filter(room=room_id, gateway__enabled=True)


@listen(PostAdded)
def carry_to_the_group(event: PostAdded) -> None:
    """Officers' words go to the group; residents' words from the web only where the room is set so."""
    if event.via == Via.QQ:
        return
    post = Post.objects.select_related("officer", "room").get(pk=event.post_id)
    links = _groups_of(event.room_id)
    if not event.by_station:
        links = links.filter(carry_web=True)
    refs = post.data.get("files", [])
    pictures = pictures_of(refs)
    words = (_("%(name)s（民警）：%(words)s") if event.by_station else _("%(name)s（网页）：%(words)s")) % {
        "name": post.name,
        "words": post.body,
    }
    if refs:
        there = urljoin(settings.SHOUWANG.public_url, reverse("rooms:one", args=[post.room.slug, post.seq]))
        words += _("（带 %(n)d 个图片或文件，看不到的在网页上看：%(address)s）") % {"n": len(refs), "address": there}
    to = Post.objects.shown().filter(room=post.room, seq=post.data.get("reply_to", {}).get("seq", 0)).first()
    _say_in_groups(
        links,
        (Text(words), *pictures),
        kind="room",
        key=f"post:{post.pk}",
        at=event.at,
        subject=post_ref(post),
        answers=post_ref(to) if to else "",
    )


@listen(OfferPrivate)
def offer_in_the_group(event: OfferPrivate) -> None:
    """“这里人多”: asks the writer, by name, to write to the station alone. Nothing of what was said is repeated."""
    post = Post.objects.get(pk=event.post_id)
    if post.via != Via.QQ:
        return
    called = _call(event.member_id)
    words = _("这里人多，个人的事请点我的头像私聊，只有民警看得到，会给您查询码。刚才的话可以撤回。")
    _say_in_groups(_groups_of(event.room_id), (*called, Text(words)), kind="offer", key=f"offer:{post.pk}", at=event.at)


@listen(DangerHeard)
def say_the_number_in_the_group(event: DangerHeard) -> None:
    """The number to call is said at once where the words were said; nothing else is."""
    member = Member.objects.filter(pk=event.member_id).first()
    if member is None or member.person_id is None:
        return
    words = _("有危险请马上打 %(numbers)s，不要等这里的回复。") % {"numbers": "、".join(event.numbers)}
    if not Line.objects.filter(person=member.person_id).exists():
        words += _("方便的话点我的头像私聊，只有民警看得到。")
    key = f"group-danger:{event.matter_id}:{event.at.isoformat()}"
    parts = (*_call(event.member_id), Text(words))
    _say_in_groups(_groups_of(event.room_id), parts, kind="danger", key=key, at=event.at, priority=10)


def _call(member_id: int) -> tuple[Part, ...]:
    """The writer called by name in their own group, when they are known there by an address."""
    person = Member.objects.values_list("person", flat=True).get(pk=member_id)
    address = Address.objects.filter(person=person, channel=QQ).first() if person else None
    return (At(address.value), Text(" ")) if address else ()
