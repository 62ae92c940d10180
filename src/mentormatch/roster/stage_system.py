"""Stages of schooling (学段): which grades a stage begins with, and after which grade pupils leave a school."""

from dataclasses import dataclass

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.roster.roster import Roster

PRIMARY, JUNIOR, SENIOR = Text(zh="小学", en="primary"), Text(zh="初中", en="junior"), Text(zh="高中", en="senior")


@dataclass(frozen=True, slots=True)
class StageSystem:
    """How the twelve grades are divided into stages, and where a school ends.

    Parameters
    ----------
    name : str
    text : Text
    entry_grades : tuple of int
        The first grades of stages, whose pupils are new to their stage (起始年级).
    last_grades : tuple of int
        After these grades pupils leave the school.

    Examples
    --------
    >>> FIVE_FOUR.stage_of(6).zh, SIX_THREE.stage_of(6).zh
    ('初中', '小学')
    """

    name: str
    text: Text
    entry_grades: tuple[int, ...]
    last_grades: tuple[int, ...]

    def stage_of(self, grade: int) -> Text:
        """Return the stage that a grade belongs to."""
        first_junior = next((each for each in self.entry_grades if 1 < each < 10), 7)
        if grade >= 10:
            return SENIOR
        return JUNIOR if grade >= first_junior else PRIMARY


SIX_THREE = StageSystem("six-three", Text("六三学制", "six and three years"), (1, 7, 10), (6, 9, 12))
FIVE_FOUR = StageSystem("five-four", Text("五四学制", "five and four years"), (1, 6, 10), (5, 9, 12))
NINE_YEAR = StageSystem("nine-year", Text("九年一贯制", "nine years in one school"), (1, 7, 10), (9, 12))
NINE_YEAR_FIVE_FOUR = StageSystem(
    "nine-year-five-four", Text("九年一贯制(五四)", "nine years in one school, five and four"), (1, 6, 10), (9, 12)
)
SENIOR_SCHOOL = StageSystem("senior", Text("高中", "senior school"), (10,), (12,))

STAGE_SYSTEMS = {
    system.name: system for system in (SIX_THREE, FIVE_FOUR, NINE_YEAR, NINE_YEAR_FIVE_FOUR, SENIOR_SCHOOL)
}
"""The systems by their names."""


def stage_system(roster: Roster, name: str | None = None) -> StageSystem:
    """Return the system of a school: the one that is named, else what its pupils tell.

    Sixth-graders whose 学段 is 初中 tell the five-four system; a school of primary and of junior grades may be one of
    nine years, or two schools in one file, so it has to say.

    Raises
    ------
    InputError
        For an unknown name, and where the pupils do not tell.
    """
    if name is not None:
        if name not in STAGE_SYSTEMS:
            raise InputError(
                Text(zh=f"没有名为 {name} 的学制。", en=f"There is no stage system {name!r}."),
                maybe=Text(zh="、".join(STAGE_SYSTEMS), en=", ".join(STAGE_SYSTEMS)),
            )
        return STAGE_SYSTEMS[name]
    found = system_told(roster)
    if found is None:
        raise InputError(
            Text(
                zh="本校既有小学年级又有初中年级:小学毕业班是升入本校初中,还是离校?",
                en="The school has primary and junior grades: do pupils stay after the last primary grade, or leave?",
            ),
            maybe=Text(
                zh="升入本校:加 --stages nine-year 或 nine-year-five-four;离校:加 --stages six-three。",
                en="they stay: --stages nine-year or nine-year-five-four; else: --stages six-three.",
            ),
        )
    return found


def system_told(roster: Roster) -> StageSystem | None:
    """Return the system that the grades and the column 学段 of a school tell; None where they leave it open."""
    early = is_five_four(roster)
    grades = {student.grade_number for student in roster.students}
    first_junior = 6 if early else 7
    if any(grade < first_junior for grade in grades) and any(first_junior <= grade <= 9 for grade in grades):
        return None
    if grades and min(grades) >= 10:
        return SENIOR_SCHOOL
    return FIVE_FOUR if early else SIX_THREE


def is_five_four(roster: Roster) -> bool:
    """Tell whether the column 学段 says that sixth-graders are in junior school."""
    return any(
        student.grade_number == 6 and student.stage is not None and says_stage(student.stage, JUNIOR)
        for student in roster.students
    )


def says_stage(written: str, stage: Text) -> bool:
    """Tell whether a cell of the column 学段 names a stage, as 初中部 names 初中."""
    return stage.zh in written or stage.en in written.casefold()


def moved_stage(written: str | None, old: Text, new: Text) -> str | None:
    """Return what the column 学段 says after a move to another stage, as the school writes it.

    Examples
    --------
    >>> moved_stage("小学部", PRIMARY, JUNIOR), moved_stage("Primary", PRIMARY, JUNIOR)
    ('初中部', 'junior')
    """
    if written is None or old == new:
        return written
    if old.zh in written:
        return written.replace(old.zh, new.zh)
    return new.en if old.en in written.casefold() else written
