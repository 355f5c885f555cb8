"""What the forms of results accept."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.forms import words
from shouwang.apps.results.models import Because, Whom


class WriteForm(forms.Form):
    """The text that everybody will read, and which writing of it was before the eyes."""

    facts = words(
        _("查明的事实"),
        required=_("请写查明的事实。"),
        rows=8,
        hint=_("人写成“张某”或者“一名顾客”，不写住址、电话、车牌和别的单位。"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class SeenForm(forms.Form):
    """A press, for the writing that was before the eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class BackForm(forms.Form):
    words = words(_("要改什么"), required=_("请写要改什么。"), rows=2)


class WithdrawForm(forms.Form):
    because = forms.ChoiceField(
        label=_("为什么撤下"),
        choices=[(one.value, one.label) for one in (Because.MISTAKE, Because.OTHER)],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选为什么。")},
    )
    words = words(_("用一句话写给大家看"), required=_("请用一句话写给大家看。"), rows=2, hint=_("不写是哪一家、哪个人。"))  # fmt: skip


class SwitchForm(forms.Form):
    """Whose decisions are published; with reason and source."""

    whom = forms.ChoiceField(choices=Whom.choices, widget=forms.HiddenInput)
    on = forms.TypedChoiceField(
        choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1", widget=forms.HiddenInput
    )
    reason = forms.CharField(label=_("为什么"), max_length=300, error_messages={"required": _("请写为什么。")})
    source = forms.CharField(
        label=_("依据"),
        max_length=200,
        error_messages={"required": _("请写依据哪一条。")},
        help_text=_("哪部法、哪一条，或者哪个机关的文件。大家看得到。"),
    )
