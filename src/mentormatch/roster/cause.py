"""Why a run closed or opened a pairing: one list of causes, each with its words and what it means."""

from enum import StrEnum

from mentormatch.base.text import Text


class Cause(StrEnum):
    """Why a run closed or opened a pairing; the value is a stable code.

    Examples
    --------
    >>> Cause("mentor_away").text.en
    'mentor away'
    """

    text: Text
    meaning: Text

    def __new__(cls, code: str, word: Text, meaning: Text) -> "Cause":
        """Make a member from its code, its word and its meaning."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.text, member.meaning = word, meaning
        return member

    CHOICE = (
        "choice",
        Text("双选", "choice"),
        Text("学生在本次双向选择中选了别的导师,或由双向选择结成", "two-way choice: by the student's own form"),
    )
    COORDINATION = (
        "coordination",
        Text("统筹", "coordination"),
        Text("学校统筹安排,或为使大家都有导师而调整", "placed, or moved, by the school so that everyone has a mentor"),
    )
    REQUEST = (
        "request",
        Text("申请", "request"),
        Text("学生同意、学校批准的调换申请", "a change request that the student agreed to and the school approved"),
    )
    MENTOR_AWAY = (
        "mentor_away",
        Text("导师离岗", "mentor away"),
        Text(
            "导师请假、离校、不再带生,或校外导师的查询已过期",
            "the mentor is on leave, has left or takes nobody; or the check of an external has ended",
        ),
    )
    RULE = (
        "rule",
        Text("规则", "rule"),
        Text("学校的规则、回避或名额不允许继续", "a rule, a veto or the number of seats does not let it go on"),
    )
    SETTLED = (
        "settled",
        Text("转正", "settled"),
        Text("适应期结束,暂定结对转为正式", "the adaptation period is over and the provisional pairing is settled"),
    )
    PROMOTION = (
        "promotion",
        Text("升级编班", "promotion"),
        Text("升级或重新编班后不能继续", "it cannot go on in the new class after a promotion or regrouping"),
    )
    GRADUATION = ("graduation", Text("毕业", "graduation"), Text("学生毕业离校", "the student has graduated"))
    LEFT = (
        "left",
        Text("离校", "left"),
        Text("学生不在本校名单中", "the student is not on the list any more"),
    )
    EDIT = ("edit", Text("人工调整", "edit"), Text("统筹老师指定", "a coordinator set it by hand"))
    COVER = (
        "cover",
        Text("暂代", "cover"),
        Text("导师离岗期间由他人暂代", "somebody stands in for the mentor"),
    )
    RETURN = ("return", Text("返岗", "return"), Text("原导师返岗,暂代结束", "the mentor is back and the cover ends"))


def cause_of_word(word: str | None) -> Cause | None:
    """Return the cause that a word in either language, or a code, stands for; None for any other text."""
    if word is None:
        return None
    return _BY_WORD.get(word.strip().casefold())


_BY_WORD = {name.casefold(): cause for cause in Cause for name in (cause.value, cause.text.zh, cause.text.en)}
