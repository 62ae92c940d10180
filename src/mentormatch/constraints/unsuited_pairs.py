"""What rules against single pairs share: hard, the pairs do not exist; soft, each of them costs."""

from abc import abstractmethod
from typing import Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.arrays import BoolArray
from mentormatch.base.text import Text
from mentormatch.constraints.binding import penalty_and_stage
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.shared_parameters import Penalty, PenaltyStage
from mentormatch.formulation.rows import Mask, Rows, grouped_rows
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Pairs

ON_RECORD = Text(
    zh="按学校登记的信息,这一对不宜结对。",
    en="By what the school has on record the two should not be paired.",
)
"""A reason that gives nothing away: who is in care, or who asked for what, is nobody else's business."""


class UnsuitedPairs(Constraint):
    """A rule against pairs, one by one.

    A hard one comes before continuity: a pair of last term that it rules out ends, whatever else would keep it. A
    subclass says which pairs do not suit, once for engines (`unsuited`) and once for the checker (`is_unsuited`).
    """

    penalty: Penalty = None
    stage: PenaltyStage = None

    @model_validator(mode="after")
    def _penalty_has_stage(self) -> Self:
        penalty_and_stage(self.kind, self.penalty, self.stage)
        return self

    @abstractmethod
    def unsuited(self, market: Market) -> BoolArray:
        """Return which pairs do not suit, bool of shape (m,)."""

    @abstractmethod
    def is_unsuited(self, market: Market, student_id: Id, mentor_id: Id) -> bool:
        """Tell whether a pair does not suit, by ids and without `unsuited`."""

    @property
    def reason(self) -> Text:
        """Why a pair does not exist, for everybody to read."""
        return ON_RECORD

    def facts(self, market: Market) -> dict[str, BoolArray]:
        """Return the pairs that end whatever keeps them."""
        return {} if self.penalty is not None else {"barred": self.unsuited(market)}

    def masks(self, market: Market) -> tuple[Mask, ...]:
        """Return the pairs that do not exist; none where the rule is soft."""
        if self.penalty is not None:
            return ()
        return (Mask(self.kind, np.flatnonzero(self.unsuited(market)), self.reason),)

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a soft row for each student over the pairs that do not suit; none where the rule is hard."""
        if self.penalty is None:
            return ()
        at = np.flatnonzero(self.unsuited(market))
        who, owner = np.unique(market.student[at], return_inverse=True)
        none = np.zeros(len(who), np.int64)
        return (
            grouped_rows(
                self.kind,
                at,
                owner,
                lower=none,
                upper=none,
                students=who,
                label=lambda r: _label(market.student_ids[who[r]], self.describe()),
                penalty=self.penalty,
                stage=self.stage,
                confidential=True,
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every pair that does not suit."""
        return tuple(
            Violation(
                self.kind,
                Text(
                    zh=f"学生 {student_id} 与导师 {mentor_id}:{self.reason.zh}",
                    en=f"Student {student_id} and mentor {mentor_id}: {self.reason.en}",
                ),
                students=(student_id,),
                mentors=(mentor_id,),
                soft=self.penalty is not None,
            )
            for student_id in everyone(market, scope).students
            for mentor_id in pairs.mentors_of(student_id)
            if self.is_unsuited(market, student_id, mentor_id)
        )


def where_possible(text: Text, penalty: int | None) -> Text:
    """Return a rule's sentence with the words that say that it is soft, and the full stops."""
    if penalty is None:
        return Text(zh=f"{text.zh}。", en=f"{text.en}.")
    return Text(zh=f"{text.zh}(尽量满足)。", en=f"{text.en} (where possible).")


def _label(student_id: Id, rule: Text) -> Text:
    return Text(zh=f"学生 {student_id}:{rule.zh}", en=f"Student {student_id}: {rule.en}")
