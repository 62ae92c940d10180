"""Blocking pairs, and which of them are justified, from their definitions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.constraints.constraint import Constraint, Scope
from mentormatch.constraints.quotas import Quotas
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching
from mentormatch.problem.problem import Problem

# Worse than any rank a market may hold, better than nothing at all.
_UNLISTED = 2**30
_NOTHING = 2**31 - 1


def blocking_pairs(market: Market, matching: Matching, *, candidates: BoolArray | None = None) -> IntArray:
    """Return the choice pairs that block a matching.

    A pair blocks when it is not matched, its student listed the mentor and strictly prefers it to what it has (a free
    place of its quota and a mentor it did not list are worse than every listed one), and the mentor has a free seat
    or strictly prefers the student to one it has.

    Parameters
    ----------
    market : Market
    matching : Matching
        Of this market.
    candidates : bool array of shape (m,), optional
        Pairs that no hard rule removes; default all.

    Returns
    -------
    int64 array
        Positions, ascending.

    Notes
    -----
    O(m) time, vectorised.
    """
    chosen = matching.pairs
    rank = np.where(market.student_rank[chosen] > 0, market.student_rank[chosen], _UNLISTED)
    worst_mentor = np.zeros(market.num_students, np.int32)
    np.maximum.at(worst_mentor, market.student[chosen], rank)
    worst_mentor[matching.degree < market.student_quota] = _NOTHING
    worst_mentor[market.student_quota == 0] = 0
    worst_student = np.zeros(market.num_mentors, np.int32)
    np.maximum.at(worst_student, market.mentor[chosen], market.mentor_rank[chosen])
    worst_student[matching.load < market.mentor_upper] = _NOTHING
    worst_student[market.mentor_upper == 0] = 0
    # The last test is the most selective on good matchings, so it runs on what the first leaves.
    wishes = np.flatnonzero(market.student_rank < worst_mentor[market.student])
    wishes = wishes[market.mentor_rank[wishes] < worst_student[market.mentor[wishes]]]
    keep = market.is_choice[wishes] & ~matching.chosen[wishes]
    return wishes[keep if candidates is None else keep & candidates[wishes]]


@dataclass
class Ledger:
    """Pairs by id that can be changed and put back: the hypothetical swaps of the checker."""

    mentors: dict[Id, list[Id]] = field(default_factory=dict)
    students: dict[Id, list[Id]] = field(default_factory=dict)

    @classmethod
    def of(cls, matching: Matching) -> "Ledger":
        """Return the ledger of a matching."""
        ledger = cls()
        for student_id, mentor_id in matching.ids():
            ledger.add(student_id, mentor_id)
        return ledger

    def mentors_of(self, student_id: Id) -> tuple[Id, ...]:
        """Return the mentors of one student."""
        return tuple(self.mentors.get(student_id, ()))

    def students_of(self, mentor_id: Id) -> tuple[Id, ...]:
        """Return the students of one mentor."""
        return tuple(self.students.get(mentor_id, ()))

    def add(self, student_id: Id, mentor_id: Id) -> None:
        """Put a pair in."""
        self.mentors.setdefault(student_id, []).append(mentor_id)
        self.students.setdefault(mentor_id, []).append(student_id)

    def remove(self, student_id: Id, mentor_id: Id) -> None:
        """Take a pair out."""
        self.mentors[student_id].remove(mentor_id)
        self.students[mentor_id].remove(student_id)


def justified(problem: Problem, matching: Matching, blocking: IntArray) -> IntArray:
    """Return the blocking pairs whose swap would break no hard rule.

    In the swap the student joins the mentor and leaves the worst mentor it has if its quota is full; if the mentor is
    full, one student that it likes strictly less leaves it and is left without that mentor. A rule counts as broken if
    it has a violation that it did not have before, save that the displaced student has no mentor now: a claim is about
    who has the better right to the seat. One student to displace for whom nothing breaks is enough.

    Parameters
    ----------
    problem : Problem
    matching : Matching
        That keeps the hard rules.
    blocking : integer array
        From `blocking_pairs`.

    Returns
    -------
    int64 array
        The justified ones of `blocking`.
    """
    # A claim of stability is what is weighed here; the stricter kinds imply the weak one.
    hard = [rule for rule in problem.constraints if not rule.original.stability]
    if all(isinstance(rule, Quotas) and not (rule.lower and problem.market.mentor_lower.any()) for rule in hard):
        return blocking
    ledger = Ledger.of(matching)
    return np.array([pair for pair in blocking.tolist() if _is_justified(problem.market, hard, ledger, pair)], np.int64)


def _is_justified(market: Market, rules: Sequence[Constraint], ledger: Ledger, pair: int) -> bool:
    student_id = market.student_of(pair)
    mentor_id = market.mentor_of(pair)
    has = ledger.mentors_of(student_id)
    leaves = None
    if len(has) >= market.student_quota[market.student[pair]]:
        leaves = max(has, key=lambda other: _rank(market, student_id, other))
    seated = ledger.students_of(mentor_id)
    displaced: list[Id | None] = [None]
    if len(seated) >= market.mentor_upper[market.mentor[pair]]:
        mine = int(market.mentor_rank[pair])
        worse = [(_mentor_rank(market, other, mentor_id), other) for other in seated]
        displaced = [other for rank, other in sorted(worse, key=lambda item: -item[0]) if rank > mine]
    return any(
        not rules_broken_by_swap(market, rules, ledger, (student_id, mentor_id), leaves=leaves, out=other)
        for other in displaced
    )


def rules_broken_by_swap(
    market: Market,
    rules: Sequence[Constraint],
    ledger: Ledger,
    pair: tuple[Id, Id],
    *,
    leaves: Id | None,
    out: Id | None,
) -> tuple[Constraint, ...]:
    """Return the hard rules with a violation that they did not have before a swap; the ledger is put back.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
    ledger : Ledger
        The matching before the swap.
    pair : (student id, mentor id)
        Who joins whom.
    leaves : mentor id or None
        What the student leaves.
    out : student id or None
        Who leaves the mentor. That it has no mentor then does not count.
    """
    student_id, mentor_id = pair
    students = [student_id, *(() if out is None else (out,))]
    mentors = [mentor_id, *(() if leaves is None else (leaves,))]
    scope = Scope(students, mentors)
    before = [_broken(market, rule, ledger, scope) for rule in rules]
    if leaves is not None:
        ledger.remove(student_id, leaves)
    if out is not None:
        ledger.remove(out, mentor_id)
    ledger.add(student_id, mentor_id)
    after = [_broken(market, rule, ledger, scope) for rule in rules]
    ledger.remove(student_id, mentor_id)
    if out is not None:
        ledger.add(out, mentor_id)
    if leaves is not None:
        ledger.add(student_id, leaves)
    return tuple(
        rule
        for rule, old, new in zip(rules, before, after, strict=True)
        if any(
            amount > old.get(key, 0) and not (rule.kind == "coverage" and key[0] == (out,))
            for key, amount in new.items()
        )
    )


def _broken(
    market: Market, rule: Constraint, ledger: Ledger, scope: Scope
) -> dict[tuple[tuple[Id, ...], tuple[Id, ...]], int]:
    found: dict[tuple[tuple[Id, ...], tuple[Id, ...]], int] = {}
    for violation in rule.violations(market, ledger, scope if rule.local else None):
        if not violation.soft:
            # A rule over the whole matching may name other people each time it is broken; only its amount compares.
            key = (violation.students, violation.mentors) if rule.local else ((), ())
            found[key] = found.get(key, 0) + violation.amount
    return found


def _rank(market: Market, student_id: Id, mentor_id: Id) -> int:
    pair = market.pair_index(student_id, mentor_id)
    rank = 0 if pair is None else int(market.student_rank[pair])
    return rank or _UNLISTED


def _mentor_rank(market: Market, student_id: Id, mentor_id: Id) -> int:
    pair = market.pair_index(student_id, mentor_id)
    return 0 if pair is None else int(market.mentor_rank[pair])
