"""Whether a matching keeps what a rule wrote, one pair after the other, from what `formulation.rows` documents."""

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.formulation.capped_stability import StableWithinCaps
from mentormatch.formulation.couple_rows import Couples
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import EnvyFree, Rows, Stable, Teams
from mentormatch.formulation.topic_rows import Topics
from mentormatch.market.market import Market


def holds(part: RowPart, market: Market, chosen: BoolArray) -> bool:
    """Tell whether a part is kept, from what `mentormatch.formulation.rows` documents."""
    if isinstance(part, (Stable, EnvyFree)):
        kind = part.kind if isinstance(part, Stable) else "envy"
        return not any(blocks(market, chosen, pair, kind) for pair in np.asarray(part.pairs).tolist())
    if isinstance(part, StableWithinCaps):
        return not any(blocks_within_caps(part, market, chosen, pair) for pair in np.asarray(part.pairs).tolist())
    if isinstance(part, (Couples, Topics)):
        return part.is_kept(chosen)
    if isinstance(part, Teams):
        activity = part.rows.activity(chosen)
        within = (activity >= part.rows.lower) & (activity <= part.rows.upper)
        whole = all(
            bool(within[part.team == t].all() or not activity[part.team == t].any()) for t in np.unique(part.team)
        )
        hard = [count for count in part.counts if count.stage is None]
        return whole and not any(missed(count, open_teams(part, chosen)) for count in hard)
    if isinstance(part, Rows):
        return part.stage is not None or not len(part.broken(chosen))
    raise AssertionError(f"a part of the kind {type(part).__name__} has no meaning here; write one of the known kinds")


def open_teams(teams: Teams, chosen: BoolArray) -> BoolArray:
    """Tell which teams have a matched pair, row by row."""
    is_open = np.zeros(int(teams.team.max(initial=-1)) + 1, bool)
    for number, team in enumerate(teams.team.tolist()):
        span = slice(teams.rows.start[number], teams.rows.start[number + 1])
        is_open[team] |= bool(chosen[teams.rows.pairs[span]].any())
    return is_open


def blocks(market: Market, chosen: BoolArray, pair: int, kind: str = "weak") -> bool:
    """Tell whether a pair blocks, by the definition of each kind of stability or of envy."""
    i, j = int(market.student[pair]), int(market.mentor[pair])
    has = [p for p in market.pairs_of_student(i).tolist() if chosen[p]]
    seated = [p for p in market.pairs_of_mentor(j).tolist() if chosen[p]]
    if chosen[pair] or market.student_quota[i] == 0 or market.mentor_upper[j] == 0:
        return False
    wish, mine = market.student_rank[pair], market.mentor_rank[pair]
    wants = len(has) < market.student_quota[i] or any(
        market.student_rank[p] == 0 or market.student_rank[p] > wish for p in has
    )
    prefers = any(market.mentor_rank[p] > mine for p in seated)
    welcome = len(seated) < market.mentor_upper[j] or prefers
    # Neither side loses: it gains, or has something that it likes no better.
    is_easy = wants or any(market.student_rank[p] == wish for p in has)
    is_open = welcome or any(market.mentor_rank[p] == mine for p in seated)
    return {
        "weak": wants and welcome,
        "strong": (wants and is_open) or (is_easy and welcome),
        "super": is_easy and is_open,
        "envy": wants and prefers,
    }[kind]


def blocks_within_caps(part: StableWithinCaps, market: Market, chosen: BoolArray, pair: int) -> bool:
    """Tell whether a pair blocks within the caps, by trying every exchange at its mentor."""
    i, j = int(market.student[pair]), int(market.mentor[pair])
    has = [p for p in market.pairs_of_student(i).tolist() if chosen[p]]
    if chosen[pair] or market.student_quota[i] == 0:
        return False
    wish = market.student_rank[pair]
    if len(has) >= market.student_quota[i] and not any(
        market.student_rank[p] == 0 or market.student_rank[p] > wish for p in has
    ):
        return False
    seated = {p for p in market.pairs_of_mentor(j).tolist() if chosen[p]}
    worse = [p for p in seated if market.mentor_rank[p] > market.mentor_rank[pair]]
    sets = [frozenset(some.tolist()) for some in part.caps.sets()]
    return any(
        all(len(some & now) <= most for some, most in zip(sets, part.caps.upper.tolist(), strict=True) if pair in some)
        for now in (seated | {pair}, *(seated - {out} | {pair} for out in worse))
    )


def missed(rows: Rows, chosen: BoolArray) -> int:
    """Return by how much the rows of a block miss their bounds, added up."""
    activity = rows.activity(chosen)
    return int((np.maximum(rows.lower - activity, 0) + np.maximum(activity - rows.upper, 0)).sum())
