"""What of a form somebody does not take: the one place where kinds of rows and terms are refused."""

from collections.abc import Iterable

from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Kinds, RowPart
from mentormatch.formulation.terms import StageForm
from mentormatch.problem.result import Reason


def not_taken(takes: Kinds, parts: Iterable[RowPart] = (), stages: Iterable[StageForm] = ()) -> tuple[Reason, ...]:
    """Return a reason for every kind of part, and for every stage and kind of term, that is not declared.

    Parameters
    ----------
    takes : frozenset of class
        What the caller declares to take. Only the very class counts, no base of it.
    parts : iterable of RowPart
    stages : iterable of StageForm

    Returns
    -------
    tuple of Reason
        In the order in which the kinds stand in the form, each once; empty where all is taken.

    Examples
    --------
    >>> from mentormatch.formulation.rows import EnvyFree, Rows
    >>> [reason.text.en for reason in not_taken(frozenset({Rows}), [EnvyFree(pairs=[0])])]
    ['Freedom from envy is asked for.']
    """
    reasons = [Reason(part.code, part.words) for part in parts if type(part) not in takes]
    for stage in stages:
        reasons += [
            Reason(
                term.code,
                Text(zh=f"目标 {stage.name} {term.words.zh}。", en=f"The stage {stage.name} {term.words.en}."),
            )
            for term in stage.terms
            if type(term) not in takes
        ]
    return tuple(dict.fromkeys(reasons))
