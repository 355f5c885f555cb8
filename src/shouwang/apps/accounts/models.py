"""Who can sign in. What a person may do is decided by their posts (`units`), never here."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes accounts; only the wizard, the command line and an administrator call it."""

    def create_user(self, username: str, password: str | None = None, **extra: object) -> User:
        """An account with a hashed password, or without any until one is set."""
        user = self.model(username=username, **extra)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account of staff. Residents need none."""

    username = models.CharField(_("用户名"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    email = models.EmailField(_("邮箱"), blank=True)
    is_active = models.BooleanField(_("可以登录"), default=True)
    must_change_password = models.BooleanField(_("下次登录要改密码"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("账号")

    def __str__(self) -> str:
        return self.username


class Invitation(models.Model):
    """
    One chance to set a first (or a new) password. The link is signed, ends by itself, and opens once.

    used_at, withdrawn_at   aware; either one makes the link useless
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations", verbose_name=_("账号"))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("邀请")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(used_at=None, withdrawn_at=None), name="one_open_invitation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.made_at:%Y-%m-%d}"
