"""A concept is data: rules and stages under a name; here it becomes a function of a market with a checked answer."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypedDict, Unpack

from mentormatch.base.errors import InputError, InternalError, UnsupportedError
from mentormatch.base.text import SPACE, Text
from mentormatch.constraints import Constraint, Quotas
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import Stage
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Reason, Result, Status


class SolveOptions(TypedDict, total=False):
    """What every concept passes on to `mentormatch.solve`: engine, seed, time_limit."""

    engine: str | None
    seed: int
    time_limit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """What a concept asks for.

    Parameters
    ----------
    rules : tuple of Constraint
        What its matchings keep.
    stages : tuple of Stage
        What the best of them are best in.
    holds : callable, optional
        A check of its definition beyond the rules and the values of the stages, which are checked anyway: tells of a
        market and an optimal matching whether the matching is what the concept says. Asked where there are no further
        rules.
    """

    rules: tuple[Constraint, ...] = ()
    stages: tuple[Stage, ...] = ()
    holds: Callable[[Market, Matching], bool] | None = None


class ConceptFunction(Protocol):
    """A concept as users call it."""

    __name__: str

    def __call__(self, market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
        """Answer the concept on a market."""
        ...


_SECTIONS = """

Parameters
----------
market : Market
rules : sequence of Constraint
    Further rules, such as `ForbiddenPairs`; ``WeakStability(within="caps")`` in place of the concept's own stability.
**options
    ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.

Returns
-------
Result
    Its problem holds the rules and stages of the concept; the checker has agreed with every claim in it.
"""


def concept(definition: Callable[[], Concept]) -> ConceptFunction:
    """Make the function of a concept out of the one that returns its data: name and docstring stay."""
    what = definition()

    def answer(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
        return solved(definition.__name__, what, market, rules, **options)

    answer.__name__, answer.__qualname__ = definition.__name__, definition.__qualname__
    answer.__module__ = definition.__module__
    answer.__doc__ = inspect.cleandoc(definition.__doc__ or "") + _SECTIONS
    return answer


def solved(
    name: str, what: Concept, market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]
) -> Result:
    """Solve a concept on a market, with further rules, within the market's quotas.

    A rule of the caller takes the place of the concept's own of its kind, such as ``WeakStability(within="caps")``.
    Lower quotas bind only where a concept or a caller names `Quotas` itself.
    """
    own = tuple(rule for rule in what.rules if all(rule.kind != other.kind for other in rules))
    named = (*own, *rules)
    quotas = () if any(rule.kind == "quotas" for rule in named) else (Quotas(lower=False),)
    result = solve(Problem(market, (*quotas, *named), what.stages), **options)
    if what.holds is not None and not rules and result.matching is not None and result.status is Status.OPTIMAL:
        expect(what.holds(market, result.matching), name)
    return replace(result, mechanism=name)


def expect(holds: bool, name: str) -> None:
    """Raise `InternalError` where an answer does not meet the definition of its concept."""
    if not holds:
        raise InternalError(
            Text(
                zh=f"独立校验:结果不符合“{name}”的定义(这是程序错误,请报告)。",
                en=f"The checker finds that the answer is not {name} by its definition (a bug of ours, please report).",
            )
        )


def expect_none(reasons: Sequence[Reason], name: str, *, maybe: Text) -> None:
    """Raise `UnsupportedError` where there are reasons why a concept cannot take a market."""
    if reasons:
        said = Text(f"{name} 不适用:", f"No {name} for this market: ") + SPACE.join(reason.text for reason in reasons)
        raise UnsupportedError(said, maybe=maybe)


def expect_kind(given: object, kind: type, name: str) -> None:
    """Raise `InputError` where a concept is asked of something else than it takes."""
    if not isinstance(given, kind):
        raise InputError(
            Text(
                zh=f"{name} 需要 {kind.__name__};现为 {type(given).__name__}。",
                en=f"{name} takes a {kind.__name__}; got a {type(given).__name__}.",
            )
        )
