"""Cells that hold one word out of a few: what is written for each value in both languages."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from mentormatch.base.text import Language, Text
from mentormatch.io.cells.plain_text import text_of, word_key
from mentormatch.io.cells.reading import Normaliser, Reading, refused
from mentormatch.io.tables import Cell
from mentormatch.roster.cause import Cause
from mentormatch.roster.vocabulary import (
    CareLevel,
    Decision,
    Duty,
    Gender,
    MentorKind,
    Opinion,
    PairingState,
    Role,
    Stance,
)

T = TypeVar("T")

# The first word of each language is the one that we write and name in messages.
GENDERS: Mapping[Gender, tuple[str, ...]] = {
    "male": ("男", "male", "男性", "男生", "m"),
    "female": ("女", "female", "女性", "女生", "f"),
}
MENTOR_KINDS: Mapping[MentorKind, tuple[str, ...]] = {
    "in_school": ("校内", "in_school", "in-school", "校内导师"),
    "external": ("校外", "external", "校外导师"),
    "peer": ("学长", "peer", "学长导师", "学长制"),
}
CARE_LEVELS: Mapping[CareLevel, tuple[str, ...]] = {
    "general": ("一般", "general"),
    "key": ("重点", "key"),
}
DUTIES: Mapping[Duty, tuple[str, ...]] = {"active": ("在岗", "active", "onduty", "on_duty", "on-duty")}
ROLES: Mapping[Role, tuple[str, ...]] = {
    "primary": ("主", "primary", "主导师"),
    "supporting": ("协", "supporting", "协同", "协同导师", "协助"),
    "external": ("校外", "external", "校外导师"),
    "peer": ("学长", "peer", "学长导师"),
}
PAIRING_STATES: Mapping[PairingState, tuple[str, ...]] = {
    "active": ("在结", "active", "confirmed", "正式", "确认", "已确认"),
    "provisional": ("适应期", "provisional", "试结", "暂定", "待确认"),
    "cover": ("暂代", "cover", "代管", "临时"),
    "ended": ("已结束", "ended", "结束", "解除", "已解除", "终止"),
}
STANCES: Mapping[Stance, tuple[str, ...]] = {
    "acceptable": ("可接受", "acceptable", "接受"),
    "unsuitable": ("不适合", "unsuitable", "不合适", "veto"),
}
OPINIONS: Mapping[Opinion, tuple[str, ...]] = {
    "agree": ("同意", "agree", "agreed"),
    "disagree": ("不同意", "disagree", "disagreed"),
    "not_askable": ("无法征求", "not_askable", "not-askable", "未能征求", "无法征求意见"),
}
DECISIONS: Mapping[Decision, tuple[str, ...]] = {
    "approved": ("批准", "approved", "同意", "已批准", "通过"),
    "pending": ("待批", "pending", "待审批", "审批中"),
    "rejected": ("不批准", "rejected", "驳回", "不同意", "未批准", "未通过"),
}
CAUSES: Mapping[Cause, tuple[str, ...]] = {cause: (cause.text.zh, cause.text.en, cause.value) for cause in Cause}
BOOLEANS: Mapping[bool, tuple[str, ...]] = {
    True: ("是", "yes", "y", "true", "1", "有", "√", "✓", "✔"),
    False: ("否", "no", "n", "false", "0", "没有", "未", "×", "x", "✗"),
}


def word_reader(words: Mapping[T, tuple[str, ...]]) -> Normaliser[T]:
    """Return a normaliser for the values of a table of words."""
    values = {word_key(word): value for value, writings in words.items() for word in writings}
    zh = "、".join(writings[0] for writings in words.values())
    en = ", ".join(writings[1] for writings in words.values())
    allowed = Text(zh=f"可填:{zh}", en=f"one of: {en}")

    def read(cell: Cell) -> Reading[T]:
        value = values.get(word_key(text_of(cell)))
        if value is not None:
            return Reading(value)
        return refused(
            "value_not_known", f"填写的内容无法识别;{allowed.zh}", f"The value is not known; {allowed.en}", allowed
        )

    return read


def code_of(words: Mapping[T, tuple[str, ...]]) -> Callable[[object], object]:
    """Return what turns any word of a table into its code, and leaves everything else for others to refuse.

    Examples
    --------
    >>> code_of(CARE_LEVELS)("重点")
    'key'
    """
    codes = {word_key(word): code for code, writings in words.items() for word in writings}
    return lambda value: codes.get(word_key(value), value) if isinstance(value, str) else value


_NO_WISH = frozenset(
    map(
        word_key,
        (
            *(
                "服从安排",
                "服从分配",
                "服从调剂",
                "服从",
                "听从安排",
                "听从学校安排",
                "听学校安排",
                "由学校安排",
                "学校安排",
                "老师安排",
            ),
            *(
                "随便",
                "随机",
                "随意",
                "都可以",
                "都行",
                "都好",
                "均可",
                "均可以",
                "任意",
                "不限",
                "无所谓",
                "谁都可以",
                "哪位都可以",
            ),
            *("any", "anyone", "anybody", "no preference", "whatever", "up to the school"),
        ),
    )
)


def is_no_wish(cell: Cell) -> bool:
    """Tell whether a cell says that any mentor will do, such as 服从安排."""
    return isinstance(cell, str) and word_key(cell).rstrip("。.!") in _NO_WISH


def write_word(words: Mapping[T, tuple[str, ...]], value: T, lang: Language) -> str:
    """Return the word that we write for a value of a table of words."""
    return words[value][0 if lang == "zh" else 1]


def words_of(words: Mapping[T, tuple[str, ...]]) -> tuple[Text, ...]:
    """Return the words that we write for the values of a table, in both languages."""
    return tuple(Text(writings[0], writings[1]) for writings in words.values())


def is_active(status: str) -> bool:
    """Tell whether a status means on duty."""
    return word_key(status) in DUTIES["active"]


_ANY_GENDER = frozenset(("不限", "均可", "any"))

read_gender = word_reader(GENDERS)
read_mentor_kind = word_reader(MENTOR_KINDS)
read_care_level = word_reader(CARE_LEVELS)
read_role = word_reader(ROLES)
read_pairing_state = word_reader(PAIRING_STATES)
read_stance = word_reader(STANCES)
read_opinion = word_reader(OPINIONS)
read_decision = word_reader(DECISIONS)
read_cause = word_reader(CAUSES)
read_bool = word_reader(BOOLEANS)


def read_gender_wish(cell: Cell) -> Reading[Gender]:
    """Read which gender somebody asks for; 不限 asks for none."""
    return Reading() if word_key(text_of(cell)) in _ANY_GENDER else read_gender(cell)
