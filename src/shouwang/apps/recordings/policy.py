"""
Who may bring in, register, explain, answer and delete. Denied by default; the filters of lists stand in `readable.py`.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.incidents.policy import may_judge
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.models import Matter
from shouwang.apps.recordings.models import CopyRequest, Place, Recording, Stay
from shouwang.apps.recordings.readable import REGISTERS
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.kernel.policy import Verdict, no, rule, yes

#: Whoever answers for the station's recordings to the person: grants, denies, confirms that something is deleted.
ANSWERS_FOR = matters.LEADERS | {Role.LEGAL_OFFICER}


def may_read(officer: Officer, stay: Stay) -> Verdict:
    """Whether the officer may know of the stay at all."""
    if Stay.objects.visible_to(officer).filter(pk=stay.pk).exists():
        return yes(_("人在您的单位，或者事情由您的单位办理。"))
    return no(_("人不在您的单位，事情也不由您的单位办理。"))


@rule("recordings.register", gettext_lazy("登记进所离所和录音录像"))
def may_register(officer: Officer) -> Verdict:
    """Police and auxiliaries at a desk; trainees and clerks do not."""
    if officer.roles & REGISTERS:
        return yes(_("您是民警或辅警，可以登记。"))
    return no(_("要由民警或辅警登记。实习民警和内勤不登记，也不看登记簿。"))


def may_register_at(officer: Officer, unit: Unit) -> Verdict:
    """The same for one station."""
    if officer.roles_for(unit) & REGISTERS:
        return yes(_("您是民警或辅警，可以登记。"))
    return no(_("您在%(unit)s没有可以登记的岗位。") % {"unit": unit.called})


def may_bring_in(officer: Officer, matter: Matter) -> Verdict:
    """Somebody enters the station under this matter."""
    if not matter.is_open:
        return no(_("这件事已经办结。"))
    work = matters.may_work_on(officer, matter)
    if not work:
        return work
    if not Place.objects.filter(unit=matter.unit.station, active=True).exists():
        return no(_("本所还没有登记有哪些地方，请所长先登记大厅、候问室、询问室。"))
    return may_register_at(officer, matter.unit.station)


def may_work(officer: Officer, stay: Stay) -> Verdict:
    """Moves, leaving, a request at the counter: the desk of the station in which the person is."""
    return may_read(officer, stay) and may_register_at(officer, stay.unit)


def may_explain(officer: Officer, stay: Stay) -> Verdict:
    """A police officer signs for why something was not recorded."""
    return may_work(officer, stay) and may_judge(officer)


@rule("recordings.answer", gettext_lazy("答复要录像的申请，确认删除录像"))
def may_answer_for(officer: Officer) -> Verdict:
    """Chiefs, legal officers and the bureau."""
    if officer.roles & ANSWERS_FOR:
        return yes(_("您是所长、法制员或分局民警。"))
    return no(_("要由所长、法制员或分局来决定。"))


def may_decide(officer: Officer, request: CopyRequest) -> Verdict:
    """Grant or deny; what was asked against a denial is decided by somebody who did not deny."""
    read = may_read(officer, request.stay)
    if not read:
        return read
    if request.decided_at is not None:
        return no(_("已经答复过了。"))
    if not officer.roles_for(request.stay.unit) & ANSWERS_FOR:
        return no(_("要由所长、法制员或分局来决定。"))
    if request.against is not None and request.against.decided_by_id == officer.pk:
        return no(_("上一次是您答复的，要由另一位来决定。"))
    return yes(_("您是所长、法制员或分局民警。"))


def may_read_register(officer: Officer, unit: Unit) -> Verdict:
    """The register, for a written reason."""
    return may_register_at(officer, unit)


def may_confirm_deletion(officer: Officer, recording: Recording) -> Verdict:
    """A second person, who answers for the recordings."""
    if recording.delete_asked_by_id is None or recording.deleted_at is not None:
        return no(_("没有等着确认的删除。"))
    if recording.delete_asked_by_id == officer.pk:
        return no(_("是您提出删除的，要由另一位确认。"))
    if not officer.roles_for(recording.unit) & ANSWERS_FOR:
        return no(_("要由所长、法制员或分局来决定。"))
    return yes(_("您是所长、法制员或分局民警。"))


@rule("recordings.lists", gettext_lazy("管理所内地方和设备的清单"))
def may_keep_lists(officer: Officer) -> Verdict:
    """The chief keeps the station's list of places and devices; so may the bureau."""
    if officer.roles & matters.LEADERS:
        return yes(_("您是所长或分局民警。"))
    return no(_("所内地方和设备的清单由所长管理。"))


def may_keep_lists_of(officer: Officer, unit: Unit) -> Verdict:
    """The same for one station."""
    return may_keep_lists(officer) and (
        yes(_("您是所长或分局民警。"))
        if officer.roles_for(unit) & matters.LEADERS
        else no(_("%(unit)s不归您管理。") % {"unit": unit.called})
    )
