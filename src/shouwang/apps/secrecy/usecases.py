"""
What can be done with a review. Each function is one transaction: may I, decide, write, record, tell.

`at` is an aware datetime handed in by the door; `seen` is the turn that the officer had before the eyes. Whoever is told “unsure” is told
so in the matter itself; what is decided is a leaf of the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.files.markings import is_marked
from shouwang.apps.files.wording import state_secret
from shouwang.apps.ledger.usecases import record
from shouwang.apps.matters.models import Matter, Type
from shouwang.apps.matters.timeline import append_by_officer, locked
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.secrecy import grounds, policy
from shouwang.apps.secrecy.errors import NoReason, NotReady, StateSecret
from shouwang.apps.secrecy.models import PENDING, Owner, Review, State, Step
from shouwang.apps.secrecy.subjects import Subject
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require

LONGEST_EVENT = 80


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    Why something is to be withheld.

    ground          id of the law data
    harm, interest  what publication would do, and how the public interest was weighed against it
    ends_on         the last day; `ends_when` an event that ends it earlier
    owner           what whoever owns or made it said, and on which day they were asked
    """

    ground: str
    harm: str
    ends_on: date | None
    interest: str = ""
    ends_when: str = ""
    owner: str = Owner.NOBODY
    owner_asked_on: date | None = None


def held(review: Review, seen: int | None, *states: State) -> Review:
    """The row, held until the transaction ends, and its matter before it. Raises Conflict or NotReady."""
    if review.matter is not None:
        locked(review.matter)
    rows = Review.objects.select_for_update(of=("self",))  # SQLite needs none: it lets in one writer at a time
    now = rows.select_related("unit__parent", "matter__unit__parent").get(pk=review.pk)
    if now.state not in states:
        raise NotReady(_("这项审查现在是“%(state)s”，这一步做不了。") % {"state": now.get_state_display()})
    if seen is not None and now.turn != seen:
        raise Conflict(_("别人刚办过这项审查，请看一眼新的再定。"))
    return now


def _moved(now: Review, **columns: object) -> None:
    now.turn += 1
    for name, value in columns.items():
        setattr(now, name, value)
    now.save()


def _words(text: str, *, else_say: str) -> str:
    """What somebody typed, as it is kept: something, and no state secret."""
    said = clean_text(text)
    if is_marked(said):
        raise StateSecret(state_secret())
    if len(said) < 2 and else_say:
        raise NoReason(else_say)
    return said


def _fitting(said: Proposal, today: date) -> dict[str, object]:
    """The columns of a proposal. Raises with the sentence that says what to do when the ground does not carry it."""
    known = grounds.grounds()
    if said.ground not in known:
        raise NotReady(_("请选一条理由。没有理由的，应当公开。"))
    ground = known[said.ground]
    if ground.belongs_elsewhere:
        raise StateSecret
    harm = _words(said.harm, else_say=_("请写公开有什么损害。"))
    interest = _words(said.interest, else_say=_("请写公共利益怎么衡量的。") if ground.outweighed else "")
    when = _words(said.ends_when, else_say="")
    if len(when) > LONGEST_EVENT:
        raise NotReady(_("到什么事为止，请写短一点，最多 %(n)d 个字。") % {"n": LONGEST_EVENT})
    longest = grounds.longest(today)
    if said.ends_on is None or not today < said.ends_on <= longest:
        raise NotReady(
            _("请写到哪一天，要在明天以后、%(day)s 以前。到了那天重新看，不是永远不公开。")
            % {"day": longest.isoformat()}
        )
    if said.owner not in Owner.values:
        raise NotReady(_("请选问过权利人、原制作机关没有。"))
    if ground.asks_owner and said.owner == Owner.NOBODY:
        raise NotReady(_("“%(ground)s”要先征求权利人的意见，再来提。") % {"ground": ground.name})
    if said.owner == Owner.AGREES:
        raise NotReady(_("对方同意公开，这一条就不成立了，应当公开。"))
    if said.owner != Owner.NOBODY and (said.owner_asked_on is None or said.owner_asked_on > today):
        raise NotReady(_("请写哪天问的，要在今天以前。"))
    return {
        "ground": said.ground,
        "harm": harm,
        "interest": interest,
        "ends_on": said.ends_on,
        "ends_when": " ".join(when.split()),
        "owner": said.owner,
        "owner_asked_on": said.owner_asked_on if said.owner != Owner.NOBODY else None,
    }


# ── beginning ────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def propose(subject: Subject, said: Proposal, *, by: Officer, at: datetime) -> Review:
    """Somebody wants to withhold a thing, on a ground. A second officer decides."""
    require(policy.may_propose_some(by))
    columns = _fitting(said, _today(at))
    made = _begun(subject, at, state=State.PROPOSED, proposed_by=by, **columns)
    _proposed(made, by, at)
    return made


@transaction.atomic
def ask(subject: Subject, words: str, *, by: Officer, at: datetime) -> Review:
    """Somebody is unsure: the bureau's office or the legal officer decides (政府信息公开条例 art. 17). The applicant is told so."""
    require(policy.may_propose_some(by))
    doubt = _words(words, else_say=_("请写拿不准什么。"))
    made = _begun(subject, at, state=State.UNSURE, asked_by=by, doubt=doubt)
    Step.objects.create(review=made, what=Step.What.ASKED, at=at, by=by)
    audit.record(policy.ASKED, by=by.ref, on=made.ref, at=at)
    _tell_matter(made, "unsure", by=by, at=at, until=made.due_on.isoformat())
    return made


def _begun(subject: Subject, at: datetime, **columns: object) -> Review:
    if subject.settled:
        raise NotReady(_("已经答复过了，不能再提。"))
    matter = locked(subject.matter) if subject.matter else None
    try:
        with transaction.atomic():
            return Review.objects.create(
                about=subject.about,
                called=subject.called[:120],
                unit=subject.unit.station,
                matter=matter,
                due_on=_due(matter, at),
                **columns,
            )
    except IntegrityError:
        raise Conflict(_("这一项已经有一个审查，请在那里接着办。")) from None


def _due(matter: Matter | None, at: datetime) -> date:
    """Within the house's own term, and before whoever waits in the matter has to be answered."""
    within = grounds.decided_by(_today(at))
    if matter is None or matter.due_at is None or matter.due_at <= at:
        return within
    return min(within, timezone.localdate(matter.due_at - timedelta(seconds=1)))


def _today(at: datetime) -> date:
    return timezone.localdate(at)


def _proposed(review: Review, by: Officer, at: datetime) -> None:
    Step.objects.create(
        review=review, what=Step.What.PROPOSED, at=at, by=by, ground=review.ground, until=review.ends_on,
        words=review.harm,
    )  # fmt: skip
    audit.record(policy.PROPOSED, by=by.ref, on=review.ref, at=at, ground=review.ground)


@transaction.atomic
def hand_in(review: Review, said: Proposal, *, seen: int, by: Officer, at: datetime) -> Review:
    """
    A proposal again: it came back, its day has come, or the office that was asked finds a ground. A second officer decides.
    """
    now = held(review, seen, State.UNSURE, State.BACK, State.WITHHELD)
    was_unsure = now.state == State.UNSURE
    require(policy.may_answer(by, now) if was_unsure else policy.may_work(by, now))
    columns = _fitting(said, _today(at))
    _moved(now, state=State.PROPOSED, proposed_by=by, decided_by=None, due_on=_due(now.matter, at), **columns)
    _proposed(now, by, at)
    if was_unsure:
        _tell_matter(now, "answered", by=by, at=at)
    return now


# ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def agree(review: Review, *, seen: int, by: Officer, at: datetime) -> Review:
    """The second officer agrees: it is withheld on this ground until that day, and no longer."""
    now = held(review, seen, State.PROPOSED)
    require(policy.may_decide(by, now))
    if now.ends_on is None or now.ends_on <= _today(at):
        raise NotReady(_("提的日子已经过了，请退回去改。"))
    _moved(now, state=State.WITHHELD, decided_by=by)
    step = Step.objects.create(
        review=now, what=Step.What.AGREED, at=at, by=by, ground=now.ground, until=now.ends_on
    )  # fmt: skip
    tell_the_log(step)
    audit.record("secrecy.agreed", by=by.ref, on=now.ref, at=at, ground=now.ground, until=now.ends_on.isoformat())
    return now


@transaction.atomic
def send_back(review: Review, *, reason: str, seen: int, by: Officer, at: datetime) -> Review:
    """The second officer does not agree yet, and says why."""
    now = held(review, seen, State.PROPOSED)
    require(policy.may_decide(by, now))
    why = _words(reason, else_say=_("请写一句为什么退回。"))
    _moved(now, state=State.BACK)
    Step.objects.create(review=now, what=Step.What.BACK, at=at, by=by, words=why)
    audit.record("secrecy.sent_back", by=by.ref, on=now.ref, at=at)
    return now


@transaction.atomic
def open_up(review: Review, *, reason: str, seen: int, by: Officer, at: datetime) -> Review:
    """There is no ground, or none any more: the thing is published or given like any other. Who may say so: `policy.may_open`."""
    now = held(review, seen, *PENDING, State.WITHHELD, State.ELSEWHERE)
    was = now.state
    require(policy.may_open(by, now, _today(at)))
    why = _words(reason, else_say=_("请写一句为什么可以公开。"))
    _moved(now, state=State.OPENED, decided_by=by)
    step = Step.objects.create(review=now, what=Step.What.OPENED, at=at, by=by, words=why, ground=now.ground)
    if was in {State.WITHHELD, State.ELSEWHERE}:
        tell_the_log(step)
    audit.record("secrecy.opened", by=by.ref, on=now.ref, at=at)
    if was == State.UNSURE:
        _tell_matter(now, "answered", by=by, at=at)
    return now


@transaction.atomic
def leave_to_others(review: Review, *, seen: int, by: Officer, at: datetime) -> Review:
    """
    The office finds that it belongs to those who keep state secrets. Kept is that, and no level, term or word: what was asked goes too.
    """
    now = held(review, seen, State.UNSURE)
    require(policy.may_answer(by, now))
    ground = next(iter(grounds.state_secrets()))
    _moved(now, state=State.ELSEWHERE, ground=ground, doubt="", decided_by=by)
    step = Step.objects.create(review=now, what=Step.What.ELSEWHERE, at=at, by=by, ground=ground)
    tell_the_log(step)
    audit.record("secrecy.left_to_others", by=by.ref, on=now.ref, at=at)
    _tell_matter(now, "answered", by=by, at=at)
    return now


# ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def tell_the_log(step: Step) -> None:
    """Everybody can count later what was withheld on which ground and until when; never what it was."""
    data = {"step": step.what, "ground": step.ground, "until": step.until.isoformat() if step.until else ""}
    record("secrecy.decided", step.review.number, data, at=step.at)


def _tell_matter(review: Review, what: str, *, by: Officer, at: datetime, **data: str) -> None:
    """Whoever applied reads in their matter that somebody is unsure, and when that was settled."""
    if review.matter is not None:
        append_by_officer(review.matter, Type.HAPPENED, by=by, at=at, data={"what": f"secrecy.{what}", **data})
