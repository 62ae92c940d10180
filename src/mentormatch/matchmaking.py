"""Match and rematch: the calls from a school or a market, or from an earlier matching, to a result."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from mentormatch.base.arguments import checked_day, checked_pairs, checked_rules
from mentormatch.base.budget import DEFAULT_TIME_LIMIT
from mentormatch.base.doors import NAME, days_by_id, several_of, takes
from mentormatch.base.errors import InputError, RulesError
from mentormatch.base.stopping import Stop, stopping_when
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.own_mechanism import Function, own_mechanism
from mentormatch.mechanisms.registry import DEFAULT_NAME, MECHANISM_NAMES
from mentormatch.mechanisms.rematch import rematch as repair
from mentormatch.mechanisms.rematch import repair_again
from mentormatch.mechanisms.solving import Progress
from mentormatch.objectives.fewest_moves import FewestMoves
from mentormatch.objectives.stage import Stage
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from mentormatch.record.cover import as_of_record, cover_step, with_cover
from mentormatch.record.forms_that_count import FormsRead, forms_that_count
from mentormatch.record.hand_overs import hand_overs
from mentormatch.record.requests import request_outcomes
from mentormatch.record.step import SELECTIONS, record_step
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import standing_pairings
from mentormatch.rules.adaptation_periods import adaptation_periods
from mentormatch.rules.defaults import (
    market_constraints,
    market_stages,
    school_constraints,
    school_stages,
    with_defaults,
)
from mentormatch.rules.named_priorities import named_priorities
from mentormatch.rules.rules_file import Rules
from mentormatch.school.candidates import market_from_roster
from mentormatch.school.priorities import PRIORITIES
from mentormatch.solvers.engine import Options

_RULES = several_of(Constraint, Text(zh="规则的列表", en="a list of rules"))
_STAGES = several_of(Stage, Text(zh="目标的列表", en="a list of stages"))
_COVERS = days_by_id(Text(zh="由工号到日期的字典", en="a mapping of mentor ids to dates"))


@takes(extra_constraints=_RULES, extra_stages=_STAGES, engine=NAME)
def match(
    source: Roster | Market | Problem,
    *,
    mechanism: str | Mechanism | Function | None = None,
    rules: Rules | None = None,
    extra_constraints: Iterable[Constraint] = (),
    extra_stages: Iterable[Stage] = (),
    on: date | None = None,
    seed: int = 0,
    engine: str | None = None,
    time_limit: float | None = DEFAULT_TIME_LIMIT,
    on_progress: Progress | None = None,
    stop: Stop | None = None,
) -> Result:
    """Match students with mentors.

    Parameters
    ----------
    source : Roster, Market or Problem
        A school gets the default rules of a school, a market those of a market; a problem brings its own.
    mechanism : str, Mechanism or callable, optional
        A name: "two_round", "optimal", "deferred_acceptance", ..., or that of an installed one. Or an object, or a
        function of your own from a market to pairs of ids (`mentormatch.mechanisms.own_mechanism`).
        Default: what the rules say, else "two_round".
    rules : Rules, optional
        From `read_rules`: rules replace default rules of the same kind, stages replace all default stages.
    extra_constraints : iterable of Constraint
        Rules beside those of `rules` and the defaults, ours or your own. One of a default rule's kind replaces it.
    extra_stages : iterable of Stage
        Stages after those of `rules` or the defaults.
    on : date, optional
        The day of the matching (a Roster only): who is on duty, which pairings are open.
    seed : int
        For the lottery among equals: the same seed gives the same result.
    engine : str, optional
        Force an engine; see `mentormatch.solve`.
    time_limit : float, optional
        Wall-clock seconds, 60 where nothing is said; None for no limit. Where it strikes, the best matching so far is
        returned, with `Result.stopped_by_limit`.
    on_progress : callable, optional
        Called with (stage, best value, bound) on a thread of the search, which waits for it: be quick, and hand over
        to your own loop (``loop.call_soon_threadsafe``).
    stop : callable, optional
        Asked about twenty times a second, on the thread of the caller, whether to stop: the method ``is_set`` of a
        `threading.Event`, say. Stopping is like a limit that strikes. So is a first Ctrl-C, which needs no callable.

    Returns
    -------
    Result
        Checked by the independent checker.

    Raises
    ------
    InputError
        When the arguments or the rules make no sense for the source.
    UnsupportedError
        When the mechanism or the forced engine cannot take the rules.

    Examples
    --------
    >>> import mentormatch as mm
    >>> market = mm.Market.from_preferences({"Ann": ["Lee", "Wu"], "Bo": ["Lee"]}, {"Lee": ["Bo", "Ann"]})
    >>> mm.match(market).matching.as_dict()
    {'Ann': ('Wu',), 'Bo': ('Lee',)}
    """
    on, rules = checked_day(on), checked_rules(rules, Rules)
    ruled = (rules.mechanism if rules else None) or DEFAULT_NAME
    chosen = find_mechanism(ruled if mechanism is None else mechanism)
    problem = build_problem(
        source, chosen, rules=rules, on=on, extra_constraints=extra_constraints, extra_stages=extra_stages
    )
    with stopping_when(stop):
        result = chosen.run(problem, Options(seed=seed, time_limit=time_limit, on_progress=on_progress), engine)
    return with_events(result, source, on=on, rules=rules) if isinstance(source, Roster) else result


@takes(extra_constraints=_RULES, extra_stages=_STAGES, engine=NAME, covers=_COVERS)
def rematch(
    source: Roster | Market | Problem,
    before: Result | Matching | Iterable[tuple[Id, Id]] | None = None,
    *,
    fixed: Iterable[tuple[Id, Id]] = (),
    covers: Mapping[str, date] | None = None,
    rules: Rules | None = None,
    extra_constraints: Iterable[Constraint] = (),
    extra_stages: Iterable[Stage] = (),
    on: date | None = None,
    seed: int = 0,
    engine: str | None = None,
    time_limit: float | None = DEFAULT_TIME_LIMIT,
    on_progress: Progress | None = None,
    stop: Stop | None = None,
) -> Result:
    """Repair a matching after something has changed, with the fewest moves.

    A mentor goes on leave, a pupil comes, a seat is lost, a coordinator edits the result: change the source (or give
    the edits as `fixed`), and as few students as possible leave the mentor that they have.

    Parameters
    ----------
    source : Roster, Market or Problem
        As things are now; rules as in `match`.
    before : Result, Matching or iterable of (student id, mentor id), optional
        The matching to repair. It need not keep the rules. Default: the record of the school.
    fixed : iterable of (student id, mentor id)
        Pairs that a coordinator has set.
    covers : mapping of mentor id to date, optional
        Mentors of a school who are away for a time, and the last day of it: others stand in, and on the day after the
        pairs begin again (`mentormatch.record.cover`).
    rules, extra_constraints, extra_stages, on, seed, engine, time_limit, on_progress, stop
        As in `match`.

    Returns
    -------
    Result
        Checked. Its first stage is ``fewest_moves`` (after the number of placed students, where that is a stage): the
        students that lose every mentor of `before` that they could keep. `Result.changes` names each move with its
        reason, ``since = "given"``; `Result.hand_overs` has the hand-overs.

    Raises
    ------
    InputError
        When the arguments or the rules make no sense for the source.

    Examples
    --------
    >>> import mentormatch as mm
    >>> market = mm.Market.from_preferences({"Ann": ["Lee", "Wu"], "Bo": ["Lee", "Wu"]}, quotas={"Lee": 2, "Wu": 1})
    >>> one_seat_less = market.replace(mentor_upper=[1, 1])
    >>> [(c.student, c.after) for c in mm.rematch(one_seat_less, mm.match(market)).changes]
    [('Bo', ('Wu',))]
    """
    on, rules = checked_day(on), checked_rules(rules, Rules)
    original = _school(source) if covers else None
    if original is not None:
        source = with_cover(original, covers or {}, on)
    problem = build_problem(
        source, rules=rules, on=on, between=True, extra_constraints=extra_constraints, extra_stages=extra_stages
    )
    pairs = _given(source, before, on)
    options = Options(seed=seed, time_limit=time_limit, on_progress=on_progress)
    with stopping_when(stop):
        result = repair(problem, pairs, options, fixed=checked_pairs(fixed, "fixed"), engine=engine)
    if not isinstance(source, Roster):
        return result
    told = with_events(result, source, on=on, before=pairs, rules=rules, command="rematch")
    if original is None:
        return told
    return replace(told, roster=original, record=cover_step(told.record, original, on))


def _school(source: Roster | Market | Problem) -> Roster:
    if isinstance(source, Roster):
        return source
    raise InputError(
        Text(zh="只有学校(Roster)的记录才有暂代。", en="Only the record of a school (Roster) has covers."),
        maybe=Text(zh="去掉 covers。", en="leave 'covers' out."),
    )


def _given(
    source: Roster | Market | Problem, before: Result | Matching | Iterable[tuple[Id, Id]] | None, on: date | None
) -> tuple[tuple[Id, Id], ...]:
    """Return the pairs to repair: those given, or those that stand on the record of a school."""
    if before is None:
        if not isinstance(source, Roster):
            raise InputError(
                Text(zh="没有给出要修订的结果。", en="There is nothing to repair: a market has no record."),
                maybe=Text(zh="给出 before。", en="give 'before'."),
            )
        return tuple((row.student_id, row.mentor_id) for row in standing_pairings(source.pairings, on))
    given = before.matching if isinstance(before, Result) else before
    known = given.ids() if isinstance(given, Matching) else given
    return checked_pairs(() if known is None else known, "before")


def run_again(result: Result, *, time_limit: float | None = None) -> Callable[[Problem], Result]:
    """Return what matches a problem as a result was matched: by its mechanism and its seed.

    Parameters
    ----------
    result : Result
    time_limit : float, optional
        Wall-clock seconds for each run.

    Raises
    ------
    InputError
        When its mechanism is none that runs on a problem alone: a `rematch` that was read from a file without the
        matching that it repaired.
    """
    if result.mechanism == "rematch" and any(isinstance(stage, FewestMoves) for stage in result.problem.stages):
        return partial(repair_again, options=Options(seed=result.seed, time_limit=time_limit))
    if result.mechanism == "rematch":
        raise InputError(
            Text(
                zh="这是 rematch 修订出的结果,要知道修订前的结果才能重新得出。",
                en="This result is a repair by rematch: to make it again takes the result that was repaired.",
            ),
            maybe=Text(
                zh="用 --before 给出修订前的结果文件。", en="give the result file that it repaired with --before."
            ),
        )
    if MECHANISM_NAMES.find(result.mechanism) is None:
        raise InputError(
            Text(
                zh=f"结果由 {result.mechanism} 得出,无法只凭学校文件重新得出。",
                en=f"The result was made by '{result.mechanism}', which cannot be run again from the school alone.",
            ),
            maybe=Text(zh="请用 mentormatch solve 的结果。", en="take a result of mentormatch solve."),
        )
    return partial(match, mechanism=result.mechanism, seed=result.seed, time_limit=time_limit)


def with_events(
    result: Result,
    roster: Roster,
    *,
    on: date | None,
    before: Iterable[tuple[Id, Id]] | None = None,
    rules: Rules | None = None,
    command: str = "solve",
) -> Result:
    """Return a result of a school with its hand-overs, its change requests, and the step of its record."""
    here = as_of_record(roster, on)
    told = replace(
        result,
        hand_overs=hand_overs(result, here, on=on, before=before),
        requests=request_outcomes(result, here, on=on),
        roster=roster,
        on=on,
    )
    market = result.problem.market
    provisional = [str(student) for student in market.student_ids if result.state_of(student).name == "provisional"]
    forms = forms_of(here, frozenset(provisional), rules, on, between=command not in SELECTIONS)
    step = record_step(told, here, on=on, command=command, forms=forms)
    return replace(told, record=cover_step(step, roster, on))


def forms_of(
    roster: Roster, provisional: Collection[str], rules: Rules | None, on: date | None, *, between: bool = False
) -> FormsRead:
    """Return whose forms count on a day by the rules of a school, with the students in an adaptation period."""
    return forms_that_count(
        roster,
        on=on,
        provisional=provisional,
        selection=None if rules is None else rules.selection,
        between=between,
    )


def find_mechanism(mechanism: str | Mechanism | Function) -> Mechanism:
    """Return a mechanism by its name, as it is, or made of a function; `InputError` where there is none."""
    if isinstance(mechanism, Mechanism):
        return mechanism
    if callable(mechanism):
        return own_mechanism(mechanism)
    if isinstance(mechanism, str):
        return MECHANISM_NAMES.get(mechanism.replace("-", "_"))
    raise InputError(
        Text(
            zh=f"mechanism 应为机制的名称、Mechanism 对象或函数,现为 {mechanism!r}。",
            en=f"'mechanism' must be a name, a Mechanism or a function; got {mechanism!r}.",
        )
    )


@takes(extra_constraints=_RULES, extra_stages=_STAGES)
def build_problem(
    source: Roster | Market | Problem,
    mechanism: str | Mechanism | Function = DEFAULT_NAME,
    *,
    rules: Rules | None = None,
    on: date | None = None,
    between: bool = False,
    extra_constraints: Iterable[Constraint] = (),
    extra_stages: Iterable[Stage] = (),
) -> Problem:
    """Return the problem that `match` solves: the source with its default rules, the written ones and your own.

    Parameters
    ----------
    source : Roster, Market or Problem
    mechanism : str, Mechanism or callable
        The default rules differ: lower quotas bind, and everybody is placed, where a mechanism can see to it.
    rules, on, extra_constraints, extra_stages
        As in `match`.
    between : bool
        The problem of a repair, between selections: the form of a student whose pairing can go on does not count.

    Examples
    --------
    >>> import mentormatch as mm
    >>> market = mm.Market.from_preferences({"Ann": ["Lee"]}, quotas=1)
    >>> mm.build_problem(market)
    Problem(Market(1 students, 1 mentors, 1 pairs), rules: quotas, vetoes, stages: placed_students, rank_total)
    """
    own_rules, own_stages = tuple(extra_constraints), tuple(extra_stages)
    on, rules = checked_day(on), checked_rules(rules, Rules)
    if isinstance(source, Problem):
        if rules is not None:
            raise InputError(
                Text(
                    zh="问题(Problem)自带规则,不能再给 rules。",
                    en="A problem brings its own rules, so 'rules' must not be given.",
                )
            )
        if not own_rules and not own_stages:
            return source
        return source.replace(constraints=(*source.constraints, *own_rules), stages=(*source.stages, *own_stages))
    written = Rules() if rules is None else rules.dated(on)
    places = find_mechanism(mechanism)
    if isinstance(source, Roster):
        if "peer" in written.mentor_kinds:
            raise RulesError(
                Text(
                    zh="学长不能代替成人导师,不能写在 mentor_kinds 中。",
                    en="A peer never stands in for an adult, so 'peer' must not be among mentor_kinds.",
                ),
                maybe=Text(
                    zh="用 mentormatch peers 单独匹配学长。", en="match peers by themselves: mentormatch peers."
                ),
            )
        source, written = written.applied_to(as_of_record(source, on))
        if written.selection is not None:
            written.selection.refuse_strangers(source)
        usual = school_constraints(source, places, kinds=written.mentor_kinds, on=on)
        constraints = with_defaults(usual, (*written.constraints, *own_rules))
        stages = school_stages()
        constraints, provisional = adaptation_periods(constraints, source, on)
        market = market_from_roster(
            source,
            on=on,
            priorities=PRIORITIES if written.priorities is None else named_priorities(written.priorities, source),
            provisional=provisional,
            kinds=written.mentor_kinds,
            choice_rounds=written.choice_rounds,
            counted=forms_of(source, provisional, written, on, between=between).counted,
        )
    elif isinstance(source, Market):
        market, stages = source, market_stages()
        constraints = with_defaults(market_constraints(places), (*written.constraints, *own_rules))
    else:
        raise InputError(
            f"A Roster, a Market or a Problem is matched; got a {type(source).__name__}.",
            maybe=f"you meant match(read_roster({str(source)!r}))." if isinstance(source, str | Path) else None,
        )
    goals = stages if written.stages is None else written.stages
    return Problem(market, constraints, (*goals, *own_stages))
