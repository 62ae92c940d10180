"""Four ways to write weak stability for CP-SAT: which finds and proves, with which search, with and without a start.

* literals: ours where a size is asked for, one literal "full at this rank or better" for each (mentor, rank), shared by
  all pairs of the rank;
* rows: ours where the largest is asked for, one row for each pair with the pair counted once (see
  `mentormatch.solvers.cp.stable_rows`);
* dummies: a counter for each (mentor, rank) of how many seats are taken at the rank or better, and one constraint for
  each (student, tie of the student) that merges the pairs of the tie (Delorme et al. 2019);
* cutoffs: an integer for each mentor, the rank that it still admits; a student is content when every better mentor's
  cutoff is before it (after the cutoff scores of Agoston, Biro and McBride 2016).
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from listed_market import listed_market
from mentormatch.io.instances.glasgow import read_glasgow
from mentormatch.market.market import Market
from mentormatch.solvers.cp.reduce import reduce_stable
from mentormatch.solvers.cp.stable_rows import stable_rows
from mentormatch.solvers.stable.kiraly import kiraly
from mentormatch.solvers.stable.largest_matching import largest_matching

HRT = Path(__file__).resolve().parents[2] / "shared" / "data" / "published" / "hrt.instance"
LIMIT = 10.0


class _Base:
    """Booleans of pairs and quotas."""

    def __init__(self, market: Market, pairs: np.ndarray) -> None:
        self.market, self.model = market, cp_model.CpModel()
        self.x = {int(p): self.model.new_bool_var("") for p in pairs}
        self.of_student: dict[int, list[int]] = {}
        self.of_mentor: dict[int, list[int]] = {}
        for p in self.x:
            self.of_student.setdefault(int(market.student[p]), []).append(p)
            self.of_mentor.setdefault(int(market.mentor[p]), []).append(p)
        for mine in self.of_student.values():
            self.model.add_at_most_one(self.x[p] for p in mine)
        for j, mine in self.of_mentor.items():
            self.model.add(sum(self.x[p] for p in mine) <= int(market.mentor_upper[j]))

    def content(self, pair: int) -> list[Any]:
        """Return the booleans of the pairs that the student likes as well, the pair's own among them."""
        rank = self.market.student_rank
        return [self.x[p] for p in self.of_student[int(self.market.student[pair])] if rank[p] <= rank[pair]]

    def as_good(self, pair: int) -> list[Any]:
        """Return the booleans of the pairs that the mentor likes as well."""
        rank = self.market.mentor_rank
        return [self.x[p] for p in self.of_mentor[int(self.market.mentor[pair])] if rank[p] <= rank[pair]]


def literals(market: Market, pairs: np.ndarray) -> _Base:
    base = _Base(market, pairs)
    for j, mine in base.of_mentor.items():
        seats = int(market.mentor_upper[j])
        full: dict[int, Any] = {}
        for rank in sorted({int(market.mentor_rank[p]) for p in mine}):
            upto = [base.x[p] for p in mine if market.mentor_rank[p] <= rank]
            if len(upto) >= seats:
                literal = full[rank] = base.model.new_bool_var("")
                base.model.add(sum(upto) >= seats).only_enforce_if(literal)
        for p in mine:
            content = base.content(p)
            rank = int(market.mentor_rank[p])
            base.model.add_bool_or([*content, full[rank]] if rank in full else content)
    return base


def dummies(market: Market, pairs: np.ndarray) -> _Base:
    base = _Base(market, pairs)
    taken: dict[tuple[int, int], Any] = {}
    for j, mine in base.of_mentor.items():
        before: Any = 0
        for rank in sorted({int(market.mentor_rank[p]) for p in mine}):
            count = taken[j, rank] = base.model.new_int_var(0, int(market.mentor_upper[j]), "")
            base.model.add(count == before + sum(base.x[p] for p in mine if market.mentor_rank[p] == rank))
            before = count
    for mine in base.of_student.values():
        for rank in sorted({int(market.student_rank[p]) for p in mine}):
            tie = [p for p in mine if market.student_rank[p] == rank]
            seats = [int(market.mentor_upper[market.mentor[p]]) for p in tie]
            full = sum(taken[int(market.mentor[p]), int(market.mentor_rank[p])] for p in tie)
            base.model.add(full >= sum(seats) * (1 - sum(base.content(tie[0]))))
    return base


def cutoffs(market: Market, pairs: np.ndarray) -> _Base:
    base = _Base(market, pairs)
    for j, mine in base.of_mentor.items():
        worst = max(int(market.mentor_rank[p]) for p in mine) + 1
        seats = int(market.mentor_upper[j])
        cutoff = base.model.new_int_var(0, worst, "")
        is_full = base.model.new_bool_var("")
        base.model.add(sum(base.x[p] for p in mine) >= seats).only_enforce_if(is_full)
        base.model.add(cutoff == worst).only_enforce_if(~is_full)
        for p in mine:
            rank = int(market.mentor_rank[p])
            base.model.add(cutoff >= rank).only_enforce_if(base.x[p])
            declined = base.model.new_bool_var("")
            base.model.add(cutoff <= rank).only_enforce_if(declined)
            base.model.add_bool_or([*base.content(p), declined])
    return base


def rows(market: Market, pairs: np.ndarray) -> _Base:
    base = _Base(market, pairs)
    found = stable_rows(market, pairs)
    if found is None:
        raise SystemExit("too many rows")
    variables = [*base.x.values(), *(base.model.new_bool_var("") for _ in found.full_mentor)]
    start = np.searchsorted(found.row, np.arange(len(found.upper) + 1))
    for number, upper in enumerate(found.upper.tolist()):
        span = slice(int(start[number]), int(start[number + 1]))
        terms = zip(found.column[span].tolist(), found.coeff[span].tolist(), strict=True)
        base.model.add(sum(coeff * variables[column] for column, coeff in terms) <= upper)
    return base


FORMULATIONS: tuple[tuple[str, Callable[[Market, np.ndarray], _Base]], ...] = (
    ("literals", literals),
    ("rows", rows),
    ("dummies", dummies),
    ("cutoffs", cutoffs),
)


def run(base: _Base, *, size: int | None, search: str, hint: np.ndarray | None = None) -> tuple[str, float]:
    """Return what came out and the seconds of CPU time: asked for a size, or for the maximum."""
    if size is None:
        base.model.maximize(sum(base.x.values()))
    else:
        base.model.add(sum(base.x.values()) >= size)
        certain = largest_matching(base.market, np.isin(np.arange(base.market.num_pairs), list(base.x)))
        for i, mine in base.of_student.items():
            if certain.student_always[i]:
                base.model.add_exactly_one(base.x[p] for p in mine)
    if hint is not None:
        for pair, x in base.x.items():
            base.model.add_hint(x, bool(hint[pair]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.subsolvers.extend([search])
    solver.parameters.max_deterministic_time = LIMIT
    solver.parameters.catch_sigint_signal = False
    started = time.process_time()
    status = solver.solve(base.model)
    seconds = time.process_time() - started
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = sum(solver.boolean_value(x) for x in base.x.values())
        proven = status == cp_model.OPTIMAL
        return (str(found) if proven else f"{found} to {solver.best_objective_bound:.0f}"), seconds
    return "nothing", seconds


def _kiraly(market: Market, usable: np.ndarray) -> np.ndarray:
    order = np.arange(market.num_pairs)
    chosen = np.zeros(market.num_pairs, bool)
    chosen[kiraly(market, usable=usable, student_order=order, mentor_order=order)] = True
    return chosen


def table() -> str:
    """Return the table, over the reduced pairs of each market."""
    lines = ["| market | formulation | question | search | answer | CPU s |", "|---|---|---|---|---|---|"]
    smti = listed_market(1_000, length=5, ties=0.4, seed=0)
    for place, market, size in (("`published/hrt`", read_glasgow(HRT), 758), ("SMTI 1,000, 5, 0.40", smti, None)):
        usable = reduce_stable(market, np.ones(market.num_pairs, bool))
        pairs, start = np.flatnonzero(usable), _kiraly(market, usable)
        questions: list[tuple[str, int | None, str, np.ndarray | None]] = [
            ("maximum", None, "core", None),
            ("maximum", None, "max_lp", None),
            ("maximum, Kiraly as a hint", None, "max_lp", start),
        ]
        if size is not None:
            questions = [(f"size {size}", size, "fixed", None), (f"size {size}", size, "no_lp", None), *questions]
        for name, build in FORMULATIONS:
            for question, wanted, search, hint in questions:
                answer, seconds = run(build(market, pairs), size=wanted, search=search, hint=hint)
                lines.append(f"| {place} | {name} | {question} | {search} | {answer} | {seconds:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
