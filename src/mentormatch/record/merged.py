"""The record of a school joined with that of a result which was made from it."""

from collections.abc import Collection, Iterable

from mentormatch.record.rows import DAY, closed
from mentormatch.roster.cause import Cause
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster

Key = tuple[str, str, str, str | None, object]


def with_record(roster: Roster, rows: Iterable[Pairing]) -> Roster:
    """Return a school whose record goes on from a result: rows as the result has them, and those that it adds.

    Parameters
    ----------
    roster : Roster
        As it was read, perhaps with an older record.
    rows : iterable of Pairing
        Of the result. An open primary row of a student that the result has with somebody else is ended the day before.
    """
    newer = {_key(row): row for row in rows}
    live = {row.student_id: row for row in newer.values() if row.role == "primary" and row.state != "ended"}
    kept = [_joined(row, newer.get(_key(row)), live.get(row.student_id)) for row in roster.pairings]
    there = {_key(row) for row in roster.pairings}
    students = roster.students_by_id.keys()
    mentors = roster.mentors_by_id.keys() | roster.external_mentors_by_id.keys()
    added = [row for key, row in newer.items() if key not in there and _may_stand(row, students, mentors)]
    return roster.replace(pairings=(*kept, *added))


def _may_stand(row: Pairing, students: Collection[str], mentors: Collection[str]) -> bool:
    """Tell whether the people of a row are known, or are known to have left."""
    return row.state == "ended" or row.run is not None or (row.student_id in students and row.mentor_id in mentors)


def _key(row: Pairing) -> Key:
    return row.student_id, row.mentor_id, row.role, row.role_name, row.valid_from


def _joined(old: Pairing, same: Pairing | None, now: Pairing | None) -> Pairing:
    if same is not None:
        # What the school has typed since stays: a lock, a number, columns of its own.
        return same.model_copy(update={"pairing_id": old.pairing_id, "locked": old.locked, "extra": old.extra})
    if old.role != "primary" or old.state == "ended" or now is None or now.mentor_id == old.mentor_id:
        return old
    last = None if now.valid_from is None else now.valid_from - DAY
    return closed(old, now.opened_by or Cause.COORDINATION, last, now.run)
