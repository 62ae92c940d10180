"""Hand memory that was freed back to the system, after one task that took far more than the others will."""

import ctypes
import gc


def give_back() -> None:
    """Return freed memory to the system where the C library can be asked to; elsewhere do nothing.

    Notes
    -----
    glibc keeps freed blocks below a live one for later use: after twenty linked schools a worker held 475 MiB, of which
    330 were free. That memory is lost to the other workers, and loky takes it for a leak, ends the worker and warns.
    """
    gc.collect()
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # macOS, musl, Windows
        return
    trim(ctypes.c_size_t(0))
