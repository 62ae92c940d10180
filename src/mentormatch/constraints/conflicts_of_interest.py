"""Conflicts of interest (利益冲突回避): nobody is mentored by a parent or somebody else who must stand back."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.arrays import BoolArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.naming import Names
from mentormatch.constraints.pair_entry import PairEntries, check_entries, entries_of
from mentormatch.constraints.unsuited_pairs import UnsuitedPairs
from mentormatch.market.market import Id, Market


class ConflictsOfInterest(UnsuitedPairs):
    """No pair in a conflict of interest is made: those that are named, and those that share a value.

    `shared` names a student attribute and a mentor attribute that must have no value in common, for example the
    household. A pair of last term ends, even if it is locked.
    """

    kind: Literal["conflicts_of_interest"] = "conflicts_of_interest"
    about_two = True
    pairs: Annotated[
        PairEntries,
        said(
            "须回避的师生,理由不外传", "the pairs; nobody is told the reasons", "可只写 shared", "shared may say it all"
        ),
    ] = ()
    shared: Annotated[
        tuple[tuple[str, str], ...],
        Names(("student_attribute", "mentor_attribute")),
        said(
            "取值不得相同的一项学生属性和一项导师属性",
            "a student attribute and a mentor attribute that must not agree",
            "可只写 pairs",
            "pairs may say it all",
        ),
    ] = ()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.pairs and not self.shared:
            raise refused(
                self.kind,
                "既没有 pairs 也没有 shared,规则不起作用。",
                "there is neither 'pairs' nor 'shared', so nothing is bound.",
                maybe=Text(zh='加上 pairs = [["20240101", "T004"]]。', en='add pairs = [["20240101", "T004"]].'),
            )
        return self

    def check(self, market: Market) -> None:
        """Refuse unknown ids, pairs that stand twice, and unknown attributes."""
        check_entries(entries_of(self.pairs), self.kind)

    def unsuited(self, market: Market) -> BoolArray:
        """Return the pairs in a conflict."""
        found = np.zeros(market.num_pairs, bool)
        positions = (market.pair_index(entry.student, entry.mentor) for entry in entries_of(self.pairs))
        found[[pair for pair in positions if pair is not None]] = True
        for student_attribute, mentor_attribute in self.shared:
            theirs, ours = market.student_attributes[student_attribute], market.mentor_attributes[mentor_attribute]
            labels = tuple(sorted(set(theirs.labels) & set(ours.labels)))
            left, right = theirs.membership(labels), ours.membership(labels)
            for column in range(len(labels)):
                found |= left[market.student, column] & right[market.mentor, column]
        return found

    def is_unsuited(self, market: Market, student_id: Id, mentor_id: Id) -> bool:
        """Tell whether a pair is in a conflict."""
        if any(entry.student == student_id and entry.mentor == mentor_id for entry in entries_of(self.pairs)):
            return True
        i, j = market.student_index(student_id), market.mentor_index(mentor_id)
        return any(
            set(market.student_attributes[one].values(i)) & set(market.mentor_attributes[other].values(j))
            for one, other in self.shared
        )

    def describe(self) -> Text:
        """Say the rule."""
        return Text(zh="存在利益冲突的师生不结对。", en="Nobody is paired with a mentor in a conflict of interest.")
