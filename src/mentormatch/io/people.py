"""Who is meant by a cell that refers to a student or to a mentor on another row."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mentormatch.base.text import Text
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.names import name_key
from mentormatch.io.cells.plain_text import folded, shown, shown_id, squeezed
from mentormatch.io.cells.reading import Finding, Reading, following, mended, refused
from mentormatch.io.near_ids import near_ids
from mentormatch.io.tables import Cell
from mentormatch.roster.vocabulary import Duty

_TITLE = re.compile(r"(?:老师|教师|导师|先生|女士)$")
_JOINT = re.compile(r"[-\u2010-\u2015_/|:·()]+")
_YEAR = re.compile("20[0-9][0-9](?=[0-9]{3})")
_SUBJECTS = re.compile(r"[、，,;；/ ]+")


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
        self._by_case = _by_case(self._ids)
        self._first_year: int | None = None

    def __contains__(self, student_id: str) -> bool:
        return student_id in self._ids

    def resolve_in_record(self, cell: Cell, ended: bool) -> Reading[str]:
        """Return the ID of the student of a pairing, who may have left the school.

        An ended pairing may name anybody; an open one only somebody whose year of entry, with which IDs often begin,
        lies before that of all students: last year's graduates.
        """
        reading = self.resolve(cell)
        written = read_id(cell).value
        if reading.value is not None or written is None:
            return reading
        if ended:
            return Reading(written)
        if written in self._refused or not self._is_of_earlier_years(written):
            return reading
        return mended(
            written,
            "pairing_of_graduate",
            f"{shown_id(written)} 已不在学生表中,学号属于更早的年级(已毕业),这一行按已结束的结对处理",
            f"{shown_id(written)} is no student any more and has an ID of an earlier year: read as an ended pairing",
        )

    def _is_of_earlier_years(self, student_id: str) -> bool:
        if self._first_year is None:
            years = {_YEAR.match(each) for each in self._ids}
            found = {int(each[0]) for each in years if each is not None}
            self._first_year = 0 if None in years or not found else min(found)
        year = _YEAR.match(student_id)
        return year is not None and int(year[0]) < self._first_year

    def resolve(self, cell: Cell) -> Reading[str]:
        """Return the ID of the student that a cell names; a name is never taken for an ID."""
        reading = read_id(cell)
        if reading.value is None or reading.value in self._ids:
            return reading
        of_other_case = self._by_case.get(reading.value.casefold(), [])
        if len(of_other_case) == 1:
            return _in_other_case(of_other_case[0])
        seen = shown_id(reading.value)
        if reading.value in self._refused:
            return following(
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
        self._by_name_and_subject: defaultdict[str, list[KnownMentor]] = defaultdict(list)
        self._by_case = _by_case(duties)
        for row in self.rows:
            if row.name:
                self._by_name[name_key(row.name)].append(row)
                for subject in _subjects(row):
                    self._by_name_and_subject[name_key(row.name) + subject].append(row)
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
        if reading.value is not None and len(same := self._by_case.get(reading.value.casefold(), [])) == 1:
            return _in_other_case(same[0])
        by_name = self._by_its_name(squeezed(cell)) if isinstance(cell, str) else None
        if by_name is not None:
            return by_name
        if self._misplaced is not None and (found := self._misplaced.people.resolve(cell).value) is not None:
            return Reading(None, self._misplaced.finding(found))
        return reading if _is_eaten_id(reading) else self._unknown(reading.value)

    def __contains__(self, mentor_id: str) -> bool:
        return mentor_id in self.duties

    def resolve_in_record(self, cell: Cell, ended: bool) -> Reading[str]:
        """Return the ID of the mentor of a pairing; an ended one may name somebody who has left."""
        reading = self.resolve(cell)
        written = read_id(cell).value
        if reading.value is None and ended and written is not None:
            return Reading(written)
        return reading

    def is_label(self, text: str) -> bool:
        """Tell whether a text with separators in it is what one mentor is called."""
        return self._rows_called(squeezed(text)) is not None

    def _is_known(self, mentor_id: str) -> bool:
        return mentor_id in self.duties

    def _rows_called(self, text: str) -> list[KnownMentor] | None:
        """Return the rows of a name, alone, with 老师, or beside the subject or the ID; None where nobody has it."""
        key = _TITLE.sub("", name_key(text))
        alone = self._by_name.get(key) or self._by_name.get(name_key(text)) or self._by_name_and_subject.get(key)
        if alone:
            return alone
        for joint in _JOINT.finditer(text):
            left, right = text[: joint.start()], _JOINT.sub("", text[joint.end() :])
            rows = self._both(left, right) or self._both(right, left)
            if rows:
                return rows
        return self._by_id_beside_name(text)

    def _both(self, name: str, other: str) -> list[KnownMentor]:
        """Return the rows that have a name and, as subject or as ID, what stands beside it."""
        rows = self._by_name.get(_TITLE.sub("", name_key(name)), [])
        said = "".join(_SUBJECTS.split(_TITLE.sub("", folded(other))))
        if not said:
            return rows
        return [row for row in rows if said in _subjects(row) or said == folded(row.mentor_id or "")]

    def _by_id_beside_name(self, text: str) -> list[KnownMentor] | None:
        """Return the row of ``T001张伟``, whose ID and name stand together."""
        found = re.fullmatch(r"([A-Za-z0-9]+)(\D+)|(\D+?)([A-Za-z]*[0-9]+)", text)
        if found is None:
            return None
        mentor_id, name = (found[1], found[2]) if found[1] else (found[4], found[3])
        return self._both(name, mentor_id) or None

    def _by_its_name(self, text: str) -> Reading[str] | None:
        rows = self._rows_called(text)
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


def _subjects(row: KnownMentor) -> set[str]:
    """Return what a mentor teaches, each subject and all of them together, as they are compared."""
    subject = folded(row.subject or "")
    parts = [part for part in _SUBJECTS.split(subject) if part]
    return {*parts, "".join(parts)} if parts else set()


def _by_case(ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the IDs with letters by what they are without regard to case."""
    found: dict[str, list[str]] = {}
    for each in ids:
        if not each.isdecimal():
            found.setdefault(each.casefold(), []).append(each)
    return found


def _in_other_case(value: str) -> Reading[str]:
    return mended(
        value,
        "id_normalised",
        f"编号的大小写已规范为 {shown_id(value)}",
        f"The case of the ID was put right: {shown_id(value)}",
    )


def _of_refused_row(mentor_id: str | None) -> Reading[str]:
    seen = "" if mentor_id is None else f" {mentor_id} "
    return following(
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
