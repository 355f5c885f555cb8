"""Which error of a database or a disk is which sentence."""

from __future__ import annotations

import errno
import sqlite3
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from shouwang.kernel.jobs import run_due
from shouwang.kernel.models import Beat
from shouwang.kernel.trouble import Away, Busy, NoRoom, trouble_of
from shouwang.site.health import check_health
from shouwang.site.middleware import say_what_to_do
from tests.cast import MONDAY, Cast


def as_django_raises(cause: Exception) -> OperationalError:
    error = OperationalError("what Django makes of it")
    error.__cause__ = cause
    return error


def sqlite_error(file: Path, *steps: str) -> sqlite3.OperationalError:
    """What SQLite itself raises at the last step."""
    database = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        for step in steps:
            database.execute(step)
    except sqlite3.OperationalError as error:
        return error
    finally:
        database.close()
    raise AssertionError("SQLite had no trouble.")


def test_a_full_sqlite_has_no_room(tmp_path: Path) -> None:
    steps = ("PRAGMA max_page_count = 2", "CREATE TABLE t (x)", "INSERT INTO t VALUES (zeroblob(100000))")
    assert isinstance(trouble_of(as_django_raises(sqlite_error(tmp_path / "full", *steps))), NoRoom)


def test_a_locked_sqlite_is_busy(tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / "locked", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    error = sqlite_error(tmp_path / "locked", "BEGIN IMMEDIATE")
    holder.close()
    assert isinstance(trouble_of(as_django_raises(error)), Busy)


@pytest.mark.parametrize(
    ("error", "kind", "why"),
    [
        (psycopg.errors.DiskFull(), NoRoom, "53100"),
        (psycopg.errors.LockNotAvailable(), Busy, "55P03"),
        (psycopg.errors.DeadlockDetected(), Busy, "40P01"),
        (psycopg.errors.TooManyConnections(), Busy, "53300"),
        (psycopg.errors.AdminShutdown(), Away, "57P01"),
        (psycopg.errors.CannotConnectNow(), Away, "57P03"),
        (psycopg.OperationalError("connection refused"), Away, "no SQLSTATE: there was no connection"),
        (OSError(errno.ENOSPC, "No space left on device"), NoRoom, "a file of the house"),
        (OSError(errno.EFBIG, "File too large"), NoRoom, "a limit on file sizes"),
    ],
)
def test_trouble_is(error: Exception, kind: type, why: str) -> None:
    assert type(trouble_of(as_django_raises(error))) is kind, why


@pytest.mark.parametrize(
    "error",
    [
        ValueError("ours"),
        OSError(errno.ENOENT, "missing"),
        psycopg.errors.UndefinedTable(),
        as_django_raises(KeyError()),
    ],
)
def test_our_own_faults_are_no_trouble(error: Exception) -> None:
    assert trouble_of(error) is None


def test_trouble_keeps_what_was_typed_without_asking_the_database() -> None:
    """No `db` fixture: any question to the database fails this test."""
    request = RequestFactory().post("/ask/", {"body": "桥头的灯坏了", "client_id": "x", "password": "geheim"})
    answer = say_what_to_do(request, NoRoom())
    text = answer.content.decode()
    assert answer.status_code == 503
    assert "桥头的灯坏了" in text
    assert "geheim" not in text
    assert answer["Retry-After"] == "300"


def test_a_program_that_asks_is_told_in_json() -> None:
    request = RequestFactory().get("/", headers={"accept": "application/json"})
    answer = say_what_to_do(request, Busy())
    assert b'"code": "house.busy"' in answer.content


def test_a_session_that_cannot_be_saved_is_trouble_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is saved by a middleware, after the view and outside of `process_exception`."""

    def full(*_args: object, **_more: object) -> None:
        raise as_django_raises(OSError(errno.ENOSPC, "No space left on device"))

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", full)
    answer = Client(raise_request_exception=False).post("/ask/", {"body": "桥头的灯坏了", "client_id": "one"})
    assert answer.status_code == 503
    assert "存不下" in answer.content.decode()
    assert "桥头的灯坏了" in answer.content.decode()


def test_a_worker_that_cannot_leave_its_mark_goes_on(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_more: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Beat.objects, "update_or_create", full)
    assert len(run_due({}, MONDAY)) > 1


@pytest.mark.parametrize("step", [timedelta(days=2), timedelta(days=-2)])
def test_jobs_run_when_the_clock_is_moved(transactional_db: None, step: timedelta) -> None:
    last: dict[str, object] = {}
    everything = run_due(last, MONDAY)  # type: ignore[arg-type]  # filled by the call
    assert run_due(last, MONDAY + timedelta(milliseconds=1)) == []  # type: ignore[arg-type]
    assert run_due(last, MONDAY + step) == everything  # type: ignore[arg-type]


def test_a_mark_from_a_time_to_come_does_not_hide_a_dead_worker(transactional_db: None) -> None:
    run_due({}, MONDAY + timedelta(days=2))
    assert check_health(MONDAY).late
    run_due({}, MONDAY)
    assert check_health(MONDAY).late == ()


def test_health_says_that_the_disk_is_nearly_full(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_health(MONDAY).room
    monkeypatch.setattr("shouwang.site.health.LEAST_FREE_BYTES", 1 << 60)
    found = check_health(MONDAY)
    assert not found.room
    assert found.well, "pages can still be read"
