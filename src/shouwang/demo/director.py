"""Plays a scene: who says what when, until the scene or the present moment ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from django.utils import timezone

from shouwang.apps.matters.models import Kind
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.demo import pace
from shouwang.demo.draft import Draft, Screener
from shouwang.demo.shifts import IN_SHIFTS, Duty
from shouwang.demo.stories import Book, Line, Scene, blanks_in
from shouwang.demo.town import Town

MINUTE = timedelta(minutes=1)
#: How long each of them usually takes when the scene does not say; medians.
USUAL = {
    "居": 6 * MINUTE,
    "亲": 30 * MINUTE,
    "警": 5 * MINUTE,
    "备": 3 * MINUTE,
    "密": 3 * MINUTE,
    "交": 4 * MINUTE,
    "转": 8 * MINUTE,
    "接": 22 * MINUTE,
    "退": 35 * MINUTE,
    "类": 4 * MINUTE,
    "请": 4 * MINUTE,
    "安全": 2 * MINUTE,
    "看": MINUTE,
    "完": 9 * MINUTE,
    "不服": timedelta(hours=19),
    "复核": timedelta(days=2),
    "评": 75 * MINUTE,
    "自动": timedelta(seconds=2),
    "停": timedelta(0),
}
FIRST_ANSWER, FIRST_ANSWER_AT_NIGHT = 8 * MINUTE, 21 * MINUTE
#: One matter in so many is laid aside by mistake: it turns late, and the house has to say that nothing happened.
FORGOTTEN = 0.016
#: … and somewhat more of the last days, or there would be nothing late to show.
CAN_WAIT = frozenset({Kind.CONSULTATION, Kind.SUGGESTION, Kind.PROBLEM, Kind.SERVICE})
LATELY, FORGOTTEN_LATELY = timedelta(days=15), 0.05
RATES = 0.34
STARS = ((5, 0.60), (4, 0.25), (3, 0.09), (2, 0.035), (1, 0.025))


@dataclass
class Play:
    """What one scene needs: a place, a voice, and the words that fill its blanks."""

    scene: Scene
    at: datetime
    station: Unit
    community: Community
    reporter: Person | None
    channel: str
    now_is: datetime
    filled: dict[str, str] = field(default_factory=dict)


#: Nobody who wrote is left without a word until the next step is due in some days.
_SOON = Line(
    "警",
    "",
    (
        "收到。",
        "好，收到了，我记下了。",
        "好的，有消息我在这里说。",
        "嗯，收到，您放心，我接着办。",
        "收到，办好了在这里告诉您。",
        "看到了，谢谢您。",
    ),
    None,
    0,
    100,
)


def _is_far(line: Line) -> bool:
    return line.working_days > 0 or (line.after is not None and line.after >= timedelta(days=1))


class Director:
    """Plays scenes in one town."""

    def __init__(
        self,
        town: Town,
        duties: Mapping[int, Duty],
        book: Book,
        answers: Mapping[str, str],
        thanks: Mapping[int, Sequence[str]],
        rng: Random,
    ) -> None:
        self.town, self.duties, self.book, self.rng = town, dict(duties), book, rng
        self.answers, self.thanks, self.screener = answers, thanks, Screener()
        self.in_shifts = {town.officers[name].pk for name in IN_SHIFTS}

    def play(self, play: Play) -> Draft:
        """The whole matter, up to the present moment."""
        draft = Draft(
            self.town,
            self.duties,
            self.rng,
            self.screener,
            at=play.at,
            now_is=play.now_is,
            unit=play.station,
            community=play.community,
        )
        if play.scene.keep_from:
            draft.kept_from = [self._complained_about(play)]
        first, *rest = play.scene.lines
        body = self._words(first, play, draft)
        draft.open(
            kind=play.scene.kind,
            channel=play.channel,
            body=body,
            title=self.fill(play.scene.title, play),
            reporter=play.reporter,
            safe_contact=play.scene.safe,
        )
        went_on = self._answer_alarm(draft)
        lately = play.now_is - play.at < LATELY
        forgotten = play.scene.kind in CAN_WAIT and self.rng.random() < (FORGOTTEN_LATELY if lately else FORGOTTEN)
        for before, line in pairwise(play.scene.lines):
            if not went_on:
                break
            if before.who in {"居", "亲"} and _is_far(line):
                went_on = self._happen(draft, _SOON, play, late=False)
                if not went_on:
                    break
            if line.percent < 100 and self.rng.random() * 100 >= line.percent:
                continue
            forgotten, late = (False, True) if forgotten and line.who in {"警", "完"} else (forgotten, False)
            went_on = line.who != "停" and self._happen(draft, line, play, late=late)
        if went_on and not any(line.who == "评" for line in rest):
            self._rate(draft)
        draft.wait_until(draft.now_is)
        draft.public = self.fill(play.scene.public, play)
        return draft

    # ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _happen(self, draft: Draft, line: Line, play: Play, *, late: bool) -> bool:
        at = self._when(draft, line)
        if late:
            at += timedelta(days=self.rng.randint(4, 13), minutes=self.rng.randint(0, 400))
        if not draft.wait_until(at):
            draft.wait_until(draft.now_is)
            return False
        _VERBS[line.who](self, draft, line, play, self._words(line, play, draft))
        return self._answer_alarm(draft)

    def _speak_for(self, draft: Draft, body: str) -> None:
        """The helper who was trusted last writes."""
        draft.ask(body, helper=next(code.label for code in reversed(draft.codes) if code.label))

    def _answer_by_itself(self, draft: Draft, guide: str) -> None:
        """Nobody gets a guide's answer on the telephone."""
        if draft.channel in {"web", "qq"}:
            draft.answer_automatically(self.answers[guide], guide, self.rng.uniform(0.71, 0.96))

    def _look(self, draft: Draft, reason: str) -> None:
        if draft.reporter is not None:
            draft.look(reason)

    def _answer_alarm(self, draft: Draft) -> bool:
        """Somebody presses “我来处理” within two minutes."""
        if not draft.standing.rings:
            return True
        if not draft.wait_until(draft.now + timedelta(seconds=self.rng.randint(14, 105))):
            return False
        draft.accept_danger()
        return True

    def _when(self, draft: Draft, line: Line) -> datetime:
        rng, now = self.rng, draft.now
        if line.working_days:
            return pace.after_working_days(now, line.working_days, rng)
        if line.after is not None:
            at = now + pace.around(rng, line.after, 0.25)
        elif line.who == "警" and draft.standing.first_answer_at is None:
            night = timezone.localtime(now).hour < 7
            at = now + pace.around(rng, FIRST_ANSWER_AT_NIGHT if night else FIRST_ANSWER, 0.85)
        else:
            at = now + pace.around(rng, USUAL[line.who], 0.1 if line.who == "自动" else 0.8)
        if line.who in {"居", "亲", "不服", "评"}:
            return pace.by_day(at, rng) if at - now > timedelta(hours=1) else at
        if line.who in {"警", "完", "备", "密", "复核", "看"} and self._keeps_office_hours(draft):
            return pace.in_office(at, rng)
        if line.who in {"接", "退"} and draft.standing.offered_to_unit_id == self.town.bureau.pk:
            return pace.in_office(at, rng)
        return at

    def _keeps_office_hours(self, draft: Draft) -> bool:
        if draft.handler is None:
            return draft.standing.kind == Kind.COMPLAINT
        return draft.handler.pk not in self.in_shifts

    def _rate(self, draft: Draft) -> None:
        if not draft.closed or draft.standing.rating is not None or self.rng.random() >= RATES:
            return
        at = pace.by_day(draft.now + pace.around(self.rng, USUAL["评"], 1.1), self.rng)
        if not draft.wait_until(at):
            return
        slow = draft.standing.first_answer_at is None or draft.standing.transfers > 1
        stars = self.rng.choices([s for s, _w in STARS], [w for _s, w in STARS])[0] - (1 if slow else 0)
        stars = max(1, stars)
        draft.rate(stars, self.rng.choice(self.thanks[stars]) if self.rng.random() < 0.45 else "")

    # ── who and where ────────────────────────────────────────────────────────────────────────────────────────────────

    def _who(self, role: str, draft: Draft, play: Play) -> Officer:
        unit = draft.present_unit
        if role == Role.COMMUNITY_OFFICER and play.community.officer is not None:
            officer = play.community.officer
            if officer.unit_id == unit.pk and officer not in draft.kept_from:
                return officer
        found = [one for one in self.town.holders(unit.pk, role) if one not in draft.kept_from]
        if role == Role.CHIEF or len(found) == 1:
            return found[0]
        return self.rng.choice(found)

    def _where(self, word: str, draft: Draft) -> Unit:
        if word == "bureau":
            return self.town.bureau
        others = [unit for unit in self.town.stations.values() if unit.pk != draft.present_unit.pk]
        wanted = self.town.stations.get(word)
        return wanted if wanted in others else others[self.rng.randrange(len(others))]

    def _complained_about(self, play: Play) -> Officer:
        """Some officer of the station who was not at the desk when the complaint came in."""
        front = self.duties[play.station.pk].at(play.at).front
        officers = [
            one
            for one in self.town.holders(play.station.pk, Role.DUTY_OFFICER)
            if one is not front and Role.CHIEF not in self.town.roles[one.pk]
        ]
        return self.rng.choice(officers)

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _words(self, line: Line, play: Play, draft: Draft) -> str:
        return self.fill(self.rng.choice(line.says), play, draft) if line.says else ""

    def fill(self, pattern: str, play: Play, draft: Draft | None = None) -> str:
        """A text with its blanks filled: the same blank is the same word through a whole scene, but officers change."""
        for name in blanks_in(pattern):
            if name == "officer":
                who = draft.handler if draft else None
                value = who.public_name if who else play.station.name
            elif name in play.filled:
                value = play.filled[name]
            else:
                value = play.filled[name] = self._blank(name, play)
            pattern = pattern.replace("{" + name + "}", value, 1)
        return pattern

    def _blank(self, name: str, play: Play) -> str:
        if name == "village":
            return play.community.name
        if name == "station":
            return play.station.name
        if name == "phone":
            return f"1300000{self.rng.randrange(10_000):04d}"
        words = self.town.words[play.community.slug].get(name) or self.book.blanks[name]
        return self.rng.choice(words)


Verb = Callable[[Director, Draft, Line, Play, str], None]
_VERBS: dict[str, Verb] = {
    "居": lambda _me, draft, _line, _play, body: draft.ask(body),
    "亲": lambda me, draft, _line, _play, body: me._speak_for(draft, body),
    "警": lambda _me, draft, _line, _play, body: draft.answer(body),
    "自动": lambda me, draft, line, _play, _body: me._answer_by_itself(draft, line.word),
    "备": lambda _me, draft, _line, _play, body: draft.note(body),
    "密": lambda _me, draft, _line, _play, body: draft.note(body, restricted=True),
    "交": lambda me, draft, line, play, _body: draft.assign(me._who(line.word, draft, play)),
    "转": lambda me, draft, line, _play, body: draft.offer(me._where(line.word, draft), body),
    "接": lambda _me, draft, _line, _play, _body: draft.accept(),
    "退": lambda _me, draft, _line, _play, body: draft.give_back(body),
    "类": lambda _me, draft, line, _play, body: draft.change_kind(line.word, body),
    "请": lambda _me, draft, line, _play, _body: draft.add_helper(line.word),
    "安全": lambda _me, draft, _line, _play, _body: draft.contact_safely(),
    "看": lambda me, draft, _line, _play, body: me._look(draft, body),
    "完": lambda _me, draft, line, _play, body: draft.close(line.word, body),
    "不服": lambda _me, draft, _line, _play, body: draft.dispute(body),
    "复核": lambda _me, draft, line, _play, body: draft.review(body, upheld=line.word == "维持"),
    "评": lambda _me, draft, line, _play, body: draft.rate(int(line.word), body),
}
