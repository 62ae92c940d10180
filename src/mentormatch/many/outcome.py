"""What became of one school among many, and how it is kept between runs."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mentormatch.io.files.atomic import atomic_path

SOLVED = ("optimal", "feasible")
STATUSES = (*SOLVED, "infeasible", "unknown", "refused", "failed")
"""Those of a result, and: the input was refused; an error of ours."""


@dataclass(frozen=True, kw_only=True)
class SchoolOutcome:
    """What became of one school.

    Parameters
    ----------
    name : str
    key : str
        Tells the input, the options and the version: an outcome with another key is of another task.
    status : str
        One of `STATUSES`.
    summary : dict
        As in SUMMARY.json of ``mentormatch solve``; empty where nothing was solved.
    message : dict of language to str
        Why nothing was solved, ids only; empty where something was.
    warnings, errors : int
        Findings in the input.
    files : dict of str to str
        The files written, by their names in the folder of results, with the SHA-256 of each.
    coupling : dict
        Where the school is linked with others: ``mode`` ("joint" or "split"), ``schools``, ``reason`` of a split by
        language, and of a joint optimum its ``status``, ``stages`` and ``blocking_pairs`` over all of them.
    """

    name: str
    key: str
    status: str
    summary: dict[str, Any] = field(default_factory=dict)
    message: dict[str, str] = field(default_factory=dict)
    warnings: int = 0
    errors: int = 0
    files: dict[str, str] = field(default_factory=dict)
    coupling: dict[str, Any] = field(default_factory=dict)

    @property
    def is_solved(self) -> bool:
        """Whether there is a matching."""
        return self.status in SOLVED


def record_path(out: Path, name: str) -> Path:
    """Return where the outcome of a school is kept."""
    return out / f"{name}.json"


def keep(outcome: SchoolOutcome, out: Path) -> None:
    """Write an outcome, after the files that it names: what is kept is whole.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    with atomic_path(record_path(out, outcome.name)) as temp:
        temp.write_text(json.dumps(asdict(outcome), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def kept(out: Path, name: str, key: str) -> SchoolOutcome | None:
    """Return the outcome of an earlier run if it is of the same task and all its files are as they were written."""
    try:
        known = json.loads(record_path(out, name).read_text("utf-8"))
        outcome = SchoolOutcome(**known)
        unchanged = all(sha256(out / file) == digest for file, digest in outcome.files.items())
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return outcome if outcome.key == key and outcome.name == name and unchanged else None


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
