"""Stays in plain words: the sentences of their timeline entries. All stand at the station only, and none names anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.incidents.words import rule_says
from shouwang.apps.matters.models import Entry
from shouwang.apps.recordings.models import Came


def _clock(entry: Entry, key: str) -> str:
    return timezone.localtime(datetime.fromisoformat(entry.data[key])).strftime("%H:%M")


def _plain(sentence: Callable[[], str]) -> Callable[[Entry], str]:
    return lambda entry: sentence() % {"who": entry.name}


SENTENCES: Mapping[str, Callable[[Entry], str]] = {
    "recordings.entered": lambda e: (
        _("%(who)s登记：%(when)s 有人进所（%(came)s）。")
        % {"who": e.name, "when": _clock(e, "entered"), "came": Came(e.data["came"]).label}
    ),
    "recordings.left": lambda e: (
        _("%(who)s登记：%(when)s 离所，已告知有权要录像。") % {"who": e.name, "when": _clock(e, "left")}
    ),
    "recordings.limit-changed": lambda e: (
        _("%(who)s改用时限“%(rule)s”，还是从进所算起。") % {"who": e.name, "rule": rule_says(e.data["rule"], e.at)}
    ),
    "recordings.gap-explained": lambda e: (
        _("%(who)s说明了 %(since)s 到 %(until)s 为什么没有录像。")
        % {"who": e.name, "since": _clock(e, "since"), "until": _clock(e, "until")}
    ),
    "recordings.copy-asked": lambda e: (
        _("%(who)s在窗口记下：本人要录像。") % {"who": e.name} if e.officer_id else _("本人凭码要录像。")
    ),
    "recordings.copy-asked-again": lambda _e: _("本人不同意不给录像的答复，请人再看一次。"),
    "recordings.copy-granted": _plain(lambda: _("%(who)s答复：给录像。")),
    "recordings.copy-denied": _plain(lambda: _("%(who)s答复：不给录像，写明了理由。")),
}
