"""Tables of columns in and out, in any order of rows."""

import numpy as np
import pytest

from mentormatch.errors import MarketError
from mentormatch.io.frames import market_from_frames, matching_columns
from mentormatch.matchmaking import match

PAIRS = {
    "student": np.array(["Bo", "Ann", "Ann"]),
    "mentor": np.array(["Lee", "Wu", "Lee"], object),
    "student_rank": [1, 2, 1],
    "mentor_rank": [1, 1, 2],
}
MENTORS = {"mentor": ["Xu", "Wu", "Lee"], "upper": [3, 2, 1]}


def test_there_and_back() -> None:
    market = market_from_frames(PAIRS, MENTORS)
    assert (tuple(market.student_ids), tuple(market.mentor_ids)) == (("Ann", "Bo"), ("Lee", "Wu", "Xu"))
    assert market.mentor_upper.tolist() == [1, 2, 3]
    columns = matching_columns(market, np.arange(market.num_pairs))
    assert columns["student"] == ["Ann", "Ann", "Bo"]
    again = market_from_frames(columns, MENTORS)
    assert matching_columns(again, np.arange(3)) == columns
    result = match(market).matching
    assert result is not None
    assert matching_columns(market, result.pairs)["mentor"] == ["Wu", "Lee"]


def test_without_mentors_and_replies() -> None:
    market = market_from_frames({"student": [7, 8], "mentor": [1, 1], "student_rank": [1, 1]})
    assert (tuple(market.student_ids), market.mentor_upper.tolist(), market.mentor_rank.tolist()) == (
        (7, 8),
        [1],
        [1, 1],
    )


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_of_pandas_and_polars(library: str) -> None:
    frames = pytest.importorskip(library)
    market = market_from_frames(frames.DataFrame(PAIRS), frames.DataFrame(MENTORS))
    frame = frames.DataFrame(matching_columns(market, np.arange(market.num_pairs)))
    assert list(frame["student"]) == ["Ann", "Ann", "Bo"]


@pytest.mark.parametrize(
    ("pairs", "mentors", "message"),
    [
        ({"student": ["a"], "mentor": ["b"]}, None, "no column 'student_rank'"),
        ({**PAIRS, "student": ["a", 1, None]}, None, "must all be texts"),
        ({**PAIRS, "student": [1.0, 2.0, 3.0]}, None, "must all be texts"),
        (PAIRS, {"mentor": ["Lee"], "upper": [1]}, "Row 1 of the pairs"),
        (PAIRS, {"mentor": [], "upper": []}, "of the pairs|must all"),
        (PAIRS, {"mentor": ["Lee", "Wu", "Lee"], "upper": [1, 1, 1]}, "two rows"),
        ({**PAIRS, "mentor": ["Lee", "Lee", "Lee"]}, None, "more than once"),
    ],
)
def test_tables_that_make_no_sense(
    pairs: dict[str, list[object]], mentors: dict[str, list[object]], message: str
) -> None:
    with pytest.raises(MarketError, match=message):
        market_from_frames(pairs, mentors)
