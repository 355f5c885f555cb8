"""
Where a room above says what it adds to matters: one registration, read by the resident's page, the desk and the receipt.

A kind of matter with facts of its own (an incident, a case, an appointment) lives in a room above and keeps one table beside
`Matter`. It has no timeline of its own: what it does becomes an entry of type `happened`, whose `data["what"]`
(`incidents.filed`) names the sentence that the room registered here. Any other entry may carry `what` too, to be told in the
room's words instead of the spine's.

    data["what"]      name of the sentence, `room.verb-in-the-past`
    data["answers"]   true when it is a word of the station to the resident: it ends their waiting, as a message would

Lower rooms read this list and know nothing of whoever wrote into it; rooms register in `AppConfig.ready`, so the order of INSTALLED_APPS is
the order on a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise

from shouwang.apps.matters.models import Entry, Matter, MatterQuerySet
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import Verdict, yes

Data = dict[str, Any]
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Part:
    """
    A piece of a page: a template of the room above and what it shows. `title` replaces the page's own where it has one.

    sheet   of a receipt: it is the whole sheet that is printed, of this size (`a4`, `a5`, `r80`)
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    title: Text = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """
    One thing an officer can do with a matter, as a button of the desk's card.

    key       part of the address, and unique over all rooms
    kbd       the key that presses it; empty for none
    form      what it asks for; None when a press is enough. A form with `of_matter = True` is given the matter
    offered   whether the button stands on the card, and why not
    do        carries it out; a text it returns is shown once
    initial   what the form begins with
    page      the address of a page of the room's own that does it instead of a form on the card
    """

    key: str
    title: Text
    icon: str
    kbd: str
    form: type[forms.Form] | None
    offered: Callable[[Officer, Matter], Verdict]
    do: Callable[[Matter, Officer, Data, datetime], object] = lambda _matter, _by, _data, _at: None
    initial: Callable[[Matter], Data] | None = None
    page: Callable[[Matter], str] | None = None

    @property
    def asks(self) -> bool:
        """Whether it leads to a form, here or on the room's own page. Templates would call the form class, or the page, themselves."""
        return self.form is not None or self.page is not None

    def make_form(self, matter: Matter, data: Any = None, files: Any = None) -> forms.Form | None:
        """The form, bound when there is data."""
        if self.form is None:
            return None
        given: Data = {"matter": matter} if getattr(self.form, "of_matter", False) else {}
        if self.initial is not None:
            given["initial"] = self.initial(matter)
        return self.form(data, files, **given)


@dataclass(frozen=True, slots=True)
class QueueSection:
    """
    One headline of the desk's queue.

    choose   the matters under it, from those the viewer may see, in order; one query however many there are
    before   key of the section it stands before; the end when there is none of that name
    """

    key: str
    title: Text
    choose: Callable[[MatterQuerySet, Viewer, datetime], MatterQuerySet]
    before: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A page of the room that every page of the desk leads to by one key."""

    route: str
    word: Text
    icon: str
    kbd: str


@dataclass(frozen=True)
class RoomAbove:
    """
    What one room adds. Everything may be left out.

    stands     how the matter stands, in one sentence; empty to leave it to the spine
    comes_next what happens next and by when, likewise
    resident   a part of the resident's page of a matter, above its timeline
    card       a part of the desk's card
    receipt    a part of the receipt, or its whole sheet; given the tracking code as it is shown, or empty
    opens      the address of a page that a code of the room's own opens, or None when it is none of its codes
    today      a part of the day sheet: what the room asks of this officer today, beside matters
    alarm      a part that rings on every page of the desk, when no danger does: a template with `data-ring`
    forms      kind of matter → route of the room's own form, which the desk's short form leaves to it
    may_close  whether the desk may end the matter for a reason of `Reason`; the reason is empty while only the button is drawn
    """

    name: str
    sentences: Mapping[str, Callable[[Entry], str]] = field(default_factory=dict)
    stands: Callable[[Matter], str] | None = None
    comes_next: Callable[[Matter, datetime], str] | None = None
    resident: Callable[[HttpRequest, Matter, datetime], Part | None] | None = None
    card: Callable[[HttpRequest, Matter, datetime], Part | None] | None = None
    receipt: Callable[[Matter, str, datetime], Part | None] | None = None
    opens: Callable[[HttpRequest, str], str | None] | None = None
    today: Callable[[HttpRequest, datetime], Part | None] | None = None
    alarm: Callable[[HttpRequest, datetime], Part | None] | None = None
    actions: tuple[Action, ...] = ()
    queue: tuple[QueueSection, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    forms: Mapping[str, str] = field(default_factory=dict)
    may_close: Callable[[Matter, str], Verdict] | None = None


_rooms: dict[str, RoomAbove] = {}


def add_room(room: RoomAbove) -> None:
    """List a room. Raises ValueError when a name, sentence, action or key is taken."""
    known_actions = {action.key for one in _rooms.values() for action in one.actions}
    stray = {name for name in room.sentences if not name.startswith(f"{room.name}.")}
    keys = [*_keys(room), *(key for one in _rooms.values() for key in _keys(one))]
    if (
        room.name in _rooms
        or stray
        or known_actions & {action.key for action in room.actions}
        or len(set(keys)) < len(keys)
    ):
        raise ValueError(f"{room.name} or what it adds is there already, or carries another room's name.")
    _rooms[room.name] = room


def _keys(room: RoomAbove) -> list[str]:
    keys = [*(action.kbd for action in room.actions), *(way.kbd for way in room.shortcuts)]
    return [key for key in keys if key]


def rooms_above() -> tuple[RoomAbove, ...]:
    """All rooms that added something, in the order of their floors."""
    return tuple(_rooms.values())


def sentence_of(entry: Entry) -> str:
    """What a room above says of an entry that carries its `what`; empty for any other."""
    what = str(entry.data.get("what", ""))
    tell = next((room.sentences[what] for room in _rooms.values() if what in room.sentences), None)
    return tell(entry) if tell else ""


def stands_of(matter: Matter) -> str:
    """How a room above says that the matter stands; empty when none has anything to say."""
    said = (room.stands(matter) for room in _rooms.values() if room.stands is not None)
    return next((sentence for sentence in said if sentence), "")


def comes_next_of(matter: Matter, now: datetime) -> str:
    """What a room above says comes next; empty when none has anything to say."""
    said = (room.comes_next(matter, now) for room in _rooms.values() if room.comes_next is not None)
    return next((sentence for sentence in said if sentence), "")


def parts(which: str, *of: Any) -> list[Part]:
    """The parts that rooms add to a page: `parts("card", request, matter, now)`."""
    return list(_parts(which, of))


def _parts(which: str, of: tuple[Any, ...]) -> Iterator[Part]:
    for room in _rooms.values():
        make: Callable[..., Part | None] | None = getattr(room, which)
        part = make(*of) if make is not None else None
        if part is not None:
            yield part


def may_close_above(matter: Matter, reason: str) -> Verdict:
    """The first no of a room that has something left to do before the matter may end."""
    said = (room.may_close(matter, reason) for room in _rooms.values() if room.may_close is not None)
    return next((verdict for verdict in said if not verdict), yes(""))


def actions_above() -> tuple[Action, ...]:
    return tuple(action for room in _rooms.values() for action in room.actions)


def form_of(kind: str) -> str:
    """The route of the form that a room above keeps for this kind of matter; empty when the desk's own serves."""
    return next((room.forms[kind] for room in _rooms.values() if kind in room.forms), "")
