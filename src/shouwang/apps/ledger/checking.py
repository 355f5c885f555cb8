"""
Is the log whole, and does the house still hold what it once told it?

It reads rows and computes everything anew, by `engines.translog.fsck`, which shares nothing with the writer. Rooms above list what they can
compare with their leaves: `@checks("entry")`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from shouwang.apps.ledger.models import Head, Leaf, Log, LogKey
from shouwang.apps.ledger.rows import Rows
from shouwang.apps.ledger.usecases import promised_by
from shouwang.engines.errors import BadData
from shouwang.engines.translog import Checkpoint, Note, examine

Check = Callable[[], Iterable[str]]
Published = tuple[str, int]
Holds = Callable[[], tuple[Mapping[Published, str], Collection[Published]]]
_checks: dict[str, Check] = {}


def checks(prefix: str) -> Callable[[Check], Check]:
    """List a comparison of a room's rows with the leaves whose keys begin with this."""

    def listed(check: Check) -> Check:
        _checks[prefix] = check
        return check

    return listed


def digests(*kinds: str) -> Callable[[Holds], Holds]:
    """
    List a comparison of what was published with its leaves: `@digests("guide.published")`.

    The function gives what the house holds now: (subject, version) -> SHA-256 of its words; and which of these the log must know.
    """

    def listed(holds: Holds) -> Holds:
        _checks[kinds[0]] = lambda: _compared(kinds, *holds())
        return holds

    return listed


def _compared(kinds: tuple[str, ...], held: Mapping[Published, str], public: Collection[Published]) -> Iterable[str]:
    told = set()
    for kind in kinds:
        for body in Leaf.objects.filter(key__startswith=f"{kind}:").order_by("pk").values_list("body", flat=True):
            leaf = json.loads(bytes(body))
            version = leaf["subject"], leaf["data"]["version"]
            told.add(version)
            if version not in held:
                yield f"{kind} {version[0]} version {version[1]} stands in the log and is gone from the house"
            elif held[version] != leaf["data"]["sha256"]:
                yield f"{kind} {version[0]} version {version[1]} says something else than when it was published"
    for subject, number in sorted(set(public) - told):
        yield f"{kinds[0]} {subject} version {number} was never told to the log"


def faults(at: datetime) -> list[str]:
    """Everything that is wrong, as sentences for whoever keeps the machine; none when all is whole."""
    found = list(faults_of_log(at))
    for check in _checks.values():
        found += check()
    return found


def faults_of_log(at: datetime) -> Iterable[str]:
    """What is wrong with the log itself, without asking the rooms."""
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
