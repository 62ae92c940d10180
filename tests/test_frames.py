"""Tables of columns in and out, in any order of rows."""

from typing import Any

import numpy as np
import pandas
import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch.base.errors import InputError, MarketError
from mentormatch.io.instances.frames import as_frame, market_from_frames, market_tables, matching_columns
from mentormatch.market.market import Market
from mentormatch.matchmaking import match
from strategies import markets

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


@settings(max_examples=60, derandomize=True, deadline=None)
@given(market=markets(), library=st.sampled_from(["pandas", "polars", "pyarrow"]), texts=st.booleans())
def test_any_market_there_and_back_through_any_frame(market: Market, library: Any, texts: bool) -> None:
    if texts:
        market = market.replace(
            student_ids=tuple(f"s{i}" for i in range(market.num_students)),
            mentor_ids=tuple(f"0{j}" for j in range(market.num_mentors)),
        )
    market = market.replace(pair_attributes={"weight": np.arange(market.num_pairs) - 3})
    tables = {name: as_frame(columns, library) for name, columns in market_tables(market).items()}
    assert same(market_from_frames(**tables, attributes=["weight"]), market)
    # The order of rows does not matter.
    turned = {
        name: as_frame({key: list(values)[::-1] for key, values in columns.items()}, library)
        for name, columns in market_tables(market).items()
    }
    assert same(market_from_frames(**turned, attributes=["weight"]), market)


def same(a: Market, b: Market) -> bool:
    arrays = ("student", "mentor", "student_rank", "mentor_rank", "mentor_upper", "mentor_lower", "student_quota")
    return (
        all(getattr(a, name).tolist() == getattr(b, name).tolist() for name in arrays)
        and (tuple(a.student_ids), tuple(a.mentor_ids)) == (tuple(b.student_ids), tuple(b.mentor_ids))
        and a.pair_attributes["weight"].tolist() == b.pair_attributes["weight"].tolist()
    )


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_empty_cells_in_frames_are_refused(library: Any) -> None:
    for name, values in (("student_rank", [1, None, 1]), ("student", ["a", None, "b"]), ("student", [1, None, 2])):
        with pytest.raises(MarketError, match="whole numbers"):
            market_from_frames(as_frame({**PAIRS, name: values}, library))


def test_lazy_frames_and_unknown_libraries() -> None:
    with pytest.raises(MarketError, match="no column") as told:
        market_from_frames(polars.LazyFrame(PAIRS))
    assert "collect()" in told.value.full_text.en
    with pytest.raises(InputError, match="nosuch"):
        as_frame(PAIRS, "nosuch")  # type: ignore[arg-type]


def test_categories_and_missing_integers_of_pandas() -> None:
    frame = pandas.DataFrame(PAIRS)
    frame["student"] = frame["student"].astype("category")
    frame["student_rank"] = frame["student_rank"].astype("Int64")
    assert tuple(market_from_frames(frame).student_ids) == ("Ann", "Bo")


@pytest.mark.parametrize(
    ("pairs", "mentors", "message"),
    [
        ({"student": ["a"], "mentor": ["b"]}, None, "no column 'student_rank'"),
        ({**PAIRS, "student": ["a", 1, None]}, None, "must all be texts"),
        ({**PAIRS, "student": [1.0, 2.0, 3.0]}, None, "must all be texts"),
        (PAIRS, {"mentor": ["Lee"], "upper": [1]}, "Row 1 of the pairs"),
        (PAIRS, {"mentor": [], "upper": []}, "Row 0 of the pairs"),
        ({**PAIRS, "student_rank": [1, None, 2]}, None, "'student_rank' must hold whole numbers"),
        ({**PAIRS, "student_rank": [1.5, 1, 2]}, None, "'student_rank' must hold whole numbers"),
        (PAIRS, {"mentor": ["Lee", "Wu"], "upper": ["1", "1"]}, "'upper' must hold whole numbers"),
        (PAIRS, {"mentor": ["Lee", "Wu", "Lee"], "upper": [1, 1, 1]}, "two rows"),
        ({**PAIRS, "mentor": ["Lee", "Lee", "Lee"]}, None, "more than once"),
    ],
)
def test_tables_that_make_no_sense(
    pairs: dict[str, list[object]], mentors: dict[str, list[object]], message: str
) -> None:
    with pytest.raises(MarketError, match=message):
        market_from_frames(pairs, mentors)
