"""By which rules something is hidden, and what may stay readable. The rules are law data, with their article and doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import doubt_of, source_of
from shouwang.apps.units.models import Officer, Unit
from shouwang.engines.redaction import STRUCTURED

NAMES, DELETED, THIRD, SECRET, INTERNAL = "eo-mask-name", "eo-mask-del", "gi-ex-15", "gi-ex-14", "gi-ex-16"
#: In the order in which a form offers them.
RULES = (NAMES, DELETED, THIRD, SECRET, INTERNAL)

KINDS: dict[str, str | Promise] = {
    "id-number": _("身份证号"),
    "document": _("证件号"),
    "phone": _("电话"),
    "bank-card": _("银行卡"),
    "plate": _("车牌"),
    "vehicle-number": _("车架号"),
    "email": _("邮箱"),
    "wechat": _("微信"),
    "qq": "QQ",
    "account": _("账号"),
    "ip-address": _("网络地址"),
    "birth-date": _("出生日期"),
    "coordinates": _("坐标"),
    "number": _("长号码"),
    "name": _("姓名"),
    "address": _("地址"),
    "organisation": _("单位"),
    "minor": _("未成年人"),
    "health": _("伤病"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """A rule as the page shows it; `doubt` is empty when its text was read."""

    id: str
    name: str
    source: str
    doubt: str


def grounds(at: datetime) -> tuple[Ground, ...]:
    """All, as they stand that day."""
    rules = [clock.rulebook().rule(one, on=at.date()) for one in RULES]
    return tuple(Ground(rule.id, clock.rule_name(rule), source_of(rule), doubt_of(rule)) for rule in rules)


def usual(kind: str) -> str:
    """The rule that a kind is hidden by when nobody says otherwise."""
    return NAMES if kind == "name" else DELETED


def plain(words: str) -> str:
    """Words as they are compared: without blanks and joints of numbers."""
    return "".join(ch for ch in words if not ch.isspace() and ch not in "-－—()（）")


def public_words(unit: Unit) -> set[str]:
    """What is everybody's to know: telephones and addresses of the station and the bureau, names and numbers of those who serve there."""
    station, above = unit.station, unit.station.parent
    words = {word for pair in Unit.objects.within(station).values_list("phone", "address", "name") for word in pair}
    words |= {above.phone, above.address, above.name} if above else set()
    for row in Officer.objects.within(above or station).values_list("name", "public_name", "police_number"):
        words |= {word for word in row if word}
    return {plain(word) for word in words if word} | {"110", "12389"}


def may_stay(kind: str, words: str, public: set[str]) -> bool:
    """Numbers that tell who somebody is never stay, unless they are the police's own; the rest is for two people to judge."""
    return kind not in STRUCTURED or plain(words) in public
