"""
A house whose wall clock a test may set while it runs: Python loads this file at its start, because its folder stands on PYTHONPATH.

The house takes the time from two places only, Django's `timezone.now` and `time.time`, which its libraries use for sessions, limits and
codes. Both go wrong by as many seconds as the file WALL_CLOCK says; the steady clock stays the machine's. (libfaketime 0.9.10 reaches
further, but makes `time.sleep` of Python 3.11 fail as soon as the clock is set.)
"""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

_FILE = Path(os.environ["WALL_CLOCK"])
_true_time, _true_now = time.time, timezone.now


def _apart_s() -> float:
    return float(_FILE.read_text())


def _time() -> float:
    return _true_time() + _apart_s()


def _now() -> datetime:
    return _true_now() + timedelta(seconds=_apart_s())


time.time, timezone.now = _time, _now
