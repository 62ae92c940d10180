"""The answer of a command on teams: what every answer says, and cards for a picture."""

from collections.abc import Sequence
from typing import Protocol

from mentormatch.base.text import Language
from mentormatch.report.answer import Answer
from mentormatch.roster.roster import Roster
from mentormatch.teams.picture import Card


class TeamAnswer(Answer, Protocol):
    """An answer that can be drawn as cards."""

    def record_after(self, lang: Language) -> Roster | None:
        """Return the school with its record after the answer; None where the answer decides no pairing."""
        ...

    def cards(self, lang: Language) -> Sequence[Card]:
        """Return the cards of a picture; none where nothing was found."""
        ...
