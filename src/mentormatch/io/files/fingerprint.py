"""Tell an input from any other by its content."""

import hashlib
from pathlib import Path


def fingerprint(school: Path) -> str:
    """Return the SHA-256 of a file, or of the names and bytes of the CSV files of a folder."""
    digest = hashlib.sha256()
    files = sorted(school.glob("*.csv")) if school.is_dir() else [school]
    for file in files:
        if school.is_dir():
            digest.update(file.name.encode() + b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()
