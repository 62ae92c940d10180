"""The step of the record that a command on teams takes: the roles that it decides, and every other row as it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from mentormatch.record.least_change import Decision, least_change
from mentormatch.record.rows import DAY, Wanted
from mentormatch.record.runs import new_run
from mentormatch.roster.cause import Cause
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.preference import StudentPreference
from mentormatch.roster.record_step import RecordStep
from mentormatch.roster.roster import Roster
from mentormatch.roster.vocabulary import Role

Decides = Callable[[Pairing], bool]


def decided_by(command: str, pairings: Sequence[Pairing]) -> Decides:
    """Return which rows of the record a command decides.

    Roles decide supporting and external mentors outside groups; groups decide the externals of groups, and the lead of
    those students who are in one; peers decide peers. Nobody else's row is theirs to end.
    """
    led = {row.student_id for row in pairings if row.role == "primary"}
    if command == "groups":
        return lambda row: (
            (row.role == "external" and _is_in_group(row)) or (row.role == "primary" and row.student_id in led)
        )
    if command == "roles":
        return lambda row: row.role == "supporting" or (row.role == "external" and not _is_in_group(row))
    return lambda row: row.role == command.removesuffix("s")


def _is_in_group(row: Pairing) -> bool:
    return row.group is not None or row.role_name is None


def team_step(
    roster: Roster,
    pairings: Sequence[Pairing],
    *,
    on: date,
    command: str,
    seed: int = 0,
    groups: Sequence[GroupRecord] = (),
) -> RecordStep:
    """Return what the answer of a command on teams does to the record.

    Parameters
    ----------
    roster : Roster
        With the record before the run.
    pairings : sequence of Pairing
        What is to stand, among the rows that the command decides.
    on : date
    command : {"roles", "groups", "peers"}
    seed : int
    groups : sequence of Group
        The groups that are to stand; those of the record that are not among them end the day before.
    """
    decides = decided_by(command, pairings)
    run = new_run(roster, on, command, seed=seed)
    names: dict[tuple[str, str, Role, str], str | None] = {
        (row.student_id, row.mentor_id, row.role, (row.role_name or "").casefold()): row.role_name
        for row in roster.pairings
        if row.is_live(on)
    }
    named = [_as_on_record(row, names) for row in pairings if decides(row)]
    wanted = tuple(_wanted(row, roster.forms_by_student.get(row.student_id)) for row in named)
    diff = least_change(roster, Decision(wanted=wanted, decides=decides), on=on, run=run.run_id)
    new = {(group.group_id, group.lead_id, group.students, group.externals): group for group in groups}
    standing = {at: group for at, group in enumerate(roster.groups) if group.is_open(on)}
    kept = {(g.group_id, g.lead_id, g.students, g.externals) for g in standing.values()}
    ended = {
        at: group.model_copy(update={"last_day": on - DAY})
        for at, group in standing.items()
        if groups and (group.group_id, group.lead_id, group.students, group.externals) not in new
    }
    added = tuple(group.model_copy(update={"run": run.run_id}) for key, group in new.items() if key not in kept)
    step = RecordStep(before=roster, closed=diff.closed, opened=diff.opened, groups=added, ended_groups=ended)
    if step.changes_nothing:
        return step
    counted = run.model_copy(update={"opened": len(diff.opened), "closed": len(diff.closed)})
    return replace(step, run=counted)


def _as_on_record(row: Pairing, names: Mapping[tuple[str, str, Role, str], str | None]) -> Pairing:
    """Return a row with the name of its role as the record writes it for the same two people."""
    key = row.student_id, row.mentor_id, row.role, (row.role_name or "").casefold()
    return row.model_copy(update={"role_name": names.get(key, row.role_name)})


def _wanted(row: Pairing, form: StudentPreference | None) -> Wanted:
    listed = () if form is None else (*form.choices, *form.external_choices, *(m for _, m in form.role_choices))
    return Wanted(
        student_id=row.student_id,
        mentor_id=row.mentor_id,
        role=row.role,
        role_name=row.role_name,
        group=row.group,
        cause=Cause.CHOICE if row.mentor_id in listed else Cause.COORDINATION,
        state=row.state,
        last=row.valid_to,
    )
