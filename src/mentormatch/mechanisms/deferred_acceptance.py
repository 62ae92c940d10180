"""Two-way choice alone: student-proposing deferred acceptance (Gale and Shapley 1962); nobody is placed unasked."""

import time

import numpy as np

from mentormatch.errors import UnsupportedError
from mentormatch.form import compile_form
from mentormatch.matching import Matching
from mentormatch.mechanisms.changes import changes_since_last_term
from mentormatch.mechanisms.choice_round import choice_round
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.pair_reasons import pair_reasons
from mentormatch.problem import Problem
from mentormatch.result import Result, Status
from mentormatch.solvers import deferred_acceptance as engine_file
from mentormatch.solvers.choose import Choice
from mentormatch.solvers.engine import Options, Outcome
from mentormatch.solving import checked_result
from mentormatch.text import Text


def deferred_acceptance(problem: Problem, options: Options, engine: str | None = None) -> Result:
    """Run the round of choice and stop.

    Returns
    -------
    Result
        Its problem has no stages: the matching is student-optimal among the stable ones of the drawn lottery,
        and optimises nothing else.

    Raises
    ------
    UnsupportedError
        When a rule needs coordination (a lower quota that choice does not fill, everyone placed), or another
        engine is forced.
    """
    started = time.perf_counter()
    if engine not in (None, engine_file.ENGINE.name):
        raise UnsupportedError(
            Text(
                zh=f"机制 deferred_acceptance 不使用引擎 {engine}。",
                en=f"The mechanism deferred_acceptance does not use the engine {engine}.",
            )
        )
    choosing = problem.replace(stages=())
    form = compile_form(choosing)
    first = choice_round(form, seed=options.seed)
    _refuse_broken_rules(choosing, Matching(problem.market, np.flatnonzero(first.chosen)))
    return checked_result(
        choosing,
        form,
        Outcome(status=Status.OPTIMAL, pairs=np.flatnonzero(first.chosen)),
        Choice(engine_file.ENGINE, Text(zh="双向选择本身。", en="it is the mechanism."), {}),
        mechanism="deferred_acceptance",
        options=options,
        runtime_s=time.perf_counter() - started,
        pair_reasons=lambda matching: pair_reasons(form, matching, fixed=first.fixed, chosen=first.chosen),
        changes=lambda matching: changes_since_last_term(form, matching),
    )


def _refuse_broken_rules(problem: Problem, matching: Matching) -> None:
    broken = [
        violation
        for rule in problem.constraints
        for violation in rule.violations(problem.market, matching)
        if not violation.soft
    ]
    if broken:
        raise UnsupportedError(
            Text(
                zh=f"仅靠双向选择不能满足 {len(broken)} 处规则,例如:{broken[0].text.zh}",
                en=f"Two-way choice alone misses {len(broken)} rules, for example: {broken[0].text.en}",
            ),
            maybe=Text(zh="改用机制 two_round。", en="use the mechanism two_round."),
        )


MECHANISM = Mechanism(
    name="deferred_acceptance",
    text=Text(zh="只做双向选择,不统筹。", en="Two-way choice alone; nobody is placed unasked."),
    run=deferred_acceptance,
    places_everyone=False,
)
