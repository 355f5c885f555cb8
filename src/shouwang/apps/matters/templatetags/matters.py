"""Sentences of a matter, for templates: `{% load matters %}`."""

from __future__ import annotations

from datetime import datetime

from django import template

from shouwang.apps.matters import sentences
from shouwang.apps.matters.models import Entry, Matter

register = template.Library()


@register.filter
def moment(at: datetime, now: datetime) -> str:
    """今天 14:20."""
    return sentences.moment(at, now)


@register.filter
def last_day(at: datetime, now: datetime) -> str:
    """12月3日."""
    return sentences.last_day(at, now)


@register.filter
def how_it_stands(matter: Matter) -> str:
    """One sentence of state."""
    return sentences.how_it_stands(matter)


@register.filter
def what_comes_next(matter: Matter, now: datetime) -> str:
    """What happens next and by when."""
    return sentences.what_comes_next(matter, now)


@register.filter
def sentence(entry: Entry) -> str:
    """What happened."""
    return sentences.entry_sentence(entry)
