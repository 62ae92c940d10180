"""What if: the least of each kind by trying every smaller one, costs to others counted again; nobody else named."""

import json
import re
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from mentormatch.base.errors import InputError, UnsupportedError
from mentormatch.constraints import Continuity, FixedPairs, Popularity, Quotas, TypeQuotas, Vetoes
from mentormatch.explain.hypothesis import Case, higher_priority, more_room, other_list, settled, without_rules
from mentormatch.explain.standing import standing
from mentormatch.explain.what_if import Scenario, what_if
from mentormatch.io.read import read_roster
from mentormatch.io.sample_school import write_sample_school
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.matchmaking import match, rematch, run_again
from mentormatch.objectives import PlacedStudents, RankTotal, SoftRules
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from mentormatch.stored_result import stored_result
from samples import SAMPLES
from strategies import markets

FAMILIES = {"seats": more_room, "priority": higher_priority, "list": other_list}


def check_costs(before: Result, scenario: Scenario, student: object) -> None:
    """Count again, one pupil at a time."""
    market = before.problem.market

    def rank(result: Result, other: object) -> int:
        has = [market.pair_index(other, m) for m in result.matching.mentors_of(other)]  # type: ignore[union-attr]
        return max((int(market.student_rank[p]) or 10**6 for p in has if p is not None), default=10**7)

    now = {s: rank(before, s) for s in market.student_ids if s != student}
    then = {s: rank(scenario.result, s) for s in now}
    cost = scenario.cost
    assert cost.better == sum(then[s] < now[s] for s in now)
    assert cost.worse == sum(then[s] > now[s] for s in now)
    listed = [s for s in now if now[s] < 10**6 and then[s] < 10**6]
    assert cost.ranks_lost == sum(max(then[s] - now[s], 0) for s in listed)
    assert cost.ranks_won == sum(max(now[s] - then[s], 0) for s in listed)
    assert cost.lost_choice == sum(now[s] < 10**6 <= then[s] for s in now)
    assert cost.unplaced == sum(then[s] == 10**7 for s in now) - sum(now[s] == 10**7 for s in now)


@pytest.mark.parametrize(
    "mechanism", ["deferred_acceptance", "two_round", "optimal", "immediate_acceptance", "serial_dictatorship"]
)
def test_the_least_of_each_kind_is_the_least_under_every_mechanism(mechanism: str) -> None:
    kinds = set()

    @settings(max_examples=25, deadline=None, derandomize=True, database=None)
    @given(markets(max_students=5, placement=False))
    def try_market(market: Market) -> None:
        stages = [PlacedStudents(), RankTotal()] if mechanism in ("two_round", "optimal") else []
        result = match(Problem(market, [Quotas(lower=False)], stages), mechanism=mechanism)
        run = run_again(result)
        for pair in range(min(market.num_pairs, 4)):
            student, mentor = market.student_ids[market.student[pair]], market.mentor_ids[market.mentor[pair]]
            answer = what_if(result, student, mentor, run=run)
            assert not answer.not_settled
            for scenario in answer.scenarios:
                assert mentor in scenario.result.matching.mentors_of(student)  # type: ignore[union-attr]
                assert scenario.is_least
                check_costs(result, scenario, student)
                kinds.add(scenario.code)
                if scenario.code not in FAMILIES:
                    continue
                # Whatever comes before it in its family does not do.
                for smaller in FAMILIES[scenario.code](Case(standing(result), pair)):
                    if smaller.text == scenario_text(scenario, smaller.text):
                        break
                    after = run(smaller.change(result.problem)).matching
                    assert mentor not in after.mentors_of(student)  # type: ignore[union-attr]

    try_market()
    assert {"seats", "fixed"} <= kinds


def scenario_text(scenario: Scenario, head: object) -> object:
    """Whether a hypothesis is the one that a scenario tells of."""
    return head if scenario.text.en.startswith(head.en + ",") else None  # type: ignore[attr-defined]


def test_more_seats_by_hand() -> None:
    market = Market.from_preferences({"s": ["a"], "t": ["a"], "u": ["a"]}, {"a": ["u", "t", "s"]}, quotas=1)
    result = match(Problem(market, [Quotas(lower=False)]), mechanism="deferred_acceptance")
    found = {one.code: one for one in what_if(result, "s", "a", run=run_again(result)).scenarios}
    assert found["seats"].amount == 2
    assert found["seats"].cost.better == 1
    assert found["priority"].amount == 1
    assert (found["priority"].cost.worse, found["priority"].cost.lost_choice, found["priority"].cost.unplaced) == (
        1,
        1,
        1,
    )
    assert "list" not in found


def test_a_list_that_would_have_helped() -> None:
    """Immediate acceptance rewards whoever lists a mentor first; deferred acceptance never does."""
    market = Market.from_preferences(
        {"s": ["a", "b"], "t": ["b"], "u": ["a"]}, {"a": ["u", "s"], "b": ["s", "t"]}, quotas=1
    )
    for mechanism, helps in (("immediate_acceptance", True), ("deferred_acceptance", False)):
        result = match(Problem(market, [Quotas(lower=False)]), mechanism=mechanism)
        answer = what_if(result, "s", "b", run=run_again(result))
        assert ("list" in [one.code for one in answer.scenarios]) is helps
        assert (answer.now.code == "got") is not helps


def test_a_cap_is_raised_where_a_cap_is_full() -> None:
    market = Market.from_preferences({"s": ["a"], "t": ["a"], "u": ["a"]}, {"a": ["t", "s", "u"]}, quotas=2)
    market = market.replace(student_attributes={"care_level": Attribute.from_values(["key", "key", None])})
    rules = [Quotas(lower=False), TypeQuotas(attribute="care_level", values=("key",), upper=1)]
    result = match(Problem(market, rules), mechanism="deferred_acceptance")
    answer = what_if(result, "s", "a", run=run_again(result))
    found = {one.code: one for one in answer.scenarios}
    # A place in the cap is enough: u, who stands behind s, gives up the seat.
    assert found["cap"].facts == {"seats": 0, "cap": 1}
    assert found["cap"].cost.worse == 1


def test_a_veto_would_have_to_go() -> None:
    market = Market.from_preferences({"s": ["a", "b"], "t": ["b", "a"]}, quotas=2)
    veto = [market.pair_index("s", "a") == pair for pair in range(market.num_pairs)]
    market = market.replace(pair_attributes={"mentor_veto": np.array(veto)})
    result = match(Problem(market, [Quotas(lower=False), Vetoes()]), mechanism="deferred_acceptance")
    answer = what_if(result, "s", "a", run=run_again(result))
    assert [one.code for one in answer.scenarios] == ["rule"]
    assert answer.scenarios[0].cost.worse == 0
    full = market.replace(mentor_upper=[1, 2])
    result = match(
        Problem(full, [Quotas(lower=False), Vetoes(), FixedPairs(pairs=(("t", "a"),))]), mechanism="two_round"
    )
    answer = what_if(result, "s", "a", run=run_again(result))
    assert answer.in_vain[0] == "rule"
    assert [one.code for one in answer.scenarios] == ["rule+seats"]


def test_whoever_is_held_by_a_rule_learns_which() -> None:
    market = Market.from_preferences({"s": ["a", "b"], "t": ["b"]}, quotas=2)
    locked = np.array([market.pair_index("s", "b") == pair for pair in range(market.num_pairs)])
    market = market.replace(pair_attributes={"current": locked, "locked": locked})
    result = match(Problem(market, [Quotas(lower=False), Continuity()]), mechanism="two_round")
    answer = what_if(result, "s", "a", run=run_again(result))
    assert answer.now.code == "pinned"
    assert [one.code for one in answer.scenarios] == ["rule"]
    assert "continuity" in str(answer.scenarios[0].facts["rules"])


def test_whoever_has_the_mentor_needs_nothing() -> None:
    market = Market.from_preferences({"s": ["a"]})
    result = match(Problem(market, [Quotas(lower=False), Continuity()]), mechanism="deferred_acceptance")
    answer = what_if(result, "s", "a", run=run_again(result))
    assert (answer.now.code, answer.scenarios) == ("got", ())
    other = Market.from_preferences({"s": ["a"], "t": ["b"]})
    result = match(Problem(other, [Quotas(lower=False)]), mechanism="deferred_acceptance")
    with pytest.raises(InputError, match="out of"):
        what_if(result, "s", "b", run=run_again(result))


def test_a_run_that_refuses_is_no_answer() -> None:
    market = Market.from_preferences({"s": ["a"], "t": ["a"]}, {"a": ["t", "s"]}, quotas=1)
    result = match(Problem(market, [Quotas(lower=False)]), mechanism="deferred_acceptance")

    def refuse(problem: Problem) -> Result:
        raise UnsupportedError("no")

    assert what_if(result, "s", "a", run=refuse).scenarios == ()


def test_a_rule_that_compares_matchings_is_not_given_up_in_part() -> None:
    """Every change is matched and checked, so a part of such a rule would end in a disagreement."""
    asked = 0
    for seed in range(30):
        rng = np.random.default_rng((31, seed))
        lists = {f"s{i}": [f"m{j}" for j in rng.permutation(3)[: int(rng.integers(1, 4))].tolist()] for i in range(4)}
        market = Market.from_preferences(
            lists, {f"m{j}": None for j in range(3)}, quotas={f"m{j}": 1 + j % 2 for j in range(3)}
        )
        problem = Problem(market, [Quotas(), Popularity()], [PlacedStudents()])
        result = match(problem, mechanism="min_cost")
        if result.matching is None:
            continue
        for student, wanted in lists.items():
            for mentor in wanted:
                found = what_if(result, student, mentor, run=run_again(result)).scenarios
                assert all("popularity" not in str(one.facts.get("rules", "")) for one in found)
                asked += len(found)
    assert asked


def test_without_time_nothing_is_claimed() -> None:
    market = Market.from_preferences({"s": ["a"], "t": ["a"]}, {"a": ["t", "s"]}, quotas=1)
    result = match(Problem(market, [Quotas(lower=False)]), mechanism="deferred_acceptance")
    answer = what_if(result, "s", "a", run=run_again(result), seconds=0.0)
    assert answer.scenarios == answer.in_vain == ()
    assert set(answer.not_settled) == {"room", "priority", "fixed"}
    assert "Not settled" in answer.lines("en")[-1]


def test_a_repair_is_asked_about_as_it_was_made() -> None:
    """The given matching stands in the problem: a pupil that keeps its mentor moves when the school settles it."""
    market = Market.from_preferences({"s": ["a", "b"], "t": ["a", "b"]}, {"a": ["t", "s"]}, quotas={"a": 1, "b": 2})
    result = rematch(market, [("s", "a"), ("t", "b")])
    assert result.matching is not None
    assert result.matching.mentors_of("t") == ("b",)
    answer = what_if(result, "t", "a", run=run_again(result))
    first = answer.scenarios[0]
    assert (first.code, first.amount) == ("fixed", 1)
    assert first.result.mechanism == "rematch"
    assert first.result.matching is not None
    assert first.result.matching.mentors_of("s") == ("b",)
    # A second seat at its mentor moves nobody: that would be one move more.
    assert "room" in answer.in_vain
    for scenario in answer.scenarios:
        check_costs(result, scenario, "t")
    again = run_again(result)(result.problem)
    assert again.matching is not None
    assert set(again.matching.ids()) == set(result.matching.ids())


def test_a_repair_from_a_file_needs_what_it_repaired() -> None:
    market = Market.from_preferences({"s": ["a"], "t": ["a"]}, quotas=2)
    pairs = [("s", "a"), ("t", "a")]
    with pytest.raises(InputError, match="takes the result that was repaired"):
        run_again(stored_result(market, pairs, mechanism="rematch"))
    known = stored_result(market, pairs, mechanism="rematch", before=pairs)
    assert run_again(known)(known.problem).mechanism == "rematch"


def test_soft_rules_do_not_make_a_change_look_vain() -> None:
    market = Market.from_preferences({"s": ["a", "b"], "t": ["b"]}, quotas=1)
    veto = np.zeros(market.num_pairs, bool)
    veto[market.pair_index("s", "a")] = True
    market = market.replace(pair_attributes={**market.pair_attributes, "mentor_veto": veto})
    soft = Quotas(lower_penalty=2, stage="soft")
    problem = Problem(market, [soft, Vetoes()], [PlacedStudents(), SoftRules(name="soft"), RankTotal()])
    result = match(problem, mechanism="optimal")
    answer = what_if(result, "s", "a", run=run_again(result))
    assert [scenario.code for scenario in answer.scenarios][:1] == ["rule"]
    assert "rule" not in answer.in_vain


@cache
def school() -> Result:
    return match(read_roster(SAMPLES / "school.xlsx"), on=date(2024, 11, 11))


def test_a_pupil_of_a_school_learns_what_would_have_to_differ(tmp_path: Path) -> None:
    write_sample_school(tmp_path / "school.xlsx", "zh")
    result = match(read_roster(tmp_path / "school.xlsx"), on=date(2024, 11, 11))
    of = standing(result)
    market = of.market
    told = [
        (s, said.mentor)
        for s in market.student_ids
        for said in result.explain(s, edition="staff").choices
        if said.code == "full"
    ]
    cases = [(Case(of, market.pair_index(s, m) or 0), s, m) for s, m in told]
    _, student, mentor = min(cases, key=lambda entry: entry[0].num_waiting)
    answer = what_if(result, student, mentor, run=run_again(result))
    assert answer.scenarios[0].code == "seats"
    for scenario in answer.scenarios:
        check_costs(result, scenario, student)
    assert json.loads(json.dumps(answer.as_data())) == answer.as_data()


def test_no_pupil_of_the_school_is_told_of_another() -> None:
    """Every pupil, every choice, every text that can be told, whether or not it would work; costs are numbers alone."""
    result = school()
    of = standing(result)
    market = of.market
    ids, told = {str(student) for student in market.student_ids}, 0
    for student in market.student_ids:
        texts = []
        for said in result.explain(student, edition="staff").choices:
            if said.code == "got":
                continue
            case = Case(of, market.pair_index(student, said.mentor) or 0)
            unlock = [one for one in [without_rules(case, said.code)] if one is not None]
            families = (unlock, more_room(case), higher_priority(case), other_list(case), settled(case))
            texts += [(one.text, one.facts) for family in families for one in islice(family, 2)]
        told += len(texts)
        line = " ".join(f"{text.zh} {text.en} {facts}" for text, facts in texts)
        # Ids are runs of eight digits in this school.
        assert set(re.findall(r"\d{8}", line)) & ids <= {str(student)}
    assert told > 5000
