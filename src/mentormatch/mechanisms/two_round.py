"""Two rounds: first two-way choice, then coordination by the school (双向选择、统筹协调). The default mechanism.

Round one is student-proposing deferred acceptance with quotas and nested type quotas (Gale and Shapley 1962; type
quotas as in Abdulkadiroglu and Sonmez 2003) over what students and mentors asked for, ties of a mentor broken by the
published priorities and a seeded lottery. Round two places everybody who is left by an exact lexicographic program that
first moves as few pairs of round one as the hard rules allow, of students who stand lowest at their mentor, and then
follows the stages of the problem.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.budget import Budget
from mentormatch.base.text import Text
from mentormatch.explain.changes import changes_since_last_term, moves_since_round_one
from mentormatch.explain.pair_reasons import pair_reasons
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.ballots import read_ballots
from mentormatch.mechanisms.best_stable import MOST_FIRST, best_stable
from mentormatch.mechanisms.choice_round import ChoiceRound, choice_round
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.properties import claims
from mentormatch.mechanisms.solving import checked_result
from mentormatch.objectives.fewest_moves import FewestMoves
from mentormatch.objectives.lowest_standing import LowestStanding
from mentormatch.objectives.stage import Stage
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from mentormatch.solvers.choose import Choice, choose
from mentormatch.solvers.engine import Options, Outcome

_MOVES: str = FewestMoves.model_fields["kind"].default

RoundOne = Callable[[Form, Options], ChoiceRound]
"""From a form to the pairs of the round of choice; caps that cross may be left to round two."""


def by_lottery(form: Form, options: Options) -> ChoiceRound:
    """Return the round of deferred acceptance, a lottery among equals."""
    return choice_round(form, seed=options.seed, leaves_out=True)


def best(form: Form, options: Options) -> ChoiceRound:
    """Return the best stable matching, most first choices first; the search may take half of a limit."""
    ballots = read_ballots(form, seed=options.seed, leaves_out=True)
    limit = None if options.time_limit is None else options.time_limit / 2
    found = best_stable(ballots, MOST_FIRST, replace(options, time_limit=limit))
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[found.pairs] = True
    return ChoiceRound(chosen=chosen, fixed=ballots.fixed, left_out=ballots.left_out, name=found.told())


def two_round(
    problem: Problem, options: Options, engine: str | None = None, *, name: str = "two_round", first: RoundOne
) -> Result:
    """Match in two rounds.

    Parameters
    ----------
    problem : Problem
        Its rules bind both rounds: round one keeps upper quotas, type quotas, masks and fixed pairs; all rules
        together are kept after round two. Its stages guide round two, after the stage ``fewest_moves``.
    options : Options
    engine : str, optional
        Force the engine of round two.
    name : str
        What the result calls the mechanism.
    first : callable
        Round one.

    Returns
    -------
    Result
        Its problem has the stage ``fewest_moves`` in front (the pairs of round one that were moved), but for stages
        that ask to outrank it; and after it, where somebody must move, ``lowest_standing``.

    Notes
    -----
    Where caps of one mentor overlap without nesting, round one keeps those of the rule that stands first, round two
    keeps them all, and the reason for the engine names the rule that round one left out.
    """
    started = time.perf_counter()
    made, second = _rounds(problem, options, first)
    second, form, choice, outcome = _coordinated(second, options, engine)
    return checked_result(
        second,
        form,
        outcome,
        _with_round_one(choice, made),
        mechanism=name,
        options=options,
        runtime_s=time.perf_counter() - started,
        pair_reasons=lambda matching: pair_reasons(form, matching, fixed=made.fixed, chosen=made.chosen),
        changes=lambda matching: (
            *changes_since_last_term(form, matching),
            *moves_since_round_one(form, matching, np.flatnonzero(made.chosen)),
        ),
    )


def assign(problem: Problem, options: Options, *, first: RoundOne) -> IntArray | None:
    """Return the pairs alone, as the engine of round two found them."""
    _, second = _rounds(problem, options, first)
    return _coordinated(second, options, None)[3].pairs


def _coordinated(second: Problem, options: Options, engine: str | None) -> tuple[Problem, Form, Choice, Outcome]:
    """Solve round two; where somebody must move, once more so that those move who stand lowest at their mentor."""
    budget = Budget(options.time_limit, options.work)
    form = compile_form(second)
    choice = choose(form, engine=engine)
    outcome = choice.engine.solve(form, options)
    moves = next((stage.value for stage in outcome.stages if stage.name == _MOVES), 0)
    if outcome.pairs is None or not moves or budget.is_spent:
        return second, form, choice, outcome
    stages: list[Stage] = []
    for stage in second.stages:
        stages += [stage, LowestStanding(base=stage.base)] if isinstance(stage, FewestMoves) else [stage]
    third = second.replace(stages=tuple(stages))
    refined = compile_form(third)
    again = choose(refined, engine=engine)
    found = again.engine.solve(refined, replace(options, time_limit=budget.left, hint=outcome.pairs))
    return (second, form, choice, outcome) if found.pairs is None else (third, refined, again, found)


def _rounds(problem: Problem, options: Options, first: RoundOne) -> tuple[ChoiceRound, Problem]:
    """Return the outcome of round one and the problem of round two."""
    made = first(compile_form(problem), options)
    base = Matching(problem.market, np.flatnonzero(made.chosen))
    before = tuple(stage for stage in problem.stages if stage.outranks_moves)
    after = tuple(stage for stage in problem.stages if not stage.outranks_moves)
    return made, problem.replace(stages=(*before, FewestMoves(base=tuple(base.ids())), *after))


def _with_round_one(choice: Choice, first: ChoiceRound) -> Choice:
    names = "、".join(first.left_out), ", ".join(first.left_out)
    without = (
        Text(zh=f"(规则 {names[0]} 的名额相互交叉,留待第二轮)", en=f" (caps of {names[1]} cross others and wait)")
        if first.left_out
        else Text(zh="", en="")
    )
    return Choice(
        choice.engine,
        Text(
            zh=f"第一轮:{first.name.zh}{without.zh};第二轮:{choice.reason.zh}",
            en=f"round one: {first.name.en}{without.en}; round two: {choice.reason.en}",
        ),
        choice.refusals,
    )


MECHANISM = Mechanism(
    name="two_round",
    text=Text(
        zh="先双向选择(稳定匹配),再由学校统筹安排其余学生。",
        en="First two-way choice (a stable matching), then the school places everyone who is left.",
    ),
    run=partial(two_round, first=by_lottery),
    places_everyone=True,
    assign=partial(assign, first=by_lottery),
    # Where round two moves nobody the students' choices end as in deferred acceptance.
    claims=claims(
        strategy_proof=(True, "Dubins and Freedman 1981; Roth 1982"),
        stable=(True, "Gale and Shapley 1962"),
        efficient=(False, "Roth 1982"),
        most_placed=(False, "Manlove, Irving, Iwama, Miyazaki and Morita 2002"),
        most_first_choices=(False, "Kojima and Unver 2014"),
    ),
)

BEST = Mechanism(
    name="two_round_best",
    text=Text(
        zh="先双向选择:在尊重公布顺序的前提下第一志愿最多,不靠抽签;再由学校统筹安排其余学生。",
        en="First two-way choice, with the most first choices that priorities admit; then the school places the rest.",
    ),
    run=partial(two_round, name="two_round_best", first=best),
    places_everyone=True,
    assign=partial(assign, first=best),
    claims=claims(
        strategy_proof=(False, "Abdulkadiroglu, Pathak and Roth 2009"),
        stable=(True, "Irving 1994"),
        efficient=(False, "Roth 1982"),
        most_placed=(False, "Manlove, Irving, Iwama, Miyazaki and Morita 2002"),
        most_first_choices=(False, "Kojima and Unver 2014"),
    ),
)
