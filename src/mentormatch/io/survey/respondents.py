"""Who answered: a student by its id, or by name and class where only one has both."""

from collections import defaultdict

from mentormatch.base.text import Text
from mentormatch.io.cells.classes import parse_class
from mentormatch.io.cells.grades import class_label
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.plain_text import folded, is_blank, shown_id, text_of
from mentormatch.io.cells.reading import Reading, mended, refused
from mentormatch.io.tables import Cell
from mentormatch.roster.roster import Roster


class Respondents:
    """The students of a school as those who answer a survey.

    Parameters
    ----------
    roster : Roster
    """

    def __init__(self, roster: Roster) -> None:
        self._names = {student.student_id: folded(student.name) for student in roster.students}
        self._by_name_and_class: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for student in roster.students:
            self._by_name_and_class[folded(student.name), folded(student.class_name)].append(student.student_id)

    def resolve(self, student_id: Cell, name: Cell, class_name: Cell) -> Reading[str]:
        """Return the id of the student that a row of answers names.

        An id that exists must agree with the name, if there is one; an id that does not exist is never replaced.
        Without an id, name and class must fit exactly one student.
        """
        if not is_blank(student_id):
            return self._by_id(student_id, name)
        if is_blank(name) or is_blank(class_name):
            return refused(
                "respondent_unknown",
                "没有学号,也没有“姓名 + 班级”,无法知道是谁填的",
                "There is neither an ID nor a name with a class, so nobody can tell who answered",
                Text(zh="补上学号", en="fill in the ID"),
            )
        found = self._by_name_and_class.get((folded(text_of(name)), folded(_label(class_name))), [])
        if len(found) == 1:
            return mended(
                found[0],
                "respondent_by_name",
                f"没有学号,已按唯一的“姓名 + 班级”识别为 {shown_id(found[0])}",
                f"There is no ID; only {shown_id(found[0])} has this name in this class",
            )
        if found:
            ids = "、".join(shown_id(each) for each in sorted(found))
            return refused(
                "respondent_ambiguous",
                f"该班有 {len(found)} 名同名学生:{ids}",
                f"{len(found)} students of this class have this name: {ids}",
                Text(zh="补上学号", en="fill in the ID"),
            )
        return refused(
            "respondent_unknown",
            "该班没有叫这个名字的学生",
            "No student of this class has this name",
            Text(zh="核对姓名和班级,或补上学号", en="check name and class, or fill in the ID"),
        )

    def _by_id(self, student_id: Cell, name: Cell) -> Reading[str]:
        reading = read_id(student_id)
        if reading.value is None:
            return reading
        known = self._names.get(reading.value)
        seen = shown_id(reading.value)
        if known is None:
            return refused(
                "unknown_student",
                f"没有学号为 {seen} 的学生",
                f"There is no student {seen}",
                Text(
                    zh="核对学号,或在学生表中补上该学生", en="check the ID, or add the student to the students' sheet"
                ),
            )
        if not is_blank(name) and folded(text_of(name)) != known:
            return refused(
                "respondent_mismatch",
                f"学号 {seen} 与所填姓名不是同一名学生",
                f"The ID {seen} and the name belong to different students",
                Text(zh="核对学号和姓名", en="check the ID and the name"),
            )
        return reading


def _label(cell: Cell) -> str:
    """Return the class of a cell as the students' sheet labels it."""
    text = parse_class(cell)
    return text.label if text.grade is None or text.number is None else class_label(text.grade, text.number)
