"""A problem is compiled once: in one match every rule is bound and writes once, and so does every stage."""

import gc
import pickle
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from mentormatch.constraints import CONSTRAINTS, Consent, Coverage, ForbiddenPairs, Quotas, WeakStability
from mentormatch.explain.standing import standing
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import STAGES, FewestBlockingPairs, PlacedStudents, RankTotal
from mentormatch.problem import form as compiling
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.study import School

ASKED = ("bind", "facts", "masks", "rows")
Calls = Counter[tuple[str, str]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Count how often each kind of rule and of stage is asked for what it writes."""
    counted: Calls = Counter()
    names = [(rule, name) for rule in CONSTRAINTS for name in ASKED] + [(stage, "forms") for stage in STAGES]
    answers = {(kind, name): getattr(kind, name) for kind, name in names}

    def counting(kind: type, name: str) -> Callable[..., Any]:
        def asked(self: Any, *given: Any) -> Any:
            counted[kind.__name__, name] += 1
            return answers[kind, name](self, *given)

        return asked

    for kind, name in names:
        monkeypatch.setattr(kind, name, counting(kind, name))
    return counted


def small() -> Market:
    wishes = {"a": ["x", "y"], "b": ["x", "y"], "c": ["y"]}
    return Market.from_preferences(wishes, {"x": ["c", "b", "a"], "y": ["a", "b", "c"]}, quotas={"x": 1, "y": 2})


@pytest.mark.parametrize("mechanism", ["two_round", "optimal"])
def test_a_match_asks_every_rule_and_stage_once(calls: Calls, mechanism: str, tmp_path: Path) -> None:
    School(num_students=120).write_workbook(tmp_path / "school.xlsx", seed=3)
    roster = mm.read_roster(tmp_path / "school.xlsx")
    result = mm.match(roster, mechanism=mechanism)
    assert result.status == "optimal"
    # Whoever explains it to staff asks nothing anew; the public sees a problem of its own.
    standing(result)
    rules = Counter(type(rule).__name__ for rule in result.problem.constraints)
    stages = Counter(type(stage).__name__ for stage in result.problem.stages)
    assert min(len(rules), len(stages)) > 3
    expected = {(rule, name): number for rule, number in rules.items() for name in ASKED}
    expected |= {(stage, "forms"): number for stage, number in stages.items()}
    assert {key: calls[key] for key in expected} == expected


def test_a_problem_is_put_together_once_while_somebody_holds_its_form(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    once = compiling._compiled
    monkeypatch.setattr(compiling, "_compiled", lambda problem: made.append(problem) or once(problem))
    problem = Problem(small(), [Quotas(), Coverage()], [RankTotal()])
    form = compile_form(problem)
    assert compile_form(problem) is form
    assert solve(problem).status == "optimal"
    assert made == [problem]
    del form
    gc.collect()
    compile_form(problem)
    assert len(made) == 2


def test_what_changes_is_asked_again_and_what_stays_is_not(calls: Calls) -> None:
    problem = Problem(small(), [Quotas(), WeakStability()], [PlacedStudents()])
    compile_form(problem)
    calls.clear()
    more = problem.replace(stages=[PlacedStudents(), RankTotal()])
    compile_form(more)
    assert {key: number for key, number in calls.items() if number} == {
        ("PlacedStudents", "forms"): 1,
        ("RankTotal", "forms"): 1,
    }
    assert all(mine is theirs for mine, theirs in zip(more.constraints, problem.constraints, strict=True))
    calls.clear()
    compile_form(problem.replace(market=problem.market.replace(mentor_upper=np.array([2, 2]))))
    assert calls["Quotas", "rows"] == calls["Quotas", "bind"] == calls["WeakStability", "rows"] == 1


def test_rules_hear_of_pairs_that_a_new_rule_removes() -> None:
    """A changed problem is the problem that is built anew from the same rules, whatever was known before."""
    rules, stages = [Quotas(), WeakStability(), Consent()], [PlacedStudents(), FewestBlockingPairs()]
    problem = Problem(small(), rules, stages)
    compile_form(problem)
    closing = ForbiddenPairs(pairs=(("b", "x"), ("a", "y")))
    changed = problem.replace(constraints=[*problem.constraints, closing])
    anew = Problem(small(), [*rules, closing], stages)
    for left, right in (
        (changed, anew),
        (changed.replace(constraints=problem.constraints), Problem(small(), rules, stages)),
    ):
        one, other = compile_form(left), compile_form(right)
        assert np.array_equal(one.open, other.open)
        for mine, theirs in zip(one.stable, other.stable, strict=True):
            assert np.array_equal(mine.pairs, theirs.pairs)
        blocking = [[term.pairs for stage in form.stages[1:] for term in stage.terms] for form in (one, other)]
        assert np.array_equal(*map(np.concatenate, blocking))


def test_a_problem_goes_to_another_process_without_what_was_written() -> None:
    problem = Problem(small(), [Quotas(), Coverage()], [RankTotal()])
    compile_form(problem)
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301  # our own bytes
    assert solve(again).matching.as_dict() == solve(problem).matching.as_dict()
