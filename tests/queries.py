"""How much a page asks of the database: the same for one as for many."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(browser: Client, address: str, **wanted: Any) -> int:
    """
    How many queries this page takes when nothing is remembered from earlier ones; what is kept half a minute would be asked
    again in the middle of a slow test.
    """
    browser.get(address, **wanted)  # whatever is asked once a process, or a session
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(address, **wanted)
    assert page.status_code == 200
    return len(asked)
