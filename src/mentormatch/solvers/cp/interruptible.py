"""Run what searches so that Ctrl-C, or the caller, stops it and nothing is lost."""

import contextvars
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from mentormatch.base.stopping import can_stop, stop_is_asked

_Answer = TypeVar("_Answer")

# Seconds between two looks at whether to stop.
_EVERY = 0.05


def run_interruptibly(solver: Any, model: Any, *, callback: Any = None, interrupted: bool = False) -> tuple[Any, bool]:
    """Run CP-SAT on a thread of its own: the main one can only hear an interrupt while it waits.

    Parameters
    ----------
    solver : ortools CpSolver
    model : ortools CpModel
    callback : ortools CpSolverSolutionCallback, optional
        Hears of every solution.
    interrupted : bool
        An interrupt was heard before: stop at once.

    Returns
    -------
    status
        What the solver says; after an interrupt, of the best it has.
    bool
        Whether an interrupt was heard.
    """
    return wait_for(lambda: solver.solve(model, callback), stop=solver.stop_search, interrupted=interrupted)


def wait_for(
    work: Callable[[], _Answer], *, stop: Callable[[], object], interrupted: bool = False, patient: bool = True
) -> tuple[_Answer, bool]:
    """Wait for work on a thread of its own; an interrupt asks it to stop, and its answer still counts.

    Parameters
    ----------
    work : callable
    stop : callable
        Asks the work to come to an end. It is called again and again until it has: a stop that comes too early is lost.
    interrupted : bool
        An interrupt was heard before: stop at once.
    patient : bool
        Whether further interrupts change nothing. Otherwise the second one is raised and the work is left behind.

    Returns
    -------
    answer
    bool
        Whether an interrupt was heard.
    """
    answer: list[_Answer] = []
    failure: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            answer.append(work())
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            failure.append(error)
        finally:
            done.set()

    # The thread knows the caller's wish to stop, too.
    context = contextvars.copy_context()
    threading.Thread(target=lambda: context.run(run), name="mentormatch-search", daemon=True).start()
    waiting, asks = True, can_stop()
    while waiting:
        try:
            waiting = not done.wait(_EVERY if interrupted or asks else None)
            if waiting and (interrupted or _asked(failure)):
                interrupted = True
                stop()
        except KeyboardInterrupt:
            if interrupted and not patient:
                raise
            interrupted = True
    if failure:
        raise failure[0]
    return answer[0], interrupted


def _asked(failure: list[BaseException]) -> bool:
    """Ask the caller whether to stop; where the asking fails the search is stopped before that is raised."""
    try:
        return stop_is_asked()
    except Exception as error:  # noqa: BLE001  # raised again once the search has come to an end
        failure.append(error)
        return True
