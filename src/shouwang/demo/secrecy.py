"""
What the stations of the demo town withhold, in every state: in doubt, proposed, sent back, agreed to, ended, opened again, left to others.
Played by the use cases themselves: what applications need by `disclosures.py`, what the catalogues need by `write`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from shouwang.apps.catalogue.models import Item
from shouwang.apps.catalogue.usecases import withdraw
from shouwang.apps.disclosure.models import Application
from shouwang.apps.secrecy import usecases
from shouwang.apps.secrecy.models import Review
from shouwang.apps.secrecy.subjects import Subject, subject_of
from shouwang.apps.secrecy.usecases import Proposal
from shouwang.apps.units.models import Officer
from shouwang.demo.catalogue import leader_of
from shouwang.demo.town import Town

OFFICER, CHIEF = "zhou", "liang"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What happens to the review of one application, as steps of its script."""

    one: Callable[[], Application]
    by: Callable[[str], Officer]
    by_office: Callable[[], Officer]

    @property
    def _subject(self) -> Subject:
        found = subject_of(self.by(OFFICER), self.one().ref)
        assert found is not None
        return found

    @property
    def _review(self) -> Review:
        return Review.objects.get(about=self.one().ref)

    def business(self, lasts: timedelta) -> Callable[[datetime], object]:
        """The prices are a business secret, and the firm objected."""

        def propose(at: datetime) -> object:
            today = timezone.localdate(at)
            said = Proposal(
                "sec-3",
                harm="报价里有成本构成，公开以后同行会照着压价，公司会丢掉生意。",
                interest="大家要知道花了多少钱，总数和数量都公开；各家报价不影响监督。",
                ends_on=today + lasts,
                owner="objects",
                owner_asked_on=today,
            )
            return usecases.propose(self._subject, said, by=self.by(OFFICER), at=at)

        return propose

    def rosters(self, at: datetime) -> object:
        said = Proposal(
            "sec-2",
            harm="知道了班次，就能避开便衣巡逻。",
            interest="大家要知道巡了多少次，次数另外公开。",
            ends_on=timezone.localdate(at) + 90 * DAY,
            ends_when="换了新的班次",
        )
        return usecases.propose(self._subject, said, by=self.by(OFFICER), at=at)

    def agree(self, at: datetime) -> object:
        return usecases.agree(self._review, seen=self._review.turn, by=self.by(CHIEF), at=at)

    def unsure(self, at: datetime) -> object:
        return usecases.ask(self._subject, "时间表已经过去了，可是今年还会用差不多的点位。", by=self.by(OFFICER), at=at)

    def elsewhere(self, at: datetime) -> object:
        return usecases.leave_to_others(self._review, seen=self._review.turn, by=self.by_office(), at=at)


def write(town: Town, now: datetime) -> None:
    """One thing in each state; the newest steps are some hours old."""
    until = timezone.localdate(now) + 180 * DAY
    plans = Proposal(
        "sec-2",
        harm="预案里写着集合的地点和先后，有人会照着躲开。",
        interest="大家要知道出了事找谁、去哪里，这些另外写在“怎么办”里。",
        ends_on=until,
        ends_when="预案改了",
    )
    _proposed(town, "QS", "emergency-plans", plans, now - 5 * HOUR)
    vague = Proposal("sec-5", harm="有个人信息。", interest="不好说。", ends_on=until)
    back, leader = _proposed(town, "HW", "results", vague, now - 30 * HOUR)
    reason = "写清楚是谁的、会受什么影响；能遮掉名字的，遮掉再公开，不用整项不公开。"
    usecases.send_back(back, reason=reason, seen=back.turn, by=leader, at=now - 4 * HOUR)
    child = Proposal(
        "sec-4", harm="招录公告的照片里有带着孩子来看的家长，认得出孩子和学校。", ends_on=until, ends_when="换了照片"
    )
    gone, leader = _proposed(town, "SP", "recruitment", child, now - 7 * HOUR)
    item = Item.objects.select_related("unit").get(unit__prefix="SP", kind="recruitment")
    withdraw(item, by=leader, reason="照片里认得出孩子，换好再公开", at=now - 6 * HOUR)
    usecases.agree(gone, seen=gone.turn, by=leader, at=now - 3 * HOUR)
    wrong, leader = _proposed(town, "SP", "cameras", plans, now - 50 * HOUR)
    reason = "探头装在哪里，法律要求公告，没有理由不公开。"
    usecases.open_up(wrong, reason=reason, seen=wrong.turn, by=leader, at=now - 28 * HOUR)


def _proposed(town: Town, prefix: str, kind: str, said: Proposal, at: datetime) -> tuple[Review, Officer]:
    """By whoever keeps the item, with the leader who is the second officer."""
    item = Item.objects.select_related("unit", "owner").filter(unit__prefix=prefix, kind=kind).order_by("pk")[0]
    subject = subject_of(item.owner, item.ref)
    assert subject is not None
    leader = leader_of(town, item.unit, item.owner)
    return usecases.propose(subject, said, by=item.owner, at=at), leader
