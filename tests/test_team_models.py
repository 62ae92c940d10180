"""Several mentors for one student, growth groups and peer mentors: brute force, checkers, bad input."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.errors import MarketError
from mentormatch.matching import Matching
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.problem import Problem
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.preference import StudentPreference
from mentormatch.roster.student import Student
from mentormatch.teams.growth_groups import GrowthProblem, growth_failures, growth_groups, growth_values
from mentormatch.teams.peers import peer_failures, peer_market
from mentormatch.teams.roles import FilledRoles, role_problem, roles_of
from mentormatch.verify.roles import role_failures
from mentormatch.verify.verify import verify


@st.composite
def demands(draw: st.DrawFn) -> dict:
    people = ["A", "B", "C"]
    roles = ["primary", "psychology"]
    some = st.lists(st.sampled_from(people), unique=True, max_size=3)
    students = [f"s{i}" for i in range(draw(st.integers(1, 3)))]
    wanted = {s: {r: draw(some) for r in roles if r == "primary" or draw(st.booleans())} for s in students}
    quotas = {(m, r): draw(st.integers(0, 2)) for m in people for r in roles}
    slots = [(s, r) for s in wanted for r in wanted[s]]
    required = draw(st.lists(st.sampled_from(slots), unique=True, max_size=1))
    current = [(s, r, draw(st.sampled_from(people))) for s, r in slots if draw(st.booleans())]
    mentors = {(m, "primary"): draw(st.permutations(students)) for m in people if draw(st.booleans())}
    return {
        "demands": wanted,
        "quotas": quotas,
        "mentors": mentors,
        "totals": {"A": draw(st.integers(0, 2))} if draw(st.booleans()) else None,
        "required": required,
        "current": current,
        "stable_roles": draw(st.sampled_from([(), ("primary",), ("primary", "psychology")])),
    }


def every_matching(problem: Problem) -> Iterator[Matching]:
    market = problem.market
    options = [[None, *market.pairs_of_student(i).tolist()] for i in range(market.num_students)]
    for chosen in itertools.product(*options):
        yield Matching(market, [pair for pair in chosen if pair is not None])


@settings(max_examples=200, deadline=None)
@given(demands())
def test_roles_agree_with_brute_force(given_: dict) -> None:
    problem = role_problem(**given_)
    signs = [-1, -1, *[1] * (len(problem.stages) - 1)]
    best = None
    for matching in every_matching(problem):
        if role_failures(given_, roles_of(matching)):
            continue
        values = tuple(s * v for s, v in zip(signs, verify(problem, matching).values, strict=True))
        best = values if best is None else min(best, values)
    result = mm.solve(problem)
    if best is None:
        assert result.status is mm.Status.INFEASIBLE
        return
    assert result.status is mm.Status.OPTIMAL
    assert result.matching is not None
    assert not role_failures(given_, roles_of(result.matching))
    assert tuple(s * stage.value for s, stage in zip(signs, result.stages, strict=True)) == best


def test_the_checker_of_roles_agrees_with_the_rules() -> None:
    given_ = {
        "demands": {"s": {"primary": ["A"], "psychology": ["A", "B"]}, "t": {"primary": ["A", "B"]}},
        "quotas": {("A", "primary"): 1, ("A", "psychology"): 1, ("B", "psychology"): 1, ("B", "primary"): 1},
        "required": [("s", "psychology")],
        "totals": {"B": 1},
    }
    problem = role_problem(**given_)
    for matching in every_matching(problem):
        broken = any(not violation.soft for violation in verify(problem, matching).violations)
        assert bool(role_failures(given_, roles_of(matching))) == broken


def test_flow_takes_roles_where_it_can() -> None:
    demand = {f"s{i}": {"primary": ["A", "B"], "psychology": ["P"]} for i in range(4)}
    quotas = {("A", "primary"): 2, ("B", "primary"): 2, ("P", "psychology"): 4}
    result = mm.solve(role_problem(demand, quotas, stable_roles=()))
    assert result.engine == "min_cost_flow"
    assert result.status is mm.Status.OPTIMAL
    crossed = {f"s{i}": {"primary": ["A", "B"], "psychology": ["A", "B"]} for i in range(2)}
    both = {(m, r): 2 for m in "AB" for r in ("primary", "psychology")}
    result = mm.solve(role_problem(crossed, both, stable_roles=()))
    assert result.matching is not None
    assert all(len(set(roles.values())) == 2 for roles in roles_of(result.matching).values())


def test_roles_refuse_nonsense() -> None:
    with pytest.raises(MarketError, match="no primary"):
        role_problem({"s": {"psychology": ["A"]}}, {})
    with pytest.raises(MarketError, match="does not demand"):
        role_problem({"s": {"primary": ["A"]}}, {}, required=[("s", "psychology")])
    assert FilledRoles().describe().zh
    assert {stage.kind for stage in role_problem({"s": {"primary": ["A"]}}, {}).stages} == {
        "filled_roles",
        RankTotal().kind,
    }


@st.composite
def growth(draw: st.DrawFn) -> GrowthProblem:
    n = draw(st.integers(0, 6))
    students = [f"s{i}" for i in range(n)]
    low = draw(st.integers(1, 3))
    pairs = (
        st.lists(st.tuples(st.sampled_from(students), st.sampled_from(students)), max_size=3) if n > 1 else st.just([])
    )
    return GrowthProblem(
        students=students,
        size_min=low,
        size_max=draw(st.integers(low, 4)),
        attributes={
            "gender": {s: draw(st.sampled_from("fm")) for s in students},
            "care_level": {s: "key" for s in students if draw(st.booleans())},
        },
        together=[pair for pair in draw(pairs) if pair[0] != pair[1]],
        apart=[pair for pair in draw(pairs) if pair[0] != pair[1]],
    )


def splits(items: tuple) -> Iterator[list[list]]:
    if not items:
        yield []
        return
    for rest in splits(items[1:]):
        yield [[items[0]], *rest]
        for at in range(len(rest)):
            yield [*rest[:at], [items[0], *rest[at]], *rest[at + 1 :]]


@settings(max_examples=120, deadline=None)
@given(growth())
def test_growth_groups_agree_with_brute_force(problem: GrowthProblem) -> None:
    fine = [s for s in splits(tuple(problem.students)) if not growth_failures(problem, s)]
    result = growth_groups(problem)
    if not fine:
        assert result.status is mm.Status.INFEASIBLE
        return
    assert result.status is mm.Status.OPTIMAL
    assert not growth_failures(problem, result.groups)
    values = [growth_values(problem, s) for s in fine]
    assert growth_values(problem, result.groups) == min(values, key=lambda v: (-v[0], v[1]))
    assert tuple(stage.value for stage in result.stages) == growth_values(problem, result.groups)


def test_growth_groups_catch_corruption_and_nonsense() -> None:
    problem = GrowthProblem(students="abcd", size_min=2, size_max=2, attributes={}, apart=[("a", "b")])
    assert growth_failures(problem, [("a", "b"), ("c", "d")])
    assert growth_failures(problem, [("a", "c")])
    assert growth_failures(problem, [("a", "c", "d"), ("b",)])
    with pytest.raises(MarketError):
        GrowthProblem(students="aa", size_min=1, size_max=2, attributes={})
    with pytest.raises(MarketError):
        GrowthProblem(students="ab", size_min=3, size_max=2, attributes={})
    with pytest.raises(MarketError):
        GrowthProblem(students="ab", size_min=1, size_max=2, attributes={}, together=[("a", "z")])


def nine_year_school() -> mm.Roster:
    def student(name: str, number: int, care: str | None = None) -> Student:
        return Student(
            student_id=name, name="x", grade=f"{number}", grade_number=number, class_name="1", care_level=care
        )

    students = (student("p3", 3, "key"), student("j7", 7), student("j8", 8), student("j9", 9))
    mentors = (
        Mentor(mentor_id="T1", name="x", capacity_max=9),
        *(Mentor(mentor_id=peer, name="x", capacity_max=2, kind="peer") for peer in ("j8", "j9", "gone")),
    )
    forms = tuple(StudentPreference(student_id=s, choices=("j8", "j9")) for s in ("p3", "j7", "j8"))
    return mm.Roster(students=students, mentors=mentors, student_preferences=forms)


def test_peers_are_seniors_and_know_no_care() -> None:
    roster = nine_year_school()
    peers = peer_market(roster)
    assert list(peers.left_out) == ["gone"]
    assert set(peers.market.student_attributes) == {"grade"}
    assert "T1" not in peers.market.mentor_ids
    result = mm.match(peers.market)
    assert result.matching is not None
    pairs = [(str(s), str(m)) for s, m in result.matching.ids()]
    assert not peer_failures(roster, pairs)
    assert dict(pairs) == {"p3": "j8", "j7": "j8", "j8": "j9"}
    # The adults' matching is what it would be without peers.
    assert mm.match(roster).matching.as_dict() == dict.fromkeys(("p3", "j7", "j8", "j9"), ("T1",))  # type: ignore[union-attr]


def test_peer_failures_are_caught() -> None:
    roster = nine_year_school()
    assert peer_failures(roster, [("j9", "j8")])
    assert peer_failures(roster, [("p3", "T1")])
    assert peer_failures(roster, [("p3", "gone")])
    assert peer_failures(roster, [("j7", "j8")], gap=2)
    assert peer_market(roster, gap=2).market.num_pairs < peer_market(roster).market.num_pairs
    with pytest.raises(ValueError, match="at least 1"):
        peer_market(roster, gap=0)
