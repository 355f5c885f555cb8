"""The provinces by the first two digits of their code in GB/T 2260. The law data for thresholds is looked up by these digits."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROVINCES: tuple[tuple[str, str | Promise], ...] = (
    ("11", _("北京市")),
    ("12", _("天津市")),
    ("13", _("河北省")),
    ("14", _("山西省")),
    ("15", _("内蒙古自治区")),
    ("21", _("辽宁省")),
    ("22", _("吉林省")),
    ("23", _("黑龙江省")),
    ("31", _("上海市")),
    ("32", _("江苏省")),
    ("33", _("浙江省")),
    ("34", _("安徽省")),
    ("35", _("福建省")),
    ("36", _("江西省")),
    ("37", _("山东省")),
    ("41", _("河南省")),
    ("42", _("湖北省")),
    ("43", _("湖南省")),
    ("44", _("广东省")),
    ("45", _("广西壮族自治区")),
    ("46", _("海南省")),
    ("50", _("重庆市")),
    ("51", _("四川省")),
    ("52", _("贵州省")),
    ("53", _("云南省")),
    ("54", _("西藏自治区")),
    ("61", _("陕西省")),
    ("62", _("甘肃省")),
    ("63", _("青海省")),
    ("64", _("宁夏回族自治区")),
    ("65", _("新疆维吾尔自治区")),
    ("71", _("台湾省")),
    ("81", _("香港特别行政区")),
    ("82", _("澳门特别行政区")),
)
_CODES = frozenset(code for code, _name in PROVINCES)


def is_region(text: str) -> bool:
    """Whether these are 2, 4 or 6 digits of GB/T 2260 that begin with a known province."""
    return text.isascii() and text.isdecimal() and len(text) in {2, 4, 6} and text[:2] in _CODES


def province_name(region: str) -> str:
    """The province of a code, in the reader's language; empty for an unknown one."""
    return next((str(name) for code, name in PROVINCES if code == region[:2]), "")
