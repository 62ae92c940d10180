"""Where every student stood last term, after round one, and in the result: the ways that `round_flow` draws."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
from markupsafe import Markup

from mentormatch.base.text import Text
from mentormatch.objectives.fewest_moves import FewestMoves
from mentormatch.problem.result import Result
from mentormatch.report.charts.round_flow import Station, round_flow
from mentormatch.report.charts.svg import ORIGIN_COLOURS, QUIET
from mentormatch.report.origins import ORIGINS, origins_of_students

_BEFORE: Mapping[str, Station] = {
    "had": Station(Text(zh="有导师", en="had a mentor"), "#8a97a8"),
    "none": Station(Text(zh="无导师", en="had none"), QUIET),
}
_ROUND_ONE: Mapping[str, Station] = {
    "kept": Station(Text(zh="延续", en="kept"), ORIGIN_COLOURS["kept"]),
    "chosen": Station(Text(zh="双选成功", en="chosen"), ORIGIN_COLOURS["chosen"]),
    "left": Station(Text(zh="待统筹", en="left"), "#8a97a8"),
}
_RESULT: Mapping[str, Station] = {
    **{origin: Station(text, ORIGIN_COLOURS[origin]) for origin, text in ORIGINS.items()},
    "unplaced": Station(Text(zh="未安置", en="not placed"), ORIGIN_COLOURS["unplaced"]),
}


def flow_of_students(result: Result) -> Markup | None:
    """Return the picture of the flow; None without a matching."""
    if result.matching is None:
        return None
    market = result.problem.market
    had = np.zeros(market.num_students, bool)
    had[market.student[market.pair_flag("current")]] = True
    columns = [["had" if flag else "none" for flag in had.tolist()]]
    times, stations = [Text(zh="上学期", en="last term")], [_BEFORE]
    base = next((stage.base for stage in result.problem.stages if isinstance(stage, FewestMoves)), None)
    if base is not None:
        first = ["left"] * market.num_students
        current = market.pair_flag("current")
        for student_id, mentor_id in base:
            pair = market.pair_index(student_id, mentor_id)
            # A pair that the rules leave no choice about stands from round one, too: nobody has chosen it.
            if pair is not None and (current[pair] or market.is_choice[pair]):
                first[market.student_index(student_id)] = "kept" if current[pair] else "chosen"
        columns.append(first)
        times.append(Text(zh="第一轮:双向选择", en="round one: choice"))
        stations.append(_ROUND_ONE)
    columns.append(origins_of_students(result))
    times.append(Text(zh="结果", en="result"))
    stations.append(_RESULT)
    return round_flow(times, stations, Counter(zip(*columns, strict=True)))
