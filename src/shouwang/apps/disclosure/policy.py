"""
Who takes in, works on, reviews and counts applications. Denied by default; reading the matter as the station is needed for all.

Whoever drafted an answer never reviews it. An extension is a leader's (`matters.policy.may_extend`).
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.disclosure.models import Application, Stage
from shouwang.apps.incidents.policy import may_judge
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.units.models import SECOND_EYES, Officer
from shouwang.kernel.policy import Verdict, no, rule, yes

REVIEWS = SECOND_EYES


@rule("disclosure.take", gettext_lazy("收下信息公开申请"))
def may_take(officer: Officer) -> Verdict:
    """Everybody at a desk takes applications in; where writing is hard, the clerk fills the form in (art. 29)."""
    return matters.may_answer(officer)


@rule("disclosure.work", gettext_lazy("办信息公开申请、拟答复"))
def may_draft_any(officer: Officer) -> Verdict:
    """Police officers draft answers; auxiliaries, trainees and clerks take in and confirm."""
    return may_judge(officer)


@rule("disclosure.review", gettext_lazy("审核信息公开答复"))
def may_review_any(officer: Officer) -> Verdict:
    """Chiefs, legal officers and the bureau, never for an answer of their own."""
    if officer.roles & REVIEWS:
        return yes(_("您是所长、法制员或分局民警。"))
    return no(_("答复由所长、法制员或分局审核。"))


def may_read(officer: Officer, application: Application) -> Verdict:
    """Whoever reads the matter as the station."""
    if matters.clearance(Viewer(officer=officer), application.matter) >= Visibility.STATION:
        return yes(_("这件事在您的单位办理。"))
    return no(_("这件事不在您的单位，您看不到它。"))


def may_confirm(officer: Officer, application: Application) -> Verdict:
    """Confirm the receipt, and enter what the applicant brought: anybody at the desk."""
    return matters.may_work_on(officer, application.matter)


def may_work(officer: Officer, application: Application) -> Verdict:
    """The steps of whoever handles it."""
    work = matters.may_work_on(officer, application.matter)
    return may_draft_any(officer) if work else work


def may_extend(officer: Officer, application: Application) -> Verdict:
    """A leader of the unit stands for the head of the disclosure office (art. 33)."""
    return matters.may_extend(officer, application.matter)


def may_review(officer: Officer, application: Application) -> Verdict:
    """Another pair of eyes before anything leaves."""
    if application.stage != Stage.REVIEW:
        return no(_("现在没有等审核的答复。"))
    work = matters.may_work_on(officer, application.matter)
    if not work:
        return work
    if not officer.roles_for(application.matter.unit) & REVIEWS:
        return no(_("答复由所长、法制员或分局审核。"))
    if officer.pk == application.drafted_by_id:
        return no(_("答复是您拟的，要由另一个人审核。"))
    return yes(_("您可以审核，也不是拟答复的人。"))
