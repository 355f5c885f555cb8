"""
Codes of one's own: a secret that a person is handed and that opens one page. A room gives its code an owner and a purpose.

    class StayCode(OwnCode):
        purpose, unknown = "recordings.stay", UnknownStayCode
        stay = models.ForeignKey(Stay, models.CASCADE, related_name="codes")
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext as _

from shouwang.kernel import ids, limits
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.fields import blind

A_WHILE = timedelta(hours=1)


class OwnCode(models.Model):
    """
    One code. Only its keyed hash is kept, so finding it takes the same time whatever was typed.

    purpose   keys the hash and the count of wrong tries
    unknown   what a wrong code is answered with
    """

    purpose: ClassVar[str]
    unknown: ClassVar[type[RuleBroken]]

    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"#{self.pk}"

    @classmethod
    def digest_of(cls, code: str) -> str:
        """How a code is kept."""
        return blind(code, cls.purpose)

    @classmethod
    def issue(cls, *, at: datetime, **owner: Any) -> str:
        """A fresh code for its owner; shown once."""
        code = ids.new_code()
        cls._default_manager.create(digest=cls.digest_of(code), created_at=at, **owner)
        return code

    @classmethod
    def live(cls, **fits: Any) -> models.QuerySet[Self]:
        return cls._default_manager.filter(revoked_at=None, **fits)

    @classmethod
    def proved(cls, typed: str, *, address: str, at: datetime, tries_per_hour: int) -> Self:
        """
        The live code that was typed. Wrong ones are counted by address; a right one is not, nor what cannot be a code at all.

        Raises   TooOften before looking when the address has used up its tries, `unknown` otherwise
        """
        limits.refuse_above(tries_per_hour, cls.purpose, address, at=at, window=A_WHILE)
        code = ids.clean_code(typed)
        if code is None:
            raise cls.unknown(_("这个码好像少抄了或抄错了一位。"))
        found = cls.live(digest=cls.digest_of(code)).first()
        if found is None:
            limits.count(cls.purpose, address, at=at, window=A_WHILE)
            raise cls.unknown(_("没有找到这个码。"))
        return found
