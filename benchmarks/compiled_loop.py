"""The compiled loop of deferred_acceptance.c, built by the C compiler of the machine when it is asked for.

What each side gets: `same_arrays` takes the arrays of a `Market`, as `student_proposing` does, and sorts every list;
`presorted` takes lists that stand best first already, and the sorting is not counted. Both are one thread at
``-O3 -march=native``; neither builds, checks or explains anything.
"""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mentormatch.market.market import Market

_SOURCE = Path(__file__).with_name("deferred_acceptance.c")


def build() -> ctypes.CDLL | None:
    """Return the compiled loop, or None on a machine without a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    library = Path(tempfile.mkdtemp()) / "deferred_acceptance.so"
    flags = ["-O3", "-march=native", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, "-o", str(library), str(_SOURCE)], check=True)  # noqa: S603
    loop = ctypes.CDLL(str(library))
    loop.presorted.restype = loop.unsorted.restype = ctypes.c_int64
    return loop


def same_arrays(loop: ctypes.CDLL, market: Market) -> Callable[[], np.ndarray]:
    """Return a call that matches a market from its own arrays and returns the positions of the pairs."""
    columns = (market.student_start, market.mentor, market.student_rank, market.mentor_rank, market.mentor_upper)
    return _call(loop.unsorted, market, columns)


def presorted(loop: ctypes.CDLL, market: Market) -> Callable[[], np.ndarray]:
    """Return a call that matches a market whose lists were put best first before."""
    order = np.lexsort((market.student_rank, market.student))
    columns = (market.student_start, market.mentor[order], market.mentor_rank[order], market.mentor_upper)
    call = _call(loop.presorted, market, columns)
    return lambda: order[call()]


def _call(function: Callable[..., int], market: Market, columns: tuple[np.ndarray, ...]) -> Callable[[], np.ndarray]:
    def call() -> np.ndarray:
        matched = np.empty(market.num_students, np.int32)
        pointers = [ctypes.c_void_p(column.ctypes.data) for column in (*columns, matched)]
        if function(market.num_students, market.num_mentors, *pointers) < 0:
            raise MemoryError
        return matched[matched >= 0]

    return call
