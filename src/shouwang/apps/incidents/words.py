"""Incidents in plain words: the sentences of their timeline entries, and how a report stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.asked import in_words
from shouwang.apps.incidents.models import About, Incident, Nature
from shouwang.apps.incidents.policy import incident_of
from shouwang.apps.incidents.suggesting import grade_says, handler_says, kind_says
from shouwang.apps.matters import clock
from shouwang.apps.matters.contact import Way
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.sentences import last_day, moment
from shouwang.engines.law import Rule


def rule_at(rule_id: str, at: datetime) -> Rule:
    """A rule in the version of a day."""
    return clock.rulebook().rule(rule_id, on=timezone.localtime(at).date())


def rule_says(rule_id: str, at: datetime) -> str:
    """A rule's name at that time, in the reader's language."""
    return clock.rule_name(rule_at(rule_id, at))


def _registered(entry: Entry) -> str:
    if entry.officer_id is None:
        return _("您的报案已经登记。") if entry.own else _("这次报案已经登记。")
    return _("%(who)s当场登记了这次报案。") % {"who": entry.name}


def _evidence(entry: Entry) -> str:
    if not entry.data["count"] and not entry.data.get("files"):
        return _("%(who)s问过，没有带证据来。") % {"who": entry.name}
    return _("%(who)s当场收下了这些证据：") % {"who": entry.name}


def _receipt(entry: Entry) -> str:
    phrases = {
        "page": lambda: _("回执就在这一页上，可以打印或者存下来。"),
        "paper": lambda: _("%(who)s把回执打印出来给了报案人。"),
        "screen": lambda: _("%(who)s把回执给报案人看了，由报案人拍照或扫码带走。"),
        "refused": lambda: _("报案人没有要回执，%(who)s记下了。"),
        "unreachable": lambda: _("联系不上报案人，回执还没有给到，%(who)s记下了。"),
    }
    return phrases[entry.data["how"]]() % {"who": entry.name}


def _elsewhere(entry: Entry) -> str:
    rule = rule_at("fr-other-unit", entry.at)
    unit, term = entry.data["unit_name"], clock.length(int(rule.limit or 0), rule.unit)
    known = {"who": entry.name, "unit": unit, "term": term}
    if entry.data["how"] == "place":
        if unit:
            return _("从地点看，归%(unit)s管。先收下、登记，%(term)s内移送，并告诉报案人。") % known
        return _("从地点看，不在本地。先收下、登记，%(term)s内移送有管辖权的机关，并告诉报案人。") % known
    known["when"] = moment(datetime.fromisoformat(entry.data["found"]), entry.at)
    if unit:
        return _("%(who)s查明归%(unit)s管，%(when)s知道的；从那时起%(term)s内移送。") % known
    return _("%(who)s查明不归本所管，%(when)s知道的；从那时起%(term)s内移送有管辖权的机关。") % known


def _nature(entry: Entry) -> str:
    who = {"who": entry.name}
    phrases = {
        Nature.CRIMINAL: lambda: _("%(who)s判断可能是犯罪，开始审查要不要立案。"),
        Nature.ADMINISTRATIVE: lambda: _("%(who)s判断是违反治安管理，马上立案。"),
        Nature.DISPUTE: lambda: _("%(who)s判断是纠纷，不用立案，来帮着调解。"),
        Nature.TRAFFIC: lambda: _("%(who)s判断是交通的事，按交通的办法处理。"),
        Nature.HELP: lambda: _("%(who)s判断是求助，马上帮。"),
        Nature.UNCLEAR: lambda: _("%(who)s看了，当场还判断不了，三天内定下来。"),
    }
    return phrases[Nature(entry.data["nature"])]() % who


def _proposed(entry: Entry) -> str:
    what = _("立案") if entry.data["proposes"] == "file" else _("不予立案")
    return _("%(who)s提出%(what)s，等%(approver)s批准。") % {
        "who": entry.name,
        "what": what,
        "approver": clock.approver_name(entry.data["waits_for"]),
    }


def _told(entry: Entry) -> str:
    if entry.data["how"] == Way.PAGE:
        return _("您在查询页上看到了决定。") if entry.own else _("报案人在查询页上看到了决定。")
    return _("%(who)s告诉了报案人（%(how)s）。") % {"who": entry.name, "how": Way(entry.data["how"]).label}


def _filed(entry: Entry) -> str:
    if entry.data["nature"] == Nature.CRIMINAL:
        return _("%(who)s决定立案，按刑事案件侦查。") % {"who": entry.name}
    return _("%(who)s立案，按治安案件调查。") % {"who": entry.name}


def _shared(entry: Entry) -> str:
    """How many, never who."""
    n = entry.data["others"]
    if not n:
        return _("现在看来，没有别人报告同一件事。")
    return ngettext("另有 %(n)d 人报告了同一件事。", "另有 %(n)d 人报告了同一件事。", n) % {"n": n}


def _not_police(entry: Entry) -> str:
    if entry.data.get("to"):
        return _("这件事不归公安管，归%(to)s。%(who)s当场告诉了去处。") % {"to": entry.data["to"], "who": entry.name}
    return _("这件事不归公安管，%(who)s当场说明了。") % {"who": entry.name}


SENTENCES: Mapping[str, Callable[[Entry], str]] = {
    "incidents.registered": _registered,
    "incidents.corrected": lambda e: _("%(who)s更正、补充了登记的内容。") % {"who": e.name},
    "incidents.evidence-taken": _evidence,
    "incidents.receipt-given": _receipt,
    "incidents.statement-taken": lambda e: _("%(who)s做了笔录。") % {"who": e.name},
    "incidents.graded": lambda e: (
        _("%(who)s定为%(grade)s，由%(handler)s办。")
        % {"who": e.name, "grade": grade_says(e.data["urgency"]), "handler": handler_says(e.data["handler"])}
    ),
    "incidents.kind-said": lambda e: (
        _("%(who)s看了，是：%(kind)s。") % {"who": e.name, "kind": kind_says(e.data["kind"] or e.data["category"])}
    ),
    "incidents.answered": lambda e: (
        _("%(who)s问到了：%(what)s。") % {"who": e.name, "what": in_words(e.data["learnt"]) or _("没有了，从头再看")}
    ),
    "incidents.elsewhere-found": _elsewhere,
    "incidents.ours-after-all": lambda e: _("%(who)s查明还是归我们管，接着办。") % {"who": e.name},
    "incidents.nature-decided": _nature,
    "incidents.review-lengthened": lambda e: (
        _("审查的期限改按“%(rule)s”，还是从收到那天算起。") % {"rule": rule_says(e.data["rule"], e.at)}
    ),
    "incidents.proposed": _proposed,
    "incidents.proposal-returned": lambda e: _("%(who)s没有批准，先退回来。") % {"who": e.name},
    "incidents.filed": _filed,
    "incidents.declined": lambda e: _("%(who)s决定不予立案，理由：") % {"who": e.name},
    "incidents.not-police": _not_police,
    "incidents.passed-on": lambda e: _("%(who)s把它移送给%(to)s。") % {"who": e.name, "to": e.data["to"]},
    "incidents.told": _told,
    "incidents.suggestion-taken": lambda e: (
        _("%(who)s采用了对%(about)s的建议。") % {"who": e.name, "about": About(e.data["about"]).label}
    ),
    "incidents.suggestion-refused": lambda e: (
        _("%(who)s没有采用对%(about)s的建议。") % {"who": e.name, "about": About(e.data["about"]).label}
    ),
    "incidents.linked": lambda e: _("%(who)s认为和另一件报案是同一件事。") % {"who": e.name},
    "incidents.unlinked": lambda e: _("%(who)s认为和另一件报案不是同一件事，分开了。") % {"who": e.name},
    "incidents.kept-apart": lambda e: _("%(who)s看了系统提的另一件报案，不是同一件事。") % {"who": e.name},
    "incidents.shared": _shared,
    "incidents.recon-asked": lambda _e: _("申请复议：不同意不予立案的决定。"),
    "incidents.review-asked": lambda _e: _("申请复核：请上一级公安机关再看。"),
}


def stands(matter: Matter) -> str:
    """How a report stands, for everybody who may see it; empty when the spine says it better."""
    incident = incident_of(matter) if matter.kind == "report" else None
    if incident is None:
        return ""
    who = matter.handler.public_name if matter.handler else matter.unit.name
    phrases: dict[str, Callable[[], str]] = {
        filing.UNCLEAR: lambda: _("已经登记，由%(who)s负责，正在判断要不要立案。"),
        filing.REVIEW: lambda: _("正在审查要不要立案，由%(who)s负责。"),
        filing.PROPOSED: lambda: _("正在审查要不要立案，意见已经报上去，等批准。"),
        filing.FILED: lambda: _("已经立案，由%(who)s办理。"),
        filing.NO_CASE: lambda: _("不用立案，%(who)s正在处理。"),
    }
    phrase = phrases.get(incident.stage)
    return phrase() % {"who": who} if phrase else ""


def comes_next(matter: Matter, now: datetime) -> str:
    """By when somebody decides; empty when the spine says it better."""
    incident = incident_of(matter) if matter.kind == "report" else None
    if incident is None or matter.due_at is None or incident.stage not in filing.UNDECIDED:
        return ""
    when = last_day(matter.due_at, now)
    if matter.due_rule == "fr-other-unit":
        return _("最迟%(when)s前移送给管这件事的单位，并告诉您。") % {"when": when}
    return _("最迟%(when)s前决定要不要立案，并告诉您。") % {"when": when}


def nature_explained(incident: Incident) -> str:
    """What the word for a report's nature means, for somebody who has never heard it."""
    phrases: dict[str, Callable[[], str]] = {
        Nature.CRIMINAL: lambda: _("刑事案件：可能是犯罪。要不要立案由县级公安机关决定，期限从收到报案那天算。"),
        Nature.ADMINISTRATIVE: lambda: _("治安案件：违反治安管理，还不是犯罪。派出所马上立案调查。"),
        Nature.DISPUTE: lambda: _("纠纷：两边的事，可以请民警或调解员来说和，也可以去法院。"),
    }
    phrase = phrases.get(incident.nature)
    return phrase() if phrase else ""
