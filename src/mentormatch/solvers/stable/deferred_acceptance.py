"""Deferred acceptance (Gale and Shapley 1962) with quotas and nested type quotas, and as an engine.

The mentors' choice function takes the best students by a strict order subject to nested caps. Such a choice is the
greedy algorithm on a laminar matroid, hence substitutable, so deferred acceptance ends in the stable matching that is
best for every proposer (Roth 1984; laminar classified preferences: Huang 2010; Fleiner and Kamiyama 2016).
"""

import math
from collections.abc import Sequence

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.formulation.capped_stability import MentorCaps
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Rows, Stable, StronglyStable, SuperStable
from mentormatch.formulation.terms import BlockingTerm, BottleneckTerm, ConvexTerm, LinearTerm
from mentormatch.market.lottery import lottery
from mentormatch.market.market import Market
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason, StageValue, Status
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.stable.proposals import Caps, Side, deferred_acceptance
from mentormatch.solvers.stable.pure_stability import (
    reason,
    reasons_of_rows,
    reasons_of_stability,
    reasons_of_stages,
    reasons_of_ties,
)

__all__ = ["ENGINE", "Caps", "mentor_proposing", "nested_caps", "solve", "strict_order", "student_proposing"]


def strict_order(*keys: IntArray | BoolArray) -> IntArray:
    """Return an integer for each entry, in the lexicographic order of the keys, first key most significant.

    Entries that agree in all keys may get the same integer, so the keys together must tell apart the pairs of each
    individual: end with a `lottery` of the other side.

    Notes
    -----
    O(n) where the ranges of the keys multiply to less than 2**63, as ranks and lotteries do; O(n log n) otherwise.
    """
    columns = [np.asarray(key, np.int64) for key in keys]
    if not len(columns[0]):
        return np.zeros(0, np.int64)
    lowest = [int(column.min()) for column in columns]
    spans = [int(column.max()) - low + 1 for column, low in zip(columns, lowest, strict=True)]
    if math.prod(spans) >= 2**63:
        order = np.lexsort(tuple(reversed(columns)))
        position = np.empty(len(order), np.int64)
        position[order] = np.arange(len(order))
        return position
    total = columns[0] - lowest[0]
    for column, low, span in zip(columns[1:], lowest[1:], spans[1:], strict=True):
        total *= span
        total += column - low if low else column
    return total


def drawn_orders(market: Market, seed: int) -> tuple[IntArray, IntArray]:
    """Return strict orders of each student's and of each mentor's pairs, int64 of shape (m,): ranks, then the lottery.

    Smaller is better. Every search that needs a matching to start from takes these, so that all of them start alike.
    """
    wish = lottery(market.mentor_ids, seed, salt="mentor")[market.mentor]
    like = lottery(market.student_ids, seed, salt="student")[market.student]
    return strict_order(market.student_rank, wish), strict_order(market.mentor_rank, like)


def nested_caps(market: Market, caps: MentorCaps) -> tuple[Caps, ...]:
    """Return the caps of mentors, none of which cross, inner before outer, as `student_proposing` takes them."""
    found = []
    for layer in caps.layers():
        is_in = np.zeros(len(caps), bool)
        is_in[layer] = True
        member, upper = np.zeros(market.num_pairs, bool), np.full(market.num_mentors, market.num_pairs, np.int64)
        member[caps.pairs[is_in[caps.owner]]] = True
        upper[caps.mentor[layer]] = caps.upper[layer]
        found.append(Caps(member, upper))
    return tuple(found)


def student_proposing(
    market: Market,
    *,
    usable: BoolArray,
    student_order: IntArray,
    mentor_order: IntArray,
    caps: Sequence[Caps] | None = None,
) -> IntArray:
    """Return the student-optimal stable matching under strict orders.

    Parameters
    ----------
    market : Market
        Gives the students' quotas, and the mentors' where there are no `caps`.
    usable : bool array of shape (m,)
        Pairs that may be made.
    student_order, mentor_order : int64 array of shape (m,)
        Smaller is better; strict within each student and within each mentor.
    caps : sequence of Caps, optional
        Nested within each mentor, inner before outer; default the market's upper quotas. A mentor takes its best
        students subject to all of them.

    Returns
    -------
    int64 array
        Positions of the matched pairs, ascending.

    Notes
    -----
    O(m) memory. See `mentormatch.solvers.stable.proposals.deferred_acceptance` for time.
    """
    students, mentors = _sides(market, student_order, mentor_order, caps)
    return deferred_acceptance(None if usable.all() else np.flatnonzero(usable), students, mentors)


def mentor_proposing(
    market: Market,
    *,
    usable: BoolArray,
    student_order: IntArray,
    mentor_order: IntArray,
    caps: Sequence[Caps] | None = None,
) -> IntArray:
    """Return the mentor-optimal stable matching under strict orders; parameters as in `student_proposing`."""
    students, mentors = _sides(market, student_order, mentor_order, caps)
    pairs = market.by_mentor.astype(np.int64)
    return deferred_acceptance(pairs[usable[pairs]], mentors, students)


def _sides(
    market: Market, student_order: IntArray, mentor_order: IntArray, caps: Sequence[Caps] | None
) -> tuple[Side, Side]:
    everything = np.ones(market.num_pairs, bool)
    of_mentors = (Caps(everything, market.mentor_upper),) if caps is None else tuple(caps)
    return (
        Side(
            market.student,
            student_order,
            (Caps(everything, market.student_quota),),
            market.num_students,
            market.student_start,
        ),
        Side(market.mentor, mentor_order, of_mentors, market.num_mentors),
    )


# -- as an engine -------------------------------------------------------------------------------------------


TAKES: Kinds = frozenset(
    {Rows, Stable, StronglyStable, SuperStable, LinearTerm, ConvexTerm, BottleneckTerm, BlockingTerm}
)


def misfits(form: Form) -> tuple[Reason, ...]:
    """Return why neither the student-optimal nor the mentor-optimal stable matching answers a form exactly.

    One does where stability is asked over all open pairs, the only rows that bind are upper quotas, and either

    * there are no stages: ties are broken by lottery, and what is stable after that was weakly stable before; or
    * preferences are strict wherever somebody must be turned away. Then all kinds of stability are one, all stable
      matchings give everybody the same number of partners (rural hospitals: Roth 1986), and the student-optimal one
      gives every student its best at once, also where students take several mentors (Roth 1984; Alkan 2002). So it is
      optimal for stages whose costs, compared in the order of the stages, do not fall as a student's rank gets worse:
      number placed, sum of ranks, rank-maximal, generous, minimum regret; and for what counts partners only, such as
      even loads. The mentor-optimal one is optimal for stages that so follow the mentors' ranks.

    Notes
    -----
    O(m log m), for sorting the lists by rank where there are stages.
    """
    reasons = [*reasons_of_stability(form), *reasons_of_rows(form)]
    is_weak = all(stable.kind == "weak" for stable in form.stable)
    ties = reasons_of_ties(form) if form.stages or not is_weak else []
    if ties and not is_weak:
        text = ("并列时要求强稳定或超稳定。", "Strong or super stability is asked for, with ties.")
        reasons.insert(0, reason("kind_of_stability", *text))
    elif form.stages:
        reasons += ties or (reasons_of_stages(form) and reasons_of_stages(form, mentors=True))
    return tuple(reasons)


def solve(form: Form, options: Options) -> Outcome:
    """Return the student-optimal stable matching, or the mentor-optimal one where only that serves the stages.

    Ties are broken by the seeded lottery.
    """
    market = form.market
    propose = mentor_proposing if form.stages and reasons_of_stages(form) else student_proposing
    student_order, mentor_order = drawn_orders(market, options.seed)
    pairs = propose(
        market,
        usable=form.open,
        student_order=student_order,
        mentor_order=mentor_order,
    )
    chosen = np.zeros(market.num_pairs, bool)
    chosen[pairs] = True
    stages = tuple(StageValue.exact(stage, stage.cost(chosen)) for stage in form.stages)
    return Outcome(status=Status.OPTIMAL, pairs=pairs, stages=stages)


ENGINE = Engine("deferred_acceptance", TAKES, misfits, solve, Text("延迟接受", "deferred acceptance"))
