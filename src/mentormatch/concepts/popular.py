"""Popular matchings: no other matching would win a vote, of the students alone or of both sides."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint, Popularity, Quotas
from mentormatch.errors import InternalError, UnsupportedError
from mentormatch.form import compile_form
from mentormatch.market import Market
from mentormatch.objectives import PlacedStudents
from mentormatch.problem import Problem
from mentormatch.result import Result, Status
from mentormatch.solvers.choose import Choice
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.popular import largest_popular, supports
from mentormatch.solving import checked_result
from mentormatch.text import Text
from mentormatch.verify.coalitions import is_popular


def popular(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a largest matching that is popular among the students, or the status infeasible where there is none.

    One-sided: mentors have seats and no vote; ties are taken. A flow (Abraham, Irving, Kavitha and Mehlhorn 2007;
    Manlove and Sng 2006).

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules: they choose among the popular matchings.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("popular", (Popularity(),), (PlacedStudents(),)), market, rules, **options)


def popular_two_sided(market: Market) -> Result:
    """Return a largest popular matching of a strict market in which both sides vote.

    It may be up to half as large again as the stable ones, all of which are popular too (Gardenfors 1975). O(m):
    deferred acceptance in two levels (Huang and Kavitha 2013; Kavitha 2014; with quotas Brandl and Kavitha 2019).

    Raises
    ------
    UnsupportedError
        With ties it is NP-hard (Biro, Irving and Manlove 2010); several mentors for one student are left out.
    InternalError
        When the checker finds a matching that would win.
    """
    started = time.perf_counter()
    problem = Problem(market, [Quotas(lower=False)])
    form = compile_form(problem)
    reasons = supports(form)
    if reasons:
        raise UnsupportedError(reasons[0].text)
    pairs = largest_popular(market)
    outcome = Outcome(status=Status.OPTIMAL, pairs=pairs)
    engine = Engine("two_level_proposals", supports, lambda _form, _options: outcome)
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
    small = int(np.minimum(market.mentor_upper[market.mentor], market.num_pairs).sum()) <= _MOST_CHECKED
    if small and result.matching is not None and not is_popular(market, result.matching, mentors_vote=True):
        raise InternalError("The checker found a matching that would win a vote.")
    return replace(result, runtime_s=time.perf_counter() - started)


_MOST_CHECKED = 200_000
"""Moves up to which the vote is checked: the check looks at every seat of every pair."""
