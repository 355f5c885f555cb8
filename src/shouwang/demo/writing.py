"""Drafts become rows, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from random import Random
from typing import Any

from django.utils import timezone
from stdnum.iso7064 import mod_37_36

from shouwang.apps.duty.models import DutySpan
from shouwang.apps.matters import clock
from shouwang.apps.matters.models import AccessCode, Entry, Matter, ReadMark, Type
from shouwang.apps.people.models import Look
from shouwang.apps.units.models import Officer
from shouwang.demo import callrows
from shouwang.demo.calldraft import CallDraft, resolved
from shouwang.demo.draft import Draft
from shouwang.demo.shifts import Duty, Shift
from shouwang.kernel import ids
from shouwang.kernel.fields import blind
from shouwang.kernel.models import AuditRow

BATCH = 2000


def code_of(*name: object) -> str:
    """
    The tracking code of something in the demo town: unguessable without the key of this house, and the same each time.

    It is built like every other code (`kernel.ids.new_code`), only that the house's key takes the place of chance.
    """
    number = int(blind("/".join(map(str, name)), "demo.code"), 16)
    body = ""
    for _place in range(ids.CODE_LENGTH - 1):
        number, letter = divmod(number, len(ids.ALPHABET))
        body += ids.ALPHABET[letter]
    return body + str(mod_37_36.calc_check_digit(body, ids.ALPHABET))


def digest_of(code: str) -> str:
    """How a code is kept, as `matters.usecases` keeps it."""
    return blind(code, "matters.code")


def number_of(draft: Draft) -> str:
    """The number of a matter whose serial is known."""
    return ids.matter_number(draft.unit.prefix, timezone.localtime(draft.received_at).year, draft.serial)


def write(drafts: Sequence[Draft], *, seed: int, now: datetime) -> list[Matter]:
    """All of it: matters, codes, entries, marks, looks and the audit trail, in the order of arrival."""
    matters = Matter.objects.bulk_create([draft.matter(number_of(draft)) for draft in drafts], batch_size=BATCH)
    _codes(drafts, matters, seed)
    calls = [(one, matter) for one, matter in zip(drafts, matters, strict=True) if isinstance(one, CallDraft)]
    callrows.write_beside(calls)
    entries = []
    for draft, matter in zip(drafts, matters, strict=True):
        for entry in draft.entries:
            entry.matter, entry.data = matter, resolved(entry.data)
        entries += draft.first_entries
    Entry.objects.bulk_create(entries, batch_size=BATCH)
    callrows.tell_of_filings(calls)
    kept = Matter.kept_from.through
    kept.objects.bulk_create(
        kept(matter=matter, officer=officer)
        for draft, matter in zip(drafts, matters, strict=True)
        for officer in draft.kept_from
    )
    ReadMark.objects.bulk_create(_marks(drafts, matters), batch_size=BATCH)
    _looks(drafts, matters)
    _trail(drafts, matters)
    for draft, matter in zip(drafts, matters, strict=True):
        if matter.is_open or draft.clock_runs:
            clock.refresh(matter, now)
    return matters


def _codes(drafts: Sequence[Draft], matters: Sequence[Matter], seed: int) -> None:
    rows = [
        AccessCode(
            matter=matter,
            digest=digest_of(code_of(seed, matter.number, place)),
            holder=code.holder,
            label=code.label,
            created_at=code.at,
        )
        for draft, matter in zip(drafts, matters, strict=True)
        for place, code in enumerate(draft.codes)
    ]
    written = iter(AccessCode.objects.bulk_create(rows, batch_size=BATCH))
    for draft in drafts:
        keys = [next(written).pk for _code in draft.codes]
        for entry in draft.entries:
            if entry.type == Type.HELPER_ADDED:
                entry.data["code"] = keys[entry.data["code"]]


def _marks(drafts: Sequence[Draft], matters: Sequence[Matter]) -> Iterable[ReadMark]:
    """The station has read up to what it last did; most residents have read everything but the last hour."""
    for draft, matter in zip(drafts, matters, strict=True):
        ours = [entry for entry in draft.entries if entry.officer_id]
        if ours:
            seq = ours[-1].seq
            yield ReadMark(
                matter=matter, side=ReadMark.Side.STATION, delivered_seq=seq, read_seq=seq, read_at=ours[-1].at
            )
        theirs = [entry for entry in draft.entries if entry.by in {"resident", "helper"}]
        last = theirs[-1] if draft.read_entry is None else max(theirs[-1], draft.read_entry, key=lambda one: one.seq)
        seen = last.seq
        yield ReadMark(
            matter=matter,
            side=ReadMark.Side.RESIDENT,
            delivered_seq=matter.last_seq,
            read_seq=seen,
            read_at=last.at,
        )


def _looks(drafts: Sequence[Draft], matters: Sequence[Matter]) -> None:
    rows = [
        Look(
            at=glance.at,
            officer=glance.officer,
            role=glance.role,
            person=draft.reporter,
            subject=matter.ref,
            what=list(glance.what),
            reason=glance.reason[:200],
        )
        for draft, matter in zip(drafts, matters, strict=True)
        for glance in draft.glances
    ]
    Look.objects.bulk_create(sorted(rows, key=lambda row: row.at))


def _trail(drafts: Sequence[Draft], matters: Sequence[Matter]) -> None:
    rows = [
        AuditRow(
            at=step.at,
            action=step.action,
            actor=step.actor,
            subject=step.subject() if step.subject else matter.ref,
            reason=step.reason,
            details=resolved(step.details),
        )
        for draft, matter in zip(drafts, matters, strict=True)
        for step in draft.trail
    ]
    AuditRow.objects.bulk_create(sorted(rows, key=lambda row: row.at), batch_size=BATCH)


def write_shifts(duty: Duty, notes: Sequence[str], *, before: datetime, now: datetime, rng: Random) -> None:
    """Sign-on and sign-off of everybody in the shifts that start before a moment, with what was said when handing over."""
    rows = []
    for shift in duty.shifts:
        if shift.start >= before:
            break
        following = duty.after(shift)
        ended = following is not None and shift.left <= now
        for officer, leads, came in shift.people:
            rows.append(
                DutySpan(
                    officer=officer,
                    unit=shift.unit,
                    leads=leads,
                    started_at=min(came, now),
                    expected_until=shift.end,
                    ended_at=shift.left if ended else None,
                    handed_to=_successor(officer, leads, shift, following) if ended and following else None,
                    hand_over_note=rng.choice(notes) if ended and officer is shift.front else "",
                )
            )
    spans = DutySpan.objects.bulk_create(rows, batch_size=BATCH)
    trail = []
    for span in spans:
        on: dict[str, Any] = {"actor": span.officer.ref, "subject": f"duty.dutyspan:{span.pk}"}
        trail.append(AuditRow(at=span.started_at, action="duty.signed_on", details={"leads": span.leads}, **on))
        if span.ended_at is not None:
            details = {"handed_to": span.handed_to.ref if span.handed_to else ""}
            trail.append(AuditRow(at=span.ended_at, action="duty.signed_off", details=details, **on))
    AuditRow.objects.bulk_create(sorted(trail, key=lambda row: row.at), batch_size=BATCH)


def _successor(officer: Officer, leads: bool, shift: Shift, following: Shift) -> Officer | None:
    if officer is shift.front:
        return following.front
    return following.lead if leads and following.lead is not officer else None
