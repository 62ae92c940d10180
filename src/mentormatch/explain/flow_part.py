"""The rules of a problem that a flow can take together: what these show is shown without a search."""

from collections.abc import Sequence

from mentormatch.explain.members import Members
from mentormatch.problem.structure import analyse


def flow_part(members: Members, rules: Sequence[int]) -> list[int]:
    """Return as many of some rules as form a bihierarchy; of those that clash the last one goes.

    Parameters
    ----------
    members : Members
    rules : sequence of int
        Positions in the problem's constraints, ascending.

    Notes
    -----
    One analysis of the structure for each rule that has to go.
    """
    kept = [rule for rule in rules if members.is_rows_of_ones(rule)]
    while True:
        clash = analyse(members.form_of_rules(kept)).clash
        if not clash:
            return kept
        owner = [rule for rule in kept for _ in range(members.num_blocks(rule))]
        kept.remove(max(owner[position] for _, _, position in clash))
