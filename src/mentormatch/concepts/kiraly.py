"""Kiraly's approximation: a weakly stable matching of at least two thirds of the largest size, in linear time."""

import time
from collections.abc import Sequence

import numpy as np

from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.concepts.concept import expect_kind, expect_none
from mentormatch.constraints import Constraint, Quotas, WeakStability
from mentormatch.formulation.rows import Rows, Stable
from mentormatch.formulation.terms import LinearTerm
from mentormatch.market.lottery import lottery
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import checked_result
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Reason, Result, StageValue, Status
from mentormatch.solvers.choose import Choice
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.stable.kiraly import kiraly as approximate
from mentormatch.solvers.stable.pure_stability import reasons_of_rows


def kiraly(market: Market, rules: Sequence[Constraint] = (), *, seed: int = 0) -> Result:
    """Return a weakly stable matching with at least two thirds of the students that any other places (Kiraly 2013).

    The result says so: its bound is what half as much again allows, or the number of students and seats where that is
    less, and its status is optimal where value and bound meet.

    Parameters
    ----------
    market : Market
        Ties may stand on both sides; placement pairs are left out.
    rules : sequence of Constraint
        Further rules that remove pairs, such as `ForbiddenPairs`.
    seed : int
        In which order equals are tried.

    Raises
    ------
    UnsupportedError
        Where students take several mentors, and with rules that do more than remove pairs.
    """
    expect_kind(market, Market, "kiraly")
    started = time.perf_counter()
    if (market.student_quota > 1).any():
        text = Text(
            zh="有学生可有多名导师。", en="Some students take several mentors, which the algorithm does not know."
        )
        raise UnsupportedError(text, maybe=Text(zh="改用 maximum_stable。", en="use maximum_stable."))
    problem = Problem(market, [Quotas(lower=False), WeakStability(), *rules], [PlacedStudents()])
    form = compile_form(problem)
    engine = Engine("kiraly", frozenset({Rows, Stable, LinearTerm}), reasons_of_pure_rows, _run)
    maybe = Text(zh="改用 maximum_stable。", en="use maximum_stable.")
    expect_none(engine.supports(form), "kiraly", maybe=maybe)
    options = Options(seed=seed)
    outcome = _run(form, options)
    return checked_result(
        problem,
        form,
        outcome,
        Choice(
            engine,
            Text(zh="近似算法。", en="It is the approximation asked for."),
            {},
        ),
        mechanism="kiraly",
        options=options,
        runtime_s=time.perf_counter() - started,
    )


def reasons_of_pure_rows(form: Form) -> tuple[Reason, ...]:
    """Return why the rows of a form are more than quotas."""
    return tuple(reasons_of_rows(form))


def _run(form: Form, options: Options) -> Outcome:
    market = form.market
    usable = market.is_choice & form.open
    pairs = approximate(
        market,
        usable=usable,
        student_order=lottery(market.mentor_ids, options.seed, salt="mentor")[market.mentor].astype(np.int64),
        mentor_order=lottery(market.student_ids, options.seed, salt="student")[market.student].astype(np.int64),
    )
    listed = np.bincount(market.mentor[usable], minlength=market.num_mentors)
    asking = np.bincount(market.student[usable & (market.mentor_upper[market.mentor] > 0)])
    size = len(pairs)
    most = min(size * 3 // 2, int(np.minimum(listed, market.mentor_upper).sum()), int((asking > 0).sum()))
    proven = size == most
    return Outcome(
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        pairs=pairs,
        stages=(StageValue(form.stages[0].name, size, most, proven),),
    )
