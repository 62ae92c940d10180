"""A problem in which everything with a price costs in place of binding, and what a matching of it gives way in.

A seat above an upper quota, a cap exceeded, a lower quota missed, a student without a mentor, a pair that a mask had
removed: each bound becomes a cost of the same row, so that the cheapest way to break bounds is an ordinary problem for
the engines, mostly a flow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.explain.prices import PriceList
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import Mask, Rows
from mentormatch.formulation.terms import ConvexTerm, LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.problem.explanation import Action
from mentormatch.problem.form import Form
from mentormatch.problem.problem import Problem


@dataclass
class PricedForm:
    """A form with two stages, ``repair`` (what it costs) and ``spread``, and how to read a matching of it.

    Parameters
    ----------
    form : Form
    seats : list of (rows, price of each row, kind of action)
        Rows of mentors whose upper bound has a price.
    lowers : list of (rows, price)
        Rows of mentors whose lower bound has one.
    students : list of (rows, price)
        Rows of students.
    masks : list of (mask, price)
    """

    form: Form
    seats: list[tuple[Rows, IntArray, str]]
    lowers: list[tuple[Rows, int]]
    students: list[tuple[Rows, int]]
    masks: list[tuple[Mask, int]]


def priced_form(problem: Problem, prices: PriceList) -> PricedForm:
    """Return the form of a problem under a price list."""
    market = problem.market
    rows: list[Rows] = []
    priced = PricedForm(Form(market), [], [], [], [])
    open_masks: list[Mask] = []
    costs: list[ConvexTerm] = []
    pair_cost = np.zeros(market.num_pairs, np.int64)
    wholes: list[RowPart] = []
    spread: list[ConvexTerm] = []
    for position, rule in enumerate(problem.constraints):
        for mask in problem.masks_of(rule):
            price = prices.relax.get(rule.original.kind)
            if price is None:
                open_masks.append(mask)
            elif len(mask.pairs):
                pair_cost[mask.pairs] += price
                priced.masks.append((mask, price))
        for part in problem.parts_of(rule):
            if not isinstance(part, Rows):
                wholes.append(part)
            elif part.stage is None:
                left, terms, even = _price_rows(problem, prices, position, part, priced)
                rows += left
                costs += terms
                spread += even
    stages = [StageForm("repair", (*costs, LinearTerm(pair_cost)))]
    if spread:
        stages.append(StageForm("spread", tuple(spread)))
    priced.form = Form(market=market, masks=tuple(open_masks), parts=(*rows, *wholes), stages=tuple(stages))
    return priced


def _price_rows(
    problem: Problem, prices: PriceList, position: int, rows: Rows, priced: PricedForm
) -> tuple[list[Rows], list[ConvexTerm], list[ConvexTerm]]:
    """Return what of a block still binds, what it costs instead, and what spreads its costs evenly."""
    market, kind = problem.market, problem.constraints[position].original.kind
    if rows.coeffs is not None:
        return [rows], [], []
    if rows.students is not None:
        price = prices.relax.get(kind)
        if price is None or not (rows.lower > 0).any():
            return [rows], [], []
        priced.students.append((rows, price))
        return [_free(rows, lower=np.zeros_like(rows.lower))], [_below(rows, np.full(len(rows), price))], []
    if rows.mentors is None:
        return [rows], [], []
    left, terms, even = rows, [], []
    price_up = _seat_prices(market, prices, rows.mentors) if kind == "quotas" else np.full(len(rows), prices.cap or 0)
    if (price_up > 0).any():
        most = np.diff(rows.start)
        if prices.most_seats_each is not None and kind == "quotas":
            most = np.minimum(most, rows.upper + prices.most_seats_each)
        priced.seats.append((rows, price_up, "seat" if kind == "quotas" else "cap"))
        terms.append(_above(rows, price_up))
        even.append(_evenly_above(rows))
        left = _free(left, upper=np.where(price_up > 0, np.maximum(most, rows.upper), rows.upper))
    if prices.lower is not None and (rows.lower > 0).any():
        priced.lowers.append((rows, prices.lower))
        terms.append(_below(rows, np.full(len(rows), prices.lower)))
        left = _free(left, lower=np.zeros_like(rows.lower))
    return [left], _joined(terms), even


def _seat_prices(market: Market, prices: PriceList, mentors: IntArray) -> IntArray:
    """Return the price of a seat at each mentor, 0 where none can be had: nobody on leave gets one."""
    price = np.full(market.num_mentors, prices.seat or 0, np.int64)
    for mentor_id, own in prices.seat_of.items():
        price[market.mentor_index(mentor_id)] = own or 0
    price[market.mentor_upper == 0] = 0
    return price[mentors]


def _known(people: IntArray | None) -> IntArray:
    """Return of whom rows with a price speak; others have none."""
    if people is None:
        raise ValueError("rows of nobody have no price")
    return people


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


def actions_of(problem: Problem, priced: PricedForm, chosen: BoolArray) -> list[Action]:
    """Return where a matching of a priced form gives way, and what that costs."""
    market, found = problem.market, []
    for rows, price, kind in priced.seats:
        over, mentors = rows.activity(chosen) - rows.upper, _known(rows.mentors)
        for number in np.flatnonzero(over > 0).tolist():
            more, mentor_id = int(over[number]), market.mentor_ids[mentors[number]]
            found.append(Action(kind, more, more * int(price[number]), mentor=mentor_id, rule=rows.rule))
    for rows, cost in priced.lowers:
        under, mentors = rows.lower - rows.activity(chosen), _known(rows.mentors)
        for number in np.flatnonzero(under > 0).tolist():
            less, mentor_id = int(under[number]), market.mentor_ids[mentors[number]]
            found.append(Action("lower", less, less * cost, mentor=mentor_id, rule=rows.rule))
    for rows, cost in priced.students:
        under, students = rows.lower - rows.activity(chosen), _known(rows.students)
        for number in np.flatnonzero(under > 0).tolist():
            less, student_id = int(under[number]), market.student_ids[students[number]]
            found.append(Action("relax", less, cost * less, student=student_id, rule=rows.rule))
    for mask, cost in priced.masks:
        for pair in np.asarray(mask.pairs)[chosen[mask.pairs]].tolist():
            ends = market.student_of(pair), market.mentor_of(pair)
            found.append(Action("relax", 1, cost, student=ends[0], mentor=ends[1], rule=mask.rule))
    return found
