"""What each parameter of a rule means, and why its default is what it is: for `rules --explain` and the docs."""

from collections.abc import Mapping
from dataclasses import dataclass

from mentormatch.base.text import Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a rule.

    Parameters
    ----------
    text : Text
        What it says.
    why : Text
        Why the default is what it is, or why there is none.
    """

    text: Text
    why: Text


def _of(zh: str, en: str, why_zh: str, why_en: str) -> Parameter:
    return Parameter(Text(zh=zh, en=en), Text(zh=why_zh, en=why_en))


_PENALTY = _of(
    "可放宽时每差一个单位的代价",
    "the price of each unit missed, which makes the rule soft",
    "规则默认必须满足;只有写明代价才放宽",
    "a rule binds unless a price is named",
)
_STAGE = _of(
    "由哪一级目标计入代价",
    "the stage that counts the price",
    "与 penalty 同时给出",
    "it goes with penalty",
)
_HARD_PENALTY = _of(
    "不可放宽,写了会被拒绝",
    "refused: the rule cannot be soft",
    "安全底线没有价格",
    "safety has no price",
)
_ON = _of(
    "匹配日期;此前到期的条目不再起作用",
    "the day of the matching; entries that expired before it do not bind",
    "取 solve 的 --date",
    "taken from --date of solve",
)
_PAIRS = _of(
    "师生名单,各带理由与到期日",
    "the pairs, each with a reason and perhaps an expiry",
    "没有默认值:名单由学校给出",
    "none: the school names them",
)
_EXEMPT = _of(
    "已有的结对不受此限",
    "whether a current pair may go on in spite of the rule",
    "通知要求保持匹配相对稳定,跨年级、班级匹配原导师",
    "the notices ask to keep the original mentor across classes and grades",
)
_CLASS = _of(
    "按哪一项学生属性分班",
    "the student attribute that names the class",
    "学生表的“班级”一列",
    "the class column of the students",
)

PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    "quotas": {
        "lower": _of(
            "下限是否起作用", "whether lower quotas bind", "填写了下限就应遵守", "a quota that is filled in is meant"
        ),
        "lower_penalty": _PENALTY,
        "stage": _STAGE,
    },
    "type_quotas": {
        "attribute": _of("学生属性", "a student attribute", "没有默认值", "none: say which students"),
        "values": _of("计入的取值", "the values that count", "没有默认值", "none: say which students"),
        "upper": _of(
            "上限:一个数,或按导师工号",
            "an upper bound: one number, or one for each mentor id",
            "不写则不设上限;学校的关爱上限来自导师表“重点关爱上限”",
            "none; a school's cap on care comes from the column care_max of the mentors",
        ),
        "lower": _of("下限", "a lower bound", "0:不要求", "0 asks for nothing"),
        "penalty": _PENALTY,
        "stage": _STAGE,
    },
    "coverage": {
        "students": _of(
            "只要求这些学生",
            "only these students",
            "默认所有学生:每名学生都有导师",
            "everybody: every student has a mentor",
        ),
        "attribute": _of(
            "只要求有此属性取值的学生", "only students with a value of this attribute", "默认所有学生", "everybody"
        ),
        "values": _of("属性取值", "the values", "与 attribute 同时给出", "they go with attribute"),
    },
    "choices_only": {},
    "eligibility": {
        "reach": _of(
            "范围:own_class 本班、grade 本年级、any 不限",
            "how far: own_class, grade or any",
            "写出本规则即限本年级;不写则不限,因为名额几乎总是不足",
            "a school that writes the rule means the grade; without the rule any mentor will do, since seats are short",
        ),
        "original_mentor_exempt": _EXEMPT,
        "choices_exempt": _of(
            "学生自己的志愿是否不受此限",
            "whether what a student listed is not bound",
            "否:规则对所有人一样",
            "no: a rule is the same for all",
        ),
    },
    "vetoes": {
        "students": _of(
            "学生的回避要求是否遵守",
            "whether students' avoid lists bind",
            "双向选择:双方都可以说不",
            "choice is two-way: both may say no",
        ),
        "mentors": _of(
            "导师的不适合意见是否遵守",
            "whether mentors' vetoes bind",
            "双向选择:双方都可以说不",
            "choice is two-way: both may say no",
        ),
    },
    "fixed_pairs": {"pairs": _PAIRS, "on": _ON},
    "forbidden_pairs": {"pairs": _PAIRS, "on": _ON},
    "preferred_pairs": {
        "pairs": _PAIRS,
        "on": _ON,
        "penalty": _of(
            "未实现一对的代价", "the price of a pair that is not made", "每一对同样重要", "all pairs weigh the same"
        ),
        "stage": _of(
            "由哪一级目标计入", "the stage that counts it", "可放宽规则的通用一级", "the usual stage of soft rules"
        ),
    },
    "separated_pairs": {"pairs": _PAIRS, "penalty": _HARD_PENALTY, "stage": _HARD_PENALTY},
    "conflicts_of_interest": {
        "pairs": _of(
            "须回避的师生,理由不外传", "the pairs; nobody is told the reasons", "可只写 shared", "shared may say it all"
        ),
        "shared": _of(
            "取值不得相同的一项学生属性和一项导师属性",
            "a student attribute and a mentor attribute that must not agree",
            "可只写 pairs",
            "pairs may say it all",
        ),
        "penalty": _PENALTY,
        "stage": _STAGE,
    },
    "gender_requests": {"original_mentor_exempt": _EXEMPT, "penalty": _PENALTY, "stage": _STAGE},
    "qualified_mentors": {
        "attribute": _of("学生属性", "a student attribute", "学生表的“关爱等级”", "the care level of the students"),
        "values": _of("需要专门关注的取值", "the values that need it", "重点关爱学生", "students in key care"),
        "mentor_attribute": _of("导师属性", "a mentor attribute", "导师表的“特长”", "the tags of the mentors"),
        "qualified": _of("算作有专长的取值", "the values that qualify", "心理特长", "a training in psychology"),
        "original_mentor_exempt": _EXEMPT,
        "penalty": _PENALTY,
        "stage": _STAGE,
    },
    "vetted_mentors": {
        "kinds": _of(
            "哪几类导师须查询",
            "kinds of mentors that need a check",
            "校外导师;校内教职工入职时已查",
            "outsiders; staff were checked when hired",
        ),
        "on": _of("本期第一天", "the first day of the period", "取 solve 的 --date", "taken from --date of solve"),
        "until": _of(
            "本期最后一天",
            "the last day of the period",
            "学期末:1 月 31 日或 7 月 31 日,查询须全程有效",
            "the end of the term, 31 January or 31 July: the check must hold throughout",
        ),
        "penalty": _HARD_PENALTY,
        "stage": _HARD_PENALTY,
    },
    "siblings": {
        "mode": _of(
            "together 同一名导师,apart 不同导师",
            "together or apart",
            "家校沟通只需一名导师",
            "a family then talks to one mentor",
        ),
        "penalty": _PENALTY,
        "stage": _STAGE,
    },
    "other_class_cap": {
        "upper": _of(
            "上限:一个数,或按导师工号",
            "one number, or one for each mentor id",
            "没有默认值:各校不同",
            "none: schools differ",
        ),
        "original_mentor_exempt": _EXEMPT,
        "penalty": _PENALTY,
        "stage": _STAGE,
    },
    "class_teams": {
        "least": _of("每班至少几名导师", "at least so many mentors for each class", "0:不要求", "0 asks for nothing"),
        "most": _of("每班至多几名导师", "at most so many mentors for each class", "不写则不限", "no bound"),
        "attribute": _CLASS,
        "penalty": _PENALTY,
        "stage": _STAGE,
    },
    "classes_per_mentor": {
        "most": _of(
            "每名导师至多带几个班的学生",
            "students of at most so many classes",
            "没有默认值:各校不同",
            "none: schools differ",
        ),
        "attribute": _CLASS,
        "penalty": _PENALTY,
        "stage": _STAGE,
    },
    "chief_mentors": {
        "least": _of(
            "首席导师至少带本班几名学生",
            "at least so many students of the class",
            "1:首席也带本班学生",
            "1: a chief takes part",
        ),
        "missing": _of(
            "没有首席导师的班级:refuse 拒绝,ignore 略过",
            "what a class without a chief gets: refuse or ignore",
            "每班有且只有一名;缺了应当知道",
            "there is exactly one a class, and a gap should be known",
        ),
        "penalty": _PENALTY,
        "stage": _STAGE,
    },
    "head_teacher_relief": {
        "seats": _of(
            "班主任少带几名",
            "by how much a head teacher's quota is lower",
            "约为上限 15 名的八分之一",
            "about an eighth of the usual 15",
        )
    },
    "continuity": {
        "mode": _of(
            "lock 全部保持;keep_unless_asked 未提交志愿的保持;locked_only 只保持已锁定的;at_most 至多变动若干",
            "lock, keep_unless_asked, locked_only or at_most",
            "保持匹配相对稳定:没有提出就不变,提出了可以变",
            "matches stay stable: who asks for nothing keeps the mentor, who asks may change",
        ),
        "max_changes": _of(
            "at_most 时至多几名学生更换",
            "with at_most: how many students may change",
            "没有默认值",
            "none: the mode needs a number",
        ),
    },
    "consent": {
        "overlap_days": _of(
            "新旧导师共同负责的天数",
            "days of a hand-over with both mentors",
            "两周:一轮谈心与档案移交所需",
            "two weeks: time for the talks and the record",
        )
    },
    "adaptation": {
        "grades": _of("起始年级", "entry grades", "一年级、七年级、高一", "the first grades of the three stages"),
        "weeks": _of(
            "自入学起的周数",
            "weeks from entry",
            "八周:到期中前后,师生已互相了解",
            "eight weeks, about half a term: people know each other by then",
        ),
        "until": _of("改用统一的截止日", "one last day for everybody", "默认按周数", "weeks say it"),
        "held_back": _of(
            "适应期内每名导师预留的名额",
            "seats that mentors keep free meanwhile",
            "0:名额几乎总是不足",
            "0: seats are nearly always short",
        ),
    },
    "agreement": {
        "attribute": _of("学生属性", "a student attribute", "没有默认值", "none: say what must agree"),
        "mentor_attribute": _of(
            "导师属性", "a mentor attribute", "与学生属性同名", "the name of the student attribute"
        ),
        "near": _of(
            "相差多少也算相符(按数值,或按自有列 order 的顺序)",
            "how far apart values may be, as numbers or in places of the field's order",
            "不写则必须相同",
            "none: the values must be the same",
        ),
        "original_mentor_exempt": _EXEMPT,
        "penalty": _PENALTY,
        "stage": _STAGE,
    },
    "apart_students": {
        "groups": _of(
            "须分开的学生,每组两名以上",
            "groups of two or more students who must stay apart",
            "默认没有:以登记的为准",
            "none: the record says who",
        ),
        "on_record": _of(
            "学生表“须分组学号”是否一并适用",
            "whether the column apart_ids of the students counts, too",
            "写出本规则的学校多半希望登记的也算",
            "a school that writes the rule means those on record, too",
        ),
        "penalty": _PENALTY,
        "stage": _STAGE,
    },
    "nobody_or_at_least": {
        "lower": _of(
            "带学生时的下限:一个数,或按导师工号",
            "the fewest students of a mentor who takes any: one number, or one for each mentor id",
            "没有默认值:由学校决定",
            "none: the school decides",
        ),
    },
    "weak_stability": {},
    "strong_stability": {},
    "super_stability": {},
    "envy_freeness": {},
    "popularity": {},
    "topic_stability": {
        "supervisors": _of(
            "导师及其题目与总名额",
            "supervisors with their topics and seats",
            "默认没有:每名导师自成一题",
            "none unless written: every mentor is its own topic",
        )
    },
    "couple_stability": {
        "couples": _of(
            "成对的学生及其共同志愿",
            "students who apply in twos, with their joint choices",
            "默认没有:学校里每名学生各自选择",
            "none unless written: in a school everybody chooses alone",
        )
    },
}
"""By the kind of a rule and the name of the parameter."""
