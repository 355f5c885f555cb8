"""What allauth may do here: staff sign in, nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from shouwang.kernel import fields


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by an administrator; the public sign-up page stays shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Second-factor secrets are sealed like every other secret of the house."""

    def encrypt(self, text: str) -> str:
        return fields.encrypt(text, "accounts.mfa").hex()

    def decrypt(self, encrypted_text: str) -> str:
        return fields.decrypt(bytes.fromhex(encrypted_text), "accounts.mfa")
