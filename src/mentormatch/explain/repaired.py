"""A repair applied: the problem in which it was carried out, and whether that has a matching."""

from collections import Counter

import numpy as np

from mentormatch.base.budget import Budget
from mentormatch.base.errors import MarketError
from mentormatch.constraints.constraint import Constraint
from mentormatch.explain.concession import Concession
from mentormatch.explain.feasibility import feasibility, hard_form
from mentormatch.explain.hiring import with_hires
from mentormatch.explain.prices import Hire
from mentormatch.market.market import Id
from mentormatch.market.matching import Matching
from mentormatch.problem.explanation import Repair
from mentormatch.problem.problem import Problem


def repaired(problem: Problem, repair: Repair) -> Problem:
    """Return a problem with a repair applied."""
    hired = Counter(
        Hire(price=action.price, seats=action.amount, classes=action.classes)
        for action in repair.actions
        if action.kind == "hire"
    )
    market, _ = with_hires(problem.market, list(hired.items()))
    upper, lower = market.mentor_upper.copy(), market.mentor_lower.copy()
    for action in repair.actions:
        if action.kind == "seat":
            upper[market.mentor_index(action.mentor)] += action.amount
        elif action.kind == "lower" and action.rule == "quotas":
            lower[market.mentor_index(action.mentor)] -= action.amount
    market = market.replace(mentor_upper=upper, mentor_lower=np.maximum(lower, 0))
    rules = [_conceded(rule, repair) for rule in problem.constraints]
    return problem.replace(market=market, constraints=rules)


def _conceded(rule: Constraint, repair: Repair) -> Constraint:
    students = {action.student for action in repair.actions if action.kind == "relax" and action.rule == rule.kind}
    raised, lowered = (
        {
            action.mentor: action.amount
            for action in repair.actions
            if action.kind == kind and action.rule == rule.kind != "quotas"
        }
        for kind in ("cap", "lower")
    )
    if not students and not raised and not lowered:
        return rule
    order = sorted(students, key=lambda item: (type(item).__name__, item))
    return Concession(
        rule=rule,
        students=tuple(order),
        raised=tuple(sorted(raised.items(), key=str)),
        lowered=tuple(sorted(lowered.items(), key=str)),
    )


def fits(
    problem: Problem, budget: Budget | None = None, *, seed: int = 0, witness: tuple[tuple[Id, Id], ...] = ()
) -> bool:
    """Solve a problem without its stages and judge the matching by what its rules mean.

    Where the time does not suffice for that, a matching that is known already is judged in its place.
    """
    verdict = feasibility(hard_form(problem), budget or Budget(None), seed=seed)
    if verdict.pairs is not None:
        return _keeps(problem, Matching(problem.market, verdict.pairs))
    if verdict.is_feasible is False or not witness:
        return False
    try:
        return _keeps(problem, Matching.from_ids(problem.market, witness))
    except MarketError:  # not a matching of this problem at all
        return False


def _keeps(problem: Problem, matching: Matching) -> bool:
    return all(
        violation.soft for rule in problem.constraints for violation in rule.violations(problem.market, matching)
    )
