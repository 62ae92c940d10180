"""What every command that decides has to say, whatever it decides: one protocol for all answers."""

from collections.abc import Sequence
from typing import Any, Protocol

from mentormatch.base.text import Language, Text
from mentormatch.io.headers import RESULT_SHEETS
from mentormatch.market.market import Id
from mentormatch.problem.explanation import StudentExplanation
from mentormatch.problem.result import StageValue, Status
from mentormatch.report.tables import ResultTable
from mentormatch.roster.pairing import Pairing


class Answer(Protocol):
    """The answer to a matching, to groups, roles, growth groups or peers.

    Whoever writes a page, a workbook or a document, or prints, needs nothing else. Ids only; no name stands in it.
    """

    @property
    def status(self) -> Status:
        """What was proven."""
        ...

    @property
    def stages(self) -> tuple[StageValue, ...]:
        """What was optimised, most important first."""
        ...

    @property
    def title(self) -> Text:
        """What the answer is about."""
        ...

    @property
    def is_found(self) -> bool:
        """Whether there is anything to write down, and not only a reason why there is nothing."""
        ...

    def pairings(self) -> tuple[Pairing, ...]:
        """Return who is whose mentor by this answer, as rows of the record; none where nobody is."""
        ...

    def lines(self, lang: Language) -> list[str]:
        """Return the answer in words, a fact a line."""
        ...

    def tables(self, lang: Language) -> list[ResultTable]:
        """Return the answer as tables, in the order in which a reader wants them; the last is the summary."""
        ...

    def data(self) -> dict[str, Any]:
        """Return the answer as plain data, for JSON."""
        ...

    def checked(self) -> tuple[Text, ...]:
        """Check the answer again, from its definitions alone, and return what is not true; empty where all is."""
        ...

    def explain(self, student_id: Id) -> StudentExplanation:
        """Say why a student has what it has; `InputError` without an answer, `MarketError` for an unknown student."""
        ...

    def certificate(self) -> dict[str, Any] | None:
        """Return what `mentormatch checker` checks, as plain data; None where no rows are there to be checked."""
        ...


def summary_table(lines: list[str], lang: Language) -> ResultTable:
    """Return lines as the table of the summary."""
    return table("summary", lang, [Text("摘要", "summary")], [(line,) for line in lines])


def table(kind: str, lang: Language, headers: Sequence[Text | str], rows: list[Any]) -> ResultTable:
    """Return a table of a result in one language."""
    shown = tuple(item if isinstance(item, str) else item.in_language(lang) for item in headers)
    return ResultTable(kind, RESULT_SHEETS[kind].in_language(lang), shown, rows)
