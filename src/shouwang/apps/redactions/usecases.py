"""
What can be done with a document that goes to the public. Each function is one transaction: may I, decide, write, record.

`at` is an aware datetime handed in by the door; `seen` is the turn that the officer had before the eyes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwang.apps.files.models import StoredFile, Visibility
from shouwang.apps.files.usecases import attach, whole_bytes
from shouwang.apps.ledger.usecases import record
from shouwang.apps.matters.models import Matter
from shouwang.apps.people.telling import tells_who
from shouwang.apps.people.usecases import looked_lately, record_look
from shouwang.apps.redactions import grounds, policy
from shouwang.apps.redactions.beside import beside_released
from shouwang.apps.redactions.errors import MayNotStay, NoReason, NotReady
from shouwang.apps.redactions.models import DrawnBox, Mark, Purpose, Redaction, Seen, State, Step
from shouwang.apps.redactions.work import digest_of
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require

ORIGINALS_OF = "redactions.original"
LOOK = "redaction"
LEAST_REASON = 2
#: Characters of why joined items are all right: “可以” is no reason.
LEAST_WHY = 6


@dataclass(frozen=True, slots=True)
class Decision:
    """What one officer decided about one mark: hidden by a rule, or left with a reason."""

    hide: bool
    ground: str
    why_stays: str = ""


@dataclass(frozen=True, slots=True)
class Edges:
    """A box on a page, in thousandths of its width and height."""

    page: int
    left: int
    top: int
    right: int
    bottom: int


def held(redaction: Redaction, seen: int | None, *states: State) -> Redaction:
    """The row, held until the transaction ends. Raises Conflict when somebody decided meanwhile, NotReady in another state."""
    now: Redaction = Redaction.objects.select_for_update().get(pk=redaction.pk)
    if now.state not in states:
        raise NotReady(_("这份文件现在是“%(state)s”，这一步做不了。") % {"state": now.get_state_display()})
    if seen is not None and now.turn != seen:
        raise Conflict(_("别人刚改过这份文件，请看一眼新的再定。"))
    return now


def _named(name: str) -> str:
    said = " ".join(name.split())[:80]
    if len(said) < LEAST_REASON:
        raise NotReady(_("请给文件起个名，比如“第12号处罚决定”。"))
    if found := tells_who(said, of=None):
        raise NotReady(_("文件名里的“%(words)s”可能让人知道是谁，请换个名。") % {"words": "”“".join(found)})
    return said


@transaction.atomic
def begin(
    stored: StoredFile, *, name: str, purpose: str, by: Officer, at: datetime, matter: Matter | None = None
) -> Redaction:
    """
    Take a document in. The upload was inspected and sealed and belongs to nothing yet.

    matter  it goes with; its reporter's name and numbers are hidden wherever they stand
    """
    require(policy.may_work_some(by))
    if purpose not in Purpose.values:
        raise NotReady(_("请选一下用来做什么。"))
    said = _named(name)
    made = Redaction.objects.create(
        unit=matter.unit.station if matter else by.unit.station,
        matter=matter,
        purpose=purpose,
        name=said,
        original=stored,
        drafter=by,
        made_at=at,
    )
    attach(stored, for_kind=ORIGINALS_OF, for_ref=str(made.pk), by=by.ref, at=at, visibility=Visibility.STATION)
    Step.objects.create(redaction=made, what=Step.What.BEGUN, at=at, by=by)
    _look(made, by, _("交来要公开的文件"), at)
    audit.record("redactions.begun", by=by.ref, on=made.ref, at=at, purpose=purpose, file=stored.ref)
    return made


def open_it(redaction: Redaction, *, by: Officer, reason: str, at: datetime) -> None:
    """Open original and marks for some minutes; who, when and why is kept, and the person of the matter sees it."""
    require(policy.may_work(by, redaction))
    _look(redaction, by, reason, at)


def _look(redaction: Redaction, by: Officer, reason: str, at: datetime) -> None:
    """Each document knows its own looks; the reporter's page shows those of the matter."""
    matter = redaction.matter
    person = matter.reporter if matter else None
    for subject in (redaction.ref, *((matter.ref,) if matter else ())):
        record_look(by, subject, person=person, what=(LOOK,), reason=reason, at=at)


def is_open(officer: Officer, redaction: Redaction, at: datetime) -> bool:
    """Whether this officer has just said why they look."""
    return looked_lately(officer, redaction.ref, what=LOOK, at=at)


def _moved(now: Redaction, **columns: object) -> None:
    now.turn += 1
    for name, value in columns.items():
        setattr(now, name, value)
    now.save(update_fields=["turn", *columns])


# ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def decide(
    redaction: Redaction, decisions: Mapping[int, Decision], *, seen: int, by: Officer, at: datetime
) -> Redaction:
    """What of the found words is hidden, and by which rule. Numbers of persons cannot be left."""
    require(policy.may_work(by, redaction))
    now = held(redaction, seen, State.DRAFT)
    public = grounds.public_words(now.unit)
    for mark in now.marks.all():
        said = decisions.get(mark.pk)
        if said is None:
            continue
        if said.hide and said.ground not in grounds.RULES:
            raise NotReady(_("请选一下凭哪一条遮。"))
        if not said.hide and not grounds.may_stay(mark.kind, mark.words, public):
            raise MayNotStay(_("第 %(n)d 条是个人的号码，不能留。") % {"n": _place_of(now, mark)})
        told = (
            grounds.plain(mark.words) in public
            or mark.kind == "organisation"
            or len(said.why_stays.strip()) >= LEAST_REASON
        )
        if not said.hide and not told:
            raise NoReason(_("第 %(n)d 条要留下，请写一句为什么。") % {"n": _place_of(now, mark)})
        changed = (mark.hide, mark.ground, mark.why_stays) != (said.hide, said.ground, said.why_stays.strip())
        if changed:
            mark.hide, mark.why_stays = said.hide, said.why_stays.strip()[:120]
            mark.ground = said.ground if said.hide else ""
            mark.decided_by = by
            mark.save(update_fields=["hide", "ground", "why_stays", "decided_by"])
    _moved(now)
    audit.record("redactions.decided", by=by.ref, on=now.ref, at=at, turn=now.turn)
    return now


def _place_of(redaction: Redaction, mark: Mark) -> int:
    """Its number in the list, as the page shows it."""
    return redaction.marks.filter(pk__lte=mark.pk).count()


@transaction.atomic
def add_words(
    redaction: Redaction, words: str, *, kind: str, ground: str, seen: int, by: Officer, at: datetime
) -> Redaction:
    """Words that were not found: hidden wherever they stand."""
    require(policy.may_work(by, redaction))
    now = held(redaction, seen, State.DRAFT)
    said = words.strip()
    if len(said) < LEAST_REASON or len(said) > 200:
        raise NotReady(_("要遮的词写 2 到 200 个字。"))
    if kind not in grounds.KINDS or ground not in grounds.RULES:
        raise NotReady(_("请选一下是什么、凭哪一条遮。"))
    try:
        with transaction.atomic():
            Mark.objects.create(
                redaction=now, words=said, digest=digest_of(said), kind=kind, how="typed", ground=ground, added_by=by,
                decided_by=by, count=0,
            )  # fmt: skip
    except IntegrityError:
        Mark.objects.filter(redaction=now, digest=digest_of(said)).update(
            hide=True, ground=ground, why_stays="", added_by=by, decided_by=by
        )
    _moved(now)
    audit.record("redactions.words_added", by=by.ref, on=now.ref, at=at, kind=kind)
    return now


@transaction.atomic
def add_box(redaction: Redaction, edges: Edges, *, ground: str, seen: int, by: Officer, at: datetime) -> Redaction:
    """A place on a page that is painted black."""
    require(policy.may_work(by, redaction))
    now = held(redaction, seen, State.DRAFT)
    if ground not in grounds.RULES:
        raise NotReady(_("请选一下凭哪一条遮。"))
    fits = 0 <= edges.left < edges.right <= 1000 and 0 <= edges.top < edges.bottom <= 1000
    if not (fits and 1 <= edges.page <= now.pages):
        raise NotReady(_("框要在页面里面：左小于右，上小于下，都在 0 到 1000 之间。"))
    DrawnBox.objects.create(
        redaction=now, page=edges.page, left=edges.left, top=edges.top, right=edges.right, bottom=edges.bottom,
        ground=ground, by=by,
    )  # fmt: skip
    _moved(now)
    audit.record("redactions.box_drawn", by=by.ref, on=now.ref, at=at, page=edges.page)
    return now


@transaction.atomic
def drop_box(redaction: Redaction, pk: int, *, seen: int, by: Officer, at: datetime) -> Redaction:
    """A box that was drawn by mistake."""
    require(policy.may_work(by, redaction))
    now = held(redaction, seen, State.DRAFT)
    if not now.boxes.filter(pk=pk).delete()[0]:
        raise Conflict(_("这个框已经没有了。"))
    _moved(now)
    audit.record("redactions.box_dropped", by=by.ref, on=now.ref, at=at)
    return now


@transaction.atomic
def looked_at(redaction: Redaction, pages: Collection[int], *, by: Officer, at: datetime) -> None:
    """I looked for faces, plates, doors and seals in the pictures of these pages."""
    require(policy.may_work(by, redaction))
    now = held(redaction, None, State.DRAFT)
    for page in sorted(set(pages)):
        if 1 <= page <= now.pages:
            Seen.objects.get_or_create(redaction=now, page=page, by=by, defaults={"at": at})
    audit.record("redactions.pages_seen", by=by.ref, on=now.ref, at=at, pages=sorted(set(pages)))


# ── two people ───────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def hand_in(redaction: Redaction, *, seen: int, by: Officer, at: datetime) -> Redaction:
    """The copy is made and checked; when nothing is found in it, a second officer looks at it."""
    require(policy.may_work(by, redaction))
    now = held(redaction, seen, State.DRAFT)
    _moved(now, state=State.MAKING, drafter=by, note=[])
    Step.objects.create(redaction=now, what=Step.What.HANDED, at=at, by=by)
    audit.record("redactions.handed_in", by=by.ref, on=now.ref, at=at)
    return now


@transaction.atomic
def send_back(redaction: Redaction, *, reason: str, seen: int, by: Officer, at: datetime) -> Redaction:
    """The second officer wants something changed."""
    now = held(redaction, seen, State.REVIEW)
    require(policy.may_review(by, now))
    if len(said := reason.strip()) < LEAST_REASON:
        raise NoReason(_("请写一句哪里要改。"))
    _moved(now, state=State.DRAFT, note=[said[:300]], copy=None, sha256="", verdict={}, told=None)
    Step.objects.create(redaction=now, what=Step.What.BACK, at=at, by=by, words=said[:300])
    audit.record("redactions.sent_back", by=by.ref, on=now.ref, at=at, reason=said)
    return now


@transaction.atomic
def release(
    redaction: Redaction, *, sha256: str, seen: int, by: Officer, at: datetime, beside: str = "", why: str = ""
) -> Redaction:
    """
    The second officer agrees to these very bytes. They may leave the house from now on; that they may is a leaf of the log.

    sha256  of the copy that was looked at
    beside  key of the warnings of joined items that were shown; why, that they are all right
    """
    now = held(redaction, seen, State.REVIEW)
    if now.told is None:
        raise NotReady(_("副本还没有和已经公开的比过，等半分钟再看这一页。"))
    # Two that are agreed to at once would not see one another.
    Unit.objects.select_for_update(no_key=True).get(pk=now.unit_id)
    require(policy.may_review(by, now))
    if now.sha256 != sha256:
        raise Conflict(_("副本刚换过，请看一眼新的再定。"))
    if not is_open(by, now, at):
        raise NotReady(_("先写明原因打开，看过副本再同意。"))
    warned, said = beside_released(now), why.strip()[:300]
    if warned.key != beside:
        raise Conflict(_("这中间又公开了别的文件，放在一起能看出的不一样了，请再看一眼。"))
    if warned.warnings and len(said) < LEAST_WHY:
        raise NoReason(_("和已经公开的放在一起可能认出是谁：退回去改，或者写清为什么没关系。"))
    _moved(now, state=State.RELEASED, reviewer=by, decided_at=at, note=[])
    Step.objects.create(redaction=now, what=Step.What.RELEASED, at=at, by=by, words=said if warned.warnings else "")
    record("redaction.released", f"{now.unit.station.prefix or 'SW'}-R-{now.pk:05d}", {"sha256": sha256}, at=at)
    audit.record(
        "redactions.released", by=by.ref, on=now.ref, at=at, sha256=sha256,
        beside=[one.other.ref if one.other else now.ref for one in warned.warnings], why=said if warned.warnings else "",
    )  # fmt: skip
    return now


@transaction.atomic
def close(redaction: Redaction, *, reason: str, seen: int, by: Officer, at: datetime) -> Redaction:
    """It is not needed; what was found in it goes, the row and the steps stay."""
    require(policy.may_work(by, redaction))
    now = held(redaction, seen, *(state for state in State if state not in {State.RELEASED, State.CLOSED}))
    if len(said := reason.strip()) < LEAST_REASON:
        raise NoReason(_("请写一句为什么不用了。"))
    now.marks.all().delete()
    now.boxes.all().delete()
    _moved(now, state=State.CLOSED, note=[said[:300]], copy=None, sha256="", verdict={}, told=None)
    Step.objects.create(redaction=now, what=Step.What.CLOSED, at=at, by=by, words=said[:300])
    audit.record("redactions.closed", by=by.ref, on=now.ref, at=at, reason=said)
    return now


# ── for rooms above ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as it is handed on; `ending` is that of its file's name, without the dot."""

    data: bytes
    ending: str
    media_type: str


def released_of(matter: Matter) -> list[Redaction]:
    """Copies that two people stand behind, for whoever answers in this matter."""
    return list(matter.redactions.filter(state=State.RELEASED).select_related("copy").order_by("pk"))


def copy_of(redaction: Redaction) -> Copy | None:
    """The very bytes that were agreed to; None when nobody agreed or they are held back. The caller has decided who gets them."""
    stored = redaction.copy
    data = whole_bytes(stored.ref) if stored is not None and redaction.state == State.RELEASED else None
    if stored is None or data is None or hashlib.sha256(data).hexdigest() != redaction.sha256:
        return None
    return Copy(data, stored.name.rsplit(".", 1)[-1], stored.media_type)
