"""The sheet of what mentors say about students: its columns."""

from mentormatch.base.text import Text
from mentormatch.io.cells.words import STANCES, words_of
from mentormatch.io.columns.cell_kinds import ANYBODY, MENTOR_OPINION, STUDENT, TEXT
from mentormatch.io.columns.notes import AS_MENTORS, AS_STUDENTS
from mentormatch.io.columns.spec import ColumnSpec, SheetSpec

PREFS_MENTORS = SheetSpec(
    "prefs_mentors",
    "导师意向",
    Text(
        zh="导师对学生的意向,每名导师每名学生一行;没有意向的导师不必填",
        en="what mentors think of students, one row for each of them; mentors without a wish need none",
    ),
    (
        ColumnSpec(
            "mentor_id",
            "工号",
            ANYBODY,
            AS_MENTORS,
            required=True,
            aliases=("导师工号", "教师工号", "教工号", "teacher_id"),
            near=("工号",),
            example="T001",
            spans_merged=True,
        ),
        ColumnSpec(
            "student_id",
            "学号",
            STUDENT,
            AS_STUDENTS,
            required=True,
            aliases=("学生学号", "学生编号"),
            near=("学号",),
            example="20240101",
        ),
        ColumnSpec(
            "order",
            "意向",
            MENTOR_OPINION,
            Text(
                zh="1、2、3……为想带的先后;“可接受”为都行;“不适合”为不能带(一定不会安排)",
                en="1, 2, 3 ... is the order of wishes; acceptable comes after them; unsuitable means never",
            ),
            synonyms=("导师意向", "意向顺序", "意向次序", "排序", "意愿", "preference", "rank"),
            near=("意向", "意愿", "次序", "名次"),
            example="1",
            choices=(*(Text(str(n), str(n)) for n in range(1, 11)), *words_of(STANCES)),
            edition="staff",
        ),
        ColumnSpec(
            "reason_code",
            "理由",
            TEXT,
            Text(zh="不适合的理由,只供内部备查", en="why; for your records"),
            synonyms=("原因", "理由说明", "reason"),
            near=("理由",),
            edition="staff",
        ),
    ),
    needed=("order",),
    aliases=("导师意向表", "mentor_prefs", "mentor_preferences"),
)
