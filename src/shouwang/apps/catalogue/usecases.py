"""
Keeping what must be public: begin, write, propose, publish, say that nothing changed, withdraw.

Each function is one transaction: may I, decide, write, record, tell. Two people stand behind each version: one hands it in, a leader
publishes exactly what was handed in. `at` is an aware datetime handed in by the door.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.catalogue import policy
from shouwang.apps.catalogue.content import Content
from shouwang.apps.catalogue.errors import NoReason, NothingChanged, NotReady, TellsWho
from shouwang.apps.catalogue.facts import ItemChanged, ItemPublished, ItemReviewed, ItemWithdrawn
from shouwang.apps.catalogue.models import Draft, Item, Need, State, Step, Version
from shouwang.apps.catalogue.required import publications
from shouwang.apps.files.models import Kind as FileKind
from shouwang.apps.files.models import StoredFile
from shouwang.apps.files.usecases import clean_picture
from shouwang.apps.ledger.checking import Published, digests
from shouwang.apps.ledger.usecases import record
from shouwang.apps.matters.policy import LEADERS
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.people.telling import tells_who
from shouwang.apps.secrecy import queries as secrecy
from shouwang.apps.units.models import Officer, Unit
from shouwang.engines.law import Every
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.events import publish as tell
from shouwang.kernel.policy import require

#: How the files app names an item as the owner of uploads.
FILES_OF = "catalogue.item"
#: Longest looks first: an item may be looked at more often than the law's row says, never less.
_OFTEN = (Every.YEAR, Every.QUARTER, Every.MONTH)
LONGEST_BODY = 40_000


def held(item: Item) -> Item:
    """The item as it stands now, held until the transaction ends: two desks pressing at once take turns."""
    rows = Item.objects.select_for_update(of=("self",))  # SQLite needs none: it lets in one writer at a time
    return rows.select_related("unit__parent", "owner", "current").get(pk=item.pk)


def one_line(text: str, most: int) -> str:
    return " ".join(clean_text(text).split())[:most]


def _body(text: str) -> str:
    """Longer than a message may be, so it is cleaned line by line."""
    if len(text) > LONGEST_BODY:
        raise NotReady(_("正文太长，最多 %(n)d 个字。长的内容请放到附件里。") % {"n": LONGEST_BODY})
    return "\n".join(clean_text(line) for line in text.replace("\r\n", "\n").split("\n")).strip()


# ── what there is to keep ────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def begin_item(unit: Unit, *, by: Officer, at: datetime, **duty: Any) -> Item:
    """A new line of the catalogue, not public yet; who keeps it, who publishes it, how often it is looked at."""
    require(policy.may_keep_of(by, unit.station))
    item = Item(unit=unit.station, made_at=at, **_sane(unit.station, duty))
    item.save()
    audit.record("catalogue.begun", by=by.ref, on=item, at=at, kind=item.kind, owner=item.owner_id)
    return item


@transaction.atomic
def change_duty(item: Item, *, by: Officer, at: datetime, **duty: Any) -> Item:
    """Another owner, leader, post or cadence. What is public stays as it is, and so does its age."""
    item = held(item)
    require(policy.may_withdraw(by, item))
    before = {name: getattr(item, name) for name in ("owner_id", "leader_id", "post", "every", "renew")}
    for name, value in _sane(item.unit, duty).items():
        setattr(item, name, value)
    item.save()
    changed = sorted(name for name, value in before.items() if getattr(item, name) != value)
    audit.record("catalogue.duty_changed", by=by.ref, on=item, at=at, changed=changed)
    return item


def _sane(unit: Unit, duty: dict[str, Any]) -> dict[str, Any]:
    """Owner and leader serve there; a row of the law may be looked at more often than it says, never less."""
    owner, leader = duty["owner"], duty["leader"]
    if not policy.may_keep_of(owner, unit):
        raise NotReady(_("%(name)s在这里没有能写公开目录的岗位，请换一位负责人。") % {"name": owner.public_name})
    if not leader.roles_for(unit) & LEADERS:
        raise NotReady(_("%(name)s不是这里的所长或分局民警，请换一位领导。") % {"name": leader.public_name})
    if duty["post"] not in owner.roles_for(unit):
        raise NotReady(_("%(name)s现在不在这个岗位上，请选本人的岗位。") % {"name": owner.public_name})
    if not duty["kind"]:
        if not duty.get("source", "").strip():
            raise NotReady(_("请写依据：哪部法、哪一条，或者“本所自己公开”。"))
        return duty
    asked = publications().get(duty["kind"])
    if asked is None:
        raise NotReady(_("没有这一类法定事项。"))
    if _OFTEN.index(Every(duty["every"])) < _OFTEN.index(asked.every) or (asked.renew and not duty["renew"]):
        raise NotReady(_("这一类事项要看得更勤：可以比要求的更严，不能更松。"))
    return {**duty, "group": asked.group, "source": ""}


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def write_draft(
    item: Item,
    *,
    by: Officer,
    title: str,
    summary: str,
    body: str,
    seen: int,
    at: datetime,
    note: str = "",
    keep: Iterable[str] = (),
    added: Iterable[StoredFile] = (),
) -> Draft:
    """
    Write what is to be public next. Writing takes a proposal back from the leader's table: nothing is published that was not handed in.

    seen    the turn of the draft the writer had before the eyes, 0 for none; somebody else's newer one is never written over
    keep    refs of attachments that stay; `added` come behind them
    """
    item = held(item)
    require(policy.may_keep(by, item))
    draft = Draft.objects.filter(item=item).first()
    turn = draft.turn if draft else 0
    if turn != seen:
        raise Conflict(_("别人刚改过这份草稿。您写的还在下面，请先看一眼新的再改。"))
    before = draft.files if draft else item.current.files if item.current else []
    wanted = set(keep)
    files = [one for one in before if one["ref"] in wanted] + [_as_file(one) for one in added]
    draft = draft or Draft(item=item, turn=0)
    draft.title, draft.summary, draft.note = one_line(title, 80), one_line(summary, 200), one_line(note, 200)
    draft.body, draft.files, draft.turn = _body(body), files, turn + 1
    draft.written_by, draft.written_at, draft.sent_back = by, at, ""
    draft.proposed_by, draft.proposed_at = None, None
    draft.save()
    audit.record("catalogue.drafted", by=by.ref, on=item, at=at, turn=draft.turn)
    return draft


def _as_file(stored: StoredFile) -> dict[str, Any]:
    """An attachment as a version keeps it. The SHA-256 is that of what the public downloads: of a picture, the clean copy."""
    sha256 = stored.sha256
    if stored.kind == FileKind.PICTURE:
        sha256 = hashlib.sha256(clean_picture(stored.ref) or b"").hexdigest()
    return {
        "ref": stored.ref,
        "name": stored.name,
        "sha256": sha256,
        "size_bytes": stored.size_bytes,
        "media_type": stored.media_type,
    }


def identifying(content: Content, unit: Unit, *more: str) -> list[str]:
    """
    The pieces that tell who a private person is, by their shape. What is everybody's to know is left out: the station's own telephones and
    addresses, and the names and numbers of those who serve there (公安机关执法公开规定 art. 9).
    """
    units = Unit.objects.within(unit.station).values_list("phone", "address")
    above = unit.station.parent
    public = [word for pair in units for word in pair] + ([above.phone, above.address] if above else [])
    for names in Officer.objects.within(above or unit.station).values_list("name", "public_name", "police_number"):
        public += [word for word in names if word]
    words = "\n".join((content.title, content.summary, content.body, *(name for name, _sha in content.files), *more))
    return tells_who(words, of=None, public=" ".join(public))


def refuse_telling(words: list[str]) -> None:
    if words:
        raise TellsWho(_("“%(words)s”可能让人知道是谁。") % {"words": _("”“").join(words)})


@transaction.atomic
def propose(item: Item, *, by: Officer, seen: int, at: datetime) -> Draft:
    """Hand the draft to the leader."""
    item = held(item)
    require(policy.may_keep(by, item))
    draft = _draft(item, seen)
    _fit(item, draft)
    draft.proposed_by, draft.proposed_at, draft.sent_back = by, at, ""
    draft.save()
    audit.record("catalogue.proposed", by=by.ref, on=item, at=at, sha256=draft.content.digest)
    return draft


def _draft(item: Item, seen: int) -> Draft:
    draft = Draft.objects.filter(item=item).first()
    if draft is None:
        raise NotReady(_("还没有写草稿。"))
    if draft.turn != seen:
        raise Conflict(_("草稿刚被改过，请先看一眼新的。"))
    item.draft = draft
    return draft


def _fit(item: Item, draft: Draft) -> None:
    """Whether the draft can be public: something to read, something new, nobody's secret."""
    if not draft.title or not draft.summary:
        raise NotReady(_("标题和一两句话的说明都要写。"))
    if not draft.body and not draft.files:
        raise NotReady(_("正文还是空的，写好再公开。"))
    if item.current is not None:
        if item.current.sha256 == draft.content.digest:
            raise NothingChanged
        if not draft.note:
            raise NotReady(_("请写一句改了什么，大家会看到。"))
    refuse_telling(identifying(draft.content, item.unit, draft.note))


@transaction.atomic
def send_back(item: Item, *, by: Officer, seen: int, reason: str, at: datetime) -> Draft:
    """The leader does not publish it as it stands, and says why."""
    item = held(item)
    require(policy.may_publish(by, item))
    draft = _draft(item, seen)
    if draft.proposed_by_id is None:
        raise NotReady(_("这份草稿没有交上来。"))
    if not (why := one_line(reason, 300)):
        raise NoReason(_("请写一句为什么退回。"))
    draft.proposed_by, draft.proposed_at, draft.sent_back = None, None, why
    draft.save()
    audit.record("catalogue.sent_back", by=by.ref, on=item, at=at, reason=why)
    return draft


def tell_the_log(step: Step) -> None:
    """Everybody can check later what was public when: the leaf holds the digest, not the words, which may have to go one day."""
    version = step.version
    data = {"version": version.number, "sha256": version.sha256}
    record(f"catalogue.{step.what}", step.item.index_number, data, at=step.at)


@digests(*(f"catalogue.{what}" for what in Step.What.values if what != Step.What.ANSWERED))
def _contents() -> tuple[dict[Published, str], list[Published]]:
    """Every version was public once."""
    versions = Version.objects.select_related("item__unit").order_by()
    held = {(one.item.index_number, one.number): one.content.digest for one in versions.iterator()}
    return held, list(held)


# ── public ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def publish(item: Item, *, by: Officer, seen: int, at: datetime) -> Version:
    """
    Everybody reads it from now on. It meets every need that was open: the content is another one.

    seen   the turn of the draft that the leader read
    """
    item = held(item)
    draft = _draft(item, seen)
    require(policy.may_publish(by, item))
    if draft.proposed_by is None:
        raise NotReady(_("这份草稿还没有交上来。"))
    secrecy.refuse_withheld(item.ref, timezone.localdate(at))
    _fit(item, draft)
    number = item.current.number + 1 if item.current else 1
    version = Version.objects.create(
        item=item,
        number=number,
        title=draft.title,
        summary=draft.summary,
        body=draft.content.body,
        files=draft.files,
        note=draft.note,
        sha256=draft.content.digest,
        at=at,
        proposed_by=draft.proposed_by,
        published_by=by,
    )
    again = item.state != State.PUBLISHED
    item.current, item.state, item.withdrawn_at, item.withdrawn_because = version, State.PUBLISHED, None, ""
    item.save()
    draft.delete()
    what = Step.What.PUBLISHED if again else Step.What.CHANGED
    tell_the_log(Step.objects.create(item=item, what=what, at=at, by=by, version=version, words=version.note))
    Need.objects.filter(item=item, closed_at=None).update(closed_at=at, closed_by=by)
    audit.record(f"catalogue.{what.value}", by=by.ref, on=item, at=at, version=number, sha256=version.sha256)
    fact = ItemPublished if again else ItemChanged
    tell(fact(item.pk, item.unit_id, number, version.sha256, at))
    return version


@transaction.atomic
def review(item: Item, *, by: Officer, seen: int, at: datetime, words: str = "") -> Step:
    """
    Somebody looked, and it still holds. This is recorded as a review and is no update; what something demanded stays demanded.

    seen   the number of the version that was looked at
    """
    item = held(item)
    require(policy.may_review(by, item))
    if item.state != State.PUBLISHED or item.current is None:
        raise NotReady(_("公开着的事项才能核对。"))
    if item.current.number != seen:
        raise Conflict(_("刚公开了新的一版，请核对新的。"))
    step = Step.objects.create(
        item=item, what=Step.What.REVIEWED, at=at, by=by, version=item.current, words=one_line(words, 300)
    )
    tell_the_log(step)
    audit.record("catalogue.reviewed", by=by.ref, on=item, at=at, version=seen)
    tell(ItemReviewed(item.pk, item.unit_id, seen, at))
    return step


@transaction.atomic
def withdraw(item: Item, *, by: Officer, reason: str, at: datetime, texts_stay: bool = False) -> Item:
    """
    Take it off at once (公安机关执法公开规定 art. 8). The page keeps the day and the reason.

    texts_stay  whether what was public can still be read. Where the texts go too, something is withheld: that needs a ground, which two
                agreed to or which waits for its second officer
    """
    item = held(item)
    require(policy.may_withdraw(by, item))
    if item.state != State.PUBLISHED or item.current is None:
        raise NotReady(_("公开着的事项才能撤下。"))
    if not (why := one_line(reason, 300)):
        raise NoReason(_("请写一句为什么撤下。"))
    refuse_telling(identifying(Content("", "", why), item.unit))
    if not texts_stay:
        secrecy.refuse_ungrounded(item.ref, timezone.localdate(at), pending=True)
    item.state, item.withdrawn_at, item.withdrawn_because, item.texts_stay = State.WITHDRAWN, at, why, texts_stay
    item.save()
    gone = Step.What.WITHDRAWN
    tell_the_log(Step.objects.create(item=item, what=gone, at=at, by=by, version=item.current, words=why))
    audit.record("catalogue.withdrawn", by=by.ref, on=item, at=at, reason=why, texts_stay=texts_stay)
    tell(ItemWithdrawn(item.pk, item.unit_id, item.current.number, item.current.sha256, why, at))
    return item


# ── what demands a change ────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def need_change(item: Item, *, by: Officer | None, why: str, words: str, at: datetime) -> Need:
    """From now on the item has to change: the clock of publication runs. `by` is None when the house counted it out by itself."""
    item = held(item)
    if by is not None:
        require(policy.may_keep(by, item))
        if not one_line(words, 300):
            raise NoReason(_("请写一句什么变了。"))
    if item.state == State.WITHDRAWN:
        raise NotReady(_("已经撤下的事项不用改。"))
    need = Need.objects.create(item=item, why=why, words=one_line(words, 300), at=at)
    audit.record("catalogue.needed", by=by.ref if by else "house", on=item, at=at, why=why)
    return need


@transaction.atomic
def refuse_need(need: Need, *, by: Officer, reason: str, at: datetime) -> Need:
    """It is not changed, and everybody reads why."""
    item = held(need.item)
    require(policy.may_withdraw(by, item))
    if not (why := one_line(reason, 300)):
        raise NoReason(_("请写一句为什么不改。"))
    refuse_telling(identifying(Content("", "", why), item.unit))
    if not Need.objects.filter(pk=need.pk, closed_at=None).update(closed_at=at, closed_by=by, reason=why):
        raise Conflict(_("这一条已经有人处理了。"))
    audit.record("catalogue.need_refused", by=by.ref, on=item, at=at, reason=why)
    need.refresh_from_db()
    return need
