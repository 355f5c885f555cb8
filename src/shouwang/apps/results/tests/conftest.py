"""The scene of penalties, for what is published of them."""

from shouwang.apps.penalties.tests.conftest import court

__all__ = ["court"]
