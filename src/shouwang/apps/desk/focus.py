"""Where the cursor stands on a page that a key opened: whoever came without a mouse goes on without one."""

from __future__ import annotations

from typing import Any

from django import forms


def focus_first(form: forms.Form | None, usual: str = "") -> None:
    """
    The cursor stands in the first field that has to be mended; when nothing has, in `usual`, or else in the first field that is shown.

    Of radio buttons and check boxes it stands on the chosen one, or on the first.
    """
    shown = [field for field in form if not field.is_hidden] if form is not None else []
    wrong = (field for field in shown if field.errors)
    first = (
        next(wrong, None) or next((field for field in shown if field.name == usual), None) or next(iter(shown), None)
    )
    if first is None:
        return
    widget: Any = first.field.widget
    if not isinstance(first.field.widget, forms.RadioSelect):
        widget.attrs["autofocus"] = True
        return
    chosen, make = str(first.value()), widget.create_option
    values = [str(value) for value, _label in first.field.choices]  # type: ignore[attr-defined]  # radio buttons have choices
    there = chosen if chosen in values else next(iter(values), "")

    def create_option(name: str, value: Any, *args: Any, **more: Any) -> Any:
        option = make(name, value, *args, **more)
        if str(value) == there:
            option["attrs"]["autofocus"] = True
        return option

    widget.create_option = create_option
