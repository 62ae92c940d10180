"""Fewest moves: as few students as possible lose the pair that a given matching gave them."""

from typing import Literal

import numpy as np
from pydantic import Field

from mentormatch.errors import RulesError
from mentormatch.market import Market
from mentormatch.matching import Matching
from mentormatch.objectives.kept_pairs import loss_form, lost_students
from mentormatch.objectives.stage import Stage
from mentormatch.rows import StageForm
from mentormatch.text import Text


class FewestMoves(Stage):
    """Minimise the number of students that keep none of their mentors of a base matching."""

    kind: Literal["fewest_moves"] = "fewest_moves"
    base: tuple[tuple[str | int, str | int], ...] = Field(
        description="The (student, mentor) pairs to keep.", repr=False
    )

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level; `RulesError` for a base pair that is no candidate."""
        at = []
        for student_id, mentor_id in self.base:
            pair = market.pair_index(student_id, mentor_id)
            if pair is None:
                raise RulesError(
                    Text(
                        zh=f"{self.kind}:学生 {student_id} 与导师 {mentor_id} 不是可匹配的一对。",
                        en=f"{self.kind}: student {student_id} and mentor {mentor_id} are no candidate pair.",
                    )
                )
            at.append(pair)
        return (loss_form(self.kind, market, np.array(at, np.int64)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the number of students that move."""
        return (lost_students(matching, self.base),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="变动的学生尽可能少", en="as few students as possible move")
