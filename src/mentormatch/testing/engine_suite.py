"""The checks that any engine must pass: against every matching of small markets, judged by what the rules mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.constraints.choices_only import ChoicesOnly
from mentormatch.constraints.coverage import Coverage
from mentormatch.constraints.quotas import Quotas
from mentormatch.constraints.weak_stability import WeakStability
from mentormatch.market.matching import Matching
from mentormatch.objectives.placed_students import PlacedStudents
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.objectives.stage import Stage
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.testing.checks import check_positions, check_text, require, run_checks
from mentormatch.testing.matchings import all_matchings
from mentormatch.testing.small_choices import small_choice_markets


def small_problems() -> tuple[Problem, ...]:
    """Return problems that differ in kind: quotas, everybody placed, stability, no stage, two stages."""
    rules = ([Quotas()], [Quotas(), Coverage()], [Quotas(), ChoicesOnly(), WeakStability()])
    stages: tuple[list[Stage], ...] = ([], [PlacedStudents()], [PlacedStudents(), RankTotal()])
    return tuple(
        Problem(market, rule, stage) for market in small_choice_markets(4, seed=7) for rule in rules for stage in stages
    )


def check_engine(
    engine: Engine,
    problems: Sequence[Problem] | None = None,
    *,
    expected_failures: Mapping[str, str] | None = None,
) -> None:
    """Run the common suite on an engine.

    Parameters
    ----------
    engine : Engine
    problems : sequence of Problem, optional
        Small ones, of at most ten pairs. Default: quotas, coverage and stability with and without stages. Those that
        the engine does not support must be declined with reasons; it must take at least one.
    expected_failures : mapping of check name to reason, optional
        As in `check_constraint`.

    Raises
    ------
    AssertionError
        With every check that fails: an answer that breaks a rule, that is not optimal, or that another run changes.

    Examples
    --------
    >>> from mentormatch.solvers.flow.min_cost_flow import ENGINE
    >>> check_engine(ENGINE)
    """
    subject = EngineUnderTest(engine, small_problems() if problems is None else problems)
    run_checks(ENGINE_CHECKS, subject, f"The engine {engine.name}", expected_failures or {})


@dataclass(frozen=True, eq=False)
class EngineUnderTest:
    """An engine under test."""

    engine: Engine
    problems: Sequence[Problem]

    @property
    def taken(self) -> tuple[tuple[Problem, Form], ...]:
        """The problems that the engine supports, with their forms."""
        forms = [(problem, compile_form(problem)) for problem in self.problems]
        return tuple((problem, form) for problem, form in forms if not self.engine.supports(form))

    def answers(self) -> list[tuple[Problem, Form, Outcome]]:
        """Return the answers to what it supports."""
        return [(problem, form, self.engine.solve(form, Options())) for problem, form in self.taken]


def _declines_with_reasons(subject: EngineUnderTest) -> None:
    require(subject.engine.name.isidentifier(), f"a name must be one word; got {subject.engine.name!r}")
    for problem in subject.problems:
        for reason in subject.engine.supports(compile_form(problem)):
            require(bool(reason.code), "a reason needs a code")
            check_text(reason.text, "a reason")
    require(bool(subject.taken), "it supports none of the problems")


def _answers_are_sound(subject: EngineUnderTest) -> None:
    for problem, form, outcome in subject.answers():
        require(isinstance(outcome.status, Status), f"the status must be a Status; got {outcome.status!r}")
        if outcome.pairs is None:
            require(outcome.status not in (Status.OPTIMAL, Status.FEASIBLE), f"{outcome.status} without pairs")
            continue
        check_positions(outcome.pairs, problem.market.num_pairs, "pairs")
        require(bool((np.diff(outcome.pairs) > 0).all()), f"pairs must ascend; got {outcome.pairs}")
        names = [stage.name for stage in outcome.stages]
        require(names == [stage.name for stage in form.stages], f"the stages must be told in order; got {names}")


def _answers_are_right(subject: EngineUnderTest) -> None:
    for problem, form, outcome in subject.answers():
        best = _best(problem, form)
        if outcome.status is Status.INFEASIBLE:
            require(best is None, f"{problem!r} is called infeasible and is not")
        elif outcome.pairs is not None:
            matching = Matching(problem.market, outcome.pairs)
            require(_is_kept(problem, matching), f"the pairs {list(matching.ids())} break a rule of {problem!r}")
            value = _cost(problem, form, matching)
            optimal = outcome.status is not Status.OPTIMAL or value == best
            require(optimal, f"it calls {value} optimal for {problem!r}; {best} can be had")
            told = tuple(stage.value for stage in outcome.stages)
            is_so = _values(problem, matching)
            require(told == is_so, f"it tells the values {told}; they are {is_so}")


def _solves_the_same_twice(subject: EngineUnderTest) -> None:
    for (problem, _, one), (_, _, other) in zip(subject.answers(), subject.answers(), strict=True):
        same = (one.pairs is None) == (other.pairs is None) and np.array_equal(
            [] if one.pairs is None else one.pairs, [] if other.pairs is None else other.pairs
        )
        require(same, f"two runs on {problem!r} give two answers")


def _best(problem: Problem, form: Form) -> tuple[int, ...] | None:
    found = [_cost(problem, form, each) for each in all_matchings(problem.market) if _is_kept(problem, each)]
    return min(found, default=None)


def _is_kept(problem: Problem, matching: Matching) -> bool:
    if not problem.candidates[matching.pairs].all():
        return False
    return not any(
        not violation.soft for rule in problem.constraints for violation in rule.violations(problem.market, matching)
    )


def _values(problem: Problem, matching: Matching) -> tuple[int, ...]:
    return tuple(value for stage in problem.stages for value in stage.values(problem.market, matching))


def _cost(problem: Problem, form: Form, matching: Matching) -> tuple[int, ...]:
    signs = [-1 if stage.maximise else 1 for stage in form.stages]
    return tuple(sign * value for sign, value in zip(signs, _values(problem, matching), strict=True))


ENGINE_CHECKS: Mapping[str, Callable[[EngineUnderTest], None]] = {
    "declines": _declines_with_reasons,
    "answers": _answers_are_sound,
    "optimal": _answers_are_right,
    "deterministic": _solves_the_same_twice,
}
"""The checks of `check_engine`, by name."""
