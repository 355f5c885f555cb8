"""A side is handed a code of its own: the other side of a quarrel has no code of the matter, and never gets one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.mediation import policy
from shouwang.apps.mediation.models import Side, SideKey
from shouwang.apps.mediation.timeline import happened, held
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require


@transaction.atomic
def hand_code(side: Side, *, by: Officer, at: datetime, reason: str = "") -> str:
    """
    A fresh code for one side, to be shown and printed once.

    reason   how it was made sure who asks, when one was handed over before: the old ones open nothing any more
    """
    mediation = held(side.mediation)
    require(policy.may_work(by, mediation))
    why, before = clean_text(reason)[:200], SideKey.live(side=side)
    if before.exists():
        if not why:
            raise NothingSaid(_("已经给过一张凭条。要换的，请写明怎么核对是本人的；旧的就打不开了。"))
        before.update(revoked_at=at)
    code = SideKey.issue(at=at, side=side)
    happened(mediation, "handed", at=at, by=by, side=side.code)
    audit.record("mediation.code_handed", by=by.ref, on=mediation, at=at, side=side.code, reason=why)
    return code


def open_code(typed: str, *, address: str, at: datetime, tries_per_hour: int) -> SideKey:
    """The code of a side. Wrong ones are counted by address, as those of matters are."""
    found = SideKey.proved(typed, address=address, at=at, tries_per_hour=tries_per_hour)
    audit.record("mediation.code_used", by="resident", on=found.side.mediation, at=at, side=found.side.code)
    return found
