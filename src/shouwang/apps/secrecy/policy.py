"""Who may propose to withhold, who decides, who answers when somebody is unsure. Denied by default."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.secrecy.models import Review, State
from shouwang.apps.units.models import OPENNESS_ROLES, SECOND_EYES, Officer, Role
from shouwang.kernel.models import AuditRow
from shouwang.kernel.policy import Verdict, no, rule, yes

#: The bureau's office, or the legal officer: who answers when somebody is unsure.
OFFICE = frozenset({Role.LEGAL_OFFICER, Role.BUREAU})
#: The act of the trail by which somebody stands for a ground.
PROPOSED = "secrecy.proposed"
ASKED = "secrecy.asked"


@rule("secrecy.propose", gettext_lazy("提出不公开的理由，拿不准的送分局定"))
def may_propose_some(officer: Officer) -> Verdict:
    """Whoever makes things ready for the public."""
    if officer.active and officer.roles & OPENNESS_ROLES:
        return yes(_("您可以为本单位提出不公开的理由。"))
    return no(_("不公开的理由由民警、户籍内勤、法制员和领导来提。"))


@rule("secrecy.decide", gettext_lazy("作为第二个人，审不公开的理由"))
def may_decide_some(officer: Officer) -> Verdict:
    """Legal officers, chiefs and the bureau."""
    if officer.active and officer.roles & SECOND_EYES:
        return yes(_("您是法制员、所长或分局民警。"))
    return no(_("第二个人要是法制员、所长或分局民警。"))


def may_work(officer: Officer, review: Review) -> Verdict:
    """See it at the desk, change a proposal that came back, take it back."""
    if officer.active and officer.roles_for(review.place) & OPENNESS_ROLES:
        return yes(_("您可以为本单位提出不公开的理由。"))
    return no(_("这是%(unit)s的审查，由那里的人来办。") % {"unit": review.place.called})


def may_decide(officer: Officer, review: Review) -> Verdict:
    """The second pair of eyes never proposed it, at any time: the trail knows."""
    if review.proposed_by_id == officer.pk or _did(officer, review, PROPOSED):
        return no(_("理由是您提的，要由另一个人来审。"))
    if officer.active and officer.roles_for(review.place) & SECOND_EYES:
        return yes(_("您是法制员、所长或分局民警。"))
    return no(_("第二个人要是%(unit)s的法制员、所长或者分局民警。") % {"unit": review.place.called})


def may_answer(officer: Officer, review: Review) -> Verdict:
    """The office, and nobody who asked."""
    if review.state != State.UNSURE:
        return no(_("现在没有等着定的疑问。"))
    if review.asked_by_id == officer.pk or _did(officer, review, ASKED):
        return no(_("是您拿不准送来的，要由别人来定。"))
    if officer.active and officer.roles_for(review.place) & OFFICE:
        return yes(_("您是法制员或分局民警。"))
    return no(_("拿不准的，由法制员或者分局来定。"))


def may_open(officer: Officer, review: Review, today: date) -> Verdict:
    """
    Say that there is no ground, or none any more: the office of what was unsure, the second officer of a proposal or before its day,
    its proposer as long as nobody decided, whoever works there of what came back or has ended.
    """
    if review.state == State.OPENED:
        return no(_("已经定了：没有理由不公开。"))
    if review.state == State.UNSURE:
        return may_answer(officer, review)
    own = review.state == State.PROPOSED and review.proposed_by_id == officer.pk
    if own or review.state == State.BACK or review.is_ended(today):
        return may_work(officer, review)
    return may_decide(officer, review)


def _did(officer: Officer, review: Review, act: str) -> bool:
    return AuditRow.objects.filter(actor=officer.ref, action=act, subject=review.ref).exists()
