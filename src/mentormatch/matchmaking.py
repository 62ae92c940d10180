"""Match: the one call from a school or a market to a result."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from mentormatch.candidates import market_from_roster
from mentormatch.constraints.adaptation import Adaptation
from mentormatch.defaults import (
    market_constraints,
    market_stages,
    school_constraints,
    school_stages,
    with_defaults,
)
from mentormatch.errors import InputError
from mentormatch.lifecycle.hand_overs import hand_overs
from mentormatch.lifecycle.requests import request_outcomes
from mentormatch.market import Market
from mentormatch.mechanisms import MECHANISMS
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.priorities import PRIORITIES
from mentormatch.problem import Problem
from mentormatch.result import Result
from mentormatch.roster.roster import Roster
from mentormatch.rules_file import Rules
from mentormatch.solvers.engine import Options
from mentormatch.solving import Progress
from mentormatch.text import Text


def match(
    source: Roster | Market | Problem,
    *,
    mechanism: str | None = None,
    rules: Rules | None = None,
    on: date | None = None,
    seed: int = 0,
    engine: str | None = None,
    time_limit: float | None = None,
    on_progress: Progress | None = None,
) -> Result:
    """Match students with mentors.

    Parameters
    ----------
    source : Roster, Market or Problem
        A school gets the default rules of a school, a market those of a market; a problem brings its own.
    mechanism : {"two_round", "optimal", "deferred_acceptance"}, optional
        Default: what the rules say, else "two_round".
    rules : Rules, optional
        From `read_rules`: rules replace default rules of the same kind, stages replace all default stages.
    on : date, optional
        The day of the matching (a Roster only): who is on duty, which pairings are open.
    seed : int
        For the lottery among equals: the same seed gives the same result.
    engine : str, optional
        Force an engine; see `mentormatch.solve`.
    time_limit : float, optional
        Wall-clock seconds.
    on_progress : callable, optional
        Called with (stage, best value, bound).

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
    chosen = find_mechanism(mechanism or (rules.mechanism if rules else None) or MECHANISMS[0].name)
    problem = build_problem(source, chosen, rules=rules, on=on)
    result = chosen.run(problem, Options(seed=seed, time_limit=time_limit, on_progress=on_progress), engine)
    return with_events(result, source, on=on) if isinstance(source, Roster) else result


def with_events(result: Result, roster: Roster, *, on: date | None) -> Result:
    """Return a result of a school with its hand-overs and what became of its change requests."""
    return replace(
        result,
        hand_overs=hand_overs(result, roster, on=on),
        requests=request_outcomes(result, roster, on=on),
    )


def find_mechanism(name: str) -> Mechanism:
    """Return a mechanism by its name; `InputError` where there is none."""
    for mechanism in MECHANISMS:
        if mechanism.name == name.replace("-", "_"):
            return mechanism
    known = ", ".join(mechanism.name for mechanism in MECHANISMS)
    raise InputError(
        Text(zh=f"没有名为“{name}”的机制;可用的有:{known}。", en=f"There is no mechanism '{name}'; there are: {known}.")
    )


def build_problem(
    source: Roster | Market | Problem, mechanism: Mechanism, *, rules: Rules | None = None, on: date | None = None
) -> Problem:
    """Return the problem that a mechanism is to solve: the source with its default rules and the written ones."""
    if isinstance(source, Problem):
        if rules is not None:
            raise InputError(
                Text(
                    zh="问题(Problem)自带规则,不能再给 rules。",
                    en="A problem brings its own rules, so 'rules' must not be given.",
                )
            )
        return source
    written = Rules() if rules is None else rules.dated(on)
    if isinstance(source, Roster):
        constraints = with_defaults(school_constraints(source, mechanism), written.constraints)
        stages = school_stages()
        adaptation = next((rule for rule in constraints if isinstance(rule, Adaptation)), None)
        market = market_from_roster(
            source,
            on=on,
            priorities=PRIORITIES if written.priorities is None else written.priorities,
            provisional={} if adaptation is None else adaptation.ends(source, on),
            kinds=written.mentor_kinds,
            choice_rounds=written.choice_rounds,
        )
    elif isinstance(source, Market):
        market, stages = source, market_stages()
        constraints = with_defaults(market_constraints(mechanism), written.constraints)
    else:
        raise InputError(
            f"A Roster, a Market or a Problem is matched; got a {type(source).__name__}.",
            maybe=f"you meant match(read_roster({str(source)!r}))." if isinstance(source, str | Path) else None,
        )
    return Problem(market, constraints, stages if written.stages is None else written.stages)
