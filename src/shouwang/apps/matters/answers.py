"""
Where guides and matters meet: an automatic first answer, suggestions for whoever replies, and answers that may become guides.

An automatic answer never ends the waiting. It is given only when nothing at all speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from shouwang.apps.guides.models import CannedAnswer, Guide
from shouwang.apps.guides.ranking import likeness, pairs
from shouwang.apps.guides.search import Found, answer_for, find
from shouwang.apps.guides.usecases import count_feedback
from shouwang.apps.matters.danger import RESIDENTS, danger_list
from shouwang.apps.matters.models import By, Channel, Entry, Kind, Matter, State, Type
from shouwang.apps.matters.usecases import answer_automatically, say
from shouwang.apps.matters.viewer import Viewer
from shouwang.engines.textsearch.text import is_word
from shouwang.engines.textsearch.text import words as split
from shouwang.engines.triage.danger import screen
from shouwang.engines.triage.personal import INCIDENT, Confidence, Mark, given_name, mask, people_in, spot

#: Reports, complaints and calls for help are never answered by a machine.
ANSWERED_KINDS = frozenset({Kind.CONSULTATION, Kind.SERVICE})
#: At the counter and on the phone a person is already there.
ANSWERED_CHANNELS = frozenset({Channel.WEB, Channel.QQ})
#: Answers about one person's wrong or one officer's conduct do not become guides.
PROPOSABLE_KINDS = frozenset({Kind.CONSULTATION, Kind.SERVICE, Kind.HELP, Kind.SUGGESTION, Kind.PROBLEM})


# ── the automatic first answer ───────────────────────────────────────────────────────────────────────────────────────


def answer_from_guides(entry: Entry, *, at: datetime) -> Entry | None:
    """
    Give a guide's short answer to the words that opened a matter; None when anything speaks against it.

    Against it speak: another kind or channel, words of danger (even a hint that does not ring), whatever tells who somebody
    is or that something happened to them, files, safe contact, and an earlier message or automatic answer.
    """
    matter = entry.matter
    if matter.kind not in ANSWERED_KINDS or matter.channel not in ANSWERED_CHANNELS:
        return None
    if (
        not entry.body
        or entry.data.keys() & {"files", "awaited"}
        or matter.safe_contact
        or matter.danger
        or not _opens(entry)
    ):
        return None
    found = answer_for(entry.body, today=timezone.localdate(at))
    if found is None or _tells_too_much(entry.body) or screen(entry.body, danger_list()) is not None:
        return None
    card = found.card
    return answer_automatically(
        matter,
        body=card.answer,
        at=at,
        guide=card.slug,
        confidence=round(found.confidence, 3),
        source=card.source,
        valid_until=card.valid_until.isoformat(),
    )


def _tells_too_much(text: str) -> bool:
    """Whether the words tell who somebody is, or what happened to them; that something was lost is all right."""
    return any(mark.kind != INCIDENT or mark.reason != "lost-something" for mark in spot(text))


def _opens(entry: Entry) -> bool:
    spoken = [Type.MESSAGE, Type.AUTO_ANSWER]
    return not Entry.objects.filter(matter=entry.matter_id, type__in=spoken, seq__lt=entry.seq).exists()


#: What the resident's tap says to the desk; written in the language the desk works in.
CALLS_A_PERSON = "自动回答没帮上忙，请民警来看。"


@transaction.atomic
def not_what_i_meant(entry: Entry, *, viewer: Viewer, at: datetime) -> None:
    """
    The resident says that an automatic answer did not help: a message calls a person, and it counts against the guide, without anybody's
    name. A second tap does neither again.
    """
    tap = f"not-it:{entry.seq}"
    if Entry.objects.filter(matter=entry.matter_id, client_id=tap).exists():
        return
    say(entry.matter, viewer=viewer, body=CALLS_A_PERSON, client_id=tap, at=at)
    guide = Guide.objects.filter(slug=entry.data.get("guide", "")).first()
    if guide is not None:
        count_feedback(guide, helpful=False)


# ── for whoever replies ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Suggested:
    """
    What stands beside the reply box.

    guides   the three that fit the resident's last words best, surest first
    canned   sentences that may go to residents, by purpose
    """

    guides: tuple[Found, ...]
    canned: tuple[tuple[str, tuple[CannedAnswer, ...]], ...]


#: Below this a guide beside a question is noise.
WORTH_SHOWING = 0.1


def suggested_for(entries: Sequence[Entry], *, today: date) -> Suggested:
    """For the conversation as the officer sees it; what was answered automatically is not suggested once more."""
    last = next((one for one in reversed(entries) if _by_resident(one)), None)
    found = find(last.body, today=today, limit=3) if last else ()
    said = {entry.data.get("guide") for entry in entries if entry.type == Type.AUTO_ANSWER}
    guides = tuple(one for one in found if one.confidence >= WORTH_SHOWING and one.card.slug not in said)
    rows = CannedAnswer.objects.filter(outside=True)
    canned = tuple((kind, tuple(each)) for kind, each in groupby(rows, key=lambda one: one.get_kind_display()))
    return Suggested(guides, canned)


def _by_resident(entry: Entry) -> bool:
    return entry.type == Type.MESSAGE and entry.by in RESIDENTS and bool(entry.body)


# ── from an answer to a guide ────────────────────────────────────────────────────────────────────────────────────────


def source_ref(entry: Entry) -> str:
    """How a proposal names the answer it came from."""
    return f"matters.entry:{entry.pk}"


def may_become_a_guide(entry: Entry) -> bool:
    """An officer's own words to a resident, in a matter of a kind that others may share."""
    told = entry.type == Type.MESSAGE and entry.by == By.OFFICER and bool(entry.body)
    return told and entry.matter.kind in PROPOSABLE_KINDS


def as_proposal(entry: Entry) -> dict[str, str]:
    """Question and answer with names, numbers and addresses masked: a beginning that the officer reads and corrects."""
    asked = (
        Entry.objects.standing()
        .filter(matter=entry.matter_id, type=Type.MESSAGE, by__in=RESIDENTS, seq__lt=entry.seq)
        .exclude(body="")
        .order_by("-seq")
        .values_list("body", flat=True)
        .first()
        or ""
    )
    names = names_in(entry.matter)
    return {"question": without_names(asked, names), "answer": without_names(entry.body, names)}


#: What everybody may be called: no name.
_NOBODY = {"居民", "群众", "邻居", "匿名"}
#: A nickname of one character would strike out half of the language.
SHORTEST_NAME = 2


def names_in(matter: Matter) -> tuple[str, ...]:
    """
    How people are called in the talk of a matter, longest first: names that residents wrote, with the given name alone, and what
    they call themselves. Said to somebody (“晓梅，您好”), such a name does not look like one by itself.
    """
    said = Entry.objects.standing().filter(matter=matter, by__in=RESIDENTS)
    found: set[str] = set()
    for body, called_ in said.values_list("body", "name"):
        found |= {called_.strip(), *people_in(body, is_word)}
    if matter.reporter is not None:
        found |= {matter.reporter.pseudonym.strip(), matter.reporter.name.strip()}
    found |= {given_name(name) for name in found}
    found -= _NOBODY
    return tuple(sorted((name for name in found if len(name) >= SHORTEST_NAME), key=lambda name: (-len(name), name)))


def without_names(text: str, names: Sequence[str] = ()) -> str:
    """The text with what tells who somebody is, and these names too, replaced by labels such as 〔电话〕."""
    return mask(text, [*spot(text), *called(text, names)])


def called(text: str, names: Sequence[str]) -> list[Mark]:
    """Where somebody is called by one of these names, given longest first; no two marks overlap."""
    if not names:
        return []
    pattern = "|".join(re.escape(name) for name in names)
    return [Mark(one.start(), one.end(), "name", Confidence.HIGH, "said-before") for one in re.finditer(pattern, text)]


# ── asked three times ────────────────────────────────────────────────────────────────────────────────────────────────

HALF_A_YEAR = timedelta(days=180)
MOST_COMPARED = 300
OFTEN = 3
#: From this share of common character pairs (fillers left out) on, two questions are taken for one.
ALIKE = 0.4
#: A guide that is surer than this already answers the question.
HAS_A_GUIDE = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """
    One question that came several times and no guide answers.

    question   as it was asked last, without names
    words      what the questions have in common
    matters    in which it was asked, newest first
    """

    question: str
    words: tuple[str, ...]
    matters: tuple[Matter, ...]


def asked_often(viewer: Viewer, *, at: datetime) -> list[Asked]:
    """
    “问过三次的，该写成指南了”: closed consultations of half a year that ask the same and have no guide, most asked first.

    A question joins the first group whose newest question is alike. Only what the viewer may see.
    """
    groups: list[_Group] = []
    for matter, words in _closed_questions(viewer, at):
        own = pairs(words)
        group = next((one for one in groups if likeness(own, one.pairs) >= ALIKE), None)
        if group is None:
            groups.append(group := _Group(words, own, []))
        group.members.append((matter, words))
    often = sorted((one for one in groups if len(one.members) >= OFTEN), key=lambda one: -len(one.members))
    today = timezone.localdate(at)
    return [
        Asked(without_names(one.question), _in_common(one), tuple(matter for matter, _words in one.members))
        for one in often
        if not any(found.confidence >= HAS_A_GUIDE for found in find(one.question, today=today, limit=1))
    ]


@dataclass(frozen=True, slots=True)
class _Group:
    question: str
    pairs: frozenset[str]
    members: list[tuple[Matter, str]]


def _in_common(group: _Group) -> tuple[str, ...]:
    """Dictionary words of the newest question that at least one of the others has too, in its order."""
    others = {word for _matter, words in group.members[1:] for word in split(words)}
    return tuple(dict.fromkeys(word for word in split(group.question) if word in others))[:6]


def _closed_questions(viewer: Viewer, at: datetime) -> list[tuple[Matter, str]]:
    """Closed consultations without an automatic answer, and the words that opened each, newest first."""
    answered = Entry.objects.filter(type=Type.AUTO_ANSWER).values("matter")
    matters = (
        Matter.objects.visible_to(viewer)
        .filter(kind=Kind.CONSULTATION, state=State.CLOSED, received_at__gte=at - HALF_A_YEAR)
        .exclude(pk__in=answered)
        .order_by("-received_at")[:MOST_COMPARED]
    )
    rows = {matter.pk: matter for matter in matters}
    first: dict[int, str] = {}
    said = Entry.objects.standing().filter(matter__in=list(rows), type=Type.MESSAGE, by__in=RESIDENTS).exclude(body="")
    for pk, words in said.order_by("seq").values_list("matter", "body"):
        first.setdefault(pk, words)
    return [(matter, first[pk]) for pk, matter in rows.items() if pk in first]
