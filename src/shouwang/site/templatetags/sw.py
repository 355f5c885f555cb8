"""Template tags that every page may use."""

from __future__ import annotations

from django import forms, template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 22) -> SafeString:
    """An outlined icon from the one sprite; decoration only, a word always stands beside it."""
    return format_html(
        '<svg class="icon" width="{}" height="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        size,
        size,
        static("shouwang/icons.svg"),
        name,
    )


@register.simple_tag
def widget(field: forms.BoundField) -> SafeString:
    """The control of a bound field, without a placeholder that only repeats the label above it."""
    repeats = field.field.widget.attrs.get("placeholder") == field.label
    return field.as_widget(attrs={"placeholder": False} if repeats else None)
