"""Why each student is placed as it is, in sentences for the page."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from mentormatch.result import Result
from mentormatch.text import Text

HAD: Mapping[str, Text] = {
    "last_term": Text(zh="上学期的导师是", en="The mentor of last term was"),
    "round_one": Text(zh="第一轮曾选中", en="Round one had given"),
    "given": Text(zh="给定结果中的导师是", en="The given matching had"),
}


def whys_of_students(result: Result, shown: Callable[[Text], Text]) -> Callable[[object], tuple[Text, ...]]:
    """Return a function from a student's id to the reasons of its pairs and of its changes.

    Parameters
    ----------
    result : Result
    shown : callable
        What the edition of the page shows in place of a reason.
    """
    found: defaultdict[object, list[Text]] = defaultdict(list)
    for (student_id, _), reason in result.pair_reasons.items():
        found[student_id].append(shown(reason.text))
    for change in result.changes:
        before = "、".join(str(mentor) for mentor in change.before)
        had, why = HAD[change.since], shown(change.text)
        found[change.student].append(Text(zh=f"{had.zh} {before}:{why.zh}", en=f"{had.en} {before}: {why.en}"))
    return lambda student_id: tuple(dict.fromkeys(found.get(student_id, ())))
