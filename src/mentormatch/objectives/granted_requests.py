"""Granted requests: as many granted change requests as possible are carried out."""

from typing import Annotated, Literal

import numpy as np

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage


class GrantedRequests(Stage):
    """Minimise the number of granted change requests whose student is still with the mentor to leave.

    Reads the pair attribute ``leaving``. In the two-round mechanism nobody else moves for a request: it is carried out
    where a seat is free. With `move_others` requests come first, and then as few students as possible are moved.
    """

    kind: Literal["granted_requests"] = "granted_requests"
    words = Text(zh="已批准而未落实的调换申请", en="granted requests not carried out")
    move_others: Annotated[
        bool,
        said(
            "为落实申请可否改动其他学生",
            "whether other students may be moved to grant a request",
            "否:申请不应牵动别人",
            "no: a request should not cost others",
        ),
    ] = False

    @property
    def outranks_moves(self) -> bool:
        """Whether the stage goes before the fewest moves since round one."""
        return self.move_others

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (StageForm(self.kind, (LinearTerm(market.pair_flag("leaving").astype(np.int64)),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the number of requests that are not carried out."""
        leaving = np.flatnonzero(market.pair_flag("leaving"))
        ends = zip(market.student[leaving].tolist(), market.mentor[leaving].tolist(), strict=True)
        return (sum(market.mentor_ids[j] in matching.mentors_of(market.student_ids[i]) for i, j in ends),)

    def describe(self) -> Text:
        """Say the stage."""
        if self.move_others:
            return Text(
                zh="已批准的调换尽可能落实,必要时调整其他学生",
                en="as many granted change requests as possible carried out, moving others if need be",
            )
        return Text(zh="已批准的调换尽可能落实", en="as many granted change requests as possible carried out")
