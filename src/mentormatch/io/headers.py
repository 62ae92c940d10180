"""The sheets and their columns as data: their Chinese and English names, and how a name is matched.

A header matches whatever its case, its spaces and the width of its characters, with or without a mark such as
``*`` or ``(必填)``. Readers and writers share this table, so that a result can be next term's input.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from mentormatch.base.text import Language, Text


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column that we know.

    Parameters
    ----------
    name : str
        The canonical English header.
    zh : str
        The Chinese header.
    required : bool
        Whether the sheet is useless without it.
    aliases : tuple of str
        Other headers that offices write for the same thing.
    """

    name: str
    zh: str
    required: bool = False
    aliases: tuple[str, ...] = ()

    def in_language(self, lang: Language) -> str:
        """Return the header in one language."""
        return self.zh if lang == "zh" else self.name


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet that we know.

    Parameters
    ----------
    kind : str
        The canonical English name.
    zh : str
        The Chinese name.
    columns : tuple of ColumnSpec
        Its columns, in the order in which we write them.
    required : bool
        Whether a file is useless without it.
    aliases : tuple of str
        Other names that offices give to the same sheet.
    """

    kind: str
    zh: str
    columns: tuple[ColumnSpec, ...]
    required: bool = False
    aliases: tuple[str, ...] = ()

    def in_language(self, lang: Language) -> str:
        """Return the sheet's name in one language."""
        return self.zh if lang == "zh" else self.kind

    def column(self, name: str) -> ColumnSpec:
        """Return the column of a canonical name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.kind}.{name}")


def _student_id() -> ColumnSpec:
    return ColumnSpec("student_id", "学号", True, ("学生学号", "学生编号"))


def _mentor_id() -> ColumnSpec:
    return ColumnSpec("mentor_id", "工号", True, ("导师工号", "教师工号", "教工号", "teacher_id"))


_CHOICES = tuple(
    ColumnSpec(f"choice_{n}", f"第{zh}志愿", False, (f"第{n}志愿", f"志愿{n}", f"志愿{zh}"))
    for n, zh in enumerate("一二三四五", start=1)
)

SHEETS: tuple[SheetSpec, ...] = (
    SheetSpec(
        "students",
        "学生",
        (
            _student_id(),
            ColumnSpec("name", "姓名", True, ("学生姓名", "student_name")),
            ColumnSpec("gender", "性别", False, ("sex",)),
            ColumnSpec("stage", "学段"),
            ColumnSpec("grade", "年级", True),
            ColumnSpec("class", "班级", True, ("class_name",)),
            ColumnSpec("entry_date", "入学日期", False, ("入学时间",)),
            ColumnSpec("boarding", "是否寄宿", False, ("寄宿", "是否住宿")),
            ColumnSpec("care_tags", "关爱类别"),
            ColumnSpec("care_level", "关爱等级"),
            ColumnSpec("sibling_ids", "同校兄弟姐妹学号"),
            ColumnSpec("avoid_mentor_ids", "须回避导师工号", False, ("需回避导师工号",)),
            ColumnSpec("mentor_gender_req", "导师性别要求"),
            ColumnSpec("guardian_notice", "监护人知情"),
            ColumnSpec("themes", "兴趣主题", False, ("兴趣", "主题", "interests")),
            ColumnSpec("role_requests", "所需角色"),
            ColumnSpec("friend_ids", "希望同组学号"),
            ColumnSpec("apart_ids", "须分组学号"),
        ),
        True,
        ("student", "学生表", "学生名单", "学生名册", "学生信息"),
    ),
    SheetSpec(
        "mentors",
        "导师",
        (
            _mentor_id(),
            ColumnSpec("name", "姓名", True, ("导师姓名", "教师姓名", "mentor_name")),
            ColumnSpec("gender", "性别", False, ("sex",)),
            ColumnSpec("kind", "类型", False, ("导师类型",)),
            ColumnSpec("subject", "任教学科", False, ("学科",)),
            ColumnSpec("classes_taught", "任教班级"),
            ColumnSpec("head_of", "班主任班级"),
            ColumnSpec("chief_of", "班教组长"),
            ColumnSpec("capacity_max", "带生上限", True),
            ColumnSpec("capacity_min", "带生下限"),
            ColumnSpec("care_max", "重点关爱上限"),
            ColumnSpec("available_from", "起始日期"),
            ColumnSpec("available_to", "截止日期"),
            ColumnSpec("status", "状态"),
            ColumnSpec("tags", "特长"),
            ColumnSpec("availability", "可服务时间", False, ("可用时间",)),
            ColumnSpec("max_groups", "可带小组数"),
            ColumnSpec("roles", "可任角色"),
        ),
        True,
        ("mentor", "导师表", "导师名单", "导师名册", "导师信息"),
    ),
    SheetSpec(
        "prefs_students",
        "学生志愿",
        (
            _student_id(),
            ColumnSpec("submitted_at", "提交时间", False, ("提交答卷时间",)),
            *_CHOICES,
            ColumnSpec("avoid", "不希望的导师"),
            ColumnSpec("acceptable", "可接受导师", False, ("可接受的导师",)),
            ColumnSpec("external_choices", "校外导师志愿"),
            ColumnSpec("role_choices", "角色志愿"),
        ),
        False,
        ("学生志愿表", "student_prefs", "student_preferences"),
    ),
    SheetSpec(
        "prefs_mentors",
        "导师意向",
        (
            _mentor_id(),
            _student_id(),
            ColumnSpec("order", "意向"),
            ColumnSpec("reason_code", "理由"),
        ),
        False,
        ("导师意向表", "mentor_prefs", "mentor_preferences"),
    ),
    SheetSpec(
        "pairings",
        "当前结对",
        (
            ColumnSpec("pairing_id", "结对号"),
            _student_id(),
            _mentor_id(),
            ColumnSpec("role", "角色"),
            ColumnSpec("role_name", "角色名称"),
            ColumnSpec("state", "状态"),
            ColumnSpec("valid_from", "开始", False, ("开始日期",)),
            ColumnSpec("valid_to", "结束", False, ("结束日期",)),
            ColumnSpec("origin", "来源"),
            ColumnSpec("locked", "锁定", False, ("是否锁定",)),
        ),
        False,
        ("当前结对表", "现有结对"),
    ),
    SheetSpec(
        "externals",
        "校外导师",
        (
            ColumnSpec("external_id", "编号", True, ("校外导师编号",)),
            ColumnSpec("name", "姓名"),
            ColumnSpec("org", "单位", False, ("工作单位",)),
            ColumnSpec("category", "类别"),
            ColumnSpec("check_date", "从业查询日期"),
            ColumnSpec("check_valid_to", "查询有效期至", True),
            ColumnSpec("lead_mentor_id", "责任校内导师工号"),
            ColumnSpec("capacity", "可服务人数"),
            ColumnSpec("availability", "可服务时间"),
            ColumnSpec("max_groups", "可服务小组数"),
            ColumnSpec("themes", "主题", False, ("服务主题", "interests")),
        ),
        False,
        ("校外导师表", "external_mentors"),
    ),
    SheetSpec(
        "changes",
        "调换申请",
        (
            ColumnSpec("request_id", "申请号", True),
            _student_id(),
            ColumnSpec("from_mentor", "原导师", False, ("原导师工号",)),
            ColumnSpec("to_mentor", "拟任导师", False, ("拟任导师工号",)),
            ColumnSpec("initiator", "发起方"),
            ColumnSpec("reason_code", "原因码"),
            ColumnSpec("student_opinion", "学生意见"),
            ColumnSpec("opinion_date", "意见日期"),
            ColumnSpec("guardian_notified", "家长知悉"),
            ColumnSpec("decision", "审批"),
            ColumnSpec("effective_date", "生效", False, ("生效日期",)),
            ColumnSpec("handover_done", "交接完成"),
        ),
        False,
        ("调换申请表", "change_requests"),
    ),
)

# The English "changes" of a result has the name of the input's 调换申请. Read back, an English sheet "changes" is
# taken for the requests, and the missing header tells the user which of the two it was.
RESULT_SHEETS: dict[str, Text] = {
    "assignments": Text("结果", "assignments"),
    "groups": Text("小组", "groups"),
    "external_groups": Text("校外导师去向", "external_groups"),
    "loads": Text("导师负荷", "loads"),
    "unplaced": Text("未安置", "unplaced"),
    "changes": Text("变动与交接", "changes"),
    "requests": Text("调换申请处理", "requests"),
    "fairness": Text("公平账", "fairness"),
    "issues": Text("数据问题", "issues"),
    "summary": Text("摘要", "summary"),
}
"""The sheets of a result workbook, by their English names. Readers set them aside."""

CHECK_SHEET = Text("检查结果", "check_findings")
"""The sheet that lists the findings in a marked copy. Readers pass over it."""

NOTES_SHEET = Text("填写说明", "how_to_fill_in")
"""The sheet of the template that explains the others. Readers pass over it."""

_MARKS = re.compile(r"[(\[【](?:必填|选填|可选|required|optional)[)\]】]")
_IGNORED = re.compile(r"[\s_*\ufeff\u200b-]+")


def fold(text: str) -> str:
    """Return a name without what does not tell two names apart: case, width, spaces, marks of required columns."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _IGNORED.sub("", _MARKS.sub("", _IGNORED.sub("", plain)))


def sheet_spec(kind: str) -> SheetSpec:
    """Return the sheet of a canonical name."""
    for sheet in SHEETS:
        if sheet.kind == kind:
            return sheet
    raise KeyError(kind)


def sheet_name(kind: str, lang: Language) -> str:
    """Return what a sheet of the input is called in one language."""
    return sheet_spec(kind).in_language(lang)


def header(kind: str, name: str, lang: Language) -> str:
    """Return the header of a column in one language; ``header("students", "student_id", "zh")`` is 学号."""
    return sheet_spec(kind).column(name).in_language(lang)


def find_sheet(name: str) -> SheetSpec | None:
    """Return the sheet that a file's name for it means, or None."""
    return _sheets_by_name().get(fold(name))


def find_result_sheet(name: str) -> str | None:
    """Return which sheet of a result a name means, or None; a name that the input uses too means the input's."""
    folded = fold(name)
    for kind, text in RESULT_SHEETS.items():
        if folded in {fold(text.zh), fold(text.en)} and find_sheet(name) is None:
            return kind
    return None


def is_check_sheet(name: str) -> bool:
    """Tell whether a name is that of the list of findings in a marked copy, a numbered one included."""
    return fold(name).rstrip("0123456789") in {fold(CHECK_SHEET.zh), fold(CHECK_SHEET.en)}


def is_notes_sheet(name: str) -> bool:
    """Tell whether a name is that of the notes in a template."""
    return fold(name) in {fold(NOTES_SHEET.zh), fold(NOTES_SHEET.en)}


def find_column(kind: str, text: str) -> ColumnSpec | None:
    """Return the column of a sheet that a header means, or None."""
    return _columns_by_header(kind).get(fold(text))


@cache
def _sheets_by_name() -> dict[str, SheetSpec]:
    return {fold(name): sheet for sheet in SHEETS for name in (sheet.kind, sheet.zh, *sheet.aliases)}


@cache
def _columns_by_header(kind: str) -> dict[str, ColumnSpec]:
    columns = sheet_spec(kind).columns
    return {fold(text): column for column in columns for text in (column.name, column.zh, *column.aliases)}
