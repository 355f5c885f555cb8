"""
RuleBroken
├── CrewBusy       the crew is at another incident, or resting
├── SentAlready    somebody else was quicker
├── NotForCrews    volunteers and auxiliaries alone are never sent
├── StillSent      who is sent does not sign off without handing over
└── NoSending      it is over, or was never this crew's
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import Conflict, RuleBroken


class CrewBusy(Conflict):
    code = "dispatch.crew-busy"
    hint = _("请另选一个空闲的巡组。")


class SentAlready(Conflict):
    code = "dispatch.sent-already"
    hint = _("看一眼现在的情况，还要加派就再按一次。")


class NotForCrews(RuleBroken):
    code = "dispatch.not-for-crews"
    hint = _("至少要有一名民警一起去。")


class StillSent(RuleBroken):
    code = "dispatch.still-sent"
    hint = _("先在“我的警情”里交给别的巡组，或者下岗时选一位没有编组的同事接手。")


class NoSending(Conflict):
    code = "dispatch.no-sending"
    hint = _("刷新页面，看现在的情况。")


class TaskDone(Conflict):
    code = "dispatch.task-done"
    hint = _("刷新页面，看现在的情况。")


class NotForTask(RuleBroken):
    code = "dispatch.not-for-task"
    hint = _("请另选一位同事，或者另写一天。")
