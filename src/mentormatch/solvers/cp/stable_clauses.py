"""Weak stability as clauses: a student is content with what it has, or the mentor is full with the like of it.

One literal for each (mentor, rank), "the mentor is full, and with students of this rank or better only", is shared by
all pairs of that rank; so is one for each (student, rank), "all places are filled with mentors of this rank or better".
A better rank implies the next, so a literal speaks of the pairs of one step only, and the whole is linear in the number
of pairs (compare the models of Delorme et al. 2019, which write every prefix out).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.problem.form import Form
from mentormatch.solvers.cp.reduce import held_to_quota

# A student with a shorter list has its better pairs written into each clause: they propagate at once.
_SHORT = 8
_UNLISTED = np.iinfo(np.int32).max


@dataclass
class StableClauses:
    """What stability asks of the booleans of a model.

    Parameters
    ----------
    first : int
        The variable of the first literal.
    clauses : list of list of int
        In each of them one literal must hold; ``-1 - v`` is the negation of variable v.
    counts : list of (literal, variables, at least)
        While the literal holds, at least so many of the variables do.
    owner, rank, is_mentor : lists
        Whose literal each one is, and for which rank.
    """

    form: Form
    first: int
    clauses: list[list[int]] = field(default_factory=list)
    counts: list[tuple[int, list[int], int]] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    is_mentor: list[bool] = field(default_factory=list)

    @property
    def num_literals(self) -> int:
        """Number of literals that the model must add, from `first` on."""
        return len(self.owner)

    def values(self, chosen: BoolArray) -> IntArray:
        """Return the literals' values for a matching: whether all places are filled at the rank or better."""
        market = self.form.market
        wish = np.where(market.is_choice, market.student_rank, _UNLISTED)
        mentors, students = (
            _worst_held(owner[chosen], rank[chosen], places)
            for owner, rank, places in (
                (market.mentor, market.mentor_rank, market.mentor_upper),
                (market.student, wish, market.student_quota),
            )
        )
        owner, is_mentor = np.array(self.owner, np.int64), np.array(self.is_mentor, bool)
        worst = np.zeros(len(owner), np.int64)
        worst[is_mentor], worst[~is_mentor] = mentors[owner[is_mentor]], students[owner[~is_mentor]]
        return (worst <= np.array(self.rank, np.int64)).astype(np.int64)

    def new_literal(self, owner: int, rank: int, *, is_mentor: bool) -> int:
        """Add a literal; return its variable."""
        self.owner.append(owner)
        self.rank.append(rank)
        self.is_mentor.append(is_mentor)
        return self.first + len(self.owner) - 1


def stable_clauses(form: Form, pairs: IntArray, variable_of: IntArray, first: int) -> StableClauses:
    """Return what forbids blocking pairs.

    Parameters
    ----------
    form : Form
    pairs : integer array
        Positions of the choice pairs that must not block. Those that a mask closes, and those without a variable, need
        no clause: the former do not exist, the latter were shown never to block.
    variable_of : int64 array of shape (m,)
        Variable of each pair, -1 where it has none.
    first : int
        The variable that the first new literal will have.

    Notes
    -----
    O(m log m) time; O(m) literals and entries.
    """
    market = form.market
    asked = np.unique(pairs)
    asked = asked[(variable_of[asked] >= 0) & market.is_choice[asked]]
    asked = asked[(market.mentor_upper[market.mentor[asked]] > 0) & (market.student_quota[market.student[asked]] > 0)]
    out = StableClauses(form, first)
    full = _mentors(out, asked, variable_of)
    content = _students(out, asked, variable_of)
    for pair in asked.tolist():
        better, mentor = content[pair], full[pair]
        out.clauses.append([*better, mentor] if mentor >= 0 else better)
    return out


def _worst_held(owner: IntArray, rank: IntArray, places: IntArray) -> IntArray:
    """Return the worst rank that each owner holds, beyond all ranks where a place is free."""
    worst = np.zeros(len(places), np.int64)
    np.maximum.at(worst, owner, rank)
    worst[np.bincount(owner, minlength=len(places)) < places] = np.iinfo(np.int64).max
    return worst


def _mentors(out: StableClauses, asked: IntArray, variable_of: IntArray) -> dict[int, int]:
    """Return for each asked pair the literal that its mentor is full at its rank; -1 where the mentor never is."""
    market = out.form.market
    literal: dict[int, int] = {}
    order = market.by_mentor[variable_of[market.by_mentor] >= 0]
    is_asked = np.zeros(market.num_pairs, bool)
    is_asked[asked] = True
    for mine in _by_owner(order, market.mentor, market.mentor_rank):
        j = int(market.mentor[mine[0]])
        wanted = mine[is_asked[mine]]
        if len(mine) < market.mentor_upper[j]:
            literal.update(dict.fromkeys(wanted.tolist(), -1))
            continue
        ranks = np.unique(market.mentor_rank[wanted])
        at_rank = _chain(out, j, ranks, mine, market.mentor_rank[mine], variable_of, is_mentor=True)
        literal.update(
            (pair, at_rank[rank])
            for pair, rank in zip(wanted.tolist(), market.mentor_rank[wanted].tolist(), strict=True)
        )
    return literal


def _students(out: StableClauses, asked: IntArray, variable_of: IntArray) -> dict[int, list[int]]:
    """Return for each asked pair literals one of which holds when its student does not want it."""
    market = out.form.market
    literals: dict[int, list[int]] = {}
    wish = np.where(market.is_choice, market.student_rank, _UNLISTED)
    single = held_to_quota(out.form, market.student, market.student_quota) & (market.student_quota == 1)
    is_asked = np.zeros(market.num_pairs, bool)
    is_asked[asked] = True
    order = np.flatnonzero(variable_of >= 0)
    for mine in _by_owner(order, market.student, wish):
        i = int(market.student[mine[0]])
        wanted = mine[is_asked[mine]]
        if not len(wanted):
            continue
        if single[i]:
            _one_place(out, i, mine, wanted, variable_of, literals)
            continue
        never = len(mine) < market.student_quota[i]
        ranks = np.unique(wish[wanted])
        at_rank = {} if never else _chain(out, i, ranks, mine, wish[mine], variable_of, is_mentor=False)
        for pair in wanted.tolist():
            own = int(variable_of[pair])
            literals[pair] = [own] if never else [own, at_rank[int(wish[pair])]]
    return literals


def _by_owner(pairs: IntArray, owner: IntArray, rank: IntArray) -> Iterator[IntArray]:
    """Yield the pairs of each owner, best first."""
    ordered = pairs[np.lexsort((rank[pairs], owner[pairs]))]
    if len(ordered):
        yield from np.split(ordered, np.flatnonzero(np.diff(owner[ordered])) + 1)


def _chain(
    out: StableClauses,
    owner: int,
    ranks: IntArray,
    mine: IntArray,
    rank_of: IntArray,
    variable_of: IntArray,
    *,
    is_mentor: bool,
) -> dict[int, int]:
    """Add literals "all places are filled at this rank or better" for ascending ranks; `mine` goes by rank."""
    market = out.form.market
    places = int((market.mentor_upper if is_mentor else market.student_quota)[owner])
    variables = variable_of[mine].tolist()
    after = np.searchsorted(rank_of, ranks, side="right").tolist()
    literals = [out.new_literal(owner, int(rank), is_mentor=is_mentor) for rank in ranks.tolist()]
    for number, literal in enumerate(literals):
        is_last = number == len(literals) - 1
        next_after = len(variables) if is_last else after[number + 1]
        out.clauses += [[-1 - literal, -1 - worse] for worse in variables[after[number] : next_after]]
        if is_last:
            out.counts.append((literal, variables, places))
        else:
            out.clauses.append([-1 - literal, literals[number + 1]])
    return dict(zip(ranks.tolist(), literals, strict=True))


def _one_place(
    out: StableClauses,
    student: int,
    mine: IntArray,
    wanted: IntArray,
    variable_of: IntArray,
    literals: dict[int, list[int]],
) -> None:
    """Handle a student that cannot have two: it is content when one of the pairs at the rank or better is matched."""
    market = out.form.market
    listed = mine[market.is_choice[mine]]
    rank_of, variables = market.student_rank[listed], variable_of[listed].tolist()
    before: list[int] = []
    done = 0
    for rank in np.unique(market.student_rank[wanted]).tolist():
        upto = int(np.searchsorted(rank_of, rank, side="right"))
        better = [*before, *variables[done:upto]]
        if len(listed) > _SHORT and len(better) > 1:
            literal = out.new_literal(student, rank, is_mentor=False)
            out.clauses.append([-1 - literal, *better])
            better = [literal]
        before, done = better, upto
        for pair in wanted[market.student_rank[wanted] == rank].tolist():
            literals[pair] = better
