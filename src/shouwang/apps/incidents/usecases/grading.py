"""How urgent a report is and who handles it, as an officer says; and what they learnt by asking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.incidents import asked, policy
from shouwang.apps.incidents.errors import WrongStage
from shouwang.apps.incidents.models import About, Judged
from shouwang.apps.incidents.suggesting import advice_for, grades, handlers, suggested_grade
from shouwang.apps.incidents.timeline import happened, held
from shouwang.apps.matters.errors import NothingSaid
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


@transaction.atomic
def answer(matter: Matter, *, by: Officer, answers: Mapping[str, Any], at: datetime) -> Entry:
    """
    What the officer learnt by asking, all of it anew (`asked.ABOUT`): the advice follows at once. Saying the same again adds nothing.
    """
    matter, _incident = held(matter)
    require(policy.may_work(by, matter))
    last = matter.entries.filter(data__what=asked.WHAT).order_by("-seq").first()
    if last is not None and last.data["learnt"] == answers:
        return last
    if last is None and not answers:
        raise NothingSaid(_("还没有写问到了什么。"))
    return happened(matter, "answered", at=at, by=by, visibility=Visibility.STATION, learnt=dict(answers))
