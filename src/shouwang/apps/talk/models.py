"""
Community rooms (警务群): who is in them, what was said, and what moderation did about it.

A post is added once and never changed. What everybody reads stands in `Post.body`; words that may not be read by a group never get there.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.clock import REVIEW_RULE, due_from
from shouwang.apps.matters.models import Matter
from shouwang.apps.notices.models import Gateway
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.talk.names import LONGEST_NICKNAME, nickname_key
from shouwang.apps.talk.readable import rooms_readable_by
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.appendonly import AppendOnly, AppendOnlyQuerySet
from shouwang.kernel.fields import EncryptedTextField, blind

if TYPE_CHECKING:
    from shouwang.apps.talk.visitor import Visitor

CODE_LENGTH = 6
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks like something else, so nothing needs mending


def new_join_code() -> str:
    """Six characters for a poster; it admits to a group of neighbours and opens nothing else."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def new_token() -> str:
    """The secret of one member in one browser."""
    return secrets.token_urlsafe(24)


def digest_of(token: str) -> str:
    """How a member's secret is kept: a keyed hash, useless to whoever steals the table."""
    return blind(token, "talk.member")


class Via(models.TextChoices):
    """Through which door something was said; the same words as the channel of a matter."""

    WEB = "web", _("网页")
    QQ = "qq", _("QQ")


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, visitor: Visitor) -> Self:
        """Rooms whose posts this visitor may read; every list begins here."""
        return self.filter(rooms_readable_by(visitor))


class Room(models.Model):
    """
    One group of neighbours with its police.

    join_code      on the poster; whoever has it may join
    rules          what everybody agrees to before joining, in the station's words
    open_to_read   whether anybody may read and join without the code
    last_seq       number of the newest post; posts are numbered 1, 2, 3 … without a gap
    """

    community = models.ForeignKey(Community, models.SET_NULL, null=True, blank=True, related_name="rooms")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rooms", verbose_name=_("单位"))
    name = models.CharField(_("群名"), max_length=40)
    slug = models.SlugField(_("网址名"), max_length=40, unique=True)
    join_code = models.CharField(_("群口令"), max_length=CODE_LENGTH, unique=True, default=new_join_code)
    rules = models.TextField(_("群规"), blank=True)
    open_to_read = models.BooleanField(_("不进群也能看"), default=True)
    active = models.BooleanField(_("在用"), default=True)
    last_seq = models.PositiveIntegerField(default=0, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("警务群")
        ordering = ["unit__path", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """Name of the live stream."""
        return f"room:{self.pk}"


class MemberQuerySet(models.QuerySet["Member"]):
    def present(self) -> Self:
        return self.filter(left_at=None)


class Member(models.Model):
    """
    Somebody in a room: a browser that holds the secret, or a person on QQ. No account.

    digest        keyed hash of the browser's secret, or None for a person on QQ
    nickname_key  what makes two nicknames look alike; stays taken after leaving, so that nobody steps into a name
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="members")
    nickname = models.CharField(_("称呼"), max_length=LONGEST_NICKNAME)
    nickname_key = models.CharField(max_length=LONGEST_NICKNAME * 4, editable=False)
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="memberships")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    muted_until = models.DateTimeField(null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("群成员")
        constraints = [
            models.UniqueConstraint(fields=["room", "nickname_key"], name="one_nickname_per_room"),
            models.UniqueConstraint(fields=["room", "person"], name="one_membership_per_person"),
            models.CheckConstraint(
                condition=Q(digest=None, person__isnull=False) | Q(digest__isnull=False, person=None),
                name="a_member_is_a_browser_or_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.nickname

    def save(self, *args: object, **kwargs: object) -> None:
        self.nickname_key = nickname_key(self.nickname)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature is wider than its stubs

    @property
    def ref(self) -> str:
        """How the audit trail names a member."""
        return f"member:{self.pk}"

    def is_muted(self, at: datetime) -> bool:
        return self.muted_until is not None and at < self.muted_until


class PostQuerySet(AppendOnlyQuerySet["Post"]):
    def shown(self) -> Self:
        """Only what every reader of the room may read: not hidden, not moved away, not taken back."""
        hidden = Moderation.objects.filter(post=OuterRef("pk"), kind=Moderation.Kind.HIDE, lifted=None)
        moved = Moved.objects.filter(post=OuterRef("pk"), hides=True)
        taken = TakenBack.objects.filter(post=OuterRef("pk"))
        return self.exclude(Exists(hidden)).exclude(Exists(moved)).exclude(Exists(taken))

    def gathered(self, *kinds: Gathered.Kind) -> Self:
        """Shown posts that an officer gathered, of these kinds or any; the newest mark of a post counts."""
        newest = Gathered.objects.filter(post=OuterRef("pk")).order_by("-pk").values("kind")[:1]
        wanted = kinds or (Gathered.Kind.QUESTION, Gathered.Kind.SUGGESTION)
        return self.shown().annotate(gathered_as=Subquery(newest)).filter(gathered_as__in=wanted)


class Post(AppendOnly):
    """
    One thing said in a room.

    seq        place in the room, without gaps
    member, officer   who said it; neither when the house did
    name       how the writer was called at the time
    body       the words everybody may read
    said       sealed: the original words when `body` had to be masked; opened only by moving the post into a private matter
    data       files: references; place: WGS-84; reply_to: {"seq", "name"}; parts: what else came and stays where it is, such as `place`;
               awaited: what has to be fetched, as kinds (`Enclosed`)
    client_id  chosen by the sender's device so that a retry adds nothing
    remote_id  the messenger's name for it, so that a second delivery adds nothing
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="posts")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="posts")
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=40, blank=True)
    body = models.TextField(blank=True)
    said = EncryptedTextField()
    data = models.JSONField(default=dict)
    via = models.CharField(max_length=10, choices=Via.choices, default=Via.WEB)
    client_id = models.CharField(max_length=40, null=True, blank=True)
    remote_id = models.CharField(max_length=40, null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["room", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="one_post_per_place_in_the_room"),
            models.UniqueConstraint(fields=["room", "client_id"], name="a_posted_retry_adds_nothing"),
            models.UniqueConstraint(fields=["room", "remote_id"], name="a_second_delivery_adds_nothing"),
            models.CheckConstraint(condition=Q(member=None) | Q(officer=None), name="a_post_has_one_writer"),
        ]
        indexes = [models.Index(fields=["member", "-at"], name="posts_of_a_member")]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq}"

    @property
    def original(self) -> str:
        """The writer's own words."""
        return self.said or self.body

    @property
    def mark(self) -> Gathered | None:
        """As what it is gathered now; lists fetch `gathered` beforehand."""
        newest = max(self.gathered.all(), key=lambda mark: mark.pk, default=None)
        return None if newest is None or newest.kind == Gathered.Kind.OUT else newest


class Enclosed(AppendOnly):
    """
    What became of the n-th thing that came with a post over a messenger: it is here, or never will be.

    file_ref  how the files room names it; empty when it did not come
    trouble   why not, as a code with parameters
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="enclosed")
    n = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)
    file_ref = models.CharField(max_length=40, blank=True)
    trouble = models.JSONField(default=dict)
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Enclosed"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "n"], name="what_came_with_a_post_comes_once")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.n}"


class TakenBack(AppendOnly):
    """A post was taken back where it was said: by its writer, or by whoever runs the messenger's group. It stays taken back."""

    post = models.OneToOneField(Post, models.PROTECT, related_name="taken_back")
    by_writer = models.BooleanField(default=True)
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["TakenBack"].as_manager()

    class Meta:
        verbose_name = _("撤回")

    def __str__(self) -> str:
        return f"taken back #{self.post_id}"


class Reading(models.Model):
    """
    How far somebody has read a room: a member in one browser, or an officer of its station. For their own eyes; nobody else is shown it.

    seq   number of the newest post they had on a page
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    member = models.OneToOneField(Member, models.CASCADE, null=True, blank=True, related_name="+")
    officer = models.ForeignKey(Officer, models.CASCADE, null=True, blank=True, related_name="+")
    seq = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "officer"], name="an_officer_reads_a_room_once"),
            models.CheckConstraint(
                condition=Q(member=None, officer__isnull=False) | Q(member__isnull=False, officer=None),
                name="a_reader_is_a_member_or_an_officer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} up to {self.seq}"


class Moderation(AppendOnly):
    """
    One act of moderation: a post was hidden, or a member was muted. It holds until a `Lifted` row says otherwise.

    by     the officer; None when the house did it by a rule
    until  end of a mute
    """

    class Kind(models.TextChoices):
        HIDE = "hide", _("隐藏")
        MUTE = "mute", _("禁言")

    kind = models.CharField(max_length=4, choices=Kind.choices)
    room = models.ForeignKey(Room, models.PROTECT, related_name="moderation")
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="moderation")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="moderation")
    by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = AppendOnlyQuerySet["Moderation"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="hide", post__isnull=False, until=None)
                | Q(kind="mute", post=None, member__isnull=False, until__isnull=False),
                name="a_hide_has_a_post_and_a_mute_an_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Lifted(AppendOnly):
    """The end of an act of moderation: who took it back, and why."""

    act = models.OneToOneField(Moderation, models.PROTECT, related_name="lifted")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Lifted"].as_manager()

    def __str__(self) -> str:
        return f"lifted #{self.act_id}"


class Appeal(models.Model):
    """A member says that an act was wrong. Another officer than the one who did it decides, once, within the time of a review."""

    act = models.OneToOneField(Moderation, models.PROTECT, related_name="appeal")
    words = models.TextField()
    at = models.DateTimeField()
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    upheld = models.BooleanField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, upheld=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, upheld__isnull=False),
                name="an_appeal_is_decided_whole",
            )
        ]

    def __str__(self) -> str:
        return f"appeal #{self.act_id}"

    @property
    def due_at(self) -> datetime:
        """By when the house promises an answer."""
        return due_from(REVIEW_RULE, self.at)


class Moved(models.Model):
    """
    The bridge between a room and a private matter that began in it.

    post   what was said in the room; None when the writer went private before anything was published
    hides  whether the post is no longer shown in the room
    by     the officer who moved it; None when the writer did
    code   sealed: the tracking code, until its writer has taken it (`usecases.hand_out_code`); then empty
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="moved")
    post = models.OneToOneField(Post, models.PROTECT, null=True, blank=True, related_name="moved")
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="moved_from")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="moved")
    by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    hides = models.BooleanField(default=True)
    at = models.DateTimeField()
    code = EncryptedTextField()

    def __str__(self) -> str:
        return f"{self.room_id} → {self.matter_id}"


class Alarm(models.Model):
    """
    A member wrote words of danger; the desk rings in this matter, and the group sees nothing of it.

    code   of a matter that began in a messenger's group: it waits for whoever wrote there to write alone, and is handed out once
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="alarms")
    member = models.ForeignKey(Member, models.PROTECT, related_name="alarms")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="alarms")
    at = models.DateTimeField()
    key = models.CharField(max_length=40, unique=True)
    code = EncryptedTextField(blank=True)

    def __str__(self) -> str:
        return f"alarm #{self.pk}"


class Gathered(AppendOnly):
    """
    A post was gathered for the weekly page of what neighbours asked (`openness`), or taken out; the newest row of a post counts.

    done   what became of it, in words for everybody
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("问题")
        SUGGESTION = "suggestion", _("建议")
        OUT = "out", _("不收进汇总")

    post = models.ForeignKey(Post, models.PROTECT, related_name="gathered")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    done = models.TextField(_("后来怎样了"), blank=True)
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Gathered"].as_manager()

    class Meta:
        verbose_name = _("收进汇总")

    def __str__(self) -> str:
        return f"{self.kind} #{self.post_id}"


class GroupLink(models.Model):
    """
    A messenger's group that is the same place as a room: what is said there is read here, and officers' words go back.

    group      the messenger's number of the group
    carry_web  residents' words from the web go to the group as well; off by default, since a busy bot is easily banned
    """

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="groups", verbose_name=_("消息网关"))
    group = models.CharField(_("群号"), max_length=20)
    room = models.ForeignKey(Room, models.CASCADE, related_name="groups", verbose_name=_("群"))
    carry_web = models.BooleanField(_("网页上的话也发到群里"), default=False)

    class Meta:
        verbose_name = _("QQ 群对应")
        constraints = [models.UniqueConstraint(fields=["gateway", "group"], name="a_group_is_one_room")]

    def __str__(self) -> str:
        return f"{self.group} → {self.room}"


class HeardGroup(models.Model):
    """
    A messenger's group in which the station's number is, and which is no room: that it was heard, and nothing of what was said there.

    times  how many messages came from it
    """

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="+")
    group = models.CharField(_("群号"), max_length=20)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("还没有房间的 QQ 群")
        ordering = ["-last_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["gateway", "group"], name="a_group_is_heard_once")]

    def __str__(self) -> str:
        return self.group


class Line(models.Model):
    """
    How a person who wrote to the station alone is answered: the gateway and chat they last used.

    address   `Chat.address` of the messenger, sealed like every other address of a resident
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="line")
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="+")
    address = EncryptedTextField()

    def __str__(self) -> str:
        return f"{self.gateway_id} #{self.person_id}"
