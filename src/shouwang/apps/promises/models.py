"""
Promises (承诺): what a station says everybody may count on, its versions, and the scorecards that say whether it was kept.

Versions, steps and scorecards are only ever added; the database itself refuses to change them. No use case writes a scorecard but the
count (`counting.py`), so there is nothing to edit.
"""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.readable import made_public_by
from shouwang.apps.openness.rare import FEW
from shouwang.apps.promises import reckoning
from shouwang.apps.promises.reckoning import Rule, Tally
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet


class Measure(models.TextChoices):
    """From which moment to which one waits."""

    ANSWER = reckoning.Measure.ANSWER.value, _("第一次有人答复")
    CLOSING = reckoning.Measure.CLOSING.value, _("把事办结")
    TRANSFER = reckoning.Measure.TRANSFER.value, _("接下转来的事")
    FILING = reckoning.Measure.FILING.value, _("决定立不立案")
    DANGER = reckoning.Measure.DANGER.value, _("应答危险求助")
    SCENE = reckoning.Measure.SCENE.value, _("出警到现场")


class Hours(models.TextChoices):
    """At what time of the day the waiting began."""

    ANY = "", _("白天晚上都算")
    DAY = "day", _("只算白天（8 点到 20 点）")
    NIGHT = "night", _("只算夜里（20 点到 8 点）")


class Source(models.TextChoices):
    """On what a promise rests."""

    LAW = "law", _("法律法规的规定")
    OWN = "own", _("本所自己的决定")


class Because(models.TextChoices):
    """Why a period was counted again."""

    FIRST = "", _("第一次统计")
    SETTLED = "settled", _("上次还没到头的事，现在有了结果")
    CORRECTED = "corrected", _("有迟到的记录或者更正")


class PromiseQuerySet(models.QuerySet["Promise"]):
    def public(self) -> Self:
        """What was ever in force: an ended promise keeps its page."""
        return self.exclude(current=None)

    def in_force(self) -> Self:
        return self.public().filter(ended_at=None)

    def kept_by(self, officer: Officer) -> Self:
        """What this officer may see and propose at the desk; the list of `policy.may_keep`."""
        return self.filter(made_public_by(officer, "station"))

    def with_all(self) -> Self:
        """With everything that a row shows and a count needs, in a few queries however many there are."""
        return self.select_related("station__parent", "current", "proposal__by").prefetch_related(
            "versions", "steps__by", models.Prefetch("scorecards", Scorecard.objects.select_related("version"))
        )


class Promise(models.Model):
    """
    One promise of one station. What it says stands in its versions.

    measure  what is measured; another measure is another promise
    current  the newest version that was put in force; None while there is only a proposal
    until    the last day whose matters count; None while it is in force
    """

    station = models.ForeignKey(Unit, models.PROTECT, related_name="promises", verbose_name=_("派出所"))
    measure = models.CharField(_("算什么"), max_length=8, choices=Measure.choices)
    made_at = models.DateTimeField()
    current = models.ForeignKey("Version", models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("承诺")
        ordering = ["station__path", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, until=None, ended_because="")
                | (Q(ended_at__isnull=False, until__isnull=False) & ~Q(ended_because="")),
                name="an_ended_promise_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How the log and the open data name it."""
        return f"{self.station.prefix or 'SW'}-C-{self.pk:05d}"


class Wording(models.Model):
    """
    What a promise says.

    title   in plain words, as everybody reads it
    rule    `reckoning.Rule.as_data()`
    source, article  on what it rests, and for a law which article
    note    why it is made or changed, in one sentence for everybody
    """

    title = models.CharField(_("承诺"), max_length=80)
    rule = models.JSONField()
    source = models.CharField(_("依据"), max_length=3, choices=Source.choices)
    article = models.CharField(_("哪部法、第几条"), max_length=120, blank=True)
    note = models.CharField(_("为什么"), max_length=200)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(source="law") | ~Q(article=""), name="%(class)s_by_law_names_the_article"
            )
        ]

    @property
    def reckoned(self) -> Rule:
        """The rule as the count takes it."""
        return Rule.of(self.rule)

    @property
    def wording(self) -> dict[str, Any]:
        """What the digest of a version is over."""
        return {name: getattr(self, name) for name in ("title", "rule", "source", "article", "note")}


class Proposal(Wording):
    """What is proposed for a promise. One at a time; a leader puts it in force and it becomes a version, or sends it back."""

    promise = models.OneToOneField(Promise, models.CASCADE, related_name="proposal")
    turn = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sent_back = models.CharField(max_length=300, blank=True)

    class Meta(Wording.Meta):
        verbose_name = _("提出来的承诺")

    def __str__(self) -> str:
        return f"{self.promise_id} {self.turn}"


class Version(Wording, AppendOnly):
    """
    What a promise said from a day on, kept for good. Two people stand behind it.

    since   the first day whose matters count by it: the next day for the first version, the next period for a changed one, so that
            nobody moves a goal in the middle of a count
    sha256  over the wording and `since`
    """

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    since = models.DateField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    proposed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    put_in_force_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")

    objects = AppendOnlyQuerySet["Version"].as_manager()

    class Meta(Wording.Meta):
        verbose_name = _("承诺的一版")
        ordering = ["promise", "-number"]
        constraints = [
            *Wording.Meta.constraints,
            models.UniqueConstraint(fields=["promise", "number"], name="one_promise_per_number"),
            models.CheckConstraint(condition=~Q(proposed_by=F("put_in_force_by")), name="two_people_promise"),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} v{self.number}"


class Step(AppendOnly):
    """What happened to a promise, in order, for everybody. `call` is what was answered: too easy or out of reach."""

    class What(models.TextChoices):
        MADE = "made", _("开始承诺")
        CHANGED = "changed", _("改了承诺")
        ENDED = "ended", _("不再承诺")
        ANSWERED = "answered", _("对提醒的答复")

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="steps")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    what = models.CharField(max_length=8, choices=What.choices)
    call = models.CharField(max_length=4, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    words = models.CharField(max_length=300)

    objects = AppendOnlyQuerySet["Step"].as_manager()

    class Meta:
        verbose_name = _("承诺的经过")
        ordering = ["promise", "-pk"]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.what}"


class Scorecard(AppendOnly):
    """
    How one promise was kept in one period, as counted at `at`. Nobody can write it but the count, and nobody can change it.

    first, end  local days, the second not included; matters count in the period in which the waiting began
    number      1 for the first count; a later count that differs stands beside it and says why
    bands       [[twelfths of the limit, how many]]; see `reckoning.STEPS`
    sha256      over `told`, which is what everybody reads
    """

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="scorecards")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    first = models.DateField()
    end = models.DateField()
    number = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    broken = models.PositiveIntegerField()
    open = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()
    bands = models.JSONField(default=list)
    because = models.CharField(max_length=9, choices=Because.choices, blank=True)
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet["Scorecard"].as_manager()

    class Meta:
        verbose_name = _("成绩单")
        ordering = ["promise", "-first", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "first", "number"], name="one_scorecard_per_count"),
            models.CheckConstraint(condition=Q(first__lt=F("end")), name="a_period_has_days"),
            models.CheckConstraint(
                condition=Q(number=1, because="") | (Q(number__gt=1) & ~Q(because="")), name="a_recount_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.first} #{self.number}"

    @property
    def tally(self) -> Tally:
        """As it was counted; for the station alone."""
        return Tally(self.kept, self.broken, self.open, self.overdue, tuple((band, n) for band, n in self.bands))

    @property
    def public(self) -> Tally:
        """As everybody may know it: fewer than three matters (nought included) are told as nothing."""
        return self.tally if self.tally.n >= FEW else Tally()

    @property
    def told(self) -> dict[str, Any]:
        """What everybody reads of it and its digest is over; counts are None below three."""
        few = self.tally.n < FEW
        return {
            "promise": self.promise.number,
            "version": self.version.number,
            "first": self.first.isoformat(),
            "end": self.end.isoformat(),
            "number": self.number,
            "because": self.because,
            **{name: None if few else getattr(self, name) for name in ("kept", "broken", "open", "overdue", "bands")},
        }
