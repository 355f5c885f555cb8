"""
One file that holds the house: its database and its sealed files, and on request its key.

    about.json            format, kind of database, when, and a mark of the key (not the key)
    database.sqlite3      or database.pgdump
    files/ab/abCD….…      sealed as they lie on the disk
    house.key             only when asked for: who has the key and the rest can read everything

    BackupTrouble         says what to do instead; nothing was changed

The database is copied first and the files after it: a file is on the disk before its row is committed, so every row finds its file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from shouwang.kernel.live.log import leap_after_restore
from shouwang.kernel.secrets import derive_key, unlock

FORMAT = 1
_DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
_FILE = re.compile(r"files/[\w-]{2}/[\w-]+\.(?:original|display|thumb)")


class BackupTrouble(Exception):
    """It cannot be done; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a backup holds: bytes of the whole, number of sealed files, whether the key is in it."""

    size_bytes: int
    files: int
    with_key: bool


def make(target: Path, at: datetime, *, with_key: bool) -> Held:
    """Write the backup; residents go on meanwhile. The name appears when the file is complete. Raises BackupTrouble."""
    if target.exists():
        raise BackupTrouble(f"{target} is there already. Choose another name; a backup is never written over.")
    data_dir: Path = settings.SHOUWANG.data_dir
    about = {"format": FORMAT, "database": connection.vendor, "at": at.isoformat(), "key_mark": _key_mark()}
    part = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            copy = Path(folder) / _DATABASE[connection.vendor]
            _copy_database(copy)
            (Path(folder) / "about.json").write_text(json.dumps(about))
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                with tarfile.open(fileobj=out, mode="w") as tar:
                    tar.add(Path(folder) / "about.json", "about.json")
                    tar.add(copy, copy.name)
                    files = _add_files(tar, data_dir)
                    if with_key:
                        tar.add(data_dir / "house.key", "house.key")
                out.flush()
                os.fsync(out.fileno())
        part.replace(target)
    except OSError as error:
        raise BackupTrouble(f"The backup could not be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return Held(target.stat().st_size, files, with_key)


def restore(source: Path) -> Held:
    """Put a backup into a house that has no data yet, and bring it to this version. Raises BackupTrouble."""
    data_dir: Path = settings.SHOUWANG.data_dir
    try:
        with tarfile.open(source) as tar:
            about = json.loads(_opened(tar, "about.json").read())
            names = set(tar.getnames())
            _refuse_unless_possible(about, names, data_dir)
            with tempfile.TemporaryDirectory(dir=data_dir, prefix=".restore-") as folder:
                copy = Path(folder) / _DATABASE[connection.vendor]
                _write(_opened(tar, copy.name), copy)
                kept = [name for name in names if _FILE.fullmatch(name)]
                for name in kept:
                    _write(_opened(tar, name), data_dir / name)
                if "house.key" in names:
                    _write(_opened(tar, "house.key"), data_dir / "house.key")
                    unlock(data_dir / "house.key")
                _put_database_back(copy)
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise BackupTrouble(f"{source} cannot be read as a backup: {error}.") from error
    call_command("migrate", interactive=False, verbosity=0)
    leap_after_restore()
    return Held(source.stat().st_size, len(kept), "house.key" in names)


def _key_mark() -> str:
    """Tells keys apart without giving anything away."""
    return derive_key("backup-mark").hex()[:16]


def _refuse_unless_possible(about: dict[str, Any], names: set[str], data_dir: Path) -> None:
    if about["format"] != FORMAT:
        raise BackupTrouble(
            f"The backup has format {about['format']}; this version reads {FORMAT}. Take a newer version."
        )
    if about["database"] != connection.vendor:
        raise BackupTrouble(f"The backup is of {about['database']}, this house runs on {connection.vendor}.")
    if _has_data():
        raise BackupTrouble("This house has data already. Restore into an empty data folder and an empty database.")
    if "house.key" not in names and about["key_mark"] != _key_mark():
        raise BackupTrouble(
            f"The key of this backup is missing: put the right house.key into {data_dir} and try again."
        )


def _has_data() -> bool:
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        return file.exists() and file.stat().st_size > 0
    return bool(connection.introspection.table_names())


def _copy_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        return
    _postgres("pg_dump", "--format=custom", "--no-owner", "--file", str(copy))


def _put_database_back(copy: Path) -> None:
    if connection.vendor == "sqlite":
        connection.close()
        copy.replace(Path(str(connection.settings_dict["NAME"])))
        return
    _postgres("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(copy), database_option=True)


def _postgres(program: str, *arguments: str, database_option: bool = False) -> None:
    """One of PostgreSQL's own programs, told of the database by its environment, where no process list shows the password."""
    found = shutil.which(program)
    if found is None:
        raise BackupTrouble(f"{program} is not installed:  sudo apt-get install postgresql-client")
    own = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    env = {**os.environ, **{name: str(own[key]) for name, key in names.items() if own[key]}}
    where = ["--dbname", str(own["NAME"])] if database_option else []
    ran = subprocess.run([found, *where, *arguments], env=env, capture_output=True, text=True, check=False)  # noqa: S603  our own words
    if ran.returncode:
        raise BackupTrouble(f"{program} failed: {ran.stderr.strip()[-500:]}")


def _add_files(tar: tarfile.TarFile, data_dir: Path) -> int:
    added = 0
    for path in sorted((data_dir / "files").glob("*/*")):
        name = path.relative_to(data_dir).as_posix()
        if _FILE.fullmatch(name):
            try:
                tar.add(path, name)
            except FileNotFoundError:
                continue  # erased by law while we were at it
            added += 1
    return added


def _opened(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise KeyError(f"{name} is not a file")
    return found


def _write(source: IO[bytes], target: Path) -> None:
    """Written by ourselves under names we know: nothing in the archive decides where anything goes."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        shutil.copyfileobj(source, out)
        out.flush()
        os.fsync(out.fileno())
