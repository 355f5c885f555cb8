"""
Who may take a report, judge it, propose and decide. Reading is the matter's own rule (`matters.policy.clearance`); nothing here widens it.

Who decides is law data: the rule's `approver` (`cp-decide`: the county-level head) and what this house calls such a person
(`matters.policy.DECIDES`).
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.models import Incident, Nature
from shouwang.apps.matters import clock
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.models import Kind, Matter, Reason
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.policy import Verdict, no, rule, yes

#: They take reports, accept evidence and hand out receipts; judging what it is by law is police work.
HELPERS = matters.HELPERS
#: Which rule says who decides: nature and what is decided → id in the law data or the station's promises.
DECISION_RULES = {
    (Nature.CRIMINAL, "file"): "cp-decide",
    (Nature.CRIMINAL, "decline"): "cp-decide",
    (Nature.ADMINISTRATIVE, "file"): "fr-admin-now",
    (Nature.ADMINISTRATIVE, "decline"): "promise-nofile",
    # Before anybody judged, declining says that it is no violation: whoever finds one files it at once (治安管理处罚法 art. 90).
    (Nature.UNCLEAR, "decline"): "promise-nofile",
}
#: What may become an incident: words somebody brought to the station. A complaint about an officer goes another way.
BECOMES = frozenset({Kind.REPORT, Kind.CONSULTATION, Kind.HELP, Kind.PROBLEM})


def incident_of(matter: Matter) -> Incident | None:
    """The incident of a matter, or None; asked of the database once for each matter in hand."""
    if "incident_of_card" not in matter.__dict__:
        matter.__dict__["incident_of_card"] = Incident.objects.select_related("owner").filter(pk=matter.pk).first()
    found: Incident | None = matter.__dict__["incident_of_card"]
    return found


@rule("incidents.take", gettext_lazy("登记警情"))
def may_take(officer: Officer) -> Verdict:
    """Everybody at a desk takes reports, on the spot and whoever they belong to (首接负责)."""
    return matters.may_answer(officer)


@rule("incidents.judge", gettext_lazy("判断警情的性质、立案"))
def may_judge(officer: Officer) -> Verdict:
    """Police officers judge what a report is by law; auxiliaries, trainees and clerks take it and pass it to one."""
    if matters.is_police(officer):
        return yes(_("您是民警，可以判断。"))
    return no(_("要由民警来判断。辅警、内勤和实习民警可以登记、收证据、给回执。"))


def may_become(officer: Officer, matter: Matter) -> Verdict:
    """A talk turns out to be a report."""
    if incident_of(matter) is not None:
        return no(_("已经登记成警情了。"))
    if matter.kind not in BECOMES:
        return no(_("这一类事不登记成警情。"))
    if not matter.is_open:
        return no(_("这件事已经办结。"))
    return matters.may_work_on(officer, matter)


def may_work(officer: Officer, matter: Matter) -> Verdict:
    """Register, accept evidence, hand out the receipt, tell: the desk of the unit that is answerable."""
    if incident_of(matter) is None:
        return no(_("这件事没有登记成警情。"))
    return matters.may_work_on(officer, matter)


def may_decide_nature(officer: Officer, matter: Matter) -> Verdict:
    """Say what it is by law, as long as nothing is decided."""
    work = _at_stage(officer, matter, {filing.UNCLEAR, filing.REVIEW, filing.NO_CASE})
    return work and may_judge(officer)


def may_lengthen(officer: Officer, matter: Matter) -> Verdict:
    """A longer review of a crime: the law says who agrees, see `approver_of_review`."""
    work = _at_stage(officer, matter, {filing.REVIEW})
    return work and may_judge(officer)


def may_propose(officer: Officer, matter: Matter) -> Verdict:
    """Propose to file or not, where somebody else decides."""
    work = _at_stage(officer, matter, {filing.REVIEW, filing.UNCLEAR})
    return work and may_judge(officer)


def may_decide(officer: Officer, matter: Matter, what: str, at: datetime) -> Verdict:
    """
    Decide to `file` or `decline`, at any time before it is decided, whether or not somebody proposed it.

    A crime: whoever stands for the county-level head (公安机关办理刑事案件程序规定 art. 178).
    A violation of public order: filed at once by a police officer.
    """
    work = _at_stage(officer, matter, filing.UNDECIDED)
    if not work:
        return work
    incident = incident_of(matter)
    assert incident is not None
    rule_id = DECISION_RULES.get((Nature(incident.nature), what))
    if rule_id is None:
        return no(_("先判断性质：是刑事案件，还是治安案件。"))
    approver = clock.approver_of(rule_id, at)
    if not approver:
        return may_judge(officer)
    if officer.roles_for(matter.unit) & matters.deciders(approver):
        return yes(_("依法由%(approver)s决定，您可以。") % {"approver": clock.approver_name(approver)})
    return no(_("依法由%(approver)s决定，您可以提出意见，请上面批准。") % {"approver": clock.approver_name(approver)})


def may_return_proposal(officer: Officer, matter: Matter) -> Verdict:
    """Whoever would approve may send it back with a question."""
    work = _at_stage(officer, matter, {filing.PROPOSED})
    if not work:
        return work
    incident = incident_of(matter)
    assert incident is not None
    if officer.roles_for(matter.unit) & matters.deciders(incident.waits_for):
        return yes(_("正等您批准。"))
    return no(_("正等%(approver)s批准。") % {"approver": clock.approver_name(incident.waits_for)})


def may_settle(officer: Officer, matter: Matter) -> Verdict:
    """Not for the police, or another organ's: told at once, with the right place."""
    work = _at_stage(officer, matter, filing.UNDECIDED | {filing.NO_CASE})
    return work and may_judge(officer)


def may_pass_on(officer: Officer, matter: Matter, at: datetime) -> Verdict:
    """To an organ outside the house. A crime needs the county-level head's approval (程序规定 art. 175)."""
    work = may_settle(officer, matter)
    if not work:
        return work
    incident = incident_of(matter)
    assert incident is not None
    if incident.nature != Nature.CRIMINAL:
        return work
    approver = clock.approver_of("cp-transfer", at)
    if officer.roles_for(matter.unit) & matters.deciders(approver):
        return yes(_("依法由%(approver)s决定，您可以。") % {"approver": clock.approver_name(approver)})
    return no(_("刑事案件移送别的机关，依法由%(approver)s批准。") % {"approver": clock.approver_name(approver)})


def may_close(matter: Matter, reason: str) -> Verdict:
    """
    A report ends with a decision on filing; closing is no way around it. One that an officer linked to an earlier report of the same
    event may end as a repetition: what happened is decided there.
    """
    incident = incident_of(matter)
    if incident is None or incident.stage not in filing.UNDECIDED:
        return yes("")
    if incident.same_as_id is not None and reason in {"", Reason.REPEATED}:
        return yes("")
    if incident.stage == filing.PROPOSED:
        return no(_("正等批准立不立案，决定以后才能办结。"))
    return no(
        _(
            "还没有决定立不立案，不能直接办结。先判断性质（x）；要上面批准的，提请批准（p）；不归这里管的，移送或者告知去处。"
        )
    )


def may_tell(officer: Officer, matter: Matter) -> Verdict:
    """Note that the reporter was told of the decision."""
    incident = incident_of(matter)
    if incident is None or incident.told_seq is None:
        return no(_("没有还没告知的决定。"))
    return matters.may_work_on(officer, matter)


def _at_stage(officer: Officer, matter: Matter, stages: frozenset[str] | set[str]) -> Verdict:
    work = may_work(officer, matter)
    if not work:
        return work
    incident = incident_of(matter)
    assert incident is not None
    if not matter.is_open:
        return no(_("这件事已经办结。"))
    if incident.stage not in stages:
        return no(_("现在是“%(stage)s”，不走这一步。") % {"stage": incident.get_stage_display()})
    return work


@rule("incidents.undecided", gettext_lazy("看还没有决定的报案"))
def may_see_undecided(officer: Officer) -> Verdict:
    """Whoever works at a desk sees those of the own unit; chiefs and the bureau answer for them."""
    return matters.may_answer(officer)


def approver_of_review(rule_id: str, at: datetime) -> str:
    """Who agrees to a longer review: the law's word, or the station's own chief where its text names nobody."""
    return clock.approver_of(rule_id, at) or "station-chief"


def may_approve(officer: Officer, unit: Unit, approver: str) -> bool:
    """Whether the officer stands for this approver over a unit."""
    return bool(officer.roles_for(unit) & matters.deciders(approver))
