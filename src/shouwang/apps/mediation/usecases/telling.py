"""Words for the side that holds no code of the matter: neutral, by messenger, and only where they allowed it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from shouwang.apps.mediation.models import Mediation, SideKey
from shouwang.apps.notices.messages import Text
from shouwang.apps.notices.usecases import Route, queue_message
from shouwang.apps.talk.models import Line


def tell_other(mediation: Mediation, *, key: str, at: datetime) -> bool:
    """
    A word that says nothing but whom to call, for each side without the reporter's code; whether all of them were sent one.

    Neither matter nor quarrel is named: whoever holds the phone may be somebody else.
    """
    reached = True
    for side in mediation.sides.all():
        if side.reporter:
            continue
        line = Line.objects.filter(person=side.person).select_related("gateway").first() if side.tellable else None
        if line is None:
            reached = False
            continue
        unit = mediation.matter.unit.station
        phone = _("%(unit)s有一件约好的事提醒您，请打电话 %(phone)s 问一下。")
        sheet = _("%(unit)s有一件约好的事提醒您，请扫凭条上的码看一下，或者打电话 %(phone)s。")
        words = (sheet if SideKey.live(side=side).exists() else phone) % {
            "unit": unit.called,
            "phone": unit.phone or "110",
        }
        queue_message(
            Route(line.gateway.channel, line.address, line.gateway_id),
            (Text(words),),
            kind="answer",
            dedupe_key=f"{key}:{side.code}",
            at=at,
            subject=mediation.ref,
        )
    return reached
