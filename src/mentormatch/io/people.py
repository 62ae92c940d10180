"""Who is meant by a cell that refers to a student or to a mentor on another row."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mentormatch.base.text import Text
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.plain_text import folded, shown, shown_id, squeezed
from mentormatch.io.cells.reading import Finding, Reading, mended, refused
from mentormatch.io.near_ids import near_ids
from mentormatch.io.tables import Cell
from mentormatch.roster.vocabulary import Duty

_NAME_AND_SUBJECT = re.compile(r"(?P<name>[^()]+?)(?:老师)?(?:\((?P<subject>[^()]+)\))?(?:老师)?")


class StudentDirectory:
    """The students that references may name.

    Parameters
    ----------
    ids : iterable of str
        Of the accepted rows.
    refused : iterable of str
        Of the refused rows.
    """

    def __init__(self, ids: Iterable[str], refused: Iterable[str] = ()) -> None:
        self._ids = dict.fromkeys(ids)
        self._refused = set(refused).difference(self._ids)

    def __contains__(self, student_id: str) -> bool:
        return student_id in self._ids

    def resolve(self, cell: Cell) -> Reading[str]:
        """Return the ID of the student that a cell names; a name is never taken for an ID."""
        reading = read_id(cell)
        if reading.value is None or reading.value in self._ids:
            return reading
        seen = shown_id(reading.value)
        if reading.value in self._refused:
            return refused(
                "unknown_student",
                f"学号 {seen} 所在的学生行未被采用",
                f"The row of student {seen} was refused",
                Text(zh="先改正该学生的行", en="mend the student's row first"),
            )
        return refused(
            "unknown_student",
            f"没有学号为 {seen} 的学生",
            f"There is no student {seen}",
            # No near IDs here: students' IDs are numbered through, so the nearest is just another pupil.
            Text(
                zh="核对学号,或在学生表中补上该学生;已不在校的,删去这一行(格)",
                en="check the ID, or add the student to the students' sheet; of a student who has left, delete this",
            ),
        )


@dataclass(frozen=True, slots=True)
class KnownMentor:
    """What references need to know of one row of the mentors' sheet.

    Parameters
    ----------
    mentor_id : str, optional
        None where the row has no usable ID.
    name, subject : str, optional
    """

    mentor_id: str | None
    name: str | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Mentors of another sheet: known, but not to be named here.

    Parameters
    ----------
    people : MentorDirectory
    finding : callable
        Takes the id of one of them; returns what there is to say.
    """

    people: "MentorDirectory"
    finding: Callable[[str], Finding]


class MentorDirectory:
    """The mentors that references may name, by ID or by name.

    Parameters
    ----------
    duties : mapping of str to {"active", "leave"}
        The mentors of the accepted rows.
    rows : iterable of KnownMentor
        All rows, the refused ones too: a name is not unique because its namesake's row was refused.
    misplaced : Misplaced, optional
        The mentors of another sheet, who must not stand here.

    Attributes
    ----------
    duties : mapping
    rows : tuple of KnownMentor
        As given.
    """

    def __init__(
        self, duties: Mapping[str, Duty], rows: Iterable[KnownMentor] = (), misplaced: "Misplaced | None" = None
    ) -> None:
        self.duties = duties
        self.rows = tuple(rows)
        self._misplaced = misplaced
        self._refused_ids: set[str] = set()
        self._by_name: defaultdict[str, list[KnownMentor]] = defaultdict(list)
        for row in self.rows:
            if row.name:
                self._by_name[folded(row.name)].append(row)
            if row.mentor_id is not None and row.mentor_id not in duties:
                self._refused_ids.add(row.mentor_id)

    def joined(self, others: "MentorDirectory") -> "MentorDirectory":
        """Return a directory in which the mentors of both are known."""
        # Who stands on both sheets is one person.
        added = [row for row in others.rows if row.mentor_id not in self.duties]
        return MentorDirectory({**others.duties, **self.duties}, [*self.rows, *added])

    def beside(self, others: "MentorDirectory", finding: Callable[[str], Finding]) -> "MentorDirectory":
        """Return a directory that knows the others too, but refuses them with a finding of their own."""
        return MentorDirectory(self.duties, self.rows, Misplaced(others, finding))

    def is_on_leave(self, mentor_id: str) -> bool:
        """Tell whether a mentor is on leave."""
        return self.duties.get(mentor_id) == "leave"

    def resolve(self, cell: Cell) -> Reading[str]:
        """Return the ID of the mentor that a cell names; refuse what names nobody, or several."""
        reading = read_id(cell)
        if reading.value is not None and self._is_known(reading.value):
            return reading
        by_name = self._by_its_name(squeezed(cell)) if isinstance(cell, str) else None
        if by_name is not None:
            return by_name
        if self._misplaced is not None and (found := self._misplaced.people.resolve(cell).value) is not None:
            return Reading(None, self._misplaced.finding(found))
        return reading if _is_eaten_id(reading) else self._unknown(reading.value)

    def _is_known(self, mentor_id: str) -> bool:
        return mentor_id in self.duties

    def _by_its_name(self, text: str) -> Reading[str] | None:
        rows = self._by_name.get(folded(text), [])
        if not rows and (found := _NAME_AND_SUBJECT.fullmatch(text)) is not None:
            rows = self._by_name.get(folded(found["name"]), [])
            subject = found["subject"]
            if subject is not None:
                rows = [row for row in rows if row.subject is not None and folded(row.subject) == folded(subject)]
        if not rows:
            return None
        if len(rows) > 1:
            return _several(rows)
        mentor_id = rows[0].mentor_id
        if mentor_id is None or not self._is_known(mentor_id):
            return _of_refused_row(mentor_id)
        return mended(
            mentor_id,
            "mentor_by_name",
            f"此处写的是导师姓名,已按唯一同名者读作 {mentor_id}",
            f"A mentor's name stands here in place of an ID; only {mentor_id} has it",
        )

    def _unknown(self, mentor_id: str | None) -> Reading[str]:
        if mentor_id in self._refused_ids:
            return _of_refused_row(mentor_id)
        seen = None if mentor_id is None else shown(mentor_id)
        if mentor_id is None or seen is None:
            return refused(
                "unknown_mentor",
                "没有这个工号或姓名的导师",
                "No mentor has this ID or this name",
                Text(zh="填写工号", en="write the mentor's ID"),
            )
        return refused(
            "unknown_mentor",
            f"没有工号为 {seen} 的导师",
            f"There is no mentor {seen}",
            _is_it(near_ids(mentor_id, self.duties)),
        )


def is_external(mentor_id: str) -> Finding:
    """Return what to say of an external where a mentor of the school belongs."""
    seen = shown_id(mentor_id)
    return Finding(
        "external_as_mentor",
        Text(
            zh=f"{seen} 是校外导师,这里只能填校内导师",
            en=f"{seen} is an external mentor; a mentor of the school belongs here",
        ),
        Text(
            zh="填写导师表中的工号;想要的校外导师写在“校外导师志愿”一列",
            en="write a mentor_id of the mentors' sheet; a wish for an external belongs under external_choices",
        ),
    )


def is_no_external(mentor_id: str) -> Finding:
    """Return what to say of a mentor of the school where an external belongs."""
    seen = shown_id(mentor_id)
    return Finding(
        "mentor_as_external",
        Text(
            zh=f"{seen} 在导师表中,不在校外导师表中,这里只能填校外导师",
            en=f"{seen} stands among the mentors, not among the externals; an external belongs here",
        ),
        Text(
            zh="填写校外导师表中的编号;想要的校内导师写在第一至第五志愿",
            en="write an external_id of the externals' sheet; mentors of the school belong under choice_1 to choice_5",
        ),
    )


def _is_eaten_id(reading: Reading[str]) -> bool:
    """Tell whether an ID was meant that Excel has damaged, so that looking it up makes no sense."""
    return reading.finding is not None and reading.finding.code in {"id_scientific", "id_lost_digits"}


def _of_refused_row(mentor_id: str | None) -> Reading[str]:
    seen = "" if mentor_id is None else f" {mentor_id} "
    return refused(
        "unknown_mentor",
        f"这位导师{seen}所在的导师行未被采用",
        f"The row of the mentor{seen.rstrip()} was refused",
        Text(zh="先改正该导师的行", en="mend the mentor's row first"),
    )


def _several(rows: list[KnownMentor]) -> Reading[str]:
    ids = ", ".join(sorted(f"{row.mentor_id or '?'}{f' ({row.subject})' if row.subject else ''}" for row in rows))
    return refused(
        "ambiguous_mentor",
        f"有 {len(rows)} 位导师同名:{ids}",
        f"{len(rows)} mentors have this name: {ids}",
        Text(
            zh="填写其中一位的工号;问不清就清空", en="write the ID of the one that is meant; clear it if nobody knows"
        ),
    )


def _is_it(near: list[str]) -> Text:
    if not near:
        return Text(zh="核对工号;无法核实就清空", en="check the ID; clear it if nobody knows")
    return Text(zh=f"是否为 {'、'.join(near)}?", en=f"is it {' or '.join(near)}?")
