import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from mentormatch.base.errors import RulesError
from mentormatch.base.parameter import parameters
from mentormatch.formulation.terms import ConvexTerm, LinearTerm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives import (
    STAGES,
    Agreement,
    ClassEvenness,
    Criterion,
    Egalitarian,
    FewestBlockingPairs,
    FewestBlockingStudents,
    FewestChanges,
    FewestMoves,
    FirstChoices,
    Generous,
    GrantedRequests,
    Leximin,
    LoadBalance,
    Locality,
    LowestStanding,
    MentorRankTotal,
    MinimumRegret,
    NashWelfare,
    PairWeight,
    PlacedStudents,
    RankMaximal,
    RankTotal,
    SexEquality,
    SoftRules,
    Stage,
)
from mentormatch.testing import all_matchings, check_stage
from small_markets import flags, markets, pairs_of, school
from staffed_school import staffed

LENIENT = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

EXAMPLES = [
    PlacedStudents(),
    FewestChanges(),
    FewestMoves(base=(("s1", "a"), ("s2", "b"), ("s2", "c"), ("s2", "c"))),
    FewestMoves(base=()),
    RankTotal(),
    RankMaximal(),
    Generous(),
    MinimumRegret(),
    LoadBalance(),
    LoadBalance(attribute="class_name"),
    LoadBalance(attribute="care_level", only="key"),
    LoadBalance(proportional=True),
    LoadBalance(attribute="class_name", proportional=True),
    Locality(),
    Locality(choices=True),
    SoftRules(),
    SoftRules(name="wishes"),
    GrantedRequests(),
    GrantedRequests(move_others=True),
    ClassEvenness(),
    ClassEvenness(provisional_only=False),
    ClassEvenness(attribute="care_level", provisional_only=False),
    MinimumRegret(side="mentors"),
    MinimumRegret(side="both"),
    MentorRankTotal(),
    Egalitarian(),
    SexEquality(),
    FewestBlockingPairs(),
    FewestBlockingStudents(),
    FirstChoices(),
    LowestStanding(base=(("s1", "a"), ("s2", "a"), ("s2", "b"))),
]
# These compare what is known of both sides.
COMPARED = [
    Agreement(criteria=(Criterion(attribute="campus", points=3),)),
    Agreement(criteria=(Criterion(attribute="campus", each=True), Criterion(attribute="level", points=5))),
    Agreement(criteria=(Criterion(attribute="level", points=5, near=1, near_points=2),)),
    Agreement(criteria=(Criterion(attribute="score", near=5, near_points=1),)),
    Agreement(criteria=(Criterion(attribute="household", mentor_attribute="campus"),)),
]
# These read a number of each pair.
NUMBERED = [PairWeight(attribute="locality")]
# These compare students, each with one mentor: a sum over several is refused.
WELFARE = [Leximin(attribute="locality"), NashWelfare(attribute="locality")]


def named(stage: Stage) -> str:
    return f"{stage.kind}-{stage.describe().en}"


def values(stage: Stage, pairs: str, market: Market | None = None) -> tuple[int, ...]:
    market = school() if market is None else market
    return stage.values(market, pairs_of(market, pairs))


def levels(stage: Stage, market: Market | None = None) -> list[str]:
    return [form.name for form in stage.forms(school() if market is None else market)]


@pytest.mark.parametrize("stage", EXAMPLES + NUMBERED, ids=named)
def test_common_suite(stage):
    check_stage(stage, school())


@pytest.mark.parametrize("stage", WELFARE, ids=named)
def test_common_suite_of_welfare(stage):
    check_stage(stage, school(student_quota=1))


@pytest.mark.parametrize("stage", COMPARED, ids=named)
def test_common_suite_of_what_is_compared(stage):
    check_stage(stage, staffed())


@pytest.mark.parametrize("stage", EXAMPLES, ids=named)
def test_common_suite_without_facts(stage):
    check_stage(stage, school(pair_attributes={}, student_quota=1), max_matchings=200)


@pytest.mark.parametrize(
    "stage",
    [
        PlacedStudents(),
        FewestChanges(),
        RankTotal(),
        RankMaximal(),
        Generous(),
        MinimumRegret(),
        LoadBalance(),
        LoadBalance(attribute="kind_of"),
        LoadBalance(attribute="kind_of", only=("x", "y")),
        Locality(),
        Locality(choices=True),
        MinimumRegret(side="mentors"),
        MinimumRegret(side="both"),
        MentorRankTotal(),
        Egalitarian(),
        SexEquality(),
        FewestBlockingPairs(),
        FewestBlockingStudents(),
        FirstChoices(),
        *NUMBERED,
    ],
    ids=named,
)
@LENIENT
@given(market=markets())
def test_common_suite_on_any_market(stage, market):
    check_stage(stage, market, max_matchings=128)


@pytest.mark.parametrize("stage", WELFARE, ids=named)
@LENIENT
@given(market=markets(most_mentors=1))
def test_common_suite_of_welfare_on_any_market(stage, market):
    check_stage(stage, market, max_matchings=128)


@LENIENT
@given(market=markets())
def test_fewest_moves_from_any_base(market):
    base = Matching(market, np.arange(0, market.num_pairs, 2))
    check_stage(FewestMoves(base=tuple(base.ids())), market, max_matchings=128)
    assert FewestMoves(base=tuple(base.ids())).values(market, base) == (0,)
    check_stage(LowestStanding(base=tuple(base.ids())), market, max_matchings=128)
    assert LowestStanding(base=tuple(base.ids())).values(market, base) == (0,)


def test_every_stage_has_examples():
    assert {type(stage) for stage in EXAMPLES + NUMBERED + WELFARE + COMPARED} == set(STAGES)


def test_kinds_are_distinct():
    assert len({stage.model_fields["kind"].default for stage in STAGES}) == len(STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_every_parameter_is_described(stage):
    assert set(parameters(stage)) == set(stage.model_fields) - {"kind"}
    for parameter in parameters(stage).values():
        assert parameter.text.zh != parameter.text.en
        assert parameter.why.zh
        assert parameter.text.en.isascii()
        assert parameter.why.en.isascii()


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_says_what_it_counts(stage):
    assert stage.words is not None


def test_coverage_counts_students():
    assert values(PlacedStudents(), "s1a s3b") == (2,)
    assert values(PlacedStudents(), "s2a s2b s2c") == (1,)
    (form,) = PlacedStudents().forms(school())
    assert form.maximise
    assert isinstance(form.terms[0], ConvexTerm)


def test_coverage_is_linear_where_nobody_takes_two():
    (form,) = PlacedStudents().forms(school(student_quota=[1, 0, 1, 1]))
    assert isinstance(form.terms[0], LinearTerm)
    assert values(PlacedStudents(), "s1a s3b", school(student_quota=1)) == (2,)


def test_fewest_changes():
    assert values(FewestChanges(), "s1a s2a s3b s4c") == (0,)
    assert values(FewestChanges(), "s1b s3b") == (2,)
    several = school(pair_attributes={"current": flags("s2a s2b s4c")})
    assert values(FewestChanges(), "s2b s4c", several) == (0,)
    assert values(FewestChanges(), "s2c", several) == (2,)
    check_stage(FewestChanges(), several)


def test_fewest_moves():
    stage = FewestMoves(base=(("s1", "a"), ("s2", "b"), ("s2", "c")))
    assert values(stage, "s1a s2c s3b") == (0,)
    assert values(stage, "s1b s2a") == (2,)
    assert values(stage, "") == (2,)


def test_fewest_moves_says_little():
    assert "s1" not in repr(FewestMoves(base=(("s1", "a"),)))


@pytest.mark.parametrize(
    ("pair", "said"),
    [(("s9", "a"), "no student with the id 's9'"), (("s1", "x"), "no mentor"), (("s2", "a"), "no candidate pair")],
)
def test_fewest_moves_refuses_what_is_not_there(pair, said):
    market = Market.from_preferences({"s1": ["a"], "s2": ["b"]})
    with pytest.raises(RulesError, match=said) as caught:
        FewestMoves(base=(("s1", "a"), pair)).forms(market)
    assert "规则 fewest_moves" in caught.value.text.zh


def test_rank_total():
    # Placements count 3, one worse than the worst listed rank.
    assert values(RankTotal(), "s1a s2a s3b s4c") == (4,)
    assert values(RankTotal(), "s1b s2b s2c s3a s4a") == (2 + 1 + 2 + 3 + 2,)
    assert values(RankTotal(), "") == (0,)


def test_rank_maximal_counts_each_listed_rank():
    assert levels(RankMaximal()) == ["rank_maximal.1", "rank_maximal.2"]
    assert values(RankMaximal(), "s1a s2b s2c s3a s4a") == (2, 2)
    assert all(form.maximise for form in RankMaximal().forms(school()))
    assert levels(RankMaximal(), school(student_rank=[0] * 12)) == []


def test_generous_counts_from_the_worst_rank_up():
    assert levels(Generous()) == ["generous.3", "generous.2"]
    assert values(Generous(), "s1a s2b s2c s3a s4a") == (1, 2)
    without_placements = Market.from_preferences({"s1": ["a", "b"], "s2": ["b", "a", "c"]})
    assert levels(Generous(), without_placements) == ["generous.3", "generous.2"]


def test_rank_maximal_and_generous_differ():
    # Two profiles of Irving et al. (2006): (2, 0, 1) is rank-maximal, (1, 2, 0) is generous.
    market = Market.from_preferences({"s1": ["a"], "s2": ["a", "b"], "s3": ["b", "c", "a"]}, quotas=2)
    greedy, fair = pairs_of(market, "s1a s2a s3a"), pairs_of(market, "s1a s2b s3c")
    assert RankMaximal().values(market, greedy) > RankMaximal().values(market, fair)
    assert Generous().values(market, greedy) > Generous().values(market, fair)


def test_minimum_regret():
    assert values(MinimumRegret(), "s1a s2b") == (1,)
    assert values(MinimumRegret(), "s1b s2b") == (2,)
    assert values(MinimumRegret(), "s1a s3a") == (3,)
    assert values(MinimumRegret(), "") == (0,)


def test_load_balance():
    assert values(LoadBalance(), "s1a s2a s3b") == (5,)
    assert values(LoadBalance(), "s1a s2b s3c") == (3,)
    even = min(all_matchings(school()), key=lambda m: (-m.num_placed, LoadBalance().values(school(), m), len(m)))
    assert sorted(even.load.tolist()) == [1, 1, 2]


def test_load_balance_within_an_attribute():
    assert values(LoadBalance(attribute="class_name"), "s1a s2a s3a s4b") == (4 + 1 + 1,)
    assert values(LoadBalance(attribute="care_level", only="key"), "s1a s2a s3a s4a") == (4,)
    assert values(LoadBalance(attribute="care_level"), "s1a s2a s3a s4a") == (4 + 1,)


def test_contradictory_load_balance():
    with pytest.raises(RulesError, match="without 'attribute'"):
        LoadBalance(only="key")
    with pytest.raises(RulesError, match="you meant class_name"):
        LoadBalance(attribute="class_nam").forms(school())
    with pytest.raises(RulesError, match="you meant key"):
        LoadBalance(attribute="care_level", only="kez").forms(school())


def test_locality_counts_placements_only():
    # s2c is a choice, s4c last term's pair; s3c is a placement in another grade, s4b one in the own grade.
    assert values(Locality(), "s2c s3c s4b") == (3,)
    assert values(Locality(), "s4c") == (0,)
    assert values(Locality(choices=True), "s2c s3c s4b s4c") == (7,)


def test_soft_rules_have_no_cost_of_their_own():
    assert values(SoftRules(name="wishes"), "s1a s2b") == (0,)
    assert levels(SoftRules(name="wishes")) == ["wishes"]


def test_forms_of_a_city_do_not_loop_over_pairs(monkeypatch):
    n, k, length = 20_000, 1_000, 10
    market = Market.from_arrays(
        np.repeat(np.arange(n), length),
        (np.repeat(np.arange(n) * 7, length) + np.tile(np.arange(length), n)) % k,
        student_rank=np.tile(np.arange(1, length + 1), n),
        mentor_upper=25,
        pair_attributes={"current": np.tile(np.arange(length) == 0, n)},
    )
    first_choice = np.flatnonzero(market.student_rank == 1)
    base = Matching(market, first_choice)
    # A loop over pairs would ask for each of them by its ids.
    monkeypatch.setattr(Market, "pair_index", lambda *_: pytest.fail("asked for a pair"))
    everyone_first = [
        (PlacedStudents(), n),
        (RankTotal(), n),
        (FewestChanges(), 0),
        (FewestMoves(base=tuple(base.ids())), 0),
        (MinimumRegret(), 1),
        (Locality(), 0),
    ]
    for stage, value in everyone_first:
        assert len(stage.forms(market)) == 1
        assert stage.values(market, base) == (value,)
