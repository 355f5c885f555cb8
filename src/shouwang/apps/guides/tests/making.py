"""A few short guides for tests: plainly made up, valid through 2030."""

from __future__ import annotations

from datetime import date
from typing import Any

from shouwang.apps.guides.models import Guide, Origin, State
from shouwang.apps.guides.usecases import _shelf_changed
from tests.cast import MONDAY

CARD = {
    "slug": "card-lost",
    "title": "身份证丢了补办",
    "title_en": "Replace a lost ID card",
    "summary": "身份证丢了，到派出所挂失补办，工本费 40 元。",
    "summary_en": "Report the loss and apply again.",
    "audience": "身份证丢了的人",
    "category": "identity",
    "questions": ["身份证丢了怎么补办", "身份证掉了怎么补"],
    "answer": "带户口簿到派出所挂失补办，工本费 40 元。",
    "bring": ["户口簿", "本人到场照相"],
    "auto_ok": True,
}
DOG = {
    "slug": "dog-licence",
    "title": "给狗上牌",
    "summary": "养狗先打疫苗，再来登记。",
    "audience": "养狗的人",
    "category": "neighbours",
    "questions": ["养狗要登记吗要带什么材料"],
    "answer": "带疫苗本来登记。",
    "auto_ok": True,
}
HIT = {
    "slug": "domestic-violence",
    "title": "家里有人打你",
    "summary": "正在被打就打 110。",
    "audience": "在家里挨打的人",
    "category": "family",
    "questions": ["老公打我怎么办要离婚吗"],
    "danger": True,
}


def a_guide(wording: dict[str, Any], **changes: Any) -> Guide:
    """A published guide of the library with this wording."""
    values: dict[str, Any] = {
        "owner_role": "household-clerk",
        "reviewed_on": date(2026, 11, 1),
        "valid_until": date(2030, 12, 31),
        "sources": [{"instrument": "居民身份证法", "article": "第11条", "rule_id": "", "confidence": "confirmed"}],
        "body": "## 怎么办\n\n1. 先来\n2. **再办**",
        "state": State.PUBLISHED,
        "origin": Origin.LIBRARY,
        "updated_at": MONDAY,
        **wording,
        **changes,
    }
    guide = Guide.objects.create(**values)
    _shelf_changed()
    return guide
