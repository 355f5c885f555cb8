"""Dispatch in plain words: the sentences of its timeline entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shouwang.apps.dispatch import progress
from shouwang.apps.dispatch.usecases import GOING_ON
from shouwang.apps.matters.models import Entry
from shouwang.apps.matters.sentences import last_day, moment

#: How it ended at the scene.
OUTCOMES = (
    ("settled", gettext_lazy("当场处理好了")),
    ("mediated", gettext_lazy("当场劝解好了")),
    ("nobody", gettext_lazy("到了，没有找到人或事")),
    ("brought", gettext_lazy("带回所里接着办")),
    ("passed", gettext_lazy("交给医院、消防或别的部门")),
    (GOING_ON, gettext_lazy("还在处理，先报一声")),
)


def _of_crew(says: Callable[[], str]) -> Callable[[Entry], str]:
    return lambda entry: says() % {"crew": entry.data["crew"], "who": entry.name} + _late(entry)


def _late(entry: Entry) -> str:
    """Both times, when a phone told later or its clock was wrong."""
    said, arrived = entry.data.get("said_at"), entry.data.get("arrived_at")
    if not said or not arrived:
        return ""
    came, off = datetime.fromisoformat(arrived), int(entry.data.get("clock_off_s", 0))
    parts = []
    if (came - entry.at).total_seconds() > 120:
        parts.append(_("（手机上当时没有网络，%(when)s才传到）") % {"when": moment(timezone.localtime(came), came)})
    if off:
        n = max(1, round(abs(off) / 60))
        fast = _("（这部手机的时钟快了 %(n)d 分钟，时间已经校正）") if off > 0 else ""
        says = fast or _("（这部手机的时钟慢了 %(n)d 分钟，时间已经校正）")
        parts.append(says % {"n": n})
    return "".join(parts)


def _feedback(entry: Entry) -> str:
    words = {"crew": entry.data["crew"], "outcome": dict(OUTCOMES).get(entry.data["outcome"], entry.data["outcome"])}
    says = _("%(crew)s现场反馈：%(outcome)s。") % words
    if n := entry.data.get("helped"):
        says += ngettext("帮助了 %(n)d 人。", "帮助了 %(n)d 人。", n) % {"n": n}
    return says + _late(entry)


def _needs(entry: Entry) -> str:
    n = entry.data["sworn"]
    says = ngettext("%(who)s定了：要 %(n)d 名民警", "%(who)s定了：要 %(n)d 名民警", n) % {"who": entry.name, "n": n}
    if entry.data.get("skill"):
        says += _("，要会%(skill)s的人") % {"skill": entry.data["skill"]}
    return says + (_("，要有车。") if entry.data.get("car") else _("。"))


def _by_day(entry: Entry) -> str:
    """The last day of what is left to do, as the clock says last days: it ends with that day."""
    following = date.fromisoformat(entry.data["due_on"]) + timedelta(days=1)
    return last_day(timezone.make_aware(datetime.combine(following, datetime.min.time())), entry.at)


def _task(entry: Entry) -> str:
    return _("%(crew)s留下一件后续要办的，%(day)s以前：") % {"crew": entry.data["crew"], "day": _by_day(entry)}


def _given(entry: Entry) -> str:
    given = {"who": entry.name, "to": entry.data["to_name"], "day": _by_day(entry)}
    return _("%(who)s把留下的一件事交给%(to)s，%(day)s以前办好。") % given


def _due(entry: Entry) -> str:
    if not entry.data["to_name"]:
        return _("留下的一件事今天该办了，还没有人负责。")
    return _("留下的一件事今天该办了，由%(to)s负责。") % {"to": entry.data["to_name"]}


SENTENCES: Mapping[str, Callable[[Entry], str]] = {
    "dispatch.sent": lambda _entry: _("已经派人过来。"),
    "dispatch.asked": lambda e: (
        _("%(who)s请%(unit)s的%(crew)s支援。") % {"who": e.name, "unit": e.data["unit"], "crew": e.data["crew"]}
    ),
    "dispatch.declined": lambda e: (
        _("%(unit)s答复：%(crew)s来不了。") % {"unit": e.data["unit"], "crew": e.data["crew"]}
    ),
    f"dispatch.{progress.ACKNOWLEDGED}": _of_crew(lambda: _("%(crew)s收到，准备出发。")),
    f"dispatch.{progress.EN_ROUTE}": _of_crew(lambda: _("%(crew)s在路上。")),
    f"dispatch.{progress.ON_SCENE}": lambda e: _("派去的人到了现场。") + _late(e),
    f"dispatch.{progress.CLEARED}": _of_crew(lambda: _("%(crew)s处置完了，空闲。")),
    "dispatch.recall-reason": _of_crew(lambda: _("%(who)s撤回%(crew)s，因为：")),
    "dispatch.recalled": lambda _entry: _("原来派的人不过来了，我们会另外安排；您不放心可以再问一声。"),
    "dispatch.handed": lambda e: _("%(crew)s交给%(to)s接着办。") % {"crew": e.data["crew"], "to": e.data["to"]},
    "dispatch.feedback": _feedback,
    "dispatch.task-left": _task,
    "dispatch.task-given": _given,
    "dispatch.task-due": _due,
    "dispatch.task-done": lambda e: _("%(who)s办好了留下的一件事。") % {"who": e.name},
    "dispatch.needs-said": _needs,
    "dispatch.needless": lambda e: _("%(who)s认为不用派人去：") % {"who": e.name},
    "dispatch.silent": _of_crew(lambda: _("%(crew)s一直没有应答，已经提醒带班的人。")),
    "dispatch.answered": _of_crew(lambda: _("%(who)s来联系%(crew)s。")),
}
