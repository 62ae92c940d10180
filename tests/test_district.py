"""Schools that are linked: the joint optimum against enumeration, what each school gets of it, and the split."""

from datetime import datetime
from itertools import product
from typing import Any

import numpy as np
import pytest

from mentormatch.base.errors import RulesError, UnsupportedError
from mentormatch.district.caps import Cap, DistrictCaps
from mentormatch.district.join import Joint, JointCap, join
from mentormatch.district.part import Part
from mentormatch.district.split import part_result
from mentormatch.many.clusters import clusters, demand_of
from mentormatch.many.district_file import District, DistrictCap
from mentormatch.many.shared_seats import with_seats
from mentormatch.market.matching import Matching
from mentormatch.matchmaking import build_problem, find_mechanism, match
from mentormatch.objectives import FewestMoves, LowestStanding
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from mentormatch.roster.preference import MentorPreference
from mentormatch.roster.roster import Roster
from mentormatch.school.priorities import PRIORITIES
from mentormatch.solvers.engine import Options
from mentormatch.testing import check_constraint
from small_rosters import form, mentor, pairing, request, student

SHARED = {"X": 2}


def school(rng: np.random.Generator, *, size: int = 3) -> Roster:
    """Return a few students, two mentors of the school and X, whom another school has too."""
    ids = ["1", "2", "3", "4"][:size]
    mentors = [mentor("T1", int(rng.integers(1, 3))), mentor("T2", 1), mentor("X", int(rng.integers(1, 4)))]
    forms, pairs, replies = [], [], []
    for one in ids:
        choices = rng.permutation(["T1", "T2", "X"])[: int(rng.integers(0, 4))].tolist()
        if choices:
            forms.append(form(one, *choices))
        if rng.random() < 0.3:
            pairs.append(pairing(one, str(rng.choice(["T1", "T2", "X"]))))
        if rng.random() < 0.3:
            stance = str(rng.choice(["ranked", "acceptable", "unsuitable"]))
            order = int(rng.integers(1, 4)) if stance == "ranked" else None
            replies.append(MentorPreference(mentor_id="X", student_id=one, stance=stance, order=order))
    classes = ["八(1)班", "八(2)班"]
    return Roster(
        students=tuple(student(one, class_name=str(rng.choice(classes))) for one in ids),
        mentors=tuple(mentors),
        student_preferences=tuple(forms),
        mentor_preferences=tuple(replies),
        pairings=tuple(pairs),
    )


def joined(
    rosters: dict[str, Roster], caps: tuple[JointCap, ...], mechanism: str, shared: dict[str, int]
) -> tuple[Joint, Result]:
    chosen = find_mechanism(mechanism)
    problems = {name: build_problem(with_seats(own, shared), chosen) for name, own in rosters.items()}
    joint = join(problems, caps, shared=set(shared), priorities=PRIORITIES)
    return joint, chosen.run(joint.problem, Options(seed=0), None)


def seats_of(rosters: dict[str, Roster], shared: dict[str, int]) -> tuple[JointCap, ...]:
    return tuple(JointCap(one, tuple((name, one) for name in rosters), seats) for one, seats in shared.items())


def own_matchings(problem: Problem) -> list[Matching]:
    """Return every matching of a school that keeps its own hard rules, by their meaning."""
    market = problem.market
    options = [
        [(), *((int(pair),) for pair in market.pairs_of_student(i) if problem.candidates[pair])]
        for i in range(market.num_students)
    ]
    found = []
    for choice in product(*options):
        matching = Matching(market, np.array([pair for pairs in choice for pair in pairs], np.int64))
        broken = [v for rule in problem.constraints for v in rule.violations(market, matching) if not v.soft]
        if not broken:
            found.append(matching)
    return found


def enumerated(
    joint: Joint, caps: tuple[JointCap, ...], base: set[tuple[Any, Any]] | None, lowest: LowestStanding | None = None
) -> tuple[int, ...] | None:
    """Return the best values of the schools' stages added up, after those of a base if there is one.

    They are the fewest moves from it, and what those who move leave behind.
    """
    maximise = [stage.maximise for stage in compile_form(joint.problem).stages]
    lists = []
    for part in joint.parts:
        own = []
        for matching in own_matchings(part.problem):
            pairs = list(matching.ids())
            values = [v for stage in part.problem.stages for v in stage.values(part.problem.market, matching)]
            here = {(part.students[s], part.mentors[m]) for s, m in pairs}
            moved = 0 if base is None else sum(s in part.students.values() and (s, m) not in here for s, m in base)
            left = 0 if base is None or lowest is None else lower_left(joint, part, here, base)
            count = tuple(sum((part.name, m) in cap.members for _, m in pairs) for cap in caps)
            own.append(((moved, left), tuple(-v if up else v for v, up in zip(values, maximise, strict=True)), count))
        lists.append(own)
    best = None
    for choice in product(*lists):
        if all(sum(one[2][i] for one in choice) <= cap.upper for i, cap in enumerate(caps)):
            levels = zip(*(one[1] for one in choice), strict=True)
            value = (*map(sum, zip(*(one[0] for one in choice), strict=True)), *(sum(level) for level in levels))
            best = value if best is None else min(best, value)
    if best is None:
        return None
    values = tuple(-v if up else v for v, up in zip(best[2:], maximise, strict=True))
    return values if base is None else (*best[:2], *values)


def lower_left(joint: Joint, part: Part, here: set[tuple[Any, Any]], base: set[tuple[Any, Any]]) -> int:
    """Return how many of the base stand lower at the mentors of a school's students who lost them, added up."""
    market = joint.problem.market
    rank = {ends: int(market.mentor_rank[market.pair_index(*ends)]) for ends in base}
    lost = [ends for ends in base if ends[0] in part.students.values() and ends not in here]
    return sum(sum(other[1] == ends[1] and rank[other] > rank[ends] for other in base) for ends in lost)


@pytest.mark.parametrize("chunk", range(6))
@pytest.mark.parametrize("mechanism", ["optimal", "two_round"])
def test_the_joint_optimum_is_that_of_enumeration(mechanism: str, chunk: int) -> None:
    rng = np.random.default_rng((800, chunk))
    solved = 0
    for _ in range(10):
        rosters = {"a": school(rng), "b": school(rng, size=int(rng.integers(2, 4)))}
        shared = {"X": int(rng.integers(1, 5))}
        caps = seats_of(rosters, shared)
        if rng.random() < 0.5:
            some = tuple((name, m) for name in rosters for m in (("T2", "X") if chunk % 2 else ("T1", "T2")))
            caps = (*caps, JointCap("some", some, int(rng.integers(1, 5))))
        joint, result = joined(rosters, caps, mechanism, shared)
        base, lowest = None, None
        if mechanism == "two_round":
            base = set(next(s.base for s in result.problem.stages if isinstance(s, FewestMoves)))
            lowest = next((s for s in result.problem.stages if isinstance(s, LowestStanding)), None)
        best = enumerated(joint, caps, base, lowest)
        if best is None:
            assert result.status is Status.INFEASIBLE
            continue
        solved += 1
        assert result.status is Status.OPTIMAL
        named = {stage.name: stage.value for stage in result.stages}
        moves = () if base is None else (named.pop("fewest_moves"), named.pop("lowest_standing", 0))
        assert (*moves, *named.values()) == best
    assert solved >= 3


@pytest.mark.parametrize("mechanism", ["optimal", "two_round", "deferred_acceptance", "min_cost"])
def test_the_parts_add_up_and_keep_the_rules_of_every_school(mechanism: str) -> None:
    rng = np.random.default_rng(801)
    checked = 0
    for _ in range(20):
        rosters = {"a": school(rng), "b": school(rng), "c": school(rng)}
        shared = {"X": int(rng.integers(1, 6))}
        try:
            joint, result = joined(rosters, seats_of(rosters, shared), mechanism, shared)
        except UnsupportedError:  # choice alone misses a rule
            continue
        if result.matching is None:
            continue
        checked += 1
        pairs: set[tuple[Any, Any]] = set()
        for part in joint.parts:
            own = part_result(joint, result, part, part.problem)  # checked by the independent checker
            assert own.matching is not None
            assert set(own.pair_reasons) == set(own.matching.ids())
            pairs |= {(part.students[s], part.mentors[m]) for s, m in own.matching.ids()}
        assert pairs == set(result.matching.ids())
        assert sum(m == "X" for _, m in pairs) <= shared["X"]
    assert checked >= 5


def test_one_school_alone_has_what_it_has_alone() -> None:
    rng = np.random.default_rng(802)
    for _ in range(20):
        roster = school(rng)
        joint, result = joined({"a": roster}, (), "optimal", {})
        alone = match(roster, mechanism="optimal")
        assert [(s.name, s.value) for s in result.stages] == [(s.name, s.value) for s in alone.stages]
        assert (result.status, joint.problem.market.num_pairs) == (alone.status, alone.problem.market.num_pairs)


def test_a_shared_mentor_takes_students_of_all_schools_by_the_published_order() -> None:
    """Rank numbers of two schools' markets mean different things; tiers do not."""
    first = Roster(
        students=(student("1"), student("2")),
        mentors=(mentor("X", 1), mentor("T", 2)),
        student_preferences=(form("1", "X", "T"), form("2", "T")),
        mentor_preferences=(MentorPreference(mentor_id="T", student_id="2", stance="ranked", order=1),),
    )
    second = Roster(
        students=(student("1"),),
        mentors=(mentor("X", 1), mentor("T", 2)),
        student_preferences=(form("1", "X", "T"),),
        mentor_preferences=(MentorPreference(mentor_id="X", student_id="1", stance="ranked", order=3),),
    )
    for names in (("a", "b"), ("b", "a")):
        rosters = dict(zip(names, (first, second), strict=True))
        _, result = joined(rosters, seats_of(rosters, {"X": 1}), "two_round", {"X": 1})
        assert result.matching is not None
        assert result.matching.as_dict()[f"{names[1]}/1"] == ("X",)
        assert result.blocking_pairs == 0


def test_who_came_first_is_served_first_whatever_the_school() -> None:
    def early(hour: int) -> Roster:
        return Roster(
            students=(student("1"),),
            mentors=(mentor("X", 1), mentor("T", 1)),
            student_preferences=(form("1", "X", "T", submitted_at=datetime(2024, 9, 1, hour)),),
        )

    for hours in ((8, 9), (9, 8)):
        rosters = dict(zip("ab", map(early, hours), strict=True))
        _, result = joined(rosters, seats_of(rosters, {"X": 1}), "first_come_first_served", {"X": 1})
        assert result.matching is not None
        assert result.matching.students_of("X") == ("a/1" if hours == (8, 9) else "b/1",)


def test_a_granted_request_moves_a_student_in_the_joint_market_too() -> None:
    roster = Roster(
        students=(student("1"), student("2")),
        mentors=(mentor("X", 2), mentor("T", 1)),
        pairings=(pairing("1", "T"),),
        change_requests=(request("r", "1", "T", "X"),),
    )
    rosters = {"a": roster, "b": roster}
    joint, result = joined(rosters, seats_of(rosters, {"X": 2}), "two_round", {"X": 2})
    assert result.matching is not None
    for part in joint.parts:
        own = part_result(joint, result, part, part.problem)
        assert own.matching is not None
        assert own.matching.as_dict() == {"1": ("X",), "2": ("T",)}
        assert [change.text.en for change in own.changes] == ["The granted change request r is carried out."]


def test_schools_that_cannot_be_joined_say_so() -> None:
    rng = np.random.default_rng(803)
    rosters = {"a": school(rng), "b": school(rng)}
    optimal = find_mechanism("optimal")
    problems = {name: build_problem(own, optimal) for name, own in rosters.items()}
    problems["b"] = problems["b"].replace(stages=problems["b"].stages[:1])
    with pytest.raises(UnsupportedError, match="together"):
        join(problems)


@pytest.mark.parametrize("seed", range(6))
def test_caps_keep_the_common_suite(seed: int) -> None:
    rng = np.random.default_rng((804, seed))
    market = build_problem(school(rng), find_mechanism("optimal")).market
    caps = (Cap(name="all", mentors=("T1", "T2", "X"), upper=2), Cap(name="two", mentors=("T2", "X"), upper=1))
    check_constraint(DistrictCaps(caps=caps), market, max_matchings=200)
    with pytest.raises(RulesError):
        DistrictCaps(caps=(Cap(name="none", mentors=("Y",), upper=1),)).bind(market)


# -- which schools are linked ------------------------------------------------------------------------------------


def test_only_what_can_bind_links_schools() -> None:
    roster = Roster(
        students=(student("1"), student("2")),
        mentors=(mentor("X", 2), mentor("Y", 3), mentor("E", 4, kind="external")),
        student_preferences=(form("1", "X", "E"),),
    )
    rosters = {"a": roster, "b": roster, "c": roster.replace(mentors=roster.mentors[1:], student_preferences=())}

    def linked(district: District, *kinds: Any) -> tuple[tuple[str, ...], ...]:
        return clusters(
            {name: demand_of(own, district, ("in_school", *kinds)) for name, own in rosters.items()}, district
        )

    assert linked(District(shared={"X": 3})) == (("a", "b"),)
    assert linked(District(shared={"X": 4})) == ()
    assert linked(District(shared={"Y": 8})) == (("a", "b", "c"),)
    externals = DistrictCap(name="externals", kinds=("external",), upper=11)
    assert linked(District(cap=(externals,)), "external") == (("a", "b", "c"),)
    assert linked(District(cap=(externals.model_copy(update={"upper": 12}),)), "external") == ()
    # Externals take no part unless the rules say so.
    assert linked(District(cap=(externals,))) == ()
