"""Staff changes within a term: mentors on leave, and other numbers of seats."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.roster import Roster


def with_leave(roster: Roster, mentor_ids: Iterable[str]) -> Roster:
    """Return a school in which some mentors are on leave; `InputError` for an unknown id."""
    away = _known(roster, mentor_ids)
    return _with_mentors(roster, {m.mentor_id: m.model_copy(update={"status": "leave"}) for m in away})


def with_seats(roster: Roster, seats: Mapping[str, int]) -> Roster:
    """Return a school in which some mentors take at most another number of students.

    A lower quota above the new number comes down to it.

    Raises
    ------
    InputError
        For an unknown id or a negative number.
    """
    changed = {}
    for mentor in _known(roster, seats):
        number = seats[mentor.mentor_id]
        if number < 0:
            raise InputError(
                Text(
                    zh=f"导师 {mentor.mentor_id} 的名额不能是负数:{number}。",
                    en=f"The seats of mentor {mentor.mentor_id} must not be negative; got {number}.",
                )
            )
        update = {"capacity_max": number, "capacity_min": min(mentor.capacity_min, number)}
        changed[mentor.mentor_id] = mentor.model_copy(update=update)
    return _with_mentors(roster, changed)


def _known(roster: Roster, mentor_ids: Iterable[str]) -> list[Mentor]:
    found = []
    for mentor_id in mentor_ids:
        mentor = roster.mentors_by_id.get(mentor_id)
        if mentor is None:
            near = get_close_matches(mentor_id, roster.mentors_by_id)
            raise InputError(
                Text(zh=f"没有工号为 {mentor_id} 的导师。", en=f"There is no mentor with the id {mentor_id}."),
                maybe=Text(zh="、".join(near) + "?", en=f"you meant {', '.join(near)}.") if near else None,
            )
        found.append(mentor)
    return found


def _with_mentors(roster: Roster, changed: Mapping[str, Mentor]) -> Roster:
    return roster.replace(mentors=tuple(changed.get(m.mentor_id, m) for m in roster.mentors))
