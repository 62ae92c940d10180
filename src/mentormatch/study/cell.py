"""One cell of a study: one mechanism on one instance with one seed, measured; what goes wrong is a result too."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from mentormatch.base.errors import NoMatchingError
from mentormatch.market.market import Market
from mentormatch.matchmaking import build_problem
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.solvers.engine import Options
from mentormatch.study.instances import Instance
from mentormatch.study.metrics.metric import Measured, Metric

Record = dict[str, Any]
"""A cell as it stands in the log: names, numbers and what failed, all of it JSON."""


@dataclass(frozen=True, eq=False)
class Task:
    """What a worker is asked to compute.

    Parameters
    ----------
    key : str
        The cell's name in the log.
    run : str
        Of which run it is part: what is remembered in one run is not taken for another's.
    instance : Instance
    fingerprint : str
        Of the instance.
    seed : int
    mechanism : Mechanism
    metrics : sequence of Metric
    prints : mapping of str to str
        What tells each metric from another of its name, by name.
    """

    key: str
    run: str
    instance: Instance
    fingerprint: str
    seed: int
    mechanism: Mechanism
    metrics: Sequence[Metric]
    prints: Mapping[str, str]


def compute(task: Task) -> Record:
    """Return the record of a cell.

    Any exception ends up in the record and never stops a study: under ``""`` when drawing the market or running the
    mechanism failed, under the metric's name when a metric did.
    """
    started = time.perf_counter()
    values: dict[str, dict[str, float]] = {}
    errors: dict[str, str] = {}
    try:
        outcome = _outcome(task)
    except Exception as error:  # noqa: BLE001  # whatever it is belongs to this cell alone
        errors[""] = _told(error)
    else:
        for metric in task.metrics:
            try:
                values[metric.name] = {name: float(value) for name, value in metric.measure(outcome).items()}
            except Exception as error:  # noqa: BLE001
                errors[metric.name] = _told(error)
    return {
        "key": task.key,
        "instance": task.instance.name,
        "seed": task.seed,
        "mechanism": task.mechanism.name,
        "values": values,
        "errors": errors,
        "prints": {metric.name: task.prints[metric.name] for metric in task.metrics},
        "seconds": round(time.perf_counter() - started, 4),
    }


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A market and what all mechanisms share on it."""

    market: Market
    shared: dict[str, Any] = field(default_factory=dict)


class _Key:
    """An instance as a key of the cache: the run, its fingerprint and the seed."""

    def __init__(self, task: Task) -> None:
        self.task, self._name = task, (task.run, task.fingerprint, task.seed)

    def __hash__(self) -> int:
        return hash(self._name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._name == other._name


# Cells of one market come one after the other, so a worker draws it once or twice for all mechanisms.
@lru_cache(maxsize=2)
def _draw(key: _Key) -> _Drawn:
    return _Drawn(key.task.instance.market(key.task.seed))


def _outcome(task: Task) -> Measured:
    drawn = _draw(_Key(task))
    problem = build_problem(drawn.market, task.mechanism)
    result = task.mechanism.run(problem, Options(seed=task.seed), None)
    if result.matching is None:
        reason = result.shortage.text.en if result.shortage is not None else str(result.status)
        raise NoMatchingError(reason)
    return Measured(
        problem=problem, mechanism=task.mechanism, seed=task.seed, matching=result.matching, shared=drawn.shared
    )


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
