"""The first-run wizard: one question a screen, each with its own address; going back loses nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shouwang.apps.accounts import second_factor
from shouwang.apps.bureau import founding, setupkey
from shouwang.apps.bureau.access import by_founder, has_proved, prove, sent, with_key
from shouwang.apps.bureau.models import Draft, Setup
from shouwang.apps.bureau.setup_forms import (
    AdministratorForm,
    BureauForm,
    CodeForm,
    ContactForm,
    KeyForm,
    LanguageForm,
    RegionForm,
    StationForm,
    WrittenForm,
)
from shouwang.apps.matters.views import qr_svg
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Unit
from shouwang.apps.units.regions import province_name
from shouwang.kernel import audit
from shouwang.kernel.limits import count, refuse_above

TRIES, WINDOW = 10, timedelta(minutes=15)
STEPS = (
    "key",
    "bureau",
    "name",
    "region",
    "contact",
    "stations",
    "administrator",
    "second-factor",
    "codes",
    "import",
    "done",
)
MOST_STATIONS = 60
question = require_http_methods(["GET", "HEAD", "POST"])


def _page(
    request: HttpRequest,
    step: str,
    title: str,
    form: forms.Form | None = None,
    *,
    template: str = "question",
    **more: Any,
) -> HttpResponse:
    left = len(STEPS) - 1 - STEPS.index(step)
    context = {"title": title, "form": form, "left": left, **more}
    status = 400 if form is not None and form.errors else 200
    return render(request, f"bureau/setup/{template}.html", context, status=status)


@question
def setup(request: HttpRequest) -> HttpResponse:
    """The door: language and key. Whoever founded the house and has not finished goes on where they were."""
    if not setupkey.is_open():
        return go_on(request)
    if has_proved(request):
        return _language(request)
    form = KeyForm(sent(request), initial={"language": get_language()})
    if request.method == "POST":
        now, address = timezone.now(), request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
        refuse_above(TRIES, "bureau.setup-key", address, at=now, window=WINDOW)
        if form.is_valid() and not setupkey.fits(form.cleaned_data["key"]):
            count("bureau.setup-key", address, at=now, window=WINDOW)
            audit.record("bureau.setup.wrong_key", by=founding.BY, on="bureau.setup:1", at=now)
            form.add_error("key", _("不是这把钥匙。请照服务器屏幕上的再写一遍。"))
        if form.is_valid():
            prove(request)
            audit.record("bureau.setup.opened", by=founding.BY, on="bureau.setup:1", at=now)
            return _speak(redirect("bureau:setup-bureau"), form.cleaned_data["language"])
    page = _page(request, "key", _("欢迎。几步就能开张。"), form, lead=_("先用钥匙开门，免得同一个网里的人抢先。"))
    page["Cache-Control"] = "no-store"
    return page


def _language(request: HttpRequest) -> HttpResponse:
    form = LanguageForm(sent(request), initial={"language": get_language()})
    if form.is_valid():
        return _speak(redirect("bureau:setup-bureau"), form.cleaned_data["language"])
    return _page(request, "key", _("用哪种语言"), form)


def _speak(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax", secure=settings.SHOUWANG.https
    )
    return response


@by_founder
def go_on(request: HttpRequest, setup: Setup) -> HttpResponse:  # noqa: ARG001  the gate's signature
    """The page where the founder left off."""
    return redirect("bureau:setup-import" if setup.codes_written_at else "bureau:setup-codes")


@with_key
@question
def bureau(request: HttpRequest) -> HttpResponse:
    """What the unit above is called."""
    setup = founding.progress()
    form = BureauForm(sent(request), initial={"bureau": setup.answers.get("bureau", "")})
    if form.is_valid():
        founding.answer(timezone.now(), bureau=form.cleaned_data["bureau"])
        return redirect("bureau:setup-stations")
    return _page(request, "bureau", _("上级单位叫什么"), form, back=reverse("bureau:setup"))


@with_key
@question
def stations(request: HttpRequest) -> HttpResponse:
    """The stations so far; add one more, or go on."""
    setup = founding.progress()
    found = founding.stations_of(setup)
    remove = request.POST.get("remove", "")
    if remove.isdecimal() and 1 <= int(remove) <= len(found):
        del found[int(remove) - 1]
        founding.answer(timezone.now(), stations=found)
        return redirect("bureau:setup-stations")
    if not found:
        return redirect("bureau:setup-station", number=1, part="name")
    if request.method == "POST":
        if any("phone" not in station for station in found):
            messages.error(request, _("还有派出所没填完，先点进去填好。"))
            return redirect("bureau:setup-stations")
        return redirect("bureau:setup-administrator")
    shown = [{**one, "province": province_name(one.get("region", "")), "done": "phone" in one} for one in found]
    return _page(
        request,
        "stations",
        _("有哪些派出所"),
        template="stations",
        stations=shown,
        next_number=len(found) + 1,
        back=reverse("bureau:setup-bureau"),
    )


@with_key
@question
def station(request: HttpRequest, number: int, part: str) -> HttpResponse:
    """One station: its name, then its region, then how to reach it."""
    setup = founding.progress()
    found = founding.stations_of(setup)
    if not 1 <= number <= min(len(found) + 1, MOST_STATIONS) or (part != "name" and number > len(found)):
        raise Http404
    current = found[number - 1] if number <= len(found) else {}
    form, title, following = _station_form(request, part, current, found, setup)
    if form.is_valid():
        given = dict(form.cleaned_data)
        if part == "region":
            given = {"region": given["code"] or given["province"]}
        found[number - 1 : number] = [{**current, **given}]
        founding.answer(timezone.now(), stations=found)
        if following:
            return redirect("bureau:setup-station", number=number, part=following)
        return redirect("bureau:setup-stations")
    before = {"region": "name", "contact": "region"}.get(part)
    back = reverse("bureau:setup-station", args=[number, before]) if before else reverse("bureau:setup-bureau")
    if not before and found:
        back = reverse("bureau:setup-stations")
    return _page(request, part, title, form, back=back)


def _station_form(
    request: HttpRequest, part: str, current: dict[str, str], found: list[dict[str, str]], setup: Setup
) -> tuple[forms.Form, str, str]:
    """The form of one part, its title, and the part after it."""
    given = sent(request)
    if part == "name":
        others = [other for other in found if other is not current]
        form: forms.Form = StationForm(given, initial=current, others=others, bureau=setup.answers.get("bureau", ""))
        return form, _("派出所叫什么"), "region"
    if part == "region":
        region = current.get("region", "")
        start = {"province": region[:2], "code": region if len(region) > 2 else ""}
        return RegionForm(given, initial=start), _("%(name)s在哪里") % {"name": current["name"]}, "contact"
    if part == "contact":
        return ContactForm(given, initial=current), _("居民怎么找到%(name)s") % {"name": current["name"]}, ""
    raise Http404


@sensitive_post_parameters("password", "again")
@with_key
@question
def administrator(request: HttpRequest) -> HttpResponse:
    """Who manages the house: name and password."""
    setup = founding.progress()
    if (gap := founding.missing(setup)) in {"bureau", "stations"}:
        return redirect(f"bureau:setup-{gap}")
    answers = setup.answers
    start = {"username": answers.get("username", ""), "name": answers.get("administrator", "")}
    form = AdministratorForm(sent(request), initial=start, has_password=bool(setup.password))
    if form.is_valid():
        given = form.cleaned_data
        founding.keep_administrator(
            timezone.now(), username=given["username"], name=given["name"], password=given["password"]
        )
        return redirect("bureau:setup-second-factor")
    return _page(request, "administrator", _("谁来管理"), form, back=reverse("bureau:setup-stations"))


@with_key
@question
def second_lock(request: HttpRequest) -> HttpResponse:
    """The authenticator. The right code creates the house and signs its administrator in."""
    setup = founding.progress()
    if gap := founding.missing(setup):
        return redirect(f"bureau:setup-{gap}")
    form = CodeForm(sent(request))
    if form.is_valid():
        now, address = timezone.now(), request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
        refuse_above(TRIES, "bureau.setup-code", address, at=now, window=WINDOW)
        if second_factor.fits(setup.secret, form.cleaned_data["code"]):
            officer = founding.create_house(now)
            second_factor.sign_in(request, officer.user)
            return redirect("bureau:setup-codes")
        count("bureau.setup-code", address, at=now, window=WINDOW)
        form.add_error("code", _("数字不对。它每 30 秒换一次，请写现在显示的；手机的时间也要准。"))
    return _page(
        request,
        "second-factor",
        _("给账号加第二道锁"),
        form,
        template="second_factor",
        picture=second_factor.picture(setup.answers["username"], setup.secret),
        secret=setup.secret,
        back=reverse("bureau:setup-administrator"),
    )


@by_founder
@question
def codes(request: HttpRequest, setup: Setup) -> HttpResponse:
    """The recovery codes, until they are on paper."""
    form = WrittenForm(sent(request))
    if form.is_valid():
        founding.codes_written(setup, at=timezone.now())
        return redirect("bureau:setup-import")
    return _page(
        request,
        "codes",
        _("抄下恢复码"),
        form,
        template="codes",
        codes=second_factor.recovery_codes(_founder(setup).user),
    )


def _founder(setup: Setup) -> Officer:
    if setup.administrator is None:
        raise Http404
    return setup.administrator


@by_founder
@question
def lists(request: HttpRequest, setup: Setup) -> HttpResponse:
    """Lists to import, if there are any."""
    if setup.codes_written_at is None:
        return redirect("bureau:setup-codes")
    if request.method == "POST":
        return redirect("bureau:setup-done")
    here = {
        Draft.Kind.UNITS: Unit.objects.count(),
        Draft.Kind.STAFF: Officer.objects.count(),
        Draft.Kind.COMMUNITIES: Community.objects.count(),
    }
    kinds = [(kind.value, kind.label, here[kind]) for kind in Draft.Kind]
    return _page(
        request, "import", _("有现成的名单吗"), template="lists", kinds=kinds, back=reverse("bureau:setup-codes")
    )


@by_founder
@question
def done(request: HttpRequest, setup: Setup) -> HttpResponse:
    """What to do next. Finishing takes the wizard away for good."""
    if setup.codes_written_at is None:
        return redirect("bureau:setup-codes")
    if request.method == "POST":
        founding.finish(setup, at=timezone.now())
        messages.success(request, _("开张了。以后在这里管理单位、人员和村社。"))
        return redirect("bureau:manage")
    address = settings.SHOUWANG.public_url.rstrip("/") + "/"
    return _page(
        request,
        "done",
        _("可以开张了"),
        template="done",
        address=address,
        qr=qr_svg(address),
        local="127.0.0.1" in address or "localhost" in address,
        back=reverse("bureau:setup-import"),
    )
