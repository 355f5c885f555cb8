"""
What can be done with a matter. Each function is one transaction and one story: may I, decide, write, record, tell.

`at` is always an aware datetime handed in by the door. `by` is the officer who acts; a resident acts through the code they hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.duty.queries import who_answers
from shouwang.apps.files.usecases import attach_all
from shouwang.apps.guides.blanks import refuse_unfilled
from shouwang.apps.matters import clock, policy
from shouwang.apps.matters.errors import NothingSaid, TooLong, UnknownCode, WrongState
from shouwang.apps.matters.facts import CodeIssued, MatterOpened, ReadMoved
from shouwang.apps.matters.models import (
    AccessCode,
    By,
    Entry,
    Kind,
    Matter,
    ReadMark,
    Reason,
    Series,
    State,
    Type,
)
from shouwang.apps.matters.readable import ANSWERING, COMPLAINT_ROLES
from shouwang.apps.matters.timeline import append, append_by_house, locked
from shouwang.apps.matters.viewer import Held, Holder, Viewer, Visibility
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.engines.clocks import DONE, EventKind
from shouwang.engines.errors import EngineError
from shouwang.kernel import audit, ids, limits
from shouwang.kernel.errors import Conflict, Refused
from shouwang.kernel.events import publish
from shouwang.kernel.fields import blind
from shouwang.kernel.live import log as live
from shouwang.kernel.policy import require

LONGEST_MESSAGE = 5000
#: How the files app names a matter as the owner of uploads.
FILES_OF = "matters.matter"


@dataclass(frozen=True, slots=True)
class Opened:
    """A new matter and the tracking code that opens it. The code is shown now and never again."""

    matter: Matter
    code: str
    held: Held


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def open_matter(
    unit: Unit,
    *,
    kind: str,
    channel: str,
    at: datetime,
    title: str = "",
    body: str = "",
    files: tuple[str, ...] = (),
    reporter: Person | None = None,
    community: Community | None = None,
    by: Officer | None = None,
    name: str = "",
    safe_contact: bool = False,
    data: dict[str, Any] | None = None,
    client_id: str | None = None,
) -> Opened:
    """
    Take in whatever somebody asks of the station (首接负责): number, code, first receiver, clock, all at once.

    unit   where it arrived; the station of this unit becomes answerable until another unit accepts a transfer
    by     the officer who writes it down for a resident at the counter or phone; None when residents write themselves
    """
    if client_id and (before := Matter.objects.filter(client_id=client_id).first()):
        return _opened_again(before, at=at)
    station = unit.station
    require(policy.unit_may_receive(station))
    if by is not None:
        require(policy.may_answer(by))
    words = clean_text(body)
    year = timezone.localtime(at).year
    matter = Matter.objects.create(
        number=ids.matter_number(station.prefix or "SW", year, Series.next(station.prefix or "SW", year)),
        kind=kind,
        channel=channel,
        unit_first=station,
        unit=station,
        received_at=at,
        community=community,
        reporter=reporter,
        client_id=client_id,
        title=(title or _title_from(words, kind))[:80],
    )
    handler = by or who_answers(unit)
    append(
        matter,
        Type.RECEIVED,
        at=at,
        by=By.OFFICER if by else By.HOUSE,
        officer=by,
        visibility=Visibility.PARTIES,
        data={
            "kind": kind,
            "title": matter.title,
            "unit": station.pk,
            "handler": handler.pk if handler else None,
            "handler_name": handler.public_name if handler else "",
            "channel": channel,
            "safe_contact": safe_contact,
            **(data or {}),
        },
    )
    _start_clock(matter, clock.FIRST_RULE[Kind(kind)], at=at)
    if words or files:
        append(
            matter,
            Type.MESSAGE,
            at=at,
            by=By.RESIDENT,
            visibility=Visibility.PARTIES,
            name=name or (reporter.pseudonym if reporter else ""),
            body=words,
            data={"files": _take_files(matter, files, by="resident", at=at)} if files else {},
        )
    code, held = _issue_code(matter, Holder.REPORTER, at=at)
    audit.record("matters.opened", by=by.ref if by else "resident", on=matter, at=at, kind=kind, channel=channel)
    publish(MatterOpened(matter.pk, at))
    return Opened(matter, code, held)


def _take_files(matter: Matter, refs: tuple[str, ...], *, by: str, at: datetime) -> list[str]:
    """The uploads become part of the matter in the transaction that keeps the message."""
    attached = attach_all(refs, for_kind=FILES_OF, for_ref=str(matter.pk), by=by, at=at)
    return [one.ref for one in attached]


def _opened_again(matter: Matter, *, at: datetime) -> Opened:
    """The answer to the first press was lost on the way: the same matter, and a code that can still be shown."""
    AccessCode.objects.filter(matter=matter, holder=Holder.REPORTER, revoked_at=None).update(revoked_at=at)
    code, held = _issue_code(matter, Holder.REPORTER, at=at)
    return Opened(matter, code, held)


def clean_text(text: str) -> str:
    """
    Words as we keep them: line ends unified, control and direction-changing characters gone, ends trimmed.

    Raises TooLong above `LONGEST_MESSAGE` characters; nothing is cut silently.
    """
    kept = "".join(
        ch
        for ch in text.replace("\r\n", "\n").replace("\r", "\n")
        if ch in "\n\t" or (ch >= " " and ch not in _HARMFUL)
    ).strip()
    if len(kept) > LONGEST_MESSAGE:
        raise TooLong(
            _("这段话有 %(have)d 个字，一次最多 %(most)d 个字。请分成几段来发。")
            % {"have": len(kept), "most": LONGEST_MESSAGE}
        )
    return kept


# Bidirectional controls can make a text read differently from what it says; DEL and C1 controls show nothing.
_HARMFUL = frozenset(
    "\x7f\u200e\u200f\u061c\ufeff"
    + "".join(map(chr, [*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
)


def _title_from(words: str, kind: str) -> str:
    line = next((line.strip() for line in words.split("\n") if line.strip()), "")
    if not line:
        return str(Kind(kind).label)
    return line if len(line) <= 30 else line[:29] + "…"


# ── talking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def say(
    matter: Matter,
    *,
    viewer: Viewer,
    at: datetime,
    body: str = "",
    files: tuple[str, ...] = (),
    place: dict[str, float] | None = None,
    reply_to: int | None = None,
    client_id: str | None = None,
    name: str = "",
    data: dict[str, Any] | None = None,
) -> Entry:
    """
    Add a message from whoever looks: the resident or helper with the code, or the desk. A retry with the same `client_id` adds nothing.

    place   WGS-84 `{"longitude": …, "latitude": …}`
    """
    matter = locked(matter)
    if client_id and (before := matter.entries.filter(client_id=client_id).first()):
        return before
    require(policy.may_write(viewer, matter))
    words = clean_text(body)
    if not (words or files or place):
        raise NothingSaid
    extra: dict[str, Any] = dict(data or {})
    if place:
        extra["place"] = place
    if reply_to:
        extra["reply_to"] = reply_to
    held = viewer.held.get(matter.pk)
    if files:
        extra["files"] = _take_files(matter, files, by=viewer.ref if held is None else f"code:{held.code_id}", at=at)
    as_officer = viewer.officer if policy.clearance(viewer, matter) >= Visibility.STATION else None
    if as_officer:
        refuse_unfilled(words)
    entry = append(
        matter,
        Type.MESSAGE,
        at=at,
        by=By.OFFICER if as_officer else By.HELPER if held and held.holder == Holder.HELPER else By.RESIDENT,
        officer=as_officer,
        name=name or ("" if as_officer else held.label if held else ""),
        visibility=Visibility.PARTIES,
        body=words,
        data=extra,
        client_id=client_id,
    )
    if as_officer and matter.handler_id is None:
        _assign(matter, as_officer, by=as_officer, at=at)
    if as_officer and matter.due_rule in clock.MET_BY_ANSWER:
        _stop_clock(matter, at=at)
    return entry


@transaction.atomic
def note(
    matter: Matter, *, by: Officer, body: str, at: datetime, restricted: bool = False, client_id: str | None = None
) -> Entry:
    """An internal note: the resident never sees it."""
    matter = locked(matter)
    if client_id and (before := matter.entries.filter(client_id=client_id).first()):
        return before
    require(policy.may_work_on(by, matter))
    if not (words := clean_text(body)):
        raise NothingSaid
    level = Visibility.RESTRICTED if restricted else Visibility.STATION
    return append(
        matter, Type.NOTE, at=at, by=By.OFFICER, officer=by, visibility=level, body=words, client_id=client_id
    )


@transaction.atomic
def answer_automatically(matter: Matter, *, body: str, guide: str, confidence: float, at: datetime) -> Entry | None:
    """
    Give a guide's short answer, marked as automatic. It does not stop the waiting: a person still looks.

    Only one automatic answer for each thing asked; None when the station already spoke.
    """
    matter = locked(matter)
    last = (
        matter.entries.filter(visibility__lte=Visibility.PARTIES, type__in=[Type.MESSAGE, Type.AUTO_ANSWER])
        .order_by("-seq")
        .first()
    )
    if last is None or last.by not in {By.RESIDENT, By.HELPER}:
        return None
    return append_by_house(
        matter,
        Type.AUTO_ANSWER,
        at=at,
        visibility=Visibility.PARTIES,
        body=body,
        data={"guide": guide, "confidence": round(confidence, 3)},
    )


def tell_typing(matter: Matter, *, viewer: Viewer) -> None:
    """Let the other side see that somebody is writing. Nothing is stored."""
    require(policy.may_write(viewer, matter))
    side = "station" if policy.clearance(viewer, matter) >= Visibility.STATION else "resident"
    live.whisper(f"matter:{matter.pk}", "typing", {"side": side}, audience=Visibility.PARTIES)


@transaction.atomic
def mark_read(matter: Matter, *, viewer: Viewer, seq: int, at: datetime, only_delivered: bool = False) -> None:
    """Move a side's mark forward; never back. Looking as the station moves the station's mark."""
    side = ReadMark.Side.STATION if policy.clearance(viewer, matter) >= Visibility.STATION else ReadMark.Side.RESIDENT
    require(policy.may_read(viewer, matter))
    seq = min(seq, matter.last_seq)
    mark, _new = ReadMark.objects.get_or_create(matter=matter, side=side)
    delivered, read = max(mark.delivered_seq, seq), mark.read_seq if only_delivered else max(mark.read_seq, seq)
    if (delivered, read) == (mark.delivered_seq, mark.read_seq):
        return
    ReadMark.objects.filter(pk=mark.pk).update(
        delivered_seq=delivered, read_seq=read, read_at=at if read > mark.read_seq else mark.read_at
    )
    publish(ReadMoved(matter.pk, side, delivered, read))


# ── clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _tick(matter: Matter, event: str, *, at: datetime, by: Officer | None = None, body: str = "", **data: Any) -> Entry:
    return append(
        matter,
        Type.CLOCK,
        at=at,
        by=By.OFFICER if by else By.HOUSE,
        officer=by,
        visibility=Visibility.PARTIES,
        body=body,
        data={"event": event, **data},
    )


def _start_clock(matter: Matter, rule: str, *, at: datetime) -> None:
    """A new clock; one that still runs ends unfulfilled."""
    _stop_clock(matter, at=at, reason="replaced")
    _tick(matter, "start", at=at, rule=rule)


def _stop_clock(matter: Matter, *, at: datetime, reason: str = DONE) -> None:
    run = clock.running(matter)
    if run is not None:
        _tick(matter, "stop", at=at, rule=run.rule.id, reason=reason)


def _running(matter: Matter) -> clock.Run:
    run = clock.running(matter)
    if run is None:
        raise WrongState(_("这件事现在没有在算的时限。"))
    return run


def _counted(matter: Matter, event: str, *, by: Officer, at: datetime, **data: Any) -> Entry:
    """Try an event on the clock; the engine refuses what the rule does not allow, and nothing is written then."""
    try:
        with transaction.atomic():
            return _tick(matter, event, at=at, by=by, **data)
    except EngineError as why:
        raise WrongState(_("时限不能这样改：%(why)s") % {"why": why}) from why


@transaction.atomic
def pause_clock(matter: Matter, *, by: Officer, reason: str, words: str, at: datetime) -> Entry:
    """Stop counting for a reason the rule allows, such as asking a third party (政府信息公开条例 art. 33)."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    run = _running(matter)
    if reason not in run.rule.pauses:
        raise WrongState(_("“%(rule)s”这条时限不能因为这个原因暂停。") % {"rule": run.rule.name_zh})
    return _counted(matter, "pause", by=by, at=at, reason=reason, body=clean_text(words))


@transaction.atomic
def resume_clock(matter: Matter, *, by: Officer, at: datetime) -> Entry:
    """Go on counting."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    run = _running(matter)
    paused = next((event.reason for event in reversed(run.events) if event.kind == EventKind.PAUSE), "")
    return _counted(matter, "resume", by=by, at=at, reason=paused)


@transaction.atomic
def restart_clock(matter: Matter, *, by: Officer, words: str, at: datetime) -> Entry:
    """What was missing has arrived: count anew from today (for disclosure: 政府信息公开条例 art. 30)."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    _running(matter)
    return _counted(matter, "restart", by=by, at=at, body=clean_text(words))


@transaction.atomic
def extend_clock(matter: Matter, *, by: Officer, amount: int, words: str, at: datetime) -> Entry:
    """Lengthen within the rule. Only a leader may, and the resident is told who and why."""
    matter = locked(matter)
    require(policy.may_extend(by, matter))
    run = _running(matter)
    if run.rule.extension is None:
        raise WrongState(_("“%(rule)s”这条时限不能延长。") % {"rule": run.rule.name_zh})
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写明为什么延长，居民会看到。"))
    return _counted(
        matter,
        "extend",
        by=by,
        at=at,
        amount=amount,
        approver=run.rule.extension.approver,
        approver_name=by.public_name,
        body=why,
    )


@transaction.atomic
def recount(matter: Matter, *, at: datetime) -> bool:
    """Count a provisional date anew once the holidays are published, and say so openly when it moved."""
    matter = locked(matter)
    before = matter.due_at
    if not clock.refresh(matter, at) or matter.due_at == before:
        return False
    old, new = before.isoformat() if before else "", matter.due_at.isoformat() if matter.due_at else ""
    _tick(matter, "recount", at=at, before=old, after=new)
    return True


# ── who is answerable ────────────────────────────────────────────────────────────────────────────────────────────────


def _assign(matter: Matter, to: Officer, *, by: Officer, at: datetime, type_: str = Type.ASSIGNED) -> Entry:
    return append(
        matter,
        type_,
        at=at,
        by=By.OFFICER,
        officer=by,
        visibility=Visibility.PARTIES,
        data={"to": to.pk, "to_name": to.public_name},
    )


@transaction.atomic
def assign(matter: Matter, *, to: Officer, by: Officer, at: datetime) -> Entry | None:
    """Name who in the unit takes care of it from now. Assigning to the one who has it already adds nothing."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    if not to.roles_for(matter.unit) & ANSWERING or not to.active:
        raise Refused(
            _("%(name)s不在%(unit)s，要交给别的单位请用“转办”。") % {"name": to.name, "unit": matter.unit.name}
        )
    if matter.kept_from.filter(pk=to.pk).exists():
        raise Refused(_("这件事和%(name)s有关，不能交给本人。") % {"name": to.name})
    if matter.handler_id == to.pk:
        return None
    entry = _assign(matter, to, by=by, at=at)
    audit.record("matters.assigned", by=by.ref, on=matter, at=at, to=to.ref)
    return entry


@transaction.atomic
def hand_over(officer: Officer, *, to: Officer | None, at: datetime) -> int:
    """Shift change: every open matter of one officer goes to the next, or back to the unit's queue. Returns how many."""
    count = 0
    for one in Matter.objects.open().filter(handler=officer).order_by("pk"):
        matter = locked(one)
        append(
            matter,
            Type.HANDED_OVER,
            at=at,
            by=By.OFFICER,
            officer=officer,
            visibility=Visibility.PARTIES,
            data={"to": to.pk if to else None, "to_name": to.public_name if to else ""},
        )
        count += 1
    return count


@transaction.atomic
def offer_transfer(
    matter: Matter, *, to: Unit, by: Officer, reason: str, at: datetime, officer: Officer | None = None
) -> Entry:
    """
    Offer a matter to another unit or colleague. Until they accept, the present unit stays answerable; number, code and dates never change.
    """
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    require(policy.unit_may_receive(to))
    if not matter.is_open:
        raise WrongState(_("这件事已经办结，不用再转。"))
    if matter.offered_to_unit_id is not None:
        raise WrongState(
            _("这件事已经转给%(unit)s，正等对方接收。")
            % {"unit": matter.offered_to_unit.name if matter.offered_to_unit else ""}
        )
    if to.station.pk == matter.unit_id and officer is None:
        raise WrongState(_("这件事本来就在%(unit)s。要换人办，请用“分派”。") % {"unit": to.station.name})
    if not (why := clean_text(reason)):
        raise NothingSaid(_("请写明为什么转办，接手的人和居民都会看到。"))
    entry = append(
        matter,
        Type.TRANSFER_OFFERED,
        at=at,
        by=By.OFFICER,
        officer=by,
        visibility=Visibility.PARTIES,
        body=why,
        data={
            "unit": to.station.pk,
            "unit_name": to.station.name,
            "officer": officer.pk if officer else None,
            "from": matter.unit_id,
        },
    )
    audit.record("matters.transfer_offered", by=by.ref, on=matter, at=at, to=to.pk, reason=why)
    return entry


@transaction.atomic
def accept_transfer(matter: Matter, *, by: Officer, at: datetime) -> Entry:
    """Become answerable. The clock runs on as it was."""
    matter = locked(matter)
    require(policy.may_accept(by, matter))
    assert matter.offered_to_unit is not None
    entry = append(
        matter,
        Type.TRANSFER_ACCEPTED,
        at=at,
        by=By.OFFICER,
        officer=by,
        visibility=Visibility.PARTIES,
        data={"unit": matter.offered_to_unit_id, "unit_name": matter.offered_to_unit.name, "from": matter.unit_id},
    )
    audit.record("matters.transfer_accepted", by=by.ref, on=matter, at=at)
    return entry


@transaction.atomic
def return_transfer(matter: Matter, *, by: Officer, reason: str, at: datetime) -> Entry:
    """Say why it stays where it was. Counted: ping-pong is visible."""
    matter = locked(matter)
    require(policy.may_accept(by, matter))
    if not (why := clean_text(reason)):
        raise NothingSaid(_("请写明为什么退回，原来的单位和居民都会看到。"))
    entry = append(
        matter,
        Type.TRANSFER_RETURNED,
        at=at,
        by=By.OFFICER,
        officer=by,
        visibility=Visibility.PARTIES,
        body=why,
        data={"unit": matter.unit_id, "from": matter.offered_to_unit_id, "unit_name": matter.unit.name},
    )
    audit.record("matters.transfer_returned", by=by.ref, on=matter, at=at, reason=why)
    return entry


@transaction.atomic
def change_kind(matter: Matter, *, kind: str, by: Officer, at: datetime, title: str = "") -> Entry:
    """The same matter under its right name; the date of arrival and the code stay."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    if Kind.COMPLAINT in {kind, matter.kind} and not by.roles_for(matter.unit) & COMPLAINT_ROLES:
        raise Refused(_("投诉只能由所长、法制员或分局认定或改类。"))
    return append(
        matter,
        Type.KIND_CHANGED,
        at=at,
        by=By.OFFICER,
        officer=by,
        visibility=Visibility.PARTIES,
        data={"kind": Kind(kind).value, "title": (title or matter.title)[:80], "from": matter.kind},
    )


# ── codes and helpers ────────────────────────────────────────────────────────────────────────────────────────────────


def _digest(code: str) -> str:
    return blind(code, "matters.code")


def _issue_code(matter: Matter, holder: Holder, *, at: datetime, label: str = "") -> tuple[str, Held]:
    code = ids.new_code()
    row = AccessCode.objects.create(matter=matter, digest=_digest(code), holder=holder, label=label[:40], created_at=at)
    publish(CodeIssued(matter.pk, row.pk))
    return code, Held(row.pk, matter.pk, holder, row.label)


def open_by_code(typed: str, *, address: str, at: datetime, tries_per_hour: int) -> Held:
    """
    The matter that a typed code opens. Wrong codes are counted by address; a right one is not.

    Raises TooOften before looking when the address has used up its tries, UnknownCode otherwise. The time it takes says nothing about a
    near miss: codes are compared as keyed hashes in an index.
    """
    window = timedelta(hours=1)
    limits.refuse_above(tries_per_hour, "code", address, at=at, window=window)
    code = ids.clean_code(typed)
    row = AccessCode.objects.filter(digest=_digest(code or typed[:64]), revoked_at=None).first()
    if row is None or code is None:
        limits.count("code", address, at=at, window=window)
        raise UnknownCode(_("没有找到这个查询码。") if code else _("这个查询码好像少抄了或抄错了一位。"))
    return Held(row.pk, row.matter_id, Holder(row.holder), row.label)


def held_codes(code_ids: list[int]) -> dict[int, Held]:
    """The codes among these that are still live, by matter."""
    rows = AccessCode.objects.filter(pk__in=code_ids, revoked_at=None)
    return {row.matter_id: Held(row.pk, row.matter_id, Holder(row.holder), row.label) for row in rows}


@transaction.atomic
def add_helper(matter: Matter, *, viewer: Viewer, label: str, at: datetime) -> tuple[str, Held]:
    """Trust somebody with this one matter: a second code that reads and writes here and nowhere else."""
    matter = locked(matter)
    held = viewer.held.get(matter.pk)
    if held is None or held.holder != Holder.REPORTER:
        raise Refused(_("只有提出这件事的本人可以请人代办。"))
    if not (who := clean_text(label)[:40]):
        raise NothingSaid(_("请写一下请谁代办，比如“女儿”或“村干部老王”。"))
    if AccessCode.objects.filter(matter=matter, holder=Holder.HELPER, revoked_at=None).count() >= 3:
        raise WrongState(_("一件事最多请 3 个人代办。先取消一个再添加。"))
    code, new = _issue_code(matter, Holder.HELPER, at=at, label=who)
    append(
        matter,
        Type.HELPER_ADDED,
        at=at,
        by=By.RESIDENT,
        visibility=Visibility.PARTIES,
        data={"label": who, "code": new.code_id},
    )
    return code, new


@transaction.atomic
def remove_helper(matter: Matter, *, viewer: Viewer, code_id: int, at: datetime) -> None:
    """The helper's code opens nothing from now on."""
    matter = locked(matter)
    held = viewer.held.get(matter.pk)
    if held is None or held.holder != Holder.REPORTER:
        raise Refused(_("只有提出这件事的本人可以取消代办。"))
    row = AccessCode.objects.filter(pk=code_id, matter=matter, holder=Holder.HELPER, revoked_at=None).first()
    if row is None:
        raise Conflict(_("这个代办已经取消了。"))
    AccessCode.objects.filter(pk=row.pk).update(revoked_at=at)
    append(
        matter,
        Type.HELPER_REMOVED,
        at=at,
        by=By.RESIDENT,
        visibility=Visibility.PARTIES,
        data={"label": row.label, "code": row.pk},
    )


@transaction.atomic
def replace_code(matter: Matter, *, by: Officer, reason: str, at: datetime) -> str:
    """A lost code is replaced at the counter once the officer knows who asks; the old one opens nothing any more. Returns the new code."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    if not (why := clean_text(reason)):
        raise NothingSaid(_("请写明怎样核对了本人，比如“本人到窗口，核对了身份证”。"))
    AccessCode.objects.filter(matter=matter, holder=Holder.REPORTER, revoked_at=None).update(revoked_at=at)
    code, held = _issue_code(matter, Holder.REPORTER, at=at)
    append(
        matter,
        Type.CODE_REPLACED,
        at=at,
        by=By.OFFICER,
        officer=by,
        visibility=Visibility.PARTIES,
        data={"code": held.code_id},
    )
    audit.record("matters.code_replaced", by=by.ref, on=matter, at=at, reason=why)
    return code


# ── the end, and what may follow it ──────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def close(matter: Matter, *, by: Officer, reason: str, words: str, at: datetime) -> Entry:
    """Close with a reason from the list and one plain sentence that the resident reads."""
    matter = locked(matter)
    require(policy.may_close(by, matter))
    if not matter.is_open:
        raise WrongState(_("这件事已经办结了。"))
    if matter.state == State.DISPUTED:
        raise WrongState(_("居民有异议，要先由领导复核，不能直接办结。"))
    if matter.rings:
        raise WrongState(_("危险提示还没有人应答，先应答再办结。"))
    if not (sentence := clean_text(words)):
        raise NothingSaid(_("请用一句话告诉居民结果是什么。"))
    refuse_unfilled(sentence)
    entry = append(
        matter,
        Type.CLOSED,
        at=at,
        by=By.OFFICER,
        officer=by,
        visibility=Visibility.PARTIES,
        body=sentence,
        data={"reason": Reason(reason).value},
    )
    _stop_clock(matter, at=at)
    audit.record("matters.closed", by=by.ref, on=matter, at=at, outcome=reason)
    return entry


@transaction.atomic
def dispute(matter: Matter, *, viewer: Viewer, words: str, at: datetime, client_id: str | None = None) -> Entry:
    """“不满意”: the matter is open again and goes to a leader who did not close it. The date of arrival stays."""
    matter = locked(matter)
    if client_id and (before := matter.entries.filter(client_id=client_id).first()):
        return before
    if policy.clearance(viewer, matter) < Visibility.PARTIES or matter.pk not in viewer.held:
        raise Refused(_("要有这件事的查询码，才能提出异议。"))
    if matter.state != State.CLOSED:
        raise WrongState(_("这件事还在处理，有话可以直接补充。"))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写一下哪里不满意，领导会照着看。"))
    leader = _leader_for(matter)
    entry = append(
        matter,
        Type.DISPUTED,
        at=at,
        by=By.HELPER if viewer.held[matter.pk].holder == Holder.HELPER else By.RESIDENT,
        visibility=Visibility.PARTIES,
        body=why,
        data={"to": leader.pk if leader else None, "to_name": leader.public_name if leader else ""},
        client_id=client_id,
    )
    _start_clock(matter, clock.REVIEW_RULE, at=at)
    return entry


def _leader_for(matter: Matter) -> Officer | None:
    """The leader nearest to the unit who neither closed the matter nor is concerned by it."""
    closed_by = matter.entries.filter(type=Type.CLOSED).order_by("-seq").values_list("officer", flat=True).first()
    barred = {closed_by, *matter.kept_from.values_list("pk", flat=True)}
    leaders = [
        officer
        for officer in Officer.objects.serving().filter(posts__role__in=[Role.CHIEF, Role.BUREAU]).distinct()
        if officer.pk not in barred and officer.roles_for(matter.unit) & {Role.CHIEF, Role.BUREAU}
    ]
    return min(leaders, key=lambda o: (Role.CHIEF not in o.roles_for(matter.unit), o.pk), default=None)


@transaction.atomic
def review(matter: Matter, *, by: Officer, upheld: bool, words: str, at: datetime) -> Entry:
    """Decide a dispute: the closing stands (with a sentence why), or the work goes on."""
    matter = locked(matter)
    require(policy.may_review(by, matter))
    if not (sentence := clean_text(words)):
        raise NothingSaid(_("请写明复核的结果和理由，居民会看到。"))
    before = matter.entries.filter(type=Type.CLOSED).order_by("-seq").first()
    entry = append(
        matter,
        Type.REVIEWED,
        at=at,
        by=By.OFFICER,
        officer=by,
        visibility=Visibility.PARTIES,
        body=sentence,
        data={"upheld": upheld, "reason": before.data["reason"] if before else Reason.ANSWERED, "to": by.pk},
    )
    _stop_clock(matter, at=at)
    audit.record("matters.reviewed", by=by.ref, on=matter, at=at, upheld=upheld)
    return entry


@transaction.atomic
def rate(matter: Matter, *, viewer: Viewer, stars: int, words: str, at: datetime) -> Entry:
    """One to five, after the result. A later rating replaces an earlier one in the figures; both stay in the timeline."""
    matter = locked(matter)
    if matter.pk not in viewer.held:
        raise Refused(_("要有这件事的查询码，才能评价。"))
    if matter.state != State.CLOSED:
        raise WrongState(_("等事情有了结果再评价。"))
    if not 1 <= stars <= 5:
        raise NothingSaid(_("请选一到五颗星。"))
    held = viewer.held[matter.pk]
    return append(
        matter,
        Type.RATED,
        at=at,
        by=By.HELPER if held.holder == Holder.HELPER else By.RESIDENT,
        visibility=Visibility.PARTIES,
        body=clean_text(words),
        data={"stars": stars},
    )


# ── danger, safety and silence ───────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def find_danger(
    matter: Matter, *, grade: str, category: str, why: list[str], numbers: list[str], at: datetime
) -> Entry:
    """Words of danger were found: the desk rings until somebody accepts. A graver finding rings again."""
    matter = locked(matter)
    return append_by_house(
        matter,
        Type.DANGER_FOUND,
        at=at,
        visibility=Visibility.STATION,
        data={"grade": grade, "category": category, "why": why, "numbers": numbers},
    )


@transaction.atomic
def accept_danger(matter: Matter, *, by: Officer, at: datetime) -> Entry:
    """“我来处理”: the ringing stops. The first one counts; a second press is told who was quicker."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    if not matter.rings:
        first = matter.entries.filter(type=Type.DANGER_ACCEPTED).order_by("-seq").first()
        raise Conflict(_("%(name)s已经应答了。") % {"name": first.name if first else ""})
    entry = append(matter, Type.DANGER_ACCEPTED, at=at, by=By.OFFICER, officer=by, visibility=Visibility.STATION)
    audit.record("matters.danger_accepted", by=by.ref, on=matter, at=at)
    return entry


@transaction.atomic
def set_safe_contact(matter: Matter, *, viewer: Viewer, on: bool, at: datetime) -> Entry:
    """Neutral titles and senders, and no notice that the resident did not ask for."""
    matter = locked(matter)
    require(policy.may_write(viewer, matter))
    officer = viewer.officer if matter.pk not in viewer.held else None
    return append(
        matter,
        Type.SAFE_CONTACT,
        at=at,
        by=By.OFFICER if officer else By.RESIDENT,
        officer=officer,
        visibility=Visibility.PARTIES,
        data={"on": on},
    )


@transaction.atomic
def beat(matter: Matter, *, at: datetime) -> Entry | None:
    """
    The honest heartbeat: when the promised day passes without a word, say exactly that, with the next date.

    Returns None when there is nothing to say, so it may run as often as one likes.
    """
    matter = locked(matter)
    if not matter.is_open or matter.next_word_by is None or at < matter.next_word_by:
        return None
    last = matter.entries.filter(visibility__lte=Visibility.PARTIES).order_by("-seq").first()
    return append_by_house(
        matter,
        Type.HEARTBEAT,
        at=at,
        visibility=Visibility.PARTIES,
        data={
            "nothing_since": last.at.isoformat() if last else matter.received_at.isoformat(),
            "nth": matter.heartbeats + 1,
        },
    )


def beat_all(*, at: datetime) -> int:
    """Beat for every matter whose promised day has passed; returns how many were told. One transaction each."""
    due = Matter.objects.open().filter(next_word_by__lte=at).order_by("next_word_by")
    return sum(beat(matter, at=at) is not None for matter in due.iterator())
