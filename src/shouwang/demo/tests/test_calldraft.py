"""An incident played through the use cases and drafted in memory: every entry, sending and column is the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from shouwang.apps.dispatch import progress
from shouwang.apps.dispatch import usecases as dispatch
from shouwang.apps.dispatch.models import Crew, FollowUp, Sending
from shouwang.apps.duty.usecases import sign_on
from shouwang.apps.incidents import filing, usecases
from shouwang.apps.incidents.models import About, Incident
from shouwang.apps.incidents.report import Report, ThingSaid
from shouwang.apps.incidents.suggesting import suggestions_for
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer
from shouwang.demo import town as demo_town
from shouwang.demo.calldraft import CallDraft, CrewDraft, resolved
from shouwang.demo.draft import Screener
from shouwang.demo.shifts import Duty
from shouwang.kernel.models import AuditRow
from tests.cast import at

NOW = at("2026-11-23 21:40")
START = at("2026-11-23 17:00")
MINUTE = timedelta(minutes=1)
THEFT = "我的电动车刚才停在菜市场门口被偷了，两千八百块买的。"


def told(entries: list[Entry]) -> list[tuple[Any, ...]]:
    return [
        (e.seq, e.at, e.type, e.by, e.officer_id, e.name, int(e.visibility), e.body, resolved(e.data)) for e in entries
    ]


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft leaves it to the case what filing makes of it (`callrows` tells it)."""
    monkeypatch.setattr("shouwang.apps.cases.listeners.open_case", lambda *_given, **_more: None)


class Both:
    """The same verbs on both sides."""

    def __init__(self, *reports: Report, channel: str = "phone") -> None:
        self.town = demo_town.build(Random(1))
        home = self.town.stations["QS"]
        duties = {
            unit.pk: Duty(self.town, prefix, since=NOW - timedelta(days=2), now=NOW, rng=Random(prefix))
            for prefix, unit in self.town.stations.items()
        }
        for duty in duties.values():
            for officer, leads, came in duty.at(START).people:
                sign_on(Officer.objects.get(pk=officer.pk), duty.unit, at=came, leads=leads)
        shift = duties[home.pk].at(START)
        self.crew = dispatch.form_crew(
            home, name="值班车", means="car", by=self.officer("chen"), at=START,
            members=[Officer.objects.get(pk=one.pk) for one in (shift.lead, shift.helper)],
        )  # fmt: skip
        self.drafted_crew = CrewDraft(home, "值班车", shift.lead, shift.helper, START, None, START, self.crew.pk)
        self.drafts: list[CallDraft] = []
        self.opened: list[matters.Opened] = []
        screener, by = Screener(), None if channel == "web" else self.officer("chen")
        for report in reports:
            draft = CallDraft(
                self.town, duties, Random(2), screener, at=START, now_is=NOW, unit=home, community=None
            )  # fmt: skip
            draft.take(report, channel, Person(pseudonym=report.pseudonym) if report.pseudonym else None)
            opened = usecases.take_report(home, report, channel=channel, at=START, by=by)
            draft.key = opened.matter.pk
            draft.serial = int(opened.matter.number.split("-")[2])
            self.drafts.append(draft)
            self.opened.append(opened)
        self.draft, self.at = self.drafts[0], START

    def matter(self, n: int = 0) -> Matter:
        return Matter.objects.get(pk=self.opened[n].matter.pk)

    def sending(self) -> Sending:
        return Sending.objects.select_related("crew", "matter").get(matter=self.matter())

    def officer(self, username: str) -> Officer:
        return Officer.objects.get(user__username=username)

    def both(self, draft: Callable[[CallDraft], object], real: Callable[[Matter, datetime], object]) -> None:
        self.at += 3 * MINUTE
        for one in self.drafts:
            assert one.wait_until(self.at)
        draft(self.draft)
        real(self.matter(), self.at)

    def same(self) -> None:
        for draft, opened in zip(self.drafts, self.opened, strict=True):
            matter = Matter.objects.get(pk=opened.matter.pk)
            for sending, row in zip(draft.sendings, matter.sendings.order_by("pk"), strict=True):
                sending.key = row.pk
                assert {name: getattr(row, name) for name in progress.COLUMNS} == {
                    name: getattr(sending.standing, name) for name in progress.COLUMNS
                }
            assert told(draft.entries) == told(list(matter.entries.order_by("seq")))
            rows = AuditRow.objects.filter(subject=matter.ref).order_by("pk")
            real = [(row.action, row.actor, row.at, row.reason, row.details) for row in rows]
            mine = [one for one in draft.trail if one.subject is None]
            assert [(t.action, t.actor, t.at, t.reason, resolved(t.details)) for t in mine] == real
            incident = Incident.objects.get(pk=matter.pk)
            assert {name: getattr(incident, name) for name in filing.COLUMNS} == {
                name: getattr(draft.files, name) for name in filing.COLUMNS
            }
            row = draft.incident(draft.files)
            for name in ("category", "address", "landmark", "when_said", "loss_yuan", "same_as_id", "position_source"):
                assert getattr(row, name) == getattr(incident, name), name
            judged = {one.about: one.at for one in incident.judged.all()}
            assert judged == {about: when for about, (_taken, when) in draft.judged.items()}
            for name in ("state", "reason", "handler_id", "waiting_since", "first_answer_at", "rings", "contact"):
                assert getattr(draft.standing, name) == getattr(matter, name), name
            assert draft.open_clock == matter.due_rule


def theft(**more: Any) -> Report:
    return Report(what=THEFT, category="stolen", address="菜市场门口", pseudonym="黄女士", phone="13000001234", **more)


def test_a_theft_from_the_call_to_the_case(db: None):
    b = Both(theft(things=(ThingSaid("电动车", Decimal(2800)),)))
    chen, ouyan = b.officer("chen"), b.officer("ouyan")

    def take_loss(matter: Matter, when: datetime) -> None:
        incident = Incident.objects.get(pk=matter.pk)
        (loss,) = (s for s in suggestions_for(matter, incident, Viewer(officer=chen)) if s.about == About.LOSS)
        usecases.judge(matter, by=chen, about="loss", seen=loss.seen, taken=True, at=when)

    b.both(lambda d: d.receipt("screen"), lambda m, t: usecases.give_receipt(m, by=chen, how="screen", at=t))
    b.both(
        lambda d: d.grade(3, "station", taken=True),
        lambda m, t: usecases.grade(m, by=chen, urgency=3, handler="station", at=t),
    )
    b.both(
        lambda d: d.evidence(["小票", "钥匙"]),
        lambda m, t: usecases.take_evidence(m, by=chen, items="小票\n钥匙", at=t),
    )
    b.both(lambda d: d.take_suggestion(About.LOSS, 2800), take_loss)
    b.both(lambda d: d.statement(), lambda m, t: usecases.take_statement(m, by=chen, at=t))
    b.both(
        lambda d: d.decide_nature("criminal", "先审查。", taken=True),
        lambda m, t: usecases.decide_nature(m, by=chen, nature="criminal", words="先审查。", at=t),
    )
    b.both(
        lambda d: d.lengthen("还有线索。", b.officer("liang")),
        lambda m, t: usecases.lengthen_review(
            m, by=b.officer("liang"), rule="o15-crim-leads", words="还有线索。", at=t
        ),
    )
    b.both(
        lambda d: d.propose("file", "建议立案。", "county-head"),
        lambda m, t: usecases.propose(m, by=chen, what="file", words="建议立案。", at=t),
    )
    b.both(lambda d: d.file("立案了。", by=ouyan), lambda m, t: usecases.file(m, by=ouyan, words="立案了。", at=t))
    b.both(
        lambda d: d.tell("phone", "打了电话。"),
        lambda m, t: usecases.tell(m, by=chen, how="phone", words="打了电话。", at=t),
    )
    b.both(
        lambda d: d.close("solved", "车找到了。"),
        lambda m, t: matters.close(m, by=chen, reason="solved", words="车找到了。", at=t),
    )
    b.same()


def test_a_crew_goes_and_leaves_a_task(db: None):
    b = Both(Report(what="夜市有人吵架。", category="quarrel"))
    chen = b.officer("chen")
    b.both(
        lambda d: d.send(b.drafted_crew, "夜市，吵架。"),
        lambda m, t: dispatch.send(m, [b.crew.pk], by=chen, words="夜市，吵架。", seen=0, at=t),
    )
    lead = Officer.objects.get(pk=b.drafted_crew.lead.pk)
    for what in progress.STEPS[:3]:
        b.both(
            lambda d, what=what: d.step(d.sendings[0], what),  # type: ignore[misc]
            lambda _m, t, what=what: dispatch.report(b.sending(), what, by=lead, at=t),  # type: ignore[misc]
        )
    due = NOW.date() + timedelta(days=3)
    given = dispatch.Feedback("mediated", "劝开了。", 2, task="再去看一次", task_due=due)
    b.both(
        lambda d: d.feedback(d.sendings[0], "mediated", "劝开了。", 2, "再去看一次", due),
        lambda _m, t: dispatch.feedback(b.sending(), given, by=lead, at=t),
    )
    b.both(
        lambda d: d.decide_nature("dispute", "是纠纷。", taken=True),
        lambda m, t: usecases.decide_nature(m, by=chen, nature="dispute", words="是纠纷。", at=t),
    )
    b.both(
        lambda d: d.finish_task(d.tasks[0]),
        lambda m, t: dispatch.finish_task(FollowUp.objects.get(matter=m), by=chen, at=t),
    )
    b.same()
    (task,), row = b.draft.tasks, FollowUp.objects.get()
    assert (task.seq, task.due_on, task.done_at) == (row.seq, row.due_on, row.done_at)
    assert Crew.objects.get().sendings.bound().count() == 0


def test_several_callers_are_linked_and_the_violation_is_filed_for_all(db: None):
    b = Both(*(Report(what=f"{n}号烧烤摊打架，来人。", category="hurt") for n in "一二三"))
    chen = b.officer("chen")
    for n in (1, 2):
        b.both(
            lambda d, n=n: b.drafts[n].link_to(d, "同一场。"),  # type: ignore[misc]
            lambda m, t, n=n: usecases.link(b.matter(n), m, by=chen, reason="同一场。", at=t),  # type: ignore[misc]
        )

    def decide(first: CallDraft) -> None:
        for one in b.drafts:
            one.decide_nature("administrative", "今天立案。", taken=True, by=None if one is first else chen)

    b.both(decide, lambda m, t: usecases.decide_nature(m, by=chen, nature="administrative", words="今天立案。", at=t))
    b.same()


@pytest.mark.parametrize(("what", "category"), [("他喝了酒动手打我，小孩在哭。", "home"), ("楼上有人赌钱。", "saw")])
def test_who_could_be_hurt_by_a_call_is_contacted_with_care(db: None, what: str, category: str):
    b = Both(Report(what=what, category=category, pseudonym="小李"), channel="web")
    if b.draft.standing.rings:
        b.both(lambda d: d.accept_danger(), lambda m, t: matters.accept_danger(m, by=b.officer("chen"), at=t))
    b.same()
    assert b.draft.standing.safe_contact


def test_a_crime_that_is_none_ends_with_reasons_and_is_told(db: None):
    b = Both(theft())
    chen, ouyan = b.officer("chen"), b.officer("ouyan")
    b.both(
        lambda d: d.decide_nature("criminal", "先审查。", taken=True),
        lambda m, t: usecases.decide_nature(m, by=chen, nature="criminal", words="先审查。", at=t),
    )
    b.both(lambda d: d.decline("不够。", by=ouyan), lambda m, t: usecases.decline(m, by=ouyan, words="不够。", at=t))
    b.same()
    b.both(
        lambda d: d.tell("phone", "说了。"), lambda m, t: usecases.tell(m, by=chen, how="phone", words="说了。", at=t)
    )
    b.same()


def test_what_belongs_elsewhere_is_told_or_passed_on(db: None):
    b = Both(Report(what="路灯坏了。"))
    chen = b.officer("chen")
    b.both(
        lambda d: d.say_needless("电话里说清楚了。"),
        lambda m, t: dispatch.say_needless(m, by=chen, reason="电话里说清楚了。", at=t),
    )
    b.both(
        lambda d: d.settle("热线", "请打热线。"),
        lambda m, t: usecases.settle(m, by=chen, to="热线", words="请打热线。", at=t),
    )
    b.same()


def test_another_organ_gets_it(db: None):
    b = Both(theft())
    chen = b.officer("chen")
    b.both(
        lambda d: d.pass_on("林业站", "归他们。"),
        lambda m, t: usecases.pass_on(m, by=chen, to="林业站", words="归他们。", at=t),
    )
    b.same()
