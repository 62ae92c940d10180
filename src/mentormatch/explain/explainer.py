"""What `solving` hands to every result: a result can be asked, and need not know where the answers come from."""

from mentormatch.explain.public_view import in_edition
from mentormatch.explain.relax import cheapest_repairs
from mentormatch.explain.why import explain_mentor, explain_pair, explain_student
from mentormatch.problem.explanation import Explainer, Repair
from mentormatch.problem.result import Result

_SECONDS = 10.0
"""What an infeasible answer may take for its repairs: somebody waits for it."""


def repairs_of(result: Result) -> tuple[Repair, ...]:
    """Return the three cheapest repairs of an infeasible result by the default prices."""
    return cheapest_repairs(result.problem, seed=result.seed, seconds=_SECONDS)


EXPLAINER = Explainer(explain_student, explain_mentor, explain_pair, repairs_of, in_edition)
