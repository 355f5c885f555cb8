"""
A matter in plain words: how it stands, what comes next and by when, and each entry as one sentence.

A full sentence with a date beats a status word. Every page, print and message takes its words from here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from shouwang.apps.matters.clock import rulebook
from shouwang.apps.matters.enclosed import never_came, word_for
from shouwang.apps.matters.models import Channel, Entry, Kind, Matter, Reason, State, Type
from shouwang.apps.matters.rooms_above import comes_next_of, sentence_of, stands_of
from shouwang.apps.units.names import unit_called


def moment(at: datetime, now: datetime) -> str:
    """A moment as people say it: 今天 14:20, 昨天 22:41, 12月3日 09:00, with the year when it is another one."""
    there, here = timezone.localtime(at), timezone.localtime(now)
    clock = there.strftime("%H:%M")
    days = (there.date() - here.date()).days
    if days in _NEAR:
        return f"{_NEAR[days]()} {clock}"
    return f"{day(at, now)} {clock}"


_NEAR: dict[int, Callable[[], str]] = {
    0: lambda: pgettext("moment", "今天"),
    -1: lambda: _("昨天"),
    1: lambda: _("明天"),
}


def day(at: datetime, now: datetime) -> str:
    """A day as people say it; with the year when it is another one."""
    there = timezone.localtime(at)
    same_year = there.year == timezone.localtime(now).year
    return formats.date_format(there, _("n月j日") if same_year else _("Y年n月j日"))


def last_day(at: datetime, now: datetime) -> str:
    """The day on which a term ends. Terms end at 24:00, which belongs to the day before; shorter ones name the minute."""
    local = timezone.localtime(at)
    if local.hour == local.minute == local.second == 0:
        return day(at - timedelta(seconds=1), now)
    return moment(at, now)


def how_it_stands(matter: Matter) -> str:
    """One sentence of state."""
    who = matter.handler.public_name if matter.handler else matter.unit.called
    if matter.state == State.CLOSED:
        return _("办结了：%(reason)s。") % {"reason": Reason(matter.reason).label}
    if matter.state == State.DISPUTED:
        return _("您不满意的地方，由%(who)s重新看。") % {"who": who}
    if matter.offered_to_unit is not None:
        return _("正在转给%(unit)s；对方接手之前，还是%(who)s负责。") % {
            "unit": matter.offered_to_unit.called,
            "who": who,
        }
    if above := stands_of(matter):
        return above
    if matter.waiting_since is None:
        return _("已经答复，由%(who)s接着办。") % {"who": who}  # whoever answered: the timeline says who
    if matter.first_answer_at is None:
        return _("我们收到了，由%(who)s负责。") % {"who": who}
    return _("您又写了新的，%(who)s会接着回答。") % {"who": who}


def what_comes_next(matter: Matter, now: datetime) -> str:
    """What happens next and by when; empty once it is closed."""
    if matter.state == State.CLOSED:
        return ""
    if matter.rings:
        return _("值班室正在响铃，谁应答了会写在这里。")
    if matter.due_at is not None:
        when = last_day(matter.due_at, now)
        if matter.due_at < now:
            return _("应在%(when)s前有结果，已经晚了。所长看得到这件事。") % {"when": when}
        if above := comes_next_of(matter, now):
            return above
        return _("最迟%(when)s前给您结果或答复。") % {"when": when}
    if matter.next_word_by is not None:
        return _("最迟%(when)s告诉您进展，没有进展也会说明。") % {"when": day(matter.next_word_by, now)}
    return ""


def entry_sentence(entry: Entry) -> str:
    """What happened, for everybody who may see the entry; messages speak for themselves and give an empty sentence."""
    if above := sentence_of(entry):
        return above
    phrase = _PHRASES.get(entry.type)
    return phrase(entry) if phrase else ""


def _who(entry: Entry) -> str:
    if entry.name or entry.by not in {"resident", "helper"}:
        return entry.name or _("系统")
    return _("您") if entry.own else _("提出的人")


def _yours(entry: Entry, yours: str, theirs: str) -> str:
    """For whoever brought the matter, and for a helper or an officer who reads the same line."""
    return yours if entry.own else theirs


def _unit(entry: Entry) -> str:
    return unit_called(entry.data["unit"], entry.data["unit_name"])


def _received(entry: Entry) -> str:
    first = entry.data.get("handler_name")
    given = {"kind": Kind(entry.data["kind"]).label, "channel": Channel(entry.data["channel"]).label, "who": first}
    if first:
        return (
            _yours(
                entry,
                _("我们从%(channel)s收到了您的%(kind)s，第一个接手的是%(who)s。"),
                _("从%(channel)s收到这件%(kind)s，第一个接手的是%(who)s。"),
            )
            % given
        )
    return _yours(entry, _("我们从%(channel)s收到了您的%(kind)s。"), _("从%(channel)s收到这件%(kind)s。")) % given


def _clock(entry: Entry) -> str:
    event, data = entry.data["event"], entry.data
    if event == "stop" and data.get("reason") == "replaced":
        return ""
    rule = _rule_name(data["rule"], entry.at) if "rule" in data else ""
    before, after = data.get("before"), data.get("after")
    return _CLOCK_PHRASES[event]() % {
        "name": rule,
        "approver": data.get("approver_name", ""),
        "before": last_day(datetime.fromisoformat(before), entry.at) if before else "",
        "after": last_day(datetime.fromisoformat(after), entry.at) if after else "",
    }


_CLOCK_PHRASES: dict[str, Callable[[], str]] = {
    "start": lambda: _("开始计算时限：%(name)s。"),
    "pause": lambda: _("时限暂停计算。"),
    "resume": lambda: _("时限接着计算。"),
    "restart": lambda: _("材料补齐了，时限从今天重新计算。"),
    "extend": lambda: _("时限延长了，批准人：%(approver)s。"),
    "stop": lambda: _("时限计算结束：%(name)s。"),
    "recount": lambda: _("放假安排公布后重新算了时限：从%(before)s改为%(after)s。"),
}


def _rule_name(rule_id: str, at: datetime) -> str:
    rule = rulebook().rule(rule_id, on=timezone.localtime(at).date())
    return rule.name_en if get_language() == "en" else rule.name_zh


def _heartbeat(entry: Entry) -> str:
    since = datetime.fromisoformat(entry.data["nothing_since"])
    return _("从%(since)s到今天没有新的进展。我们没有忘记，下一次告诉您的日子写在上面。") % {
        "since": day(since, entry.at)
    }


def _handed(entry: Entry) -> str:
    if entry.data["to_name"]:
        return _("换班了，接下来由%(to)s负责。") % {"to": entry.data["to_name"]}
    if entry.data.get("police"):
        return _("换班了，放回值班室，由民警接着办。")
    return _("换班了，值班室会安排人接着办。")


def _safe_contact(entry: Entry) -> str:
    who = {"who": _who(entry)}
    if entry.data.get("contact"):
        return _("%(who)s说好了怎样联系，照着做。") % who
    return (_("%(who)s打开了安全联系。") if entry.data["on"] else _("%(who)s关闭了安全联系。")) % who


def _disputed(entry: Entry) -> str:
    if entry.data.get("to_name"):
        return _yours(entry, _("您提出不满意，交给%(to)s重新看。"), _("提出不满意，交给%(to)s重新看。")) % {
            "to": entry.data["to_name"]
        }
    return _yours(entry, _("您提出不满意，交给上级重新看。"), _("提出不满意，交给上级重新看。"))


_PHRASES: dict[str, Callable[[Entry], str]] = {
    Type.RECEIVED: _received,
    Type.ASSIGNED: lambda e: _("由%(to)s负责。") % {"to": e.data["to_name"]},
    Type.HANDED_OVER: _handed,
    Type.TRANSFER_OFFERED: lambda e: (
        _("%(who)s想把它转给%(unit)s，等对方接手。查询码和日期都不变。") % {"who": _who(e), "unit": _unit(e)}
    ),
    Type.TRANSFER_ACCEPTED: lambda e: (
        _("%(unit)s的%(who)s接手了。查询码和日期都不变。") % {"unit": _unit(e), "who": _who(e)}
    ),
    Type.TRANSFER_RETURNED: lambda e: _("对方退回，仍由%(unit)s负责。") % {"unit": _unit(e)},
    Type.KIND_CHANGED: lambda e: _("改按“%(kind)s”办理，收到的日期不变。") % {"kind": Kind(e.data["kind"]).label},
    Type.HELPER_ADDED: lambda e: (
        _yours(e, _("您请%(label)s代办这一件事。"), _("请%(label)s代办这一件事。")) % {"label": e.data["label"]}
    ),
    Type.HELPER_REMOVED: lambda e: _("%(label)s不再代办。") % {"label": e.data["label"]},
    Type.CODE_REPLACED: lambda e: _("%(who)s核对本人后换了新的查询码，旧的不能再用。") % {"who": _who(e)},
    Type.CLOCK: _clock,
    Type.CLOSED: lambda e: _("%(who)s办结：%(reason)s。") % {"who": _who(e), "reason": Reason(e.data["reason"]).label},
    Type.DISPUTED: _disputed,
    Type.REVIEWED: lambda e: (
        (_("%(who)s重新看过，维持原来的结果。") if e.data["upheld"] else _("%(who)s重新看过，这件事接着办。"))
        % {"who": _who(e)}
    ),
    Type.RATED: lambda e: (
        _yours(e, _("您给了 %(stars)d 颗星。"), _("给了 %(stars)d 颗星。")) % {"stars": e.data["stars"]}
    ),
    Type.HEARTBEAT: _heartbeat,
    Type.DANGER_FOUND: lambda e: (
        _("系统发现危险的话，值班室响铃。")
        if e.data["grade"] == "now" or e.data.get("rings")
        else _("系统觉得话里可能有危险，请多看一眼。")
    ),
    Type.DANGER_ACCEPTED: lambda e: _("%(who)s应答了危险提示。") % {"who": _who(e)},
    Type.SAFE_CONTACT: _safe_contact,
    Type.MOVED: lambda _e: _("从群里转到这里，群里看不到。"),
    Type.POSTED_BACK: lambda _e: _("去掉个人信息的回答发回了群里。"),
    Type.ENCLOSED: lambda e: (
        never_came(e.data["kind"], e.data["trouble"])
        if "trouble" in e.data
        else _("前面那条消息里的%(what)s到了。") % {"what": word_for(e.data["kind"])}
    ),
    Type.TAKEN_BACK: lambda _e: _("前面的一条消息撤回了。"),
}
