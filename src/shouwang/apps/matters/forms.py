"""What the forms of a matter accept. Errors say what to do and keep what was typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.apps.files.forms import CleanUploadsField
from shouwang.apps.files.usecases import house_limits
from shouwang.apps.matters.contact import Way, rule_of
from shouwang.apps.matters.models import BY_DECISION, Matter, Reason
from shouwang.apps.people.models import normal


def code_field(label: Any, required: Any) -> forms.CharField:
    """A code that was handed to somebody, typed in any way a person may copy it; `required` is the sentence shown when it is empty."""
    return forms.CharField(
        label=label,
        max_length=40,
        help_text=_("12 位，由数字和字母组成，大小写都行。"),
        error_messages={"required": required},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "inputmode": "text"}
        ),
    )


class CodeForm(forms.Form):
    """The tracking code."""

    code = code_field(_("查询码"), _("请填查询码。它在您第一次提问后显示过，也在回执上。"))


def words(label: Any, *, required: Any = "", rows: int = 3, hint: Any = "") -> forms.CharField:
    """
    A box for several sentences; `required` is the sentence shown when it is empty, or nothing when it may be.

    It has no `maxlength`: a browser would cut what is pasted without a word. What is too long comes back whole, with how long it is.
    """
    return forms.CharField(
        label=label,
        required=bool(required),
        help_text=hint,
        error_messages={"required": required},
        widget=forms.Textarea(attrs={"rows": rows}),
        strip=False,
    )


def attachments() -> CleanUploadsField:
    """Pictures, voice notes and documents, each inspected before it is believed."""
    return CleanUploadsField(limits=house_limits, label=_("图片、语音或文件"), required=False)


class PhoneField(forms.CharField):
    """A telephone number somebody may leave, as they write it; spaces and hyphens are theirs."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}))
        super().__init__(required=False, max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        """Digits with an optional plus in front; empty for nothing."""
        given: str = super().clean(value)
        number = "".join(ch for ch in normal(given) if ch not in "/，,")
        if number and not (
            number.removeprefix("+").isascii() and number.removeprefix("+").isdecimal() and 5 <= len(number) <= 20
        ):
            raise forms.ValidationError(_("电话只写数字，比如 13000000000；不想留就空着。"))
        return number


class AskForm(forms.Form):
    """The first words. Nothing else is required of anybody."""

    body = words(_("您想问什么"), required=_("请写几句，说说是什么事。"), rows=6)
    name = forms.CharField(
        label=_("怎么称呼您"), max_length=40, required=False, help_text=_("不用真名，写“小林”就行。")
    )
    phone = PhoneField(label=_("电话"), help_text=_("想让民警打给您才写。只有民警写明原因才能看到全部。"))
    attached = attachments()
    safe_contact = forms.BooleanField(label=_("怕身边的人看到，标题和通知都不要写内容"), required=False)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class SayForm(forms.Form):
    """One more message. The hidden id makes a second press harmless."""

    body = words(_("写几句"), rows=3)
    attached = attachments()
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class DisputeForm(forms.Form):
    """“不满意”, in the resident's words."""

    words = words(_("哪里不满意"), required=_("请写一下哪里不满意，领导会照着看。"), rows=4)


class RateForm(forms.Form):
    """One to five stars and, if one likes, a few words."""

    stars = forms.TypedChoiceField(
        label=_("您觉得办得怎么样"),
        coerce=int,
        choices=[(5, _("很满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("很不满意"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    words = words(_("想说的话"), rows=2)


class HelperForm(forms.Form):
    """Who helps with this one matter."""

    label = forms.CharField(
        label=_("请谁帮忙"),
        max_length=40,
        help_text=_("写个称呼就行，比如“女儿”“村干部老王”。"),
        error_messages={"required": _("请写一下请谁代办，比如“女儿”或“村干部老王”。")},
    )


class ContactForm(forms.Form):
    """How somebody may be reached without being put in danger by it."""

    safe_contact = forms.BooleanField(label=_("标题和通知都不写内容"), required=False)
    ways = forms.MultipleChoiceField(
        label=_("可以怎样联系"),
        choices=Way.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选，就是怎样都行。"),
    )
    since = forms.TypedChoiceField(label=_("从几点"), coerce=int, empty_value=None, required=False)
    until = forms.TypedChoiceField(label=_("到几点"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = [("", _("不限")), *((hour, _("%(hour)d 点") % {"hour": hour}) for hour in range(25))]
        for name in ("since", "until"):
            self.fields[name].choices = hours  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if (given.get("since") is None) != (given.get("until") is None):
            self.add_error("until", _("请把两头的钟点都选上，或者都不选。"))
        return given

    @property
    def rule(self) -> dict[str, Any]:
        """The rule as `contact.py` keeps it; only of a form that is valid."""
        given = self.cleaned_data
        return rule_of(given["ways"], given["since"], given["until"])

    @staticmethod
    def initial_of(matter: Matter) -> dict[str, Any]:
        """What the form shows of a matter's present rule."""
        since, until = matter.contact.get("hours", (None, None))
        ways = matter.contact.get("ways", [])
        return {"safe_contact": matter.safe_contact, "ways": ways, "since": since, "until": until}


class CloseForm(forms.Form):
    """The result: a reason from the list and one plain sentence."""

    reason = forms.ChoiceField(
        label=_("结果"), choices=[(one.value, one.label) for one in Reason if one not in BY_DECISION]
    )
    words = words(_("一句话告诉居民结果"), required=_("请用一句话告诉居民结果是什么。"))
