"""Several mentors for one student, growth groups and peer mentors: brute force, checkers, bad input."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.base.errors import InternalError, MarketError
from mentormatch.market.matching import Matching
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.problem.problem import Problem
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.preference import StudentPreference
from mentormatch.roster.student import Student
from mentormatch.rules.peer_plan import PeerPlan
from mentormatch.teams.growth import solve as growth_solving
from mentormatch.teams.growth.check import growth_failures, growth_values, verify_growth_result
from mentormatch.teams.growth.engine import GrowthOutcome, evenest
from mentormatch.teams.growth.exchange import exchanged, imbalance
from mentormatch.teams.growth.problem import GrowthProblem
from mentormatch.teams.growth.solve import growth_groups
from mentormatch.teams.peers import school as peer_matchmaking
from mentormatch.teams.peers.check import peer_failures
from mentormatch.teams.peers.problem import peer_market
from mentormatch.teams.peers.school import match_peers
from mentormatch.teams.roles import solve as role_solving
from mentormatch.teams.roles.check import role_failures
from mentormatch.teams.roles.problem import FilledRoles, RoleDemand, role_problem, roles_of
from mentormatch.verify.verify import verify


@st.composite
def demands(draw: st.DrawFn) -> RoleDemand:
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
    return RoleDemand(
        demands=wanted,
        quotas=quotas,
        mentors=mentors,
        totals={"A": draw(st.integers(0, 2))} if draw(st.booleans()) else {},
        required=required,
        current=current,
        stable_roles=draw(st.sampled_from([(), ("primary",), ("primary", "psychology")])),
    )


def every_matching(problem: Problem) -> Iterator[Matching]:
    market = problem.market
    options = [[None, *market.pairs_of_student(i).tolist()] for i in range(market.num_students)]
    for chosen in itertools.product(*options):
        yield Matching(market, [pair for pair in chosen if pair is not None])


@settings(max_examples=200, deadline=None)
@given(demands())
def test_roles_agree_with_brute_force(given_: RoleDemand) -> None:
    problem = role_problem(given_)
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
    given_ = RoleDemand(
        demands={"s": {"primary": ["A"], "psychology": ["A", "B"]}, "t": {"primary": ["A", "B"]}},
        quotas={("A", "primary"): 1, ("A", "psychology"): 1, ("B", "psychology"): 1, ("B", "primary"): 1},
        required=[("s", "psychology")],
        totals={"B": 1},
    )
    problem = role_problem(given_)
    for matching in every_matching(problem):
        broken = any(not violation.soft for violation in verify(problem, matching).violations)
        assert bool(role_failures(given_, roles_of(matching))) == broken


def test_flow_takes_roles_where_it_can() -> None:
    demand = {f"s{i}": {"primary": ["A", "B"], "psychology": ["P"]} for i in range(4)}
    quotas = {("A", "primary"): 2, ("B", "primary"): 2, ("P", "psychology"): 4}
    result = mm.solve(role_problem(RoleDemand(demands=demand, quotas=quotas, stable_roles=())))
    assert result.engine == "min_cost_flow"
    assert result.status is mm.Status.OPTIMAL
    crossed = {f"s{i}": {"primary": ["A", "B"], "psychology": ["A", "B"]} for i in range(2)}
    both = {(m, r): 2 for m in "AB" for r in ("primary", "psychology")}
    result = mm.solve(role_problem(RoleDemand(demands=crossed, quotas=both, stable_roles=())))
    assert result.matching is not None
    assert all(len(set(roles.values())) == 2 for roles in roles_of(result.matching).values())


def test_roles_refuse_nonsense() -> None:
    with pytest.raises(MarketError, match="no primary"):
        RoleDemand(demands={"s": {"psychology": ["A"]}}, quotas={})
    with pytest.raises(MarketError, match="does not demand"):
        RoleDemand(demands={"s": {"primary": ["A"]}}, quotas={}, required=[("s", "psychology")])
    assert FilledRoles().describe().zh
    assert {stage.kind for stage in role_problem(RoleDemand(demands={"s": {"primary": ["A"]}}, quotas={})).stages} == {
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


@settings(max_examples=30, deadline=None)
@given(growth(), st.integers(0, 9))
def test_exchanges_keep_the_rules_and_never_lose(problem: GrowthProblem, seed: int) -> None:
    """From any feasible groups: feasible ones with as many wishes or more, and of as many no less even."""
    fine = [s for s in splits(tuple(problem.students)) if not growth_failures(problem, s)]
    for start in fine[:: max(1, len(fine) // 2)]:
        found = exchanged(problem, start, seed=seed)
        assert not growth_failures(problem, found)
        before, after = growth_values(problem, start), growth_values(problem, found)
        assert (-after[0], after[1]) <= (-before[0], before[1])
        assert imbalance(problem, found) == after[1]


def test_exchanges_even_out_a_class_as_far_as_counting_allows() -> None:
    students = [f"s{i:02}" for i in range(40)]
    problem = GrowthProblem(
        students=students,
        size_min=4,
        size_max=6,
        attributes={"gender": {s: "f" if i < 20 else "m" for i, s in enumerate(students)}},
        together=[(students[0], students[1]), (students[20], students[21])],
        apart=[(students[0], students[20])],
    )
    start = [[*students[:2], *students[22:24]], *([*students[i : i + 6]] for i in range(2, 20, 6))]
    start += [students[24:30], students[30:36], [*students[36:], *students[20:22]]]
    assert not growth_failures(problem, start)
    found = exchanged(problem, start, enough=evenest(problem))
    assert not growth_failures(problem, found)
    assert growth_values(problem, found) == (2, evenest(problem)) == (2, 80)
    assert exchanged(problem, start, enough=evenest(problem)) == found


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


def test_the_checker_of_growth_groups_catches_wrong_claims() -> None:
    problem = GrowthProblem(students="abcd", size_min=2, size_max=2, attributes={"g": {"a": "f", "b": "f"}})
    result = growth_groups(problem)
    assert not verify_growth_result(result)
    wishes, imbalance = result.stages
    for wrong in (
        {"groups": (("a", "b"), ("c", "d"))},
        {"groups": (("a", "c"),)},
        {"stages": (wishes, replace(imbalance, value=9))},
        {"stages": (wishes, replace(imbalance, bound=0))},
        {"stages": (wishes, replace(imbalance, proven=False))},
        {"status": mm.Status.FEASIBLE},
        {"status": mm.Status.INFEASIBLE},
    ):
        assert verify_growth_result(replace(result, **wrong))  # type: ignore[arg-type]


def test_an_engine_that_errs_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = GrowthProblem(students="abcd", size_min=2, size_max=2, attributes={}, apart=[("a", "b")])
    wrong = GrowthOutcome(mm.Status.FEASIBLE, (("a", "b"), ("c", "d")), (0, 0))
    monkeypatch.setattr(growth_solving, "solve_growth", lambda *_, **__: wrong)
    with pytest.raises(InternalError, match="checker disagrees"):
        growth_groups(problem)
    asked = RoleDemand(demands={"s": {"primary": ["A"]}}, quotas={("A", "primary"): 1})
    monkeypatch.setattr(role_solving, "roles_of", lambda _: {"s": {"primary": "B"}})
    with pytest.raises(InternalError, match="checker disagrees"):
        role_solving.solve_roles(asked)
    monkeypatch.setattr(peer_matchmaking, "peer_market", lambda roster, **_: peer_market(roster, gap=1))
    with pytest.raises(InternalError, match="checker disagrees"):
        match_peers(nine_year_school(), PeerPlan(gap=2))


def test_continuity_counts_in_each_role() -> None:
    asked = RoleDemand(
        demands={"s": {"primary": ["A", "B"], "psychology": ["C", "D"]}},
        quotas={(m, r): 1 for m in "ABCD" for r in ("primary", "psychology")},
        current=[("s", "primary", "B"), ("s", "psychology", "D")],
        stable_roles=(),
    )
    assert role_solving.solve_roles(asked).roles == {"s": {"primary": "B", "psychology": "D"}}
    assert role_solving.solve_roles(replace(asked, keep=False)).roles == {"s": {"primary": "A", "psychology": "C"}}


def test_stability_is_asked_of_the_roles_that_are_named() -> None:
    """Two students on one seat: coordination by ranks alone would take the mentor's second choice."""
    asked = RoleDemand(
        demands={
            "s": {"primary": ["P"], "psychology": ["A", "B"]},
            "t": {"primary": ["P"], "psychology": ["A", "C", "D", "B"]},
        },
        quotas={("P", "primary"): 2, **{(m, "psychology"): 1 for m in "AB"}},
        mentors={("A", "psychology"): ["s", "t"]},
    )
    free = role_solving.solve_roles(asked)
    assert free.roles["t"]["psychology"] == "A"
    bound = role_solving.solve_roles(replace(asked, stable_roles=("primary", "psychology")))
    assert bound.roles["s"]["psychology"] == "A"


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


@st.composite
def peer_schools(draw: st.DrawFn) -> mm.Roster:
    grades = [draw(st.integers(5, 9)) for _ in range(draw(st.integers(1, 5)))]
    ids = [f"s{i}" for i in range(len(grades))]
    peers = draw(st.lists(st.sampled_from(ids), unique=True, min_size=1, max_size=3))
    some = st.lists(st.sampled_from(peers), unique=True, max_size=2)
    students = tuple(
        Student(
            student_id=i,
            name="x",
            grade=str(g),
            grade_number=g,
            class_name="1",
            care_level=draw(st.sampled_from([None, "key"])),
            avoid_mentor_ids=tuple(draw(some)) if draw(st.booleans()) else (),
        )
        for i, g in zip(ids, grades, strict=True)
    )
    mentors = tuple(
        Mentor(
            mentor_id=p,
            name="x",
            capacity_max=draw(st.integers(0, 2)),
            kind="peer",
            status=draw(st.sampled_from(["active", "active", "leave"])),
        )
        for p in peers
    )
    forms = tuple(
        StudentPreference(student_id=i, choices=tuple(found))
        for i in ids
        if (found := [p for p in draw(some) if p != i])
    )
    return mm.Roster(students=students, mentors=mentors, student_preferences=forms)


@settings(max_examples=70, deadline=None)
@given(peer_schools(), st.integers(1, 2), st.booleans())
def test_peers_agree_with_brute_force(roster: mm.Roster, gap: int, place_others: bool) -> None:
    """As many as any pairs around those of choice; without coordination, nobody misses a free better peer."""
    ids, peers = [s.student_id for s in roster.students], [m.mentor_id for m in roster.mentors]
    result = match_peers(roster, PeerPlan(gap=gap, place_others=place_others))
    assert not peer_failures(roster, result.pairs, gap=gap)
    wishes = {form.student_id: form.choices for form in roster.student_preferences}
    fine = []
    for chosen in itertools.product([None, *peers], repeat=len(ids)):
        pairs = [(junior, senior) for junior, senior in zip(ids, chosen, strict=True) if senior is not None]
        if not peer_failures(roster, pairs, gap=gap):
            fine.append(pairs)
    if place_others:
        wanted = {(junior, senior) for junior, senior in result.pairs if senior in wishes.get(junior, ())}
        assert len(result.pairs) == max(len(pairs) for pairs in fine if wanted <= set(pairs))
        return
    seats = {m.mentor_id: m.capacity_max for m in roster.mentors}
    have = dict(result.pairs)
    assert all(senior in wishes[junior] for junior, senior in result.pairs)
    for junior, listed in wishes.items():
        better = listed[: listed.index(have[junior])] if junior in have else listed
        for senior in better:
            full = sum(other == senior for other in have.values()) == seats[senior]
            assert full or peer_failures(roster, [(junior, senior)], gap=gap)


def test_a_junior_keeps_its_peer_and_care_never_counts() -> None:
    roster = nine_year_school()
    kept = (Pairing(student_id="p3", mentor_id="j9", role="peer"),)
    quiet = roster.model_copy(update={"pairings": kept, "student_preferences": ()})
    assert dict(match_peers(quiet).pairs)["p3"] == "j9"
    plain = tuple(student.model_copy(update={"care_level": None}) for student in roster.students)
    bare = mm.Roster(students=plain, mentors=roster.mentors, student_preferences=roster.student_preferences)
    assert match_peers(roster).pairs == match_peers(bare).pairs


def test_peer_failures_are_caught() -> None:
    roster = nine_year_school()
    assert peer_failures(roster, [("p3", "j8"), ("p3", "j9")])
    assert peer_failures(roster, [("x", "j9")])
    crowd = [(student, "j9") for student in ("p3", "j7", "j8")]
    assert peer_failures(roster, crowd)
    school = {"students": roster.students, "mentors": roster.mentors}
    away = tuple(m.model_copy(update={"status": "leave"}) for m in roster.mentors)
    assert peer_failures(mm.Roster(**{**school, "mentors": away}), [("p3", "j9")])
    shy = tuple(s.model_copy(update={"avoid_mentor_ids": ("j9",)}) for s in roster.students)
    assert peer_failures(mm.Roster(**{**school, "students": shy}), [("p3", "j9")])
    assert peer_failures(roster, [("j9", "j8")])
    assert peer_failures(roster, [("p3", "T1")])
    assert peer_failures(roster, [("p3", "gone")])
    assert peer_failures(roster, [("j7", "j8")], gap=2)
    assert peer_market(roster, gap=2).market.num_pairs < peer_market(roster).market.num_pairs
    with pytest.raises(ValueError, match="at least 1"):
        peer_market(roster, gap=0)
