"""Minimal conflicts: proven by enumeration on tiny problems, and planted in schools."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brute_force import keeping
from contradictions import plant
from mentormatch.constraints import Coverage, FixedPairs, ForbiddenPairs, Quotas, TypeQuotas, Vetoes, WeakStability
from mentormatch.explain.conflict import find_conflict, find_conflicts
from mentormatch.explain.counting_cut import counting_cut
from mentormatch.explain.members import Members
from mentormatch.explain.quick_xplain import quick_xplain
from mentormatch.io.read import read_roster
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.matchmaking import build_problem, find_mechanism
from mentormatch.mechanisms.solving import solve
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Conflict, Status
from mentormatch.rules.rules_file import read_rules
from samples import SAMPLES
from strategies import problems


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=4), min_size=1, max_size=4))
def test_quick_xplain_finds_a_minimal_part(conflicts: list[set[int]]) -> None:
    def is_infeasible(part: list[int]) -> bool:
        return any(conflict <= set(part) for conflict in conflicts)

    found = quick_xplain(range(10), is_infeasible)
    assert is_infeasible(found)
    assert not any(is_infeasible([other for other in found if other != item]) for item in found)


def check(problem: Problem, conflict: Conflict) -> None:
    """Prove a conflict on a tiny problem: no matching keeps its rules, and each witness keeps all but one."""
    rules = [problem.constraints[position] for position in conflict.positions]
    assert not any(True for _ in keeping(problem.market, rules))
    assert conflict.is_minimal
    for rule in conflict.rules:
        assert rule.witness is not None
        matching = Matching(problem.market, rule.witness)
        for other in conflict.rules:
            broken = problem.constraints[other.position].violations(problem.market, matching)
            assert (other is rule) == any(not violation.soft for violation in broken)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much])
@given(problems(max_student_quota=2))
def test_every_conflict_is_one_and_every_rule_in_it_is_needed(problem: Problem) -> None:
    conflict = find_conflict(problem, seconds=None)
    feasible = any(True for _ in keeping(problem.market, problem.constraints))
    assert (conflict is None) == feasible
    if conflict is not None:
        check(problem, conflict)
        assert conflict.members_are_minimal or conflict.needed is not None


@settings(max_examples=80, deadline=None, derandomize=True)
@given(problems(stability=False))
def test_a_cut_counts_right(problem: Problem) -> None:
    members = Members(problem)
    everything = members.of_rules(range(len(problem.constraints)))
    cut = counting_cut(members, everything)
    result = solve(problem)
    if cut is None:
        assert result.status is not Status.INFEASIBLE or result.engine == "cp_sat"
        return
    assert cut.needed > cut.available
    assert result.status is Status.INFEASIBLE
    # The members of the cut alone are a conflict.
    assert counting_cut(members, cut.members) is not None


def test_two_rules_that_contradict_each_other_are_both_named() -> None:
    market = Market.from_preferences({"s": ["a", "b"], "t": ["a"]}, quotas=2)
    rules = [Quotas(), Coverage(), FixedPairs(pairs=(("s", "a"),)), ForbiddenPairs(pairs=(("s", "a"),))]
    result = solve(Problem(market, rules))
    assert result.status is Status.INFEASIBLE
    assert result.conflict is not None
    assert [rule.kind for rule in result.conflict.rules] == ["fixed_pairs", "forbidden_pairs"]
    assert result.reason is not None
    assert "学校指定的 1 对" in result.reason.zh
    assert "不得结对" in result.reason.zh
    assert "fixed by the school" in result.reason.en
    assert "ruled out by the school" in result.reason.en
    assert "学生 s" in result.reason.zh
    assert "导师 a" in result.reason.zh


def test_several_conflicts_are_different_and_each_is_minimal() -> None:
    market = Market.from_preferences({"s": ["a", "b"], "t": ["a", "b"]}, quotas=2)
    pairs = (("s", "a"), ("t", "b"))
    problem = Problem(market, [Quotas(), Coverage(), FixedPairs(pairs=pairs), ForbiddenPairs(pairs=pairs)])
    found = find_conflicts(problem, most=5)
    assert len(found) == 2
    assert len({conflict.text.en for conflict in found}) == 2
    for conflict in found:
        assert [rule.kind for rule in conflict.rules] == ["fixed_pairs", "forbidden_pairs"]
        assert [rule.num_members for rule in conflict.rules] == [1, 1]
        assert conflict.is_minimal
        assert conflict.members_are_minimal


def test_counting_is_told_as_arithmetic() -> None:
    students = {f"s{i}": ["a", "b"] for i in range(40)}
    market = Market.from_preferences(students, quotas={"a": 40, "b": 40})
    cap = TypeQuotas(attribute="care_level", values=("key",), upper=3)
    market = market.replace(student_attributes={"care_level": Attribute.from_values(["key"] * 40)})
    conflict = find_conflict(Problem(market, [Quotas(), cap, Coverage()]))
    assert conflict is not None
    assert [rule.kind for rule in conflict.rules] == ["type_quotas", "coverage"]
    assert (conflict.needed, conflict.available) == (40, 6)
    assert "差 34 个" in conflict.text.zh
    assert "34 short" in conflict.text.en


def test_without_time_nothing_is_claimed() -> None:
    market = Market.from_preferences({"s": ["a"]}, quotas=1)
    problem = Problem(market, [Quotas(), FixedPairs(pairs=(("s", "a"),)), ForbiddenPairs(pairs=(("s", "a"),))])
    assert find_conflict(problem, seconds=0.0) is None
    conflict = find_conflict(problem, seconds=0.0, is_infeasible=True)
    assert conflict is not None
    assert not conflict.is_minimal
    assert "限时" in conflict.text.zh
    assert "time did not suffice" in conflict.text.en


def test_a_conflict_that_was_not_narrowed_down_says_what_it_is_about() -> None:
    """Numbers of requirements alone would say nothing: each rule is told with one of its own."""
    names = [f"s{i:02d}" for i in range(40)]
    market = Market.from_preferences({name: ["a", "b"] for name in names}, {"a": names, "b": names}, quotas=20)
    problem = Problem(market, [Quotas(), WeakStability(), FixedPairs(pairs=tuple((s, "a") for s in names[20:]))])
    conflict = find_conflict(problem, seconds=0.0, is_infeasible=True)
    assert conflict is not None
    assert conflict.needed is None
    for number, rule in enumerate(conflict.rules, start=1):
        assert f"({number})" in conflict.text.en
        assert (f"{rule.num_members} of ({number}), such as" in conflict.text.en) == (rule.num_members > 1)
        assert rule.members[0].clause.en in conflict.text.en
        assert rule.members[0].clause.zh in conflict.text.zh


def test_stability_can_be_part_of_a_conflict() -> None:
    # Ann and Lee both come first for each other; fixing Bo with Lee leaves them to block.
    market = Market.from_preferences({"Ann": ["Lee"], "Bo": ["Lee"]}, {"Lee": ["Ann", "Bo"]})
    problem = Problem(market, [Quotas(), WeakStability(), Vetoes(), FixedPairs(pairs=(("Bo", "Lee"),))])
    conflict = find_conflict(problem)
    assert conflict is not None
    check(problem, conflict)
    assert {rule.kind for rule in conflict.rules} == {"quotas", "weak_stability", "fixed_pairs"}


@pytest.mark.parametrize("seed", range(12))
def test_planted_contradictions_are_found_and_nothing_else(seed: int) -> None:
    problem, planted = plant(seed, num_students=90, num_mentors=12)
    conflict = find_conflict(problem, seconds=None)
    assert conflict is not None
    assert set(conflict.positions) <= planted
    assert conflict.is_minimal
    # Checked by removal, with another engine call than the search's.
    for position in conflict.positions:
        rest = [problem.constraints[other] for other in conflict.positions if other != position]
        assert solve(Problem(problem.market, rest)).status is not Status.INFEASIBLE
    rules = [problem.constraints[position] for position in conflict.positions]
    assert solve(Problem(problem.market, rules)).status is Status.INFEASIBLE
    assert np.unique(conflict.positions).size == len(conflict.positions)


def test_all_rules_of_a_school_at_once_are_reduced_to_those_that_clash() -> None:
    """Twenty-three rules, some of which no flow takes: those that it takes clash already, and nothing else is asked."""
    root = Path(__file__).resolve().parents[1]
    roster = read_roster(SAMPLES / "school.xlsx")
    rules = read_rules(root / "benchmarks" / "all_rules.toml")
    problem = build_problem(roster, find_mechanism("two_round"), rules=rules, on=date(2024, 9, 10))
    conflict = find_conflict(problem, seconds=None, is_infeasible=True)
    assert conflict is not None
    assert conflict.is_minimal
    assert [rule.kind for rule in conflict.rules] == ["coverage", "eligibility", "continuity", "adaptation"]
    assert conflict.needed is not None
    assert conflict.available is not None
    assert conflict.needed > conflict.available
    for rule in conflict.rules:
        assert rule.witness is not None
        matching = Matching(problem.market, rule.witness)
        others = [problem.constraints[n] for n in conflict.positions if n != rule.position]
        assert not [broken for other in others for broken in other.violations(problem.market, matching)]
