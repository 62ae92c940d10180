"""Problem: a market, the rules that bind it, and the stages to optimise. Frozen."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

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
        The rules. A market without any rule has no quotas either: see `Problem.stable` and `Problem.optimal`
        for the usual sets.
    stages : iterable of Stage
        The lexicographic objective, most important first. None at all asks for any feasible matching.

    Raises
    ------
    RulesError
        When a rule names an id or an attribute that the market does not have.
    """

    market: Market
    constraints: tuple[Constraint, ...] = ()
    stages: tuple[Stage, ...] = ()

    def __init__(
        self, market: Market, constraints: Iterable[Constraint] = (), stages: Iterable[Stage] = ()
    ) -> None:
        object.__setattr__(self, "market", market)
        bound = tuple(rule.bind(market) for rule in constraints)
        closed = {
            pair
            for rule in bound
            for mask in rule.masks(market)
            for pair in mask.pairs[market.is_choice[mask.pairs]].tolist()
        }
        object.__setattr__(self, "constraints", tuple(rule.without(closed) for rule in bound))
        object.__setattr__(self, "stages", tuple(stages))

    def __repr__(self) -> str:
        rules = ", ".join(rule.kind for rule in self.constraints) or "none"
        stages = ", ".join(stage.kind for stage in self.stages) or "none"
        return f"Problem({self.market!r}, rules: {rules}, stages: {stages})"

    def replace(self, **changes: Any) -> "Problem":
        """Return a problem with some fields replaced."""
        return replace(self, **changes)
