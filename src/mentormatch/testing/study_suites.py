"""The checks that any metric and any generator of instances must pass."""

import math
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mentormatch.constraints.quotas import Quotas
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.matchmaking import find_mechanism
from mentormatch.problem.problem import Problem
from mentormatch.solvers.engine import Options
from mentormatch.study.instances import Instance, fingerprint
from mentormatch.study.metrics.metric import Measured, Metric
from mentormatch.testing.checks import check_text, require, run_checks
from mentormatch.testing.matchings import shuffled
from mentormatch.testing.same_market import differences
from mentormatch.testing.small_choices import small_choice_markets

SEEDS = (0, 1, 2, 3)


def check_metric(
    metric: Metric,
    markets: Sequence[Market] | None = None,
    *,
    mechanism: str = "deferred_acceptance",
    expected_failures: Mapping[str, str] | None = None,
) -> None:
    """Run the common suite on a metric: named finite numbers that depend on nothing but the matching.

    Parameters
    ----------
    metric : Metric
    markets : sequence of Market, optional
        Default: small ones that are drawn.
    mechanism : str
        Makes the matchings that are measured.
    expected_failures : mapping of check name to reason, optional
        As in `check_constraint`.

    Raises
    ------
    AssertionError
        With every check that fails.

    Examples
    --------
    >>> from mentormatch.study.metrics import find_metric
    >>> check_metric(find_metric("placed"))
    """
    subject = MetricUnderTest(metric, small_choice_markets(6) if markets is None else markets, mechanism)
    run_checks(METRIC_CHECKS, subject, f"The metric {metric.name}", expected_failures or {})


@dataclass(frozen=True, eq=False)
class MetricUnderTest:
    """A metric under test."""

    metric: Metric
    markets: Sequence[Market]
    mechanism: str

    def outcome(self, market: Market) -> Measured:
        """Return a matching to be measured."""
        mechanism = find_mechanism(self.mechanism)
        problem = Problem(market, [Quotas(lower=False)])
        pairs = mechanism.assign(problem, Options())
        require(pairs is not None, f"{self.mechanism} finds no matching")
        matching = Matching(market, pairs)  # type: ignore[arg-type]  # asked for above
        return Measured(problem=problem, mechanism=mechanism, seed=0, matching=matching)

    def values(self, market: Market) -> dict[str, float]:
        """Return the numbers."""
        return dict(self.metric.measure(self.outcome(market)))


def _metric_is_described(subject: MetricUnderTest) -> None:
    require(subject.metric.name.isidentifier(), f"a name must be one word; got {subject.metric.name!r}")
    check_text(subject.metric.text, "text")


def _gives_numbers(subject: MetricUnderTest) -> None:
    for market in subject.markets:
        for name, value in subject.values(market).items():
            require(isinstance(name, str) and bool(name), f"numbers need names; got {name!r}")
            is_number = isinstance(value, (int, float)) or hasattr(value, "__float__")
            require(is_number and math.isfinite(value), f"{name} must be a finite number; got {value!r}")


def _measures_the_same_twice(subject: MetricUnderTest) -> None:
    for market in subject.markets:
        first, second = subject.values(market), subject.values(market)
        require(first == second, f"it gives {first}, and the second time {second}")


def _metric_knows_no_order(subject: MetricUnderTest) -> None:
    for market in subject.markets:
        here, there = subject.values(market), subject.values(shuffled(market))
        close = here.keys() == there.keys() and all(math.isclose(here[name], there[name]) for name in here)
        require(close, f"the order of rows changes {here} to {there}")


METRIC_CHECKS: Mapping[str, Callable[[MetricUnderTest], None]] = {
    "described": _metric_is_described,
    "numbers": _gives_numbers,
    "deterministic": _measures_the_same_twice,
    "order": _metric_knows_no_order,
}
"""The checks of `check_metric`, by name."""


def check_generator(instance: Instance, *, expected_failures: Mapping[str, str] | None = None) -> None:
    """Run the common suite on an instance of a study: a name, and a market that is a pure function of the seed.

    Parameters
    ----------
    instance : Instance
        A small one: it is drawn several times.
    expected_failures : mapping of check name to reason, optional
        As in `check_constraint`.

    Raises
    ------
    AssertionError
        With every check that fails.

    Examples
    --------
    >>> from mentormatch.study.generators import TheoryMarket
    >>> check_generator(TheoryMarket(num_students=6, num_mentors=2, seats=3))
    """
    run_checks(GENERATOR_CHECKS, instance, f"The generator {instance!r}", expected_failures or {})


def _has_a_name(instance: Instance) -> None:
    require(isinstance(instance.name, str) and bool(instance.name), f"a name must be text; got {instance.name!r}")


def _draws_markets(instance: Instance) -> None:
    for seed in SEEDS:
        market = instance.market(seed)
        require(isinstance(market, Market), f"market({seed}) must be a Market; got a {type(market).__name__}")
        require(market.num_students > 0 and market.num_mentors > 0, f"market({seed}) has nobody in it")


def _draws_the_same_twice(instance: Instance) -> None:
    for seed in SEEDS:
        found = differences(instance.market(seed), instance.market(seed))
        require(not found, f"market({seed}) differs the second time in {', '.join(found)}")


def _uses_its_seed(instance: Instance) -> None:
    first = instance.market(SEEDS[0])
    require(any(differences(first, instance.market(seed)) for seed in SEEDS[1:]), "every seed gives the same market")


def _travels(instance: Instance) -> None:
    copy = pickle.loads(pickle.dumps(instance))  # noqa: S301  # bytes of this very moment
    require(fingerprint(copy) == fingerprint(instance), "a pickled copy is told apart from it")
    require(not differences(copy.market(SEEDS[1]), instance.market(SEEDS[1])), "a pickled copy draws another market")


GENERATOR_CHECKS: Mapping[str, Callable[[Instance], None]] = {
    "name": _has_a_name,
    "markets": _draws_markets,
    "deterministic": _draws_the_same_twice,
    "seed": _uses_its_seed,
    "pickle": _travels,
}
"""The checks of `check_generator`, by name."""
