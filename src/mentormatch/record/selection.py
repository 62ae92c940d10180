"""Who takes part in a selection: whose forms may end the pairing that the student has."""

from pydantic import BaseModel, ConfigDict, Field

from mentormatch.base.errors import RulesError
from mentormatch.base.text import Text
from mentormatch.io.cells.classes import parse_class
from mentormatch.io.cells.grades import class_label
from mentormatch.roster.roster import Roster
from mentormatch.roster.student import Student


class Selection(BaseModel):
    """Whose forms count: students of some grades, of some classes, or those without a mentor; default everybody's.

    Parameters
    ----------
    grades : tuple of int
        1 to 12; empty is every grade.
    classes : tuple of str
        Empty is every class.
    without_mentor : bool
        Only students who have no mentor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    grades: tuple[int, ...] = Field(default=(), description="Grades that take part, 1 to 12; default all.")
    classes: tuple[str, ...] = Field(default=(), description="Classes that take part; default all.")
    without_mentor: bool = Field(default=False, description="Only students who have no mentor take part.")

    def refuse_strangers(self, roster: Roster) -> None:
        """Raise `RulesError` for a grade or a class that the school does not have."""
        grades = {student.grade_number for student in roster.students}
        classes = {student.class_name for student in roster.students}
        unknown = [str(grade) for grade in self.grades if grade not in grades]
        unknown += [name for name in self.classes if _label(name) not in classes]
        if unknown:
            raise RulesError(
                Text(
                    zh=f"[selection] 中的年级或班级 {'、'.join(unknown)} 不在数据中。",
                    en=f"[selection] names {', '.join(unknown)}, which this school does not have.",
                )
            )

    def takes(self, student: Student, *, has_mentor: bool) -> bool:
        """Tell whether a student takes part."""
        if self.without_mentor and has_mentor:
            return False
        if self.grades and student.grade_number not in self.grades:
            return False
        return not self.classes or student.class_name in {_label(name) for name in self.classes}

    def describe(self) -> Text:
        """Say who takes part."""
        zh = [f"{'、'.join(map(str, self.grades))} 年级"] if self.grades else []
        zh += ["、".join(self.classes)] if self.classes else []
        zh += ["尚无导师的学生"] if self.without_mentor else []
        en = [f"grades {', '.join(map(str, self.grades))}"] if self.grades else []
        en += [f"classes {', '.join(self.classes)}"] if self.classes else []
        en += ["students without a mentor"] if self.without_mentor else []
        return Text(
            zh=f"本次双选范围:{','.join(zh) or '全体学生'}。",
            en=f"This selection is for {', '.join(en) or 'everybody'}.",
        )


def _label(name: str) -> str:
    said = parse_class(name)
    return said.label if said.grade is None or said.number is None else class_label(said.grade, said.number)
