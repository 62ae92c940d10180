"""From a given matching to the nearest one that keeps the rules: fewest moves, proven fewest, each with its reason.

What has changed since the matching was made (a mentor on leave, a new pupil, a lost seat, a coordinator's edit) is in
the problem: fewer candidate pairs, another quota, a fixed pair.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from mentormatch.base.text import Text
from mentormatch.constraints.fixed_pairs import FixedPairs
from mentormatch.explain.changes import moves_since_given
from mentormatch.explain.pair_reasons import pair_reasons
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import checked_result, solve
from mentormatch.objectives.fewest_moves import FewestMoves
from mentormatch.objectives.granted_requests import GrantedRequests
from mentormatch.objectives.placed_students import PlacedStudents
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Change, PairReason, Result
from mentormatch.roster.cause import Cause
from mentormatch.solvers.choose import choose
from mentormatch.solvers.engine import Options

Ends = tuple[Id, Id]


def rematch(
    problem: Problem,
    before: Iterable[Ends],
    options: Options,
    *,
    fixed: Iterable[Ends] = (),
    engine: str | None = None,
) -> Result:
    """Repair a given matching with the fewest moves.

    Parameters
    ----------
    problem : Problem
        As things are now.
    before : iterable of (student id, mentor id)
        The given matching. Students that are no longer there are left out; pairs that can no longer be made are moves
        that nobody can save.
    options : Options
    fixed : iterable of (student id, mentor id)
        Pairs that a coordinator has set; each takes the place of what the student had.
    engine : str, optional
        Force an engine.

    Returns
    -------
    Result
        Its problem has the stage ``fewest_moves`` in front of all stages but the number of placed students: a student
        that could be placed and is not would be worse than a move. Every student that does not keep a mentor of
        `before` is a `Change` with ``since = "given"``.

    Raises
    ------
    RulesError
        For a fixed pair that cannot be made.
    """
    started = time.perf_counter()
    set_pairs = tuple(fixed)
    had = _still_there(problem.market, before)
    repaired = repair_problem(problem, had, fixed=set_pairs)
    form = compile_form(repaired)
    choice = choose(form, engine=engine)
    outcome = choice.engine.solve(form, options)
    return checked_result(
        repaired,
        form,
        outcome,
        choice,
        mechanism="rematch",
        options=options,
        runtime_s=time.perf_counter() - started,
        pair_reasons=lambda matching: _reasons(form, matching, frozenset(had), frozenset(set_pairs)),
        changes=lambda matching: _moves(form, matching, had, frozenset(set_pairs)),
    )


def repair_problem(problem: Problem, before: Iterable[Ends], *, fixed: Iterable[Ends] = ()) -> Problem:
    """Return the problem whose best matching is the repair: a given matching is kept as far as the rules allow.

    Parameters
    ----------
    problem, before, fixed
        As in `rematch`.
    """
    market, set_pairs = problem.market, tuple(fixed)
    edited, had = {student_id for student_id, _ in set_pairs}, _still_there(market, before)
    leaving, wanted = _requested(market, had)
    stays = tuple(ends for ends in had if ends[0] not in edited | leaving and _is_candidate(market, ends))
    asked = tuple(ends for ends in wanted if ends[0] not in edited)
    first = tuple(stage for stage in problem.stages if isinstance(stage, PlacedStudents))
    rest = tuple(stage for stage in problem.stages if not isinstance(stage, (PlacedStudents, FewestMoves)))
    if leaving and not any(isinstance(stage, GrantedRequests) for stage in rest):
        rest = (GrantedRequests(), *rest)
    return problem.replace(
        market=_free_to_move(market, had, edited),
        constraints=(*problem.constraints, *((FixedPairs(pairs=set_pairs),) if set_pairs else ())),
        stages=(*first, FewestMoves(base=stays + asked), *rest),
    )


def _requested(market: Market, had: tuple[Ends, ...]) -> tuple[set[Id], tuple[Ends, ...]]:
    """Return the students who leave by a granted request, and the pairs with which such a one has not moved.

    Who asks for a mentor by name goes there or stays; who asks for no one by name may go to anybody.
    """
    has = set(had)
    leaves = [ends for ends in _flagged(market, "leaving") if ends in has]
    leaving = {student for student, _ in leaves}
    named = [ends for ends in _flagged(market, "transfer") if ends[0] in leaving]
    names_one = {student for student, _ in named}
    wanted = [*named, *(ends for ends in leaves if ends[0] in names_one)]
    return leaving, tuple(ends for ends in sorted(wanted, key=str) if _is_candidate(market, ends))


def _flagged(market: Market, name: str) -> list[Ends]:
    """Return the pairs that have a fact."""
    at = np.flatnonzero(market.pair_flag(name))
    return [(market.student_of(pair), market.mentor_of(pair)) for pair in at.tolist()]


def as_repaired(problem: Problem, pairs: Iterable[Ends]) -> Problem:
    """Return the problem that a finished repair answers, where what it repaired is not known: nobody is bound."""
    return problem.replace(market=_free_to_move(problem.market, tuple(pairs), set()))


def repair_again(problem: Problem, options: Options) -> Result:
    """Return the repair of a problem that `repair_problem` made, perhaps changed since: the given matching is in it."""
    result = solve(problem, seed=options.seed, time_limit=options.time_limit, on_progress=options.on_progress)
    return replace(result, mechanism="rematch")


def _still_there(market: Market, before: Iterable[Ends]) -> tuple[Ends, ...]:
    students = set(market.student_ids)
    return tuple(dict.fromkeys((s, m) for s, m in before if s in students))


def _free_to_move(market: Market, had: tuple[Ends, ...], edited: set[Id]) -> Market:
    """Return the market in which no student is bound for want of a form: the fewest moves keep whom they can.

    A request that is not granted binds its pair while that stands, and nobody has set another one: one that was carried
    out may lack something now, because the mentor that it asked for is the one on leave, and that is no reason to send
    a student back, and somebody else away.
    """
    placed, kept = {student_id for student_id, _ in had}, set(had)
    stands = market.pair_flag("request_stands").copy()
    for ends in _flagged(market, "request_stands"):
        if ends[0] in edited or (ends[0] in placed and ends not in kept):
            stands[market.pair_index(*ends)] = False
    free = {"unasked": np.zeros(market.num_pairs, bool), "request_stands": stands}
    return market.replace(pair_attributes={**market.pair_attributes, **free})


def _is_candidate(market: Market, ends: Ends) -> bool:
    """Whether a pair can still be made: its mentor is there and takes students."""
    if ends[1] not in market.mentor_ids or market.pair_index(*ends) is None:
        return False
    return bool(market.mentor_upper[market.mentor_index(ends[1])] > 0)


def _reasons(
    form: Form, matching: Matching, had: frozenset[Ends], set_pairs: frozenset[Ends]
) -> Mapping[tuple[object, object], PairReason]:
    none = np.zeros(form.market.num_pairs, bool)
    reasons = dict(pair_reasons(form, matching, fixed=form.forced, chosen=none))
    for ends in matching.ids():
        if ends in set_pairs:
            reasons[ends] = PairReason("fixed", Text(zh="统筹人员指定。", en="Set by a coordinator."), Cause.EDIT)
        elif ends in had:
            reasons[ends] = PairReason("kept", Text(zh="与给定结果相同。", en="As in the given matching."))
    return reasons


def _moves(form: Form, matching: Matching, had: tuple[Ends, ...], set_pairs: frozenset[Ends]) -> tuple[Change, ...]:
    """Return every move; one that makes room says for whom."""
    market = form.market
    possible = [ends for ends in had if _is_candidate(market, ends)]
    base = np.array([market.pair_index(*ends) for ends in possible], np.int64)
    edited, room = {student_id for student_id, _ in set_pairs}, _made_room(matching, had)
    moves = []
    for change in (*moves_since_given(form, matching, base), *_of_lost_mentors(matching, had, possible)):
        text, cause, first = change.text, change.cause, change.before[0]
        if change.student in edited:
            text, cause = Text(zh="统筹人员指定。", en="Set by a coordinator."), Cause.EDIT
        elif cause is not Cause.REQUEST and change.student in room and _is_open(form, change.student, first):
            text = Text(
                zh=f"导师 {first} 的名额用于学生 {room[change.student]}。",
                en=f"The seat with mentor {first} goes to student {room[change.student]}.",
            )
            cause = Cause.COORDINATION
        moves.append(replace(change, text=text, cause=cause))
    return tuple(sorted(moves, key=lambda change: market.student_index(change.student)))


def _is_open(form: Form, student_id: Id, mentor_id: Id) -> bool:
    if not _is_candidate(form.market, (student_id, mentor_id)):
        return False
    return bool(form.open[form.market.pair_index(student_id, mentor_id)])


def _made_room(matching: Matching, had: tuple[Ends, ...]) -> Mapping[object, Id]:
    """Return, for students that left a mentor, the newcomer of that mentor whose seat it was, in the order of ids."""
    before: defaultdict[Id, set[Id]] = defaultdict(set)
    for student_id, mentor_id in had:
        before[mentor_id].add(student_id)
    index = matching.market.student_index
    found: dict[object, Id] = {}
    for mentor_id, students in before.items():
        now = set(matching.students_of(mentor_id))
        left, come = sorted(students - now, key=index), sorted(now - students, key=index)
        found.update(zip(left, come, strict=False))
    return found


def _of_lost_mentors(matching: Matching, had: tuple[Ends, ...], possible: list[Ends]) -> list[Change]:
    """Return the moves of students none of whose given pairs can be made any more."""
    standing = {student_id for student_id, _ in possible}
    lost: defaultdict[Id, list[Id]] = defaultdict(list)
    for student_id, mentor_id in had:
        if student_id not in standing:
            lost[student_id].append(mentor_id)
    known = set(matching.market.mentor_ids)
    return [
        Change(
            student=student_id,
            before=tuple(mentors),
            after=matching.mentors_of(student_id),
            text=Text(
                zh=f"原导师 {mentors[0]} 不在岗或不带学生。", en=f"Mentor {mentors[0]} is on leave or takes nobody."
            )
            if mentors[0] in known
            else Text(zh=f"原导师 {mentors[0]} 已不在名单中。", en=f"Mentor {mentors[0]} is no longer on the list."),
            since="given",
            cause=Cause.MENTOR_AWAY,
        )
        for student_id, mentors in lost.items()
    ]
