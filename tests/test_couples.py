"""Couples: the rule, the engine, enumeration and the published instances."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from brute_force import best_of_problem
from mentormatch.base.errors import FileError, MarketError, RulesError
from mentormatch.constraints import Couple, CoupleStability, ForbiddenPairs, Quotas
from mentormatch.formulation.couple_rows import Couples
from mentormatch.io.instances.glasgow_couples import read_glasgow_couples
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers import cp_sat
from mentormatch.solvers.cp.interruptible import run_interruptibly
from mentormatch.solvers.engine import Options
from mentormatch.solvers.stable.applicants_in_turn import applicants_in_turn
from mentormatch.testing import check_constraint
from mentormatch.verify.verify import verify
from random_couples import random_couples
from random_markets import strict_ranks
from samples import published


def couples_market(
    rng: np.random.Generator, *, couples: int, singles: int, mentors: int
) -> tuple[Market, CoupleStability]:
    """Return a market whose first students are couples."""
    n, k = 2 * couples + singles, mentors
    ends = np.argwhere(rng.random((n, k)) < 0.75)
    student, mentor = ends[:, 0], ends[:, 1]
    wish = strict_ranks(rng, student)
    wish[student < 2 * couples] = 0
    market = Market.from_arrays(
        student,
        mentor,
        student_rank=wish,
        mentor_rank=strict_ranks(rng, mentor) if rng.random() < 0.7 else rng.integers(1, 3, len(ends)),
        mentor_upper=rng.integers(1, 4, k),
        num_students=n,
        num_mentors=k,
    )
    entries = []
    for c in range(couples):
        every = list(product(range(k), repeat=2))
        picked = [every[i] for i in rng.permutation(len(every))[: rng.integers(1, 5)].tolist()]
        entries.append(Couple(first=2 * c, second=2 * c + 1, choices=tuple(picked)))
    return market, CoupleStability(couples=tuple(entries))


@pytest.mark.parametrize("chunk", range(5))
def test_couples_as_enumerated(chunk: int) -> None:
    """Existence and size on 600 markets, by the rule's own definition over every matching."""
    rng = np.random.default_rng((40, chunk))
    absent = 0
    for _ in range(120):
        couples = int(rng.integers(1, 3))
        market, rule = couples_market(rng, couples=couples, singles=int(rng.integers(0, 4 - couples)), mentors=2)
        rules = [Quotas(), rule]
        if rng.random() < 0.2 and market.num_pairs:
            at = int(rng.integers(market.num_pairs))
            rules.append(ForbiddenPairs(pairs=((int(market.student[at]), int(market.mentor[at])),)))
        problem = Problem(market, rules, [PlacedStudents()])
        result, best = solve(problem), best_of_problem(problem)
        assert result.engine == "cp_sat"
        assert (result.status is Status.OPTIMAL) == best.is_feasible
        assert tuple(stage.value for stage in result.stages) == (best.values or ())
        absent += not best.is_feasible
    assert absent < 60


def test_some_markets_have_no_stable_matching() -> None:
    """A couple and a single, two seats, a cycle: whoever sits makes somebody move (Roth 1984)."""
    market = Market.from_arrays(
        [0, 1, 2, 2],
        [0, 1, 0, 1],
        student_rank=[0, 0, 1, 2],
        mentor_rank=[1, 2, 2, 1],
        student_ids=["r1", "r2", "r3"],
        mentor_ids=["h1", "h2"],
    )
    rule = CoupleStability(couples=(Couple(first="r1", second="r2", choices=(("h1", "h2"),)),))
    result = solve(Problem(market, [Quotas(), rule]))
    assert result.status is Status.INFEASIBLE
    assert not best_of_problem(Problem(market, [Quotas(), rule])).is_feasible


@pytest.mark.parametrize("seed", range(12))
def test_the_common_suite(seed: int) -> None:
    market, rule = couples_market(np.random.default_rng((41, seed)), couples=1 + seed % 2, singles=1, mentors=2)
    check_constraint(rule, market, max_matchings=200)


def test_both_at_one_mentor() -> None:
    """Each case of two students who would come to one mentor together."""
    market = Market.from_arrays(
        [0, 1, 2, 3, 4],
        [0] * 5,
        student_rank=[0, 0, 1, 1, 1],
        mentor_rank=[2, 4, 1, 3, 5],
        mentor_upper=[3],
    )
    rule = CoupleStability(couples=(Couple(first=0, second=1, choices=((0, 0),)),))

    def blocks(seats: int, held: list[int]) -> bool:
        here = market.replace(mentor_upper=np.array([seats]))
        found = rule.bind(here).violations(here, Matching(here, np.array(held, np.int64)))
        return any(violation.students == (0, 1) for violation in found)

    assert blocks(3, [2])  # two free seats
    assert not blocks(2, [2])  # one, and nobody is liked less
    assert blocks(2, [3])  # one, and the first is preferred to student 3
    assert blocks(2, [3, 4])  # none: the second is preferred to 4, the first to 3
    assert not blocks(2, [2, 4])  # none, and only one can be pushed out
    assert not blocks(1, [4])  # one seat is never enough


@pytest.mark.parametrize(("name", "size", "placed"), [("hrtc-iain-small", 10, 8), ("hrtc-iain", 110, 105)])
def test_published_couples(name: str, size: int, placed: int) -> None:
    path = published(f"{name}.instance")
    instance = read_glasgow_couples(path)
    assert instance.market.num_students == size
    entries = tuple(Couple(first=a, second=b, choices=choices) for a, b, choices in instance.couples)
    result = solve(Problem(instance.market, [Quotas(), CoupleStability(couples=entries)], [PlacedStudents()]))
    assert result.status is Status.OPTIMAL
    assert result.stages[0].value == placed


def test_a_guess_is_never_a_hint_of_an_interleaved_search_that_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """CP-SAT aborts the process there (google/or-tools issue 5025)."""
    searches = []

    def watched(solver: Any, model: Any, **how: Any) -> Any:
        status, interrupted = run_interruptibly(solver, model, **how)
        hinted = len(model.proto.solution_hint.vars) > 0
        searches.append((solver.parameters.interleave_search and hinted, solver.status_name(status)))
        return status, interrupted

    monkeypatch.setattr(cp_sat, "run_interruptibly", watched)
    instance = random_couples(110, seed=1)
    entries = tuple(Couple(first=a, second=b, choices=choices) for a, b, choices in instance.couples)
    problem = Problem(instance.market, [Quotas(), CoupleStability(couples=entries)], [PlacedStudents()])
    assert cp_sat.solve(compile_form(problem), Options()).status is Status.INFEASIBLE
    assert [status for _, status in searches] == ["INFEASIBLE"] * 2
    assert (True, "INFEASIBLE") not in searches


def test_what_the_rule_refuses() -> None:
    market, _ = couples_market(np.random.default_rng(1), couples=1, singles=1, mentors=2)
    for couple in (
        Couple(first=0, second=2, choices=((0, 0),)),  # 2 has choices of its own
        Couple(first=0, second=9, choices=((0, 0),)),
        Couple(first=0, second=1, choices=((0, 7),)),
    ):
        with pytest.raises(RulesError):
            CoupleStability(couples=(couple,)).bind(market)
    with pytest.raises(RulesError):
        CoupleStability(couples=(Couple(first=0, second=0, choices=()),))
    with pytest.raises(RulesError):
        CoupleStability(couples=(Couple(first=0, second=1, choices=((0, 1), (0, 1))),))


GOOD = "4\n2\n1\n3\n1\n2\nfalse\n1\n1\n\n0 0 1\n1 1 1\n2 0\n3 1 0\n\n0 1 2 3 0\n1 2 0 1 3\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0\n2\n2\n",
        GOOD.replace("4\n2\n1", "4\n2\n3", 1),
        GOOD.replace("3 1 0\n", "3 1 9\n"),
        GOOD.replace("3 1 0\n", "3 1 1\n"),
        GOOD.replace("0 0 1\n1 1 1", "0 0 1\n1 1"),
        GOOD.replace("1 2 0 1 3", "1"),
        GOOD.replace("1 2 0 1 3", "1 2 0 0 3"),
        GOOD.replace("1 2 0 1 3", "1 two 0 1 3"),
        GOOD.replace("3 1 0\n", "7 1 0\n"),
    ],
)
def test_what_the_reader_refuses(text: str, tmp_path: Path) -> None:
    path = tmp_path / "couples.instance"
    path.write_text(GOOD)
    # Joint choices are (0, 1) and (1, 1); hospital 0 does not list resident 1, which does not ask for it either.
    assert read_glasgow_couples(path).couples == ((0, 1, ((0, 1), (1, 1))),)
    path.write_text(text)
    with pytest.raises(MarketError):
        read_glasgow_couples(path)
    with pytest.raises(FileError):
        read_glasgow_couples(tmp_path / "absent")


def test_applicants_in_turn_find_what_is_stable_and_nothing_else() -> None:
    """Where the quick way finds a matching, nobody blocks it; where none exists, it finds none."""
    rng, found, absent = np.random.default_rng(79), 0, 0
    for _ in range(40):
        market, rule = couples_market(rng, couples=2, singles=1, mentors=2)
        problem = Problem(market, [Quotas(lower=False), rule], [PlacedStudents()])
        form = compile_form(problem)
        chosen = applicants_in_turn(form.of(Couples)[0], form.open, seed=0)
        exists = best_of_problem(problem).is_feasible
        if chosen is not None:
            assert exists
            assert verify(problem, Matching(market, np.flatnonzero(chosen))).is_feasible
        found, absent = found + (chosen is not None), absent + (not exists)
    assert absent
    assert found > 0.8 * (40 - absent)


def test_large_instances_need_no_search() -> None:
    instance = random_couples(300, seed=0)
    entries = tuple(Couple(first=a, second=b, choices=choices) for a, b, choices in instance.couples)
    form = compile_form(Problem(instance.market, [Quotas(lower=False), CoupleStability(couples=entries)]))
    outcome = cp_sat.solve(form, Options())
    assert outcome.status is Status.OPTIMAL
    assert "variables" not in outcome.statistics
