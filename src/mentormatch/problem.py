"""Problem: a market, the rules that bind it, and the stages to optimise. Frozen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mentormatch.arrays import BoolArray, frozen
from mentormatch.constraints.constraint import Constraint
from mentormatch.market import Market
from mentormatch.objectives.stage import Stage


@dataclass(frozen=True, eq=False, repr=False)
class Problem:
    """What is asked of a matching.

    Parameters
    ----------
    market : Market
        Who there is, and who may be paired with whom.
    constraints : iterable of Constraint
        The rules. A market without any rule has no quotas either; `mentormatch.defaults` has the usual sets.
    stages : iterable of Stage
        The lexicographic objective, most important first. None at all asks for any feasible matching.

    Attributes
    ----------
    candidates : bool array of shape (m,)
        The pairs that no rule removes.

    Raises
    ------
    RulesError
        When a rule names an id or an attribute that the market does not have.
    """

    market: Market
    constraints: tuple[Constraint, ...] = ()
    stages: tuple[Stage, ...] = ()
    candidates: BoolArray = field(init=False)

    def __init__(self, market: Market, constraints: Iterable[Constraint] = (), stages: Iterable[Stage] = ()) -> None:
        object.__setattr__(self, "market", market)
        bound = tuple(rule.bind(market) for rule in constraints)
        candidates = np.ones(market.num_pairs, bool)
        for rule in bound:
            for mask in rule.masks(market):
                candidates[mask.pairs] = False
        closed_choices = frozenset(np.flatnonzero(market.is_choice & ~candidates).tolist())
        object.__setattr__(self, "constraints", tuple(rule.without(closed_choices) for rule in bound))
        object.__setattr__(self, "candidates", frozen(candidates))
        object.__setattr__(self, "stages", tuple(stages))

    def __repr__(self) -> str:
        rules = ", ".join(rule.kind for rule in self.constraints) or "none"
        stages = ", ".join(stage.kind for stage in self.stages) or "none"
        return f"Problem({self.market!r}, rules: {rules}, stages: {stages})"

    def replace(self, **changes: Any) -> "Problem":
        """Return a problem with some fields replaced."""
        now: dict[str, Any] = {"market": self.market, "constraints": self.constraints, "stages": self.stages}
        return Problem(**(now | changes))
