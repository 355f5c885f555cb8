"""Invite, accept, take back. An account is made without a password; its owner sets one by a link that opens once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.accounts.errors import InvitationGone
from shouwang.apps.accounts.models import Invitation, User
from shouwang.kernel import audit

A_WEEK = timedelta(days=7)
_signer = Signer(salt="accounts.invitation", sep=".")


def token_of(invitation: Invitation) -> str:
    """The last part of the link. Derived, never stored: the database alone opens no door."""
    return _signer.sign(str(invitation.pk))


@transaction.atomic
def invite(user: User, *, by: str, at: datetime) -> Invitation:
    """
    A link that lets the owner of the account set a password within seven days. Earlier links stop working.

    The second factor is left alone: whoever lost it needs two colleagues, not a link.
    """
    withdraw_invitations(user, at=at)
    made = Invitation.objects.create(user=user, made_at=at, expires_at=at + A_WEEK)
    audit.record("accounts.invitation.made", by=by, on=user, at=at, invitation=made.pk)
    return made


def withdraw_invitations(user: User, *, at: datetime) -> int:
    """Make every open link of the account useless; returns how many there were."""
    return Invitation.objects.filter(user=user, used_at=None, withdrawn_at=None).update(withdrawn_at=at)


def read_invitation(token: str, *, at: datetime) -> Invitation:
    """The invitation behind a link. Raises InvitationGone with the reason."""
    try:
        pk = int(_signer.unsign(token))
    except (BadSignature, ValueError) as why:
        raise InvitationGone(_("这个链接不完整，或者不是这里发的。")) from why
    found = Invitation.objects.filter(pk=pk).select_related("user").first()
    if found is None or found.withdrawn_at is not None or not found.user.is_active:
        raise InvitationGone(_("这个邀请已经收回了。"))
    if found.used_at is not None:
        raise InvitationGone(_("这个邀请已经用过了，每个只能用一次。"))
    if found.expires_at <= at:
        raise InvitationGone(_("这个邀请过了七天，已经失效。"))
    return found


@transaction.atomic
def accept_invitation(token: str, *, password: str, at: datetime) -> User:
    """Set the password (already checked for strength) and use up the link. Raises InvitationGone."""
    found = read_invitation(token, at=at)
    # Compare-and-set: of two presses, or two people with the same sheet of paper, only one sets the password.
    won = Invitation.objects.filter(pk=found.pk, used_at=None, withdrawn_at=None).update(used_at=at)
    if not won:
        raise InvitationGone(_("这个邀请已经用过了，每个只能用一次。"))
    user = found.user
    user.password = make_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record("accounts.invitation.accepted", by=f"user:{user.pk}", on=user, at=at, invitation=found.pk)
    return user
