"""Separated pairs: pairs that end now and are never made again."""

from typing import Literal, Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.arrays import BoolArray
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.pair_entry import check_entries, entries_of
from mentormatch.constraints.shared_parameters import NamedPairs, NoPenalty, NoPenaltyStage
from mentormatch.constraints.unsuited_pairs import UnsuitedPairs
from mentormatch.market.market import Id, Market


class SeparatedPairs(UnsuitedPairs):
    """Each of these pairs ends now, even if it is locked, and is never made again.

    That is more than a forbidden pair: no lock, no continuity and no missing consent keeps it, and it never expires.
    """

    kind: Literal["separated_pairs"] = "separated_pairs"
    about_two = True
    penalty: NoPenalty = None
    stage: NoPenaltyStage = None
    pairs: NamedPairs

    @model_validator(mode="after")
    def _never_again(self) -> Self:
        if self.penalty is not None:
            raise refused(
                self.kind,
                "立即分开的结对不能放宽。",
                "pairs that must be separated cannot be soft.",
                maybe=Text(zh="去掉 penalty 与 stage。", en="take 'penalty' and 'stage' out."),
            )
        dated = next((entry for entry in entries_of(self.pairs) if entry.expires is not None), None)
        if dated is not None:
            raise refused(
                self.kind,
                f"学生 {dated.student} 与导师 {dated.mentor} 不再结对,不能有到期日 {dated.expires}。",
                f"student {dated.student!r} and mentor {dated.mentor!r} are never paired again, so the entry cannot "
                f"expire on {dated.expires}.",
                maybe=Text(
                    zh='有期限的写在 kind = "forbidden_pairs" 中。', en='use kind = "forbidden_pairs" for a time.'
                ),
            )
        return self

    def check(self, market: Market) -> None:
        """Refuse unknown ids and pairs that stand twice."""
        check_entries(entries_of(self.pairs), self.kind)

    def unsuited(self, market: Market) -> BoolArray:
        """Return the pairs that are named."""
        found = np.zeros(market.num_pairs, bool)
        positions = (market.pair_index(entry.student, entry.mentor) for entry in entries_of(self.pairs))
        found[[pair for pair in positions if pair is not None]] = True
        return found

    def is_unsuited(self, market: Market, student_id: Id, mentor_id: Id) -> bool:
        """Tell whether a pair is named."""
        return any(entry.student == student_id and entry.mentor == mentor_id for entry in entries_of(self.pairs))

    @property
    def reason(self) -> Text:
        """Why a pair does not exist."""
        return Text(zh="学校已将两人分开,不再结对。", en="The school has separated the two for good.")

    def describe(self) -> Text:
        """Say the rule."""
        number = len(self.pairs)
        return Text(
            zh=f"学校规定 {number} 对师生立即分开,不再结对。",
            en=f"{number} pair(s) are separated now and never made again.",
        )
