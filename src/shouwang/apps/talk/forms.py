"""What the forms of a room accept. Errors say what to do and keep what was typed."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.forms import attachments, words
from shouwang.apps.matters.models import Kind
from shouwang.apps.talk.models import CODE_LENGTH, Gathered
from shouwang.apps.talk.names import LONGEST_NICKNAME
from shouwang.apps.talk.usecases import LONGEST_POST


class NicknameForm(forms.Form):
    """How one is called in a room."""

    nickname = forms.CharField(
        label=_("在群里怎么称呼您"),
        max_length=LONGEST_NICKNAME * 3,  # the rule for length stands in `names.py`, with a sentence
        help_text=_("不用真名。民警也只看到这个称呼。"),
        error_messages={"required": _("还差一个称呼，写什么都行，不用真名。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RoomCodeForm(forms.Form):
    """The code on the poster."""

    code = forms.CharField(
        label=_("群口令"),
        max_length=40,
        help_text=_("6 位，写在村口的海报上，大小写都行。"),
        error_messages={"required": _("请填群口令。")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "short"}
        ),
    )


assert CODE_LENGTH == 6  # the sentence above says so


class PostForm(forms.Form):
    """One post. The hidden id makes a second press harmless."""

    body = forms.CharField(
        label=_("写给群里"),
        required=False,  # a picture or a place says something as well
        widget=forms.Textarea(attrs={"rows": 1, "maxlength": LONGEST_POST}),
        strip=False,
    )
    attached = attachments()
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    refs = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    reply_to = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def clean_refs(self) -> tuple[str, ...]:
        """Uploads that were kept while the writer was asked what to do."""
        return tuple(self.cleaned_data["refs"].split())


class HeldForm(PostForm):
    """The same words again, and what the writer wants done with them."""

    how = forms.ChoiceField(choices=[("private", ""), ("masked", ""), ("changed", "")])


class LookForm(forms.Form):
    """Why something is read that its writer took back."""

    reason = forms.CharField(
        label=_("为什么要看"), max_length=200, error_messages={"required": _("请写明为什么要看，会记下来。")}
    )


class ReasonForm(forms.Form):
    """Why; the person concerned reads it."""

    reason = forms.CharField(
        label=_("为什么"),
        max_length=200,
        help_text=_("本人会看到这句话。"),
        error_messages={"required": _("请写明原因，本人会看到。")},
    )


class MuteForm(ReasonForm):
    """How long somebody may not write, and why."""

    minutes = forms.TypedChoiceField(
        label=_("禁言多久"), coerce=int, choices=[(60, _("1 小时")), (60 * 24, _("1 天")), (60 * 24 * 7, _("7 天"))]
    )

    @property
    def lasting(self) -> timedelta:
        return timedelta(minutes=self.cleaned_data["minutes"])


class MoveForm(ReasonForm):
    """As what a post becomes private, and whether the room stops showing it."""

    kind = forms.ChoiceField(
        label=_("转成"),
        choices=[(kind.value, kind.label) for kind in (Kind.CONSULTATION, Kind.REPORT, Kind.HELP)],
    )
    hides = forms.BooleanField(label=_("群里不再显示这条"), required=False, initial=True)


class GatherForm(forms.Form):
    """For the weekly page of what neighbours asked, with what became of it."""

    kind = forms.ChoiceField(label=_("收进汇总"), choices=Gathered.Kind.choices)
    done = words(_("后来怎样了（可以以后再写，公开以后大家都看得到）"), rows=2)


class AppealForm(forms.Form):
    """Why the act was wrong, in the member's words."""

    words = words(_("为什么觉得不对"), required=_("请写一下为什么觉得不对，另一位民警会看。"))


class DecideForm(forms.Form):
    """What the second officer found."""

    upheld = forms.TypedChoiceField(
        label=_("结果"),
        coerce=lambda value: value == "1",
        choices=[("0", _("撤销处理")), ("1", _("维持处理"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    words = words(_("理由"), required=_("请写一句理由，申诉的人会看到。"))


class BackForm(forms.Form):
    """The answer as the room will read it."""

    text = words(_("发到群里的话"), required=_("请写一下要发到群里的答复。"), rows=8)
