"""What one run does to the record: rows that it closes and rows that it opens, each with a cause. All others stay."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from mentormatch.base.text import Language, Text
from mentormatch.roster.cause import Cause
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.run import Run


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """A row that a run opens.

    Parameters
    ----------
    pairing : Pairing
        Without origin and reason, which are words in a language.
    cause : Cause
    reason : Text, optional
    """

    pairing: Pairing
    cause: Cause
    reason: Text | None = None

    def in_language(self, lang: Language) -> Pairing:
        """Return the row with its words."""
        reason = None if self.reason is None else self.reason.in_language(lang)
        return self.pairing.model_copy(update={"origin": self.cause.text.in_language(lang), "reason": reason})


@dataclass(frozen=True, eq=False, kw_only=True)
class RecordStep:
    """What one run does to the record of a school.

    Parameters
    ----------
    before : Roster
        The school with its record before the run.
    run : Run or None
        None where the run changes nothing, or its day is not known.
    closed : mapping of int to Pairing
        Rows as they are after the run, by their position in ``before.pairings``.
    opened : tuple of OpenedRow
        In the order in which they are added to the record.
    hand_overs : tuple of HandOverRow
        Added to those on record.
    groups : tuple of GroupRecord
        Added to those on record.
    ended_groups : mapping of int to GroupRecord
        Groups as they are after the run, by their position in ``before.groups``.
    forms_used : frozenset of str
        Students whose forms have counted.
    forms_aside : mapping of student id to Text
        Forms that did not count, and why.
    """

    before: Roster
    run: Run | None = None
    closed: Mapping[int, Pairing] = field(default_factory=dict)
    opened: tuple[OpenedRow, ...] = ()
    hand_overs: tuple[HandOverRow, ...] = ()
    groups: tuple[GroupRecord, ...] = ()
    ended_groups: Mapping[int, GroupRecord] = field(default_factory=dict)
    forms_used: frozenset[str] = frozenset()
    forms_aside: Mapping[str, Text] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"RecordStep({len(self.closed)} closed, {len(self.opened)} opened)"

    @property
    def changes_nothing(self) -> bool:
        """Whether the record is as it was, and no form has counted for the first time."""
        return not any((self.closed, self.opened, self.hand_overs, self.groups, self.ended_groups, self.forms_used))

    def closed_by_cause(self) -> dict[Cause, int]:
        """Return how many rows were closed for each cause, in the order of the causes."""
        return _counted([row.end_cause for row in self.closed.values() if row.end_cause is not None])

    def opened_by_cause(self) -> dict[Cause, int]:
        """Return how many rows were opened for each cause, in the order of the causes."""
        return _counted([row.cause for row in self.opened])

    def after(self, lang: Language = "zh") -> Roster:
        """Return the school with its record after the run.

        Parameters
        ----------
        lang : {"zh", "en"}
            Of the words in the new rows.
        """
        before = self.before
        if self.changes_nothing:
            return before
        run_id = None if self.run is None else self.run.run_id
        changed: dict[str, object] = {
            "pairings": self.rows_after(lang),
            "runs": before.runs if self.run is None else (*before.runs, self.run),
            "hand_overs": before.hand_overs + self.hand_overs,
            "groups": tuple(self.ended_groups.get(at, group) for at, group in enumerate(before.groups)) + self.groups,
            "student_preferences": tuple(
                form.model_copy(update={"used_by": run_id})
                if form.student_id in self.forms_used and form.used_by is None and run_id is not None
                else form
                for form in before.student_preferences
            ),
        }
        # Every row is one of the roster before, or made by the run: none needs to be checked again.
        return Roster.of_rows(**{name: getattr(before, name) for name in Roster.model_fields} | changed)

    def rows_after(self, lang: Language = "zh") -> tuple[Pairing, ...]:
        """Return the record after the run: rows that were there, in their order, and then those that it opened."""
        kept = tuple(self.closed.get(position, row) for position, row in enumerate(self.before.pairings))
        return kept + tuple(row.in_language(lang) for row in self.opened)


def _counted(causes: list[Cause]) -> dict[Cause, int]:
    found = Counter(causes)
    return {cause: found[cause] for cause in Cause if found[cause]}
