"""Items of 青石 for the tests: kept by 安内勤, published by 梁所长."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouwang.apps.catalogue import usecases
from shouwang.apps.catalogue.models import Item, Version
from shouwang.apps.secrecy.tests.making import proposed
from tests.cast import Cast, at

START = at("2026-11-02 09:00")


def an_item(cast: Cast, kind: str = "fees", when: datetime = START, **changes: Any) -> Item:
    given: dict[str, Any] = {
        "kind": kind,
        "name": "收费项目和标准",
        "group": "fees",
        "source": "",
        "owner": cast.an,
        "post": "household-clerk",
        "leader": cast.liang,
        "every": "year",
        "renew": False,
    }
    return usecases.begin_item(cast.qingshi, by=cast.an, at=when, **{**given, **changes})


def written(cast: Cast, item: Item, body: str, when: datetime = START, **changes: Any) -> Any:
    seen = getattr(usecases.Draft.objects.filter(item=item).first(), "turn", 0)
    given: dict[str, Any] = {"title": "办证要多少钱", "summary": "办身份证收多少钱，什么时候不收。", "note": "改了正文"}
    given |= {"seen": seen, "by": cast.an, "body": body, "at": when}
    return usecases.write_draft(item, **{**given, **changes})


def taken_off(cast: Cast, item: Item, reason: str = "写错了", when: datetime = START) -> Item:
    """Withdrawn with its texts: on a ground that waits for its second officer."""
    proposed(cast, item.ref, when=when)
    return usecases.withdraw(item, by=cast.liang, reason=reason, at=when)


def published(cast: Cast, item: Item | None = None, body: str = "首次领证不收费。换证二十元。", when: datetime = START,
              **changes: Any) -> Version:  # fmt: skip
    item = item or an_item(cast)
    draft = written(cast, item, body, when, **changes)
    usecases.propose(item, by=cast.an, seen=draft.turn, at=when)
    return usecases.publish(item, by=cast.liang, seen=draft.turn, at=when)
