"""One long story, played through the use cases and drafted in memory: every entry is the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

from shouwang.apps.duty.usecases import sign_on
from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer
from shouwang.demo import town as demo_town
from shouwang.demo.draft import Draft, Screener
from shouwang.demo.shifts import Duty
from shouwang.kernel.models import AuditRow
from tests.cast import at

NOW = at("2026-11-23 21:40")
START = at("2026-11-23 17:00")
MINUTE = timedelta(minutes=1)
DANGER = "他喝了酒又动手打我，我带着孩子锁在卫生间，不敢出声"


def told(entries: list[Entry]) -> list[tuple[Any, ...]]:
    """What an entry says, without the keys of codes."""
    return [
        (
            e.seq, e.at, e.type, e.by, e.officer_id, e.name, int(e.visibility), e.body,
            {key: value for key, value in e.data.items() if not (e.type == Type.HELPER_ADDED and key == "code")},
        )
        for e in entries
    ]  # fmt: skip


class Both:
    """The same verbs on both sides."""

    def __init__(self, kind: str, body: str) -> None:
        self.town = demo_town.build(Random(1))
        home = self.town.stations["QS"]
        duties = {
            unit.pk: Duty(self.town, prefix, since=NOW - timedelta(days=2), now=NOW, rng=Random(prefix))
            for prefix, unit in self.town.stations.items()
        }
        for duty in duties.values():
            for officer, leads, came in duty.at(START).people:
                sign_on(Officer.objects.get(pk=officer.pk), duty.unit, at=came, leads=leads)
        person = Person.objects.create(pseudonym="小李", phone="13000000001", created_at=START)
        self.draft = Draft(
            self.town, duties, Random(2), Screener(), at=START, now_is=NOW, unit=home, community=None
        )  # fmt: skip
        self.draft.open(kind=kind, channel="web", body=body, reporter=person)
        self.opened = usecases.open_matter(home, kind=kind, channel="web", at=START, body=body, reporter=person)
        self.at = START

    @property
    def matter(self) -> Matter:
        return Matter.objects.get(pk=self.opened.matter.pk)

    @property
    def resident(self) -> Viewer:
        return Viewer(held={self.matter.pk: self.opened.held})

    def officer(self, username: str) -> Officer:
        return Officer.objects.get(user__username=username)

    def both(self, draft: Callable[[Draft], object], real: Callable[[datetime], object]) -> None:
        self.at += 3 * MINUTE
        assert self.draft.wait_until(self.at)
        draft(self.draft)
        real(self.at)

    def same(self) -> None:
        matter = self.matter
        assert told(self.draft.entries) == told(list(matter.entries.order_by("seq")))
        rows = AuditRow.objects.filter(subject=matter.ref).order_by("pk")
        real = [(row.action, row.actor, row.at, row.reason, row.details) for row in rows]
        assert [(t.action, t.actor, t.at, t.reason, t.details) for t in self.draft.trail] == real
        drafted = self.draft.matter(matter.number)
        for name in ("state", "reason", "handler_id", "unit_id", "transfers", "disputes", "danger", "rings", "rating"):
            assert getattr(drafted, name) == getattr(matter, name), name


def chen(b: Both) -> Officer:
    return b.officer("chen")


def test_a_question_from_first_word_to_rating(db: None):
    b = Both("consultation", "身份证到期了，人在外地，能换吗？")
    b.both(
        lambda d: d.answer_automatically("能。", "id-card-away", 0.8),
        lambda t: usecases.answer_automatically(b.matter, body="能。", guide="id-card-away", confidence=0.8, at=t),
    )
    b.both(
        lambda d: d.answer("能办。"),
        lambda t: usecases.say(b.matter, viewer=Viewer(officer=chen(b)), at=t, body="能办。"),
    )
    b.both(lambda d: d.ask("要居住证吗"), lambda t: usecases.say(b.matter, viewer=b.resident, at=t, body="要居住证吗"))
    b.both(lambda d: d.note("核过"), lambda t: usecases.note(b.matter, by=chen(b), body="核过", at=t))
    b.both(
        lambda d: d.add_helper("女儿"), lambda t: usecases.add_helper(b.matter, viewer=b.resident, label="女儿", at=t)
    )
    b.both(
        lambda d: d.contact_safely(), lambda t: usecases.set_safe_contact(b.matter, viewer=b.resident, on=True, at=t)
    )
    b.both(
        lambda d: d.assign(b.officer("an")), lambda t: usecases.assign(b.matter, to=b.officer("an"), by=chen(b), at=t)
    )
    b.both(
        lambda d: d.close("answered", "说清了。"),
        lambda t: usecases.close(b.matter, by=b.officer("an"), reason="answered", words="说清了。", at=t),
    )
    b.both(lambda d: d.rate(5, "好"), lambda t: usecases.rate(b.matter, viewer=b.resident, stars=5, words="好", at=t))
    b.same()


def test_danger_transfer_and_dispute(db: None):
    b = Both("help", DANGER)
    b.both(lambda d: d.accept_danger(), lambda t: usecases.accept_danger(b.matter, by=chen(b), at=t))
    b.both(
        lambda d: d.offer(b.town.stations["HW"], "在河湾"),
        lambda t: usecases.offer_transfer(b.matter, to=b.town.stations["HW"], by=chen(b), reason="在河湾", at=t),
    )
    b.both(
        lambda d: d.give_back("不在我们这"),
        lambda t: usecases.return_transfer(b.matter, by=b.officer("meng"), reason="不在我们这", at=t),
    )
    b.both(
        lambda d: d.offer(b.town.stations["SP"], "在松坪"),
        lambda t: usecases.offer_transfer(b.matter, to=b.town.stations["SP"], by=chen(b), reason="在松坪", at=t),
    )
    b.both(lambda d: d.accept(), lambda t: usecases.accept_transfer(b.matter, by=b.officer("he"), at=t))
    b.both(
        lambda d: d.close("solved", "好了。"),
        lambda t: usecases.close(b.matter, by=b.officer("he"), reason="solved", words="好了。", at=t),
    )
    b.both(lambda d: d.dispute("没好"), lambda t: usecases.dispute(b.matter, viewer=b.resident, words="没好", at=t))
    b.both(
        lambda d: d.review("接着办。", upheld=False),
        lambda t: usecases.review(b.matter, by=b.officer("tang"), upheld=False, words="接着办。", at=t),
    )
    b.same()


def test_a_complaint_waits_for_the_chief(db: None):
    b = Both("complaint", "窗口态度不好。")
    liang = b.officer("liang")
    b.both(
        lambda d: d.answer("我来看。"),
        lambda t: usecases.say(b.matter, viewer=Viewer(officer=liang), at=t, body="我来看。"),
    )
    b.same()


@pytest.mark.parametrize("kind", ["consultation", "problem"])
def test_the_right_kind_brings_its_clock(db: None, kind: str):
    b = Both("help", "路灯坏了怎么报？")
    b.both(lambda d: d.change_kind(kind), lambda t: usecases.change_kind(b.matter, kind=kind, by=chen(b), at=t))
    b.same()


def test_screening_leaves_the_database_alone(db: None):
    with transaction.atomic():
        assert Screener().look((DANGER,)) is not None
        assert Screener().look(("你好，请问几点上班？",)) is None
