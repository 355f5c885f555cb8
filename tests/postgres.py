"""
A private PostgreSQL that lives as long as one command: `python -m tests.postgres pytest …`.

Started from the installed binaries in a temporary folder, reachable by a socket in that folder only. PostgreSQL refuses to run as root,
so root lends it the account `postgres` that Debian's package makes.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit


def binaries() -> Path:
    """Where the newest installed PostgreSQL keeps its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    if initdb is None:
        sys.exit("PostgreSQL is not installed; ./sw test installs it.")
    return Path(initdb).parent


def as_postgres() -> list[str]:
    """What stands before a command of PostgreSQL's."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def folder_of(url: str) -> Path:
    """Where the cluster with this address lives; `data` in it is PostgreSQL's."""
    # Not `hostname`, which lowers letters.
    return Path(unquote(urlsplit(url).netloc.rpartition("@")[2]))


@contextmanager
def throw_away_cluster(*, durable: bool = False, disk_mb: int = 0) -> Iterator[str]:
    """
    The address of an empty cluster, as SHOUWANG_DATABASE_URL takes it. Gone afterwards, whatever happened.

    durable   a commit is on the disk before it is acknowledged, so that PostgreSQL itself may be killed
    disk_mb   its tables lie on a disk of their own, so small (its log lies elsewhere); on the common one where this user may not mount
    """
    programs, folder = binaries(), Path(tempfile.mkdtemp(prefix="sw-pg-"))
    if as_postgres():
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    small = disk_mb and _mounted(folder / "data", disk_mb)
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [
            *as_postgres(),
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
            *(["-X", str(folder / "wal")] if small else []),
        ],
        **quiet,
    )
    # In its own settings, so that a test may stop it and start it again. A crash of the machine ends the run as well, so nothing waits
    # for the disk.
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write(
            f"unix_socket_directories = '{folder}'\nlisten_addresses = ''\nmax_connections = 200\n"
            f"fsync = off\nsynchronous_commit = {'on' if durable else 'off'}\nfull_page_writes = off\n"
        )
    subprocess.run(
        [*as_postgres(), str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "start"],
        **quiet,
    )
    try:
        yield f"postgres://sw@{quote(str(folder), safe='')}/postgres"
    finally:
        subprocess.run(
            [*as_postgres(), str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop"],
            **{**quiet, "check": False},
        )
        if small:
            subprocess.run(["umount", "-l", data], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _mounted(folder: Path, megabytes: int) -> bool:
    """A disk of that size at the folder, in memory; False where this user may not."""
    folder.mkdir()
    options = ["-o", f"size={megabytes}m,mode=0700"]
    done = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)], check=False, capture_output=True)
    if as_postgres():
        shutil.chown(folder, "postgres")
    return done.returncode == 0


def main(command: list[str]) -> int:
    """Run a command with SHOUWANG_DATABASE_URL set to a fresh cluster; returns its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # or the cluster would be left running
    with throw_away_cluster() as url:
        return subprocess.run(command, env={**os.environ, "SHOUWANG_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
