"""A stop that a running solver hears: what has been found stays, what is under way is cut short."""

import threading
from collections.abc import Callable

# What a solver may take to come to an end by itself once it is told to.
_GRACE = 1.0
_TICK = 0.05


class Halt:
    """Whether to stop. One object is shared by a search and every program that it solves.

    Parameters
    ----------
    parent : Halt, optional
        A stop of the parent stops this one too.
    """

    def __init__(self, parent: "Halt | None" = None) -> None:
        self._called = threading.Event()
        self._parent = parent

    @property
    def called(self) -> bool:
        """Whether a stop was asked for."""
        return self._called.is_set() or (self._parent is not None and self._parent.called)

    def call(self) -> None:
        """Ask for a stop."""
        self._called.set()

    def run(self, solve: Callable[[], None], stop: Callable[[], object]) -> bool:
        """Run a solver until it is done or a stop is asked for.

        Parameters
        ----------
        solve : callable
            On a thread of its own: SCIP hears no stop, so it is left behind and ends with its limit or the process.
        stop : callable
            Asks the solver to end with what it has.

        Returns
        -------
        bool
            Whether it has come to an end, so that its answer may be read.
        """
        done = threading.Event()
        failure: list[BaseException] = []

        def work() -> None:
            try:
                solve()
            except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
                failure.append(error)
            finally:
                done.set()

        threading.Thread(target=work, name="mentormatch-groups", daemon=True).start()
        while not done.wait(_TICK):
            if self.called:
                stop()
                if not done.wait(_GRACE):
                    return False
        if failure:
            raise failure[0]
        return True
