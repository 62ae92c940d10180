"""Temporary files of a run that was killed: they may hold a staff edition, so the next run in the folder removes them.

Whoever writes a temporary file keeps it locked while he or she lives; the system takes the lock away from the dead.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

PREFIX = ".mentormatch-"
_MOMENT = 60.0
"""Seconds between the making of a file and its lock, generously."""
_UNLOCKABLE = 24 * 3600.0
"""Seconds after which a file is left behind where there are no locks (Windows)."""


def hold(descriptor: int) -> bool:
    """Lock a new temporary file until its descriptor is closed or the process dies; tell whether that is possible."""
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # a file system without locks
        return False
    return True


def remove_left_behind(folder: Path) -> None:
    """Remove the temporary files of runs that died, and of no other."""
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith(PREFIX) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    _remove_if_dead(Path(entry.path))


def _remove_if_dead(path: Path) -> None:
    age = time.time() - path.stat().st_mtime
    try:
        import fcntl
    except ImportError:
        if age > _UNLOCKABLE:
            path.unlink()
        return
    if age < _MOMENT:
        return
    with path.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises BlockingIOError while its writer lives
        path.unlink()
