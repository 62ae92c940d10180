import pickle
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from mentormatch.base.errors import RulesError
from mentormatch.base.parameter import parameters
from mentormatch.constraints import (
    CONSTRAINTS,
    Adaptation,
    ChoicesOnly,
    Consent,
    Continuity,
    CoupleStability,
    Coverage,
    Eligibility,
    EnvyFreeness,
    FixedPairs,
    ForbiddenPairs,
    Popularity,
    Quotas,
    Scope,
    StrongStability,
    SuperStability,
    TopicStability,
    TypeQuotas,
    Vetoes,
    WeakStability,
)
from mentormatch.constraints.constraint import Constraint
from mentormatch.formulation.rows import Rows
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives import SoftRules
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.testing import check_constraint
from small_markets import flags, markets, pairs_of, school
from staffed_school import STAFFED_EXAMPLES

LENIENT = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

EXAMPLES = [
    Quotas(),
    Quotas(lower=False),
    Quotas(lower_penalty=2, stage="wishes"),
    TypeQuotas(attribute="care_level", values="key", upper=1),
    TypeQuotas(attribute="care_level", values=("key", "general"), lower=1),
    TypeQuotas(attribute="class_name", values=("7.1",), upper={"a": 1}, lower={"b": 1}),
    TypeQuotas(attribute="class_name", values=("7.1",), upper={"a": 1}, lower=1, penalty=3, stage="wishes"),
    Coverage(),
    Coverage(students=("s2", "s1")),
    Coverage(attribute="care_level", values="key"),
    Eligibility(reach="own_class"),
    Eligibility(reach="grade", original_mentor_exempt=False),
    Eligibility(reach="own_class", choices_exempt=True),
    Eligibility(reach="any"),
    Vetoes(),
    Vetoes(students=False),
    Vetoes(mentors=False),
    Vetoes(students=False, mentors=False),
    FixedPairs(pairs=(("s1", "a"), ("s2", "b", "settled in May"))),
    ForbiddenPairs(pairs=(("s1", "a"), ("s2", "b"))),
    Continuity(),
    Continuity(mode="lock"),
    Continuity(mode="locked_only"),
    Continuity(mode="at_most", max_changes=1),
    Consent(),
    Adaptation(),
    Adaptation(grades=(7,), until=date(2024, 10, 1), held_back=1),
    Adaptation(held_back={"a": 1}),
    ChoicesOnly(),
    WeakStability(),
    StrongStability(),
    SuperStability(),
    EnvyFreeness(),
]


def named(rule: Constraint) -> str:
    return rule.describe().en


def found(rule: Constraint, pairs: str, market: Market | None = None) -> list[tuple[int, str]]:
    """Return the amount and the ids of each violation."""
    market = school() if market is None else market
    bound = rule.bind(market)
    return [
        (v.amount, "".join(map(str, (*v.students, *v.mentors))))
        for v in bound.violations(market, pairs_of(market, pairs))
    ]


def refusal(rule: Constraint, market: Market | None = None) -> RulesError:
    with pytest.raises(RulesError) as caught:
        rule.bind(school() if market is None else market)
    assert caught.value.text.zh != caught.value.text.en
    return caught.value


# -- every rule ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", EXAMPLES, ids=named)
def test_common_suite(rule):
    check_constraint(rule, school(), max_matchings=300)


@pytest.mark.parametrize("rule", EXAMPLES, ids=named)
def test_pickle(rule):
    assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301


def test_every_rule_has_examples():
    # These need a market without quotas of two: tests/test_couples.py, test_concepts.py, test_topics.py.
    assert {type(rule) for rule in (*EXAMPLES, *STAFFED_EXAMPLES)} | {
        CoupleStability,
        Popularity,
        TopicStability,
    } == set(CONSTRAINTS)


def test_kinds_are_distinct():
    assert len({rule.model_fields["kind"].default for rule in CONSTRAINTS}) == len(CONSTRAINTS)


@pytest.mark.parametrize("rule", CONSTRAINTS)
def test_every_parameter_is_described(rule):
    assert set(parameters(rule)) == set(rule.model_fields) - {"kind", "where"}
    for parameter in parameters(rule).values():
        assert parameter.text.zh != parameter.text.en
        assert parameter.why.zh
        assert parameter.text.en.isascii()
        assert parameter.why.en.isascii()


@pytest.mark.parametrize(
    "rule",
    [
        Quotas(),
        Quotas(lower_penalty=5, stage="wishes"),
        TypeQuotas(attribute="kind_of", values=("x", "y"), upper=1),
        TypeQuotas(attribute="kind_of", values="x", upper=1, lower=1, penalty=2, stage="wishes"),
        Coverage(),
        Coverage(attribute="kind_of", values=("x", "z")),
        Eligibility(reach="grade"),
        Eligibility(reach="own_class", choices_exempt=True, original_mentor_exempt=False),
        Vetoes(),
        Continuity(),
        Continuity(mode="lock"),
        Continuity(mode="at_most", max_changes=1),
        Consent(),
        WeakStability(),
        StrongStability(),
        SuperStability(),
        EnvyFreeness(),
    ],
    ids=named,
)
@LENIENT
@given(market=markets())
def test_common_suite_on_any_market(rule, market):
    check_constraint(rule, market, max_matchings=64)


@LENIENT
@given(market=markets())
def test_common_suite_for_pairs_of_any_market(market):
    assume(market.num_pairs)
    named_pairs = list(Matching(market, np.arange(market.num_pairs)).ids())
    check_constraint(ForbiddenPairs(pairs=tuple(named_pairs[::2])), market, max_matchings=64)
    student, mentor = named_pairs[-1]
    has_room = market.student_quota[market.student_index(student)] * market.mentor_upper[market.mentor_index(mentor)]
    fixed = FixedPairs(pairs=((student, mentor),))
    if has_room:
        check_constraint(fixed, market, max_matchings=64)
    else:
        refusal(fixed, market)


def test_empty_market():
    empty = Market.from_arrays([], [], student_rank=[], num_students=0, num_mentors=0)
    for rule in (Quotas(), Coverage(), Vetoes(), Continuity(), Continuity(mode="at_most", max_changes=0)):
        check_constraint(rule, empty)
    check_constraint(WeakStability(), empty)


# -- quotas ----------------------------------------------------------------------------------------------------


def test_quotas_kept():
    assert found(Quotas(), "s1a s2a s3b s4c") == []
    assert found(Quotas(), "s2a s2c") == []


def test_quotas_broken():
    assert found(Quotas(), "s1a s1b s2a s3a s4a s4c") == [(1, "s1"), (1, "s4"), (2, "a")]
    assert found(Quotas(), "s3b s4b") == [(1, "a"), (1, "b"), (1, "c")]


def test_lower_quotas_can_be_dropped():
    assert found(Quotas(lower=False), "") == []
    assert found(Quotas(lower=False), "s3b s4b") == [(1, "b")]


def test_soft_lower_quotas_cost_in_their_stage():
    market, rule = school(), Quotas(lower_penalty=7, stage="wishes")
    missed = rule.violations(market, pairs_of(market, "s3b s4b"))
    assert [(v.soft, v.amount, v.mentors) for v in missed] == [(True, 1, ("a",)), (False, 1, ("b",)), (True, 1, ("c",))]
    form = compile_form(Problem(market, [rule], [SoftRules(name="wishes")]))
    assert form.stages[0].name == "wishes"
    assert form.stages[0].terms[0].offset == 14
    assert all((rows.lower == 0).all() for rows in form.rows)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"lower_penalty": 1}, "without 'stage'"),
        ({"stage": "wishes"}, "without 'lower_penalty'"),
        ({"lower": False, "lower_penalty": 1, "stage": "wishes"}, "lower = false"),
    ],
)
def test_contradictory_quotas(parameters, said):
    with pytest.raises(RulesError, match=said) as caught:
        Quotas(**parameters)
    assert "Maybe " in str(caught.value)
    assert "或许" in caught.value.full_text.zh


# -- type quotas -----------------------------------------------------------------------------------------------


def test_type_quotas_kept():
    assert found(TypeQuotas(attribute="care_level", values="key", upper=1), "s1a s2a s3b s4a") == []


def test_type_quotas_broken():
    rule = TypeQuotas(attribute="care_level", values="key", upper=1)
    assert found(rule, "s1a s2a s3a s4c") == [(1, "a")]
    assert found(TypeQuotas(attribute="care_level", values="key", upper=0), "s1a s3a s3b") == [(2, "a"), (1, "b")]


def test_type_quotas_mentor_by_mentor():
    rule = TypeQuotas(attribute="class_name", values=("7.1",), upper={"a": 0}, lower={"c": 2})
    assert found(rule, "s1b s2b") == [(2, "c")]
    assert found(rule, "s1a s1c s2c s4b") == [(1, "a")]
    assert found(rule, "s1c s2c s3a") == []


def test_type_quotas_count_one_of_several_values():
    rule = TypeQuotas(attribute="care_level", values=("key", "general"), upper=1)
    assert found(rule, "s1a s2a s4a") == [(1, "a")]


def test_soft_type_quotas():
    market = school()
    rule = TypeQuotas(attribute="care_level", values="key", upper=0, penalty=3, stage="wishes").bind(market)
    assert [(v.soft, v.amount) for v in rule.violations(market, pairs_of(market, "s1a s3a"))] == [(True, 2)]
    (rows,) = rule.rows(market)
    assert (rows.penalty, rows.stage) == (3, "wishes")


def test_type_quotas_read_a_mapping_and_keep_integer_ids():
    rule = TypeQuotas(attribute="care_level", values="key", upper={"b": 1, 10: 2, 9: 3})
    assert rule.upper == ((9, 3), (10, 2), ("b", 1))
    assert TypeQuotas.model_validate_json(rule.model_dump_json()) == rule
    assert hash(rule) == hash(TypeQuotas(attribute="care_level", values="key", upper={9: 3, 10: 2, "b": 1}))


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "neither"),
        ({"upper": {}}, "neither"),
        ({"upper": -1}, "'upper' must be between 0 and"),
        ({"upper": 10**12}, "got 1000000000000"),
        ({"lower": {"a": -2}}, "'lower' must be between 0 and"),
        ({"upper": (("a", 1), ("a", 2))}, "same mentor twice"),
        ({"upper": 1, "penalty": 1}, "without 'stage'"),
        ({"upper": 1, "stage": "wishes"}, "without 'penalty'"),
    ],
)
def test_contradictory_type_quotas(parameters, said):
    with pytest.raises(RulesError, match=said):
        TypeQuotas(attribute="care_level", values="key", **parameters)


def test_type_quotas_refused_by_the_market():
    assert "you meant care_level" in str(refusal(TypeQuotas(attribute="care_lvl", values="key", upper=1)))
    assert "there are: care_level, class_name" in str(refusal(TypeQuotas(attribute="q", values="key", upper=1)))
    assert "you meant key" in str(refusal(TypeQuotas(attribute="care_level", values="kee", upper=1)))
    assert "lower bound 2 above" in str(
        refusal(TypeQuotas(attribute="care_level", values="key", upper=1, lower={"a": 2}))
    )
    assert "no mentor with the id 'd'" in str(refusal(TypeQuotas(attribute="care_level", values="key", upper={"d": 1})))


@pytest.mark.parametrize("word", ["Key", "重点", "KEY", "key"])
def test_a_word_of_the_template_means_the_value(word):
    rule = TypeQuotas(attribute="care_level", values=word, upper=0)
    assert found(rule, "s1a") == found(TypeQuotas(attribute="关爱等级", values="key", upper=0), "s1a") != []


@pytest.mark.parametrize("word", ["urgent", "严重", "7.1", "女", "x"])
def test_a_value_that_nobody_has_is_refused_with_those_that_there_are(word):
    assert "there are: general, key" in str(refusal(TypeQuotas(attribute="care_level", values=word, upper=0)))


# -- coverage --------------------------------------------------------------------------------------------------


def test_coverage():
    assert found(Coverage(), "s1a s2b s2c s3a s4c") == []
    assert found(Coverage(), "s2a s2b") == [(1, "s1"), (1, "s3"), (1, "s4")]
    assert found(Coverage(students=("s1", "s2")), "s2a s2b") == [(1, "s1")]
    assert found(Coverage(attribute="care_level", values="key"), "s1a") == [(1, "s3")]


def test_a_student_without_candidates_is_not_covered():
    market = Market.from_preferences({"s1": [], "s2": ["a"]})
    assert found(Coverage(), "s2a", market) == [(1, "s1")]
    (rows,) = Coverage().rows(market)
    assert len(rows) == 2
    assert rows.broken(np.ones(1, bool)).tolist() == [0]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"attribute": "care_level"}, "go together"),
        ({"values": ("key",)}, "go together"),
        ({"attribute": "care_level", "values": ("key",), "students": ("s1",)}, "cannot both"),
    ],
)
def test_contradictory_coverage(parameters, said):
    with pytest.raises(RulesError, match=said):
        Coverage(**parameters)


def test_coverage_refused_by_the_market():
    assert "you meant s1" in str(refusal(Coverage(students=("s11",))))
    assert "no student attribute" in str(refusal(Coverage(attribute="grade", values=("7",))))


def test_an_id_of_the_wrong_type_is_told_apart():
    numbered = Market.from_arrays([0], [0], student_rank=[1])
    assert "without quotes: 0" in str(refusal(Coverage(students=("0",)), numbered))
    texts = Market.from_preferences({"7": ["a"]})
    assert 'needs quotes: "7"' in str(refusal(Coverage(students=(7,)), texts))


# -- eligibility -----------------------------------------------------------------------------------------------


def test_eligibility():
    assert found(Eligibility(reach="own_class"), "s1a s2a") == []
    assert found(Eligibility(reach="own_class"), "s1b s2c") == [(1, "s1b"), (1, "s2c")]
    assert found(Eligibility(reach="grade"), "s1b s2c") == [(1, "s2c")]
    assert found(Eligibility(reach="any"), "s1b s2c") == []


def test_the_original_mentor_is_exempt():
    assert found(Eligibility(reach="own_class"), "s3b s4c") == []
    assert found(Eligibility(reach="own_class", original_mentor_exempt=False), "s3b s4c") == [(1, "s3b"), (1, "s4c")]


def test_choices_may_be_exempt():
    rule = Eligibility(reach="own_class", choices_exempt=True)
    assert found(rule, "s1b s2c") == []
    assert found(rule, "s3c s4b") == [(1, "s3c"), (1, "s4b")]


def test_eligibility_needs_to_know_who_teaches_where():
    market = school(pair_attributes={})
    assert 'reach = "any"' in str(refusal(Eligibility(), market))
    assert found(Eligibility(reach="any"), "s1c", market) == []


# -- vetoes ----------------------------------------------------------------------------------------------------


def test_vetoes():
    assert found(Vetoes(), "s1a s2a s3b s4c") == []
    assert found(Vetoes(), "s1c s4a") == [(1, "s1c"), (1, "s4a")]
    assert found(Vetoes(students=False), "s1c s4a") == [(1, "s4a")]
    assert found(Vetoes(mentors=False), "s1c s4a") == [(1, "s1c")]
    assert found(Vetoes(students=False, mentors=False), "s1c s4a") == []


def test_a_pair_that_both_veto_counts_once():
    facts = {"student_veto": flags("s1c"), "mentor_veto": flags("s1c")}
    market = school(pair_attributes=facts)
    assert found(Vetoes(), "s1c", market) == [(1, "s1c")]
    (violation,) = Vetoes().violations(market, pairs_of(market, "s1c"))
    assert "avoid" in violation.text.en
    assert "unsuitable" in violation.text.en


def test_masks_tell_the_sides_apart():
    theirs, ours = Vetoes().masks(school())
    assert (theirs.pairs.tolist(), ours.pairs.tolist()) == ([2], [9])
    assert theirs.reason != ours.reason


# -- fixed and forbidden pairs ---------------------------------------------------------------------------------


def test_fixed_pairs():
    rule = FixedPairs(pairs=(("s1", "a"), ("s2", "b", "settled")))
    assert found(rule, "s1a s2b s2c") == []
    assert found(rule, "s1b s2b") == [(1, "s1a")]


def test_forbidden_pairs():
    rule = ForbiddenPairs(pairs=(("s1", "a"), ("s2", "b")))
    assert found(rule, "s1b s2a") == []
    assert found(rule, "s1a s2a s2b") == [(1, "s1a"), (1, "s2b")]


@pytest.mark.parametrize("rule", [FixedPairs, ForbiddenPairs])
def test_expired_entries_do_not_bind(rule):
    entries = ({"student": "s1", "mentor": "a", "expires": date(2025, 1, 31)}, {"student": "s2", "mentor": "b"})
    last_day, day_after = (rule(pairs=entries, on=date(2025, *day)).bind(school()) for day in ((1, 31), (2, 1)))
    assert "2 " in last_day.describe().en
    assert "1 " in day_after.describe().en
    check_constraint(day_after, school(), max_matchings=100)
    broken = "" if rule is FixedPairs else "s1a s2b"
    assert [ids for _, ids in found(last_day, broken)] == ["s1a", "s2b"]
    assert [ids for _, ids in found(day_after, broken)] == ["s2b"]
    assert len(found(rule(pairs=entries), broken)) == 2


@pytest.mark.parametrize("rule", [FixedPairs, ForbiddenPairs])
def test_pairs_refused_by_the_market(rule):
    assert "no student with the id 's9'" in str(refusal(rule(pairs=(("s9", "a"),))))
    assert "no mentor with the id 'x'" in str(refusal(rule(pairs=(("s1", "x"),))))
    assert "stands twice" in str(refusal(rule(pairs=(("s1", "a"), ("s1", "a", "again")))))


def test_fixed_pairs_that_cannot_all_be_made():
    assert "2 mentors are fixed for student 's1'" in str(refusal(FixedPairs(pairs=(("s1", "a"), ("s1", "b")))))
    assert "whose upper quota is 1" in str(refusal(FixedPairs(pairs=(("s1", "b"), ("s2", "b")))))
    FixedPairs(pairs=(("s2", "a"), ("s2", "b"))).bind(school())
    market = Market.from_preferences({"s1": ["a"], "s2": ["b"]})
    assert "no candidate pair" in str(refusal(FixedPairs(pairs=(("s1", "b"),)), market))


def test_a_forbidden_pair_may_be_no_candidate():
    market = Market.from_preferences({"s1": ["a"], "s2": ["b"]})
    check_constraint(ForbiddenPairs(pairs=(("s1", "b"), ("s2", "b"))), market)


def test_reasons_of_pairs_do_not_leave_the_rule():
    rule = ForbiddenPairs(pairs=(("s1", "a", "SECRET"),))
    (mask,) = rule.masks(school())
    shown = [repr(rule), str(rule), mask.reason.zh, mask.reason.en, rule.describe().zh, rule.describe().en]
    assert not any("SECRET" in str(text) for text in shown)


# -- continuity ------------------------------------------------------------------------------------------------


def test_continuity_keeps_locked_pairs_and_those_without_a_form():
    assert found(Continuity(), "s1a s2a s3b") == []
    assert found(Continuity(), "s1b s4b") == [(1, "s1a"), (1, "s3b")]


def test_lock_keeps_every_pair():
    assert found(Continuity(mode="lock"), "s1a s3b s4c") == []
    assert found(Continuity(mode="lock"), "s1a s4b") == [(1, "s3b"), (1, "s4c")]


def test_locked_only():
    assert found(Continuity(mode="locked_only"), "s3b") == []
    assert found(Continuity(mode="locked_only"), "s1a s3a s4c") == [(1, "s3b")]


def test_at_most():
    rule = Continuity(mode="at_most", max_changes=1)
    assert found(rule, "s1a s3b s4b") == []
    assert found(rule, "s1a s2a") == [(1, "s3s4")]
    assert found(Continuity(mode="at_most", max_changes=0), "s2a") == [(3, "s1s3s4")]
    assert found(Continuity(mode="at_most", max_changes=99), "") == []


def test_a_veto_ends_a_pair_unless_it_is_locked():
    facts = {"current": flags("s1a s3b"), "locked": flags("s3b"), "student_veto": flags("s1a s3b")}
    assert found(Continuity(mode="lock"), "", school(pair_attributes=facts)) == [(1, "s3b")]


def test_a_mentor_without_seats_ends_a_pair():
    market = school(mentor_upper=[0, 0, 1], mentor_lower=0)
    assert found(Continuity(mode="lock"), "", market) == [(1, "s4c")]
    assert found(Continuity(mode="at_most", max_changes=1), "", market) == [(2, "s1s3s4")]


def test_only_at_most_looks_at_the_whole_school():
    assert Continuity(mode="lock").local
    assert not Continuity(mode="at_most", max_changes=1).local


def test_contradictory_continuity():
    with pytest.raises(RulesError, match="needs 'max_changes'"):
        Continuity(mode="at_most")
    with pytest.raises(RulesError, match='the mode is "lock"'):
        Continuity(mode="lock", max_changes=3)


def test_at_most_refuses_several_current_pairs():
    market = school(pair_attributes={"current": flags("s2a s2b")})
    assert "'s2' has 2 current pairs" in str(refusal(Continuity(mode="at_most", max_changes=1), market))
    check_constraint(Continuity(mode="lock"), market, max_matchings=200)


# -- weak stability --------------------------------------------------------------------------------------------


def test_weak_stability_kept():
    # s4 would rather have a than b, but both seats of a are taken by students that a likes better.
    assert found(WeakStability(), "s1a s2a s2b s3c s4c") == []


def test_each_blocking_pair_is_found():
    # b prefers s1 and s2 to s3; s2 has room for b, s1 has its first choice.
    assert found(WeakStability(), "s1a s2a s3b s4c") == [(1, "s2b")]
    assert found(WeakStability(), "") == [(1, ids) for ids in ("s1a", "s1b", "s2a", "s2b", "s2c", "s3b", "s4a", "s4c")]


def test_ties_are_content():
    market = Market.from_preferences({"s1": ["a"], "s2": ["a"]})
    assert found(WeakStability(), "s1a", market) == []
    strict = Market.from_preferences({"s1": ["a"], "s2": ["a"]}, {"a": ["s2", "s1"]})
    assert found(WeakStability(), "s1a", strict) == [(1, "s2a")]
    tied = Market.from_preferences({"s1": [["a", "b"]]})
    assert found(WeakStability(), "s1a", tied) == []


def test_a_placement_is_worse_than_every_choice():
    # The only student listed b last, and was placed with a, which it did not list.
    market = Market.from_arrays([0, 0], [0, 1], student_rank=[0, 9], student_ids=["s1"], mentor_ids=["a", "b"])
    assert found(WeakStability(), "s1a", market) == [(1, "s1b")]
    assert found(WeakStability(), "s1b", market) == []
    two_places = market.replace(student_quota=np.array([2]))
    assert found(WeakStability(), "s1a", two_places) == [(1, "s1b")]
    assert found(WeakStability(), "s1a s1b", two_places) == []


def test_nobody_blocks_without_places():
    market = Market.from_preferences({"s1": ["a"]}, quotas=0)
    assert found(WeakStability(), "", market) == []
    market = Market.from_preferences({"s1": ["a"]}).replace(student_quota=np.array([0]))
    assert found(WeakStability(), "", market) == []


def test_a_pair_that_another_rule_removes_cannot_block():
    market = school()
    problem = Problem(market, [WeakStability(), Quotas(), ForbiddenPairs(pairs=(("s2", "b"),)), Vetoes()])
    stable = problem.constraints[0]
    assert stable.violations(market, pairs_of(market, "s1a s2a s3b s4c")) == ()
    (block,) = compile_form(problem).stable
    assert 4 not in block.pairs
    assert 9 not in block.pairs
    assert WeakStability().violations(market, pairs_of(market, "s1a s2a s3b s4c")) != ()


def test_scope_of_students():
    market = school()
    scope = Scope(("s3", "s4"), ("b",))
    violations = WeakStability().violations(market, pairs_of(market, ""), scope)
    assert {v.students[0] for v in violations} == {"s3", "s4"}


# -- size ------------------------------------------------------------------------------------------------------


def test_rows_of_a_city_do_not_loop_over_pairs(monkeypatch):
    n, k, length = 20_000, 1_000, 10
    market = Market.from_arrays(
        np.repeat(np.arange(n), length),
        (np.repeat(np.arange(n) * 7, length) + np.tile(np.arange(length), n)) % k,
        student_rank=np.tile(np.arange(1, length + 1), n),
        mentor_upper=25,
    )
    # A loop over pairs would ask for each of them by its ids.
    monkeypatch.setattr(Market, "pair_index", lambda *_: pytest.fail("asked for a pair"))
    rules = [Quotas(), Coverage(), Vetoes(), Continuity(mode="lock"), WeakStability()]
    form = compile_form(Problem(market, rules))
    assert sum(len(rows) for rows in form.rows if isinstance(rows, Rows)) == 2 * n + k


# -- choices only ----------------------------------------------------------------------------------------------------


def test_choices_only_forbids_what_was_neither_listed_nor_there():
    rule = ChoicesOnly()
    assert found(rule, "s1a s2b s3b s4c") == []
    assert found(rule, "s1c s3a s4b") == [(1, "s1c"), (1, "s3a"), (1, "s4b")]
