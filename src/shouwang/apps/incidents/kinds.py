"""The form in which an officer says which kind of report it is, or only its category: the likeliest first, then all of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shouwang.apps.incidents.policy import incident_of
from shouwang.apps.incidents.suggesting import advice_for, kinds
from shouwang.apps.matters.models import Matter
from shouwang.engines.triage.advice import About

_LIKELIEST = 3
_CATEGORY = "category"


class KindForm(forms.Form):
    """One list: choosing a kind says its category too."""

    of_matter = True

    kind = forms.ChoiceField(label=_("像哪一种事"), error_messages={"required": _("请选一项。")})

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = likeliest(matter)
        firsts = [code for code, _name in first]
        choices: list[Any] = [("", "—"), *([(gettext("最像的"), first)] if first else [])]
        for category, name, within in kinds():
            only = (f"{_CATEGORY}:{category}", gettext("%(category)s，说不出是哪一种") % {"category": name})
            choices.append((name, [*(one for one in within if one[0] not in firsts), only]))
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean_kind(self) -> dict[str, str]:
        """As `usecases.say_kind` takes it."""
        said = str(self.cleaned_data["kind"])
        about, _colon, category = said.partition(":")
        return {"category": category} if about == _CATEGORY else {"kind": said}


def likeliest(matter: Matter) -> list[tuple[str, str]]:
    """The likeliest kinds with their names, the suggested one first; none where nobody can tell."""
    incident = incident_of(matter)
    advice = advice_for(matter, incident) if incident else None
    point = advice.point(About.KIND) if advice else None
    if point is None:
        return []
    others = [(one.code, one.says) for one in point.alternatives if one.sure > 0]
    return [(point.code, point.says), *others][:_LIKELIEST]
