"""Small markets whose mentors have caps on kinds of students, as lists, and many of them side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from mentormatch.constraints import Constraint, OtherClassCap, Quotas, TypeQuotas
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market

STUDENTS, MENTORS = range(4), range(2)
KINDS = ("key", "boarder")


@dataclass(frozen=True)
class Small:
    """A market of four students and two mentors, as lists; 0 in a list is no pair.

    Caps are (kind, the most of each mentor); two of them cross, one alone is nested in the seats. ``elsewhere`` are the
    pairs that an other-class cap counts.
    """

    wish: tuple[tuple[int, ...], ...]
    rank: tuple[tuple[int, ...], ...]
    seats: tuple[int, ...]
    kinds: tuple[tuple[bool, bool], ...]
    caps: tuple[tuple[int, tuple[int, ...]], ...]
    elsewhere: tuple[tuple[bool, ...], ...]
    most_elsewhere: int | None

    def within_caps(self, j: int, students: frozenset[int]) -> bool:
        """Tell whether a mentor may have these students."""
        if len(students) > self.seats[j]:
            return False
        if self.most_elsewhere is not None and sum(self.elsewhere[i][j] for i in students) > self.most_elsewhere:
            return False
        return all(sum(self.kinds[i][kind] for i in students) <= most[j] for kind, most in self.caps)

    def is_stable(self, of: tuple[int | None, ...]) -> bool:
        """Tell whether no student and mentor gain by an exchange that keeps the mentor's caps."""
        for i, j in product(STUDENTS, MENTORS):
            wish = self.wish[i][j]
            if not wish or of[i] == j or (of[i] is not None and self.wish[i][of[i]] <= wish):
                continue
            has = frozenset(other for other in STUDENTS if of[other] == j)
            if self.within_caps(j, has | {i}):
                return False
            if any(self.rank[other][j] > self.rank[i][j] and self.within_caps(j, has - {other} | {i}) for other in has):
                return False
        return True

    def matchings(self) -> Iterator[tuple[int | None, ...]]:
        """Yield every matching within the caps, the mentor of each student."""
        for of in product(*([None, *(j for j in MENTORS if self.wish[i][j])] for i in STUDENTS)):
            if all(self.within_caps(j, frozenset(i for i in STUDENTS if of[i] == j)) for j in MENTORS):
                yield of

    @property
    def is_nested(self) -> bool:
        """Whether no two caps of a mentor can cross."""
        return len(self.caps) + (self.most_elsewhere is not None) <= 1

    def first_and_placed(self, of: tuple[int | None, ...]) -> tuple[int, int]:
        return sum(j is not None and self.wish[i][j] == 1 for i, j in enumerate(of)), sum(j is not None for j in of)


def drawn(rng: np.random.Generator) -> Small:
    """Draw a market: ties on either side, caps that cross or are nested."""
    wish = rng.integers(0, 3, (4, 2))
    kinds = rng.random((4, 2)) < 0.5
    some = rng.choice([0, 1, 2, 3])
    caps = [(kind, tuple(rng.integers(0, 3, 2).tolist())) for kind in range(2) if some >> kind & 1]
    return Small(
        tuple(map(tuple, wish.tolist())),
        tuple(map(tuple, rng.integers(1, 4, (4, 2)).tolist())),
        tuple(rng.integers(0, 4, 2).tolist()),
        tuple(map(tuple, kinds.tolist())),
        tuple(caps),
        tuple(map(tuple, (rng.random((4, 2)) < 0.5).tolist())),
        int(rng.integers(0, 3)) if some in (0, 1) and rng.random() < 0.5 else None,
    )


@cache
def smalls(number: int = 600) -> tuple[Small, ...]:
    rng = np.random.default_rng(29)
    return tuple(drawn(rng) for _ in range(number))


def union(parts: tuple[Small, ...]) -> tuple[Market, list[Constraint]]:
    """Return the disjoint union of markets, and the rules with their caps."""
    pairs = [(p, i, j) for p, part in enumerate(parts) for i, j in product(STUDENTS, MENTORS) if part.wish[i][j]]
    n, k = 4 * len(parts), 2 * len(parts)
    market = Market.from_arrays(
        [4 * p + i for p, i, _ in pairs],
        [2 * p + j for p, _, j in pairs],
        student_rank=[parts[p].wish[i][j] for p, i, j in pairs],
        mentor_rank=[parts[p].rank[i][j] for p, i, j in pairs],
        mentor_upper=[seats for part in parts for seats in part.seats],
        num_students=n,
        num_mentors=k,
        student_attributes={
            name: Attribute.from_values([str(kinds[kind]) for part in parts for kinds in part.kinds])
            for kind, name in enumerate(KINDS)
        },
        pair_attributes={"locality": np.array([int(parts[p].elsewhere[i][j]) for p, i, j in pairs])},
    )
    rules: list[Constraint] = [Quotas(lower=False)]
    for kind, name in enumerate(KINDS):
        most = {
            2 * p + j: caps[1][j]
            for p, part in enumerate(parts)
            for caps in part.caps
            if caps[0] == kind
            for j in MENTORS
        }
        if most and "True" in market.student_attributes[name].labels:
            rules.append(TypeQuotas(attribute=name, values="True", upper=most))
    elsewhere = {
        2 * p + j: part.most_elsewhere
        for p, part in enumerate(parts)
        if part.most_elsewhere is not None
        for j in MENTORS
    }
    return market, [*rules, *([OtherClassCap(upper=elsewhere)] if elsewhere else [])]


def mentors_of(market: Market, pairs: np.ndarray, number: int) -> tuple[int | None, ...]:
    """Return the mentors of the students of one part of a union."""
    of: list[int | None] = [None] * market.num_students
    for pair in pairs.tolist():
        of[market.student[pair]] = int(market.mentor[pair]) % 2
    return tuple(of[4 * number : 4 * number + 4])
