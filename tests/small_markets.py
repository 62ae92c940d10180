"""Markets small enough to try every matching of them."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching

PAIR_FACTS = ("current", "locked", "unasked", "leaving", "request_stands", "student_veto", "mentor_veto")


def school(**changes: Any) -> Market:
    """Four students of two classes, three mentors, every pair.

    ========  =====  =======  ==========================  ===============  ================
    student   class  care     a (1-2 seats)               b (1 seat)       c (1 seat, lower)
    ========  =====  =======  ==========================  ===============  ================
    s1        7.1    key      1st, current, no form       2nd              avoided
    s2 (two)  7.1    general  1st                         1st              2nd
    s3        7.2    key      -                           1st, locked      -
    s4        7.2             2nd, unsuitable             -                1st, current
    ========  =====  =======  ==========================  ===============  ================
    """
    arrays: dict[str, Any] = {
        "student_rank": [1, 2, 0, 1, 1, 2, 0, 1, 0, 2, 0, 1],
        "mentor_rank": [2, 1, 1, 1, 1, 2, 1, 2, 1, 3, 1, 2],
        "mentor_upper": [2, 1, 1],
        "mentor_lower": [1, 0, 1],
        "student_quota": [1, 2, 1, 1],
        "student_ids": ["s1", "s2", "s3", "s4"],
        "mentor_ids": ["a", "b", "c"],
        "student_attributes": {
            "care_level": Attribute.from_values(["key", "general", "key", None]),
            "class_name": Attribute.from_values(["7.1", "7.1", "7.2", "7.2"]),
        },
        "pair_attributes": {
            "current": flags("s1a s3b s4c"),
            "locked": flags("s3b"),
            "unasked": flags("s1a"),
            "student_veto": flags("s1c"),
            "mentor_veto": flags("s4a"),
            "locality": np.array([0, 1, 2] * 4),
        },
    }
    return Market.from_arrays([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3], [0, 1, 2] * 4, **(arrays | changes))


def flags(pairs: str) -> np.ndarray:
    """Return the flags of the pairs of `school` that are named, such as ``"s1a s3b"``."""
    values = np.zeros(12, bool)
    for pair in pairs.split():
        values[3 * (int(pair[1]) - 1) + "abc".index(pair[2])] = True
    return values


def pairs_of(market: Market, pairs: str) -> Matching:
    """Return the matching of the pairs that are named, such as ``"s1a s3b"``."""
    return Matching.from_ids(market, [(pair[:2], pair[2]) for pair in pairs.split()])


@st.composite
def markets(draw: st.DrawFn, *, most_mentors: int = 2) -> Market:
    """Draw a market of at most three students, three mentors and seven pairs, with all facts and attributes."""
    n, k = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    every = [(i, j) for i in range(n) for j in range(k)]
    pairs = draw(st.lists(st.sampled_from(every), unique=True, max_size=7))
    m = len(pairs)

    def numbers(low: int, high: int, size: int) -> np.ndarray:
        return np.array(draw(st.lists(st.integers(low, high), min_size=size, max_size=size)), np.int64)

    upper = numbers(0, 2, k)
    facts = {name: numbers(0, 1, m).astype(bool) for name in PAIR_FACTS}
    # Last term had one mentor for each student, as a school's roster has.
    seen: set[int] = set()
    for at, (student, _) in enumerate(pairs):
        facts["current"][at] &= student not in seen
        seen |= {student} if facts["current"][at] else set()
    facts["locked"] &= facts["current"]
    facts["unasked"] &= facts["current"]
    facts["leaving"] &= facts["current"] & ~facts["unasked"]
    facts["request_stands"] &= facts["current"] & ~facts["unasked"] & ~facts["leaving"]
    labels = st.lists(st.sampled_from(["x", "y", "z"]), unique=True, max_size=2)
    return Market.from_arrays(
        [student for student, _ in pairs],
        [mentor for _, mentor in pairs],
        student_rank=numbers(0, 3, m),
        mentor_rank=numbers(1, 3, m),
        mentor_upper=upper,
        mentor_lower=np.minimum(upper, numbers(0, 2, k)),
        student_quota=numbers(0, most_mentors, n),
        student_ids=[f"s{i}" for i in range(n)],
        mentor_ids=[10 + j for j in range(k)],
        student_attributes={"kind_of": Attribute.from_values([draw(labels) for _ in range(n)], known="xyz")},
        pair_attributes={**facts, "locality": numbers(0, 2, m)},
    )
