"""
Ask, rate, correct. What is asked becomes a matter like any other; its answer, once put into words for everybody, is read by all.

Answer once, publish once: what was answered for one is proposed for all; asked three times about the same item without a public answer,
the item has to change, or a leader says in public why not.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shouwang.apps.catalogue import policy
from shouwang.apps.catalogue.content import Content
from shouwang.apps.catalogue.errors import NoReason, NotReady
from shouwang.apps.catalogue.facts import AnswerPublished
from shouwang.apps.catalogue.models import Clarity, Item, Need, Question, Remark, State, Step
from shouwang.apps.catalogue.usecases import held, identifying, need_change, one_line, refuse_telling
from shouwang.apps.ledger.checking import Published, digests
from shouwang.apps.ledger.models import Leaf
from shouwang.apps.ledger.usecases import canonical, record
from shouwang.apps.matters.danger import help_for
from shouwang.apps.matters.models import Channel, Kind, Type
from shouwang.apps.matters.timeline import append_by_house, locked
from shouwang.apps.matters.usecases import Opened, clean_text, open_matter
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.events import publish as tell
from shouwang.kernel.policy import require

#: Asked so often without an answer that everybody may read, it must become public.
THREE_TIMES = 3
MOST_REMARK = 500
#: A question is a question; “this is wrong” wants something changed and runs the clock of a result.
KIND_OF = {
    Question.What.ASK: Kind.CONSULTATION,
    Question.What.WRONG: Kind.SUGGESTION,
    Question.What.OUTDATED: Kind.SUGGESTION,
}


@transaction.atomic
def ask(
    item: Item, *, what: str, words: str, at: datetime, name: str = "", client_id: str | None = None
) -> tuple[Question, Opened]:
    """
    Somebody asks about an item or reports it as wrong. It goes to the item's owner, with the clock of its kind.

    client_id   as in `open_matter`: the same press twice is one question
    """
    item = held(item)
    if item.state == State.DRAFT:
        raise NotReady(_("这一项还没有公开。"))
    if not (said := clean_text(words)):
        raise NotReady(_("请写几句，说说想问什么或者哪里不对。"))
    asked = Question.What(what)
    opened = open_matter(
        item.unit,
        kind=KIND_OF[asked],
        channel=Channel.WEB,
        at=at,
        title=f"{asked.label}：{item.title}"[:80],
        body=said,
        reporter=Person.objects.create(pseudonym=name, created_at=at) if name else None,
        data={"about": item.index_number},
        client_id=client_id,
    )
    question, new = Question.objects.get_or_create(
        matter=opened.matter, defaults={"item": item, "what": asked, "at": at}
    )
    if new:
        if item.owner.active and policy.may_keep(item.owner, item):
            to = {"to": item.owner_id, "to_name": item.owner.public_name}
            matter = locked(opened.matter)
            append_by_house(matter, Type.ASSIGNED, at=at, visibility=Visibility.PARTIES, data=to)
        _three_times(item, at)
    return question, opened


def _three_times(item: Item, at: datetime) -> None:
    """The third question that nobody answered in public puts a task on the owner's day sheet. Once: an open one is not doubled."""
    if item.state != State.PUBLISHED or Need.objects.filter(item=item, why=Need.Why.ASKED, closed_at=None).exists():
        return
    last = Need.objects.filter(item=item, why=Need.Why.ASKED).order_by("-at").first()
    asked = Question.objects.waiting().filter(item=item, what=Question.What.ASK)
    count = asked.filter(at__gt=last.at).count() if last else asked.count()
    if count >= THREE_TIMES:
        words = _("同一项问了 %(n)d 次，还没有公开的答复。") % {"n": count}
        need_change(item, by=None, why=Need.Why.ASKED, words=words, at=at)


@transaction.atomic
def rate(item: Item, *, stars: int, words: str, at: datetime) -> Opened | None:
    """
    How clear the present version is. Counted; the words go to the owner only. Words that sound of danger are a call for help, which
    rings: then its matter and code are returned.
    """
    version = item.current
    if version is None or item.state != State.PUBLISHED:
        raise NotReady(_("这一项现在没有公开。"))
    Clarity.objects.get_or_create(version=version, stars=stars)
    Clarity.objects.filter(version=version, stars=stars).update(count=F("count") + 1)
    if not (said := clean_text(words)[:MOST_REMARK]):
        return None
    Remark.objects.create(version=version, at=at, words=said)
    return help_for(item.unit, said, at=at)


@transaction.atomic
def write_answer(question: Question, *, by: Officer, asked: str, answer: str, at: datetime) -> Question:
    """Put question and answer into words for everybody. A colleague reads them before they are public."""
    item = held(question.item)
    require(policy.may_keep(by, item))
    said, told = one_line(asked, 200), clean_text(answer)[:600]
    if not said or not told:
        raise NotReady(_("问的是什么、怎么答复，都要写。"))
    refuse_telling(identifying(Content("", said, told), item.unit))
    done = Question.objects.filter(pk=question.pk, published_at=None).update(
        question=said, answer=told, written_by=by, left_out=""
    )
    if not done:
        raise Conflict(_("这个答复已经公开了。"))
    audit.record("catalogue.answer_written", by=by.ref, on=question, at=at)
    question.refresh_from_db()
    return question


@transaction.atomic
def publish_answer(question: Question, *, by: Officer, seen: str, at: datetime) -> Question:
    """
    Everybody reads the answer. When no question about the item waits any more, what was asked three times is settled by it.

    seen   the answer that the colleague read; another one that came meanwhile is not published on the same word
    """
    item = held(question.item)
    question = Question.objects.select_related("item__unit__parent", "matter__reporter").get(pk=question.pk)
    require(policy.may_answer_in_public(by, question))
    if question.written_by_id is None:
        raise NotReady(_("还没有写给大家看的答复。"))
    if question.answer != seen:
        raise Conflict(_("答复刚被改过，请先看一眼新的。"))
    refuse_telling(identifying(Content("", question.question, question.answer), item.unit))
    won = Question.objects.filter(pk=question.pk, published_at=None).update(published_at=at, published_by=by)
    if not won:
        raise Conflict(_("这个答复已经公开了。"))
    if not item.questions.waiting().filter(what=Question.What.ASK).exists():
        answered = Need.objects.filter(item=item, why=Need.Why.ASKED, closed_at=None)
        answered.update(closed_at=at, closed_by=by, reason=_("问到的都公开答复了。"))
    if item.current is not None:
        Step.objects.create(
            item=item, what=Step.What.ANSWERED, at=at, by=by, version=item.current
        )  # the search follows it
    audit.record("catalogue.answer_published", by=by.ref, on=question, at=at)
    subject, number = _public_name(question)
    record("catalogue.answer", subject, {"version": number, "sha256": _print_of(question)}, at=at)
    tell(AnswerPublished(question.pk, item.pk, item.unit_id, at))
    question.refresh_from_db()
    return question


def _public_name(question: Question) -> Published:
    """How the log names an answer: the item it is about and its place there. It is published once and never changed."""
    return f"{question.item.index_number}#q{question.pk}", 1


def _print_of(question: Question) -> str:
    return sha256(canonical([question.question, question.answer]).encode()).hexdigest()


@digests("catalogue.answer")
def _answers() -> tuple[dict[Published, str], list[Published]]:
    """Every answer that was published; the log has to know them since it was first told of one."""
    held, known = {}, []
    since = Leaf.objects.filter(key__startswith="catalogue.answer:").order_by("pk").values_list("at", flat=True).first()
    for one in Question.objects.answered().select_related("item__unit__parent").order_by().iterator():
        held[_public_name(one)] = _print_of(one)
        if since is not None and one.published_at is not None and one.published_at >= since:
            known.append(_public_name(one))
    return held, known


@transaction.atomic
def leave_out(question: Question, *, by: Officer, reason: str, at: datetime) -> Question:
    """No public answer, and why in words for everybody."""
    item = held(question.item)
    require(policy.may_keep(by, item))
    if not (why := one_line(reason, 300)):
        raise NoReason(_("请写一句为什么不公开答复。"))
    refuse_telling(identifying(Content("", "", why), item.unit))
    if not Question.objects.filter(pk=question.pk, published_at=None).update(left_out=why):
        raise Conflict(_("这个答复已经公开了。"))
    audit.record("catalogue.answer_left_out", by=by.ref, on=question, at=at, reason=why)
    question.refresh_from_db()
    return question
