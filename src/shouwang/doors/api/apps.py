"""The interface as an app, for its table, texts and addresses."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "shouwang.doors.api"
    label = "api"
