"""The table of the page: one row for each pair, and for each student without a mentor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mentormatch.base.edition import Edition
from mentormatch.base.school_order import school_order
from mentormatch.base.text import COMMA, Text
from mentormatch.explain.fairness_told import value_name
from mentormatch.problem.result import Result
from mentormatch.report.origins import ORIGINS, origin_of_pair
from mentormatch.roster.roster import Roster

UNPLACED = Text(zh="未安置", en="not placed")
SINCE_LAST_TERM = {
    "same": Text(zh="保留", en="kept"),
    "changed": Text(zh="更换", en="changed"),
    "new": Text(zh="新结对", en="new"),
    "none": Text(zh="", en=""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One row of the table.

    Parameters
    ----------
    student, mentor : str
        Ids; no mentor is "".
    student_name, mentor_name : str
        Empty in an edition without names.
    class_name : str
    care : Text
        Filled in the staff edition only.
    class_order : int
        The place of the class in the order of the school.
    rank : int or None
    origin, since : Text
    origin_key, since_key : str
        Stable keys of the two, for filters.
    whys : tuple of Text
        What the page shows on a click.
    """

    student: str
    student_name: str
    class_name: str
    class_order: int
    care: Text
    mentor: str
    mentor_name: str
    rank: int | None
    origin: Text
    origin_key: str
    since: Text
    since_key: str
    whys: tuple[Text, ...]


def people_table(
    result: Result, roster: Roster | None, edition: Edition, whys: Callable[[object], tuple[Text, ...]]
) -> list[Person]:
    """Return the rows in the order of the students' ids.

    Parameters
    ----------
    result : Result
    roster : Roster, optional
        For names; needed where the edition has them.
    edition : Edition
    whys : callable
        Of a student's id: why it is placed as it is.
    """
    if result.matching is None:
        return []
    market = result.problem.market
    students = roster.students_by_id if roster is not None and edition.names else {}
    mentors = roster.mentors_by_id if roster is not None and edition.names else {}
    classes, care = market.student_attributes.get("class_name"), market.student_attributes.get("care_level")
    order = {} if classes is None else {c: at for at, c in enumerate(sorted(classes.labels, key=school_order))}
    current = market.pair_flag("current")
    people = []
    for i, student_id in enumerate(market.student_ids):
        own = market.pairs_of_student(i)
        had = bool(current[own].any())
        own_classes = () if classes is None else classes.values(i)
        key = str(student_id)
        for pair in own[result.matching.chosen[own]].tolist() or [None]:
            mentor_id = "" if pair is None else str(market.mentor_of(pair))
            since = "none" if pair is None else "same" if current[pair] else "changed" if had else "new"
            origin = "unplaced" if pair is None else origin_of_pair(result, pair)
            people.append(
                Person(
                    student=key,
                    student_name=students[key].name if key in students else "",
                    class_name="、".join(own_classes),
                    class_order=min((order[name] for name in own_classes), default=0),
                    care=_care(care.values(i) if edition.staff and care is not None else ()),
                    mentor=mentor_id,
                    mentor_name=mentors[mentor_id].name if mentor_id in mentors else "",
                    rank=None if pair is None else int(market.student_rank[pair]) or None,
                    origin=UNPLACED if pair is None else ORIGINS[origin],
                    origin_key=origin,
                    since=SINCE_LAST_TERM[since],
                    since_key=since,
                    whys=whys(student_id),
                )
            )
    return people


def _care(levels: Sequence[str]) -> Text:
    return COMMA.join(value_name("care_level", level) for level in levels)
