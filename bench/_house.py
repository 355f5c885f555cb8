"""A throw-away house on one database, asked in a process of its own, since settings are read once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any


def in_a_house(database: str, module: str, *arguments: str) -> dict[str, Any]:
    """
    What `python -m module arguments…` prints as JSON on its last line. Ends everything with its errors when it fails.

    database  sqlite or postgresql
    """
    with ExitStack() as stack:
        folder = tempfile.mkdtemp(prefix=f"sw-{module.rpartition('.')[2]}-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        env = {**os.environ, "SHOUWANG_DATA_DIR": folder}
        env.pop("SHOUWANG_DATABASE_URL", None)
        if database == "postgresql":
            from tests.postgres import throw_away_cluster  # noqa: PLC0415 - asks for binaries that SQLite does not need

            env["SHOUWANG_DATABASE_URL"] = stack.enter_context(throw_away_cluster())
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(
            command, env=env, check=False, capture_output=True, text=True, cwd=Path(__file__).parents[1]
        )
        if done.returncode:
            sys.exit(done.stderr[-3000:])
        found: dict[str, Any] = json.loads(done.stdout.strip().rsplit("\n", 1)[-1])
        return found
