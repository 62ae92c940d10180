"""What would make it fit: cheapest repairs under a price list, exact, each one verified by solving again.

Everything that has a price becomes a cost in place of a bound: a seat above an upper quota, a cap exceeded, a student
without a mentor, a pair that a mask had removed. The cheapest way to break bounds is then an ordinary problem for the
engines, mostly a flow. Of equally cheap repairs the one that spreads seats most evenly is told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mentormatch.arrays import BoolArray, IntArray
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.coverage import Coverage
from mentormatch.constraints.type_quotas import TypeQuotas
from mentormatch.couple_rows import Couples
from mentormatch.explain.concession import Concession
from mentormatch.explain.feasibility import Budget, feasibility
from mentormatch.explain.hiring import with_hires
from mentormatch.explain.prices import Hire, PriceList
from mentormatch.explain.seats import shortage
from mentormatch.explanation import Action, Repair
from mentormatch.form import Form, compile_form
from mentormatch.market import Market
from mentormatch.matching import Matching
from mentormatch.problem import Problem
from mentormatch.result import Status
from mentormatch.rows import EnvyFree, Mask, Rows, Stable, Teams
from mentormatch.solvers.choose import choose
from mentormatch.solvers.engine import Options
from mentormatch.terms import ConvexTerm, LinearTerm, StageForm
from mentormatch.text import Text
from mentormatch.topic_rows import Topics

SECONDS = 20.0

_KIND_WORDS = {
    "coverage": Text(zh="允许 {n} 名学生暂无导师", en="let {n} student(s) stay without a mentor"),
    "fixed_pairs": Text(zh="放开 {n} 名学生的指定结对", en="give up the fixed pairs of {n} student(s)"),
    "continuity": Text(zh="允许 {n} 名学生更换原导师", en="let {n} student(s) change the mentor"),
    "eligibility": Text(zh="允许 {n} 名学生跨班级或年级", en="let {n} student(s) go beyond class or grade"),
    "forbidden_pairs": Text(zh="对 {n} 名学生放开不得结对的规定", en="lift ruled-out pairs of {n} student(s)"),
    "vetoes": Text(zh="请 {n} 名学生或其导师撤回回避意见", en="ask for {n} veto(es) to be withdrawn"),
}


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
    One solve by the cheapest engine for each alternative, and about ``2 log2(most)`` for each kind of hire.
    """
    list_ = default_prices(problem) if prices is None else prices
    budget = Budget(seconds)
    found: dict[tuple[Action, ...], Repair] = {}
    waiting: list[PriceList] = [list_]
    tried: set[str] = set()
    while waiting and not budget.is_spent:
        current = waiting.pop(0)
        if repr(current) in tried:
            continue
        tried.add(repr(current))
        repair = _cheapest(problem, current, budget, seed)
        if repair is None:
            continue
        found.setdefault(repair.actions, repair)
        if len(found) > most:
            break
        waiting += _without(current, repair)
    return tuple(sorted(found.values(), key=lambda repair: (repair.cost, len(repair.actions)))[:most])


def default_prices(problem: Problem) -> PriceList:
    """Return the prices that hold where nobody wrote any."""
    seats = problem.market.mentor_upper[problem.market.mentor_upper > 0]
    typical = int(np.median(seats)) if len(seats) else 15
    return PriceList(hires=(Hire(price=2 * typical, seats=typical),))


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
    for rule in sorted({action.rule for action in repair.actions if action.kind == "relax" and action.rule}):
        left = {kind: price for kind, price in prices.relax.items() if kind != rule}
        lists.append(replace(prices, relax=left))
    return lists


# -- one repair --------------------------------------------------------------------------------------------------


def _cheapest(problem: Problem, prices: PriceList, budget: Budget, seed: int) -> Repair | None:
    """Return the cheapest repair of a price list, over all numbers of one kind of hire; applied, solved and checked."""
    best: tuple[float, Hire | None, int] = (_cost(problem, prices, None, 0, budget, seed), None, 0)
    for hire in prices.hires:
        cost: dict[int, float] = {0: best[0]}

        def at(number: int, hire: Hire = hire, cost: dict[int, float] = cost) -> float:
            if number not in cost:
                cost[number] = _cost(problem, prices, hire, number, budget, seed)
            return cost[number]

        least = _least_of_convex(at, _fewest(problem, hire) if best[0] == float("inf") else 0, hire.most)
        if at(least) < best[0]:
            best = at(least), hire, least
    in_time = not budget.is_spent
    if best[0] == float("inf"):
        return None
    repair = _repair_with(problem, prices, best[1], best[2], budget, seed)
    return repair if repair is None or in_time else replace(repair, proven=False)


def _cost(problem: Problem, prices: PriceList, hire: Hire | None, number: int, budget: Budget, seed: int) -> float:
    """Return what the cheapest repair with so many hires costs; infinity where there is none, or no time for it."""
    if budget.is_spent:
        return float("inf")
    extended = problem.replace(market=with_hires(problem.market, hire, number)[0]) if hire and number else problem
    form = _priced_form(extended, prices).form
    form = replace(form, stages=form.stages[:1])
    outcome = choose(form).engine.solve(form, Options(seed=seed, time_limit=budget.left))
    if outcome.pairs is None:
        return float("inf")
    return outcome.stages[0].value + (hire.price * number if hire else 0)


def _fewest(problem: Problem, hire: Hire) -> int:
    """Return how many hires it takes at least where only hires can help: so many students are short of a seat."""
    cut = shortage(problem)
    return 1 if cut is None else max(-(-(cut.needed - cut.available) // hire.seats), 1)


def _least_of_convex(value: Callable[[int], float], first: int, most: int) -> int:
    """Return where a convex sequence is least; infinite values stand in front only.

    The cost with h more mentors is convex in h: a linear program with a right-hand side that grows with h.
    """
    step = 1
    while value(first) == float("inf") and first < most:
        first, step = min(first + step, most), 2 * step
    low, high = first, first
    step = 1
    while high < most and value(high + 1) < value(high):
        low, high, step = high + 1, min(high + step, most), 2 * step
    while low < high:
        middle = (low + high) // 2
        if value(middle + 1) < value(middle):
            low = middle + 1
        else:
            high = middle
    # Doubling may have stepped over the first finite value.
    while low > 0 and value(low) < float("inf") and value(low - 1) <= value(low):
        low -= 1
    return low


@dataclass
class _Priced:
    """A form in which everything with a price costs in place of binding, and how to read a matching of it."""

    form: Form
    seats: list[tuple[int, Rows, IntArray, str]]
    """Rows of one mentor each: rule, rows, price of each row, and the kind of action."""
    lowers: list[tuple[int, Rows, int]]
    students: list[tuple[int, Rows, int]]
    """Rows of one student each: rule, rows, price."""
    masks: list[tuple[int, Mask, int]]


def _repair_with(
    problem: Problem, prices: PriceList, hire: Hire | None, number: int, budget: Budget, seed: int
) -> Repair | None:
    """Return the cheapest repair with so many hires, or None; applied, solved again and checked."""
    market = problem.market
    new: tuple[object, ...] = ()
    if hire is not None and number:
        market, new = with_hires(problem.market, hire, number)
    extended = problem.replace(market=market) if new else problem
    priced = _priced_form(extended, prices)
    if budget.is_spent:
        return None
    outcome = choose(priced.form).engine.solve(priced.form, Options(seed=seed, time_limit=budget.left))
    if outcome.pairs is None:
        return None
    chosen = np.zeros(market.num_pairs, bool)
    chosen[outcome.pairs] = True
    actions = _actions(extended, priced, chosen, prices)
    # A price of its own: a hire that took nobody is none.
    if hire is not None and new:
        actions += [Action("hire", hire.seats, hire.price, mentor=mentor_id) for mentor_id in new]
    if not actions:
        return None
    repair = Repair(
        cost=sum(action.price for action in actions),
        actions=tuple(actions),
        text=_told(actions, hire),
        proven=outcome.status is Status.OPTIMAL,
    )
    return repair if fits(repaired(problem, repair, hire=hire), budget, seed=seed) else None


def fits(problem: Problem, budget: Budget | None = None, *, seed: int = 0) -> bool:
    """Solve a problem without its stages and judge the matching by what its rules mean."""
    soft = tuple(stage for stage in problem.stages if stage.kind == "soft_rules")
    verdict = feasibility(compile_form(problem.replace(stages=soft)), budget or Budget(None), seed=seed)
    if verdict.pairs is None:
        return False
    matching = Matching(problem.market, verdict.pairs)
    return all(
        violation.soft for rule in problem.constraints for violation in rule.violations(problem.market, matching)
    )


def _priced_form(problem: Problem, prices: PriceList) -> _Priced:
    market = problem.market
    rows: list[Rows] = []
    priced = _Priced(Form(market), [], [], [], [])
    open_masks: list[Mask] = []
    costs: list[ConvexTerm] = []
    pair_cost = np.zeros(market.num_pairs, np.int64)
    wholes: list[Stable | EnvyFree | Couples | Topics | Teams] = []
    spread: list[ConvexTerm] = []
    for position, rule in enumerate(problem.constraints):
        for mask in rule.masks(market):
            price = prices.relax.get(_kind(rule))
            if price is None:
                open_masks.append(mask)
            elif len(mask.pairs):
                pair_cost[mask.pairs] += price
                priced.masks.append((position, mask, price))
        for block, part in enumerate(rule.rows(market)):
            if not isinstance(part, Rows):
                wholes.append(part)
            elif part.stage is None:
                left, terms, even = _price_rows(problem, prices, position, block, part, priced)
                rows += left
                costs += terms
                spread += even
    stages = [StageForm("repair", (*costs, LinearTerm(pair_cost)))]
    if spread:
        stages.append(StageForm("spread", tuple(spread)))
    priced.form = Form(
        market=market,
        masks=tuple(open_masks),
        rows=tuple(rows),
        stable=tuple(part for part in wholes if isinstance(part, Stable)),
        envy_free=tuple(part for part in wholes if isinstance(part, EnvyFree)),
        couples=tuple(part for part in wholes if isinstance(part, Couples)),
        topics=tuple(part for part in wholes if isinstance(part, Topics)),
        teams=tuple(part for part in wholes if isinstance(part, Teams)),
        stages=tuple(stages),
    )
    return priced


def _kind(rule: Constraint) -> str:
    return rule.rule.kind if isinstance(rule, Concession) else rule.kind


def _price_rows(
    problem: Problem, prices: PriceList, position: int, block: int, rows: Rows, priced: _Priced
) -> tuple[list[Rows], list[ConvexTerm], list[ConvexTerm]]:
    """Return what of a block still binds, what it costs instead, and what spreads its costs evenly."""
    market, rule = problem.market, problem.constraints[position]
    kind = _kind(rule)
    side = "other" if rows.coeffs is not None else _side(rule, block, market, rows)
    if side == "student":
        price = prices.relax.get(kind)
        if price is None or not (rows.lower > 0).any():
            return [rows], [], []
        priced.students.append((position, rows, price))
        return [_free(rows, lower=np.zeros_like(rows.lower))], [_below(rows, np.full(len(rows), price))], []
    if side != "mentor":
        return [rows], [], []
    left, terms, even = rows, [], []
    owner = _mentors_of(rule, market, rows)
    price_up = _seat_prices(market, prices, owner) if kind == "quotas" else np.full(len(rows), prices.cap or 0)
    if (price_up > 0).any():
        most = np.diff(rows.start)
        if prices.most_seats_each is not None and kind == "quotas":
            most = np.minimum(most, rows.upper + prices.most_seats_each)
        priced.seats.append((position, rows, price_up, "seat" if kind == "quotas" else "cap"))
        terms.append(_above(rows, price_up))
        even.append(_evenly_above(rows))
        left = _free(left, upper=np.where(price_up > 0, np.maximum(most, rows.upper), rows.upper))
    if prices.lower is not None and (rows.lower > 0).any():
        priced.lowers.append((position, rows, prices.lower))
        terms.append(_below(rows, np.full(len(rows), prices.lower)))
        left = _free(left, lower=np.zeros_like(rows.lower))
    return [left], _joined(terms), even


def _side(rule: Constraint, block: int, market: Market, rows: Rows) -> str:
    """Tell whether each row of a block speaks of one student or of one mentor."""
    kind = _kind(rule)
    if kind == "quotas":
        # How many mentors a student takes has no price.
        return "mentor" if block > 0 else "other"
    if kind == "coverage":
        return "student"
    if isinstance(rule, TypeQuotas):
        return "mentor"
    filled = np.flatnonzero(np.diff(rows.start) > 0)
    if not len(filled):
        return "other"
    # A row of one pair speaks of both: of the student first, whom a rule can be given up for.
    for side, ends in (("student", market.student), ("mentor", market.mentor)):
        mine = ends[rows.pairs].astype(np.int64)
        if (np.minimum.reduceat(mine, rows.start[filled]) == np.maximum.reduceat(mine, rows.start[filled])).all():
            return side
    return "other"


def _students_of(rule: Constraint, market: Market, rows: Rows) -> IntArray:
    """Return the student that each row speaks of; a row without pairs is known by its rule only."""
    inner = rule.rule if isinstance(rule, Concession) else rule
    if isinstance(inner, Coverage) and inner is rule:
        return inner.who(market)
    return market.student[rows.pairs[np.minimum(rows.start[:-1], len(rows.pairs) - 1)]].astype(np.int64)


def _mentors_of(rule: Constraint, market: Market, rows: Rows) -> IntArray:
    """Return the mentor that each row speaks of."""
    if _kind(rule) == "quotas" and len(rows) == market.num_mentors:
        return np.arange(market.num_mentors)
    if isinstance(rule, TypeQuotas):
        return rule.bounded(market)
    return market.mentor[rows.pairs[np.minimum(rows.start[:-1], len(rows.pairs) - 1)]].astype(np.int64)


def _seat_prices(market: Market, prices: PriceList, mentors: IntArray) -> IntArray:
    """Return the price of a seat at each mentor, 0 where none can be had: nobody on leave gets one."""
    price = np.full(market.num_mentors, prices.seat or 0, np.int64)
    for mentor_id, own in prices.seat_of.items():
        price[market.mentor_index(mentor_id)] = own or 0
    price[market.mentor_upper == 0] = 0
    return price[mentors]


def _free(rows: Rows, *, lower: IntArray | None = None, upper: IntArray | None = None) -> Rows:
    return replace(rows, lower=rows.lower if lower is None else lower, upper=rows.upper if upper is None else upper)


def _units(rows: Rows) -> tuple[IntArray, IntArray]:
    owner = rows.owner
    return owner, np.arange(len(rows.pairs)) - rows.start[owner] + 1


def _above(rows: Rows, price: IntArray) -> ConvexTerm:
    owner, unit = _units(rows)
    return ConvexTerm(rows.start, rows.pairs, np.where(unit > rows.upper[owner], price[owner], 0))


def _evenly_above(rows: Rows) -> ConvexTerm:
    owner, unit = _units(rows)
    over = unit - rows.upper[owner]
    return ConvexTerm(rows.start, rows.pairs, np.where(over > 0, 2 * over - 1, 0))


def _below(rows: Rows, price: IntArray) -> ConvexTerm:
    owner, unit = _units(rows)
    offset = int((price * np.maximum(rows.lower, 0)).sum())
    return ConvexTerm(rows.start, rows.pairs, np.where(unit <= rows.lower[owner], -price[owner], 0), offset)


def _joined(terms: Sequence[ConvexTerm]) -> list[ConvexTerm]:
    """Add up terms over the same rows: a sum of convex functions of one activity is one."""
    if len(terms) < 2:
        return list(terms)
    slopes = np.sum([term.slopes for term in terms], axis=0)
    return [ConvexTerm(terms[0].start, terms[0].pairs, slopes, sum(term.offset for term in terms))]


# -- reading and applying -----------------------------------------------------------------------------------------


def _actions(problem: Problem, priced: _Priced, chosen: BoolArray, prices: PriceList) -> list[Action]:
    market, found = problem.market, []
    for position, rows, price, kind in priced.seats:
        over = rows.activity(chosen) - rows.upper
        mentors = _mentors_of(problem.constraints[position], market, rows)
        for number in np.flatnonzero(over > 0).tolist():
            more, mentor_id = int(over[number]), market.mentor_ids[mentors[number]]
            found.append(Action(kind, more, more * int(price[number]), mentor=mentor_id, rule=rows.rule))
    for position, rows, cost in priced.lowers:
        under = rows.lower - rows.activity(chosen)
        mentors = _mentors_of(problem.constraints[position], market, rows)
        for number in np.flatnonzero(under > 0).tolist():
            less, mentor_id = int(under[number]), market.mentor_ids[mentors[number]]
            found.append(Action("lower", less, less * cost, mentor=mentor_id, rule=rows.rule))
    for position, rows, cost in priced.students:
        under = rows.lower - rows.activity(chosen)
        students = _students_of(problem.constraints[position], market, rows)
        for number in np.flatnonzero(under > 0).tolist():
            less, student_id = int(under[number]), market.student_ids[students[number]]
            found.append(Action("relax", less, cost * less, student=student_id, rule=rows.rule))
    for _, mask, cost in priced.masks:
        for pair in np.asarray(mask.pairs)[chosen[mask.pairs]].tolist():
            ends = market.student_ids[market.student[pair]], market.mentor_ids[market.mentor[pair]]
            found.append(Action("relax", 1, cost, student=ends[0], mentor=ends[1], rule=mask.rule))
    return found


def repaired(problem: Problem, repair: Repair, *, hire: Hire | None = None) -> Problem:
    """Return a problem with a repair applied.

    Parameters
    ----------
    problem : Problem
    repair : Repair
    hire : Hire, optional
        What its hires are, where it has any; by default mentors for anybody.
    """
    market = problem.market
    number = sum(action.kind == "hire" for action in repair.actions)
    if number:
        seats = next(action.amount for action in repair.actions if action.kind == "hire")
        market, _ = with_hires(market, hire or Hire(price=0, seats=seats), number)
    upper, lower = market.mentor_upper.copy(), market.mentor_lower.copy()
    for action in repair.actions:
        if action.kind == "seat":
            upper[market.mentor_index(action.mentor)] += action.amount
        elif action.kind == "lower" and action.rule == "quotas":
            lower[market.mentor_index(action.mentor)] -= action.amount
    market = market.replace(mentor_upper=upper, mentor_lower=np.maximum(lower, 0))
    rules = [_conceded(rule, repair) for rule in problem.constraints]
    return problem.replace(market=market, constraints=rules)


def _conceded(rule: Constraint, repair: Repair) -> Constraint:
    students = {action.student for action in repair.actions if action.kind == "relax" and action.rule == rule.kind}
    raised, lowered = (
        {
            action.mentor: action.amount
            for action in repair.actions
            if action.kind == kind and action.rule == rule.kind != "quotas"
        }
        for kind in ("cap", "lower")
    )
    if not students and not raised and not lowered:
        return rule
    order = sorted(students, key=lambda item: (type(item).__name__, item))
    return Concession(
        rule=rule,
        students=tuple(order),
        raised=tuple(sorted(raised.items(), key=str)),
        lowered=tuple(sorted(lowered.items(), key=str)),
    )


def _told(actions: Sequence[Action], hire: Hire | None) -> Text:
    zh, en = [], []
    seats = [action for action in actions if action.kind == "seat"]
    if len(seats) == 1:
        zh.append(f"导师 {seats[0].mentor} 增加 {seats[0].amount} 个名额")
        en.append(f"give mentor {seats[0].mentor} {seats[0].amount} more seat(s)")
    elif seats:
        total, each = sum(action.amount for action in seats), max(action.amount for action in seats)
        zh.append(f"在 {len(seats)} 名导师中共增加 {total} 个名额(每人至多多带 {each} 名)")
        en.append(f"add {total} seats at {len(seats)} mentors (at most {each} more each)")
    hires = [action for action in actions if action.kind == "hire"]
    if hires:
        to = f"、任教 {'、'.join(hire.classes)} " if hire is not None and hire.classes else ""
        to_en = f" who teach {', '.join(hire.classes)}" if hire is not None and hire.classes else ""
        zh.append(f"增加 {len(hires)} 名各带 {hires[0].amount} 名学生{to}的导师")
        en.append(f"take on {len(hires)} mentor(s) with {hires[0].amount} seats each{to_en}")
    for kind, words in (
        ("cap", Text(zh="在 {n} 名导师处共提高类别上限 {t}", en="raise caps by {t} in all at {n} mentor(s)")),
        ("lower", Text(zh="在 {n} 名导师处共降低下限 {t}", en="lower lower quotas by {t} in all at {n} mentor(s)")),
    ):
        some = [action for action in actions if action.kind == kind]
        if some:
            total = sum(action.amount for action in some)
            zh.append(words.zh.format(n=len(some), t=total))
            en.append(words.en.format(n=len(some), t=total))
    for rule in sorted({action.rule for action in actions if action.kind == "relax" and action.rule}):
        number = len({action.student for action in actions if action.kind == "relax" and action.rule == rule})
        words = _KIND_WORDS.get(
            rule, Text(zh=f"对 {{n}} 名学生放开规则 {rule}", en=f"lift {rule} for {{n}} student(s)")
        )
        zh.append(words.zh.format(n=number))
        en.append(words.en.format(n=number))
    cost = sum(action.price for action in actions)
    joined = "; ".join(en)
    return Text(zh=f"{';'.join(zh)}(代价 {cost})。", en=f"{joined[:1].upper()}{joined[1:]} (cost {cost}).")
