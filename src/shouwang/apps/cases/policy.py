"""
Who may read and work on a case. Denied by default; reading the matter as the station is needed for all.

What is said of parties, in statements and of evidence is opened for a written reason that is recorded (`people.usecases.record_look`).
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from shouwang.apps.cases.models import Case, Party
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.readable import RESTRICTED_ROLES
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import Verdict, no, yes


def may_read(officer: Officer, case: Case) -> Verdict:
    """Open what the case says, for a written reason."""
    if matters.clearance(Viewer(officer=officer), case.matter) < Visibility.STATION:
        return no(_("这件事不在您的单位，您看不到它。"))
    return matters.may_look(officer)


def may_work(officer: Officer, case: Case) -> Verdict:
    """Add to a running case: the desk of the unit that is answerable."""
    if case.closed_at is not None:
        return no(_("这个案件已经结案。"))
    return may_read(officer, case) and matters.may_work_on(officer, case.matter)


def may_handle(officer: Officer, case: Case) -> Verdict:
    """What needs a police officer's judgement or name: statements, decisions, closing. Helpers prepare."""
    work = may_work(officer, case)
    return _police(officer) if work else work


def may_gather(officer: Officer, case: Case) -> Verdict:
    """Question somebody, or take evidence: police work by law (`dt-two`, `dt-aux-no`). Helpers may write down what is said."""
    work = may_work(officer, case)
    if not work or matters.is_police(officer):
        return work
    return no(gathered_by_police())


def gathered_by_police() -> str:
    return _(
        "询问、讯问和取证要由民警来做（行政处罚法第42条：由执法人员实施，不少于两人）。辅警、实习民警和内勤可以帮着记录，不能算一位民警。"
    )


def may_hand_code(officer: Officer, case: Case, party: Party) -> Verdict:
    """The progress of a case is for whoever was harmed and who answers for them (公安机关执法公开规定 art. 22)."""
    if not party.is_followed:
        return no(_("案件进展只告诉被侵害人和他们的监护人。"))
    if case.matter.sealed_at is not None:
        return no(_("记录已经封存，不再查询。"))
    return may_read(officer, case) and matters.may_work_on(officer, case.matter)


def may_keep(officer: Officer, case: Case) -> Verdict:
    """Evidence is kept, returned and handed on after closing too, until the file is in the archive."""
    if case.archived_at is not None:
        return no(_("这个案件已经归档。"))
    read = may_read(officer, case)
    return matters.may_work_on(officer, case.matter) if read else read


def may_close(officer: Officer, case: Case) -> Verdict:
    """Whoever leads the case, or a leader of the unit."""
    handle = may_handle(officer, case)
    return matters.may_close(officer, case.matter) if handle else handle


def may_archive(officer: Officer, case: Case) -> Verdict:
    """A closed case, by police of the unit."""
    if case.closed_at is None:
        return no(_("先结案，再归档。"))
    if case.archived_at is not None:
        return no(_("已经归档了。"))
    return _answers_for(officer, case)


def may_seal(officer: Officer, case: Case) -> Verdict:
    """A closed case, by whoever still reads it afterwards: its handler, leaders and legal officers."""
    if case.closed_at is None:
        return no(_("先结案，再封存。"))
    if case.matter.sealed_at is not None:
        return no(_("已经封存了。"))
    if case.matter.handler_id != officer.pk and not officer.roles_for(case.matter.unit) & RESTRICTED_ROLES:
        return no(_("封存由主办民警、所长、法制员或者分局来做。"))
    return _answers_for(officer, case)


def _answers_for(officer: Officer, case: Case) -> Verdict:
    work = may_read(officer, case) and matters.may_work_on(officer, case.matter)
    return _police(officer) if work else work


def _police(officer: Officer) -> Verdict:
    if matters.is_police(officer):
        return yes(_("您是民警，可以办理。"))
    return no(_("要由民警办理。辅警、内勤可以先登记、先写好。"))
