"""What the forms of the catalogue accept. Errors say what to do and keep what was typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.apps.catalogue.models import Cadence, Group, Item, Question
from shouwang.apps.catalogue.required import called, publications
from shouwang.apps.files.findings import Kind as FileKind
from shouwang.apps.files.findings import Limits
from shouwang.apps.files.forms import CleanUploadsField
from shouwang.apps.files.usecases import house_limits
from shouwang.apps.matters.forms import words
from shouwang.apps.matters.policy import LEADERS
from shouwang.apps.units.models import Officer, Role, Unit


def public_limits() -> Limits:
    """Documents and pictures; a voice note would tell who speaks."""
    return replace(house_limits(), kinds=frozenset({FileKind.PICTURE, FileKind.DOCUMENT}))


class AskForm(forms.Form):
    """Ask about an item, or say that it is wrong. Nothing else is required of anybody."""

    what = forms.ChoiceField(label=_("您想"), choices=Question.What.choices, widget=forms.RadioSelect, initial="ask")
    body = words(_("写几句"), required=_("请写几句，说说想问什么或者哪里不对。"), rows=5)
    name = forms.CharField(label=_("怎么称呼您"), max_length=40, required=False, help_text=_("不用真名。"))
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class RateForm(forms.Form):
    """How clear it is."""

    stars = forms.TypedChoiceField(
        label=_("看得明白吗"),
        coerce=int,
        choices=[
            (5, _("一看就懂")),
            (4, _("看得懂")),
            (3, _("要多看几遍")),
            (2, _("有些看不懂")),
            (1, _("看不懂")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    words = words(_("哪里不明白"), rows=2)


class DutyForm(forms.Form):
    """Who keeps an item, who publishes it, how often it is looked at."""

    kind = forms.ChoiceField(label=_("法定事项"), required=False)
    name = forms.CharField(
        label=_("名称"), max_length=80, error_messages={"required": _("请写个名称，比如“收费项目和标准”。")}
    )
    group = forms.ChoiceField(label=_("类别"), choices=Group.choices)
    source = forms.CharField(label=_("依据"), max_length=200, required=False, help_text=_("选了法定事项的不用写。"))
    owner = forms.TypedChoiceField(label=_("负责人"), coerce=int)
    post = forms.ChoiceField(label=_("以哪个岗位负责"), help_text=_("大家看到的是岗位。"))
    leader = forms.TypedChoiceField(label=_("审核的领导"), coerce=int)
    every = forms.ChoiceField(label=_("多久看一次"), choices=Cadence.choices)
    renew = forms.BooleanField(label=_("每次都要有新内容，只核对不算"), required=False)

    def __init__(self, *args: Any, unit: Unit, item: Item | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        serving = Officer.objects.serving().filter(unit__path__startswith=unit.station.path)
        above = Officer.objects.serving().filter(unit=unit.station.parent) if unit.station.parent else serving.none()
        people = {one.pk: one for one in (serving | above).order_by("pk")}
        leaders = {pk: one for pk, one in people.items() if one.roles_for(unit) & LEADERS}
        self.people = people
        kinds = [("", _("不是法定的，本所自己公开"))] + [(key, called(one)) for key, one in publications().items()]
        self._choose("kind", kinds)
        self._choose("owner", [(pk, one.public_name) for pk, one in people.items()])
        self._choose("leader", [(pk, one.public_name) for pk, one in leaders.items()])
        self._choose("post", [(role.value, role.label) for role in Role if role != Role.ADMINISTRATOR])
        if item is not None:  # what it is stays; only the duty moves
            del self.fields["kind"], self.fields["group"], self.fields["name"], self.fields["source"]

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def duty(self, item: Item | None = None) -> dict[str, Any]:
        """As the use cases take it."""
        given = dict(self.cleaned_data)
        if item is not None:
            given |= {name: getattr(item, name) for name in ("kind", "name", "group", "source")}
        return given | {name: self.people[given[name]] for name in ("owner", "leader")}


class DraftForm(forms.Form):
    """What is to be public next."""

    title = forms.CharField(label=_("标题"), max_length=80, error_messages={"required": _("请写标题。")})
    summary = forms.CharField(
        label=_("一两句话说清楚"),
        max_length=200,
        help_text=_("写给没有见过这件事的人看，不用公文的话。"),
        error_messages={"required": _("请用一两句话说清楚。")},
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )
    body = forms.CharField(
        label=_("正文"),
        required=False,
        strip=False,
        help_text=_("“## ”开头是小标题，“- ”开头是一条，“**”夹着的是重点。"),
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    keep = forms.MultipleChoiceField(label=_("留下的附件"), required=False, widget=forms.CheckboxSelectMultiple)
    attached = CleanUploadsField(limits=public_limits, label=_("加附件"), required=False)
    note = forms.CharField(label=_("改了什么"), max_length=200, required=False, help_text=_("一句话，大家会看到。"))
    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, files: list[dict[str, Any]], first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep = self.fields["keep"]
        keep.choices = [(one["ref"], one["name"]) for one in files]  # type: ignore[attr-defined]  # a ChoiceField
        keep.initial = [one["ref"] for one in files]
        if not files:
            del self.fields["keep"]
        if first:
            del self.fields["note"]


class AnswerForm(forms.Form):
    """A question and its answer in words for everybody."""

    asked = forms.CharField(
        label=_("问的是什么"), max_length=200, help_text=_("用自己的话写，不写是谁问的。"),
        error_messages={"required": _("请写问的是什么。")},
    )  # fmt: skip
    answer = words(_("公开的答复"), required=_("请写答复。"), rows=4)
