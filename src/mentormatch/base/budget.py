"""A budget of time: how many seconds are left, and how many were spent. Work that has parts shares one."""

import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Budget:
    """Wall-clock seconds, from the moment it is made; None for no end.

    Parameters
    ----------
    seconds : float or None

    Examples
    --------
    >>> Budget(None).left is None, Budget(0).is_spent
    (True, True)
    """

    seconds: float | None
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
        """Whether the time is over."""
        return self.left == 0.0

    def share(self, parts: int, *, least: float = 0.0) -> "Budget":
        """Return a budget of one of so many parts of what is left, never less than `least` seconds."""
        left = self.left
        return Budget(None if left is None else max(left / parts, least))
