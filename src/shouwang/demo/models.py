"""Whether this house holds the demo town."""

from __future__ import annotations

from django.db import models


class DemoTown(models.Model):
    """
    The row that says: these are invented data. A house set up by the wizard never has it.

    seed          what the town was made from
    seen_from     the present moment the story was told for; nothing in the town is later
    """

    seed = models.PositiveIntegerField()
    seen_from = models.DateTimeField()
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"demo town {self.seed}, {self.seen_from:%Y-%m-%d %H:%M}"
