"""The desk's page of keys for programs."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shouwang.apps.accounts.second_factor import ask_again, proved_lately
from shouwang.apps.desk.access import at_desk, officer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.matters import policy
from shouwang.doors.api.forms import KeyForm
from shouwang.doors.api.keys import LONGEST, make_key, may_revoke, revoke_key
from shouwang.doors.api.models import ProgramKey
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.fields import decrypt, encrypt

_FRESH = "api.fresh-key"


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """One's own keys, a new one, and for whoever leads the station all of its keys. A key is shown once."""
    if not proved_lately(request):
        return ask_again(request, reverse("keys:keys"))
    officer, now = officer_of(request), timezone.now()
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key, _row = make_key(officer, at=now, **form.cleaned_data)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            # Shown by the page that follows, so that loading it again makes no second key; sealed, as the session is a row like others.
            request.session[_FRESH] = encrypt(key, _FRESH).hex()
            return redirect("keys:keys")
    sealed = request.session.pop(_FRESH, "") if request.method == "GET" else ""
    made = decrypt(bytes.fromhex(sealed), _FRESH) if sealed else ""
    live = ProgramKey.objects.live(now).select_related("officer")
    others = live.within(officer.unit.station).exclude(officer=officer) if policy.may_manage(officer) else live.none()
    context = desk_context(
        request, form=form, made=made, mine=live.filter(officer=officer), others=others, most=LONGEST.days
    )
    return render(request, "api/keys.html", context, status=400 if form.errors else 200)


@at_desk
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a key back. Somebody else's does not exist."""
    officer = officer_of(request)
    row = get_object_or_404(ProgramKey.objects.select_related("officer__unit__parent"), pk=pk)
    if not may_revoke(officer, row):
        raise Http404
    revoke_key(row, by=officer, at=timezone.now())
    messages.success(request, _("收回了。用它的程序从现在起进不来。"))
    return redirect("keys:keys")
