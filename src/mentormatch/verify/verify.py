"""Verify: is a matching what it is said to be? Reads the problem and the matching, never an engine or its rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from mentormatch.base.arrays import IntArray
from mentormatch.base.short_repr import short_repr
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint, Violation
from mentormatch.market.matching import Matching
from mentormatch.objectives.soft_rules import SoftRules
from mentormatch.objectives.stage import Stage
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from mentormatch.verify.blocking_pairs import blocking_pairs, justified
from mentormatch.verify.optimality import check_prices


@dataclass(frozen=True, eq=False)
class Report:
    """What the checker found.

    Parameters
    ----------
    violations : tuple of Violation
        Of every rule, hard and soft.
    blocking, justified : int64 array
        Positions of the blocking pairs, and of the justified ones among them.
    values : tuple of int
        Of every level of every stage, in order.
    """

    __repr__ = short_repr

    violations: tuple[Violation, ...]
    blocking: IntArray
    justified: IntArray
    values: tuple[int, ...]

    @property
    def is_feasible(self) -> bool:
        """Whether every hard rule is kept."""
        return all(violation.soft for violation in self.violations)


def verify(problem: Problem, matching: Matching) -> Report:
    """Check a matching against a problem, from the meaning of its rules.

    Parameters
    ----------
    problem : Problem
    matching : Matching
        Of the problem's market.

    Returns
    -------
    Report
    """
    market = problem.market
    found = [(rule, rule.violations(market, matching)) for rule in problem.constraints]
    blocking = blocking_pairs(market, matching, candidates=problem.candidates)
    values: list[int] = []
    for stage in problem.stages:
        own = stage.values(market, matching)
        missed = sum(_soft_cost(rule, broken, stage) for rule, broken in found)
        values += (own[0] + missed, *own[1:]) if own else ()
    return Report(
        violations=tuple(violation for _, broken in found for violation in broken),
        blocking=blocking,
        justified=justified(problem, matching, blocking),
        values=tuple(values),
    )


def _soft_cost(rule: Constraint, broken: Sequence[Violation], stage: Stage) -> int:
    """Return what the soft violations of a rule cost in a stage."""
    if not isinstance(stage, SoftRules) or getattr(rule, "stage", None) != stage.name:
        return 0
    penalty: int = getattr(rule, "penalty", None) or 0
    return sum(penalty * violation.amount for violation in broken if violation.soft)


def verify_result(result: Result, report: Report | None) -> tuple[Text, ...]:
    """Check every claim that a result makes.

    Parameters
    ----------
    result : Result
    report : Report or None
        Of the result's matching; None where it has none.

    Returns
    -------
    tuple of Text
        What is not true; empty where all is.
    """
    if report is None:
        return _check_without_matching(result)
    failures: list[Text] = []
    if result.matching is None or result.status in (Status.INFEASIBLE, Status.UNKNOWN):
        failures.append(_failure("状态与匹配不符", f"the status {result.status} does not go with a matching"))
        return tuple(failures)
    hard = [violation for violation in report.violations if not violation.soft]
    failures += [_failure(f"违反硬规则:{v.text.zh}", f"a hard rule is broken: {v.text.en}") for v in hard]
    counts = (len(report.blocking), len(report.justified))
    if (result.blocking_pairs, result.justified_blocking_pairs) != counts:
        failures.append(_failure("阻塞对数量不符", f"the blocking pairs are {counts}"))
    if len(report.justified) and any(rule.asks_for_caps for rule in result.problem.constraints):
        # Found by trying each exchange on the rules themselves; the rule of stability read their rows.
        failures.append(_failure("有未突破名额即可成立的阻塞对", "a blocking pair could be together within all caps"))
    if result.violations != report.violations:
        failures.append(_failure("违规列表不符", "the list of violations differs"))
    stated = tuple(stage.value for stage in result.stages)
    if stated != report.values:
        failures.append(_failure(f"目标值不符:{stated} ≠ {report.values}", f"stages {stated} are {report.values}"))
    all_proven = all(stage.proven for stage in result.stages)
    if (result.status is Status.OPTIMAL) != all_proven:
        failures.append(_failure("状态与证明不符", f"the status {result.status} does not fit what is proven"))
    failures += [
        _failure(f"{stage.name} 的界不符", f"{stage.name} is called proven but its bound is {stage.bound}")
        for stage in result.stages
        if stage.proven and stage.bound != stage.value
    ]
    if result.certificate is not None and not failures:
        failures += check_prices(result.problem, result.matching, result.certificate)
    return tuple(failures)


def _check_without_matching(result: Result) -> tuple[Text, ...]:
    if result.matching is not None or result.status in (Status.OPTIMAL, Status.FEASIBLE):
        return (_failure("状态与匹配不符", f"the status {result.status} needs a matching"),)
    return ()


def _failure(zh: str, en: str) -> Text:
    return Text(zh=f"{zh}。", en=f"{en}.")
