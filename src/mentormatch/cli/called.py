"""People on the command line: by their ids, or by a name that only one of them has."""

from collections import defaultdict
from collections.abc import Iterable

from mentormatch.base.errors import InputError
from mentormatch.base.text import COMMA, Text
from mentormatch.io.cells.plain_text import folded
from mentormatch.roster.roster import Roster


class Called:
    """Who is meant in a school; what is neither an id nor a name stays as it is, for others to refuse.

    Parameters
    ----------
    roster : Roster
    """

    def __init__(self, roster: Roster) -> None:
        self._students = _by_name((each.student_id, each.name) for each in roster.students)
        self._mentors = _by_name((each.mentor_id, each.name) for each in roster.people)
        self._student_ids = set(roster.students_by_id)
        self._mentor_ids = {each.mentor_id for each in roster.people}

    def student(self, said: str) -> str:
        """Return the id of a student; `InputError` for a name that several have, without the name."""
        return said if said in self._student_ids else _only(self._students.get(folded(said), []), said)

    def mentor(self, said: str) -> str:
        """Return the id of a mentor; `InputError` for a name that several have, without the name."""
        return said if said in self._mentor_ids else _only(self._mentors.get(folded(said), []), said)

    def mentors(self, said: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of several mentors."""
        return tuple(map(self.mentor, said))

    def pair(self, said: tuple[str, str]) -> tuple[str, str]:
        """Return the ids of a student and a mentor."""
        return self.student(said[0]), self.mentor(said[1])


def _by_name(people: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, name in people:
        if name:
            found[folded(name)].append(key)
    return found


def _only(ids: list[str], said: str) -> str:
    if len(ids) > 1:
        raise InputError(
            Text(f"有 {len(ids)} 人是这个姓名:", f"{len(ids)} people have this name: ") + COMMA.join(sorted(ids)),
            maybe=Text(zh="写编号。", en="give the id."),
        )
    return ids[0] if ids else said
