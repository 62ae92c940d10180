"""The one form in which names of sheets, columns and questions are compared.

`fold` takes away what nobody would call a difference; `plain_form` what an office adds round a name: stars, numbers of
questions, hints in brackets, "please".
"""

import re
import unicodedata
from collections.abc import Collection

from mentormatch.base.characters import SPACES, simplified

_MARKS = re.compile(r"[(\[【](?:必填|选填|可选|required|optional)[)\]】]")
_IGNORED = re.compile(r"[_*-]+")
_ENCLOSED = re.compile("^[\\s★☆*]*[\u2460-\u24ff\u2776-\u2793\u3220-\u3229\u3280-\u3289]")
_NUMBER = re.compile(
    r"^(?:[q题]?\d{1,3}[、.:,)]|[([]\d{1,3}[)\]]|q\d{1,3}|\d{1,2}(?=第)|[一二三四五六七八九十]{1,2}[、.])"
)
_ROUND = re.compile(r"^[^\w(\[【〔<{「]+|[^\w)\]】〕>}」]+$")
_BRACKETS = re.compile(r"[(\[【〔<{「](?P<inside>[^()\[\]【】〔〕<>{}「」]*)[)\]】〕>}」]")
_POLITE = re.compile(r"^(?:请(?:您|你)?(?:选择|填写|输入|写出|选出)?|您的?|你的?|孩子的?|本人的?|学生本人)+")
_HINT = re.compile(
    r"(?:必|选|可)(?:填|答|选)|可?(?:多选|单选|填空|下拉|排序|不填|留空|为空|多个|多填)(?:题)?|可空|自动|请.*|如.*|例.*|格式.*|填.*|写.*|要?与.*一致"
    r"|没有.*|无.*|多个.*|用.*(?:分隔|隔开)|.*(?:单选|多选|填空|下拉|排序|必答|必填|选填|可选).*"
    r"|(?:导师|教师|老师|学生)?(?:工号|学号|姓名|编号)(?:(?:或|/|、|和)(?:工号|学号|姓名|编号))*|人|名|个|位|数字|整数|文本|日期"
    r"|[^/]+(?:/[^/]+)+|[ymdh年月日.]{2,}|required|optional|textonly|id|ids|\d+(?:~|至|到)?\d*(?:人|名|个|项)?"
)
_CHOICES = re.compile(r"[/、,;|或]+")


def fold(text: str) -> str:
    """Return a name without what does not tell two names apart.

    That is case, width, spaces, invisible characters, marks of required columns, and the traditional form of a sign.
    """
    plain = simplified(SPACES.sub("", unicodedata.normalize("NFKC", text))).casefold()
    return _IGNORED.sub("", _MARKS.sub("", _IGNORED.sub("", plain)))


def plain_form(text: str, words: Collection[str] = ()) -> str:
    """Return a name as `fold` does, and without what an office puts round it.

    Parameters
    ----------
    text : str
    words : collection of str
        Folded words that may stand in brackets: the values of the column. What says anything else in brackets, as in
        学号(旧), stays, for it may mean another thing.

    Examples
    --------
    >>> plain_form("★1.请选择第一志愿(填工号):")
    '第一志愿'
    """
    plain = fold(_ENCLOSED.sub("", text))
    before = ""
    while before != plain:
        before = plain
        plain = _POLITE.sub("", _NUMBER.sub("", _ROUND.sub("", plain)))
        plain = _BRACKETS.sub(lambda found: "" if _is_hint(found["inside"], words) else found[0], plain)
    return plain or fold(text)


def _is_hint(inside: str, words: Collection[str]) -> bool:
    return _HINT.fullmatch(inside) is not None or all(part in words for part in _CHOICES.split(inside))
