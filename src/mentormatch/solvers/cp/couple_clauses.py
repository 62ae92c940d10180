"""Stability with couples as clauses: a literal for each joint choice, and for each mentor how it is filled.

Compare the integer programmes of McBride and Manlove 2013 and Manlove, McBride and Trimble 2017: here literals of
`mentormatch.solvers.cp.filled_places` take the place of their big-M rows.
"""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.formulation.couple_rows import Couples
from mentormatch.solvers.cp.constraint_model import Model
from mentormatch.solvers.cp.filled_places import filled, of_mentors, of_students


def add_couples(model: Model, couples: Couples) -> None:
    """Ask that every couple gets a joint choice or nothing, and that nobody blocks."""
    full = _full_literals(model, couples)
    _singles(model, couples, full)
    first = model.new_variables([1] * sum(map(len, couples.choices)), couples.joint)
    for members, choices in zip(couples.members, couples.choices, strict=True):
        joint = list(range(first, first + len(choices)))
        first += len(choices)
        _link(model, members, choices, joint)
        for wanted in range(len(choices)):
            _no_block(model, couples, full, choices, joint, wanted)


def _full_literals(model: Model, couples: Couples) -> IntArray:
    """Return for each pair the literal that its mentor is full with students that it likes as well; -1 for none.

    Asked at once for all pairs that somebody may block with: one chain of literals for each mentor.
    """
    market = couples.market
    joint = [choices.reshape(-1) for choices in couples.choices]
    pairs = np.unique(np.concatenate([couples.singles, *joint]))
    pairs = pairs[model.variable_of[pairs] >= 0]
    mentors = of_mentors(market)
    full = np.full(market.num_pairs, -1, np.int64)
    full[pairs] = filled(model, mentors, market.mentor[pairs], mentors.rank[pairs])
    return full


def _singles(model: Model, couples: Couples, full: IntArray) -> None:
    market = couples.market
    pairs = couples.singles[model.variable_of[couples.singles] >= 0]
    pairs = pairs[(market.mentor_upper[market.mentor[pairs]] > 0) & (market.student_quota[market.student[pairs]] > 0)]
    students = of_students(market)
    columns = (
        model.variable_of[pairs],
        filled(model, students, market.student[pairs], students.rank[pairs]),
        full[pairs],
    )
    for row in zip(*(column.tolist() for column in columns), strict=True):
        model.clause([literal for literal in row if literal >= 0])


def _link(model: Model, members: tuple[IntArray, IntArray], choices: IntArray, joint: list[int]) -> None:
    """Let each pair of a couple stand for its joint choices; a choice with a pair that does not exist is not made."""
    if len(joint) > 1:
        model.at_most_one(joint)
    for side in (0, 1):
        for pair in members[side].tolist():
            own = int(model.variable_of[pair])
            made = [literal for literal, choice in zip(joint, choices.tolist(), strict=True) if choice[side] == pair]
            if own >= 0:
                model.linear([*made, own], [1] * len(made) + [-1], 0, 0)
            else:
                for literal in made:
                    model.clause([-1 - literal])


def _no_block(model: Model, couples: Couples, full: IntArray, choices: IntArray, joint: list[int], wanted: int) -> None:
    p, q = (int(pair) for pair in choices[wanted])
    if model.variable_of[p] < 0 or model.variable_of[q] < 0:
        return
    as_good = joint[: wanted + 1]
    for later in range(wanted + 1, len(choices)):
        if choices[later][0] == p or choices[later][1] == q:
            moves, stays = (q, p) if choices[later][0] == p else (p, q)
            _one_moves(model, couples, full, joint[later], moves, stays)
            as_good = [*as_good, joint[later]]
    if couples.market.mentor[p] != couples.market.mentor[q]:
        literals = [int(full[p]), int(full[q])]
    else:
        literals = _together(model, couples, full, p, q)
    model.clause([*as_good, *(literal for literal in literals if literal >= 0)])


def _seats(model: Model, couples: Couples, pair: int) -> tuple[list[int], list[int], int]:
    """Return the variables of a mentor's pairs, those of the pairs that it likes less than one, and its seats."""
    market = couples.market
    j = int(market.mentor[pair])
    mine = market.pairs_of_mentor(j)
    mine = mine[model.variable_of[mine] >= 0]
    worse = mine[market.mentor_rank[mine] > market.mentor_rank[pair]]
    return model.variable_of[mine].tolist(), model.variable_of[worse].tolist(), int(market.mentor_upper[j])


def _one_moves(model: Model, couples: Couples, full: IntArray, now: int, moves: int, stays: int) -> None:
    """While the couple has `now`, the mentor of the pair that would move is full with the like, the partner aside."""
    everybody, worse, seats = _seats(model, couples, moves)
    if couples.market.mentor[moves] != couples.market.mentor[stays]:
        literal = int(full[moves])
        model.clause([-1 - now, literal] if literal >= 0 else [-1 - now])
        return
    if len(everybody) < seats:
        model.clause([-1 - now])
        return
    model.linear(everybody, [1] * len(everybody), seats, len(everybody), only_if=now)
    for other in worse:
        if other != model.variable_of[stays]:
            model.clause([-1 - now, -1 - other])


def _together(model: Model, couples: Couples, full: IntArray, p: int, q: int) -> list[int]:
    """Return literals one of which holds when one mentor would not take both: neither of them is there.

    It is full and likes nobody less than the worse of the two; or it is full and likes at most one less than the
    better; or it has one free seat at most and likes nobody less than the better.
    """
    market = couples.market
    better, worse = sorted((p, q), key=lambda pair: int(market.mentor_rank[pair]))
    everybody, below, seats = _seats(model, couples, better)
    j = int(market.mentor[p])
    mine = market.pairs_of_mentor(j)
    less = mine[market.mentor_rank[mine] > market.mentor_rank[better]]

    def states(chosen: BoolArray) -> IntArray:
        load, number = int(chosen[mine].sum()), int(chosen[less].sum())
        return np.array([load >= seats and number <= 1, load >= seats - 1 and number == 0], np.int64)

    one_less = model.new_variables([1, 1], states)
    none_less = one_less + 1
    for literal, least, most in ((one_less, seats, 1), (none_less, seats - 1, 0)):
        if len(everybody) < least:
            model.clause([-1 - literal])
            continue
        model.linear(everybody, [1] * len(everybody), least, len(everybody), only_if=literal)
        if below:
            model.linear(below, [1] * len(below), 0, most, only_if=literal)
    return [int(full[worse]), one_less, none_less]
