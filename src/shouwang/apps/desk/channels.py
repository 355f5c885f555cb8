"""The desk's page of channels: is work flowing, what may not have arrived, and which group is which room."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.matters import policy as matters_policy
from shouwang.apps.notices import policy
from shouwang.apps.notices.health import channel_health
from shouwang.apps.notices.messages import load_parts, words
from shouwang.apps.notices.models import Gateway, Outbound, State
from shouwang.apps.notices.usecases import desk_found, let_go
from shouwang.apps.talk.groups import is_a_room
from shouwang.apps.talk.models import GroupLink, HeardGroup, Room
from shouwang.apps.units.models import Officer
from shouwang.apps.units.policy import managed_paths, under
from shouwang.kernel import audit
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require

MOST_HEARD = 50


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for type checkers only
    """Which group of which gateway is which room."""

    class Meta:
        model = GroupLink
        fields = ["gateway", "group", "room", "carry_web"]
        help_texts = {
            "group": gettext_lazy("只有数字，在群资料里能看到。"),
            "carry_web": gettext_lazy("打开以后机器人说话多，容易被限制，慎用。"),
        }

    def __init__(self, *args: object, officer: Officer, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        own = under(managed_paths(officer), "unit__path")
        self.fields["room"].queryset = Room.objects.filter(own)  # type: ignore[attr-defined]
        self.fields["gateway"].queryset = Gateway.objects.filter(channel="qq", enabled=True)  # type: ignore[attr-defined]

    def clean_group(self) -> str:
        """Digits only, as the messenger writes them."""
        group: str = self.cleaned_data["group"].strip()
        if not (group.isascii() and group.isdecimal()):
            raise forms.ValidationError(_("群号只有数字。"))
        return group


def heard_by(officer: Officer) -> QuerySet[HeardGroup]:
    """Groups without a room in which a number of the officer's own units is; only for whoever may say which room they are."""
    if not matters_policy.may_manage(officer):
        return HeardGroup.objects.none()
    own = under(managed_paths(officer), "gateway__unit__path") | Q(gateway__unit=None)
    return HeardGroup.objects.filter(own, gateway__enabled=True).select_related("gateway")


def links_of(officer: Officer) -> QuerySet[GroupLink]:
    """The groups of the rooms whose units this officer manages; another station's are not theirs to see or undo."""
    return GroupLink.objects.filter(under(managed_paths(officer), "room__unit__path"))


def groups_context(officer: Officer, form: GroupForm | None) -> dict[str, object]:
    """
    What `desk/_groups.html` shows: everybody at a desk sees which groups are rooms of their station; `form` is None for whoever may not
    say which group is which room.
    """
    own = tuple(post.unit.station.path for post in officer.held_posts)
    seen = under(own, "room__unit__path") | under(managed_paths(officer), "room__unit__path")
    links = list(GroupLink.objects.filter(seen).select_related("gateway", "room"))
    undoable = set(links_of(officer).values_list("pk", flat=True)) if form is not None else set()
    return {
        "form": form,
        "may_link": form is not None,
        "links": [(link, link.pk in undoable) for link in links],
        "heard": heard_by(officer)[:MOST_HEARD],
    }


def linked(request: HttpRequest, form: GroupForm, officer: Officer) -> bool:
    """Carry the form out when it was sent and is right."""
    if request.method != "POST" or not form.is_valid():
        return False
    link = form.save()
    is_a_room(link)
    audit.record("talk.group.linked", by=officer.ref, on=link, at=timezone.now(), room=link.room_id)
    messages.success(request, _("群和房间对上了。群里的话会出现在网页上，民警的话会回到群里。"))
    return True


def unlinked(officer: Officer, pk: int) -> None:
    """The group is no longer this room; what was said stays."""
    require(matters_policy.may_manage(officer))
    link = get_object_or_404(links_of(officer), pk=pk)
    audit.record("talk.group.unlinked", by=officer.ref, on=link, at=timezone.now(), room=link.room_id)
    link.delete()


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """Health of every gateway, messages of uncertain fate, groups and rooms."""
    officer = officer_of(request)
    require(policy.may_see_channels(officer))
    may_link = matters_policy.may_manage(officer)
    form = GroupForm(request.POST or None, officer=officer) if may_link else None
    if form is not None and linked(request, form, officer):
        return redirect("desk:channels")
    rows = [
        (row, words(load_parts(row.body)))
        for row in Outbound.objects.want_an_eye().select_related("gateway__unit").order_by("pk")[:50]
        if policy.may_settle(officer, row)
    ]
    context = desk_context(
        request,
        health=channel_health(timezone.now()),
        eyed=[one for one in rows if one[0].state == State.UNCERTAIN],
        lost=[one for one in rows if one[0].state != State.UNCERTAIN],
        **groups_context(officer, form),
    )
    return render(request, "desk/channels.html", context, status=400 if form is not None and form.errors else 200)


@at_desk
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """A person looked into the chat: it is there, or it is not and leaves by the next road, or nobody wants it sent any more."""
    officer = officer_of(request)
    row = get_object_or_404(Outbound.objects.select_related("gateway__unit"), pk=pk)
    require(policy.may_settle(officer, row))
    found = request.POST.get("arrived")
    if found not in {"yes", "no", "leave"}:
        raise Http404
    try:
        if found == "leave":
            let_go(row, by=officer.ref, at=timezone.now())
        else:
            desk_found(row, arrived=found == "yes", by=officer.ref, at=timezone.now())
    except RuleBroken as why:
        messages.error(request, why.whole)
    return redirect("desk:channels")


@at_desk
@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """The group is no longer this room; what was said stays."""
    unlinked(officer_of(request), pk)
    return redirect("desk:channels")
