"""The lattice of stable matchings of a strict market: how many there are, which pairs stand in one, all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.concepts.concept import expect, expect_none
from mentormatch.constraints import Constraint, Quotas, WeakStability
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.solvers.stable.rotation_poset import RotationPoset
from mentormatch.solvers.stable.stable_lattice import ENGINE, poset_of_form
from mentormatch.verify.blocking_pairs import blocking_pairs
from mentormatch.verify.one_side_optimal import is_mentor_optimal, is_strict, is_student_optimal

_BREAK_TIES = Text(
    zh="用 maximum_stable 等求其一,或先打破并列。",
    en="ask for one stable matching (maximum_stable, egalitarian, ...), or break the ties first.",
)


@dataclass(frozen=True, eq=False)
class StableLattice:
    """All stable matchings of a strict market, told by its rotations (Irving and Leather 1986).

    Parameters
    ----------
    market : Market
    poset : RotationPoset
        The rotations, and which must be eliminated before which.
    candidates : bool array of shape (m,)
        The pairs that no rule removes: no others block.
    """

    market: Market
    poset: RotationPoset
    candidates: BoolArray

    @property
    def num_rotations(self) -> int:
        """Number of rotations."""
        return len(self.poset)

    @property
    def stable_pairs(self) -> IntArray:
        """Positions of the pairs that stand in some stable matching."""
        return self.poset.stable_pairs

    @property
    def num_stable_pairs(self) -> int:
        """Number of pairs that stand in some stable matching. O(m)."""
        return len(self.poset.stable_pairs)

    @cached_property
    def num_matchings(self) -> int:
        """Number of stable matchings. Exponential at worst (#P-complete)."""
        return self.poset.count()

    @property
    def student_optimal(self) -> Matching:
        """The stable matching that is best for every student."""
        return Matching(self.market, self.poset.first)

    @property
    def mentor_optimal(self) -> Matching:
        """The stable matching that is best for every mentor."""
        return Matching(self.market, self.poset.last)

    def matchings(self) -> Iterator[Matching]:
        """Yield every stable matching once, the student-optimal one first; O(m) for each, and checked.

        Raises
        ------
        InternalError
            When the independent checker finds a blocking pair.
        """
        for closed in self.poset.closed_sets():
            matching = Matching(self.market, np.flatnonzero(self.poset.chosen(closed)))
            expect(not len(blocking_pairs(self.market, matching, candidates=self.candidates)), "stable")
            yield matching


def stable_lattice(market: Market, rules: Sequence[Constraint] = ()) -> StableLattice:
    """Return the lattice of the stable matchings of a market without ties. O(m) after sorting (Gusfield 1987).

    Students may take several mentors: stable then means that no pair blocks (Bansal, Agrawal and Malhotra 2007).

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules that remove pairs, such as `ForbiddenPairs`: they block nothing.

    Raises
    ------
    UnsupportedError
        With other rules; where somebody who must be turned away is tied with another, or there are placement pairs.
    """
    form = compile_form(Problem(market, [Quotas(lower=False), WeakStability(), *rules]))
    expect_none(ENGINE.supports(form), "stable_lattice", maybe=_BREAK_TIES)
    lattice = StableLattice(market, poset_of_form(form), form.open)
    for end in (lattice.student_optimal, lattice.mentor_optimal):
        expect(not len(blocking_pairs(market, end, candidates=form.open)), "stable")
    if is_strict(market) and form.open.all():
        expect(is_student_optimal(market, lattice.student_optimal), "student-optimal")
        expect(is_mentor_optimal(market, lattice.mentor_optimal), "mentor-optimal")
    return lattice
