"""
The life of a paper: begun, filled in, handed in, agreed to or sent back, signed, issued, voided. Each step is an entry of the matter.

Every step takes hold of the matter first and looks at the paper under that hold, so that two desks pressing at once take turns; what was
done already is refused with `WrongStep` and nothing happens twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.files.models import Visibility as Seen
from shouwang.apps.files.usecases import attach_all
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import AccessCode, Entry, Matter, Type
from shouwang.apps.matters.timeline import append_by_officer, locked
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.matters.viewer import Holder, Visibility
from shouwang.apps.papers import policy, shelves
from shouwang.apps.papers.errors import BadWording, Lacks, NotSigned, WrongStep
from shouwang.apps.papers.faults import fault_of
from shouwang.apps.papers.known import OF_THE_STATION, known_about, station_of
from shouwang.apps.papers.making import FOR_CALLER, Held, hold
from shouwang.apps.papers.models import Fact, Paper, PaperSeries, Ruling, State, Step, Version
from shouwang.apps.units.models import Officer, Unit
from shouwang.engines.errors import BadData
from shouwang.engines.papers import Template
from shouwang.engines.papers.template import PERSON
from shouwang.kernel import audit
from shouwang.kernel.policy import require

#: Owner of drawings and scans of signatures, for `files`.
FILES_OF = "papers.paper"


def _held(paper: Paper) -> Paper:
    """The paper as it stands now, its matter held until the transaction ends."""
    matter = locked(Matter.objects.get(pk=paper.matter_id))
    now = Paper.objects.select_related("author").get(pk=paper.pk)
    now.matter = matter
    return now


def _move(paper: Paper, at: datetime, **columns: Any) -> None:
    for name, value in {**columns, "moved_at": at}.items():
        setattr(paper, name, value)
    paper.save(update_fields=[*columns, "moved_at"])


def _tell(
    paper: Paper,
    what: str,
    *,
    by: Officer,
    at: datetime,
    body: str = "",
    visibility: Visibility = Visibility.STATION,
    **data: Any,
) -> Entry:
    """The entry of a step, and its row of the audit trail."""
    audit.record(f"papers.{what.replace('-', '_')}", by=by.ref, on=paper, at=at, kind=paper.kind)
    about = {"what": f"papers.{what}", "paper": paper.pk, "title": paper.title, "number": paper.number}
    return append_by_officer(
        paper.matter, Type.HAPPENED, by=by, at=at, visibility=visibility, body=body, data={**about, **data}
    )


@transaction.atomic
def make(matter: Matter, *, by: Officer, kind: str, at: datetime, about: str = "", client_id: str = "") -> Paper:
    """
    Begin a paper of this kind. What is known is on it already; a second press finds the first.

    about   the one thing of the matter that it is about; the room that keeps such things has made sure that it is this matter's
    """
    matter = locked(matter)
    require(policy.may_make(by, matter))
    if kind not in shelves.kinds():
        raise WrongStep(_("没有这种文书。"))
    if client_id and (earlier := Paper.objects.filter(matter=matter, client_id=client_id[:40]).first()):
        return earlier
    template = shelves.in_force(station_of(matter), kind)
    paper = Paper.objects.create(
        matter=matter,
        about=about,
        kind=kind,
        title=template.zh,
        author=by,
        made_at=at,
        moved_at=at,
        client_id=client_id[:40] or None,
    )
    _tell(paper, "begun", by=by, at=at)
    return paper


@transaction.atomic
def fill_in(paper: Paper, *, by: Officer, values: Mapping[str, Any], at: datetime) -> Paper:
    """
    Keep what was filled in, for this paper and the others of the matter; where the paper is about one thing, what that thing's own
    groups say is kept for it alone.

    values   place in the record (`case.refusal_reason`, a whole list as `evidence`) → value as JSON takes it; None forgets what was
             filled in and lets the house's own knowledge stand again. What belongs to the station is kept for all its matters, and
             only its chief and legal officer change what is there
    """
    paper = _held(paper)
    require(policy.may_fill(by, paper))
    station = station_of(paper.matter)
    its_own = known_about(paper.about, at)
    for path, value in values.items():
        group = path.partition(".")[0]
        whose: dict[str, Any] = {"matter": paper.matter, "about": paper.about if group in its_own else ""}
        if group in OF_THE_STATION:
            whose = {"unit": station}
        before = Fact.objects.filter(path=path, **whose).first()
        said = None if value is None else json.dumps(value, ensure_ascii=False)
        if said == (before.value if before else None):
            continue
        if "unit" in whose and before is not None:
            require(policy.may_change_templates_of(by, station))
        if said is None:
            Fact.objects.filter(path=path, **whose).delete()
        else:
            Fact.objects.update_or_create(path=path, **whose, defaults={"value": said, "by": by, "at": at})
    audit.record("papers.filled_in", by=by.ref, on=paper, at=at, fields=sorted(values))
    _move(paper, at)
    return paper


@transaction.atomic
def hand_in(paper: Paper, *, by: Officer, at: datetime) -> Paper:
    """
    The draft is finished: what it says is sealed as a version. It goes to whoever the template asks, or straight to signing.

    Raises Lacks with every missing field.
    """
    paper = _held(paper)
    require(policy.may_hand_in(by, paper))
    paper.author = by
    draft = hold(paper)
    if problems := draft.lacks(at):
        raise Lacks(draft.template.zh, problems)
    Version.objects.create(
        paper=paper,
        n=paper.version + 1,
        record=json.dumps(draft.record(at), ensure_ascii=False, default=str),
        wording=shelves.keep(draft.template),
        by=by,
        at=at,
    )
    first = draft.template.approvals[0] if draft.template.approvals else ""
    state = State.REVIEW if first else State.APPROVED
    _move(paper, at, author=by, version=paper.version + 1, state=state, waits_for=first)
    if first:
        _tell(paper, "handed-in", by=by, at=at, waits_for=first)
    else:
        _approved(paper, draft.template, by=by, at=at)
        _tell(paper, "finished", by=by, at=at)
    return paper


def _approved(paper: Paper, template: Template, *, by: Officer, at: datetime) -> None:
    """All have agreed: the paper has its day and its number."""
    paper.state, paper.waits_for = State.APPROVED, ""
    paper.dated_on = timezone.localdate(at)
    if template.number and not paper.number:
        station = station_of(paper.matter)
        bureau = station.parent or station
        year = paper.dated_on.year
        paper.number = template.number_for(
            organ=short_name(bureau),
            unit=short_name(station),
            year=year,
            serial=PaperSeries.next(station, paper.kind, year),
        )
        audit.record("papers.numbered", by=by.ref, on=paper, at=at, number=paper.number)
    _move(paper, at, state=paper.state, waits_for="", dated_on=paper.dated_on, number=paper.number)


def short_name(unit: Unit) -> str:
    """How a unit is called in a number: 云溪分局 → 云溪, 青石镇派出所 → 青石镇."""
    for ending in ("公安分局", "公安局", "分局", "派出所"):
        if unit.name.endswith(ending) and unit.name != ending:
            return unit.name.removesuffix(ending)
    return unit.name


def _same(paper: Paper, version: int) -> None:
    """What somebody agrees to or signs is what they read."""
    if version != paper.version:
        raise WrongStep(_("这份文书已经有了新的一版，请重新看过。"))


@transaction.atomic
def approve(paper: Paper, *, by: Officer, version: int, at: datetime, words: str = "") -> Paper:
    """Agree to this version. It goes on to the next who is asked; after the last one it has its number and day."""
    paper = _held(paper)
    require(policy.may_check(by, paper))
    _same(paper, version)
    held = hold(paper)
    code = paper.waits_for
    _step(held, Step.What.APPROVED, code, by=by, at=at, words=clean_text(words))
    left = held.template.approvals[held.template.approvals.index(code) + 1 :]
    if left:
        _move(paper, at, waits_for=left[0])
    else:
        _approved(paper, held.template, by=by, at=at)
    _tell(paper, "approved", by=by, at=at, body=clean_text(words), approver=code, waits_for=paper.waits_for)
    return paper


@transaction.atomic
def send_back(paper: Paper, *, by: Officer, version: int, words: str, at: datetime) -> Paper:
    """Not like this: back to whoever wrote it, with the reason. All approvals begin anew with the next version."""
    paper = _held(paper)
    require(policy.may_check(by, paper))
    _same(paper, version)
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写明哪里要改，写的人照着改。"))
    _step(hold(paper), Step.What.SENT_BACK, paper.waits_for, by=by, at=at, words=why)
    code = paper.waits_for
    _move(paper, at, state=State.DRAFT, waits_for="")
    _tell(paper, "sent-back", by=by, at=at, body=why, approver=code)
    return paper


def _step(held: Held, what: str, code: str, *, by: Officer, at: datetime, **more: Any) -> Step:
    assert held.version is not None, "only what was handed in is checked and signed"
    return Step.objects.create(
        version=held.version, what=what, code=code, officer=by, at=at, **{"name": by.name, **more}
    )


@transaction.atomic
def sign(paper: Paper, *, by: Officer, code: str, version: int, at: datetime) -> Paper:
    """Sign at the desk, with name, number and time. Whoever asks has made sure that it is them (`desk.sign`)."""
    paper = _held(paper)
    held = hold(paper)
    place = next((one for one in held.signs() if one.code == code), None)
    if place is None:
        raise WrongStep(_("这份文书没有这个签名。"))
    require(policy.may_sign(by, paper, place))
    _same(paper, version)
    if code in held.signed():
        raise WrongStep(_("这一处已经签过了。"))
    name = f"{by.name}（{by.police_number}）" if by.police_number else by.name
    _step(held, Step.What.SIGNED, code, by=by, at=at, name=name)
    _after_signing(paper, at)
    _tell(paper, "signed", by=by, at=at, place=place.zh)
    return paper


def _after_signing(paper: Paper, at: datetime) -> None:
    if paper.state == State.APPROVED and not hold(paper).unsigned():
        _move(paper, at, state=State.SIGNED)


@transaction.atomic
def sign_person(
    paper: Paper,
    *,
    by: Officer,
    code: str,
    version: int,
    way: str,
    at: datetime,
    name: str = "",
    file: str = "",
    words: str = "",
    witness: str = "",
) -> Paper:
    """
    A person signed by hand on the screen or on paper, or would not sign; `by` was there.

    file      the drawing or the scan, uploaded before by the same officer
    words, witness   why they would not sign, and who saw it
    """
    paper = _held(paper)
    require(policy.may_have_signed(by, paper))
    _same(paper, version)
    held = hold(paper)
    place = next((one for one in held.signs() if one.code == code and one.by == PERSON), None)
    if place is None:
        raise WrongStep(_("这份文书没有这个签名。"))
    if paper.state == State.ISSUED and not held.acknowledges():
        raise WrongStep(_("已经发出了，不能再补签。"))
    if code in held.signed():
        raise WrongStep(_("这一处已经签过了。"))
    name, words, witness = (clean_text(one) for one in (name, words, witness))
    if way == Step.Way.REFUSED:
        if not words or not witness:
            raise NotSigned(_("拒绝签名的，请写明原因，还有谁在场见证。"))
    elif way in {Step.Way.DRAWN, Step.Way.PAPER}:
        if not file:
            raise NotSigned(_("还差手写的签名，或者签好的扫描件。"))
        if not name:
            raise NotSigned(_("请写明是谁签的。"))
        attach_all([file], for_kind=FILES_OF, for_ref=str(paper.pk), by=by.ref, at=at, visibility=Seen.STATION)
    else:
        raise NotSigned(_("请选一种签名的办法。"))
    _step(held, Step.What.SIGNED, code, by=by, at=at, name=name, way=way, words=words, witness=witness, file=file)
    _after_signing(paper, at)
    _tell(paper, "person-signed", by=by, at=at, place=place.zh, way=way)
    return paper


@transaction.atomic
def issue(paper: Paper, *, by: Officer, version: int, at: datetime) -> Paper:
    """Send it out. The reporter, where a copy is theirs, can read it from now on."""
    paper = _held(paper)
    require(policy.may_issue(by, paper))
    _same(paper, version)
    held = hold(paper)
    # Whoever holds the code is the reporter, also without a name.
    codes = AccessCode.objects.filter(matter=paper.matter, holder=Holder.REPORTER, revoked_at=None)
    for_person = FOR_CALLER in held.template.copies and codes.exists()
    _move(paper, at, state=State.ISSUED, issued_at=at, for_person=for_person)
    if for_person:
        _tell(paper, "issued", by=by, at=at, visibility=Visibility.PARTIES, answers=True)
    else:
        _tell(paper, "issued", by=by, at=at)
    return paper


@transaction.atomic
def void(paper: Paper, *, by: Officer, words: str, at: datetime) -> Paper:
    """It no longer holds, with the reason. Its number stays taken, and whoever has a copy is told."""
    paper = _held(paper)
    require(policy.may_void(by, paper))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写明为什么作废。"))
    seen = Visibility.PARTIES if paper.for_person and paper.state == State.ISSUED else Visibility.STATION
    _move(paper, at, state=State.VOID, waits_for="")
    _tell(paper, "voided", by=by, at=at, body=why, visibility=seen)
    return paper


# ── templates ────────────────────────────────────────────────────────────────────────────────────────────────────────


def try_wording(kind: str, text: str) -> Template:
    """A text as a template. Raises BadWording naming line or field."""
    if kind not in shelves.shelf().templates:
        raise BadWording(_("没有这种文书。"))
    try:
        return shelves.read(kind, text.replace("\r\n", "\n"))
    except BadData as why:
        raise BadWording(fault_of(why)) from why


@transaction.atomic
def put_in_force(unit: Unit, *, by: Officer, kind: str, text: str, why: str, at: datetime) -> Ruling:
    """
    From now on new papers of this station are made from this text; those made before keep theirs. A text that cannot be read is refused.
    """
    require(policy.may_change_templates_of(by, unit))
    template = try_wording(kind, text)
    own = shelves.shelf()[kind]
    if template.digest == own.digest:
        raise BadWording(_("和守望自带的一样。要用自带的，请点“用回自带的”。"))
    if not template.based_on:
        raise BadWording(_('开头要写明从哪一版改来：based_on = "%(version)s"。') % {"version": own.version})
    if not (reason := clean_text(why)):
        raise NothingSaid(_("请写一句为什么改。"))
    taken = Ruling.objects.filter(unit=unit.station, kind=kind, version=template.version).exclude(
        wording__digest=template.digest
    )
    if template.version == own.version or taken.exists():
        raise BadWording(_("版本号“%(version)s”已经用过，请换一个。") % {"version": template.version})
    return _rule(unit, kind, template, by=by, why=reason, at=at)


@transaction.atomic
def back_to_house(unit: Unit, *, by: Officer, kind: str, why: str, at: datetime) -> Ruling:
    """The station uses the house's own text again."""
    require(policy.may_change_templates_of(by, unit))
    ruling = shelves.ruling_of(unit, kind)
    if ruling is None or ruling.wording is None:
        raise WrongStep(_("现在用的就是自带的。"))
    if not (reason := clean_text(why)):
        raise NothingSaid(_("请写一句为什么改。"))
    return _rule(unit, kind, None, by=by, why=reason, at=at)


def _rule(unit: Unit, kind: str, template: Template | None, *, by: Officer, why: str, at: datetime) -> Ruling:
    wording = shelves.keep(template) if template else None
    version = template.version if template else ""
    ruling = Ruling.objects.create(
        unit=unit.station, kind=kind, wording=wording, version=version, by=by, at=at, why=why[:200]
    )
    audit.record("papers.template_changed", by=by.ref, on=ruling, at=at, kind=kind, version=version, reason=why[:200])
    return ruling
