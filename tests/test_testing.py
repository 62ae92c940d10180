"""The common suite must catch what it is there for: each rule below is wrong in one way."""

from typing import Literal

import numpy as np
import pytest
from pydantic import ConfigDict

from mentormatch.base.errors import RulesError
from mentormatch.base.text import Text
from mentormatch.constraints import Coverage, Quotas, Scope, TypeQuotas, Violation, WeakStability
from mentormatch.constraints.constraint import Constraint
from mentormatch.formulation.rows import Mask, Rows, Stable, Teams, row
from mentormatch.formulation.terms import BottleneckTerm, ConvexTerm, LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives import LoadBalance, PlacedStudents, RankTotal
from mentormatch.testing import (
    CONSTRAINT_CHECKS,
    STAGE_CHECKS,
    all_matchings,
    check_constraint,
    check_stage,
    shuffled,
)
from mentormatch.testing.constraint_suite import RuleUnderTest
from small_markets import pairs_of, school

PAIR = Text(zh="每名导师至多一对。", en="At most one pair for each mentor.")


class OneEach(Constraint):
    """A third party's rule, done right: no mentor has more than one student."""

    kind: Literal["one_each"] = "one_each"

    def rows(self, market):
        return (
            Rows(
                rule=self.kind,
                start=market.mentor_start,
                pairs=market.by_mentor,
                lower=np.zeros(market.num_mentors),
                upper=np.ones(market.num_mentors),
                label=lambda j: PAIR,
            ),
        )

    def violations(self, market, pairs, scope=None):
        mentors = market.mentor_ids if scope is None else scope.mentors
        return tuple(
            Violation(self.kind, PAIR, len(pairs.students_of(m)) - 1, mentors=(m,))
            for m in mentors
            if len(pairs.students_of(m)) > 1
        )

    def describe(self):
        return PAIR


def fails(rule: Constraint, market: Market | None = None) -> dict[str, str]:
    """Return the checks that fail, with what they say."""
    try:
        check_constraint(rule, school() if market is None else market, max_matchings=200)
    except AssertionError as error:
        lines = str(error).splitlines()[1:]
        return dict(line.strip().split(": ", 1) for line in lines)
    return {}


def stage_fails(stage) -> set[str]:
    try:
        check_stage(stage, school(), max_matchings=200)
    except AssertionError as error:
        return {line.strip().split(": ", 1)[0] for line in str(error).splitlines()[1:]}
    return set()


def test_a_right_rule_passes():
    check_constraint(OneEach(), school())
    assert fails(OneEach()) == {}


# -- rules against their rows ----------------------------------------------------------------------------------


def test_rows_that_ask_for_less():
    class Wrong(OneEach):
        def rows(self, market):
            (rows,) = super().rows(market)
            return (Rows(**{**vars(rows), "upper": rows.upper + 1}),)

    assert set(fails(Wrong())) == {"violations_match_rows"}
    assert "rows and masks are kept, but violations finds" in fails(Wrong())["violations_match_rows"]


def test_rows_that_ask_for_more():
    class Wrong(OneEach):
        def rows(self, market):
            (rows,) = super().rows(market)
            return (rows, row(self.kind, [0], lower=0, upper=0, label=PAIR))

    assert set(fails(Wrong())) == {"violations_match_rows", "order"}
    assert "rows and masks are broken, but violations finds none" in fails(Wrong())["violations_match_rows"]


def test_a_mask_that_violations_do_not_know():
    class Wrong(OneEach):
        def masks(self, market):
            return (Mask(self.kind, np.array([3]), PAIR),)

    # Position 3 is another pair in another order.
    assert set(fails(Wrong())) == {"violations_match_rows", "order"}


def test_a_rule_that_raises():
    class Wrong(OneEach):
        def violations(self, market, pairs, scope=None):
            return super().violations(market, pairs, scope) if scope is None else 1 // 0

    with pytest.raises(AssertionError, match="scope: raises ZeroDivisionError") as caught:
        check_constraint(Wrong(), school(), max_matchings=20)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_violations_by_position_instead_of_id():
    class Wrong(OneEach):
        def violations(self, market, pairs, scope=None):
            # Right for this market as long as its mentors stand in this order.
            mentors = market.mentor_ids if scope is None else scope.mentors
            first = market.mentor_ids[0]
            return tuple(
                Violation(self.kind, PAIR, 1 + (m == first), mentors=(m,))
                for m in mentors
                if len(pairs.students_of(m)) > 1
            )

    assert set(fails(Wrong())) == {"order"}


# -- scope -----------------------------------------------------------------------------------------------------


def test_a_rule_that_forgets_the_scope():
    class Wrong(OneEach):
        def violations(self, market, pairs, scope=None):
            return super().violations(market, pairs)

    assert set(fails(Wrong())) == {"scope"}
    assert "let 'local' be False" in fails(Wrong())["scope"]


def test_a_rule_that_sees_nothing_in_a_scope():
    class Wrong(OneEach):
        def violations(self, market, pairs, scope=None):
            return super().violations(market, pairs) if scope is None else ()

    assert set(fails(Wrong())) == {"scope"}


def test_a_rule_of_the_whole_school_that_claims_to_be_local():
    class Wrong(OneEach):
        def rows(self, market):
            return (row(self.kind, np.arange(market.num_pairs), lower=0, upper=2, label=PAIR),)

        def violations(self, market, pairs, scope=None):
            total = sum(len(pairs.students_of(m)) for m in market.mentor_ids)
            return (Violation(self.kind, PAIR, total - 2),) if total > 2 else ()

    class Right(Wrong):
        @property
        def local(self):
            return False

    assert set(fails(Wrong())) == {"scope"}
    assert fails(Right()) == {}


# -- what is promised of a model -------------------------------------------------------------------------------


def test_a_rule_that_can_be_changed():
    class Wrong(OneEach):
        model_config = ConfigDict(frozen=False)

    assert set(fails(Wrong())) == {"frozen"}


def test_a_parameter_that_json_loses():
    class Wrong(OneEach):
        seats: dict[int | str, int] = {}  # noqa: RUF012  # the mistake under test

    assert set(fails(Wrong(seats={3: 1}))) == {"json_round_trip"}


def test_a_kind_that_is_not_fixed():
    class Wrong(OneEach):
        kind: str = "one_each"

    assert "json_round_trip" in fails(Wrong(kind="another"))


def test_bind_that_goes_on_and_on():
    class Wrong(OneEach):
        depth: int = 0

        def bind(self, market):
            return self.model_copy(update={"depth": self.depth + 1})

    assert set(fails(Wrong())) == {"bind_idempotent"}


@pytest.mark.parametrize("text", [Text("", "Words."), Text("only English", "Words."), Text("汉字", ""), "words"])
def test_a_rule_that_one_language_lacks(text):
    class Wrong(OneEach):
        def describe(self):
            return text

    assert set(fails(Wrong())) == {"describe"}


# -- soundness of what is written ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (Mask("one_each", np.array([99]), PAIR), "outside 0..11"),
        (Mask("one_each", np.array([-1]), PAIR), "outside 0..11"),
        (Mask("one_each", np.array([1, 1]), PAIR), "twice"),
        (Mask("one_each", np.array([1.0]), PAIR), "integer positions"),
        (Mask("another", np.array([1]), PAIR), "names the rule"),
        (Mask("one_each", np.array([1]), Text("", "")), "no Chinese"),
    ],
)
def test_unsound_masks(mask, said):
    class Wrong(OneEach):
        def masks(self, market):
            return (mask,)

    with pytest.raises(AssertionError) as caught:
        CONSTRAINT_CHECKS["masks"](_subject(Wrong()))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (row("another", [0], lower=0, upper=1, label=PAIR), "names the rule"),
        (row("one_each", [0, 0], lower=0, upper=1, label=PAIR), "twice"),
        (row("one_each", [12], lower=0, upper=1, label=PAIR), "outside"),
        (row("one_each", [1], lower=1, upper=0, label=PAIR), "lower bound above"),
        (row("one_each", [1], lower=0, upper=1, label=Text("行", "")), "no English"),
        (Stable(np.array([2])), "no choice pair"),
        (Stable(np.array([0, 0])), "twice"),
        (Teams(row("another", [0], lower=0, upper=1, label=PAIR), np.array([0])), "names the rule"),
    ],
)
def test_unsound_rows(part, said):
    class Wrong(OneEach):
        def rows(self, market):
            return (part,)

    with pytest.raises(AssertionError, match=said):
        CONSTRAINT_CHECKS["rows"](_subject(Wrong()))


@pytest.mark.parametrize(
    ("violation", "said"),
    [
        (Violation("another", PAIR), "names another rule"),
        (Violation("one_each", PAIR, 0), "positive"),
        (Violation("one_each", PAIR, 1.5), "positive int"),
        (Violation("one_each", PAIR, students=("s9",)), "ids that the market does not have"),
        (Violation("one_each", PAIR, mentors=(0,)), "ids that the market does not have"),
        (Violation("one_each", Text("无", "1")), "no English"),
    ],
)
def test_unsound_violations(violation, said):
    class Wrong(OneEach):
        def violations(self, market, pairs, scope=None):
            return (violation,)

    with pytest.raises(AssertionError, match=said):
        CONSTRAINT_CHECKS["violations"](_subject(Wrong()))


def test_a_rule_that_reads_more_than_pairs():
    class Wrong(OneEach):
        def violations(self, market, pairs, scope=None):
            return super().violations(market, pairs, scope) if isinstance(pairs, Matching) else ()

    assert set(fails(Wrong())) == {"ids_only"}


# -- soft rules ------------------------------------------------------------------------------------------------


def test_a_soft_rule_that_miscounts():
    class Wrong(TypeQuotas):
        def violations(self, market, pairs, scope=None):
            found = super().violations(market, pairs, scope)
            return tuple(Violation(v.rule, v.text, 1, v.students, v.mentors, v.soft) for v in found)

    parameters = {"attribute": "care_level", "values": "key", "upper": 0}
    assert set(fails(Wrong(**parameters, penalty=2, stage="wishes"))) == {"soft_costs"}
    # A hard rule only has to know whether it is broken.
    assert fails(Wrong(**parameters)) == {}


def test_a_soft_rule_whose_rows_name_another_stage():
    class Wrong(TypeQuotas):
        def rows(self, market):
            (rows,) = super().rows(market)
            return (Rows(**{**vars(rows), "stage": "elsewhere"}),)

    wrong = Wrong(attribute="care_level", values="key", upper=0, penalty=2, stage="wishes")
    assert set(fails(wrong)) == {"soft_costs"}


def test_a_soft_rule_that_calls_itself_hard():
    class Wrong(TypeQuotas):
        def violations(self, market, pairs, scope=None):
            found = super().violations(market, pairs, scope)
            return tuple(Violation(v.rule, v.text, v.amount, v.students, v.mentors) for v in found)

    wrong = Wrong(attribute="care_level", values="key", upper=0, penalty=2, stage="wishes")
    assert set(fails(wrong)) == {"violations_match_rows", "soft_costs"}


# -- stability, teams ------------------------------------------------------------------------------------------


def test_a_rule_that_is_told_of_closed_pairs_and_forgets_them():
    class Wrong(WeakStability):
        def rows(self, market):
            return (Stable(np.flatnonzero(market.is_choice)),)

    assert set(fails(Wrong())) == {"violations_match_rows"}


def test_strong_stability_is_not_weak_stability():
    class Wrong(WeakStability):
        def violations(self, market, pairs, scope=None):
            # Takes ties for discontent on the mentors' side.
            return super().violations(market.replace(mentor_rank=np.ones(12) + np.arange(12) % 2), pairs, scope)

    assert "violations_match_rows" in fails(Wrong())


class BothOrNone(OneEach):
    """Mentor a takes two students or none, and so does mentor b."""

    kind: Literal["both_or_none"] = "both_or_none"

    def rows(self, market):
        pairs = np.concatenate([market.pairs_of_mentor(0), market.pairs_of_mentor(1)])
        rows = Rows(
            rule=self.kind,
            start=np.array([0, len(market.pairs_of_mentor(0)), len(pairs)]),
            pairs=pairs,
            lower=np.array([2, 2]),
            upper=np.array([2, 2]),
            label=lambda j: PAIR,
        )
        return (Teams(rows, np.array([0, 1])),)

    def violations(self, market, pairs, scope=None):
        mentors = market.mentor_ids if scope is None else scope.mentors
        wrong = [m for m in mentors if m in ("a", "b") and len(pairs.students_of(m)) not in (0, 2)]
        return tuple(Violation(self.kind, PAIR, mentors=(m,)) for m in wrong)


def test_teams_open_or_closed():
    # Rows by index cannot mean mentors by id once the order changes.
    check_constraint(BothOrNone(), school(), expected_failures={"order": "its rows take mentors by position"})


# -- expected failures -----------------------------------------------------------------------------------------


class Careless(OneEach):
    def violations(self, market, pairs, scope=None):
        return super().violations(market, pairs)


def test_a_declared_failure_is_no_failure():
    check_constraint(Careless(), school(), expected_failures={"scope": "issue 1"}, max_matchings=100)


def test_a_declared_failure_that_passes_is_reported():
    with pytest.raises(AssertionError, match=r"frozen: passes, though it is declared to fail \(issue 2\)"):
        check_constraint(OneEach(), school(), expected_failures={"frozen": "issue 2"}, max_matchings=100)


def test_an_unknown_check_is_refused():
    with pytest.raises(ValueError, match="names no check"):
        check_constraint(OneEach(), school(), expected_failures={"speed": "slow"})


def test_the_message_names_the_rule_and_all_failures():
    class Wrong(Careless):
        def describe(self):
            return Text("汉字", "")

    with pytest.raises(
        AssertionError, match=r"Wrong\(kind='one_each', where=\(\)\) on .* fails 2 of 12 checks:"
    ) as caught:
        check_constraint(Wrong(), school(), max_matchings=100)
    assert "\n  describe: " in str(caught.value)
    assert "\n  scope: with the pairs [" in str(caught.value)


def test_a_rule_that_does_not_fit_the_market_says_so():
    with pytest.raises(RulesError, match="no student with the id"):
        check_constraint(Coverage(students=("s9",)), school())


# -- stages ----------------------------------------------------------------------------------------------------


def _levels(*terms, names=("rank_total",), maximise=False):
    class Wrong(RankTotal):
        def forms(self, market):
            return tuple(StageForm(name, terms, maximise) for name in names)

    return Wrong()


def test_right_stages_pass():
    assert stage_fails(RankTotal()) == set()
    assert stage_fails(PlacedStudents()) == set()


def test_values_that_are_not_the_cost():
    class Wrong(RankTotal):
        def values(self, market, matching):
            return (len(matching),)

    assert stage_fails(Wrong()) == {"costs_match_values"}


def test_the_wrong_sign():
    class Wrong(PlacedStudents):
        def forms(self, market):
            return (StageForm("placed_students", super().forms(market)[0].terms),)

    assert stage_fails(Wrong()) == {"costs_match_values"}


def test_a_level_too_many():
    class Wrong(RankTotal):
        def forms(self, market):
            return (*super().forms(market), StageForm("another"))

    assert stage_fails(Wrong()) == {"costs_match_values"}


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (_levels(names=("a", "a")), "distinct names"),
        (_levels(names=("",)), "distinct names"),
        (_levels(LinearTerm(np.ones(12))), "must be integers"),
        (_levels(LinearTerm(np.ones(3, int))), "one cost for each pair"),
        (_levels(BottleneckTerm(-np.ones(12, int))), "not be negative"),
        (_levels(BottleneckTerm(np.ones(12, int)), LinearTerm(np.ones(12, int))), "stands alone"),
        (_levels(ConvexTerm(np.array([0, 2]), np.array([0, 1]), np.array([2, 1]))), "do not ascend"),
        (_levels(ConvexTerm(np.array([0, 2]), np.array([0, 0]), np.array([1, 2]))), "twice"),
        (_levels(ConvexTerm(np.array([0, 1]), np.array([0, 1]), np.array([1, 2]))), "do not fit together"),
        (_levels(ConvexTerm(np.array([0, 2]), np.array([0, 1]), np.array([0.5, 1]))), "must be integers"),
    ],
)
def test_unsound_forms(stage, said):
    with pytest.raises(AssertionError, match=said):
        check_stage(stage, school(), max_matchings=10)


def test_a_stage_that_depends_on_the_order():
    class Wrong(LoadBalance):
        def forms(self, market):
            return (StageForm("load_balance", (LinearTerm((market.mentor == 0).astype(int)),)),)

        def values(self, market, matching):
            return (len(matching.students_of(market.mentor_ids[0])),)

    assert stage_fails(Wrong()) == {"order"}


def test_stage_checks_are_declared_too():
    with pytest.raises(AssertionError, match="frozen: passes"):
        check_stage(RankTotal(), school(), expected_failures=dict.fromkeys(STAGE_CHECKS, "no"), max_matchings=10)


# -- matchings and shuffling -----------------------------------------------------------------------------------


def test_all_matchings_of_a_small_market():
    market = Market.from_preferences({"s1": ["a", "b"], "s2": ["a"]})
    found = [tuple(matching.pairs.tolist()) for matching in all_matchings(market)]
    assert len(found) == len(set(found)) == 8


def test_a_sample_of_many_matchings_is_fixed():
    first, again = ([tuple(m.pairs.tolist()) for m in all_matchings(school(), max_matchings=100)] for _ in range(2))
    assert first == again
    assert len(first) == 100
    assert first[:2] == [(), tuple(range(12))]
    singles = sum(1 for m in all_matchings(school(), max_matchings=100) if m.degree.max(initial=0) <= 1)
    assert singles >= 30


def test_shuffled_is_the_same_market_by_id():
    market = school()
    other = shuffled(market)
    assert list(other.student_ids) != list(market.student_ids)
    for student in market.student_ids:
        i, other_i = market.student_index(student), other.student_index(student)
        assert market.student_quota[i] == other.student_quota[other_i]
        for name, attribute in market.student_attributes.items():
            assert attribute.values(i) == other.student_attributes[name].values(other_i)
        for mentor in market.mentor_ids:
            pair, other_pair = market.pair_index(student, mentor), other.pair_index(student, mentor)
            assert market.student_rank[pair] == other.student_rank[other_pair]
            for name, values in market.pair_attributes.items():
                assert values[pair] == other.pair_attributes[name][other_pair]


def test_scope_is_part_of_the_contract():
    assert Quotas().violations(school(), pairs_of(school(), "s3b s4b"), Scope((), ("b",)))[0].mentors == ("b",)


def _subject(rule: Constraint):
    return RuleUnderTest(rule, school(), 20)
