"""Members: what the rules of a problem say one by one, and the form of some of them alone.

A member is one labelled row, the pairs that one mask takes from one student, or a stability or team rule as a whole.
Any set of members makes a form of its own; with fewer members a form never has fewer matchings.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import Mask, Rows
from mentormatch.problem.form import Form
from mentormatch.problem.problem import Problem

Kind = Literal["mask", "row", "whole"]


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """One thing that a rule says.

    Parameters
    ----------
    rule : int
        Position in the problem's constraints.
    kind : {"mask", "row", "whole"}
        ``whole`` for every part that is no block of rows, such as stability or teams.
    block : int
        Which of the rule's masks, blocks of rows, ...
    index : int
        The row within the block; the student within a mask; 0 where the block is one whole.
    """

    rule: int
    kind: Kind
    block: int
    index: int


@dataclass(frozen=True, eq=False)
class MemberForm:
    """The form of some members, and which member each of its rows is.

    Parameters
    ----------
    form : Form
        Without stages.
    rows : tuple of tuple of Member
        For each block of the form's rows, the members in the order of its rows.
    """

    form: Form
    rows: tuple[tuple[Member, ...], ...]


class Members:
    """All members of a problem.

    Stability is asked among the choice pairs that the whole problem leaves open, also where the mask that closed the
    others is left out, and rules know the facts of the whole problem: so leaving members out never loses a matching.

    Parameters
    ----------
    problem : Problem
        Soft rows are no members: nothing depends on them whether a problem has a matching.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._masks: list[tuple[Mask, ...]] = []
        self._rows: list[tuple[Rows, ...]] = []
        self._wholes: list[tuple[RowPart, ...]] = []
        for rule in problem.constraints:
            written = problem.parts_of(rule)
            self._masks.append(tuple(mask for mask in problem.masks_of(rule) if len(mask.pairs)))
            self._rows.append(tuple(part for part in written if isinstance(part, Rows) and part.stage is None))
            self._wholes.append(tuple(part for part in written if not isinstance(part, Rows)))

    def of_rules(self, rules: Collection[int]) -> list[Member]:
        """Return the members of some rules that can matter, in their order: a row that no matching misses does not."""
        market, found = self.problem.market, []
        for rule in sorted(rules):
            for block, mask in enumerate(self._masks[rule]):
                found += [Member(rule, "mask", block, i) for i in np.unique(market.student[mask.pairs]).tolist()]
            for block, rows in enumerate(self._rows[rule]):
                found += [Member(rule, "row", block, i) for i in _rows_that_bind(rows).tolist()]
            found += [Member(rule, "whole", block, 0) for block in range(len(self._wholes[rule]))]
        return found

    def is_rows_of_ones(self, rule: int) -> bool:
        """Whether a rule says all that it says in masks and in rows with coefficients of one."""
        return not self._wholes[rule] and all(
            rows.coeffs is None or bool((rows.coeffs == 1).all()) for rows in self._rows[rule]
        )

    def num_blocks(self, rule: int) -> int:
        """Return how many blocks of hard rows a rule has."""
        return len(self._rows[rule])

    def form_of_rules(self, rules: Collection[int]) -> Form:
        """Return the form of some whole rules, without stages."""
        order = sorted(rules)
        return self._form(
            [mask for rule in order for mask in self._masks[rule]],
            [rows for rule in order for rows in self._rows[rule]],
            [part for rule in order for part in self._wholes[rule]],
        )

    def _form(self, masks: Sequence[Mask], rows: Sequence[Rows], wholes: Sequence[RowPart]) -> Form:
        return Form(market=self.problem.market, masks=tuple(masks), parts=(*rows, *wholes))

    def form_of(self, members: Collection[Member]) -> MemberForm:
        """Return the form of some members."""
        by_block: dict[tuple[int, Kind, int], list[Member]] = {}
        for member in sorted(members):
            by_block.setdefault((member.rule, member.kind, member.block), []).append(member)
        masks: list[Mask] = []
        rows: list[Rows] = []
        owners: list[tuple[Member, ...]] = []
        wholes: list[RowPart] = []
        for (rule, kind, block), found in by_block.items():
            if kind == "mask":
                masks.append(self._part_of_mask(self._masks[rule][block], found))
            elif kind == "row":
                rows.append(self._rows[rule][block].some(np.array([member.index for member in found], np.int64)))
                owners.append(tuple(found))
            else:
                wholes.append(self._wholes[rule][block])
        return MemberForm(self._form(masks, rows, wholes), tuple(owners))

    def closed_by(self, member: Member) -> IntArray:
        """Return the pairs that a member of the kind ``mask`` removes."""
        pairs = self._masks[member.rule][member.block].pairs
        mine = self.problem.market.student[pairs] == member.index
        return pairs[np.flatnonzero(mine)].astype(np.int64)

    def _part_of_mask(self, mask: Mask, members: Sequence[Member]) -> Mask:
        market = self.problem.market
        mine = np.zeros(market.num_students, bool)
        mine[[member.index for member in members]] = True
        return Mask(mask.rule, mask.pairs[mine[market.student[mask.pairs]]], mask.reason)

    def bounds(self, member: Member) -> tuple[int, int]:
        """Return the bounds of a member of the kind ``row``."""
        rows = self._rows[member.rule][member.block]
        return int(rows.lower[member.index]), int(rows.upper[member.index])

    def label(self, member: Member) -> Text:
        """Say one member in the user's words."""
        if member.kind == "row":
            return self._rows[member.rule][member.block].label(member.index)
        if member.kind != "mask":
            return self.problem.constraints[member.rule].describe()
        market, mask = self.problem.market, self._masks[member.rule][member.block]
        student = market.student_ids[member.index]
        pairs = self.closed_by(member)
        if len(pairs) == 1:
            mentor = market.mentor_of(pairs[0])
            return Text(
                zh=f"学生 {student} 与导师 {mentor} 不能结对:{mask.reason.zh}",
                en=f"Student {student} and mentor {mentor} cannot be paired: {mask.reason.en}",
            )
        return Text(
            zh=f"学生 {student} 与 {len(pairs)} 名导师不能结对:{mask.reason.zh}",
            en=f"Student {student} and {len(pairs)} mentors cannot be paired: {mask.reason.en}",
        )


def _rows_that_bind(rows: Rows) -> IntArray:
    """Return the rows that some set of pairs misses."""
    weights = np.ones(len(rows.pairs), np.int64) if rows.coeffs is None else rows.coeffs
    below, above = (np.concatenate([[0], np.cumsum(f(weights, 0))]) for f in (np.minimum, np.maximum))
    least, most = (total[rows.start[1:]] - total[rows.start[:-1]] for total in (below, above))
    return np.flatnonzero((rows.lower > least) | (rows.upper < most))
