"""Bottlenecks: where seats are shortest, class by class and for the whole school, as Hall cuts (Hall 1935).

Two questions are asked of each class: how its students fare with every mentor that the rules allow them, and how they
would fare with the mentors of their own class alone. And two cuts of the whole school: the smallest and the largest set
of students that is short of the largest number of seats.
"""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.explain.counted_seats import counted_seats
from mentormatch.market.market import Id
from mentormatch.problem.problem import Problem
from mentormatch.solvers.flow.ortools_graph import new_max_flow


@dataclass(frozen=True, slots=True)
class Cut:
    """Students that can go to these mentors only, and the seats that those have.

    Parameters
    ----------
    group : str or None
        The class, or None for the whole school.
    students, mentors : tuple of ids
    needed, available : int
        Students that need a seat, and seats; short where ``needed > available``.
    own_class : bool
        Only mentors that teach the class were counted.
    text : Text
    """

    group: str | None
    students: tuple[Id, ...]
    mentors: tuple[Id, ...]
    needed: int
    available: int
    own_class: bool
    text: Text

    @property
    def short(self) -> int:
        """Seats that are missing."""
        return max(self.needed - self.available, 0)


def school_cuts(problem: Problem) -> tuple[Cut, ...]:
    """Return the smallest and the largest set of students that is short of most seats; empty where none is short.

    The two are one where there is only one. Every minimum cut lies between them (Picard and Queyranne 1980).
    """
    due = _due(problem)
    cuts = {}
    for largest in (False, True):
        cut = _hall(problem, due, problem.candidates, None, own_class=False, largest=largest)
        if cut is not None and cut.short:
            cuts[cut.students] = cut
    return tuple(cuts.values())


def class_cuts(problem: Problem, *, attribute: str = "class_name") -> tuple[Cut, ...]:
    """Return the worst cut of each class, shortest of seats first.

    Parameters
    ----------
    problem : Problem
    attribute : str
        Any student attribute, ``grade`` for example.

    Returns
    -------
    tuple of Cut
        For each class that is short by the rules its cut; and, where the market knows the localities, for each class
        that would be short with the mentors of its own class alone that cut, marked `own_class`.
    """
    market, due = problem.market, _due(problem)
    groups = market.student_attributes.get(attribute)
    if groups is None:
        return ()
    locality = market.pair_attributes.get("locality")
    found = []
    for label in groups.labels:
        mine = due & groups.has(label)
        if not mine.any():
            continue
        cut = _hall(problem, mine, problem.candidates, label, own_class=False)
        if cut is not None and cut.short:
            found.append(cut)
        if locality is not None:
            own = _hall(problem, mine, problem.candidates & (locality == 0), label, own_class=True)
            if own is not None and own.short:
                found.append(own)
    return tuple(sorted(found, key=lambda cut: (cut.own_class, -cut.short, str(cut.group))))


def _due(problem: Problem) -> BoolArray:
    due = np.zeros(problem.market.num_students, bool)
    for rule in problem.constraints:
        due[rule.must_place(problem.market)] = True
    return due


def _hall(
    problem: Problem,
    due: BoolArray,
    allowed: BoolArray,
    group: str | None,
    *,
    own_class: bool,
    largest: bool = False,
) -> Cut | None:
    market = problem.market
    upper = counted_seats(problem)
    pairs = np.flatnonzero(allowed & due[market.student] & (upper[market.mentor] > 0))
    inside = _short_students(problem, due, pairs, upper, largest=largest)
    if inside is None:
        return None
    members = np.flatnonzero(inside)
    reached = np.unique(market.mentor[pairs[inside[market.student[pairs]]]])
    # One mentor serves each student of the cut once at most.
    degree = np.bincount(market.mentor[pairs[inside[market.student[pairs]]]], minlength=market.num_mentors)
    available = int(np.minimum(upper, degree)[reached].sum())
    return Cut(
        group=group,
        students=tuple(market.student_ids[i] for i in members.tolist()),
        mentors=tuple(market.mentor_ids[j] for j in reached.tolist()),
        needed=len(members),
        available=available,
        own_class=own_class,
        text=_text(group, len(members), len(reached), available, own_class=own_class),
    )


def _short_students(
    problem: Problem, due: BoolArray, pairs: IntArray, seats: IntArray, *, largest: bool
) -> BoolArray | None:
    """Return the students on the source side of a minimum cut; None where everybody gets a seat."""
    market = problem.market
    n, k = market.num_students, market.num_mentors
    if not len(pairs):
        return due if due.any() else None
    source, sink = n + k, n + k + 1
    asking = np.flatnonzero(due)
    solver = new_max_flow()
    solver.add_arcs_with_capacity(
        np.full(len(asking), source, np.int32), asking.astype(np.int32), np.ones(len(asking), np.int64)
    )
    solver.add_arcs_with_capacity(
        market.student[pairs].astype(np.int32),
        (market.mentor[pairs] + n).astype(np.int32),
        np.full(len(pairs), len(asking) + 1, np.int64),
    )
    solver.add_arcs_with_capacity(np.arange(n, n + k, dtype=np.int32), np.full(k, sink, np.int32), seats)
    solver.solve(source, sink)
    if int(solver.optimal_flow()) == len(asking):
        return None
    side = np.zeros(n + k + 2, bool)
    if largest:
        side[:] = True
        side[np.array(solver.get_sink_side_min_cut(), np.int64)] = False
    else:
        side[np.array(solver.get_source_side_min_cut(), np.int64)] = True
    return side[:n] & due


def _text(group: str | None, needed: int, mentors: int, seats: int, *, own_class: bool) -> Text:
    short = needed - seats
    zh_who = "全校" if group is None else group
    en_who = "of the school" if group is None else f"of {group}"
    zh_where, en_where = (
        ("若只在本班任课导师中安排,", "With mentors of the own class alone, ") if own_class else ("", "")
    )
    return Text(
        zh=f"{zh_where}{zh_who} {needed} 名学生可去的 {mentors} 名导师共有 {seats} 个名额,缺 {short} 个。",
        en=f"{en_where}{needed} students {en_who} can go to {mentors} mentors with {seats} seats: {short} short.",
    )
