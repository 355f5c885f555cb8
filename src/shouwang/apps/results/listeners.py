"""What happens in a case may take its decision from the public page: a record that is sealed, a decision that is quashed."""

from __future__ import annotations

from shouwang.apps.matters.facts import EntryAdded
from shouwang.apps.matters.models import Type
from shouwang.apps.results.usecases import take_down_what_must_go
from shouwang.kernel.events import listen


@listen(EntryAdded)
def take_down(event: EntryAdded) -> None:
    """In the transaction of what happened: nothing is sealed and public at once."""
    if event.type == Type.HAPPENED:
        take_down_what_must_go(event.matter_id, at=event.at)
