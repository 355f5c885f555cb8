"""Registers the log with Django."""

from __future__ import annotations

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """The ordered event log of the house."""

    name = "shouwang.kernel.live"
    label = "live"
    default_auto_field = "django.db.models.BigAutoField"
