"""
The person of a stay wants a copy, or to see it.

Others in the same matter have no such request: whoever has no code of the stay is nobody.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters.clock import due_from
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.recordings import policy
from shouwang.apps.recordings.errors import WrongMoment
from shouwang.apps.recordings.limits import COPY_RULE
from shouwang.apps.recordings.models import CopyRequest, Stay
from shouwang.apps.recordings.timeline import happened, held
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require


@transaction.atomic
def ask(
    stay: Stay,
    *,
    asks: str,
    since: datetime | None,
    until: datetime | None,
    words: str,
    at: datetime,
    by: Officer | None = None,
    client_id: str | None = None,
) -> CopyRequest:
    """
    Ask for a span, or for all of it. By the person with the code (`by` is None), or written down at the counter.

    While one is open there is no second one; the same press twice is one request.
    """
    stay = held(stay)
    if by is not None:
        require(policy.may_work(by, stay))
    if client_id and (before := CopyRequest.objects.filter(client_id=client_id, stay=stay).first()):
        return before
    if stay.requests.filter(decided_at=None).exists():
        raise WrongMoment(_("已经有一个申请在等答复。要补充什么，请打值班电话。"))
    if asks not in CopyRequest.Asks.values:
        raise NothingSaid(_("请选要拷贝，还是到所里看。"))
    since, until = since or stay.entered_at, until or stay.left_at or at
    if until <= since or since < stay.entered_at or until > (stay.left_at or at):
        raise WrongMoment(_("要的时间要在进所到离所之间。"))
    return _write(stay, asks, since, until, clean_text(words), at=at, by=by, client_id=client_id)


def _write(
    stay: Stay,
    asks: str,
    since: datetime,
    until: datetime,
    words: str,
    *,
    at: datetime,
    by: Officer | None,
    client_id: str | None,
    against: CopyRequest | None = None,
) -> CopyRequest:
    made = CopyRequest.objects.create(
        stay=stay,
        asks=asks,
        since=since,
        until=until,
        words=words,
        asked_at=at,
        taken_by=by,
        rule=COPY_RULE,
        due_at=due_from(COPY_RULE, at),
        against=against,
        client_id=client_id,
    )
    happened(stay, "copy-asked-again" if against else "copy-asked", at=at, by=by, request=made.pk)
    audit.record("recordings.copy_asked", by=by.ref if by else "resident", on=made, at=at)
    return made


@transaction.atomic
def ask_again(
    denied: CopyRequest, *, words: str, at: datetime, by: Officer | None = None, client_id: str | None = None
) -> CopyRequest:
    """The person does not agree with the denial: somebody else looks again, with a clock of its own. Once."""
    stay = held(denied.stay)
    if by is not None:
        require(policy.may_work(by, stay))
    denied = CopyRequest.objects.get(pk=denied.pk)
    review = CopyRequest.objects.filter(against=denied).first()
    if review is not None:
        return review
    if denied.granted is not False or denied.against_id is not None:
        raise WrongMoment(_("现在没有可以请人再看的答复。还不同意，可以打 12389，或者向上级公安机关投诉。"))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写一句为什么不同意。"))
    return _write(stay, denied.asks, denied.since, denied.until, why, at=at, by=by, client_id=client_id, against=denied)


@transaction.atomic
def decide(
    request: CopyRequest,
    *,
    by: Officer,
    granted: bool,
    words: str,
    at: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    handed: str = "",
) -> CopyRequest:
    """
    Yes, for which span and how it is handed over, or no with the reason. Both are words of the station to the person.

    since, until   what is granted; all that was asked for when left out
    """
    stay = held(request.stay)
    request = CopyRequest.objects.select_related("against").get(pk=request.pk)
    request.stay = stay
    require(policy.may_decide(by, request))
    answer, how = clean_text(words), clean_text(handed)[:120]
    since, until = since or request.since, until or request.until
    if not answer:
        raise NothingSaid(_("请写几句答复：给的写明怎么取，不给的写明理由。本人会看到。"))
    if granted and not how:
        raise NothingSaid(_("请写明怎么交给本人。"))
    if granted and (until <= since or since < stay.entered_at or until > (stay.left_at or at)):
        raise WrongMoment(_("给的时间要在进所到离所之间。"))
    request.decided_at, request.decided_by, request.granted, request.answer = at, by, granted, answer
    if granted:
        request.granted_since, request.granted_until, request.handed = since, until, how
    request.save()
    happened(stay, "copy-granted" if granted else "copy-denied", at=at, by=by, request=request.pk)
    audit.record("recordings.copy_decided", by=by.ref, on=request, at=at, granted=granted)
    return request
