"""Kiraly's approximation: a weakly stable matching of at least two thirds of the largest size, in linear time."""

import time

import numpy as np

from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.concepts.concept import expect_kind
from mentormatch.constraints import Quotas, WeakStability
from mentormatch.formulation.rows import Rows, Stable
from mentormatch.formulation.terms import LinearTerm
from mentormatch.market.lottery import lottery
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import checked_result
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, StageValue, Status
from mentormatch.solvers.choose import Choice
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.stable.kiraly import kiraly as approximate


def kiraly(market: Market, *, seed: int = 0) -> Result:
    """Return a weakly stable matching with at least two thirds of the students that any other places (Kiraly 2013).

    The result says so: its bound is what half as much again allows, or the number of students and seats where that is
    less, and its status is optimal where value and bound meet.

    Parameters
    ----------
    market : Market
        Ties may stand on both sides; placement pairs are left out.
    seed : int
        In which order equals are tried.

    Raises
    ------
    UnsupportedError
        Where students take several mentors.
    """
    expect_kind(market, Market, "kiraly")
    started = time.perf_counter()
    if (market.student_quota > 1).any():
        text = Text(
            zh="有学生可有多名导师。", en="Some students take several mentors, which the algorithm does not know."
        )
        raise UnsupportedError(text, maybe=Text(zh="改用 maximum_stable。", en="use maximum_stable."))
    problem = Problem(market, [Quotas(lower=False), WeakStability()], [PlacedStudents()])
    form = compile_form(problem)
    options = Options(seed=seed)
    outcome = _run(form, options)
    return checked_result(
        problem,
        form,
        outcome,
        Choice(
            Engine("kiraly", frozenset({Rows, Stable, LinearTerm}), lambda _: (), _run),
            Text(zh="近似算法。", en="It is the approximation asked for."),
            {},
        ),
        mechanism="kiraly",
        options=options,
        runtime_s=time.perf_counter() - started,
    )


def _run(form: Form, options: Options) -> Outcome:
    market = form.market
    pairs = approximate(
        market,
        usable=market.is_choice,
        student_order=lottery(market.mentor_ids, options.seed, salt="mentor")[market.mentor].astype(np.int64),
        mentor_order=lottery(market.student_ids, options.seed, salt="student")[market.student].astype(np.int64),
    )
    listed = np.bincount(market.mentor[market.is_choice], minlength=market.num_mentors)
    asking = np.bincount(market.student[market.is_choice & (market.mentor_upper[market.mentor] > 0)])
    size = len(pairs)
    most = min(size * 3 // 2, int(np.minimum(listed, market.mentor_upper).sum()), int((asking > 0).sum()))
    proven = size == most
    return Outcome(
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        pairs=pairs,
        stages=(StageValue(form.stages[0].name, size, most, proven),),
    )
