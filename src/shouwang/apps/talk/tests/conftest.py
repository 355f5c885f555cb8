"""Rooms and members for the tests of this app."""

from __future__ import annotations

from tests.browser import browser, browser_page, house

__all__ = ["browser", "browser_page", "house"]
