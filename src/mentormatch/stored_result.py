"""A stored result: a matching that was written to a file, as a `Result` again, to be explained."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from mentormatch.base.errors import InputError, MarketError
from mentormatch.base.text import Text
from mentormatch.explain.changes import changes_since_last_term, moves_since_round_one
from mentormatch.explain.explainer import EXPLAINER
from mentormatch.explain.pair_reasons import pair_reasons
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching
from mentormatch.matchmaking import build_problem
from mentormatch.mechanisms.choice_round import choice_round
from mentormatch.mechanisms.registry import DEFAULT_NAME, MECHANISM_NAMES
from mentormatch.mechanisms.rematch import as_repaired, repair_problem
from mentormatch.problem.form import compile_form
from mentormatch.problem.result import Change, Result, StageValue, Status
from mentormatch.roster.roster import Roster
from mentormatch.rules.rules_file import Rules
from mentormatch.verify.verify import verify

_WITH_ROUND_ONE = ("two_round", "deferred_acceptance")


def stored_result(
    source: Roster | Market,
    pairs: Iterable[tuple[Id, Id]],
    *,
    mechanism: str,
    rules: Rules | None = None,
    on: date | None = None,
    seed: int = 0,
    before: Iterable[tuple[Id, Id]] | None = None,
    fixed: Iterable[tuple[Id, Id]] = (),
) -> Result:
    """Return the result that a stored matching is, without solving anything again.

    Parameters
    ----------
    source : Roster or Market
        What was matched.
    pairs : iterable of (student id, mentor id)
    mechanism : str
        What had made it.
    rules, on, seed
        As they were given to `mentormatch.match`.
    before, fixed
        As they were given to `mentormatch.rematch`, where that had made it and is to be run again.

    Returns
    -------
    Result
        Its status is ``feasible`` and no stage is proven: the proof is not in the file.

    Raises
    ------
    InputError
        When the pairs are none of this source, or break its rules.
    """
    made_by = MECHANISM_NAMES.find(mechanism) or MECHANISM_NAMES.get(DEFAULT_NAME)
    stored = tuple(pairs)
    problem = build_problem(source, made_by, rules=rules, on=on, between=mechanism == "rematch")
    if before is not None:
        problem = repair_problem(problem, before, fixed=fixed)
    elif mechanism == "rematch":
        problem = as_repaired(problem, stored)
    market = problem.market
    try:
        matching = Matching.from_ids(market, stored)
    except MarketError as error:
        raise InputError(
            Text(
                zh="结果中有这所学校没有的配对,两者不属于同一次匹配。",
                en="The result holds a pair that this school does not have: the two do not belong together.",
            )
        ) from error
    report = verify(problem, matching)
    broken = [violation for violation in report.violations if not violation.soft]
    if broken:
        raise InputError(
            Text(
                zh=f"结果与现有规则有 {len(broken)} 处不符,例如:{broken[0].text.zh}",
                en=f"The result misses the rules in {len(broken)} place(s), for example: {broken[0].text.en}",
            ),
            maybe=Text(
                zh="请给出求解时所用的 --rules;若结果被人改过,可用 mentormatch rematch。",
                en="give the --rules that it was made with; if somebody edited it, mentormatch rematch can take it.",
            ),
        )
    form = compile_form(problem)
    chosen = market.is_choice
    moves: tuple[Change, ...] = ()
    if mechanism in _WITH_ROUND_ONE:
        first = choice_round(form, seed=seed)
        chosen = first.chosen
        moves = moves_since_round_one(form, matching, np.flatnonzero(first.chosen)) if mechanism == "two_round" else ()
    names = [level.name for stage in problem.stages for level in problem.forms_of(stage)]
    return Result(
        problem=problem,
        status=Status.FEASIBLE,
        matching=matching,
        mechanism=mechanism,
        engine="-",
        engine_reason=Text(zh="取自结果文件。", en="read from a file."),
        stages=tuple(StageValue(name, value, None, False) for name, value in zip(names, report.values, strict=True)),
        blocking_pairs=len(report.blocking),
        justified_blocking_pairs=len(report.justified),
        violations=report.violations,
        pair_reasons=pair_reasons(form, matching, fixed=form.forced, chosen=chosen),
        changes=(*changes_since_last_term(form, matching), *moves),
        seed=seed,
        explainer=EXPLAINER,
    )
