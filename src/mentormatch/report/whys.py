"""Why each student is placed as they are, in sentences for the page."""

from collections.abc import Callable

from mentormatch.base.text import Text
from mentormatch.explain.why import explain_student
from mentormatch.problem.result import Result


def whys_of_students(result: Result) -> Callable[[object], tuple[Text, ...]]:
    """Return a function from a student's id to what is said about them.

    Parameters
    ----------
    result : Result
        With a matching; in the edition that is to be told.
    """

    def whys(student_id: object) -> tuple[Text, ...]:
        # That one choice was met is told by the line on the mentor itself.
        told = explain_student(result, student_id).told(staff=result.edition == "staff")
        said = [each for each in told if each.code != "got"]
        return tuple(dict.fromkeys(statement.text for statement in said))

    return whys
