"""One pair named in a rule, with its reason and its expiry."""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from mentormatch.constraints.binding import known_mentors, known_students
from mentormatch.errors import RulesError
from mentormatch.market import Market
from mentormatch.text import Text


class PairEntry(BaseModel):
    """A student and a mentor that a rule names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    student: str | int
    mentor: str | int
    reason: str = Field("", description="Why, for the record; never shown to pupils.", repr=False)
    expires: date | None = Field(None, description="Last day on which the entry binds.")


def in_force(entries: Iterable[PairEntry], on: date | None) -> tuple[PairEntry, ...]:
    """Return the entries that bind on a day; without a day all do."""
    return tuple(entry for entry in entries if on is None or entry.expires is None or on <= entry.expires)


def check_entries(market: Market, entries: Iterable[PairEntry], rule: str) -> None:
    """Raise `RulesError` for unknown ids and for a pair that stands twice."""
    seen: set[tuple[str | int, str | int]] = set()
    for entry in entries:
        known_students(market, (entry.student,), rule)
        known_mentors(market, (entry.mentor,), rule)
        if (entry.student, entry.mentor) in seen:
            raise RulesError(
                Text(
                    zh=f"规则 {rule}:学生 {entry.student} 与导师 {entry.mentor} 重复列出。",
                    en=f"Rule {rule}: student {entry.student} and mentor {entry.mentor} stand twice.",
                )
            )
        seen.add((entry.student, entry.mentor))
