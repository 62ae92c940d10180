"""Clean schools with a planted contradiction of two to five rules; shared by the tests and a benchmark.

The school alone has a matching with much room. Each planted set of rules contradicts itself, whatever else holds.
"""

import numpy as np

from mentormatch.constraints import (
    Constraint,
    Continuity,
    Coverage,
    Eligibility,
    FixedPairs,
    ForbiddenPairs,
    Quotas,
    TypeQuotas,
    Vetoes,
)
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.problem.problem import Problem

KINDS = ("two", "three", "four", "five", "counting", "two_again")


def plant(seed: int, *, num_students: int = 300, num_mentors: int = 30) -> tuple[Problem, frozenset[int]]:
    """Return a school that cannot fit, and the positions of its planted rules."""
    rng = np.random.default_rng(seed)
    market = school(rng, num_students, num_mentors)
    planted, market = _plant(KINDS[seed % len(KINDS)], rng, market)
    clean: list[Constraint] = [Quotas(), Vetoes(students=False), Continuity(mode="locked_only")]
    rules: list[tuple[bool, Constraint]] = [*((False, rule) for rule in clean), *((True, rule) for rule in planted)]
    order = rng.permutation(len(rules))
    rules = [rules[i] for i in order]
    problem = Problem(market, [rule for _, rule in rules])
    return problem, frozenset(i for i, (is_planted, _) in enumerate(rules) if is_planted)


def school(rng: np.random.Generator, n: int, k: int) -> Market:
    """Return a school with half as many seats again as students; who is in which class teaches locality."""
    student, mentor = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
    rank = np.zeros((n, k), np.int64)
    for i in range(n):
        rank[i, rng.choice(k, size=3, replace=False)] = [1, 2, 3]
    classes = np.arange(n) * max(k // 3, 1) // n
    teaches = np.arange(k) % max(k // 3, 1)
    has = rng.integers(0, k, n)
    current = np.zeros((n, k), bool)
    current[np.arange(n), has] = rng.random(n) < 0.5
    return Market.from_arrays(
        student,
        mentor,
        student_rank=rank.ravel(),
        mentor_rank=rng.integers(1, 4, n * k),
        mentor_upper=-(-3 * n // (2 * k)),
        num_students=n,
        num_mentors=k,
        student_ids=tuple(f"S{i:04d}" for i in range(n)),
        mentor_ids=tuple(f"T{j:03d}" for j in range(k)),
        student_attributes={
            "care_level": Attribute.from_values(["key" if rng.random() < 0.1 else None for _ in range(n)]),
            "class_name": Attribute.from_values([str(c) for c in classes]),
        },
        pair_attributes={
            "current": current.ravel(),
            "student_veto": np.zeros(n * k, bool),
            "locality": np.where((classes[:, None] == teaches[None, :]).ravel(), 0, 2),
        },
    )


def _plant(kind: str, rng: np.random.Generator, market: Market) -> tuple[list[Constraint], Market]:
    i = int(rng.integers(market.num_students))
    student = market.student_ids[i]
    mine = market.pairs_of_student(i)
    own = mine[market.pair_attributes["locality"][mine] == 0]
    far = mine[market.pair_attributes["locality"][mine] != 0]
    j = int(market.mentor[rng.choice(own)])
    mentor = market.mentor_ids[j]
    if kind in ("two", "two_again"):
        return [FixedPairs(pairs=((student, mentor),)), ForbiddenPairs(pairs=((student, mentor),))], market
    everywhere = Coverage(students=(student,))
    near_forbidden = ForbiddenPairs(pairs=tuple((student, market.mentor_ids[m]) for m in market.mentor[own].tolist()))
    if kind == "three":
        # The student must have a mentor, may go to the own class only, and may not go there.
        market = _without_current(market, mine)
        return [everywhere, Eligibility(reach="own_class"), near_forbidden], market
    if kind == "counting":
        # Every key-care student needs a mentor, of whom each takes none or hardly any.
        key = tuple(
            market.student_ids[s] for s in np.flatnonzero(market.student_attributes["care_level"].has("key")).tolist()
        )
        least = max(len(key) // market.num_mentors - 1, 0)
        return [Coverage(students=key), TypeQuotas(attribute="care_level", values=("key",), upper=least)], market
    # Four: some of the own class's mentors are avoided, the others forbidden. Five: one of them full as well.
    market = _without_current(market, mine)
    cut = len(own) // 2
    market = _avoiding(market, own[:cut])
    others = own[cut:]
    if kind == "four":
        forbidden = tuple((student, market.mentor_ids[m]) for m in market.mentor[others].tolist())
        rules = [everywhere, Eligibility(reach="own_class"), Vetoes(mentors=False), ForbiddenPairs(pairs=forbidden)]
        return rules, market
    open_pair, rest = int(others[0]), others[1:]
    last = market.mentor_ids[market.mentor[open_pair]]
    forbidden = tuple((student, market.mentor_ids[m]) for m in market.mentor[rest].tolist()) or (
        (student, market.mentor_ids[market.mentor[far[0]]]),
    )
    level = market.student_attributes["class_name"].values(i)[0]
    full = TypeQuotas(attribute="class_name", values=(level,), upper={last: 0})
    return [
        everywhere,
        Eligibility(reach="own_class"),
        Vetoes(mentors=False),
        ForbiddenPairs(pairs=forbidden),
        full,
    ], market


def _without_current(market: Market, pairs: np.ndarray) -> Market:
    current = market.pair_attributes["current"].copy()
    current[pairs] = False
    return market.replace(pair_attributes={**market.pair_attributes, "current": current})


def _avoiding(market: Market, pairs: np.ndarray) -> Market:
    avoided = market.pair_attributes["student_veto"].copy()
    avoided[pairs] = True
    return market.replace(pair_attributes={**market.pair_attributes, "student_veto": avoided})
