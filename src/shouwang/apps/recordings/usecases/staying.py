"""Somebody comes to the station, is in its places, and leaves; each told of the right to a copy, and each gap explained by somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.timeline import locked
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.people.models import Person, normal
from shouwang.apps.recordings import policy
from shouwang.apps.recordings.errors import AlreadyInside, WrongMoment
from shouwang.apps.recordings.limits import limits_of
from shouwang.apps.recordings.models import Came, Explanation, Move, Place, Stay, StayCode
from shouwang.apps.recordings.timeline import happened, held
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require

#: A person's own clock and the station's may differ by this much.
AHEAD = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Entered:
    """A stay and its fresh code, which is shown once. Empty when a retry came: the code went to whoever pressed first."""

    stay: Stay
    code: str


def _refuse_future(moment: datetime, at: datetime) -> None:
    if moment > at + AHEAD:
        raise WrongMoment(_("这个时间还没有到，请看一下是不是写错了。"))


def _known(name: str, id_number: str, at: datetime) -> Person | None:
    """The person of this ID number, or a new one with the name; None while nobody knows who it is."""
    found = Person(name=name.strip()[:40], id_number=id_number.strip()[:40], created_at=at)
    if not found.name and not found.id_number:
        return None
    found.save()
    before = Person.objects.filter(id_index=found.id_index).exclude(pk=found.pk).order_by("pk").first()
    if found.id_index and before is not None:
        if found.name and before.name and normal(found.name) != normal(before.name):
            raise WrongMoment(_("这个证件号登记过，姓名不是这个。请再核对一次证件。"))
        found.delete()
        return before
    return found


@transaction.atomic
def bring_in(
    matter: Matter,
    *,
    by: Officer,
    came: str,
    place: Place,
    entered_at: datetime,
    at: datetime,
    name: str = "",
    id_number: str = "",
    description: str = "",
    reporter: bool = False,
    client_id: str | None = None,
) -> Entered:
    """
    Somebody enters. They are told at once of the right to a copy: the code that comes back stands on their sheet of paper.

    reporter   it is whoever this matter comes from
    Raises     AlreadyInside, WrongMoment, NothingSaid when it is neither known who it is nor what they look like
    """
    matter, entered_at = locked(matter), entered_at.replace(microsecond=0)
    require(policy.may_bring_in(by, matter))
    if client_id and (before := Stay.objects.filter(client_id=client_id, matter=matter).first()):
        return Entered(before, "")
    if place.unit_id != matter.unit.station.pk or came not in Came.values:
        raise WrongMoment(_("请选本所的一个地方。"))
    _refuse_future(entered_at, at)
    looks = clean_text(description)
    person = matter.reporter if reporter else _known(name, id_number, at)
    if person is None and not looks:
        raise NothingSaid(_("不知道是谁的，写一句样子：多大年纪、穿什么、有什么特征。"))
    usual = limits_of(came)
    try:
        with transaction.atomic():
            stay = Stay.objects.create(
                matter=matter,
                unit=place.unit,
                person=person,
                description=looks,
                came=came,
                rule=usual[0] if usual else "",
                entered_at=entered_at,
                entered_by=by,
                client_id=client_id,
            )
    except IntegrityError as error:
        raise AlreadyInside(_("这个人已经在所里，还没有登记离开。")) from error
    Move.objects.create(stay=stay, place=place, at=entered_at, by=by)
    happened(stay, "entered", at=at, by=by, came=came, entered=entered_at.isoformat())
    audit.record("recordings.entered", by=by.ref, on=stay, at=at, came=came, place=place.pk)
    return Entered(stay, StayCode.issue(at=at, stay=stay))


@transaction.atomic
def move(stay: Stay, *, by: Officer, place: Place, since: datetime, at: datetime) -> Move:
    """From `since` on the person is in another place. One that was forgotten may be written later, also after leaving."""
    stay, since = held(stay), since.replace(microsecond=0)
    require(policy.may_work(by, stay))
    _refuse_future(since, at)
    if place.unit_id != stay.unit_id:
        raise WrongMoment(_("请选本所的一个地方。"))
    if since <= stay.entered_at or (stay.left_at is not None and since >= stay.left_at):
        raise WrongMoment(_("换地方的时间要在进所以后、离所以前。"))
    before = stay.moves.filter(at=since).first()
    if before is not None:
        if before.place_id == place.pk:
            return before
        raise WrongMoment(_("这个时间已经登记在另一个地方了。"))
    made = Move.objects.create(stay=stay, place=place, at=since, by=by)
    audit.record("recordings.moved", by=by.ref, on=stay, at=at, place=place.pk, since=since.isoformat())
    return made


@transaction.atomic
def change_limit(stay: Stay, *, by: Officer, rule: str, words: str, at: datetime) -> None:
    """Another limit of questioning that the law knows for how this person came, with the reason. It counts from coming, as before."""
    stay = held(stay)
    require(policy.may_explain(by, stay))
    if stay.left_at is not None or rule not in limits_of(stay.came):
        raise WrongMoment(_("现在不能改成这个时限。"))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写明为什么用这个时限。"))
    was, stay.rule = stay.rule, rule
    stay.save(update_fields=["rule"])
    happened(stay, "limit-changed", at=at, by=by, rule=rule)
    audit.record("recordings.limit_changed", by=by.ref, on=stay, at=at, reason=why[:200], was=was, rule=rule)


@transaction.atomic
def leave(stay: Stay, *, by: Officer, left_at: datetime, notice: str, at: datetime) -> Entered:
    """
    The person leaves, and is told again of the right to a copy, with a code of their own. The code from coming stays good.

    Pressed twice, it is one leaving and no second code.
    """
    stay, left_at = held(stay), left_at.replace(microsecond=0)
    require(policy.may_work(by, stay))
    if stay.left_at is not None:
        return Entered(stay, "")
    _refuse_future(left_at, at)
    latest = stay.moves.latest("at").at
    if left_at < latest or left_at < stay.entered_at:
        raise WrongMoment(_("离所的时间不能早于进所和最后一次换地方的时间。"))
    if notice not in Stay.Notice.values:
        raise NothingSaid(_("请选怎么告知的。"))
    stay.left_at, stay.left_by, stay.notice = left_at, by, notice
    stay.save(update_fields=["left_at", "left_by", "notice"])
    happened(stay, "left", at=at, by=by, notice=notice, left=left_at.isoformat())
    audit.record("recordings.left", by=by.ref, on=stay, at=at, notice=notice)
    return Entered(stay, StayCode.issue(at=at, stay=stay))


@transaction.atomic
def new_code(stay: Stay, *, by: Officer, reason: str, at: datetime) -> Entered:
    """The sheet was lost: a new code, and the old ones open nothing any more."""
    stay = held(stay)
    require(policy.may_work(by, stay))
    if not (why := clean_text(reason)):
        raise NothingSaid(_("请写明怎么核对是本人的。"))
    stay.codes.filter(revoked_at=None).update(revoked_at=at)
    audit.record("recordings.code_replaced", by=by.ref, on=stay, at=at, reason=why[:200])
    return Entered(stay, StayCode.issue(at=at, stay=stay))


def open_code(typed: str, *, address: str, at: datetime, tries_per_hour: int) -> StayCode:
    """The stay's code. Wrong ones are counted by address, as those of matters are."""
    found = StayCode.proved(typed, address=address, at=at, tries_per_hour=tries_per_hour)
    audit.record("recordings.code_used", by="resident", on=found.stay, at=at)
    return found


@transaction.atomic
def explain(stay: Stay, *, by: Officer, since: datetime, until: datetime, words: str, at: datetime) -> Explanation:
    """Why this time is not recorded. The person reads it; it is signed and never changed."""
    stay = held(stay)
    require(policy.may_explain(by, stay))
    if until <= since or since < stay.entered_at or until > (stay.left_at or at):
        raise WrongMoment(_("说明的时间要在进所到离所之间。"))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写明这段时间为什么没有录像，人在做什么。本人会看到。"))
    same = [one for one in stay.explanations.filter(since=since, until=until, by=by) if one.words == why]
    if same:
        return same[0]
    made = Explanation.objects.create(stay=stay, since=since, until=until, words=why, by=by, at=at)
    happened(stay, "gap-explained", at=at, by=by, since=since.isoformat(), until=until.isoformat())
    audit.record(
        "recordings.gap_explained", by=by.ref, on=stay, at=at, since=since.isoformat(), until=until.isoformat()
    )
    return made
