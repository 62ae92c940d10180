"""The answer of peer mentors, in the shape of every other answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mentormatch.base.text import Language, Text
from mentormatch.explain.certificate import certificate_data
from mentormatch.market.market import Id
from mentormatch.problem.explanation import StudentExplanation
from mentormatch.problem.result import StageValue, Status
from mentormatch.record.team_step import team_step
from mentormatch.report.pairing_table import within_service
from mentormatch.report.school_answer import checked_again
from mentormatch.report.tables import ResultTable
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.teams.peers.check import peer_failures
from mentormatch.teams.peers.school import PeerResult
from mentormatch.teams.peers.tables import peer_cards, peer_lines, peer_summary, peer_tables
from mentormatch.teams.picture import Card
from mentormatch.teams.record_after import rows_after


@dataclass(frozen=True, eq=False, kw_only=True)
class PeerAnswer:
    """Peers and their juniors, as `mentormatch.report.answer.Answer` tells them.

    Parameters
    ----------
    found : PeerResult
    roster : Roster
    on : date, optional
        The first day of the pairs.
    """

    found: PeerResult
    roster: Roster
    on: date | None = None

    @property
    def status(self) -> Status:
        """What was proven."""
        return self.found.result.status

    @property
    def stages(self) -> tuple[StageValue, ...]:
        """What was optimised."""
        return self.found.result.stages

    @property
    def title(self) -> Text:
        """What the answer is about."""
        return Text("学长与学弟学妹", "Peers and their juniors")

    @property
    def is_found(self) -> bool:
        """Whether there is a matching."""
        return self.found.result.matching is not None

    def pairings(self) -> tuple[Pairing, ...]:
        """Return every junior with its peer."""
        return tuple(
            within_service(Pairing(student_id=junior, mentor_id=senior, role="peer", valid_from=self.on), self.roster)
            for junior, senior in self.found.pairs
        )

    def record_after(self, lang: Language) -> Roster:
        """Return the school with its record after the peers."""
        if self.on is None or not self.is_found:
            return self.roster
        return team_step(self.roster, self.pairings(), on=self.on, command="peers").after(lang)

    def lines(self, lang: Language) -> list[str]:
        """Return the summary in words."""
        return peer_lines(self.found, lang)

    def tables(self, lang: Language) -> list[ResultTable]:
        """Return the pairs, the seniors with their loads, juniors in vain, and the summary."""
        rows = rows_after(self.roster, self.pairings(), decides=_is_of_peers, on=self.on, lang=lang)
        return peer_tables(self.found, rows, lang)

    def cards(self, lang: Language) -> Sequence[Card]:
        """Return a card for each senior."""
        return peer_cards(self.found) if self.is_found else ()

    def data(self) -> dict[str, Any]:
        """Return the pairs as plain data."""
        return peer_summary(self.found)

    def checked(self) -> tuple[Text, ...]:
        """Check the matching, then the pairs by the school's own rows."""
        own = peer_failures(self.roster, self.found.pairs, gap=self.found.plan.gap, on=self.on)
        return (*checked_again(self.found.result), *own)

    def explain(self, student_id: Id) -> StudentExplanation:
        """Say why a junior has its peer."""
        return self.found.result.explain(student_id)

    def certificate(self) -> dict[str, Any]:
        """Return the proof."""
        return certificate_data(self.found.result)


def _is_of_peers(row: Pairing) -> bool:
    return row.role == "peer"
