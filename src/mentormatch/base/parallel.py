"""Run one function on many tasks: on one core, on all of them, or on a cluster, by the name of a joblib backend."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, TypeVar

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text

_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")

_BATCH = 4
"""Tasks a worker between two answers of a backend that returns lists only."""


def run_unordered(
    function: Callable[[_Task], _Answer], tasks: Iterable[_Task], *, workers: int = 1, backend: str | None = None
) -> Iterator[_Answer]:
    """Yield the answers as they come, in any order.

    Parameters
    ----------
    function : callable
        Pickles, as do tasks and answers.
    tasks : iterable
    workers : int
        Processes; -1 takes every core.
    backend : str, optional
        "loky" (default with several workers), "threading", "dask" (needs a running ``distributed.Client``), "ray"
        (after ``ray.util.joblib.register_ray()``), or your own.

    Raises
    ------
    InputError
        When joblib is missing or does not know the backend, or for no workers.
    """
    if workers == 0:
        raise InputError(
            Text(
                zh="workers 应为正整数,或 -1(全部核心);现为 0。",
                en="workers must be positive, or -1 for all cores. Got 0.",
            )
        )
    if backend is None and workers == 1:
        yield from map(function, tasks)
        return
    joblib = _joblib()
    with ExitStack() as stack:
        try:
            stack.enter_context(joblib.parallel_config(backend=backend or "loky", n_jobs=workers))
            active, _ = joblib.parallel.get_active_backend()
            jobs = [joblib.delayed(function)(task) for task in tasks]
            if not getattr(active, "supports_return_generator", False):
                yield from _in_batches(joblib, jobs)
                return
            answers = joblib.Parallel(return_as="generator_unordered")(jobs)
        except (ValueError, KeyError) as error:
            raise InputError(
                Text(zh=f"无法使用并行后端 {backend}:{error}", en=f"The backend {backend!r} cannot be used: {error}")
            ) from error
        try:
            yield from answers
        finally:
            answers.close()


def _in_batches(joblib: Any, jobs: Sequence[Any]) -> Iterator[Any]:
    """Yield answers of a backend that returns lists only, such as Ray's: a stop loses the batch under way."""
    size = _BATCH * joblib.effective_n_jobs()
    for low in range(0, len(jobs), size):
        yield from joblib.Parallel()(jobs[low : low + size])


def _joblib() -> Any:
    try:
        import joblib
    except ImportError:
        raise InputError(
            Text(zh="多个进程并行需要 joblib。", en="Several workers need joblib."),
            maybe=Text(
                zh="pip install 'mentormatch-engine[study]'", en="pip install 'mentormatch-engine[study]' helps."
            ),
        ) from None
    return joblib
