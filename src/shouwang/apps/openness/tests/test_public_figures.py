"""
The public figures: true also when they are bad, computable by anybody from the dump, and without a trace of any person.

The dump is checked against the database by a plain rule, the page against the dump by the script that outsiders get.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import io
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import Kind, Matter
from shouwang.apps.openness import dump, measures, phrases
from shouwang.apps.openness.models import Digest, Visit
from shouwang.apps.openness.rare import FEW
from shouwang.apps.openness.usecases import draft_last_week, publish_digest, write_item
from shouwang.apps.people.models import Person
from tests.cast import MONDAY, SHANGHAI, Cast, as_officer, assemble, at, consultation, with_code
from tests.kept import kept

from .conftest import Clock

SCRIPT = Path(__file__).parents[5] / "bin" / "recompute-numbers.py"
NIGHT = at("2026-11-24 00:12")
#: Nothing of these may ever be public.
CANARIES = ["张晓梅", "13800138000", "330102199001011234", "柳溪村三组", "月季花巷", "桥头麻将馆"]


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recompute_numbers", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECOMPUTE = script()


def a_busy_autumn(cast: Cast) -> None:
    """Two stations, sixty matters over three months, told by the use cases; the same in every run."""
    chance = random.Random(7)
    reporter = Person.objects.create(
        name=CANARIES[0], phone=CANARIES[1], id_number=CANARIES[2], pseudonym="月季", created_at=MONDAY
    )
    for n in range(60):
        came = at("2026-09-02 08:00") + timedelta(days=n * 1.35, minutes=chance.randrange(600))
        unit, desk, leader = (cast.hewan, cast.meng, cast.fan) if n % 4 == 0 else (cast.qingshi, cast.chen, cast.liang)
        kind = chance.choice(["consultation"] * 6 + ["help", "suggestion", "problem", "complaint", "report"])
        opened = usecases.open_matter(
            unit,
            kind=kind,
            channel="web",
            at=came,
            title=f"{CANARIES[3]} {n}",
            body=f"我叫{CANARIES[0]}，住{CANARIES[4]}，{CANARIES[5]}太吵，电话 {CANARIES[1]}",
            reporter=reporter,
            community=cast.liuxi if unit == cast.qingshi else None,
            safe_contact=n % 17 == 3,
        )
        matter = opened.matter
        writer = leader if kind == "complaint" else desk
        if n % 7 == 1:
            usecases.answer_automatically(matter, body="带户口本。", guide="birth", confidence=0.9, at=came)
        if n % 9 == 5 and kind != "complaint":
            other = cast.hewan if unit == cast.qingshi else cast.qingshi
            usecases.offer_transfer(matter, to=other, by=desk, reason="在那边", at=came + timedelta(minutes=2))
            matter.refresh_from_db()
            usecases.return_transfer(
                matter,
                by=cast.meng if other == cast.hewan else cast.chen,
                reason="不在",
                at=came + timedelta(minutes=9),
            )
        if n % 6 == 2:
            continue  # still waiting
        answered = came + timedelta(minutes=chance.randrange(2, 900))
        matter.refresh_from_db()
        usecases.say(matter, viewer=as_officer(writer), at=answered, body=f"{CANARIES[0]}，您好")
        if n % 3:
            finish(opened, cast, leader, answered + timedelta(hours=3), stars=chance.randrange(1, 6), n=n)


def publish_the_last_weeks(cast: Cast) -> None:
    """Every second question is put into words, and so is everything else."""
    draft_last_week(at=NIGHT)
    for digest in Digest.objects.all():
        by = cast.liang if digest.unit == cast.qingshi else cast.fan
        for n, item in enumerate(digest.items.publishable()):
            write_item(item, by=by, sentence="有人说了一件事。" if n % 2 == 0 else "", shown=True, at=NIGHT)
        publish_digest(digest, by=by, at=NIGHT)


def finish(opened: Any, cast: Cast, leader: Any, when: datetime, *, stars: int, n: int) -> None:
    matter = Matter.objects.get(pk=opened.matter.pk)
    usecases.close(matter, by=leader, reason="answered", words=f"{CANARIES[5]}的事办好了", at=when)
    viewer = with_code(opened)
    if n % 8 == 1:
        usecases.dispute(matter, viewer=viewer, words="没有办好", at=when + timedelta(hours=1))
        if n % 16 == 1:
            matter.refresh_from_db()
            usecases.review(matter, by=cast.shao, upheld=n % 32 == 1, words="重新看过", at=when + timedelta(hours=5))
    elif n % 2:
        usecases.rate(matter, viewer=viewer, stars=stars, words="月季花巷的人都说好", at=when + timedelta(hours=2))


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    with kept(django_db_blocker):
        cast = assemble()
        with pytest.MonkeyPatch.context() as patched:
            Clock(patched).at(NIGHT)
            a_busy_autumn(cast)
        for n in range(40):
            Visit.objects.create(unit=cast.qingshi, on=NIGHT.date() - timedelta(days=n), page="home", count=20 + n)
            Visit.objects.create(unit=cast.hewan, on=NIGHT.date() - timedelta(days=n), page="ask", count=n + 1)
        yield cast


@pytest.fixture
def autumn(lived: Cast, db: None, clock: Clock) -> Cast:
    """Two stations after a busy autumn, at night; every test of this file that asks the database finds them."""
    clock.at(NIGHT)
    return lived


class TestTheDump:
    def test_it_has_a_row_for_every_matter_of_the_days_before(self, autumn: Cast) -> None:
        consultation(autumn, at=at("2026-11-24 00:01"))
        made = dump.read(dump.make(NIGHT))
        assert len(made.matters) == 60, "what came today is in tomorrow's dump"
        assert made.day == date(2026, 11, 24)

    def test_its_rows_are_those_of_the_database(self, autumn: Cast) -> None:
        made = {row.row: row for row in dump.read(dump.make(NIGHT)).matters}
        for matter in Matter.objects.select_related("unit", "unit_first"):
            row = made[dump.row_id(made_day := NIGHT.date(), matter.pk)]
            came = matter.received_at.astimezone(SHANGHAI)
            assert made_day > came.date()
            assert row.arrived == came.date().isoformat()
            assert (row.station, row.station_now) == (matter.unit_first.prefix, matter.unit.prefix)
            assert row.minutes_to_answer == (
                None if matter.first_answer_at is None else (matter.first_answer_at - came) // timedelta(minutes=1)
            )
            assert row.kind in {matter.kind, "other"}
            assert row.overdue == int(matter.is_open and matter.due_at is not None and matter.due_at < NIGHT)
            assert (row.rating, row.state) == (matter.rating, matter.state)
            assert row.reason in ({matter.reason, "other"} if matter.state == "closed" else {""})
            assert row.disputed == int(matter.disputes > 0)

    def test_nothing_that_tells_who_is_in_any_file(self, autumn: Cast) -> None:
        there = dump.make(NIGHT)
        whole = "".join((there / name).read_text() for name in dump.FILES)
        for canary in CANARIES:
            assert canary not in whole
        for matter in Matter.objects.all():
            assert matter.number not in whole
        assert autumn.liuxi.name not in whole
        assert autumn.liuxi.slug not in whole
        assert not re.search(r"\d\d:\d\d", "".join((there / f).read_text() for f in dump.CSV_FILES)), "no time of day"
        assert not any(one.public_name in whole or one.name in whole for one in autumn.everybody().values())

    def test_complaints_and_those_who_must_be_safe_have_no_kind_of_their_own(self, autumn: Cast) -> None:
        made = {row.row: row for row in dump.read(dump.make(NIGHT)).matters}
        delicate = [m for m in Matter.objects.all() if m.kind == "complaint" or m.safe_contact or m.danger]
        assert delicate
        assert {made[dump.row_id(NIGHT.date(), matter.pk)].kind for matter in delicate} == {"other"}

    def test_a_result_that_fewer_than_three_share_in_a_month_is_not_named(self, autumn: Cast) -> None:
        solved = Matter.objects.filter(state="closed", unit_first=autumn.qingshi, kind=Kind.CONSULTATION)
        rare, *_others = solved.filter(received_at__gte=at("2026-10-01 00:00"), safe_contact=False)
        Matter.objects.filter(pk=rare.pk).update(reason="not-filed")
        made = {row.row: row for row in dump.read(dump.make(NIGHT)).matters}
        assert made[dump.row_id(NIGHT.date(), rare.pk)].reason == "other"
        named = Counter(
            (row.station, row.arrived[:7], row.kind, row.reason)
            for row in made.values()
            if row.reason not in {"", "other"}
        )
        assert named, "what many share is named"
        assert min(named.values()) >= FEW

    def test_the_same_day_gives_the_same_bytes_and_another_day_other_rows(self, autumn: Cast) -> None:
        first = dump.files_of(dump.collect(NIGHT))
        assert first == dump.files_of(dump.collect(NIGHT))
        tomorrow = {row.row for row in dump.collect(NIGHT + timedelta(days=1)).matters}
        assert not tomorrow & {row.row for row in dump.collect(NIGHT).matters}

    def test_csv_and_json_say_the_same_and_the_sums_are_right(self, autumn: Cast) -> None:
        there = dump.make(NIGHT)
        whole = json.loads((there / "numbers.json").read_text())
        for table in ("matters", "visits", "quarters", "stations"):
            said = list(csv.reader(io.StringIO((there / f"{table}.csv").read_text())))
            assert said[0] == whole[table]["columns"] == list(whole["schema"][table])
            assert said[1:] == [["" if cell is None else str(cell) for cell in row] for row in whole[table]["rows"]]
        for name, digest in dump.sums(there).items():
            assert hashlib.sha256((there / name).read_bytes()).hexdigest() == digest

    def test_it_is_made_once_a_day_and_old_ones_go(self, autumn: Cast, open_folder: Path) -> None:
        first = dump.make(NIGHT)
        before = (first / "numbers.json").read_bytes()
        consultation(autumn, at=at("2026-11-23 23:00"))
        assert dump.make(NIGHT + timedelta(hours=9)) == first
        assert (first / "numbers.json").read_bytes() == before
        for day in (1, 2, 3):
            dump.make(NIGHT + timedelta(days=day))
        assert [one.name for one in dump.all_dumps()] == ["2026-11-26", "2026-11-27"]
        assert len(list(open_folder.iterdir())) == dump.KEPT, "nothing half made is left"


class TestAnybodyCanCheck:
    def test_every_figure_of_the_page_is_recomputed_from_the_dump(
        self, autumn: Cast, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        publish_the_last_weeks(autumn)
        there = dump.make(NIGHT)
        assert {row.asked for row in dump.read(there).digests} >= {"consultation", "problem"}
        page = tmp_path / "figures.json"
        for station, period in product(["", "QS", "HW"], ["30", "90", "365", "2026-10", "2026-09", "2025-12"]):
            page.write_text(client.get(f"/numbers/figures.json?station={station}&period={period}").text)
            said = json.loads(page.read_text())
            assert (said["station"], said["period"]) == (station, period)
            assert said["dump"] == hashlib.sha256((there / "numbers.json").read_bytes()).hexdigest()
            assert RECOMPUTE.main([str(there), "--against", str(page)]) == 0, capsys.readouterr().out

    def test_the_script_finds_a_wrong_figure_and_a_changed_file(
        self, autumn: Cast, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        there = dump.make(NIGHT)
        said = client.get("/numbers/figures.json?station=QS").json()
        said["now"]["wait"]["median"] = 1
        page = tmp_path / "figures.json"
        page.write_text(json.dumps(said))
        assert RECOMPUTE.main([str(there), "--against", str(page)]) == 1
        assert "/now/wait/median" in capsys.readouterr().out
        (there / "visits.csv").write_text("station,on,page,readings\nQS,2026-11-01,home,999\n")
        assert RECOMPUTE.main([str(there)]) == 1
        assert "visits.csv" in capsys.readouterr().out

    @given(st.lists(st.none() | st.integers(0, 5000), max_size=60))
    def test_waits_by_the_page_and_by_the_script(self, minutes: list[int | None]) -> None:
        rows = [{"minutes_to_answer": "" if one is None else str(one)} for one in minutes]
        found = measures.wait(minutes)
        assert RECOMPUTE.answer_times(rows) == {
            name: getattr(found, name) for name in measures.Wait.__dataclass_fields__
        }

    @given(st.integers(0, 400), st.integers(0, 400))
    def test_shares_by_the_page_and_by_the_script(self, good: int, bad: int) -> None:
        found = measures.share(good, good + bad)
        assert RECOMPUTE.part(good, good + bad) == {
            "n": good, "of": good + bad, "low": pytest.approx(found.low, abs=2e-6), "high": pytest.approx(found.high, abs=2e-6),
        }  # fmt: skip


class TestWaits:
    @given(st.lists(st.none() | st.integers(0, 500), min_size=1, max_size=40))
    def test_the_median_is_the_least_time_within_which_half_were_answered(self, minutes: list[int | None]) -> None:
        found = measures.wait(minutes)
        within = [m for m in range(501) if 2 * sum(one is not None and one <= m for one in minutes) >= len(minutes)]
        assert found.median == (within[0] if within else None)
        nine = [m for m in range(501) if 10 * sum(one is not None and one <= m for one in minutes) >= 9 * len(minutes)]
        assert found.p90 == (nine[0] if nine else None)

    @settings(max_examples=30)
    @given(st.integers(0, 10_000))
    def test_the_interval_holds_the_true_median_as_often_as_it_says(self, seed: int) -> None:
        chance = random.Random(seed)
        held = 0
        for _ in range(200):
            found = measures.wait([int(chance.expovariate(1 / 60) * 10) for _ in range(40)])
            assert found.low is not None
            assert found.high is not None
            held += found.low <= 415.9 <= found.high + 1
        assert held / 200 > 0.88, "95 %, less what chance takes from 200 tries"

    def test_unanswered_ones_are_not_left_out(self) -> None:
        assert measures.wait([5, 5, 5, None, None, None, None]).median is None
        assert measures.wait([5, 5, 5, 5, None, None, None]).median == 5


def waited(n: int, minutes: int) -> measures.Wait:
    return measures.wait([minutes + i % 5 for i in range(n)])


@pytest.mark.parametrize(
    ("now", "before", "says"),
    [
        (waited(60, 9), waited(60, 40), "答复更快了：一半的人 11 分钟内得到答复"),
        (waited(60, 40), waited(60, 9), "答复变慢了：一半的人 42 分钟内得到答复"),
        (waited(60, 9), waited(60, 10), "答复和上一期差不多快：一半的人 11 分钟内得到答复"),
        (waited(60, 200), waited(2, 1), "一半的人 3 小时 22 分内得到答复"),
        (waited(4, 9), waited(60, 40), "这段时间有 4 件，太少，说不出快慢"),
        (measures.wait([None] * 9), waited(60, 40), "这段时间的事，还没有一半得到答复"),
    ],
)
def test_the_title_is_the_answer_also_when_it_is_bad(now: measures.Wait, before: measures.Wait, says: str) -> None:
    assert phrases.answer(now, before) == says


def test_periods_have_the_same_length_before() -> None:
    for period in measures.periods(date(2026, 3, 1)):
        first, end = period.before
        assert end == period.first
        if period.code in measures.SPANS:
            assert end - first == period.end - period.first
        else:
            assert (period.first.day, first.day, period.end.day) == (1, 1, 1)
            assert 28 <= (period.end - period.first).days <= 31
    assert measures.periods(date(2026, 3, 1))[3].code == "2026-02"


class TestHowMattersEnded:
    def test_open_and_disputed_ones_wait_and_have_no_result(self, autumn: Cast) -> None:
        row = dump.read(dump.make(NIGHT)).matters[0]
        closed = [row._replace(state="closed", reason="solved", minutes_to_close=n) for n in (10, 20)]
        disputed = row._replace(state="disputed", reason="", minutes_to_close=5)
        opened = row._replace(state="open", reason="", minutes_to_close=None)
        found = measures.ends([*closed, disputed, opened])
        assert found.reasons == {"solved": 2}
        assert (found.closing.n, found.closing.answered, found.closing.median) == (4, 2, 20)
        assert measures.ends([*closed, disputed, opened, opened]).closing.median is None

    def test_the_page_names_results_and_puts_the_rare_ones_last(self) -> None:
        ended = measures.Ends({"solved": 12, "other": 30}, measures.wait([1]))
        assert phrases.reasons(ended) == "已解决 12；其他结果（太少，不单列） 30"
        assert not phrases.reasons(measures.ends([]))

    def test_every_kind_that_arrived_has_its_line(self, autumn: Cast, client: Client) -> None:
        said = client.get("/numbers/figures.json?station=QS&period=90").json()["now"]
        assert said["ends"].keys() == said["kinds"].keys()
        assert {kind: one["closing"]["n"] for kind, one in said["ends"].items()} == said["kinds"]
        card = client.get("/numbers/?station=QS&period=90").text.partition('id="ends"')[2].partition("</section>")[0]
        assert card.count("<h3>") == len(said["kinds"])
        assert f"已答复 {said['ends']['consultation']['reasons']['answered']}" in card

    def test_without_matters_the_page_says_so(self, autumn: Cast, client: Client) -> None:
        assert "收到以后，这里写办结了多少、结果是什么。" in client.get("/numbers/?station=QS&period=2025-12").text


class TestThePage:
    def test_it_says_what_the_figures_say(self, autumn: Cast, client: Client) -> None:
        page = client.get("/numbers/?station=QS&period=90").text
        said = client.get("/numbers/figures.json?station=QS&period=90").json()
        assert said["dump"] in page
        assert f"收到 {said['now']['asked']} 件" in page
        assert f"现在在办 {said['standing']['open']} 件，其中 {said['standing']['overdue']} 件超期" in page
        assert phrases.minutes(said["now"]["wait"]["median"]) in page
        assert "少于 3" in page
        assert "青石镇派出所" in page
        assert "<svg viewBox" in page
        assert "style=" not in page, "the content security policy refuses it"
        assert not [canary for canary in CANARIES if canary in page]

    @pytest.mark.parametrize("asked", ["station=XX&period=9999", "station=%00&period=2026-99", "period=" + "9" * 300])
    def test_what_does_not_exist_becomes_the_nearest(self, autumn: Cast, client: Client, asked: str) -> None:
        said = client.get(f"/numbers/figures.json?{asked}").json()
        assert (said["station"], said["period"]) == ("", "30")

    def test_a_page_once_computed_asks_the_database_for_nothing_of_its_own(
        self, autumn: Cast, client: Client, django_assert_num_queries: Any
    ) -> None:
        client.get("/numbers/?station=QS")
        with django_assert_num_queries(QUERIES_OF_THE_FRAME):
            client.get("/numbers/?station=QS")

    def test_english(self, autumn: Cast, client: Client) -> None:
        client.cookies["sw_language"] = "en"
        page = client.get("/numbers/?station=QS").text
        assert "Public figures" in page
        shown = re.sub(r"<[^>]+>", "", page.split("<main", 1)[1].split("</main>", 1)[0])
        left = set(re.findall(r"[\u4e00-\u9fff]+", shown)) - {"青石镇派出所", "河湾派出所"}
        left -= {str(kind.label) for kind in Kind}  # words of the room that knows what a matter is
        assert not left


#: The station's name in the frame.
QUERIES_OF_THE_FRAME = 1


class TestDownloads:
    def test_files_come_with_their_sum_as_etag_and_are_not_sent_twice(self, autumn: Cast, client: Client) -> None:
        there = dump.make(NIGHT)
        page = client.get("/numbers/dump/").text
        for name, digest in dump.sums(there).items():
            assert digest in page
            file = client.get(f"/numbers/dump/2026-11-24/{name}")
            assert b"".join(file.streaming_content) == (there / name).read_bytes()  # type: ignore[attr-defined]
            assert file.headers["ETag"] == f'"{digest}"'
            again = client.get(f"/numbers/dump/2026-11-24/{name}", headers={"If-None-Match": f'W/"{digest}"'})
            assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize(
        "path", ["2026-11-24/house.key", "..%2f..%2f/house.key", "2026-11-25/matters.csv", ".new-x/SHA256SUMS"]
    )
    def test_nothing_else_is_served(self, autumn: Cast, client: Client, path: str) -> None:
        dump.make(NIGHT)
        assert client.get(f"/numbers/dump/{path}").status_code == 404
