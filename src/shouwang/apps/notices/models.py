"""
The post room: gateways to messengers, what leaves the house through them, and what came in.

What is said, to whom and by whom is encrypted; equality of addresses and texts can be asked through blind indexes. Facts
about sending are only ever added (`Attempt`); the columns of `Outbound` that say how it stands follow from them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.notices import deciding
from shouwang.apps.notices.messages import Chat, Outgoing, load_parts
from shouwang.apps.notices.pace import Pace
from shouwang.apps.units.models import Unit
from shouwang.kernel.appendonly import AppendOnly
from shouwang.kernel.fields import EncryptedTextField


class Transport(models.TextChoices):
    """How a gateway and the house reach each other."""

    REVERSE_WS = "reverse-ws", _("网关连到本系统（反向 WebSocket）")
    HTTP = "http", _("互相用 HTTP")


_VISIBLE = RegexValidator(r"^[!-~]{8,200}$", _("请用 8 个以上的字母、数字或英文符号，不要有空格和汉字。"))


class Gateway(models.Model):
    """
    One number of the station on one messenger, and the program that speaks for it.

    unit                 the station whose messages come and go here
    self_id              the number, as the messenger writes it
    token                what the gateway shows when it connects, and what we show when we call it
    secret               key of the signature over events that come by HTTP
    http_url             where the gateway's HTTP interface is, such as http://127.0.0.1:5700
    picture_hosts        names of hosts from which pictures may be fetched by HTTPS when the gateway only says where they lie;
                         empty unless somebody decided otherwise (docs/decisions/0009): then nothing outside is ever asked
    per_minute, burst, jitter_percent    the pace at which messages leave (see `pace`)
    silent_after_s       seconds without a sign of life until it counts as silent
    full_at              the pace's bucket (see `pace.take`)
    group_shows_own, private_shows_own   the gateway's record of such chats has been seen to hold our own words;
                         before that, a message missing in it proves nothing
    silent_since         set while the silence has been told
    """

    name = models.CharField(_("名称"), max_length=60, unique=True)
    channel = models.CharField(_("渠道"), max_length=20, default="qq")
    self_id = models.CharField(_("号码"), max_length=20)
    transport = models.CharField(_("连接方式"), max_length=12, choices=Transport.choices, default=Transport.REVERSE_WS)
    token = EncryptedTextField(_("访问口令"), validators=[_VISIBLE])
    secret = EncryptedTextField(_("签名密钥"), blank=True)
    http_url = models.URLField(_("HTTP 接口地址"), blank=True)
    picture_hosts = models.CharField(_("可以取图片的网站"), max_length=300, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="gateways", verbose_name=_("单位")
    )
    per_minute = models.FloatField(_("每分钟最多发"), default=10, validators=[MinValueValidator(0.1)])
    burst = models.PositiveSmallIntegerField(_("一次最多连发"), default=2, validators=[MinValueValidator(1)])
    jitter_percent = models.PositiveSmallIntegerField(
        _("间隔随机加长，百分比"), default=40, validators=[MaxValueValidator(100)]
    )
    silent_after_s = models.PositiveIntegerField(_("多少秒没有动静算失联"), default=300)
    enabled = models.BooleanField(_("启用"), default=True)

    last_seen_at = models.DateTimeField(_("最近一次有动静"), null=True, editable=False)
    last_event_at = models.DateTimeField(_("最近一次收到消息"), null=True, editable=False)
    last_confirmed_at = models.DateTimeField(_("最近一次确认送达"), null=True, editable=False)
    last_error = models.CharField(_("最近的问题"), max_length=200, blank=True, editable=False)
    full_at = models.DateTimeField(null=True, editable=False)
    group_shows_own = models.BooleanField(default=False, editable=False)
    private_shows_own = models.BooleanField(default=False, editable=False)
    silent_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("消息网关")
        constraints = [
            models.UniqueConstraint(fields=["channel", "self_id"], name="one_gateway_per_number"),
            models.CheckConstraint(
                condition=Q(per_minute__gt=0, burst__gte=1, jitter_percent__lte=100, silent_after_s__gte=1),
                name="gateway_pace_is_possible",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def pace(self) -> Pace:
        return Pace(self.per_minute, self.burst, self.jitter_percent / 100)

    def silent_at(self, now: datetime) -> bool:
        """No sign of life for too long. A gateway never heard counts from the moment it was set up."""
        # A sign of life from a time to come proves nothing now: the clock was set back.
        return abs(now - (self.last_seen_at or self.created_at)) >= timedelta(seconds=self.silent_after_s)

    def shows_own(self, chat: Chat) -> bool:
        """A message missing in the gateway's record of this chat is known to mean something."""
        return self.group_shows_own if chat.kind == "group" else self.private_shows_own


class State(models.TextChoices):
    """Where an outbound message stands: `deciding.State` in the desk's words."""

    WAITING = deciding.State.WAITING.value, _("等待发送")
    CLAIMED = deciding.State.CLAIMED.value, _("正在发送")
    SENT = deciding.State.SENT.value, _("已交给网关")
    CONFIRMED = deciding.State.CONFIRMED.value, _("已确认送达")
    UNCERTAIN = deciding.State.UNCERTAIN.value, _("不能确定是否送达")
    EXPIRED = deciding.State.EXPIRED.value, _("过期未发")
    FAILED = deciding.State.FAILED.value, _("没有发出")
    REROUTED = deciding.State.REROUTED.value, _("改走其他渠道")


#: Kinds of messages somebody waits for.
WAITED_FOR = ("answer", "receipt", "room")
#: A reminder that something became public: it stands on the page anyway, so nobody has to look whether it arrived.
FEED = "feed"
#: The channel of reminders on phones (`catalogue.phones`); no number of the station, so pages of gateways leave it out.
PUSH = "push"
_MAYBE_OUT = (State.CLAIMED, State.SENT, State.UNCERTAIN)
LONGEST_WAIT = timedelta(minutes=10)
"""No claim lasts longer, and no wait between two looks at a message: one that does was written before the clock was set back."""


class OutboundQuerySet(models.QuerySet["Outbound"]):
    def unsettled(self) -> Self:
        return self.filter(settled_at=None)

    def due(self, gateway_id: int, now: datetime) -> Self:
        """To be looked at now on this gateway, most urgent first, and held by no other worker."""
        free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_until__gt=now + LONGEST_WAIT)
        time = Q(next_at__lte=now) | Q(next_at__gt=now + LONGEST_WAIT, not_before__lte=now)
        return (
            self.unsettled()
            .without_twin_under_way()
            .filter(free, time, gateway_id=gateway_id)
            .order_by("-priority", "not_before", "pk")
        )

    def without_twin_under_way(self) -> Self:
        """
        A message waits while another with the same words to the same chat may be out: reading the chat back, the two
        could not be told apart.
        """
        twin = Outbound.objects.unsettled().filter(
            gateway_id=OuterRef("gateway_id"),
            address_index=OuterRef("address_index"),
            body_index=OuterRef("body_index"),
            state__in=_MAYBE_OUT,
        )
        return self.exclude(Exists(twin), state=State.WAITING)

    def want_an_eye(self) -> Self:
        """
        Not looked at by the desk yet: settled without anybody knowing whether they arrived, or words of an officer that certainly did not
        and have no other road. Offers and notices that went stale are nobody's business.
        """
        lost = Q(state__in=[State.EXPIRED, State.FAILED], kind__in=WAITED_FOR, gateway__isnull=False, other_roads=0)
        mine = self.filter(Q(state=State.UNCERTAIN) | lost, settled_at__isnull=False, seen_by_desk_at=None)
        return mine.exclude(kind=FEED)


class Outbound(models.Model):
    """
    One message that has to leave the house. Written in the transaction of the act it tells about.

    channel, gateway    the road; without a gateway the channel is inside the house (`inside.carrier`)
    address, body       encrypted: `Chat.address`, and the parts as `messages.dump_parts` writes them
    address_index, body_index    blind indexes, for equality only
    marker              a short text within the words that only this message has, such as a matter number
    kind                what sort of message, in the words of the room that queued it: answer, receipt, notice
    dedupe_key          the same act queues the same key and so one message, however often it runs
    subject             reference to what it is about, such as `matters.matter:7`; no personal data
    priority            higher goes first
    next_at             when to look at it again
    attempts            tries that went onto the wire
    claim_no            counts claims: a worker whose claim was overtaken can no longer write
    alternatives        encrypted: other roads to the same person, as `usecases.Route`s in JSON; `other_roads` how many
    settled_at          set when nothing more will be done
    """

    channel = models.CharField(max_length=20)
    gateway = models.ForeignKey(Gateway, models.PROTECT, null=True, blank=True, related_name="outbounds")
    address = EncryptedTextField()
    address_index = models.CharField(max_length=64, editable=False)
    body = EncryptedTextField()
    body_index = models.CharField(max_length=64, editable=False)
    reply_to = models.CharField(max_length=64, blank=True)
    marker = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40)
    dedupe_key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=120, blank=True, db_index=True)
    priority = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    next_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_no = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_until = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=64, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    alternatives = EncryptedTextField()
    other_roads = models.PositiveSmallIntegerField(default=0)
    rerouted_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="rerouted_to")
    settled_at = models.DateTimeField(null=True)
    seen_by_desk_at = models.DateTimeField(null=True)

    objects = OutboundQuerySet.as_manager()

    class Meta:
        verbose_name = _("发出的消息")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["gateway", "next_at"], condition=Q(settled_at=None), name="outbound_due"),
            models.Index(fields=["gateway", "address_index", "body_index"], name="outbound_twins"),
            models.Index(fields=["state", "settled_at"], name="outbound_by_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("not_before")), name="outbound_has_time"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=False)
                | ~Q(state__in=[State.CONFIRMED, State.EXPIRED, State.FAILED, State.REROUTED]),
                name="outbound_ends_are_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    def held_at(self, now: datetime) -> bool:
        """A worker has it."""
        return self.claimed_until is not None and now < self.claimed_until <= now + LONGEST_WAIT

    @property
    def via(self) -> Gateway:
        """The gateway; asking a message inside the house for it is a mistake (ValueError)."""
        if self.gateway is None:
            raise ValueError(f"Outbound {self.pk} stays inside the house.")
        return self.gateway

    @property
    def outgoing(self) -> Outgoing:
        """The message itself, opened."""
        return Outgoing(Chat.read(self.address), load_parts(self.body), self.reply_to or None)

    @property
    def order(self) -> deciding.Order:
        return deciding.Order(self.not_before, self.expires_at, has_other_road=self.other_roads > 0)

    @property
    def facts(self) -> tuple[deciding.Fact, ...]:
        """All that is known about its tries, oldest first. One query unless prefetched."""
        return tuple(
            deciding.Fact(deciding.FactKind(row.kind), row.send_no, row.at, row.lasting) for row in self.tries.all()
        )


class Attempt(AppendOnly):
    """One fact about one try (`deciding.Fact`), with what the other side said."""

    outbound = models.ForeignKey(Outbound, models.PROTECT, related_name="tries")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in deciding.FactKind])
    send_no = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    lasting = models.BooleanField(default=False)
    remote_id = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["outbound", "send_no"], condition=Q(kind="began"), name="a_try_begins_once")
        ]
        indexes = [models.Index(fields=["kind", "at"], name="attempt_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.send_no}"


class InboundQuerySet(models.QuerySet["Inbound"]):
    def parked(self) -> Self:
        """Arrived, but the rooms above could not take them yet."""
        return self.filter(handled_at=None)


class Inbound(models.Model):
    """
    One event that reached the station, so that it is handled once.

    key         keyed hash of `Incoming.key` and the like: the same for every delivery. The key itself names the person
    what        a message, a recall of one, or somebody who came or went
    message_id  the messenger's name of the message
    chat_index  blind index of `Chat.place`, so that a recall finds its message
    said_at     when it happened by the messenger's clock; None for rows from before that was kept
    became      reference to what a message became, such as `talk.post:7`; empty when it became nothing
    handled_at  set when the rooms above have taken it
    parked      encrypted: what was told, kept only while it is not handled
    """

    class What(models.TextChoices):
        MESSAGE = "message", _("消息")
        RECALL = "recall", _("撤回")
        MEMBER = "member", _("进群或退群")

    gateway = models.ForeignKey(Gateway, models.PROTECT, related_name="inbounds")
    key = models.CharField(max_length=160)
    what = models.CharField(max_length=8, choices=What.choices, default=What.MESSAGE)
    message_id = models.CharField(max_length=64, blank=True)
    chat_index = models.CharField(max_length=64, blank=True, editable=False)
    said_at = models.DateTimeField(null=True)
    became = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    parked = EncryptedTextField()
    error = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = InboundQuerySet.as_manager()

    class Meta:
        verbose_name = _("收到的消息")
        constraints = [models.UniqueConstraint(fields=["gateway", "key"], name="an_event_is_handled_once")]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(handled_at=None), name="inbound_parked"),
            models.Index(fields=["gateway", "message_id"], name="inbound_by_message"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class EnclosureQuerySet(models.QuerySet["Enclosure"]):
    def waiting(self) -> Self:
        return self.filter(state=Enclosure.State.WAITING)

    def due(self, gateway_id: int, now: datetime) -> Self:
        """To be fetched now through this gateway, oldest first, and fetched by no other process."""
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        return self.waiting().filter(free, gateway_id=gateway_id, next_at__lte=now).order_by("next_at", "pk")


class Enclosure(models.Model):
    """
    Something that came with a message and lies at the messenger until it is fetched through the gateway, once.

    key, n      keyed hash of the message it came with, and its place in it: a second delivery asks for nothing twice
    kind        picture, sound, file or film
    subject     reference to where it belongs, such as `talk.post:7`
    wanted      encrypted: the part as `messages.dump_parts` writes it; empty once nothing more will be done
    most_bytes  more than this is not taken
    next_at     when to try again
    claim_no    counts claims, as in `Outbound`
    file_ref    how the files room names what was kept
    trouble     why it was not, as a code with parameters: the newest reason while it waits, the final one in the end
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等着取")
        KEPT = "kept", _("取到了")
        FAILED = "failed", _("没有取到")
        DROPPED = "dropped", _("不用取了")

    gateway = models.ForeignKey(Gateway, models.PROTECT, related_name="enclosures")
    key = models.CharField(max_length=64)
    n = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)
    subject = models.CharField(max_length=80, db_index=True)
    wanted = EncryptedTextField()
    most_bytes = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claim_no = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    file_ref = models.CharField(max_length=40, blank=True)
    trouble = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)

    objects = EnclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息带来的附件")
        constraints = [
            models.UniqueConstraint(fields=["gateway", "key", "n"], name="an_enclosure_is_fetched_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None) | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="an_enclosure_waits_or_is_settled",
            ),
        ]
        indexes = [models.Index(fields=["gateway", "next_at"], condition=Q(state="waiting"), name="enclosure_due")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
