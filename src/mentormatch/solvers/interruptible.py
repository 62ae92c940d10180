"""Run CP-SAT so that Ctrl-C stops it and nothing is lost."""

import threading
from typing import Any


def run_interruptibly(solver: Any, model: Any, *, interrupted: bool = False) -> tuple[Any, bool]:
    """Run the solver on a thread of its own: the main one can only hear an interrupt while it waits.

    Parameters
    ----------
    solver : ortools CpSolver
    model : ortools CpModel
    interrupted : bool
        An interrupt was heard before: stop at once.

    Returns
    -------
    status
        What the solver says; after an interrupt, of the best it has.
    bool
        Whether an interrupt was heard.
    """
    answer: list[Any] = []
    failure: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            answer.append(solver.solve(model))
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            failure.append(error)
        finally:
            done.set()

    threading.Thread(target=work, name="mentormatch-cp-sat", daemon=True).start()
    waiting = True
    while waiting:
        try:
            # A stop before the search has begun is lost, so it is asked for until it is heard.
            waiting = not done.wait(0.05 if interrupted else None)
            if waiting:
                solver.stop_search()
        except KeyboardInterrupt:
            interrupted = True
    if failure:
        raise failure[0]
    return answer[0], interrupted
