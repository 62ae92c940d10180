"""From a rule over ballots to a mechanism: run it, refuse rules that it misses, have the rest checked."""

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.explain.changes import changes_since_last_term
from mentormatch.explain.pair_reasons import pair_reasons
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.ballots import Ballots, TieBreaking, read_ballots
from mentormatch.mechanisms.broken_rules import refuse_broken_rules
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.properties import Claim
from mentormatch.mechanisms.solving import checked_result
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from mentormatch.solvers.choose import Choice
from mentormatch.solvers.engine import Engine, Options, Outcome

Assign = Callable[[Ballots], IntArray]
"""A rule from ballots to the positions of the matched pairs."""


def choice_mechanism(
    name: str,
    assign: Assign,
    *,
    text: Text,
    claims: tuple[Claim, ...],
    tie_breaking: TieBreaking = "single",
    engine: Engine | None = None,
) -> Mechanism:
    """Return a mechanism that matches by ballots and places nobody unasked.

    Parameters
    ----------
    name : str
    assign : callable
        From ballots to the positions of the matched pairs.
    text : Text
        What it does, for a school.
    claims : tuple of Claim
    tie_breaking : {"single", "multiple"}
    engine : Engine, optional
        What the result calls the engine; default: the mechanism itself.
    """
    # What ballots do not hold is judged by its meaning afterwards, so the mechanism declares no kinds.
    own = Engine(name, frozenset(), lambda _: (), partial(_solve, assign, tie_breaking))
    named = own if engine is None else engine
    return Mechanism(
        name=name,
        text=text,
        run=partial(_run, name, assign, tie_breaking, named),
        places_everyone=False,
        assign=partial(_assign, assign, tie_breaking),
        claims=claims,
    )


def _run(
    name: str,
    assign: Assign,
    tie_breaking: TieBreaking,
    named: Engine,
    problem: Problem,
    options: Options,
    engine: str | None = None,
) -> Result:
    """Run the rule and stop.

    Returns
    -------
    Result
        Its problem has no stages: the mechanism is what it is, and optimises nothing else.

    Raises
    ------
    UnsupportedError
        When a rule needs coordination (a lower quota that choice does not fill, everyone placed), or another
        engine is forced.
    """
    started = time.perf_counter()
    if engine not in (None, named.name):
        raise UnsupportedError(
            Text(zh=f"机制 {name} 不使用引擎 {engine}。", en=f"The mechanism {name} does not use the engine {engine}.")
        )
    choosing = problem.replace(stages=())
    form = compile_form(choosing)
    ballots = read_ballots(form, seed=options.seed, tie_breaking=tie_breaking)
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[assign(ballots)] = True
    alone = Text(zh="仅靠双向选择", en="Two-way choice alone")
    refuse_broken_rules(choosing, Matching(problem.market, np.flatnonzero(chosen)), alone)
    return checked_result(
        choosing,
        form,
        Outcome(status=Status.OPTIMAL, pairs=np.flatnonzero(chosen)),
        Choice(named, Text(zh="即该机制本身。", en="it is the mechanism."), {}),
        mechanism=name,
        options=options,
        runtime_s=time.perf_counter() - started,
        pair_reasons=lambda matching: pair_reasons(form, matching, fixed=ballots.fixed, chosen=chosen),
        changes=lambda matching: changes_since_last_term(form, matching),
    )


def _assign(assign: Assign, tie_breaking: TieBreaking, problem: Problem, options: Options) -> IntArray:
    form = compile_form(problem.replace(stages=()))
    return np.sort(assign(read_ballots(form, seed=options.seed, tie_breaking=tie_breaking)))


def _solve(assign: Assign, tie_breaking: TieBreaking, form: Form, options: Options) -> Outcome:
    pairs = assign(read_ballots(form, seed=options.seed, tie_breaking=tie_breaking))
    return Outcome(status=Status.OPTIMAL, pairs=np.sort(pairs))
