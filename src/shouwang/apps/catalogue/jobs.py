"""What the catalogue does by itself."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.catalogue import phones
from shouwang.apps.catalogue.finding import catch_up
from shouwang.kernel.jobs import every


@every("catalogue.search", minutes=1)
def take_in_what_became_public(_at: datetime) -> None:
    """The words of new versions and of their attachments go into the search."""
    catch_up()


@every("catalogue.phones", seconds=10)
def tell_phones(at: datetime) -> None:
    """A message into the outbox for each phone whose shelf changed; nothing where reminders are off."""
    phones.tell_all(at)
