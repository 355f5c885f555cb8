"""What the forms of this room accept. “Unsure” is a choice like any ground; a state secret is one that says where it belongs."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.forms import words
from shouwang.apps.secrecy.grounds import grounds
from shouwang.apps.secrecy.models import Owner
from shouwang.apps.secrecy.usecases import LONGEST_EVENT

UNSURE = "unsure"


def _day(label: Any, hint: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=hint,
        error_messages={
            "invalid": _("请写成 2026-11-23 这样。"),
            "required": _("请写到哪一天：不公开总有到期的日子。"),
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ProposeForm(forms.Form):
    """Why something is withheld, until when, and who was asked; or that somebody is unsure."""

    ground = forms.ChoiceField(
        label=_("凭哪一条不公开"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一条理由。没有理由的，应当公开。")},
    )
    harm = words(
        _("公开有什么损害；拿不准的，写拿不准什么"),
        required=_("请写公开有什么损害；拿不准的，写拿不准什么。"),
        hint=_("写清楚是谁、受什么影响，不写“涉密”“敏感”就算完。只有审的人看得到。"),
    )
    interest = words(
        _("公共利益怎么衡量"),
        required=_("请写公共利益怎么衡量的。"),
        hint=_(
            "公开对大家有什么好处，为什么抵不过上面的损害。未成年人、封存记录、报案人身份，法律没有留下权衡的余地，不用写。"
        ),
        rows=2,
    )
    ends_on = _day(_("到哪一天"), _("到了那天自己回到您的单子上，重新看。拿不准的不用写。"))
    ends_when = forms.CharField(
        label=_("或者到什么事为止"),
        max_length=LONGEST_EVENT,
        required=False,
        help_text=_("比如“案件办结”。哪个先到算哪个。"),
    )
    owner = forms.ChoiceField(
        label=_("问过权利人、原制作机关吗"), choices=Owner.choices, initial=Owner.NOBODY, widget=forms.RadioSelect
    )
    owner_asked_on = _day(_("哪天问的"), _("问过的才写。"))

    def __init__(self, *args: Any, unsure: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["ground"])
        known = grounds()
        field.choices = [
            (one.id, _("%(name)s：%(says)s") % {"name": one.name, "says": one.says}) for one in known.values()
        ]
        chosen = str(self.data.get("ground", ""))
        ground = known.get(chosen)
        self.fields["ends_on"].required = chosen != UNSURE
        self.fields["interest"].required = chosen != UNSURE and (ground is None or ground.outweighed)
        if unsure:
            field.choices = [*field.choices, (UNSURE, _("拿不准：送法制员或者分局定，等他们定了再说"))]

    @property
    def is_unsure(self) -> bool:
        return bool(self.cleaned_data.get("ground") == UNSURE)
