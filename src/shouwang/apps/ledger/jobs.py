"""What the log does by itself."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.ledger.checking import faults_of_log
from shouwang.apps.ledger.state import keep_reread
from shouwang.apps.ledger.usecases import sequence_all
from shouwang.apps.ledger.witnessing import look_at_all
from shouwang.kernel.jobs import every


@every("ledger.sequence", minutes=1)
def put_what_waits_into_the_log(at: datetime) -> None:
    """Whatever was told to the log since the last time, and a new signed head."""
    sequence_all(at=at)


@every("ledger.witness", minutes=10)
def look_at_the_logs_we_witness(at: datetime) -> None:
    """Countersign what continues; keep the evidence of what does not."""
    look_at_all(at=at)


@every("ledger.reread", days=1)
def read_the_log_again(at: datetime) -> None:
    """The log alone: whether tiles and entries still lead to every head that was signed."""
    keep_reread(at, list(faults_of_log(at)), whole=False)
