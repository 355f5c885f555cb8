"""
The actions of the card: each is a form, a rule and a use case. One view serves them all, those of rooms above included.

The rule is asked twice: for the button (is it offered, and why not) and inside the use case (may it happen).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.desk.forms import (
    AssignForm,
    ExtendForm,
    KindForm,
    NoteForm,
    PauseForm,
    ReasonForm,
    ReplyForm,
    RestartForm,
    ReturnForm,
    ReviewForm,
    TransferForm,
)
from shouwang.apps.matters import clock, policy, usecases
from shouwang.apps.matters.contact import rule_of
from shouwang.apps.matters.forms import CloseForm, ContactForm
from shouwang.apps.matters.models import Matter, State
from shouwang.apps.matters.rooms_above import Action, Data, actions_above
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer
from shouwang.kernel import ids
from shouwang.kernel.policy import Verdict, no

Offered = Callable[[Officer, Matter], Verdict]


def _open(officer: Officer, matter: Matter) -> Verdict:
    if not matter.is_open:
        return no(_("这件事已经办结。"))
    return policy.may_work_on(officer, matter)


def _not_offered(officer: Officer, matter: Matter) -> Verdict:
    if matter.offered_to_unit_id is not None:
        return no(_("已经转出去了，正等对方接手。"))
    return _open(officer, matter)


def _not_mine(officer: Officer, matter: Matter) -> Verdict:
    if matter.handler_id == officer.pk:
        return no(_("已经在您名下。"))
    return _open(officer, matter)


def _rings(officer: Officer, matter: Matter) -> Verdict:
    if not matter.rings:
        return no(_("没有等待应答的危险提示。"))
    return policy.may_work_on(officer, matter)


def _closable(officer: Officer, matter: Matter) -> Verdict:
    if matter.state != State.OPEN:
        return no(_("这件事已经办结，或者正在复核。"))
    return policy.may_close_at_desk(officer, matter)


def _with_clock(rule: Offered, fits: Callable[[clock.Run], Verdict | None]) -> Offered:
    """An action on the running clock: offered when somebody may do it and the rule in force allows it now."""

    def offered(officer: Officer, matter: Matter) -> Verdict:
        run = _run_of(matter)
        if run is None:
            return no(_("现在没有在算的时限。"))
        refusal = fits(run)
        return rule(officer, matter) if refusal is None else refusal

    return offered


def _run_of(matter: Matter) -> clock.Run | None:
    """The running clock, read once for a card: every request has a matter of its own. The column spares most of them the reading."""
    if "run_of_card" not in matter.__dict__:
        matter.__dict__["run_of_card"] = clock.running(matter) if matter.due_rule else None
    run: clock.Run | None = matter.__dict__["run_of_card"]
    return run


def _may_pause(run: clock.Run) -> Verdict | None:
    if not run.rule.pauses:
        return no(_("“%(rule)s”这条时限不能暂停。") % {"rule": clock.rule_name(run.rule)})
    return no(_("时限已经暂停了。")) if run.paused_for else None


def _may_resume(run: clock.Run) -> Verdict | None:
    return None if run.paused_for else no(_("时限没有暂停，不用接着算。"))


def _may_restart(run: clock.Run) -> Verdict | None:
    if not run.may_restart:
        return no(_("“%(rule)s”这条时限不能重新计算。") % {"rule": clock.rule_name(run.rule)})
    return None


def _may_extend(run: clock.Run) -> Verdict | None:
    if run.rule.extension is None:
        return no(_("“%(rule)s”这条时限不能延长。") % {"rule": clock.rule_name(run.rule)})
    if run.extensions >= run.rule.extension.times:
        return no(_("“%(rule)s”这条时限已经延长过，不能再延长。") % {"rule": clock.rule_name(run.rule)})
    return None


def _reply(matter: Matter, by: Officer, data: Data, at: datetime) -> None:
    files = keep_uploads(data["attached"], by=by.ref, client_id=data["client_id"])
    viewer = Viewer(officer=by)
    usecases.say(matter, viewer=viewer, at=at, body=data["body"], files=files, client_id=data["client_id"] or None)


def _note(matter: Matter, by: Officer, data: Data, at: datetime) -> None:
    usecases.note(
        matter, by=by, body=data["body"], at=at, restricted=data["restricted"], client_id=data["client_id"] or None
    )


def _contact(matter: Matter, by: Officer, data: Data, at: datetime) -> None:
    rule = rule_of(data["ways"], data["since"], data["until"])
    usecases.set_safe_contact(matter, viewer=Viewer(officer=by), on=data["safe_contact"], contact=rule, at=at)


def _replace_code(matter: Matter, by: Officer, data: Data, at: datetime) -> str:
    code = usecases.replace_code(matter, by=by, reason=data["reason"], at=at)
    return _("新的查询码：%(code)s。只显示这一次，请当面交给本人。") % {"code": ids.show_code(code)}


ACTIONS: tuple[Action, ...] = (
    Action(
        "accept-danger",
        gettext_lazy("我来处理"),
        "bell",
        "",
        None,
        _rings,
        lambda m, by, _data, at: usecases.accept_danger(m, by=by, at=at),
    ),
    Action(
        "accept",
        gettext_lazy("接手"),
        "check",
        "y",
        None,
        policy.may_accept,
        lambda m, by, _data, at: usecases.accept_transfer(m, by=by, at=at),
    ),
    Action(
        "return",
        gettext_lazy("退回"),
        "back",
        "",
        ReturnForm,
        policy.may_accept,
        lambda m, by, data, at: usecases.return_transfer(m, by=by, reason=data["reason"], at=at),
    ),
    Action("reply", gettext_lazy("答复"), "send", "r", ReplyForm, policy.may_work_on, _reply),
    Action("note", gettext_lazy("备注"), "note", "n", NoteForm, policy.may_work_on, _note),
    Action(
        "take",
        gettext_lazy("接到我名下"),
        "person",
        "",
        None,
        _not_mine,
        lambda m, by, _data, at: usecases.assign(m, to=by, by=by, at=at),
    ),
    Action(
        "assign",
        gettext_lazy("分派"),
        "people",
        "a",
        AssignForm,
        _open,
        lambda m, by, data, at: usecases.assign(m, to=data["to"], by=by, at=at),
    ),
    Action(
        "transfer",
        gettext_lazy("转办"),
        "transfer",
        "t",
        TransferForm,
        _not_offered,
        lambda m, by, data, at: usecases.offer_transfer(m, to=data["unit"], by=by, reason=data["reason"], at=at),
    ),
    Action(
        "kind",
        gettext_lazy("改类别"),
        "flag",
        "m",
        KindForm,
        _open,
        lambda m, by, data, at: usecases.change_kind(m, kind=data["kind"], title=data["title"], by=by, at=at),
        initial=lambda m: {"kind": m.kind, "title": m.title},
    ),
    Action(
        "close",
        gettext_lazy("办结"),
        "check",
        "c",
        CloseForm,
        _closable,
        lambda m, by, data, at: usecases.close(m, by=by, reason=data["reason"], words=data["words"], at=at),
    ),
    Action(
        "pause",
        gettext_lazy("暂停时限"),
        "clock",
        "",
        PauseForm,
        _with_clock(policy.may_work_on, _may_pause),
        lambda m, by, data, at: usecases.pause_clock(m, by=by, reason=data["reason"], words=data["words"], at=at),
    ),
    Action(
        "resume",
        gettext_lazy("时限接着算"),
        "clock",
        "",
        None,
        _with_clock(policy.may_work_on, _may_resume),
        lambda m, by, _data, at: usecases.resume_clock(m, by=by, at=at),
    ),
    Action(
        "restart",
        gettext_lazy("材料补齐，重新算"),
        "clock",
        "",
        RestartForm,
        _with_clock(policy.may_work_on, _may_restart),
        lambda m, by, data, at: usecases.restart_clock(m, by=by, words=data["words"], at=at),
    ),
    Action(
        "extend",
        gettext_lazy("延长时限"),
        "clock",
        "",
        ExtendForm,
        _with_clock(policy.may_extend, _may_extend),
        lambda m, by, data, at: usecases.extend_clock(m, by=by, amount=data["amount"], words=data["words"], at=at),
    ),
    Action(
        "review",
        gettext_lazy("复核"),
        "eye",
        "",
        ReviewForm,
        policy.may_review,
        lambda m, by, data, at: usecases.review(m, by=by, upheld=data["upheld"], words=data["words"], at=at),
    ),
    Action(
        "contact",
        gettext_lazy("怎么联系本人"),
        "lock",
        "",
        ContactForm,
        policy.may_work_on,
        _contact,
        initial=ContactForm.initial_of,
    ),
    Action("code", gettext_lazy("换查询码"), "key", "", ReasonForm, policy.may_work_on, _replace_code),
)


def action_of(key: str) -> Action | None:
    """The action of this key, the desk's own or one of a room above."""
    return next((one for one in (*ACTIONS, *actions_above()) if one.key == key), None)


def offered(officer: Officer, matter: Matter) -> list[tuple[Action, Verdict]]:
    """Every action with its verdict, in the order of the card. The reply has its own box and is left out."""
    shown = (*(one for one in ACTIONS if one.key not in {"reply", "accept-danger"}), *actions_above())
    with policy.asked_once(officer):
        return [(one, one.offered(officer, matter)) for one in shown]
