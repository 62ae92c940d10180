"""Is there a matching within a form? Asked many times by explanations, of plain sub-models and the cheapest engine."""

from dataclasses import dataclass, replace

from mentormatch.base.arrays import IntArray
from mentormatch.base.budget import Budget
from mentormatch.formulation.rows import Teams
from mentormatch.objectives.soft_rules import SoftRules
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers.choose import choose
from mentormatch.solvers.engine import Options

QUESTION = 0.02
"""What a question costs besides the search, in deterministic seconds: so questions without a search come to an end."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """Whether a form has a matching.

    Parameters
    ----------
    is_feasible : bool or None
        None where the time was over before anything was proven.
    pairs : int64 array or None
        Positions of the pairs of a matching that keeps the form.
    """

    is_feasible: bool | None
    pairs: IntArray | None = None


def hard_form(problem: Problem) -> Form:
    """Return the form of what a matching must keep: no stage, and nothing of soft rules, which would cost only time."""
    soft = tuple(stage for stage in problem.stages if isinstance(stage, SoftRules))
    form = compile_form(problem.replace(stages=soft))
    parts = tuple(
        replace(part, counts=tuple(count for count in part.counts if count.stage is None))
        if isinstance(part, Teams)
        else part
        for part in form.parts
    )
    return replace(form, parts=parts, stages=())


def feasibility(form: Form, budget: Budget, *, seed: int = 0) -> Verdict:
    """Ask the cheapest engine that takes a form: a flow where it can, CP-SAT otherwise.

    Never assumptions: they force CP-SAT into a sequential search, and its cores are far from minimal. An infeasible
    answer of CP-SAT has been proven a second time with another seed and without presolve.
    """
    if budget.is_spent:
        return Verdict(None)
    outcome = choose(form).engine.solve(form, Options(seed=seed, time_limit=budget.left, work=budget.work))
    budget.pay(QUESTION + outcome.work)
    if outcome.status is Status.INFEASIBLE and not outcome.stopped_by_limit:
        return Verdict(False)
    if outcome.pairs is not None:
        return Verdict(True, outcome.pairs)
    return Verdict(None)
