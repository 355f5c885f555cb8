"""Sentences of a matter, for templates: `{% load matters %}`."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwang.apps.matters import sentences
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.rooms_above import Part

register = template.Library()


@register.simple_tag(takes_context=True)
def room_part(context: template.Context, part: Part) -> SafeString:
    """What a room above adds to this page: its template, with its own names beside those of the page."""
    with context.push(**part.context):
        template_of_room: template.Template = get_template(part.template).template  # type: ignore[attr-defined]  # Django's own engine
        return template_of_room.render(context)


@register.filter
def moment(at: datetime, now: datetime) -> str:
    """今天 14:20."""
    return sentences.moment(at, now)


@register.filter
def last_day(at: datetime, now: datetime) -> str:
    """12月3日."""
    return sentences.last_day(at, now)


@register.filter
def waited(since: datetime, now: datetime) -> str:
    """8 分, 3 小时, 2 天: how long somebody has been waiting."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return _("%(n)d 分") % {"n": minutes}
    if minutes < 48 * 60:
        return pgettext("waited", "%(n)d 小时") % {"n": minutes // 60}
    return pgettext("waited", "%(n)d 天") % {"n": minutes // 1440}


@register.filter
def personal_label(name: str) -> str:
    """The desk's word for a piece of personal data."""
    return {"name": _("姓名"), "phone": _("电话"), "id_number": _("证件号"), "qq": _("QQ 号")}.get(name, name)


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
