"""
How one signs in to the demo house: one password for everybody, and a second factor whose secret this house can work out again.

Both come from the key of the house. So nobody who read our source can enter a demo house that stands in the open, and nothing has to be
stored to be printed again.
"""

from __future__ import annotations

import base64
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.base_user import AbstractBaseUser

from shouwang.demo.models import DemoTown
from shouwang.kernel.secrets import derive_key

PERIOD_SECONDS = 30
#: Whom the welcome shows, and what for.
MAIN = (
    ("chen", "值班民警，现在在岗", "duty officer, on now"),
    ("liang", "所长：复核、延长、投诉", "chief: disputes, extensions, complaints"),
    ("an", "户籍内勤", "household clerk"),
    ("meng", "河湾所值班民警：接手转办", "duty officer at Hewan: takes transfers"),
    ("shao", "分局", "the bureau"),
    ("admin", "系统管理员", "administrator"),
)


def password() -> str:
    """The password of every demo account in this house."""
    digits = int.from_bytes(derive_key("demo.password")[:8], "big") % 100_000_000
    return f"yunxi-{digits // 10_000:04d}-{digits % 10_000:04d}"


def totp_secret(username: str) -> str:
    """The TOTP secret of one demo account in this house, in base 32 (RFC 4648)."""
    return base64.b32encode(derive_key(f"demo.totp.{username}")[:20]).decode()


def code_now(username: str, at: float | None = None) -> tuple[str, int]:
    """The six digits valid at a Unix time (now when not given), and for how many seconds more (RFC 6238)."""
    moment = time.time() if at is None else at
    value = hotp_value(totp_secret(username), int(moment // PERIOD_SECONDS))
    return format_hotp_value(value), int(PERIOD_SECONDS - moment % PERIOD_SECONDS)


def is_demo_account(user: AbstractBaseUser) -> bool:
    """Whether the account came with the demo town: everybody it holds was there when it was loaded."""
    town = DemoTown.objects.order_by("pk").first()
    made = getattr(user, "created_at", None)
    return town is not None and made is not None and made <= town.loaded_at
