"""All stable matchings, with ties, couples, topics and further rules: one after the other, as many as are asked for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.concepts.concept import expect, expect_kind
from mentormatch.concepts.couples import couples_rule
from mentormatch.concepts.topics import topics_rule
from mentormatch.constraints import Constraint, Quotas, StrongStability, SuperStability, WeakStability
from mentormatch.io.instances.glasgow_couples import CouplesInstance
from mentormatch.io.instances.glasgow_projects import ProjectsInstance
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.solvers.cp.all_matchings import all_matchings
from mentormatch.verify.verify import verify

StabilityKind = Literal["weak", "strong", "super"]

_KINDS: dict[str, Callable[[], Constraint]] = {
    "weak": WeakStability,
    "strong": StrongStability,
    "super": SuperStability,
}


@dataclass(eq=False)
class StableMatchings:
    """Stable matchings to be gone through, lazily; each is checked from the definitions before it is handed out.

    Parameters
    ----------
    problem : Problem
        The rules that they keep.
    most : int or None
        Stop after so many.
    seed : int
    time_limit : float or None
        Wall-clock seconds for all of them.

    Attributes
    ----------
    is_complete : bool or None
        Whether the last time they were gone through all of them came, proven; False where `most` or the limit stopped
        it before; None before it came to an end.
    """

    problem: Problem
    most: int | None = None
    seed: int = 0
    time_limit: float | None = None
    is_complete: bool | None = field(default=None, init=False)

    def __iter__(self) -> Iterator[Matching]:
        """Yield them, each once; the same order for the same seed.

        Raises
        ------
        InternalError
            When the independent checker finds a broken rule.
        """
        self.is_complete = None
        found = all_matchings(compile_form(self.problem), seed=self.seed, time_limit=self.time_limit)
        for pairs in islice(found, self.most):
            if pairs is None:
                self.is_complete = False
                return
            matching = Matching(self.problem.market, pairs)
            expect(verify(self.problem, matching).is_feasible, "stable")
            yield matching
        self.is_complete = self.most is None or next(found, self) is self


def all_stable(
    instance: Market | CouplesInstance | ProjectsInstance,
    rules: Sequence[Constraint] = (),
    *,
    kind: StabilityKind = "weak",
    most: int | None = None,
    seed: int = 0,
    time_limit: float | None = None,
) -> StableMatchings:
    """Return all stable matchings of a market, with or without ties, of couples or of topics.

    With `FixedPairs` and `ForbiddenPairs` among the rules those with forced and forbidden pairs. Exponentially many at
    worst; one search by CP-SAT for each. For strict markets `stable_lattice` is faster and counts them.

    Parameters
    ----------
    instance : Market, CouplesInstance or ProjectsInstance
    rules : sequence of Constraint
        Further rules.
    kind : {"weak", "strong", "super"}
        Of stability in a market; couples and topics have one of their own.
    most : int, optional
        Stop after so many.
    seed : int
        Of the order in which they come.
    time_limit : float, optional
        Wall-clock seconds for all of them.

    Raises
    ------
    InputError
        For another kind, or a `most` that is no number from 1 on.

    Examples
    --------
    >>> students, mentors = {"Ann": ["Lee", "Wu"], "Bo": ["Wu", "Lee"]}, {"Lee": ["Bo", "Ann"], "Wu": ["Ann", "Bo"]}
    >>> market = Market.from_preferences(students, mentors)
    >>> found = all_stable(market)
    >>> len(list(found)), found.is_complete
    (2, True)
    """
    stable: Constraint
    if isinstance(instance, CouplesInstance):
        market, stable = instance.market, couples_rule(instance)
    elif isinstance(instance, ProjectsInstance):
        market, stable = instance.market, topics_rule(instance)
    else:
        expect_kind(instance, Market, "all_stable")
        market, stable = instance, _of_kind(kind)
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        raise InputError(
            Text(zh=f"most 应为正整数,现为 {most!r}。", en=f"most must be 1 or more. Got {most!r} instead.")
        )
    named = (stable, *rules)
    quotas = () if any(rule.kind == "quotas" for rule in named) else (Quotas(lower=False),)
    return StableMatchings(Problem(market, (*quotas, *named)), most, seed, time_limit)


def _of_kind(kind: str) -> Constraint:
    if kind not in _KINDS:
        raise InputError(
            Text(
                zh=f"kind 应为 weak、strong 或 super,现为 {kind!r}。",
                en=f"kind must be weak, strong or super. Got {kind!r} instead.",
            )
        )
    return _KINDS[kind]()
