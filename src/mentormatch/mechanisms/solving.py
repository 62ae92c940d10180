"""Solve a problem: compile, choose an engine, run it, check the answer independently, return a `Result`."""

import logging
import time
from collections.abc import Callable, Mapping

from mentormatch.base.budget import DEFAULT_TIME_LIMIT, Budget
from mentormatch.base.doors import takes
from mentormatch.base.errors import InputError, raise_disagreement
from mentormatch.base.stopping import Stop, stopping_when
from mentormatch.base.text import Text
from mentormatch.explain.conflict import find_conflict
from mentormatch.explain.explainer import EXPLAINER
from mentormatch.explain.seats import shortage
from mentormatch.market.matching import Matching
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Change, PairReason, Result, Status
from mentormatch.solvers.choose import Choice, choose
from mentormatch.solvers.engine import ENGINE, Engine, Options, Outcome
from mentormatch.verify.verify import verify, verify_result

# Sizes, engines and times: never an id or a name.
_LOG = logging.getLogger("mentormatch")

Progress = Callable[[str, int, int | None], None]


@takes(engine=ENGINE)
def solve(
    problem: Problem,
    *,
    engine: str | Engine | None = None,
    seed: int = 0,
    time_limit: float | None = DEFAULT_TIME_LIMIT,
    on_progress: Progress | None = None,
    stop: Stop | None = None,
) -> Result:
    """Find a matching that keeps the rules and is lexicographically optimal in the stages.

    Parameters
    ----------
    problem : Problem
    engine : str or Engine, optional
        Force an engine of your own, or one of ours by name: "deferred_acceptance", "min_cost_flow",
        "strong_super_stability", "student_project", "envy_free", "stable_lattice", "largest_stable", "cp_sat". By
        default the cheapest that takes the problem exactly.
    seed : int
        For lotteries and searches: the same seed gives the same answer.
    time_limit : float, optional
        Wall-clock seconds, 60 where nothing is said; None for no limit.
    on_progress : callable, optional
        Called with (stage, best value, bound) on a thread of the search.
    stop : callable, optional
        Asked again and again whether to stop; see `mentormatch.match`.

    Returns
    -------
    Result
        Checked by `mentormatch.verify` before it is returned.

    Raises
    ------
    InputError
        When there is no problem, or the seed or the limit makes no sense.
    UnsupportedError
        When the forced engine cannot take the problem exactly.
    InternalError
        When the independent checker disagrees with the engine.

    Examples
    --------
    >>> from mentormatch import Market, Problem, solve
    >>> from mentormatch.constraints import Quotas, WeakStability
    >>> market = Market.from_preferences({"s1": ["a"], "s2": ["a", "b"]}, {"a": ["s2", "s1"]})
    >>> solve(Problem(market, [Quotas(), WeakStability()])).matching.as_dict()
    {'s2': ('a',)}
    """
    if not isinstance(problem, Problem):
        raise InputError(
            f"A Problem is solved; got a {type(problem).__name__}.", maybe="you meant match(...), which brings rules."
        )
    started = time.perf_counter()
    options = Options(seed=seed, time_limit=time_limit, on_progress=on_progress)
    form = compile_form(problem)
    choice = choose(form, engine=engine)
    with stopping_when(stop):
        outcome = choice.engine.solve(form, options)
    return checked_result(
        problem, form, outcome, choice, mechanism="optimal", options=options, runtime_s=time.perf_counter() - started
    )


def checked_result(
    problem: Problem,
    form: Form,
    outcome: Outcome,
    choice: Choice,
    *,
    mechanism: str,
    options: Options,
    runtime_s: float,
    pair_reasons: Callable[[Matching], Mapping[tuple[object, object], PairReason]] | None = None,
    changes: Callable[[Matching], tuple[Change, ...]] | None = None,
) -> Result:
    """Return the `Result` of an outcome after the independent checker has agreed with every claim in it.

    Raises
    ------
    InternalError
        When it did not.
    """
    matching = None if outcome.pairs is None else Matching(problem.market, outcome.pairs)
    report = None if matching is None else verify(problem, matching)
    is_infeasible = outcome.status is Status.INFEASIBLE
    cut = shortage(problem) if is_infeasible else None
    # The reason is part of the answer: it has what the solve has left of the limit.
    left = Budget(None if options.time_limit is None else options.time_limit - runtime_s)
    conflict = (
        find_conflict(problem, seconds=left.left, seed=options.seed, is_infeasible=True)
        if is_infeasible and cut is None
        else None
    )
    result = Result(
        problem=problem,
        status=outcome.status,
        matching=matching,
        mechanism=mechanism,
        engine=choice.engine.name,
        engine_reason=choice.reason,
        refusals=choice.refusals,
        stages=outcome.stages,
        blocking_pairs=0 if report is None else len(report.blocking),
        justified_blocking_pairs=0 if report is None else len(report.justified),
        violations=() if report is None else report.violations,
        pair_reasons={} if matching is None or pair_reasons is None else pair_reasons(matching),
        changes=() if matching is None or changes is None else changes(matching),
        shortage=cut,
        conflict=conflict,
        certificate=outcome.certificate,
        seed=options.seed,
        runtime_s=runtime_s,
        stopped_by_limit=outcome.stopped_by_limit or (is_infeasible and cut is None and left.is_spent),
        unconfirmed=outcome.unconfirmed,
        explainer=EXPLAINER,
    )
    _LOG.info(
        "%s by %s: %s, %d students, %d mentors, %d pairs, %.2f s, checked in %.2f s",
        mechanism,
        choice.engine.name,
        outcome.status,
        problem.market.num_students,
        problem.market.num_mentors,
        problem.market.num_pairs,
        runtime_s,
        left.spent,
    )
    failures = verify_result(result, report)
    raise_disagreement(Text("求解引擎", "the engine"), failures)
    return result
