"""What the openness room does when it has published something: the community's own rooms hear of it."""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from shouwang.apps.openness.facts import DigestPublished
from shouwang.apps.openness.models import Digest
from shouwang.apps.talk.adding import add, locked
from shouwang.apps.talk.models import Post, Room
from shouwang.kernel.events import listen


@listen(DigestPublished)
def tell_the_rooms(event: DigestPublished) -> None:
    """One post in each active room of the community, by the officer who published; a digest of no community is told nowhere."""
    digest = Digest.objects.select_related("published_by").get(pk=event.digest_id)
    if event.community_id is None or digest.published_by is None:
        return
    words, once = telling_of(digest)
    rooms = Room.objects.filter(community=event.community_id, active=True).order_by("pk")
    for room in rooms.exclude(pk__in=Post.objects.filter(client_id=once).values("room")):
        add(locked(room), at=event.at, body=words, officer=digest.published_by, client_id=once)


def telling_of(digest: Digest) -> tuple[str, str]:
    """The words for a room, and the id under which it hears them once, however often a digest is taken back and mended."""
    address = urljoin(settings.SHOUWANG.public_url, reverse("openness:digest", args=[digest.slug]))
    return _("大家上周提的事，后来怎样了，都写在这里：%(address)s") % {"address": address}, f"digest-{digest.pk}"
