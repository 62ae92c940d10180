"""Cover and return (暂代、返岗): who stands in for a mentor for a time, and whose pairs come back on the day after.

The pairs of a mentor who is away for a time end, and begin again on the day after, in every role; both are written when
the cover is decided. Until then the rows that are still to begin say that the mentor is away, whatever the sheet of
mentors says, so that every command of these days knows it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.record.rows import DAY
from mentormatch.record.runs import new_run
from mentormatch.record.staffing import with_leave
from mentormatch.roster.cause import Cause
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.record_step import OpenedRow, RecordStep
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import has_begun


def with_cover(roster: Roster, covers: Mapping[str, date], on: date | None) -> Roster:
    """Return a school in which some mentors are away up to a day, and their pairs begin again on the day after.

    Parameters
    ----------
    roster : Roster
    covers : mapping of mentor id to date
        The last day on which somebody stands in.
    on : date, optional
        The first day on which somebody stands in.

    Returns
    -------
    Roster
        The record with the rows that begin again after its own; `rematch` finds who stands in.

    Raises
    ------
    InputError
        For an unknown id, without a day, for a last day before it, or after the mentor's own last day.
    """
    if not covers:
        return roster
    if on is None:
        raise InputError(Text(zh="暂代需要开始日期。", en="A cover needs the day on which it begins."))
    for mentor_id, last in covers.items():
        _refuse_days(roster, mentor_id, on, last)
    rows = [
        _back(row, covers[row.mentor_id])
        for row in roster.pairings
        if row.mentor_id in covers and row.is_live(on) and has_begun(row, on) and row.state != "cover"
    ]
    return with_leave(roster.replace(pairings=(*roster.pairings, *rows)), covers)


def as_of_record(roster: Roster, on: date | None) -> Roster:
    """Return a school in which those are away for whom the record says that somebody stands in on a day."""
    away = {row.mentor_id for row in roster.pairings if is_return(row) and row.is_live(on) and not has_begun(row, on)}
    return with_leave(roster, sorted(away & roster.mentors_by_id.keys())) if away else roster


def is_return(row: Pairing) -> bool:
    """Tell whether a row begins when somebody comes back."""
    return row.opened_by is Cause.RETURN


def cover_step(step: RecordStep | None, before: Roster, on: date | None) -> RecordStep | None:
    """Return the step of a run on a school with a cover, as a step of the school before it: the returns are its own.

    Parameters
    ----------
    step : RecordStep, optional
        Of the school that `with_cover` returned.
    before : Roster
        The school as it was.
    on : date, optional
    """
    if step is None:
        return None
    number = len(before.pairings)
    added = step.before.pairings[number:]
    if not added or on is None:
        return replace(step, before=before)
    run = step.run or new_run(before, on, "rematch")
    returns = [step.closed.get(number + at, row) for at, row in enumerate(added)]
    opened = (*step.opened, *(_opened(row, run.run_id) for row in returns if row.state != "ended"))
    closed = {at: row for at, row in step.closed.items() if at < number}
    counted = run.model_copy(update={"opened": len(opened), "closed": len(closed)})
    given_back = tuple(_given_back(row, opened, run.run_id) for row in returns if row.role == "primary")
    hand_overs = (*step.hand_overs, *(each for each in given_back if each is not None))
    return replace(step, before=before, run=counted, closed=closed, opened=opened, hand_overs=hand_overs)


def _refuse_days(roster: Roster, mentor_id: str, on: date, last: date) -> None:
    end = roster.service_end(mentor_id)
    if last < on:
        raise InputError(
            Text(
                zh=f"导师 {mentor_id} 的暂代截止日 {last} 早于开始日 {on}。",
                en=f"The cover of mentor {mentor_id} ends on {last}, before it begins on {on}.",
            )
        )
    if end is not None and end <= last:
        raise InputError(
            Text(
                zh=f"导师 {mentor_id} 任职到 {end},暂代结束后不再返岗。",
                en=f"Mentor {mentor_id} is here until {end} and does not come back after the cover.",
            ),
            maybe=Text(zh=f"用 --leave {mentor_id}。", en=f"take --leave {mentor_id}."),
        )


def _back(row: Pairing, last: date) -> Pairing:
    """Return the row that begins again on the day after a cover."""
    still_provisional = row.state == "provisional" and row.valid_to is not None and row.valid_to > last
    update = {
        "pairing_id": None,
        "state": "provisional" if still_provisional else "active",
        "valid_from": last + DAY,
        "valid_to": row.valid_to if row.valid_to is not None and row.valid_to > last else None,
        "origin": Cause.RETURN.text.zh,
        "run": None,
        "extra": (),
    }
    return row.model_copy(update=update)


def _opened(row: Pairing, run: str) -> OpenedRow:
    return OpenedRow(row.model_copy(update={"run": run}), Cause.RETURN, Cause.RETURN.meaning)


def _given_back(row: Pairing, opened: Sequence[OpenedRow], run: str) -> HandOverRow | None:
    """Return the hand-over by which whoever stands in gives a student back."""
    cover = next(
        (o.pairing for o in opened if o.pairing.state == "cover" and o.pairing.student_id == row.student_id), None
    )
    if cover is None or row.state == "ended":
        return None
    return HandOverRow(
        student_id=row.student_id,
        from_mentor=cover.mentor_id,
        to_mentor=row.mentor_id,
        effective=row.valid_from,
        guardian_told=False,
        records_passed=False,
        run=run,
    )
