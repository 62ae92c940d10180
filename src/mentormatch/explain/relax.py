"""What would make it fit: cheapest repairs under a price list, exact, each one verified by solving again.

Everything that has a price becomes a cost in place of a bound (`priced_form`), how many mentors of which kind are taken
on is searched over flows (`hire_search`), and what comes out is applied and solved again (`repaired`). Of equally cheap
repairs the one that spreads seats most evenly is told.
"""

from dataclasses import replace

import numpy as np

from mentormatch.base.budget import Budget
from mentormatch.explain.flow_part import flow_part
from mentormatch.explain.hire_search import Found, RepairSearch
from mentormatch.explain.members import Members
from mentormatch.explain.prices import Hire, PriceList
from mentormatch.explain.repair_told import repair_text
from mentormatch.explain.repaired import fits, repaired
from mentormatch.problem.explanation import Action, Repair
from mentormatch.problem.problem import Problem

SECONDS = 20.0


def cheapest_repair(
    problem: Problem, *, prices: PriceList | None = None, seconds: float | None = SECONDS, seed: int = 0
) -> Repair | None:
    """Return the cheapest repair under a price list; None where no repair within it makes the problem fit."""
    found = cheapest_repairs(problem, prices=prices, most=1, seconds=seconds, seed=seed)
    return found[0] if found else None


def cheapest_repairs(
    problem: Problem,
    *,
    prices: PriceList | None = None,
    most: int = 3,
    seconds: float | None = SECONDS,
    seed: int = 0,
) -> tuple[Repair, ...]:
    """Return several repairs of an infeasible problem, cheapest first.

    Parameters
    ----------
    problem : Problem
    prices : PriceList, optional
        Default: a seat 1, a lower quota 2, a cap 3, one student's exemption from a rule 5 to 40, and mentors with the
        median number of seats for twice that price.
    most : int
    seconds : float, optional
        Wall-clock budget; what was not proven within it is not told.
    seed : int

    Returns
    -------
    tuple of Repair
        The first is the cheapest of all; each further one is the cheapest that does without something that one before
        it did: a whole kind of action, or more seats at the mentors that got most. No two do the same. Every one has
        been applied, solved again and accepted by the independent checker.

    Notes
    -----
    One flow for each alternative, and a few for each kind of hire (`hire_search`). Where the rules are none of a flow
    those that are bound the cost; a repair of theirs that turns out to mend all rules is the cheapest, too, and only
    otherwise the whole is searched.
    """
    list_ = default_prices(problem) if prices is None else prices
    budget = Budget(seconds)
    flow_rules = flow_part(Members(problem), range(len(problem.constraints)))
    found: dict[tuple[Action, ...], Repair] = {}
    waiting: list[PriceList] = [list_]
    tried: set[str] = set()
    while waiting and not budget.is_spent:
        current = waiting.pop(0)
        if repr(current) in tried:
            continue
        tried.add(repr(current))
        repair = _cheapest(RepairSearch(problem, flow_rules, current, budget, seed))
        if repair is None:
            continue
        found.setdefault(repair.actions, repair)
        if len(found) > most or (most == 1 and repair.proven):
            break
        waiting += _without(current, repair)
    return tuple(sorted(found.values(), key=lambda repair: (repair.cost, len(repair.actions)))[:most])


def default_prices(problem: Problem) -> PriceList:
    """Return the prices that hold where nobody wrote any."""
    seats = problem.market.mentor_upper[problem.market.mentor_upper > 0]
    typical = int(np.median(seats)) if len(seats) else 15
    rules = [rule.original for rule in problem.constraints]
    relax = {**PriceList().relax, **{rule.kind: rule.price for rule in rules if rule.price is not None}}
    return PriceList(relax=relax, hires=(Hire(price=2 * typical, seats=typical),))


def _without(prices: PriceList, repair: Repair) -> list[PriceList]:
    """Return price lists that rule out something of a repair: whole kinds first, they differ most."""
    lists = []
    kinds = {action.kind for action in repair.actions}
    if "seat" in kinds:
        lists.append(replace(prices, seat=None, seat_of={}))
        most = max(action.amount for action in repair.actions if action.kind == "seat")
        if most > 1:
            lists.append(replace(prices, most_seats_each=most // 2))
    if "cap" in kinds:
        lists.append(replace(prices, cap=None))
    if "lower" in kinds:
        lists.append(replace(prices, lower=None))
    if "hire" in kinds:
        lists.append(replace(prices, hires=()))
        used = {(action.amount, action.classes, action.price) for action in repair.actions if action.kind == "hire"}
        some = [hire for hire in prices.hires if (hire.seats, hire.classes, hire.price) in used]
        if len(prices.hires) > 1:
            lists += [replace(prices, hires=tuple(h for h in prices.hires if h != hire)) for hire in some]
    for rule in sorted({action.rule for action in repair.actions if action.kind == "relax" and action.rule}):
        left = {kind: price for kind, price in prices.relax.items() if kind != rule}
        lists.append(replace(prices, relax=left))
    return lists


# -- one repair --------------------------------------------------------------------------------------------------


def _cheapest(search: RepairSearch) -> Repair | None:
    """Return the cheapest repair of a price list; applied, solved and checked.

    The rules that a flow takes come first: what mends them at that cost and happens to mend all is the cheapest.
    Otherwise all rules are searched together, and what the flow's rules cost bounds that search from below.
    """
    if not search.leaves_rules_out:
        return _mended(search, search.cheapest(whole=True))
    part = search.cheapest(whole=False)
    if part is not None and _is_proven(part):
        first = _mended(search, part)
        if first is not None:
            return first
    floor = part.bound if part is not None and part.is_proven else 0
    left = search.budget.left
    again = replace(search, budget=Budget(None if left is None else left / 2))
    whole = again.cheapest(whole=True, floor=floor)
    second = _mended(search, whole)
    if second is not None and second.proven:
        return second
    found = [repair for repair in (second, _mended(search, part)) if repair is not None]
    return min(found, key=lambda repair: repair.cost, default=None)


def _is_proven(found: Found) -> bool:
    return found.is_proven and sum(action.price for action in found.actions) == found.bound


def _mended(search: RepairSearch, found: Found | None) -> Repair | None:
    """Return what was found as a repair, where it turns out to mend all rules."""
    if found is None or not found.actions:
        return None
    repair = Repair(
        cost=sum(action.price for action in found.actions),
        actions=found.actions,
        text=repair_text(found.actions, search.problem.constraints),
        proven=_is_proven(found),
    )
    mended = repaired(search.problem, repair)
    return repair if fits(mended, search.budget, seed=search.seed, witness=found.pairs) else None
