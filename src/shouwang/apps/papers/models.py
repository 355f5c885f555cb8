"""
Papers (文书): what is written in a matter, signed and handed out.

What a paper says stands sealed in its versions; how it stands are its columns, moved only by `usecases` in the same transaction as the
entry of the matter's timeline. What somebody filled in once is a `Fact` of the matter, and every other paper of it reads it there.
"""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.fields import EncryptedTextField


class State(models.TextChoices):
    """How a paper stands."""

    DRAFT = "draft", _("正在写")
    REVIEW = "review", _("等审批")
    APPROVED = "approved", _("等签名")
    SIGNED = "signed", _("签好了，等发出")
    ISSUED = "issued", _("已发出")
    VOID = "void", _("已作废")


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Only of matters this viewer reads as the station; a tracking code opens none of them here."""
        as_station = Viewer(officer=viewer.officer)
        return self.filter(matter__in=Matter.objects.visible_to(as_station).values("pk").order_by())

    def of(self, matter: Matter) -> Self:
        return self.filter(matter=matter).order_by("made_at", "pk")

    def waiting(self) -> Self:
        """Somebody has to do the next thing."""
        return self.filter(state__in=WAITING)

    def for_lists(self) -> Self:
        return self.select_related("matter__unit__parent", "author")


#: Written like the condition of its index.
WAITING = [State.APPROVED, State.DRAFT, State.REVIEW, State.SIGNED]


class Paper(models.Model):
    """
    One paper of a matter.

    kind        code of its template; `title` is what the template is called
    number      from the series of station, kind and year; given when it is approved, and kept when it is voided
    version     number of the newest version; 0 while it was never handed in
    waits_for   who has to agree next, as the law data calls them; empty when nobody has
    author      who made the draft or handed it in last: whoever checks is somebody else
    dated_on    the day that stands on it; None before it is approved
    for_person  whether the reporter gets a copy once it is issued
    about       the one thing of its matter that it is about (`cases.statement:7`), see `known`; empty when it is the matter itself
    client_id   keyed by the form, so that a second press makes no second paper
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="papers")
    about = models.CharField(max_length=60, blank=True, editable=False)
    kind = models.CharField(_("种类"), max_length=40)
    title = models.CharField(_("名称"), max_length=80)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    state = models.CharField(_("进展"), max_length=8, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)
    waits_for = models.CharField(max_length=24, blank=True)
    author = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name=_("起草人"))
    made_at = models.DateTimeField(_("起草时间"))
    moved_at = models.DateTimeField(db_index=True)
    dated_on = models.DateField(_("落款日期"), null=True, blank=True)
    issued_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    for_person = models.BooleanField(default=False)
    client_id = models.CharField(max_length=40, null=True, blank=True, editable=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("文书")
        indexes = [
            models.Index(
                fields=["state", "waits_for"],
                condition=Q(state__in=["approved", "draft", "review", "signed"]),
                name="paper_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["matter", "client_id"], name="a_paper_is_made_once"),
            models.CheckConstraint(condition=Q(state="review") ^ Q(waits_for=""), name="paper_waits_in_review_alone"),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(issued_at__isnull=False, dated_on__isnull=False),
                name="issued_paper_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()


class Wording(AppendOnly):
    """The text of a template as it was once used or put in force. Kept for ever: papers are made from it again."""

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(_("种类"), max_length=40)
    text = models.TextField(_("模板"))

    objects = AppendOnlyQuerySet["Wording"].as_manager()

    class Meta:
        verbose_name = _("模板文字")

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class Ruling(AppendOnly):
    """A station decided which text of a template holds here; `wording` is None when it went back to the house's own. The newest holds."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(_("种类"), max_length=40)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")
    version = models.CharField(_("版本"), max_length=40, blank=True)
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(_("为什么改"), max_length=200)

    objects = AppendOnlyQuerySet["Ruling"].as_manager()

    class Meta:
        verbose_name = _("模板决定")
        indexes = [models.Index(fields=["unit", "kind", "-id"], name="ruling_newest")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.version or '—'}"


class Version(AppendOnly):
    """What a paper said when it was handed in: the record it is filled from, sealed, and the exact text of its template."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="versions")
    n = models.PositiveIntegerField(_("第几版"))
    record = EncryptedTextField()
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="+")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Version"].as_manager()

    class Meta:
        verbose_name = _("文书版本")
        constraints = [models.UniqueConstraint(fields=["paper", "n"], name="paper_versions_are_numbered")]

    def __str__(self) -> str:
        return f"{self.paper_id}/{self.n}"


class Step(AppendOnly):
    """
    Somebody agreed to a version, sent it back or signed it.

    code     the approver or the signature, as law data and template call them
    officer  who did it at the desk; for a person's signature, who was there
    name     who signed
    way      how a person signed; `words` the reason of a refusal or of sending back, `file` the drawing or the scan
    """

    class What(models.TextChoices):
        APPROVED = "approved", _("同意")
        SENT_BACK = "sent-back", _("退回")
        SIGNED = "signed", _("签名")

    class Way(models.TextChoices):
        HOUSE = "house", _("在系统里签")
        DRAWN = "drawn", _("在屏幕上手写")
        PAPER = "paper", _("签在纸上")
        REFUSED = "refused", _("拒绝签名")

    version = models.ForeignKey(Version, models.PROTECT, related_name="steps")
    what = models.CharField(max_length=9, choices=What.choices)
    code = models.CharField(max_length=24)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    name = EncryptedTextField()
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.HOUSE)
    words = EncryptedTextField()
    witness = EncryptedTextField()
    file = models.CharField(max_length=22, blank=True)
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Step"].as_manager()

    class Meta:
        verbose_name = _("审批和签名")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"], condition=Q(what="signed"), name="a_version_is_signed_once_by_each"
            ),
            models.UniqueConstraint(
                fields=["version", "code"], condition=Q(what="approved"), name="a_version_is_approved_once_by_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.what} {self.code}"


class Fact(models.Model):
    """
    One thing filled in by hand, under its place in the record (`case.refusal_reason`); all papers read it.

    matter, unit   whose it is: of one matter, or of the station (its court, its reconsideration body) for all its matters
    about          the one thing of the matter that it is true of; empty for the matter
    value          as JSON, sealed
    """

    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    about = models.CharField(max_length=60, blank=True)
    path = models.CharField(max_length=80)
    value = EncryptedTextField()
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("文书事实")
        constraints = [
            models.CheckConstraint(condition=Q(matter=None) ^ Q(unit=None), name="a_fact_is_of_one_thing"),
            models.UniqueConstraint(
                fields=["matter", "about", "path"], condition=Q(unit=None), name="one_fact_per_thing_of_a_matter"
            ),
            models.UniqueConstraint(fields=["unit", "path"], condition=Q(matter=None), name="one_fact_per_unit"),
        ]

    def __str__(self) -> str:
        return self.path


def next_number(series: type[models.Model], **of: Any) -> int:
    """The next number of a row of numbers (`last`). It stays locked until the caller's transaction ends, so that none is left out."""
    rows = series._default_manager
    rows.get_or_create(**of)
    rows.filter(**of).update(last=F("last") + 1)
    last: int = rows.values_list("last", flat=True).get(**of)
    return last


class PaperSeries(models.Model):
    """The last number given out at one station for one kind of paper in one year."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "kind", "year"], name="one_series_per_kind_and_year")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.year}"

    @classmethod
    def next(cls, unit: Unit, kind: str, year: int) -> int:
        return next_number(cls, unit=unit, kind=kind, year=year)
