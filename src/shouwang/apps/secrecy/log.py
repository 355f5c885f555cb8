"""Whether the log knows every decision of this room, and the room every decision of the log."""

from __future__ import annotations

import json
from collections.abc import Iterable

from shouwang.apps.ledger.checking import checks
from shouwang.apps.ledger.models import Leaf
from shouwang.apps.secrecy.models import Step


@checks("secrecy.decided")
def every_decision_was_told() -> Iterable[str]:
    leaves = [json.loads(bytes(body)) for body in _bodies()]
    told = {(leaf["subject"], leaf["data"]["step"], leaf["data"]["ground"], leaf["data"]["until"]) for leaf in leaves}
    decided = Step.objects.filter(what__in=[Step.What.AGREED, Step.What.ELSEWHERE]).select_related("review__unit")
    held = {
        (one.review.number, one.what, one.ground, one.until.isoformat() if one.until else "")
        for one in decided.iterator()
    }
    for number, what, ground, until in sorted(held - told):
        yield f"secrecy.decided {number} {what} {ground} {until} was never told to the log"
    for number, what, ground, until in sorted(one for one in told - held if one[1] != Step.What.OPENED):
        yield f"secrecy.decided {number} {what} {ground} {until} stands in the log and is gone from the house"


def _bodies() -> Iterable[bytes | memoryview]:
    return Leaf.objects.filter(key__startswith="secrecy.decided:").order_by("pk").values_list("body", flat=True)
