"""What a class cell means in one school: the grade of a cohort, and whether 7.1 may have been 7.10."""

from collections import Counter
from collections.abc import Iterable, Sequence

from mentormatch.base.text import Text
from mentormatch.io.cells.classes import ClassText, parse_class
from mentormatch.io.cells.dates import read_date
from mentormatch.io.cells.grades import class_label, grades_of_stage, read_grade, says_fourth_junior_year
from mentormatch.io.cells.lists import split
from mentormatch.io.cells.plain_text import is_blank, shown, text_of
from mentormatch.io.cells.reading import Reading, mended, refused
from mentormatch.io.tables import Cell, Table

_MIN_SHARE = 0.1
"""A cohort may mean a grade that holds this share of its students; fewer are slips and pupils who repeat a year."""
_WRITE_SO = Text(zh="写成“七(3)班”", en="write it as 七(3)班")
_CLASS_LISTS = ("classes_taught", "head_of", "chief_of")


class ClassBook:
    """The classes of one school, as far as the cells tell for certain.

    Parameters
    ----------
    classes : iterable of cell
        Every cell that holds one class.
    cohorts : iterable of (int, int)
        Year of entry and grade of the students whose rows tell both.
    five_four : bool
        Whether 初一 is grade 6: the school has a 初四, or primary schools of five years.
    """

    def __init__(self, classes: Iterable[Cell], cohorts: Iterable[tuple[int, int]], *, five_four: bool = False) -> None:
        self._five_four = five_four
        self._parsed: dict[tuple[type, Cell], ClassText] = {}
        distinct = {(type(cell), cell): cell for cell in classes}
        self._certain = {
            (text.grade, text.number)
            for text in map(self._parse, distinct.values())
            if text.grade is not None and not text.decimal and not text.from_date
        }
        counts: dict[int, Counter[int]] = {}
        for year, grade in cohorts:
            counts.setdefault(year, Counter())[grade] += 1
        self._grades_of_cohort = {
            year: {grade for grade, count in counter.items() if count >= _MIN_SHARE * counter.total()}
            for year, counter in counts.items()
        }

    @classmethod
    def from_tables(cls, students: Table, mentors: Table) -> "ClassBook":
        """Collect what the sheets of students and of mentors tell about classes and cohorts."""
        own = [cell for cell in _column(students, "class") if not is_blank(cell)]
        listed = [item for name in _CLASS_LISTS for cell in _column(mentors, name) for item in split(cell)]
        grades = [cell for cell in _column(students, "grade") if not is_blank(cell)]
        five_four = any(says_fourth_junior_year(text_of(cell)) for cell in {*own, *listed, *grades})
        evidence = Counter(
            zip(_column(students, "grade"), _column(students, "class"), _column(students, "entry_date"), strict=True)
        )
        cohorts: list[tuple[int, int]] = []
        for (grade_cell, class_cell, entry_cell), count in evidence.items():
            grade = None if is_blank(grade_cell) else read_grade(grade_cell, five_four=five_four).value
            if grade is None:
                continue
            entry = None if is_blank(entry_cell) else read_date(entry_cell).value
            years = {parse_class(class_cell).cohort, entry.year if entry else None}
            cohorts += [(year, grade) for year in years if year is not None] * count
        return cls([*own, *listed], cohorts, five_four=five_four)

    def read_grade(self, cell: Cell) -> Reading[int]:
        """Read a grade as this school counts its years."""
        return read_grade(cell, five_four=self._five_four)

    def grade_of(self, cell: Cell) -> int | None:
        """Return the grade that a class tells by itself; None where it tells none."""
        text = self._parse(cell)
        return None if text.decimal or text.from_date else text.grade

    def _parse(self, cell: Cell) -> ClassText:
        key = type(cell), cell
        text = self._parsed.get(key)
        if text is None:
            text = self._parsed[key] = parse_class(cell, five_four=self._five_four)
        return text

    def resolve(self, cell: Cell, grade: int | None = None) -> Reading[str]:
        """Return the canonical label of a class.

        Parameters
        ----------
        cell : Cell
        grade : int, optional
            What the row says about the grade.
        """
        text = self._parse(cell)
        if text.is_unclear:
            return _unclear(cell)
        if text.number is None:
            return Reading(text.label)
        if text.cohort is not None:
            return self._from_cohort(text, text.cohort, text.number, grade)
        if text.grade is None:
            return _from_number(text.number, grade)
        if grade is not None and grade != text.grade:
            return refused(
                "class_grade_mismatch",
                f"班级({text.label})与年级({grade} 年级)不符",
                f"The class ({text.label}) does not belong to the grade of the row ({grade})",
                Text(zh="核对班级和年级,改正其中一个", en="check the class and the grade, and mend one of them"),
            )
        if text.decimal and (text.grade, text.number * 10) in self._certain:
            return _lost_zero(text.label, text.grade, text.number)
        label = class_label(text.grade, text.number)
        if text.from_date:
            return mended(
                label,
                "class_was_date",
                f"Excel 把班级变成了日期({text.label}),已还原为 {label}",
                f"Excel turned the class into a date ({text.label}); restored to {label}",
            )
        return Reading(label)

    def _from_cohort(self, text: ClassText, cohort: int, number: int, grade: int | None) -> Reading[str]:
        known = self._grades_of_cohort.get(cohort, set()).intersection(grades_of_stage(text.stage))
        grades = known if grade is None else known.intersection({grade})
        if len(grades) == 1:
            return Reading(class_label(grades.pop(), number))
        return refused(
            "cohort_unknown",
            f"无法确定 {text.label} 是几年级",
            f"The grade of {text.label} cannot be told",
            _WRITE_SO,
        )


def _column(table: Table, name: str) -> Sequence[Cell]:
    for column in table.columns:
        if column.name == name:
            return [cells[column.index] for _, cells in table.rows]
    return [None] * len(table.rows)


def _from_number(number: int, grade: int | None) -> Reading[str]:
    if grade is None:
        return refused(
            "class_without_grade",
            f"班级只有序号({number}),缺少年级",
            f"The class ({number}) lacks its grade",
            _WRITE_SO,
        )
    return Reading(class_label(grade, number))


def _lost_zero(label: str, grade: int, number: int) -> Reading[str]:
    one, ten = class_label(grade, number), class_label(grade, number * 10)
    return refused(
        "class_ambiguous",
        f"{label} 可能是 {one},也可能是 {ten}(Excel 会丢掉末尾的 0)",
        f"{label} may be {one} or {ten}, as Excel drops a last zero",
        Text(zh=f"写成“{one}”或“{ten}”", en=f"write {one} or {ten}"),
    )


def _unclear(cell: Cell) -> Reading[str]:
    seen = shown(cell)
    return refused(
        "class_unreadable",
        f"无法识别的班级{f'({seen})' if seen else ''}",
        f"The class is not understood{f' ({seen})' if seen else ''}",
        _WRITE_SO,
    )
