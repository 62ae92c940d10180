"""Which rows of the record a decision on a day starts from.

A row that goes on, and that nobody has ended, stands. Where a student has none that has begun, the one that is still to
begin stands: a request with a later effective day has been decided, so the seat and the student are taken.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from mentormatch.roster.pairing import Pairing
from mentormatch.roster.vocabulary import Role


def standing_pairings(pairings: Iterable[Pairing], on: date | None, role: Role = "primary") -> tuple[Pairing, ...]:
    """Return the rows of a role from which a decision on a day starts, in the order of the record.

    Parameters
    ----------
    pairings : iterable of Pairing
    on : date, optional
        The day of the decision; without a day, rows that have no end.
    role : {"primary", "supporting", "external", "peer"}
    """
    live = [pairing for pairing in pairings if pairing.role == role and pairing.is_live(on)]
    begun = {pairing.student_id for pairing in live if has_begun(pairing, on)}
    return tuple(pairing for pairing in live if has_begun(pairing, on) or pairing.student_id not in begun)


def has_begun(pairing: Pairing, on: date | None) -> bool:
    """Tell whether the first day of a row is not after a day."""
    return on is None or pairing.valid_from is None or pairing.valid_from <= on


def pending_pairings(pairings: Iterable[Pairing], on: date | None) -> tuple[Pairing, ...]:
    """Return the primary rows that are to begin after the one that stands: a mentor comes back after a cover."""
    live: defaultdict[str, list[Pairing]] = defaultdict(list)
    for pairing in pairings:
        if pairing.role == "primary" and pairing.is_live(on):
            live[pairing.student_id].append(pairing)
    return tuple(
        pairing
        for rows in live.values()
        if any(has_begun(row, on) for row in rows)
        for pairing in rows
        if not has_begun(pairing, on)
    )
