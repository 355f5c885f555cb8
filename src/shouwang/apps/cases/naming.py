"""
What a case is called: by the law's name of the act, as case files are, and never in the words of whoever reported it.

The name that is kept names nobody, since it stands where nobody has said yet why they look. `full_name` is for papers and for the page
of whoever did: 张某某盗窃案; while nobody is suspected, 林某某被盗窃案.
"""

from __future__ import annotations

from collections.abc import Iterable

from shouwang.apps.cases.models import Case, Nature, Party
from shouwang.apps.incidents.models import Category

#: Kind of report → the act under 治安管理处罚法, and under 刑法 where that has another name for it.
_ACTS: dict[str, tuple[str, str]] = {
    Category.STOLEN: ("盗窃", "盗窃"),
    Category.CHEATED: ("诈骗", "诈骗"),
    Category.HURT: ("殴打他人", "故意伤害"),
    Category.HOME: ("家庭暴力", "故意伤害"),
    Category.DAMAGED: ("故意损毁财物", "故意毁坏财物"),
    Category.TRAFFIC: ("交通安全违法", "交通肇事"),
}
#: Where the kind of report names no act; the page can only say under which law it is handled.
_UNKNOWN = ("治安案件", "刑事案件")
#: Act of the penalty law's table → what a case is called after it, where the report said nothing that names one.
BY_ACT = {
    "damage": "故意损毁财物案",
    "assault": "殴打他人案",
    "false-alarm": "谎报警情案",
    "sell-data": "违法提供个人信息案",
    "noise": "噪声扰民案",
    "animals": "饲养动物干扰他人案",
    "disorder": "扰乱秩序案",
    "gambling": "赌博案",
    "cafe-identity": "不按规定登记上网人员案",
    "lodging-identity": "不按规定查验住客身份案",
    "scrap-register": "收购废旧金属不如实登记案",
    "guard-duty": "内部治安保卫隐患案",
}
#: The name as the person says it to whom it was done.
_DONE_TO = {
    "盗窃案": "被盗窃案",
    "诈骗案": "被诈骗案",
    "殴打他人案": "被殴打案",
    "故意伤害案": "被故意伤害案",
    "家庭暴力案": "遭受家庭暴力案",
    "故意损毁财物案": "财物被故意损毁案",
    "故意毁坏财物案": "财物被故意毁坏案",
}


def plain_name(category: str, nature: str) -> str:
    """盗窃案."""
    is_crime = nature == Nature.CRIMINAL
    return f"{_ACTS[category][is_crime]}案" if category in _ACTS else _UNKNOWN[is_crime]


def name_by_act(case: Case, act: str) -> None:
    """An act of the table is known now: a case that had none to be called after is called after it. The caller holds the case."""
    if case.name in _UNKNOWN and act in BY_ACT:
        case.name = BY_ACT[act]
        case.save(update_fields=["name"])


def full_name(case: Case, there: Iterable[Party]) -> str:
    """
    The name with whoever did it, else with whom it was done to; a minor by the family name alone.

    there   the parties who stand in the case, with their persons
    """
    known = [one for one in there if one.left_at is None and one.person.name]
    accused = [one for one in known if one.role == Party.Role.SUSPECT]
    if accused:
        return f"{_called(accused[0])}{'等人' if len(accused) > 1 else ''}{case.name}"
    harmed = [one for one in known if one.role == Party.Role.VICTIM]
    if harmed and case.name in _DONE_TO:
        return f"{_called(harmed[0])}{'等人' if len(harmed) > 1 else ''}{_DONE_TO[case.name]}"
    return case.name


def _called(party: Party) -> str:
    name = party.person.name[: 50 if party.organisation else 30]
    return f"{name[:1]}某某" if party.minor else name
