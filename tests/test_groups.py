"""Groups of one lead, X externals and N students: brute force, the checker, and every edge of the model."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.base.errors import MarketError, RulesError, UnsupportedError
from mentormatch.constraints import Coverage, Quotas, WeakStability
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.teams.groups.check import group_failures, group_values, verify_group_result
from mentormatch.teams.groups.engine.program import Program, ProgramAnswer
from mentormatch.teams.groups.external import External
from mentormatch.teams.groups.plan import GroupPlan
from mentormatch.teams.groups.problem import GroupProblem
from mentormatch.teams.groups.result import Group
from mentormatch.teams.groups.solve import solve_group_problem

DAY, END = date(2024, 9, 1), date(2025, 1, 20)


def partitions(items: tuple, low: int, high: int, most: int) -> Iterator[tuple[tuple, ...]]:
    """Every way to split items into at most `most` groups of a size."""
    if not items:
        yield ()
        return
    if most == 0:
        return
    first, rest = items[0], items[1:]
    for size in range(low, min(high, len(items)) + 1):
        for others in itertools.combinations(rest, size - 1):
            left = tuple(item for item in rest if item not in others)
            for more in partitions(left, low, high, most - 1):
                yield ((first, *others), *more)


def all_groupings(problem: GroupProblem) -> Iterator[tuple[Group, ...]]:
    """Every feasible answer, by enumeration and the checker alone."""
    market, plan = problem.problem.market, problem.plan
    names = [external.external_id for external in problem.externals]
    options = [
        [None, *(market.mentor_ids[j] for j in market.mentor[market.student == i])] for i in range(market.num_students)
    ]
    for leads in itertools.product(*options):
        split = [
            list(
                partitions(
                    tuple(s for s, own in zip(market.student_ids, leads, strict=True) if own == lead),
                    plan.students_min,
                    plan.students_max,
                    int(problem.max_groups[j]),
                )
            )
            for j, lead in enumerate(market.mentor_ids)
        ]
        for parts in itertools.product(*split):
            units = [(lead, part) for lead, groups in zip(market.mentor_ids, parts, strict=True) for part in groups]
            sets = [c for size in range(plan.externals_max + 1) for c in itertools.combinations(names, size)]
            for chosen in itertools.product(sets, repeat=len(units)):
                groups = tuple(
                    Group(lead, at, part, externals, problem.missing(lead, len(externals)))
                    for at, ((lead, part), externals) in enumerate(zip(units, chosen, strict=True))
                )
                if not group_failures(problem, groups):
                    yield groups


def best(problem: GroupProblem) -> tuple[int, ...] | None:
    """The lexicographically best values, maximised stages negated."""
    signs = [-1, 1, 1, -1, 1]
    found = [tuple(s * v for s, v in zip(signs, group_values(problem, g), strict=True)) for g in all_groupings(problem)]
    return min(found, default=None)


@st.composite
def problems(draw: st.DrawFn) -> GroupProblem:
    n, k, e = draw(st.integers(1, 4)), draw(st.integers(1, 2)), draw(st.integers(0, 2))
    leads = [f"L{j}" for j in range(k)]
    lists = {f"s{i}": draw(st.lists(st.sampled_from(leads), unique=True, max_size=k)) for i in range(n)}
    quotas = {lead: draw(st.integers(0, 4)) for lead in leads}
    market = mm.Market.from_preferences(lists, dict.fromkeys(leads), quotas=quotas)
    low = draw(st.integers(1, 2))
    plan = GroupPlan(
        students_min=low,
        students_max=draw(st.integers(low, 3)),
        externals_min=draw(st.integers(0, 1)),
        externals_max=draw(st.integers(1, 2)) if draw(st.booleans()) else 1,
        first_day=DAY,
        last_day=END,
        preferred_points=draw(st.integers(0, 3)),
    )
    slots = st.sampled_from([None, frozenset(), frozenset("a"), frozenset("ab")])
    externals = [
        External(
            external_id=f"E{x}",
            max_groups=draw(st.sampled_from([None, 0, 1, 2])),
            max_students=draw(st.sampled_from([None, 0, 2, 3])),
            fixed_lead=draw(st.sampled_from([None, None, leads[0]])),
            preferred_leads=frozenset(draw(st.lists(st.sampled_from(leads), max_size=1))),
            times=draw(slots),
            valid_to=draw(st.sampled_from([None, END, date(2024, 10, 20)])),
            valid_from=draw(st.sampled_from([None, DAY, date(2024, 9, 2)])),
        )
        for x in range(e)
    ]
    fit = np.array(draw(st.lists(st.integers(0, 4), min_size=n * e, max_size=n * e)), np.int64).reshape(n, e)
    lead_times = {lead: found for lead in leads if (found := draw(slots)) is not None}
    rules = [Quotas(), *([Coverage()] if draw(st.booleans()) else [])]
    return GroupProblem(
        mm.Problem(market, rules, [PlacedStudents(), RankTotal()]),
        plan,
        max_groups=np.array([draw(st.integers(0, 2)) for _ in leads]),
        externals=externals,
        fit=fit,
        lead_times=lead_times,
    )


@settings(max_examples=250, deadline=None)
@given(problems())
def test_brute_force_agrees(problem: GroupProblem) -> None:
    result = solve_group_problem(problem, gap=0.0)
    expected = best(problem)
    if expected is None:
        assert result.status is mm.Status.INFEASIBLE
        assert result.conflict is not None
        return
    assert result.status is mm.Status.OPTIMAL
    signs = [-1, 1, 1, -1, 1]
    assert tuple(s * stage.value for s, stage in zip(signs, result.stages, strict=True)) == expected


def small() -> GroupProblem:
    market = mm.Market.from_preferences(
        {f"s{i}": ["A", "B"] if i < 4 else ["B", "A"] for i in range(8)},
        {"A": None, "B": None},
        quotas={"A": 6, "B": 6},
    )
    externals = [
        External(external_id="E1", fixed_lead="A", valid_to=END),
        External(external_id="E2", max_groups=1, times=frozenset({"Fri"})),
    ]
    fit = np.arange(16).reshape(8, 2)
    return GroupProblem(
        mm.Problem(market, [Quotas(), Coverage()], [RankTotal()]),
        GroupPlan(students_min=3, students_max=6, first_day=DAY, last_day=END),
        externals=externals,
        fit=fit,
        lead_times={"B": frozenset({"Fri", "Mon"})},
    )


def test_a_group_names_its_people_and_lacks_nothing() -> None:
    result = solve_group_problem(small())
    assert result.status is mm.Status.OPTIMAL
    assert [(group.lead, group.externals, len(group.students)) for group in result.groups] == [
        ("A", ("E1",), 4),
        ("B", ("E2",), 4),
    ]
    assert result.unplaced == ()
    assert not any(group.missing for group in result.groups)


def test_an_expired_check_leaves_the_group_and_says_so() -> None:
    problem = small()
    late = replace(problem.externals[0], valid_to=date(2024, 10, 20))
    now = GroupProblem(
        problem.problem, problem.plan, externals=[late, problem.externals[1]], lead_times={"B": frozenset()}
    )
    groups = {group.lead: group for group in solve_group_problem(now).groups}
    assert groups["A"].externals == ("E2",)
    only = GroupProblem(problem.problem, problem.plan, externals=[late])
    groups = {group.lead: group for group in solve_group_problem(only).groups}
    assert [text.en for text in groups["A"].missing] == [
        "1 external mentor(s) missing",
        "the check of external E1 is valid to 2024-10-20, before the last day 2025-01-20",
    ]
    assert len(groups["B"].missing) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda g: [replace(g[0], students=g[0].students[:2]), g[1]],
        lambda g: [replace(g[0], students=(*g[0].students, "s7")), g[1]],
        lambda g: [replace(g[0], externals=("E2",)), g[1]],
        lambda g: [g[0], replace(g[1], externals=("E1",))],
        lambda g: [g[0], replace(g[1], externals=("E9",))],
        lambda g: [replace(g[0], externals=("E1", "E1")), g[1]],
        lambda g: [replace(g[0], externals=()), g[1]],
        lambda g: [g[0], replace(g[1], lead="C")],
        lambda g: [g[0], replace(g[1], lead="A")],
        lambda g: [g[0]],
    ],
)
def test_the_checker_catches_corrupted_groups(change) -> None:  # type: ignore[no-untyped-def]
    result = solve_group_problem(small())
    assert not verify_group_result(result)
    assert group_failures(result.problem, change(list(result.groups)))


def test_the_checker_catches_wrong_claims() -> None:
    result = solve_group_problem(small())
    stage = result.stages[-1]
    for wrong in (replace(stage, value=stage.value + 1), replace(stage, bound=0), replace(stage, proven=False)):
        assert verify_group_result(replace(result, stages=(*result.stages[:-1], wrong)))
    assert verify_group_result(replace(result, status=mm.Status.INFEASIBLE))


def test_bad_input_is_refused_in_both_languages() -> None:
    market = mm.Market.from_preferences({"s": ["A"]})
    problem = mm.Problem(market, [Quotas()])
    for wrong in (
        {"students_min": 5, "students_max": 4},
        {"students_min": 0},
        {"externals_min": 3},
        {"first_day": END, "last_day": DAY},
        {"preferred_points": -1},
    ):
        with pytest.raises(RulesError) as caught:
            GroupPlan(**wrong)
        assert caught.value.text.zh
    twice = [External(external_id="E"), External(external_id="E")]
    for wrong in ({"externals": twice}, {"fit": [[1]]}, {"max_groups": -1}, {"max_groups": [1, 2]}):
        with pytest.raises(MarketError):
            GroupProblem(problem, GroupPlan(), **wrong)
    with pytest.raises(UnsupportedError, match="Stability is asked for"):
        solve_group_problem(GroupProblem(problem.replace(constraints=[Quotas(), WeakStability()]), GroupPlan()))


def test_a_limit_before_the_externals_keeps_what_is_proven_of_the_students(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search of the externals' side is out of time; the groups stand, and what is unproven is called so."""
    solve, tall = Program.solve, []

    def cut(self: Program, cost, **given):  # type: ignore[no-untyped-def]
        late = self.num_variables > 18 and given["solver"] != "sat"
        tall.append(late)
        return ProgramAnswer("unknown") if late else solve(self, cost, **given)

    monkeypatch.setattr(Program, "solve", cut)
    result = solve_group_problem(small())
    assert any(tall)
    assert result.status is mm.Status.FEASIBLE
    assert result.stopped_by_limit
    assert len(result.groups) == 2
    first, *others = result.stages
    assert first.proven
    assert not others[-1].proven
    assert not verify_group_result(result)


def test_a_group_keeps_its_lead_when_its_external_falls_away() -> None:
    """The same leads with and without the external, and the one that lost it says what is missing and why."""
    problem = small()
    before = {group.lead: group for group in solve_group_problem(problem).groups}
    gone = [replace(problem.externals[0], times=frozenset()), problem.externals[1]]
    later = GroupProblem(problem.problem, problem.plan, externals=gone, fit=problem.fit, lead_times=problem.lead_times)
    after = {group.lead: group for group in solve_group_problem(later).groups}
    assert before.keys() == after.keys()
    lacking = [group for group in after.values() if group.missing]
    assert len(lacking) == 1
    assert lacking[0].students


def test_a_lead_without_time_has_a_group_without_externals() -> None:
    problem = small()
    busy = GroupProblem(
        problem.problem,
        problem.plan,
        externals=[replace(external, fixed_lead=None) for external in problem.externals],
        fit=problem.fit,
        lead_times={"A": frozenset(), "B": frozenset({"Fri"})},
    )
    groups = {group.lead: group for group in solve_group_problem(busy).groups}
    assert groups["A"].externals == ()
    assert any("no time" in text.en for text in groups["A"].missing)
    assert groups["B"].externals


def test_groups_without_externals_need_none() -> None:
    problem = small()
    alone = GroupProblem(problem.problem, GroupPlan(students_min=3, students_max=6, externals_min=0, externals_max=0))
    result = solve_group_problem(alone)
    assert result.status is mm.Status.OPTIMAL
    assert not any(group.externals or group.missing for group in result.groups)
    refused = GroupProblem(problem.problem, GroupPlan(students_min=7, students_max=9))
    assert solve_group_problem(refused).status is mm.Status.INFEASIBLE


def test_the_order_of_externals_does_not_matter() -> None:
    problem = small()
    turned = GroupProblem(
        problem.problem,
        problem.plan,
        externals=problem.externals[::-1],
        fit=problem.fit[:, ::-1],
        lead_times=problem.lead_times,
    )
    assert solve_group_problem(turned).groups == solve_group_problem(problem).groups
