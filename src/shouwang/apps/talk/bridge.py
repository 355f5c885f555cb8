"""
Between the rooms and a messenger such as QQ: what arrives becomes posts and matters, what the station says goes back.

Everything here runs inside the transaction of the fact it heard of, so a message is either kept and answered, or neither; what leaves the
house is only ever put into the outbox. No name or number of a messenger is shown to another resident.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from shouwang.apps.matters.facts import EntryAdded
from shouwang.apps.matters.models import By, Entry, Matter, Reason, Type
from shouwang.apps.matters.timeline import append_by_house, locked
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.notices import inside
from shouwang.apps.notices.events import MessageArrived, OutboundSettled
from shouwang.apps.notices.messages import At, Attachment, Chat, Face, Incoming, Part, Picture, Sound, Spot, Text
from shouwang.apps.notices.models import Gateway, Outbound, State
from shouwang.apps.notices.usecases import Route, queue_message
from shouwang.apps.people.models import Address, Person
from shouwang.apps.people.usecases import person_at
from shouwang.apps.talk.arrivals import SayBack, receive_group_message, receive_private_message
from shouwang.apps.talk.events import DangerHeard, MovedToPrivate, OfferPrivate, PostAdded
from shouwang.apps.talk.models import GroupLink, Line, Member, Moved, Post, Via
from shouwang.apps.talk.private import hand_out_code
from shouwang.apps.units.models import Unit
from shouwang.kernel import ids
from shouwang.kernel.events import listen

QQ = "qq"
WEB = "web"
_KEPT_AS = {Picture: "picture", Sound: "sound", Attachment: "file", Spot: "place"}


# ── what arrives ─────────────────────────────────────────────────────────────────────────────────────────────────────


@listen(MessageArrived)
def take_in(event: MessageArrived) -> None:
    """A message from outside. What the station's own number says there is its owner's business and is not taken in."""
    incoming = event.incoming
    if incoming.from_self:
        return
    gateway = Gateway.objects.select_related("unit__parent").get(pk=event.gateway_id)
    if incoming.chat.kind == "group":
        _take_in_from_group(gateway, incoming, at=event.at)
    else:
        _take_in_from_person(gateway, incoming, at=event.at)


def _take_in_from_group(gateway: Gateway, incoming: Incoming, *, at: datetime) -> None:
    link = GroupLink.objects.filter(gateway=gateway, group=incoming.chat.peer).select_related("room").first()
    if link is None:
        return  # the desk's page of channels lists groups that belong to no room yet
    person = person_at(gateway.channel, incoming.sender, at=at, called=incoming.card or incoming.nickname)
    receive_group_message(
        link.room,
        person=person,
        nickname=incoming.card or incoming.nickname,
        body=_body(incoming.parts),
        remote_id=incoming.key,
        at=at,
        parts=_kept_parts(incoming.parts),
    )


def _take_in_from_person(gateway: Gateway, incoming: Incoming, *, at: datetime) -> None:
    unit = gateway.unit or Unit.objects.stations().order_by("path").first()
    if unit is None:
        return
    person = person_at(gateway.channel, incoming.sender, at=at, called=incoming.nickname)
    Line.objects.update_or_create(person=person, defaults={"gateway": gateway, "address": incoming.chat.address})
    said = receive_private_message(person, unit=unit, body=_body(incoming.parts), remote_id=incoming.key, at=at)
    _answer_at_once(said, person, key=incoming.key, at=at)


def _body(parts: tuple[Part, ...]) -> str:
    """The words, with a plain mark where something stood that only the messenger can show."""
    marks = {Picture: _("［图片］"), Sound: _("［语音］"), Attachment: _("［文件］"), Spot: _("［位置］"), Face: ""}
    return "".join(part.text if isinstance(part, Text) else marks.get(type(part), "") for part in parts).strip() or _(
        "［图片］"
    )


def _kept_parts(parts: tuple[Part, ...]) -> tuple[str, ...]:
    return tuple(_KEPT_AS[type(part)] for part in parts if type(part) in _KEPT_AS)


def _answer_at_once(said: SayBack, person: Person, *, key: str, at: datetime) -> None:
    """The receipt of a new matter with its code, and before all else the number to call."""
    number = said.matter.number
    if said.numbers:
        call = _("如果现在有危险，请马上打 %(numbers)s，不要等这里的回复。") % {"numbers": "、".join(said.numbers)}
        _tell(person, call, kind="danger", key=f"danger:{key}", matter=said.matter, at=at, priority=10)
    if said.code:
        words = _("我们收到了，编号 %(number)s。查询码 %(code)s，换手机、换 QQ 都能凭它回来：%(address)s") % {
            "number": number,
            "code": ids.show_code(said.code),
            "address": _web("matters:find"),
        }
        _tell(person, words, kind="receipt", key=f"receipt:{key}", matter=said.matter, at=at, priority=5)


def _web(name: str) -> str:
    return urljoin(settings.SHOUWANG.public_url, reverse(name))


# ── what goes back to a person ───────────────────────────────────────────────────────────────────────────────────────


def _tell(
    person: Person,
    words: str,
    *,
    kind: str,
    key: str,
    matter: Matter,
    at: datetime,
    priority: int = 0,
    marker: str = "",
) -> None:
    """Put words for one person into the outbox; when the messenger is silent, the web page of the matter has them anyway."""
    line = Line.objects.filter(person=person).select_related("gateway").first()
    if line is None:
        return
    queue_message(
        Route(line.gateway.channel, line.address, line.gateway_id),
        (Text(words),),
        kind=kind,
        dedupe_key=key,
        at=at,
        priority=priority,
        marker=marker,
        alternatives=(Route(WEB, str(matter.pk)),),
        subject=matter.ref,
    )


@listen(EntryAdded)
def carry_to_the_person(event: EntryAdded) -> None:
    """What the station says in a matter also goes to the messenger that the person uses."""
    if event.visibility > Visibility.PARTIES or event.by not in {By.OFFICER, By.HOUSE} or event.type not in _TOLD:
        return
    entry = Entry.objects.select_related("matter__reporter").get(matter=event.matter_id, seq=event.seq)
    matter = entry.matter
    if matter.reporter is None or not Line.objects.filter(person=matter.reporter).exists():
        return
    words, marker = _("您有一条新消息，请凭查询码打开：%(address)s") % {"address": _web("matters:find")}, ""
    if not matter.safe_contact:
        marker = (
            f"{matter.number} #{entry.seq}"  # by it the outbox finds the message again in the messenger's own record
        )
        words = f"{_spoken(entry)}（{marker}）"
    key = f"entry:{matter.pk}:{entry.seq}"
    _tell(matter.reporter, words, kind="answer", key=key, matter=matter, at=event.at, marker=marker)


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
        "address": _web("matters:find"),
    }
    _tell(member.person, words, kind="receipt", key=f"moved:{moved.pk}", matter=moved.matter, at=event.at, priority=5)


_TOLD = frozenset({Type.MESSAGE, Type.AUTO_ANSWER, Type.CLOSED, Type.REVIEWED, Type.HEARTBEAT})


def _spoken(entry: Entry) -> str:
    """An entry as it reads in a chat window."""
    files = len(entry.data.get("files", ()))
    body = entry.body
    if entry.type == Type.CLOSED:
        body = _("办结：%(reason)s。%(words)s") % {"reason": Reason(entry.data["reason"]).label, "words": entry.body}
    elif entry.type == Type.HEARTBEAT:
        body = _("这件事还没有新的进展，我们没有忘记。")
    elif entry.type == Type.AUTO_ANSWER:
        body = _("（自动回答，民警会接着看）%(words)s") % {"words": entry.body}
    if files:
        body += _("（还有 %(n)d 个文件，凭查询码在网页上看：%(address)s）") % {
            "n": files,
            "address": _web("matters:find"),
        }
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
    links: QuerySet[GroupLink], parts: tuple[Part, ...], *, kind: str, key: str, at: datetime, priority: int = 0
) -> None:
    for link in links.select_related("gateway"):
        queue_message(
            Route(link.gateway.channel, Chat("group", link.group).address, link.gateway_id),
            parts,
            kind=kind,
            dedupe_key=f"{key}:{link.pk}",
            at=at,
            priority=priority,
        )


def _groups_of(room_id: int) -> QuerySet[GroupLink]:
    return GroupLink.objects.filter(room=room_id)


@listen(PostAdded)
def carry_to_the_group(event: PostAdded) -> None:
    """Officers' words go to the group; residents' words from the web only where the room is set so."""
    if event.via == Via.QQ:
        return
    post = Post.objects.select_related("officer", "room").get(pk=event.post_id)
    links = _groups_of(event.room_id)
    if not event.by_station:
        links = links.filter(carry_web=True)
    words = (_("%(name)s（民警）：%(words)s") if event.by_station else _("%(name)s（网页）：%(words)s")) % {
        "name": post.name,
        "words": post.body,
    }
    _say_in_groups(links, (Text(words),), kind="room", key=f"post:{post.pk}", at=event.at)


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
    key = f"group-danger:{event.matter_id}:{event.at.isoformat()}"
    parts = (*_call(event.member_id), Text(words))
    _say_in_groups(_groups_of(event.room_id), parts, kind="danger", key=key, at=event.at, priority=10)


def _call(member_id: int) -> tuple[Part, ...]:
    """The writer called by name in their own group, when they are known there by an address."""
    person = Member.objects.values_list("person", flat=True).get(pk=member_id)
    address = Address.objects.filter(person=person, channel=QQ).first() if person else None
    return (At(address.value), Text(" ")) if address else ()
