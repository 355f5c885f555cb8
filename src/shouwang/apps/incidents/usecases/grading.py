"""How urgent a report is, which kind it is and who handles it, as an officer says; and what they learnt by asking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.incidents import asked, policy
from shouwang.apps.incidents.errors import WrongStage
from shouwang.apps.incidents.models import About, Incident, Judged
from shouwang.apps.incidents.suggesting import advice_for, forget_advice, grades, handlers, knowledge, suggested
from shouwang.apps.incidents.timeline import happened, held
from shouwang.apps.incidents.urgency import by_house
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.units.models import Officer
from shouwang.engines.triage.advice import About as Asks
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
    incident.matter = matter
    ours = {
        About.URGENCY: by_house(incident).suggested,
        About.HANDLER: suggested(advice_for(matter, incident), Asks.HANDLER),
    }
    entry = happened(matter, "graded", at=at, by=by, visibility=Visibility.STATION, urgency=urgency, handler=handler)
    _count(incident, {About.URGENCY: urgency, About.HANDLER: handler}, ours, at)
    return entry


@transaction.atomic
def say_kind(matter: Matter, *, by: Officer, kind: str = "", category: str = "", at: datetime) -> Entry:
    """
    Say which kind of report it is, or only its category: the advice follows at once. Whether it is what was suggested is counted the first
    time, without anybody's name. Saying the same again adds nothing.
    """
    matter, incident = held(matter)
    require(policy.may_work(by, matter))
    known = knowledge().catalogue
    if (
        not (kind or category)
        or (kind and kind not in known.subtypes)
        or (category and category not in known.categories)
    ):
        raise WrongStage(_("请从列出来的里面选。"))
    last = matter.entries.filter(data__what=asked.KIND_WHAT).order_by("-seq").first()
    if last is not None and (last.data["kind"], last.data["category"]) == (kind, category):
        return last
    before = advice_for(matter, incident)
    ours = {about: suggested(before, of) for about, of in ((About.KIND, Asks.KIND), (About.CATEGORY, Asks.CATEGORY))}
    entry = happened(matter, "kind-said", at=at, by=by, visibility=Visibility.STATION, kind=kind, category=category)
    forget_advice(matter)
    after = advice_for(matter, incident)
    # Whoever says only a category has found none of its kinds to fit: the kind that was suggested is not taken either.
    _count(incident, {About.KIND: kind, About.CATEGORY: suggested(after, Asks.CATEGORY)}, ours, at)
    return entry


def _count(incident: Incident, said: Mapping[About, object], ours: Mapping[About, object], at: datetime) -> None:
    """Of each suggestion that was made, whether it was taken; the first word counts."""
    for about, suggestion in ours.items():
        if suggestion:
            taken = {"taken": said[about] == suggestion, "at": at}
            Judged.objects.get_or_create(incident=incident, about=about, defaults=taken)


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
