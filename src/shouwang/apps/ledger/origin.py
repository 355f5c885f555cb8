"""How the log of this house is called."""

from __future__ import annotations

from django.conf import settings


def log_url() -> str:
    """The prefix under which the log is served, with its slash."""
    return f"{settings.SHOUWANG.public_url.rstrip('/')}/log/"


def own_origin() -> str:
    """That prefix without its scheme (C2SP tlog-tiles). It is kept from the first day on, whatever the address becomes."""
    return log_url().split("://")[-1].rstrip("/")
