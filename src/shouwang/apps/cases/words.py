"""Cases in plain words: the sentences of their timeline entries. None names anybody but officers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from shouwang.apps.cases.models import Case, CustodyMove, Nature, Party
from shouwang.apps.matters.models import Entry


def _party(entry: Entry) -> dict[str, str]:
    role = str(Party.Role(entry.data["role"]).label)
    return {"who": entry.name, "party": f"{role} {entry.data['nth']}", "n": str(entry.data.get("time", ""))}


def _piece(entry: Entry) -> dict[str, str]:
    step = entry.data.get("step")
    return {"who": entry.name, "nth": str(entry.data["nth"]), "step": str(CustodyMove.What(step).label) if step else ""}


SENTENCES: Mapping[str, Callable[[Entry], str]] = {
    "cases.opened": lambda e: _("立为%(nature)s，案件开始办理。") % {"nature": Nature(e.data["nature"]).label},
    "cases.party-added": lambda e: _("%(who)s登记了%(party)s。") % _party(e),
    "cases.code-handed": lambda e: _("%(who)s给%(party)s一张查进展的凭条。") % _party(e),
    "cases.party-left": lambda e: _("%(who)s查明%(party)s和案件没有关系。") % _party(e),
    "cases.statement-begun": lambda e: _("%(who)s开始给%(party)s做第 %(n)s 次笔录。") % _party(e),
    "cases.statement-finished": lambda e: _("%(who)s给%(party)s做的第 %(n)s 次笔录定稿了。") % _party(e),
    "cases.evidence-taken": lambda e: _("%(who)s登记了证据 %(nth)s。") % _piece(e),
    "cases.evidence-moved": lambda e: _("%(who)s登记：证据 %(nth)s %(step)s。") % _piece(e),
    "cases.evidence-received": lambda e: _("%(who)s签收了证据 %(nth)s。") % _piece(e),
    "cases.assistant-added": lambda e: _("%(officer)s协办这个案件。") % e.data,
    "cases.assistant-left": lambda e: _("%(officer)s不再协办这个案件。") % e.data,
    "cases.decided-elsewhere": lambda e: _("%(who)s记下了别的机关作出的决定。") % {"who": e.name},
    "cases.closed": lambda e: (
        _("%(who)s结案：%(result)s。") % {"who": e.name, "result": Case.Result(e.data["result"]).label}
    ),
    "cases.archived": lambda e: _("%(who)s归档，档案号%(number)s。") % {"who": e.name, "number": e.data["number"]},
    "cases.sealed": lambda e: _("%(who)s封存了记录。") % {"who": e.name},
}
