"""Choose the cheapest engine that takes a form exactly, and say why."""

from collections.abc import Mapping
from dataclasses import dataclass

from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import SEMICOLON, SPACE, Text
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason
from mentormatch.solvers import cp_sat
from mentormatch.solvers.engine import Engine
from mentormatch.solvers.flow import min_cost_flow
from mentormatch.solvers.stable import (
    deferred_acceptance,
    envy_free,
    largest_stable,
    stable_lattice,
    strong_super_stability,
    student_project,
)

ENGINES: tuple[Engine, ...] = (
    deferred_acceptance.ENGINE,
    min_cost_flow.ENGINE,
    strong_super_stability.ENGINE,
    student_project.ENGINE,
    envy_free.ENGINE,
    stable_lattice.ENGINE,
    largest_stable.ENGINE,
    cp_sat.ENGINE,
)
"""Cheapest first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine, why it was taken, and why the cheaper ones were not.

    Parameters
    ----------
    engine : Engine
    reason : Text
    refusals : mapping of engine name to reasons
    """

    engine: Engine
    reason: Text
    refusals: Mapping[str, tuple[Reason, ...]]


def choose(form: Form, *, engine: str | Engine | None = None) -> Choice:
    """Return the engine to use.

    Parameters
    ----------
    form : Form
    engine : str or Engine, optional
        Force this engine: ours by name, or one of your own.

    Raises
    ------
    UnsupportedError
        When there is no such engine, or the forced one cannot take the form exactly; with the reasons, and
        the engines that can.
    """
    if engine is not None:
        return _forced(form, engine)
    refusals: dict[str, tuple[Reason, ...]] = {}
    for candidate in ENGINES:
        reasons = candidate.supports(form)
        if not reasons:
            return Choice(candidate, _why(candidate, refusals), refusals)
        refusals[candidate.name] = reasons
    every = list(dict.fromkeys(reason for reasons in refusals.values() for reason in reasons))
    raise UnsupportedError(_refused(None, every))


def _forced(form: Form, engine: str | Engine) -> Choice:
    name = engine if isinstance(engine, str) else engine.name
    by_name = {candidate.name: candidate for candidate in ENGINES}
    if isinstance(engine, Engine):
        by_name[name] = engine
    if name not in by_name:
        known = ", ".join(by_name)
        raise UnsupportedError(
            Text(zh=f"没有名为“{name}”的求解引擎;可用的有:{known}。", en=f"No engine '{name}'; there are: {known}.")
        )
    reasons = by_name[name].supports(form)
    if reasons:
        able = ", ".join(other.name for other in ENGINES if not other.supports(form))
        raise UnsupportedError(
            _refused(name, list(reasons)), maybe=Text(zh=f"改用:{able}。", en=f"use: {able}.") if able else None
        )
    return Choice(by_name[name], Text(zh="按要求指定。", en="asked for by the caller."), {})


def engine_words(name: str) -> Text:
    """Return what a school reads for an engine; the name itself where it has no words.

    Examples
    --------
    >>> engine_words("min_cost_flow").en
    'min-cost flow'
    """
    return next((engine.words for engine in ENGINES if engine.name == name and engine.words), Text(name, name))


def _why(engine: Engine, refusals: Mapping[str, tuple[Reason, ...]]) -> Text:
    if not refusals:
        return Text(
            zh=f"{engine.name} 可精确求解,且开销最小。", en=f"{engine.name} takes it exactly and is the cheapest."
        )
    # Engines that say no for the same reason are told once.
    first: dict[str, tuple[str, Reason]] = {}
    for name, reasons in refusals.items():
        first.setdefault(reasons[0].code, (name, reasons[0]))
    others = SEMICOLON.join(
        Text("{name} 不适用:{why}", "{name} cannot: {why}").format(name=name, why=why.text.clause)
        for name, why in first.values()
    )
    said = Text(
        "{name} 是可精确求解的引擎中开销最小的({others})。", "{name} is the cheapest that takes it exactly ({others})."
    )
    return said.format(name=engine.name, others=others)


def _refused(name: str | None, reasons: list[Reason]) -> Text:
    """Say that an engine, or none at all, takes a problem."""
    who = Text(zh="没有引擎能", en="No engine can") if name is None else Text(zh=f"{name} 不能", en=f"{name} cannot")
    said = Text("{who}精确求解此问题:", "{who} take this problem exactly: ").format(who=who)
    return said + SPACE.join(reason.text for reason in reasons)
