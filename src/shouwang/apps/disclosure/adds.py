"""What the room of disclosure adds to a matter's pages, to the receipt, the desk's card, the queue and the day sheet."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.disclosure import limits, policy, queries
from shouwang.apps.disclosure.models import Application, Stage
from shouwang.apps.disclosure.timeline import application_of
from shouwang.apps.disclosure.words import SENTENCES, comes_next, headline, stands
from shouwang.apps.matters.models import Kind, Matter, MatterQuerySet
from shouwang.apps.matters.rooms_above import Action, Part, QueueSection, RoomAbove, Shortcut, add_room
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.secrecy import queries as secrecy
from shouwang.apps.secrecy.subjects import Subject, add_subjects
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import Verdict, no


def _resident(_request: HttpRequest, matter: Matter, now: datetime) -> Part | None:
    one = application_of(matter)
    if one is None:
        return None
    known = limits.known_on(one)
    context = {
        "application": one,
        "matter": matter,
        "receipt": limits.receipt_says(one.came, now),
        "ending": headline(one),
        "remedies": limits.remedies(one, known) if known else [],
        "review": secrecy.review_of(one.ref),
        "back": secrecy.comes_back(secrecy.review_of(one.ref), timezone.localdate(now)),
        "now": now,
    }
    return Part("disclosure/_resident.html", context)


def _card(request: HttpRequest, matter: Matter, now: datetime) -> Part | None:
    if request.viewer.officer is None:  # type: ignore[attr-defined]  # set by KnowWhoLooks
        return None
    one = application_of(matter)
    context = {"application": one, "matter": matter, "ending": headline(one) if one else "", "now": now}
    return Part("disclosure/_card.html", context) if one else None


def _receipt(matter: Matter, _code: str, now: datetime) -> Part | None:
    one = application_of(matter)
    return (
        Part("disclosure/_receipt.html", {"application": one, "says": limits.receipt_says(one.came, now)})
        if one
        else None
    )


def _today(request: HttpRequest, now: datetime) -> Part | None:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if officer is None:
        return None
    review = list(Application.objects.visible_to(officer).for_lists().filter(queries.waits_for(officer))[:12])
    return Part("disclosure/_today.html", {"review": review, "now": now}) if review else None


def _to_do(found: MatterQuerySet, viewer: Viewer, _now: datetime) -> MatterQuerySet:
    """Applications that ask a step of the desk: to confirm, check, work on, deliver; and drafts for this viewer's eyes."""
    if viewer.officer is None:
        return found.none()
    steps = Q(stage__in=[Stage.ARRIVED, Stage.CHECKING, Stage.WORKING, Stage.ANSWERED])
    waiting = Application.objects.filter(steps | queries.waits_for(viewer.officer)).values("pk").order_by()
    return found.filter(pk__in=waiting).order_by(F("due_at").asc(nulls_last=True), "pk")


def _opens(officer: Officer, matter: Matter) -> Verdict:
    one = application_of(matter)
    return policy.may_read(officer, one) if one is not None else no(_("这件事不是信息公开申请。"))


def _subject(officer: Officer, pk: int) -> Subject | None:
    rows = Application.objects.visible_to(officer).select_related("matter__unit__parent")
    one = rows.filter(pk=pk).first()
    if one is None or not policy.may_work(officer, one):
        return None
    matter = one.matter
    page = reverse("disclosure:application", args=[matter.number])
    return Subject(one.ref, matter.number, matter.unit, page, matter, settled=one.answered_at is not None)


add_subjects("disclosure.application", _subject)
add_room(
    RoomAbove(
        "disclosure",
        sentences=SENTENCES,
        stands=stands,
        comes_next=comes_next,
        resident=_resident,
        card=_card,
        receipt=_receipt,
        today=_today,
        actions=(
            Action(
                "disclosure",
                gettext_lazy("办公开申请"),
                "eye",
                "",
                None,
                _opens,
                page=lambda matter: reverse("disclosure:application", args=[matter.number]),
            ),
        ),
        queue=(QueueSection("disclosure", gettext_lazy("公开申请，等下一步"), _to_do, before="waiting"),),
        shortcuts=(Shortcut("disclosure:list", gettext_lazy("公开申请"), "eye", "q"),),
        forms={Kind.DISCLOSURE: "disclosure:take"},
    )
)
