"""
What goes in and out, as OpenAPI describes it. Moments are ISO 8601 with the station's offset; texts are in the reader's language
(`Accept-Language: zh-hans` or `en`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict, model_validator

from shouwang.apps.incidents.models import Category
from shouwang.apps.matters.usecases import LONGEST_MESSAGE
from shouwang.kernel.text import plain


def sound(value: Any) -> Any:
    """Text as it was meant: JSON may carry NUL and halves of characters, which no database keeps, see `plain` for the rest."""
    return plain(value.encode("utf-8", "replace").decode()) if isinstance(value, str) else value


Short = Annotated[str, Field(max_length=40), BeforeValidator(sound)]
Line = Annotated[str, Field(max_length=200), BeforeValidator(sound)]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST_MESSAGE), BeforeValidator(sound)]
MaybeWords = Annotated[str, Field(max_length=LONGEST_MESSAGE), BeforeValidator(sound)]
Askable = Literal["consultation", "report", "help", "complaint", "suggestion", "problem", "service"]


class Sent(Schema):
    """What a program sends; a name that is not known is refused rather than ignored."""

    model_config = ConfigDict(extra="forbid")


class Wrong(Schema):
    """Which field is wrong, and what to do."""

    field: str
    says: str


class Problem(Schema):
    """
    Why something was not done.

    code     stable, for programs
    says     a sentence for people
    hint     what to do now
    source   the article the rule rests on, if any
    """

    code: str
    says: str
    hint: str = ""
    source: str = ""
    fields: list[Wrong] = []


# ── for everybody ────────────────────────────────────────────────────────────────────────────────────────────────────


class CommunityOut(Schema):
    """A village or neighbourhood."""

    slug: str
    name: str


class StationOut(Schema):
    """A police station. `id` stands before the numbers of its matters."""

    id: str
    name: str
    phone: str
    address: str
    hours: str
    communities: list[CommunityOut]


class GuideLine(Schema):
    """A guide in a list. `confidence` is the measured share of such suggestions that were right; only of a search."""

    slug: str
    title: str
    summary: str
    category: str
    valid_until: date
    url: str
    confidence: float | None = None


class LawOut(Schema):
    """What a guide rests on."""

    law: str
    article: str


class GuideOut(GuideLine):
    """One guide, its body in Markdown. A stale one is past the day until which somebody vouches for it."""

    body: str
    sources: list[LawOut]
    stale: bool


# ── one matter ───────────────────────────────────────────────────────────────────────────────────────────────────────


class MatterIn(Sent):
    """
    The first words; nothing else is needed.

    station, community   `id` and `slug` of `/stations`; without them the first station receives it
    name                 how to address whoever writes; no real name is needed
    safe_contact         titles and notices say nothing of it
    """

    kind: Askable = "consultation"
    body: Words
    station: Short = ""
    community: Short = ""
    name: Short = ""
    safe_contact: bool = False


class OpenedOut(Schema):
    """A new matter. The code is told only now."""

    number: str
    tracking_code: str
    url: str
    says: str


class EntryOut(Schema):
    """
    One entry of the timeline.

    says          what happened, as a sentence
    body          the words, when it is a message
    files         how many came with it; they are looked at on the page
    visibility    who may see it; told to the desk only
    """

    seq: int
    at: datetime
    type: str
    by: str
    who: str
    says: str
    body: str
    files: int
    taken_back: bool
    visibility: Literal["", "public", "parties", "station", "restricted"] = ""


class ClockOut(Schema):
    """A limit, explained line by line, with the law behind it."""

    title: str
    explains: list[str]
    source: str
    unconfirmed: bool
    provisional: bool


class MatterLine(Schema):
    """A matter in a list."""

    number: str
    kind: str
    title: str
    state: str
    unit: str
    handler: str
    channel: str
    received_at: datetime
    waiting_since: datetime | None
    due_at: datetime | None
    next_word_by: datetime | None
    danger: str


class MatterOut(MatterLine):
    """One matter: how it stands, what comes next and by when, what happened, and its limits."""

    says: str
    next: str
    entries: list[EntryOut]
    clocks: list[ClockOut]


class MessageIn(Sent):
    """One more message."""

    body: Words


class DisputeIn(Sent):
    """What was not right."""

    words: Words


class RatingIn(Sent):
    """One to five stars after the result."""

    stars: Annotated[int, Field(ge=1, le=5)]
    words: MaybeWords = ""


class EntryMade(Schema):
    """The number of the entry that was added, or had been added by the same press before."""

    seq: int


# ── the desk ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class SectionOut(Schema):
    """One headline of the queue."""

    key: str
    title: str
    more: bool
    matters: list[MatterLine]


class NoteIn(Sent):
    """A note for colleagues; `restricted` for the few."""

    body: Words
    restricted: bool = False


class PartyIn(Sent):
    """Somebody involved, as far as known."""

    role: Literal["victim", "suspect", "witness", "other"]
    name: Short = ""
    phone: Short = ""
    about: Annotated[str, Field(max_length=400), BeforeValidator(sound)] = ""
    minor: bool = False


class ReportIn(Sent):
    """
    A report written down by an officer; only `what` is needed.

    longitude, latitude   WGS-84, or GCJ-02 with `gcj02`
    when                  in the reporter's words
    things                one a line, such as 自行车 800元
    """

    channel: Literal["phone", "counter", "patrol"] = "phone"
    what: Words
    category: Category = Category.OTHER
    address: Line = ""
    landmark: Annotated[str, Field(max_length=80), BeforeValidator(sound)] = ""
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    gcj02: bool = False
    when: Annotated[str, Field(max_length=80), BeforeValidator(sound)] = ""
    unsafe: bool = False
    things: Annotated[str, Field(max_length=2000), BeforeValidator(sound)] = ""
    people: Annotated[list[PartyIn], Field(max_length=10)] = []
    name: Short = ""
    phone: Annotated[str, Field(max_length=30), BeforeValidator(sound)] = ""
    caller_role: Literal["victim", "witness", "other"] = "victim"
    caller_minor: bool = False
    safe_contact: bool | None = None

    @model_validator(mode="after")
    def whole_point(self) -> ReportIn:
        """Half a position is none."""
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("half-a-point")
        return self


class IncidentLine(Schema):
    """A report in a list: how its filing stands, and the days left until its limit ends."""

    number: str
    category: str
    nature: str
    stage: str
    unit: str
    rule: str
    received_at: datetime
    due_at: datetime | None
    days_left: int | None
    late: bool
    missing: list[str]


class PointOut(Schema):
    """
    One suggestion, with the sentences and the reporter's own words it rests on.

    sure         0 to 1
    settled      false when it rests on sums that contradict each other
    articles     the law behind it; `unconfirmed` when its text was not checked yet
    """

    about: str
    code: str
    says: str
    sure: float
    settled: bool
    because: list[str]
    quotes: list[str]
    articles: list[str]
    unconfirmed: bool
    changes: list[str]


class AdviceOut(Schema):
    """
    What a report may be, how urgent, whose. A suggestion to a person; nothing is decided by it. `cannot_tell` says why no kind can be told
    from the words; then a person judges, and no point rests on a kind. The urgency is the one that desk and board show, with where it
    comes from: an officer, danger, the words, or what is usual.
    """

    urgency: int
    urgency_source: str
    cannot_tell: str
    points: list[PointOut]
    duties: list[str]
    asks: list[str]
