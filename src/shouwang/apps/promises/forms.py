"""What the form of a promise accepts. Errors say what to do and keep what was typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.clock import length
from shouwang.apps.matters.models import Channel, Kind
from shouwang.apps.promises.models import Hours, Measure, Proposal, Source, Version
from shouwang.apps.promises.reckoning import Measure as Measured
from shouwang.apps.promises.reckoning import Rule
from shouwang.engines.clocks.model import LONGEST
from shouwang.engines.law import Unit

UNITS = ((Unit.MINUTES.value, _("分钟")), (Unit.HOURS.value, _("小时")), (Unit.WORKING_DAYS.value, _("个工作日")))


class PromiseForm(forms.Form):
    """A promise that can be measured."""

    title = forms.CharField(
        label=_("用一句大家看得懂的话说"),
        max_length=80,
        help_text=_("比如“咨询两小时内有人答复”。"),
        error_messages={"required": _("请写一句大家看得懂的承诺。")},
    )
    measure = forms.ChoiceField(label=_("算什么"), choices=Measure.choices)
    amount = forms.IntegerField(
        label=_("时限"), min_value=1, error_messages={"required": _("请写一个数。"), "invalid": _("请写一个整数。")}
    )
    unit = forms.ChoiceField(label=_("单位"), choices=UNITS)
    kinds = forms.MultipleChoiceField(
        label=_("哪些类别，不选就是各类"), choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=_("从哪里来的，不选就是都算"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hours = forms.ChoiceField(label=_("什么时候来的"), choices=Hours.choices, required=False)
    source = forms.ChoiceField(label=_("依据"), choices=Source.choices, initial=Source.OWN)
    article = forms.CharField(
        label=_("哪部法、第几条"),
        max_length=120,
        required=False,
        help_text=_("依据是法律法规的才写，比如“《政府信息公开条例》第三十三条”。"),
    )
    note = forms.CharField(
        label=_("为什么这样承诺，或者为什么改"),
        max_length=200,
        help_text=_("一句话，大家会看到。"),
        error_messages={"required": _("请写一句理由，大家会看到。")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def clean(self) -> dict[str, Any]:
        """The limit is one that the clock can count; a law is named."""
        given = super().clean() or {}
        amount, unit = given.get("amount"), given.get("unit")
        if amount and unit and amount > LONGEST[Unit(unit)]:
            most = length(LONGEST[Unit(unit)], Unit(unit))
            self.add_error("amount", _("太长了，最多 %(most)s。") % {"most": most})
        if given.get("source") == Source.LAW and not given.get("article"):
            self.add_error("article", _("请写是哪部法、第几条。"))
        return given

    def proposed(self) -> dict[str, Any]:
        """As the use case takes it."""
        given = self.cleaned_data
        rule = Rule(
            Measured(given["measure"]),
            given["amount"],
            Unit(given["unit"]),
            tuple(sorted(given["kinds"])),
            tuple(sorted(given["channels"])),
            given["hours"],
        )
        return {"rule": rule, **{name: given[name] for name in ("title", "source", "article", "note", "seen")}}


def typed(shown: Proposal | Version | None) -> dict[str, Any]:
    """What the form begins with."""
    if shown is None:
        return {}
    seen = shown.turn if isinstance(shown, Proposal) else 0
    note = shown.note if isinstance(shown, Proposal) else ""
    return {
        **shown.rule,
        "title": shown.title,
        "source": shown.source,
        "article": shown.article,
        "note": note,
        "seen": seen,
    }
