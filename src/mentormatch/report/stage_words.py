"""The levels of an objective in words: what a school reads where a program reads ``rank_total``."""

from mentormatch.base.text import Text
from mentormatch.problem.result import StageValue

_WORDS: dict[str, Text] = {
    "coverage": Text(zh="有导师的学生", en="students placed"),
    "placed": Text(zh="有导师的学生", en="students placed"),
    "continuity": Text(zh="失去原导师的学生", en="students who lose their mentor"),
    "kept_pairs": Text(zh="保留的原结对", en="pairs kept"),
    "fewest_moves": Text(zh="改动第一轮结果的学生", en="moves from round one"),
    "granted_requests": Text(zh="已批准而未落实的调换申请", en="granted requests not carried out"),
    "rank_total": Text(zh="志愿序号之和", en="sum of ranks"),
    "mentor_rank_total": Text(zh="导师意向序号之和", en="sum of the mentors' ranks"),
    "rank_maximal": Text(zh="得到该志愿的学生", en="students with that choice"),
    "generous": Text(zh="只得到该序号志愿的学生", en="students with that rank only"),
    "minimum_regret": Text(zh="最差的志愿序号", en="worst rank"),
    "locality": Text(zh="离本班本年级的距离", en="distance from class and grade"),
    "class_evenness": Text(zh="班内负荷不均", en="unevenness within classes"),
    "load_balance": Text(zh="负荷不均(人数平方和)", en="unevenness of loads (sum of squares)"),
    "blocking_pairs": Text(zh="阻塞对", en="blocking pairs"),
    "blocking_students": Text(zh="有阻塞对的学生", en="blocking students"),
    "egalitarian": Text(zh="双方序号之和", en="ranks of both sides"),
    "sex_equality": Text(zh="双方序号之差", en="difference between the sides"),
    "pair_weight": Text(zh="结对权重之和", en="weight of the pairs"),
    "leximin": Text(zh="满意度更高的学生", en="students better off than that"),
    "nash_welfare": Text(zh="纳什福利", en="Nash welfare"),
    "soft_rules": Text(zh="未满足的软规则", en="soft rules missed"),
    "filled_roles": Text(zh="已落实的角色", en="roles filled"),
    "filled_roles.primary": Text(zh="已落实的主导师", en="primary mentors found"),
    "filled_roles.others": Text(zh="已落实的其他角色", en="other roles filled"),
    "externals_missing": Text(zh="缺少的校外导师", en="externals missing"),
    "external_fit": Text(zh="校外导师与学生的契合", en="fit of externals and students"),
    "group_balance": Text(zh="小组人数不均(平方和)", en="unevenness of groups (sum of squares)"),
}


def stage_words(name: str) -> Text:
    """Return what a level is about; the name itself where nobody has put it into words.

    Examples
    --------
    >>> stage_words("generous.3").en
    'students with that rank only (3)'
    """
    if name in _WORDS:
        return _WORDS[name]
    kind, _, level = name.partition(".")
    words = _WORDS.get(kind)
    if words is None:
        return Text(zh=name, en=name)
    return Text(zh=f"{words.zh}({level})", en=f"{words.en} ({level})") if level else words


def stage_line(stage: StageValue) -> Text:
    """Return a level with its value, and what is known of it."""
    words = stage_words(stage.name)
    if stage.proven:
        known = Text(zh="已证明", en="proven")
    elif stage.bound is None:
        known = Text(zh="未证明", en="not proven")
    else:
        known = Text(zh=f"未证明,界 {stage.bound}", en=f"not proven, bound {stage.bound}")
    return Text(zh=f"{words.zh} = {stage.value}({known.zh})", en=f"{words.en} = {stage.value} ({known.en})")
