"""What can be brought through this door, and what is asked about each kind of thing (GeoReport v2: services and their attributes)."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shouwang.apps.incidents import questions
from shouwang.apps.incidents.models import Category
from shouwang.apps.matters.models import Kind

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Attribute:
    """
    One question of a service.

    datatype   string, text or singlevaluelist, as GeoReport names them
    values     key → name of the answers of a list
    """

    code: str
    description: Text
    datatype: str = "string"
    hint: Text = ""
    values: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """
    One kind of thing that can be brought.

    category   of a report; empty for every other kind of matter
    readable   whether anybody may read such a request once a digest spoke of it
    """

    code: str
    name: Text
    description: Text
    kind: Kind
    category: str = ""
    attributes: tuple[Attribute, ...] = ()
    readable: bool = False

    @property
    def group(self) -> str:
        return str(self.kind.label)


def _like(code: str, form: type[forms.Form], field: str, datatype: str = "string") -> Attribute:
    """The same question as on the web form of a report."""
    asked = form.base_fields[field]
    values = tuple(getattr(asked, "choices", ()))
    return Attribute(code, asked.label or "", "singlevaluelist" if values else datatype, asked.help_text, values)


WHEN = _like("when", questions.When, "when_said")
SAFE = _like("safe", questions.Safety, "unsafe")
THINGS = _like("things", questions.Things, "things", "text")
MONEY = _like("things", questions.Money, "things", "text")
WHO = _like("who", questions.Who, "about", "text")
LOST = _like("who", questions.Missing, "about", "text")
LANDMARK = _like("landmark", questions.Where, "landmark")
#: What is asked besides, by category.
ASKED = {
    Category.STOLEN: (THINGS, WHO),
    Category.CHEATED: (MONEY, WHO),
    Category.DAMAGED: (THINGS, WHO),
    Category.HURT: (WHO,),
    Category.HOME: (WHO,),
    Category.QUARREL: (WHO,),
    Category.MISSING: (LOST,),
    Category.SAW: (WHO,),
}

_REPORT = _("报案和线索。马上记下来，给编号和查询码；别人看不到。正在发生危险请打 110。")
SERVICES: tuple[Service, ...] = (
    *(
        Service(
            category.value,
            category.label,
            _REPORT,
            Kind.REPORT,
            category.value,
            (SAFE, WHEN, LANDMARK, *ASKED.get(category, ())),
        )
        for category in Category
    ),
    Service("problem", Kind.PROBLEM.label, _("路灯、停车、噪声这些大家的事。"), Kind.PROBLEM, readable=True),
    Service("suggestion", Kind.SUGGESTION.label, _("希望派出所怎么做得更好。"), Kind.SUGGESTION, readable=True),
    Service("consultation", Kind.CONSULTATION.label, _("问手续、问政策。别人看不到。"), Kind.CONSULTATION),
    Service("help", Kind.HELP.label, _("不是案子，但要人帮一把。别人看不到。"), Kind.HELP),
    Service("complaint", Kind.COMPLAINT.label, _("对民警或派出所不满意。被投诉的单位普通民警看不到。"), Kind.COMPLAINT),
)
BY_CODE = {service.code: service for service in SERVICES}
#: Kind of a readable matter → its service. Reports have many services and none that can be read.
READABLE = {service.kind: service for service in SERVICES if service.readable}
