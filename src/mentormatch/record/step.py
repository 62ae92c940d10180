"""From the result of a school to the step of its record: every primary pair kept, opened or closed by its cause."""

from collections.abc import Collection
from datetime import date

from mentormatch.constraints.pair_entry import entries_of
from mentormatch.constraints.separated_pairs import SeparatedPairs
from mentormatch.problem.result import HandOver, Result
from mentormatch.record.forms_that_count import WHY, FormsRead
from mentormatch.record.least_change import Decision, least_change
from mentormatch.record.rows import DAY, Wanted
from mentormatch.record.runs import new_run
from mentormatch.roster.cause import Cause
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.record_step import RecordStep
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import pending_pairings

SELECTIONS = ("solve",)
"""Commands that are a selection: a form that they count does not count again."""


def record_step(
    result: Result,
    roster: Roster,
    *,
    on: date | None,
    command: str,
    forms: FormsRead | None = None,
    graduated: Collection[str] = (),
) -> RecordStep | None:
    """Return what a result does to the record of its school; None where it has no matching.

    Parameters
    ----------
    result : Result
        With its hand-overs.
    roster : Roster
        The school that was matched, with its record before.
    on : date, optional
        The day of the run: new rows begin, or the day that a request names.
    command : str
        For the list of runs.
    forms : FormsRead, optional
        Whose forms counted.
    graduated : collection of str
        Students who have left by graduating.
    """
    if result.matching is None:
        return None
    aside = {} if forms is None else {student: WHY[why] for student, why in forms.aside.items()}
    run = None if on is None else new_run(roster, on, command, mechanism=result.mechanism, seed=result.seed)
    decision = Decision(
        wanted=_wanted(result, roster, on),
        decides=lambda row: row.role == "primary",
        ends={
            (str(each.student), str(mentor)): each.cause
            for each in result.changes
            if each.since != "round_one"
            for mentor in each.before
        },
        settles=lambda row: _is_settled(result, row, on),
        graduated=graduated,
        barred=frozenset(
            (str(entry.student), str(entry.mentor))
            for rule in result.problem.constraints
            if isinstance(rule, SeparatedPairs)
            for entry in entries_of(rule.pairs)
        ),
    )
    diff = least_change(roster, decision, on=on, run=None if run is None else run.run_id)
    used = _first_used(roster, forms) if command in SELECTIONS and run is not None else frozenset()
    if not diff.closed and not diff.opened and not used:
        return RecordStep(before=roster, forms_aside=aside)
    if run is not None:
        run = run.model_copy(update={"opened": len(diff.opened), "closed": len(diff.closed), "forms": len(used)})
    ended = {(row.student_id, row.mentor_id) for row in diff.closed.values()}
    return RecordStep(
        before=roster,
        run=run,
        closed=diff.closed,
        opened=diff.opened,
        hand_overs=tuple(
            hand_over_row(each, None if run is None else run.run_id)
            for each in result.hand_overs
            if (str(each.student), str(each.from_mentor)) in ended
        ),
        forms_used=used,
        forms_aside=aside,
    )


def _first_used(roster: Roster, forms: FormsRead | None) -> frozenset[str]:
    """Return the students whose forms count for the first time."""
    counted = frozenset() if forms is None else forms.counted
    return frozenset(form.student_id for form in roster.student_preferences if form.used_by is None) & counted


def _wanted(result: Result, roster: Roster, on: date | None) -> tuple[Wanted, ...]:
    if result.matching is None:
        return ()
    first = {str(each.student): each.effective for each in result.hand_overs if each.request is not None}
    changed = {str(each.student): each.cause for each in result.changes if each.since != "round_one"}
    pending = {row.student_id: row for row in pending_pairings(roster.pairings, on)}
    found = []
    for student, mentor in result.matching.ids():
        name, state = str(student), result.state_of(student)
        reason = result.pair_reasons.get((student, mentor))
        cause = Cause.COORDINATION if reason is None else reason.cause
        last = state.ends
        back = pending.get(name)
        if back is not None and back.valid_from is not None and changed.get(name) is Cause.MENTOR_AWAY:
            # Somebody else stands in until the mentor is back.
            cause, last = Cause.COVER, back.valid_from - DAY
        found.append(
            Wanted(
                student_id=name,
                mentor_id=str(mentor),
                cause=cause,
                end_cause=changed.get(name),
                reason=None if reason is None else reason.text,
                state="cover" if cause is Cause.COVER else "active" if state.ends is None else "provisional",
                first=first.get(name),
                last=last,
            ).within(roster.service_end(str(mentor)))
        )
    return tuple(found)


def _is_settled(result: Result, row: Pairing, on: date | None) -> bool:
    """Tell whether the adaptation period of a provisional row is over, by the rules and by the row itself."""
    if result.state_of(row.student_id).name == "provisional":
        return False
    return row.valid_to is None or on is None or row.valid_to < on


def hand_over_row(item: HandOver, run: str | None) -> HandOverRow:
    """Return a hand-over as a row of the record: what is open is unticked."""
    open_items = {reason.code for reason in item.open_items or ()}
    return HandOverRow(
        student_id=str(item.student),
        from_mentor=str(item.from_mentor),
        to_mentor=None if item.to_mentor is None else str(item.to_mentor),
        effective=item.effective,
        overlap_until=item.overlap_until,
        request=item.request,
        opinion_asked=False if "opinion" in open_items else None,
        guardian_told=False if "guardian" in open_items else None,
        records_passed=False if open_items & {"records", "records_of_absent"} else None,
        run=run,
    )
