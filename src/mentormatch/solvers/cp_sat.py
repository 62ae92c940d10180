"""CP-SAT: takes all kinds of rows and terms that it has a writer for, one lexicographic solve after the other."""

import threading
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.budget import Budget
from mentormatch.base.errors import InternalError
from mentormatch.base.text import Text
from mentormatch.formulation.capped_stability import StableWithinCaps
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason, StageValue, Status
from mentormatch.solvers.cp.constraint_model import MAX_OBJECTIVE, Model, Objective
from mentormatch.solvers.cp.cp_model_builder import ADDERS, build_model
from mentormatch.solvers.cp.interruptible import run_interruptibly, wait_for
from mentormatch.solvers.cp.reduce import usable_pairs
from mentormatch.solvers.cp.stage_objective import WRITERS, add_stage
from mentormatch.solvers.cp.watching import watch
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.known_start import known_start, optimal_by_bounds
from mentormatch.solvers.linear_relaxation import counting_proof
from mentormatch.solvers.relaxation import relax, settled_pairs
from mentormatch.solvers.stable.comb_cuts import comb_cuts
from mentormatch.solvers.stable.deferred_acceptance import drawn_orders, nested_caps, student_proposing
from mentormatch.solvers.stable_part import StablePart, stable_part

# What the search for a largest stable matching may take of a limit.
_SHARE = 0.5
# Measured in benchmarks/README.md. With stability one worker that branches on the relaxation proves in seconds what
# core-guided search and a free-running portfolio of eight do not in a minute; elsewhere eight sub-solvers taking turns
# reach what two miss. Both give the same answer on every run.
_WITH_STABILITY = "max_lp"
_WORKERS = 8
_SMALL = 400
# What the confirmation of an optimum may take: a share of the work of the search, and at least so many counted seconds.
_CONFIRMING, _AT_LEAST = 0.1, 0.01
# Deterministic seconds in which one worker looks for a first matching before they take turns.
_ALONE = 5.0

TAKES: Kinds = frozenset({*ADDERS, *WRITERS})


def misfits(form: Form) -> tuple[Reason, ...]:
    """Return nothing: CP-SAT takes every form of the kinds that it knows."""
    return ()


def solve(form: Form, options: Options) -> Outcome:
    """Solve the stages one after the other; each is pinned to its value before the next.

    A flow takes what it can of the form first (`mentormatch.solvers.relaxation`): where it keeps the rest as well, that
    is the answer; otherwise it bounds the stages. Where it breaks rows that it left out, a linear relaxation of all
    rows may show by counting that nothing keeps them (`mentormatch.solvers.linear_relaxation`).

    Where stability is asked and the first of several stages counts
    pairs, the search for a largest stable matching bounds that one better, and mostly solves it
    (`mentormatch.solvers.stable_part`). The search starts from that, from a matching that keeps the form and is quickly
    found (`mentormatch.solvers.known_start`; then there may be nothing left to search for), from the caller's hint,
    from deferred acceptance under the lottery, or from the flow. An infeasible answer is proven a second time, with
    another seed, without presolve and without the objective, since single infeasibility answers were wrong before
    (google/or-tools issues 5274 and 5295). An optimum that the search alone proves is confirmed likewise: nothing
    better exists. That may take a tenth of the search's work; a stage for which it does not suffice is told as
    unconfirmed.

    An interrupt (Ctrl-C) stops the search like a limit: the best matching so far is returned, with ``interrupted`` in
    the statistics.

    Raises
    ------
    InternalError
        When two proofs disagree.
    MarketError
        When costs are too large for exact arithmetic.
    """
    budget = Budget(options.time_limit, options.work)
    usable = usable_pairs(form)
    relaxed = relax(form, usable)
    if not relaxed.is_feasible:
        return Outcome(status=Status.INFEASIBLE)
    if relaxed.outcome is not None:
        return relaxed.outcome
    if _breaks_rows(form, relaxed.chosen) and counting_proof(form.rows, usable, time_limit=budget.left) is not None:
        return Outcome(status=Status.INFEASIBLE)
    limit = None if options.time_limit is None else _SHARE * options.time_limit
    quick = replace(options, time_limit=limit, on_progress=None)
    kept = known_start(form, usable, quick)
    settled = None if kept is None else optimal_by_bounds(form, kept, relaxed.bounds)
    if settled is not None:
        return settled
    model = build_model(form, usable)
    if model.is_contradictory:
        return Outcome(status=Status.INFEASIBLE)
    start = _start(form, usable, options) if kept is None else kept
    part = stable_part(form, quick)
    start = relaxed.chosen if start is None else start
    return _Search(form, model, usable, options, relaxed.bounds, start, budget, part, chosen=kept).run()


def _breaks_rows(form: Form, chosen: BoolArray | None) -> bool:
    """Whether the flow left out rows that its matching breaks; otherwise fractions of pairs can keep them all."""
    return chosen is None or any(len(rows.broken(chosen)) for rows in form.rows)


def _start(form: Form, usable: BoolArray, options: Options) -> BoolArray | None:
    """Return a matching to start from: the caller's, or deferred acceptance under the lottery."""
    market = form.market
    chosen = np.zeros(market.num_pairs, bool)
    if options.hint is not None:
        chosen[options.hint] = True
        return chosen
    within_caps = form.of(StableWithinCaps)
    if not form.stable and (not within_caps or within_caps[0].caps.crossing().any()):
        return None
    student_order, mentor_order = drawn_orders(market, options.seed)
    chosen[
        student_proposing(
            market,
            usable=usable & market.is_choice,
            student_order=student_order,
            mentor_order=mentor_order,
            caps=None if form.stable else nested_caps(market, within_caps[0].caps),
        )
    ] = True
    return chosen


@dataclass
class _Search:
    """The state between stages: the model with its pins, the incumbent, and what is proven so far."""

    form: Form
    model: Model
    usable: BoolArray
    options: Options
    bounds: tuple[int, ...]
    start: BoolArray | None
    budget: Budget
    part: StablePart | None = None
    chosen: BoolArray | None = None
    stopped: bool = False
    interrupted: bool = False
    work: float = 0.0
    unconfirmed: list[str] = field(default_factory=list)
    statistics: dict[str, Any] = field(default_factory=dict)

    def run(self) -> Outcome:
        """Go through the stages."""
        said: list[tuple[int, int | None]] = []
        if self.part is not None:
            self.interrupted = self.part.interrupted
            self.start = self.part.chosen
            self.chosen = self.part.chosen if self.part.keeps_all else None
        if self.start is not None:
            self.model.hint(self.start)
        if not self.form.stages:
            self._solve()
        for number in range(len(self.form.stages)):
            said.append(self._stage(number, on_track=all(value == bound for value, bound in said)))
            if self.chosen is None:
                break
        return self._outcome(said)

    def _outcome(self, said: list[tuple[int, int | None]]) -> Outcome:
        statistics = {
            "pairs": len(self.model.pairs),
            "variables": self.model.num_variables,
            "seconds": self.budget.spent,
            **self.statistics,
            **({"interrupted": True} if self.interrupted else {}),
        }
        if self.chosen is None:
            status = Status.UNKNOWN if self.stopped else Status.INFEASIBLE
            return Outcome(status=status, stopped_by_limit=self.stopped, work=self.work, statistics=statistics)
        stages = []
        proven = True
        for stage, (_, bound) in zip(self.form.stages, said, strict=True):
            # An unproven stage may have got better while a later one was solved.
            value = stage.cost(self.chosen)
            proven = proven and value == bound
            stages.append(StageValue.of(stage, value, bound, proven=proven))
        return Outcome(
            status=Status.OPTIMAL if proven else Status.FEASIBLE,
            pairs=np.flatnonzero(self.chosen),
            stages=tuple(stages),
            stopped_by_limit=self.stopped,
            unconfirmed=tuple(self.unconfirmed) if proven else (),
            work=self.work,
            statistics=statistics,
        )

    def _stage(self, number: int, *, on_track: bool) -> tuple[int, int | None]:
        """Solve one stage and pin it; return its value and its bound."""
        stage = self.form.stages[number]
        # The flow bounds a stage where all earlier ones are as good as in the flow.
        known = self.bounds[number] if number < len(self.bounds) and self._attains_flow(number) else None
        if number == 0 and self.part is not None:
            known = self.part.bound if known is None else max(known, self.part.bound)
        objective = add_stage(self.model, self.form, number, at_least=known)
        constant = None if self.model.has_objective else objective.constant
        if self.chosen is not None and stage.cost(self.chosen) in (known, constant):
            bound: int | None = stage.cost(self.chosen)
        else:
            if number and number <= len(self.bounds) and self._attains_flow(number):
                self.model.settle(*settled_pairs(self.form, self.usable, self.bounds[:number]))
            self._tighten(number)
            hint = self.start if self.chosen is None else self.chosen
            if hint is not None:
                self.model.hint(hint)
            before = self.work
            found = self._solve(stage, objective)
            bound = constant if constant is not None else None
            if found is not None:
                bound = objective.constant + objective.scale * found
                if self.chosen is not None and bound == stage.cost(self.chosen) != known:
                    self._confirm(stage.name, objective, bound, work=self.work - before)
            if known is not None:
                bound = known if bound is None else max(bound, known)
        if self.chosen is None:
            return 0, None
        value = stage.cost(self.chosen)
        self.model.pin(objective, value)
        self.options.tell(StageValue.of(stage, value, bound, proven=value == bound))
        return value, bound

    def _tighten(self, number: int) -> None:
        """Add the combs that matter for a later stage of pair costs under stability."""
        first = [linear_cost(stage, self.form.market.num_pairs) for stage in self.form.stages[: number + 1]]
        costs = [cost[self.model.pairs] for cost in first if cost is not None]
        if not number or self.part is None or self.chosen is None or len(costs) <= number:
            return
        inside = self.chosen[self.model.pairs]
        levels = [(cost, int(cost[inside].sum())) for cost in costs[:-1]]
        stop = threading.Event()

        def is_stopped() -> bool:
            return stop.is_set() or self.budget.is_spent

        combs, self.interrupted = wait_for(
            lambda: comb_cuts(self.form.market, self.model.pairs, costs[-1], levels, is_stopped=is_stopped),
            stop=stop.set,
            interrupted=self.interrupted,
        )
        for comb in combs:
            self.model.linear(comb.pairs.tolist(), [1] * len(comb.pairs), comb.least, len(comb.pairs))

    def _attains_flow(self, number: int) -> bool:
        """Whether the first stages are all as good as in the flow."""
        first = zip(self.form.stages[:number], self.bounds, strict=False)
        return not number or all(self.chosen is not None and stage.cost(self.chosen) == bound for stage, bound in first)

    def _solve(self, stage: StageForm | None = None, objective: Objective | None = None) -> int | None:
        """Solve the model as it stands; keep a solution that is found; return the solver's bound on its objective."""
        from ortools.sat.python import cp_model

        solver = self._solver(cp_model, seed=self.options.seed)
        if solver.parameters.interleave_search and self.chosen is None:
            # A guess must not be a hint there: a sub-solver that finds the model infeasible while it loads it tries the
            # hint all the same, and a failed check aborts the process (google/or-tools issue 5025). So one worker tries
            # it first.
            status, bound = self._once(self._alone(cp_model), stage, objective)
            if status in (cp_model.OPTIMAL, cp_model.INFEASIBLE):
                return bound
            if self.chosen is None:
                self.model.proto.clear_hints()
            else:
                self.model.hint(self.chosen)
            solver = self._solver(cp_model, seed=self.options.seed)
        status, bound = self._once(solver, stage, objective)
        self.stopped = self.stopped or status in (cp_model.UNKNOWN, cp_model.FEASIBLE)
        return bound

    def _once(self, solver: Any, stage: StageForm | None, objective: Objective | None) -> tuple[Any, int | None]:
        """Run one search on the model as it stands; return its status and its bound; keep a solution that is found."""
        from ortools.sat.python import cp_model

        if self.interrupted or self.budget.is_spent:
            return cp_model.UNKNOWN, None
        callback = None
        if self.options.on_progress is not None and stage is not None and objective is not None:
            callback = watch(solver, partial(self._tell, stage, objective))
        status = self._run(solver, self.model.proto, callback)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            response = solver.response_proto
            found = np.fromiter(response.solution, np.int64, count=self.model.num_variables)
            chosen = np.zeros(self.form.market.num_pairs, bool)
            chosen[self.model.pairs[found[: len(self.model.pairs)] > 0]] = True
            if self.chosen is None or stage is None or stage.cost(chosen) <= stage.cost(self.chosen):
                self.chosen = chosen
            # A whole number that the solver may have rounded on its way.
            return status, round(solver.best_objective_bound) if self.model.has_objective else None
        if status == cp_model.INFEASIBLE:
            if self.chosen is not None:
                raise InternalError("CP-SAT calls a model infeasible that it has solved.")
            self._prove_again(cp_model)
        elif status != cp_model.UNKNOWN:
            raise InternalError(f"CP-SAT stopped with the status {solver.status_name(status)}.")
        return status, None

    def _alone(self, cp_model: Any) -> Any:
        """Return a solver of one worker that stops at a first matching, or soon."""
        solver = cp_model.CpSolver()
        self._set_parameters(solver, seed=self.options.seed)
        solver.parameters.num_workers = 1
        solver.parameters.stop_after_first_solution = True
        solver.parameters.max_deterministic_time = min(_ALONE, solver.parameters.max_deterministic_time)
        return solver

    def _prove_again(self, cp_model: Any) -> None:
        """Prove infeasibility once more: another seed, no presolve, default search, no objective to go wrong with."""
        plain = self.model.proto.clone()
        plain.clear_objective()
        status = self._run(self._second(cp_model), plain)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise InternalError("CP-SAT called a model infeasible that has a solution.")
        self.stopped = self.stopped or status == cp_model.UNKNOWN

    def _second(self, cp_model: Any) -> Any:
        """Return a solver that shares as little as can be with the first: seed, presolve and workers are others."""
        second = cp_model.CpSolver()
        self._set_parameters(second, seed=self.options.seed + 1)
        second.parameters.cp_model_presolve = False
        second.parameters.num_workers = 1
        return second

    def _confirm(self, name: str, objective: Objective, value: int, *, work: float) -> None:
        """Let a second search look for anything better than an optimum; note the stage where it comes to no end."""
        from ortools.sat.python import cp_model

        if self.options.work is not None:  # a question among many, whose work is counted
            return
        better = self.model.proto.clone()
        better.clear_objective()
        better.clear_hints()
        row = better.proto.constraints.add().linear
        row.vars.extend(objective.variables.tolist())
        row.coeffs.extend(objective.coeffs.tolist())
        row.domain.extend((-MAX_OBJECTIVE, (value - objective.constant) // objective.scale - 1))
        second = self._second(cp_model)
        second.parameters.max_deterministic_time = max(_CONFIRMING * work, _AT_LEAST)
        status, interrupted = run_interruptibly(second, better, interrupted=self.interrupted)
        self.interrupted = self.interrupted or interrupted
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise InternalError("CP-SAT called a value optimal, and there is a better one.")
        if status != cp_model.INFEASIBLE:
            self.unconfirmed.append(name)

    def _tell(self, stage: StageForm, objective: Objective, found: float, proven: float) -> None:
        """Tell who listens how far the solver has come, in the units of the stage."""
        value, bound = (objective.constant + objective.scale * round(each) for each in (found, proven))
        self.options.tell(StageValue.of(stage, value, bound, proven=value == bound))

    def _run(self, solver: Any, model: Any, callback: Any = None) -> Any:
        status, self.interrupted = run_interruptibly(solver, model, callback=callback, interrupted=self.interrupted)
        self.stopped = self.stopped or self.interrupted
        spent = float(solver.response_proto.deterministic_time)
        self.work += spent
        self.budget.pay(spent)
        return status

    def _solver(self, cp_model: Any, *, seed: int) -> Any:
        solver = cp_model.CpSolver()
        self._set_parameters(solver, seed=seed)
        is_stable = bool(self.form.stable) or bool(self.form.of(StableWithinCaps))
        if is_stable and self.model.has_objective:
            solver.parameters.num_workers = 1
            solver.parameters.subsolvers.extend([_WITH_STABILITY])
        else:
            # A small model is solved in presolve or at once: threads would cost more than they bring.
            solver.parameters.num_workers = _WORKERS if len(self.model.pairs) > _SMALL else 1
            solver.parameters.interleave_search = solver.parameters.num_workers > 1
        return solver

    def _set_parameters(self, solver: Any, *, seed: int) -> None:
        solver.parameters.random_seed = seed % 2**31
        solver.parameters.catch_sigint_signal = False
        if (left := self.budget.left) is not None:
            solver.parameters.max_time_in_seconds = max(left, 0.01)
        if (work := self.budget.work) is not None:
            most = max(work, 0.01)
            solver.parameters.max_deterministic_time = min(solver.parameters.max_deterministic_time, most)


def linear_cost(stage: StageForm, num_pairs: int) -> IntArray | None:
    """Return the cost of each pair where a stage is a sum over pairs."""
    cost = np.zeros(num_pairs, np.int64)
    for term in stage.terms:
        if not isinstance(term, LinearTerm):
            return None
        cost += term.cost
    return cost


ENGINE = Engine("cp_sat", TAKES, misfits, solve, Text("约束求解", "constraint solving"))
