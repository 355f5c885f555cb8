"""After the decision: served on the person and on every victim, the family told, paid, carried out or not; then the record is sealed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.cases.models import Party
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.penalties import policy
from shouwang.apps.penalties.errors import NotAllowed, WrongMoment
from shouwang.apps.penalties.limits import PAY, last_day, to_serve
from shouwang.apps.penalties.models import LicenceWay, Penalty, Served, Stage
from shouwang.apps.penalties.timeline import happened, held, keep
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import require


def _decided(penalty: Penalty) -> None:
    if penalty.stage != Stage.DECIDED:
        raise WrongMoment(_("还没有决定，或者已经办完了。"))


@transaction.atomic
def serve(penalty: Penalty, *, by: Officer, party: Party, way: str, served_at: datetime, at: datetime) -> Penalty:
    """
    The decision reached the person, or a victim (art. 116: within two days), who heard of both remedies. Pressed twice, it is one.

    From the person's own day on the fine is due (art. 123).
    """
    penalty = held(penalty)
    require(policy.may_work(by, penalty))
    if Served.objects.filter(penalty=penalty, party=party).exists():
        return penalty
    _decided(penalty)
    if party.pk not in to_serve(penalty) or way not in Served.Way.values:
        raise WrongMoment(_("决定书送给本人和每一位被侵害人，不送别人。"))
    earliest = penalty.decided_at.replace(second=0, microsecond=0) if penalty.decided_at else at
    if not earliest <= served_at <= at:
        raise WrongMoment(_("送达的时间要在决定以后，也不能晚于现在。"))
    Served.objects.create(penalty=penalty, party=party, way=way, at=served_at, by=by)
    own = party.pk == penalty.party_id
    penalty = held(penalty)
    pay_by = last_day(PAY, served_at) if own and penalty.fine and not penalty.cash else penalty.pay_by
    if penalty.pay_by is not None and pay_by is not None:
        pay_by = max(pay_by, penalty.pay_by)  # a later day was granted before it was served
    keep(penalty, at, pay_by=pay_by)
    happened(penalty, "served" if own else "served-victim", at=at, by=by)
    return penalty


@transaction.atomic
def tell_family(penalty: Penalty, *, by: Officer, told_at: datetime, at: datetime) -> Penalty:
    """The family was told of the detention (art. 116)."""
    penalty = held(penalty)
    require(policy.may_work(by, penalty))
    if penalty.family_told_at is not None:
        return penalty
    _decided(penalty)
    if not penalty.days:
        raise WrongMoment(_("没有拘留，不用通知家属。"))
    if told_at > at:
        raise WrongMoment(_("这个时间还没有到，请看一下是不是写错了。"))
    keep(penalty, at, family_told_at=told_at)
    happened(penalty, "family-told", at=at, by=by)
    return penalty


@transaction.atomic
def note_payment(penalty: Penalty, *, by: Officer, paid_on: date, way: str, receipt: str, at: datetime) -> Penalty:
    """The fine was paid at a bank or electronically, with the number of its receipt (art. 123)."""
    penalty = held(penalty)
    require(policy.may_work(by, penalty))
    if penalty.paid_on is not None:
        return penalty
    _decided(penalty)
    if not penalty.fine or penalty.cash:
        raise WrongMoment(_("没有等着缴的罚款。"))
    number, how = clean_text(receipt)[:40], clean_text(way)[:40]
    if not number or not how:
        raise NothingSaid(_("请写怎么缴的，和票据号。"))
    decided = timezone.localtime(penalty.decided_at).date() if penalty.decided_at else paid_on
    if not decided <= paid_on <= timezone.localtime(at).date():
        raise WrongMoment(_("缴款的日期要在决定以后，也不能晚于今天。"))
    keep(penalty, at, paid_on=paid_on, pay_way=how, receipt=number)
    happened(penalty, "paid", at=at, by=by)
    return penalty


@transaction.atomic
def report_spot(penalty: Penalty, *, by: Officer, at: datetime) -> Penalty:
    """A penalty on the spot was reported to the own organ (art. 119: within twenty-four hours)."""
    return _pressed(penalty, "reported_at", "reported", by, at, penalty.spot, _("不是当场处罚，不用备案。"))


@transaction.atomic
def hand_in_cash(penalty: Penalty, *, by: Officer, at: datetime) -> Penalty:
    """The money that was taken on the spot is with the organ (art. 125: within two days)."""
    return _pressed(penalty, "handed_in_at", "cash-handed-in", by, at, penalty.cash, _("没有当场收现金。"))


def _pressed(
    penalty: Penalty, column: str, what: str, by: Officer, at: datetime, fits: bool, otherwise: str
) -> Penalty:
    """Write down that something was done after the decision; a second press finds it done."""
    penalty = held(penalty)
    require(policy.may_work(by, penalty))
    if getattr(penalty, column) is not None:
        return penalty
    _decided(penalty)
    if not fits:
        raise WrongMoment(otherwise)
    keep(penalty, at, **{column: at})
    happened(penalty, what, at=at, by=by)
    return penalty


@transaction.atomic
def enter_detention(penalty: Penalty, *, by: Officer, first: date, at: datetime) -> Penalty:
    """Detention was carried out from this day on; entered by the bureau. Never where art. 23 says that it is not."""
    penalty = held(penalty)
    require(policy.may_enter_detention(by, penalty))
    if penalty.detained_from is not None:
        return penalty
    if not penalty.days or not penalty.executed:
        raise NotAllowed(_("这个拘留依法不执行。"), _("《治安管理处罚法》第23条"))
    decided = timezone.localtime(penalty.decided_at).date() if penalty.decided_at else first
    if not decided <= first <= timezone.localtime(at).date():
        raise WrongMoment(_("拘留开始的日期要在决定以后，也不能晚于今天。"))
    keep(penalty, at, detained_from=first, detained_to=first + timedelta(days=penalty.days))
    happened(penalty, "detained", at=at, by=by)
    return penalty


@transaction.atomic
def revoke(penalty: Penalty, *, by: Officer, organ: str, revoked_on: date, words: str, at: datetime) -> Penalty:
    """
    The decision was quashed (复议、诉讼或者自己纠正): nothing of it is carried out any more. What was published of it is withdrawn.

    organ   who quashed it; `words` why, which stays in the house
    """
    penalty = held(penalty)
    if penalty.stage == Stage.REVOKED:
        return penalty
    require(policy.may_revoke(by, penalty))
    which, why = clean_text(organ)[:80], clean_text(words)
    if not which or not why:
        raise NothingSaid(_("请写哪个机关撤销的，为什么。"))
    decided = timezone.localtime(penalty.decided_at).date() if penalty.decided_at else revoked_on
    if not decided <= revoked_on <= timezone.localtime(at).date():
        raise WrongMoment(_("撤销的日期要在决定以后，也不能晚于今天。"))
    columns = {"revoked_on": revoked_on, "revoked_organ": which, "revoked_by": by, "revoked_why": why}
    keep(penalty, at, stage=Stage.REVOKED, ended_at=at, **columns)
    happened(penalty, "revoked", at=at, by=by)
    return penalty


@transaction.atomic
def take_licence(
    penalty: Penalty, *, by: Officer, taken_on: date, way: str, what: str, note: str = "", at: datetime
) -> Penalty:
    """
    The revoked licence is back, or declared void; after the decision reached its holder. Pressed twice, it is one.

    what   its name and number, as they stand on it; `note` such as when the authority that had issued it was told
    """
    penalty = held(penalty)
    require(policy.may_work(by, penalty))
    if penalty.licence_on is not None:
        return penalty
    _decided(penalty)
    if not penalty.revokes:
        raise WrongMoment(_("没有吊销许可证件。"))
    own = penalty.served.filter(party=penalty.party_id).first()
    if own is None:
        raise WrongMoment(_("先把决定书送给本人，再收回证件。"))
    if way not in LicenceWay.values or not (which := clean_text(what)[:400]):
        raise NothingSaid(_("请写哪一个证件和编号，怎么收回的。"))
    if not timezone.localtime(own.at).date() <= taken_on <= timezone.localtime(at).date():
        raise WrongMoment(_("收回的日期要在送达以后，也不能晚于今天。"))
    more = clean_text(note)[:400]
    keep(penalty, at, licence_on=taken_on, licence_by=by, licence_way=way, licence_what=which, licence_note=more)
    happened(penalty, "licence-taken", at=at, by=by, way=way)
    return penalty
