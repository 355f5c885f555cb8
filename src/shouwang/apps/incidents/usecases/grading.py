"""How urgent a report is and who handles it, as an officer says."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.incidents import policy
from shouwang.apps.incidents.errors import WrongStage
from shouwang.apps.incidents.models import About, Judged
from shouwang.apps.incidents.suggesting import advice_for, grades, handlers, suggested_grade
from shouwang.apps.incidents.timeline import happened, held
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import require


@transaction.atomic
def grade(matter: Matter, *, by: Officer, urgency: int, handler: str, at: datetime) -> Entry:
    """
    Say how urgent it is (1 to 4) and who handles it (a code of `suggesting.handlers`).

    Whether it is what was suggested is counted the first time, without anybody's name. The handler is a division of labour, not a transfer:
    whoever has the matter keeps it.
    """
    matter, incident = held(matter)
    require(policy.may_work(by, matter))
    if urgency not in dict(grades()) or handler not in handlers():
        raise WrongStage(_("请从列出来的里面选。"))
    suggested = suggested_grade(advice_for(matter, incident))
    entry = happened(matter, "graded", at=at, by=by, visibility=Visibility.STATION, urgency=urgency, handler=handler)
    for about, said, ours in zip((About.URGENCY, About.HANDLER), (urgency, handler), suggested, strict=True):
        if ours:
            Judged.objects.get_or_create(incident=incident, about=about, defaults={"taken": said == ours, "at": at})
    return entry
