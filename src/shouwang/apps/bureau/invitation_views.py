"""The link that an invited person opens: set a password, then the second factor."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shouwang.apps.accounts import second_factor
from shouwang.apps.accounts.errors import InvitationGone
from shouwang.apps.accounts.usecases import accept_invitation, read_invitation
from shouwang.apps.bureau.access import sent
from shouwang.apps.bureau.setup_forms import InvitedForm
from shouwang.apps.units.models import Officer
from shouwang.kernel.limits import count, refuse_above

TRIES, WINDOW = 20, timedelta(minutes=15)


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Set the password. Opening the page uses nothing up, so that a link preview cannot burn the invitation."""
    now, address = timezone.now(), request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
    refuse_above(TRIES, "bureau.invitation", address, at=now, window=WINDOW)
    try:
        invitation = read_invitation(token, at=now)
    except InvitationGone:
        count("bureau.invitation", address, at=now, window=WINDOW)
        raise
    user = invitation.user
    form = InvitedForm(sent(request), username=user.username)
    if form.is_valid():
        accept_invitation(token, password=form.cleaned_data["password"], at=now)
        logout(request)
        if second_factor.is_set_up(user):
            messages.success(request, _("新密码设好了。请登录。"))
            return redirect("account_login")
        user.refresh_from_db()
        second_factor.sign_in(request, user)
        return redirect("mfa_activate_totp")
    officer = Officer.objects.filter(user=user).select_related("unit").first()
    context = {"form": form, "officer": officer, "username": user.username, "until": invitation.expires_at}
    return render(request, "bureau/invitation.html", context, status=400 if form.errors else 200)
