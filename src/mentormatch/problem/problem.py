"""Problem: a market, the rules that bind it, and the stages to optimise. Frozen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mentormatch.base.arrays import BoolArray, frozen
from mentormatch.base.errors import InputError
from mentormatch.constraints.constraint import Constraint
from mentormatch.market.market import Market
from mentormatch.objectives.stage import Stage


@dataclass(frozen=True, eq=False, repr=False)
class Problem:
    """What is asked of a matching.

    Parameters
    ----------
    market : Market
        Who there is, and who may be paired with whom; kept with the facts about pairs that rules tell each other.
    constraints : iterable of Constraint
        The rules. A market without any rule has no quotas either; `mentormatch.rules.defaults` has the usual sets.
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
    InputError
        When something else stands where a market, a rule or a stage belongs.
    """

    market: Market
    constraints: tuple[Constraint, ...] = ()
    stages: tuple[Stage, ...] = ()
    candidates: BoolArray = field(init=False)

    def __init__(self, market: Market, constraints: Iterable[Constraint] = (), stages: Iterable[Stage] = ()) -> None:
        constraints, stages = tuple(constraints), tuple(stages)
        _check_kind("market", (market,), Market)
        _check_kind("constraints", constraints, Constraint)
        _check_kind("stages", stages, Stage)
        bound = tuple(rule.bind(market) for rule in constraints)
        market = _with_facts(market, bound)
        object.__setattr__(self, "market", market)
        candidates = np.ones(market.num_pairs, bool)
        for rule in bound:
            for mask in rule.masks(market):
                candidates[mask.pairs] = False
        closed_choices = frozenset(np.flatnonzero(market.is_choice & ~candidates).tolist())
        told = tuple(
            rule.without(
                frozenset(np.flatnonzero(~candidates).tolist()) if rule.asks_for_placement_pairs else closed_choices
            )
            for rule in bound
        )
        object.__setattr__(self, "constraints", told)
        object.__setattr__(self, "candidates", frozen(candidates))
        object.__setattr__(self, "stages", tuple(stage.without(closed_choices) for stage in stages))

    def __repr__(self) -> str:
        rules = ", ".join(rule.kind for rule in self.constraints) or "none"
        stages = ", ".join(stage.kind for stage in self.stages) or "none"
        return f"Problem({self.market!r}, rules: {rules}, stages: {stages})"

    def replace(self, **changes: Any) -> "Problem":
        """Return a problem with some fields replaced."""
        now: dict[str, Any] = {"market": self.market, "constraints": self.constraints, "stages": self.stages}
        return Problem(**(now | changes))


def _check_kind(name: str, parts: tuple[object, ...], kind: type) -> None:
    for part in parts:
        if isinstance(part, kind):
            continue
        given = "class" if isinstance(part, type) else type(part).__name__
        raise InputError(
            f"'{name}' of a problem must hold {kind.__name__} objects; got a {given}.",
            maybe=f"you meant {part.__name__}()." if isinstance(part, type) and issubclass(part, kind) else None,
        )


def _with_facts(market: Market, rules: Iterable[Constraint]) -> Market:
    """Return the market with what rules tell each other about pairs."""
    found: dict[str, BoolArray] = {}
    for rule in rules:
        for name, values in rule.facts(market).items():
            found[name] = found.get(name, market.pair_flag(name)) | values
    changed = {name: values for name, values in found.items() if (values != market.pair_flag(name)).any()}
    return market.replace(pair_attributes={**market.pair_attributes, **changed}) if changed else market
