"""The resident's pages of a matter. They translate; `usecases` decide."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import qrcode
import qrcode.image.svg
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.matters import answers, policy, sealing, usecases
from shouwang.apps.matters.contact import in_words
from shouwang.apps.matters.errors import UnknownCode
from shouwang.apps.matters.forms import AskForm, CodeForm, ContactForm, DisputeForm, HelperForm, RateForm, SayForm
from shouwang.apps.matters.ledgers import explain_all
from shouwang.apps.matters.models import AccessCode, Channel, Entry, Kind, Matter, ReadMark, State, Type
from shouwang.apps.matters.queries import conversation, danger_numbers, looks_at
from shouwang.apps.matters.rooms_above import parts, rooms_above
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.matters.viewer import Held, Holder, Viewer
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit
from shouwang.kernel import ids
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.fields import decrypt, encrypt
from shouwang.kernel.live.log import cursor_of
from shouwang.kernel.live.names import format_cursor
from shouwang.kernel.policy import require


def remember_code(request: HttpRequest, held: Held, code: str = "") -> None:
    """
    Let this browser come back to the matter. A fresh code stays readable here until the resident says it is written down;
    it is kept sealed, so that the session table does not give it away.
    """
    codes = [pk for pk in request.session.get("codes", []) if pk != held.code_id]
    request.session["codes"] = [*codes, held.code_id][-40:]
    if code:
        fresh = request.session.get("fresh", {})
        request.session["fresh"] = {**fresh, str(held.matter_id): encrypt(code, "matters.fresh").hex()}


def to_new_matter(request: HttpRequest, opened: usecases.Opened) -> HttpResponse:
    """On to the page of what was just taken in, whose code this browser holds from now on."""
    remember_code(request, opened.held, opened.code)
    return redirect("matters:matter", number=opened.matter.number)


def fresh_code(request: HttpRequest, matter: Matter) -> str:
    """The code of a matter as long as it has not been written down in this browser; printed in groups of four."""
    sealed = request.session.get("fresh", {}).get(str(matter.pk))
    return ids.show_code(decrypt(bytes.fromhex(sealed), "matters.fresh")) if sealed else ""


def code_address(code: str) -> str:
    """The address in the QR code."""
    return settings.SHOUWANG.public_url.rstrip("/") + reverse("matters:by-code", args=[code.replace("-", "")])


def qr_svg(text: str) -> str:
    """A QR code as an SVG picture without any inline style."""
    picture = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=12, border=2)
    out = io.BytesIO()
    picture.save(out)
    return out.getvalue().decode()


def _matter(request: HttpRequest, number: str) -> Matter:
    """The matter, if this viewer may know of it; otherwise there is no such page."""
    return get_object_or_404(Matter.objects.visible_to(_viewer(request)).for_cards(), number=number)


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    return viewer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, kind: str = Kind.CONSULTATION) -> HttpResponse:
    """The first question: one box, no account. `?at=` names the community whose door was used."""
    if kind not in ASKABLE:
        raise Http404
    community = Community.objects.active().filter(slug=request.GET.get("at", "")).select_related("unit__parent").first()
    station = community.unit.station if community else Unit.objects.stations().order_by("path").first()
    if station is None:
        return redirect("home")
    initial = {"client_id": get_random_string(22), "body": request.GET.get("q", "")[: usecases.LONGEST_MESSAGE]}
    form = AskForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _take_in(request, form, kind, station, community)
        except RuleBroken as why:
            form.add_error("body", why.whole)
    context = {"form": form, "kind": Kind(kind), "to": station, "community": community}
    return render(request, "matters/ask.html", context, status=400 if form.errors else 200)


#: What a resident can begin by writing a few words; the other kinds have forms of their own.
ASKABLE = (Kind.CONSULTATION, Kind.REPORT, Kind.HELP, Kind.COMPLAINT, Kind.SUGGESTION, Kind.PROBLEM, Kind.SERVICE)


def _take_in(
    request: HttpRequest, form: AskForm, kind: str, station: Unit, community: Community | None
) -> HttpResponse:
    now, given = timezone.now(), form.cleaned_data
    opened = usecases.open_matter(
        station,
        kind=kind,
        channel=Channel.WEB,
        at=now,
        body=given["body"],
        files=keep_uploads(given["attached"], by="resident", client_id=given["client_id"]),
        community=community,
        reporter=_reporter(given["name"], given["phone"], now),
        safe_contact=given["safe_contact"],
        # The prefix keeps this door's ids apart from those that rooms and gateways derive: nobody types their way into another's matter.
        client_id=f"ask:{given['client_id']}"[:40] if given["client_id"] else None,
    )
    return to_new_matter(request, opened)


def _reporter(name: str, phone: str, now: datetime) -> Person | None:
    """Nobody has to say who they are."""
    return Person.objects.create(pseudonym=name, phone=phone, created_at=now) if name or phone else None


@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """“报个事”: what kind of thing, in everyday words, before a box to write in."""
    return render(request, "matters/report.html", {"at": request.GET.get("at", "")})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Type a code, come to the matter. Shows what this browser already knows."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _open(request, form.cleaned_data["code"])
        except RuleBroken as why:
            form.add_error("code", why.whole)
    mine = Matter.objects.visible_to(Viewer(held=_viewer(request).held)).for_cards().order_by("-last_entry_at")
    status = 400 if form.errors else 200
    return render(request, "matters/find.html", {"form": form, "mine": mine, "now": timezone.now()}, status=status)


@never_cache
@require_GET
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Where the QR code leads. A wrong one ends on the page where a code can be typed."""
    try:
        return _open(request, code)
    except RuleBroken as why:
        form = CodeForm({"code": code})
        form.is_valid()
        form.add_error("code", why.whole)
        return render(
            request, "matters/find.html", {"form": form, "mine": [], "now": timezone.now()}, status=why.status
        )


def _open(request: HttpRequest, code: str) -> HttpResponse:
    """The matter of the code, or the page of a room above whose code it is: nobody has to know what kind of code they hold."""
    try:
        held = usecases.open_by_code(
            code,
            address=_viewer(request).address,
            at=timezone.now(),
            tries_per_hour=settings.SHOUWANG.code_tries_per_hour,
        )
    except UnknownCode:
        there = (room.opens(request, code) for room in rooms_above() if room.opens is not None)
        if (address := next((one for one in there if one), None)) is None:
            raise
        return redirect(address)
    remember_code(request, held)
    return redirect("matters:matter", number=Matter.objects.values_list("number", flat=True).get(pk=held.matter_id))


@never_cache
@require_http_methods(["GET", "HEAD"])
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """One matter on one page: how it stands, what comes next, what happened, and what one can do."""
    one = _matter(request, number)
    if one.pk not in _viewer(request).held:
        return redirect("desk:matter", number=number)
    usecases.mark_read(one, viewer=_viewer(request), seq=one.last_seq, at=timezone.now())
    return render(request, "matters/matter.html", matter_context(request, one))


def live_line(*streams: str) -> dict[str, str]:
    """What a page puts into `data-live` and `data-cursor`: the streams it follows and how far it is."""
    return {"live": " ".join(streams), "live_cursor": format_cursor(cursor_of(*streams))}


def matter_context(request: HttpRequest, one: Matter, **more: Any) -> dict[str, Any]:
    """What the resident's page shows."""
    viewer = _viewer(request)
    held = viewer.held[one.pk]
    line = live_line(f"matter:{one.pk}")  # before the entries are read, so that nothing falls between
    code = fresh_code(request, one)
    resident_view = Viewer(held={one.pk: held})
    return {
        "matter": one,
        "now": timezone.now(),
        "entries": conversation(one, resident_view),
        "held": held,
        "is_reporter": held.holder == Holder.REPORTER,
        "code": code,
        "qr": qr_svg(code_address(code)) if code else "",
        "may_write": policy.may_write(resident_view, one),
        "say_form": SayForm(initial={"client_id": get_random_string(22)}),
        "helpers": AccessCode.objects.filter(matter=one, holder=Holder.HELPER, revoked_at=None),
        "looks": looks_at(one),
        "ledgers": explain_all(one, timezone.now()),
        "station_read": ReadMark.objects.filter(matter=one, side=ReadMark.Side.STATION).first(),
        **line,
        "danger_numbers": danger_numbers(one),
        "contact": in_words(one),
        "parts": parts("resident", request, one, timezone.now()),
        **more,
    }


@never_cache
@require_GET
def more(request: HttpRequest, number: str) -> HttpResponse:
    """The entries after `?after=`, as the page shows them: what a live page fetches when it is told of news."""
    one = _matter(request, number)
    after = int(request.GET.get("after", "0")[:9]) if request.GET.get("after", "").isdecimal() else 0
    now = timezone.now()
    resident = _resident(request, one)
    entries = conversation(one, resident, after=after)
    usecases.mark_read(one, viewer=resident, seq=one.last_seq, at=now)
    return render(request, "matters/_entries.html", {"entries": entries, "now": now, "matter": one})


@never_cache
@require_POST
def say(request: HttpRequest, number: str) -> HttpResponse:
    """Add words. Works as a plain form; with a script the new entry comes back alone."""
    one = _matter(request, number)
    resident, form = _resident(request, one), SayForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "matters/matter.html", matter_context(request, one, say_form=form), status=400)
    try:
        given = form.cleaned_data
        by = f"code:{resident.held[one.pk].code_id}"
        usecases.say(
            one,
            viewer=resident,
            at=timezone.now(),
            body=given["body"],
            files=keep_uploads(given["attached"], by=by, client_id=given["client_id"]),
            place=place_of(given),
            client_id=given["client_id"] or None,
        )
    except RuleBroken as why:
        form.add_error("body", why.whole)
        return render(request, "matters/matter.html", matter_context(request, one, say_form=form), status=why.status)
    return redirect(reverse("matters:matter", args=[number]) + "#last")


def place_of(given: dict[str, Any]) -> dict[str, float] | None:
    """A place that was shared with the message, WGS-84 as browsers give it."""
    if given["longitude"] is None or given["latitude"] is None:
        return None
    return {"longitude": given["longitude"], "latitude": given["latitude"]}


def _resident(request: HttpRequest, one: Matter) -> Viewer:
    """The viewer as holder of the code only, so that an officer trying the resident's page speaks as a resident."""
    viewer = _viewer(request)
    if one.pk not in viewer.held:
        raise Http404
    return Viewer(held={one.pk: viewer.held[one.pk]}, address=viewer.address)


@require_POST
def typing(request: HttpRequest, number: str) -> HttpResponse:
    """Tell the desk that somebody is writing. Nothing is stored."""
    one = _matter(request, number)
    usecases.tell_typing(one, viewer=_resident(request, one))
    return HttpResponse(status=204)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, number: str) -> HttpResponse:
    """“不满意”: one box, and what happens then."""
    one, form = _matter(request, number), DisputeForm(request.POST or None)
    resident = _resident(request, one)
    if request.method == "POST" and form.is_valid():
        usecases.dispute(one, viewer=resident, words=form.cleaned_data["words"], at=timezone.now())
        return redirect("matters:matter", number=number)
    context = {"matter": one, "form": form, "can": one.state == State.CLOSED}
    return render(request, "matters/dispute.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Stars after the result."""
    one, form = _matter(request, number), RateForm(request.POST or None)
    resident = _resident(request, one)
    if request.method == "POST" and form.is_valid():
        usecases.rate(one, viewer=resident, at=timezone.now(), **form.cleaned_data)
        return redirect("matters:matter", number=number)
    return render(request, "matters/rate.html", {"matter": one, "form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def helpers(request: HttpRequest, number: str) -> HttpResponse:
    """Ask somebody to help with this one matter: shows the helper's own code once."""
    one, form = _matter(request, number), HelperForm(request.POST or None)
    resident = _resident(request, one)
    require(policy.may_settle_how(resident, one))
    new_code = ""
    if request.method == "POST" and form.is_valid():
        code, _held = usecases.add_helper(one, viewer=resident, label=form.cleaned_data["label"], at=timezone.now())
        new_code, form = ids.show_code(code), HelperForm()
    context = {
        "matter": one,
        "form": form,
        "new_code": new_code,
        "now": timezone.now(),
        "qr": qr_svg(code_address(new_code)) if new_code else "",
        "helpers": AccessCode.objects.filter(matter=one, holder=Holder.HELPER, revoked_at=None),
    }
    return render(request, "matters/helpers.html", context, status=400 if form.errors else 200)


@require_POST
def remove_helper(request: HttpRequest, number: str, code_id: int) -> HttpResponse:
    """The helper's code opens nothing from now on."""
    one = _matter(request, number)
    usecases.remove_helper(one, viewer=_resident(request, one), code_id=code_id, at=timezone.now())
    return redirect("matters:helpers", number=number)


@require_POST
def safe_contact(request: HttpRequest, number: str) -> HttpResponse:
    """Turn neutral wording and silence on or off."""
    one = _matter(request, number)
    usecases.set_safe_contact(one, viewer=_resident(request, one), on=request.POST.get("on") == "1", at=timezone.now())
    return redirect("matters:matter", number=number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """“怎么联系我”: neutral wording, ways and hours."""
    one = _matter(request, number)
    resident = _resident(request, one)
    require(policy.may_settle_how(resident, one))
    form = ContactForm(request.POST or None, initial=ContactForm.initial_of(one))
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["safe_contact"]
        usecases.set_safe_contact(one, viewer=resident, on=on, contact=form.rule, at=timezone.now())
        return redirect("matters:matter", number=number)
    return render(request, "matters/contact.html", {"matter": one, "form": form}, status=400 if form.errors else 200)


@require_POST
def written_down(request: HttpRequest, number: str) -> HttpResponse:
    """“我记下了”: the code is not shown in this browser any more."""
    one = _matter(request, number)
    _resident(request, one)
    fresh = request.session.get("fresh", {})
    fresh.pop(str(one.pk), None)
    request.session["fresh"] = fresh
    return redirect("matters:matter", number=number)


@require_POST
def not_it(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """“没帮上，找人”: a message calls a person, and it counts once against the guide."""
    one = _matter(request, number)
    viewer = _resident(request, one)
    shown = Entry.objects.visible_to(viewer)
    entry = get_object_or_404(shown, matter=one, seq=seq, type=Type.AUTO_ANSWER)
    answers.not_what_i_meant(entry, viewer=viewer, at=timezone.now())
    messages.info(request, _("已经叫人了。民警会接着看，不用另找。"))
    return redirect(reverse("matters:matter", args=[number]) + f"#e{seq}")


@never_cache
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """A receipt to print or photograph: number, date, who received it, and the code while it is still fresh."""
    one = _matter(request, number)
    _resident(request, one)
    return render(request, "matters/receipt.html", receipt_context(one, fresh_code(request, one)))


@never_cache
@require_GET
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as a file that proves itself: what was received, its places in the log, a signed head. See `sealing.receipt_of`."""
    one = _matter(request, number)
    found = sealing.receipt_of(one, _resident(request, one), at=timezone.now())
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    name = "receipt" if one.safe_contact else one.number
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


def receipt_context(one: Matter, code: str, **more: Any) -> dict[str, Any]:
    """What a receipt shows: the same on the resident's page and at the counter. `code` as it is printed, or empty."""
    now = timezone.now()
    said = parts("receipt", one, code, now)
    return {
        "matter": one,
        "code": code,
        "qr": qr_svg(code_address(code)) if code else "",
        "now": now,
        "parts": said,
        "sheet": next((part for part in said if part.sheet), None),
        "receipt_title": next((part.title for part in said if part.title), ""),
        **more,
    }


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """“快速离开”: this browser forgets every matter at once and stands on a page that says nothing."""
    request.session.flush()
    response = HttpResponse(status=303)
    response["Location"] = reverse("matters:quiet")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@never_cache
@require_GET
def quiet(request: HttpRequest) -> HttpResponse:
    """A page with the time of day and nothing else."""
    return render(request, "matters/quiet.html")
