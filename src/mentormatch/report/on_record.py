"""What the school's record adds to a result, so that nothing is lost where the result is next term's record.

A pair that stays keeps its first day and its lock; pairs in other roles, which a matching of main mentors leaves alone,
stay beside it.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from mentormatch.base.text import Text
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.vocabulary import PairingState

ROLES: Mapping[str, Text] = {
    "primary": Text(zh="主", en="primary"),
    "supporting": Text(zh="协", en="supporting"),
    "external": Text(zh="校外", en="external"),
    "peer": Text(zh="学长", en="peer"),
}
STATES: Mapping[PairingState, Text] = {
    "active": Text(zh="在结", en="active"),
    "provisional": Text(zh="适应期", en="provisional"),
    "ended": Text(zh="已结束", en="ended"),
}
OTHER_ROLE = Text(zh="本次只匹配主导师,此结对照旧。", en="Only main mentors were matched; this pair stays as it was.")


def main_pairs_on_record(roster: Roster | None, on: date | None) -> dict[tuple[str, str], Pairing]:
    """Return the main pairings that run on a day, or were provisional and await settling, by student and mentor."""
    if roster is None:
        return {}
    return {
        (pairing.student_id, pairing.mentor_id): pairing
        for pairing in roster.pairings
        if pairing.is_current_primary(on) or pairing.is_provisional_primary(on)
    }


def pairs_in_other_roles(roster: Roster | None, on: date | None) -> Iterator[Pairing]:
    """Yield the open pairings of supporting, external and peer mentors, by student."""
    if roster is None:
        return
    for pairing in sorted(roster.pairings, key=lambda each: (each.student_id, each.role, each.mentor_id)):
        if pairing.role != "primary" and pairing.is_open(on):
            yield pairing
