"""Fixtures of the doors' tests."""

from shouwang.kernel.live.tests.databases import database, pg_cluster, postgres, sqlite_file

__all__ = ["database", "pg_cluster", "postgres", "sqlite_file"]
