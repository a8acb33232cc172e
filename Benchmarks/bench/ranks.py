"""The Mann–Whitney test: whether one sample tends to be smaller than another."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def below(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The probability of as few, or fewer, pairs in which ours is the larger, were both alike."""
    pairs = sum((a > b) + 0.5 * (a == b) for a in ours for b in theirs)
    return float(_at_most(int(pairs + 0.5), len(ours), len(theirs)))


def apart(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The probability of a difference as large, or larger, in either direction."""
    return min(1, 2 * min(below(ours, theirs), below(theirs, ours)))


def _at_most(pairs: int, ours: int, theirs: int) -> Fraction:
    """The share of all orders of two samples with at most so many pairs in which ours is the larger.

    Exact for samples without ties, by the recurrence of Mann and Whitney (1947): the largest of all is one of
    ours, and larger than all of theirs, or one of theirs.
    """
    # orders[b][u]: orders of the samples so far, with b of theirs, that have u such pairs.
    orders = [[1] + [0] * (ours * theirs) for _ in range(theirs + 1)]
    for _ in range(ours):
        row = [[1] + [0] * (ours * theirs)]
        for b in range(1, theirs + 1):
            row.append([
                row[b - 1][u] + (orders[b][u - b] if u >= b else 0)
                for u in range(ours * theirs + 1)])
        orders = row
    return Fraction(sum(orders[theirs][:pairs + 1]), sum(orders[theirs]))
