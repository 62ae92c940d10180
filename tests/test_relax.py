"""Repairs: the cheapest by enumeration, each one applied and solved again; bottlenecks against Hall's condition."""

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brute_force import all_matchings, keeping
from mentormatch.base.errors import InputError
from mentormatch.constraints import Coverage, Eligibility, FixedPairs, ForbiddenPairs, Quotas, TypeQuotas
from mentormatch.explain.bottlenecks import class_cuts, school_cuts
from mentormatch.explain.feasibility import Budget
from mentormatch.explain.hiring import with_hires
from mentormatch.explain.prices import Hire, PriceList
from mentormatch.explain.relax import cheapest_repair, cheapest_repairs
from mentormatch.explain.repaired import fits, repaired
from mentormatch.io.read import read_roster
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.matchmaking import match
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from samples import SAMPLES
from strategies import problems

SHORT = SAMPLES / "school_short_of_seats.xlsx"
PRICES = PriceList()
NEVER = 10**9


def price(problem: Problem, matching: object) -> int:
    """What a matching costs by the default prices, from the meaning of the rules: one price a unit of violation."""
    total = 0
    for rule in problem.constraints:
        for violation in rule.violations(problem.market, matching):  # type: ignore[arg-type]
            if violation.soft:
                continue
            if rule.kind in ("quotas", "type_quotas"):
                if violation.students:
                    return NEVER
                mentor = violation.mentors[0]
                above = _is_above(problem, rule, matching, mentor)
                if above and rule.kind == "quotas":
                    if problem.market.mentor_upper[problem.market.mentor_index(mentor)] == 0:
                        return NEVER
                    total += PRICES.seat * violation.amount
                else:
                    total += (PRICES.cap if above else PRICES.lower) * violation.amount
            else:
                total += PRICES.relax.get(rule.kind, NEVER) * violation.amount
    return total


def _is_above(problem: Problem, rule: object, matching: object, mentor: object) -> bool:
    seated = matching.students_of(mentor)  # type: ignore[attr-defined]
    j = problem.market.mentor_index(mentor)
    if rule.kind == "quotas":  # type: ignore[attr-defined]
        return len(seated) > problem.market.mentor_upper[j]
    levels = problem.market.student_attributes["care_level"]
    key = sum("key" in levels.values(problem.market.student_index(s)) for s in seated)
    return key > rule.upper  # type: ignore[attr-defined]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(problems(stability=False))
def test_the_first_repair_is_the_cheapest_of_all(problem: Problem) -> None:
    if any(True for _ in keeping(problem.market, problem.constraints)):
        return
    repair = cheapest_repair(problem, prices=PRICES, seconds=None)
    # Nobody may have more mentors than its quota, whatever it costs.
    best = min((price(problem, matching) for matching in all_matchings(problem.market, quotas=True)), default=NEVER)
    if repair is None:
        assert best >= NEVER
        return
    assert repair.cost == best
    assert repair.proven
    assert sum(action.price for action in repair.actions) == repair.cost
    mended = repaired(problem, repair)
    assert fits(mended)


@cache
def short() -> Result:
    return match(read_roster(SHORT), on=date(2024, 11, 11))


def test_the_school_that_cannot_fit_gets_three_repairs_that_fit() -> None:
    result = short()
    assert result.status is Status.INFEASIBLE
    assert result.shortage is not None
    assert (result.shortage.needed, result.shortage.available) == (816, 583)
    repairs = result.repairs
    assert len(repairs) == 3
    assert [repair.cost for repair in repairs] == sorted(repair.cost for repair in repairs)
    assert repairs[0].cost == 816 - 583
    assert len({repair.text.en for repair in repairs}) == 3
    for repair in repairs:
        mended = repaired(result.problem, repair)
        assert fits(mended)
        seats = sum(action.amount for action in repair.actions if action.kind in ("seat", "hire"))
        assert seats >= 233
        one_less = [action for action in repair.actions if action.kind == "seat"]
        if one_less and not any(action.kind == "hire" for action in repair.actions):
            # Exactly enough: without one action it does not fit.
            fewer = type(repair)(repair.cost, tuple(a for a in repair.actions if a is not one_less[0]), repair.text)
            assert not fits(repaired(result.problem, fewer))


def test_a_head_learns_where_seats_are_shortest() -> None:
    problem = short().problem
    cuts = school_cuts(problem)
    assert cuts
    assert {cut.short for cut in cuts} == {233}
    worst = class_cuts(problem)
    assert all(cut.own_class for cut in worst)
    assert worst == tuple(sorted(worst, key=lambda cut: -cut.short)) or len({c.short for c in worst}) < len(worst)
    market = problem.market
    for cut in worst:
        assert cut.needed == len(cut.students)
        group = market.student_attributes["class_name"]
        assert {group.values(market.student_index(s))[0] for s in cut.students} == {cut.group}
        assert str(cut.short) in cut.text.zh
        assert f"{cut.short} short" in cut.text.en


@settings(max_examples=150, deadline=None, derandomize=True)
@given(problems(stability=False))
def test_cuts_of_the_school_are_the_worst_there_are(problem: Problem) -> None:
    problem = problem.replace(constraints=[*(r for r in problem.constraints if r.kind != "coverage"), Coverage()])
    market = problem.market
    deficiency = 0
    short_by: dict[int, list[set[object]]] = {}
    students = range(market.num_students)
    for size in range(1, market.num_students + 1):
        for chosen in combinations(students, size):
            inside = problem.candidates & np.isin(market.student, chosen)
            degree = [int(inside[market.mentor == j].sum()) for j in range(market.num_mentors)]
            seats = sum(min(int(u), d) for u, d in zip(market.mentor_upper, degree, strict=True))
            deficiency = max(deficiency, size - seats)
            whole = size - sum(int(u) for u, d in zip(market.mentor_upper, degree, strict=True) if d)
            short_by.setdefault(whole, []).append({market.student_ids[i] for i in chosen})
    cuts = school_cuts(problem)
    assert bool(cuts) == (deficiency > 0)
    for cut in cuts:
        assert cut.short == deficiency
        assert cut.needed - cut.available == deficiency
    if cuts:
        # The sets that are short of most have a smallest one, in all others, and a largest one, around all others.
        worst = short_by[deficiency]
        assert set(cuts[0].students) == set.intersection(*worst)
        assert set(cuts[-1].students) == set.union(*worst)
        assert len(cuts) == (1 if cuts[0].students == cuts[-1].students else 2)


def classes() -> Problem:
    market = Market.from_preferences({f"s{i}": ["a", "b"] for i in range(5)}, quotas={"a": 1, "b": 1})
    market = market.replace(
        student_attributes={"class_name": Attribute.from_values(["7.1", "7.1", "7.2", "7.2", "7.2"])}
    )
    return Problem(market, [Quotas(), Coverage()])


def test_hires_teach_their_classes_only() -> None:
    for_one = PriceList(seat=None, hires=(Hire(price=5, seats=2, classes=("7.1",)),), relax={})
    assert cheapest_repair(classes(), prices=for_one) is None
    both = PriceList(seat=None, relax={"coverage": 40}, hires=(Hire(price=5, seats=3, classes=("7.2",)),))
    repair = cheapest_repair(classes(), prices=both)
    assert repair is not None
    assert [action.kind for action in repair.actions] == ["hire"]
    assert repair.cost == 5
    assert "7.2" in repair.text.zh


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.data())
def test_hires_of_several_kinds_are_mixed_where_that_is_cheapest(data: st.DataObject) -> None:
    """All numbers of both kinds are tried, each by one flow without hires, in a market that has them already."""
    number = data.draw(st.integers(2, 7))
    market = Market.from_preferences({f"s{i}": ["a"] for i in range(number)}, quotas={"a": 1})
    where = data.draw(st.lists(st.sampled_from(["7.1", "7.2"]), min_size=number, max_size=number))
    market = market.replace(student_attributes={"class_name": Attribute.from_values(where)})
    kinds = tuple(
        Hire(
            price=data.draw(st.integers(1, 9)),
            seats=data.draw(st.integers(1, 4)),
            classes=data.draw(st.sampled_from([(), ("7.1",), ("7.2",)])),
            most=3,
        )
        for _ in range(2)
    )
    prices = PriceList(seat=data.draw(st.sampled_from([None, 3, 5])), relax={}, hires=kinds)
    problem = Problem(market, [Quotas(), Coverage()])
    repair = cheapest_repair(problem, prices=prices, seconds=None)
    costs = []
    for numbers in product(range(4), repeat=2):
        extended, new = with_hires(market, list(zip(kinds, numbers, strict=True)))
        there = problem.replace(market=extended)
        no_more = {mentor: None for mentors in new for mentor in mentors}
        rest = cheapest_repair(there, prices=replace(prices, hires=(), seat_of=no_more), seconds=None)
        if rest is not None or fits(there):
            hired = sum(kind.price * n for kind, n in zip(kinds, numbers, strict=True))
            costs.append(hired + (0 if rest is None else rest.cost))
    if repair is None:
        assert min(costs, default=0) == 0
        return
    assert repair.proven
    assert repair.cost == min(costs)
    assert fits(repaired(problem, repair))


def test_a_mixed_repair_tells_both_kinds() -> None:
    market = Market.from_preferences({f"s{i}": ["a"] for i in range(8)}, quotas={"a": 1})
    market = market.replace(student_attributes={"class_name": Attribute.from_values(["7.1"] * 5 + ["7.2"] * 3)})
    kinds = (Hire(price=4, seats=5, classes=("7.1",)), Hire(price=2, seats=2))
    repair = cheapest_repair(
        Problem(market, [Quotas(), Coverage()]), prices=PriceList(seat=None, relax={}, hires=kinds)
    )
    assert repair is not None
    assert repair.cost == 6
    assert sorted(action.amount for action in repair.actions) == [2, 5]
    assert "增加 1 名各带 5 名学生、任教 7.1 的导师" in repair.text.zh
    assert "1 mentor(s) with 2 seats each" in repair.text.en
    assert [action.get("classes") for action in repair.as_data()["actions"]] == [["7.1"], None]


def test_prices_decide() -> None:
    seats = cheapest_repair(classes(), prices=PriceList(seat=2, seat_of={"a": 1}))
    assert seats is not None
    assert {action.mentor: action.amount for action in seats.actions} == {"a": 3}
    assert seats.cost == 3
    most = cheapest_repair(classes(), prices=PriceList(seat=2, seat_of={"a": 1}, most_seats_each=2))
    assert most is not None
    assert most.cost == 4
    lonely = cheapest_repair(classes(), prices=PriceList(seat=100))
    assert lonely is not None
    assert [action.rule for action in lonely.actions] == ["coverage"] * 3


def test_a_contradiction_of_rules_is_repaired_at_the_cheaper_rule() -> None:
    market = Market.from_preferences({"s": ["a", "b"], "t": ["a"]}, quotas=2)
    rules = [Quotas(), FixedPairs(pairs=(("s", "a"),)), ForbiddenPairs(pairs=(("s", "a"),))]
    found = cheapest_repairs(Problem(market, rules), prices=PriceList(relax={"fixed_pairs": 7, "forbidden_pairs": 4}))
    assert [repair.cost for repair in found] == [4, 7]
    assert "不得结对" in found[0].text.zh
    assert "指定结对" in found[1].text.zh


def test_a_cap_is_raised_where_that_is_cheapest() -> None:
    market = Market.from_preferences({"s": ["a"], "t": ["a"]}, quotas=2)
    market = market.replace(student_attributes={"care_level": Attribute.from_values(["key", "key"])})
    cap = TypeQuotas(attribute="care_level", values=("key",), upper=1)
    repair = cheapest_repair(Problem(market, [Quotas(), cap, Coverage()]))
    assert repair is not None
    assert [(action.kind, action.amount) for action in repair.actions] == [("cap", 1)]
    assert repair.cost == 3


def test_a_problem_that_fits_needs_no_repair() -> None:
    market = Market.from_preferences({"s": ["a"]})
    assert cheapest_repairs(Problem(market, [Quotas(), Coverage()])) == ()


def test_nonsense_prices_are_refused() -> None:
    with pytest.raises(InputError, match="above 0"):
        PriceList(seat=0)
    with pytest.raises(InputError, match="above 0"):
        PriceList(relax={"coverage": -1})
    with pytest.raises(InputError, match="seats"):
        Hire(price=1, seats=0)


def test_eligibility_is_relaxed_for_one_student() -> None:
    market = Market.from_preferences({"s": ["a"], "t": ["b"]}, quotas=1)
    market = market.replace(pair_attributes={"locality": np.array([2, 0])})
    repair = cheapest_repair(Problem(market, [Quotas(), Coverage(), Eligibility(reach="own_class")]))
    assert repair is not None
    assert [(action.rule, action.student, action.mentor) for action in repair.actions] == [("eligibility", "s", "a")]


def test_without_time_a_known_matching_is_judged_and_nothing_else() -> None:
    market = Market.from_preferences({"s": ["a", "b"], "t": ["a"]}, quotas=1)
    problem, none = Problem(market, [Quotas(), Coverage()]), Budget(1e-9)
    assert not fits(problem, none)
    assert fits(problem, none, witness=(("s", "b"), ("t", "a")))
    assert not fits(problem, none, witness=(("s", "a"), ("t", "a")))
    assert not fits(problem, none, witness=(("s", "b"),))
    assert not fits(problem, none, witness=(("s", "b"), ("t", "b")))
