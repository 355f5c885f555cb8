"""
A throw-away database of its own for each test: a SQLite file, or a database of a private PostgreSQL cluster.

The log is about what several threads and processes see, so these tests cannot run inside one rolled-back transaction.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.apps import apps
from django.db import connections

from tests.postgres import throw_away_cluster


def sqlite_settings(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
    }


@contextmanager
def default_database(settings: dict[str, Any]) -> Iterator[None]:
    """Make this the default database of every thread for a while, with the tables of the log in it."""
    # After a browser's test this thread counts as asynchronous, and its asynchronous code would go on with that test's connection.
    here = vars(connections._connections._storage)
    usual_asynchronous = here.pop("cvar", None)
    usual_settings, usual_connection = connections.databases["default"], connections["default"]
    connections.databases["default"] = connections.configure_settings({"default": settings})["default"]
    connections["default"] = connections.create_connection("default")
    try:
        with connections["default"].schema_editor() as editor:
            for model in apps.get_app_config("live").get_models():
                editor.create_model(model)
        yield
    finally:
        connections["default"].close()
        connections.databases["default"] = usual_settings
        connections["default"] = usual_connection
        here.pop("cvar", None)
        if usual_asynchronous is not None:
            here["cvar"] = usual_asynchronous


@pytest.fixture(scope="session")
def pg_cluster() -> Iterator[dict[str, Any]]:
    """How psycopg reaches a private cluster."""
    with throw_away_cluster() as url:
        parts = urlsplit(url)
        yield {"host": unquote(parts.hostname or ""), "user": parts.username}


@contextmanager
def fresh_postgres(reached: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The settings of a new, empty database in the cluster."""
    name = f"live_{os.urandom(4).hex()}"
    with psycopg.connect(**reached, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": reached["user"],
            "HOST": reached["host"],
        }
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path, django_db_blocker) -> Iterator[dict[str, Any]]:
    """Each test that asks for it runs on both."""
    name = "sqlite_file" if request.param == "sqlite" else "postgres"
    return request.getfixturevalue(name)


@pytest.fixture
def sqlite_file(tmp_path, django_db_blocker) -> Iterator[dict[str, Any]]:
    settings = sqlite_settings(tmp_path / "house.sqlite3")
    with django_db_blocker.unblock(), default_database(settings):
        yield settings


@pytest.fixture
def postgres(pg_cluster, django_db_blocker) -> Iterator[dict[str, Any]]:
    with fresh_postgres(pg_cluster) as settings, django_db_blocker.unblock(), default_database(settings):
        yield settings


def in_own_connection(what: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call it, then let go of this thread's connection."""
    try:
        return what(*args, **kwargs)
    finally:
        connections.close_all()


async def in_thread(what: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Write to the database from asynchronous code, on a connection that does not outlive the call."""
    return await asyncio.to_thread(in_own_connection, what, *args, **kwargs)
