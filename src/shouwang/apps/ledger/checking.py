"""
Is the log whole, and does the house still hold what it once told it?

It reads rows and computes everything anew, by `engines.translog.fsck`, which shares nothing with the writer. Rooms above list what they can
compare with their leaves: `@checks("entry")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from shouwang.apps.ledger.models import Head, Leaf, Log, LogKey
from shouwang.apps.ledger.rows import Rows
from shouwang.apps.ledger.usecases import promised_by
from shouwang.engines.errors import BadData
from shouwang.engines.translog import Checkpoint, Note, examine

Check = Callable[[], Iterable[str]]
_checks: dict[str, Check] = {}


def checks(prefix: str) -> Callable[[Check], Check]:
    """List a comparison of a room's rows with the leaves whose keys begin with this."""

    def listed(check: Check) -> Check:
        _checks[prefix] = check
        return check

    return listed


def faults(at: datetime) -> list[str]:
    """Everything that is wrong, as sentences for whoever keeps the machine; none when all is whole."""
    found = list(_of_log(at))
    for check in _checks.values():
        found += check()
    return found


def _of_log(at: datetime) -> Iterable[str]:
    newest, log = Head.objects.newest(), Log.objects.filter(pk=1).first()
    placed = Leaf.objects.filter(index__isnull=False).count()
    if newest is None or log is None:
        if placed:
            yield f"{placed} leaves have a place and no head was ever signed"
    else:
        keys = [row.public for row in LogKey.objects.filter(witness=False)]
        heads = []
        for head in Head.objects.order_by("pk"):
            try:
                heads.append(Checkpoint.opened(Note.read(head.note), keys))
            except BadData as error:
                yield f"head {head.pk}: {error}"
                continue
            if (heads[-1].size, heads[-1].root) != (head.size, bytes(head.root)):
                yield f"head {head.pk}: its row does not say what was signed"
        if not log.size == newest.size == placed:
            yield f"the log says {log.size} leaves, its head {newest.size}, and {placed} have a place"
        if heads:
            yield from examine(Rows(), heads[-1], heads[:-1]).faults
    for leaf in Leaf.objects.waiting():
        if promised_by(leaf) < at:
            yield f"leaf {leaf.pk} was promised for {promised_by(leaf):%Y-%m-%d %H:%M} and still waits"
