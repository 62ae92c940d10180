"""Where the data of the tests lies: our own workbooks in the repository, other people's instances beside it."""

import os
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parent / "data"
"""Our own workbooks and the README that tells their columns."""

_PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "data" / "published"


def published(name: str) -> Path:
    """Return the path of an instance that other people published.

    They are not ours to copy, so a clone alone does not have them: the test is skipped, or fails where CI says that
    they must be there.
    """
    path = _PUBLISHED / name
    if not path.exists():
        reason = f"the published instance {name} is not here: it belongs to others and lies beside the repository"
        if os.environ.get("MENTORMATCH_NEEDS_PUBLISHED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
