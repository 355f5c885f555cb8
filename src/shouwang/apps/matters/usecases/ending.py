"""The end of a matter, and what may follow it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.guides.blanks import refuse_unfilled
from shouwang.apps.matters import clock, policy
from shouwang.apps.matters.errors import NothingSaid, WrongState
from shouwang.apps.matters.models import BY_DECISION, By, Entry, Matter, Reason, State, Type
from shouwang.apps.matters.timeline import append, append_by_officer, locked
from shouwang.apps.matters.usecases.clocks import start_clock, stop_clock
from shouwang.apps.matters.usecases.words import clean_text
from shouwang.apps.matters.viewer import Holder, Viewer, Visibility
from shouwang.apps.units.models import Officer, Role
from shouwang.kernel import audit
from shouwang.kernel.errors import Refused
from shouwang.kernel.policy import require


@transaction.atomic
def close(matter: Matter, *, by: Officer, reason: str, words: str, at: datetime, decided: bool = False) -> Entry:
    """
    Close with a reason from the list and one plain sentence that the resident reads.

    decided   the caller is the decision that a reason of `BY_DECISION` stands for
    """
    matter = locked(matter)
    require(policy.may_close(by, matter) if decided else policy.may_close_at_desk(by, matter, reason))
    if not matter.is_open:
        raise WrongState(_("这件事已经办结了。"))
    if matter.state == State.DISPUTED:
        raise WrongState(_("居民有异议，要先由领导复核，不能直接办结。"))
    if matter.rings:
        raise WrongState(_("危险提示还没有人应答，先应答再办结。"))
    if reason in BY_DECISION and not decided:
        raise WrongState(_("“%(reason)s”要由决定来写，不能在办结时选。") % {"reason": Reason(reason).label})
    if not (sentence := clean_text(words)):
        raise NothingSaid(_("请用一句话告诉居民结果是什么。"))
    refuse_unfilled(sentence)
    entry = append_by_officer(
        matter,
        Type.CLOSED,
        by=by,
        at=at,
        body=sentence,
        data={"reason": Reason(reason).value},
    )
    stop_clock(matter, at=at)
    audit.record("matters.closed", by=by.ref, on=matter, at=at, outcome=reason)
    return entry


@transaction.atomic
def dispute(
    matter: Matter,
    *,
    viewer: Viewer,
    words: str,
    at: datetime,
    client_id: str | None = None,
    rule: str = clock.REVIEW_RULE,
    data: dict[str, Any] | None = None,
) -> Entry:
    """
    “不满意”: the matter is open again and goes to a leader who did not close it. The date of arrival stays.

    rule   the clock of the review; it also says who decides. A remedy of the law (申请复议) names its own
    data   more facts of the entry, such as the `what` of a room above
    """
    matter = locked(matter)
    if client_id and (before := matter.entries.filter(client_id=client_id).first()):
        return before
    if policy.clearance(viewer, matter) < Visibility.PARTIES or matter.pk not in viewer.held:
        raise Refused(_("要有这件事的查询码，才能提出异议。"))
    if matter.state != State.CLOSED:
        raise WrongState(_("这件事还在处理，有话可以直接补充。"))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写一下哪里不满意，领导会照着看。"))
    leader = _leader_for(matter, policy.deciders(clock.approver_of(rule, at)))
    entry = append(
        matter,
        Type.DISPUTED,
        at=at,
        by=By.HELPER if viewer.held[matter.pk].holder == Holder.HELPER else By.RESIDENT,
        visibility=Visibility.PARTIES,
        body=why,
        data={"to": leader.pk if leader else None, "to_name": leader.public_name if leader else "", **(data or {})},
        client_id=client_id,
    )
    start_clock(matter, rule, at=at)
    return entry


def _leader_for(matter: Matter, roles: frozenset[Role]) -> Officer | None:
    """The leader nearest to the unit who neither closed the matter nor is concerned by it."""
    closed_by = matter.entries.filter(type=Type.CLOSED).order_by("-seq").values_list("officer", flat=True).first()
    barred = {closed_by, *matter.kept_from.values_list("pk", flat=True)}
    leaders = [
        officer
        for officer in Officer.objects.serving().filter(posts__role__in=roles).distinct()
        if officer.pk not in barred and officer.roles_for(matter.unit) & roles
    ]
    return min(leaders, key=lambda o: (Role.CHIEF not in o.roles_for(matter.unit), o.pk), default=None)


@transaction.atomic
def review(matter: Matter, *, by: Officer, upheld: bool, words: str, at: datetime) -> Entry:
    """Decide a dispute: the closing stands (with a sentence why), or the work goes on."""
    matter = locked(matter)
    require(policy.may_review(by, matter))
    if not (sentence := clean_text(words)):
        raise NothingSaid(_("请写明复核的结果和理由，居民会看到。"))
    if upheld and matter.rings:
        raise WrongState(_("危险提示还没有人应答，先应答再办结。"))
    before = matter.entries.filter(type=Type.CLOSED).order_by("-seq").first()
    entry = append_by_officer(
        matter,
        Type.REVIEWED,
        by=by,
        at=at,
        body=sentence,
        data={"upheld": upheld, "reason": before.data["reason"] if before else Reason.ANSWERED, "to": by.pk},
    )
    stop_clock(matter, at=at)
    if not upheld:
        start_clock(matter, clock.REDO_RULE, at=at)
    audit.record("matters.reviewed", by=by.ref, on=matter, at=at, upheld=upheld)
    return entry


@transaction.atomic
def rate(matter: Matter, *, viewer: Viewer, stars: int, words: str, at: datetime) -> Entry:
    """One to five, after the result. A later rating replaces an earlier one in the figures; both stay in the timeline."""
    matter = locked(matter)
    if matter.pk not in viewer.held:
        raise Refused(_("要有这件事的查询码，才能评价。"))
    if matter.state != State.CLOSED:
        raise WrongState(_("等事情有了结果再评价。"))
    if not 1 <= stars <= 5:
        raise NothingSaid(_("请选一到五颗星。"))
    held = viewer.held[matter.pk]
    return append(
        matter,
        Type.RATED,
        at=at,
        by=By.HELPER if held.holder == Holder.HELPER else By.RESIDENT,
        visibility=Visibility.PARTIES,
        body=clean_text(words),
        data={"stars": stars},
    )
