"""The station's own files (`apps/matters/station_files.py`): refused at the start when they cannot be used, and told by `/health`."""

from __future__ import annotations

from functools import cache

from shouwang.apps.incidents.suggesting import read_knowledge
from shouwang.apps.matters import station_files
from shouwang.apps.matters.clock import read_rulebook
from shouwang.apps.matters.danger import read_danger_list
from shouwang.engines.errors import BadData

State = tuple[tuple[str, int, int], ...]


def problem() -> str:
    """
    What keeps the files from being used, as a sentence; empty when nothing does. Looked at again only when a file has changed, so that
    `/health` may ask at every turn.
    """
    return station_files.left_out() or _problem_of(_state())


def _state() -> State:
    abouts = ((str(file), file.stat()) for file in station_files.all_files())
    return tuple((name, about.st_size, about.st_mtime_ns) for name, about in abouts)


@cache
def _problem_of(state: State) -> str:
    if not state:
        return ""
    for read, files in (
        (read_rulebook, station_files.law_files()),
        (read_danger_list, station_files.danger_files()),
        (lambda: read_knowledge(taught=False), (*station_files.triage_files(), *station_files.danger_files())),
    ):
        try:
            read()
        except BadData as error:
            return station_files.told(error, files)
    return ""
