"""The checks that any stage must pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.formulation.kinds import Term
from mentormatch.formulation.terms import (
    AbsoluteTerm,
    BlockingTerm,
    BottleneckTerm,
    ConvexTerm,
    LinearTerm,
    StageForm,
    TeamTerm,
)
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage
from mentormatch.testing.checks import (
    check_frozen,
    check_json,
    check_positions,
    check_text,
    require,
    run_checks,
    shown,
)
from mentormatch.testing.matchings import MAX_MATCHINGS, all_matchings, shuffled
from mentormatch.testing.meaning import blocks, open_teams


def check_stage(
    stage: Stage,
    market: Market,
    *,
    expected_failures: Mapping[str, str] | None = None,
    max_matchings: int = MAX_MATCHINGS,
) -> None:
    """Run the common suite on a stage: engines' costs and the values that people read must agree.

    The parameters and the exceptions are those of `check_constraint`.
    """
    subject = StageUnderTest(stage, market, max_matchings)
    run_checks(STAGE_CHECKS, subject, f"{stage!r} on {market!r}", expected_failures or {})


@dataclass(frozen=True, eq=False)
class StageUnderTest:
    """A stage under test."""

    stage: Stage
    market: Market
    max_matchings: int

    @cached_property
    def forms(self) -> tuple[StageForm, ...]:
        """The levels."""
        return self.stage.forms(self.market)

    @cached_property
    def matchings(self) -> tuple[Matching, ...]:
        """What is tried."""
        return tuple(all_matchings(self.market, max_matchings=self.max_matchings))


def _stage_is_frozen(subject: StageUnderTest) -> None:
    check_frozen(subject.stage)


def _stage_json(subject: StageUnderTest) -> None:
    check_json(subject.stage)


def _stage_describes(subject: StageUnderTest) -> None:
    check_text(subject.stage.describe(), "describe()")


def _forms_are_sound(subject: StageUnderTest) -> None:
    names = [form.name for form in subject.forms]
    require(all(names) and len(set(names)) == len(names), f"levels need distinct names; got {names}")
    for form in subject.forms:
        if any(isinstance(term, BottleneckTerm) for term in form.terms):
            require(len(form.terms) == 1, f"{form.name}: a BottleneckTerm stands alone")
        for term in form.terms:
            _check_term(term, subject.market, form.name)


def _check_term(term: Term, market: Market, name: str) -> None:
    if isinstance(term, (LinearTerm, BottleneckTerm)):
        numbers = np.asarray(term.cost if isinstance(term, LinearTerm) else term.level)
        require(numbers.dtype.kind in "iu", f"{name}: costs must be integers; got {numbers.dtype}")
        require(numbers.shape == (market.num_pairs,), f"{name}: one cost for each pair; got shape {numbers.shape}")
        if isinstance(term, BottleneckTerm):
            require(not (numbers < 0).any(), f"{name}: a level must not be negative")
        return
    if isinstance(term, AbsoluteTerm):
        _check_term(LinearTerm(term.cost), market, name)
    elif isinstance(term, BlockingTerm):
        check_positions(term.pairs, market.num_pairs, name)
        require(bool(market.is_choice[term.pairs].all()), f"{name}: a pair that is no choice pair cannot block")
    elif isinstance(term, TeamTerm):
        _check_slopes(term.cost, term.teams.num_teams, name)
    else:
        require(isinstance(term, ConvexTerm), f"{name}: {type(term).__name__} is no kind of term that an engine takes")
        _check_slopes(cast(ConvexTerm, term), market.num_pairs, name)


def _check_slopes(term: ConvexTerm, size: int, name: str) -> None:
    slopes, start = np.asarray(term.slopes), np.asarray(term.start)
    require(slopes.dtype.kind in "iu", f"{name}: slopes must be integers; got {slopes.dtype}")
    fits = len(term.pairs) == len(slopes) and start[0] == 0 and start[-1] == len(slopes) and (np.diff(start) >= 0).all()
    require(bool(fits), f"{name}: start, pairs and slopes do not fit together")
    for low, high in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        check_positions(term.pairs[low:high], size, f"{name}: a row")
        require(bool((np.diff(slopes[low:high]) >= 0).all()), f"{name}: the slopes {slopes[low:high]} do not ascend")


def _costs_match_values(subject: StageUnderTest) -> None:
    for matching in subject.matchings:
        values = subject.stage.values(subject.market, matching)
        costs = tuple(_cost(form, matching.chosen) for form in subject.forms)
        if values != costs:
            raise AssertionError(f"{shown(matching)} the values are {values}, the forms cost {costs}")


def _cost(form: StageForm, chosen: BoolArray) -> int:
    """Return what a level costs, in the user's sign."""
    total = sum(_term_cost(term, chosen) for term in form.terms)
    return -total if form.maximise else total


def _term_cost(term: Term, chosen: BoolArray) -> int:
    if isinstance(term, LinearTerm):
        return int(np.asarray(term.cost)[chosen].sum())
    if isinstance(term, BottleneckTerm):
        return int(np.asarray(term.level)[chosen].max(initial=0))
    if isinstance(term, AbsoluteTerm):
        return abs(_term_cost(LinearTerm(term.cost), chosen))
    if isinstance(term, BlockingTerm):
        found = [pair for pair in np.asarray(term.pairs).tolist() if blocks(term.market, chosen, pair)]
        return len({int(term.market.student[pair]) for pair in found}) if term.by_student else len(found)
    if isinstance(term, TeamTerm):
        return term.cost.offset + _convex_cost(term.cost, open_teams(term.teams, chosen))
    convex = cast(ConvexTerm, term)
    return convex.offset + _convex_cost(convex, chosen)


def _convex_cost(term: ConvexTerm, chosen: BoolArray) -> int:
    cost = 0
    for low, high in zip(term.start[:-1].tolist(), term.start[1:].tolist(), strict=True):
        activity = int(chosen[term.pairs[low:high]].sum())
        cost += int(term.slopes[low : low + activity].sum())
    return cost


def _stage_order_does_not_matter(subject: StageUnderTest) -> None:
    other = shuffled(subject.market)
    names = [form.name for form in subject.stage.forms(other)]
    require(names == [form.name for form in subject.forms], f"the order of rows changes the levels to {names}")
    for matching in subject.matchings:
        here = subject.stage.values(subject.market, matching)
        there = subject.stage.values(other, Matching.from_ids(other, matching.ids()))
        if here != there:
            raise AssertionError(f"{shown(matching)} the order of rows changes {here} to {there}")


STAGE_CHECKS: Mapping[str, Callable[[StageUnderTest], None]] = {
    "frozen": _stage_is_frozen,
    "json_round_trip": _stage_json,
    "describe": _stage_describes,
    "forms": _forms_are_sound,
    "costs_match_values": _costs_match_values,
    "order": _stage_order_does_not_matter,
}
"""The checks of `check_stage`, by name."""
