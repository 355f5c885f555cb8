"""
Is somebody's time in the station recorded from coming to leaving, and do the recordings contradict each other?

    found = examine(stay, recordings, tolerance=timedelta(minutes=1))
    found.gaps[0].since, found.gaps[0].parts             # from when, and where the person was meanwhile
    contradictions(stays, recordings)                    # one device, or one person, in two places at once
    outside(stays, recordings)                           # recordings that show nobody's stay
    offset_at(readings, "cam-1", at)                     # how far a device's clock was ahead, by which reading
    corrected(recording, offset)                         # the recording in real time

Spans are half open: they hold their first moment and not their last. Times are aware, and an argument; nothing here knows what time it is.
"""

from shouwang.engines.custody.check import contradictions, examine, outside
from shouwang.engines.custody.model import (
    About,
    Contradiction,
    Found,
    Gap,
    Offset,
    Piece,
    Reading,
    Recording,
    Stay,
    Whereabouts,
)
from shouwang.engines.custody.offsets import corrected, offset_at

__all__ = [
    "About",
    "Contradiction",
    "Found",
    "Gap",
    "Offset",
    "Piece",
    "Reading",
    "Recording",
    "Stay",
    "Whereabouts",
    "contradictions",
    "corrected",
    "examine",
    "offset_at",
    "outside",
]
