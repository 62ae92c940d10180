# The script has no annotations, so that it runs on any Python 3.
from collections.abc import Sequence
from typing import Any

FORMAT: str

class Broken(Exception): ...  # noqa: N818  # what the script calls it

def check(certificate: dict[str, Any]) -> tuple[list[str], list[str]]: ...
def main(arguments: Sequence[str]) -> int: ...
