"""
Does an officer's desk stay as quick when the house has kept a million matters?

    python -m bench.inbox [--quick] [--only sqlite|postgresql] [--small N] [--large N]

Makes two houses in throw-away databases, one with 10,000 matters and one with 1,000,000 (--quick: 2,000 and 20,000), four
entries to a matter, and asks both for the same pages. What is realistic: matters come over five years to fifty stations,
a tenth of them to ours; an officer of ours has had a tenth of those. What is open is bounded by what people can work on:
300 at our station in both houses, and at each other station a thousandth of the house, at most 300. So the large house has
a hundred times the history and thirty times the open matters of other stations (490, 14,700), while our desk shows the
same, and a page may not take more than twice as long. The same pages must also take the same number of queries.

SQLite is measured without ANALYZE, as it comes; PostgreSQL after ANALYZE, which its autovacuum does. Times are wall time in
milliseconds: the lowest median of alternating rounds, since other work on the machine only ever adds.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

LIMIT = 2.0
STATIONS, OPEN_PER_STATION, YEARS = 50, 300, 5
ROUNDS, REPEATS = 3, 15
PAGES = ("queue", "desk", "desk matter", "resident matter", "search", "duty")


def main(argv: list[str]) -> int:
    """Make both houses on each database, measure them in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--small", type=int)
    parser.add_argument("--large", type=int)
    parser.add_argument("--inside", nargs=2, metavar=("STEP", "N"), help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.inside:
        return inside(given.inside[0], int(given.inside[1]))
    sizes = (given.small or (2_000 if given.quick else 10_000), given.large or (20_000 if given.quick else 1_000_000))
    figures: dict[str, Any] = {"matters": sizes}
    ratios: dict[str, float] = {}
    for name in [given.only] if given.only else ["sqlite", "postgresql"]:
        found = compared(name, sizes)
        figures[name] = found
        small, large = (found[str(size)] for size in sizes)
        for page in PAGES:
            ratios[f"{name} {page}"] = round(large[page]["ms"] / small[page]["ms"], 2)
            same = small[page]["queries"] == large[page]["queries"]
            ms = f"{small[page]['ms']:.1f} → {large[page]['ms']:.1f} ms"
            said = (
                f"queries {large[page]['queries']}"
                if same
                else f"QUERIES {small[page]['queries']} → {large[page]['queries']}"
            )
            print(f"{name:11} {page:16} {ms:22} × {ratios[f'{name} {page}']:.2f}  {said}")
    where = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform(terse=True)}
    peers = {"limit": LIMIT, "met": all(ratios[key] <= LIMIT for key in ratios if "search" not in key)}
    print(json.dumps({"bench": "inbox", "figures": figures, "peers": peers, "ratios": ratios, "machine": where}))
    return 0


def compared(name: str, sizes: tuple[int, int]) -> dict[str, Any]:
    """Both sizes on one database: made once, then measured in turn."""
    with ExitStack() as stack:
        houses: dict[int, dict[str, str]] = {}
        for size in sizes:
            folder = Path(tempfile.mkdtemp(prefix="sw-inbox-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            env = {**os.environ, "SHOUWANG_DATA_DIR": str(folder)}
            env.pop("SHOUWANG_DATABASE_URL", None)
            if name == "postgresql":
                from tests.postgres import throw_away_cluster  # noqa: PLC0415 - asks for binaries that SQLite does not need

                env["SHOUWANG_DATABASE_URL"] = stack.enter_context(throw_away_cluster())
            houses[size] = env
            begun = time.perf_counter()
            called(env, "make", size)
            print(f"{name}: a house with {size:,} matters, made in {time.perf_counter() - begun:.0f} s", flush=True)
        rounds: dict[int, list[dict[str, Any]]] = {size: [] for size in sizes}
        for _ in range(ROUNDS):
            for size, env in houses.items():
                rounds[size].append(json.loads(called(env, "measure", size)))
    return {
        str(size): {page: min((one[page] for one in found), key=lambda figure: figure["ms"]) for page in PAGES}
        for size, found in rounds.items()
    }


def called(env: dict[str, str], step: str, size: int) -> str:
    """One step in a process of its own, since settings are read once."""
    command = [sys.executable, "-m", "bench.inbox", "--inside", step, str(size)]
    done = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    return done.stdout.strip().rsplit("\n", 1)[-1]


# ── inside one house ─────────────────────────────────────────────────────────────────────────────────────────────────


def inside(step: str, size: int) -> int:
    """`make` or `measure`, with Django set up for this house."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "shouwang.site.settings"
    import django  # noqa: PLC0415 - reads the environment

    django.setup()
    if step == "make":
        make(size)
    elif step == "explain":
        explain()
    else:
        print(json.dumps(measure()))
    return 0


def make(size: int) -> None:
    """Migrate, call the cast together, and write the history by plain SQL."""
    from django.core.management import call_command  # noqa: PLC0415 - after django.setup()
    from django.db import connection, transaction  # noqa: PLC0415

    from shouwang.apps.units.models import Unit  # noqa: PLC0415
    from tests.cast import assemble, officer  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    cast = assemble()
    ours = cast.qingshi.pk
    colleagues = [officer(f"o{n}", f"民警{n}", f"警官{n}", cast.qingshi, "duty-officer").pk for n in range(9)]
    others = [
        Unit.objects.create(kind=Unit.Kind.STATION, parent=cast.bureau, name=f"第{n}派出所", prefix=f"S{n}").pk
        for n in range(STATIONS - 1)
    ]
    sqlite = connection.vendor == "sqlite"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_n (n integer PRIMARY KEY, unit integer, handler integer, is_open integer)"
        )
        cursor.execute("CREATE TEMPORARY TABLE bench_text (n integer PRIMARY KEY, body text)")
        cursor.executemany("INSERT INTO bench_text VALUES (%s, %s)", list(enumerate(sentences())))
        rows, open_at = [], dict.fromkeys([ours, *others], 0)
        for n in range(1, size + 1):
            unit = ours if n % 10 == 0 else others[n % len(others)]
            handler = [cast.chen.pk, *colleagues][n // 10 % 10] if unit == ours else None
            # The youngest matters are the open ones; n counts backwards in time.
            is_open = open_at[unit] < (OPEN_PER_STATION if unit == ours else min(OPEN_PER_STATION, size // 1000))
            open_at[unit] += is_open
            rows.append((n, unit, handler, int(is_open)))
        for start in range(0, len(rows), 50_000):
            cursor.executemany("INSERT INTO bench_n VALUES (%s, %s, %s, %s)", rows[start : start + 50_000])
        # The open ones came in the same last days in both houses, so that both desks show the same; the history fills the years.
        years, days = YEARS * 365 * 24 * 60 / size, YEARS * 365 * 24 * 60 / 1_000_000

        def ago(more: str = "0") -> str:
            """The moment at which matter n came, some minutes later."""
            count = f"(b.n * CASE is_open WHEN 1 THEN {days:.4f} ELSE {years:.4f} END - ({more}))"
            if sqlite:
                return f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', julianday('2026-11-23 01:00:00') - {count} / 1440.0)"
            return f"(timestamptz '2026-11-23 01:00:00+00' - ({count}) * interval '1 minute')"

        def if_open(value: str, share: int, least: int = 0) -> str:
            return f"CASE WHEN is_open = 1 AND b.n / 10 %% {share} <= {least} THEN {value} END"

        true, false = ("1", "0") if sqlite else ("true", "false")
        matter = {
            "id": "b.n",
            "number": "'QS-2026-' || b.n || '-0'",
            "kind": "CASE b.n / 10 %% 50 WHEN 0 THEN 'complaint' WHEN 1 THEN 'disclosure' WHEN 2 THEN 'help' ELSE 'consultation' END",
            "channel": "'web'", "unit_first_id": "unit", "received_at": ago(), "safe_contact": false,
            "contact": "'{}'", "title": "body", "unit_id": "unit",
            "handler_id": "CASE WHEN is_open = 1 AND b.n / 10 %% 3 = 0 THEN NULL ELSE handler END",
            "offered_to_unit_id": f"CASE WHEN is_open = 1 AND b.n / 10 %% 40 = 7 THEN {ours} END", "transfers": "0",
            "state": "CASE is_open WHEN 0 THEN 'closed' ELSE CASE b.n / 10 %% 60 WHEN 5 THEN 'disputed' ELSE 'open' END END",
            "reason": "CASE is_open WHEN 0 THEN 'answered' ELSE '' END",
            "waiting_since": if_open(ago(), 2), "first_answer_at": ago("30"),
            "closed_at": f"CASE WHEN is_open = 0 THEN {ago('60')} END", "disputes": "0", "rating": "CASE is_open WHEN 0 THEN 1 END",
            "danger": "''", "rings": f"CASE WHEN is_open = 1 AND b.n / 10 %% 150 = 9 THEN {true} ELSE {false} END",
            "heartbeats": "0", "next_word_by": if_open(ago("7200"), 1), "due_at": if_open(ago("10080"), 2, 1),
            "due_rule": "CASE is_open WHEN 1 THEN 'promise-first-answer' ELSE '' END", "due_provisional": false, "last_seq": "4",
            "last_entry_at": ago("60"),
        }  # fmt: skip
        bodies = "FROM bench_n b JOIN bench_text t ON t.n = b.n %% 2000"
        insert(cursor, "matters_matter", matter, bodies)
        for seq, type_, by, body, data in (
            (
                1,
                "received",
                "house",
                "''",
                f'{{"kind":"consultation","title":"","unit":{ours},"channel":"web","handler_name":""}}',
            ),
            (2, "clock", "house", "''", '{"event":"start","rule":"promise-first-answer"}'),
            (3, "message", "resident", "body", "{}"),
            (4, "message", "officer", "body", "{}"),
        ):
            entry = {
                "matter_id": "b.n", "seq": str(seq), "at": ago(str(seq * 10)), "type": f"'{type_}'", "by": f"'{by}'",
                "officer_id": "handler" if by == "officer" else "NULL", "name": "''", "visibility": "1", "body": body,
                "data": f"'{data}'", "client_id": "NULL",
            }  # fmt: skip
            insert(cursor, "matters_entry", entry, bodies)
        code = {
            "matter_id": "b.n",
            "digest": "'bench-' || b.n",
            "holder": "'reporter'",
            "label": "''",
            "created_at": ago(),
            "revoked_at": "NULL",
        }
        insert(cursor, "matters_accesscode", code, bodies)
        cursor.execute("DROP TABLE bench_n")
        cursor.execute("DROP TABLE bench_text")
    if not sqlite:
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('matters_matter', 'id'), %s)", [size])
            cursor.execute("VACUUM ANALYZE")


def insert(cursor: Any, table: str, columns: dict[str, str], source: str) -> None:
    """One INSERT … SELECT."""
    cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} {source}", [])


def sentences() -> list[str]:
    """Two thousand plain questions."""
    who = ["孩子", "老人", "我妈妈", "邻居家", "租客", "公司员工", "朋友", "亲戚", "同村的人", "小店老板"]
    what = [
        "办身份证",
        "上户口",
        "迁户口",
        "办居住证",
        "开无犯罪证明",
        "补户口本",
        "改名字",
        "报失手机",
        "反映路灯不亮",
        "说楼上太吵",
    ]
    how = ["要带什么材料", "能不能代办", "多久能办好", "周末有人吗", "可以网上办吗"]
    where = ["柳溪村", "青石街", "河湾路", "东门"]
    return [f"{where[n % 4]}{who[n // 4 % 10]}{what[n // 40 % 10]}，{how[n // 400]}？" for n in range(2_000)]


def measure() -> dict[str, dict[str, float]]:
    """The median time and the number of queries of each page."""
    from django.db import connection  # noqa: PLC0415 - after django.setup()
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from shouwang.apps.desk.queue import sections  # noqa: PLC0415
    from shouwang.apps.matters.models import AccessCode, Matter  # noqa: PLC0415
    from shouwang.apps.units.models import Officer  # noqa: PLC0415
    from tests.cast import as_officer, sign_in  # noqa: PLC0415

    chen = Officer.objects.get(user__username="chen")
    mine = Matter.objects.filter(handler=chen, state="open", kind="consultation").order_by("pk")[0]
    client, resident = Client(), Client()
    sign_in(client, chen)
    session = resident.session
    session["codes"] = [AccessCode.objects.get(matter=mine).pk]
    session.save()

    def got(who: Client, path: str) -> Callable[[], object]:
        def get() -> None:
            answer = who.get(path)
            if answer.status_code != 200:
                raise AssertionError(f"{path} answers {answer.status_code}.")

        return get

    pages: dict[str, Callable[[], object]] = {
        "queue": lambda: sections(as_officer(chen), timezone.now()),
        "desk": got(client, "/desk/"),
        "desk matter": got(client, f"/desk/m/{mine.number}/"),
        "resident matter": got(resident, f"/m/{mine.number}/"),
        "search": got(client, "/desk/search/?q=路灯不亮"),
        "duty": got(client, "/desk/duty/"),
    }
    found = {}
    for name, page in pages.items():
        page()
        counted = Counted()
        with connection.execute_wrapper(counted):
            page()
        times = []
        for _ in range(REPEATS):
            begun = time.perf_counter()
            page()
            times.append((time.perf_counter() - begun) * 1000)
        found[name] = {"ms": round(median(times), 2), "queries": counted.queries}
    return found


class Counted:
    """Counts the queries of a page; the test client would empty Django's own list."""

    queries = 0

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        self.queries += 1
        return execute(sql, *rest)


def explain() -> None:
    """The slowest queries of the desk with their plans, for whoever tunes them."""
    from django.db import connection  # noqa: PLC0415 - after django.setup()
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from shouwang.apps.desk.queue import ringing, sections  # noqa: PLC0415
    from shouwang.apps.units.models import Officer  # noqa: PLC0415
    from tests.cast import as_officer  # noqa: PLC0415

    viewer = as_officer(Officer.objects.get(user__username="chen"))
    with CaptureQueriesContext(connection) as asked:
        sections(viewer, timezone.now())
        ringing(viewer)
    for one in sorted(asked, key=lambda query: -float(query["time"])):
        plan = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ANALYZE "
        with connection.cursor() as cursor:
            cursor.execute(plan + one["sql"])
            print(one["time"], one["sql"][-600:], *(row[-1] for row in cursor.fetchall()), sep="\n   ", end="\n\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
