"""The engine of groups: stage after stage, each with a bound that is checked in whole numbers.

1. The students' side is a linear program whose relaxation is tight (`student_side`). Each stage is solved, proven by
   its rounded row prices (`exact_bound`), pinned, and every pair fixed that no optimal assignment uses: what stays
   open is the set of *all* assignments that are optimal for the students, and it is small.
2. The externals' side stands on what is left (`external_side`), so that the bilinear fit has few products.

A stage whose relaxation leaves a gap is searched by SCIP, and bounded by CP-SAT, which is exact: no bound rests on
floating-point arithmetic. A relative gap ends the search for fit; nothing is called proven unless value and bound
agree.
"""

import math
import threading
import time
from dataclasses import dataclass, field

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import InternalError
from mentormatch.problem.form import Form
from mentormatch.problem.result import StageValue, Status
from mentormatch.solvers.cp.interruptible import wait_for
from mentormatch.solvers.engine import Options
from mentormatch.teams.groups.engine.exact_bound import Bound, exact_bound, fix
from mentormatch.teams.groups.engine.external_side import ExternalSide, extend
from mentormatch.teams.groups.engine.halt import Halt
from mentormatch.teams.groups.engine.program import FREE, FloatArray, Program, ProgramAnswer
from mentormatch.teams.groups.engine.student_side import ProgramStage, StudentSide, build
from mentormatch.teams.groups.problem import GroupProblem

# Far more than what branch and bound in double precision loses on sums of whole numbers of this size.
_SLACK = 1e-5
_ROUNDS = 4
_LAST_SECONDS = 5.0
_LARGE = 5000


@dataclass(frozen=True, eq=False)
class GroupOutcome:
    """What the engine returns: for each pair of a student and a unit that stands, and each external's seat.

    Parameters
    ----------
    status : Status
    members : list of (lead, number, student)
        Positions; None without an answer.
    seats : list of (lead, number, external)
    stages : tuple of StageValue
    stopped_by_limit : bool
    """

    status: Status
    members: list[tuple[int, int, int]] | None = None
    seats: list[tuple[int, int, int]] = field(default_factory=list)
    stages: tuple[StageValue, ...] = ()
    stopped_by_limit: bool = False


@dataclass
class _Search:
    """What is known so far."""

    options: Options
    gap: float
    deadline: float | None
    halt: Halt
    said: list[tuple[ProgramStage, int | None]] = field(default_factory=list)
    values: FloatArray | None = None
    stopped: bool = False
    narrowed: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the limit or an interrupt has ended the search."""
        return self.halt.called or (self.deadline is not None and time.perf_counter() >= self.deadline)

    @property
    def on_track(self) -> bool:
        """Whether every stage so far is proven."""
        return all(bound is not None and bound == self.value(stage) for stage, bound in self.said)

    def value(self, stage: ProgramStage, values: FloatArray | None = None) -> int:
        """Return a stage's cost under the incumbent, or under some values."""
        at = self.values if values is None else values
        if at is None:
            raise InternalError("A stage was valued before there was a solution.")
        return round(float(at[: len(stage.cost)] @ stage.cost)) + stage.constant

    def tell(self, stage: ProgramStage, bound: int | None) -> None:
        """Note a stage and tell who listens; what bounds only a part of all answers bounds nothing."""
        bound = None if self.narrowed else bound
        self.said.append((stage, bound))
        value = self.value(stage)
        self.options.tell(StageValue.of(stage, value, bound, proven=value == bound))


def solve_groups(problem: GroupProblem, form: Form, options: Options, *, gap: float) -> GroupOutcome:
    """Solve a problem of groups.

    Parameters
    ----------
    problem : GroupProblem
    form : Form
        Of its students' side.
    options : Options
    gap : float
        Relative gap between fit and its bound at which the search for fit stops.

    Notes
    -----
    An interrupt (Ctrl-C) stops the search like a limit: the best groups so far are returned, and only where there are
    none yet, some are looked for a few seconds more. A second interrupt is raised.
    """
    halt = Halt()
    outcome, _ = wait_for(lambda: _search(problem, form, options, gap, halt), stop=halt.call, patient=False)
    return outcome


def _search(problem: GroupProblem, form: Form, options: Options, gap: float, halt: Halt) -> GroupOutcome:
    started = time.perf_counter()
    deadline = None if options.time_limit is None else started + options.time_limit
    search = _Search(options, gap, deadline, halt)
    side = build(form, problem.max_groups, problem.plan.students_min, problem.plan.students_max)
    side.program.halt = halt
    stages = side.stages or (ProgramStage("feasible", np.zeros(0, np.int64), 0, maximise=False),)
    for stage in stages:
        status = _student_stage(search, side, stage)
        if status is not None:
            return GroupOutcome(status, stopped_by_limit=search.stopped)
    if not side.stages:
        search.said.clear()
    if search.is_over and search.values is not None:
        _keep_students(search, side)
    whole = extend(problem, side)
    kept, search.values = search.values, None
    _first_answer(search, whole, None if kept is None else kept[: len(side.pairs)])
    if search.values is None:
        return GroupOutcome(Status.UNKNOWN, stopped_by_limit=True)
    _missing(search, whole)
    _best_fit(search, problem, whole)
    _balance(search, whole)
    return _outcome(search, problem, whole)


def _keep_students(search: _Search, side: StudentSide) -> None:
    """Leave every student where it is: the externals' side of all that is still open takes minutes to write."""
    if search.values is None:
        raise InternalError("Students were kept where they are before there was a solution.")
    pairs = len(side.pairs)
    side.program.lower[:pairs] = side.program.upper[:pairs] = np.rint(search.values[:pairs]).astype(np.int64)
    search.stopped = search.narrowed = True


def _padded(cost: IntArray, program: Program) -> IntArray:
    return np.concatenate([cost, np.zeros(program.num_variables - len(cost), np.int64)])


def _pin(program: Program, stage: ProgramStage, value: int) -> None:
    at = np.flatnonzero(stage.cost)
    if len(at):
        program.row(at, stage.cost[at], -FREE, value - stage.constant)


def _is_whole(program: Program, values: FloatArray) -> bool:
    off = np.abs(values - np.rint(values))
    return bool((off[program.integer] < 1e-6).all())


def _student_stage(search: _Search, side: StudentSide, stage: ProgramStage) -> Status | None:
    """Solve, prove and pin one stage of the students' side; return a status where the search ends here."""
    program = side.program
    cost = _padded(stage.cost, program)
    relaxed = program.solve(cost, solver="glop", deadline=search.deadline)
    if relaxed.status == "infeasible" or (relaxed.values is None and search.values is None):
        return _without_answer(search, program, cost)
    bound = None
    prices = None
    if relaxed.duals is not None:
        prices = exact_bound(program, cost, relaxed.duals)
        bound = prices.value
    if relaxed.values is not None and _is_whole(program, relaxed.values):
        values = np.where(program.integer, np.rint(relaxed.values), relaxed.values)
        if search.values is None or values @ cost <= search.values[: len(cost)] @ cost:
            search.values = values
    if relaxed.values is not None:
        _round_groups(search, side, cost, relaxed.values, prices)
    if search.values is None or bound is None or round(float(search.values[: len(cost)] @ cost)) > bound:
        bound = _close_gap(search, program, cost, bound)
    if search.values is None:
        return _without_answer(search, program, cost)
    search.values = program.on_ladders(search.values)
    value = round(float(search.values[: len(cost)] @ cost))
    was_on_track = search.on_track
    search.tell(stage, None if bound is None else min(bound, value) + stage.constant)
    _pin(program, stage, value + stage.constant)
    if prices is not None and was_on_track:
        fix(program, prices, value)
    return None


def _close_gap(search: _Search, program: Program, cost: IntArray, bound: int | None) -> int | None:
    """Search where there is a gap or a fractional vertex: SCIP finds, CP-SAT proves. Return the bound."""
    found = program.solve(cost, solver="scip", deadline=search.deadline, hint=search.values)
    if found.values is not None:
        search.values = found.values
    if search.values is None:
        return bound
    value = round(float(search.values @ cost))
    if bound is not None and value <= bound:
        return bound
    proof = program.solve(cost, solver="sat", deadline=search.deadline, hint=search.values)
    if proof.values is not None and round(float(proof.values @ cost)) <= value:
        search.values = proof.values
    if math.isfinite(proof.bound):
        bound = max(bound if bound is not None else -FREE, math.ceil(proof.bound - _SLACK))
    search.stopped = search.stopped or proof.status != "optimal"
    return bound


def _round_groups(
    search: _Search, side: StudentSide, cost: IntArray, relaxed: FloatArray, prices: Bound | None
) -> None:
    """Round the numbers of groups of a relaxation, and solve for the students: with them fixed it is nearly a flow."""
    program = side.program
    shares = relaxed[side.groups]
    for number in (np.ceil(shares - 1e-6), np.rint(shares), np.floor(shares + 0.75)):
        if prices is not None and search.values is not None and search.on_track:
            value = round(float(search.values[: len(cost)] @ cost))
            fix(program, prices, value)
            if value == prices.value:
                return
        part = program.copy()
        fixed = np.clip(number.astype(np.int64), program.lower[side.groups], program.upper[side.groups])
        part.lower[side.groups] = part.upper[side.groups] = fixed
        found = part.solve(cost, solver="glop", deadline=search.deadline)
        if found.values is not None and not _is_whole(part, found.values):
            found = part.solve(cost, solver="scip", deadline=search.deadline, gap=0.0)
        if found.values is not None and _is_whole(part, found.values):
            values = np.where(program.integer, np.rint(found.values), found.values)
            if search.values is None or values @ cost < search.values[: len(cost)] @ cost:
                search.values = values


def _without_answer(search: _Search, program: Program, cost: IntArray) -> Status:
    """Tell an infeasible program, proven in exact arithmetic, from one that the limit cut short."""
    proof = program.solve(cost, solver="sat", deadline=search.deadline)
    if proof.status == "infeasible":
        return Status.INFEASIBLE
    search.stopped = True
    if proof.values is not None:
        search.values = proof.values
    return Status.UNKNOWN


def _first_answer(search: _Search, whole: ExternalSide, kept: FloatArray | None) -> None:
    """Find any answer to the whole program; where the time is over, one that leaves students as they were `kept`."""
    cost = _padded(whole.missing.cost, whole.program)
    found = whole.program.solve(cost, solver="scip", deadline=search.deadline, gap=0.0)
    if found.values is None:
        # Neither a limit nor an interrupt may leave nothing where any answer at all can be had soon.
        last = whole.program.copy()
        last.halt = Halt()
        left = None if search.deadline is None else search.deadline + _LAST_SECONDS
        if search.halt.called:
            left = time.perf_counter() + _LAST_SECONDS
        if kept is not None:
            last.lower[: len(kept)] = last.upper[: len(kept)] = np.rint(kept).astype(np.int64)
        found = last.solve(cost, solver="sat", deadline=left)
        search.stopped = True
    search.values = found.values


def _missing(search: _Search, whole: ExternalSide) -> None:
    """Prove the fewest missing externals."""
    program, stage = whole.program, whole.missing
    cost = _padded(stage.cost, program)
    value = search.value(stage)
    bound = 0
    if value:
        relaxed = program.solve(cost, solver="glop", deadline=search.deadline)
        if relaxed.duals is not None:
            bound = max(0, exact_bound(program, cost, relaxed.duals).value)
        if bound < value:
            proof = program.solve(cost, solver="sat", deadline=search.deadline, hint=search.values)
            if proof.values is not None and round(float(proof.values @ cost)) <= value:
                search.values = proof.values
                value = search.value(stage)
            if math.isfinite(proof.bound):
                bound = max(bound, math.ceil(proof.bound - _SLACK))
            search.stopped = search.stopped or proof.status != "optimal"
    search.tell(stage, min(bound, value))
    _pin(program, stage, value)


def _relaxation(program: Program) -> str:
    """Return who solves a relaxation: a simplex method spends longer on a large one than a search may have."""
    return "pdlp" if int((program.lower < program.upper).sum()) > _LARGE else "glop"


def _best_fit(search: _Search, problem: GroupProblem, whole: ExternalSide) -> None:
    """Bound the fit by the relaxation, raise it by turns of students and externals, close the gap by branching."""
    program, stage = whole.program, whole.fit
    cost = _padded(stage.cost, program)
    least = -FREE
    relaxed = program.solve(cost, solver=_relaxation(program), deadline=search.deadline)
    if relaxed.duals is not None:
        prices = exact_bound(program, cost, relaxed.duals)
        least = prices.value
        if relaxed.values is not None:
            _by_turns(search, problem, whole, cost, relaxed.values)
        fix(program, prices, search.value(stage))
    value = search.value(stage)
    if value - least > search.gap * abs(value):
        least = max(least, _close(search, stage, program, cost))
    if search.is_over:
        _settle_fit(search, whole, cost)
    value = search.value(stage)
    search.tell(stage, min(least, value) if least > -FREE else None)
    _pin(program, stage, value)


def _close(search: _Search, stage: ProgramStage, program: Program, cost: IntArray) -> int:
    """Search until the gap that the caller allows, keep what is better, and return the bound."""
    least = -FREE
    for found in _two_searches(search, program, cost):
        if found.values is not None and round(float(found.values @ cost)) <= search.value(stage):
            search.values = found.values
        if math.isfinite(found.bound):
            least = max(least, math.ceil(found.bound - _SLACK))
    value = search.value(stage)
    search.stopped = search.stopped or value - least > search.gap * abs(value)
    return least


def _two_searches(search: _Search, program: Program, cost: IntArray) -> list[ProgramAnswer]:
    """Search on two cores: one raises the bound by cuts and finds, one by a tree of its own.

    Each draws on one thread, so that what it has at its end is the same on every run. The second is heard only where
    the first was cut short: when it would end is a matter of the machine.
    """
    answers: list[ProgramAnswer] = []
    second = program.copy()
    second.halt = Halt(program.halt)

    def by_tree() -> None:
        answers.append(
            second.solve(cost, solver="sat_tree", deadline=search.deadline, hint=search.values, gap=search.gap)
        )

    beside = threading.Thread(target=by_tree, name="mentormatch-groups-bound", daemon=True)
    beside.start()
    first = program.solve(cost, solver="sat_cuts", deadline=search.deadline, hint=search.values, gap=search.gap)
    if first.status == "optimal":
        second.halt.call()
        beside.join()
        return [first]
    beside.join()
    return [first, *answers]


def _settle_fit(search: _Search, whole: ExternalSide, cost: IntArray) -> None:
    """Count the fit of the groups as they stand: a search that did not price it may have left out any part of it."""
    if search.values is None:
        return
    part = whole.program.copy()
    part.halt = Halt()
    for kept in (whole.member, whole.seat):
        part.lower[kept] = part.upper[kept] = np.rint(search.values[kept]).astype(np.int64)
    found = part.solve(cost, solver="glop", deadline=time.perf_counter() + _LAST_SECONDS)
    if found.values is not None:
        search.values = np.where(part.integer, np.rint(found.values), found.values)


def _by_turns(search: _Search, problem: GroupProblem, whole: ExternalSide, cost: IntArray, relaxed: FloatArray) -> None:
    """Fix externals and solve the students, fix students and solve the externals, until nothing improves."""
    market = problem.problem.market
    student = market.student[whole.member_pair_market].astype(np.int64)
    seats = np.zeros((len(whole.unit_lead), len(problem.externals)))
    seats[whole.seat_unit, whole.seat_external] = relaxed[whole.seat]
    hope = np.zeros(whole.program.num_variables, np.int64)
    worth = np.einsum("ij,ij->i", problem.fit[student], seats[whole.member_unit])
    np.add.at(hope, whole.member, -np.rint(100 * worth).astype(np.int64))
    first = whole.program.solve(hope, solver="scip", deadline=search.deadline, gap=0.001)
    trial = first.values
    for _ in range(_ROUNDS):
        if trial is None:
            break
        before = search.value(whole.fit)
        for kept in (whole.member, whole.seat):
            part = whole.program.copy()
            part.lower[kept] = part.upper[kept] = np.rint(trial[kept]).astype(np.int64)
            found = part.solve(cost, solver="scip", deadline=search.deadline, hint=trial)
            if found.values is None:
                break
            trial = found.values
        if round(float(trial @ cost)) < before:
            search.values = trial
        else:
            break


def _balance(search: _Search, whole: ExternalSide) -> None:
    """Even out the sizes of groups: all of it where the search is on track, the students alone where it is not."""
    program, stage = whole.program, whole.balance
    cost = _padded(stage.cost, program)
    best = search.values
    relaxed = program.solve(cost, solver=_relaxation(program), deadline=search.deadline)
    bound = exact_bound(program, cost, relaxed.duals).value if relaxed.duals is not None else None
    part = program.copy()
    if best is None:
        raise InternalError("Groups were balanced before there was a solution.")
    best = search.values = program.on_ladders(best)
    part.lower[whole.seat] = part.upper[whole.seat] = np.rint(best[whole.seat]).astype(np.int64)
    found = part.solve(cost, solver="scip", deadline=search.deadline, hint=best)
    if found.values is not None and found.values @ cost <= best @ cost:
        search.values = found.values
    if search.on_track and bound is not None and search.value(stage) > bound:
        bound = max(bound, _close(search, stage, program, cost))
    search.tell(stage, None if bound is None else min(bound, search.value(stage)))


def _outcome(search: _Search, problem: GroupProblem, whole: ExternalSide) -> GroupOutcome:
    values = search.values
    if values is None:
        raise InternalError("Groups were read before there was a solution.")
    values = search.values = whole.program.on_ladders(values)
    market = problem.problem.market
    chosen = np.flatnonzero(values[whole.member] > 0.5)
    student = market.student[whole.member_pair_market]
    members = [
        (int(whole.unit_lead[whole.member_unit[at]]), int(whole.unit_number[whole.member_unit[at]]), int(student[at]))
        for at in chosen.tolist()
    ]
    seats = [
        (int(whole.unit_lead[u]), int(whole.unit_number[u]), int(e))
        for u, e, variable in zip(whole.seat_unit, whole.seat_external, whole.seat, strict=True)
        if values[variable] > 0.5
    ]
    stages, proven = [], True
    for stage, bound in search.said:
        value = search.value(stage)
        proven = proven and bound == value
        stages.append(StageValue.of(stage, value, bound, proven=proven))
    status = Status.OPTIMAL if proven else Status.FEASIBLE
    return GroupOutcome(status, members, seats, tuple(stages), search.stopped or search.halt.called)
