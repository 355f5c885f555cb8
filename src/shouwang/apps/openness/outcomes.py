"""
What became of a matter, in one sentence that everybody may read: no name, no number, none of anybody's words.

Always told as it is now: a digest published in spring shows in summer what happened since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from shouwang.apps.matters.models import Entry, Kind, Matter, Reason, State, Type
from shouwang.apps.matters.sentences import day, last_day
from shouwang.apps.openness.models import Digest, DigestItem
from shouwang.apps.units.models import Post, Role, Unit

#: Terms end at 24:00, which belongs to the day before.
A_SECOND = timedelta(seconds=1)
#: What neighbours bring up for everybody. A question is in a digest too, but only in words that an officer wrote.
PROPOSED = (Kind.SUGGESTION, Kind.PROBLEM)
KINDS = (*PROPOSED, Kind.CONSULTATION)

#: Matters that nothing public may speak of: kinds meant for few, danger, safe contact, kept from somebody.
PUBLISHABLE = Q(kind__in=KINDS, danger="", safe_contact=False, kept_from=None)
SHOWN = Q(shown=True) & (~Q(matter__kind=Kind.CONSULTATION) | ~Q(public_sentence=""))


def neutral(kind: str) -> str:
    """The sentence that says nothing but the kind."""
    return {
        Kind.SUGGESTION: _("一位邻居提了一条建议。"),
        Kind.PROBLEM: _("一位邻居反映了社区里的一个问题。"),
    }.get(Kind(kind), _("有人咨询了一个问题。"))


def shown_items(digest: Digest) -> QuerySet[DigestItem]:
    """What stands on the page of a digest. A matter that became delicate later is no longer there."""
    return _items(DigestItem.objects.filter(SHOWN, digest=digest))


def _items(items: QuerySet[DigestItem]) -> QuerySet[DigestItem]:
    allowed = Matter.objects.filter(PUBLISHABLE).values("pk")
    return items.filter(matter__in=allowed).select_related("matter__unit", "digest__unit", "digest__community")


@dataclass(frozen=True, slots=True)
class Told:
    """
    One item as everybody reads it.

    asked     what was asked, in the officer's words or neutral
    outcome   what became of it
    state     done, late or open
    guides    addresses of guides it was answered with
    """

    asked: str
    outcome: str
    state: str
    guides: tuple[str, ...]
    is_question: bool
    path: str


def tell(items: Iterable[DigestItem], now: datetime) -> list[Told]:
    """The items as they stand now, in their order. Two queries, however many there are."""
    items = list(items)
    who = responsible([item.matter for item in items])
    guides = _guides([item.matter_id for item in items])
    return [
        Told(
            asked=item.public_sentence or neutral(item.matter.kind),
            outcome=outcome(item.matter, who[item.matter_id], now),
            state=state(item.matter, now),
            guides=guides.get(item.matter_id, ()),
            is_question=item.matter.kind == Kind.CONSULTATION,
            path=reverse("openness:digest", args=[item.digest.slug]),
        )
        for item in items
    ]


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
        unit = matter.unit.name_en if get_language() == "en" and matter.unit.name_en else matter.unit.name
        role = roles.get(matter.handler_id or 0, _("值班室"))
        said[matter.pk] = _("%(unit)s的%(role)s") % {"unit": unit, "role": role}
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
    rows = DigestItem.objects.filter(
        SHOWN,
        digest__state=Digest.State.PUBLISHED,
        digest__unit__path__startswith=unit.path,
        matter__kind__in=PROPOSED,
    ).order_by(F("matter__closed_at").desc(nulls_last=True), "-digest__published_at", "-pk")
    chosen = _items(rows)[:n]
    return tell(chosen, now or timezone.now())
