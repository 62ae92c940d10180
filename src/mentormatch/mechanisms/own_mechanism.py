"""A plain function as a mechanism: from a market to pairs, checked like any other."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import InputError, MarketError, UnsupportedError
from mentormatch.base.text import Text
from mentormatch.explain.changes import changes_since_last_term
from mentormatch.explain.pair_reasons import pair_reasons
from mentormatch.market.market import Id
from mentormatch.market.matching import Matching
from mentormatch.market.some_pairs import some_pairs
from mentormatch.mechanisms.broken_rules import refuse_broken_rules
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.properties import Claim
from mentormatch.mechanisms.solving import checked_result
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from mentormatch.solvers.choose import Choice
from mentormatch.solvers.engine import Engine, Options, Outcome

FoundPairs = Matching | Mapping[Id, Id] | Iterable[tuple[Id, Id]]
Function = Callable[..., FoundPairs]
"""``function(market)`` or ``function(market, seed=...)``; what it returns are pairs of a student and a mentor."""


def own_mechanism(
    function: Function, *, name: str | None = None, text: Text | None = None, claims: tuple[Claim, ...] = ()
) -> Mechanism:
    """Return a function of your own as a mechanism, for `mentormatch.match`, `study.run` and entry points.

    Parameters
    ----------
    function : callable
        Takes a `Market` that holds the pairs that no rule removes, and, if it has a parameter ``seed``, the seed of the
        lottery. Returns a `Matching`, a mapping from student to mentor, or pairs ``(student id, mentor id)``.
    name : str, optional
        Default: the name of the function.
    text : Text, optional
        What it does, for a school.
    claims : tuple of Claim
        What is known about it; `mentormatch.testing.check_mechanism` searches for counterexamples.

    Examples
    --------
    >>> market = Market.from_preferences({"Ann": ["Lee", "Wu"], "Bo": ["Lee"]}, quotas=1)
    >>> def alphabetical(market):
    ...     return [("Ann", "Wu"), ("Bo", "Lee")]
    >>> own_mechanism(alphabetical).assign(Problem(market), Options()).tolist()
    [1, 2]
    """
    called = name if name is not None else str(getattr(function, "__name__", type(function).__name__))
    said = text or Text(zh="自定机制。", en="A mechanism of one's own.")
    return Mechanism(
        name=called,
        text=said,
        run=partial(_run, called, function),
        places_everyone=False,
        assign=partial(_assign, called, function),
        claims=claims,
    )


def _run(name: str, function: Function, problem: Problem, options: Options, engine: str | None = None) -> Result:
    """Run the function; `UnsupportedError` where its pairs break a rule, or an engine is forced."""
    started = time.perf_counter()
    if engine is not None:
        raise UnsupportedError(
            Text(zh=f"机制 {name} 不使用引擎 {engine}。", en=f"The mechanism {name} does not use the engine {engine}.")
        )
    choosing = problem.replace(stages=())
    form, pairs = compile_form(choosing), _pairs(name, function, choosing, options.seed)
    refuse_broken_rules(
        choosing, Matching(choosing.market, pairs), Text(zh=f"机制 {name} ", en=f"The mechanism {name}")
    )
    chosen = np.isin(np.arange(form.market.num_pairs), pairs)
    itself = Engine(name, frozenset(), lambda form: (), lambda form, options: Outcome(status=Status.UNKNOWN))
    return checked_result(
        choosing,
        form,
        Outcome(status=Status.OPTIMAL, pairs=pairs),
        Choice(itself, Text(zh="即该机制本身。", en="it is the mechanism."), {}),
        mechanism=name,
        options=options,
        runtime_s=time.perf_counter() - started,
        pair_reasons=lambda matching: pair_reasons(form, matching, fixed=form.forced, chosen=chosen),
        changes=lambda matching: changes_since_last_term(form, matching),
    )


def _assign(name: str, function: Function, problem: Problem, options: Options) -> IntArray:
    return _pairs(name, function, problem, options.seed)


def _pairs(name: str, function: Function, problem: Problem, seed: int) -> IntArray:
    """Return the positions of the pairs that the function makes, ascending; `InputError` for what are no pairs."""
    takes_seed = "seed" in signature(function).parameters
    open_market = some_pairs(problem.market, problem.candidates)
    answer = function(open_market, seed=seed) if takes_seed else function(open_market)
    ids = answer.ids() if isinstance(answer, Matching) else _ids(name, answer)
    try:
        return Matching.from_ids(problem.market, ids).pairs
    except (MarketError, TypeError, ValueError) as error:
        raise _no_pairs(name, str(error)) from error


def _ids(name: str, answer: Any) -> list[tuple[Id, Id]]:
    pairs = list(answer.items()) if isinstance(answer, Mapping) else answer
    if isinstance(pairs, (str, bytes)) or not isinstance(pairs, Iterable):
        raise _no_pairs(name, f"got a {type(answer).__name__}.")
    found: list[tuple[Id, Id]] = []
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise _no_pairs(name, f"got {pair!r}.")
        found.append((pair[0], pair[1]))
    return found


def _no_pairs(name: str, why: str) -> InputError:
    return InputError(
        Text(
            zh=f"机制 {name} 应返回(学生, 导师)的列表:{why}",
            en=f"The mechanism {name} must return pairs of a student's and a mentor's id: {why}",
        )
    )
