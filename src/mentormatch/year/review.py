"""What the record says of a time: the school's own review by month (研判), and the bureau's over schools (督导)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mentormatch.base.edition import Edition
from mentormatch.base.text import Language, Text
from mentormatch.report.tables import ResultTable, Value
from mentormatch.roster.cause import Cause
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import has_begun
from mentormatch.year.suppression import HIDDEN, shown_column

_DAY = timedelta(days=1)
_SECRET = (Cause.REQUEST, Cause.RULE)
DECISIONS = {
    "approved": Text("申请:批准", "requests approved"),
    "pending": Text("申请:待定", "requests pending"),
    "rejected": Text("申请:未批", "requests rejected"),
    None: Text("申请:未审批", "requests undecided"),
}


@dataclass(frozen=True, slots=True)
class Review:
    """The state of a school on a day, and what changed in a time that ends on it.

    Parameters
    ----------
    first, last : date
    pupils, without_mentor, mentors, over_seats : int
        Mentors with at least one pupil; those with more pupils than seats.
    most, fewest : int
        Pupils of one mentor, among those who have any.
    ended : mapping of Cause to int
        Main pairings that ended in the time.
    open_hand_overs : int
    requests : mapping of decision to int
    care : mapping of mentor id to int
        Pupils of care level "key", for the staff.
    """

    first: date
    last: date
    pupils: int
    without_mentor: int
    mentors: int
    over_seats: int
    most: int
    fewest: int
    ended: Mapping[Cause, int]
    open_hand_overs: int
    requests: Mapping[str | None, int]
    care: Mapping[str, int]


def review(roster: Roster, first: date, last: date) -> Review:
    """Return what the record of a school says of a time.

    Notes
    -----
    Forms, requests and hand-overs are those of today: the record keeps no earlier state of them. O(record).
    """
    here = {student.student_id: student for student in roster.students}
    stands = [row for row in roster.pairings if row.role == "primary" and holds(row, last) and row.student_id in here]
    held = Counter(row.mentor_id for row in stands)
    seats = {mentor.mentor_id: mentor.capacity_max for mentor in roster.people}
    ended = Counter(
        row.end_cause
        for row in roster.pairings
        if row.role == "primary"
        and row.state == "ended"
        and row.end_cause is not None
        and row.valid_to is not None
        and first - _DAY <= row.valid_to < last
    )
    return Review(
        first=first,
        last=last,
        pupils=len(here),
        without_mentor=len(here.keys() - {row.student_id for row in stands}),
        mentors=len(held),
        over_seats=sum(count > seats.get(mentor, count) for mentor, count in held.items()),
        most=max(held.values(), default=0),
        fewest=min(held.values(), default=0),
        ended={cause: ended[cause] for cause in Cause if ended[cause]},
        open_hand_overs=sum(not row.is_done for row in roster.hand_overs),
        requests=Counter(request.decision for request in roster.change_requests),
        care=Counter(row.mentor_id for row in stands if here[row.student_id].care_level == "key"),
    )


def holds(row: Pairing, on: date) -> bool:
    """Tell whether a row holds on a day; a provisional one goes on until somebody ends it."""
    return row.is_open(on) or (row.is_live(on) and has_begun(row, on))


def months(first: date, last: date) -> list[tuple[date, date]]:
    """Return the months of a time, each as its first and last day within it."""
    found = []
    day = first
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append((day, min(last, following - _DAY)))
        day = following
    return found


def _causes(reviews: Iterable[Review], edition: Edition) -> list[tuple[Text, tuple[Cause, ...]]]:
    """Return the causes that occur, with what they are called; other than for staff, secret ones are coordination."""
    there = {cause for each in reviews for cause in each.ended}
    if edition.staff:
        return [(cause.text, (cause,)) for cause in Cause if cause in there]
    joint = (Cause.COORDINATION, *_SECRET)
    open_ones: list[tuple[Text, tuple[Cause, ...]]] = []
    for cause in Cause:
        if cause is Cause.COORDINATION and there.intersection(joint):
            open_ones.append((cause.text, joint))
        elif cause in there and cause not in joint:
            open_ones.append((cause.text, (cause,)))
    return open_ones


def school_tables(reviews: Sequence[Review], edition: Edition, lang: Language) -> list[ResultTable]:
    """Return the school's own review, a row a month; care and requests are for the staff."""
    causes = _causes(reviews, edition)
    headers = [Text("月份", "month"), Text("学生", "pupils"), Text("没有导师", "without a mentor")]
    headers += [
        Text("带生导师", "mentors"),
        Text("最少带", "fewest"),
        Text("最多带", "most"),
        Text("超名额", "over seats"),
    ]
    headers += [Text("结束:", "ended: ") + name for name, _ in causes]
    headers += [Text("未办交接", "open hand-overs"), *DECISIONS.values()] if edition.staff else []
    rows: list[tuple[Value, ...]] = []
    for each in reviews:
        cells: list[Value] = [f"{each.first:%Y-%m}", each.pupils, each.without_mentor, each.mentors]
        cells += [each.fewest, each.most, each.over_seats]
        cells += [sum(each.ended.get(cause, 0) for cause in joint) for _, joint in causes]
        if edition.staff:
            cells += [each.open_hand_overs, *(each.requests.get(decision, 0) for decision in DECISIONS)]
        rows.append(tuple(cells))
    tables = [_table("review", Text("每月研判", "monthly review"), headers, rows, lang)]
    if edition.staff and reviews and reviews[-1].care:
        care = [(mentor, count) for mentor, count in sorted(reviews[-1].care.items())]
        head = [Text("工号", "mentor id"), Text("重点关爱学生", "pupils who need key care")]
        tables.append(_table("care", Text("重点关爱", "care"), head, [*care], lang))
    return tables


def bureau_table(reviews: Mapping[str, Review], lang: Language) -> ResultTable:
    """Return the bureau's table, a row a school: counts under five are hidden, and what would give them away."""
    causes = _causes(reviews.values(), Edition())
    headers = [Text("学校", "school"), Text("学生", "pupils"), Text("带生导师", "mentors")]
    headers += [Text("没有导师", "without a mentor"), Text("未办交接", "open hand-overs")]
    headers += [Text("结束:", "ended: ") + name for name, _ in causes]
    columns = [
        [each.pupils for each in reviews.values()],
        [each.mentors for each in reviews.values()],
        [each.without_mentor for each in reviews.values()],
        [each.open_hand_overs for each in reviews.values()],
        *([sum(each.ended.get(cause, 0) for cause in joint) for each in reviews.values()] for _, joint in causes),
    ]
    # How large a school is, and its staff, is no secret.
    shown = [shown_column(column, smallest=0 if at < 2 else 5) for at, column in enumerate(columns)]
    rows: list[tuple[Value, ...]] = [
        (name, *(HIDDEN if column.cells[at] is None else column.cells[at] for column in shown))
        for at, name in enumerate(reviews)
    ]
    total = [HIDDEN if column.total is None else column.total for column in shown]
    rows.append((Text("合计", "total").in_language(lang), *total))
    return _table("supervision", Text("督导汇总", "supervision"), headers, rows, lang)


def _table(
    kind: str, title: Text, headers: Sequence[Text], rows: list[tuple[Value, ...]], lang: Language
) -> ResultTable:
    return ResultTable(kind, title.in_language(lang), tuple(text.in_language(lang) for text in headers), rows)
