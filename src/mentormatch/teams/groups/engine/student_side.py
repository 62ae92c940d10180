"""The students' side of groups as a program: rows of the rules, and leads that open 0..g groups of a size.

A lead with k groups has between ``k * smallest`` and ``k * largest`` members, so its load lies in a union of intervals.
Each pair is at most the number of its lead's groups; with these links the relaxation is that of facility location with
lower bounds, and is integral or nearly so on schools.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mentormatch.base.arrays import IntArray, group_starts, stable_order
from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Rows
from mentormatch.formulation.terms import ConvexTerm, LinearTerm, StageForm
from mentormatch.problem.form import Form
from mentormatch.problem.taken import not_taken
from mentormatch.teams.groups.engine.program import FREE, Program

# Links of placement pairs are many and rarely bind: they are written for small markets only.
_FEW_PAIRS = 20_000

TAKES: Kinds = frozenset({Rows, LinearTerm, ConvexTerm})
"""Rules and stages that are linear in the pairs and in units of activity."""


@dataclass(frozen=True, eq=False)
class ProgramStage:
    """One level over the program's variables: ``constant + cost . variables``, minimised."""

    name: str
    cost: IntArray
    constant: int
    maximise: bool


@dataclass(frozen=True, eq=False)
class StudentSide:
    """The program of the students' side.

    Parameters
    ----------
    program : Program
    pairs : int64 array
        Positions of the open pairs in the market; the first variables stand for them.
    groups : int64 array of shape (k,)
        Variable of each lead: how many groups it opens.
    stages : tuple of ProgramStage
        Costs as long as the program had variables when they were written.
    """

    program: Program
    pairs: IntArray
    groups: IntArray
    stages: tuple[ProgramStage, ...]


def build(form: Form, most_groups: IntArray, smallest: int, largest: int) -> StudentSide:
    """Write the program.

    Parameters
    ----------
    form : Form
    most_groups : int64 array of shape (k,)
    smallest, largest : int
        Students of a group.

    Raises
    ------
    UnsupportedError
        For rules and stages that are not linear in the pairs.
    """
    _refuse_what_is_not_linear(form)
    market = form.market
    program, pairs = Program(), np.flatnonzero(form.open)
    x = program.variables(len(pairs))
    place = np.full(market.num_pairs, -1, np.int64)
    place[pairs] = x
    lead = market.mentor[pairs].astype(np.int64)
    num_pairs = np.bincount(lead, minlength=market.num_mentors)
    # A lead takes no more than its quota; rules may say so too, and less.
    most = np.minimum(most_groups, np.minimum(num_pairs, market.mentor_upper) // smallest)
    groups = program.variables(market.num_mentors, 0, most)
    order = stable_order(lead.astype(np.int32))
    start = group_starts(lead, market.num_mentors)
    sizes = np.diff(start) + 1
    at = np.insert(order, start[1:], len(pairs) + np.arange(market.num_mentors))
    ends = np.cumsum(sizes) - 1
    for sign, size in ((1, smallest), (-1, largest)):
        coeffs = np.full(len(at), sign, np.int64)
        coeffs[ends] = -sign * size
        program.rows(sizes, at, coeffs, 0, FREE)
    students = market.student[pairs].astype(np.int64)
    program.rows(np.bincount(students, minlength=market.num_students), x, 1, -FREE, market.student_quota)
    quota = np.minimum(market.mentor_upper, FREE)
    program.rows(np.diff(start), order, 1, -FREE, quota)
    linked = np.arange(len(pairs)) if len(pairs) <= _FEW_PAIRS else np.flatnonzero(market.is_choice[pairs])
    both = np.stack([linked, groups[lead[linked]]], axis=1).ravel()
    program.rows(np.full(len(linked), 2), both, np.tile([1, -1], len(linked)), -FREE, 0)
    for rows in form.rows:
        entries = place[rows.pairs]
        there = entries >= 0
        lengths = np.bincount(rows.owner[there], minlength=len(rows))
        weights: ArrayLike = 1 if rows.coeffs is None else rows.coeffs[there]
        program.rows(lengths, entries[there], weights, rows.lower, rows.upper)
    stages = tuple(_stage(program, form, stage, pairs, place) for stage in form.stages)
    return StudentSide(program, pairs, groups, stages)


def _refuse_what_is_not_linear(form: Form) -> None:
    beyond = not_taken(TAKES, form.parts, form.stages)
    if beyond:
        raise UnsupportedError(
            Text(
                zh="分组求解不支持以下要求:" + "".join(reason.text.zh for reason in beyond),
                en="Groups cannot be solved with this: " + " ".join(reason.text.en for reason in beyond),
            ),
            maybe=Text(zh="去掉这条规则或目标。", en="leave that rule or stage out."),
        )


def _stage(program: Program, form: Form, stage: StageForm, pairs: IntArray, place: IntArray) -> ProgramStage:
    """Return a stage's cost; convex terms get a variable for each unit of activity."""
    cost = np.zeros(program.num_variables, np.int64)
    constant = 0
    for term in stage.terms:
        if isinstance(term, LinearTerm):
            cost[: len(pairs)] += term.cost[pairs]
        elif isinstance(term, ConvexTerm):
            constant += term.offset
            reach = form.reach(term)
            owner = np.repeat(np.arange(len(reach)), np.diff(term.start))
            unit = np.arange(len(term.pairs)) - term.start[owner]
            used = unit < reach[owner]
            slopes = term.slopes[used]
            entries = place[term.pairs]
            units = [
                program.ladder(entries[(owner == at) & (entries >= 0)], int(reach[at])) for at in range(len(reach))
            ]
            cost = np.concatenate([cost, np.zeros(program.num_variables - len(cost), np.int64)])
            cost[np.concatenate([np.zeros(0, np.int64), *units])] += slopes
    return ProgramStage(stage.name, cost, constant, stage.maximise)
