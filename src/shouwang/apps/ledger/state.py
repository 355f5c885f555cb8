"""How the log stands: who watches and has fallen silent, what does not fit, what the last rereading found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from shouwang.apps.ledger.models import Cosignature, Fork, Head, Leaf, Reread, Watched, Witness
from shouwang.apps.ledger.usecases import promised_by

#: A witness looks every ten minutes; after a day without a word somebody has to ask.
SILENT = timedelta(days=1)
#: A fork is told as trouble for so long; as evidence it is kept for good.
FRESH = timedelta(days=30)
MOST_SAID = 20


@dataclass(frozen=True, slots=True)
class Watcher:
    """
    A witness of our log.

    line           what it signed last
    silent_since   since when a head waits for its line, when that is too long
    """

    witness: Witness
    line: Cosignature | None
    silent_since: datetime | None


def watchers(at: datetime) -> list[Watcher]:
    """Every witness. One that has signed the newest head is not silent, however long ago that was: there was nothing new."""
    return [_watcher(one, at) for one in Witness.objects.order_by("pk")]


def _watcher(witness: Witness, at: datetime) -> Watcher:
    line = witness.cosignatures.select_related("head").order_by("-head__pk").first()
    unsigned = Head.objects.filter(pk__gt=line.head_id if line else 0).order_by("pk").first()
    since = max(unsigned.at, witness.added_at) if unsigned else None
    return Watcher(witness, line, since if since is not None and at - since > SILENT else None)


def unseen(at: datetime) -> list[Watched]:
    """Logs we witness that could not be looked at for too long."""
    found = Watched.objects.exclude(problem="").order_by("pk")
    return [one for one in found if one.seen_at is None or at - one.seen_at > SILENT]


def late(at: datetime) -> int:
    """How many leaves should stand in the log by now."""
    oldest = Leaf.objects.waiting().first()
    if oldest is None or promised_by(oldest) >= at:
        return 0
    return sum(promised_by(leaf) < at for leaf in Leaf.objects.waiting().only("at"))


def keep_reread(at: datetime, found: Collection[str], *, whole: bool) -> Reread:
    """Keep what a rereading found. `whole`: every leaf was compared with what the house holds, not only the log itself reread."""
    newest = Head.objects.newest()
    said = [fault[:300] for fault in list(found)[:MOST_SAID]]
    return Reread.objects.create(at=at, whole=whole, size=newest.size if newest else 0, faults=len(found), says=said)


def last_rereads() -> list[Reread]:
    """The last whole one and the last of the log alone, as far as there are any; the newer first."""
    last = (Reread.objects.filter(whole=whole).order_by("-pk").first() for whole in (True, False))
    return sorted((one for one in last if one), key=lambda one: one.pk, reverse=True)


def trouble(at: datetime) -> list[str]:
    """What somebody has to look at, a line each, for `/health` and `./sw status`: a word for what it is, and whom it is about."""
    lines = [
        f"fork: {name}"
        for name in Fork.objects.filter(at__gt=at - FRESH).values_list("watched__name", flat=True).distinct()
    ]
    lines += [f"silent witness: {one.witness.name}" for one in watchers(at) if one.silent_since]
    lines += [f"not seen: {one.name}" for one in unseen(at)]
    if waiting := late(at):
        lines.append(f"late: {waiting}")
    if any(one.faults for one in last_rereads()):
        lines.append("reread: faults")
    return lines
