"""Run mechanisms on instances with seeds and measure: on one core, on all of them, or on a cluster."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import product
from pathlib import Path

from mentormatch.base.errors import InputError
from mentormatch.base.parallel import run_unordered
from mentormatch.base.text import Text
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.own_mechanism import Function
from mentormatch.study.arguments import given_instances, given_mechanisms, given_metrics, given_seeds
from mentormatch.study.cell import Record, Task, compute
from mentormatch.study.described import fingerprint_of
from mentormatch.study.instances import Instance, fingerprint
from mentormatch.study.log import Log, open_log
from mentormatch.study.metrics import METRICS, Metric
from mentormatch.study.table import Failure, Row, StudyTable
from mentormatch.version import __version__

Progress = Callable[[int, int], None]


def run(
    mechanisms: Iterable[Mechanism | str | Function],
    instances: Iterable[Instance],
    metrics: Iterable[Metric | str] = METRICS,
    seeds: int | Iterable[int] = 1,
    *,
    folder: Path | str | None = None,
    workers: int = 1,
    backend: str | None = None,
    retry_failures: bool = False,
    on_progress: Progress | None = None,
) -> StudyTable:
    """Run every mechanism on every instance with every seed and measure the matchings.

    Parameters
    ----------
    mechanisms : iterable of Mechanism, str or callable
        As in `mentormatch.match`: names, objects, or functions of your own from a market to pairs of ids.
    instances : iterable of Instance
        Anything with a ``name`` and a method ``market(seed)``: a `School`, a county, a `TheoryMarket`, a `MarketFile`,
        a `GivenMarket`, or your own. All mechanisms see the same market of a seed (common random numbers).
    metrics : iterable of Metric or str
        Default: all.
    seeds : int or iterable of int
        A number n stands for 0, ..., n - 1.
    folder : path, optional
        Where every cell is logged as soon as it is computed. A study that was killed and is run again with the same
        folder continues: cells that are there are not computed again, and metrics that are new are measured on them.
        Cells are told apart by the description of the instance, the seed, the version of this package, and the code of
        mechanisms and metrics of your own with all that it calls (or the ``version`` that they declare), so that a
        changed study never takes old numbers for new ones.
    workers : int
        Processes; -1 takes every core.
    backend : str, optional
        A joblib backend: "loky" (default with several workers), "threading", "dask" (needs a running
        ``distributed.Client``), "ray" (after ``ray.util.joblib.register_ray()``), or your own.
    retry_failures : bool
        Compute cells again that failed in an earlier run; otherwise a failure is a result.
    on_progress : callable, optional
        Called with (cells done, cells in all) at the start and after each cell.

    Returns
    -------
    StudyTable
        The same for any number of workers and any backend.

    Raises
    ------
    InputError
        When two instances have one name, a mechanism, metric or backend does not exist, there is no seed, or one
        thing stands where a list belongs.
    FileError
        When the folder cannot be written or another process is writing it.

    Examples
    --------
    >>> from mentormatch.study.generators import TheoryMarket
    >>> markets = [TheoryMarket(num_students=20, num_mentors=4, seats=5)]
    >>> table = run(["deferred_acceptance", "immediate_acceptance"], markets, metrics=["blocking"], seeds=3)
    >>> table
    StudyTable(12 numbers, 0 failures)
    >>> max(row.value for row in table.where(mechanism="deferred_acceptance"))
    0.0
    """
    tasks = _tasks(given_mechanisms(mechanisms), given_instances(instances), given_seeds(seeds), given_metrics(metrics))
    with open_log(Path(folder)) if folder is not None else nullcontext(None) as log:
        records = {} if log is None else {task.key: log.records[task.key] for task in tasks if task.key in log.records}
        if retry_failures:
            records = {key: record for key, record in records.items() if not record["errors"]}
        missing = [rest for task in tasks if (rest := _still_to_do(task, records.get(task.key))) is not None]
        # Seed by seed, so that a study that is stopped is a smaller study.
        place = {seed: at for at, seed in enumerate(dict.fromkeys(task.seed for task in tasks))}
        missing.sort(key=lambda task: place[task.seed])
        _compute_all(missing, records, log, len(tasks), workers=workers, backend=backend, on_progress=on_progress)
    return _table(tasks, records)


def _tasks(
    mechanisms: Sequence[Mechanism], instances: Sequence[Instance], seeds: Sequence[int], metrics: Sequence[Metric]
) -> list[Task]:
    for what, names in (
        ("instances", [instance.name for instance in instances]),
        ("mechanisms", [mechanism.name for mechanism in mechanisms]),
        ("metrics", [metric.name for metric in metrics]),
        ("seeds", [str(seed) for seed in seeds]),
    ):
        twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        if twice:
            raise InputError(
                Text(
                    zh=f"研究中的 {what} 有重名:{'、'.join(twice[:3])}。",
                    en=f"The {what} of a study must have distinct names. Got {', '.join(twice[:3])} twice.",
                )
            )
    run_id = secrets.token_hex(8)
    prints = {instance.name: fingerprint(instance) for instance in instances}
    rules = {mechanism.name: code_print(mechanism) for mechanism in mechanisms}
    measures = {metric.name: code_print(metric) for metric in metrics}
    return [
        Task(
            key=_key(prints[instance.name], seed, mechanism.name, rules[mechanism.name]),
            run=run_id,
            instance=instance,
            fingerprint=prints[instance.name],
            seed=seed,
            mechanism=mechanism,
            metrics=metrics,
            prints=measures,
        )
        for instance, seed, mechanism in product(instances, seeds, mechanisms)
    ]


def code_print(part: Mechanism | Metric) -> str:
    """Return what tells a mechanism or a metric from another of its name: the version that it declares, or its code."""
    return f"version {part.version}" if part.version else fingerprint_of(part)


def _key(instance: str, seed: int, mechanism: str, code: str) -> str:
    text = f"{__version__}|{instance}|{seed}|{mechanism}|{code}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _still_to_do(task: Task, record: Record | None) -> Task | None:
    """Return the task with the metrics that a record lacks, or None where it lacks nothing."""
    if record is None:
        return task
    if "" in record["errors"]:
        return None
    measured = record.get("prints", {})
    rest = [metric for metric in task.metrics if measured.get(metric.name) != task.prints[metric.name]]
    return replace(task, metrics=rest) if rest else None


def _compute_all(
    missing: Sequence[Task],
    records: dict[str, Record],
    log: Log | None,
    total: int,
    *,
    workers: int,
    backend: str | None,
    on_progress: Progress | None,
) -> None:
    done = total - len(missing)
    if on_progress is not None:
        on_progress(done, total)
    for fresh in run_unordered(compute, missing, workers=workers, backend=backend):
        record = _merged(records.get(fresh["key"]), fresh)
        records[record["key"]] = record
        if log is not None:
            log.append(record)
        done += 1
        if on_progress is not None:
            on_progress(done, total)


def _merged(old: Record | None, new: Record) -> Record:
    """Return one record of a cell that was measured in two runs."""
    if old is None:
        return new
    # What the new one measured counts: an old number of that metric was made by other code.
    fresh = new["prints"].keys()
    values, errors = ({k: v for k, v in old[what].items() if k not in fresh} for what in ("values", "errors"))
    return {
        **new,
        "values": values | new["values"],
        "errors": errors | new["errors"],
        "prints": old.get("prints", {}) | new["prints"],
        "seconds": round(old["seconds"] + new["seconds"], 4),
    }


def _table(tasks: Sequence[Task], records: dict[str, Record]) -> StudyTable:
    rows: list[Row] = []
    failures: list[Failure] = []
    for task in tasks:
        record, cell = records[task.key], (task.instance.name, task.seed, task.mechanism.name)
        names = [metric.name for metric in task.metrics]
        for metric in names:
            rows += [Row(*cell, name, value) for name, value in record["values"].get(metric, {}).items()]
        failures += [Failure(*cell, m, error) for m, error in record["errors"].items() if m in ("", *names)]
    return StudyTable(tuple(rows), tuple(failures))
