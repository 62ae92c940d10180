"""The answer of a matching: a `Result` in the shape of every other answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mentormatch.base.text import Language, Text
from mentormatch.explain.certificate import certificate_data
from mentormatch.market.market import Id
from mentormatch.problem.explanation import StudentExplanation
from mentormatch.problem.result import Result, StageValue, Status
from mentormatch.report.pairing_table import within_service
from mentormatch.report.summary import summarise, summary_lines
from mentormatch.report.tables import ResultTable, result_tables
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.verify.verify import verify, verify_result


@dataclass(frozen=True, eq=False, kw_only=True)
class SchoolAnswer:
    """A matching of primary mentors, as `mentormatch.report.answer.Answer` tells it.

    Parameters
    ----------
    result : Result
        Of one school, or the joint one of several.
    roster : Roster, optional
        The school.
    on : date, optional
        The first day of new pairs.
    issues : sequence of DataIssue
        What the reading found.
    made_from : mapping of str to str
        What the result was made from.
    """

    result: Result
    roster: Roster | None = None
    on: date | None = None
    issues: Sequence[DataIssue] = ()
    made_from: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        """What was proven."""
        return self.result.status

    @property
    def stages(self) -> tuple[StageValue, ...]:
        """What was optimised."""
        return self.result.stages

    @property
    def title(self) -> Text:
        """What the answer is about."""
        return Text("导师匹配结果", "Mentors and students")

    @property
    def is_found(self) -> bool:
        """Whether there is a matching."""
        return self.result.matching is not None

    def pairings(self) -> tuple[Pairing, ...]:
        """Return the primary pairs as rows of the record."""
        return primary_pairings(self.result, self.on, self.roster)

    def lines(self, lang: Language) -> list[str]:
        """Return the summary in words."""
        return summary_lines(self.result, lang)

    def tables(self, lang: Language) -> list[ResultTable]:
        """Return the tables of the result."""
        return result_tables(
            self.result, lang, issues=self.issues, on=self.on, made_from=self.made_from, roster=self.roster
        )

    def data(self) -> dict[str, Any]:
        """Return the summary as plain data."""
        return summarise(self.result)

    def checked(self) -> tuple[Text, ...]:
        """Check every claim again."""
        return checked_again(self.result)

    def explain(self, student_id: Id) -> StudentExplanation:
        """Say why a student has what it has."""
        return self.result.explain(student_id)

    def certificate(self) -> dict[str, Any]:
        """Return the proof."""
        return certificate_data(self.result)


def checked_again(result: Result) -> tuple[Text, ...]:
    """Check every claim of a result, from the rules' meanings alone; return what is not true."""
    report = None if result.matching is None else verify(result.problem, result.matching)
    return verify_result(result, report)


def primary_pairings(result: Result, on: date | None, roster: Roster | None = None) -> tuple[Pairing, ...]:
    """Return the pairs of a matching of primary mentors as rows of the record that begin on a day."""
    rows = []
    for student, mentor in () if result.matching is None else result.matching.ids():
        state = result.state_of(student)
        row = Pairing(
            student_id=str(student), mentor_id=str(mentor), state=state.name, valid_from=on, valid_to=state.ends
        )
        rows.append(within_service(row, roster))
    return tuple(rows)
