"""What the room of incidents adds to the desk, to the resident's page and to the receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shouwang.apps.incidents import filing, forms, policy, usecases
from shouwang.apps.incidents.asked import learnt
from shouwang.apps.incidents.duties import duties_of
from shouwang.apps.incidents.errors import NotAnIncident, PaperNotMade
from shouwang.apps.incidents.kinds import KindForm, likeliest
from shouwang.apps.incidents.models import Incident, with_incident
from shouwang.apps.incidents.papers import receipt_paper
from shouwang.apps.incidents.policy import incident_of
from shouwang.apps.incidents.same import Proposal, proposals_for
from shouwang.apps.incidents.suggesting import (
    SHOWN,
    Suggestion,
    advice_for,
    grade_says,
    grades,
    handler_says,
    suggested,
    suggested_nature,
    suggestions_for,
)
from shouwang.apps.incidents.timeline import linked_keys
from shouwang.apps.incidents.urgency import urgency_of
from shouwang.apps.incidents.usecases.deciding import REVIEW_RULES
from shouwang.apps.incidents.words import SENTENCES, comes_next, nature_explained, rule_at, stands
from shouwang.apps.matters import clock
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.ledgers import source_of
from shouwang.apps.matters.models import Entry, Kind, Matter, MatterQuerySet, Type
from shouwang.apps.matters.rooms_above import Action, Data, Part, QueueSection, RoomAbove, Shortcut, add_room
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.papers.sheets import SIZES, sheet_of
from shouwang.apps.people.usecases import masked
from shouwang.apps.units.models import Officer, Unit
from shouwang.engines.triage.advice import About as Asks
from shouwang.kernel.policy import Verdict, no

# ── the card ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _linked(request: HttpRequest, matter: Matter) -> list[Matter]:
    """The other reports of the same event, as far as this officer may know of them."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    keys = [key for key in linked_keys(matter) if key != matter.pk]
    return list(Matter.objects.visible_to(Viewer(officer=viewer.officer)).filter(pk__in=keys)) if keys else []


def _same(request: HttpRequest, matter: Matter, incident: Incident) -> list[Proposal]:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    return proposals_for(officer, matter, incident) if officer is not None else []


def _suggested(request: HttpRequest, matter: Matter, incident: Incident) -> list[Suggestion]:
    """Suggestions for whoever may act on them; none once somebody decided."""
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if incident.stage not in filing.UNDECIDED or officer is None or not policy.may_work(officer, matter):
        return []
    return suggestions_for(matter, incident, Viewer(officer=officer))


def _advice(request: HttpRequest, matter: Matter, incident: Incident) -> dict[str, Any] | None:
    """What it may be, for whoever works on it, until somebody decided."""
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if incident.stage not in filing.UNDECIDED or officer is None or not policy.may_work(officer, matter):
        return None
    advice = advice_for(matter, incident)
    if advice is None:
        return None
    points = [
        # A category rests on the words of its kind, which stand beside the kind.
        (ADVISED[about], replace(point, quotes=()) if about is Asks.CATEGORY else point, f"{point.sure:.0%}")
        for about in SHOWN
        if (point := advice.point(about)) is not None
    ]
    urgency = advice.point(Asks.URGENCY)
    kind = advice.point(Asks.KIND)
    return {
        "points": points,
        "cannot_tell": advice.cannot_tell,
        "others": likeliest(matter)[1:] if kind is not None and kind.sure < 1 else [],
        "why_so_urgent": urgency.because if urgency else (),
        "lesson": advice.lesson,
        "asks": [words for _code, words in advice.asks[:3]],
    }


#: What a point of the advice is about, in the desk's words.
ADVISED = {
    Asks.KIND: _("像哪一种事"),
    Asks.CATEGORY: pgettext_lazy("incidents", "大类"),
    Asks.NATURE: _("性质"),
    Asks.HANDLER: _("谁来办"),
    Asks.AGE: _("年龄"),
}


def _nature_as_suggested(matter: Matter) -> Data:
    """The form begins with what is suggested; another choice is one key away, and why is always asked."""
    incident = incident_of(matter)
    suggested = suggested_nature(advice_for(matter, incident)) if incident else None
    return {"nature": suggested} if suggested else {}


def _kind_as_suggested(matter: Matter) -> Data:
    first = likeliest(matter)
    return {"kind": first[0][0]} if first else {}


def _grade_as_suggested(matter: Matter) -> Data:
    """What somebody said before, else what is suggested; nothing where nobody can tell."""
    incident = incident_of(matter)
    if incident is None:
        return {}
    incident.matter = matter
    urgency, handler = urgency_of(incident), suggested(advice_for(matter, incident), Asks.HANDLER)
    return {"urgency": incident.urgency or urgency.suggested, "handler": incident.handled_by or handler}


def _grading(request: HttpRequest, matter: Matter, incident: Incident) -> dict[str, Any] | None:
    """How urgent it is and where that comes from; one press for each grade, for whoever works on it."""
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if officer is None or not policy.may_work(officer, matter):
        return None
    incident.matter = matter
    urgency, chosen = urgency_of(incident), _grade_as_suggested(matter)
    handler = chosen["handler"]
    return {
        "grades": grades(),
        "urgency": urgency,
        "says": grade_says(urgency.grade),
        "pressed": chosen["urgency"],
        "handler": handler or OWN_STATION,
        "handler_says": handler_says(handler) if handler else "",
    }


#: Whoever was asked first takes the report; a grade may be said before anybody knows who handles it.
OWN_STATION = "station"


def _card(request: HttpRequest, matter: Matter, now: datetime) -> Part | None:
    incident = incident_of(matter)
    if incident is None:
        return None
    context = {
        "matter": matter,
        "incident": incident,
        "things": list(incident.things.all()),
        "people": [
            {"who": one, "name": masked(one.person.name), "phone": masked(one.person.phone)}
            for one in incident.people.select_related("person")
        ],
        "duties": [(one, one.is_late(now)) for one in duties_of(matter, incident, now)],
        "passing": _passing(matter, incident, now),
        "linked": _linked(request, matter),
        "same": _same(request, matter, incident),
        "suggestions": (suggestions := _suggested(request, matter, incident)),
        "takeable": next((one for one in suggestions if one.fields), None),
        "advice": _advice(request, matter, incident),
        "grading": _grading(request, matter, incident),
        "now": now,
    }
    return Part("incidents/_card.html", context)


def _passing(matter: Matter, incident: Incident, now: datetime) -> dict[str, Any] | None:
    """The duty of passing on, when it is somebody else's: shown with its hours, never done by itself."""
    if (
        incident.stage not in filing.UNDECIDED | {filing.NO_CASE}
        or not matter.is_open
        or not incident.is_elsewhere(matter.unit_id)
    ):
        return None
    nobody_s = incident.elsewhere_at is None and matter.offered_to_unit_id is None
    if nobody_s and matter.entries.filter(type=Type.TRANSFER_RETURNED).exists():
        # It was given back: whose it is has to be found anew, and no hours run until then.
        return {"owner": incident.owner, "elsewhere": incident.elsewhere_says, "given_back": True}
    since = usecases.passing_since(matter, incident)
    due = clock.due_from(usecases.PASSING_RULE, since, now)
    return {
        "owner": incident.owner,
        "elsewhere": incident.elsewhere_says,
        "since": since,
        "due": due,
        "late": due < now,
        "source": source_of(rule_at(usecases.PASSING_RULE, matter.received_at)),
        "term": forms.term_of(usecases.PASSING_RULE),
    }


def _resident(_request: HttpRequest, matter: Matter, now: datetime) -> Part | None:
    incident = incident_of(matter)
    if incident is None:
        return None
    context = {
        "matter": matter,
        "incident": incident,
        "duties": duties_of(matter, incident, now),
        "explained": nature_explained(incident),
        "remedy": usecases.remedy_of(matter, incident, now),
        "others": len(linked_keys(matter)) - 1,
        "now": now,
    }
    return Part("incidents/_resident.html", context)


def _receipt(matter: Matter, code: str, now: datetime) -> Part | None:
    incident = incident_of(matter)
    if incident is None:
        return None
    brought = _evidence(matter)
    context = {"matter": matter, "incident": incident, "brought": brought, "taken_by": _registrar(matter), "now": now}
    title = _("接报案回执")
    try:
        paper, lacks = receipt_paper(matter, incident, code=code.replace("-", ""), at=now)
    except PaperNotMade:  # the page says the same in its own words
        return Part("incidents/_receipt.html", context, title=title)
    context |= {**sheet_of(paper), "lacks": lacks}
    return Part("incidents/_receipt_sheet.html", context, title=title, sheet=SIZES[paper.size])


def _evidence(matter: Matter) -> list[Entry]:
    return list(matter.entries.filter(type="happened", data__what="incidents.evidence-taken").order_by("seq"))


def _registrar(matter: Matter) -> Entry | None:
    return matter.entries.filter(type="happened", data__what="incidents.registered").order_by("seq").first()


# ── actions ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _once(column: str, offered: Callable[[Officer, Matter], Verdict]) -> Callable[[Officer, Matter], Verdict]:
    """An on-the-spot duty, offered until it was done."""

    def rule(officer: Officer, matter: Matter) -> Verdict:
        incident = incident_of(matter)
        if incident is not None and getattr(incident, column) is not None:
            return no(gettext("已经做过了。"))
        return offered(officer, matter)

    return rule


def _may_statement(officer: Officer, matter: Matter) -> Verdict:
    return policy.may_work(officer, matter) and policy.may_judge(officer)


def _decline(matter: Matter, by: Officer, data: Data, at: datetime) -> str | None:
    if not usecases.decline_in_writing(matter, by=by, words=data["words"], at=at):
        return None
    return gettext("已经决定。通知书的草稿在这件事的文书里：请补全、送批，再发给报案人。")


def _take_evidence(matter: Matter, by: Officer, data: Data, at: datetime) -> None:
    files = keep_uploads(data["attached"], by=by.ref, client_id=data["client_id"])
    usecases.take_evidence(matter, by=by, items=data["items"], files=files, at=at)


def _link(matter: Matter, by: Officer, data: Data, at: datetime) -> None:
    """The other report, if this officer may know of it; one that is not there and one they may not see are the same answer."""
    seen = with_incident(Matter.objects.visible_to(Viewer(officer=by)))
    other = seen.filter(number=data["number"].strip().upper()).first()
    if other is None:
        raise NotAnIncident(gettext("没有找到这个编号的警情。"))
    usecases.link(matter, other, by=by, reason=data["reason"], at=at)


def _find_whose(matter: Matter, by: Officer, data: Data, at: datetime) -> None:
    if data["to"] == forms.WhoseForm.OURS:
        usecases.find_ours(matter, by=by, words=data["words"], at=at)
        return
    unit = Unit.objects.stations().filter(pk=data["to"]).first() if data["to"].isdecimal() else None
    found = data["found"] or at
    usecases.find_elsewhere(matter, by=by, unit=unit, place=data["place"], found=found, words=data["words"], at=at)


def _may_unlink(officer: Officer, matter: Matter) -> Verdict:
    if len(linked_keys(matter)) == 1:
        return no(gettext("没有和别的连在一起。"))
    return policy.may_work(officer, matter)


def _facts_page(matter: Matter) -> str:
    return reverse("incidents:facts", args=[matter.number])


def _may_decide(what: str) -> Callable[[Officer, Matter], Verdict]:
    return lambda officer, matter: policy.may_decide(officer, matter, what, timezone.now())


def _may_lengthen(officer: Officer, matter: Matter) -> Verdict:
    incident = incident_of(matter)
    if incident is not None and incident.review_rule == REVIEW_RULES[-1]:
        return no(gettext("审查期限已经是最长的了。"))
    return policy.may_lengthen(officer, matter)


def _may_propose(officer: Officer, matter: Matter) -> Verdict:
    """Only where somebody else decides; who may decide needs no proposal."""
    now = timezone.now()
    if policy.may_decide(officer, matter, "file", now) and policy.may_decide(officer, matter, "decline", now):
        return no(gettext("您自己可以决定，不用提请。"))
    return policy.may_propose(officer, matter)


ACTIONS = (
    Action("incident", _("登记成警情"), "bell", "o", None, policy.may_become, page=_facts_page),
    Action("facts", _("补充、更正登记"), "edit", "", None, policy.may_work, page=_facts_page),
    Action(
        "evidence",
        _("当场收证据"),
        "attach",
        "e",
        forms.EvidenceForm,
        policy.may_work,
        _take_evidence,
        initial=lambda _matter: {"client_id": get_random_string(22)},
    ),
    Action(
        "receipt",
        _("给了回执"),
        "print",
        "",
        forms.ReceiptForm,
        policy.may_work,
        lambda m, by, data, at: usecases.give_receipt(m, by=by, how=data["how"], at=at),
    ),
    Action(
        "statement",
        _("做了笔录"),
        "note",
        "",
        None,
        _once("statement_at", _may_statement),
        lambda m, by, _data, at: usecases.take_statement(m, by=by, at=at),
    ),
    Action(
        "nature",
        _("判断性质"),
        "scale",
        "x",
        forms.NatureForm,
        policy.may_decide_nature,
        lambda m, by, data, at: usecases.decide_nature(m, by=by, nature=data["nature"], words=data["words"], at=at),
        initial=_nature_as_suggested,
    ),
    Action(
        "grade",
        _("定急缓和谁来办"),
        "flag",
        "u",
        forms.GradeForm,
        policy.may_work,
        lambda m, by, data, at: usecases.grade(m, by=by, urgency=data["urgency"], handler=data["handler"], at=at),
        initial=_grade_as_suggested,
    ),
    Action(
        "which",
        _("定是哪一种事"),
        "find",
        "z",
        KindForm,
        policy.may_work,
        lambda m, by, data, at: usecases.say_kind(m, by=by, at=at, **data["kind"]),
        initial=_kind_as_suggested,
    ),
    Action(
        "answers",
        _("问到了什么"),
        "ask",
        "",
        forms.AnswersForm,
        policy.may_work,
        lambda m, by, data, at: usecases.answer(m, by=by, answers=forms.answers_in(data), at=at),
        initial=learnt,
    ),
    Action(
        "lengthen",
        _("延长立案审查"),
        "clock",
        "",
        forms.LengthenForm,
        _may_lengthen,
        lambda m, by, data, at: usecases.lengthen_review(m, by=by, rule=data["rule"], words=data["words"], at=at),
    ),
    Action(
        "propose",
        _("提请批准"),
        "send",
        "p",
        forms.ProposeForm,
        _may_propose,
        lambda m, by, data, at: usecases.propose(m, by=by, what=data["what"], words=data["words"], at=at),
    ),
    Action(
        "file",
        _("立案"),
        "check",
        "",
        forms.WordsForm,
        _may_decide("file"),
        lambda m, by, data, at: usecases.file(m, by=by, words=data["words"], at=at),
    ),
    Action(
        "decline",
        _("不予立案"),
        "close",
        "",
        forms.DeclineForm,
        _may_decide("decline"),
        _decline,
    ),
    Action(
        "back",
        _("退回去补查"),
        "back",
        "",
        forms.WordsForm,
        policy.may_return_proposal,
        lambda m, by, data, at: usecases.return_proposal(m, by=by, words=data["words"], at=at),
    ),
    Action(
        "settle",
        _("不归我们管，告知去处"),
        "exit",
        "",
        forms.ElsewhereForm,
        policy.may_settle,
        lambda m, by, data, at: usecases.settle(m, by=by, to=data["to"], words=data["words"], at=at),
    ),
    Action(
        "whose",
        _("查明归谁管"),
        "place",
        "",
        forms.WhoseForm,
        policy.may_settle,
        _find_whose,
    ),
    Action(
        "pass-on",
        _("移送外面的机关"),
        "transfer",
        "",
        forms.ElsewhereForm,
        lambda officer, matter: policy.may_pass_on(officer, matter, timezone.now()),
        lambda m, by, data, at: usecases.pass_on(m, by=by, to=data["to"], words=data["words"], at=at),
    ),
    Action("link", _("和另一件是同一件事"), "link", "", forms.LinkForm, policy.may_work, _link),
    Action(
        "unlink",
        _("不是同一件事，分开"),
        "close",
        "",
        forms.UnlinkForm,
        _may_unlink,
        lambda m, by, data, at: usecases.unlink(m, by=by, reason=data["reason"], at=at),
    ),
    Action(
        "tell",
        _("告诉了报案人"),
        "phone",
        "",
        forms.TellForm,
        policy.may_tell,
        lambda m, by, data, at: usecases.tell(m, by=by, how=data["how"], words=data["words"], at=at),
    ),
)


# ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _to_approve(found: MatterQuerySet, viewer: Viewer, _now: datetime) -> MatterQuerySet:
    """Proposals that wait for somebody with this viewer's posts."""
    roles = viewer.officer.roles if viewer.officer else frozenset()
    mine = [code for code, by in matters.DECIDES.items() if roles & by]
    return found.filter(incident__waits_for__in=mine).exclude(incident__waits_for="").order_by("due_at")


add_room(
    RoomAbove(
        "incidents",
        sentences=SENTENCES,
        stands=stands,
        comes_next=comes_next,
        resident=_resident,
        card=_card,
        receipt=_receipt,
        actions=ACTIONS,
        queue=(QueueSection("approve", _("立案，等您批准"), _to_approve, before="waiting"),),
        shortcuts=(Shortcut("incidents:new", _("登记警情"), "bell", "i"),),
        forms={Kind.REPORT: "incidents:new"},
        may_close=policy.may_close,
    )
)
