"""CP-SAT: takes every form. Rows, stability, teams and all stages, one lexicographic solve after the other."""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mentormatch.arrays import BoolArray, IntArray
from mentormatch.errors import InternalError
from mentormatch.form import Form
from mentormatch.lottery import lottery
from mentormatch.result import Reason, StageValue, Status
from mentormatch.rows import BottleneckTerm, LinearTerm, StageForm
from mentormatch.solvers.cp_model_builder import Model, add_stage, build_model
from mentormatch.solvers.deferred_acceptance import strict_order, student_proposing
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.reduce import reduce_stable

# Measured in benchmarks/README.md. On stability with ties the core-guided search alone proves in seconds what a
# free-running portfolio of eight needs many times as long for; elsewhere eight sub-solvers taking turns reach what two
# miss. Both give the same answer on every run.
_CORE_GUIDED = "core"
_WORKERS = 8
_SMALL = 400


def supports(form: Form) -> tuple[Reason, ...]:
    """Return nothing: CP-SAT takes every form."""
    return ()


def solve(form: Form, options: Options) -> Outcome:
    """Solve the stages one after the other; each is pinned to its value before the next.

    An infeasible answer is proven a second time with another seed and without presolve, since single infeasibility
    answers of a solver were wrong before (google/or-tools issues 5274 and 5295).
    """
    usable = _usable(form)
    search = _Search(form, build_model(form, usable), options, _hint(form, usable, options))
    return search.run()


def _usable(form: Form) -> BoolArray:
    """Return the open pairs less those that no weakly stable matching contains."""
    market = form.market
    is_plain = (
        len(form.stable) > 0
        and (market.student_quota <= 1).all()
        and market.is_choice[form.open].all()
        and any(np.isin(np.flatnonzero(form.open), stable.pairs).all() for stable in form.stable)
    )
    return reduce_stable(market, form.open) if is_plain else form.open


def _hint(form: Form, usable: BoolArray, options: Options) -> IntArray:
    """Return a matching to start from: the caller's, or deferred acceptance under the lottery."""
    if options.hint is not None:
        return options.hint
    market = form.market
    return student_proposing(
        market,
        usable=usable & market.is_choice,
        student_order=strict_order(
            market.student_rank, lottery(market.mentor_ids, options.seed, salt="mentor")[market.mentor]
        ),
        mentor_order=strict_order(
            market.mentor_rank, lottery(market.student_ids, options.seed, salt="student")[market.student]
        ),
    )


@dataclass
class _Search:
    """The state between stages: the model with its pins, the incumbent, and what is proven so far."""

    form: Form
    model: Model
    options: Options
    incumbent: IntArray
    started: float = field(default_factory=time.perf_counter)
    solution: IntArray | None = None
    stopped: bool = False

    def run(self) -> Outcome:
        """Go through the stages."""
        if self.model.is_contradictory:
            return Outcome(status=Status.INFEASIBLE)
        self._set_hint(self.incumbent)
        values: list[StageValue] = []
        proven = True
        if not self.form.stages and not self._first():
            return self._without_matching()
        for number, stage in enumerate(self.form.stages):
            value, bound = self._stage(number, stage)
            if value is None:
                return self._without_matching()
            proven = proven and bound == value
            values.append(_in_users_sign(stage, value, bound, proven=proven))
            if self.options.on_progress is not None:
                self.options.on_progress(stage.name, values[-1].value, values[-1].bound)
        return Outcome(
            status=Status.OPTIMAL if proven else Status.FEASIBLE,
            pairs=self._pairs(),
            stages=self._final(values),
            stopped_by_limit=self.stopped,
            statistics={"booleans": len(self.model.pairs), "seconds": time.perf_counter() - self.started},
        )

    def _without_matching(self) -> Outcome:
        return Outcome(status=Status.UNKNOWN if self.stopped else Status.INFEASIBLE, stopped_by_limit=self.stopped)

    def _final(self, values: list[StageValue]) -> tuple[StageValue, ...]:
        """Return the values at the last solution: an unproven stage may have got better since."""
        chosen = np.zeros(self.form.market.num_pairs, bool)
        chosen[self._pairs()] = True
        final = []
        for stage, said in zip(self.form.stages, values, strict=True):
            value = stage_cost(stage, chosen)
            sign = -1 if stage.maximise else 1
            final.append(StageValue(said.name, sign * value, said.bound, said.proven))
        return tuple(final)

    def _first(self) -> bool:
        status, _ = self._solve()
        return status == "found"

    def _stage(self, number: int, stage: StageForm) -> tuple[int | None, int | None]:
        """Solve one stage and pin it; return its value and its bound, both None where there is no matching."""
        objective = add_stage(self.model, self.form, number)
        self._set_hint(self._pairs() if self.solution is not None else self.incumbent)
        status, bound = self._solve()
        if status != "found" and self.solution is None:
            return None, None
        chosen = np.zeros(self.form.market.num_pairs, bool)
        chosen[self._pairs()] = True
        value = stage_cost(stage, chosen)
        self.model.pin(objective, value)
        return value, bound

    def _pairs(self) -> IntArray:
        if self.solution is None:
            raise InternalError("CP-SAT has no solution to read.")
        return self.model.pairs[self.solution[: len(self.model.pairs)] > 0]

    def _set_hint(self, pairs: IntArray) -> None:
        self.model.hint(pairs)

    def _solve(self) -> tuple[str, int | None]:
        """Solve the model as it stands; keep a solution that is found."""
        from ortools.sat.python import cp_model

        solver = self._solver(cp_model, seed=self.options.seed)
        if self._time_left() is not None and (self._time_left() or 0.0) <= 0:
            self.stopped = True
            return "stopped", None
        status = solver.solve(self.model.proto)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.solution = np.array([solver.value(var) for var in self.model.variables], np.int64)
            self.stopped = self.stopped or status == cp_model.FEASIBLE
            bound = round(solver.best_objective_bound) if self.model.has_objective else None
            return "found", bound
        if status == cp_model.INFEASIBLE:
            if self.solution is not None:
                raise InternalError("CP-SAT calls a model infeasible that it has solved.")
            return self._prove_again(cp_model)
        if status == cp_model.UNKNOWN:
            self.stopped = True
            return "stopped", None
        raise InternalError(f"CP-SAT stopped with the status {solver.status_name(status)}.")

    def _prove_again(self, cp_model: Any) -> tuple[str, int | None]:
        second = self._solver(cp_model, seed=self.options.seed + 1)
        second.parameters.cp_model_presolve = False
        second.parameters.num_workers = 1
        status = second.solve(self.model.proto)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise InternalError("CP-SAT called a model infeasible that has a solution.")
        if status == cp_model.UNKNOWN:
            self.stopped = True
            return "stopped", None
        return "infeasible", None

    def _solver(self, cp_model: Any, *, seed: int) -> Any:
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = seed % 2**31
        solver.parameters.catch_sigint_signal = False
        if self.form.stable and self.model.has_objective:
            solver.parameters.num_workers = 1
            solver.parameters.subsolvers.extend([_CORE_GUIDED])
        else:
            # A small model is solved in presolve or at once: threads would cost more than they bring.
            solver.parameters.num_workers = _WORKERS if len(self.model.pairs) > _SMALL else 1
            solver.parameters.interleave_search = solver.parameters.num_workers > 1
        left = self._time_left()
        if left is not None:
            solver.parameters.max_time_in_seconds = max(left, 0.01)
        return solver

    def _time_left(self) -> float | None:
        if self.options.time_limit is None:
            return None
        return self.options.time_limit - (time.perf_counter() - self.started)


def stage_cost(stage: StageForm, chosen: BoolArray) -> int:
    """Return the cost of a stage as engines minimise it."""
    total = 0
    for term in stage.terms:
        if isinstance(term, LinearTerm):
            total += int(term.cost[chosen].sum())
        elif isinstance(term, BottleneckTerm):
            total += int(term.level[chosen].max(initial=0))
        else:
            total += term.value(chosen)
    return total


def _in_users_sign(stage: StageForm, value: int, bound: int | None, *, proven: bool) -> StageValue:
    sign = -1 if stage.maximise else 1
    return StageValue(stage.name, sign * value, None if bound is None else sign * bound, proven)


ENGINE = Engine("cp_sat", supports, solve)
