"""A market with some of its pairs alone: everybody is there still."""

from mentormatch.base.arrays import BoolArray
from mentormatch.market.market import Market


def some_pairs(market: Market, keep: BoolArray) -> Market:
    """Return the market as if the other pairs were not there.

    Parameters
    ----------
    market : Market
    keep : bool array of shape (m,)
        Which pairs stay, with their ranks and attributes.
    """
    if keep.all():
        return market
    return market.replace(
        student=market.student[keep],
        mentor=market.mentor[keep],
        student_rank=market.student_rank[keep],
        mentor_rank=market.mentor_rank[keep],
        pair_attributes={name: values[keep] for name, values in market.pair_attributes.items()},
    )
