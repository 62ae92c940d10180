"""What the arrays of a market must keep."""

from typing import TYPE_CHECKING

import numpy as np

from mentormatch.base.errors import MarketError

if TYPE_CHECKING:
    from mentormatch.market.market import Market

# Sums of ranks and quotas stay far below 2**63 for every market that fits in memory.
MAX_QUOTA = 10**9
MAX_RANK = 10**6


def check_market(market: "Market") -> None:
    """Refuse arrays that describe no market, with the first position that does not fit."""
    for name, array, low, high in (
        ("student_rank", market.student_rank, 0, MAX_RANK),
        ("mentor_rank", market.mentor_rank, 1, MAX_RANK),
        ("student_quota", market.student_quota, 0, MAX_QUOTA),
        ("mentor_lower", market.mentor_lower, 0, MAX_QUOTA),
        ("mentor_upper", market.mentor_upper, 0, MAX_QUOTA),
    ):
        if array.size and (int(array.min()) < low or int(array.max()) > high):
            at = int(np.flatnonzero((array < low) | (array > high))[0])
            raise MarketError(f"'{name}' must be between {low} and {high}; got {int(array[at])} at position {at}.")
    if market.unlisted is not None:
        market.unlisted.check(market.num_students, market.num_mentors)
    for name, values in market.pair_attributes.items():
        if values.shape != market.student.shape:
            raise MarketError(
                f"'{name}' must have one entry per pair, shape {market.student.shape}; got shape {values.shape}."
            )
    above = np.flatnonzero(market.mentor_lower > market.mentor_upper)
    if len(above):
        j = int(above[0])
        raise MarketError(
            f"Mentor {market.mentor_ids[j]!r} has the lower quota {market.mentor_lower[j]} above the upper "
            f"quota {market.mentor_upper[j]}."
        )
    for side, ids in (("student", market.student_ids), ("mentor", market.mentor_ids)):
        if not isinstance(ids, range) and len(set(ids)) != len(ids):
            raise MarketError(f"'{side}_ids' must be distinct.")
