"""Three ways to write weak stability for CP-SAT, on `published/hrt`: which one finds and proves, with which search.

* shared: ours, one literal "full at this rank or better" for each (mentor, rank), shared by all pairs of the rank;
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

from mentormatch.io.glasgow import read_glasgow
from mentormatch.market import Market
from mentormatch.solvers.reduce import reduce_stable

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


def shared(market: Market, pairs: np.ndarray) -> _Base:
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
            literals = base.content(p)
            rank = int(market.mentor_rank[p])
            base.model.add_bool_or([*literals, full[rank]] if rank in full else literals)
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


FORMULATIONS: tuple[tuple[str, Callable[[Market, np.ndarray], _Base]], ...] = (
    ("shared", shared),
    ("dummies", dummies),
    ("cutoffs", cutoffs),
)


def run(base: _Base, *, target: int | None, search: str) -> tuple[str, float]:
    """Return what came out and the seconds of CPU time: asked for a size, or for the maximum."""
    if target is None:
        base.model.maximize(sum(base.x.values()))
    else:
        for mine in base.of_student.values():
            base.model.add_exactly_one(base.x[p] for p in mine)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.subsolvers.extend([search])
    solver.parameters.max_deterministic_time = LIMIT
    solver.parameters.catch_sigint_signal = False
    started = time.process_time()
    status = solver.solve(base.model)
    seconds = time.process_time() - started
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        size = sum(solver.boolean_value(x) for x in base.x.values())
        return (str(size) if status == cp_model.OPTIMAL else f"{size}, not proven"), seconds
    return "nothing", seconds


def table() -> str:
    """Return the table, over the reduced pairs of `published/hrt`."""
    market = read_glasgow(HRT)
    pairs = np.flatnonzero(reduce_stable(market, np.ones(market.num_pairs, bool)))
    lines = ["| formulation | question | search | answer | CPU s |", "|---|---|---|---|---|"]
    for name, build in FORMULATIONS:
        for question, target, search in (
            ("size 758", 758, "fixed"),
            ("size 758", 758, "no_lp"),
            ("maximum", None, "core"),
            ("maximum", None, "max_lp"),
        ):
            answer, seconds = run(build(market, pairs), target=target, search=search)
            lines.append(f"| {name} | {question} | {search} | {answer} | {seconds:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
