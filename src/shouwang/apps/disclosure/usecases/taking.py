"""Taking an application in, and the day on which it counts as received (政府信息公开条例 arts. 29, 31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.disclosure import limits, policy
from shouwang.apps.disclosure.errors import WrongMoment
from shouwang.apps.disclosure.models import Applicant, Application, Came, Stage, Wish
from shouwang.apps.disclosure.timeline import happened, held, keep
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Channel, Kind
from shouwang.apps.matters.timeline import locked
from shouwang.apps.matters.usecases import Opened, clean_text, open_matter, opened_again, sent_before
from shouwang.apps.matters.usecases.clocks import start_clock, stop_clock
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.policy import require

#: Forms that leave the house need an address.
NEEDS_ADDRESS = frozenset({Wish.MAIL, Wish.POST})


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What art. 29 asks for, and nothing else: who with proof of identity and contact, what, and in which form. Never what for.

    id_number   of an organisation its unified social credit code
    """

    wanted: str
    name: str
    id_number: str
    phone: str
    applicant: str = Applicant.PERSON
    agent: str = ""
    wish: str = Wish.PAGE
    deliver_to: str = ""


@transaction.atomic
def apply(
    unit: Unit,
    asked: Asked,
    *,
    came: str,
    at: datetime,
    by: Officer | None = None,
    received_on: date | None = None,
    community: Community | None = None,
    client_id: str | None = None,
) -> Opened:
    """
    Take an application in: by the applicant on the web (`by` is None), or by a clerk for what came another way.

    received_on   the day of signing, or of confirming with the applicant; today at the counter; never for the web, see `confirm`
    client_id     pressed twice, it is one application
    """
    if by is not None:
        require(policy.may_take(by))
    said = _checked(asked)
    if (by is None) != (came == Came.WEB):
        raise WrongMoment(_("网上的申请由申请人自己提交；别的由窗口登记。"))
    channel = Channel.WEB if by is None else Channel.COUNTER
    if client_id and (before := sent_before(client_id, channel)):
        earlier = Application.objects.filter(pk=before.pk).first()
        if earlier is not None and earlier.wanted == said.wanted:
            return opened_again(before, at=at)
        client_id = None
    today = timezone.localdate(at)
    day = None if by is None else today if came == Came.COUNTER else received_on or today
    if day is not None and day > today:
        raise WrongMoment(_("收到之日不能晚于今天。"))
    person = Person.objects.create(
        pseudonym=_("申请人"), name=said.name, id_number=said.id_number, phone=said.phone, created_at=at
    )
    opened = open_matter(
        unit,
        kind=Kind.DISCLOSURE,
        channel=channel,
        at=at,
        body=said.wanted,
        reporter=person,
        community=community,
        by=by,
        rule=limits.REPLY if day == today else limits.CONFIRM,
        client_id=client_id,
    )
    application = Application.objects.create(
        matter=opened.matter,
        came=came,
        stage=Stage.ARRIVED if day is None else Stage.CHECKING,
        received_on=day,
        applicant=said.applicant,
        agent=said.agent,
        wish=said.wish,
        deliver_to=said.deliver_to,
        wanted=said.wanted,
    )
    application.matter = locked(opened.matter)
    happened(application, "registered", at=at, by=by, came=came, on=day.isoformat() if day else "")
    if day is not None and day != today:
        stop_clock(application.matter, at=at)
        start_clock(application.matter, limits.REPLY, at=at, since=limits.noon(day))
    opened.matter.refresh_from_db()
    return opened


def _checked(asked: Asked) -> Asked:
    said = Asked(
        wanted=clean_text(asked.wanted),
        name=clean_text(asked.name)[:60],
        id_number=clean_text(asked.id_number)[:40],
        phone=clean_text(asked.phone)[:40],
        applicant=Applicant(asked.applicant),
        agent=clean_text(asked.agent)[:40],
        wish=Wish(asked.wish),
        deliver_to=clean_text(asked.deliver_to)[:200],
    )
    if not said.wanted:
        raise NothingSaid(_("请写一下要什么信息：名称、文号，或者能让我们找到它的描述。"))
    if not (said.name and said.id_number and said.phone):
        raise NothingSaid(_("姓名或者单位名称、证件号、联系方式都要写，法律要这三样，别的不问。"))
    if said.wish in NEEDS_ADDRESS and not said.deliver_to:
        raise NothingSaid(_("请写寄到哪里、发到哪个邮箱。"))
    return said


@transaction.atomic
def confirm(application: Application, *, by: Officer, at: datetime) -> Application:
    """The station confirms what came online: both sides have, so this is the day of receipt and the clock of the reply begins."""
    application = held(application)
    require(policy.may_confirm(by, application))
    if application.stage != Stage.ARRIVED:
        raise WrongMoment(_("这件申请已经确认过收到了。"))
    keep(application, stage=Stage.CHECKING, received_on=timezone.localdate(at))
    happened(application, "confirmed", at=at, by=by, answers=True)
    stop_clock(application.matter, at=at)  # the promise of a first answer is kept with it
    start_clock(application.matter, limits.REPLY, at=at)
    return application
