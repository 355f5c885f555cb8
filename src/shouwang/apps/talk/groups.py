"""Groups of a messenger that are no room yet: that they were heard is kept, for whoever says which room they are, and nothing else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from shouwang.apps.notices.models import Gateway
from shouwang.apps.talk.models import GroupLink, HeardGroup, Room


@transaction.atomic
def heard(gateway: Gateway, group: str, *, at: datetime) -> None:
    """A message came from there. Who wrote it, and what, is not kept."""
    HeardGroup.objects.get_or_create(gateway=gateway, group=group, defaults={"first_at": at, "last_at": at})
    HeardGroup.objects.filter(gateway=gateway, group=group).update(times=F("times") + 1, last_at=at)


@transaction.atomic
def joined(gateway: Gateway, group: str, *, joined: bool, at: datetime) -> None:
    """The station's number came into a group or went out of it."""
    if not joined:
        HeardGroup.objects.filter(gateway=gateway, group=group).delete()
    elif not GroupLink.objects.filter(gateway=gateway, group=group).exists():
        HeardGroup.objects.get_or_create(gateway=gateway, group=group, defaults={"first_at": at, "last_at": at})


def is_a_room(link: GroupLink) -> None:
    """Somebody said which room it is: it is no longer listed as one without."""
    HeardGroup.objects.filter(gateway=link.gateway, group=link.group).delete()


def is_cut_off(room: Room) -> bool:
    """A messenger's group is this room, and its gateway is switched off: what is said here does not reach it."""
    return GroupLink.objects.filter(room=room, gateway__enabled=False).exists()
