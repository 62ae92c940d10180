"""Priorities of students who did not list a mentor: kept by constructors and readers, traded in top trading cycles."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

import simple_mechanisms as simple
from mentormatch.base.errors import MarketError
from mentormatch.constraints import ForbiddenPairs, Quotas
from mentormatch.io.instances.frames import market_from_frames, market_tables
from mentormatch.io.instances.glasgow import read_glasgow, write_glasgow
from mentormatch.io.instances.table_files import market_from_files, market_to_files
from mentormatch.market.lottery import lottery
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching
from mentormatch.market.unlisted import Unlisted, mentors_that_would_take, relisted
from mentormatch.mechanisms import MECHANISMS
from mentormatch.problem.problem import Problem
from mentormatch.solvers.engine import Options
from mentormatch.study.metrics.every_list import every_list
from mentormatch.study.metrics.metric import Measured

TRADING = next(mechanism for mechanism in MECHANISMS if mechanism.name == "top_trading_cycles")
STUDENTS, MENTORS = range(4), range(3)
EVERY_LIST = [order for length in range(len(MENTORS) + 1) for order in permutations(MENTORS, length)]

Lists = Mapping[int, Sequence[int] | None]


def drawn(rng: np.random.Generator, *, some_silent: bool = False) -> tuple[dict[int, list[int]], Lists, dict[int, int]]:
    """Return lists of students, of mentors (who may refuse some, or be silent), and seats."""
    lists = {i: rng.permutation(len(MENTORS))[: rng.choice([0, 1, 2, 2, 3])].tolist() for i in STUDENTS}
    priorities = {
        j: None if some_silent and rng.random() < 0.5 else rng.permutation(4)[: rng.integers(3, 5)].tolist()
        for j in MENTORS
    }
    return lists, priorities, {j: int(rng.choice([1, 1, 1, 2])) for j in MENTORS}


def got(market: Market, seed: int = 0) -> dict[Id, Id]:
    pairs = TRADING.assign(Problem(market, [Quotas()]), Options(seed=seed))
    assert pairs is not None
    return {market.student_of(pair): market.mentor_of(pair) for pair in pairs.tolist()}


def place(wish: Sequence[int], mentor: object) -> int:
    return wish.index(mentor) if mentor in wish else 9


def copies(lists: dict[int, list[int]]) -> list[dict[int, list[int]]]:
    """Return the lists as they are, and with every list of every student: markets that are put side by side."""
    return [lists, *({**lists, i: list(order)} for i in STUDENTS for order in EVERY_LIST)]


@cache
def side_by_side() -> tuple[list[dict[int, list[int]]], Market]:
    """Return the true lists of many markets with strict mentors, and all of their copies as one market."""
    rng = np.random.default_rng(5)
    students: dict[str, list[str]] = {}
    mentors: dict[str, list[str]] = {}
    seats: dict[str, int] = {}
    truths = []
    for number in range(100):
        lists, priorities, quotas = drawn(rng)
        truths.append(lists)
        for copy, told in enumerate(copies(lists)):
            own = f"{number} {copy} "
            students |= {f"{own}{i}": [f"{own}{j}" for j in wish] for i, wish in told.items()}
            mentors |= {f"{own}{j}": [f"{own}{i}" for i in order or ()] for j, order in priorities.items()}
            seats |= {f"{own}{j}": quotas[j] for j in MENTORS}
    return truths, Market.from_preferences(students, mentors, quotas=seats)


def gains(truths: list[dict[int, list[int]]], market: Market) -> int:
    """Return how many students gain by some list, of all lists."""
    of = got(market)
    found = 0
    for number, lists in enumerate(truths):
        for i in STUDENTS:
            mentors_of = [of.get(f"{number} {copy} {i}") for copy in range(1 + len(STUDENTS) * len(EVERY_LIST))]
            has = [None if mentor is None else int(str(mentor).split()[-1]) for mentor in mentors_of]
            lies = has[1 + i * len(EVERY_LIST) : 1 + (i + 1) * len(EVERY_LIST)]
            found += min(place(lists[i], mentor) for mentor in lies) < place(lists[i], has[0])
    return found


def test_no_list_whatever_pays_where_the_priorities_are_known() -> None:
    assert gains(*side_by_side()) == 0


def test_lists_pay_where_a_priority_comes_with_the_list_only() -> None:
    truths, market = side_by_side()
    assert gains(truths, market.replace(unlisted=None)) > 0


def test_trading_by_dictionaries_is_that_of_the_textbook() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        lists, priorities, quotas = drawn(rng, some_silent=True)
        market = Market.from_preferences(lists, priorities, quotas=quotas)
        draw = lottery(market.student_ids, 4, salt="student").tolist()
        ranking = [sorted(STUDENTS, key=lambda i: draw[i]) if order is None else order for order in priorities.values()]
        wishes = [[j for j in lists[i] if i in ranking[j]] for i in STUDENTS]
        case = simple.Case(wishes, [list(order) for order in ranking], list(quotas.values()), list(STUDENTS))
        of = got(market, seed=4)
        assert [of.get(i) for i in STUDENTS] == simple.trading(case)


def test_silent_mentors_with_a_closed_pair_are_read_one_by_one() -> None:
    """A pair that a rule removes gives no priority; everybody else keeps theirs."""
    lists = {0: [1], 1: [0, 1], 2: [1]}
    for seed in range(8):
        market = Market.from_preferences(lists, {0: None, 1: [1, 2, 0]})
        rules = [Quotas(), ForbiddenPairs(pairs=((1, 0),))]
        pairs = TRADING.assign(Problem(market, rules), Options(seed=seed))
        assert pairs is not None
        assert [(market.student_of(p), market.mentor_of(p)) for p in pairs.tolist()] == [(1, 1)]


def test_the_metric_tries_mentors_that_nobody_listed() -> None:
    mentors = {"m1": ["s1", "s2", "s3"], "m2": ["s2", "s3", "s1"]}
    market = Market.from_preferences({"s1": ["m2"], "s2": ["m1", "m2"], "s3": ["m2"]}, mentors)
    for known, gain in ((market, 0.0), (market.replace(unlisted=None), 0.0)):
        problem = Problem(known, [Quotas()])
        pairs = TRADING.assign(problem, Options())
        assert pairs is not None
        outcome = Measured(problem=problem, mechanism=TRADING, seed=0, matching=Matching(known, pairs))
        assert every_list(outcome)["gain_by_any_list"] == gain
    boston = next(mechanism for mechanism in MECHANISMS if mechanism.name == "immediate_acceptance")
    market = Market.from_preferences({"s1": ["m1"], "s2": ["m1"], "s3": ["m1", "m2"]}, {"m1": ["s2", "s1", "s3"]})
    problem = Problem(market, [Quotas()])
    pairs = boston.assign(problem, Options())
    assert pairs is not None
    assert every_list(Measured(problem=problem, mechanism=boston, seed=0, matching=Matching(market, pairs)))


# -- the same market whatever the list ---------------------------------------------------------------------------------


def seen(market: Market) -> tuple[object, ...]:
    """Return everything that a market says of ranks, by ids, whether in pairs or beside them."""
    known = market.unlisted
    assert known is not None
    listed = np.flatnonzero(market.is_choice).tolist()
    wishes = {(market.student_of(p), market.mentor_of(p)): int(market.student_rank[p]) for p in listed}
    views = {}
    for i, student_id in enumerate(market.student_ids):
        mine = market.pairs_of_student(i)
        views |= {(student_id, market.mentor_of(p)): int(market.mentor_rank[p]) for p in mine.tolist()}
        mentors, ranks = mentors_that_would_take(market, i)
        views |= {
            (student_id, market.mentor_ids[j]): rank for j, rank in zip(mentors.tolist(), ranks.tolist(), strict=True)
        }
    return wishes, views


def test_a_relisted_market_is_the_market_of_the_other_lists() -> None:
    rng = np.random.default_rng(8)
    for _ in range(100):
        lists, priorities, quotas = drawn(rng, some_silent=True)
        market = Market.from_preferences(lists, priorities, quotas=quotas)
        i = int(rng.integers(len(STUDENTS)))
        willing = [j for j in rng.permutation(3).tolist() if (known := priorities[j]) is None or i in known]
        other = willing[: rng.integers(0, 4)]
        ranks = {market.mentor_index(j): rank for rank, j in enumerate(other, start=1)}
        told = Market.from_preferences({**lists, i: other}, priorities, quotas=quotas)
        assert seen(relisted(market, i, ranks)) == seen(told)


def test_readers_and_writers_keep_the_mentors_side(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    told = 0
    for number in range(20):
        lists, priorities, quotas = drawn(rng, some_silent=number % 2 == 0)
        market = Market.from_preferences(lists, priorities, quotas=quotas)
        tables = market_tables(market)
        assert seen(market_from_frames(*(tables[name] for name in ("pairs", "mentors", "students", "unlisted")))) == (
            seen(market)
        )
        files = [tmp_path / f"{name}.csv" for name in ("pairs", "mentors", "students", "unlisted")]
        texts = market.replace(student_ids=[f"s{i}" for i in STUDENTS], mentor_ids=[f"m{j}" for j in MENTORS])
        market_to_files(texts, *files)
        assert seen(market_from_files(*files)) == seen(texts)
        if None not in priorities.values():
            write_glasgow(market, tmp_path / "one.txt")
            again = read_glasgow(tmp_path / "one.txt")
            write_glasgow(again, tmp_path / "two.txt")
            assert (tmp_path / "one.txt").read_text() == (tmp_path / "two.txt").read_text()
            assert got(again) == got(market)
            told += len(again.unlisted.student) if again.unlisted is not None else 0
    assert told > 20


def test_markets_without_a_word_of_mentors_have_silent_ones() -> None:
    market = Market.from_arrays([0, 1], [0, 0], student_rank=[1, 1], num_mentors=2)
    assert [mentors_that_would_take(market, i)[0].tolist() for i in (0, 1)] == [[1], [1]]
    known = Market.from_arrays([0, 1], [0, 0], student_rank=[1, 1], mentor_rank=[1, 2], num_mentors=2)
    assert known.unlisted is None
    assert not len(mentors_that_would_take(known, 0)[0])


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (([2], [0], [1], [0, 0]), "refers to index 2"),
        (([0], [-1], [1], [0, 0]), "negative index"),
        (([0], [1], [0], [0, 0]), "must be 1 or more"),
        (([0], [1], [1], [0]), "must have 2 entries"),
        (([0], [1, 1], [1], [0, 0]), "must have one length"),
    ],
)
def test_nonsense_is_refused(entries: tuple[list[int], ...], said: str) -> None:
    names = ("student", "mentor", "mentor_rank", "rank_of_rest")
    with pytest.raises(MarketError, match=said):
        Market.from_arrays(
            [0, 1],
            [0, 0],
            student_rank=[1, 1],
            num_mentors=2,
            unlisted=Unlisted(**dict(zip(names, map(np.array, entries), strict=True))),
        )


def test_nobody_lists_a_mentor_that_would_not_take_them() -> None:
    market = Market.from_preferences({"s": ["a"], "t": []}, {"a": ["s"], "b": ["s"]})
    with pytest.raises(MarketError, match="would take the student"):
        relisted(market, 1, {1: 1})


def test_a_table_of_priorities_names_people_of_the_market() -> None:
    tables = market_tables(Market.from_preferences({"s": ["a"]}, {"a": ["s"]}))
    tables["unlisted"] = {"student": ["x"], "mentor": ["a"], "mentor_rank": [1]}
    with pytest.raises(MarketError, match="Row 0 of the unlisted priorities"):
        market_from_frames(*(tables[name] for name in ("pairs", "mentors", "students", "unlisted")))
