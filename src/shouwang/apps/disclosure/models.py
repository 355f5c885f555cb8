"""
Disclosure on application (依申请公开): one application beside its matter, and whom the station asked about it.

Who applies stands with the matter's reporter (`people.Person`), sealed: art. 29 asks for name, proof of identity and contact. What was
answered, for which reason and where it is to be sent stands sealed here. How it stands are columns, moved only by `usecases` in the
same transaction as the entry of the matter's timeline; the days are counted by the matter's own clock.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.readable import station_side
from shouwang.apps.units.models import Officer
from shouwang.kernel.fields import EncryptedTextField


class Stage(models.TextChoices):
    """How an application stands."""

    ARRIVED = "arrived", _("等本所确认收到")
    CHECKING = "checking", _("看申请写得全不全")
    CORRECTING = "correcting", _("等申请人补正")
    WORKING = "working", _("检索、办理")
    REVIEW = "review", _("答复拟好了，等另一个人审核")
    ANSWERED = "answered", _("答复审核过，等送到申请人手里")
    DONE = "done", _("办完了")


#: The station has something to do.
OPEN = [Stage.ARRIVED, Stage.CHECKING, Stage.CORRECTING, Stage.WORKING, Stage.REVIEW, Stage.ANSWERED]
#: The answer has not been given yet.
UNANSWERED = OPEN[:-1]


class Came(models.TextChoices):
    """How an application came; the day on which it counts as received follows from it (art. 31)."""

    WEB = "web", _("网上")
    COUNTER = "counter", _("窗口当面")
    SIGNED_POST = "signed-post", _("挂号、快递")
    LETTER = "letter", _("平信")
    FAX = "fax", _("传真")


class Applicant(models.TextChoices):
    """What the applicant is, as the annual report counts."""

    PERSON = "person", _("个人")
    BUSINESS = "business", _("商业企业")
    RESEARCH = "research", _("科研机构")
    WELFARE = "welfare", _("社会公益组织")
    LEGAL_SERVICE = "legal-service", _("法律服务机构")
    OTHER = "other", _("其他组织")


class Wish(models.TextChoices):
    """In which form the information is wanted."""

    PAGE = "page", _("在这个网页上看、下载")
    MAIL = "mail", _("发电子邮件")
    POST = "post", _("寄纸质件")
    PICKUP = "pickup", _("到窗口取纸质件")
    VIEW = "view", _("到窗口当场看")


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, officer: Officer) -> Self:
        """Only of matters the officer reads as the station; every list begins here."""
        return self.filter(station_side(officer, "matter__"))

    def open(self) -> Self:
        return self.filter(stage__in=OPEN)

    def for_lists(self) -> Self:
        return self.select_related("matter__unit__parent", "matter__reporter", "matter__handler", "drafted_by")


class Application(models.Model):
    """
    One application for information.

    wanted        what is asked for, in the applicant's words; after a correction, with it
    agent         who acts for an organisation
    deliver_to    postal or e-mail address, as the wished form needs it
    received_on   the day on which it counts as received by its channel; None until the station confirmed an online one
    correct_by    until when the one correction is waited for; `corrected_at` when it came
    outcome       a code of the law data (`limits.endings`); ground: of a refusal; both empty until an answer was drafted
    told_how      what is given and where, or whom to ask: what the applicant needs besides the reason
    answer        the answer as it went out; never changed after
    fee_by        by which tariff a fee was asked, empty for none; fee_n: the how many-th application, or pages
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="application")
    stage = models.CharField(_("进展"), max_length=10, choices=Stage.choices, default=Stage.ARRIVED)
    came = models.CharField(_("怎么交来的"), max_length=12, choices=Came.choices)
    received_on = models.DateField(_("收到之日"), null=True, blank=True)
    applicant = models.CharField(_("申请人"), max_length=14, choices=Applicant.choices)
    agent = EncryptedTextField(_("经办人"))
    wish = models.CharField(_("获取方式"), max_length=8, choices=Wish.choices)
    deliver_to = EncryptedTextField(_("送到哪里"))
    wanted = EncryptedTextField(_("要什么信息"))

    correct_asked_at = models.DateTimeField(null=True, blank=True)
    correct_by = models.DateField(null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)

    outcome = models.CharField(_("答复"), max_length=20, blank=True)
    ground = models.CharField(_("不公开的理由"), max_length=20, blank=True)
    reasons = EncryptedTextField(_("理由"))
    told_how = EncryptedTextField(_("给什么、怎么取"))
    answer = EncryptedTextField(_("答复书"))
    drafted_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    drafted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)

    fee_by = models.CharField(max_length=4, blank=True, choices=[("case", _("按件")), ("page", _("按量"))])
    fee_n = models.PositiveIntegerField(default=0)
    fee_yuan = models.PositiveIntegerField(_("信息处理费（元）"), default=0)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("信息公开申请")
        indexes = [
            models.Index(fields=["stage"], condition=~Q(stage="done"), name="applications_open"),
            models.Index(fields=["received_on"], name="applications_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=models.F("drafted_by")), name="four_eyes_on_an_answer"
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["answered", "done"]) | (Q(answered_at__isnull=False) & ~Q(outcome="")),
                name="an_answer_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["checking", "correcting", "working", "review", "answered", "done"])
                | Q(received_on__isnull=False),
                name="what_is_worked_on_was_received",
            ),
        ]

    def __str__(self) -> str:
        return f"application {self.pk}"

    @property
    def ref(self) -> str:
        """How looks and the audit trail name this application."""
        return f"disclosure.application:{self.pk}"

    @property
    def row(self) -> str:
        """Its row in the table of the annual report; empty without an answer."""
        return f"{self.outcome}-{self.ground}" if self.outcome == "refuse" else self.outcome


class Consultation(models.Model):
    """
    A letter to somebody whose word is needed; while one is open the clock stands still (art. 33).

    due_on   the last day for a word. Then a third party's silence leaves the decision to the organ, a co-maker's is consent
    """

    class Whom(models.TextChoices):
        THIRD_PARTY = "third-party", _("第三方")
        JOINT = "joint", _("共同制作的机关")
        OTHER = "other-organ", _("其他机关")

    class Says(models.TextChoices):
        AGREES = "agrees", _("同意公开")
        REFUSES = "refuses", _("不同意公开，说了理由")
        SILENT = "silent", _("到期没有回音")

    application = models.ForeignKey(Application, models.PROTECT, related_name="consultations")
    whom = models.CharField(_("问谁"), max_length=12, choices=Whom.choices)
    called = EncryptedTextField(_("对方名称"))
    asks = EncryptedTextField(_("问什么"))
    sent_at = models.DateTimeField()
    received_on = models.DateField(_("对方收到之日"))
    due_on = models.DateField()
    says = models.CharField(_("意见"), max_length=8, choices=Says.choices, blank=True)
    words = EncryptedTextField(_("怎么说的"))
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    client_id = models.CharField(max_length=40, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("征求意见")
        constraints = [
            models.UniqueConstraint(fields=["application", "client_id"], name="one_consultation_a_press"),
            models.CheckConstraint(
                condition=Q(says="", ended_at=None) | (~Q(says="") & Q(ended_at__isnull=False)),
                name="a_word_ends_a_consultation",
            ),
        ]

    def __str__(self) -> str:
        return f"consultation {self.pk}"
