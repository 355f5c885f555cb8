"""
A private PostgreSQL that lives as long as one command: `python -m tests.postgres pytest …`.

Started from the installed binaries in a temporary folder, reachable by a socket in that folder only. PostgreSQL refuses to run as root,
so root lends it the account `postgres` that Debian's package makes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


def binaries() -> Path:
    """Where the newest installed PostgreSQL keeps its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    if initdb is None:
        sys.exit("PostgreSQL is not installed; ./sw test installs it.")
    return Path(initdb).parent


@contextmanager
def throw_away_cluster() -> Iterator[str]:
    """The address of an empty cluster, as SHOUWANG_DATABASE_URL takes it. Gone afterwards, whatever happened."""
    programs, folder = binaries(), Path(tempfile.mkdtemp(prefix="sw-pg-"))
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_postgres:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [
            *as_postgres,
            str(programs / "initdb"),
            "-D",
            data,
            "-U",
            "sw",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ],
        **quiet,
    )
    # In its own settings, so that a test may stop it and start it again. No durability: this cluster never outlives the run, and a crash
    # of the machine ends the run as well.
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write(
            f"unix_socket_directories = '{folder}'\nlisten_addresses = ''\nmax_connections = 200\n"
            "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
        )
    subprocess.run(
        [*as_postgres, str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "start"],
        **quiet,
    )
    try:
        yield f"postgres://sw@{quote(str(folder), safe='')}/postgres"
    finally:
        subprocess.run(
            [*as_postgres, str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop"], **{**quiet, "check": False}
        )
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run a command with SHOUWANG_DATABASE_URL set to a fresh cluster; returns its exit code."""
    with throw_away_cluster() as url:
        return subprocess.run(command, env={**os.environ, "SHOUWANG_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
