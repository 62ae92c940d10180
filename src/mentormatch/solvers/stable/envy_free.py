"""Envy-freeness with lower quotas, without ties, as an engine: where polynomial algorithms settle it.

Every student is at least as well off in the student-optimal stable matching as in any envy-free one (Wu and Roth 2018).
So where that matching meets the lower quotas, it is a largest envy-free one, and best for every student. Where it does
not, there is an envy-free matching just when deferred acceptance with the *lower* quotas as seats fills all of them
(Yokoi 2017). Which one is largest is then NP-hard (Krishnaa, Limaye, Nasre and Nimbhorkar 2020), and for CP-SAT.
"""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import EnvyFree, Rows
from mentormatch.formulation.terms import BottleneckTerm, LinearTerm
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason, StageValue, Status
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.stable.deferred_acceptance import Caps, drawn_orders, student_proposing
from mentormatch.solvers.stable.pure_stability import is_strict, quotas_of, reason, reasons_of_rows, reasons_of_stages

TAKES: Kinds = frozenset({Rows, EnvyFree, LinearTerm, BottleneckTerm})


def misfits(form: Form) -> tuple[Reason, ...]:
    """Return why neither algorithm answers a form exactly.

    One does where freedom from envy is asked over all open pairs, the rows are quotas, nobody is indifferent where it
    matters, and there are no stages; or the first stage is the number placed, the others follow the students' ranks,
    and the stable matching meets the lower quotas, or no envy-free one does. O(m log m): it runs deferred acceptance.
    """
    envy_free = form.of(EnvyFree)
    if len(envy_free) != 1:
        return (reason("no_envy_freeness", "没有要求无正当嫉妒。", "Freedom from envy is not asked for once."),)
    market, lower = form.market, _lower(form)
    spoken_of = np.zeros(market.num_pairs, bool)
    spoken_of[envy_free[0].pairs] = True
    if not spoken_of[form.open].all():
        return (reason("placement_pairs", "有不在志愿之列的可用配对。", "Envy leaves out some open pairs."),)
    reasons = [other for other in reasons_of_rows(form) if other.code != "lower_bounds"]
    if lower is None:
        reasons.append(
            reason("lower_bounds", "有导师名额以外的下限。", "There are lower bounds beside mentors' quotas.")
        )
    if (market.student_quota[market.student[form.open]] > 1).any():
        reasons.append(reason("many_to_many", "有学生可有多名导师。", "Some students take several mentors."))
    if not is_strict(form, market.student, market.student_rank, market.student_quota):
        reasons.append(reason("student_ties", "学生志愿有并列。", "Some students are indifferent between mentors."))
    seats = (market.mentor_upper, market.mentor_upper if lower is None else lower)
    if not all(is_strict(form, market.mentor, market.mentor_rank, quota) for quota in seats):
        reasons.append(reason("mentor_ties", "导师排序有并列。", "Some mentors are indifferent between students."))
    if form.stages:
        reasons += _reasons_of_stages(form)
    if reasons or not form.stages or lower is None or _meets(form, _stable(form, market.mentor_upper), lower):
        return tuple(reasons)
    if not _meets(form, _stable(form, lower), lower):
        return ()
    text = ("名额下限起作用,求最大者是 NP 难的。", "Lower quotas bind, and a largest one is then NP-hard to find.")
    return (reason("lower_quotas", *text),)


def solve(form: Form, options: Options) -> Outcome:
    """Return the stable matching if it meets the lower quotas, else one that fills just them, or that there is none."""
    lower = _lower(form)
    if lower is None:
        raise ValueError("The caller has not asked whether the form is supported.")
    pairs = _stable(form, form.market.mentor_upper, seed=options.seed)
    if not _meets(form, pairs, lower):
        pairs = _stable(form, lower, seed=options.seed)
        if not _meets(form, pairs, lower):
            return Outcome(status=Status.INFEASIBLE)
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[pairs] = True
    stages = [StageValue.exact(stage, stage.cost(chosen)) for stage in form.stages]
    return Outcome(status=Status.OPTIMAL, pairs=pairs, stages=tuple(stages))


def _lower(form: Form) -> IntArray | None:
    """Return the lower quota of every mentor, or None where a lower bound is none."""
    market = form.market
    lower = np.zeros(market.num_mentors, np.int64)
    for rows in form.rows:
        bound = rows.lower > 0
        whose = quotas_of(form, rows, market.mentor, market.num_mentors, of_mentors=True)
        # A mentor without open pairs is nobody's row; its lower quota cannot be met, and CP-SAT says so.
        if (whose[bound] < 0).any():
            return None
        np.maximum.at(lower, whose[bound], rows.lower[bound])
    # Rules may ask for more than there are seats; CP-SAT says that this cannot be.
    return None if (lower > market.mentor_upper).any() else lower


def _stable(form: Form, seats: IntArray, *, seed: int = 0) -> IntArray:
    """Return the student-optimal stable matching with so many seats; ties that do not matter are broken by lottery."""
    market = form.market
    everything: BoolArray = np.ones(market.num_pairs, bool)
    student_order, mentor_order = drawn_orders(market, seed)
    return student_proposing(
        market,
        usable=form.open,
        student_order=student_order,
        mentor_order=mentor_order,
        caps=[Caps(everything, seats)],
    )


def _meets(form: Form, pairs: IntArray, lower: IntArray) -> bool:
    market = form.market
    return bool((np.bincount(market.mentor[pairs], minlength=market.num_mentors) >= lower).all())


def _reasons_of_stages(form: Form) -> list[Reason]:
    """Return why the matching that is best for every student does not serve the stages."""
    first = form.stages[0].terms
    costs = np.unique(first[0].cost[form.open]) if len(first) == 1 and isinstance(first[0], LinearTerm) else np.zeros(2)
    # All envy-free matchings of the largest size place the same students.
    if len(costs) > 1 or (len(costs) and costs[0] >= 0):
        text = ("首要目标不是安置人数。", "The first stage is not the number placed.")
        return [reason("stage", *text)]
    return reasons_of_stages(form)


ENGINE = Engine("envy_free", TAKES, misfits, solve, Text("无嫉妒匹配", "envy-free matching"))
