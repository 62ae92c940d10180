"""What was found in the data, as the page lists it: the same words once, with every place."""

from collections.abc import Iterable
from dataclasses import dataclass

from mentormatch.base.text import Text
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.vocabulary import Severity


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """One row of the list.

    Parameters
    ----------
    sheet : str
        As the file writes it.
    severity : {"error", "warning"}
    message : Text
    suggestion : Text or None
    places : tuple of str
        Addresses of cells, numbers of rows; empty for a whole sheet. In the order of the file.
    """

    sheet: str
    severity: Severity
    message: Text
    suggestion: Text | None
    places: tuple[str, ...]


def findings(issues: Iterable[DataIssue]) -> list[FindingGroup]:
    """Return the errors, then the warnings, each group of the same words where its first stands."""
    groups: dict[tuple[Severity, str, Text, Text | None], list[str]] = {}
    for issue in sorted(issues, key=lambda issue: issue.severity != "error"):
        places = groups.setdefault((issue.severity, issue.sheet, issue.message, issue.suggestion), [])
        place = issue.cell or ("" if issue.row is None else str(issue.row))
        if place:
            places.append(place)
    return [
        FindingGroup(sheet, severity, message, suggestion, tuple(places))
        for (severity, sheet, message, suggestion), places in groups.items()
    ]
