"""Whether two markets say the same, field by field."""

import numpy as np

from mentormatch.market.market import Market

_ARRAYS = ("student", "mentor", "student_rank", "mentor_rank", "student_quota", "mentor_lower", "mentor_upper")


def differences(one: Market, other: Market) -> tuple[str, ...]:
    """Return the names of the fields in which two markets differ; ids are compared as text, attributes not at all."""
    found = [
        side
        for side in ("student_ids", "mentor_ids")
        if [str(item) for item in getattr(one, side)] != [str(item) for item in getattr(other, side)]
    ]
    return (*found, *(name for name in _ARRAYS if not np.array_equal(getattr(one, name), getattr(other, name))))
