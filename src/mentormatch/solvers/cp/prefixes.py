"""For each entry of a list of ranked entries, the entries of the same owner that rank as well or better."""

import numpy as np

from mentormatch.base.arrays import IntArray


class Prefixes:
    """The prefix of each entry: those of its owner with its rank or a better one, itself among them.

    Parameters
    ----------
    owner, rank : int64 arrays of shape (m,)
        Whose each entry is, and where it stands, 1 = best.

    Attributes
    ----------
    count : int64 array of shape (m,)
        Size of each entry's prefix.
    size : int64 array of shape (m,)
        Number of all entries of its owner.

    Notes
    -----
    O(m log m); `members` costs what it returns.
    """

    def __init__(self, owner: IntArray, rank: IntArray) -> None:
        self._order = np.lexsort((rank, owner))
        span = int(rank.max(initial=0)) + 2
        key = owner * span + rank
        ordered = key[self._order]
        self._start = np.searchsorted(ordered, owner * span, side="left")
        self._stop = np.searchsorted(ordered, key, side="right")
        self._end = np.searchsorted(ordered, (owner + 1) * span, side="left")
        self.count: IntArray = self._stop - self._start
        self.size: IntArray = self._end - self._start

    def members(self, of: IntArray, *, after: bool = False) -> tuple[IntArray, IntArray]:
        """Return the prefixes of some entries one after the other; `after`, the entries behind them instead.

        Returns
        -------
        number, member : int64 arrays
            Which of `of` is spoken of, counted from 0, and an entry of its prefix.
        """
        low, high = (self._stop, self._end) if after else (self._start, self._stop)
        count = high[of] - low[of]
        number = np.repeat(np.arange(len(of)), count)
        member = self._order[np.repeat(low[of] - np.cumsum(count) + count, count) + np.arange(len(number))]
        return number, member
