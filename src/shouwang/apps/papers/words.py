"""Papers in plain words: the sentences of their timeline entries, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from shouwang.apps.matters import clock
from shouwang.apps.matters.models import Entry
from shouwang.apps.papers.errors import in_words
from shouwang.apps.papers.making import Held
from shouwang.apps.papers.models import State, Step
from shouwang.engines.papers import Template


def title_in(template: Template, language: str) -> str:
    """What a paper is called, in the reader's language."""
    return template.en if language.startswith("en") else template.zh


def _named(entry: Entry) -> dict[str, str]:
    number = entry.data.get("number", "")
    return {"who": entry.name, "paper": f"《{entry.data['title']}》{number}"}


def _approved(entry: Entry) -> str:
    says = _named(entry)
    if entry.data.get("waits_for"):
        return _("%(who)s同意%(paper)s，接着等%(next)s审批。") % {
            **says,
            "next": clock.approver_name(entry.data["waits_for"]),
        }
    return _("%(who)s同意%(paper)s，审批完了。") % says


def _person_signed(entry: Entry) -> str:
    says = {**_named(entry), "place": entry.data["place"]}
    if entry.data["way"] == Step.Way.REFUSED:
        return _("%(place)s没有在%(paper)s上签名，%(who)s记下了原因和见证人。") % says
    return _("%(place)s在%(paper)s上签了名，%(who)s在场。") % says


SENTENCES: Mapping[str, Callable[[Entry], str]] = {
    "papers.begun": lambda e: _("%(who)s开始写%(paper)s。") % _named(e),
    "papers.handed-in": lambda e: (
        _("%(who)s交了%(paper)s，等%(next)s审批。") % {**_named(e), "next": clock.approver_name(e.data["waits_for"])}
    ),
    "papers.finished": lambda e: _("%(who)s写好了%(paper)s，等签名。") % _named(e),
    "papers.approved": _approved,
    "papers.sent-back": lambda e: _("%(who)s把%(paper)s退回去改：") % _named(e),
    "papers.signed": lambda e: _("%(who)s在%(paper)s上签了名。") % _named(e),
    "papers.person-signed": _person_signed,
    "papers.issued": lambda e: _("%(who)s发出了%(paper)s。") % _named(e),
    "papers.voided": lambda e: _("%(who)s作废了%(paper)s：") % _named(e),
}


def next_step(held: Held, at: datetime, *, lacks: bool = True) -> str:
    """What has to happen with a paper next, in one sentence; `lacks` reads a draft to name what is missing."""
    paper = held.paper
    if paper.state == State.DRAFT:
        missing = held.lacks(at) if lacks else ()
        if missing:
            return _("还差：%(what)s") % {"what": "；".join(in_words(one) for one in missing)}
        return _("写好了就交上去。")
    if paper.state == State.REVIEW:
        return _("等%(who)s审批。") % {"who": clock.approver_name(paper.waits_for)}
    if paper.state == State.APPROVED:
        return _("等签名：%(who)s") % {"who": "、".join(sign.zh for sign in held.unsigned())}
    return {
        State.SIGNED: _("签名齐了，可以发出。"),
        State.ISSUED: _("已经发出。"),
        State.VOID: _("已经作废，编号不再用。"),
    }[State(paper.state)]
