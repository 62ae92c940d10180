"""From a result to the numbers that each picture of the page shows."""

from collections import Counter

import numpy as np
from markupsafe import Markup

from mentormatch.base.school_order import school_order
from mentormatch.market.market import Market
from mentormatch.problem.result import Result
from mentormatch.report.charts.class_map import class_map
from mentormatch.report.charts.load_bars import Load, load_bars
from mentormatch.report.charts.rank_bars import rank_bars
from mentormatch.report.charts.seat_bars import seat_bars


def picture_of_ranks(result: Result) -> Markup | None:
    """Return the rank profile; None without a matching."""
    if result.matching is None:
        return None
    return rank_bars(result.matching.rank_profile(), result.problem.market.num_students - result.matching.num_placed)


def picture_of_loads(result: Result) -> Markup | None:
    """Return every mentor's load against its quotas; None without a matching."""
    if result.matching is None:
        return None
    market = result.problem.market
    return load_bars(
        [
            Load(str(mentor_id), load, lower, upper)
            for mentor_id, load, lower, upper in zip(
                market.mentor_ids,
                result.matching.load.tolist(),
                market.mentor_lower.tolist(),
                market.mentor_upper.tolist(),
                strict=True,
            )
            if upper or load
        ]
    )


def picture_of_seats(result: Result) -> Markup:
    """Return needed against available places: of the cut that proves a shortage, else of the whole school."""
    market = result.problem.market
    if result.shortage is not None:
        students = [market.student_index(student_id) for student_id in result.shortage.students]
        of_students = len(students) == result.shortage.needed
        return seat_bars(
            result.shortage.needed, result.shortage.available, _by_grade(market, students) if of_students else ()
        )
    everybody = list(range(market.num_students))
    return seat_bars(market.num_students, int(market.mentor_upper.sum()), _by_grade(market, everybody))


def _by_grade(market: Market, students: list[int]) -> list[tuple[str, int]]:
    grades = market.student_attributes.get("grade")
    if grades is None:
        return []
    counts = Counter(label for i in students for label in grades.values(i))
    return sorted(counts.items(), key=lambda entry: school_order(entry[0]))


def picture_of_classes(result: Result) -> Markup | None:
    """Return the map of classes to mentors; None without a matching, or where students have no classes."""
    market = result.problem.market
    classes = market.student_attributes.get("class_name")
    if result.matching is None or classes is None:
        return None
    counts: Counter[tuple[str, str]] = Counter()
    for pair in result.matching.pairs.tolist():
        for name in classes.values(int(market.student[pair])):
            counts[name, str(market.mentor_of(pair))] += 1
    rows = sorted(classes.labels, key=school_order)
    teaching = market.mentor_attributes.get("classes_taught")
    taught = {
        (name, str(mentor_id))
        for j, mentor_id in enumerate(market.mentor_ids)
        for name in (teaching.values(j) if teaching is not None else ())
        if name in classes.labels
    }
    position = {name: at for at, name in enumerate(rows)}

    def middle(mentor_id: str) -> tuple[float, str]:
        """Put a mentor where its students are, so that the map shows blocks."""
        weights = [(position[name], counts[name, mentor_id]) for name in rows if counts[name, mentor_id]]
        total = sum(weight for _, weight in weights)
        return (sum(at * weight for at, weight in weights) / total if total else len(rows), mentor_id)

    busy = [str(market.mentor_ids[j]) for j in np.flatnonzero(result.matching.load > 0).tolist()]
    return class_map(rows, sorted(busy, key=middle), counts, taught)
