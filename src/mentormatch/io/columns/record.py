"""The sheets that runs write beside the pairings: hand-overs, runs and groups. A school ticks hand-overs off there."""

from mentormatch.base.text import Text
from mentormatch.io.columns.cell_kinds import COUNT, DATE, ID, ROLE, TEXT, YES_NO
from mentormatch.io.columns.spec import ColumnSpec, SheetSpec

_BY_PROGRAM = Text(zh="由系统填写", en="filled in by the program")
_TICK = Text(zh="办完后改为“是”;系统不会改动已勾选的", en="write yes when it is done; no run changes it")
_RUN = ColumnSpec("run", "批次", TEXT, _BY_PROGRAM)

HAND_OVERS = SheetSpec(
    "hand_overs",
    "交接",
    Text(zh="换导师后的工作交接,由系统逐次追加", en="what is to be handed over; each run adds to it"),
    (
        ColumnSpec("student_id", "学号", ID, _BY_PROGRAM, required=True),
        ColumnSpec("from_mentor", "原导师", ID, _BY_PROGRAM, required=True),
        ColumnSpec("to_mentor", "新导师", ID, _BY_PROGRAM),
        ColumnSpec("role", "角色", ROLE, _BY_PROGRAM, default="primary"),
        ColumnSpec("effective", "生效", DATE, _BY_PROGRAM),
        ColumnSpec("overlap_until", "共同负责至", DATE, _BY_PROGRAM),
        ColumnSpec("request", "依据申请", TEXT, _BY_PROGRAM),
        ColumnSpec("opinion_asked", "征求学生意见", YES_NO, _TICK),
        ColumnSpec("guardian_told", "告知家长", YES_NO, _TICK),
        ColumnSpec("records_passed", "移交档案", YES_NO, _TICK),
        _RUN,
    ),
    aliases=("工作交接", "交接表"),
)

RUNS = SheetSpec(
    "runs",
    "批次",
    Text(zh="每次运行一行:哪天、哪个命令、新增和结束了多少", en="one row a run: the day, the command, and what it did"),
    (
        ColumnSpec("run_id", "批次", TEXT, _BY_PROGRAM, required=True),
        ColumnSpec("day", "日期", DATE, _BY_PROGRAM, required=True),
        ColumnSpec("command", "命令", TEXT, _BY_PROGRAM, required=True),
        ColumnSpec("mechanism", "机制", TEXT, _BY_PROGRAM),
        ColumnSpec("seed", "种子", COUNT, _BY_PROGRAM, default=0),
        ColumnSpec("opened", "新增", COUNT, _BY_PROGRAM, default=0),
        ColumnSpec("closed", "结束", COUNT, _BY_PROGRAM, default=0),
        ColumnSpec("forms", "计入志愿", COUNT, _BY_PROGRAM, default=0),
        ColumnSpec("rules_sha256", "规则指纹", TEXT, _BY_PROGRAM),
        ColumnSpec("school_sha256", "数据指纹", TEXT, _BY_PROGRAM),
        ColumnSpec("version", "版本", TEXT, _BY_PROGRAM),
    ),
    aliases=("批次表",),
)

GROUPS = SheetSpec(
    "groups",
    "小组",
    Text(zh="小组的导师、学生和起止日期", en="groups: their lead, students, first and last day"),
    (
        ColumnSpec("group_id", "小组", TEXT, _BY_PROGRAM, required=True, aliases=("group",)),
        ColumnSpec("lead_id", "校内导师", ID, _BY_PROGRAM, aliases=("lead",)),
        ColumnSpec("externals", "校外导师", ID, _BY_PROGRAM, several=True),
        ColumnSpec("students", "学生", ID, _BY_PROGRAM, several=True, aliases=("members",)),
        ColumnSpec("first_day", "开始", DATE, _BY_PROGRAM),
        ColumnSpec("last_day", "结束", DATE, _BY_PROGRAM),
        _RUN,
    ),
    aliases=("小组表",),
)

RECORD_SHEETS: tuple[SheetSpec, ...] = (HAND_OVERS, RUNS, GROUPS)
