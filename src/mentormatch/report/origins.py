"""Where a pair comes from: fixed, kept, chosen, requested, placed by the school."""

from mentormatch.base.text import Text
from mentormatch.constraints.pair_facts import on_record
from mentormatch.problem.result import Result

ORIGINS = {
    "fixed": Text(zh="指定", en="fixed"),
    "kept": Text(zh="延续", en="kept"),
    "chosen": Text(zh="双选", en="chosen"),
    "requested": Text(zh="申请", en="requested"),
    "coordinated": Text(zh="统筹", en="coordinated"),
}


def origin_of_pair(result: Result, pair: int) -> str:
    """Return the key of `ORIGINS` for a matched pair, from its reason where the mechanism gave one."""
    market = result.problem.market
    ids = (market.student_of(pair), market.mentor_of(pair))
    reason = result.pair_reasons.get(ids)
    if reason is not None:
        return reason.origin
    if on_record(market)[pair]:
        return "kept"
    return "chosen" if market.student_rank[pair] else "coordinated"


def origins_of_students(result: Result) -> list[str]:
    """Return for each student, in the order of the market, a key of `ORIGINS`, or ``unplaced``."""
    market = result.problem.market
    found = ["unplaced"] * market.num_students
    if result.matching is not None:
        for pair in result.matching.pairs.tolist()[::-1]:
            found[int(market.student[pair])] = origin_of_pair(result, pair)
    return found
