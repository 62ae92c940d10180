"""A budget of time and of work: what is left, and what was spent. Work that has parts shares one."""

import time
from dataclasses import dataclass, field

from mentormatch.base.stopping import stop_is_asked

DEFAULT_TIME_LIMIT = 60.0
"""Wall-clock seconds of a solve, where nobody says otherwise: in Python as on the command line."""


@dataclass(slots=True)
class Budget:
    """Wall-clock seconds from the moment it is made, and seconds of search as the engine counts them.

    Counted seconds are the same on every machine: where only they end, the same question gets the same answer.

    Parameters
    ----------
    seconds : float or None
        Of the clock; None for no end.
    work : float or None
        Deterministic seconds of search that are left; None for no end. `pay` takes from them.

    Examples
    --------
    >>> Budget(None).left is None, Budget(0).is_spent
    (True, True)
    """

    seconds: float | None
    work: float | None = None
    started: float = field(default_factory=time.perf_counter)

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.started

    @property
    def left(self) -> float | None:
        """Seconds that are left, not negative."""
        return None if self.seconds is None else max(self.seconds - self.spent, 0.0)

    @property
    def is_spent(self) -> bool:
        """Whether the time or the work is over, or the caller has asked to stop."""
        return self.left == 0.0 or stop_is_asked() or (self.work is not None and self.work <= 0.0)

    def pay(self, work: float) -> None:
        """Take deterministic seconds of search from what is left."""
        if self.work is not None:
            self.work -= work

    def share(self, parts: int, *, least: float = 0.0) -> "Budget":
        """Return a budget of one of so many parts of what is left, never less than `least` seconds."""
        left = self.left
        return Budget(None if left is None else max(left / parts, least))
