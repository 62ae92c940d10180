"""The lottery: a pure function of seed and id, computed again here from its description alone."""

import hashlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch.market.lottery import BITS, lottery, lottery_numbers, pair_lottery
from mentormatch.market.market import Market

MASK = 2**64 - 1
IDS = st.lists(st.text(max_size=6) | st.integers(-(10**6), 10**6), unique=True, max_size=12)


def splitmix64(state: int) -> int:
    z = (state + 0x9E3779B97F4A7C15) & MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def number_by_hand(item: str | int, seed: int, salt: str) -> int:
    """What anybody can compute with the documentation in hand."""
    key = hashlib.blake2b(f"{seed}:{salt}".encode(), digest_size=32).digest()
    if isinstance(item, int):
        drawn = splitmix64((int.from_bytes(key[:8], "big") + item * 0x9E3779B97F4A7C15) & MASK)
    else:
        drawn = int.from_bytes(hashlib.blake2b(item.encode(), key=key, digest_size=8).digest(), "big")
    return drawn >> 20


def test_splitmix64_is_the_published_one() -> None:
    """The first outputs for the seed 1234567 of the reference implementation."""
    golden = 0x9E3779B97F4A7C15
    assert [splitmix64((1234567 + golden * i) & MASK) for i in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(ids=IDS, seed=st.integers(-5, 10**12), salt=st.sampled_from(["student", "mentor"]))
def test_numbers_are_those_of_the_description(ids: list[str | int], seed: int, salt: str) -> None:
    numbers = lottery_numbers(ids, seed, salt=salt).tolist()
    assert numbers == [number_by_hand(item, seed, salt) for item in ids]
    assert all(0 <= number < 2**BITS for number in numbers)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(ids=IDS, seed=st.integers(0, 99), data=st.data())
def test_the_order_of_two_depends_on_nobody_else(ids: list[str | int], seed: int, data: st.DataObject) -> None:
    order = lottery(ids, seed, salt="student")
    assert sorted(order.tolist()) == list(range(len(ids)))
    some = data.draw(st.permutations(ids))[: len(ids) // 2 + 1]
    whole = sorted(some, key=lambda item: order[ids.index(item)])
    alone = lottery(some, seed, salt="student")
    assert sorted(some, key=lambda item: alone[some.index(item)]) == whole


@pytest.mark.parametrize("ids", [range(0), range(5), range(3, 40, 7), range(5, -5, -2), range(-3, 3)])
def test_a_range_draws_what_its_integers_draw(ids: range) -> None:
    assert lottery_numbers(ids, 7, salt="mentor").tolist() == lottery_numbers(list(ids), 7, salt="mentor").tolist()


def test_an_integer_and_its_text_are_two_ids() -> None:
    one, text = lottery_numbers([1, "1"], 0, salt="student").tolist()
    assert one != text


def test_seeds_and_salts_are_independent_draws() -> None:
    draws = {
        tuple(lottery(range(20), seed, salt=salt).tolist()) for seed in range(20) for salt in ("student", "mentor")
    }
    assert len(draws) == 40


@pytest.mark.parametrize("ids", [range(4), [f"s{i}" for i in range(4)]], ids=["integers", "texts"])
def test_every_order_is_as_likely(ids: list[str | int]) -> None:
    draws = 4_800
    seen = Counter(tuple(lottery(ids, seed, salt="student").tolist()) for seed in range(draws))
    assert len(seen) == 24
    chi_squared = sum((count - draws / 24) ** 2 / (draws / 24) for count in seen.values())
    # 23 degrees of freedom: exceeded once in a thousand draws of seeds; these seeds are fixed.
    assert chi_squared < 49.7


def test_numbers_of_a_city_are_distinct() -> None:
    assert len(np.unique(lottery_numbers(range(100_000), 1, salt="student"))) == 100_000


def market(students: list[str], mentors: list[str]) -> Market:
    n, k = len(students), len(mentors)
    return Market.from_arrays(
        np.repeat(np.arange(n), k),
        np.tile(np.arange(k), n),
        student_rank=np.ones(n * k, np.int64),
        student_ids=students,
        mentor_ids=mentors,
    )


def by_ids(of: Market, seed: int) -> dict[tuple[str, str], int]:
    numbers = pair_lottery(of, seed).tolist()
    ends = zip(of.student.tolist(), of.mentor.tolist(), strict=True)
    return {(of.student_ids[i], of.mentor_ids[j]): number for (i, j), number in zip(ends, numbers, strict=True)}


def test_a_pair_draws_by_its_two_ids_alone() -> None:
    whole = by_ids(market(["a", "b", "c", "d"], ["x", "y", "z"]), 5)
    part = by_ids(market(["d", "b"], ["z", "x"]), 5)
    assert part == {ids: whole[ids] for ids in part}
    assert len(set(whole.values())) == 12
    assert whole != by_ids(market(["a", "b", "c", "d"], ["x", "y", "z"]), 6)


def test_mentors_draw_orders_of_their_own() -> None:
    of = market([f"s{i}" for i in range(12)], ["x", "y", "z"])
    numbers = pair_lottery(of, 0).reshape(12, 3)
    assert len({tuple(np.argsort(numbers[:, j]).tolist()) for j in range(3)}) == 3
    assert ((numbers >= 0) & (numbers < 2**BITS)).all()
