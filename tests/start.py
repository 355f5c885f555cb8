"""Loaded by pytest before Django: tests keep their data, keys and database in a folder of their own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if "SHOUWANG_DATA_DIR" not in os.environ:
    folder = tempfile.mkdtemp(prefix="sw-test-")
    os.environ["SHOUWANG_DATA_DIR"] = folder
    if "PYTEST_XDIST_WORKER" not in os.environ:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
