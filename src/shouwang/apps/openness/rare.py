"""
Fewer than three: the one rule by which figures keep from pointing at a person. Pure.

Whoever knows one of two people in a group knows the other. So a kind of matter is named only when at least `FEW` of a station's matters
of that month are of it; smaller groups become `OTHER` together. When `OTHER` itself would then hold fewer than `FEW`, the smallest named
group joins it, because otherwise the rest of the sum would tell. A plain count that could point at a person is left open below `FEW`,
and nought counts as few: “none” and “one” must look alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

FEW = 3
OTHER = "other"


def merge_rare(cells: Sequence[tuple[Hashable, str]]) -> list[str]:
    """
    The kind to show for each row of `(group, kind)`, in the same order.

    A row whose kind is already `OTHER` stays so. In every group each shown kind holds at least `FEW` rows, unless the whole group is
    smaller: then all of it is `OTHER`.
    """
    counts: dict[Hashable, Counter[str]] = {}
    for group, kind in cells:
        counts.setdefault(group, Counter())[kind] += 1
    hidden = {group: _hidden(by_kind) for group, by_kind in counts.items()}
    return [OTHER if kind in hidden[group] else kind for group, kind in cells]


def _hidden(by_kind: Counter[str]) -> set[str]:
    hidden = {kind for kind, n in by_kind.items() if n < FEW} | ({OTHER} & set(by_kind))
    while hidden and sum(by_kind[kind] for kind in hidden) < FEW:
        named = [kind for kind in by_kind if kind not in hidden]
        if not named:
            break
        hidden.add(min(named, key=lambda kind: (by_kind[kind], kind)))
    return hidden


def count_or_nothing(n: int) -> int | None:
    """The count, or None when it is too small to be told."""
    return n if n >= FEW else None
