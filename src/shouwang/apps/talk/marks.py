"""What in a text tells who somebody is: the one place where the rooms ask the engine, and put its codes into words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shouwang.apps.matters.answers import called
from shouwang.apps.people.models import normal
from shouwang.engines.triage.personal import INCIDENT, Confidence, Mark, mask, spot

#: A mistyped identity or card number is still somebody's: its shape is enough.
_ENOUGH = dict.fromkeys(("id-number", "bank-card", "phone"), Confidence.MEDIUM)


@dataclass(frozen=True, slots=True)
class Found:
    """
    What was found in one text.

    text        the text looked at
    marks       everything, by place
    """

    text: str
    marks: tuple[Mark, ...]

    @property
    def identifying(self) -> tuple[Mark, ...]:
        """Marks that tell who somebody is."""
        return tuple(mark for mark in self.marks if mark.kind != INCIDENT)

    @property
    def sure(self) -> bool:
        """Whether the text is not shown to a group as it is: a mark beyond doubt, or a number that may well be somebody's."""
        return any(mark.confidence >= _ENOUGH.get(mark.kind, Confidence.HIGH) for mark in self.identifying)

    @property
    def incident(self) -> bool:
        """Whether it sounds as if something happened to the writer."""
        return any(mark.kind == INCIDENT for mark in self.marks)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds found, in order of appearance, each once."""
        return tuple(dict.fromkeys(mark.kind for mark in self.marks))

    @property
    def masked(self) -> str:
        """The text with every identifying mark, sure or not, replaced by what it is."""
        return mask(self.text, self.identifying)

    def words(self) -> list[str]:
        """The identifying places as they stand in the text, with what they are: `电话 138…`. For the writer only."""
        return [f"{kind_in_words(mark.kind)} {self.text[mark.start : mark.end]}" for mark in self.identifying]


def look(text: str, allowed: Collection[str] = (), names: Sequence[str] = ()) -> Found:
    """
    Everything in the text that identifies a person or tells of an incident.

    allowed   public words, such as the desk's phone
    names     how people are known to be called, longest first, though it would not look like a name by itself
    """
    public = {normal(word) for word in allowed if word}
    kept = [mark for mark in spot(text) if normal(text[mark.start : mark.end]) not in public]
    taken = [(mark.start, mark.end) for mark in kept if mark.kind != INCIDENT]
    more = [
        mark
        for mark in called(text, names)
        if normal(text[mark.start : mark.end]) not in public
        and not any(start < mark.end and mark.start < end for start, end in taken)
    ]
    return Found(text, tuple(sorted([*kept, *more])))


_KINDS: dict[str, Callable[[], str]] = {
    "id-number": lambda: _("证件号"),
    "phone": lambda: _("电话号码"),
    "bank-card": lambda: _("银行卡号"),
    "plate": lambda: _("车牌号"),
    "wechat": lambda: _("微信号"),
    "qq": lambda: _("QQ 号"),
    "email": lambda: _("邮箱"),
    "address": lambda: _("住址"),
    "name": lambda: _("姓名"),
    INCIDENT: lambda: _("遇到的事"),
}


def kind_in_words(kind: str) -> str:
    """What a kind of mark is called."""
    return _KINDS[kind]()
