"""Popular matchings: no other matching would win a vote, of the students alone or of both sides."""

import time
from collections.abc import Sequence
from dataclasses import replace

from mentormatch.base.text import Text
from mentormatch.concepts.concept import Concept, concept, expect, expect_none
from mentormatch.constraints import Constraint, Popularity, Quotas
from mentormatch.formulation.rows import Rows
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import checked_result
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from mentormatch.solvers.choose import Choice
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.stable.popular import largest_popular, misfits
from mentormatch.verify.coalitions import MOST_CHECKED, is_popular, num_moves


@concept
def popular() -> Concept:
    """Return a largest matching that is popular among the students, or the status infeasible where there is none.

    One-sided: mentors have seats and no vote; ties are taken. A flow (Abraham, Irving, Kavitha and Mehlhorn 2007;
    Manlove and Sng 2006).
    """
    return Concept(rules=(Popularity(),), stages=(PlacedStudents(),))


def popular_two_sided(market: Market, rules: Sequence[Constraint] = ()) -> Result:
    """Return a largest popular matching of a strict market in which both sides vote.

    It may be up to half as large again as the stable ones, all of which are popular too (Gardenfors 1975). O(m):
    deferred acceptance in two levels (Huang and Kavitha 2013; Kavitha 2014; with quotas Brandl and Kavitha 2019).

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules that remove pairs, such as `ForbiddenPairs`: what cannot be made has no vote.

    Raises
    ------
    UnsupportedError
        With other rules. With ties it is NP-hard (Biro, Irving and Manlove 2010); several mentors for one student are
        left out.
    InternalError
        When the checker finds a matching that would win.
    """
    started = time.perf_counter()
    problem = Problem(market, [Quotas(lower=False), *rules])
    form = compile_form(problem)
    maybe = Text(zh="用 popular(只由学生表决,可有并列)。", en="use popular: students vote alone, and ties are taken.")
    engine = Engine("two_level_proposals", frozenset({Rows}), misfits, _run)
    expect_none(engine.supports(form), "popular_two_sided", maybe=maybe)
    outcome = engine.solve(form, Options())
    reason = Text(zh="两级递延接受。", en="Deferred acceptance in two levels.")
    result = checked_result(
        problem,
        form,
        outcome,
        Choice(engine, reason, {}),
        mechanism="popular_two_sided",
        options=Options(),
        runtime_s=time.perf_counter() - started,
    )
    if num_moves(market) <= MOST_CHECKED and result.matching is not None:
        expect(is_popular(market, result.matching, mentors_vote=True, candidates=form.open), "popular_two_sided")
    return replace(result, runtime_s=time.perf_counter() - started)


def _run(form: Form, _options: Options) -> Outcome:
    return Outcome(status=Status.OPTIMAL, pairs=largest_popular(form.market, form.open))
