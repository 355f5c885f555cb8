"""
Updates to requests, as the extension of GeoReport v2 that FixMyStreet speaks writes them: `servicerequestupdates`.

Source: wiki.open311.org/GeoReport_v2/service_request_updates and the Open311 page of the FixMyStreet documentation. Who reads what is
decided where requests are read: the published digest for everybody, the conversation for whoever shows the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.matters import story
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.forms import attachments, words
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.queries import conversation
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.matters.timeline import fact_of
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.matters.viewer import Viewer
from shouwang.doors.open311.requests import Asked, MediaUrl, not_fetched, public_id, read_public
from shouwang.kernel.errors import Conflict
from shouwang.kernel.fields import blind

#: Names an update from a published digest: a request has one, the station's own sentence.
PUBLISHED = "d"


class UsedBefore(Conflict):
    """Other words came under this `update_id` before."""

    code = "open311.update-used"
    hint = gettext_lazy("要再说一句，请换一个 update_id。")


def update_id(matter: Matter | int, which: int | str) -> str:
    """Which update of which request; as hard to guess as the request's own id."""
    return f"{public_id(matter)}-{which}"


def public_updates(asked: Asked) -> Iterator[dict[str, Any]]:
    """What published digests say, one update for each request: never a resident's words, and never the hour."""
    for one in read_public(asked):
        yield {
            "update_id": f"{one['service_request_id']}-{PUBLISHED}",
            "service_request_id": one["service_request_id"],
            "status": str(one["status"]).upper(),
            "updated_datetime": one["updated_datetime"],
            "description": one["description"],
            "media_url": "",
        }


def held_updates(matter: Matter, viewer: Viewer, since: date | None, until: date | None) -> Iterator[dict[str, Any]]:
    """The conversation as the holder of the code reads it on the page. Files stay there."""
    states = _states(matter)
    for entry in conversation(matter, viewer):
        day = timezone.localdate(entry.at)
        if (since is not None and day < since) or (until is not None and day > until):
            continue
        says = [text for text in (entry_sentence(entry), entry.body) if text]
        yield {
            "update_id": update_id(matter, entry.seq),
            "service_request_id": public_id(matter),
            "status": "CLOSED" if states[entry.seq] == story.CLOSED else "OPEN",
            "updated_datetime": timezone.localtime(entry.at).isoformat(timespec="seconds"),
            "description": "\n".join(dict.fromkeys(says)),
            "media_url": "",
        }


def _states(matter: Matter) -> dict[int, str]:
    """How the matter stood after each entry."""
    standing, found = story.Standing(), {}
    for entry in matter.entries.order_by("seq"):
        standing = story.step(standing, fact_of(entry))
        found[entry.seq] = standing.state
    return found


class UpdateForm(MediaUrl, forms.Form):
    """
    POST servicerequestupdates. `update_id` is the sender's own name for it, and makes sending again harmless. Who sends it is proved by the
    code alone, so that `email`, `first_name` and the like of the extension are not asked for.
    """

    service_request_id = forms.CharField(
        max_length=60, error_messages={"required": gettext_lazy("请写 service_request_id。")}
    )
    update_id = forms.CharField(max_length=200, error_messages={"required": gettext_lazy("请写 update_id。")})
    status = forms.CharField(required=False, max_length=40)
    updated_datetime = forms.CharField(required=False, max_length=40)
    description = words(gettext_lazy("要说的"), required=gettext_lazy("请在 description 里写几句。"))
    media_url = forms.CharField(required=False, max_length=500)
    pictures = attachments()

    def clean_status(self) -> str:
        said = str(self.cleaned_data["status"]).upper()
        if said not in {"", "OPEN", "CLOSED"}:
            raise forms.ValidationError(_("status 只有 open 和 closed。"))
        return said

    def clean_updated_datetime(self) -> str:
        """When the sender says it was written. The timeline has the moment at which it came."""
        typed = str(self.cleaned_data["updated_datetime"]).replace(" ", "+")
        try:
            sound = not typed or parse_datetime(typed) is not None
        except ValueError:
            sound = False
        if not sound:
            raise forms.ValidationError(_("%(name)s 要写成 2026-11-23T00:00:00+08:00。") % {"name": "updated_datetime"})
        return typed


def add(matter: Matter, viewer: Viewer, given: dict[str, Any], *, at: datetime) -> Entry:
    """
    The words become a message of the matter, like those from its page; only the station closes it, so `CLOSED` is a sentence.

    Raises UsedBefore when other words came under the same `update_id`.
    """
    held = viewer.held[matter.pk]
    body = given["description"]
    if given["status"] == "CLOSED":
        body = "\n".join([body, _("（对我来说，这件事已经解决了。）")])
    if given["media_url"]:
        body = f"{body}\n{not_fetched(given['media_url'])}"
    sender = f"{held.code_id}|{given['update_id']}"
    client_id = f"open311:{blind(sender, 'open311.update')[:30]}"
    before = matter.entries.filter(client_id=client_id).first()
    if before is not None and before.body != matters.clean_text(body):
        raise UsedBefore(_("这个 update_id 用过了，写的是别的话。"))
    files = keep_uploads(given["pictures"], by=f"code:{held.code_id}", client_id=client_id)
    return matters.say(matter, viewer=viewer, at=at, body=body, files=files, client_id=client_id)
