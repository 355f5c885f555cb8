"""
The spine: matters, their append-only timelines and the codes that open them.

Everything that anybody asks of the station is one `Matter`. What happened to it are its entries, in order; the columns of the matter that
say how things stand are a cache of `story.fold(entries)` and can always be rebuilt from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.readable import entries_readable_by, matters_readable_by
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet


class Kind(models.TextChoices):
    """What a matter is."""

    CONSULTATION = "consultation", _("咨询")
    REPORT = "report", _("报案和线索")
    HELP = "help", _("求助")
    COMPLAINT = "complaint", _("投诉")
    SUGGESTION = "suggestion", _("建议")
    DISCLOSURE = "disclosure", _("信息公开申请")
    SERVICE = "service", _("办事")
    PROBLEM = "problem", _("社区问题")


class Channel(models.TextChoices):
    """Through which door a matter came."""

    WEB = "web", _("网页")
    QQ = "qq", _("QQ")
    PHONE = "phone", _("电话")
    COUNTER = "counter", _("窗口")
    OPEN311 = "open311", _("Open311")
    API = "api", _("程序接口")
    PATROL = "patrol", _("巡逻")
    HOUSE = "house", _("本所")


class State(models.TextChoices):
    """How a matter stands."""

    OPEN = "open", _("正在处理")
    CLOSED = "closed", _("已办结")
    DISPUTED = "disputed", _("有异议，正在复核")


class Reason(models.TextChoices):
    """Why a matter was closed."""

    ANSWERED = "answered", _("已答复")
    SOLVED = "solved", _("已解决")
    HALF_SOLVED = "half-solved", _("解决了一部分")
    NOT_OURS = "not-ours", _("不归公安管，已说明去哪里")
    WITHDRAWN = "withdrawn", _("本人不再要求处理")
    NO_REPLY = "no-reply", _("多次联系没有回音")
    REPEATED = "repeated", _("和另一件是同一件事")
    CANNOT = "cannot", _("没有办成")
    NOT_FILED = "not-filed", pgettext_lazy("matters", "不予立案")
    PASSED_ON = "passed-on", _("已移送有管辖权的机关")


#: What only a decision ends with: the room that decides writes it, nobody chooses it when closing.
BY_DECISION = frozenset({Reason.NOT_FILED, Reason.PASSED_ON})


class MatterQuerySet(models.QuerySet["Matter"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Only what this viewer may know of; every list begins here."""
        return self.filter(matters_readable_by(viewer))

    def open(self) -> Self:
        return self.exclude(state=State.CLOSED)

    def waiting(self) -> Self:
        """The station's turn: a resident wrote last and has no answer yet. Longest first."""
        return self.open().exclude(waiting_since=None).order_by("waiting_since")

    def overdue(self, at: datetime) -> Self:
        return self.open().filter(due_at__lt=at)

    def ringing(self) -> Self:
        """Danger that nobody has answered. Written like the condition of its index, or SQLite would not see that it fits."""
        return self.filter(rings__in=[True])

    def of_unit(self, unit: Unit) -> Self:
        """Of this unit or one below it."""
        return self.filter(unit__in=Unit.objects.within(unit).values("pk").order_by())

    def in_hands_of(self, officer: Officer) -> Self:
        """What the officer is in charge of and has to work on. Open matters are those that still promise a word: that index is small."""
        return self.open().filter(handler=officer, next_word_by__isnull=False)

    def for_cards(self) -> Self:
        """With everything that a list row shows, in one query."""
        return self.select_related("unit", "handler", "community", "offered_to_unit", "offered_to", "reporter")


class Matter(models.Model):
    """
    One matter (事项).

    number, kind, channel, unit_first, received_at, community, reporter are set at the start; the rest is the cache of the timeline.

    client_id        keyed hash of what the sender's device chose, so that sending the first question twice makes one matter
    unit             who is answerable now; stays with the first receiver until the next one accepts
    offered_to_*     an open transfer that nobody accepted yet
    rings            words of danger were found and nobody has accepted them yet
    sealed_at        since when only the handler, leaders and legal officers read it as the station (治安管理处罚法 art. 136)
    safe_contact     neutral wording; `contact` says by which ways and between which hours, see `contact.py`
    waiting_since    when the resident's oldest unanswered words arrived, or None when it is not the station's turn
    next_word_by     the date promised to the resident for the next sign of life
    due_at           when the running clock ends; `due_rule` names the rule, `due_provisional` that a calendar is not out yet
    last_seq         sequence number of the last entry; also what makes two desks pressing at once safe
    """

    number = models.CharField(_("编号"), max_length=24, unique=True)
    kind = models.CharField(_("类别"), max_length=14, choices=Kind.choices)
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices)
    unit_first = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(_("收到时间"), db_index=True)
    community = models.ForeignKey(Community, models.SET_NULL, null=True, blank=True, related_name="matters")
    reporter = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="matters")
    kept_from = models.ManyToManyField(Officer, blank=True, related_name="+")
    client_id = models.CharField(max_length=40, null=True, blank=True, editable=False)
    safe_contact = models.BooleanField(_("安全联系"), default=False)
    sealed_at = models.DateTimeField(_("封存"), null=True, blank=True)
    contact = models.JSONField(_("联系办法"), default=dict, blank=True)

    title = models.CharField(_("标题"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="matters")
    handler = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="matters")
    offered_to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    offered_to = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    transfers = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    first_answer_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    disputes = models.PositiveSmallIntegerField(default=0)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    danger = models.CharField(max_length=8, blank=True)
    rings = models.BooleanField(default=False)
    heartbeats = models.PositiveSmallIntegerField(default=0)
    next_word_by = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    due_rule = models.CharField(max_length=40, blank=True)
    due_provisional = models.BooleanField(default=False)
    last_seq = models.PositiveIntegerField(default=0)
    last_entry_at = models.DateTimeField(null=True, blank=True)

    objects = MatterQuerySet.as_manager()

    #: The newest message, put here by lists that show it; not a column.
    last_words: str = ""
    #: Title and words as a search shows them, in stretches, marked or not; put here by `finding`.
    shown_title: Sequence[Any] = ()
    excerpt: Sequence[Any] = ()

    class Meta:
        verbose_name = _("事项")
        indexes = [
            # Closing empties waiting_since, due_at and next_word_by, so these hold open matters only.
            models.Index(fields=["unit", "next_word_by"], condition=Q(next_word_by__isnull=False), name="open_at_unit"),
            models.Index(fields=["unit", "waiting_since"], condition=Q(waiting_since__isnull=False), name="by_wait"),
            models.Index(fields=["unit", "due_at"], condition=Q(due_at__isnull=False), name="by_due"),
            models.Index(fields=["handler", "next_word_by"], condition=Q(next_word_by__isnull=False), name="mine"),
            models.Index(fields=["next_word_by"], condition=Q(next_word_by__isnull=False), name="by_next_word"),
            models.Index(fields=["unit", "state"], condition=Q(state="disputed"), name="disputed"),
            models.Index(fields=["unit", "-last_entry_at"], name="unit_by_last_entry"),
            models.Index(fields=["unit_first", "received_at"], name="by_first_unit"),
            models.Index(fields=["unit", "rings"], condition=Q(rings__in=[True]), name="ringing"),
            models.Index(fields=["offered_to_unit"], condition=Q(offered_to_unit__isnull=False), name="offered"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["client_id", "channel"], name="sent_once_through_a_door"),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="rating_is_1_to_5"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | ~Q(state="closed"), name="closed_has_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(waiting_since=None, next_word_by=None), name="closed_promises_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        """How looks and the audit trail name this matter."""
        return f"matters.matter:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state != State.CLOSED


class Type(models.TextChoices):
    """What kind of thing happened. `story.py` says what each does to the state."""

    RECEIVED = "received", _("收到")
    MESSAGE = "message", _("消息")
    AUTO_ANSWER = "auto-answer", _("自动回答")
    NOTE = "note", _("内部备注")
    ASSIGNED = "assigned", _("分派")
    HANDED_OVER = "handed-over", _("交班")
    TRANSFER_OFFERED = "transfer-offered", _("转办")
    TRANSFER_ACCEPTED = "transfer-accepted", _("接收转办")
    TRANSFER_RETURNED = "transfer-returned", _("退回转办")
    KIND_CHANGED = "kind-changed", _("改类别")
    HELPER_ADDED = "helper-added", _("请人代办")
    HELPER_REMOVED = "helper-removed", _("取消代办")
    CODE_REPLACED = "code-replaced", _("换查询码")
    CLOCK = "clock", _("时限")
    CLOSED = "closed", _("办结")
    DISPUTED = "disputed", _("提出异议")
    REVIEWED = "reviewed", _("复核结果")
    RATED = "rated", _("评价")
    HEARTBEAT = "heartbeat", _("进展提醒")
    DANGER_FOUND = "danger-found", _("发现危险")
    DANGER_ACCEPTED = "danger-accepted", _("应答危险")
    SAFE_CONTACT = "safe-contact", _("安全联系")
    MOVED = "moved", _("从群里转来")
    POSTED_BACK = "posted-back", _("回到群里")
    HAPPENED = "happened", _("办理")
    ENCLOSED = "enclosed", _("附件到了")
    TAKEN_BACK = "taken-back", _("撤回")


#: What is learned about a message later and stands with it on every page, not at its own place.
LATER = (Type.ENCLOSED, Type.TAKEN_BACK)


def later_key(type_: str, seq: int | str, n: int | str = "") -> str:
    """The id of an entry about message `seq`: each is learned once. `usecases.sent_before` keeps senders from choosing such an id."""
    return f"{type_}:{seq}:{n}"


class By(models.TextChoices):
    """On whose side an entry was made."""

    RESIDENT = "resident", _("居民")
    HELPER = "helper", _("代办人")
    OFFICER = "officer", _("民警")
    HOUSE = "house", _("系统")


class EntryQuerySet(AppendOnlyQuerySet["Entry"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Only entries this viewer may see, in whatever matter."""
        return self.filter(entries_readable_by(viewer))

    def standing(self) -> Self:
        """Without messages that their writer took back: what is searched, listed and quoted."""
        key = Concat(Value(f"{Type.TAKEN_BACK}:"), Cast(OuterRef("seq"), models.CharField()), Value(":"))
        taken = Entry.objects.filter(matter=OuterRef("matter"), type=Type.TAKEN_BACK, client_id=key)
        return self.exclude(Exists(taken))


class Entry(AppendOnly):
    """
    One thing that happened. Added once, never changed, never removed.

    at           when it happened (aware); `seq` is the order in which the house learned of it
    by, officer  whose side, and which officer
    name         how the author was called at the time, as residents see it
    visibility   who may see it
    body         words as written by a person; empty for pure events
    data         typed facts, see `story.py`; files as a list of references; awaited: what came with it and has to be fetched, as kinds
    client_id    chosen by the sender's device so that a retry adds nothing; unique inside the matter. It is kept as it came: repeating
                 it shows an entry only to whoever may write in this matter anyway
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    type = models.CharField(max_length=18, choices=Type.choices)
    by = models.CharField(max_length=8, choices=By.choices)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=40, blank=True)
    visibility = models.PositiveSmallIntegerField(choices=[(v.value, v.name) for v in Visibility])
    body = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    client_id = models.CharField(max_length=40, null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    #: Put here by `queries.conversation`; not columns. The uploads of a message, sentences about what came with it and is not there, and
    #: whether its writer took it back; then its words and files are not here.
    stored_files: Sequence[StoredFile] = ()
    missing: Sequence[str] = ()
    taken_back: bool = False
    #: Put here by `queries.conversation`: whether it is read by whoever brought the matter, who is “您”; a helper and the station are not.
    own: bool = True
    #: Put here by the desk: how it stands on its way to a messenger, in words.
    fate: str = ""

    class Meta:
        ordering = ["matter", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "seq"], name="one_entry_per_place_in_the_timeline"),
            models.UniqueConstraint(fields=["matter", "client_id"], name="a_retry_adds_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}/{self.seq} {self.type}"

    @property
    def from_station(self) -> bool:
        return self.by in {By.OFFICER, By.HOUSE}


class AccessCode(models.Model):
    """
    A tracking code. Only its keyed hash is kept: nobody can read it back, not even from a stolen database.

    holder   the reporter, or a helper (child, village cadre) who was trusted with this one matter
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    holder = models.CharField(max_length=8)
    label = models.CharField(_("称呼"), max_length=40, blank=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.holder} #{self.pk}"


class ReadMark(models.Model):
    """How far each side has received and read a conversation. The only part of a matter that is overwritten."""

    class Side(models.TextChoices):
        RESIDENT = "resident", _("居民")
        STATION = "station", _("派出所")

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="read_marks")
    side = models.CharField(max_length=8, choices=Side.choices)
    delivered_seq = models.PositiveIntegerField(default=0)
    read_seq = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "side"], name="one_mark_per_side")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.side} {self.read_seq}"


class Series(models.Model):
    """The last serial given out for one station in one year."""

    prefix = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_series_per_prefix_and_year")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"

    @classmethod
    def next(cls, prefix: str, year: int) -> int:
        """The next serial. The row stays locked until the caller's transaction ends, so numbers have no gaps."""
        cls.objects.get_or_create(prefix=prefix, year=year)
        cls.objects.filter(prefix=prefix, year=year).update(last=F("last") + 1)
        return cls.objects.get(prefix=prefix, year=year).last
