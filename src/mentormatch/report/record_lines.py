"""What a run does to the record, for those who run it: who moves by a form, which forms wait, whose mentor leaves."""

from collections import defaultdict

from mentormatch.base.text import Text
from mentormatch.roster.cause import Cause
from mentormatch.roster.record_step import RecordStep

_SHOWN = 10


def record_lines(step: RecordStep | None) -> list[Text]:
    """Return what whoever runs a command has to know of the record, a fact a line.

    Parameters
    ----------
    step : RecordStep or None
        Not that of a public view, which does not know of forms.
    """
    if step is None:
        return []
    lines = []
    moved = sum(row.end_cause is Cause.CHOICE for row in step.closed.values())
    if moved:
        lines.append(
            Text(
                zh=f"已有导师的学生按本人志愿(不是调换申请)更换导师 {moved} 人",
                en=f"{moved} students with a mentor move by their own form, not by a request",
            )
        )
    aside: defaultdict[Text, list[str]] = defaultdict(list)
    for student, why in step.forms_aside.items():
        aside[why].append(student)
    lines += [
        Text(
            zh=f"志愿本次不计 {len(students)} 份({why.zh}):{_some(students).zh}",
            en=f"{len(students)} forms do not count ({why.en}): {_some(students).en}",
        )
        for why, students in aside.items()
    ]
    return lines + _leaving(step)


def _leaving(step: RecordStep) -> list[Text]:
    """Return the mentors whose service ends, with how many of the new pairs end with it."""
    ends: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in step.opened:
        pairing = row.pairing
        if pairing.end_cause is Cause.MENTOR_AWAY and pairing.valid_to is not None:
            ends[pairing.mentor_id, pairing.valid_to.isoformat()] += 1
    return [
        Text(
            zh=f"导师 {mentor} 只到 {day}:新结对的 {number} 名学生届时须另行安排",
            en=f"Mentor {mentor} is here until {day} only: {number} of the new pairs end then",
        )
        for (mentor, day), number in sorted(ends.items())
    ]


def _some(students: list[str]) -> Text:
    shown, more = students[:_SHOWN], len(students) - _SHOWN
    rest = Text("", "") if more <= 0 else Text(f" 等 {len(students)} 人", f" and {more} more")
    return Text("、".join(shown), ", ".join(shown)) + rest
