"""Externals over all optimal student assignments: the small bilinear rest, written without products.

A unit is one possible group of a lead. Where a lead can open one group only, its members are the unit's members. With
``x`` a student in a unit and ``u`` an external in it, the fit of the two is ``y <= x, y <= u``; students without a
choice left have ``y = u``, so that most of the products are gone. Three families of rows tighten what is left: a
student's y add up to at most X; an external's y in a unit, to at most the room that its fixed members leave, times u;
and to at most the unit's other members less those whom it needs anyway where the external is not there. The last two
are the rows of the unit's load times u and times 1 - u (Sherali and Adams 1990), and loads are nearly fixed on schools.
"""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.teams.groups.engine.program import FREE, Program
from mentormatch.teams.groups.engine.student_side import ProgramStage, StudentSide
from mentormatch.teams.groups.problem import GroupProblem


@dataclass(frozen=True, eq=False)
class ExternalSide:
    """The whole program: the students' side, which must have been solved, and the externals'.

    Parameters
    ----------
    program : Program
    unit_lead, unit_number : int64 arrays
        Lead and number (0, 1, ...) of each unit.
    member_pair, member_unit, member : int64 arrays
        Pair of the students' side (a position in its `pairs`), unit and variable of each possible membership.
    seat_unit, seat_external, seat : int64 arrays
        Unit, external and variable of each possible assignment of an external.
    missing, fit, balance : ProgramStage
    member_pair_market : int64 array
        For `member`: the pair's position in the market.
    """

    program: Program
    unit_lead: IntArray
    unit_number: IntArray
    member_pair: IntArray
    member_unit: IntArray
    member: IntArray
    member_pair_market: IntArray
    seat_unit: IntArray
    seat_external: IntArray
    seat: IntArray
    missing: ProgramStage
    fit: ProgramStage
    balance: ProgramStage


def extend(problem: GroupProblem, side: StudentSide) -> ExternalSide:
    """Write the externals' side behind the students' side, whose fixed variables stay fixed."""
    plan, market = problem.plan, problem.problem.market
    program = side.program.copy()
    lead = market.mentor[side.pairs].astype(np.int64)
    student = market.student[side.pairs].astype(np.int64)
    most = program.upper[side.groups]
    unit_lead = np.repeat(np.arange(len(most)), most)
    unit_number = np.arange(len(unit_lead)) - np.repeat(np.cumsum(most) - most, most)
    first_unit = np.cumsum(most) - most
    is_open = program.variables(len(unit_lead), unit_number < program.lower[side.groups][unit_lead])
    _open_in_turn(program, side.groups, most, unit_lead, unit_number, is_open)

    usable = np.flatnonzero(program.upper[: len(side.pairs)] > 0)
    usable = usable[most[lead[usable]] > 0]
    member_pair = np.repeat(usable, most[lead[usable]])
    copies = most[lead[usable]]
    number = np.arange(len(member_pair)) - np.repeat(np.cumsum(copies) - copies, copies)
    member_unit = first_unit[lead[member_pair]] + number
    member = member_pair.copy()
    several = most[lead[member_pair]] > 1
    member[several] = program.variables(int(several.sum()))
    split = usable[copies > 1]
    for pair in split.tolist():
        parts = member[member_pair == pair]
        program.row([pair, *parts.tolist()], [1] + [-1] * len(parts), 0, 0)
    size: list[IntArray] = [member[member_unit == unit] for unit in range(len(unit_lead))]
    for unit, members in enumerate(size):
        entries = [*members.tolist(), int(is_open[unit])]
        program.row(entries, [1] * len(members) + [-plan.students_min], 0, FREE)
        program.row(entries, [1] * len(members) + [-plan.students_max], -FREE, 0)
        for variable in members.tolist():
            program.row([variable, int(is_open[unit])], [1, -1], -FREE, 0)

    seat_unit, seat_external = np.nonzero(problem.compatible[unit_lead])
    seat = program.variables(len(seat_unit))
    missing = _seats(program, problem, is_open, seat_unit, seat_external, seat, size)
    places = _Places(unit_lead, student[member_pair], member_unit, member, seat_unit, seat_external, seat)
    _keep_apart(program, problem, places)
    fit = _fit(program, problem, places, load_ranges(program, size))
    units = [program.ladder(members, min(plan.students_max, len(members))) for members in size]
    squares = np.zeros(program.num_variables, np.int64)
    for steps in units:
        squares[steps] = 2 * np.arange(len(steps)) + 1
    lacking = np.zeros(program.num_variables, np.int64)
    lacking[missing] = 1
    points = np.concatenate([fit, np.zeros(program.num_variables - len(fit), np.int64)])
    return ExternalSide(
        program,
        unit_lead,
        unit_number,
        member_pair,
        member_unit,
        member,
        side.pairs[member_pair],
        seat_unit,
        seat_external,
        seat,
        ProgramStage("externals_missing", lacking, 0, maximise=False),
        ProgramStage("external_fit", -points, 0, maximise=True),
        ProgramStage("group_balance", squares, 0, maximise=False),
    )


def load_ranges(program: Program, size: list[IntArray]) -> tuple[IntArray, IntArray]:
    """Return the fewest and the most members of each unit, as far as single rows of the program tell.

    Rows that `fix` found tight are among them, so that a lead that is full in every optimal assignment is full here.
    """
    row, entry, coeff, low, high = program.matrix()
    nothing = np.zeros(0, np.int64)
    if not size:
        return nothing, nothing
    unit_of = np.full(program.num_variables, -1, np.int64)
    for unit, members in enumerate(size):
        unit_of[members] = unit
    counts = np.array([len(members) for members in size], np.int64)
    fewest = np.array([program.lower[members].sum() for members in size], np.int64)
    most = np.array([program.upper[members].sum() for members in size], np.int64)
    home = unit_of[entry]
    is_member = home >= 0
    of_row = np.full(len(low), -1, np.int64)
    of_row[row[is_member]] = home[is_member]
    # Rows that count all members of one unit and nothing else that is still open.
    strange = (is_member & ((coeff != 1) | (home != of_row[row]))) | (
        ~is_member & (program.lower[entry] < program.upper[entry])
    )
    counts_unit = of_row >= 0
    counts_unit[row[strange]] = False
    counts_unit &= np.bincount(row[is_member], minlength=len(low)) == counts[of_row]
    beside = np.zeros(len(low), np.int64)
    np.add.at(beside, row[~is_member], (coeff * program.lower[entry])[~is_member])
    for at in np.flatnonzero(counts_unit).tolist():
        if low[at] > -FREE:
            fewest[of_row[at]] = max(fewest[of_row[at]], low[at] - beside[at])
        if high[at] < FREE:
            most[of_row[at]] = min(most[of_row[at]], high[at] - beside[at])
    return fewest, most


def _open_in_turn(
    program: Program, groups: IntArray, most: IntArray, unit_lead: IntArray, number: IntArray, is_open: IntArray
) -> None:
    """Let the units of a lead open in the order of their numbers, as many as the lead has groups."""
    for leader in np.flatnonzero(most).tolist():
        units = is_open[unit_lead == leader]
        program.row([int(groups[leader]), *units.tolist()], [1] + [-1] * len(units), 0, 0)
    later = np.flatnonzero(number > 0)
    if len(later):
        both = np.stack([is_open[later], is_open[later - 1]], axis=1).ravel()
        program.rows(np.full(len(later), 2), both, np.tile([1, -1], len(later)), -FREE, 0)


def _seats(
    program: Program,
    problem: GroupProblem,
    is_open: IntArray,
    seat_unit: IntArray,
    seat_external: IntArray,
    seat: IntArray,
    size: list[IntArray],
) -> IntArray:
    """Write X for each unit and the capacities of the externals; return the variables of what is missing."""
    plan = problem.plan
    missing = program.variables(len(is_open), 0, plan.externals_min)
    for unit in range(len(is_open)):
        mine = seat[seat_unit == unit]
        program.row([*mine.tolist(), int(is_open[unit])], [1] * len(mine) + [-plan.externals_max], -FREE, 0)
        program.row(
            [*mine.tolist(), int(missing[unit]), int(is_open[unit])],
            [1] * (len(mine) + 1) + [-plan.externals_min],
            0,
            FREE,
        )
    both = np.stack([seat, is_open[seat_unit]], axis=1).ravel()
    program.rows(np.full(len(seat), 2), both, np.tile([1, -1], len(seat)), -FREE, 0)
    for at, external in enumerate(problem.externals):
        here = np.flatnonzero(seat_external == at)
        if external.max_groups is not None and external.max_groups < len(here):
            program.row(seat[here], 1, -FREE, external.max_groups)
        cap = external.max_students
        if cap is None or not len(here):
            continue
        # What the external has in a unit: the unit's members if it is there, none if not.
        counted = program.variables(len(here), 0, plan.students_max)
        for variable, spot in zip(counted.tolist(), here.tolist(), strict=True):
            members = size[int(seat_unit[spot])]
            entries = [variable, *members.tolist(), int(seat[spot])]
            program.row(entries, [1] + [-1] * len(members) + [-plan.students_max], -plan.students_max, FREE)
            program.row([variable, int(seat[spot])], [1, -plan.students_min], 0, FREE)
        program.row(counted, 1, -FREE, cap)
    return missing


@dataclass(frozen=True, eq=False)
class _Places:
    """Who may be where: the lead of each unit; student, unit and variable of each membership; and of each seat."""

    unit_lead: IntArray
    student: IntArray
    member_unit: IntArray
    member: IntArray
    seat_unit: IntArray
    seat_external: IntArray
    seat: IntArray

    def seats_of(self, num_externals: int) -> IntArray:
        """Return the variable of each unit and external, -1 where there is none."""
        table = np.full((len(self.unit_lead), num_externals), -1, np.int64)
        table[self.seat_unit, self.seat_external] = self.seat
        return table


def _keep_apart(program: Program, problem: GroupProblem, places: _Places) -> None:
    """Let no student be a member where an external sits with whom a rule keeps the student apart."""
    if not problem.barred.any():
        return
    seats = zip(places.seat_unit.tolist(), places.seat_external.tolist(), places.seat.tolist(), strict=True)
    for unit, external, variable in seats:
        apart = places.member[(places.member_unit == unit) & problem.barred[places.student, external]]
        both = np.stack([apart, np.full(len(apart), variable)], axis=1).ravel()
        program.rows(np.full(len(apart), 2), both, 1, -FREE, 1)


def _fit(program: Program, problem: GroupProblem, places: _Places, loads: tuple[IntArray, IntArray]) -> IntArray:
    """Write the products; return the fit as a cost over the variables so far, to be maximised."""
    is_fixed: BoolArray = program.lower[places.member] == 1
    value, products = _products(program, problem, places, is_fixed)
    _tighten(program, places, products, is_fixed, loads)
    cost = np.zeros(program.num_variables, np.int64)
    cost[places.seat] = _certain_points(problem, places, is_fixed)
    if value:
        cost[list(value)] = list(value.values())
    return cost


def _certain_points(problem: GroupProblem, places: _Places, is_fixed: BoolArray) -> IntArray:
    """Return what each seat is worth whoever else comes: the lead's preference, and members without a choice left."""
    spot = np.full((len(places.unit_lead), len(problem.externals)), -1, np.int64)
    spot[places.seat_unit, places.seat_external] = np.arange(len(places.seat))
    points = problem.lead_points[places.unit_lead[places.seat_unit], places.seat_external].copy()
    for at in np.flatnonzero(is_fixed).tolist():
        here = spot[places.member_unit[at]]
        points[here[here >= 0]] += problem.fit[places.student[at], here >= 0]
    return points


def _products(
    program: Program, problem: GroupProblem, places: _Places, is_fixed: BoolArray
) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Write a variable for each open member and external that suit; return their worth, and those of each seat."""
    most = problem.plan.externals_max
    table = places.seats_of(len(problem.externals))
    spot = {variable: at for at, variable in enumerate(places.seat.tolist())}
    value: dict[int, int] = {}
    products: dict[int, list[int]] = {}
    for at in np.flatnonzero(~is_fixed).tolist():
        unit, who, variable = int(places.member_unit[at]), int(places.student[at]), int(places.member[at])
        externals = np.flatnonzero((table[unit] >= 0) & (problem.fit[who] > 0))
        count = len(externals)
        if not count:
            continue
        # Whole numbers in some best solution: they are products of two such.
        y = program.variables(count)
        seats = table[unit, externals]
        program.rows(np.full(count, 2), np.stack([y, seats], 1).ravel(), np.tile([1, -1], count), -FREE, 0)
        program.rows(
            np.full(count, 2), np.stack([y, np.full(count, variable)], 1).ravel(), np.tile([1, -1], count), -FREE, 0
        )
        if count > most:
            program.row([*y.tolist(), variable], [1] * count + [-most], -FREE, 0)
        for part, external, seat in zip(y.tolist(), externals.tolist(), seats.tolist(), strict=True):
            value[part] = int(problem.fit[who, external])
            products.setdefault(spot[seat], []).append(part)
    return value, products


def _tighten(
    program: Program,
    places: _Places,
    products: dict[int, list[int]],
    is_fixed: BoolArray,
    loads: tuple[IntArray, IntArray],
) -> None:
    """Write the rows of each unit's load times its seats: what is left for the products of a seat."""
    settled = np.bincount(places.member_unit[is_fixed], minlength=len(places.unit_lead))
    for place, parts in products.items():
        unit, count, seat = int(places.seat_unit[place]), len(parts), int(places.seat[place])
        fewest, room = (int(load[unit] - settled[unit]) for load in loads)
        if count > room:
            program.row([*parts, seat], [1] * count + [-room], -FREE, 0)
        if fewest > 0:
            others = places.member[(places.member_unit == unit) & ~is_fixed].tolist()
            entries = [*parts, *others, seat]
            program.row(entries, [1] * count + [-1] * len(others) + [-fewest], -FREE, -fewest)
