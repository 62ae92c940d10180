"""Stability within caps as clauses: the student is content, or a full cap around the pair holds nobody worse.

Where the caps of a mentor are nested, a pair can be refused only by a full cap around it whose students are all at
least as good: if a worse one stood in the innermost full cap, he or she could make room, and the outer ones hold the
inner. So the literals are those of `mentormatch.solvers.cp.filled_places`, one for each cap and rank. Where caps cross,
the student who makes room must stand in all full caps around the pair, which takes a clause for each worse pair.
"""

from dataclasses import replace

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.formulation.capped_stability import StableWithinCaps
from mentormatch.market.market import MAX_RANK
from mentormatch.problem.form import Form
from mentormatch.solvers.cp.constraint_model import Model
from mentormatch.solvers.cp.filled_places import Places, filled, of_students
from mentormatch.solvers.cp.reduce import held_to_quota

# Beyond so many better pairs a literal stands for them.
_SHORT = 8


def add_capped_stability(model: Model, form: Form, stable: StableWithinCaps) -> None:
    """Forbid pairs that block within the caps."""
    market = form.market
    asked = np.unique(stable.pairs).astype(np.int64)
    asked = asked[(model.variable_of[asked] >= 0) & (market.student_quota[market.student[asked]] > 0)]
    if not len(asked):
        return
    content = _content(model, form, asked)
    stable = replace(stable, caps=stable.caps.binding(model.variable_of >= 0))
    crosses = np.zeros(market.num_mentors, bool)
    found = stable.caps.crossing()
    crosses[: len(found)] = found
    nested = ~crosses[market.mentor[asked]]
    literals = [list(better) for better in content]
    for caps in stable.caps.layers():
        places, cap_of = _places(form, stable, caps)
        at = np.flatnonzero(nested & (cap_of[asked] >= 0))
        full = filled(model, places, cap_of[asked[at]], market.mentor_rank[asked[at]].astype(np.int64))
        for number, literal in zip(at.tolist(), full.tolist(), strict=True):
            if literal >= 0:
                literals[number].append(literal)
    for number in np.flatnonzero(nested).tolist():
        model.clause(literals[number])
    _add_crossing(model, form, stable, asked[~nested], [content[n] for n in np.flatnonzero(~nested).tolist()])


def _content(model: Model, form: Form, asked: IntArray) -> list[list[int]]:
    """Return for each asked pair literals one of which holds when its student does not want it."""
    market = form.market
    students = of_students(market)
    i, wish = market.student[asked], students.rank[asked]
    single = held_to_quota(form, market.student, market.student_quota) & (market.student_quota == 1)
    ordered = model.pairs[np.lexsort((students.rank[model.pairs], market.student[model.pairs]))]
    key = market.student[ordered].astype(np.int64) * (MAX_RANK + 4) + students.rank[ordered]
    low = np.searchsorted(key, i.astype(np.int64) * (MAX_RANK + 4))
    high = np.searchsorted(key, i.astype(np.int64) * (MAX_RANK + 4) + wish, side="right")
    short = single[i] & (high - low <= _SHORT)
    found: list[list[int]] = [[] for _ in asked]
    for number in np.flatnonzero(short).tolist():
        found[number] = model.variable_of[ordered[low[number] : high[number]]].tolist()
    rest = np.flatnonzero(~short)
    literals = filled(model, students, i[rest], wish[rest])
    for number, literal in zip(rest.tolist(), literals.tolist(), strict=True):
        own = int(model.variable_of[asked[number]])
        found[number] = [own, literal] if literal >= 0 else [own]
    return found


def _places(form: Form, stable: StableWithinCaps, caps: IntArray) -> tuple[Places, IntArray]:
    """Return caps without a pair in common as places, and the cap of each pair, -1 for none."""
    number = np.full(len(stable.caps), -1, np.int64)
    number[caps] = np.arange(len(caps))
    entries = number[stable.caps.owner]
    cap_of = np.full(form.market.num_pairs, -1, np.int64)
    cap_of[stable.caps.pairs[entries >= 0]] = entries[entries >= 0]
    # Pairs outside all of them belong to an owner that nobody asks for.
    owner = np.where(cap_of >= 0, cap_of, len(caps))
    upper = np.append(stable.caps.upper[caps], form.market.num_pairs + 1)
    return Places(owner, form.market.mentor_rank.astype(np.int64), upper), cap_of


def _add_crossing(
    model: Model, form: Form, stable: StableWithinCaps, asked: IntArray, content: list[list[int]]
) -> None:
    """Forbid blocking pairs at mentors whose caps cross, one worse pair after the other."""
    rank = form.market.mentor_rank
    full_of: dict[int, list[tuple[int, frozenset[int]]]] = {pair: [] for pair in asked.tolist()}
    for caps in stable.caps.layers():
        places, cap_of = _places(form, stable, caps)
        at = asked[cap_of[asked] >= 0]
        literals = filled(model, places, cap_of[at], np.full(len(at), MAX_RANK, np.int64))
        for pair, literal in zip(at.tolist(), literals.tolist(), strict=True):
            cap = int(caps[cap_of[pair]])
            members = stable.caps.pairs[stable.caps.start[cap] : stable.caps.start[cap + 1]]
            if literal >= 0:
                full_of[pair].append((literal, frozenset(members.tolist())))
    for pair, better in zip(asked.tolist(), content, strict=True):
        full = full_of[pair]
        model.clause([*better, *(literal for literal, _ in full)])
        others = form.market.pairs_of_mentor(int(form.market.mentor[pair]))
        for other in others[(rank[others] > rank[pair]) & (model.variable_of[others] >= 0)].tolist():
            without = [literal for literal, members in full if other not in members]
            model.clause([*better, -1 - int(model.variable_of[other]), *without])
