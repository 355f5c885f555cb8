"""
Who may see and do what with a matter. One rule for all doors.

`clearance` answers for one matter; the filters of lists stand in `readable.py`. A test holds them to each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.matters import clock
from shouwang.apps.matters.models import Entry, Kind, Matter, State
from shouwang.apps.matters.readable import ANSWERING, RESTRICTED_ROLES, paths_of, station_side
from shouwang.apps.matters.rooms_above import may_close_above
from shouwang.apps.matters.viewer import NOTHING, Holder, Viewer, Visibility
from shouwang.apps.units.models import OPENNESS_ROLES, Officer, Role, Unit
from shouwang.kernel.policy import Verdict, no, rule, yes


def clearance(viewer: Viewer, matter: Matter) -> int:
    """The highest visibility this viewer may see of a matter; NOTHING when they may not even know of it."""
    held = Visibility.PARTIES if matter.pk in viewer.held else NOTHING
    if viewer.officer is None:
        return held
    officer = viewer.officer
    if not _reads_as_station(officer, matter):
        return held
    few = paths_of(officer, RESTRICTED_ROLES)
    if matter.handler_id == officer.pk or any(matter.unit.path.startswith(path) for path in few):
        return Visibility.RESTRICTED
    return Visibility.STATION


def _reads_as_station(officer: Officer, matter: Matter) -> bool:
    known: dict[int, bool] | None = officer.__dict__.get("known_sides")
    if known is None or matter.pk not in known:
        found = Matter.objects.filter(station_side(officer), pk=matter.pk).exists()
        if known is None:
            return found
        known[matter.pk] = found
    return known[matter.pk]


@contextmanager
def asked_once(officer: Officer) -> Iterator[None]:
    """
    While a page asks every rule for its buttons, the database is asked once for each matter whether this officer reads it as the station.
    Nothing may be changed inside: what is true at its start holds to its end.
    """
    if "known_sides" in officer.__dict__:
        yield
        return
    officer.__dict__["known_sides"] = {}
    try:
        yield
    finally:
        del officer.__dict__["known_sides"]


def may_read(viewer: Viewer, matter: Matter) -> Verdict:
    """Whether the viewer may know of the matter at all, and as whom."""
    level = clearance(viewer, matter)
    if level >= Visibility.STATION:
        return yes(_("这件事在您的单位办理。"))
    if level >= Visibility.PARTIES:
        return yes(_("您有这件事的查询码。"))
    return no(_("您没有这件事的查询码，它也不在您的单位。"))


def may_write(viewer: Viewer, matter: Matter) -> Verdict:
    """Whether the viewer may add words: whoever holds the code, and the station's desk."""
    level = clearance(viewer, matter)
    if level < Visibility.PARTIES:
        return may_read(viewer, matter)
    if level >= Visibility.STATION and viewer.officer is not None:
        return _answers(viewer.officer)
    if matter.state == State.CLOSED:
        return no(_("这件事已经办结。如果不满意，可以点“不满意”，会由上级复核；新的事请另写一件。"))
    return yes(_("您有这件事的查询码。"))


def may_settle_how(viewer: Viewer, matter: Matter) -> Verdict:
    """Who helps, and how the reporter may be reached: the reporter decides. A helper sees the matter and adds to it, and no more."""
    held = viewer.held.get(matter.pk)
    if held is not None and held.holder == Holder.REPORTER:
        return yes(_("这件事是您提出的。"))
    return no(_("这一步只有提出这件事的本人能做。代办人可以看，可以补充。"))


@rule("matters.answer", gettext_lazy("答复居民"))
def may_answer(officer: Officer) -> Verdict:
    """Whoever holds a post at a desk may answer."""
    return _answers(officer)


def _answers(officer: Officer) -> Verdict:
    if officer.roles & ANSWERING:
        return yes(_("您有窗口或值班的岗位，可以答复居民。"))
    return no(_("您的岗位不答复居民。监督员和系统管理员只看统计和设置。"))


def may_serve(officer: Officer, unit: Unit) -> Verdict:
    """Whether this unit's desk is the officer's desk."""
    if officer.roles_for(unit) & ANSWERING:
        return yes(_("您在%(unit)s有岗位。") % {"unit": unit.called})
    return no(_("您在%(unit)s没有岗位。") % {"unit": unit.called})


def may_work_on(officer: Officer, matter: Matter) -> Verdict:
    """Assign, transfer, note, pause: the desk of the unit that is answerable now."""
    if clearance(Viewer(officer=officer), matter) < Visibility.STATION:
        return no(_("这件事不在您的单位，您看不到它。"))
    if not officer.roles_for(matter.unit) & ANSWERING:
        return no(_("这件事还由%(unit)s负责，您的单位接手以后才能办。") % {"unit": matter.unit.called})
    return _answers(officer)


def may_answer_alarm(officer: Officer, matter: Matter) -> Verdict:
    """Danger waits for nobody: also the unit that a transfer was offered to may answer."""
    if clearance(Viewer(officer=officer), matter) < Visibility.STATION:
        return no(_("这件事不在您的单位，您看不到它。"))
    return _answers(officer)


def may_accept(officer: Officer, matter: Matter) -> Verdict:
    """The officer a transfer was offered to, or anybody at the desk of the unit it was offered to."""
    if matter.offered_to_unit is None:
        return no(_("这件事没有等待接收的转办。"))
    if matter.offered_to_id is not None and matter.offered_to_id != officer.pk:
        return no(_("这件事转给了别的同事，要由对方接收。"))
    if not officer.roles_for(matter.offered_to_unit) & ANSWERING:
        return no(_("这件事转给了%(unit)s，要由那里的同事接收。") % {"unit": matter.offered_to_unit.called})
    if clearance(Viewer(officer=officer), matter) < Visibility.STATION:
        return no(_("这件事您看不到，请让所长、法制员或分局来接收。"))
    return yes(_("这件事转给了您的单位。"))


def may_close(officer: Officer, matter: Matter) -> Verdict:
    """The officer in charge, or a leader of the unit. Trainees and auxiliaries propose, they do not close."""
    work = may_work_on(officer, matter)
    if not work:
        return work
    if officer.roles <= {Role.TRAINEE, Role.AUXILIARY}:
        return no(_("实习民警和辅警不能单独办结，请让负责的民警来办结。"))
    if matter.handler_id != officer.pk and not officer.roles_for(matter.unit) & {Role.CHIEF, Role.BUREAU}:
        return no(_("请先把这件事接到自己名下，再办结。"))
    return yes(_("您是这件事的负责人，或者是本单位领导。"))


def may_close_at_desk(officer: Officer, matter: Matter, reason: str = "") -> Verdict:
    """The same by hand, without a decision of a room above, which may have something left to do first."""
    close = may_close(officer, matter)
    above = may_close_above(matter, reason) if close else close
    return close if above else above


def may_extend(officer: Officer, matter: Matter) -> Verdict:
    """A longer term is approved by a leader of the unit."""
    work = may_work_on(officer, matter)
    if not work:
        return work
    if officer.roles_for(matter.unit) & {Role.CHIEF, Role.BUREAU}:
        return yes(_("您是本单位领导，可以批准延长。"))
    return no(_("延长时限要由所长或分局批准。"))


LEADERS = frozenset({Role.CHIEF, Role.BUREAU})
#: They take in, accept and prepare; what needs a police officer's judgement or name is not theirs.
HELPERS = frozenset({Role.AUXILIARY, Role.TRAINEE, Role.HOUSEHOLD_CLERK})
#: Who answers residents and is a police officer: whose judgement, name and hand the law asks for.
POLICE = ANSWERING - HELPERS
#: What an auxiliary, a trainee or a clerk may help with and never finish.
FOR_POLICE = frozenset({Kind.REPORT, Kind.COMPLAINT, Kind.DISCLOSURE})
#: Whom the law's words for who decides mean in this house. The bureau enters what a superior organ outside the house decided.
DECIDES = {
    "county-head": frozenset({Role.BUREAU}),
    "own-bureau": frozenset({Role.BUREAU}),
    "superior-organ-head": frozenset({Role.BUREAU}),
    "station-chief": LEADERS,
    "organ-head": LEADERS,
    "legal-officer": frozenset({Role.LEGAL_OFFICER}),
}


def is_police(officer: Officer) -> bool:
    return bool(officer.roles & POLICE)


def finishes(officer: Officer, matter: Matter) -> bool:
    """
    At a change of shift: what a police officer has to finish never becomes a helper's. Applications for information may go on with
    whoever makes things ready for the public.
    """
    if matter.kind not in FOR_POLICE or is_police(officer):
        return True
    return matter.kind == Kind.DISCLOSURE and bool(officer.roles & OPENNESS_ROLES)


def deciders(approver: str) -> frozenset[Role]:
    """The roles that decide what the law leaves to this approver; leaders where it names nobody."""
    return DECIDES.get(approver, LEADERS)


def may_review(officer: Officer, matter: Matter) -> Verdict:
    """A dispute is decided by a leader who did not close the matter."""
    if matter.state != State.DISPUTED:
        return no(_("这件事没有等待复核的异议。"))
    if clearance(Viewer(officer=officer), matter) < Visibility.STATION:
        return no(_("这件事不在您的单位，您看不到它。"))
    run = clock.running(matter)
    approver = run.rule.approver if run else ""
    if not officer.roles_for(matter.unit) & deciders(approver):
        if approver:
            return no(_("这一步依法由%(approver)s决定。") % {"approver": clock.approver_name(approver)})
        return no(_("异议要由所长或分局复核。"))
    closed_by = (
        matter.entries.filter(type__in=["closed", "reviewed"])
        .order_by("-seq")
        .values_list("officer", flat=True)
        .first()
    )
    if closed_by == officer.pk:
        return no(_("这件事是您办结的，要由另一位领导复核。"))
    return yes(_("您是领导，也不是办结这件事的人。"))


@rule("matters.manage-unit", gettext_lazy("管理本单位"))
def may_manage(officer: Officer) -> Verdict:
    """Chiefs, the bureau and administrators change units, people, guides and rooms."""
    if officer.roles & {Role.CHIEF, Role.BUREAU, Role.ADMINISTRATOR}:
        return yes(_("所长、分局和系统管理员可以管理。"))
    return no(_("只有所长、分局和系统管理员可以管理。"))


@rule("matters.look", gettext_lazy("查看个人信息"))
def may_look(officer: Officer) -> Verdict:
    """Opening masked personal data: desk roles, for a written reason, and the person will see it."""
    if officer.roles & ANSWERING - {Role.TRAINEE}:
        return yes(_("您可以查看，但要写明原因，本人会看到。"))
    return no(_("您的岗位不能查看居民的个人信息。"))


def may_see_taken_back(officer: Officer, matter: Matter) -> Verdict:
    """
    Words that their writer took back: whoever works on the matter may read them for a written reason, as personal data. The writer sees
    that somebody looked. A message of danger must not vanish because somebody else has the phone in hand.
    """
    work = may_work_on(officer, matter)
    return may_look(officer) if work else work


def may_see_entry(viewer: Viewer, entry: Entry) -> bool:
    """The rule for one entry, as used by files and streams."""
    return entry.visibility <= clearance(viewer, entry.matter)


def unit_may_receive(unit: Unit) -> Verdict:
    """Only an active unit can be handed a matter."""
    return yes("") if unit.active else no(_("%(unit)s已经停用，不能接收。") % {"unit": unit.called})
