"""Rules on care, safeguarding, families and class teams: what each means, worked out by hand."""

import pickle
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from mentormatch.base.errors import RulesError
from mentormatch.constraints import (
    ChiefMentors,
    ClassesPerMentor,
    ClassTeams,
    ConflictsOfInterest,
    Consent,
    Constraint,
    Continuity,
    Coverage,
    GenderRequests,
    HeadTeacherRelief,
    OtherClassCap,
    PreferredPairs,
    QualifiedMentors,
    Quotas,
    SeparatedPairs,
    Siblings,
    VettedMentors,
)
from mentormatch.constraints.vetted_mentors import term_end
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import FewestChanges, RankTotal, SoftRules
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.testing import check_constraint
from small_markets import flags, markets, pairs_of, school
from staffed_school import SOFT, STAFFED_EXAMPLES, staffed

LENIENT = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def named(rule: Constraint) -> str:
    return f"{rule.kind}: {rule.describe().en}"


def found(rule: Constraint, pairs: str, market: Market | None = None) -> list[tuple[int, str]]:
    """Return the amount and the ids of each violation."""
    market = staffed() if market is None else market
    return [
        (v.amount, "".join(map(str, (*v.students, *v.mentors))))
        for v in rule.bind(market).violations(market, pairs_of(market, pairs))
    ]


def refusal(rule: Constraint, market: Market | None = None) -> str:
    with pytest.raises(RulesError) as caught:
        rule.bind(staffed() if market is None else market)
    assert caught.value.text.zh != caught.value.text.en
    return str(caught.value)


@pytest.mark.parametrize("rule", STAFFED_EXAMPLES, ids=named)
def test_common_suite(rule):
    check_constraint(rule, staffed(), max_matchings=300)


@pytest.mark.parametrize("rule", STAFFED_EXAMPLES, ids=named)
def test_pickle_and_json(rule):
    assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301
    assert type(rule).model_validate_json(rule.model_dump_json()) == rule


@pytest.mark.parametrize(
    "rule",
    [
        ClassTeams(least=1, most=1, attribute="kind_of", **SOFT),
        ClassTeams(most=1, attribute="kind_of"),
        ClassesPerMentor(most=1, attribute="kind_of"),
        ClassesPerMentor(most=1, attribute="kind_of", **SOFT),
        OtherClassCap(upper=1),
        OtherClassCap(upper=0, original_mentor_exempt=False, **SOFT),
    ],
    ids=named,
)
@LENIENT
@given(market=markets())
def test_common_suite_on_any_market(rule, market):
    check_constraint(rule, market, max_matchings=64)


# -- single pairs ------------------------------------------------------------------------------------------------


def test_separated_pairs():
    rule = SeparatedPairs(pairs=(("s3", "b"), ("s1", "a")))
    assert found(rule, "s1b s3a") == []
    assert found(rule, "s1a s3b") == [(1, "s1a"), (1, "s3b")]


def test_a_separated_pair_ends_though_it_is_locked_and_nobody_asked():
    apart = SeparatedPairs(pairs=(("s3", "b"), ("s1", "a")))
    for mode in ("lock", "keep_unless_asked", "locked_only"):
        problem = Problem(staffed(), [Quotas(lower=False), Continuity(mode=mode), Consent(), apart, Coverage()])
        result = solve(problem)
        assert result.matching is not None, mode
        assert "b" not in result.matching.mentors_of("s3")
        assert "a" not in result.matching.mentors_of("s1")
    # Without the rule the same pairs stay.
    kept = solve(Problem(staffed(), [Quotas(lower=False), Continuity(mode="lock"), Coverage()])).matching
    assert kept.mentors_of("s3") == ("b",)


def test_a_request_that_is_not_granted_does_not_keep_a_barred_pair():
    facts = {**staffed().pair_attributes, "request_stands": flags("s4c"), "barred": flags("s4c")}
    market = staffed(pair_attributes=facts)
    check_constraint(Consent(), market, max_matchings=200)
    assert found(Consent(), "", market) == []
    facts["barred"] = flags("")
    assert found(Consent(), "", staffed(pair_attributes=facts)) == [(1, "s4c")]


def test_conflicts_of_interest():
    assert found(ConflictsOfInterest(pairs=(("s2", "b"),)), "s2a s2b s1a") == [(1, "s2b")]
    assert found(ConflictsOfInterest(shared=(("household", "household"),)), "s1a s1b s4c s4a") == [
        (1, "s1a"),
        (1, "s4c"),
    ]


def test_gender_requests():
    # a is a woman, b a man, of c it is not known; s1 and a are a pair already, and so are s3 and b.
    assert found(GenderRequests(), "s1a s2b s3b s4a") == []
    assert found(GenderRequests(), "s1b s3a s3c") == [(1, "s1b"), (1, "s3a"), (1, "s3c")]
    facts = {**staffed().pair_attributes, "current": flags("s1b")}
    assert found(GenderRequests(), "s1b", staffed(pair_attributes=facts)) == []
    assert found(GenderRequests(original_mentor_exempt=False), "s1b", staffed(pair_attributes=facts)) == [(1, "s1b")]


def test_qualified_mentors_first():
    rule = QualifiedMentors()
    assert found(rule, "s1a s2b s3b s4c") == []
    assert found(rule, "s1b s3a s3c") == [(1, "s1b"), (1, "s3c")]
    assert found(QualifiedMentors(original_mentor_exempt=False), "s3b") == [(1, "s3b")]


def test_soft_rules_on_pairs_fill_qualified_seats_first():
    market = staffed(mentor_upper=[1, 2, 2], mentor_lower=0, pair_attributes={})
    problem = Problem(
        market,
        [Quotas(), Coverage(), QualifiedMentors(penalty=1, stage="care"), GenderRequests(penalty=1, stage="care")],
        [SoftRules(name="care"), RankTotal()],
    )
    result = solve(problem)
    # One of s1 and s3 gets the only seat of a; s1 asked for a woman and s3 for a man, so it is s1.
    assert result.matching.mentors_of("s1") == ("a",)
    assert [(v.rule, v.students) for v in result.violations] == [("qualified_mentors", ("s3",))]
    assert result.stages[0].value == 1


def test_vetted_mentors():
    day = date(2024, 11, 11)
    assert found(VettedMentors(on=day), "s1a s2b s3c") == [(1, "s3c")]
    assert found(VettedMentors(on=day, until=date(2025, 8, 31)), "s2b") == []
    assert found(VettedMentors(on=day, until=date(2025, 9, 1)), "s2b") == [(1, "s2b")]
    assert found(VettedMentors(on=date(2024, 8, 31)), "s2b") == [(1, "s2b")]
    assert found(VettedMentors(on=date(2024, 9, 1)), "s2b") == []
    assert found(VettedMentors(), "s2b s3c") == [(1, "s3c")]
    assert found(VettedMentors(on=day, kinds="in_school"), "s1a s3c") == [(1, "s1a")]


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2024, 8, 1), date(2025, 1, 31)),
        (date(2024, 12, 31), date(2025, 1, 31)),
        (date(2025, 1, 1), date(2025, 1, 31)),
        (date(2025, 2, 1), date(2025, 7, 31)),
        (date(2025, 7, 31), date(2025, 7, 31)),
    ],
)
def test_terms_end_in_january_and_july(day, end):
    assert term_end(day) == end


def test_reasons_give_nothing_away():
    rules = [GenderRequests(), QualifiedMentors(), ConflictsOfInterest(pairs=(("s2", "b", "SECRET"),))]
    for rule in rules:
        (mask,) = rule.masks(staffed())
        told = [mask.reason, *(v.text for v in rule.violations(staffed(), pairs_of(staffed(), "s1b s2b s3c")))]
        for text in told:
            assert not any(word in text.zh + text.en for word in ("SECRET", "关爱", "性别", "care", "gender", "key"))


def test_preferred_pairs_cost_and_expire():
    entries = ({"student": "s1", "mentor": "b", "expires": date(2025, 1, 31)}, ("s2", "a"))
    rule = PreferredPairs(pairs=entries, stage="wishes")
    assert found(rule, "s1b s2a") == []
    assert found(rule, "s1a") == [(1, "s1b"), (1, "s2a")]
    late = PreferredPairs(pairs=entries, stage="wishes", on=date(2025, 2, 1))
    assert found(late, "s1a") == [(1, "s2a")]
    assert "1 pair(s)" in late.describe().en
    result = solve(Problem(staffed(), [Quotas(), Coverage(), rule], [SoftRules(name="wishes")]))
    assert result.stages[0].value == 0
    assert result.matching.mentors_of("s1") == ("b",)


# -- families ----------------------------------------------------------------------------------------------------


def test_siblings_together():
    assert found(Siblings(), "s1a s2a s3b") == []
    assert found(Siblings(), "s1a") == []
    assert found(Siblings(), "s1a s2b") == [(1, "s1s2")]
    assert found(Siblings(), "s1a s2b s2c") == [(2, "s1s2")]


def test_siblings_apart():
    assert found(Siblings(mode="apart"), "s1a s2b s3a s4a") == []
    assert found(Siblings(mode="apart"), "s1a s2a") == [(1, "s1s2a")]
    assert found(Siblings(mode="apart"), "s1b s2a s2b") == [(1, "s1s2b")]


def test_siblings_are_placed_together_and_apart():
    market = staffed(mentor_lower=0, student_quota=1, pair_attributes={}, mentor_upper=2)
    for mode, together in (("together", True), ("apart", False)):
        result = solve(Problem(market, [Quotas(), Coverage(), Siblings(mode=mode)], [RankTotal()]))
        one, other = (result.matching.mentors_of(each) for each in ("s1", "s2"))
        assert (one == other) is together


# -- classes -----------------------------------------------------------------------------------------------------


def test_other_class_cap():
    # a teaches 7.1 and 7.2 in this school, b the grade, c nothing of it; s3-b and s4-c are pairs already.
    assert found(OtherClassCap(upper=0), "s1a s2a s3b s4c") == []
    assert found(OtherClassCap(upper=0), "s1b s2b s3b s2c") == [(2, "b"), (1, "c")]
    assert found(OtherClassCap(upper=1, original_mentor_exempt=False), "s1b s3b") == [(1, "b")]
    assert found(OtherClassCap(upper={"c": 0}), "s1b s2b s2c") == [(1, "c")]


def test_class_teams():
    assert found(ClassTeams(most=1), "s1a s2a s3b s4b") == []
    assert found(ClassTeams(most=1), "s1a s2a s2b s2c s3b s4c") == [(2, ""), (1, "")]
    assert found(ClassTeams(least=2), "s1a s2b s3c s4c") == [(1, "")]
    assert found(ClassTeams(least=1, attribute="care_level"), "s1a s4a") == [(1, "")]
    texts = ClassTeams(most=1).violations(staffed(), pairs_of(staffed(), "s1a s2b"))
    assert "7.1" in texts[0].text.en


def test_classes_per_mentor():
    assert found(ClassesPerMentor(most=1), "s1a s2a s3b s4b") == []
    assert found(ClassesPerMentor(most=1), "s1a s3a s4b s2b") == [(1, "a"), (1, "b")]
    assert found(ClassesPerMentor(most={"a": 0}), "s1a s2a s3b s1b") == [(1, "a")]


def test_chief_mentors():
    assert found(ChiefMentors(), "s1a s3b") == []
    assert found(ChiefMentors(), "s3a s1b") == [(1, "a"), (1, "b")]
    assert found(ChiefMentors(least=2), "s1a s2a s3b") == [(1, "b")]
    away = staffed(mentor_upper=[2, 0, 1])
    assert found(ChiefMentors(missing="ignore"), "s1a", away) == []


def test_head_teacher_relief():
    # a is head of 7.1, takes two and has one.
    assert found(HeadTeacherRelief(seats=1), "s1a s3b s4b") == []
    assert found(HeadTeacherRelief(seats=1), "s1a s2a") == [(1, "a")]
    more = {**staffed().pair_attributes, "current": flags("s1a s2a")}
    assert found(HeadTeacherRelief(seats=2), "s1a s2a", staffed(pair_attributes=more)) == []


def test_a_class_team_is_found_by_the_engine():
    market = staffed(mentor_lower=0, student_quota=1, pair_attributes={}, mentor_upper=2)
    rules = [Quotas(), Coverage(), ClassTeams(least=1, most=1), ClassesPerMentor(most=1), ChiefMentors()]
    result = solve(Problem(market, rules, [RankTotal()]))
    assert result.matching.as_dict() == {"s1": ("a",), "s2": ("a",), "s3": ("b",), "s4": ("b",)}


# -- contradictory parameters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "parameters", "said"),
    [
        (SeparatedPairs, {"pairs": (("s1", "a"),), **SOFT}, "cannot be soft"),
        (
            SeparatedPairs,
            {"pairs": ({"student": "s1", "mentor": "a", "expires": date(2025, 1, 1)},)},
            "never paired again",
        ),
        (ConflictsOfInterest, {}, "neither 'pairs' nor 'shared'"),
        (GenderRequests, {"penalty": 1}, "without 'stage'"),
        (QualifiedMentors, {"stage": "care"}, "without 'penalty'"),
        (VettedMentors, SOFT, "cannot be soft"),
        (VettedMentors, {"on": date(2025, 1, 2), "until": date(2025, 1, 1)}, "is before 'on'"),
        (Siblings, {"penalty": 1}, "without 'stage'"),
        (OtherClassCap, {"upper": -1}, "must be between 0"),
        (OtherClassCap, {"upper": {"a": -3}}, "got -3"),
        (ClassTeams, {}, "neither 'least' nor 'most'"),
        (ClassTeams, {"least": 3, "most": 2}, "is above 'most'"),
        (ClassTeams, {"most": 2, "penalty": 1}, "without 'stage'"),
        (ClassesPerMentor, {"most": {"a": -1}}, "must be between 0"),
        (ClassesPerMentor, {"most": 1, "stage": "x"}, "without 'penalty'"),
        (ChiefMentors, {"penalty": 1}, "without 'stage'"),
    ],
)
def test_contradictory_parameters(rule, parameters, said):
    with pytest.raises(RulesError, match=said) as caught:
        rule(**parameters)
    assert caught.value.text.zh.startswith(f"规则 {rule.model_fields['kind'].default}:")


def test_refused_by_the_market():
    assert "no student with the id 's9'" in refusal(SeparatedPairs(pairs=(("s9", "a"),)))
    assert "stands twice" in refusal(ConflictsOfInterest(pairs=(("s1", "a"), ("s1", "a"))))
    assert "no mentor attribute 'house'" in refusal(ConflictsOfInterest(shared=(("household", "house"),)))
    assert "you meant household" in refusal(ConflictsOfInterest(shared=(("houshold", "household"),)))
    assert "no mentor has 'tags' = '书法'; there are: 心理, 篮球" in refusal(QualifiedMentors(qualified="书法"))
    assert "no student attribute 'family'" in refusal(Siblings(), school())
    assert "no mentor attribute 'gender'" in refusal(GenderRequests(), staffed(mentor_attributes={}))
    assert "no mentor attribute 'kind'" in refusal(VettedMentors(), staffed(mentor_attributes={}))
    assert "no mentor attribute 'head_of'" in refusal(HeadTeacherRelief(), staffed(mentor_attributes={}))
    assert "no pair attribute 'locality'" in refusal(OtherClassCap(upper=1), staffed(pair_attributes={}))
    assert "no mentor with the id 'x'" in refusal(OtherClassCap(upper={"x": 1}))
    assert "no mentor with the id 'x'" in refusal(ClassesPerMentor(most={"x": 1}))
    assert "no student attribute 'form'" in refusal(ClassTeams(most=1, attribute="form"))
    assert "'7.2' has 2 students, too few for 3 mentors" in refusal(ClassTeams(least=3, most=3))
    assert "less than its lower quota 1" in refusal(HeadTeacherRelief(seats=2), staffed(pair_attributes={}))
    one = Market.from_preferences({"s1": ["a"], "s2": ["b"]})
    assert "no candidate pair" in refusal(PreferredPairs(pairs=(("s1", "b"),)), one)


def test_exactly_one_chief():
    two = {**staffed().mentor_attributes, "chief_of": Attribute.from_values(["7.1", ["7.1", "7.2"], None])}
    assert "'7.1' has 2 chief mentors: a, b" in refusal(ChiefMentors(), staffed(mentor_attributes=two))
    none = {**staffed().mentor_attributes, "chief_of": Attribute.from_values(["7.1", None, None])}
    assert "'7.2' has no chief mentor" in refusal(ChiefMentors(), staffed(mentor_attributes=none))
    assert found(ChiefMentors(missing="ignore"), "s1a", staffed(mentor_attributes=none)) == []


def test_a_problem_hands_facts_on_and_leaves_other_markets_alone():
    market = staffed()
    assert Problem(market, [Quotas(), GenderRequests(**SOFT)], [SoftRules(name="wishes")]).market is market
    problem = Problem(market, [SeparatedPairs(pairs=(("s1", "a"),))])
    assert np.flatnonzero(problem.market.pair_flag("barred")).tolist() == [0]
    assert "barred" not in market.pair_attributes
    assert problem.replace(stages=(FewestChanges(),)).market is problem.market
    form = compile_form(Problem(market, [SeparatedPairs(pairs=(("s3", "b"),)), Continuity(mode="lock")]))
    assert 7 not in form.rows[0].pairs
