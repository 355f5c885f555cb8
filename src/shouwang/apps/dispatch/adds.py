"""What the room of dispatch adds to the desk: sentences, the card, actions, the alarm of a silent crew."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shouwang.apps.dispatch import board, forms, policy, usecases
from shouwang.apps.dispatch.models import Call, FollowUp, Sending
from shouwang.apps.dispatch.needs import need_of
from shouwang.apps.dispatch.words import SENTENCES
from shouwang.apps.incidents.policy import incident_of
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.rooms_above import Action, Data, Part, RoomAbove, Shortcut, add_room
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import Verdict


def _call(matter: Matter) -> Call | None:
    return Call.objects.select_related("skill").filter(pk=matter.pk).first()


def _card(request: HttpRequest, matter: Matter, now: datetime) -> Part | None:
    """Who was sent and what they left to do."""
    if incident_of(matter) is None:
        return None
    call = _call(matter)
    tasks = list(FollowUp.objects.filter(matter=matter))
    said = dict(Entry.objects.filter(matter=matter, seq__in=[one.seq for one in tasks]).values_list("seq", "body"))
    viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    context = {
        "matter": matter,
        "need": need_of(call),
        "call": call,
        "sendings": list(Sending.objects.filter(matter=matter).select_related("crew__unit")),
        "tasks": [(one, said.get(one.seq, "")) for one in tasks],
        "may_send": viewer.officer is not None and bool(policy.may_send(viewer.officer, matter)),
        "now": now,
    }
    return Part("dispatch/_card.html", context)


def _alarm(request: HttpRequest, now: datetime) -> Part | None:
    """A crew that says nothing, for whoever leads the shift."""
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    silent = board.silent_for(officer) if officer is not None else []
    return Part("dispatch/_alarm.html", {"silent": silent, "now": now}) if silent else None


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
        alarm=_alarm,
        actions=ACTIONS,
        shortcuts=(
            Shortcut("dispatch:board", _("派警台"), "map", "b"),
            Shortcut("dispatch:mine", _("我的警情"), "place", "v"),
        ),
    )
)
