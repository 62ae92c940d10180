"""Fewest moves: as few students as possible lose the pair that a given matching gave them."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import MarketError
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_mentors, known_students, refused
from mentormatch.constraints.rule_id import RuleId
from mentormatch.formulation.terms import StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.kept_pairs import loss_form, lost_students
from mentormatch.objectives.stage import Stage


class FewestMoves(Stage):
    """Minimise the number of students that keep none of their mentors of a base matching.

    Coordination after a round of choice uses it with the pairs of that round.
    """

    kind: Literal["fewest_moves"] = "fewest_moves"
    words = Text(zh="改动第一轮结果的学生", en="moves from round one")
    base: Annotated[
        tuple[tuple[RuleId, RuleId], ...],
        said(
            "要尽量保留的师生名单",
            "the pairs of student and mentor to keep",
            "修订时由命令给出",
            "a repair fills it in",
        ),
    ] = Field(repr=False)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level; `RulesError` for an unknown id and for a base pair that is no candidate."""
        return (loss_form(self.kind, market, self._positions(market)),)

    def _positions(self, market: Market) -> IntArray:
        num_mentors = max(market.num_mentors, 1)
        try:
            ends = [(market.student_index(s), market.mentor_index(m)) for s, m in self.base]
        except MarketError:
            known_students(market, (student_id for student_id, _ in self.base), self.kind)
            known_mentors(market, (mentor_id for _, mentor_id in self.base), self.kind)
            raise
        keys = np.array(ends, np.int64).reshape(-1, 2) @ [num_mentors, 1]
        candidates = market.student.astype(np.int64) * num_mentors + market.mentor
        at = np.searchsorted(candidates, keys)
        missing = np.flatnonzero(np.r_[candidates, -1][at] != keys)
        if len(missing):
            student_id, mentor_id = self.base[missing[0]]
            raise refused(
                self.kind,
                f"学生 {student_id} 与导师 {mentor_id} 不是可匹配的一对。",
                f"student {student_id!r} and mentor {mentor_id!r} are no candidate pair.",
                maybe=Text(zh="从 base 中删去这一对。", en="take the pair out of 'base'."),
            )
        return np.unique(at)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the number of students that move."""
        return (lost_students(matching, self.base),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="已结对的学生变动尽可能少", en="as few students as possible moved from the pair they had")
