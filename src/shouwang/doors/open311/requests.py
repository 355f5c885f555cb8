"""Requests of GeoReport v2, made from matters and read from forms."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.incidents.models import Source
from shouwang.apps.incidents.report import PartySaid, Report, read_things
from shouwang.apps.incidents.usecases import take_report
from shouwang.apps.incidents.whose import as_wgs84
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.forms import attachments, words
from shouwang.apps.matters.models import Channel, Kind, Matter, State
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.openness.models import Digest, DigestItem
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit
from shouwang.doors.open311.services import BY_CODE, READABLE, Service
from shouwang.kernel.fields import blind

_TAG = 12


def public_id(matter: Matter | int) -> str:
    """
    `service_request_id`: unlike the number on a receipt it says nothing to somebody who knows the receipt, and cannot be guessed.
    """
    key = matter if isinstance(matter, int) else matter.pk
    return f"{key}-{blind(str(key), 'open311')[:_TAG]}"


def key_of(request_id: str) -> int | None:
    """The matter's key when the id is one of ours."""
    key, _dash, _tag = request_id.partition("-")
    if not (key.isascii() and key.isdecimal() and len(key) < 16):
        return None
    return int(key) if hmac.compare_digest(public_id(int(key)).encode(), request_id.encode()) else None


def station_of(prefix: str) -> Unit | None:
    """`jurisdiction_id` is the letters before a matter's number; without it the first station receives and whoever is right takes over."""
    stations = Unit.objects.stations().filter(active=True).order_by("path")
    return stations.filter(prefix=prefix).first() if prefix else stations.first()


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What somebody wants to read.

    since, until  the days on which it was received, both included; None leaves that end open
    status        open, closed or empty for both
    """

    ids: frozenset[int] | None = None
    kinds: tuple[Kind, ...] = tuple(READABLE)
    since: date | None = None
    until: date | None = None
    status: str = ""
    station: Unit | None = None
    page: int = 1


#: Requests on one page. The specification names a thousand and ninety days as the most a server has to send at once.
PAGE = 200
LONGEST = timedelta(days=90)
MOST_PAGES = 1000


def read_public(asked: Asked) -> Iterator[dict[str, Any]]:
    """
    What published digests speak of, newest first: the kind, how it stands, the day, the community and the station's own sentence.

    Never the resident's words, the number of the receipt, the place itself or the time of day.
    """
    items = (
        DigestItem.objects.shown()
        .filter(digest__in=Digest.objects.published(), matter__kind__in=asked.kinds)
        .select_related("matter__unit", "digest__community")
        .order_by("-digest__since", "-pk")
    )
    if asked.ids is not None:
        items = items.filter(matter__in=asked.ids)
    if asked.station is not None:
        items = items.filter(matter__unit=asked.station)
    if asked.since is not None:
        items = items.filter(matter__received_at__gte=_midnight(asked.since))
    if asked.until is not None:
        items = items.filter(matter__received_at__lt=_midnight(asked.until + timedelta(days=1)))
    if asked.status:
        closed = {"closed": True, "open": False}[asked.status]
        items = items.filter(matter__state=State.CLOSED) if closed else items.exclude(matter__state=State.CLOSED)
    for item in items[(asked.page - 1) * PAGE : asked.page * PAGE]:
        assert item.matter is not None
        community = item.digest.community
        yield {
            **_common(item.matter),
            "description": item.public_sentence,
            "requested_datetime": _day(item.matter.received_at),
            "updated_datetime": _day(_moved(item.matter)),
            "address": community.name if community else "",
        }


def read_held(matter: Matter) -> dict[str, Any]:
    """For whoever shows the tracking code: the same and when to expect the next word. The conversation stays on its page."""
    return {
        **_common(matter),
        "description": matter.title,
        "requested_datetime": timezone.localtime(matter.received_at).isoformat(timespec="seconds"),
        "updated_datetime": timezone.localtime(_moved(matter)).isoformat(timespec="seconds"),
        "expected_datetime": _day(matter.next_word_by) if matter.next_word_by else None,
    }


def _common(matter: Matter) -> dict[str, Any]:
    service = READABLE.get(Kind(matter.kind))
    return {
        "service_request_id": public_id(matter),
        "status": "closed" if matter.state == State.CLOSED else "open",
        "status_notes": str(matter.get_state_display()),
        "service_name": str(service.name if service else matter.get_kind_display()),
        "service_code": service.code if service else matter.kind,
        "agency_responsible": str(matter.unit.called),
    }


def _moved(matter: Matter) -> datetime:
    return matter.last_entry_at or matter.received_at


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _day(at: datetime) -> str:
    """The day alone, as the specification writes moments: who came at which hour is nobody's business."""
    return _midnight(timezone.localdate(at)).isoformat()


class QueryForm(forms.Form):
    """The question of GET requests. Words that are no question are said to be none, instead of being ignored."""

    service_request_id = forms.CharField(required=False, max_length=4000)
    service_code = forms.CharField(required=False, max_length=400)
    start_date = forms.CharField(required=False, max_length=40)
    end_date = forms.CharField(required=False, max_length=40)
    status = forms.CharField(required=False, max_length=40)
    page = forms.IntegerField(required=False, min_value=1, max_value=MOST_PAGES)

    def clean_start_date(self) -> date | None:
        return self._day("start_date")

    def clean_end_date(self) -> date | None:
        return self._day("end_date")

    def _day(self, name: str) -> date | None:
        """Whole days: whoever could ask by the hour would learn at which hour somebody came."""
        typed = self.cleaned_data[name].replace(" ", "+")  # a bare + in an address arrives as a blank
        if not typed:
            return None
        try:
            at = parse_datetime(typed)
            day = timezone.localdate(at) if at and timezone.is_aware(at) else at.date() if at else parse_date(typed)
        except (ValueError, OverflowError):
            day = None
        if day is None or not 1970 < day.year < 9000:
            raise forms.ValidationError(_("%(name)s 要写成 2026-11-23T00:00:00+08:00。") % {"name": name})
        return day

    def clean_service_code(self) -> tuple[Kind, ...]:
        codes = _split(self.cleaned_data["service_code"])
        if unknown := [code for code in codes if code not in BY_CODE]:
            raise forms.ValidationError(_("没有 %(code)s 这个 service_code。") % {"code": unknown[0]}, code="unknown")
        return tuple(BY_CODE[code].kind for code in codes if BY_CODE[code].readable) if codes else tuple(READABLE)

    def clean_status(self) -> str:
        asked = set(_split(self.cleaned_data["status"]))
        if asked - {"open", "closed"}:
            raise forms.ValidationError(_("status 只有 open 和 closed。"))
        return asked.pop() if len(asked) == 1 else ""

    def asked(self, station: Unit | None, now: datetime) -> Asked:
        """
        The cleaned question. Ids override everything else; without dates it is the last ninety days, and never more than ninety at once.
        """
        given = self.cleaned_data
        if ids := _split(given["service_request_id"]):
            return Asked(ids=frozenset(key for one in ids if (key := key_of(one)) is not None))
        since, until = given["start_date"], given["end_date"]
        if since is None:
            since = (until or timezone.localdate(now)) - LONGEST
        until = min(until or since + LONGEST, since + LONGEST)
        return Asked(None, given["service_code"], since, until, given["status"], station, given["page"] or 1)


def _split(text: str) -> list[str]:
    return [part for one in text.split(",") if (part := one.strip())]


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def not_fetched(media_url: str) -> str:
    """What stands in the words of a picture somewhere else."""
    return _("图片地址（没有去取）：%(url)s") % {"url": media_url}


class MediaUrl:
    """A picture somewhere else: an address, and nothing that a browser would run."""

    cleaned_data: dict[str, Any]

    def clean_media_url(self) -> str:
        typed: str = self.cleaned_data["media_url"]
        try:
            sound = not typed or urlsplit(typed).scheme in {"http", "https"}
        except ValueError:
            sound = False
        if not sound:
            raise forms.ValidationError(_("media_url 要以 http:// 或 https:// 开头。"))
        return typed


class RequestForm(MediaUrl, forms.Form):
    """
    POST requests. `lat`, `long` are WGS-84, or GCJ-02 with `coordinates=gcj02`. Only `service_code` and some words are needed: not who,
    and not even where (that much the specification asks for; a fraud has no place).
    """

    service_code = forms.CharField(max_length=40, error_messages={"required": gettext_lazy("请写 service_code。")})
    description = words(gettext_lazy("发生了什么"), required=gettext_lazy("请在 description 里写几句，是什么事。"))
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    long = forms.FloatField(required=False, min_value=-180, max_value=180)
    coordinates = forms.ChoiceField(required=False, choices=[("wgs84", "wgs84"), ("gcj02", "gcj02")])
    address_string = forms.CharField(required=False, max_length=200)
    first_name = forms.CharField(required=False, max_length=40)
    last_name = forms.CharField(required=False, max_length=40)
    phone = forms.CharField(required=False, max_length=30)
    media_url = forms.CharField(required=False, max_length=500)
    safe_contact = forms.BooleanField(required=False)
    pictures = attachments()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for one, other in (("lat", "long"), ("long", "lat")):
            if given.get(one) is None and given.get(other) is not None and one not in self.errors:
                self.add_error(one, _("lat 和 long 要一起写。"))
        return given


class Unanswerable(Exception):
    """An attribute that the service does not know, or an answer that is none of its list; `args[0]` says which."""


def answers_of(service: Service, sent: Mapping[str, str]) -> dict[str, str]:
    """`attribute[code]` → answer. Raises Unanswerable."""
    known = {one.code: one for one in service.attributes}
    found = {}
    for name, value in sent.items():
        if not (name.startswith("attribute[") and name.endswith("]")):
            continue
        code = name[len("attribute[") : -1]
        attribute = known.get(code)
        if attribute is None:
            raise Unanswerable(_("%(service)s 没有 %(code)s 这一问。") % {"service": service.code, "code": code[:40]})
        if attribute.values and value and value not in dict(attribute.values):
            allowed = "、".join(key for key, _name in attribute.values)
            raise Unanswerable(_("%(code)s 只能是 %(allowed)s。") % {"code": code, "allowed": allowed})
        found[code] = value[:4000]
    return found


def bring(
    service: Service, given: dict[str, Any], answers: Mapping[str, str], station: Unit, *, client_id: str, at: datetime
) -> matters.Opened:
    """
    The matter that a request becomes. The same press repeated with the same `client_id` is the same matter.

    A picture somewhere else is not fetched (see decision 9): its address becomes part of the words.
    """
    body = given["description"]
    if given["media_url"]:
        body = f"{body}\n{not_fetched(given['media_url'])}"
    files = keep_uploads(given["pictures"], by="resident", client_id=client_id)
    name = f"{given['last_name']}{given['first_name']}"[:40]
    device = f"open311:{client_id}"[:40] if client_id else None
    longitude, latitude = given["long"], given["lat"]
    if longitude is not None:
        longitude, latitude = as_wgs84(longitude, latitude, gcj02=given["coordinates"] == "gcj02")
    if service.kind == Kind.REPORT:
        report = Report(
            body,
            category=service.category,
            address=given["address_string"],
            landmark=answers.get("landmark", "")[:80],
            longitude=longitude,
            latitude=latitude,
            position_source=Source.REPORTER if longitude is not None else Source.NONE,
            when_said=answers.get("when", "")[:80],
            unsafe=answers.get("safe") == "no",
            things=read_things(answers.get("things", "")),
            people=(PartySaid("other", about=answers["who"][:400]),) if answers.get("who") else (),
            pseudonym=name,
            phone=given["phone"],
            safe=given["safe_contact"] or None,
        )
        return take_report(station, report, channel=Channel.OPEN311, at=at, files=files, client_id=device)
    community = None if longitude is None else Community.objects.select_related("unit__parent").at(longitude, latitude)
    where = given["address_string"]
    known = matters.sent_before(device, Channel.OPEN311) if device else None
    return matters.open_matter(
        community.unit.station if community else station,
        kind=service.kind,
        channel=Channel.OPEN311,
        at=at,
        body="\n".join([body, _("地点：%(where)s") % {"where": where}]) if where else body,
        files=files,
        community=community,
        reporter=None if known else _reporter(name, given["phone"], at),
        safe_contact=given["safe_contact"],
        client_id=device,
    )


def _reporter(name: str, phone: str, at: datetime) -> Person | None:
    if not (name or phone):
        return None
    return Person.objects.create(pseudonym=name, phone=phone, created_at=at)
