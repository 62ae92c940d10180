"""Large weakly stable matchings with ties: promotion from both sides, then a search that takes apart and mends.

With ties, weakly stable matchings differ in size, and a largest one is NP-hard to find (Iwama, Manlove, Miyazaki and
Morita 1999; Manlove, Irving, Iwama, Miyazaki and Morita 2002). Kiraly (2011) promotes a student who was rejected
everywhere, so that it wins ties on its next way through its list, and comes within 3/2 of the largest. Here a student
may be promoted more than once, and mentors with a free seat then invite students by the same rule, students being free
to leave for a mentor they like as well: size never falls and stability holds after every chain, because whoever moves
does so only after everybody it likes better has declined.

From there the search is one of small changes: a few pairs near somebody unmatched are taken apart, everybody concerned
makes offers again, remaining blocking pairs are settled one by one (Roth and Vande Vate 1990), and the outcome is kept
unless it is smaller. It proves nothing; bounds come from elsewhere. One seed, one answer.
"""

from collections.abc import Callable, Iterable
from random import Random

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.market.market import Market

# How often somebody is promoted at first; later rounds and kicks need less (measured: benchmarks/largest_stable.py).
_FIRST_LEVELS, _ROUND_LEVELS, _KICK_LEVELS = 4, 2, 1
_ROUNDS = 3
# Most students that one kick takes apart.
_KICK = 24
# Rounds of settling blocking pairs after which a kick is given up.
_REPAIRS = 30
# Kicks between two looks at the clock.
_BREATH = 64
_NOTHING = 2**31


class TieSearch:
    """A weakly stable matching that grows.

    Parameters
    ----------
    market : Market
        Every student takes at most one mentor.
    usable : bool array of shape (m,)
        The pairs that may be matched and may block; all of them choice pairs.
    start : bool array of shape (m,)
        A weakly stable matching of usable pairs.
    seed : int

    Notes
    -----
    O(m) memory in lists and dictionaries; a chain costs the lengths of the lists of those it moves.
    """

    def __init__(self, market: Market, usable: BoolArray, *, start: BoolArray, seed: int) -> None:
        usable = usable & (market.mentor_upper[market.mentor] > 0)
        self._market, self._usable = market, usable
        self._random = Random(seed).random  # noqa: S311  # a search, no secret
        self._seats: list[int] = market.mentor_upper.tolist()
        self._student_rank: list[dict[int, int]] = [{} for _ in range(market.num_students)]
        self._mentor_rank: list[dict[int, int]] = [{} for _ in range(market.num_mentors)]
        columns = (market.student, market.mentor, market.student_rank, market.mentor_rank)
        for i, j, wish, rank in zip(*(column[usable].tolist() for column in columns), strict=True):
            self._student_rank[i][j] = wish
            self._mentor_rank[j][i] = rank
        self._student_tiers = [_tiers(ranks) for ranks in self._student_rank]
        self._mentor_tiers = [_tiers(ranks) for ranks in self._mentor_rank]
        self._mentor_of = [-1] * market.num_students
        self._held: list[dict[int, None]] = [{} for _ in range(market.num_mentors)]
        self._student_level: dict[int, int] = {}
        self._mentor_level: dict[int, int] = {}
        self._most_levels = 0
        self._log: list[tuple[int, int]] = []
        self._is_focus = (np.ones(market.num_students, bool), np.ones(market.num_mentors, bool))
        self._free_students: set[int] = set()
        self._free_mentors: set[int] = set()
        self.kicks = 0
        """Number of kicks so far."""
        self.size = 0
        """Number of matched pairs."""
        self.load(start)

    def chosen(self) -> BoolArray:
        """Return which pairs are matched, bool of shape (m,)."""
        of_student = np.array(self._mentor_of, np.int64)[self._market.student]
        return np.asarray(self._usable & (of_student == self._market.mentor))

    def load(self, chosen: BoolArray) -> None:
        """Go on from another weakly stable matching."""
        self._mentor_of = [-1] * self._market.num_students
        self._held = [{} for _ in range(self._market.num_mentors)]
        for i, j in zip(self._market.student[chosen].tolist(), self._market.mentor[chosen].tolist(), strict=True):
            self._mentor_of[i] = j
            self._held[j][i] = None
        self.size = int(chosen.sum())

    def promote(self, *, stop: Callable[[], bool]) -> None:
        """Let students and mentors without a partner make offers in turns, promoted from time to time."""
        self._most_levels = _FIRST_LEVELS
        self._everybody_offers(stop)
        self._most_levels = _ROUND_LEVELS
        for _ in range(_ROUNDS):
            self._everybody_invites(stop)
            self._everybody_offers(stop)
        self.size = sum(mentor >= 0 for mentor in self._mentor_of)

    def focus(self, students: BoolArray, mentors: BoolArray) -> None:
        """Kick near these individuals only: nobody else can gain."""
        self._is_focus = (students, mentors)

    def improve(self, *, target: int, kicks: int, stop: Callable[[], bool]) -> None:
        """Kick until the size reaches a target, or so many times, or until told to stop.

        An interrupt leaves the matching as it was before the kick.
        """
        self._most_levels = _KICK_LEVELS
        self._free_students = {i for i in range(len(self._mentor_of)) if self._is_free_student(i)}
        self._free_mentors = {j for j in range(len(self._held)) if self._is_free_mentor(j)}
        ends = self._ends()
        for number in range(kicks):
            if self.size >= target or not ends or (number % _BREATH == 0 and stop()):
                return
            self.kicks += 1
            self._log = []
            try:
                is_stable = self._kick(*ends[int(self._random() * len(ends))])
            except KeyboardInterrupt:
                self._undo()
                raise
            before: dict[int, int] = {}
            for student, mentor in self._log:
                before.setdefault(student, mentor)
            gain = sum((self._mentor_of[i] >= 0) - (mentor >= 0) for i, mentor in before.items())
            if gain < 0 or not is_stable:
                self._undo()
                continue
            self.size += gain
            if self._note_free(before):
                ends = self._ends()

    # -- chains of offers ---------------------------------------------------------------------------------------

    def _everybody_offers(self, stop: Callable[[], bool]) -> None:
        self._student_level = {}
        for number, i in enumerate(self._shuffled(i for i in range(len(self._mentor_of)) if self._is_free_student(i))):
            if number % _BREATH == 0 and stop():
                return
            self._log = []
            self._offer(i)

    def _everybody_invites(self, stop: Callable[[], bool]) -> None:
        self._mentor_level = {}
        for number, j in enumerate(self._shuffled(j for j in range(len(self._held)) if self._is_free_mentor(j))):
            if number % _BREATH == 0 and stop():
                return
            self._log = []
            while self._is_free_mentor(j) and self._invite(j):
                pass

    def _offer(self, student: int) -> None:
        """Let an unmatched student offer itself, and whoever it displaces, until somebody finds a seat or gives up.

        A mentor takes a student for one it likes less, or for one it likes as well that was promoted less often.
        """
        level, seats, chance = self._student_level, self._seats, self._random
        while True:
            best: tuple[int, int] | None = None
            own = level.get(student, 0)
            for tier in self._student_tiers[student]:
                least = float(_NOTHING)
                for mentor in tier:
                    held = self._held[mentor]
                    if len(held) < seats[mentor]:
                        key, loser = chance() - 2, -1
                    else:
                        ranks = self._mentor_rank[mentor]
                        worst = max([ranks[other] for other in held])
                        if worst < ranks[student]:
                            continue
                        loser = self._least_promoted(held, ranks, worst)
                        key = level.get(loser, 0) + chance() / 2
                        if worst > ranks[student]:
                            key -= 0.5
                        elif level.get(loser, 0) >= own:
                            continue
                    if key < least:
                        least, best = key, (mentor, loser)
                if best is not None:
                    break
            if best is None:
                if own >= self._most_levels:
                    return
                level[student] = own + 1
                continue
            mentor, loser = best
            if loser >= 0:
                self._move(loser, -1)
            self._move(student, mentor)
            if loser < 0:
                return
            student = loser

    def _least_promoted(self, held: Iterable[int], ranks: dict[int, int], worst: int) -> int:
        losers = [other for other in held if ranks[other] == worst]
        if len(losers) == 1:
            return losers[0]
        return min(losers, key=lambda other: self._student_level.get(other, 0) + self._random() / 2)

    def _invite(self, mentor: int) -> bool:
        """Let a mentor with a free seat invite students, and whoever loses one, until an unmatched student accepts.

        A student accepts a mentor that it likes better than its own, or as well if that one was promoted less often.
        """
        level, mentor_of, chance = self._mentor_level, self._mentor_of, self._random
        while True:
            best = -1
            own = level.get(mentor, 0)
            for tier in self._mentor_tiers[mentor]:
                least = float(_NOTHING)
                for student in tier:
                    current = mentor_of[student]
                    if current < 0:
                        key = chance() - 2
                    elif current == mentor:
                        continue
                    else:
                        ranks = self._student_rank[student]
                        if ranks[mentor] > ranks[current]:
                            continue
                        key = level.get(current, 0) + chance() / 2
                        if ranks[mentor] < ranks[current]:
                            key -= 0.5
                        elif level.get(current, 0) >= own:
                            continue
                    if key < least:
                        least, best = key, student
                if best >= 0:
                    break
            if best < 0:
                if own >= self._most_levels:
                    return False
                level[mentor] = own + 1
                continue
            left = mentor_of[best]
            self._move(best, mentor)
            if left < 0:
                return True
            mentor = left

    # -- kicks --------------------------------------------------------------------------------------------------

    def _kick(self, is_student: bool, near: int) -> bool:
        """Take pairs near somebody apart and let everybody concerned offer again; return whether all is stable."""
        self._student_level, self._mentor_level = {}, {}
        students = self._around(is_student, near, 1 + int(self._random() * _KICK))
        seats = [] if is_student else [near]
        for i in students:
            if self._mentor_of[i] >= 0:
                seats.append(self._mentor_of[i])
                self._move(i, -1)
        seats = self._shuffled(seats)
        if self._random() < 0.5:
            self._fill(seats)
            students = self._shuffled(dict.fromkeys(i for i, _ in self._log))
            self._place(students)
        else:
            self._place(self._shuffled(students))
            self._fill(seats)
        return self._settle(set() if is_student else {near})

    def _fill(self, mentors: list[int]) -> None:
        for j in mentors:
            if len(self._held[j]) < self._seats[j]:
                self._invite(j)

    def _place(self, students: list[int]) -> None:
        for i in students:
            if self._mentor_of[i] < 0:
                self._offer(i)

    def _around(self, is_student: bool, near: int, size: int) -> list[int]:
        """Return so many students near somebody, reached over pairs in random order."""
        seen: set[tuple[bool, int]] = set()
        queue = [(is_student, near)]
        found: list[int] = []
        while queue and len(found) < size:
            node = queue.pop(int(self._random() * len(queue)))
            if node in seen:
                continue
            seen.add(node)
            side, index = node
            if side:
                found.append(index)
                queue += [(False, j) for j in self._student_rank[index]]
            else:
                queue += [(True, i) for i in self._mentor_rank[index]]
        return found

    def _settle(self, mentors: set[int]) -> bool:
        """Settle the blocking pairs of everybody who moved, the mentors' favourites first; give up after a while."""
        for _ in range(_REPAIRS):
            blocking = self._blocking({i for i, _ in self._log}, mentors)
            if not blocking:
                return True
            for _, _, student, mentor in blocking:
                self._satisfy(student, mentor)
        return False

    def _satisfy(self, student: int, mentor: int) -> None:
        """Match a pair if it still blocks; who loses by it makes new offers."""
        left, loser = self._mentor_of[student], -1
        wishes, ranks = self._student_rank[student], self._mentor_rank[mentor]
        if left >= 0 and wishes[left] <= wishes[mentor]:
            return
        held = self._held[mentor]
        if len(held) >= self._seats[mentor]:
            worst = max([ranks[other] for other in held])
            if worst <= ranks[student]:
                return
            loser = self._least_promoted(held, ranks, worst)
            self._move(loser, -1)
        self._move(student, mentor)
        if left >= 0:
            self._invite(left)
        if loser >= 0 and self._mentor_of[loser] < 0:
            self._offer(loser)

    def _blocking(self, students: set[int], mentors: set[int]) -> list[tuple[int, float, int, int]]:
        """Return the blocking pairs of some students and of all mentors that they left or joined, as sorted tuples."""
        mentors = mentors | {j for _, j in self._log if j >= 0} | {self._mentor_of[i] for i in students}
        mentors.discard(-1)
        found: dict[tuple[int, int], int] = {}
        for i in sorted(students):
            wishes = self._student_rank[i]
            own = wishes[self._mentor_of[i]] if self._mentor_of[i] >= 0 else _NOTHING
            for j, wish in wishes.items():
                if wish < own and self._mentor_rank[j][i] < self._worst(j):
                    found[i, j] = self._mentor_rank[j][i]
        for j in sorted(mentors):
            worst = self._worst(j)
            for i, rank in self._mentor_rank[j].items():
                if rank < worst:
                    current = self._mentor_of[i]
                    if current < 0 or self._student_rank[i][j] < self._student_rank[i][current]:
                        found[i, j] = rank
        return sorted((rank, self._random(), i, j) for (i, j), rank in found.items())

    # -- the state ----------------------------------------------------------------------------------------------

    def _worst(self, mentor: int) -> int:
        """Return the rank that a student must beat."""
        held, ranks = self._held[mentor], self._mentor_rank[mentor]
        return _NOTHING if len(held) < self._seats[mentor] else max([ranks[other] for other in held])

    def _move(self, student: int, mentor: int) -> None:
        before = self._mentor_of[student]
        self._log.append((student, before))
        if before >= 0:
            del self._held[before][student]
        self._mentor_of[student] = mentor
        if mentor >= 0:
            self._held[mentor][student] = None

    def _undo(self) -> None:
        for student, mentor in reversed(self._log.copy()):
            current = self._mentor_of[student]
            if current >= 0:
                self._held[current].pop(student, None)
            self._mentor_of[student] = mentor
            if mentor >= 0:
                self._held[mentor][student] = None
        self._log = []

    def _is_free_student(self, i: int) -> bool:
        return self._mentor_of[i] < 0 and bool(self._student_rank[i])

    def _is_free_mentor(self, j: int) -> bool:
        return len(self._held[j]) < min(self._seats[j], len(self._mentor_rank[j]))

    def _ends(self) -> list[tuple[bool, int]]:
        """Return where a larger matching would differ: unmatched students and mentors with room, in focus."""
        students, mentors = self._is_focus
        return [
            *((True, i) for i in sorted(self._free_students) if students[i]),
            *((False, j) for j in sorted(self._free_mentors) if mentors[j]),
        ]

    def _note_free(self, before: dict[int, int]) -> bool:
        """Bring the sets of the free up to date after a kick; return whether they changed."""
        changed = False
        for i, left in before.items():
            if self._is_free_student(i) != (i in self._free_students):
                self._free_students ^= {i}
                changed = True
            for j in (left, self._mentor_of[i]):
                if j >= 0 and self._is_free_mentor(j) != (j in self._free_mentors):
                    self._free_mentors ^= {j}
                    changed = True
        return changed

    def _shuffled(self, items: Iterable[int]) -> list[int]:
        return [item for _, item in sorted((self._random(), item) for item in items)]


def _tiers(ranks: dict[int, int]) -> list[list[int]]:
    """Return the others of a list by rank, best first."""
    by_rank: dict[int, list[int]] = {}
    for other, rank in ranks.items():
        by_rank.setdefault(rank, []).append(other)
    return [by_rank[rank] for rank in sorted(by_rank)]
