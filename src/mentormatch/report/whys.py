"""Why each student is placed as it is, in sentences for the page, less what an edition may not tell."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from mentormatch.base.text import Text
from mentormatch.explain.why import explain_student
from mentormatch.explain.why_not import has_better, headed
from mentormatch.problem.explanation import Statement
from mentormatch.problem.result import Result
from mentormatch.report.edition import WITHHELD, Edition, public_rules

_PUBLIC_CODES = frozenset(
    {
        *("fixed", "kept", "chosen", "coordinated", "matched", "unplaced"),
        *("got", "satisfied", "no_seats", "no_candidate", "other_goal", "left", "counted"),
    }
)
"""Statements that no rule has a part in."""


def whys_of_students(
    result: Result, shown: Callable[[Text], Text], edition: Edition
) -> Callable[[object], tuple[Text, ...]]:
    """Return a function from a student's id to what is said about it.

    Parameters
    ----------
    result : Result
        With a matching.
    shown : callable
        What the edition shows in place of a reason that stands alone.
    edition : Edition
    """
    told_by = _everything if edition.staff else _tellable(public_rules(result.problem))

    def whys(student_id: object) -> tuple[Text, ...]:
        said = explain_student(result, student_id)
        has = _worst_choice_obtained(result, student_id)
        # That one choice was met is told by the line on the mentor itself.
        told = [statement for statement in said.told(staff=edition.staff) if statement.code != "got"]
        return tuple(dict.fromkeys(_shown(statement, shown, told_by, has) for statement in told))

    return whys


def _everything(statement: Statement) -> bool:
    return True


def _tellable(public: AbstractSet[str]) -> Callable[[Statement], bool]:
    return lambda statement: statement.code in _PUBLIC_CODES or statement.facts.get("rule") in public


def _shown(statement: Statement, shown: Callable[[Text], Text], is_told: Callable[[Statement], bool], has: int) -> Text:
    if is_told(statement):
        return shown(statement.text)
    if 0 < has < statement.rank:
        # It is content whatever the rule says; that a reason is withheld here would tell that there is one.
        return headed(statement.mentor, statement.rank, has_better(has))
    about = "" if statement.mentor is None else str(statement.mentor)
    return Text(zh=f"导师 {about}:{WITHHELD.zh}", en=f"Mentor {about}: {WITHHELD.en}")


def _worst_choice_obtained(result: Result, student_id: object) -> int:
    """Return the rank of the last choice that a student has; 0 unless its places are full, all with choices."""
    market = result.problem.market
    i = market.student_index(student_id)
    mine = market.pairs_of_student(i)
    ranks = [] if result.matching is None else market.student_rank[mine[result.matching.chosen[mine]]].tolist()
    return max(ranks) if ranks and min(ranks) > 0 and len(ranks) >= int(market.student_quota[i]) else 0
