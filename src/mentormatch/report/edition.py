"""Who a page is for: without names and without what is sensitive, unless it is asked for.

Sensitive is what concerns care, vetoes, avoid lists and wishes about a person. A reason is shown in the public edition
only where it comes from a rule that cannot tell any of it; a rule that we do not know is taken for one that can.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mentormatch.base.text import Text
from mentormatch.io.headers import find_column, find_sheet
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Conflict, Result
from mentormatch.roster.data_issue import DataIssue

PUBLIC_RULES = frozenset(
    {"adaptation", "continuity", "coverage", "eligibility", "load_balance", "quotas", "weak_stability"}
)
"""Kinds of rules whose reasons may stand in the public edition."""

WITHHELD = Text(zh="原因见内部版。", en="The reason is in the staff edition.")


@dataclass(frozen=True, slots=True)
class Edition:
    """What a page may hold.

    Parameters
    ----------
    staff : bool
        Care, vetoes and avoid lists.
    names : bool
        Names of students and mentors.
    """

    staff: bool = False
    names: bool = False


PUBLIC = Edition()


def redactor(problem: Problem, edition: Edition) -> Callable[[Text], Text]:
    """Return what an edition shows in place of a reason."""
    if edition.staff:
        return lambda text: text
    form = compile_form(problem)
    hidden = {mask.reason for mask in form.masks if mask.rule not in PUBLIC_RULES}
    for rows in form.rows:
        if rows.rule not in PUBLIC_RULES:
            hidden.update(rows.label(number) for number in range(len(rows)))
    return lambda text: WITHHELD if text in hidden else text


def shown_conflict(conflict: Conflict | None, edition: Edition) -> list[tuple[Text, tuple[Text, ...], int]]:
    """Return the rules of a conflict, what clashes in them, and how much; the public edition tells less of it."""
    if conflict is None:
        return []
    return [
        (rule.text, rule.members if edition.staff or rule.kind in PUBLIC_RULES else (), rule.num_members)
        for rule in conflict.rules
    ]


def shown_repairs(result: Result, edition: Edition) -> tuple[Text, ...]:
    """Return what would make it fit, cheapest first; the public edition leaves out what eases a sensitive rule."""
    if not result.repairs:
        return () if result.shortage is None else result.shortage.repairs
    return tuple(
        repair.text
        for repair in result.repairs
        if edition.staff or all(action.rule is None or action.rule in PUBLIC_RULES for action in repair.actions)
    )


def shown_issue(issue: DataIssue, edition: Edition) -> DataIssue:
    """Return a finding as an edition shows it: in the public one, sensitive cells keep their place, not their words."""
    spec = find_sheet(issue.sheet)
    column = None if spec is None or issue.column is None else find_column(spec.kind, issue.column)
    if edition.staff or spec is None or column is None or column.edition != "staff":
        return issue
    return issue.model_copy(update={"message": WITHHELD, "suggestion": None})
