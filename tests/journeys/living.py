"""What journeys share: the small cast living in a running house, an officer's signed-in page, and what a sound page is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from shouwang.apps.units.models import Officer
from tests.browser import DESK, House, axe, no_sideways_scroll
from tests.cast import Cast, assemble, sign_in

Open = Callable[..., Page]


@pytest.fixture
def cast(house: House) -> Cast:
    """The small cast, living in the running house."""
    return assemble()


def at_desk(open_page: Open, house: House, one: Officer, width: int = DESK, **look: object) -> Page:
    """A page in which this officer is signed in with a second factor."""
    client = Client()
    sign_in(client, one)
    page = open_page(width=width, **look)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": house.url}])
    return page


def in_good_shape(page: Page) -> None:
    """No accessibility fault, nothing to push sideways."""
    assert axe(page) == []
    no_sideways_scroll(page)
