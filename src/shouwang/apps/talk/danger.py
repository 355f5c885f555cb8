"""Words of danger in a room: the desk rings in a private matter, the writer sees the number, the group sees nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.danger import sign_in
from shouwang.apps.matters.models import Channel, Kind, Matter
from shouwang.apps.matters.viewer import Held, Holder, Viewer
from shouwang.apps.talk.adding import key_of
from shouwang.apps.talk.events import DangerHeard
from shouwang.apps.talk.models import Alarm, Member, Moved, Post, Room
from shouwang.engines.triage.danger import Finding
from shouwang.kernel import ids
from shouwang.kernel.events import publish

TOGETHER = timedelta(minutes=30)
"""Posts of one member within this time are read as one talk."""

SHOWN_FOR = timedelta(hours=6)
"""How long after words of danger the writer's page offers the numbers."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """
    numbers  what to call, the most fitting first
    opened   the new matter with its code, or None when the words went into one that was open already
    """

    matter: Matter
    numbers: tuple[str, ...]
    opened: matters.Opened | None = None


def find(member: Member, body: str, at: datetime) -> Finding | None:
    """What these words say about danger, alone and together with the member's last few."""
    recent = Post.objects.filter(member=member, at__gt=at - TOGETHER).order_by("-at", "-seq")[:4]
    return sign_in([*reversed([post.original for post in recent]), body])


@transaction.atomic
def ring(room: Room, member: Member, body: str, *, channel: str, sent_as: str, at: datetime) -> Ringing | None:
    """
    Screen words before anything else is decided about them: also when they are held back, refused or written by somebody muted.

    sent_as  the sender's id of these words, so that a retry rings once
    """
    finding = find(member, body, at)
    if finding is None:
        return None
    key = key_of("alarm", room.pk, sent_as)
    if before := Alarm.objects.filter(key=key).select_related("matter").first():
        return Ringing(before.matter, finding.numbers)
    opened, matter = None, open_alarm_of(member)
    if matter is None:
        opened = matters.open_matter(
            room.unit,
            kind=Kind.HELP,
            channel=channel,
            at=at,
            body=body,
            community=room.community,
            reporter=member.person,
            name=member.nickname,
            client_id=key,
        )
        matter = opened.matter
    else:
        matters.say(matter, viewer=as_reporter(matter), at=at, body=body, name=member.nickname, client_id=key)
    matter.refresh_from_db()
    if not matter.rings:
        # The words alone did not ring inside the matter; together with what stands in the room they do.
        why = [because.reason for because in finding.why]
        grade = finding.grade.name.lower()
        matters.find_danger(
            matter, grade=grade, category=finding.category, why=why, numbers=list(finding.numbers), at=at
        )
    waits = opened.code if opened is not None and channel == Channel.QQ else ""
    Alarm.objects.create(room=room, member=member, matter=matter, at=at, key=key, code=waits)
    publish(DangerHeard(room.pk, member.pk, matter.pk, finding.numbers, at))
    return Ringing(matter, finding.numbers, opened)


def waiting_code(matter: Matter) -> str:
    """
    The code of a matter that began in a messenger's group, for its writer, who now writes alone; empty when it was handed out before, or
    in a browser.
    """
    for rows in (Alarm.objects.filter(matter=matter), Moved.objects.filter(matter=matter)):
        for row in rows.select_for_update():
            if code := row.code:
                row.code = ""
                row.save(update_fields=["code"])
                return code
    return ""


def open_alarm_of(member: Member) -> Matter | None:
    """The matter in which the desk already rings, or rang, for this member."""
    found = Alarm.objects.filter(member=member).exclude(matter__state="closed").select_related("matter")
    alarm = found.order_by("-at", "-pk").first()
    return alarm.matter if alarm else None


def shown_alarm_of(member: Member, at: datetime) -> Matter | None:
    """The matter whose number and way stand on the member's page: for some hours after the words, while the matter is open."""
    found = Alarm.objects.filter(member=member, at__gt=at - SHOWN_FOR).exclude(matter__state="closed")
    alarm = found.select_related("matter").order_by("-at", "-pk").first()
    return alarm.matter if alarm else None


def as_reporter(matter: Matter) -> Viewer:
    """The resident a channel has proven to be the one who began this matter."""
    return Viewer(held={matter.pk: Held(0, matter.pk, Holder.REPORTER)})


def sent_id(client_id: str | None) -> str:
    """The sender's id of some words, or a fresh one when the device gave none."""
    return client_id or ids.new_code()
