"""Programs that some tests look through: skipped where one is missing, but failing where CI says it must be there."""

import os
import shutil

import pytest


def program(*names: str) -> str:
    """Return the path of the first of some programs that is there."""
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    if os.environ.get("MENTORMATCH_NEEDS_PROGRAMS") == "1":
        pytest.fail(f"{names[0]} is missing and CI needs it")
    pytest.skip(f"{names[0]} is not installed")
