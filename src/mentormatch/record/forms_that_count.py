"""A form counts once: in the first selection after it was handed in.

A form that is older than the pairing which it would end, or that an earlier run has used, does not count; nor does one
of a student in an adaptation period, or outside the selection. Where the pairing cannot go on, or there is none, the
form ends nothing and says what the student would like, so it counts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mentormatch.base.text import Text
from mentormatch.record.selection import Selection
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.preference import StudentPreference
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import standing_pairings

Why = Literal["used", "older", "adaptation", "not_selected", "later", "between"]
WHY: Mapping[Why, Text] = {
    "used": Text(zh="已在以前的批次中计入过", en="an earlier run has counted it"),
    "older": Text(zh="提交于现有结对之前", en="it was handed in before the present pairing began"),
    "adaptation": Text(zh="学生在适应期内", en="the student is in an adaptation period"),
    "not_selected": Text(zh="学生不在本次双选范围内", en="the student does not take part in this selection"),
    "later": Text(zh="提交日期晚于匹配日期", en="it was handed in after the day of the matching"),
    "between": Text(zh="修订不是双选,志愿留待下次双选", en="a repair is no selection: the form waits for the next one"),
}
"""Why a form does not count, by a stable code."""


@dataclass(frozen=True, slots=True)
class FormsRead:
    """Whose forms count, and why those of others do not.

    Parameters
    ----------
    counted : frozenset of str
        Student ids.
    aside : mapping of student id to {"used", "older", "adaptation", "not_selected", "later", "between"}
    """

    counted: frozenset[str]
    aside: Mapping[str, Why]


def forms_that_count(
    roster: Roster,
    *,
    on: date | None,
    provisional: Collection[str],
    selection: Selection | None = None,
    between: bool = False,
) -> FormsRead:
    """Return whose forms count on a day.

    Parameters
    ----------
    roster : Roster
    on : date, optional
        The day of the matching.
    provisional : collection of str
        Students in an adaptation period.
    selection : Selection, optional
        Who takes part; default everybody.
    between : bool
        The run is between selections: a form ends no pairing that can go on.
    """
    going_on = _going_on(roster, on)
    counted, aside = set(), {}
    for form in roster.student_preferences:
        student = roster.students_by_id.get(form.student_id)
        if student is None:
            continue
        pairing = going_on.get(form.student_id)
        takes_part = selection is None or selection.takes(student, has_mentor=pairing is not None)
        why: Why | None = "between" if between and pairing is not None else None
        why = why or _why_not(form, pairing, on, is_provisional=form.student_id in provisional, takes_part=takes_part)
        if why is None:
            counted.add(form.student_id)
        else:
            aside[form.student_id] = why
    return FormsRead(frozenset(counted), dict(sorted(aside.items())))


def _why_not(
    form: StudentPreference, pairing: Pairing | None, on: date | None, *, is_provisional: bool, takes_part: bool
) -> Why | None:
    day = None if form.submitted_at is None else form.submitted_at.date()
    if on is not None and day is not None and day > on:
        return "later"
    if is_provisional:
        return "adaptation"
    if not takes_part:
        return "not_selected"
    if pairing is None:
        return None
    if form.used_by is not None:
        return "used"
    # The run that began the pairing had every form of its day.
    if day is not None and pairing.valid_from is not None and day <= pairing.valid_from:
        return "older"
    return None


def _going_on(roster: Roster, on: date | None) -> dict[str, Pairing]:
    """Return the standing pairing of each student that may go on: its mentor is there, and neither refuses."""
    mentors = roster.mentors_by_id
    refused = {(p.student_id, p.mentor_id) for p in roster.mentor_preferences if p.stance == "unsuitable"}
    found = {}
    for pairing in standing_pairings(roster.pairings, on):
        mentor, student = mentors.get(pairing.mentor_id), roster.students_by_id.get(pairing.student_id)
        if mentor is None or student is None or not mentor.is_on_duty(on) or mentor.capacity_max == 0:
            continue
        form = roster.forms_by_student.get(pairing.student_id)
        avoids = (*student.avoid_mentor_ids, *(() if form is None else form.avoid))
        vetoed = pairing.mentor_id in avoids or (pairing.student_id, pairing.mentor_id) in refused
        if pairing.locked or not vetoed:
            found[pairing.student_id] = pairing
    return found
