"""The chain of custody as arithmetic: every chain built by the rules is whole, and every break is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.cases.chain import GONE, SOON, TAKEN, Finding, Flaw, Link, examine, is_gone, may_follow

BEGAN = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@st.composite
def whole(draw: st.DrawFn) -> list[Link]:
    """A chain in which each step may follow the one before and each receiver confirmed."""
    chain: list[Link] = []
    for n in range(draw(st.integers(1, 8))):
        allowed = sorted(may_follow(chain))
        if not allowed:
            break
        to = draw(st.sampled_from(["", "chen", "zhou"]))
        chain.append(Link(draw(st.sampled_from(allowed)), BEGAN + n * MINUTE, "chen", to, to))
    return chain


@given(whole())
def test_a_chain_made_by_the_rules_is_whole(chain: list[Link]) -> None:
    assert examine(chain, chain[-1].at) == ()
    assert chain[0].what == TAKEN
    assert is_gone(chain) == (not may_follow(chain))


@given(whole(), st.data())
def test_a_receipt_that_is_missing_is_found_at_its_step(chain: list[Link], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(chain) - 1))
    broken = [*chain[:n], replace(chain[n], to="zhou", received_by=""), *chain[n + 1 :]]
    assert examine(broken, chain[-1].at) == (Finding(Flaw.UNCONFIRMED, n),)


@given(whole(), st.sampled_from([TAKEN, "stored", *sorted(GONE)]))
def test_nothing_follows_what_is_gone(chain: list[Link], what: str) -> None:
    gone = (
        chain
        if is_gone(chain)
        else [*chain, Link("back", chain[-1].at, "chen"), Link("returned", chain[-1].at, "chen")]
    )
    end = len(gone)
    assert Finding(Flaw.CANNOT_FOLLOW, end) in examine([*gone, Link(what, gone[-1].at, "chen")], gone[-1].at)


@given(whole())
def test_what_lies_about_for_a_day_is_not_stored(chain: list[Link]) -> None:
    late = examine(chain, chain[-1].at + SOON + MINUTE)
    assert bool(late) == (chain[-1].what in {"taken", "handed", "back"})


@given(whole(), st.integers(1, 600))
def test_time_never_runs_backwards(chain: list[Link], minutes: int) -> None:
    back = [*chain, Link("handed", chain[-1].at - minutes * MINUTE, "chen")]
    assert Flaw.BACKWARDS in {one.flaw for one in examine(back, chain[-1].at)}


def test_nothing_written_down_is_no_chain() -> None:
    assert examine([], BEGAN) == (Finding(Flaw.NO_BEGINNING, 0),)
