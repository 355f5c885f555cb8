"""Journeys of this room have a house and a browser."""

from tests.browser import browser, browser_page, house

__all__ = ["browser", "browser_page", "house"]
