"""
What became of a matter or a gathered post, in one sentence that everybody may read: no name, no number, none of anybody's words.

Always told as it is now: a digest published in spring shows in summer what happened since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwang.apps.matters.models import Entry, Kind, Matter, Reason, State, Type
from shouwang.apps.matters.sentences import day, last_day
from shouwang.apps.openness.models import PROPOSED, Digest, DigestItem
from shouwang.apps.talk import models as talk
from shouwang.apps.talk.queries import first_replies
from shouwang.apps.units.models import Post, Role, Unit

#: Terms end at 24:00, which belongs to the day before.
A_SECOND = timedelta(seconds=1)


def neutral(kind: str) -> str:
    """The sentence that says nothing but the kind."""
    return {
        Kind.SUGGESTION: _("一位邻居提了一条建议。"),
        Kind.PROBLEM: _("一位邻居反映了社区里的一个问题。"),
    }.get(Kind(kind), _("有人咨询了一个问题。"))


@dataclass(frozen=True, slots=True)
class Told:
    """
    One item as everybody reads it.

    asked     what was asked, in the officer's words or neutral
    outcome   what became of it
    state     done, late or open
    answered  whether a person answered
    guides    addresses of guides it was answered with
    changed   when something last happened to a post; a matter's entries tell it of a matter
    """

    asked: str
    is_question: bool
    path: str
    outcome: str
    state: str
    answered: bool
    guides: tuple[str, ...] = ()
    changed: datetime | None = None


def tell(items: Iterable[DigestItem], now: datetime) -> list[Told]:
    """The items (fetched `with_all`) as they stand now, in their order. Three more queries, however many there are."""
    items = list(items)
    matters = [item.matter for item in items if item.matter]
    who, guides = responsible(matters), _guides([matter.pk for matter in matters])
    replies = first_replies([item.post for item in items if item.post])
    told = []
    for item in items:
        this = partial(
            Told,
            asked=item.public_sentence or neutral(item.kind),
            is_question=item.kind == Kind.CONSULTATION,
            path=reverse("openness:digest", args=[item.digest.slug]),
        )
        if item.matter:
            told.append(_of_matter(this, item.matter, who[item.matter.pk], guides.get(item.matter.pk, ()), now))
        else:
            told.append(_of_post(this, item, replies.get(item.post_id or 0), now))
    return told


def _of_matter(this: Callable[..., Told], matter: Matter, who: str, guides: tuple[str, ...], now: datetime) -> Told:
    return this(
        outcome=outcome(matter, who, now),
        state=state(matter, now),
        answered=matter.first_answer_at is not None,
        guides=guides,
    )


def _of_post(this: Callable[..., Told], item: DigestItem, replied: datetime | None, now: datetime) -> Told:
    """What an officer wrote about it in the room; a question is also answered by a reply there."""
    mark = item.mark
    done = mark.done if mark else ""
    if not done and replied and item.kind == Kind.CONSULTATION:
        done = _("%(day)s在群里答复了。") % {"day": day(replied, now)}
    return this(
        outcome=done or _("还在办，有结果写在这里。"),
        state="done" if done else "open",
        answered=bool(done or replied),
        changed=max(filter(None, (mark.at if mark else None, replied)), default=None),
    )


def state(matter: Matter, now: datetime) -> str:
    """`done`, `late` or `open`."""
    if matter.state == State.CLOSED:
        return "done"
    return "late" if matter.due_at is not None and matter.due_at < now else "open"


def outcome(matter: Matter, who: str, now: datetime) -> str:
    """What became of it; `who` is responsible, by role."""
    if matter.state == State.CLOSED and matter.closed_at is not None:
        return _("%(day)s办结：%(reason)s。") % {
            "day": day(matter.closed_at, now),
            "reason": Reason(matter.reason).label,
        }
    if matter.state == State.DISPUTED:
        return _("提的人对结果不满意，%(who)s正在重新看。") % {"who": who}
    if state(matter, now) == "late" and matter.due_at is not None:
        days = max(1, (timezone.localtime(now).date() - timezone.localtime(matter.due_at - A_SECOND).date()).days)
        return ngettext(
            "应在%(when)s前有结果，已经晚了 %(days)d 天。由%(who)s负责。",
            "应在%(when)s前有结果，已经晚了 %(days)d 天。由%(who)s负责。",
            days,
        ) % {"when": last_day(matter.due_at, now), "days": days, "who": who}
    if matter.due_at is not None:
        return _("还在办，最迟%(when)s前有结果。由%(who)s负责。") % {"when": last_day(matter.due_at, now), "who": who}
    if matter.kind == Kind.CONSULTATION and matter.first_answer_at is not None:
        return _("%(day)s答复了，还可以接着问。") % {"day": day(matter.first_answer_at, now)}
    return _("还在办，由%(who)s负责。") % {"who": who}


def responsible(matters: Sequence[Matter]) -> dict[int, str]:
    """Who is responsible for each matter now, by unit and role, never by name. One query."""
    handlers = {matter.handler_id for matter in matters if matter.handler_id}
    today = timezone.localdate()
    posts = (
        Post.objects.filter(officer__in=handlers, since__lte=today)
        .exclude(until__lt=today)
        .order_by("pk")
        .values_list("officer_id", "role")
    )
    roles: dict[int, str] = {}
    for officer, role in posts:
        roles.setdefault(officer, str(Role(role).label))
    said = {}
    for matter in matters:
        role = roles.get(matter.handler_id or 0, _("值班室"))
        said[matter.pk] = _("%(unit)s的%(role)s") % {"unit": matter.unit.called, "role": role}
    return said


def _guides(matters: Sequence[int]) -> dict[int, tuple[str, ...]]:
    rows = (
        Entry.objects.filter(matter__in=matters, type__in=[Type.AUTO_ANSWER, Type.MESSAGE], data__has_key="guide")
        .order_by("seq")
        .values_list("matter_id", "data")
    )
    found: dict[int, dict[str, None]] = {}
    for matter, data in rows:
        try:
            found.setdefault(matter, {})[reverse("guides:guide", args=[data["guide"]])] = None
        except NoReverseMatch:
            continue
    return {matter: tuple(addresses) for matter, addresses in found.items()}


def latest_outcomes(unit: Unit, n: int, now: datetime | None = None) -> list[Told]:
    """What neighbours of this unit proposed, and what became of it: the `n` in which something happened last."""
    written = talk.Gathered.objects.filter(post=OuterRef("post")).order_by("-pk").exclude(done="").values("at")[:1]
    asked = talk.Post.objects.gathered(talk.Gathered.Kind.SUGGESTION).values("pk")
    rows = (
        DigestItem.objects.shown()
        .filter(digest__state=Digest.State.PUBLISHED, digest__unit__path__startswith=unit.path)
        .filter(Q(matter__kind__in=PROPOSED) | Q(post__in=asked))
        .annotate(ended=Coalesce("matter__closed_at", Subquery(written)))
        .order_by(F("ended").desc(nulls_last=True), "-digest__published_at", "-pk")
    )
    return tell(rows.with_all()[:n], now or timezone.now())
