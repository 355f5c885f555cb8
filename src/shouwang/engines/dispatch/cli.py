"""
Dispatch on plain files: one JSON document out.

    assign BOARD                    who should go where, and why; BOARD is a JSON file, - for standard input
    relocate BOARD                  who should move to which post meanwhile
    posts POINTS --units 4          where units should wait; POINTS is a CSV file of places where something happened
    duplicates < reports.jsonl      which reports may tell of one event
    simulate POINTS --units 10      a month on the street under each policy, with the same calls

The formats are described in docs/explanation/how-units-are-sent.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TextIO

import numpy as np

from shouwang.engines.command import Parser, answered
from shouwang.engines.dispatch.assign import Plan, assign
from shouwang.engines.dispatch.coverage import Cover, Demand
from shouwang.engines.dispatch.files import BoardFile, read_board, read_points, read_reports
from shouwang.engines.dispatch.model import Point
from shouwang.engines.dispatch.posts import covering_posts, median_posts
from shouwang.engines.dispatch.relocate import relocate
from shouwang.engines.dispatch.same_event import Limits, duplicates
from shouwang.engines.dispatch.simulate import Outcome, Setting, compared
from shouwang.engines.dispatch.travel import on_grid, plane_km
from shouwang.engines.errors import BadData

_MOST_SITES = 400


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """
    Answer one call.

    Returns  0 with the answer on stdout, 2 with {"error", "says"} when the data or the question cannot be used
    """
    return answered(lambda: _answer(_parser().parse_args(argv), stdin), stdout)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="sw engine dispatch", description="Who should go, and what does that leave uncovered?")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, says in (("assign", "who should go where"), ("relocate", "who should move to which post")):
        board = commands.add_parser(name, help=says)
        board.add_argument("board", help="JSON file, - for standard input")
        if name == "assign":
            board.add_argument("--seconds", type=float, default=2.0, help="stopping rule")
        else:
            board.add_argument("--most", type=int, default=2, help="no more moves than these")
            board.add_argument("--km-price", type=float, default=0.02, help="share of calls a kilometre has to save")
            board.add_argument("--only", action="append", help="a unit that may be moved; may be repeated")
    posts = commands.add_parser("posts", help="where units should wait")
    posts.add_argument("points", type=Path, help="CSV with longitude and latitude, also gzipped")
    posts.add_argument("--units", type=int, default=4)
    posts.add_argument("--minutes", type=float, default=6.0, help="a call is in time when a unit can be there so soon")
    posts.add_argument("--busy", type=float, default=0.3, help="share of a unit's time that calls take")
    posts.add_argument("--median", action="store_true", help="least mean travel, instead of most calls in time")
    posts.add_argument("--seconds", type=float, default=0.0, help="for the exact program; 0: exchange only, no bound")
    same = commands.add_parser("duplicates", help="reports of one event; JSON Lines on standard input")
    same.add_argument("--metres", type=float, default=Limits().metres)
    same.add_argument("--minutes", type=float, default=Limits().minutes)
    same.add_argument("--common", action="append", default=[], help="a word that everybody uses here; may be repeated")
    months = commands.add_parser("simulate", help="a month on the street under each policy")
    months.add_argument("points", type=Path)
    for one in fields(Setting):
        kind = int if one.name == "units" else float
        months.add_argument(f"--{one.name.replace('_', '-')}", type=kind, default=getattr(Setting(), one.name))
    months.add_argument("--seed", type=int, default=1, help="of the halves and of the first month")
    months.add_argument("--months", type=int, default=5)
    months.add_argument("--fit-months", type=int, default=6, help="months that each price is tried on")
    return parser


def _answer(options: argparse.Namespace, stdin: TextIO) -> object:
    if options.command in ("assign", "relocate"):
        board = read_board(_text(options.board, stdin), "board" if options.board == "-" else options.board)
        return _assign(board, options) if options.command == "assign" else _relocate(board, options)
    if options.command == "posts":
        return _posts(options)
    if options.command == "duplicates":
        limits = Limits(metres=options.metres, minutes=options.minutes, common=frozenset(options.common))
        return {"pairs": [asdict(pair) for pair in duplicates(read_reports(stdin), limits)]}
    return simulated(options.points, _setting(options), options.seed, options.months, options.fit_months)


def _assign(board: BoardFile, options: argparse.Namespace) -> dict[str, object]:
    plan: Plan = assign(
        board.units,
        board.incidents,
        now=board.now,
        cover=board.cover,
        prices=board.prices,
        station=board.station,
        fixed=board.fixed,
        seconds=options.seconds,
    )
    # A difference is a mapping that asdict cannot copy.
    return asdict(plan, dict_factory=_plain) | {"gap": plan.gap, "proven": plan.proven}


def _plain(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return {key: dict(value) if key == "by" and isinstance(value, dict) else value for key, value in pairs}


def _relocate(board: BoardFile, options: argparse.Namespace) -> dict[str, object]:
    advice = relocate(
        board.units,
        board.posts,
        board.cover,
        station=board.station,
        only=options.only,
        most=options.most,
        km_price=options.km_price,
    )
    return asdict(advice)


def _posts(options: argparse.Namespace) -> dict[str, object]:
    points, without = read_points(options.points)
    demand = gathered(points)
    cover = Cover(demand, minutes=options.minutes, busy=options.busy, layers=max(options.units, 1))
    sites = [place.at for place in demand]
    choose = median_posts if options.median else covering_posts
    found = choose(sites, cover, options.units, seconds=options.seconds)
    value = "mean_minutes" if options.median else "share_in_time"
    calls = 1.0 if options.median else float(cover.calls.sum())
    return {
        "posts": [[round(degrees, 6) for degrees in sites[site]] for site in found.sites],
        value: found.value / calls,
        "bound": None if found.bound is None else found.bound / calls,
        "proven": found.proven,
        "points": len(points),
        "without_place": without,
        "places": len(sites),
    }


def gathered(points: Sequence[Point], most: int = _MOST_SITES) -> tuple[Demand, ...]:
    """Points gathered on a grid, as fine as gives no more than so many places; each with the number of its points."""
    degrees = np.array(points, dtype=float)
    at, count = on_grid(plane_km(points), most)
    lon, lat = (np.bincount(at, degrees[:, axis]) / count for axis in (0, 1))
    return tuple(
        Demand(Point(*place), calls) for *place, calls in zip(lon.tolist(), lat.tolist(), count.tolist(), strict=True)
    )


def _setting(options: argparse.Namespace) -> Setting:
    return Setting(**{one.name: getattr(options, one.name) for one in fields(Setting)})


def simulated(path: Path, setting: Setting, seed: int, months: int, fit_months: int) -> dict[str, object]:
    """Each policy's mean month, and the prices of ours."""
    if months < 1 or fit_months < 1 or seed < 0:
        raise BadData("arguments", "--months and --fit-months are 1 or more, --seed 0 or more")
    points, without = read_points(path)
    found, ours = compared(plane_km(points), setting, seed, months=months, fit_months=fit_months)
    return {
        "points": len(points),
        "without_place": without,
        "setting": asdict(setting),
        "seeds": list(range(seed, seed + months)),
        "policies": {name: mean_month(outcomes) for name, outcomes in found.items()},
        "prices": {"km": ours.km_price, "minute": ours.minute_price},
    }


def mean_month(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Field by field."""
    means = {one.name: float(np.mean([getattr(each, one.name) for each in outcomes])) for one in fields(Outcome)}
    return {name: round(value, 4) for name, value in means.items()}


def _text(path: str, stdin: TextIO) -> str:
    if path == "-":
        return stdin.read()
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(path, "the file cannot be read as UTF-8 text") from error
