"""The checks that any mechanism must pass: feasible, deterministic, and true to what is claimed of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.constraints.quotas import Quotas
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.matchmaking import find_mechanism
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.own_mechanism import Function
from mentormatch.mechanisms.properties import PROPERTIES, Property
from mentormatch.problem.problem import Problem
from mentormatch.rules.defaults import market_stages
from mentormatch.solvers.engine import Options
from mentormatch.testing.checks import check_text, require, run_checks, shown
from mentormatch.testing.matchings import shuffled
from mentormatch.testing.meaning import blocks
from mentormatch.testing.small_choices import (
    every_list,
    is_within_quotas,
    matchings_within_quotas,
    ranks,
    small_choice_markets,
    with_list,
)


def check_mechanism(
    mechanism: Mechanism | Function | str,
    markets: Sequence[Market] | None = None,
    *,
    expected_failures: Mapping[str, str] | None = None,
) -> None:
    """Run the common suite on a mechanism; every claim that it makes is tested by full search.

    Parameters
    ----------
    mechanism : Mechanism, callable or str
        As in `mentormatch.match`. It must take rules of upper quotas alone.
    markets : sequence of Market, optional
        Small ones, of at most ten pairs, one mentor a student, strict lists. Default: some that are drawn.
    expected_failures : mapping of check name to reason, optional
        As in `check_constraint`.

    Raises
    ------
    AssertionError
        With every check that fails, and a matching or a list that shows it. A claim that does not hold is a
        counterexample; a claim that passes has not been proven, only not refuted.

    Examples
    --------
    >>> check_mechanism("deferred_acceptance", small_choice_markets(3))
    """
    subject = MechanismUnderTest(find_mechanism(mechanism), small_choice_markets() if markets is None else markets)
    run_checks(MECHANISM_CHECKS, subject, f"The mechanism {subject.mechanism.name}", expected_failures or {})


@dataclass(frozen=True, eq=False)
class MechanismUnderTest:
    """A mechanism under test."""

    mechanism: Mechanism
    markets: Sequence[Market]

    def problem(self, market: Market) -> Problem:
        """Return a market with its quotas, and with stages where the mechanism reads them."""
        return Problem(market, [Quotas(lower=False)], market_stages() if self.mechanism.places_everyone else ())

    def on(self, market: Market, *, seed: int = 0) -> Matching:
        """Return the matching of the mechanism."""
        pairs = self.mechanism.assign(self.problem(market), Options(seed=seed))
        require(pairs is not None, "it finds no matching where there is no rule but quotas")
        return Matching(market, pairs)  # type: ignore[arg-type]  # asked for above

    def claims(self, name: Property) -> bool:
        """Tell whether the mechanism claims a property."""
        return any(claim.property == name and claim.holds for claim in self.mechanism.claims)


def _is_described(subject: MechanismUnderTest) -> None:
    name = subject.mechanism.name
    require(name.isidentifier(), f"a name must be one word of letters, digits and _; got {name!r}")
    check_text(subject.mechanism.text, "text")
    unknown = {claim.property for claim in subject.mechanism.claims} - set(PROPERTIES)
    require(not unknown, f"there are no such properties: {sorted(unknown)}")
    require(all(claim.source for claim in subject.mechanism.claims), "a claim needs its source")


def _is_feasible(subject: MechanismUnderTest) -> None:
    for market in subject.markets:
        matching = subject.on(market)
        require(is_within_quotas(market, matching), f"{shown(matching)} a quota is exceeded")
        asked = subject.mechanism.places_everyone or bool(market.is_choice[matching.pairs].all())
        require(asked, f"{shown(matching)} somebody is placed with a mentor that was not listed")


def _run_and_assign_agree(subject: MechanismUnderTest) -> None:
    for market in subject.markets[:4]:
        result = subject.mechanism.run(subject.problem(market), Options(), None)
        found = () if result.matching is None else tuple(result.matching.ids())
        require(found == tuple(subject.on(market).ids()), f"run gives {found}, assign gives something else")


def _is_deterministic(subject: MechanismUnderTest) -> None:
    for market in subject.markets:
        for seed in (0, 1):
            first = subject.on(market, seed=seed)
            require(tuple(first.ids()) == tuple(subject.on(market, seed=seed).ids()), f"{shown(first)} once, not twice")


def _order_does_not_matter(subject: MechanismUnderTest) -> None:
    for market in subject.markets:
        here, there = subject.on(market), subject.on(shuffled(market))
        found = sorted(there.ids(), key=str)
        require(sorted(here.ids(), key=str) == found, f"{shown(here)} the order of rows changes it to {found}")


def _is_strategy_proof(subject: MechanismUnderTest) -> None:
    if not subject.claims("strategy_proof"):
        return
    for market in subject.markets:
        truth = ranks(market, subject.on(market))
        for student in range(market.num_students):
            for lie in every_list(market.pairs_of_student(student).tolist()):
                # What the student gets by the lie, weighed by the true list.
                got = Matching.from_ids(market, subject.on(with_list(market, lie)).ids())
                told = [market.mentor_ids[market.mentor[pair]] for pair in lie]
                who = market.student_ids[student]
                gains = ranks(market, got)[student] < truth[student]
                require(not gains, f"strategy_proof: {who} gains by listing {told} in {market!r}")


def _is_stable(subject: MechanismUnderTest) -> None:
    for market in subject.markets if subject.claims("stable") else ():
        matching = subject.on(market)
        found = [pair for pair in np.flatnonzero(market.is_choice).tolist() if blocks(market, matching.chosen, pair)]
        require(not found, f"stable: {shown(matching)} pair {found[:1]} blocks")


def _is_efficient(subject: MechanismUnderTest) -> None:
    for market in subject.markets if subject.claims("efficient") else ():
        matching = subject.on(market)
        now = ranks(market, matching)
        for other in matchings_within_quotas(market):
            then = ranks(market, other)
            better = then != now and all(one <= two for one, two in zip(then, now, strict=True))
            require(not better, f"efficient: {shown(matching)} everybody prefers {list(other.ids())}")


def _places_most(subject: MechanismUnderTest) -> None:
    for market in subject.markets if subject.claims("most_placed") else ():
        matching = subject.on(market)
        most = max(len(other) for other in matchings_within_quotas(market))
        require(len(matching) == most, f"most_placed: {shown(matching)} {most} could be placed")


def _gives_most_first_choices(subject: MechanismUnderTest) -> None:
    for market in subject.markets if subject.claims("most_first_choices") else ():
        matching = subject.on(market)
        most = max(ranks(market, other).count(1) for other in matchings_within_quotas(market))
        got = ranks(market, matching).count(1)
        require(got == most, f"most_first_choices: {shown(matching)} {most} could have their first choice")


MECHANISM_CHECKS: Mapping[str, Callable[[MechanismUnderTest], None]] = {
    "described": _is_described,
    "feasible": _is_feasible,
    "run_and_assign": _run_and_assign_agree,
    "deterministic": _is_deterministic,
    "order": _order_does_not_matter,
    "strategy_proof": _is_strategy_proof,
    "stable": _is_stable,
    "efficient": _is_efficient,
    "most_placed": _places_most,
    "most_first_choices": _gives_most_first_choices,
}
"""The checks of `check_mechanism`, by name."""
