"""What the room of dispatch adds to the desk: sentences, the card, actions, the alarm of a silent crew."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shouwang.apps.desk.bell import as_banner
from shouwang.apps.dispatch import board, forms, policy, usecases
from shouwang.apps.dispatch.models import Call, FollowUp, Sending
from shouwang.apps.dispatch.needs import need_of
from shouwang.apps.dispatch.words import SENTENCES
from shouwang.apps.incidents import policy as incidents
from shouwang.apps.incidents.policy import incident_of
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.models import Entry, Matter, MatterQuerySet
from shouwang.apps.matters.rooms_above import Action, Data, Part, QueueSection, RoomAbove, Shortcut, add_room
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import Verdict


def _call(matter: Matter) -> Call | None:
    return Call.objects.select_related("skill").filter(pk=matter.pk).first()


def _card(request: HttpRequest, matter: Matter, now: datetime) -> Part | None:
    """Who was sent and what they left to do."""
    if incident_of(matter) is None:
        return None
    call = _call(matter)
    tasks = list(FollowUp.objects.filter(matter=matter).select_related("owner", "matter__handler"))
    said = dict(Entry.objects.filter(matter=matter, seq__in=[one.seq for one in tasks]).values_list("seq", "body"))
    viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    context = {
        "matter": matter,
        "need": need_of(call),
        "call": call,
        "sendings": list(Sending.objects.filter(matter=matter).select_related("crew__unit")),
        "tasks": [(one, said.get(one.seq, "")) for one in tasks],
        "today": timezone.localdate(now),
        "may_work": viewer.officer is not None and bool(incidents.may_work(viewer.officer, matter)),
        "may_send": viewer.officer is not None and bool(policy.may_send(viewer.officer, matter)),
        "now": now,
    }
    return Part("dispatch/_card.html", context)


#: Of one group of the day sheet.
MOST = 12


def _today(request: HttpRequest, now: datetime) -> Part | None:
    """What crews left and this officer is in charge of; for whoever leads, also what nobody has and what others let pass."""
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if officer is None:
        return None
    today = timezone.localdate(now)
    seen = FollowUp.objects.open().filter(matter__in=Matter.objects.visible_to(Viewer(officer=officer)).values("pk"))
    seen = seen.select_related("matter__handler", "owner").order_by("due_on", "pk")
    groups = [("", list(seen.in_hands_of(officer)[:MOST]))]
    if officer.roles & matters.LEADERS:
        late = seen.due_by(today - timedelta(days=1)).exclude(pk__in=seen.in_hands_of(officer).order_by().values("pk"))
        left = late.exclude(pk__in=seen.in_nobodys_hands().order_by().values("pk"))
        groups += [
            (gettext("还没有人负责"), list(seen.in_nobodys_hands()[:MOST])),
            (gettext("过了日子，还没有办好"), list(left[:MOST])),
        ]
    shown = [one for one in groups if one[1]]
    return Part("dispatch/_today.html", {"groups": shown, "today": today, "now": now}) if shown else None


def _due_tasks(found: MatterQuerySet, viewer: Viewer, now: datetime) -> MatterQuerySet:
    """What crews left to this officer, from the day before."""
    if viewer.officer is None:
        return found.none()
    soon = FollowUp.objects.due_by(timezone.localdate(now) + timedelta(days=1)).in_hands_of(viewer.officer)
    return found.filter(pk__in=soon.values("matter").order_by()).order_by("due_at", "pk")


def _alarm(request: HttpRequest, now: datetime) -> Part | None:
    """A crew that says nothing, for whoever leads the shift."""
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    silent = board.silent_for(officer) if officer is not None else []
    return (
        Part("dispatch/_alarm.html", {"silent": silent, "now": now, "banner": as_banner(request)}) if silent else None
    )


def _needs_now(matter: Matter) -> Data:
    call = _call(matter)
    return {"sworn": call.sworn, "skill": call.skill_id, "car": call.car} if call else {"sworn": need_of(None).sworn}


def _may(officer: Officer, matter: Matter) -> Verdict:
    return policy.may_send(officer, matter)


ACTIONS = (
    Action(
        "needs",
        _("要谁去"),
        "flag",
        "h",
        forms.NeedsForm,
        _may,
        lambda m, by, data, at: usecases.say_needs(m, by=by, at=at, **data),
        initial=_needs_now,
    ),
    Action(
        "needless",
        _("不用派人去"),
        "close",
        "",
        forms.ReasonForm,
        _may,
        lambda m, by, data, at: usecases.say_needless(m, by=by, reason=data["reason"], at=at),
    ),
)

add_room(
    RoomAbove(
        "dispatch",
        sentences=SENTENCES,
        card=_card,
        today=_today,
        alarm=_alarm,
        actions=ACTIONS,
        queue=(QueueSection("follow-up", _("后续要办的，该办了"), _due_tasks, before="waiting"),),
        shortcuts=(
            Shortcut("dispatch:board", _("派警台"), "map", "b"),
            Shortcut("dispatch:mine", _("我的警情"), "place", "v"),
        ),
    )
)
