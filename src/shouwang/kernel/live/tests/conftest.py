"""Fixtures of the live tests."""

from .databases import database, pg_cluster, postgres, sqlite_file

__all__ = ["database", "pg_cluster", "postgres", "sqlite_file"]
