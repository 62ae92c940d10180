"""Every engine against every other and against brute force, on 5,400 random small problems in every run.

Each of two engines that can take the same problems meets the other on 2,000 of them at least. The problems are drawn by
a seeded generator, so that a run repeats; each chunk asserts which engines really took part.
"""

from collections import Counter

import numpy as np
import pytest

from brute_force import best_of_problem
from mentormatch.base.errors import RulesError
from mentormatch.constraints import (
    Constraint,
    Continuity,
    Coverage,
    Eligibility,
    Quotas,
    TypeQuotas,
    Vetoes,
    WeakStability,
)
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import (
    FewestChanges,
    Generous,
    LoadBalance,
    Locality,
    MinimumRegret,
    PlacedStudents,
    RankMaximal,
    RankTotal,
    SoftRules,
    Stage,
)
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.solvers.choose import ENGINES

CHUNKS, PROBLEMS = 12, 450
MEETINGS = 2_000
BRUTE_FORCE_PAIRS = 7

STAGES: tuple[Stage, ...] = (
    PlacedStudents(),
    FewestChanges(),
    RankTotal(),
    RankMaximal(),
    Generous(),
    MinimumRegret(),
    LoadBalance(),
    Locality(),
    Locality(choices=True),
)


def strict_ranks(rng: np.random.Generator, owner: np.ndarray) -> np.ndarray:
    ranks = np.zeros(len(owner), np.int64)
    for each in np.unique(owner):
        mine = np.flatnonzero(owner == each)
        ranks[mine] = rng.permutation(len(mine)) + 1
    return ranks


def random_market(rng: np.random.Generator, *, strict: bool) -> Market:
    n, k = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    pairs = np.argwhere(rng.random((n, k)) < 0.8)
    student, mentor, size = pairs[:, 0], pairs[:, 1], len(pairs)
    upper = rng.integers(0, 4, k)
    current = np.zeros(size, bool)
    for each in np.unique(student):
        if rng.random() < 0.5:
            current[rng.choice(np.flatnonzero(student == each))] = True
    care = [str(rng.choice(["key", "general"])) if rng.random() < 0.7 else None for _ in range(n)]
    return Market.from_arrays(
        student,
        mentor,
        student_rank=strict_ranks(rng, student) if strict else rng.integers(0, 4, size),
        mentor_rank=strict_ranks(rng, mentor) if strict else rng.integers(1, 4, size),
        mentor_upper=upper,
        mentor_lower=np.where(rng.random(k) < 0.3, rng.integers(0, upper + 1), 0),
        num_students=n,
        num_mentors=k,
        student_quota=np.where(rng.random(n) < 0.15, 2, 1),
        student_attributes={"care_level": Attribute.from_values(care)},
        pair_attributes={
            "student_veto": rng.random(size) < 0.1,
            "mentor_veto": rng.random(size) < 0.1,
            "current": current,
            "locked": current & (rng.random(size) < 0.3),
            "unasked": current & (rng.random(size) < 0.3),
            "locality": rng.integers(0, 3, size),
        },
    )


def random_rules(rng: np.random.Generator, *, stable: bool) -> list[Constraint]:
    if stable:
        rules: list[Constraint] = [Quotas(lower=bool(rng.random() < 0.2)), WeakStability()]
    else:
        maybe: list[tuple[float, Constraint]] = [
            (0.4, TypeQuotas(attribute="care_level", values=("key",), upper=int(rng.integers(0, 3)))),
            (0.3, Coverage()),
            (0.2, Continuity(mode="keep_unless_asked")),
            (0.1, Continuity(mode="at_most", max_changes=int(rng.integers(0, 2)))),
            (0.2, Eligibility(reach="grade")),
        ]
        rules = [Quotas(lower=bool(rng.random() < 0.7)), *(rule for chance, rule in maybe if rng.random() < chance)]
    return [*rules, *([Vetoes()] if rng.random() < 0.6 else [])]


def random_problem(rng: np.random.Generator) -> Problem:
    strict = bool(rng.random() < 0.6)
    stable = bool(rng.random() < (0.8 if strict else 0.15))
    rules = random_rules(rng, stable=stable)
    stages = [STAGES[position] for position in rng.permutation(len(STAGES))[: rng.integers(0, 4)]]
    if not stable and rng.random() < 0.2:
        lower, upper = int(rng.integers(0, 2)), int(rng.integers(1, 3))
        soft = TypeQuotas(
            attribute="care_level", values=("general",), lower=lower, upper=upper, penalty=2, stage="soft_rules"
        )
        rules, stages = [*rules, soft], [*stages, SoftRules()]
    return Problem(random_market(rng, strict=strict), rules, stages)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_engines_agree_with_each_other_and_with_brute_force(chunk: int) -> None:
    took: Counter[str] = Counter()
    number = 0
    while number < PROBLEMS:
        rng = np.random.default_rng((chunk, sum(took.values()), number))
        took["drawn"] += 1
        try:
            problem = random_problem(rng)
        except RulesError:
            # Such as a type quota on a value that nobody of this market has.
            continue
        number += 1
        form = compile_form(problem)
        answers = {}
        for engine in ENGINES:
            if not engine.supports(form):
                result = solve(problem, engine=engine.name)
                answers[engine.name] = (str(result.status), tuple(stage.value for stage in result.stages))
                took[engine.name] += 1
        assert "cp_sat" in answers
        assert len(set(answers.values())) == 1, (problem, answers)
        if int(problem.candidates.sum()) <= BRUTE_FORCE_PAIRS:
            best = best_of_problem(problem)
            expected = ("infeasible", ()) if best.values is None else ("optimal", best.values)
            assert answers["cp_sat"] == expected, (problem, answers, best.values)
            took["brute_force"] += 1
    assert took["cp_sat"] == PROBLEMS
    # Stability is asked for or it is not: a flow and deferred acceptance never take the same problem.
    assert took["min_cost_flow"] >= MEETINGS // CHUNKS + 1
    assert took["deferred_acceptance"] >= MEETINGS // CHUNKS + 1
    assert took["brute_force"] >= PROBLEMS // 2
