"""What each kind of finding is called, by its code: the headings of a clerk's list."""

from collections.abc import Mapping

from mentormatch.text import Text

FINDING_TITLES: Mapping[str, Text] = {
    "ambiguous_mentor": Text(zh="导师重名,无法确定是哪一位", en="several mentors have this name"),
    "choice_gap": Text(zh="志愿有空缺", en="gaps between choices"),
    "class_ambiguous": Text(zh="班级写法有歧义", en="ambiguous classes"),
    "class_grade_mismatch": Text(zh="班级与年级不符", en="class and grade do not agree"),
    "class_unreadable": Text(zh="班级无法识别", en="classes that cannot be read"),
    "class_was_date": Text(zh="班级被 Excel 变成了日期", en="classes that Excel turned into dates"),
    "class_without_grade": Text(zh="班级缺少年级", en="classes without a grade"),
    "cohort_unknown": Text(zh="无法由入学年份推出年级", en="entry years that give no grade"),
    "contradictory_rows": Text(zh="互相矛盾的行", en="rows that contradict each other"),
    "date_ambiguous": Text(zh="日期有歧义", en="ambiguous dates"),
    "date_unreadable": Text(zh="日期无法识别", en="dates that cannot be read"),
    "dates_reversed": Text(zh="日期先后颠倒", en="dates in the wrong order"),
    "duplicate_choice": Text(zh="同一导师填了两次", en="the same mentor chosen twice"),
    "duplicate_id": Text(zh="编号重复", en="the same ID more than once"),
    "empty_sheet": Text(zh="空工作表", en="empty sheets"),
    "formula_error": Text(zh="公式出错", en="formulas that give an error"),
    "grade_unreadable": Text(zh="年级无法识别", en="grades that cannot be read"),
    "hidden_row": Text(zh="隐藏的行", en="hidden rows"),
    "hidden_sheet": Text(zh="隐藏的工作表", en="hidden sheets"),
    "id_lost_digits": Text(zh="编号末尾被 Excel 改成了零", en="IDs whose last digits Excel turned into zeros"),
    "id_normalised": Text(zh="编号写法已规范", en="IDs that were put right"),
    "id_scientific": Text(zh="编号被 Excel 变成了科学计数法", en="IDs that Excel turned into scientific notation"),
    "id_unreadable": Text(zh="编号无法识别", en="IDs that cannot be read"),
    "impossible_date": Text(zh="不存在的日期", en="dates that do not exist"),
    "latest_form_unknown": Text(zh="无法判断哪份志愿表最新", en="several forms, and no telling which is the latest"),
    "mentor_by_name": Text(zh="写了导师姓名,已按唯一同名者识别", en="mentors written by name and recognised"),
    "mentor_on_leave": Text(zh="所填导师不在岗", en="chosen mentors that are on leave"),
    "merged_cells": Text(zh="合并单元格", en="merged cells"),
    "min_above_max": Text(zh="下限大于上限", en="lower quotas above the upper ones"),
    "missing_id": Text(zh="缺少编号", en="missing IDs"),
    "missing_value": Text(zh="缺少必填内容", en="missing values"),
    "name_with_spaces": Text(zh="姓名中有空格", en="names with spaces"),
    "number_fractional": Text(zh="人数不是整数", en="numbers that are not whole"),
    "number_negative": Text(zh="人数为负", en="negative numbers"),
    "number_normalised": Text(zh="人数写法已规范", en="numbers that were put right"),
    "number_too_large": Text(zh="人数过大", en="numbers that are too large"),
    "number_unreadable": Text(zh="人数无法识别", en="numbers that cannot be read"),
    "repeated_row": Text(zh="重复的行", en="repeated rows"),
    "respondent_ambiguous": Text(zh="同班同名,无法确定是谁", en="several students of the class have this name"),
    "respondent_by_name": Text(zh="按姓名和班级识别的学生", en="students known by name and class"),
    "respondent_mismatch": Text(zh="学号与姓名不符", en="ID and name do not agree"),
    "respondent_unknown": Text(zh="不知道是谁填的", en="answers of nobody that is known"),
    "result_sheet": Text(zh="属于匹配结果的工作表", en="sheets of a result"),
    "row_without_data": Text(zh="没有内容的行", en="rows without data"),
    "second_primary": Text(zh="同时有两名主导师", en="two primary mentors at once"),
    "self_reference": Text(zh="指向自己", en="rows that refer to themselves"),
    "several_choices": Text(zh="一格填了多名导师", en="several mentors in one choice"),
    "stance_unreadable": Text(zh="意向无法识别", en="replies that cannot be read"),
    "superseded_form": Text(zh="后来又交了一份志愿表", en="forms that a later one replaces"),
    "title_row": Text(zh="表头之上的标题行", en="title rows above the header"),
    "total_row": Text(zh="合计行", en="rows of totals"),
    "two_digit_year": Text(zh="年份只有两位", en="years with two digits"),
    "unknown_mentor": Text(zh="没有这位导师", en="mentors that do not exist"),
    "unknown_sheet": Text(zh="不认识的工作表", en="unknown sheets"),
    "unknown_student": Text(zh="没有这名学生", en="students that do not exist"),
    "value_not_known": Text(zh="不认识的填写内容", en="words that are not known"),
}


def finding_title(code: str) -> Text:
    """Return what a kind of finding is called; its code where it has no title."""
    return FINDING_TITLES.get(code, Text(zh=code, en=code))
