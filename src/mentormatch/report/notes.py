"""What was told and has no effect: a rule that binds nobody in this school, a column that no rule reads."""

import numpy as np

from mentormatch.base.text import Text
from mentormatch.constraints.apart_students import ApartStudents
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.naming import names_something
from mentormatch.constraints.scoped_rule import ScopedRule
from mentormatch.formulation.rows import Rows, Teams
from mentormatch.market.market import Market
from mentormatch.objectives.fewest_moves import FewestMoves
from mentormatch.objectives.load_balance import LoadBalance
from mentormatch.objectives.lowest_standing import LowestStanding
from mentormatch.problem.problem import Problem


def notes(problem: Problem) -> tuple[Text, ...]:
    """Return a sentence for each thing that a school said and that changes nothing.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    tuple of Text
        Rules that name a grade, a class or a value and bind nobody; pupils to be kept apart whom no rule keeps apart;
        even loads that are asked for first, behind a round of choice that fills the mentors before.
    """
    idle = [rule for rule in problem.constraints if _is_idle(rule, problem.market)]
    told = [
        Text("规则目前没有约束到任何人:{said}", "A rule binds nobody at present: {said}").format(said=rule.describe())
        for rule in idle
    ]
    record = problem.market.student_attributes.get("apart")
    if record is not None and record.labels and not _has(problem, ApartStudents):
        told.append(
            Text(
                zh='“须分组学号”只用于成长小组;要使这些学生的导师也不同,请加规则 kind = "apart_students"。',
                en="The column apart_ids is for growth groups alone; the rule 'apart_students' gives these students "
                "different mentors, too.",
            )
        )
    return (*told, *_powerless(problem))


def _powerless(problem: Problem) -> tuple[Text, ...]:
    """Say that even loads come too late where they are asked for first and round one has matched students already."""
    base = next((stage.base for stage in problem.stages if isinstance(stage, FewestMoves)), ())
    wanted = [stage for stage in problem.stages if not isinstance(stage, FewestMoves | LowestStanding)]
    if not base or not wanted or not isinstance(wanted[0], LoadBalance):
        return ()
    return (
        Text(
            f"均衡(load_balance)虽排在首位,但先已结对的 {len(base)} 人(第一轮双向选择,或修订前的结果)尽量不动,"
            "均衡只能调节其余学生;要从一开始就均衡,请用机制 optimal,或在导师表降低“带生上限”。",
            f"load_balance stands first, yet the pairs of {len(base)} students come before it (round one, or the "
            "result that is repaired) and stay: it evens the others alone. For even loads from the start use the "
            "mechanism 'optimal', or lower the upper quotas.",
        ),
    )


def _has(problem: Problem, rule: type[Constraint]) -> bool:
    return any(isinstance(each.original, rule) for each in problem.constraints)


def _is_idle(rule: Constraint, market: Market) -> bool:
    """Tell whether a rule names somebody, by values or by whom it is for, and there is nobody."""
    if not isinstance(rule, ScopedRule):
        return names_something(rule) and not _binds(rule, market)
    if not rule.part.students:
        return bool(rule.where)
    return _is_idle(rule.rule, rule.part.market if rule.rule.scoping == "part" else market)


def _binds(rule: Constraint, market: Market) -> bool:
    """Tell whether a rule removes a pair, asks something of pairs, or wants somebody placed."""
    if len(rule.must_place(market)) or any(len(mask.pairs) for mask in rule.masks(market)):
        return True
    if any(np.asarray(values).any() for values in rule.facts(market).values()):
        return True
    for part in rule.rows(market):
        rows = part.rows if isinstance(part, Teams) else part
        if isinstance(rows, Rows):
            if len(rows.pairs) or (rows.lower > 0).any():
                return True
        elif len(np.asarray(getattr(rows, "pairs", (0,)))):
            return True
    return False
