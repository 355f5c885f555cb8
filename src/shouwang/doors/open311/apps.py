"""The door as an app, for its texts and addresses."""

from __future__ import annotations

from django.apps import AppConfig


class Open311Config(AppConfig):
    name = "shouwang.doors.open311"
    label = "open311"
