"""Market: three ways to build one, and every way to get it wrong."""

import pickle

import numpy as np
import pytest

from mentormatch.base.errors import MarketError
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market


def rank_of(market: Market, student: object, mentor: object) -> tuple[int, int] | None:
    pair = market.pair_index(student, mentor)
    return None if pair is None else (int(market.student_rank[pair]), int(market.mentor_rank[pair]))


def test_preferences_with_ties_silence_and_one_sided_lists() -> None:
    market = Market.from_preferences(
        {"s1": ["a", ["b", "c"]], "s2": [["a", "b"]], "s3": []},
        {"a": ["s2"], "b": None, "c": [["s1", "s2"]], "d": []},
        quotas={"a": 2, "b": (1, 3)},
    )
    assert market.student_ids == ("s1", "s2", "s3")
    assert market.mentor_ids == ("a", "b", "c", "d")
    assert rank_of(market, "s1", "a") is None  # a did not list s1
    assert rank_of(market, "s1", "b") == (2, 1)
    assert rank_of(market, "s1", "c") == (2, 1)
    assert rank_of(market, "s2", "a") == (1, 1)
    assert rank_of(market, "s2", "c") is None  # s2 did not list c
    assert market.mentor_upper.tolist() == [2, 3, 1, 1]
    assert market.mentor_lower.tolist() == [0, 1, 0, 0]


def test_the_order_of_keys_and_of_pairs_does_not_matter() -> None:
    students = {"s2": ["b", "a"], "s1": ["a"]}
    one = Market.from_preferences(students)
    other = Market.from_preferences(dict(reversed(students.items())))
    assert one.student_ids == other.student_ids
    assert (one.student_rank == other.student_rank).all()
    shuffled = Market.from_arrays([1, 0, 1], [0, 0, 1], student_rank=[2, 1, 1])
    assert shuffled.student.tolist() == [0, 1, 1]
    assert shuffled.student_rank.tolist() == [1, 2, 1]


def test_choices_and_arrays_give_the_same_market() -> None:
    one = Market.from_choices([[1, 0, -1], [-1, -1, -1], [2, -1, 0]], mentor_upper=[1, 1, 1])
    two = Market.from_arrays([0, 0, 2, 2], [0, 1, 0, 2], student_rank=[2, 1, 3, 1], num_students=3, num_mentors=3)
    for name in ("student", "mentor", "student_rank", "mentor_rank"):
        assert (getattr(one, name) == getattr(two, name)).all(), name


@pytest.mark.parametrize("size", [3, 70_000])
def test_pairs_by_mentor(size: int) -> None:
    rng = np.random.default_rng(0)
    mentor = rng.integers(0, size, 5_000)
    market = Market.from_arrays(np.arange(5_000), mentor, student_rank=np.ones(5_000, int), num_mentors=size)
    for j in np.unique(mentor)[:20].tolist():
        assert market.pairs_of_mentor(j).tolist() == np.flatnonzero(mentor == j).tolist()
    assert market.by_mentor.tolist() == np.argsort(mentor, kind="stable").tolist()


def test_a_market_cannot_be_changed_but_replaced_and_pickled() -> None:
    market = Market.from_preferences({"s": ["a"]})
    with pytest.raises(ValueError, match="read-only"):
        market.mentor_upper[0] = 9
    with pytest.raises(TypeError):
        market.pair_attributes["current"] = np.ones(1)  # type: ignore[index]
    assert market.replace(mentor_upper=np.array([7])).mentor_upper.tolist() == [7]
    again = pickle.loads(pickle.dumps(market))  # noqa: S301  # our own bytes
    assert again.student_ids == market.student_ids
    assert not again.student_rank.flags.writeable


def test_arrays_of_the_caller_stay_the_callers() -> None:
    ranks = np.array([1, 1], np.int32)
    Market.from_arrays(np.array([0, 1], np.int32), np.array([0, 0], np.int32), student_rank=ranks)
    ranks[0] = 5


WRONG = {
    "twice in a list": (lambda: Market.from_preferences({"s": ["a", "a"]}), "twice"),
    "a string for a list": (lambda: Market.from_preferences({"s": "ab"}), r"Maybe you meant \['ab'\]"),
    "unknown student": (lambda: Market.from_preferences({"s": ["a"]}, {"a": ["t"]}), "'t'"),
    "quota of nobody": (lambda: Market.from_preferences({"s": ["a"]}, quotas={"z": 1}), "'z'"),
    "negative quota": (lambda: Market.from_preferences({"s": ["a"]}, quotas={"a": -1}), "mentor_upper"),
    "huge quota": (lambda: Market.from_preferences({"s": ["a"]}, quotas={"a": 10**12}), "mentor_upper"),
    "lower above upper": (lambda: Market.from_preferences({"s": ["a"]}, quotas={"a": (2, 1)}), "lower quota 2"),
    "a pair twice": (lambda: Market.from_arrays([0, 0], [0, 0], student_rank=[1, 2]), "more than once"),
    "negative index": (lambda: Market.from_arrays([-1], [0], student_rank=[1]), "negative index"),
    "index too large": (lambda: Market.from_arrays([5], [0], student_rank=[1], num_students=2), "index 5"),
    "float ranks": (lambda: Market.from_arrays([0], [0], student_rank=[1.5]), "integers"),
    "ragged": (lambda: Market.from_arrays([0, 1], [0, 0], student_rank=[1]), "one entry per pair"),
    "rank below zero": (lambda: Market.from_arrays([0], [0], student_rank=[-1]), "student_rank"),
    "huge rank": (lambda: Market.from_arrays([0], [0], student_rank=[2**40]), "student_rank"),
    "ids of another length": (
        lambda: Market.from_arrays([0], [0], student_rank=[1], student_ids=["a"], num_students=2),
        "num_students",
    ),
    "ids twice": (
        lambda: Market.from_arrays([0], [0], student_rank=[1], student_ids=["a", "a"]),
        "distinct",
    ),
    "quotas of another length": (lambda: Market.from_arrays([0], [0], student_rank=[1], mentor_upper=[1, 2]), "shape"),
    "choice of another shape": (
        lambda: Market.from_choices([[0]], mentor_upper=[1], mentor_rank=[[1, 2]]),
        "shape of 'choices'",
    ),
}


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_nonsense_is_refused_with_what_was_given(case: str) -> None:
    build, words = WRONG[case]
    with pytest.raises(MarketError, match=words):
        build()


def test_unknown_ids_are_refused() -> None:
    market = Market.from_preferences({"s": ["a"]})
    with pytest.raises(MarketError, match="mentor with the id 'z'"):
        market.pair_index("s", "z")


def test_empty_sides() -> None:
    nobody = Market.from_preferences({})
    assert (nobody.num_students, nobody.num_mentors, nobody.num_pairs) == (0, 0, 0)
    assert Market.from_preferences({"s": []}).num_pairs == 0
    assert repr(nobody) == "Market(0 students, 0 mentors, 0 pairs, 0 seats)"


def test_attributes() -> None:
    attribute = Attribute.from_values(["b", None, ("a", "b"), []])
    assert [attribute.values(i) for i in range(4)] == [("b",), (), ("a", "b"), ()]
    assert attribute.has("b").tolist() == [True, False, True, False]
    assert attribute.membership(["c", "a"]).tolist() == [[False, False], [False, False], [False, True], [False, False]]


def test_facts_about_pairs_need_one_entry_each():
    market = Market.from_preferences({"s1": ["a", "b"]})
    assert market.replace(pair_attributes={"current": [True, False]}).pair_flag("current").tolist() == [True, False]
    with pytest.raises(MarketError, match=r"'current' must have one entry per pair, shape \(2,\)"):
        market.replace(pair_attributes={"current": [True]})
