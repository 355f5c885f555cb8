"""What both sides of a storm have to know: the process that drives it, and the ones inside the house."""

from __future__ import annotations

BOT = 10000
TOKEN = "lamp-in-the-window"


def words_of(number: int) -> str:
    """The words of the n-th message to QQ."""
    return f"第 {number} 盏路灯修好了。"
