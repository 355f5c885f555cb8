"""What the forms of a room accept. Errors say what to do and keep what was typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.forms import attachments, words
from shouwang.apps.matters.models import Kind
from shouwang.apps.places.models import Community
from shouwang.apps.talk.models import CODE_LENGTH, Gathered
from shouwang.apps.talk.names import LONGEST_NICKNAME
from shouwang.apps.units.models import Unit
from shouwang.apps.units.policy import under


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


class RoomForm(forms.Form):
    """What can be said of a room at any time."""

    name = forms.CharField(
        label=_("群名"),
        max_length=40,
        help_text=_("居民看到的名字，比如“柳溪村警务群”。"),
        error_messages={"required": _("请给群起个名字。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    rules = words(_("群规（进群以前先看到）"), required=_("请写几句群规，进群的人要先知道。"), rows=4)
    open_to_read = forms.BooleanField(
        label=_("不进群也能看"), required=False, help_text=_("关掉以后，只有凭群口令进来的人看得到。")
    )


class FoundForm(RoomForm):
    """A new room: whose it is, for which village, and its address."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("归哪个单位管"),
        empty_label=_("请选一个单位"),
        error_messages={"required": _("请选归哪个单位管。")},
    )
    community = forms.ModelChoiceField(
        Community.objects.none(), label=_("哪个村社"), required=False, empty_label=_("不只一个村社")
    )
    slug = forms.SlugField(
        label=_("网址名"),
        max_length=40,
        required=False,
        help_text=_("只用小写字母、数字和短横，不填就用村社的网址名。"),
        error_messages={"invalid": _("网址名只用字母、数字和短横，比如 liuxi。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("unit", "community", "name", "rules", "open_to_read", "slug")

    def __init__(self, *args: Any, paths: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(under(paths))  # type: ignore[attr-defined]
        communities = Community.objects.active().filter(under(paths, "unit__path"))
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]

    def clean_slug(self) -> str:
        """Small letters, so that an address read aloud is typed right."""
        slug: str = self.cleaned_data["slug"]
        return slug.lower()


class PostForm(forms.Form):
    """One post. The hidden id makes a second press harmless."""

    body = forms.CharField(
        label=_("写给群里"),
        required=False,  # a picture or a place says something as well
        widget=forms.Textarea(attrs={"rows": 1}),
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
