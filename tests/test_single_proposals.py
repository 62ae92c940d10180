"""Rounds over rows of lists and seats, against Gale and Shapley one at a time, where rows are uneven or long."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.base.arrays import IntArray, group_starts
from mentormatch.solvers.stable import single_proposals as engine
from mentormatch.solvers.stable.single_proposals import Lists, single_proposals


def one_by_one(lists: Lists, quota: IntArray, able: np.ndarray) -> list[int]:
    """Gale and Shapley as in the textbook."""
    size = len(lists.start) - 1
    wishes = [
        sorted(range(lists.start[i], lists.start[i + 1]), key=lambda entry: -lists.order[entry]) if able[i] else []
        for i in range(size)
    ]
    owner = np.repeat(np.arange(size), np.diff(lists.start))
    held: list[list[int]] = [[] for _ in quota]
    free = list(range(size))
    while free:
        proposer = free.pop()
        if wishes[proposer]:
            entry = wishes[proposer].pop()
            seats = held[lists.receiver[entry]]
            seats.append(entry)
            seats.sort(key=lambda other: lists.received[other])
            if len(seats) > quota[lists.receiver[entry]]:
                free.append(int(owner[seats.pop()]))
    matched = [-1] * size
    for entry in (entry for seats in held for entry in seats):
        matched[owner[entry]] = entry
    return matched


def strict(rng: np.random.Generator, owner: IntArray, worth: IntArray, spread: int) -> IntArray:
    """Return strict orders within each owner by worth, then by lot, far apart."""
    lot = np.lexsort((rng.random(len(owner)), worth, owner))
    order = np.empty(len(owner), np.int64)
    order[lot] = np.arange(len(owner)) - len(owner) // 2
    return order * spread


def random_lists(seed: int, num_proposers: int, num_receivers: int, density: float, taste: int, spread: int) -> Lists:
    rng = np.random.default_rng(seed)
    # Some list nearly everybody, some few or nobody.
    wish = rng.random((num_proposers, 1)) ** 2 * 2 * density
    pairs = np.argwhere(rng.random((num_proposers, num_receivers)) < wish)
    owner, receiver = pairs[:, 0], pairs[:, 1].astype(np.int32)
    common = (
        rng.integers(0, max(taste, 1), num_receivers)[receiver],
        rng.integers(0, max(taste, 1), num_proposers)[owner],
    )
    return Lists(
        group_starts(owner, num_proposers),
        receiver,
        strict(rng, owner, common[0], spread),
        strict(rng, receiver, common[1], spread),
    )


@given(
    seed=st.integers(0, 2**32),
    sizes=st.sampled_from([(3, 2), (40, 3), (60, 40), (30, 150), (150, 90)]),
    density=st.sampled_from([0.05, 0.5, 1.0]),
    taste=st.sampled_from([0, 3, 10**6]),
    spread=st.sampled_from([1, 2**20, 2**44]),
    most=st.sampled_from([1, 3, 50]),
)
def test_as_in_the_textbook(
    seed: int, sizes: tuple[int, int], density: float, taste: int, spread: int, most: int
) -> None:
    lists = random_lists(seed, *sizes, density, taste, spread)
    rng = np.random.default_rng((seed, 1))
    quota = rng.integers(0, most + 1, sizes[1])
    able = rng.random(sizes[0]) < 0.95
    assert single_proposals(lists, quota, able).tolist() == one_by_one(lists, quota, able)


@pytest.mark.parametrize("taste", [0, 10**6])
@pytest.mark.parametrize("block", [8, 1 << 17])
def test_rounds_alone(monkeypatch: pytest.MonkeyPatch, taste: int, block: int) -> None:
    """With no tail that settles the last ones, in small blocks and short pieces, everybody still ends the same."""
    monkeypatch.setattr(engine, "_TAIL", 0)
    monkeypatch.setattr(engine, "_BLOCK", block)
    for seed in range(30):
        monkeypatch.setattr(engine, "_PIECE", 4 if seed % 2 else 64)
        lists = random_lists(seed, 25, 12, 0.8, taste, 1)
        quota = np.random.default_rng(seed).integers(0, 4, 12)
        able = np.ones(25, bool)
        assert single_proposals(lists, quota, able).tolist() == one_by_one(lists, quota, able)


def test_all_want_the_same_and_are_wanted_the_same() -> None:
    """Of each mentor's offers all but one are turned away: the most offers there can be."""
    size = 120
    order = np.tile(np.arange(size), size)
    lists = Lists(np.arange(size + 1) * size, order, order, np.repeat(np.arange(size), size))
    matched = single_proposals(lists, np.ones(size, np.int64), np.ones(size, bool))
    assert matched.tolist() == [i * size + i for i in range(size)]


def test_nobody_takes_anybody() -> None:
    lists = random_lists(0, 40, 3, 1.0, 3, 1)
    nothing = [-1] * 40
    assert single_proposals(lists, np.zeros(3, np.int64), np.ones(40, bool)).tolist() == nothing
    assert single_proposals(lists, np.ones(3, np.int64), np.zeros(40, bool)).tolist() == nothing


@pytest.mark.parametrize("seed", range(6))
def test_complete_lists_longer_than_a_piece(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size, receivers = 90, 100 + seed
    owner, receiver = np.repeat(np.arange(size), receivers), np.tile(np.arange(receivers), size)
    orders = strict(rng, owner, receiver // 30, 1), strict(rng, receiver, owner // 40, 1)
    lists = Lists(np.arange(size + 1) * receivers, receiver, *orders)
    quota, able = np.full(receivers, 1 + seed % 2), np.ones(size, bool)
    assert single_proposals(lists, quota, able).tolist() == one_by_one(lists, quota, able)
