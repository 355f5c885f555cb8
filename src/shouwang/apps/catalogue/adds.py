"""What the catalogue adds elsewhere: parts of the day sheet and of the card of a matter about an item; its items can be withheld."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from shouwang.apps.catalogue import policy
from shouwang.apps.catalogue.models import Item, Question
from shouwang.apps.catalogue.queries import sheet_of
from shouwang.apps.catalogue.required import why
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.rooms_above import Part, RoomAbove, add_room
from shouwang.apps.secrecy.subjects import Subject, add_subjects
from shouwang.apps.units.models import Officer


def _today(request: HttpRequest, now: datetime) -> Part | None:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if officer is None or not policy.may_keep_some(officer):
        return None
    sheet = sheet_of(officer, timezone.localdate(now))
    mine = [(row, why(row.stands)) for row in sheet.mine]
    return Part("catalogue/_today.html", {"sheet": sheet, "mine": mine}) if sheet else None


def _card(request: HttpRequest, matter: Matter, _now: datetime) -> Part | None:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    question = Question.objects.filter(matter=matter).select_related("item__unit", "item__current").first()
    if question is None or officer is None:
        return None
    return Part("catalogue/_card.html", {"question": question, "keeps": policy.may_keep(officer, question.item)})


def _resident(_request: HttpRequest, matter: Matter, _now: datetime) -> Part | None:
    question = Question.objects.filter(matter=matter).select_related("item__unit", "item__current").first()
    return Part("catalogue/_resident.html", {"question": question}) if question else None


def _subject(officer: Officer, pk: int) -> Subject | None:
    item = Item.objects.kept_by(officer).select_related("unit__parent", "current").filter(pk=pk).first()
    if item is None or not policy.may_keep(officer, item):
        return None
    return Subject(item.ref, item.name, item.unit, reverse("catalogue:desk-item", args=[item.pk]))


add_subjects("catalogue.item", _subject)
add_room(RoomAbove("catalogue", today=_today, card=_card, resident=_resident))
