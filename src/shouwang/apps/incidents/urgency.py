"""
How urgent an incident is: one grade, and where it comes from. Card, board and form show this one and no other.

    urgency_of(incident).grade, urgency_of(incident).source

An officer's word goes before everything. Until then danger that rings or is not over is grade 1; else it is what the reporter's words come
to (`engines/triage`), and never less urgent than what is usual where somebody may be hurt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwang.apps.incidents.models import Category, Incident
from shouwang.apps.incidents.suggesting import grades_by_words

#: Somebody may be hurt, or is still there.
_SOON = frozenset({Category.HURT, Category.HOME, Category.MISSING, Category.TRAFFIC, Category.QUARREL})
_NOW, _SOON_GRADE, _USUAL_GRADE = 1, 2, 3


class Source(models.TextChoices):
    """Where a grade comes from."""

    OFFICER = "officer", _("民警定的")
    DANGER = "danger", _("还有危险")
    WORDS = "words", _("从话里看出来的")
    USUAL = "usual", _("这一类事通常这样")


@dataclass(frozen=True, slots=True)
class Urgency:
    """
    grade      from 1, the most urgent, to 4
    told       somebody or something told it: where nobody can tell what the words are about, what is usual orders the board and is no
               suggestion
    """

    grade: int
    source: Source
    told: bool = True

    @property
    def suggested(self) -> int | None:
        """What the house suggests and somebody may take or not."""
        return self.grade if self.told else None


def urgencies_of(incidents: Iterable[Incident]) -> dict[int, Urgency]:
    """Of each by its key. Asks the database once for those whose words changed since the last look, and for nothing else."""
    found = list(incidents)
    open_ones = [one for one in found if not one.urgency and not _is_dangerous(one)]
    words = grades_by_words(open_ones)
    return {one.pk: _of(one, words) for one in found}


def urgency_of(incident: Incident) -> Urgency:
    """Of one."""
    return urgencies_of([incident])[incident.pk]


def by_house(incident: Incident) -> Urgency:
    """What it would be had no officer said anything: what their word is counted against."""
    return _by_house(incident, grades_by_words([incident]) if not _is_dangerous(incident) else {})


def _of(incident: Incident, words: Mapping[int, int | None]) -> Urgency:
    return Urgency(incident.urgency, Source.OFFICER) if incident.urgency else _by_house(incident, words)


def _by_house(incident: Incident, words: Mapping[int, int | None]) -> Urgency:
    if _is_dangerous(incident):
        return Urgency(_NOW, Source.DANGER)
    soon, grade = may_be_hurt(incident), words.get(incident.pk)
    if grade is not None and (grade <= _SOON_GRADE or not soon):
        return Urgency(grade, Source.WORDS)
    return Urgency(_SOON_GRADE if soon else _USUAL_GRADE, Source.USUAL, told=grade is not None)


def _is_dangerous(incident: Incident) -> bool:
    return incident.unsafe or incident.matter.rings or incident.matter.danger == "now"


def may_be_hurt(incident: Incident) -> bool:
    """By what the report was said to be like."""
    return incident.category in _SOON
