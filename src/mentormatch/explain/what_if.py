"""What if: the least that would have to differ for a student to get a mentor, and what that would cost the others.

Nothing is estimated: every answer is a problem that was changed, matched again by the same mechanism and accepted by
the independent checker. Other pupils appear as numbers only.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mentormatch.constraints.fixed_pairs import FixedPairs
from mentormatch.errors import InputError, UnsupportedError
from mentormatch.explain.concession import Concession
from mentormatch.explain.standing import standing
from mentormatch.explain.why_not import why_not
from mentormatch.market import Id
from mentormatch.problem import Problem
from mentormatch.result import Result
from mentormatch.text import Text

Run = Callable[[Problem], Result]
"""Matches a problem again by the mechanism, the seed and the options of the result."""

# More seats than this at one mentor are no small change any more.
_MOST_SEATS = 64


@dataclass(frozen=True, eq=False)
class Scenario:
    """One thing that would have to differ.

    Parameters
    ----------
    code : {"seats", "rule", "fixed"}
        So many more seats at the mentor; a rule given up for the student; the school settles the pair.
    amount : int
        Seats; 1 otherwise.
    works : bool
        The student gets the mentor then.
    better, worse : int
        Other students that like what they have then better, or less, than now.
    unplaced : int
        Other students without a mentor then, less those of now.
    text : Text
    result : Result
        What the mechanism makes of it, checked.
    """

    code: str
    amount: int
    works: bool
    better: int
    worse: int
    unplaced: int
    text: Text
    result: Result


def what_if(result: Result, student_id: Id, mentor_id: Id, *, run: Run) -> tuple[Scenario, ...]:
    """Return the least changes of each kind that give a student a mentor; empty where it has that mentor.

    Parameters
    ----------
    result : Result
        With a matching.
    student_id, mentor_id : id
    run : callable
        For example ``lambda problem: match(problem, mechanism=result.mechanism, seed=result.seed)``.

    Returns
    -------
    tuple of Scenario
        The fewest more seats at the mentor with which the mechanism itself gives it to the student (a seat that goes to
        somebody with a better standing is one more that is needed); the rule that stands in the way, given up for this
        student; and the pair settled by the school. Those that do not work are left out.

    Raises
    ------
    InputError
        When there is no matching, or the two are no candidate pair.
    """
    of = standing(result)
    if of.market.pair_index(student_id, mentor_id) is None:
        raise InputError(
            Text(
                zh=f"导师 {mentor_id} 不在岗,或不在该生可选范围内。",
                en=f"Mentor {mentor_id} is on leave or out of the student's reach.",
            )
        )
    reason = why_not(of, student_id, mentor_id)
    if reason.code == "got":
        return ()
    # Round one is drawn anew, so the stage that counts moves away from it comes from the run.
    problem = result.problem.replace(stages=[s for s in result.problem.stages if s.kind != "fewest_moves"])
    found = []
    if reason.code in ("full", "cap", "other_goal", "rule"):
        found.append(_seats(result, problem, student_id, mentor_id, run))
    if reason.code in ("closed", "pinned", "rule"):
        found.append(_rule(result, problem, reason.facts.get("rule"), student_id, mentor_id, run))
    found.append(_fixed(result, problem, student_id, mentor_id, run))
    return tuple(scenario for scenario in found if scenario is not None and scenario.works)


def _with_seats(problem: Problem, mentor_id: Id, more: int) -> Problem:
    upper = problem.market.mentor_upper.copy()
    upper[problem.market.mentor_index(mentor_id)] += more
    return problem.replace(market=problem.market.replace(mentor_upper=upper))


def _seats(result: Result, problem: Problem, student_id: Id, mentor_id: Id, run: Run) -> Scenario | None:
    """Find the fewest more seats: doubling, then halving.

    With deferred acceptance more seats at a mentor never keep a student out that fewer would have let in; where another
    mechanism does that, the number still works but one that is smaller may work, too.
    """

    def try_seats(more: int) -> Scenario:
        text = Text(
            zh=f"若导师 {mentor_id} 多 {more} 个名额",
            en=f"With {more} more seat(s) at mentor {mentor_id}",
        )
        return _scenario("seats", more, text, result, run(_with_seats(problem, mentor_id, more)), student_id, mentor_id)

    tried: dict[int, Scenario] = {}
    high = 1
    while high <= _MOST_SEATS:
        tried[high] = try_seats(high)
        if tried[high].works:
            break
        high *= 2
    else:
        return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        tried[middle] = try_seats(middle)
        low, high = (low, middle) if tried[middle].works else (middle, high)
    return tried[high]


def _rule(result: Result, problem: Problem, kind: object, student_id: Id, mentor_id: Id, run: Run) -> Scenario | None:
    """Give up the rules that close the pair or hold the student, for this student alone."""
    holding = {kind} if kind is not None else {"fixed_pairs", "continuity", "consent"}
    rules = [
        Concession(rule=rule, students=(student_id,)) if rule.kind in holding else rule for rule in problem.constraints
    ]
    names = [rule.describe() for rule in problem.constraints if rule.kind in holding]
    if not names:
        return None
    text = Text(
        zh=f"若不对该生适用规则“{'、'.join(name.zh.rstrip('。') for name in names)}”",
        en=f"Without the rule '{'; '.join(name.en.rstrip('.') for name in names)}' for this student",
    )
    return _scenario("rule", 1, text, result, run(problem.replace(constraints=rules)), student_id, mentor_id)


def _fixed(result: Result, problem: Problem, student_id: Id, mentor_id: Id, run: Run) -> Scenario | None:
    text = Text(
        zh=f"若学校指定该生由导师 {mentor_id} 带", en=f"If the school settled that mentor {mentor_id} takes the student"
    )
    try:
        fixed = problem.replace(constraints=[*problem.constraints, FixedPairs(pairs=((student_id, mentor_id),))])
        after = run(fixed)
    except (InputError, UnsupportedError):
        return None
    return _scenario("fixed", 1, text, result, after, student_id, mentor_id)


def _scenario(
    code: str, amount: int, head: Text, before: Result, after: Result, student_id: Id, mentor_id: Id
) -> Scenario:
    if before.matching is None or after.matching is None:
        return Scenario(code, amount, False, 0, 0, 0, head, after)
    market = before.problem.market
    works = mentor_id in after.matching.mentors_of(student_id)
    now, then = _liking(before), _liking(after)
    others = np.arange(market.num_students) != market.student_index(student_id)
    better, worse = int((then < now)[others].sum()), int((then > now)[others].sum())
    unplaced = int((after.matching.degree == 0)[others].sum()) - int((before.matching.degree == 0)[others].sum())
    left = f"未安置者{'增加' if unplaced > 0 else '减少'} {abs(unplaced)} 名" if unplaced else "未安置人数不变"
    text = Text(
        zh=f"{head.zh},该生即可由其带;另有 {better} 名学生比现在更如愿、{worse} 名不如现在,{left}。",
        en=f"{head.en}, the student would have it; {better} others would like what they have better, {worse} less, and "
        f"{unplaced:+d} would be unplaced.",
    )
    return Scenario(code, amount, works, better, worse, unplaced, text, after)


def _liking(result: Result) -> np.ndarray:
    """Return how well each student is served: the worst rank among what it has, nothing at all being worst."""
    matching = result.matching
    market = result.problem.market
    liking = np.full(market.num_students, 2**31, np.int64)
    if matching is None:
        return liking
    held = np.zeros(market.num_students, np.int64)
    rank = np.where(market.student_rank > 0, market.student_rank, 2**30)[matching.pairs]
    np.maximum.at(held, market.student[matching.pairs], rank)
    placed = matching.degree > 0
    liking[placed] = held[placed]
    return liking
