"""What an edition shows of the data; of a result it shows the view (`mentormatch.explain.public_view`)."""

from collections.abc import Sequence

from mentormatch.base.edition import Edition
from mentormatch.base.text import Text
from mentormatch.explain.public_view import PROTECTING
from mentormatch.io.headers import find_column, find_sheet
from mentormatch.problem.result import Conflict, Result
from mentormatch.roster.data_issue import DataIssue


def shown_rules(result: Result) -> tuple[Text, ...]:
    """Return the rules that were kept, in words; a public view knows the public ones, and that there are others."""
    rules = tuple(rule.describe() for rule in result.problem.constraints)
    return (*rules, PROTECTING) if result.edition == "public" else rules


def shown_conflict(conflict: Conflict | None) -> list[tuple[Text, tuple[Text, ...], int]]:
    """Return the rules of a conflict, what clashes in them, and how much."""
    return [] if conflict is None else [(rule.text, rule.members, rule.num_members) for rule in conflict.rules]


def shown_repairs(result: Result) -> tuple[Text, ...]:
    """Return what would make it fit, cheapest first."""
    if result.repairs or result.shortage is None:
        return tuple(repair.text for repair in result.repairs)
    return result.shortage.repairs


def shown_issues(issues: Sequence[DataIssue], edition: Edition) -> list[DataIssue]:
    """Return the findings that an edition shows: those on confidential cells are for the staff, their places too."""
    return [issue for issue in issues if edition.staff or not _is_confidential(issue)]


def _is_confidential(issue: DataIssue) -> bool:
    spec = find_sheet(issue.sheet)
    column = None if spec is None or issue.column is None else find_column(spec.kind, issue.column)
    return column is not None and column.edition == "staff"
