"""Coordination respects both sides: who moves out of round one stands lowest at the mentor; the account is exact."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from many_markets import random_small, union
from mentormatch.constraints import Coverage, EnvyFreeness, Quotas
from mentormatch.explain.fairness import fairness_account
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.matchmaking import match
from mentormatch.mechanisms import MECHANISMS
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import FewestMoves, LoadBalance, LowestStanding, RankTotal
from mentormatch.problem.problem import Problem
from mentormatch.report.notes import notes
from mentormatch.rules.defaults import market_stages
from mentormatch.solvers.engine import Options
from mentormatch.testing import check_stage

STUDENTS, MENTORS = range(5), range(2)


def drawn(rng: np.random.Generator) -> Market:
    """Return a market in which everybody may be placed anywhere, and lower quotas bite."""
    listed = np.where(rng.random((5, 2)) < 0.7, rng.random((5, 2)).argsort(axis=1) + 1, 0)
    listed[:, 0] = np.where(rng.random(5) < 0.6, 1, listed[:, 0])
    listed[:, 1] = np.where(listed[:, 0] == 1, np.where(listed[:, 1] > 0, 2, 0), listed[:, 1])
    student, mentor = (np.repeat(np.arange(5), 2), np.tile(np.arange(2), 5))
    kept = rng.random(10) < 0.9
    return Market.from_arrays(
        student[kept],
        mentor[kept],
        student_rank=listed.ravel()[kept],
        mentor_rank=rng.integers(1, 4, 10)[kept],
        mentor_lower=rng.integers(0, 3, 2),
        mentor_upper=[4, 4],
        num_students=5,
        num_mentors=2,
    )


def complete(market: Market) -> Iterator[tuple[int, ...]]:
    """Yield the mentors of all students in every matching that places everybody within both quotas."""
    known = set(zip(market.student.tolist(), market.mentor.tolist(), strict=True))
    for of in product(MENTORS, repeat=5):
        loads = [of.count(j) for j in MENTORS]
        within = all(market.mentor_lower[j] <= loads[j] <= market.mentor_upper[j] for j in MENTORS)
        if within and all((i, j) in known for i, j in enumerate(of)):
            yield of


def test_those_move_who_stand_lowest() -> None:
    """The fewest moves, then the lowest standing, are those of enumeration; no exchange would right a wrong."""
    rng, moved_in = np.random.default_rng(31), 0
    for _ in range(150):
        market = drawn(rng)
        every = list(complete(market))
        problem = Problem(market, [Quotas(), Coverage()], market_stages())
        result = match(problem, mechanism="two_round")
        assert (result.matching is None) == (not every)
        if result.matching is None:
            continue
        named = {stage.name: stage.value for stage in result.stages}
        base = dict(next(stage.base for stage in result.problem.stages if isinstance(stage, FewestMoves)))
        rank = {(int(market.student[p]), int(market.mentor[p])): int(r) for p, r in enumerate(market.mentor_rank)}

        def value(
            of: tuple[int, ...], base: dict[int, int] = base, rank: dict[tuple[int, int], int] = rank
        ) -> tuple[int, int]:
            moved = [i for i, j in base.items() if of[i] != j]
            lower = [sum(base[o] == base[i] and rank[o, base[o]] > rank[i, base[i]] for o in base) for i in moved]
            return len(moved), sum(lower)

        best = min(map(value, every))
        assert named["fewest_moves"] == best[0]
        assert ("lowest_standing" in named) == (best[0] > 0)
        assert named.get("lowest_standing", 0) == (best[1] if best[0] else 0)
        moved_in += best[0] > 0
        of = tuple(result.matching.mentors_of(i)[0] for i in STUDENTS)
        pairs = MECHANISMS[0].assign(problem, Options())
        assert pairs is not None
        assert result.matching.pairs.tolist() == pairs.tolist()
        for i, j in base.items():
            stays = [o for o in base if base[o] == j == of[o] and rank[o, j] > rank[i, j]]
            # Each of them cannot go where the student went.
            assert of[i] == j or all((o, of[i]) not in rank for o in stays)
    assert moved_in > 20


def test_the_stage_counts_who_stands_lower() -> None:
    market = Market.from_preferences(
        {"a": ["x", "y"], "b": ["x", "y"], "c": ["x", "y"]}, {"x": ["a", ["b", "c"]]}, quotas=3
    )
    stage = LowestStanding(base=(("a", "x"), ("b", "x"), ("c", "x")))
    for mentors, lost in (("xxx", 0), ("yxx", 2), ("xyx", 0), ("xyy", 0), ("yyy", 2)):
        matching = Matching.from_ids(market, list(zip("abc", mentors, strict=True)))
        assert stage.values(market, matching) == (lost,)
    check_stage(stage, market)


def test_the_account_counts_envy_as_the_textbook_does() -> None:
    """2,000 small markets with ties side by side, any matching: a student envies with reason whoever stands lower."""
    rng = np.random.default_rng(7)
    parts = [random_small(rng, ties=True, unlisted=True) for _ in range(2_000)]
    joined = union(parts)
    market = joined.market
    result = solve(Problem(market, [Quotas(lower=False)]))
    envy = justified = wasted = 0
    pairs, wronged = [], 0
    for number, part in enumerate(parts):
        n, k = part.student_rank.shape
        room = part.seats.tolist()
        of: list[int | None] = []
        for i in range(n):
            open_to = [j for j in range(k) if part.student_rank[i, j] >= 0 and room[j] > 0]
            j = int(rng.choice(open_to)) if open_to and rng.random() < 0.8 else None
            of.append(j)
            if j is not None:
                room[j] -= 1
                pairs.append((int(joined.first_student[number]) + i, int(joined.first_mentor[number]) + j))
        for i in range(n):
            has = of[i]
            worst = 99 if has is None else int(part.student_rank[i, has]) or 98
            better = [j for j in range(k) if 0 < part.student_rank[i, j] < worst and part.seats[j] > 0]
            lower = [
                j
                for j in better
                if any(of[o] == j and part.mentor_rank[o, j] > part.mentor_rank[i, j] for o in range(n))
            ]
            envy += sum(j in of for j in better)
            justified += len(lower)
            wronged += bool(lower)
            wasted += sum(room[j] > 0 for j in better)
    matching = Matching.from_ids(market, pairs)
    account = fairness_account(replace(result, matching=matching), attributes=())
    assert (account.envy, account.justified_envy, account.wasted) == (envy, justified, wasted)
    assert account.groups[0].wronged == wronged
    rule = next(iter(Problem(market, [EnvyFreeness()]).constraints))
    assert len(rule.violations(market, matching)) == justified > 1_000


def test_even_loads_that_come_too_late_are_told() -> None:
    market = Market.from_preferences({f"s{i}": ["a", "b", "c"] for i in range(9)}, quotas=9)
    problem = Problem(market, [Quotas(), Coverage()], [LoadBalance()])
    for mechanism, loads in (("two_round", [9, 0, 0]), ("two_round_best", [9, 0, 0]), ("optimal", [3, 3, 3])):
        result = match(problem, mechanism=mechanism)
        assert result.matching is not None
        assert result.matching.load.tolist() == loads
        told = [note for note in notes(result.problem) if "load_balance" in note.en]
        assert len(told) == (loads[0] == 9)
        assert all("9" in note.zh for note in told)
    after = match(problem.replace(stages=[RankTotal(), LoadBalance()]), mechanism="two_round")
    assert not notes(after.problem)
