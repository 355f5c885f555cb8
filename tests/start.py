"""Loaded by pytest before Django: tests keep their data, keys and database in a folder of their own."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

# How quick the machine is says nothing of what is tested.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

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


def pytest_collection_finish() -> None:
    """
    What was read to begin with stays until the end: searching it for garbage again and again took a seventh of the whole run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
