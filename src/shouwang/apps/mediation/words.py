"""Mediations in plain words: the sentences of the timeline, none of which names anybody, and the clauses of an agreement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shouwang.apps.matters.models import Entry
from shouwang.apps.mediation.models import Clause, Done, Mediation, SideCode, Way


def day_of(day: date) -> str:
    """2026年12月3日, in the reader's language."""
    return date_format(day, "DATE_FORMAT")


def time_of(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def clause_says(clause: Clause, names: Mapping[str, str] | None = None) -> str:
    """
    A clause as a sentence.

    names   what the sides are called: one, other, both; as on papers when not given
    """
    called = names or {**{code.value: str(code.label) for code in SideCode}, "both": _("双方")}
    facing = _("对方") if clause.by == Clause.By.BOTH else called[SideCode(clause.by).facing]
    return _CLAUSES[Clause.Kind(clause.kind)]() % {
        "who": called[clause.by],
        "whom": facing,
        "day": day_of(clause.due_on),
        "sum": f"{clause.amount_yuan:,.2f}".removesuffix(".00") if clause.amount_yuan is not None else "",
        "words": clause.words,
        "more": _("（%(words)s）") % {"words": clause.words} if clause.words else "",
    }


_CLAUSES: dict[Clause.Kind, Callable[[], str]] = {
    Clause.Kind.PAY: lambda: _("%(who)s在 %(day)s前付给%(whom)s %(sum)s 元%(more)s。"),
    Clause.Kind.APOLOGISE: lambda: _("%(who)s在 %(day)s前向%(whom)s道歉%(more)s。"),
    Clause.Kind.REPAIR: lambda: _("%(who)s在 %(day)s前修好或者赔好：%(words)s。"),
    Clause.Kind.RETURN: lambda: _("%(who)s在 %(day)s前把东西还给%(whom)s：%(words)s。"),
    Clause.Kind.STOP: lambda: _("%(who)s从现在起不再这样做：%(words)s。到 %(day)s看做到没有。"),
    Clause.Kind.OTHER: lambda: _("%(who)s在 %(day)s前做到：%(words)s。"),
}


def names_for(side_code: str) -> dict[str, str]:
    """What the sides are called on the page of one of them."""
    me = SideCode(side_code)
    return {me.value: _("您"), me.facing.value: _("对方"), "both": _("您和对方")}


def stands(mediation: Mediation) -> str:
    """How it stands, in one sentence for the desk."""
    return _STATES[mediation.state]()


_STATES: dict[str, Callable[[], str]] = {
    "open": lambda: _("正在约时间、正在谈。"),
    "agreed": lambda: _("谈成了，等着履行。"),
    "settled": lambda: _("谈成了，也做到了。"),
    "failed": lambda: _("没有调成。"),
}


def _plain(sentence: Callable[[], str]) -> Callable[[Entry], str]:
    return lambda entry: sentence() % {"who": entry.name}


def _said(entry: Entry) -> str:
    return {
        Done.PERFORMED.value: _("关于协议：有一条说做到了。"),
        Done.PART.value: _("关于协议：有一条说做了一部分。"),
        Done.BROKEN.value: _("关于协议：有一条说没有做到。"),
        Done.DUE.value: _("关于协议：有一条重新等着做。"),
    }[entry.data["done"]]


def _begun(entry: Entry) -> str:
    return _("%(who)s开始调解（%(way)s）。") % {"who": entry.name, "way": Way(entry.data["way"]).label}


def _failed(entry: Entry) -> str:
    why = Mediation.Why(entry.data["why"])
    return _("%(who)s记下：调解到这里结束，%(why)s。双方可以就民事上的事向人民法院起诉。") % {
        "who": entry.name,
        "why": why.label,
    }


def _holds(entry: Entry) -> str:
    return _("回访：说协议还守着。") if entry.data["holds"] else _("回访：说又有问题了。")


SENTENCES: Mapping[str, Callable[[Entry], str]] = {
    "mediation.begun": _begun,
    "mediation.invited": _plain(lambda: _("%(who)s想请双方坐下来谈一谈。哪个时间方便，请在查询页上选。")),
    "mediation.fits-said": lambda _e: _("有一方说了哪个时间方便。"),
    "mediation.fixed": lambda e: (
        _("面谈定在 %(when)s，地点：%(place)s。")
        % {"when": time_of(datetime.fromisoformat(e.data["when"])), "place": e.data["place"]}
    ),
    "mediation.met": lambda e: _("双方当面谈过了。") if e.data["both"] else _("约好的面谈，有一方没有来。"),
    "mediation.agreed": _plain(lambda: _("双方谈成了。约定的内容和期限在查询页上。")),
    "mediation.said": _said,
    "mediation.reminded": lambda _e: _("提醒：约定的事有一条快到期了，请在查询页上看。"),
    "mediation.late": lambda _e: _("约定的事有一条到期了。做到了没有，请在查询页上按一下。"),
    "mediation.call": lambda _e: _("约定的事快到期或者到期了，有一方收不到消息，请打电话提醒。"),
    "mediation.settled": lambda _e: _("约定的事都做到了，调解到这里办好了。"),
    "mediation.failed": _failed,
    "mediation.why-failed": _plain(lambda: _("%(who)s写下了调解没有成的原因。")),
    "mediation.approved": _plain(lambda: _("%(who)s认可了双方自行和解。")),
    "mediation.visit-due": lambda _e: _("过去一个月了。约定还守着吗？请在查询页上按一下。"),
    "mediation.held-up": _holds,
    "mediation.handed": _plain(lambda: _("%(who)s给了一方一张凭条，凭上面的码看约定。")),
    "mediation.other-time": lambda _e: _("有一方来不了，想换个时间。"),
    "mediation.heard": _plain(lambda: _("%(who)s看了双方在自己页上说的话。")),
}
