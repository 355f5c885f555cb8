"""
Who may write, check, sign, hand out and void a paper, and who may change a template. Reading the matter as the station is needed for all.

Who has to agree stands in the template (`approvals`, codes of the law data) and what this house calls such a person in
`matters.policy.DECIDES`. Whoever checks neither wrote the paper nor agreed to it before: as many eyes as the template asks for.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.matters import clock
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.papers.models import Paper, State, Step
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.engines.papers import Sign
from shouwang.engines.papers.template import OFFICER, PERSON
from shouwang.kernel.policy import Verdict, no, rule, yes

#: They may prepare a paper; answering for it is police work.
HELPERS = matters.HELPERS
#: Who signs for the station where a template names no officer.
ISSUER = Sign("issuer", "签发人", OFFICER)


@rule("papers.write", gettext_lazy("写文书"))
def may_write(officer: Officer) -> Verdict:
    """Whoever may look at personal data at a desk: a paper is full of it."""
    return matters.may_look(officer)


@rule("papers.sign", gettext_lazy("交审、签署和发出文书"))
def may_answer_for(officer: Officer) -> Verdict:
    """Police officers answer for a paper; auxiliaries and clerks prepare it."""
    if matters.is_police(officer):
        return yes(_("您是民警，可以签署。"))
    return no(_("文书要由民警交审、签署和发出。辅警、内勤可以先写好。"))


@rule("papers.templates", gettext_lazy("改本所的文书模板"))
def may_change_templates(officer: Officer) -> Verdict:
    """The chief and the legal officer of a station."""
    if officer.roles & {Role.CHIEF, Role.LEGAL_OFFICER}:
        return yes(_("所长和法制员可以改本所的模板。"))
    return no(_("文书模板由所长和法制员来改。"))


def may_change_templates_of(officer: Officer, unit: Unit) -> Verdict:
    """The same for one station."""
    if officer.roles_for(unit.station) & {Role.CHIEF, Role.LEGAL_OFFICER}:
        return yes(_("所长和法制员可以改本所的模板。"))
    return no(_("%(unit)s的文书模板由那里的所长和法制员来改。") % {"unit": unit.station.called})


def may_make(officer: Officer, matter: Matter) -> Verdict:
    """Begin a paper: the desk of the unit that is answerable."""
    work = matters.may_work_on(officer, matter)
    return may_write(officer) if work else work


def may_read(officer: Officer, matter: Matter) -> Verdict:
    """Open what a paper says, for a written reason that is recorded."""
    if matters.clearance(Viewer(officer=officer), matter) < Visibility.STATION:
        return no(_("这件事不在您的单位，您看不到它。"))
    return matters.may_look(officer)


def may_fill(officer: Officer, paper: Paper) -> Verdict:
    """Fill in or change what a draft says."""
    if paper.state != State.DRAFT:
        return no(_("已经交上去了，不能再改。要改先退回，发出以后只能作废再写。"))
    return may_make(officer, paper.matter)


def may_hand_in(officer: Officer, paper: Paper) -> Verdict:
    """Hand a finished draft in."""
    if paper.state != State.DRAFT:
        return no(_("已经交上去了。"))
    work = may_make(officer, paper.matter)
    return may_answer_for(officer) if work else work


def may_check(officer: Officer, paper: Paper) -> Verdict:
    """Agree to it, or send it back: whoever stands for the approver it waits for, and has had no hand in it."""
    if paper.state != State.REVIEW:
        return no(_("这份文书没有在等审批。"))
    seen = may_read(officer, paper.matter)
    if not seen:
        return seen
    approver = clock.approver_name(paper.waits_for)
    if not officer.roles_for(paper.matter.unit) & matters.deciders(paper.waits_for):
        return no(_("正等%(approver)s审批。") % {"approver": approver})
    if paper.author_id == officer.pk:
        return no(_("这份文书是您写的，要由另一个人审。"))
    agreed = Step.objects.filter(
        version__paper=paper, version__n=paper.version, what=Step.What.APPROVED, officer=officer
    )
    if agreed.exists():
        return no(_("您已经审过这一版，下一步要由另一个人审。"))
    return yes(_("正等您审批。"))


def may_sign(officer: Officer, paper: Paper, sign: Sign) -> Verdict:
    """Sign at the desk: an officer of the matter, or whoever stands for the approver that the template names."""
    if paper.state not in {State.APPROVED, State.SIGNED}:
        return no(_("还没有到签名这一步。"))
    if sign.by == PERSON:
        return no(_("这一处由本人签。"))
    if sign.by == OFFICER:
        work = may_make(officer, paper.matter)
        return may_answer_for(officer) if work else work
    seen = may_read(officer, paper.matter)
    if not seen:
        return seen
    if officer.roles_for(paper.matter.unit) & matters.deciders(sign.by):
        return yes(_("这一处由您签。"))
    return no(_("这一处要由%(who)s签。") % {"who": clock.approver_name(sign.by)})


def may_have_signed(officer: Officer, paper: Paper) -> Verdict:
    """Be there when the person signs or refuses, also for having received what was issued."""
    if paper.state not in {State.APPROVED, State.SIGNED, State.ISSUED}:
        return no(_("还没有到签名这一步。"))
    work = may_make(officer, paper.matter)
    return may_answer_for(officer) if work else work


def may_issue(officer: Officer, paper: Paper) -> Verdict:
    """Send it out: a police officer of the matter, when all who have to have signed."""
    if paper.state != State.SIGNED:
        return no(_("签名齐了才能发出。"))
    work = may_make(officer, paper.matter)
    return may_answer_for(officer) if work else work


def may_void(officer: Officer, paper: Paper) -> Verdict:
    """A draft by whoever may write it; what was handed in by a leader or the legal officer."""
    if paper.state == State.VOID:
        return no(_("已经作废了。"))
    if paper.state == State.DRAFT:
        return may_make(officer, paper.matter)
    seen = may_read(officer, paper.matter)
    if not seen:
        return seen
    if officer.roles_for(paper.matter.unit) & (matters.LEADERS | {Role.LEGAL_OFFICER}):
        return yes(_("您是领导或者法制员，可以作废。"))
    return no(_("交上去的文书要由领导或者法制员作废。"))


def is_with_reporter(viewer: Viewer, paper: Paper) -> bool:
    """Whether the person at the browser is the reporter and the paper was issued for them. A helper's code does not open it."""
    held = viewer.held.get(paper.matter_id)
    return held is not None and held.holder == "reporter" and paper.for_person and paper.state == State.ISSUED
