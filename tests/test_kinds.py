"""Every kind of row and term before everybody who reads forms: taken and right, or refused with a reason.

The kinds are found among the subclasses of `RowPart` and `Term`, so that a new one without a sample here fails. Besides
a kind that nobody knows is written by a rule and by a stage of this file: it must be refused everywhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
import pytest

from brute_force import all_matchings, best_of_problem
from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.constraints import (
    ClassTeams,
    Constraint,
    Couple,
    CoupleStability,
    EnvyFreeness,
    Quotas,
    StrongStability,
    SuperStability,
    Supervisor,
    TopicStability,
    TypeQuotas,
    WeakStability,
)
from mentormatch.district.join import join
from mentormatch.district.joint_rule import JOINED
from mentormatch.explain.certificate import CERTIFIED, certificate_data
from mentormatch.explain.concession import Concession
from mentormatch.explain.conflict import find_conflict
from mentormatch.explain.priced_form import priced_form
from mentormatch.explain.prices import PriceList
from mentormatch.formulation.capped_stability import StableWithinCaps
from mentormatch.formulation.couple_rows import Couples
from mentormatch.formulation.kinds import Kind, RowPart, Term
from mentormatch.formulation.rows import EnvyFree, Rows, Stable, StronglyStable, SuperStable, Teams
from mentormatch.formulation.terms import (
    AbsoluteTerm,
    BlockingTerm,
    BottleneckTerm,
    ConvexTerm,
    LinearTerm,
    StageForm,
    TeamTerm,
)
from mentormatch.formulation.topic_rows import Topics
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import (
    FewestBlockingPairs,
    FewestBlockingStudents,
    LoadBalance,
    MinimumRegret,
    PlacedStudents,
    RankTotal,
    SexEquality,
    SoftRules,
    Stage,
)
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import PriceCertificate, Status
from mentormatch.problem.taken import not_taken
from mentormatch.solvers import lagrangian
from mentormatch.solvers.choose import ENGINES
from mentormatch.solvers.engine import Engine, Options
from mentormatch.solvers.relaxation import relax
from mentormatch.teams.groups.engine import student_side
from mentormatch.teams.groups.plan import GroupPlan
from mentormatch.teams.groups.problem import GroupProblem
from mentormatch.teams.groups.solve import solve_group_problem
from mentormatch.verify.check_certificate import Broken, check
from mentormatch.verify.optimality import PRICED, check_prices

# -- a kind that nobody knows ------------------------------------------------------------------------------------


class Alien(RowPart):
    words: ClassVar[Text] = Text(zh="外来的要求。", en="An alien part is asked for.")


class AlienTerm(Term):
    words: ClassVar[Text] = Text(zh="是外来的成本", en="has an alien cost")

    def value(self, chosen: np.ndarray) -> int:
        """Rewards pairs, so that whoever leaves it out has no bound."""
        return -10 * int(chosen.sum())


class AlienRule(Constraint):
    kind: Literal["alien"] = "alien"

    def rows(self, market: Market) -> tuple[RowPart, ...]:
        return (Alien(),)

    def violations(self, market, pairs, scope=None):
        return ()

    def describe(self) -> Text:
        return Text(zh="外来。", en="Alien.")


class AlienStage(Stage):
    kind: Literal["alien"] = "alien"

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        return (StageForm("alien", (AlienTerm(),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        return (-10 * len(matching.pairs),)

    def describe(self) -> Text:
        return Text(zh="外来", en="alien")


# -- a problem for each kind -------------------------------------------------------------------------------------


def plain() -> Market:
    wishes = {"a": ["x", "y"], "b": ["x", "y"], "c": ["y", "x"]}
    market = Market.from_preferences(wishes, {"x": ["c", "b", "a"], "y": ["a", "b", "c"]}, quotas={"x": 1, "y": 2})
    return market.replace(student_attributes={"class_name": Attribute.from_values(["1", "1", "2"])})


def with_couple() -> tuple[Market, Constraint]:
    market = Market.from_arrays(
        [0, 0, 1, 1, 2, 2],
        [0, 1, 0, 1, 0, 1],
        student_rank=[0, 0, 0, 0, 1, 2],
        mentor_rank=[1, 3, 2, 2, 3, 1],
        mentor_upper=[1, 2],
        student_ids=("a", "b", "c"),
        mentor_ids=("x", "y"),
    )
    return market, CoupleStability(couples=(Couple(first="a", second="b", choices=(("x", "y"), ("y", "y"))),))


def with_topics() -> tuple[Market, Constraint]:
    market = Market.from_preferences(
        {"a": ["t1", "t2"], "b": ["t1", "t2", "t3"]}, {"t1": ["b", "a"], "t2": ["b", "a"], "t3": ["b"]}, quotas=1
    )
    return market, TopicStability(supervisors=(Supervisor(name="S", topics=("t1", "t2"), upper=1),))


def asking(*rules: Constraint, market: Market | None = None) -> Problem:
    return Problem(plain() if market is None else market, [Quotas(), *rules], [PlacedStudents()])


def aiming(*stages: Stage, rules: tuple[Constraint, ...] = ()) -> Problem:
    return Problem(plain(), [Quotas(), *rules], stages)


SAMPLES: dict[Kind, Callable[[], Problem]] = {
    Rows: asking,
    Stable: lambda: asking(WeakStability()),
    StronglyStable: lambda: asking(StrongStability()),
    SuperStable: lambda: asking(SuperStability()),
    StableWithinCaps: lambda: asking(
        WeakStability(within="caps"), TypeQuotas(attribute="class_name", values="1", upper=1)
    ),
    EnvyFree: lambda: asking(EnvyFreeness()),
    Teams: lambda: asking(ClassTeams(most=1)),
    Couples: lambda: asking(with_couple()[1], market=with_couple()[0]),
    Topics: lambda: asking(with_topics()[1], market=with_topics()[0]),
    LinearTerm: lambda: aiming(PlacedStudents(), RankTotal()),
    ConvexTerm: lambda: aiming(PlacedStudents(), LoadBalance()),
    BottleneckTerm: lambda: aiming(PlacedStudents(), MinimumRegret()),
    TeamTerm: lambda: aiming(SoftRules(), rules=(ClassTeams(most=1, penalty=1, stage="soft_rules"),)),
    AbsoluteTerm: lambda: aiming(PlacedStudents(), SexEquality()),
    BlockingTerm: lambda: aiming(PlacedStudents(), FewestBlockingPairs(), FewestBlockingStudents()),
    Alien: lambda: asking(AlienRule()),
    AlienTerm: lambda: aiming(AlienStage()),
}
ALIENS: tuple[Kind, ...] = (Alien, AlienTerm)
KINDS = [pytest.param(kind, id=kind.__name__) for kind in SAMPLES]


def below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def words(kind: Kind) -> str:
    return kind.words.en.rstrip(".")


def has(form: Form, kind: Kind) -> bool:
    return any(type(part) is kind for part in form.parts) or any(
        type(term) is kind for stage in form.stages for term in stage.terms
    )


def test_every_kind_has_a_sample_that_holds_it() -> None:
    found = {kind for base in (RowPart, Term) for kind in below(base) if kind.__module__.startswith("mentormatch.")}
    assert found | set(ALIENS) == set(SAMPLES)
    for kind, sample in SAMPLES.items():
        assert has(compile_form(sample()), kind), kind


def test_kinds_are_told_apart_by_code_and_words() -> None:
    # Teams among the rules and teams in the cost of a stage are one reason to a program.
    assert len({kind.code for kind in SAMPLES}) == len(SAMPLES) - 1
    assert len({kind.words for kind in SAMPLES}) == len(SAMPLES)


# -- who reads forms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [pytest.param(engine, id=engine.name) for engine in ENGINES])
@pytest.mark.parametrize("kind", KINDS)
def test_an_engine_solves_a_kind_or_refuses_it_by_name(kind: Kind, engine: Engine) -> None:
    problem = SAMPLES[kind]()
    form, reasons = compile_form(problem), engine.supports(compile_form(problem))
    told = any(words(kind) in reason.text.en for reason in reasons)
    assert told == (kind not in engine.takes)
    if kind in ALIENS:
        assert told
    if not reasons:
        outcome = engine.solve(form, Options())
        best = best_of_problem(problem)
        assert outcome.status is (Status.OPTIMAL if best.is_feasible else Status.INFEASIBLE)
        assert best.values is None or tuple(stage.value for stage in outcome.stages) == best.values


@pytest.mark.parametrize("kind", KINDS)
def test_a_problem_is_solved_by_some_engine_or_refused_to_the_user(kind: Kind) -> None:
    if kind in ALIENS:
        with pytest.raises(UnsupportedError, match=words(kind)):
            solve(SAMPLES[kind]())
        with pytest.raises(UnsupportedError, match=words(Alien)):
            find_conflict(asking(AlienRule()), seconds=None)
    else:
        assert solve(SAMPLES[kind]()).status is Status.OPTIMAL
        assert find_conflict(SAMPLES[kind]()) is None


@pytest.mark.parametrize("kind", KINDS)
def test_bounds_hold_whatever_a_flow_leaves_out(kind: Kind) -> None:
    problem = SAMPLES[kind]()
    form, best = compile_form(problem), best_of_problem(problem)
    assert best.values is not None
    costs = [-value if stage.maximise else value for stage, value in zip(form.stages, best.values, strict=True)]
    relaxed = relax(form, form.open)
    assert relaxed.is_feasible
    assert list(relaxed.bounds) <= costs
    assert relaxed.outcome is None or kind in {Rows, LinearTerm, ConvexTerm, BottleneckTerm}
    dual = lagrangian.dual(form)
    assert dual.is_feasible
    assert dual.bound is None or dual.bound <= costs[0]
    assert dual.value is None or dual.value == costs[0]
    if kind is AlienTerm:
        assert (relaxed.bounds, dual.bound) == ((), None)


@pytest.mark.parametrize("kind", KINDS)
def test_the_certificate_checks_a_kind_or_lists_it_as_unchecked(kind: Kind) -> None:
    problem = SAMPLES[kind]()
    result = solve(replace_aliens(problem))
    certificate = certificate_data(replace(result, problem=problem))
    unchecked = [line for line in certificate["unchecked"] if words(kind) in line]
    assert bool(unchecked) == (kind not in CERTIFIED)
    if kind in ALIENS or issubclass(kind, Term):
        return
    for matching in all_matchings(problem.market):
        broken = any(rule.violations(problem.market, matching) for rule in problem.constraints)
        values = tuple(value for stage in problem.stages for value in stage.values(problem.market, matching))
        forged = {
            **certificate,
            "matching": matching.pairs.tolist(),
            "values": list(values),
            "blocking_pairs": len(WeakStability().bind(problem.market).violations(problem.market, matching)),
            "levels": None,
        }
        if broken and not unchecked:
            with pytest.raises(Broken):
                check(forged)


def replace_aliens(problem: Problem) -> Problem:
    return problem.replace(
        constraints=[rule for rule in problem.constraints if not isinstance(rule, AlienRule)],
        stages=[PlacedStudents() if isinstance(stage, AlienStage) else stage for stage in problem.stages],
    )


@pytest.mark.parametrize("kind", KINDS)
def test_prices_prove_nothing_about_kinds_that_have_none(kind: Kind) -> None:
    problem = SAMPLES[kind]()
    matching = Matching(problem.market, np.zeros(0, np.int64))
    failures = check_prices(problem, matching, PriceCertificate(()))
    assert any(words(kind) in text.en for text in failures) == (kind not in PRICED)


@pytest.mark.parametrize("kind", KINDS)
def test_groups_are_solved_with_a_kind_or_refuse_it_by_name(kind: Kind) -> None:
    groups = GroupProblem(SAMPLES[kind](), GroupPlan(students_min=1, students_max=3, externals_min=0, externals_max=1))
    if kind in student_side.TAKES:
        result = solve_group_problem(groups)
        assert result.status is Status.OPTIMAL
    else:
        with pytest.raises(UnsupportedError, match=words(kind)):
            solve_group_problem(groups)


@pytest.mark.parametrize("kind", KINDS)
def test_schools_are_joined_with_a_kind_or_refuse_it_by_name(kind: Kind) -> None:
    """What is of each school by itself is put side by side; rules of the whole are written once for all of them."""
    problem = SAMPLES[kind]()
    of_the_whole = kind in {Stable, StableWithinCaps, StronglyStable, SuperStable, EnvyFree}
    joint = join({"A": problem, "B": problem}).problem
    if kind in JOINED or of_the_whole:
        values = [stage.value for stage in solve(joint).stages]
        alone = [stage.value for stage in solve(problem).stages]
        assert values == [value if kind is BottleneckTerm and at else 2 * value for at, value in enumerate(alone)]
    else:
        with pytest.raises(UnsupportedError, match=words(kind)):
            compile_form(joint)


@pytest.mark.parametrize("kind", KINDS)
def test_explanations_keep_what_they_do_not_change(kind: Kind) -> None:
    """Repairs and concessions change rows and masks; any other part stays for the engine to take or to refuse."""
    problem = SAMPLES[kind]()
    conceded = problem.replace(constraints=[Concession(rule=rule) for rule in problem.constraints])
    for form in (priced_form(problem, PriceList()).form, compile_form(conceded)):
        kinds = [type(part) for part in form.parts]
        assert sorted(map(repr, kinds)) == sorted(repr(type(part)) for part in compile_form(problem).parts)


def test_not_taken_tells_each_kind_once_in_the_order_of_the_form() -> None:
    parts, stages = [Alien(), EnvyFree(np.array([0])), Alien()], [StageForm("s", (AlienTerm(), AlienTerm()))]
    told = not_taken(frozenset({Rows}), parts, stages)
    assert [reason.text.en for reason in told] == [
        "An alien part is asked for.",
        "Freedom from envy is asked for.",
        "The stage s has an alien cost.",
    ]
    assert not_taken(frozenset({Alien, EnvyFree, AlienTerm}), parts, stages) == ()
    # A kind below another one is not taken with it.
    assert [reason.code for reason in not_taken(frozenset({Stable}), [SuperStable(np.array([0]))])] == [
        "super_stability"
    ]
