"""Who a page is for: without names and without what is sensitive, unless it is asked for.

Sensitive is what concerns care, vetoes, avoid lists and wishes about a person. A reason is shown in the public edition
only where it comes from a rule that cannot tell any of it; a rule that we do not know is taken for one that can.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from mentormatch.base.text import Text
from mentormatch.io.headers import find_column, find_sheet
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from mentormatch.roster.data_issue import DataIssue

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


def public_rules(problem: Problem) -> AbstractSet[str]:
    """Return the kinds of a problem's rules whose reasons may stand in the public edition (`Constraint.public`)."""
    rules = [rule.original for rule in problem.constraints]
    return {rule.kind for rule in rules if rule.public} - {rule.kind for rule in rules if not rule.public}


def redactor(problem: Problem, edition: Edition) -> Callable[[Text], Text]:
    """Return what an edition shows in place of a reason."""
    if edition.staff:
        return lambda text: text
    form, public = compile_form(problem), public_rules(problem)
    hidden = {mask.reason for mask in form.masks if mask.rule not in public}
    for rows in form.rows:
        if rows.rule not in public:
            hidden.update(rows.label(number) for number in range(len(rows)))
    return lambda text: WITHHELD if text in hidden else text


def shown_conflict(result: Result, edition: Edition) -> list[tuple[Text, tuple[Text, ...], int]]:
    """Return the rules of a conflict, what clashes in them, and how much; the public edition tells less of it."""
    if result.conflict is None:
        return []
    public = public_rules(result.problem)
    return [
        (rule.text, rule.members if edition.staff or rule.kind in public else (), rule.num_members)
        for rule in result.conflict.rules
    ]


def shown_violations(result: Result, edition: Edition) -> tuple[Text, ...]:
    """Return the soft rules that were missed; the public edition leaves out those that tell what is sensitive."""
    public = public_rules(result.problem)
    return tuple(violation.text for violation in result.violations if edition.staff or violation.rule in public)


def shown_repairs(result: Result, edition: Edition) -> tuple[Text, ...]:
    """Return what would make it fit, cheapest first; the public edition leaves out what eases a sensitive rule."""
    if not result.repairs:
        return () if result.shortage is None else result.shortage.repairs
    public = public_rules(result.problem)
    return tuple(
        repair.text
        for repair in result.repairs
        if edition.staff or all(action.rule is None or action.rule in public for action in repair.actions)
    )


def shown_issue(issue: DataIssue, edition: Edition) -> DataIssue:
    """Return a finding as an edition shows it: in the public one, sensitive cells keep their place, not their words."""
    spec = find_sheet(issue.sheet)
    column = None if spec is None or issue.column is None else find_column(spec.kind, issue.column)
    if edition.staff or spec is None or column is None or column.edition != "staff":
        return issue
    return issue.model_copy(update={"message": WITHHELD, "suggestion": None})
