"""Loaded by pytest before Django: tests keep their data, keys and database in a folder of their own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

worker = os.environ.get("PYTEST_XDIST_WORKER")
if "SHOUWANG_DATA_DIR" not in os.environ:
    folder = tempfile.mkdtemp(prefix="sw-test-")
    os.environ["SHOUWANG_DATA_DIR"] = folder
    if worker is None:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
elif worker is not None:
    # Workers inherit the folder of whoever started them: each needs its own, or one empties what the other waits for.
    own = Path(os.environ["SHOUWANG_DATA_DIR"]) / worker
    own.mkdir(parents=True, exist_ok=True)
    os.environ["SHOUWANG_DATA_DIR"] = str(own)
