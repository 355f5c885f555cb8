"""
Where free crews wait: posts that the chief names, advice who should move to which, and a crew asked to go there.

Advice only: somebody presses, the crew's phone shows it and says “收到”. It ends when the crew is sent to an incident, when somebody takes
it back, or when the crew rests or is no more. Volunteers are never moved. It belongs to no incident, so the audit trail holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwang.apps.dispatch import policy
from shouwang.apps.dispatch.errors import CrewBusy, NoSending
from shouwang.apps.dispatch.models import Crew, Post, Standby
from shouwang.apps.dispatch.timeline import tell_board
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.units.models import Officer, Unit
from shouwang.engines import dispatch as engine
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require

#: So many places of a list are named; the others are counted.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Move:
    """One crew that had better wait elsewhere, and why, in sentences."""

    crew: int
    crew_name: str
    post: int
    post_name: str
    minutes: int
    reasons: tuple[str, ...]


def posts_of(station: Unit) -> list[Post]:
    """The places that the chief named."""
    return list(Post.objects.filter(unit=station, ended_at=None).order_by("name"))


def advised(
    units: Sequence[engine.Unit],
    names: dict[str, str],
    posts: Sequence[Post],
    asked: dict[int, Post],
    cover: engine.Cover,
    station: str,
) -> list[Move]:
    """
    Which free crews should move, the most useful first. `asked`: crews on their way to a post count as if they were there and stay.
    """
    taken = {post.pk for post in asked.values()}
    at = {str(one.pk): engine.Point(one.longitude, one.latitude) for one in posts if one.pk not in taken}
    found = engine.relocate(
        units, at, cover, station=station, only={unit.id for unit in units if int(unit.id) not in asked}
    )
    by_pk = {str(one.pk): one for one in posts}
    return [
        Move(
            int(one.unit),
            names[one.unit],
            int(one.post),
            by_pk[one.post].name,
            max(1, round(one.minutes)),
            tuple(_reasons(one, cover)),
        )
        for one in found.moves
    ]


def _reasons(move: engine.Move, cover: engine.Cover) -> list[str]:
    minutes = {"n": round(cover.minutes)}
    reasons = []
    if move.gains:
        says = _("%(places)s现在 %(n)d 分钟内到得了的空闲巡组不够，去了就多一组")
        reasons.append(says % {**minutes, "places": _named(move.gains)})
    if move.loses:
        reasons.append(_("走了以后，%(places)s少一组") % {"places": _named(move.loses)})
    else:
        reasons.append(_("走了以后，没有哪一片变少"))
    return reasons


def _named(places: Sequence[str]) -> str:
    more = len(places) - NAMED
    named = _("、").join(places[:NAMED])
    return named + (ngettext("等 %(n)d 处", "等 %(n)d 处", len(places)) % {"n": len(places)} if more > 0 else "")


# ── posts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def add_post(unit: Unit, *, name: str, longitude: float, latitude: float, by: Officer, at: datetime) -> Post:
    """The chief names a place where a crew may wait."""
    require(policy.may_set_posts(by, unit))
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    name = " ".join(matters.clean_text(name).split())
    if not name:
        raise NothingSaid(_("请写这个点叫什么，比如“桥头”。"))
    if Post.objects.filter(unit=unit, name=name, ended_at=None).exists():
        raise Conflict(_("已经有一个待命点叫%(name)s，请换个名字。") % {"name": name})
    post = Post.objects.create(unit=unit, name=name, longitude=longitude, latitude=latitude)
    audit.record("dispatch.post_added", by=by.ref, on=post, at=at)
    tell_board(unit.pk)
    return post


@transaction.atomic
def drop_post(post: Post, *, by: Officer, at: datetime) -> None:
    """It is no post any more; whoever was asked to wait there need not. Pressed twice, it is dropped once."""
    require(policy.may_set_posts(by, post.unit))
    if Post.objects.filter(pk=post.pk, ended_at=None).update(ended_at=at):
        Standby.objects.filter(post=post, ended_at=None).update(ended_at=at)
        audit.record("dispatch.post_dropped", by=by.ref, on=post, at=at)
        tell_board(post.unit_id)


# ── crews at them ────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def ask_to_wait(crew: Crew, post: Post, *, by: Officer, at: datetime) -> Standby:
    """One press asks a free crew to wait at a post. Asked for the same again, nothing is added; for another post, the first one ends."""
    require(policy.may_move(by, crew))
    crew = Crew.objects.select_for_update().get(pk=crew.pk)
    post = Post.objects.get(pk=post.pk)
    if crew.volunteers or crew.ended_at is not None or crew.unit_id != post.unit_id or post.ended_at is not None:
        raise NoSending(_("这个巡组或者这个待命点现在不能用。"))
    if crew.resting or crew.sendings.bound().exists():
        raise CrewBusy(_("%(crew)s现在不空闲。") % {"crew": crew.name})
    before = Standby.objects.filter(crew=crew, ended_at=None).first()
    if before is not None and before.post_id == post.pk:
        return before
    end_standby(crew, at=at)
    found = Standby.objects.create(crew=crew, post=post, asked_at=at)
    audit.record("dispatch.asked_to_wait", by=by.ref, on=found, at=at, crew=crew.pk, post=post.pk)
    tell_board(crew.unit_id)
    return found


@transaction.atomic
def acknowledge(standby: Standby, *, by: Officer, at: datetime) -> None:
    """“收到”, from the crew's phone. Pressed twice, it is said once."""
    if not standby.crew.members.filter(officer=by, left_at=None).exists():
        raise NoSending(_("您不在这个巡组里。"))
    if Standby.objects.filter(pk=standby.pk, ended_at=None, acknowledged_at=None).update(acknowledged_at=at):
        audit.record("dispatch.wait_acknowledged", by=by.ref, on=standby, at=at)
        tell_board(standby.crew.unit_id)
    elif not Standby.objects.filter(pk=standby.pk, ended_at=None).exists():
        raise NoSending(_("不用去那里了。"))


@transaction.atomic
def take_back(standby: Standby, *, by: Officer, at: datetime) -> None:
    """The dispatcher takes it back. Pressed twice, it ends once."""
    require(policy.may_move(by, standby.crew))
    if end_standby(standby.crew, at=at):
        audit.record("dispatch.wait_taken_back", by=by.ref, on=standby, at=at)
        tell_board(standby.crew.unit_id)


def end_standby(crew: Crew, *, at: datetime) -> int:
    """Whatever the crew was asked to wait at is over."""
    return Standby.objects.filter(crew=crew, ended_at=None).update(ended_at=at)
