"""
The page of one side of a mediation: for the reporter by the reporter's own code, for either side by a code of its own.

Of the other side it says what the agreement says, and nothing else: no name, no telephone, nothing of the matter. Everything works without
a script.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shouwang.apps.matters.own_code import CodeDoor
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.mediation import policy, usecases
from shouwang.apps.mediation.forms import YES, CodeForm, FitsForm, MineForm, MyVisitForm, OtherTimeForm, StarsForm
from shouwang.apps.mediation.models import Clause, ClauseWord, Done, Mediation, Meeting, Side, SideKey, State
from shouwang.apps.mediation.words import clause_says, names_for, time_of
from shouwang.kernel.errors import RuleBroken

door = CodeDoor(
    SideKey,
    session_key="mediation_side",
    opens_with=usecases.open_code,
    page="mediation:own-mine",
    form=CodeForm,
    heading=gettext_lazy("填凭条上的码"),
)


@dataclass(frozen=True, slots=True)
class Own:
    """Who reads: a side, by the reporter's code (`viewer`) or by its own (`key`)."""

    one: Mediation
    side: Side
    viewer: Viewer
    key: SideKey | None

    @property
    def ref(self) -> str:
        """How uploads call them."""
        return self.key.ref if self.key else f"code:{self.viewer.held[self.one.matter_id].code_id}"

    def url(self, what: str, **more: int) -> str:
        """The address of one of the pages, for the code that was proved."""
        if self.key is not None:
            return reverse(f"mediation:own-{what}", kwargs=more)
        return reverse(f"mediation:{what}", kwargs={"number": self.one.matter.number, "pk": self.one.pk, **more})


def _own(request: HttpRequest, number: str, pk: int) -> Own:
    """The mediation, if this browser proved a code of one of its sides; otherwise there is no such page."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    resident = Viewer(held=viewer.held, address=viewer.address)  # an officer trying the page speaks as a resident
    rows = Mediation.objects.select_related("matter__unit__parent").prefetch_related("sides", "clauses")
    key = None if number else door.held(request)
    if number:
        one = get_object_or_404(rows.filter(matter__in=list(viewer.held), matter__number=number), pk=pk)
    elif key is not None:
        one = rows.get(sides=key.side_id)
    else:
        raise Http404
    side = policy.side_of(resident, one, key)
    if side is None:
        raise Http404
    return Own(one, side, resident, key)


def clause_rows(one: Mediation, side: Side) -> list[dict[str, Any]]:
    """What was agreed, as one side reads it, with the newest word of their own."""
    own = {
        word.clause_id: word for word in ClauseWord.objects.filter(clause__mediation=one, of=side.code).order_by("pk")
    }
    return [
        {"clause": clause, "says": clause_says(clause, names_for(side.code)), "said": own.get(clause.pk)}
        for clause in one.clauses.all()
    ]


def _ahead(one: Mediation) -> Meeting | None:
    return one.meetings.filter(held_at=None).first() if one.state == State.OPEN else None


def _show(request: HttpRequest, own: Own, bound: tuple[str, Form] | None = None) -> HttpResponse:
    key, wrong = bound or ("", None)
    one, side, ahead = own.one, own.side, _ahead(own.one)
    fits = next((row.fits for row in ahead.attendances.filter(side=side)), None) if ahead else None
    rows = clause_rows(one, side) if one.agreed_at is not None else []
    once = {"client_id": get_random_string(22)}
    for row in rows:
        clause: Clause = row["clause"]
        if one.state == State.AGREED and clause.done != Done.PERFORMED:
            name = f"clause{clause.pk}"
            row["form"] = wrong if key == name else MineForm(initial=once, auto_id=f"{name}_%s")
            row["url"] = own.url("my-word", clause=clause.pk)
    asks = one.state == State.SETTLED and one.visit_on and one.visit_on <= timezone.localdate() and side.holds is None
    context = {
        "mediation": one,
        "own": own,
        "urls": {what.replace("-", "_"): own.url(what) for what in ("times", "other-time", "holds", "stars")},
        "safe": own.key is not None or one.matter.safe_contact,
        "meeting": ahead,
        "when": time_of(ahead.at) if ahead and ahead.at else "",
        "fits_form": _or(wrong, key == "times", lambda: FitsForm(times=ahead.times, initial={"fits": fits or []}))
        if ahead and ahead.times and ahead.at is None
        else None,
        "other_form": _or(wrong, key == "other-time", lambda: OtherTimeForm(initial=once, auto_id="other_%s"))
        if ahead and ahead.at
        else None,
        "answered": fits is not None,
        "rows": rows,
        "visit_form": _or(wrong, key == "holds", MyVisitForm) if asks else None,
        "stars_form": _or(wrong, key == "stars", lambda: StarsForm(auto_id="stars_%s"))
        if not one.is_running and side.stars is None
        else None,
        "side": side,
        "unit": one.matter.unit.station,
    }
    return render(request, "mediation/mine.html", context, status=400 if bound else 200)


def _or(wrong: Form | None, is_it: bool, fresh: Callable[[], Form]) -> Form:
    return wrong if is_it and wrong is not None else fresh()


@never_cache
@require_GET
def mine(request: HttpRequest, number: str = "", pk: int = 0) -> HttpResponse:
    """When to meet, what was agreed for me and by me, what is due when, and whether it holds."""
    if not number and door.held(request) is None:
        return redirect("mediation:code")
    return _show(request, _own(request, number, pk))


def _carried(request: HttpRequest, own: Own, what: str, form: Form, do: Callable[[datetime], object]) -> HttpResponse:
    if form.is_valid():
        try:
            do(timezone.now())
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect(own.url("mine"))
    return _show(request, own, (what, form))


def _once(form: Form) -> str | None:
    return f"web:{form.cleaned_data['client_id']}" if form.cleaned_data["client_id"] else None


@never_cache
@require_POST
def times(request: HttpRequest, number: str = "", pk: int = 0) -> HttpResponse:
    """Which of the proposed times suit me."""
    own = _own(request, number, pk)
    ahead = own.one.meetings.filter(held_at=None).first()
    if ahead is None:
        return redirect(own.url("mine"))
    form = FitsForm(request.POST, times=ahead.times)
    return _carried(
        request,
        own,
        "times",
        form,
        lambda at: usecases.say_fits(ahead, own.side, times=form.cleaned_data["fits"], at=at),
    )


@never_cache
@require_POST
def other_time(request: HttpRequest, number: str = "", pk: int = 0) -> HttpResponse:
    """I cannot come then. The time stands until an officer fixes another."""
    own = _own(request, number, pk)
    ahead = _ahead(own.one)
    if ahead is None:
        return redirect(own.url("mine"))
    form = OtherTimeForm(request.POST, auto_id="other_%s")
    return _carried(
        request,
        own,
        "other-time",
        form,
        lambda at: usecases.ask_other_time(
            ahead,
            own.side,
            words=form.cleaned_data["words"],
            viewer=own.viewer,
            key=own.key,
            at=at,
            client_id=_once(form),
        ),
    )


@never_cache
@require_POST
def word(request: HttpRequest, clause: int, number: str = "", pk: int = 0) -> HttpResponse:
    """Done, partly, or not, with a sentence and a picture."""
    own = _own(request, number, pk)
    row = get_object_or_404(own.one.clauses, pk=clause)
    form = MineForm(request.POST, request.FILES, auto_id=f"clause{clause}_%s")

    def carry_out(at: datetime) -> None:
        given = form.cleaned_data
        usecases.say(
            row,
            done=given["done"],
            words=given["words"],
            files=keep_uploads(given["attached"], by=own.ref, client_id=given["client_id"]),
            viewer=own.viewer,
            key=own.key,
            at=at,
            client_id=_once(form),
        )

    return _carried(request, own, f"clause{clause}", form, carry_out)


@never_cache
@require_POST
def holds(request: HttpRequest, number: str = "", pk: int = 0) -> HttpResponse:
    """It holds, or it does not: one press."""
    own = _own(request, number, pk)
    form = MyVisitForm(request.POST)

    def carry_out(at: datetime) -> None:
        said = form.cleaned_data
        usecases.visit(
            own.one,
            own.side,
            holds=said["holds"] == YES,
            words=said["words"],
            viewer=own.viewer,
            key=own.key,
            at=at,
        )

    return _carried(request, own, "holds", form, carry_out)


@never_cache
@require_POST
def stars(request: HttpRequest, number: str = "", pk: int = 0) -> HttpResponse:
    """How I found it, after it ended."""
    own = _own(request, number, pk)
    form = StarsForm(request.POST, auto_id="stars_%s")
    return _carried(
        request,
        own,
        "stars",
        form,
        lambda at: usecases.rate(
            own.one, own.side, stars=form.cleaned_data["stars"], viewer=own.viewer, key=own.key, at=at
        ),
    )
