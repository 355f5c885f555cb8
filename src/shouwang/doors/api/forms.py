"""The form for a new key."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.doors.api.keys import LONGEST


class KeyForm(forms.Form):
    """What the key is for, whether it may write, and when it ends."""

    label = forms.CharField(
        label=_("给什么程序用"),
        max_length=60,
        error_messages={"required": _("请写一下给什么程序用，以后好认。")},
    )
    days = forms.IntegerField(
        label=_("几天后作废"),
        min_value=1,
        max_value=LONGEST.days,
        initial=30,
        error_messages={"required": _("请写几天后作废。")},
    )
    may_write = forms.BooleanField(label=_("也可以写：答复、登记报案"), required=False)
