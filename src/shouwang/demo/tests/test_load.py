"""The demo town: what is drafted in memory is what the use cases would have written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from shouwang.apps.accounts.models import User
from shouwang.apps.cases import parts
from shouwang.apps.cases.models import Case
from shouwang.apps.cases.timeline import ELSEWHERE
from shouwang.apps.catalogue.content import Content
from shouwang.apps.catalogue.models import Draft, Item, Step, Version
from shouwang.apps.catalogue.queries import late
from shouwang.apps.catalogue.usecases import _sane
from shouwang.apps.catalogue.usecases import identifying as identifying_item
from shouwang.apps.desk.queue import sections
from shouwang.apps.disclosure.models import Application
from shouwang.apps.dispatch import timeline as dispatch_timeline
from shouwang.apps.dispatch.models import Post as CrewPost
from shouwang.apps.dispatch.models import Sending, Standby
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.queries import who_answers
from shouwang.apps.incidents import timeline as incidents_timeline
from shouwang.apps.incidents.models import Incident
from shouwang.apps.ledger.checking import faults_of_log
from shouwang.apps.ledger.models import Head
from shouwang.apps.ledger.monthly import monthly, root_now
from shouwang.apps.matters import clock, timeline
from shouwang.apps.matters.danger import look_for_danger
from shouwang.apps.matters.facts import EntryAdded
from shouwang.apps.matters.models import AccessCode, By, Entry, Kind, Matter, Series, Type
from shouwang.apps.matters.timeline import append, locked
from shouwang.apps.matters.usecases import open_by_code
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.mediation.models import Mediation
from shouwang.apps.mediation.queries import figures, shown
from shouwang.apps.openness.models import Digest, DigestItem, Page, Visit
from shouwang.apps.openness.usecases import identifying
from shouwang.apps.papers.models import Paper
from shouwang.apps.papers.models import State as PaperState
from shouwang.apps.penalties.models import Penalty, Stage
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.promises.counting import count, digest_of
from shouwang.apps.promises.models import Promise
from shouwang.apps.promises.queries import sheet_of
from shouwang.apps.recordings.queries import stays_for, waiting_requests
from shouwang.apps.redactions.bytes_of import stored_bytes
from shouwang.apps.redactions.models import Redaction
from shouwang.apps.secrecy.log import every_decision_was_told
from shouwang.apps.secrecy.models import Review
from shouwang.apps.secrecy.models import State as Withholding
from shouwang.apps.secrecy.queries import sheet_of as withheld_sheet_of
from shouwang.apps.talk.models import Gathered, Member, Post, Room
from shouwang.apps.talk.names import clean_nickname
from shouwang.apps.units.models import Officer, Unit
from shouwang.demo import logins
from shouwang.demo.callstory import CREW
from shouwang.demo.cases import DECIDED_HERE
from shouwang.demo.flagships import SAMPLE
from shouwang.demo.load import load_demo
from shouwang.demo.models import DemoTown
from shouwang.demo.shifts import IN_SHIFTS
from shouwang.demo.writing import code_of
from shouwang.engines.dispatch import Point
from shouwang.engines.dispatch.travel import metres
from shouwang.engines.redaction import words_of
from shouwang.kernel import events
from shouwang.kernel.events import Event, listen
from shouwang.kernel.ids import is_matter_number
from tests.cast import at
from tests.kept import kept

NOW = at("2026-11-23 21:40")
SEED = 7
A_LITTLE, CALLS = 0.08, 250
LISTENED = "案卷立好了。"


@contextmanager
def listening(kind: type[Event], listener: Callable[[Any], object]) -> Iterator[None]:
    """One more room listens for a while."""
    listen(kind)(listener)
    try:
        yield
    finally:
        events._listeners[kind].remove(listener)


def note_the_filing(event: EntryAdded) -> None:
    """As a room above would open a case."""
    entry = Entry.objects.get(matter=event.matter_id, seq=event.seq)
    if entry.data.get("what") == "incidents.filed":
        matter = locked(Matter.objects.get(pk=event.matter_id))
        append(matter, Type.NOTE, at=event.at, by=By.HOUSE, visibility=Visibility.STATION, body=LISTENED)


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One small town for all tests that only look at it; each looks from within a transaction of its own."""
    with kept(django_db_blocker), listening(EntryAdded, note_the_filing):
        load_demo(NOW, SEED, share=A_LITTLE, calls=CALLS)
        yield


@pytest.fixture
def town(_loaded: None, db: None) -> DemoTown:
    return DemoTown.objects.get()


def test_its_pages_were_read_every_day(town: DemoTown):
    days = set(Visit.objects.filter(page=Page.HOME).values_list("on", flat=True))
    assert len(days) == (max(days) - min(days)).days + 1 > 100
    assert not Visit.objects.filter(on__gt=NOW.date()).exists()


def test_the_town_is_as_announced(town: DemoTown):
    assert [unit.prefix for unit in Unit.objects.stations()] == ["QS", "HW", "SP"]
    assert Community.objects.count() == 12
    assert Officer.objects.count() == 40
    assert set(Matter.objects.values_list("kind", flat=True)) >= {Kind.CONSULTATION, Kind.HELP, Kind.REPORT}


def test_papers_stand_in_every_state(town: DemoTown):
    assert set(Paper.objects.values_list("state", flat=True)) == set(PaperState.values)
    assert Paper.objects.get(state="issued", kind="no-filing-notice").number == "云溪公（青石镇）不立字〔2026〕1号"


def test_columns_are_what_the_entries_say(town: DemoTown):
    for matter in Matter.objects.all():
        assert timeline.rebuild(matter) == (), matter.number


def test_filings_and_sendings_are_what_the_entries_say(town: DemoTown):
    incidents = Incident.objects.select_related("matter").all()
    assert incidents.count() >= CALLS
    for incident in incidents:
        assert incidents_timeline.rebuild(incident, dry_run=True) == (), incident.matter.number
    sent = Sending.objects.select_related("matter").all()
    assert sent.count() > CALLS / 4
    for sending in sent:
        assert dispatch_timeline.rebuild(sending) == (), sending


def test_crews_drive_as_long_as_it_is_far_and_are_at_one_place_at_a_time(town: DemoTown):
    busy: dict[int, datetime] = {}
    for sending in (
        Sending.objects.filter(crew__name=CREW).select_related("matter__incident", "crew").order_by("made_at")
    ):
        free_from = busy.get(sending.crew_id)
        assert free_from is None or free_from <= sending.made_at, sending
        busy[sending.crew_id] = sending.ended_at or NOW
        assert sending.crew.formed_at <= sending.made_at
        assert sending.crew.ended_at is None or (sending.ended_at or NOW) <= sending.crew.ended_at
        if sending.on_scene_at and sending.en_route_at:
            unit, incident = sending.crew.unit, sending.matter.incident
            km = (
                metres([Point(unit.longitude, unit.latitude)], [Point(incident.longitude, incident.latitude)])[0, 0]
                / 1000
            )
            minutes = (sending.on_scene_at - sending.en_route_at).total_seconds() / 60
            assert km * 1.2 < minutes < km * 6 + 8, (km, minutes)


def test_what_listens_for_a_filing_was_told_of_each(town: DemoTown):
    """What a listener adds stands right behind the filing, whoever else added something there."""
    filed = Entry.objects.filter(data__what="incidents.filed")
    assert filed.count() >= 5
    for entry in filed.select_related("matter"):
        if entry.matter.sendings.filter(crew__name=CREW).exists() or entry.matter.received_at < NOW - timedelta(days=3):
            behind = entry.matter.entries.filter(seq__gt=entry.seq).order_by("seq")[:3]
            assert LISTENED in [one.body for one in behind], entry.matter.number


def test_open_work_is_believable(town: DemoTown):
    """Nothing dangles from months ago; some wait for a decision and most of those in time."""
    calls = Incident.objects.exclude(matter__state="closed")
    oldest = calls.order_by("matter__received_at").first()
    assert oldest is not None
    assert NOW - oldest.matter.received_at < timedelta(days=70)
    undecided = Incident.objects.undecided()
    assert 2 <= undecided.count() < 40
    assert undecided.late(NOW).count() <= 2


def test_every_timeline_keeps_the_rules(town: DemoTown):
    entries: dict[int, list[Entry]] = defaultdict(list)
    for entry in Entry.objects.order_by("matter", "seq"):
        entries[entry.matter_id].append(entry)
    for matter in Matter.objects.prefetch_related("codes"):
        mine = entries[matter.pk]
        assert is_matter_number(matter.number)
        assert [entry.seq for entry in mine] == list(range(1, len(mine) + 1))
        assert all(a.at <= b.at for a, b in pairwise(mine)), matter.number
        assert mine[0].type == Type.RECEIVED
        assert mine[1].type == Type.CLOCK
        assert matter.codes.all()
        assert mine[-1].at <= NOW
        clock.runs_of(mine)


def test_numbers_follow_arrival_without_a_gap(town: DemoTown):
    for series in Series.objects.all():
        numbers = Matter.objects.filter(number__startswith=f"{series.prefix}-{series.year}-").order_by(
            "received_at", "pk"
        )
        serials = [int(number.split("-")[2]) for number in numbers.values_list("number", flat=True)]
        assert serials == list(range(1, series.last + 1))


def test_danger_was_found_where_the_house_would_find_it(town: DemoTown):
    """The same screening, asked again for each message of a sample, finds the same."""
    for matter in Matter.objects.order_by("pk")[:60]:
        found = {e.seq for e in matter.entries.filter(type=Type.DANGER_FOUND)}
        for message in matter.entries.filter(type=Type.MESSAGE, by__in=["resident", "helper"]):
            sid = transaction.savepoint()
            again = look_for_danger(matter, message, at=NOW) is not None
            transaction.savepoint_rollback(sid)
            assert again == (message.seq + 1 in found), message.body


def test_whoever_works_in_shifts_keeps_nothing_after_leaving(town: DemoTown):
    present = set(DutySpan.objects.on_now().values_list("officer", flat=True))
    shift_workers = Officer.objects.filter(user__username__in=IN_SHIFTS).exclude(pk__in=present)
    left_behind = Matter.objects.open().filter(handler__in=shift_workers)
    assert [m.number for m in left_behind] == []


def test_chen_is_at_the_desk(town: DemoTown):
    station = Unit.objects.get(prefix="QS")
    answering = who_answers(station)
    assert answering is not None
    assert answering.user.username == "chen"


def test_the_queue_is_alive_in_all_its_sections(town: DemoTown):
    chen = Officer.objects.get(user__username="chen")
    shown = {section.key for section in sections(Viewer(officer=chen), NOW)}
    assert shown >= {"danger", "offered", "due", "waiting", "disputed"}


def test_a_complaint_is_kept_from_whom_it_is_about(town: DemoTown):
    about = Matter.objects.exclude(kept_from=None)
    assert about.count() >= 1
    for matter in about:
        officer = matter.kept_from.get()
        assert matter.handler != officer
        assert not Matter.objects.visible_to(Viewer(officer=officer)).filter(pk=matter.pk).exists()


def test_the_catalogue_is_what_the_use_cases_would_have_made(town: DemoTown):
    items = list(Item.objects.for_lists().select_related("unit__parent"))
    for prefix in ("QS", "HW", "SP"):
        assert sum(item.unit.prefix == prefix and item.state == "published" for item in items) >= 30
    for item in items:
        duty = ("kind", "name", "group", "source", "owner", "post", "leader", "every", "renew")
        assert _sane(item.unit, {name: getattr(item, name) for name in duty})
        assert item.current is not None
        assert identifying_item(item.current.content, item.unit) == []
    for version in Version.objects.all():
        assert version.sha256 == version.content.digest
        assert version.content.body == version.body
    assert Version.objects.filter(number=2).count() == 15
    assert [step.at for step in Step.objects.order_by("pk")] == sorted(Step.objects.values_list("at", flat=True))
    assert {(row.item.unit.prefix, row.item.kind) for row in late(NOW.date())} == {
        ("QS", "cameras"),
        ("QS", "online"),
        ("HW", "situation"),
        ("HW", "contacts"),
        ("HW", "recruitment"),
        ("SP", "prevention"),
        ("SP", "promises"),
    }
    assert Draft.objects.get().proposed_by is not None


def test_the_log_has_two_years_of_signed_heads(town: DemoTown):
    heads = list(Head.objects.order_by("pk"))
    assert NOW - heads[0].at > timedelta(days=730)
    assert [one.size for one in heads] == sorted({one.size for one in heads})
    for n in range(1, 25):
        year, month = divmod(NOW.year * 12 + NOW.month - 1 - n, 12)
        found = monthly(year, month + 1, NOW)
        assert found is not None
        assert root_now(found.head.size) == bytes(found.head.root)
        assert (timezone.localtime(found.head.at).year, timezone.localtime(found.head.at).month) == (year, month + 1)
    assert list(faults_of_log(NOW)) == []


def test_applications_in_all_states(town: DemoTown):
    applications = Application.objects.select_related("matter")
    assert len(applications) == 63
    assert len({one.matter.state for one in applications}) >= 2
    assert {one.applicant for one in applications} == {"person", "business"}


def test_withholding_in_all_states(town: DemoTown):
    today = timezone.localdate(NOW)
    assert set(Review.objects.values_list("state", flat=True)) == set(Withholding.values)
    (ended,) = Review.objects.ended(today)
    assert withheld_sheet_of(ended.proposed_by, today).ended == [ended]
    refused = Application.objects.filter(outcome__in=["refuse", "partly"], answered_at__isnull=False)
    assert {one.ref for one in refused} <= set(Review.objects.values_list("about", flat=True)), (
        "no ground, no withholding"
    )
    assert list(every_decision_was_told()) == []


def test_documents_for_the_public_lack_whom_they_tell_of(town: DemoTown):
    ready = Redaction.objects.filter(state="released").for_pages()
    assert len(ready) == 30
    assert {one.unit.prefix for one in ready} == {"QS", "HW", "SP"}
    for one in ready:
        assert one.copy is not None
        text = words_of(stored_bytes(one.copy))
        hidden = [mark.words for mark in one.marks.filter(hide=True)]
        assert len(hidden) >= 5
        assert not [words for words in hidden if len(words) > 1 and words in text]
        assert one.reviewer != one.drafter
    waits = Redaction.objects.exclude(state="released").values_list("state", flat=True)
    assert sorted(waits) == ["draft"] * 6 + ["review"] * 6


def test_promises_and_their_scorecards_are_what_the_house_would_have_made(town: DemoTown):
    promises = list(Promise.objects.with_all())
    for prefix in ("QS", "HW", "SP"):
        assert sum(one.station.prefix == prefix for one in promises) >= 8
    for one in promises:
        for version in one.versions.all():
            said = {**version.wording, "since": version.since.isoformat()}
            assert version.sha256 == digest_of(said)
            content = Content(version.title, version.article, version.note)
            assert identifying_item(content, one.station) == []
        for card in one.scorecards.all():
            found = count(one, card.version, card.first, card.end, card.at)
            assert card.tally == found  # the count of that night, counted again
            assert card.sha256 == digest_of(card.told)
    months = {card.first for one in promises for card in one.scorecards.all()}
    assert {date(2026, month, 1) for month in (8, 9, 10)} <= months
    assert sheet_of(Officer.objects.get(user__username="liang"), NOW)


def test_nobody_in_it_can_be_real(town: DemoTown):
    for person in Person.objects.all():
        assert person.phone == "" or person.phone.startswith("1300000")
        region = re.sub(r"^9\d(?=\d{6}MA)", "", person.id_number)[:6]  # an organisation's code tells its kind first
        assert region in {"", "990000"}, (
            "no such region: neither a person's number nor an organisation's code is anybody's"
        )


def test_the_sample_code_opens_the_mothers_matter(town: DemoTown):
    held = open_by_code(code_of(SEED, SAMPLE), address="x", at=NOW, tries_per_hour=5)
    assert Matter.objects.get(pk=held.matter_id).reporter.pseudonym == "在深圳的妈妈"


def test_an_everyday_code_opens_its_matter(town: DemoTown):
    matter = Matter.objects.filter(channel="web").order_by("pk").first()
    assert matter is not None
    held = open_by_code(code_of(SEED, matter.number, 0), address="x", at=NOW, tries_per_hour=5)
    assert held.matter_id == matter.pk


def test_a_helper_holds_a_code_of_the_same_matter(town: DemoTown):
    for entry in Entry.objects.filter(type=Type.HELPER_ADDED):
        code = AccessCode.objects.get(pk=entry.data["code"])
        assert (code.matter_id, code.holder, code.label) == (entry.matter_id, "helper", entry.data["label"])


def test_an_officer_signs_in_with_the_printed_password_and_digits(town: DemoTown, client: Client):
    client.post("/accounts/login/", {"login": "chen", "password": logins.password()})
    answer = client.post("/accounts/2fa/authenticate/", {"code": logins.code_now("chen")[0]})
    assert answer.status_code == 302
    page = client.get("/desk/")
    assert page.status_code == 200
    assert "陈建国" in page.content.decode()


def test_digits_are_only_told_of_demo_accounts(town: DemoTown):
    assert logins.is_demo_account(User.objects.get(username="chen"))
    User.objects.create(username="real")
    assert not logins.is_demo_account(User.objects.get(username="real"))


def test_the_villages_talk(town: DemoTown):
    for room in Room.objects.all():
        posts = list(room.posts.order_by("seq"))
        assert [post.seq for post in posts] == list(range(1, room.last_seq + 1))
        assert all(a.at <= b.at <= NOW for a, b in pairwise(posts))
        assert all(post.name for post in posts)
    assert Post.objects.filter(via="qq").exists()


def test_neighbours_go_by_names_a_room_admits_and_speak_of_others(town: DemoTown):
    others = {slug: name[:2] for slug, name in Community.objects.values_list("slug", "name")}
    for member in Member.objects.select_related("room"):
        assert clean_nickname(member.nickname) == member.nickname
        from_elsewhere = tuple(name for slug, name in others.items() if slug != member.room.slug)
        assert not member.nickname.startswith(from_elsewhere), member
    assert not [post.body for post in Post.objects.exclude(member=None) if post.name in post.body]


def test_what_is_gathered_in_a_room_says_what_became_of_it(town: DemoTown):
    marks = Gathered.objects.select_related("post", "by")
    assert {mark.kind for mark in marks} == {Gathered.Kind.QUESTION, Gathered.Kind.SUGGESTION}
    assert all(mark.post.at < mark.at <= NOW for mark in marks)
    long_ago = [mark.post_id for mark in marks if mark.post.at < NOW - timedelta(days=12)]
    assert long_ago
    assert set(long_ago) == set(marks.exclude(done="").filter(post__in=long_ago).values_list("post", flat=True))


def test_weeks_are_public_and_the_rooms_have_heard_of_them(town: DemoTown):
    published = Digest.objects.published()
    assert published.exists()
    assert DigestItem.objects.shown().filter(digest__in=published, post__isnull=False).exists(), "from the rooms too"
    for digest in published:
        assert all(not identifying(item) for item in digest.items.shown().with_all())
    told = Post.objects.filter(client_id__startswith="digest-")
    assert told.exists()
    assert {int(post.client_id.removeprefix("digest-")) for post in told} <= set(published.values_list("pk", flat=True))


def test_stays_with_and_without_gaps_wait_for_the_chief(town: DemoTown):
    """One explained, one whole, one that nobody explained yet, and somebody who is inside now; and a copy that is asked for."""
    chief = Officer.objects.get(user__username="liang")
    rows = {row.stay.client_id: row for row in stays_for(chief, "all", NOW)}
    assert [seen.explained is not None for seen in rows["demo:bicycle"].gaps] == [True]
    assert rows["demo:brawl"].gaps == []
    assert [seen.minutes for seen in rows["demo:brawl-other"].unexplained] == [12]
    assert rows["demo:brawl-unknown"].stay.left_at is None
    (asked,) = waiting_requests(chief)
    assert asked.stay == rows["demo:bicycle"].stay


def test_quarrels_are_mediated_and_each_stands_differently(town: DemoTown):
    """One agreed and performed, one that waits, one that failed and goes on as a case, and neighbours who agreed on quiet nights."""
    chief = Officer.objects.get(user__username="liang")
    found = figures(chief, NOW)
    assert (found.begun, found.agreed, found.performed, found.broken) == (4, 4, 1, 1)
    failed = Mediation.objects.select_related("matter").get(ended_why="broken")
    assert failed.matter.due_rule == "psl-limit"
    assert [row.late for row in shown(chief, "due", NOW)] == [True, False]


def test_every_closed_case_has_what_its_result_asks_for(town: DemoTown) -> None:
    closed = Case.objects.exclude(closed_at=None).select_related("matter")
    assert {Case.Result.PENALISED, Case.Result.MEDIATED, Case.Result.SPARED} <= set(
        closed.values_list("result", flat=True)
    )
    for case in closed:
        elsewhere = case.matter.entries.filter(data__what=ELSEWHERE).values_list("body", flat=True).first() or ""
        assert parts.lacks(case, case.result, elsewhere=elsewhere) == [], case
        assert parts.blocks(case, NOW) == [], case
        assert case.report


def test_some_were_decided_here_with_all_that_belongs_to_it(town: DemoTown) -> None:
    here = Penalty.objects.filter(case__closed_at__isnull=False, case__archived_at=None)
    assert 0 < here.count() <= DECIDED_HERE
    for one in here.select_related("case"):
        assert one.stage == Stage.DONE, "served and paid"
        assert one.decided_by_id != one.proposed_by_id
        decision = Paper.objects.get(about=one.ref, kind="penalty-decision")
        assert (decision.state, decision.number != "") == ("issued", True)
        assert Paper.objects.get(matter=one.case.pk, kind="closing-report").state == "issued"


def test_stations_have_posts_and_a_crew_waits_at_one(town: DemoTown) -> None:
    assert {post.unit.prefix for post in CrewPost.objects.select_related("unit")} == {"QS", "HW"}
    assert CrewPost.objects.filter(unit=Unit.objects.get(prefix="QS")).count() == 3
    (standby,) = Standby.objects.filter(ended_at=None)
    assert standby.acknowledged_at is not None


def test_life_follows_the_clock(town: DemoTown):
    """Matters that residents bring, beside calls: these come at any hour."""
    brought = Matter.objects.filter(incident=None)
    hours = [timezone.localtime(moment).hour for moment in brought.values_list("received_at", flat=True)]
    night, morning = sum(h < 6 for h in hours), sum(8 <= h < 11 for h in hours)
    assert morning > 3 * night
    first = brought.order_by("received_at").first()
    assert first is not None
    assert NOW - first.received_at > timedelta(days=110)
    answered = brought.exclude(first_answer_at=None).count()
    assert answered > 0.9 * brought.count()
