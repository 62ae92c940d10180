"""What prices settle holds for every optimum, by enumeration."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentormatch.constraints import Coverage, Quotas, TypeQuotas
from mentormatch.constraints.class_teams import ClassTeams
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import LoadBalance, Locality, PlacedStudents, RankTotal, SoftRules
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.solvers.engine import Options
from mentormatch.solvers.flow import min_cost_flow
from mentormatch.solvers.flow.complementary_slackness import fixed_by_prices
from mentormatch.solvers.relaxation import settled_pairs
from mentormatch.testing import all_matchings
from mentormatch.verify.verify import verify
from small_markets import markets, school

LENIENT = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
STAGES = (RankTotal(), Locality(choices=True), LoadBalance())


def costs(form: Form, matching: Matching) -> tuple[int, ...]:
    return tuple(stage.cost(matching.chosen) for stage in form.stages)


def optima(problem: Problem) -> list[Matching]:
    """Return every lexicographic optimum of a small problem."""
    form = compile_form(problem)
    kept = [m for m in all_matchings(problem.market) if not any(not v.soft for v in verify(problem, m).violations)]
    least = min(costs(form, matching) for matching in kept)
    return [matching for matching in kept if costs(form, matching) == least]


@LENIENT
@given(market=markets(), number=st.integers(1, 3), placed=st.booleans())
def test_every_optimum_has_what_is_needed_and_nothing_that_is_closed(market, number, placed):
    problem = Problem(market, [Quotas(lower=False)], [*([PlacedStudents()] if placed else []), *STAGES[:number]])
    form = compile_form(problem)
    outcome = min_cost_flow.solve(form, Options())
    closed, needed = fixed_by_prices(form, outcome.certificate.levels)
    for matching in optima(problem):
        assert not (matching.chosen & closed).any()
        assert matching.chosen[needed].all()


def test_values_that_the_flow_does_not_attain_settle_nothing():
    form = compile_form(Problem(school(), [Quotas(), Coverage()], [RankTotal()]))
    (value,) = costs(form, Matching(school(), min_cost_flow.solve(form, Options()).pairs))
    closed, needed = settled_pairs(form, form.open, (value,))
    assert closed.any() or needed.any()
    for other in (value - 1, value + 1):
        assert not np.concatenate(settled_pairs(form, form.open, (other,))).any()


@LENIENT
@given(market=markets(), least=st.integers(0, 1), most=st.integers(1, 2))
def test_a_search_after_a_flow_finds_the_optimum(market, least, most):
    """The engine settles pairs after the first stage; its answer is the optimum by enumeration."""
    teams = ClassTeams(least=least, most=most, attribute="kind_of", penalty=1, stage="wishes")
    cap = TypeQuotas(attribute="kind_of", values="x", upper=1)
    problem = Problem(
        market, [Quotas(lower=False), cap, teams], [PlacedStudents(), RankTotal(), SoftRules(name="wishes")]
    )
    result = solve(problem, engine="cp_sat")
    assert result.matching is not None
    assert costs(compile_form(problem), result.matching) == costs(compile_form(problem), optima(problem)[0])
