"""A suggestion is taken or not, by one press. Both are counted, never by whom."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.incidents import policy
from shouwang.apps.incidents.errors import WrongStage
from shouwang.apps.incidents.models import Judged
from shouwang.apps.incidents.suggesting import suggestions_for
from shouwang.apps.incidents.timeline import happened, held
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import require


@transaction.atomic
def judge(matter: Matter, *, by: Officer, about: str, seen: str, taken: bool, at: datetime) -> Entry:
    """
    Take a suggestion, or say that it is wrong; it is not made again.

    seen     `Suggestion.seen` of what was on the page. WrongStage when the reporter's newer words suggest something else by now.

    The timeline tells which kind was taken or not, not what it said: a place may be where somebody lives.
    """
    matter, incident = held(matter)
    require(policy.may_work(by, matter))
    made = {one.about: one for one in suggestions_for(matter, incident, Viewer(officer=by))}
    one = made.get(about)  # type: ignore[call-overload]  # a text choice is its text
    if one is None:
        raise WrongStage(_("这条建议已经处理过了。"))
    if one.seen != seen:
        raise WrongStage(_("报案人刚刚又说了话，建议变了。请看一眼新的再定。"))
    if not one.fields:
        raise WrongStage(_("还没有可以采用的，先问清楚。"))
    if taken:
        for name, value in one.fields.items():
            setattr(incident, name, value)
        incident.save(update_fields=list(one.fields))
    Judged.objects.create(incident=incident, about=about, taken=taken, at=at)
    what = "suggestion-taken" if taken else "suggestion-refused"
    return happened(matter, what, at=at, by=by, visibility=Visibility.STATION, about=about)
