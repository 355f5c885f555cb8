"""What the bureau does when something happens below."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.usecases import sign_off
from shouwang.apps.units.models import Officer
from shouwang.apps.units.usecases import OfficerDeactivated
from shouwang.kernel.events import listen


@listen(OfficerDeactivated)
def end_duty(event: OfficerDeactivated) -> None:
    """Nobody is on duty who cannot sign in; their matters return to the unit's queue."""
    officer = Officer.objects.get(pk=event.officer_id)
    if DutySpan.objects.on_now().filter(officer=officer).exists():
        sign_off(officer, at=event.at, note=_("岗位停用，系统代为下岗。"))
