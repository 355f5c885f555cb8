"""Sheets that leave the house on paper: invitations to cut apart, and the poster with the residents' address."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.apps.accounts.models import Invitation
from shouwang.apps.bureau.access import manages, officer_of
from shouwang.apps.bureau.manage_views import link_of
from shouwang.apps.matters.views import qr_svg
from shouwang.apps.units.models import Officer, Unit
from shouwang.apps.units.policy import may_manage_officer, officers_managed_by, units_managed_by
from shouwang.kernel import audit

SLIPS = 24


@manages
@require_GET
def invitations(request: HttpRequest) -> HttpResponse:
    """Open invitations of the people this officer manages. Each is a key to an account, so looking is recorded."""
    me, now = officer_of(request), timezone.now()
    people = Officer.objects.filter(officers_managed_by(me))
    found = (
        Invitation.objects.filter(user__officer__in=people, used_at=None, withdrawn_at=None, expires_at__gt=now)
        .select_related("user__officer__unit")
        .order_by("user__officer__unit__path", "pk")
    )
    mine = [one for one in found if may_manage_officer(me, one.user.officer)]
    page = Paginator(mine, SLIPS).get_page(request.GET.get("page"))
    slips = [(one, link_of(one), qr_svg(link_of(one))) for one in page]
    shown = [one.pk for one in page]
    audit.record("bureau.invitations.shown", by=me.ref, on="accounts.invitation", at=now, invitations=shown)
    return render(request, "bureau/invitations.html", {"page": page, "slips": slips})


@manages
@require_GET
def poster(request: HttpRequest) -> HttpResponse:
    """“扫码就能问派出所”, for the wall: one station's address, A4."""
    mine = Unit.objects.stations().filter(units_managed_by(officer_of(request))).order_by("path")
    chosen = mine.filter(prefix=request.GET.get("station", "")).exclude(prefix="").first() or mine.first()
    address = settings.SHOUWANG.public_url.rstrip("/") + "/"
    if chosen is not None and chosen.prefix and Unit.objects.stations().count() > 1:
        address += f"?station={chosen.prefix}"
    context = {"unit": chosen, "address": address, "qr": qr_svg(address), "stations": mine if len(mine) > 1 else []}
    return render(request, "bureau/poster.html", context)
