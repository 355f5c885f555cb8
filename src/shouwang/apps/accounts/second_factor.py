"""The second factor, by allauth's own secrets, checks and recovery codes. The only place that knows allauth's insides."""

from __future__ import annotations

from base64 import b64encode

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from shouwang.apps.accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def new_secret() -> str:
    """A fresh secret of 160 bits in base 32 (RFC 4226, section 4, R6)."""
    secret: str = generate_totp_secret()
    return secret


def picture(username: str, secret: str) -> str:
    """The QR code that an authenticator app scans, as a data address for an image."""
    adapter = get_adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(User(username=username), secret))
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def fits(secret: str, code: str) -> bool:
    """Whether the six digits belong to the secret now (RFC 6238)."""
    return bool(validate_totp_code(secret, code))


def activate(user: User, secret: str) -> None:
    """From now on this account asks for the code, and has recovery codes."""
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)


def recovery_codes(user: User) -> list[str]:
    """The codes not used yet, to be written down."""
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def is_set_up(user: User) -> bool:
    """Whether the account asks for a second factor."""
    return bool(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def remove_all(user: User) -> int:
    """Forget app, passkeys and recovery codes; returns how many there were. The next sign-in has to set up a new one."""
    return int(Authenticator.objects.filter(user=user).delete()[0])


def sign_in(request: HttpRequest, user: User) -> None:
    """Sign in somebody who has just proved the password, so that allauth does not ask for it again at once."""
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password", username=user.username, reauthenticated=True)


def proved_lately(request: HttpRequest) -> bool:
    """Whether whoever sits here has shown within the last minutes that it is them: signed in, or asked again."""
    return bool(did_recently_reauthenticate(request))


def ask_again(request: HttpRequest, then: str) -> HttpResponse:
    """Send them to the second factor (or the password, when the account has none), and from there to the page `then`."""
    route = "mfa_reauthenticate" if is_set_up(request.user) else "account_reauthenticate"  # type: ignore[arg-type]  # staff
    return redirect(f"{reverse(route)}?{urlencode({'next': then})}")
