"""How a concept becomes a result: its rules and stages on a market, solved and checked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

from mentormatch.constraints import Constraint, Quotas
from mentormatch.market import Market
from mentormatch.objectives import Stage
from mentormatch.problem import Problem
from mentormatch.result import Result
from mentormatch.solving import solve


class SolveOptions(TypedDict, total=False):
    """What every concept passes on to `mentormatch.solve`: engine, seed, time_limit."""

    engine: str | None
    seed: int
    time_limit: float | None


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept: what it is called in the result, its rules, its stages."""

    name: str
    rules: tuple[Constraint, ...] = ()
    stages: tuple[Stage, ...] = ()


def solved(
    concept: Concept, market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]
) -> Result:
    """Solve a concept on a market, with further rules, within the market's quotas.

    Lower quotas bind only where a concept or a caller names `Quotas` itself.
    """
    named = (*concept.rules, *rules)
    quotas = () if any(rule.kind == "quotas" for rule in named) else (Quotas(lower=False),)
    result = solve(Problem(market, (*quotas, *named), concept.stages), **options)
    return replace(result, mechanism=concept.name)
