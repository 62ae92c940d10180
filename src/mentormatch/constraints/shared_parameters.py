"""Parameters that several rules have, with their words."""

from datetime import date
from typing import Annotated

from pydantic import Field

from mentormatch.base.parameter import said
from mentormatch.constraints.constraint import MAX_PENALTY
from mentormatch.constraints.naming import Names
from mentormatch.constraints.pair_entry import PairEntries

Penalty = Annotated[
    int | None,
    Field(ge=1, le=MAX_PENALTY),
    said(
        "可放宽时每差一个单位的代价",
        "the price of each unit missed, which makes the rule soft",
        "规则默认必须满足;只有写明代价才放宽",
        "a rule binds unless a price is named",
    ),
]
PenaltyStage = Annotated[
    str | None,
    said("由哪一级目标计入代价", "the stage that counts the price", "与 penalty 同时给出", "it goes with penalty"),
]
_HARD = said("不可放宽,写了会被拒绝", "refused: the rule cannot be soft", "安全底线没有价格", "safety has no price")
NoPenalty = Annotated[int | None, Field(ge=1, le=MAX_PENALTY), _HARD]
NoPenaltyStage = Annotated[str | None, _HARD]
MatchingDay = Annotated[
    date | None,
    said(
        "匹配日期;此前到期的条目不再起作用",
        "the day of the matching; entries that expired before it do not bind",
        "取 solve 的 --date",
        "taken from --date of solve",
    ),
]
NamedPairs = Annotated[
    PairEntries,
    said(
        "师生名单,各带理由与到期日",
        "the pairs, each with a reason and perhaps an expiry",
        "没有默认值:名单由学校给出",
        "none: the school names them",
    ),
]
OriginalMentorExempt = Annotated[
    bool,
    said(
        "已有的结对不受此限",
        "whether a current pair may go on in spite of the rule",
        "通知要求保持匹配相对稳定,跨年级、班级匹配原导师",
        "the notices ask to keep the original mentor across classes and grades",
    ),
]
ClassAttribute = Annotated[
    str,
    Field(min_length=1),
    Names("student_attribute"),
    said(
        "按哪一项学生属性分班",
        "the student attribute that names the class",
        "学生表的“班级”一列",
        "the class column of the students",
    ),
]
