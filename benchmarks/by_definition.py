"""Every concept against its definition on thousands of small random markets, by trying all their matchings.

``python benchmarks/by_definition.py 3000`` asks so many instances of each concept; the definitions, which read no
solver, are those of the test suite (``tests/definitions.py``). An `AssertionError` is an answer that is not what the
concept says.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from definitions import DEFINITIONS


def table(number: int = 3000, *, seed: int = 2026) -> str:
    """Return a line for each concept."""
    lines = ["| concept | instances | a matching of its kind exists | none exists | disagreements | seconds |"]
    lines.append("|---|---|---|---|---|---|")
    for name, definition in DEFINITIONS.items():
        started = time.perf_counter()
        found, absent = definition.run(seed, number)
        spent = time.perf_counter() - started
        lines.append(f"| `{name}` | {number:,} | {found:,} | {absent:,} | 0 | {spent:.0f} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(*(int(argument) for argument in sys.argv[1:2])))
