"""An invitation opens once, for seven days, and only as the house signed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from shouwang.apps.accounts.errors import InvitationGone
from shouwang.apps.accounts.models import Invitation, User
from shouwang.apps.accounts.usecases import accept_invitation, invite, read_invitation, token_of
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db
PASSWORD = "lantern-by-the-river-7"


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("linxu")


def test_it_sets_the_password_once(user: User) -> None:
    token = token_of(invite(user, by="officer:1", at=MONDAY))
    assert accept_invitation(token, password=PASSWORD, at=MONDAY).check_password(PASSWORD)
    with pytest.raises(InvitationGone, match="已经用过了"):
        accept_invitation(token, password="another-password-9", at=MONDAY)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(("days", "opens"), [(0, True), (6.99, True), (7, False), (8, False)])
def test_it_lasts_seven_days(user: User, days: float, opens: bool) -> None:
    token = token_of(invite(user, by="officer:1", at=MONDAY))
    when = MONDAY + timedelta(days=days)
    if opens:
        assert read_invitation(token, at=when).user == user
    else:
        with pytest.raises(InvitationGone, match="过了七天"):
            accept_invitation(token, password=PASSWORD, at=when)


def test_a_new_one_withdraws_the_old_one(user: User) -> None:
    old = token_of(invite(user, by="officer:1", at=MONDAY))
    new = token_of(invite(user, by="officer:1", at=MONDAY))
    with pytest.raises(InvitationGone, match="收回"):
        read_invitation(old, at=MONDAY)
    assert read_invitation(new, at=MONDAY).user == user


@pytest.mark.parametrize("change", [lambda t: t + "x", lambda t: "9" + t, lambda t: t.split(".")[0], lambda _t: ""])
def test_a_token_cannot_be_made_up(user: User, change: object) -> None:
    token = token_of(invite(user, by="officer:1", at=MONDAY))
    with pytest.raises(InvitationGone):
        read_invitation(change(token), at=MONDAY)  # type: ignore[operator]


def test_a_shut_account_opens_for_no_link(user: User) -> None:
    token = token_of(invite(user, by="officer:1", at=MONDAY))
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(InvitationGone):
        read_invitation(token, at=MONDAY)


def test_the_database_holds_one_open_invitation(user: User) -> None:
    invite(user, by="officer:1", at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(user=user, made_at=MONDAY, expires_at=MONDAY)
