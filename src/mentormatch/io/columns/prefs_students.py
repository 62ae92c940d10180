"""The sheet of choice forms: its columns."""

from mentormatch.base.text import Text
from mentormatch.io.columns.cell_kinds import ANYBODY, EXTERNAL, MENTOR, MOMENT, ROLE_CHOICE, STUDENT, TEXT
from mentormatch.io.columns.choices import CHOICES, OFFERED_CHOICES
from mentormatch.io.columns.notes import AS_STUDENTS
from mentormatch.io.columns.spec import ColumnSpec, SheetSpec

PREFS_STUDENTS = SheetSpec(
    "prefs_students",
    "学生志愿",
    Text(
        zh="学生填报的志愿,每名学生一行;也可由 mentormatch survey 从问卷导入",
        en="the wishes of the students, one row each; mentormatch survey fills it from a survey's export",
    ),
    (
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
            "submitted_at",
            "提交时间",
            MOMENT,
            Text(
                zh="提交时间;一名学生交了两份时,以后一份为准", en="when it was sent; of two forms the later one counts"
            ),
            aliases=("提交答卷时间",),
            synonyms=(
                "提交日期",
                "填写时间",
                "填表时间",
                "提交时间(自动)",
                "答题时间",
                "交表时间",
                "timestamp",
                "completion time",
                "submission time",
                "end",
            ),
            near=("提交", "时间"),
            example="2024-11-04 11:36:51",
        ),
        *CHOICES[:OFFERED_CHOICES],
        ColumnSpec(
            "avoid",
            "不希望的导师",
            ANYBODY,
            Text(
                zh="不希望的导师(校内、校外、学长都可写),可多个;不会安排给这些导师",
                en="mentors of any kind that the student will not be placed with",
            ),
            synonyms=(
                "不希望导师",
                "不希望的老师",
                "不愿意的老师",
                "不愿意的导师",
                "不想要的导师",
                "不想要的老师",
                "回避导师",
                "回避老师",
                "回避教师",
                "需回避导师",
                "须回避导师",
                "要回避的导师",
                "要回避的老师",
                "不选的导师",
                "不要的导师",
                "不接受的导师",
                "不接受的老师",
                "mentors to avoid",
                "avoid mentors",
            ),
            near=("回避", "避开", "不希望", "不愿", "不想", "不选", "不要", "不接受", "avoid"),
            several=True,
            edition="staff",
        ),
        ColumnSpec(
            "acceptable",
            "可接受导师",
            MENTOR,
            Text(
                zh="也可以接受的导师,可多个,不分先后,排在各志愿之后",
                en="mentors that will do as well, in no order, after the numbered choices",
            ),
            aliases=("可接受的导师",),
            synonyms=(
                "可接受老师",
                "可接受的老师",
                "也可接受",
                "其他可接受导师",
                "其他可接受的导师",
                "acceptable mentors",
            ),
            near=("接受", "acceptable"),
            several=True,
        ),
        ColumnSpec(
            "external_choices",
            "校外导师志愿",
            EXTERNAL,
            Text(zh="想要的校外导师的编号,可多个,先写最想要的", en="ids of externals, the one wished for most first"),
            synonyms=("校外志愿", "校外导师选择"),
            near=("校外",),
            several=True,
            example="E01",
        ),
        ColumnSpec(
            "role_choices",
            "角色志愿",
            ROLE_CHOICE,
            Text(
                zh="各角色想要的导师,如 心理:T005、T006",
                en="mentors wished for in a role, such as psychology: T005, T006",
            ),
            synonyms=("角色选择",),
            near=("角色",),
            several=True,
        ),
        ColumnSpec(
            "used_by",
            "计入批次",
            TEXT,
            Text(
                zh="这份志愿已计入哪一批次,一份志愿只计一次;由系统填写",
                en="the run that counted the form, which counts once; filled in by the program",
            ),
        ),
    ),
    further=CHOICES[OFFERED_CHOICES:],
    needed=(*(choice.name for choice in CHOICES), "acceptable", "external_choices", "role_choices"),
    others=("所用时间", "用时", "答题用时", "开始时间", "填写用时"),
    aliases=("学生志愿表", "student_prefs", "student_preferences"),
)
