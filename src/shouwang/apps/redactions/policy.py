"""Who may make documents ready for the public, and why. Denied by default."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.redactions.models import Redaction, State
from shouwang.apps.units.models import OPENNESS_ROLES, SECOND_EYES, Officer
from shouwang.kernel.models import AuditRow
from shouwang.kernel.policy import Verdict, no, rule, yes

#: Acts of the trail by which somebody decides what stays readable. Handing a document in is none of them.
HANDS = (
    "redactions.decided",
    "redactions.words_added",
    "redactions.box_drawn",
    "redactions.box_dropped",
    "redactions.pages_seen",
    "redactions.handed_in",
)


@rule("redactions.work", gettext_lazy("把要公开的文件里的个人信息遮掉"))
def may_work_some(officer: Officer) -> Verdict:
    """Police and clerks of a desk, legal officers and leaders."""
    if officer.active and officer.roles & OPENNESS_ROLES:
        return yes(_("您可以为本单位准备要公开的文件。"))
    return no(_("要公开的文件由民警、户籍内勤、法制员和领导来准备。"))


@rule("redactions.review", gettext_lazy("作为第二个人看过，同意公开"))
def may_review_some(officer: Officer) -> Verdict:
    """Legal officers, chiefs and the bureau."""
    if officer.active and officer.roles & SECOND_EYES:
        return yes(_("您是法制员、所长或分局民警。"))
    return no(_("第二个人要是法制员、所长或分局民警。"))


def may_work(officer: Officer, redaction: Redaction) -> Verdict:
    """See it at the desk, open it for a reason, decide on marks."""
    if officer.active and officer.roles_for(redaction.unit) & OPENNESS_ROLES:
        return yes(_("您可以为本单位准备要公开的文件。"))
    return no(_("这是%(unit)s的文件，由那里的人来准备。") % {"unit": redaction.unit.called})


def may_review(officer: Officer, redaction: Redaction) -> Verdict:
    """The second pair of eyes is nobody's who had a hand in it, whoever handed it on."""
    if redaction.drafter_id == officer.pk or acts_of(officer).filter(subject=redaction.ref).exists():
        return no(_("是您自己遮的，要由另一个人来看。"))
    if officer.active and officer.roles_for(redaction.unit) & SECOND_EYES:
        return yes(_("您是法制员、所长或分局民警。"))
    return no(_("第二个人要是%(unit)s的法制员、所长或者分局民警。") % {"unit": redaction.unit.called})


def acts_of(officer: Officer) -> models.QuerySet[AuditRow]:
    """Where this officer had a hand in what stays readable. The trail knows also of what is gone again, such as a box taken off."""
    return AuditRow.objects.filter(actor=officer.ref, action__in=HANDS)


def may_fetch(officer: Officer, redaction: Redaction) -> Verdict:
    """The copy as a file: once two people stand behind it, and before that for whoever looks as the second."""
    if redaction.state != State.RELEASED and not may_review(officer, redaction):
        return no(_("还没有第二个人同意，副本不能拿走。"))
    return may_work(officer, redaction)
