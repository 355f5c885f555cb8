"""Who sees the board, who sends, who speaks for a crew. Reading an incident is the matter's own rule; nothing here widens it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.dispatch.models import Crew, Sending
from shouwang.apps.incidents import policy as incidents
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.readable import ANSWERING
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.policy import Verdict, no, rule, yes

POLICE = ANSWERING - incidents.HELPERS


def is_sworn(officer: Officer) -> bool:
    """A police officer today: neither auxiliary, clerk nor trainee alone."""
    return bool(officer.roles & POLICE)


@rule("dispatch.board", gettext_lazy("看派警台"))
def may_see_board(officer: Officer) -> Verdict:
    """Whoever answers at a desk sees the board of that station."""
    return matters.may_answer(officer)


@rule("dispatch.send", gettext_lazy("派警"))
def may_dispatch(officer: Officer) -> Verdict:
    """Police officers send; auxiliaries, clerks and trainees see the board and pass the word."""
    if is_sworn(officer):
        return yes(_("您是民警，可以派警。"))
    return no(_("要由民警来派警。辅警、内勤和实习民警可以看派警台，请值班民警来派。"))


def may_send(officer: Officer, matter: Matter) -> Verdict:
    """For the incidents of the own unit, while they are open."""
    work = incidents.may_work(officer, matter)
    if work and not matter.is_open:
        return no(_("这件事已经办结。"))
    return work and may_dispatch(officer)


def may_lend(officer: Officer, crew: Crew) -> Verdict:
    """Answer for a crew: the police of its own station, and the bureau."""
    if officer.roles_for(crew.unit) & POLICE:
        return yes(_("这是您单位的巡组。"))
    return no(_("这是%(unit)s的巡组，由他们答复。") % {"unit": crew.unit.called})


def may_speak_for(officer: Officer, sending: Sending) -> Verdict:
    """Report from the scene: whoever is or was in the crew; a phone may tell late."""
    if sending.crew.members.filter(officer=officer).exists():
        return yes(_("您在这个巡组里。"))
    return no(_("您不在这个巡组里。"))


@rule("dispatch.posts", gettext_lazy("定待命点"))
def may_set_posts(officer: Officer, unit: Unit | None = None) -> Verdict:
    """The chief of the station, or the bureau, names where crews may wait."""
    if (officer.roles_for(unit) if unit else officer.roles) & matters.LEADERS:
        return yes(_("您是这里的领导。"))
    return no(_("待命点由所长来定。"))


def may_move(officer: Officer, crew: Crew) -> Verdict:
    """Ask a crew to wait somewhere: the police of its own station, and the bureau."""
    if officer.roles_for(crew.unit) & POLICE:
        return yes(_("这是您单位的巡组。"))
    return no(_("要由本所民警来请巡组待命。"))


def may_form(officer: Officer, unit: Unit) -> Verdict:
    """Form a crew at a station: whoever works at its desk."""
    return matters.may_serve(officer, unit)
