"""The register of recordings at the desk: entering, reading for a reason, checking a file, deleting, and the station's own lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.incidents.queries import units_of
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters.ledgers import doubt_of, source_of
from shouwang.apps.people.usecases import looked_lately, record_look
from shouwang.apps.recordings import policy, queries, usecases
from shouwang.apps.recordings.errors import WrongLines
from shouwang.apps.recordings.forms import (
    CheckForm,
    ClockForm,
    DeviceForm,
    ListForm,
    NameForm,
    ReasonForm,
    RegisterForm,
    WordsForm,
)
from shouwang.apps.recordings.limits import KEEP_RULE, kept_until
from shouwang.apps.recordings.models import Device, Place, Recording
from shouwang.apps.recordings.usecases.registering import Said, read_list
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require


def _chosen(request: HttpRequest, units: list[Unit]) -> Unit | None:
    """The station of the page: `?unit=`, or the first one."""
    wanted = request.GET.get("unit", "")
    return next((one for one in units if str(one.pk) == wanted), units[0] if units else None)


def _book_ref(unit: Unit) -> str:
    return f"recordings.register:{unit.pk}"


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """The register of one station. Why somebody reads it is written down first, and holds for ten minutes."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_register(officer))
    units = queries.stations_to_register(officer)
    unit = _chosen(request, units)
    form = ReasonForm(request.POST or None)
    if unit is not None and request.method == "POST" and form.is_valid():
        record_look(
            officer, _book_ref(unit), person=None, what=("register",), reason=form.cleaned_data["reason"], at=now
        )
        return redirect(request.get_full_path())
    may_see = unit is not None and looked_lately(officer, _book_ref(unit), what="register", at=now)
    before = request.GET.get("before", "")
    rows = (
        queries.register_rows(
            officer, unit, before=int(before[:9]) if before.isdecimal() and before.isascii() else None
        )
        if unit is not None and may_see
        else []
    )
    context = desk_context(
        request,
        form=form,
        units=units,
        unit=unit,
        may_see=may_see,
        rows=rows,
        most=queries.MOST,
        outside=queries.outside_any(officer, unit, now) if unit is not None and may_see else 0,
    )
    return render(request, "recordings/register.html", context, status=400 if form.errors else 200)


def _add_page(
    request: HttpRequest, one: RegisterForm | None = None, many: ListForm | None = None, lines: tuple[str, ...] = ()
) -> HttpResponse:
    officer = officer_of(request)
    form, listed = one or RegisterForm(officer=officer), many or ListForm()
    devices = queries.devices_of(queries.stations_to_register(officer))
    context = desk_context(request, form=form, listed=listed, lines=lines, devices=devices)
    wrong = bool(form.errors or listed.errors)
    return render(request, "recordings/add.html", context, status=400 if wrong else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Register one recording, by typing or by choosing the file in the browser."""
    officer = officer_of(request)
    require(policy.may_register(officer))
    if request.method != "POST":
        return _add_page(request)
    form = RegisterForm(request.POST, officer=officer)
    return _registered(request, [form.said()], one=form) if form.is_valid() else _add_page(request, one=form)


@at_desk
@require_POST
def add_list(request: HttpRequest) -> HttpResponse:
    """Register many: every line, or none with the wrong ones named."""
    officer = officer_of(request)
    require(policy.may_register(officer))
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _add_page(request, many=form)
    units = queries.stations_to_register(officer)
    try:
        told = read_list(form.data_sent(), queries.devices_of(units), queries.places_of(units))
    except RuleBroken as why:
        return _refused(request, why, many=form)
    return _registered(request, told, many=form)


def _registered(
    request: HttpRequest, told: list[Said], *, one: RegisterForm | None = None, many: ListForm | None = None
) -> HttpResponse:
    try:
        made = usecases.register(told, by=officer_of(request), at=timezone.now())
    except RuleBroken as why:
        return _refused(request, why, one=one, many=many)
    n = len(made)
    messages.success(request, ngettext("登记好了 %(n)d 个文件。", "登记好了 %(n)d 个文件。", n) % {"n": n})
    return redirect("recordings:add")


def _refused(
    request: HttpRequest, why: RuleBroken, *, one: RegisterForm | None = None, many: ListForm | None = None
) -> HttpResponse:
    form = one or many
    assert form is not None
    lines = why.lines if isinstance(why, WrongLines) and many is not None else ()
    form.add_error(None, str(why.hint) if lines else why.whole)
    return _add_page(request, one, many, lines)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Is this the registered file? The browser works the SHA-256 out by itself; nothing is uploaded."""
    officer = officer_of(request)
    require(policy.may_register(officer))
    form = CheckForm(request.POST or None)
    checked = None
    if request.method == "POST" and form.is_valid():
        try:
            checked = usecases.check(
                form.cleaned_data["sha256"], by=officer, reason=form.cleaned_data["reason"], at=timezone.now()
            )
        except RuleBroken as why:
            form.add_error("sha256", why.whole)
    context = desk_context(request, form=form, checked=checked)
    return render(request, "recordings/check.html", context, status=400 if form.errors else 200)


def _recording(request: HttpRequest, pk: int) -> Recording:
    rows = Recording.objects.visible_to(officer_of(request)).select_related(
        "device", "place", "unit", "registered_by", "delete_asked_by", "deleted_by"
    )
    return get_object_or_404(rows, pk=pk)


@at_desk
@require_GET
def recording(request: HttpRequest, pk: int) -> HttpResponse:
    """One row, with its file's name and whom it shows: a look at each of them."""
    return _show(request, _recording(request, pk))


def _show(request: HttpRequest, one: Recording, form: WordsForm | None = None) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    verdict = require(policy.may_read_register(officer, one.unit))
    record_look(officer, one.ref, person=None, what=("recording",), reason=verdict.reason, at=now)
    shown = queries.whom_it_shows(one, officer, now)
    for who in shown:
        record_look(officer, who.stay.ref, person=who.stay.person, what=("recording",), reason=verdict.reason, at=now)
    rule = rule_at(KEEP_RULE, one.until)
    context = desk_context(
        request,
        recording=one,
        shown=shown,
        form=form or WordsForm(),
        kept=kept_until(one.until),
        source=source_of(rule),
        doubt=doubt_of(rule),
        may_confirm=policy.may_confirm_deletion(officer, one),
    )
    return render(request, "recordings/recording.html", context, status=400 if form is not None else 200)


@at_desk
@require_POST
def recording_step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Keep for good, propose a deletion, or confirm it."""
    one, officer, now = _recording(request, pk), officer_of(request), timezone.now()
    require(policy.may_read_register(officer, one.unit))
    form = WordsForm(request.POST)
    if what not in {"keep", "delete", "confirm"}:
        raise Http404
    if what != "confirm" and not form.is_valid():
        return _show(request, one, form)
    try:
        if what == "confirm":
            usecases.confirm_deletion(one, by=officer, at=now)
        elif what == "keep":
            usecases.keep_for_good(one, by=officer, words=form.cleaned_data["words"], at=now)
        else:
            usecases.ask_deletion(one, by=officer, words=form.cleaned_data["words"], at=now)
    except RuleBroken as why:
        form.errors.clear()
        form.add_error(None, why.whole)
        return _show(request, one, form)
    return redirect("recordings:recording", pk=pk)


@at_desk
@require_GET
def old(request: HttpRequest) -> HttpResponse:
    """What may be deleted, oldest first. Nothing is deleted by itself."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_register(officer))
    rule = rule_at(KEEP_RULE, now)
    context = desk_context(
        request, rows=queries.may_go(officer, now), source=source_of(rule), doubt=doubt_of(rule), most=queries.MOST
    )
    return render(request, "recordings/old.html", context)


def _kept_by(officer: Officer) -> list[Unit]:
    return [unit for unit in units_of(officer) if policy.may_keep_lists_of(officer, unit)]


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """The places and devices of a station, kept by its chief; and the comparing of clocks, by whoever registers."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_register(officer))
    unit = _chosen(request, queries.stations_to_register(officer))
    if unit is None:
        raise Http404
    may = policy.may_keep_lists_of(officer, unit)
    what = request.POST.get("what", "")
    place = NameForm(request.POST if what == "place" else None, prefix="p")
    device = DeviceForm(request.POST if what == "device" else None, unit=unit, prefix="d")
    form: NameForm = device if what == "device" else place
    if request.method == "POST":
        require(may)
        if form.is_valid():
            try:
                if what == "device":
                    usecases.add_device(unit, by=officer, at=now, **form.cleaned_data)
                else:
                    usecases.add_place(unit, by=officer, at=now, **form.cleaned_data)
            except RuleBroken as why:
                form.add_error(None, why.whole)
            else:
                return redirect(request.get_full_path())
    return _lists_page(request, unit, place=place, device=device, wrong=request.method == "POST")


def _lists_page(request: HttpRequest, unit: Unit, *, wrong: bool = False, **forms: Any) -> HttpResponse:
    officer = officer_of(request)
    devices = Device.objects.filter(unit=unit, active=True).select_related("place").prefetch_related("readings")
    rows, typed = [], forms.get("clock")
    for one in devices:
        last = max(one.readings.all(), key=lambda reading: reading.real_at, default=None)
        ahead = int((last.shown_at - last.real_at).total_seconds()) if last else None
        fresh = ClockForm(prefix=f"c{one.pk}", initial={"shown_at": timezone.now()})
        rows.append((one, last, ahead, typed if typed is not None and typed.prefix == fresh.prefix else fresh))
    context = desk_context(
        request,
        unit=unit,
        units=queries.stations_to_register(officer),
        may=policy.may_keep_lists_of(officer, unit),
        places=Place.objects.filter(unit=unit, active=True),
        devices=rows,
        place_form=forms.get("place") or NameForm(prefix="p"),
        device_form=forms.get("device") or DeviceForm(unit=unit, prefix="d"),
    )
    return render(request, "recordings/lists.html", context, status=400 if wrong else 200)


@at_desk
@require_POST
def list_step(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Retire a place or a device, or note what a device's clock shows."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_register(officer))
    units = [unit.pk for unit in queries.stations_to_register(officer)]
    if what == "place":
        place = get_object_or_404(Place, pk=pk, unit__in=units)
        usecases.retire(place, by=officer, at=now)
        return _back(place.unit)
    device = get_object_or_404(Device.objects.select_related("unit"), pk=pk, unit__in=units)
    if what == "device":
        usecases.retire(device, by=officer, at=now)
    elif what == "clock":
        form = ClockForm(request.POST, prefix=f"c{pk}")
        if form.is_valid():
            try:
                usecases.compare_clock(device, by=officer, shown_at=form.cleaned_data["shown_at"], at=now)
            except RuleBroken as why:
                form.add_error("shown_at", why.whole)
        if form.errors:
            return _lists_page(request, device.unit, clock=form, wrong=True)
        messages.success(request, _("记下了。以后登记的文件，时间按这次对表改正。"))
    else:
        raise Http404
    return _back(device.unit)


def _back(unit: Unit) -> HttpResponse:
    answer = redirect("recordings:lists")
    answer["Location"] += f"?unit={unit.pk}"
    return answer
