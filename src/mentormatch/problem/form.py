"""Form: a problem as engines see it, in rows. What the rules wrote, put together; no ids and no rules in it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar
from weakref import ReferenceType, WeakKeyDictionary, ref

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray, distinct, frozen
from mentormatch.base.errors import RulesError
from mentormatch.formulation.kinds import Kinds, RowPart
from mentormatch.formulation.rows import Mask, Rows, Stable, Teams
from mentormatch.formulation.terms import ConvexTerm, LinearTerm, StageForm, TeamTerm
from mentormatch.market.market import Market
from mentormatch.objectives.soft_rules import SoftRules
from mentormatch.problem.problem import Problem

PartT = TypeVar("PartT", bound=RowPart)


@dataclass(frozen=True, eq=False)
class Form:
    """All rows of a problem.

    Parameters
    ----------
    market : Market
    masks : tuple of Mask
        Pairs that do not exist, with reasons.
    parts : tuple of RowPart
        What must hold, in the order of the rules: rows, stability, teams, ... Whoever reads a form declares which kinds
        are taken (`mentormatch.problem.taken`).
    stages : tuple of StageForm
        Levels of the objective, soft rows included.
    """

    market: Market
    masks: tuple[Mask, ...] = ()
    parts: tuple[RowPart, ...] = ()
    stages: tuple[StageForm, ...] = ()

    def of(self, kind: type[PartT]) -> tuple[PartT, ...]:
        """Return the parts of a kind and of the kinds below it."""
        return tuple(part for part in self.parts if isinstance(part, kind))

    def only(self, kinds: Kinds) -> "Form":
        """Return the form with the parts of some kinds alone: it has no fewer matchings."""
        return replace(self, parts=tuple(part for part in self.parts if type(part) in kinds))

    def with_rows(self, rows: Iterable[Rows]) -> "Form":
        """Return the form with other hard rows in place of its own; other parts stay."""
        return replace(self, parts=(*rows, *(part for part in self.parts if not isinstance(part, Rows))))

    @cached_property
    def rows(self) -> tuple[Rows, ...]:
        """Hard rows."""
        return self.of(Rows)

    @cached_property
    def stable(self) -> tuple[Stable, ...]:
        """Stability of every kind: the stronger kinds imply the weak one."""
        return self.of(Stable)

    @cached_property
    def open(self) -> BoolArray:
        """Bool array of shape (m,): no mask removes the pair."""
        is_open = np.ones(self.market.num_pairs, bool)
        for mask in self.masks:
            is_open[mask.pairs] = False
        return frozen(is_open)

    @cached_property
    def closed_by(self) -> IntArray:
        """int64 array of shape (m,): position of the first mask that removes the pair, -1 where it is open."""
        first = np.full(self.market.num_pairs, -1, np.int64)
        for number in range(len(self.masks) - 1, -1, -1):
            first[self.masks[number].pairs] = number
        return frozen(first)

    @cached_property
    def forced(self) -> BoolArray:
        """Bool array of shape (m,): some row takes the pair as a whole, its lower bound needs all pairs it has left."""
        forced = np.zeros(self.market.num_pairs, bool)
        for rows in self.rows:
            if _has_unit_coefficients(rows):
                needs_all = (rows.lower > 0) & (rows.lower >= rows.activity(self.open))
                forced[rows.pairs[needs_all[rows.owner]]] = True
        return frozen(forced & self.open)

    @cached_property
    def most_pairs(self) -> int:
        """A bound on the number of matched pairs: what some block of disjoint rows over all open pairs admits."""
        most = int(self.open.sum())
        for rows in self.rows:
            covered = np.bincount(rows.pairs, minlength=self.market.num_pairs)[self.open]
            if _has_unit_coefficients(rows) and (covered == 1).all():
                most = min(most, int(np.minimum(rows.upper, rows.activity(self.open)).sum()))
        return most

    def stage_range(self, stage: int) -> int:
        """Return a bound on how far apart two values of a stage of linear and convex terms can be."""
        if stage not in self._ranges:
            self._ranges[stage] = self._stage_range(stage)
        return self._ranges[stage]

    @cached_property
    def _ranges(self) -> dict[int, int]:
        return {}

    def _stage_range(self, stage: int) -> int:
        total = 0
        for term in self.stages[stage].terms:
            if isinstance(term, LinearTerm):
                cost = term.cost[self.open]
                total += self.most_pairs * (int(cost.max(initial=0)) - int(cost.min(initial=0)))
            elif isinstance(term, ConvexTerm) and len(term.pairs):
                total += self._convex_range(term)
        return total

    def _convex_range(self, term: ConvexTerm) -> int:
        owner = np.repeat(np.arange(len(term.start) - 1), np.diff(term.start))
        unit = np.arange(len(term.pairs)) - term.start[owner]
        return int(np.abs(term.slopes[unit < self.reach(term)[owner]]).sum())

    def reach(self, term: ConvexTerm) -> IntArray:
        """Return a bound on the activity of each row of a convex term, int64 of shape (r,).

        A row has no more activity than it has open pairs, and than a block of disjoint hard rows around all of its
        pairs admits.
        """
        if term not in self._reaches:
            self._reaches[term] = frozen(self._reach(term))
        return self._reaches[term]

    @cached_property
    def _reaches(self) -> dict[ConvexTerm, IntArray]:
        return {}

    def _reach(self, term: ConvexTerm) -> IntArray:
        num_rows = len(term.start) - 1
        owner = np.repeat(np.arange(num_rows), np.diff(term.start))
        at = self.open[term.pairs]
        most = np.bincount(owner[at], minlength=num_rows)
        for rows in self.rows:
            row_of = np.full(self.market.num_pairs, -1, np.int64)
            row_of[rows.pairs] = rows.owner
            around = row_of[term.pairs[at]]
            if np.bincount(rows.pairs).max(initial=0) > 1 or not _has_unit_coefficients(rows) or (around < 0).any():
                continue
            key = distinct(owner[at] * len(rows) + around)
            upper = np.clip(rows.upper, 0, self.market.num_pairs)[key % len(rows)]
            admitted = np.bincount(key // len(rows), weights=upper, minlength=num_rows)
            most = np.minimum(most, admitted.astype(np.int64))
        return most


def _has_unit_coefficients(rows: Rows) -> bool:
    return rows.coeffs is None or bool((rows.coeffs == 1).all())


def compile_form(problem: Problem) -> Form:
    """Return what every rule and stage of a problem writes; asked again about the same problem, the same form.

    Raises
    ------
    RulesError
        When a soft rule names a stage that the problem does not have.
    """
    known = _COMPILED.get(problem)
    form = None if known is None else known()
    if form is None:
        form = _compiled(problem)
        _COMPILED[problem] = ref(form)
    return form


# The checker asks for the form while the mechanism has it. A form with all that was found out about it takes much
# memory, so a problem does not keep it: compiled again, it is put together from what the rules have written.
_COMPILED: WeakKeyDictionary[Problem, ReferenceType[Form]] = WeakKeyDictionary()


def _compiled(problem: Problem) -> Form:
    written = [part for rule in problem.constraints for part in problem.parts_of(rule)]
    stages = [form for stage in problem.stages for form in problem.forms_of(stage)]
    soft = [stage.name for stage in problem.stages if isinstance(stage, SoftRules)]
    for part in written:
        if isinstance(part, Rows) and part.stage is not None:
            stages = _with_penalty(stages, part, soft, _penalty_term(part))
        elif isinstance(part, Teams):
            for count in part.counts:
                if count.stage is not None:
                    stages = _with_penalty(stages, count, soft, TeamTerm(part, _penalty_term(count)))
    return Form(
        market=problem.market,
        masks=tuple(mask for rule in problem.constraints for mask in problem.masks_of(rule)),
        parts=tuple(part for part in written if not (isinstance(part, Rows) and part.stage is not None)),
        stages=tuple(stages),
    )


def _with_penalty(stages: list[StageForm], rows: Rows, soft: list[str], term: ConvexTerm | TeamTerm) -> list[StageForm]:
    if rows.stage not in soft:
        raise RulesError(
            f"The soft rule '{rows.rule}' is to be counted in the stage '{rows.stage}', which is not there.",
            maybe=f"add a stage 'soft_rules' of that name; there are: {', '.join(soft) or 'none'}.",
        )
    at = [stage.name for stage in stages].index(rows.stage)
    stage = stages[at]
    return [*stages[:at], StageForm(stage.name, (*stage.terms, term), stage.maximise), *stages[at + 1 :]]


def _penalty_term(rows: Rows) -> ConvexTerm:
    """Return the cost of missing the bounds: falls until the lower bound, rises after the upper one."""
    if not _has_unit_coefficients(rows):
        raise RulesError(f"The soft rule '{rows.rule}' must have coefficients of one.")
    penalty = 0 if rows.penalty is None else rows.penalty
    unit = np.arange(len(rows.pairs)) - rows.start[rows.owner] + 1
    slopes = np.where(unit <= rows.lower[rows.owner], -penalty, np.where(unit > rows.upper[rows.owner], penalty, 0))
    offset = penalty * int(np.maximum(rows.lower, 0).sum() + np.maximum(-rows.upper, 0).sum())
    return ConvexTerm(start=rows.start, pairs=rows.pairs, slopes=slopes.astype(np.int64), offset=offset)
