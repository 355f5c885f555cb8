"""
An incident drafted in memory, entry by entry, exactly as `incidents.usecases` and `dispatch.usecases` would have written it.

`tests/test_calldraft.py` plays one incident both ways and compares every entry. What a row's key is needed for is not known yet: such facts
are functions, and `callrows` asks them when the rows are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from shouwang.apps.dispatch import progress
from shouwang.apps.incidents import filing
from shouwang.apps.incidents.models import About, Incident
from shouwang.apps.incidents.report import CAREFUL_SIGNS, Report
from shouwang.apps.incidents.usecases.deciding import CASE_RULE, REVIEW_RULES, TELL_DECLINED_RULE, TELL_PASSED_RULE
from shouwang.apps.incidents.usecases.duties import TOLD_RULES
from shouwang.apps.incidents.usecases.running import NO_CASE_RULE, UNCLEAR_RULE
from shouwang.apps.matters import story
from shouwang.apps.matters.contact import CAREFUL
from shouwang.apps.matters.models import By, Entry, Kind, Matter, Reason, Type
from shouwang.apps.matters.timeline import fact_of
from shouwang.apps.matters.usecases import title_from
from shouwang.apps.matters.viewer import Holder, Visibility
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer, Unit
from shouwang.demo.draft import Code, Draft, Trail
from shouwang.kernel import ids

NO_CASE_NATURES = frozenset({"dispute", "traffic", "help"})
_FOR_PARTIES = frozenset({progress.SENT, progress.ON_SCENE, progress.RECALLED})


@dataclass
class CrewDraft:
    """A crew of one shift: whoever leads it and who helps."""

    unit: Unit
    name: str
    lead: Officer
    helper: Officer
    formed_at: datetime
    ended_at: datetime | None
    free_at: datetime
    key: int = 0

    @property
    def members(self) -> tuple[Officer, Officer]:
        return (self.lead, self.helper)


@dataclass
class SendingDraft:
    """One crew for one incident."""

    crew: CrewDraft
    words: str
    made_at: datetime
    standing: progress.Standing = field(default_factory=progress.Standing)
    key: int = 0


@dataclass
class TaskDraft:
    """Something left to do."""

    seq: int
    due_on: date
    done_at: datetime | None = None


class CallDraft(Draft):
    """A matter that is an incident. Each verb adds its entries at the present moment of the story."""

    report: Report
    #: How many entries there were when it was filed: what follows is written after everybody who listens has heard of it.
    filed_seq: int | None = None
    filed_standing: tuple[story.Standing, filing.Standing] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files = filing.Standing()
        self.sendings: list[SendingDraft] = []
        self.judged: dict[str, tuple[bool, datetime]] = {}
        self.tasks: list[TaskDraft] = []
        self.needless = False
        self.loss: int | None = None
        self.together: list[CallDraft] = [self]
        self.shared = 0
        self.key = 0

    @property
    def number(self) -> str:
        """Once its serial is known."""
        return ids.matter_number(self.unit.prefix, timezone.localtime(self.received_at).year, self.serial)

    @property
    def open_clock(self) -> str:
        """The rule that counts now; empty when none does."""
        return self._rule

    # ── taking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def take(self, report: Report, channel: str, reporter: Person | None) -> None:
        """As `usecases.take_report`."""
        by = self.on_duty(self.unit) if channel in {"counter", "phone", "patrol"} else None
        handler = by or self.on_duty(self.unit)
        sign = self.screener.sign(report.what)
        delicate = report.is_delicate or (sign is not None and sign.category in CAREFUL_SIGNS)
        safe = delicate if report.safe is None else report.safe
        contact = dict(CAREFUL) if report.contact is None and safe and delicate else report.contact
        self.report, self.channel, self.reporter = report, channel, reporter
        self._add(
            Type.RECEIVED,
            by=By.OFFICER if by else By.HOUSE,
            officer=by,
            data={
                "kind": Kind.REPORT.value,
                "title": title_from(report.what, Kind.REPORT)[:80],
                "unit": self.unit.pk,
                "handler": handler.pk,
                "handler_name": handler.public_name,
                "channel": channel,
                "safe_contact": safe,
                **({"contact": contact} if contact else {}),
            },
        )
        self._start_clock(UNCLEAR_RULE)
        self.ask(report.what, name=reporter.pseudonym if reporter else "")
        self._code(by, channel)
        facts: dict[str, Any] = {
            "category": report.category,
            "things": len(report.things),
            "people": len(report.people),
        }
        self.happened("registered", by=by, visibility=Visibility.PARTIES, **facts)
        if channel == "web":
            self.happened("receipt-given", how="page")

    def _code(self, by: Officer | None, channel: str) -> None:
        self.codes.append(Code(self.now, Holder.REPORTER))
        self._note("matters.opened", by.ref if by else "resident", kind=Kind.REPORT.value, channel=channel)

    # ── on the spot ──────────────────────────────────────────────────────────────────────────────────────────────────

    def happened(
        self,
        what: str,
        *,
        by: Officer | None = None,
        visibility: Visibility = Visibility.PARTIES,
        answers: bool = False,
        type_: str = Type.HAPPENED,
        body: str = "",
        **data: Any,
    ) -> None:
        """As `incidents.timeline.happened`."""
        told = {"answers": True} if answers else {}
        self._add(
            type_,
            by=By.OFFICER if by else By.HOUSE,
            officer=by,
            visibility=visibility,
            body=body,
            data={"what": f"incidents.{what}", **told, **data},
        )
        self.files = filing.step(self.files, fact_of(self.entries[-1]))

    def receipt(self, how: str) -> None:
        """As `usecases.give_receipt`."""
        self.happened("receipt-given", by=self._acts(), how=how)

    def evidence(self, items: Sequence[str]) -> None:
        """As `usecases.take_evidence`."""
        by = self._acts()
        self.happened("evidence-taken", by=by, body="\n".join(items), count=len(items))
        self._note("incidents.evidence_taken", by.ref, count=len(items))

    def statement(self) -> None:
        """As `usecases.take_statement`."""
        self.happened("statement-taken", by=self._acts())

    def grade(self, urgency: int, handler: str, *, taken: bool) -> None:
        """As `usecases.grade`."""
        data: dict[str, Any] = {"urgency": urgency, "handler": handler}
        self.happened("graded", by=self._acts(), visibility=Visibility.STATION, **data)
        for about in (About.URGENCY, About.HANDLER):
            self.judged.setdefault(about, (taken, self.now))

    def take_suggestion(self, about: About, yuan: int) -> None:
        """As `usecases.judge` for a loss that is taken."""
        self.judged[about] = (True, self.now)
        self.loss = yuan
        self.happened("suggestion-taken", by=self._acts(), visibility=Visibility.STATION, about=about.value)

    # ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def decide_nature(self, nature: str, words: str, *, taken: bool, by: Officer | None = None) -> None:
        """As `usecases.decide_nature`, for this report alone; `by` when another one of the same event is decided."""
        own = by is None
        by = by or self._acts()
        rule = REVIEW_RULES[0] if nature == "criminal" else ""
        stage = filing.REVIEW if rule else filing.NO_CASE if nature in NO_CASE_NATURES else filing.UNCLEAR
        was = self.files.nature
        data: dict[str, Any] = {"nature": nature, "stage": stage, "rule": rule, "was": was}
        self.happened("nature-decided", by=by, answers=True, body=words, **data)
        self._note("incidents.nature_decided", by.ref, nature=nature, was=was)
        if nature == "administrative":
            self.file(words, by=by)
        else:
            self._run(NO_CASE_RULE if stage == filing.NO_CASE else rule or UNCLEAR_RULE)
        if own:
            self.judged.setdefault(About.NATURE, (taken, self.now))

    def _run(self, rule: str) -> None:
        if self._rule != rule:
            self._start_clock(rule, since=self.received_at)

    def lengthen(self, words: str, by: Officer) -> None:
        """As `usecases.lengthen_review` to seven days."""
        rule = REVIEW_RULES[1]
        self.happened("review-lengthened", by=by, answers=True, body=words, rule=rule)
        self._run(rule)
        self._note("incidents.review_lengthened", by.ref, rule=rule)

    def propose(self, what: str, words: str, approver: str) -> None:
        """As `usecases.propose`."""
        by = self._acts()
        data: dict[str, Any] = {"proposes": what, "waits_for": approver}
        self.happened("proposed", by=by, visibility=Visibility.STATION, body=words, **data)
        self._note("incidents.proposed", by.ref, proposes=what)

    def file(self, words: str, *, by: Officer) -> None:
        """As `usecases.file`."""
        if self._rule:
            self._stop_clock()
        nature = self.files.nature
        self.happened("filed", by=by, answers=True, body=words, nature=nature)
        self.filed_seq, self.filed_standing = len(self.entries), (self.standing, self.files)
        if nature == "administrative":
            self._start_clock(CASE_RULE)
        self._note("incidents.filed", by.ref, nature=nature)

    def decline(self, words: str, *, by: Officer) -> None:
        """As `usecases.decline` of a crime."""
        self._end("declined", by, Reason.NOT_FILED, words, TELL_DECLINED_RULE, nature=self.files.nature)

    def settle(self, to: str, words: str) -> None:
        """As `usecases.settle`."""
        self._end("not-police", self._acts(), Reason.NOT_OURS, words, "", nature="not-police", to=to)

    def pass_on(self, to: str, words: str) -> None:
        """As `usecases.pass_on`."""
        self._end("passed-on", self._acts(), Reason.PASSED_ON, words, TELL_PASSED_RULE, nature=self.files.nature, to=to)

    def _end(self, what: str, by: Officer, reason: Reason, words: str, rule: str, **data: Any) -> None:
        if self._rule:
            self._stop_clock()
        self.happened(what, by=by, type_=Type.CLOSED, body=words, reason=reason.value, **data)
        self._closer = by
        if rule and self.reporter is not None:
            self._start_clock(rule)
        self._note(f"incidents.{what.replace('-', '_')}", by.ref)

    def tell(self, how: str, words: str = "") -> None:
        """As `usecases.tell`; on the page the reporter tells themselves."""
        by = None if how == "page" else self._acts()
        of = self.files.told_seq
        self.happened("told", by=by, body=words, how=how, of=of)
        if self._rule in TOLD_RULES:
            self._stop_clock()
        if by is not None:
            self._note("incidents.told", by.ref, how=how)
        else:
            self.read_entry = self.entries[of - 1] if of else None

    def link_to(self, first: CallDraft, words: str) -> None:
        """As `usecases.link`: this later report and the first one. Both stand at the same moment."""
        by = self._acts()
        self.happened("linked", by=by, visibility=Visibility.STATION, body=words)
        first.happened("linked", by=by, visibility=Visibility.STATION, body=words)
        first.together.append(self)
        others = len(first.together) - 1
        for one in first.together:
            one.together = first.together
            one.now = max(one.now, self.now)
            if others != one.shared:
                one.shared = others
                one.happened("shared", others=others)
        self._note("incidents.linked", by.ref, to=lambda: first.key)

    # ── dispatch ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def send(self, crew: CrewDraft, words: str) -> SendingDraft:
        """As `dispatch.usecases.send` of a crew of the own station."""
        by = self._acts()
        sending = SendingDraft(crew, words, self.now)
        self.sendings.append(sending)
        self._dispatch(progress.SENT, by=by, sending=sending)
        self._note("dispatch.sent", by.ref, crews=lambda: [crew.key])
        return sending

    def step(self, sending: SendingDraft, what: str) -> None:
        """As `dispatch.usecases.report` from a phone with a network."""
        self._dispatch(what, by=sending.crew.lead, sending=sending)

    def feedback(self, sending: SendingDraft, outcome: str, words: str, helped: int, task: str, due_on: date) -> None:
        """As `dispatch.usecases.feedback`, which ends the sending."""
        by = sending.crew.lead
        data = {"outcome": outcome, "helped": helped, "ends": True}
        self._dispatch("feedback", by=by, sending=sending, body=words, **data)
        if task:
            self._dispatch("task-left", by=by, sending=sending, body=task, due_on=due_on.isoformat())
            self.tasks.append(TaskDraft(len(self.entries), due_on))
        self.trail.append(
            Trail(
                self.now,
                "dispatch.feedback",
                by.ref,
                details={"outcome": outcome},
                subject=lambda: f"dispatch.sending:{sending.key}",
            )
        )

    def finish_task(self, task: TaskDraft) -> None:
        """As `dispatch.usecases.finish_task`."""
        task.done_at = self.now
        self._dispatch("task-done", by=self._acts(), of=task.seq)

    def say_needless(self, words: str) -> None:
        """As `dispatch.usecases.say_needless`."""
        by = self._acts()
        self.needless = True
        self._note("dispatch.needless", by.ref)
        self._dispatch("needless", by=by, body=words)

    def _dispatch(
        self, what: str, *, by: Officer, sending: SendingDraft | None = None, body: str = "", **data: Any
    ) -> None:
        about: dict[str, Any] = {}
        if sending is not None:
            crew = sending.crew
            about = {"sending": lambda: sending.key, "crew": crew.name, "unit": crew.unit.name}
        self._add(
            Type.HAPPENED,
            officer=by,
            visibility=Visibility.PARTIES if what in _FOR_PARTIES else Visibility.STATION,
            body=body,
            data={"what": f"dispatch.{what}", **about, **data},
        )
        if sending is not None:
            fact = progress.Fact(what, self.now, self.entries[-1].data)
            sending.standing = progress.step(sending.standing, fact)

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def matter(self, number: str) -> Matter:
        """As it stands when it is filed, where it is: the rest is written later."""
        columns, self.standing = self.standing, self.filed_standing[0] if self.filed_standing else self.standing
        try:
            return super().matter(number)
        finally:
            self.standing = columns

    @property
    def first_entries(self) -> list[Entry]:
        return self.entries[: self.filed_seq]

    def incident(self, standing: filing.Standing) -> Incident:
        """The row beside its matter; all matters have their keys by now."""
        report, first = self.report, self.together[0]
        return Incident(
            matter_id=self.key,
            category=report.category,
            address=report.address,
            landmark=report.landmark,
            longitude=report.longitude,
            latitude=report.latitude,
            position_source=report.position_source,
            uncertainty_m=report.uncertainty_m,
            when_said=report.when_said,
            happened_from=report.happened_from,
            unsafe=report.unsafe,
            loss_yuan=self.loss,
            same_as_id=None if first is self else first.key,
            **{name: getattr(standing, name) for name in filing.COLUMNS},
        )


def resolved(value: Any) -> Any:
    """What was left open until the rows had keys."""
    if isinstance(value, dict):
        return {name: resolved(one) for name, one in value.items()}
    return value() if callable(value) else value
