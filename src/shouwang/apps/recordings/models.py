"""
Stays in the station, from coming to leaving, and the register of what was recorded meanwhile. The files themselves lie on the station's
own store; here stand their SHA-256 and where to find them.

A recording belongs to no stay: the hall's camera shows many. Which stays it shows follows from place and time (`queries.shows`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.models import Matter, State
from shouwang.apps.people.models import Person
from shouwang.apps.recordings.errors import UnknownStayCode
from shouwang.apps.recordings.readable import hidden_from, recordings_readable_by, stays_readable_by
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.codes import OwnCode
from shouwang.kernel.fields import EncryptedTextField


class Place(models.Model):
    """Where somebody can be in a station: hall, waiting room, interview room 1."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="custody_places", verbose_name=_("单位"))
    name = models.CharField(_("地方"), max_length=40)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("所内地方")
        ordering = ["unit__path", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="one_place_of_a_name_in_a_station")]

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """What records: a camera in its place, or one that an officer wears (then `place` is empty)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="devices", verbose_name=_("单位"))
    name = models.CharField(_("设备"), max_length=40)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("装在"))
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("录音录像设备")
        ordering = ["unit__path", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="one_device_of_a_name_in_a_station")]

    def __str__(self) -> str:
        return self.name


class ClockReading(AppendOnly):
    """Somebody compared a device's clock with the right time: it showed `shown_at` at `real_at`."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="readings")
    real_at = models.DateTimeField()
    shown_at = models.DateTimeField()
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")

    objects = AppendOnlyQuerySet["ClockReading"].as_manager()

    class Meta:
        verbose_name = _("对表")

    def __str__(self) -> str:
        return f"{self.device_id} {self.real_at:%Y-%m-%d %H:%M}"


class Came(models.TextChoices):
    """How somebody came to the station; it decides which limit of questioning runs."""

    SELF = "self", _("自己来的")
    INVITED = "invited", _("请来的（证人、被害人）")
    SUMMONED = "summoned", _("治安传唤")
    CRIMINAL = "criminal", _("刑事传唤、拘传")
    HELD = "held", _("继续盘问")


class StayQuerySet(models.QuerySet["Stay"]):
    def visible_to(self, officer: Officer) -> Self:
        """Only stays this officer may know of; every list begins here."""
        return self.filter(stays_readable_by(officer))

    def inside(self) -> Self:
        return self.filter(left_at=None)

    def held_open(self) -> Self:
        """Stays whose recordings must be kept: the matter is open, or a request is not answered."""
        asked = CopyRequest.objects.filter(stay=OuterRef("pk"), decided_at=None)
        return self.filter(~Q(matter__state=State.CLOSED) | Exists(asked))

    def for_lists(self) -> Self:
        return self.select_related("matter", "unit", "person").prefetch_related("moves__place", "explanations__by")


class Stay(models.Model):
    """
    One person in the station, from coming to leaving, under one matter.

    person       None while nobody knows who it is; then `description` says what they look like
    description  what somebody looks like, and what else the desk must know; sealed
    came, rule   how they came, and the rule that limits questioning (empty when none does)
    unit         the station they are in
    notice       how they were told, on leaving, of the right to a copy
    """

    class Notice(models.TextChoices):
        PAPER = "paper", _("给了纸的告知书")
        SCREEN = "screen", _("本人拍了照或扫了码")
        REFUSED = "refused", _("本人不要")

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="stays")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    description = EncryptedTextField(_("样子"))
    came = models.CharField(_("怎么来的"), max_length=10, choices=Came.choices)
    rule = models.CharField(max_length=40, blank=True)
    entered_at = models.DateTimeField(_("进所"), db_index=True)
    entered_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    left_at = models.DateTimeField(_("离所"), null=True, blank=True, db_index=True)
    left_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    notice = models.CharField(max_length=8, choices=Notice.choices, blank=True)
    client_id = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)

    objects = StayQuerySet.as_manager()

    class Meta:
        verbose_name = _("进所到离所")
        ordering = ["-entered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(left_at=None, person__isnull=False), name="a_person_is_inside_once"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")), name="a_stay_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def ref(self) -> str:
        """How looks and the audit trail name this stay."""
        return f"recordings.stay:{self.pk}"


class Move(models.Model):
    """From this moment on the person was in this place; until the next move, or leaving."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="moves")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("在哪里")
        ordering = ["stay", "at"]
        constraints = [models.UniqueConstraint(fields=["stay", "at"], name="one_place_at_a_moment")]

    def __str__(self) -> str:
        return f"{self.stay_id} {self.place_id}"


class StayCode(OwnCode):
    """A code that opens the page of one stay to its person."""

    purpose, unknown = "recordings.stay", UnknownStayCode

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="codes")


class RecordingQuerySet(models.QuerySet["Recording"]):
    def visible_to(self, officer: Officer) -> Self:
        """The register of the officer's own station, without what shows a matter that is kept from them."""
        kept_from = Stay.objects.filter(hidden_from(officer)).order_by()
        return self.filter(recordings_readable_by(officer)).exclude(showing(kept_from))

    def of(self, stays: StayQuerySet) -> Self:
        """Those of a place in which one of these people was during the stay. One question however many."""
        return self.filter(showing(stays))

    def there(self) -> Self:
        return self.filter(deleted_at=None)


class Recording(models.Model):
    """
    One registered file.

    since, until      in real time; `ahead_s` is by how many seconds the device's clock was ahead, and is taken off already
    file_name, store  what it is called and where it lies on the station's store; sealed, since people write names into file names
    permanent         kept for good, with its reason
    deleted_*         asked for by one, confirmed by another; the row stays
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="recordings")
    device = models.ForeignKey(Device, models.PROTECT, related_name="recordings", verbose_name=_("设备"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="recordings", verbose_name=_("地方"))
    since = models.DateTimeField(_("从"))
    until = models.DateTimeField(_("到"), db_index=True)
    ahead_s = models.IntegerField(default=0)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField(_("大小（字节）"))
    file_name = EncryptedTextField(_("文件名"))
    note = EncryptedTextField(_("备注"))
    registered_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    permanent = models.CharField(_("永久保存的理由"), max_length=200, blank=True)
    delete_reason = models.CharField(max_length=200, blank=True)
    delete_asked_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    delete_asked_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("录音录像")
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["place", "since"], name="recording_by_place")]
        constraints = [
            models.UniqueConstraint(fields=["unit", "sha256"], name="a_file_is_registered_once"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="a_recording_has_a_length"),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | (Q(delete_asked_by__isnull=False) & ~Q(deleted_by=F("delete_asked_by"))),
                name="two_people_delete",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.sha256[:12]}"

    @property
    def ref(self) -> str:
        return f"recordings.recording:{self.pk}"

    @property
    def short(self) -> str:
        """The beginning of the SHA-256, as people compare it."""
        return self.sha256[:12]


def showing(stays: StayQuerySet) -> Exists:
    """The filter for recordings of a place in which one of these people was, while the stay lasted."""
    there = Move.objects.filter(stay__in=stays.values("pk"), place=OuterRef("place"))
    while_ = Q(stay__left_at=None) | Q(stay__left_at__gt=OuterRef("since"))
    return Exists(there.filter(while_, stay__entered_at__lt=OuterRef("until")))


class Explanation(AppendOnly):
    """Why a time of a stay is not recorded, signed by an officer. The person reads it. It explains every gap that lies within it."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="explanations")
    since = models.DateTimeField()
    until = models.DateTimeField()
    words = EncryptedTextField()
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Explanation"].as_manager()

    class Meta:
        verbose_name = _("对缺口的说明")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.stay_id} {self.since:%H:%M}"

    def covers(self, since: datetime, until: datetime) -> bool:
        return self.since <= since and until <= self.until


class CopyRequest(models.Model):
    """
    The person wants a copy of what was recorded, or to see it. A request against a denial (`against`) is decided by somebody else.

    taken_by   the officer at the counter; None when it came by the code
    due_at     when the answer is due, by `rule`
    """

    class Asks(models.TextChoices):
        COPY = "copy", _("拷贝一份")
        VIEW = "view", _("到所里看")

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="requests")
    asks = models.CharField(_("要什么"), max_length=4, choices=Asks.choices)
    since = models.DateTimeField(_("从"))
    until = models.DateTimeField(_("到"))
    words = EncryptedTextField()
    asked_at = models.DateTimeField()
    taken_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    rule = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    against = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="review")
    decided_at = models.DateTimeField(null=True, blank=True, db_index=True)
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    granted = models.BooleanField(null=True, blank=True)
    granted_since = models.DateTimeField(null=True, blank=True)
    granted_until = models.DateTimeField(null=True, blank=True)
    handed = models.CharField(_("怎么交"), max_length=120, blank=True)
    answer = EncryptedTextField()
    client_id = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("要录像的申请")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, granted=None) | Q(decided_at__isnull=False, granted__isnull=False),
                name="a_decision_says_yes_or_no",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stay_id} {self.asks}"
