"""The applicant's pages: look first, apply, correct, read the answer, take the ready letter. No script is needed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shouwang.apps.catalogue import finding
from shouwang.apps.disclosure import letters, limits, queries, usecases
from shouwang.apps.disclosure.forms import ApplyForm, CorrectForm
from shouwang.apps.disclosure.models import Applicant, Application, Came, Stage, Wish
from shouwang.apps.guides import search as guides
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters.ledgers import source_of
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Held, Viewer
from shouwang.apps.matters.views import to_new_matter
from shouwang.apps.redactions import usecases as redactions
from shouwang.apps.units.models import Unit
from shouwang.kernel import limits as pace
from shouwang.kernel.errors import RuleBroken

#: How many applications one address may send in an hour.
APPLICATIONS_PER_HOUR = 12
SHOWN = 6


def stations() -> list[Unit]:
    return list(Unit.objects.stations().order_by("path"))


@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """What is already out comes first: often that is the answer."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[: finding.LONGEST_QUESTION]
    now = timezone.now()
    context = {
        "words": words,
        "found": finding.find(words, limit=SHOWN).found if words else (),
        "guides": guides.find(words, today=timezone.localdate(now)) if words else (),
        "totals": queries.totals(timezone.localdate(now).year, now),
        "year": timezone.localdate(now).year,
        "content": source_of(rule_at("gi-app-content", now)),
        "reply": source_of(rule_at(limits.REPLY, now)),
        "free": source_of(rule_at("gi-fee-base", now)),
    }
    return render(request, "disclosure/begin.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """The form, a last look at it, then it is sent. Pressed twice, it is one application; going back keeps everything."""
    units = stations()
    if not units:
        raise Http404
    initial = {"wanted": request.GET.get("q", "")[:500], "client_id": get_random_string(22)}
    form = ApplyForm(request.POST or None, units=units, initial=initial)
    step = request.POST.get("step", "")
    if request.method == "POST" and step == "change":
        form = ApplyForm(units=units, initial={name: request.POST.get(name, "") for name in form.fields})
    elif request.method == "POST" and form.is_valid():
        if step != "send":
            return render(request, "disclosure/check.html", {"form": form, "rows": _rows(form), **_rule()})
        try:
            return _sent(request, form, units)
        except RuleBroken as why:
            form.add_error(None, why.whole)
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "disclosure/apply.html", {"form": form, **_rule()}, status=status)


def _rule() -> dict[str, Any]:
    now = timezone.now()
    return {"receipt": limits.receipt_says(Came.WEB, now), "reply": source_of(rule_at(limits.REPLY, now))}


def _rows(form: ApplyForm) -> list[tuple[str, str]]:
    """What was typed, in words, as it will be sent."""
    given = form.cleaned_data
    said = {**given, "applicant": Applicant(given["applicant"]).label, "wish": Wish(given["wish"]).label}
    said["unit"] = dict(form.fields["unit"].choices).get(given["unit"], "")  # type: ignore[attr-defined]  # a ChoiceField
    shown = [field for field in form if not field.is_hidden]
    return [(str(field.label), str(said[field.name])) for field in shown if said[field.name]]


def _sent(request: HttpRequest, form: ApplyForm, units: list[Unit]) -> HttpResponse:
    given, now = dict(form.cleaned_data), timezone.now()
    address, hour = request.viewer.address, timedelta(hours=1)  # type: ignore[attr-defined]  # set by KnowWhoLooks
    pace.refuse_above(APPLICATIONS_PER_HOUR, "disclosure.apply", address, at=now, window=hour)
    unit = next((one for one in units if str(one.pk) == given.pop("unit")), units[0])
    client_id = given.pop("client_id")
    opened = usecases.apply(
        unit,
        usecases.Asked(**given),
        came=Came.WEB,
        at=now,
        client_id=f"gi:{client_id}"[:40] if client_id else None,
    )
    pace.count("disclosure.apply", address, at=now, window=hour)
    return to_new_matter(request, opened)


def _mine(request: HttpRequest, number: str) -> tuple[Matter, Application, Held]:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    one = get_object_or_404(Matter.objects.filter(pk__in=list(viewer.held)).for_cards(), number=number)
    application = get_object_or_404(Application, pk=one.pk)
    application.matter = one
    return one, application, viewer.held[one.pk]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Bring what was missing, once."""
    one, application, held = _mine(request, number)
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            usecases.correct(
                application, words=form.cleaned_data["words"], viewer=Viewer(held={one.pk: held}), at=timezone.now()
            )
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("matters:matter", number=number)
    asked = one.entries.filter(data__what="disclosure.correction-asked").first()
    context = {
        "matter": one,
        "application": application,
        "form": form,
        "asked": asked,
        "open": application.stage == Stage.CORRECTING,
    }
    return render(request, "disclosure/correct.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """The answer, to read and print."""
    one, application, _held = _mine(request, number)
    if application.answered_at is None:
        raise Http404
    lines = application.answer.split("\n")
    context = {"matter": one, "title": lines[0], "lines": lines[1:], "files": redactions.released_of(one)}
    return render(request, "disclosure/answer.html", context)


@never_cache
@require_safe
def answer_file(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A file that goes with the answer: a copy without whom it tells of, which two people released."""
    one, application, _held = _mine(request, number)
    found = next((each for each in redactions.released_of(one) if each.pk == pk), None)
    copy = redactions.copy_of(found) if found is not None and application.answered_at is not None else None
    if copy is None:
        raise Http404
    response = HttpResponse(copy.data, content_type=copy.media_type, headers={"Cache-Control": "no-store"})
    name = f"file-{pk}" if one.safe_contact else f"{number}-{pk}"
    response["Content-Disposition"] = f'attachment; filename="{name}.{copy.ending}"'
    return response


@never_cache
@require_safe
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """The request to reconsider, filled with what is known; the reason and the signature are the applicant's."""
    one, application, _held = _mine(request, number)
    known = limits.known_on(application)
    if known is None:
        raise Http404
    remedy = next(one for one in limits.remedies(application, known) if one.code == "reconsider")
    where = rule_at(limits.WHERE, known)
    context = {"matter": one, "letter": letters.reconsider(application, remedy), "remedy": remedy,
               "where": source_of(where), "unread": limits.unread(where)}  # fmt: skip
    return render(request, "disclosure/letter.html", context)
