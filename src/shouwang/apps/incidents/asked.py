"""What an officer has learnt by asking (“还可以问”). It stands in the timeline and goes before what the text says; the last word counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shouwang.apps.matters.models import Entry, Matter
from shouwang.engines.law.rulebook import Rulebook
from shouwang.engines.triage.diversion import Answers
from shouwang.engines.triage.nature import Injury

WHAT = "incidents.answered"
KIND_WHAT = "incidents.kind-said"
YES_NO = (("yes", gettext_lazy("是")), ("no", gettext_lazy("不是")))
PLACES = (
    ("home", gettext_lazy("家里")),
    ("on-person", gettext_lazy("身上")),
    ("vehicle", gettext_lazy("车上")),
    ("shop", gettext_lazy("店里")),
    ("outside", gettext_lazy("停在外面")),
)
INJURIES = (
    ("NONE", gettext_lazy("没有伤")),
    ("MINOR", gettext_lazy("轻微伤")),
    ("SLIGHT", gettext_lazy("轻伤")),
    ("GRAVE", gettext_lazy("重伤")),
    ("DEATH", gettext_lazy("死亡")),
)
NO_HALF = "none"


def _half(code: str) -> str:
    """A circumstance in which half the amount is enough, in the law's short words."""
    from shouwang.apps.incidents.suggesting import knowledge  # noqa: PLC0415 - it reads these answers

    book: Rulebook = knowledge().book
    item = next(one for one in book.versions["th-theft-half"][-1].items if one.code == code)
    return item.en if (get_language() or "").startswith("en") else item.zh


_HALF = lazy(_half, str)
HALVES = (
    *(
        (code, _HALF(code))
        for code in ("convicted", "penalised", "minors", "disaster", "vulnerable", "hospital", "relief", "grave")
    ),
    (NO_HALF, gettext_lazy("都没有")),
)
#: What may be answered: the word for it, and the choices where there are some.
ABOUT: Mapping[str, tuple[Any, tuple[tuple[str, Any], ...]]] = {
    "value": (gettext_lazy("一共值多少钱（元）"), ()),
    "place_kind": (gettext_lazy("东西当时在哪里"), PLACES),
    "ongoing": (gettext_lazy("现在还在发生"), YES_NO),
    "weapon": (gettext_lazy("带着刀、棍一类的东西"), YES_NO),
    "injury": (gettext_lazy("伤得怎样（以鉴定为准）"), INJURIES),
    "suspect_age": (gettext_lazy("对方几岁"), ()),
    "suspect_held": (gettext_lazy("人已经控制住"), YES_NO),
    "times_in_two_years": (gettext_lazy("两年里第几次"), ()),
    "serial": (gettext_lazy("一连几起或者跨地区"), YES_NO),
    "damaged_by": (gettext_lazy("几个人一起毁坏"), ()),
    "half": (gettext_lazy("盗窃有没有这些情形"), HALVES),
}


def learnt(matter: Matter) -> dict[str, Any]:
    """As somebody wrote it last: codes and numbers by the names of `ABOUT`."""
    last = matter.entries.filter(data__what=WHAT).order_by("-seq").first()
    return dict(last.data["learnt"]) if last else {}


def answers_of(keys: Sequence[int]) -> dict[int, Answers]:
    """As triage takes them, by matter: what was learnt by asking, and the kind or category that an officer said."""
    found: dict[int, dict[str, dict[str, Any]]] = {}
    entries = Entry.objects.filter(matter__in=keys, data__what__in=[WHAT, KIND_WHAT]).order_by("matter", "seq")
    for key, data in entries.values_list("matter", "data"):
        found.setdefault(key, {})[data["what"]] = data
    return {
        key: replace(
            for_engine(said.get(WHAT, {}).get("learnt", {})),
            subtype=_still_known(said.get(KIND_WHAT, {}).get("kind", ""), "subtypes"),
            category=_still_known(said.get(KIND_WHAT, {}).get("category", ""), "categories"),
        )
        for key, said in found.items()
    }


def _still_known(code: str, table: str) -> str:
    """A kind of the station's own may have been crossed off since an officer said it."""
    from shouwang.apps.incidents.suggesting import knowledge  # noqa: PLC0415 - it reads these answers

    return code if code in getattr(knowledge().catalogue, table) else ""


def for_engine(said: Mapping[str, Any]) -> Answers:
    """The same as triage takes it."""

    def yes(name: str) -> bool | None:
        return said[name] == "yes" if name in said else None

    def number(name: str) -> int | None:
        return int(said[name]) if name in said else None

    return Answers(
        value=Decimal(said["value"]) if "value" in said else None,
        place_kind=said.get("place_kind", ""),
        weapon=yes("weapon"),
        times_in_two_years=number("times_in_two_years"),
        half=frozenset(said["half"]) - {NO_HALF} if "half" in said else None,
        injury=Injury[said["injury"]] if "injury" in said else None,
        suspect_age=number("suspect_age"),
        suspect_held=yes("suspect_held"),
        ongoing=yes("ongoing"),
        serial=yes("serial"),
        damaged_by=number("damaged_by"),
    )


def in_words(said: Mapping[str, Any]) -> str:
    """“对方几岁：15；现在还在发生：是”."""
    parts = []
    for name, (label, choices) in ABOUT.items():
        if name in said:
            given = said[name] if isinstance(said[name], list) else [said[name]]
            parts.append(
                _("%(what)s：%(answer)s")
                % {"what": label, "answer": _("、").join(str(dict(choices).get(one, one)) for one in given)}
            )
    return _("；").join(parts)
