"""The cheapest repair over all numbers of mentors to take on: branch and bound over flows.

Seats of a kind of hire are priced one by one at first, as if a part of a mentor could be had; that bounds the cost from
below (the linear relaxation of a fixed charge). Rounding up gives a repair; where the two differ the number of one kind
is split (Land and Doig 1960). With the numbers fixed the cost is that of one flow.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from math import lcm

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.budget import Budget
from mentormatch.explain.hiring import with_hires
from mentormatch.explain.priced_form import PricedForm, actions_of, priced_form
from mentormatch.explain.prices import Hire, PriceList
from mentormatch.explain.seats import shortage
from mentormatch.formulation.terms import ConvexTerm, LinearTerm, StageForm
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching
from mentormatch.problem.explanation import Action
from mentormatch.problem.form import Form
from mentormatch.problem.problem import Problem
from mentormatch.solvers.choose import choose
from mentormatch.solvers.engine import Options
from mentormatch.solvers.lagrangian import Dual, dual

Numbers = tuple[int, ...]
"""How many mentors of each kind."""

NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    Parameters
    ----------
    actions : tuple of Action
    bound : float
        What no repair that keeps the rules that were searched costs less than.
    is_proven : bool
        The search came to its end.
    pairs : tuple of (student id, mentor id)
        The matching that gives way by just these actions.
    """

    actions: tuple[Action, ...]
    bound: float
    is_proven: bool
    pairs: tuple[tuple[Id, Id], ...] = ()


@dataclass
class RepairSearch:
    """A search for the cheapest repair under a price list.

    Parameters
    ----------
    problem : Problem
    flow_rules : sequence of int
        Positions of the rules that a flow takes together (`flow_part`).
    prices : PriceList
    budget : Budget
    seed : int
    """

    problem: Problem
    flow_rules: Sequence[int]
    prices: PriceList
    budget: Budget
    seed: int
    _cost: dict[tuple[Numbers, bool], float] = field(default_factory=dict, init=False)
    _chosen: dict[tuple[Numbers, bool], BoolArray] = field(default_factory=dict, init=False)
    _even: set[tuple[Numbers, bool]] = field(default_factory=set, init=False)
    _was_cut_short: bool = field(default=False, init=False)

    @cached_property
    def _by_flow(self) -> Problem:
        """The problem with the rules that a flow takes alone."""
        rules = self.problem.constraints
        return (
            self.problem.replace(constraints=[rules[n] for n in self.flow_rules])
            if self.leaves_rules_out
            else self.problem
        )

    @property
    def leaves_rules_out(self) -> bool:
        """Whether a flow takes only some of the rules."""
        return len(self.flow_rules) < len(self.problem.constraints)

    def cheapest(self, *, whole: bool, floor: float = 0) -> Found | None:
        """Return the cheapest repair of all rules, or of those that a flow takes; None where there is none.

        `floor` is what no repair is known to cost less than: one that costs as much ends the search.
        """
        none = (0,) * len(self.prices.hires)
        best, numbers = self._exact(none, whole), none
        for guess in self._more_and_more():
            if best <= floor:
                break
            # A good guess keeps the market small in which all numbers are searched.
            if self._price(guess) < best and (cost := self._exact(guess, whole)) < best:
                best, numbers = cost, guess
            if best < NEVER:
                break
        low, high = none, tuple(self._most(hire, best) for hire in self.prices.hires)
        order = count()
        waiting: list[tuple[float, int, Numbers, Numbers]] = []
        if any(high) and best < NEVER:
            heapq.heappush(waiting, (-NEVER, next(order), low, high))
        while waiting and best > floor and not self.budget.is_spent:
            parent, _, low, high = heapq.heappop(waiting)
            if parent >= best:
                break
            bound, used = self._relaxed(low, high, whole, best)
            if bound >= best:
                continue
            rounded = tuple(-(-seats // hire.seats) for seats, hire in zip(used, self.prices.hires, strict=True))
            tried = tuple(min(max(n, a), b) for n, a, b in zip(rounded, low, high, strict=True))
            cost = self._exact(tried, whole)
            if cost < best:
                best, numbers = cost, tried
            if bound >= best or low == high:
                continue
            kind = self._to_split(used, low, high)
            at = min(max(used[kind] // self.prices.hires[kind].seats, low[kind]), high[kind] - 1)
            for a, b in ((low[kind], at), (at + 1, high[kind])):
                lower = (*low[:kind], a, *low[kind + 1 :])
                upper = (*high[:kind], b, *high[kind + 1 :])
                heapq.heappush(waiting, (bound, next(order), lower, upper))
        if best == NEVER:
            return None
        in_time = best <= floor or (not self.budget.is_spent and not self._was_cut_short)
        answer = self._actions(numbers, whole)
        return None if answer is None else Found(answer[0], best, in_time, answer[1])

    def _more_and_more(self) -> Iterator[Numbers]:
        """Yield more and more hires, for a problem that nothing but hires can mend; the last are all there are."""
        most = tuple(hire.most for hire in self.prices.hires)
        cut = shortage(self.problem)
        short = 1 if cut is None else cut.needed - cut.available
        each = max(-(-short // max((hire.seats for hire in self.prices.hires), default=1)), 1)
        # More hires never hurt, so where all of them do not help fewer do not.
        guesses = [tuple(min(each * more, number) for number in most) for more in (1, 2)]
        yield from dict.fromkeys(numbers for numbers in (*guesses, most) if any(numbers))

    def _price(self, numbers: Numbers) -> int:
        return sum(hire.price * n for hire, n in zip(self.prices.hires, numbers, strict=True))

    def _most(self, hire: Hire, best: float) -> int:
        """Return how many of a kind a repair that costs less than the best one can have."""
        return hire.most if not hire.price else max(int(min(hire.most, (best - 1) // hire.price)), 0)

    def _to_split(self, used: Numbers, low: Numbers, high: Numbers) -> int:
        """Return the kind of which the largest part of a mentor was taken."""
        part = [
            (seats % hire.seats, b - a) if a < b else (-1, 0)
            for seats, hire, a, b in zip(used, self.prices.hires, low, high, strict=True)
        ]
        return max(range(len(part)), key=lambda kind: part[kind])

    # -- one flow --------------------------------------------------------------------------------------------------

    def _priced(self, problem: Problem, ids: tuple[tuple[Id, ...], ...]) -> PricedForm:
        """Return the form under the price list; who is taken on gets the seats of its kind and no more."""
        no_more = {mentor_id: None for mentors in ids for mentor_id in mentors}
        return priced_form(problem, replace(self.prices, seat_of={**self.prices.seat_of, **no_more}))

    def _extended(self, numbers: Numbers, whole: bool) -> tuple[Problem, tuple[tuple[Id, ...], ...]]:
        problem = self.problem if whole else self._by_flow
        market, ids = with_hires(problem.market, list(zip(self.prices.hires, numbers, strict=True)))
        return (problem.replace(market=market) if any(numbers) else problem), ids

    def _exact(self, numbers: Numbers, whole: bool) -> float:
        """Return what the cheapest repair with just so many hires costs; infinity where there is none, or no time."""
        if (numbers, whole) not in self._cost:
            if self.budget.is_spent:
                return NEVER
            form = self._priced(*self._extended(numbers, whole)).form
            found = self._least(form)
            self._cost[numbers, whole] = NEVER if found is None else found[0] + self._price(numbers)
            if found is not None:
                self._chosen[numbers, whole] = found[1]
                if found[2]:
                    self._even.add((numbers, whole))
        return self._cost[numbers, whole]

    def _relaxed(self, low: Numbers, high: Numbers, whole: bool, best: float) -> tuple[float, Numbers]:
        """Return a bound with from `low` to `high` hires of each kind, and how many seats of each kind it takes.

        Where rules are none of a flow the bound is that of flows under multipliers, no higher than `best` asks for.
        """
        if self.budget.is_spent:
            return NEVER, low
        hires = self.prices.hires
        extended, ids = self._extended(high, whole)
        market = extended.market
        scale = lcm(*(hire.seats for hire in hires))
        form = self._priced(extended, ids).form
        terms: list[LinearTerm | ConvexTerm] = []
        for term in form.stages[0].terms:
            if isinstance(term, LinearTerm):
                terms.append(LinearTerm(term.cost * scale))
            elif isinstance(term, ConvexTerm):
                terms.append(replace(term, slopes=term.slopes * scale, offset=term.offset * scale))
        pairs_of = [_pairs_of(market, mentors) for mentors in ids]
        for hire, a, b, pairs in zip(hires, low, high, pairs_of, strict=True):
            if a < b and len(pairs):
                free = np.arange(len(pairs)) < a * hire.seats
                slopes = np.where(free, 0, hire.price * scale // hire.seats)
                terms.append(ConvexTerm(np.array([0, len(pairs)]), pairs, slopes))
        form = replace(form, stages=(StageForm("repair", tuple(terms)),))
        found = self._bound(form, (best - self._price(low) - 1) * scale + 1)
        if found is None:
            return NEVER, low
        used = tuple(int(found[1][pairs].sum()) for pairs in pairs_of)
        return -(-found[0] // scale) + self._price(low), used

    def _bound(self, form: Form, enough: float) -> tuple[int, BoolArray] | None:
        """Return a bound on the only stage of a form and the pairs that attain it; None where there is no matching."""
        if choose(form).engine.name != "min_cost_flow":
            known = dual(form, is_over=lambda: self.budget.is_spent, enough=enough)
            if not known.is_feasible:
                return None
            if known.bound is not None and known.flow is not None:
                return known.bound, known.flow
        found = self._least(form)
        return None if found is None else found[:2]

    def _least(self, form: Form) -> tuple[int, BoolArray, bool] | None:
        """Return the value of a form's first stage, the chosen pairs, and whether later stages had their say in them.

        None where there is no matching.
        """
        first = replace(form, stages=form.stages[:1])
        engine, known = choose(first).engine, Dual(is_feasible=True)
        if engine.name != "min_cost_flow":
            # Flows under multipliers prove in a second what a search over a school does not in a minute.
            known = dual(form, is_over=lambda: self.budget.is_spent)
            if not known.is_feasible:
                return None
            if known.is_proven and known.value is not None and known.chosen is not None:
                return known.value, known.chosen, True
        hint = None if known.chosen is None else np.flatnonzero(known.chosen)
        outcome = engine.solve(first, Options(seed=self.seed, time_limit=self.budget.left, hint=hint))
        self._was_cut_short = self._was_cut_short or outcome.stopped_by_limit
        if outcome.pairs is None:
            if known.value is None or known.chosen is None or known.bound is None or not outcome.stopped_by_limit:
                return None
            return known.bound, known.chosen, False
        chosen = np.zeros(form.market.num_pairs, bool)
        chosen[outcome.pairs] = True
        stage = outcome.stages[0]
        if stage.proven:
            return stage.value, chosen, False
        # Where a limit ended a search its bound is what is known.
        bounds = [bound for bound in (stage.bound, known.bound) if bound is not None]
        if known.value is not None and known.chosen is not None and known.value < stage.value:
            chosen = known.chosen
        return max(bounds, default=stage.value), chosen, False

    def _actions(self, numbers: Numbers, whole: bool) -> tuple[tuple[Action, ...], tuple[tuple[Id, Id], ...]] | None:
        """Return what the cheapest repair with just so many hires does, seats spread most evenly, and its pairs."""
        extended, ids = self._extended(numbers, whole)
        chosen = self._most_even(self._priced(extended, ids).form, numbers, whole=whole)
        if chosen is None:
            return None
        # What the rules that a flow does not take give way in, too.
        full = self.problem.replace(market=extended.market)
        actions = actions_of(full, self._priced(full, ids), chosen)
        for hire, mentors in zip(self.prices.hires, ids, strict=True):
            actions += [Action("hire", hire.seats, hire.price, mentor=m, classes=hire.classes) for m in mentors]
        return tuple(actions), tuple(Matching(extended.market, np.flatnonzero(chosen)).ids())

    def _most_even(self, form: Form, numbers: Numbers, *, whole: bool) -> BoolArray | None:
        """Return a cheapest matching, seats spread as evenly as a flow can, or as a search comes to in its time."""
        cheapest = self._chosen.get((numbers, whole))
        if (numbers, whole) in self._even:
            return cheapest
        engine = choose(form).engine
        hint = None if cheapest is None else np.flatnonzero(cheapest)
        outcome = engine.solve(form, Options(seed=self.seed, time_limit=self.budget.left, hint=hint))
        if outcome.pairs is None:
            return cheapest
        chosen = np.zeros(form.market.num_pairs, bool)
        chosen[outcome.pairs] = True
        # A search that was cut short may have come to something dearer than is known.
        if cheapest is not None and form.stages[0].cost(cheapest) < form.stages[0].cost(chosen):
            return cheapest
        return chosen


def _pairs_of(market: Market, mentors: tuple[Id, ...]) -> IntArray:
    new = np.zeros(market.num_mentors, bool)
    new[[market.mentor_index(mentor_id) for mentor_id in mentors]] = True
    return np.flatnonzero(new[market.mentor])
