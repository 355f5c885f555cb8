"""Every journey has a house and a browser."""

from tests.browser import browser, browser_page, house

__all__ = ["browser", "browser_page", "house"]
