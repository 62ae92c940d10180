"""What entities of a roster must agree about: ids that stand once, and references that lead somewhere.

The readers of files find the same with the cell and the advice, and leave the row out. Here nothing is left out: who
builds a roster is told, so that no protection is lost by a slip of a query.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text

if TYPE_CHECKING:
    from mentormatch.roster.roster import Roster

_SHOWN = 20

_STUDENT, _MENTOR, _EXTERNAL, _ANYBODY = (
    Text(zh="学生", en="student"),
    Text(zh="校内导师", en="mentor of the school"),
    Text(zh="校外导师", en="external mentor"),
    Text(zh="导师", en="mentor"),
)


def refuse_inconsistent(roster: "Roster") -> None:
    """Raise `InputError` for a roster whose entities contradict each other.

    Parameters
    ----------
    roster : Roster

    Raises
    ------
    InputError
        For ids that stand twice, references that lead nowhere, several forms of one student, a mentor who stands twice
        among one student's choices, and two opinions of one mentor on one student: every place, the first twenty told.
        No name is told.

    Notes
    -----
    Rows of the record that are ended, or that a run has written, may name people who have left. O(entities and
    references).
    """
    found = [*_repeated(roster), *_dangling(roster)]
    if not found:
        return
    shown, more = found[:_SHOWN], len(found) - _SHOWN
    rest = [Text(zh=f"另有 {more} 处", en=f"and {more} more")] if more > 0 else []
    raise InputError(
        Text(
            zh="\n".join(["学校数据自相矛盾:", *(f"  {each.zh}" for each in [*shown, *rest])]),
            en="\n".join(["The school contradicts itself:", *(f"  {each.en}" for each in [*shown, *rest])]),
        ),
        maybe=Text(
            zh="用 mentormatch.roster_from_tables 读入:它逐行指出问题并采用其余的行。",
            en="read the rows with mentormatch.roster_from_tables, which names each one and takes the others.",
        ),
    )


def _repeated(roster: "Roster") -> Iterator[Text]:
    for name, keys in (
        ("students", [each.student_id for each in roster.students]),
        ("mentors", [each.mentor_id for each in roster.mentors]),
        ("external_mentors", [each.external_id for each in roster.external_mentors]),
        ("student_preferences", [each.student_id for each in roster.student_preferences]),
        ("mentor_preferences", [(each.mentor_id, each.student_id) for each in roster.mentor_preferences]),
        ("change_requests", [each.request_id for each in roster.change_requests]),
        ("pairings", [each.pairing_id for each in roster.pairings if each.pairing_id is not None]),
    ):
        yield from _twice(name, keys)
    for position, form in enumerate(roster.student_preferences):
        listed = (*form.choices, *form.acceptable)
        if len(set(listed)) < len(listed):
            yield Text(
                zh=f"student_preferences[{position}]:同一导师填了两次",
                en=f"student_preferences[{position}]: a mentor stands twice among the choices",
            )


def _twice(name: str, keys: list[Any]) -> Iterator[Text]:
    if len(set(keys)) == len(keys):
        return
    for key, number in Counter(keys).items():
        if number > 1:
            said = " - ".join(key) if isinstance(key, tuple) else key
            yield Text(zh=f"{name}:{said} 出现 {number} 次", en=f"{name}: {said} stands {number} times")


def _dangling(roster: "Roster") -> Iterator[Text]:
    students = {each.student_id for each in roster.students}
    mentors = {each.mentor_id for each in roster.mentors}
    externals = {each.external_id for each in roster.external_mentors}
    anybody = mentors | externals
    # A mentor is external in either table.
    outside = externals | {each.mentor_id for each in roster.mentors if each.kind == "external"}
    for name, field, known, what in (
        ("students", "sibling_ids", students, _STUDENT),
        ("students", "friend_ids", students, _STUDENT),
        ("students", "apart_ids", students, _STUDENT),
        ("students", "avoid_mentor_ids", anybody, _ANYBODY),
        ("external_mentors", "lead_mentor_id", mentors, _MENTOR),
        ("student_preferences", "student_id", students, _STUDENT),
        ("student_preferences", "choices", mentors, _MENTOR),
        ("student_preferences", "acceptable", mentors, _MENTOR),
        ("student_preferences", "avoid", anybody, _ANYBODY),
        ("student_preferences", "external_choices", outside, _EXTERNAL),
        ("mentor_preferences", "mentor_id", anybody, _ANYBODY),
        ("mentor_preferences", "student_id", students, _STUDENT),
        ("change_requests", "student_id", students, _STUDENT),
        ("change_requests", "to_mentor", anybody, _ANYBODY),
    ):
        yield from _unknown(name, field, getattr(roster, name), known, what)
    for position, form in enumerate(roster.student_preferences):
        for _, mentor_id in form.role_choices:
            if mentor_id not in anybody:
                yield _nobody("student_preferences", position, "role_choices", mentor_id, _ANYBODY)
    for position, pairing in enumerate(roster.pairings):
        # A run knew the people of the rows that it wrote: who is not there has left.
        if pairing.state != "ended" and pairing.run is None:
            if pairing.student_id not in students:
                yield _nobody("pairings", position, "student_id", pairing.student_id, _STUDENT)
            if pairing.mentor_id not in anybody:
                yield _nobody("pairings", position, "mentor_id", pairing.mentor_id, _ANYBODY)


def _unknown(name: str, field: str, rows: Iterable[Any], known: set[str], what: Text) -> Iterator[Text]:
    for position, row in enumerate(rows):
        value = getattr(row, field)
        if value is None or value == () or value in known:
            continue
        for each in (value,) if isinstance(value, str) else value:
            if each not in known:
                yield _nobody(name, position, field, each, what)


def _nobody(name: str, position: int, field: str, value: str, what: Text) -> Text:
    return Text(
        zh=f"{name}[{position}].{field}:没有编号为 {value} 的{what.zh}",
        en=f"{name}[{position}].{field}: there is no {what.en} {value}",
    )
