"""Reading makes millions of objects and no garbage in cycles; Python's collector would go through them many times."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """Pause the collector of cyclic garbage: a third of the time for 100,000 students."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
