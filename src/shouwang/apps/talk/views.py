"""The residents' pages of the rooms. They translate; `usecases`, `private` and `moderation` decide."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.files import serving
from shouwang.apps.matters.models import Kind
from shouwang.apps.matters.queries import danger_numbers
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.matters.views import live_line, place_of, remember_code
from shouwang.apps.talk import danger, groups, policy, private, queries, usecases
from shouwang.apps.talk import moderation as acts
from shouwang.apps.talk.desk import post_page
from shouwang.apps.talk.finding import find_post, find_room
from shouwang.apps.talk.forms import AppealForm, HeldForm, NicknameForm, PostForm, RoomCodeForm
from shouwang.apps.talk.marks import kind_in_words
from shouwang.apps.talk.models import Member, Moderation, Moved, Room
from shouwang.apps.talk.names import suggestions
from shouwang.apps.talk.reading import Unread, mark_read, unread_in
from shouwang.apps.talk.visitor import Visitor, remember, tokens_of, visitor_of
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.live import log as live
from shouwang.kernel.policy import require

TYPING_EVERY_S = 3
#: Streams that one page follows; the live door takes a few more.
MOST_FOLLOWED = 30


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


# ── the list, and the way in ─────────────────────────────────────────────────────────────────────────────────────────


@never_cache
@require_GET
def room_list(request: HttpRequest) -> HttpResponse:
    """The rooms one may read, one's own first."""
    visitor = visitor_of(request)
    rooms = list(queries.rooms_for(visitor))
    unread = unread_in(rooms, visitor)
    mine = [(one, unread[one.pk]) for one in rooms if one.pk in unread]
    followed = [one.stream for one, _unread in mine][:MOST_FOLLOWED]
    context = {
        "mine": mine,
        "others": [(one, None) for one in rooms if one.pk not in unread],
        "now": timezone.now(),
        "code_form": RoomCodeForm(),
        "founds": visitor.viewer.officer is not None and policy.may_open_rooms(visitor.viewer.officer),
        **live_line(*followed),
    }
    return render(request, "rooms/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_by_code(request: HttpRequest, code: str = "") -> HttpResponse:
    """Type the code from the poster, or come by its QR code; then read the rules and choose a name."""
    if not code:
        form = RoomCodeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                found = _room_of_code(request, form.cleaned_data["code"])
                return redirect("rooms:join-with", code=found.join_code)
            except RuleBroken as why:
                form.add_error("code", why.whole)
        return render(request, "rooms/code.html", {"form": form}, status=400 if form.errors else 200)
    return _join(request, _room_of_code(request, code), by_code=True)


def _room_of_code(request: HttpRequest, code: str) -> Room:
    address = request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
    return usecases.room_of_code(code, address=address, at=timezone.now())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Into a room that anybody may read: the rules first, then a name."""
    one_room, _visitor = find_room(request, slug)
    return _join(request, one_room, by_code=False)


def _join(request: HttpRequest, one_room: Room, *, by_code: bool) -> HttpResponse:
    visitor = visitor_of(request)
    if visitor.member_of(one_room) is not None:
        return redirect("rooms:room", slug=one_room.slug)
    chosen = request.POST.get("suggested")
    form = NicknameForm({"nickname": chosen} if chosen else request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joined = usecases.join(
                one_room,
                visitor=visitor,
                nickname=form.cleaned_data["nickname"],
                at=timezone.now(),
                by_code=by_code,
                token=tokens_of(request).get(str(one_room.pk), ""),
            )
        except RuleBroken as why:
            form.add_error("nickname", why.whole)
        else:
            remember(request, one_room, joined.token)
            return redirect(_last(one_room))
    taken = frozenset(Member.objects.filter(room=one_room).values_list("nickname_key", flat=True))
    context = {"room": one_room, "form": form, "names": suggestions(taken)}
    return render(request, "rooms/join.html", context, status=400 if form.errors else 200)


# ── the room ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _last(one_room: Room, query: str = "") -> str:
    return reverse("rooms:room", args=[one_room.slug]) + query + "#last"


@never_cache
@require_http_methods(["GET", "HEAD"])
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """
    What is said in a room, oldest above; `?before=` goes further back, `?reply=` answers one post, `?new=` says where unread begins.

    What is on the page is read from now on, unless the browser only fetched it in advance.
    """
    one_room, visitor = find_room(request, slug)
    context = room_context(request, one_room, visitor)
    posts, reads = context["page"].posts, context["reads"]
    looked_at = request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")
    if looked_at and posts and reads and posts[-1].seq >= reads.first:
        mark_read(one_room, visitor, posts[-1].seq)
    return render(request, "rooms/room.html", context)


def room_context(request: HttpRequest, one_room: Room, visitor: Visitor, **more: Any) -> dict[str, Any]:
    """What the page of a room shows."""
    now, member = timezone.now(), visitor.member_of(one_room)
    cursor = live.cursor_of(one_room.stream)  # before the page's own queries: what comes meanwhile is told
    page = queries.page_of(one_room, visitor, before=_number(request.GET.get("before")))
    alarm = danger.shown_alarm_of(member, now) if member else None
    answered = _number(request.GET.get("reply"))
    offer = _number(request.GET.get("offer"))
    shown = {post.seq: post for post in page.posts}
    reads = unread_in([one_room], visitor).get(one_room.pk)
    first = _number(request.GET.get("new")) or (reads.first if reads else one_room.last_seq + 1)
    count = max(0, one_room.last_seq + 1 - first) if reads else 0
    return {
        "room": one_room,
        "page": page,
        "now": now,
        "member": member,
        "speaks_by": "station" if usecases.speaking_officer(one_room, visitor) else "resident",
        "speaks_as": usecases.name_in(one_room, visitor),
        "moderates": bool(policy.may_moderate(visitor.viewer.officer, one_room)),
        "cut_off": visitor.viewer.officer is not None and groups.is_cut_off(one_room),
        "may_post": policy.may_post(visitor, one_room, now),
        "acts": queries.acts_on(member, now) if member else [],
        "alarm": alarm,
        "alarm_numbers": danger_numbers(alarm) if alarm else [],
        "reads": reads,
        "unread": Unread(first, count),
        "unread_above": first + queries.ON_A_PAGE if count and page.older and first < page.posts[0].seq else None,
        "offer": shown[offer] if offer in shown and shown[offer].mine and not shown[offer].gone else None,
        "answered": shown.get(answered) if answered else None,
        "form": PostForm(initial={"client_id": get_random_string(22), "reply_to": answered}),
        "live": one_room.stream,
        "live_cursor": cursor[one_room.stream],
        **more,
    }


@require_POST
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """Say something. A plain form; a script that asks for JSON is told the number, or where to go."""
    one_room, visitor = find_room(request, slug)
    form = PostForm(request.POST, request.FILES)
    if not form.is_valid():
        return _not_said(request, one_room, visitor, form, 400)
    try:
        spoken = _speak(request, one_room, visitor, form)
    except RuleBroken as why:
        if _wants_json(request):
            raise
        form.add_error("body", why.whole)
        return _not_said(request, one_room, visitor, form, why.status)
    return _after(request, one_room, spoken, form)


def _speak(
    request: HttpRequest, one_room: Room, visitor: Visitor, form: PostForm, *, masked: bool = False
) -> usecases.Spoken:
    given = form.cleaned_data
    given["refs"] = _files(one_room, visitor, given)
    spoken = usecases.speak(
        one_room,
        visitor=visitor,
        body=given["body"],
        at=timezone.now(),
        masked=masked,
        files=given["refs"],
        place=place_of(given),
        reply_to=given["reply_to"],
        client_id=given["client_id"] or None,
    )
    if spoken.ringing and spoken.ringing.opened:
        remember_code(request, spoken.ringing.opened.held, spoken.ringing.opened.code)
    return spoken


def _files(one_room: Room, visitor: Visitor, given: dict[str, Any]) -> tuple[str, ...]:
    """What was kept while the writer was asked, and what comes now; nothing is kept for somebody who may not write here."""
    require(policy.may_keep(visitor, one_room))
    by = usecases.uploads_by(one_room, visitor)
    return (*given["refs"], *keep_uploads(given["attached"], by=by, client_id=given["client_id"]))


def _after(request: HttpRequest, one_room: Room, spoken: usecases.Spoken, form: PostForm) -> HttpResponse:
    if spoken.post is None:
        if _wants_json(request):
            return JsonResponse({"held": True})
        return _ask_first(request, one_room, spoken, form)
    offer = bool(spoken.post.member_id and spoken.found.incident)
    there = _last(one_room, f"?offer={spoken.post.seq}" if offer else "")
    if _wants_json(request):
        return JsonResponse({"go": there} if offer or spoken.ringing else {"seq": spoken.post.seq})
    return redirect(there)


def _ask_first(request: HttpRequest, one_room: Room, spoken: usecases.Spoken, form: PostForm) -> HttpResponse:
    kinds = [kind_in_words(kind) for kind in dict.fromkeys(mark.kind for mark in spoken.found.identifying)]
    context = {
        "room": one_room,
        "form": HeldForm(initial={**form.cleaned_data, "refs": " ".join(form.cleaned_data["refs"]), "how": ""}),
        "kinds": _("、").join(kinds),
        "masked": spoken.found.masked,
        "ringing": spoken.ringing,
    }
    return render(request, "rooms/held.html", context)


def _not_said(request: HttpRequest, one_room: Room, visitor: Visitor, form: PostForm, status: int) -> HttpResponse:
    if _wants_json(request):
        says = form.errors.get("body", [_("请写几句话再发。")])[0]
        return JsonResponse({"says": str(says)}, status=status)
    return render(request, "rooms/room.html", room_context(request, one_room, visitor, form=form), status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@require_POST
def held(request: HttpRequest, slug: str) -> HttpResponse:
    """The writer's answer to “these words tell who somebody is”: private, masked, or changed by hand."""
    one_room, visitor = find_room(request, slug)
    form = HeldForm(request.POST)
    if not form.is_valid():
        return _not_said(request, one_room, visitor, form, 400)
    if form.cleaned_data["how"] == "private":
        return _to_private(request, one_room, visitor, form)
    try:
        spoken = _speak(request, one_room, visitor, form, masked=form.cleaned_data["how"] == "masked")
    except RuleBroken as why:
        form.add_error("body", why.whole)
        return _not_said(request, one_room, visitor, form, why.status)
    return _after(request, one_room, spoken, form)


def _to_private(request: HttpRequest, one_room: Room, visitor: Visitor, form: HeldForm) -> HttpResponse:
    body = form.cleaned_data["body"]
    private_to = private.go_private(
        one_room,
        visitor=visitor,
        body=body,
        at=timezone.now(),
        files=form.cleaned_data["refs"],
        kind=Kind.REPORT if private.still_personal(one_room, body).incident else Kind.CONSULTATION,
        client_id=form.cleaned_data["client_id"] or None,
    )
    if isinstance(private_to, Opened):
        remember_code(request, private_to.held, private_to.code)
        private_to = private_to.matter
    return redirect("matters:matter", number=private_to.number)


@require_GET
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Words in the room; only what everybody may read is found."""
    one_room, visitor = find_room(request, slug)
    wanted = request.GET.get("q", "").strip()[:60]
    found = queries.search(one_room, visitor, wanted)
    context = {"room": one_room, "wanted": wanted, "found": found, "now": timezone.now(), "most": queries.MOST_FOUND}
    return render(request, "rooms/search.html", context)


# ── one post ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@never_cache
@require_http_methods(["GET", "HEAD"])
def one(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """One post, and what this visitor can do with it."""
    row, seen, _room, visitor = find_post(request, slug, seq)
    return post_page(request, row, seen, visitor)


@require_POST
def take_private(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """The writer takes an own post out of the room, to talk with the police alone."""
    row, _seen, _room, visitor = find_post(request, slug, seq)
    kind = Kind.REPORT if private.still_personal(row.room, row.body).incident else Kind.CONSULTATION
    return _hand_over(request, private.take_private(row, visitor=visitor, at=timezone.now(), kind=kind), visitor)


@require_POST
def to_matter(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """The writer of a post that an officer moved comes to the private talk, and gets its code."""
    row, _seen, _room, visitor = find_post(request, slug, seq)
    if not policy.is_own(visitor, row):
        raise Http404
    return _hand_over(request, get_object_or_404(Moved.objects.select_related("matter"), post=row), visitor)


def _hand_over(request: HttpRequest, moved: Moved, visitor: Visitor) -> HttpResponse:
    code = private.hand_out_code(moved, member=visitor.memberships[moved.room_id])
    if moved.matter_id not in visitor.viewer.held:
        remember_code(request, private.held_code(moved), code)
    return redirect("matters:matter", number=moved.matter.number)


# ── oneself ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest, slug: str) -> HttpResponse:
    """How one is called here, and the way out."""
    one_room, visitor = find_room(request, slug)
    member = visitor.member_of(one_room)
    if member is None:
        return redirect("rooms:join", slug=slug)
    form = NicknameForm(request.POST or None, initial={"nickname": member.nickname})
    if request.method == "POST" and form.is_valid():
        try:
            usecases.rename(one_room, visitor=visitor, nickname=form.cleaned_data["nickname"], at=timezone.now())
            return redirect(_last(one_room))
        except RuleBroken as why:
            form.add_error("nickname", why.whole)
    context = {"room": one_room, "form": form, "member": member, "now": timezone.now()}
    return render(request, "rooms/me.html", context, status=400 if form.errors else 200)


@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Out of the room."""
    one_room, visitor = find_room(request, slug)
    usecases.leave(one_room, visitor=visitor, at=timezone.now())
    return redirect("rooms:list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Why a post of one's own was hidden or why one may not write, and the appeal against it."""
    one_room, visitor = find_room(request, slug)
    member = visitor.member_of(one_room)
    about = Moderation.objects.select_related("post", "room__unit__parent", "appeal", "lifted")
    act = get_object_or_404(about, pk=pk, room=one_room, member=member.pk if member else 0)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        acts.appeal(act, visitor=visitor, words=form.cleaned_data["words"], at=timezone.now())
        return redirect("rooms:appeal", slug=slug, pk=pk)
    context = {
        "room": one_room,
        "act": act,
        "form": form,
        "may_appeal": policy.may_appeal(visitor, act),
        "now": timezone.now(),
    }
    return render(request, "rooms/appeal.html", context, status=400 if form.errors else 200)


# ── presence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_POST
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """What came while the page was open has been seen, up to this number."""
    one_room, visitor = find_room(request, slug)
    require(policy.may_read(visitor, one_room))
    mark_read(one_room, visitor, min(_number(request.POST.get("seq")) or 0, one_room.last_seq))
    return HttpResponse(status=204)


@require_POST
def typing(request: HttpRequest, slug: str) -> HttpResponse:
    """“…正在写”: said to whoever has the room open, never kept, at most once in a few seconds."""
    one_room, visitor = find_room(request, slug)
    name = usecases.name_in(one_room, visitor)
    require(policy.may_post(visitor, one_room, timezone.now()))
    if cache.add(f"typing:{one_room.pk}:{name}", 1, TYPING_EVERY_S):
        live.whisper(one_room.stream, "typing", {"name": name}, audience=Visibility.PUBLIC)
    return HttpResponse(status=204)


@require_GET
def stored_file(request: HttpRequest, slug: str, ref: str, size: str = "") -> HttpResponse:
    """A picture, voice note or document of a post, by the visitor's own right in the room."""
    _room, visitor = find_room(request, slug)
    if size == "thumb":
        return serving.serve_thumb(ref, visitor)
    return serving.serve_display(ref, visitor, request.headers.get("Range", ""))
