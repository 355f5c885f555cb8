"""One matter: bring it, read it by its code, add to it, say that it is not right, rate it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Header, Router
from ninja.files import UploadedFile
from ninja.params.functions import Form
from pydantic import Field

from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.usecases import take_report
from shouwang.apps.matters import usecases
from shouwang.apps.matters.forms import attachments
from shouwang.apps.matters.models import Channel, Kind
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.matters.views import code_address
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit
from shouwang.doors.api import telling
from shouwang.doors.api.asking import OPEN_REFUSALS, REFUSALS, ByCode, address_of, held_of, press_id
from shouwang.doors.api.shapes import (
    DisputeIn,
    EntryMade,
    MatterIn,
    MatterOut,
    MaybeWords,
    MessageIn,
    OpenedOut,
    Problem,
    RatingIn,
)
from shouwang.kernel import ids, limits
from shouwang.kernel.errors import RuleBroken

router = Router(tags=["matters"])
_HOUR = timedelta(hours=1)
Number = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,4}-\d{4}-\d{5,9}-\d$")]
PressKey = Annotated[str, Header(alias="Idempotency-Key", max_length=200)]


class NoSuchPlace(RuleBroken):
    """No station or community of that name."""

    code = "api.no-such-place"
    status = 404


class FilesRefused(RuleBroken):
    """A file is none that may come in; the sentences say which and why."""

    code = "api.files-refused"
    status = 422


@router.post("/matters", response={201: OpenedOut, OPEN_REFUSALS: Problem}, auth=None)
def bring(request: HttpRequest, given: MatterIn, press: PressKey = "") -> tuple[int, OpenedOut]:
    """
    Bring something to the station. The same words with the same `Idempotency-Key` are one matter, and the code is told again.

    Danger in the words rings at the desk as from any other door; a program must offer 110 by itself.
    """
    now, address = timezone.now(), address_of(request)
    limits.refuse_above(limits.MOST_BROUGHT, "api", address, at=now, window=_HOUR)
    station, community = _receiver(given)
    client_id = press_id(press)
    limits.count("api", address, at=now, window=_HOUR)
    opened = _opened(station, community, given, client_id, now)
    return 201, OpenedOut(
        number=opened.matter.number,
        tracking_code=ids.show_code(opened.code),
        url=code_address(opened.code),
        says=_("收到了。查询码只给这一次，请记下来。正在发生危险请打 110。"),
    )


def _opened(
    station: Unit, community: Community | None, given: MatterIn, client_id: str | None, now: datetime
) -> usecases.Opened:
    if Kind(given.kind) is Kind.REPORT:
        report = Report(given.body, pseudonym=given.name, safe=given.safe_contact or None)
        return take_report(station, report, channel=Channel.API, at=now, client_id=client_id)
    known = usecases.sent_before(client_id, Channel.API) if client_id else None
    return usecases.open_matter(
        station,
        kind=given.kind,
        channel=Channel.API,
        at=now,
        body=given.body,
        community=community,
        reporter=Person.objects.create(pseudonym=given.name, created_at=now) if given.name and not known else None,
        safe_contact=given.safe_contact,
        client_id=client_id,
    )


def _receiver(given: MatterIn) -> tuple[Unit, Community | None]:
    community = None
    if given.community:
        community = Community.objects.active().filter(slug=given.community).select_related("unit__parent").first()
        if community is None:
            raise NoSuchPlace(_("没有 %(id)s 这个社区。") % {"id": given.community})
    stations = Unit.objects.stations().order_by("path")
    station = stations.filter(prefix=given.station).first() if given.station else stations.first()
    if station is None:
        raise NoSuchPlace(
            _("没有 %(id)s 这个派出所。") % {"id": given.station} if given.station else _("这里还没有开通。")
        )
    return (community.unit.station if community and not given.station else station), community


@router.get("/matters/{number}", response={200: MatterOut, REFUSALS: Problem}, auth=ByCode(), url_name="matter")
def read(request: HttpRequest, number: Number) -> MatterOut:
    """How it stands, what comes next and by when, what happened. Reading it is the same mark as on the page."""
    matter, viewer = held_of(request, number)
    now = timezone.now()
    usecases.mark_read(matter, viewer=viewer, seq=matter.last_seq, at=now)
    return telling.whole(matter, viewer, now)


@router.post("/matters/{number}/messages", response={201: EntryMade, REFUSALS: Problem}, auth=ByCode())
def add(request: HttpRequest, number: Number, given: MessageIn, press: PressKey = "") -> tuple[int, EntryMade]:
    """Add words."""
    matter, viewer = held_of(request, number)
    press_key = press_id(press, viewer.held[matter.pk].code_id)
    entry = usecases.say(matter, viewer=viewer, at=timezone.now(), body=given.body, client_id=press_key)
    return 201, EntryMade(seq=entry.seq)


@router.post(
    "/matters/{number}/files", response={201: EntryMade, REFUSALS: Problem}, auth=ByCode(), url_name="add-files"
)
def add_files(
    request: HttpRequest,
    number: Number,
    pictures: Annotated[list[UploadedFile], File(description="Pictures, voice notes or documents.")],
    body: MaybeWords = Form(""),  # noqa: B008  in an `Annotated`, ninja would not see that it may be left out
    press: PressKey = "",
) -> tuple[int, EntryMade]:
    """
    Add pictures, voice notes or documents (`multipart/form-data`), with words if one likes. Each is inspected before it is believed; where
    and by which camera a picture was taken is left out of what others see. One that is refused is named, and then none is kept.
    """
    matter, viewer = held_of(request, number)
    code = viewer.held[matter.pk].code_id
    press_key = press_id(press, code)
    try:
        sound = attachments().clean(list(pictures))
    except ValidationError as why:
        raise FilesRefused(" ".join(why.messages)) from why
    entry = usecases.say(
        matter,
        viewer=viewer,
        at=timezone.now(),
        body=body,
        files=keep_uploads(sound, by=f"code:{code}", client_id=press_key or ""),
        client_id=press_key,
    )
    return 201, EntryMade(seq=entry.seq)


@router.post("/matters/{number}/dispute", response={201: EntryMade, REFUSALS: Problem}, auth=ByCode())
def dispute(request: HttpRequest, number: Number, given: DisputeIn, press: PressKey = "") -> tuple[int, EntryMade]:
    """Say that a closed matter is not right: a leader who did not close it looks again."""
    matter, viewer = held_of(request, number)
    entry = usecases.dispute(
        matter,
        viewer=viewer,
        words=given.words,
        at=timezone.now(),
        client_id=press_id(press, viewer.held[matter.pk].code_id),
    )
    return 201, EntryMade(seq=entry.seq)


@router.post("/matters/{number}/rating", response={201: EntryMade, REFUSALS: Problem}, auth=ByCode())
def rate(request: HttpRequest, number: Number, given: RatingIn) -> tuple[int, EntryMade]:
    """Stars after the result. A later rating replaces an earlier one in the figures."""
    matter, viewer = held_of(request, number)
    entry = usecases.rate(matter, viewer=viewer, stars=given.stars, words=given.words, at=timezone.now())
    return 201, EntryMade(seq=entry.seq)
