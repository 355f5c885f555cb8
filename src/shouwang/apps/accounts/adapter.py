"""What allauth may do here: staff sign in, nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by an administrator; the public sign-up page stays shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
