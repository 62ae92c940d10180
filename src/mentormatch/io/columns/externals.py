"""The sheet of external mentors: its columns."""

from mentormatch.base.text import Text
from mentormatch.io.columns.cell_kinds import AVAILABILITY, COUNT, DATE, GENDER, ID, MENTOR, NAME, TEXT
from mentormatch.io.columns.notes import FOR_RECORDS
from mentormatch.io.columns.spec import ColumnSpec, SheetSpec

EXTERNALS = SheetSpec(
    "externals",
    "校外导师",
    Text(zh="校外导师,组建“1名校内导师+X名校外导师+N名学生”小组时用", en="external mentors, for groups of 1 + X : N"),
    (
        ColumnSpec(
            "external_id",
            "编号",
            ID,
            Text(zh="不能重复,不能空", en="unique, never empty"),
            required=True,
            aliases=("校外导师编号",),
            example="E01",
        ),
        ColumnSpec(
            "name",
            "姓名",
            NAME,
            Text(zh="姓名", en="the name"),
            example=Text(zh="示例校外导师", en="Example External"),
            edition="school",
        ),
        ColumnSpec(
            "gender",
            "性别",
            GENDER,
            Text(zh="男或女;有性别要求的规则才用到", en="male or female; for rules that ask for it"),
            aliases=("sex",),
            near=("性别", "gender"),
            example=Text(zh="女", en="female"),
        ),
        ColumnSpec(
            "org",
            "单位",
            TEXT,
            FOR_RECORDS,
            aliases=("工作单位",),
            synonyms=("所在单位",),
            example=Text(zh="某医院", en="a hospital"),
        ),
        ColumnSpec(
            "category",
            "类别",
            TEXT,
            Text(zh="如 家长职业导师;分组时与学生兴趣对照", en="such as parent; groups compare it with interests"),
            example=Text(zh="家长职业导师", en="parent"),
        ),
        ColumnSpec(
            "check_date",
            "从业查询日期",
            DATE,
            Text(zh="从业资格查询的日期", en="the day of the background check"),
            synonyms=("查询日期", "从业查询"),
            near=("查询",),
            example="2024-08-20",
        ),
        ColumnSpec(
            "check_valid_to",
            "查询有效期至",
            DATE,
            Text(
                zh="查询结果有效到哪天;过期的不参加", en="until when it is valid; after that the external takes no part"
            ),
            required=True,
            synonyms=("有效期至", "查询有效期", "有效期截止"),
            near=("有效",),
            example="2025-08-20",
        ),
        ColumnSpec(
            "lead_mentor_id",
            "责任校内导师工号",
            MENTOR,
            Text(zh="由哪位校内导师负责;空着则由系统安排", en="the mentor in charge; empty leaves it open"),
            synonyms=("责任导师", "责任校内导师", "责任导师工号"),
            near=("责任",),
            example="T001",
        ),
        ColumnSpec(
            "capacity",
            "可服务人数",
            COUNT,
            Text(zh="最多服务几名学生", en="most students"),
            synonyms=("服务人数", "可带人数"),
            near=("人数",),
            example=15,
        ),
        ColumnSpec(
            "availability",
            "可服务时间",
            AVAILABILITY,
            Text(zh="如 周五下午,可多个", en="such as Friday afternoon; several are possible"),
            synonyms=("服务时间", "可用时间"),
            near=("时间",),
            example=Text(zh="周五下午", en="Friday afternoon"),
        ),
        ColumnSpec(
            "max_groups",
            "可服务小组数",
            COUNT,
            Text(zh="最多参加几个小组;空着不限", en="most groups; empty is no limit"),
            near=("小组",),
            example=1,
        ),
        ColumnSpec(
            "themes",
            "主题",
            TEXT,
            Text(
                zh="能讲的主题,可多个;分组时与学生的兴趣主题对照",
                en="themes; groups compare them with those of students",
            ),
            aliases=("服务主题", "interests"),
            near=("主题",),
            several=True,
            example=Text(zh="法治、手工", en="law, crafts"),
        ),
    ),
    aliases=(
        "校外导师表",
        "external_mentors",
    ),
)
