"""Everything in one lexicographic program: choices, placement and coordination weighed together, without rounds."""

import time

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.explain.changes import changes_since_last_term
from mentormatch.explain.pair_reasons import pair_reasons
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.properties import claims
from mentormatch.mechanisms.solving import checked_result
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from mentormatch.solvers.choose import choose
from mentormatch.solvers.engine import Options


def optimal(problem: Problem, options: Options, engine: str | None = None) -> Result:
    """Solve the stages of a problem under all its rules at once.

    Ranks are served as well as the rules allow, whoever the mentors prefer: without the rule ``weak_stability``
    the result may have blocking pairs, which are counted. A choice pair of the result counts as chosen.
    """
    started = time.perf_counter()
    form = compile_form(problem)
    choice = choose(form, engine=engine)
    outcome = choice.engine.solve(form, options)
    return checked_result(
        problem,
        form,
        outcome,
        choice,
        mechanism="optimal",
        options=options,
        runtime_s=time.perf_counter() - started,
        pair_reasons=lambda matching: pair_reasons(form, matching, fixed=form.forced, chosen=form.market.is_choice),
        changes=lambda matching: changes_since_last_term(form, matching),
    )


def assign(problem: Problem, options: Options) -> IntArray | None:
    """Return the pairs alone, as the engine found them."""
    form = compile_form(problem)
    return choose(form).engine.solve(form, options).pairs


MECHANISM = Mechanism(
    name="optimal",
    text=Text(zh="志愿与统筹一次求解,总体最优。", en="Choices and placement in one exact program."),
    run=optimal,
    places_everyone=True,
    assign=assign,
    # With the stages of a bare market: most students placed, then the smallest sum of ranks.
    claims=claims(
        strategy_proof=(False, "Featherstone 2020"),
        stable=(False, "Abraham, Cechlarova, Manlove and Mehlhorn 2004"),
        efficient=(True, "Featherstone 2020"),
        most_placed=(True, "Abraham, Cechlarova, Manlove and Mehlhorn 2004"),
        most_first_choices=(False, "Irving, Kavitha, Mehlhorn, Michail and Paluch 2006"),
    ),
)
